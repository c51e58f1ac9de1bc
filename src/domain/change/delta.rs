//! What a change does, as data: each thing it touches, before and after.
//!
//! A delta is made from a state of the workspace, applied to it ([`crate::domain::plan`] and the store), kept in the
//! audit log, and turned round for the undo. It holds identifiers, the whole of each edge, and the names of that time.

use super::RuleIndex;
use crate::domain::{
    edge::Edge,
    id::{AccountId, FolderId, GrantId, GroupId, InvitationId, MemberId, RoleId},
    invitation::InvitationStatus,
    model::{Effect, MemberStatus, Subject},
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};
use utoipa::ToSchema;

/// A membership without its edges.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Membership {
    pub account: AccountId,
    /// The login at that time.
    pub email: Text,
    pub status: MemberStatus,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owner: bool,
    pub joined_at: Timestamp,
}

/// A group without its members.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct GroupRecord {
    pub name: Text,
    pub description: Text,
    /// Keys, in catalogue order.
    pub capabilities: Vec<String>,
    pub leader: Option<MemberId>,
    /// The leader's login at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader_email: Option<Text>,
}

/// A folder without what is granted in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct FolderRecord {
    pub parent: Option<FolderId>,
    pub name: Text,
    /// One of the pack's kinds of folder.
    pub kind: Text,
    pub owner: Option<MemberId>,
}

/// An invitation without its roles and groups, which are those of the pending member behind it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct InvitationRecord {
    pub email: Text,
    pub name: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Text>,
    /// The account that answers for the link.
    pub inviter: Option<AccountId>,
    /// As stored; [`InvitationStatus::at`] is the state by the clock.
    pub status: InvitationStatus,
    /// The membership behind it.
    pub member: Option<MemberId>,
    pub created_at: Timestamp,
    pub sent_at: Timestamp,
    pub expires_at: Timestamp,
    pub settled_at: Option<Timestamp>,
    pub sends: i64,
    /// The version of its token: another number is another link.
    pub link: i64,
    /// What became of the mail.
    pub delivery: Text,
}

/// One thing, before and after. None: it was not there, or is not any more.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Edit {
    Member {
        id: MemberId,
        before: Option<Membership>,
        after: Option<Membership>,
    },
    /// A role held.
    Role {
        member: MemberId,
        role: RoleId,
        name: Text,
        before: Option<Edge>,
        after: Option<Edge>,
    },
    /// A group belonged to.
    InGroup {
        member: MemberId,
        group: GroupId,
        name: Text,
        before: Option<Edge>,
        after: Option<Edge>,
    },
    /// A direct permission.
    Direct {
        member: MemberId,
        capability: String,
        before: Option<Edge>,
        after: Option<Edge>,
    },
    Grant {
        id: GrantId,
        folder: FolderId,
        folder_name: Text,
        subject: Subject,
        subject_name: Text,
        capability: String,
        effect: Effect,
        before: Option<Edge>,
        after: Option<Edge>,
    },
    Fence {
        folder: FolderId,
        folder_name: Text,
        group: GroupId,
        group_name: Text,
        before: Option<Edge>,
        after: Option<Edge>,
    },
    Group {
        id: GroupId,
        before: Option<GroupRecord>,
        after: Option<GroupRecord>,
    },
    Folder {
        id: FolderId,
        before: Option<FolderRecord>,
        after: Option<FolderRecord>,
    },
    /// A person's name, the same in every workspace.
    Name {
        /// Their membership here.
        member: MemberId,
        account: AccountId,
        before: Text,
        after: Text,
    },
    Invitation {
        id: InvitationId,
        before: Option<InvitationRecord>,
        after: Option<InvitationRecord>,
    },
}

/// What an edit is about, whatever it makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum About {
    Member(MemberId),
    Role(MemberId, RoleId),
    InGroup(MemberId, GroupId),
    Direct(MemberId, String),
    Grant(GrantId),
    Fence(FolderId, GroupId),
    /// A group's name, description, leader, or one of its capabilities.
    Group(GroupId, String),
    Folder(FolderId),
    Name(AccountId),
    Invitation(InvitationId),
}

