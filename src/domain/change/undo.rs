//! Take back what a change did, row by row: everything it left must still be exactly so (SPEC 6). Edges that have
//! expired meanwhile do not exist.

use super::{
    About, Asks, Cx, Delta, Edit, FolderRecord, GroupRecord, InvitationRecord, Kind, Membership, Needs, Refusal, Rows,
    Rules, Target, Touch, Versioned, What, create_folder, edits, fields, rules,
};
use crate::domain::{
    edge::Edge,
    id::{ChangeId, FolderId, GroupId, MemberId},
    invitation::InvitationStatus,
    model::{Fence, Folder, Grant, Member, MemberStatus, Subject},
    pack::MaxRoles,
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa::ToSchema;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Undo {
    pub change: ChangeId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl Rules for Undo {
    fn target(&self) -> Target {
        Target::New
    }

    fn rows(&self) -> Rows {
        Rows::Of(self.change)
    }

    /// Its rows say what they need.
    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::All(Vec::new())
    }

    fn delta(&self, _: &Cx<'_>) -> Result<Delta, Refusal> {
        Ok(Delta::default())
    }

    /// An undo is a change of its own and taken back as any other.
    fn inverse(&self, done: Delta, _: Timestamp) -> Result<Delta, Refusal> {
        Ok(super::invite::with_a_new_link(done.inverse()))
    }

    fn reason(&self) -> Option<&Text> {
        self.reason.as_ref()
    }
}

/// What was changed since the change that is taken back, by whomever, but for changes that were taken back whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Since {
    pub anything: bool,
    pub about: HashSet<About>,
}

/// One row of an undo, made from what the audit log has of the row that is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// What is done now.
    pub delta: Delta,
    /// Why that can never be: a link that was sent cannot be taken back.
    pub refused: Option<Refusal>,
    /// Whether the caller made the change that is taken back.
    pub own: bool,
    /// Whether nobody has changed anything since: then taking back gives exactly what was taken (SPEC 4.4). Roles and
    /// groups that give more by now, and people who came into them, are none of it.
    pub undisturbed: bool,
    /// Whether somebody has changed since what it is about, be it back to what was left (SPEC 6).
    pub changed: bool,
    /// When that was: edges given since are not of its doing.
    pub since: Timestamp,
    pub reason: Option<Text>,
}

impl Rules for Restore {
    fn target(&self) -> Target {
        Target::New
    }

    fn asks(&self, _: Option<i64>) -> Asks {
        let mut asks = Asks::default();
        for edit in &self.delta.0 {
            asks.members.extend(edit.member());
            match edit {
                Edit::Member { before: None, after: Some(membership), .. } => {
                    asks.emails.push(membership.email.clone());
                    asks.accounts.push(membership.account);
                }
                Edit::Group { id, after, .. } => {
                    asks.groups.push(*id);
                    asks.members.extend(after.as_ref().and_then(|group| group.leader));
                }
                Edit::Folder { id, after: None, .. } => asks.folders.push(*id),
                Edit::Grant { subject: Subject::Group(group), .. } => asks.groups.push(*group),
                Edit::Invitation { id, .. } => asks.invitations.push(*id),
                Edit::Name { account, .. } => asks.named.push(*account),
                _ => {}
            }
        }
        asks
    }

    fn versioned(&self, _: Option<i64>) -> Versioned {
        self.delta.of_one_member().map_or(Versioned::Workspace, Versioned::Member)
    }

