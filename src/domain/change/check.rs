//! The rules of SPEC 4, asked of one change in the order in which a person can do something about them:
//! may you do this kind of thing, is it there, is it filled in right, may it be touched at all, do you hold
//! what it hands out, and what would be left.

use super::{
    Change, Checked, Facts, InvitationFacts, InviteDraft, Refusal, Warning, apply,
    fields::{self, invalid},
    handing::Handing,
};
use crate::domain::{
    access::Access,
    address::{self, LookAlike, folded},
    capability::key,
    edge::EdgeSource,
    id::{FolderId, GrantId, GroupId, MemberId},
    model::{Effect, Grant, Group, Member, Snapshot, Subject},
    pack::Attach,
    plan::Comparison,
    time::Timestamp,
    untrusted::Text,
};

/// Whether `actor` may make this change now, and what it leads to. The snapshot must hold the actor,
/// every member whom the change names or touches, and every administrator. In the state after, what the
/// change makes has the identifier -1.
pub fn check(
    before: &Snapshot,
    actor: MemberId,
    change: &Change,
    facts: &Facts,
    now: Timestamp,
) -> Result<Checked, Refusal> {
    let actor = member(before, actor)?;
    let access = Access::new(before);
    let case = Case { before, access: &access, actor, change, facts, now };
    case.may()?;
    case.is_there()?;
    fields::check(before, change, facts, now)?;
    case.may_be_touched()?;
    let after = apply::apply(before, actor, change, facts, now);
    provider_edges_stay(before, &after, now)?;
    let comparison = Comparison::new(before, &after);
    Handing { comparison: &comparison, actor, change, facts, now }.check()?;
    let mut warnings = Vec::new();
    administrators_remain(&comparison, now, &mut warnings)?;
    case.warn(&mut warnings);
    Ok(Checked { after, warnings })
}

/// A change, who wants it, and what it is judged by.
struct Case<'a> {
    before: &'a Snapshot,
    access: &'a Access<'a>,
    actor: &'a Member,
    change: &'a Change,
    facts: &'a Facts,
    now: Timestamp,
}