/// What a change of one row does. Empty: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Delta(pub Vec<Edit>);

/// An edge before and after; none for what is no edge.
pub type EdgeSides<'a> = (Option<&'a Edge>, Option<&'a Edge>);

impl Edit {
    /// What it is about; of a group, each part that it changes.
    fn about(&self) -> Vec<About> {
        vec![match self {
            Self::Member { id, .. } => About::Member(*id),
            Self::Role { member, role, .. } => About::Role(*member, *role),
            Self::InGroup { member, group, .. } => About::InGroup(*member, *group),
            Self::Direct { member, capability, .. } => About::Direct(*member, capability.clone()),
            Self::Grant { id, .. } => About::Grant(*id),
            Self::Fence { folder, group, .. } => About::Fence(*folder, *group),
            Self::Group { id, before, after } => {
                let parts = parts(before.as_ref(), after.as_ref()).into_iter();
                return parts.map(|part| About::Group(*id, part)).collect();
            }
            Self::Folder { id, .. } => About::Folder(*id),
            Self::Name { account, .. } => About::Name(*account),
            Self::Invitation { id, .. } => About::Invitation(*id),
        }]
    }
}

/// The parts of a group that differ.
fn parts(before: Option<&GroupRecord>, after: Option<&GroupRecord>) -> Vec<String> {
    let name = |one: Option<&GroupRecord>| one.map(|group| group.name.clone());
    let description = |one: Option<&GroupRecord>| one.map(|group| group.description.clone());
    let leader = |one: Option<&GroupRecord>| one.map(|group| group.leader);
    let differs = [
        ("name", name(before) != name(after)),
        ("description", description(before) != description(after)),
        ("leader", leader(before) != leader(after)),
    ];
    let mut parts: Vec<String> =
        differs.iter().filter(|(_, differs)| *differs).map(|(part, _)| (*part).into()).collect();
    let gives = |one: Option<&GroupRecord>| one.map(|group| group.capabilities.clone()).unwrap_or_default();
    let (old, new) = (gives(before), gives(after));
    parts.extend(old.iter().filter(|key| !new.contains(key)).cloned());
    parts.extend(new.into_iter().filter(|key| !old.contains(key)));
    parts
}

impl Edit {
    /// The edge that it is of.
    pub fn edge(&self) -> Option<EdgeSides<'_>> {
        match self {
            Self::Role { before, after, .. }
            | Self::InGroup { before, after, .. }
            | Self::Direct { before, after, .. }
            | Self::Grant { before, after, .. }
            | Self::Fence { before, after, .. } => Some((before.as_ref(), after.as_ref())),
            _ => None,
        }
    }

    /// The member that it is of; none where it is of a group, a folder or an invitation.
    pub fn member(&self) -> Option<MemberId> {
        match self {
            Self::Member { id: member, .. }
            | Self::Role { member, .. }
            | Self::InGroup { member, .. }
            | Self::Direct { member, .. }
            | Self::Name { member, .. }
            | Self::Grant { subject: Subject::Member(member), .. } => Some(*member),
            _ => None,
        }
    }

    /// The same, or whom an invitation is of.
    pub(super) fn person(&self) -> Option<MemberId> {
        let Self::Invitation { before, after, .. } = self else { return self.member() };
        let member = |record: &Option<InvitationRecord>| record.as_ref().and_then(|record| record.member);
        member(before).or(member(after))
    }

    fn turn(&mut self) {
        match self {
            Self::Member { before, after, .. } => std::mem::swap(before, after),
            Self::Role { before, after, .. }
            | Self::InGroup { before, after, .. }
            | Self::Direct { before, after, .. }
            | Self::Grant { before, after, .. }
            | Self::Fence { before, after, .. } => std::mem::swap(before, after),
            Self::Group { before, after, .. } => std::mem::swap(before, after),
            Self::Folder { before, after, .. } => std::mem::swap(before, after),
            Self::Name { before, after, .. } => std::mem::swap(before, after),
            Self::Invitation { before, after, .. } => std::mem::swap(before, after),
        }
    }
}

impl Delta {
    /// What it is about.
    pub fn about(&self) -> impl Iterator<Item = About> {
        self.0.iter().flat_map(Edit::about)
    }
}