    fn needs(&self, cx: &Cx<'_>) -> Needs {
        let edits = || self.delta.0.iter();
        let of_invitation = edits().any(|edit| matches!(edit, Edit::Invitation { .. }));
        let pending = |member: MemberId| cx.index.access.member(member).is_some_and(Cx::pending);
        // Whoever let somebody in at once takes that back; others remove a member.
        let removes = |edit: &Edit| match edit {
            Edit::Member { before: Some(before), after: None, .. } => before.status != MemberStatus::Pending,
            _ => false,
        };
        if edits().any(removes) && !(self.own && of_invitation) {
            return rules::members();
        }
        if of_invitation {
            return Needs::All(vec![rules::INVITATIONS]);
        }
        // A membership goes and comes with all its edges, as a removal takes them.
        if self.delta.is_of_membership() {
            return rules::members();
        }
        let (mut needed, mut led) = (Vec::new(), Vec::new());
        for edit in edits() {
            match edit {
                Edit::Role { member, .. } | Edit::InGroup { member, .. } if pending(*member) => {
                    needed.push(rules::INVITATIONS);
                }
                Edit::Role { .. } | Edit::Direct { .. } | Edit::Name { .. } => needed.push(rules::MEMBERS),
                Edit::InGroup { group, .. } => led.push(*group),
                Edit::Group { .. } => needed.push(rules::GROUPS),
                Edit::Grant { .. } => needed.push(rules::GRANTS),
                Edit::Fence { .. } | Edit::Folder { .. } => needed.push(rules::FOLDERS),
                Edit::Member { .. } | Edit::Invitation { .. } => {}
            }
        }
        if needed.is_empty() && !led.is_empty() {
            return Needs::Leads(led, rules::GROUPS);
        }
        // A group that comes back brings its members and grants.
        if needed.contains(&rules::GROUPS) {
            needed.retain(|any| *any == rules::GROUPS);
        } else if !led.is_empty() {
            needed.push(rules::GROUPS);
        }
        needed.dedup();
        Needs::All(needed)
    }

    fn touches(&self, _: &Cx<'_>) -> Touch {
        // A folder that comes or goes by itself has nothing in it.
        let of_nobody = |edit: &Edit| match edit {
            Edit::Folder { before, after, .. } => before.is_none() || after.is_none(),
            _ => edit.person().is_none() && matches!(edit, Edit::Invitation { .. }),
        };
        match self.delta.of_one_member() {
            Some(member) => Touch::Member(member),
            None if self.delta.0.iter().all(of_nobody) => Touch::Nobody,
            None => Touch::Anybody,
        }
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        fields::reason(self.reason.as_ref())?;
        if let Some(never) = &self.refused {
            return Err(never.clone());
        }
        if let Some(member) = self.delta.of_one_member().and_then(|id| cx.index.access.member(id)) {
            let of_groups = |edit: &Edit| matches!(edit, Edit::InGroup { .. } | Edit::Grant { .. } | Edit::Name { .. });
            if member.owner && !self.delta.0.iter().all(of_groups) {
                return Err(Refusal::Owner);
            }
            if member.id == cx.actor.id && cx.bulk {
                return Err(Refusal::Yourself);
            }
        }
        let mut all = Vec::with_capacity(self.delta.0.len());
        for edit in &self.delta.0 {
            all.extend(self.stands(cx, edit)?);
        }
        if self.changed && !all.is_empty() {
            return Err(Refusal::CHANGED);
        }
        one_role(cx, &all)?;
        Ok(Delta(all))
    }

    /// An undo is a change of its own and taken back as any other.
    fn inverse(&self, done: Delta, _: Timestamp) -> Result<Delta, Refusal> {
        Ok(super::invite::with_a_new_link(done.inverse()))
    }

    fn grave(&self) -> bool {
        self.delta.is_grave()
    }

    /// A link is new, and whoever has it comes in by it: it is given by the rules for giving.
    fn gives_back(&self) -> bool {
        self.own && self.undisturbed && !self.delta.makes_link()
    }

    fn reason(&self) -> Option<&Text> {
        self.reason.as_ref()
    }
}