impl Case<'_> {
    /// The caller is active and holds what this kind of change needs, across the workspace.
    fn may(&self) -> Result<(), Refusal> {
        let any: &[&str] = match self.change {
            Change::Transfer { .. } => {
                return if self.actor.owner && self.actor.active() { Ok(()) } else { Err(Refusal::OwnerOnly) };
            }
            Change::SetRoles { .. } | Change::Remove { .. } | Change::Rename { .. } => &[key::MEMBERS_MANAGE],
            Change::Invite(_)
            | Change::ResendInvitation { .. }
            | Change::CancelInvitation { .. }
            | Change::EditInvitation { .. } => &[key::MEMBERS_INVITE, key::MEMBERS_MANAGE],
            Change::SetGroupMembers { group: id, .. } => {
                let leads = |group: &Group| group.id == *id && group.leader == Some(self.actor.id);
                if self.actor.active() && self.before.groups.iter().any(leads) {
                    return Ok(());
                }
                &[key::GROUPS_MANAGE]
            }
            Change::CreateGroup(_) | Change::EditGroup { .. } | Change::DeleteGroup { .. } => &[key::GROUPS_MANAGE],
            Change::Grant { .. } | Change::EditGrant { .. } | Change::Revoke { .. } => &[key::GRANTS_MANAGE],
        };
        let held = self.access.held(self.actor.id, None, self.now);
        let holds = |key: &&str| self.before.catalogue.find(key).is_some_and(|cap| held.has(cap));
        match any {
            _ if any.iter().any(holds) => Ok(()),
            [first, ..] => Err(Refusal::Lacks { capability: (*first).to_owned() }),
            [] => Ok(()),
        }
    }

    /// Everything that the change names by identifier and does not itself choose.
    fn is_there(&self) -> Result<(), Refusal> {
        match self.change {
            Change::SetRoles { member: id, .. }
            | Change::Remove { member: id, .. }
            | Change::Rename { member: id, .. } => member(self.before, *id).map(drop),
            Change::EditGroup { group: id, .. } | Change::DeleteGroup { group: id, .. } => group(self.before, *id),
            Change::SetGroupMembers { group: id, add, remove, .. } => {
                group(self.before, *id)?;
                add.iter().chain(remove).try_for_each(|id| member(self.before, *id).map(drop))
            }
            Change::Grant { folder: at, subject, .. } => {
                folder(self.before, *at)?;
                match subject {
                    Subject::Member(id) => member(self.before, *id).map(drop),
                    Subject::Group(id) => group(self.before, *id),
                }
            }
            Change::EditGrant { grant: id, .. } | Change::Revoke { grant: id, .. } => grant(self.before, *id).map(drop),
            Change::ResendInvitation { .. } | Change::CancelInvitation { .. } | Change::EditInvitation { .. } => {
                self.invitation().map(drop)
            }
            Change::Transfer { .. } | Change::CreateGroup(_) | Change::Invite(_) => Ok(()),
        }
    }

    fn invitation(&self) -> Result<&InvitationFacts, Refusal> {
        self.facts.invitation.as_ref().ok_or(Refusal::Missing { what: "invitation" })
    }

    /// The owner, oneself, what is settled, what stands against it already.
    fn may_be_touched(&self) -> Result<(), Refusal> {
        match self.change {
            Change::SetRoles { member: id, .. } | Change::Remove { member: id, .. } => {
                if member(self.before, *id)?.owner {
                    Err(Refusal::Owner)
                } else if *id == self.actor.id {
                    Err(Refusal::Yourself)
                } else {
                    Ok(())
                }
            }
            Change::Grant { folder, subject, capability, effect, .. } => {
                let denied_owner = match subject {
                    Subject::Member(id) => *effect == Effect::Deny && member(self.before, *id)?.owner,
                    // A deny for a group that the owner is in leaves the owner alone.
                    Subject::Group(_) => false,
                };
                if denied_owner {
                    return Err(Refusal::Owner);
                }
                let cap = self.before.catalogue.find(capability);
                let same = |one: &&Grant| {
                    (one.folder, one.subject, Some(one.capability), one.effect) == (*folder, *subject, cap, *effect)
                };
                let mut live = self.before.grants.iter().filter(|one| one.edge.live(self.now));
                if live.any(|one| same(&one)) {
                    let message = "this grant is there already: edit it instead".to_owned();
                    return Err(Refusal::Conflict { field: Some("capability"), message });
                }
                Ok(())
            }
            Change::ResendInvitation { .. } | Change::CancelInvitation { .. } | Change::EditInvitation { .. } => {
                self.invitation_is_open()
            }
            Change::Transfer { email, .. } => self.heir(email),
            _ => Ok(()),
        }
    }

    fn invitation_is_open(&self) -> Result<(), Refusal> {
        let invitation = self.invitation()?;
        let conflict = |message: &str| Err(Refusal::Conflict { field: None, message: message.to_owned() });
        if invitation.settled {
            return conflict("this invitation is settled: invite the person again");
        }
        let roles = || invitation.roles.iter().all(|id| self.before.roles.iter().any(|role| role.id == *id));
        if matches!(self.change, Change::ResendInvitation { .. }) && !roles() {
            return conflict("a role of this invitation is not there any more: edit the invitation first");
        }
        Ok(())
    }

    /// Invariant 1: ownership goes to another active member who can sign in, by the owner, confirmed.
    fn heir(&self, to: &Text) -> Result<(), Refusal> {
        if !self.before.policies.owner {
            let message = "workspaces of this pack have no owner".to_owned();
            return Err(Refusal::Conflict { field: None, message });
        }
        fields::email(to)?;
        let heir = self.before.members.iter().find(|member| folded(member.email.raw()) == folded(to.raw()));
        match heir {
            None => invalid("email", "no member of this workspace has that address"),
            Some(heir) if heir.id == self.actor.id => invalid("email", "this is you: name another member"),
            Some(heir) if !heir.active() => invalid("email", "this member is not active"),
            Some(heir) if !heir.can_sign_in => invalid(
                "email",
                "this member has no way to sign in: remove and invite them again, the link lets them choose a password",
            ),
            Some(_) if !self.facts.reauthenticated => invalid("password", "enter your password again to confirm"),
            Some(_) => Ok(()),
        }
    }

    /// Things to know that stop nothing.
    fn warn(&self, warnings: &mut Vec<Warning>) {
        match self.change {
            Change::Grant { folder, subject, capability, effect: Effect::Allow, .. } => {
                let Some(cap) = self.before.catalogue.find(capability) else { return };
                let by = self.access.denies_of(*subject, *folder, cap, self.now);
                if !by.is_empty() {
                    warnings.push(Warning::Shadowed { by });
                }
            }
            Change::Invite(draft) => self.warn_of_address(draft, warnings),
            _ => {}
        }
    }

    fn warn_of_address(&self, draft: &InviteDraft, warnings: &mut Vec<Warning>) {
        let (address, policies) = (draft.email.raw(), &self.before.policies);
        if self.facts.account_exists {
            warnings.push(Warning::ExistingAccount { consent: policies.attach == Attach::Consent });
        }
        if let Some(domain) = address::foreign(address, policies) {
            warnings.push(Warning::ForeignDomain { domain: Text::new(domain) });
        }
        match address::look_alike(address, &self.facts.administrators) {
            Some(LookAlike::Of(admin)) => warnings.push(Warning::LookAlike { of: Some(admin) }),
            Some(LookAlike::Mixed) => warnings.push(Warning::LookAlike { of: None }),
            None => {}
        }
    }
}