impl Delta {
    /// Whether it does nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What takes it back, in the opposite order.
    #[must_use]
    pub fn inverse(mut self) -> Self {
        self.0.iter_mut().for_each(Edit::turn);
        self.0.reverse();
        self
    }

    /// Whether a membership comes, goes or changes its state. What the member leads and owns goes and comes with it.
    pub(super) fn is_of_membership(&self) -> bool {
        self.0.iter().any(|edit| matches!(edit, Edit::Member { .. }))
    }

    /// The one member that it is of; none where it is of several, or of none.
    pub fn of_one_member(&self) -> Option<MemberId> {
        let whole = self.is_of_membership();
        let led = |edit: &Edit| whole && matches!(edit, Edit::Group { .. } | Edit::Folder { .. });
        let mut members = self.0.iter().filter(|edit| !led(edit)).map(Edit::person);
        let first = members.next()??;
        members.all(|member| member == Some(first)).then_some(first)
    }

    /// Whether somebody is deactivated or removed by it, or becomes owner.
    pub(super) fn is_grave(&self) -> bool {
        self.0.iter().any(|edit| match edit {
            Edit::Member { before: Some(before), after: None, .. } => before.status != MemberStatus::Pending,
            Edit::Member { before, after: Some(after), .. } => {
                let before = before.as_ref();
                let deactivates = after.status == MemberStatus::Deactivated
                    && before.is_some_and(|before| before.status != MemberStatus::Deactivated);
                deactivates || (after.owner && before.is_none_or(|before| !before.owner))
            }
            _ => false,
        })
    }

    /// What it is of, by name: an e-mail address, a group, a folder, whom a grant is for.
    pub(in crate::domain) fn name(&self, index: &RuleIndex<'_>) -> Text {
        let email = |id: MemberId| index.access.member(id).map(|member| member.email.clone());
        let of = |edit: &Edit| match edit {
            Edit::Member { before, after, .. } => before.as_ref().or(after.as_ref()).map(|one| one.email.clone()),
            Edit::Invitation { before, after, .. } => before.as_ref().or(after.as_ref()).map(|one| one.email.clone()),
            Edit::Grant { subject_name, .. } => Some(subject_name.clone()),
            Edit::Role { member, .. }
            | Edit::InGroup { member, .. }
            | Edit::Direct { member, .. }
            | Edit::Name { member, .. } => email(*member),
            Edit::Group { .. } | Edit::Folder { .. } | Edit::Fence { .. } => None,
        };
        let of_place = |edit: &Edit| match edit {
            Edit::Group { before, after, .. } => before.as_ref().or(after.as_ref()).map(|one| one.name.clone()),
            Edit::Folder { before, after, .. } => before.as_ref().or(after.as_ref()).map(|one| one.name.clone()),
            Edit::Fence { folder_name, .. } => Some(folder_name.clone()),
            _ => None,
        };
        let heir = self.0.iter().find_map(|edit| match edit {
            Edit::Member { after: Some(after), .. } if after.owner => Some(after.email.clone()),
            _ => None,
        });
        // A group that goes takes grants and memberships along; a membership takes its groups' leaders.
        let place = || self.0.iter().find_map(of_place);
        let person = || self.0.iter().find_map(of);
        let name = if self.is_of_membership() { person().or_else(place) } else { place().or_else(person) };
        heir.or(name).unwrap_or_default()
    }

    /// On whom or what, as the audit log says it: the row's name, and the folder where it is of a grant.
    pub fn target(&self, name: &Text) -> Text {
        match self.0.first() {
            Some(Edit::Grant { folder_name, .. }) if self.0.len() == 1 => {
                Text::new(format!("{} @ {}", name.raw(), folder_name.raw()))
            }
            _ => name.clone(),
        }
    }

    /// The invitation that it makes or changes, before and after.
    pub fn invitation(&self) -> Option<(InvitationId, Option<&InvitationRecord>, Option<&InvitationRecord>)> {
        self.0.iter().find_map(|edit| match edit {
            Edit::Invitation { id, before, after } => Some((*id, before.as_ref(), after.as_ref())),
            _ => None,
        })
    }