impl Restore {
    /// What takes a row back that a change of this kind did at `at`; `own` says that it was the caller's.
    pub fn of(
        kind: &Kind,
        done: Delta,
        (own, since): (bool, &Since),
        at: Timestamp,
        reason: Option<Text>,
        now: Timestamp,
    ) -> Self {
        let changed = done.about().any(|one| since.about.contains(&one));
        let (delta, refused) = match kind.rules().inverse(done, now) {
            Ok(delta) => (delta, None),
            Err(never) => (Delta::default(), Some(never)),
        };
        Self { delta, refused, own, undisturbed: !since.anything, changed, since: at, reason }
    }
}

impl Restore {
    /// The edit as it is done now; none where nothing of it is left to do. An error where what is there is not what
    /// was left.
    fn stands(&self, cx: &Cx<'_>, edit: &Edit) -> Result<Option<Edit>, Refusal> {
        match edit {
            Edit::Member { id, before, after } => self.membership(cx, *id, before.as_ref(), after.as_ref())?,
            Edit::Group { id, before, after } => return self.group(cx, *id, before.as_ref(), after.as_ref()),
            Edit::Folder { id, before, after } => return self.folder(cx, *id, before.as_ref(), after.as_ref()),
            Edit::Name { member, account, before, .. } => {
                cx.index.member(*member)?;
                unchanged(cx.facts.names.get(account) == Some(before))?;
            }
            Edit::Invitation { id, before, .. } => {
                unchanged(cx.facts.invitations.get(id).map(timeless) == before.as_ref().map(timeless))?;
            }
            _ => return self.edge(cx, edit),
        }
        Ok(Some(edit.clone()))
    }

    fn edge(&self, cx: &Cx<'_>, edit: &Edit) -> Result<Option<Edit>, Refusal> {
        let live = |edge: Option<&Edge>| edge.filter(|edge| edge.live(cx.now)).cloned();
        let (before, after) = edit.edge().map_or((None, None), |(before, after)| (live(before), live(after)));
        if before.is_none() && after.is_none() {
            return Ok(None);
        }
        if let Some(member) = edit.member().filter(|member| !self.has_member(cx, *member)) {
            // A group comes back without those who have left since.
            return if self.delta.of_one_member() == Some(member) {
                Err(Refusal::NotFound { what: What::Member })
            } else {
                Ok(None)
            };
        }
        unchanged(self.held(cx, edit)? == before)?;
        Ok(Some(with_edges(edit.clone(), before, after)))
    }

    fn group(
        &self,
        cx: &Cx<'_>,
        id: GroupId,
        before: Option<&GroupRecord>,
        after: Option<&GroupRecord>,
    ) -> Result<Option<Edit>, Refusal> {
        let here = cx.index.group(id).ok().map(|group| edits::group_record(cx, group));
        if self.delta.is_of_membership() {
            // What somebody led is theirs again where nobody has taken it since.
            let Some(here) = here.filter(|here| Some(here.leader) == before.map(|one| one.leader)) else {
                return Ok(None);
            };
            let (leader, leader_email) = after.map_or((None, None), |group| (group.leader, group.leader_email.clone()));
            let then = GroupRecord { leader, leader_email, ..here.clone() };
            return Ok(Some(Edit::Group { id, before: Some(here), after: Some(then) }));
        }
        let bare = |group: &GroupRecord| GroupRecord { leader_email: None, ..group.clone() };
        unchanged(here.as_ref().map(bare) == before.map(bare))?;
        let Some(after) = after else {
            unchanged(self.takes_all_of_group(cx, id))?;
            return Ok(Some(Edit::Group { id, before: here, after: None }));
        };
        let wanted = after.name.raw().to_lowercase();
        if cx.before().groups.iter().any(|one| one.id != id && one.name.raw().to_lowercase() == wanted) {
            return Err(Refusal::NameTaken { name: after.name.clone() });
        }
        let mut then = after.clone();
        if then.leader.is_some_and(|leader| !self.has_member(cx, leader)) {
            // A group comes back without a leader who has left since; another leader is not put aside for nobody.
            unchanged(here.is_none())?;
            (then.leader, then.leader_email) = (None, None);
        }
        Ok(Some(Edit::Group { id, before: here, after: Some(then) }))
    }