fn member(snapshot: &Snapshot, id: MemberId) -> Result<&Member, Refusal> {
    snapshot.members.iter().find(|member| member.id == id).ok_or(Refusal::Missing { what: "member" })
}

fn group(snapshot: &Snapshot, id: GroupId) -> Result<(), Refusal> {
    let found = snapshot.groups.iter().any(|group| group.id == id);
    if found { Ok(()) } else { Err(Refusal::Missing { what: "group" }) }
}

fn folder(snapshot: &Snapshot, id: FolderId) -> Result<(), Refusal> {
    let found = snapshot.folders.iter().any(|folder| folder.id == id);
    if found { Ok(()) } else { Err(Refusal::Missing { what: "folder" }) }
}

fn grant(snapshot: &Snapshot, id: GrantId) -> Result<&Grant, Refusal> {
    snapshot.grants.iter().find(|grant| grant.id == id).ok_or(Refusal::Missing { what: "grant" })
}

/// Invariant 10: every live edge that an identity provider owns is still there, and as it was.
fn provider_edges_stay(before: &Snapshot, after: &Snapshot, now: Timestamp) -> Result<(), Refusal> {
    let theirs = |source: EdgeSource| source != EdgeSource::Manual;
    let kept = |member: &Member| {
        let new = after.members.iter().find(|one| one.id == member.id);
        let roles = member.roles.iter().filter(|(_, edge)| theirs(edge.source) && edge.live(now));
        let groups = member.groups.iter().filter(|(_, edge)| theirs(edge.source) && edge.live(now));
        let direct = member.direct.iter().filter(|(_, edge)| theirs(edge.source) && edge.live(now));
        match new {
            Some(new) => {
                roles.into_iter().all(|edge| new.roles.contains(edge))
                    && groups.into_iter().all(|edge| new.groups.contains(edge))
                    && direct.into_iter().all(|edge| new.direct.contains(edge))
            }
            None => roles.count() + groups.count() + direct.count() == 0,
        }
    };
    let provided = |member: &&Member| {
        let edges = member.roles.iter().map(|(_, edge)| edge).chain(member.groups.iter().map(|(_, edge)| edge));
        edges.chain(member.direct.iter().map(|(_, edge)| edge)).any(|edge| theirs(edge.source))
    };
    let members = before.members.iter().filter(provided).all(kept);
    let mut grants = before.grants.iter().filter(|grant| theirs(grant.edge.source) && grant.edge.live(now));
    let mut fences = before.fences.iter().filter(|fence| theirs(fence.edge.source) && fence.edge.live(now));
    let kept =
        members && grants.all(|grant| after.grants.contains(grant)) && fences.all(|fence| after.fences.contains(fence));
    if kept { Ok(()) } else { Err(Refusal::Provider) }
}

/// Invariant 2: after the whole of a change somebody can still administer the workspace.
fn administrators_remain(
    comparison: &Comparison<'_>,
    now: Timestamp,
    warnings: &mut Vec<Warning>,
) -> Result<(), Refusal> {
    let (old, new) = (administrators(&comparison.before, now), administrators(&comparison.after, now));
    let wanted = comparison.before.snapshot().policies.min_admins as usize;
    if new.len() >= old.len() {
        return Ok(());
    }
    if new.is_empty() {
        return Err(Refusal::LastAdministrator);
    }
    if new.len() < wanted {
        warnings.push(Warning::FewAdministrators { remaining: new.len() as u32 });
    }
    Ok(())
}

/// The active administrators: members who can sign in and hold `members.manage` and `roles.manage` across
/// the workspace; the owner is one.
pub fn administrators(access: &Access<'_>, now: Timestamp) -> Vec<MemberId> {
    let catalogue = &access.snapshot().catalogue;
    let needed = catalogue.set([key::MEMBERS_MANAGE, key::ROLES_MANAGE]);
    let Ok(needed) = needed else { return Vec::new() };
    let members = access.snapshot().members.iter().filter(|member| member.active() && member.can_sign_in);
    members.filter(|member| needed.within(access.held(member.id, None, now))).map(|member| member.id).collect()
}