    /// Whether it makes or brings back anything but edges of a member who is there.
    pub fn makes_something(&self) -> bool {
        self.0.iter().any(|edit| {
            matches!(
                edit,
                Edit::Member { before: None, .. }
                    | Edit::Group { before: None, .. }
                    | Edit::Folder { before: None, .. }
                    | Edit::Invitation { before: None, .. }
                    | Edit::Grant { before: None, .. }
            )
        })
    }

    /// Whether a link is made by it: an open invitation has another one after it than before.
    pub fn makes_link(&self) -> bool {
        self.invitation().is_some_and(|(_, before, after)| {
            after.is_some_and(|after| after.status.open() && before.is_none_or(|before| before.link != after.link))
        })
    }

    /// A number by which the same thing asked for of the same state is known again, whenever it is: what is made at
    /// the moment itself, `now`, is left out. None where the times are those of the log: of what is taken back. Stays
    /// the same over restarts and builds.
    pub(super) fn fingerprint(&self, now: Option<Timestamp>) -> i64 {
        let mut bare = self.clone();
        bare.0.iter_mut().for_each(Edit::forget_the_clock);
        if let Some(now) = now {
            bare.0.iter_mut().for_each(|edit| edit.forget(now));
        }
        let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
        bare.hash(&mut hasher);
        hasher.finish().cast_signed()
    }
}

impl Edit {
    /// Leaves out what follows the clock: that it has run out since is nothing that anybody did, nor when an invitation
    /// is settled.
    fn forget_the_clock(&mut self) {
        if let Self::Invitation { before: Some(before), after: Some(after), .. } = self {
            if before.status == InvitationStatus::Expired {
                before.status = InvitationStatus::Sent;
            }
            if before.settled_at != after.settled_at {
                after.settled_at = after.settled_at.map(|_| Timestamp(0));
            }
        }
    }

    /// Takes `now` out of what is made at that moment: told by what it is, since something else may have been made in
    /// the same second.
    fn forget(&mut self, now: Timestamp) {
        const NEVER: Timestamp = Timestamp(0);
        match self {
            // Edges of members are always made anew, those of grants only where there was none.
            Self::Role { after: Some(edge), .. }
            | Self::InGroup { after: Some(edge), .. }
            | Self::Direct { after: Some(edge), .. }
            | Self::Grant { before: None, after: Some(edge), .. }
            | Self::Fence { before: None, after: Some(edge), .. } => edge.granted_at = NEVER,
            Self::Member { before: None, after: Some(member), .. } => member.joined_at = NEVER,
            Self::Invitation { before, after: Some(record), .. } => {
                let before = before.as_ref();
                if before.is_none() {
                    record.created_at = NEVER;
                }
                let sent = before.is_none_or(|before| before.link != record.link);
                if sent {
                    record.sent_at = NEVER;
                }
                if sent || before.is_some_and(|before| before.expires_at != record.expires_at) {
                    record.expires_at = Timestamp(record.expires_at.since(now));
                }
            }
            _ => {}
        }
    }
}

/// FNV-1a, 64 bits: the standard library's hash may differ from build to build.
struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// What is not made yet has a negative number, which follows the row's place in its batch: of a change that is
    /// resumed that is another one.
    fn write_i64(&mut self, number: i64) {
        self.write(&number.max(-1).to_ne_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_the_same_wherever_the_row_stands_in_its_batch() {
        let invited = |id: i64, now: Timestamp, email: &str| {
            let membership = Membership {
                account: AccountId(id),
                email: email.into(),
                status: MemberStatus::Pending,
                owner: false,
                joined_at: now,
            };
            let delta = Delta(vec![Edit::Member { id: MemberId(id), before: None, after: Some(membership) }]);
            delta.fingerprint(Some(now))
        };
        let first = invited(-1, Timestamp(10), "bo@w.test");
        assert_eq!(invited(-70, Timestamp(20), "bo@w.test"), first);
        assert_ne!(invited(7, Timestamp(10), "bo@w.test"), first);
        assert_ne!(invited(-1, Timestamp(10), "cy@w.test"), first);
    }
}