    fn folder(
        &self,
        cx: &Cx<'_>,
        id: FolderId,
        before: Option<&FolderRecord>,
        after: Option<&FolderRecord>,
    ) -> Result<Option<Edit>, Refusal> {
        let here = cx.before().folders.iter().find(|folder| folder.id == id).map(edits::folder_record);
        if self.delta.is_of_membership() {
            let Some(here) = here.filter(|here| Some(here.owner) == before.map(|one| one.owner)) else {
                return Ok(None);
            };
            let then = FolderRecord { owner: after.and_then(|folder| folder.owner), ..here.clone() };
            return Ok(Some(Edit::Folder { id, before: Some(here), after: Some(then) }));
        }
        unchanged(here.as_ref() == before)?;
        match after {
            Some(after) => {
                unchanged(after.parent.is_none_or(|parent| cx.index.folder(parent).is_ok()))?;
                create_folder::has_place(cx, Some(id), after.parent, &after.name)?;
            }
            None if self.takes_all_of_folder(cx, id) => {}
            None => return Err(Refusal::NotEmpty { folder: cx.folder_name(id) }),
        }
        Ok(Some(Edit::Folder { id, before: here, after: after.cloned() }))
    }

    fn membership(
        &self,
        cx: &Cx<'_>,
        id: MemberId,
        before: Option<&Membership>,
        after: Option<&Membership>,
    ) -> Result<(), Refusal> {
        match (cx.index.access.member(id), before, after) {
            (None, None, Some(membership)) => {
                let email = &membership.email;
                let again =
                    cx.index.by_email(email.raw()).is_some() || cx.facts.is_member(email) || cx.facts.is_invited(email);
                unchanged(!again && cx.facts.returning.contains_key(&membership.account))
            }
            (Some(member), Some(before), Some(after)) => {
                unchanged(edits::membership(member) == *before)?;
                unchanged(after.status != MemberStatus::Active || !self.given_since(cx, member))
            }
            (Some(member), Some(before), None) => {
                unchanged(edits::membership(member) == *before && self.takes_all_of(cx, member))
            }
            (None, Some(_), _) => Err(Refusal::NotFound { what: What::Member }),
            _ => Err(Refusal::CHANGED),
        }
    }

    /// Whether a member is there, or comes back in the same row.
    fn has_member(&self, cx: &Cx<'_>, member: MemberId) -> bool {
        let brings = |edit: &Edit| matches!(edit, Edit::Member { id, before: None, .. } if *id == member);
        cx.index.access.member(member).is_some() || self.takes(brings)
    }

    /// Whether a group is there, or comes back in the same row.
    fn has_group(&self, cx: &Cx<'_>, group: GroupId) -> bool {
        let brings = |edit: &Edit| matches!(edit, Edit::Group { id, before: None, .. } if *id == group);
        cx.index.group(group).is_ok() || self.takes(brings)
    }

    fn takes(&self, edit: impl FnMut(&Edit) -> bool) -> bool {
        self.delta.0.iter().any(edit)
    }

    fn takes_grant(&self, grant: &Grant) -> bool {
        self.takes(|edit| matches!(edit, Edit::Grant { id, before: Some(_), .. } if *id == grant.id))
    }

    /// Whether a member has got an edge since, which would come alive with the membership.
    fn given_since(&self, cx: &Cx<'_>, member: &Member) -> bool {
        let grants = cx.index.grants_of(Subject::Member(member.id)).map(|grant| &grant.edge);
        let roles = member.roles.iter().map(|(_, edge)| edge);
        let groups = member.groups.iter().map(|(_, edge)| edge);
        let direct = member.direct.iter().map(|(_, edge)| edge);
        let mut edges = grants.chain(roles).chain(groups).chain(direct);
        edges.any(|edge| edge.live(cx.now) && edge.granted_at > self.since)
    }

    /// Whether a member who goes holds nothing more than goes with them.
    fn takes_all_of(&self, cx: &Cx<'_>, member: &Member) -> bool {
        fn living<I>(edges: &[(I, Edge)], now: Timestamp) -> impl Iterator<Item = &I> {
            edges.iter().filter(move |(_, edge)| edge.live(now)).map(|(id, _)| id)
        }
        let now = cx.now;
        let roles = living(&member.roles, now)
            .all(|id| self.takes(|edit| matches!(edit, Edit::Role { role, before: Some(_), .. } if role == id)));
        let groups = living(&member.groups, now)
            .all(|id| self.takes(|edit| matches!(edit, Edit::InGroup { group, before: Some(_), .. } if group == id)));
        let direct = living(&member.direct, now).all(|cap| {
            let key = &cx.catalogue().get(*cap).key;
            self.takes(|edit| matches!(edit, Edit::Direct { capability, before: Some(_), .. } if capability == key))
        });
        let mut grants = cx.index.grants_of(Subject::Member(member.id)).filter(|grant| grant.edge.live(now));
        let (led, owned) = cx.index.led_by(member.id);
        let led = led.iter().all(|one| self.takes(|edit| matches!(edit, Edit::Group { id, .. } if *id == one.id)));
        let owned = owned.iter().all(|one| self.takes(|edit| matches!(edit, Edit::Folder { id, .. } if *id == one.id)));
        roles && groups && direct && led && owned && grants.all(|grant| self.takes_grant(grant))
    }

    /// Whether a group that goes has no member, grant or fence more than goes with it.
    fn takes_all_of_group(&self, cx: &Cx<'_>, group: GroupId) -> bool {
        let now = cx.now;
        let belongs = |member: &&Member| member.groups.iter().any(|(id, edge)| *id == group && edge.live(now));
        let leaves = |member: &Member| {
            self.takes(|edit| matches!(edit, Edit::InGroup { member: id, before: Some(_), .. } if *id == member.id))
        };
        let opens = |fence: &Fence| {
            self.takes(|edit| matches!(edit, Edit::Fence { folder, before: Some(_), .. } if *folder == fence.folder))
        };
        let mut grants = cx.index.grants_of(Subject::Group(group)).filter(|grant| grant.edge.live(now));
        let mut fences = cx.before().fences.iter().filter(|fence| fence.group == group && fence.edge.live(now));
        cx.before().members.iter().filter(belongs).all(leaves)
            && grants.all(|grant| self.takes_grant(grant))
            && fences.all(opens)
    }

    /// Whether a folder that goes has no folder, grant or fence in it more than goes with it.
    fn takes_all_of_folder(&self, cx: &Cx<'_>, folder: FolderId) -> bool {
        let (before, now) = (cx.before(), cx.now);
        let goes =
            |one: &Folder| self.takes(|edit| matches!(edit, Edit::Folder { id, after: None, .. } if *id == one.id));
        let opens = |fence: &Fence| {
            let of = (fence.folder, fence.group);
            self.takes(
                |edit| matches!(edit, Edit::Fence { folder, group, before: Some(_), .. } if (*folder, *group) == of),
            )
        };
        let mut grants = before.grants.iter().filter(|grant| grant.folder == folder && grant.edge.live(now));
        let mut fences = before.fences.iter().filter(|fence| fence.folder == folder && fence.edge.live(now));
        before.folders.iter().filter(|one| one.parent == Some(folder)).all(goes)
            && grants.all(|grant| self.takes_grant(grant))
            && fences.all(opens)
    }

    /// The edge that is there now and lives.
    ///
    /// # Errors
    /// What the edge leads to is not there any more.
    fn held(&self, cx: &Cx<'_>, edit: &Edit) -> Result<Option<Edge>, Refusal> {
        fn of<I: PartialEq>(cx: &Cx<'_>, edges: &[(I, Edge)], id: &I) -> Option<Edge> {
            edges.iter().find(|(one, edge)| one == id && edge.live(cx.now)).map(|(_, edge)| edge.clone())
        }
        let of_member = |id: MemberId| cx.index.access.member(id);
        Ok(match edit {
            Edit::Role { member, role, .. } => {
                unchanged(cx.before().roles.iter().any(|one| one.id == *role))?;
                of_member(*member).and_then(|member| of(cx, &member.roles, role))
            }
            Edit::InGroup { member, group, .. } => {
                unchanged(self.has_group(cx, *group))?;
                of_member(*member).and_then(|member| of(cx, &member.groups, group))
            }
            Edit::Direct { member, capability, .. } => {
                let cap = cx.catalogue().find(capability).ok_or(Refusal::CHANGED)?;
                of_member(*member).and_then(|member| of(cx, &member.direct, &cap))
            }
            Edit::Grant { id, folder, subject, capability, effect, .. } => {
                cx.index.folder(*folder).map_err(|_| Refusal::CHANGED)?;
                if let Subject::Group(group) = subject {
                    unchanged(self.has_group(cx, *group))?;
                }
                let cap = cx.catalogue().find(capability).ok_or(Refusal::CHANGED)?;
                let mut same = cx.index.grants_of(*subject).filter(|one| {
                    (one.folder, one.capability, one.effect) == (*folder, cap, *effect) && one.edge.live(cx.now)
                });
                let found = same.next();
                // The same grant, made anew by somebody, is not the one that was left.
                unchanged(found.is_none_or(|grant| grant.id == *id))?;
                found.map(|grant| grant.edge.clone())
            }
            Edit::Fence { folder, group, .. } => {
                cx.index.folder(*folder).map_err(|_| Refusal::CHANGED)?;
                unchanged(self.has_group(cx, *group))?;
                let mut fences = cx.before().fences.iter().filter(|one| one.edge.live(cx.now));
                fences.find(|one| (one.folder, one.group) == (*folder, *group)).map(|fence| fence.edge.clone())
            }
            _ => None,
        })
    }
}

fn unchanged(same: bool) -> Result<(), Refusal> {
    if same { Ok(()) } else { Err(Refusal::CHANGED) }
}

/// That the clock has run out since is nothing that anybody did; who waits behind it is the membership's matter.
fn timeless(record: &InvitationRecord) -> InvitationRecord {
    let status = if record.status == InvitationStatus::Expired { InvitationStatus::Sent } else { record.status };
    InvitationRecord { status, ..record.clone() }
}

fn with_edges(mut edit: Edit, old: Option<Edge>, new: Option<Edge>) -> Edit {
    if let Edit::Role { before, after, .. }
    | Edit::InGroup { before, after, .. }
    | Edit::Direct { before, after, .. }
    | Edit::Grant { before, after, .. }
    | Edit::Fence { before, after, .. } = &mut edit
    {
        (*before, *after) = (old, new);
    }
    edit
}

/// Where members hold one role, a role does not come back beside another that was given since.
fn one_role(cx: &Cx<'_>, edits: &[Edit]) -> Result<(), Refusal> {
    if cx.before().policies.max_roles != MaxRoles::One {
        return Ok(());
    }
    for edit in edits {
        let Edit::Role { member: id, after: Some(_), .. } = edit else { continue };
        let Some(member) = cx.index.access.member(*id) else { continue };
        let goes = |role| {
            let of = |one: &Edit| matches!(one, Edit::Role { member, role: gone, .. } if member == id && *gone == role);
            edits.iter().any(of)
        };
        unchanged(!member.roles.iter().any(|(role, edge)| edge.live(cx.now) && !goes(*role)))?;
    }
    Ok(())
}
