//! The rules of SPEC 4 that need only the state before a change, in the order in which a person can do
//! something about them: may you do this kind of thing, is it there, is it filled in right, may it be
//! touched at all.

use super::{
    Change, Facts, InvitationFacts, InviteDraft, Refusal, Warning,
    fields::{self, invalid},
    ground::Ground,
    restore,
    sketch::waiting,
};
use crate::domain::{
    address::{self, LookAlike},
    capability::key,
    id::{GroupId, MemberId},
    invitation::InvitationStatus,
    model::{Effect, Grant, Member, MemberStatus, Subject},
    pack::Attach,
    time::Timestamp,
    untrusted::Text,
};

/// A change, and what it is judged by besides the snapshot.
#[derive(Clone, Copy)]
pub(in crate::domain) struct Row<'a> {
    pub change: &'a Change,
    pub facts: &'a Facts,
}

/// Who wants to change something, when, and the state they find.
#[derive(Clone, Copy)]
pub(in crate::domain) struct Rules<'a> {
    pub ground: &'a Ground<'a>,
    pub actor: &'a Member,
    pub now: Timestamp,
    /// One of many rows: the owner and oneself are left alone whatever it is (SPEC 4.11).
    pub bulk: bool,
}

/// Any of these capabilities.
type AnyOf = &'static [&'static str];

const MEMBERS: AnyOf = &[key::MEMBERS_MANAGE];
const INVITATIONS: AnyOf = &[key::MEMBERS_INVITE, key::MEMBERS_MANAGE];
const GROUPS: AnyOf = &[key::GROUPS_MANAGE];
const GRANTS: AnyOf = &[key::GRANTS_MANAGE];

impl Rules<'_> {
    /// All of them.
    pub fn check(&self, row: Row<'_>) -> Result<(), Refusal> {
        self.may(row.change)?;
        self.is_there(row)?;
        fields::check(self.ground, row.change, row.facts, self.now)?;
        if row.facts.changed_since {
            return Err(restore::changed(match row.change {
                Change::SetRoles { .. } => "other roles were given after this was planned",
                _ => "it is not as this job left it",
            }));
        }
        self.may_be_touched(row)
    }

    /// The caller is active and holds what this kind of change needs, across the workspace.
    pub fn may(&self, change: &Change) -> Result<(), Refusal> {
        let any: AnyOf = match change {
            Change::Transfer { .. } => {
                return if self.actor.owner && self.actor.active() { Ok(()) } else { Err(Refusal::OwnerOnly) };
            }
            Change::SetRoles { .. }
            | Change::Deactivate { .. }
            | Change::Reactivate { .. }
            | Change::Remove { .. }
            | Change::Rename { .. } => MEMBERS,
            Change::Invite(_)
            | Change::ResendInvitation { .. }
            | Change::CancelInvitation { .. }
            | Change::ReopenInvitation { .. }
            | Change::EditInvitation { .. } => INVITATIONS,
            Change::SetGroupMembers { group, .. } if self.leads(&[*group]) => return Ok(()),
            Change::SetGroups { add, remove, .. } if self.leads(add) && self.leads(remove) => return Ok(()),
            Change::SetGroupMembers { .. }
            | Change::SetGroups { .. }
            | Change::CreateGroup(_)
            | Change::EditGroup { .. }
            | Change::DeleteGroup { .. } => GROUPS,
            Change::Grant { .. } | Change::EditGrant { .. } | Change::Revoke { .. } => GRANTS,
            Change::Restore { delta, .. } => {
                let of = restore::Kinds::of(delta);
                let mut kinds =
                    [(of.members, MEMBERS), (of.groups && !self.leads(&of.which), GROUPS), (of.grants, GRANTS)]
                        .into_iter()
                        .filter_map(|(needed, any)| needed.then_some(any));
                return kinds.try_for_each(|any| self.holds(any));
            }
        };
        self.holds(any)
    }

    fn leads(&self, groups: &[GroupId]) -> bool {
        let led = |id: &GroupId| self.ground.group(*id).is_ok_and(|group| group.leader == Some(self.actor.id));
        self.actor.active() && groups.iter().all(led)
    }

    fn holds(&self, any: AnyOf) -> Result<(), Refusal> {
        let held = self.ground.access.held(self.actor.id, None, self.now);
        let holds = |key: &&str| self.ground.snapshot.catalogue.find(key).is_some_and(|cap| held.has(cap));
        match any {
            _ if any.iter().any(holds) => Ok(()),
            [first, ..] => Err(Refusal::Lacks { capability: (*first).to_owned() }),
            [] => Ok(()),
        }
    }

    /// Everything that the change names by identifier and does not itself choose.
    fn is_there(&self, row: Row<'_>) -> Result<(), Refusal> {
        let ground = self.ground;
        match row.change {
            Change::SetRoles { member, .. }
            | Change::Deactivate { member, .. }
            | Change::Reactivate { member, .. }
            | Change::Remove { member, .. }
            | Change::Rename { member, .. } => ground.member(*member).map(drop),
            Change::SetGroups { member, add, remove, .. } => {
                ground.member(*member)?;
                add.iter().chain(remove).try_for_each(|id| ground.group(*id).map(drop))
            }
            Change::Restore { delta, .. } => restore::is_there(ground, delta, row.facts, self.now),
            Change::ReopenInvitation { delta, .. } => {
                invitation(row)?;
                restore::is_there(ground, delta, row.facts, self.now)
            }
            Change::EditGroup { group, .. } | Change::DeleteGroup { group, .. } => ground.group(*group).map(drop),
            Change::SetGroupMembers { group, add, remove, .. } => {
                ground.group(*group)?;
                add.iter().chain(remove).try_for_each(|id| ground.member(*id).map(drop))
            }
            Change::Grant { folder, subject, .. } => {
                ground.folder(*folder)?;
                match subject {
                    Subject::Member(id) => ground.member(*id).map(drop),
                    Subject::Group(id) => ground.group(*id).map(drop),
                }
            }
            Change::EditGrant { grant, .. } | Change::Revoke { grant, .. } => ground.grant(*grant).map(drop),
            Change::ResendInvitation { .. } | Change::CancelInvitation { .. } | Change::EditInvitation { .. } => {
                invitation(row).map(drop)
            }
            Change::Transfer { .. } | Change::CreateGroup(_) | Change::Invite(_) => Ok(()),
        }
    }

    /// The owner, oneself, what is settled, what stands against it already.
    fn may_be_touched(&self, row: Row<'_>) -> Result<(), Refusal> {
        match row.change {
            Change::SetRoles { member, .. } | Change::Remove { member, .. } => self.another(*member),
            Change::SetGroups { member, .. } => {
                self.not_owner(*member, "who is put into groups and taken out on the group itself")?;
                self.another(*member)
            }
            Change::Deactivate { member, .. } | Change::Reactivate { member, .. } => {
                self.another(*member)?;
                if self.ground.member(*member)?.status == MemberStatus::Pending {
                    return conflict(None, "this person is invited and not in yet: cancel the invitation instead");
                }
                Ok(())
            }
            Change::Restore { delta, .. } => {
                if self.ground.access.member(delta.member).is_some() {
                    self.another(delta.member)?;
                }
                restore::stands(self.ground, delta, self.now)
            }
            Change::ReopenInvitation { .. } => match invitation(row)?.status {
                InvitationStatus::Cancelled => Ok(()),
                _ => Err(restore::changed("the invitation is not as this job left it")),
            },
            Change::Grant { subject, effect, .. } => {
                if let Subject::Member(id) = subject {
                    match effect {
                        // A deny for a group that the owner is in leaves the owner alone.
                        Effect::Deny => self.not_owner(*id, "whom nothing can deny")?,
                        Effect::Allow if self.bulk => self.not_owner(*id, "who may do everything already")?,
                        Effect::Allow => {}
                    }
                    if self.bulk {
                        self.another(*id)?;
                    }
                }
                match self.same_grant(row.change) {
                    Some(_) => conflict(Some("capability"), "this grant is there already: edit it instead"),
                    None => Ok(()),
                }
            }
            Change::ResendInvitation { .. } | Change::CancelInvitation { .. } | Change::EditInvitation { .. } => {
                self.invitation_is_open(row)
            }
            Change::Transfer { email, .. } => self.heir(email, row),
            _ => Ok(()),
        }
    }

    /// Not the owner, and not oneself.
    fn another(&self, id: MemberId) -> Result<(), Refusal> {
        if self.ground.member(id)?.owner {
            Err(Refusal::Owner)
        } else if id == self.actor.id {
            Err(Refusal::Yourself)
        } else {
            Ok(())
        }
    }

    /// Not the owner, for a reason of its own.
    fn not_owner(&self, id: MemberId, why: &'static str) -> Result<(), Refusal> {
        if self.ground.member(id)?.owner { Err(Refusal::OwnerStays { why }) } else { Ok(()) }
    }

    /// The live grant that a change would make a second time.
    fn same_grant(&self, change: &Change) -> Option<&Grant> {
        let Change::Grant { folder, subject, capability, effect, .. } = change else { return None };
        let cap = self.ground.snapshot.catalogue.find(capability)?;
        let same = |one: &&Grant| {
            (one.folder, one.capability, one.effect) == (*folder, cap, *effect) && one.edge.live(self.now)
        };
        self.ground.grants_of(*subject).find(same)
    }

    /// Whether the grant that a change would make is there already, to the letter.
    pub fn granted_so(&self, change: &Change) -> bool {
        let Change::Grant { terms, .. } = change else { return false };
        self.same_grant(change).is_some_and(|grant| grant.edge.terms == *terms)
    }

    fn invitation_is_open(&self, row: Row<'_>) -> Result<(), Refusal> {
        let invitation = invitation(row)?;
        if !invitation.status.open() {
            return conflict(None, "this invitation is settled: invite the person again");
        }
        let roles = || invitation.roles.iter().all(|id| self.ground.snapshot.roles.iter().any(|role| role.id == *id));
        if matches!(row.change, Change::ResendInvitation { .. }) && !roles() {
            return conflict(None, "a role of this invitation is not there any more: edit the invitation first");
        }
        Ok(())
    }

    /// Invariant 1: ownership goes to another active member who can sign in, by the owner, confirmed.
    fn heir(&self, to: &Text, row: Row<'_>) -> Result<(), Refusal> {
        if !self.ground.snapshot.policies.owner {
            return conflict(None, "workspaces of this pack have no owner");
        }
        fields::email(to)?;
        match self.ground.by_email(to.raw()) {
            None => invalid("email", "no member of this workspace has that address"),
            Some(heir) if heir.id == self.actor.id => invalid("email", "this is you: name another member"),
            Some(heir) if !heir.active() => invalid("email", "this member is not active"),
            Some(heir) if !heir.can_sign_in => invalid(
                "email",
                "this member has no way to sign in: remove and invite them again, the link lets them choose a password",
            ),
            Some(_) if !row.facts.reauthenticated => invalid("password", "enter your password again to confirm"),
            Some(_) => Ok(()),
        }
    }

    /// Things to know that stop nothing.
    pub fn warn(&self, row: Row<'_>, warnings: &mut Vec<Warning>) {
        match row.change {
            Change::Grant { folder, subject, capability, effect: Effect::Allow, .. } => {
                let Some(cap) = self.ground.snapshot.catalogue.find(capability) else { return };
                let by = self.ground.access.denies_of(*subject, *folder, cap, self.now);
                if !by.is_empty() {
                    warnings.push(Warning::Shadowed { by });
                }
            }
            Change::Invite(draft) => self.warn_of_address(draft, row.facts, warnings),
            _ => {}
        }
    }

    /// Whether an open invitation goes with the change, which is not about it: a pending member has one.
    pub fn ends_an_invitation(&self, change: &Change) -> bool {
        let Change::Remove { member, .. } = change else { return false };
        self.ground.access.member(*member).is_some_and(|member| member.status == MemberStatus::Pending)
    }

    fn warn_of_address(&self, draft: &InviteDraft, facts: &Facts, warnings: &mut Vec<Warning>) {
        let (address, policies) = (draft.email.raw(), &self.ground.snapshot.policies);
        if facts.account_exists {
            warnings.push(Warning::ExistingAccount { consent: policies.attach == Attach::Consent });
        }
        if let Some(domain) = address::foreign(address, policies) {
            warnings.push(Warning::ForeignDomain { domain: Text::new(domain) });
        }
        match address::look_alike(address, &facts.administrators) {
            Some(LookAlike::Of(admin)) => warnings.push(Warning::LookAlike { of: Some(admin) }),
            Some(LookAlike::Mixed) => warnings.push(Warning::LookAlike { of: None }),
            None => {}
        }
    }
}

impl Row<'_> {
    /// The one member that the change is of; none where it is of several, or of none.
    pub fn member(&self, made: i64) -> Option<MemberId> {
        match self.change {
            Change::SetRoles { member, .. }
            | Change::SetGroups { member, .. }
            | Change::Deactivate { member, .. }
            | Change::Reactivate { member, .. }
            | Change::Remove { member, .. }
            | Change::Rename { member, .. }
            | Change::Grant { subject: Subject::Member(member), .. } => Some(*member),
            Change::Restore { delta, .. } | Change::ReopenInvitation { delta, .. } => Some(delta.member),
            Change::Invite(_) => Some(MemberId(made)),
            Change::ResendInvitation { .. } | Change::CancelInvitation { .. } | Change::EditInvitation { .. } => {
                waiting(self.facts)
            }
            _ => None,
        }
    }

    /// Whether what it does shows in the membership and its edges; where nothing shows, nothing is done.
    pub fn is_of_a_membership(&self) -> bool {
        matches!(
            self.change,
            Change::SetRoles { .. }
                | Change::SetGroups { .. }
                | Change::Deactivate { .. }
                | Change::Reactivate { .. }
                | Change::Remove { .. }
                | Change::Restore { .. }
                | Change::Grant { .. }
        )
    }

    /// Whether it changes nobody but one member.
    pub fn is_of_one(&self) -> bool {
        !matches!(
            self.change,
            Change::Transfer { .. }
                | Change::CreateGroup(_)
                | Change::EditGroup { .. }
                | Change::DeleteGroup { .. }
                | Change::SetGroupMembers { .. }
                | Change::Grant { subject: Subject::Group(_), .. }
                | Change::EditGrant { .. }
                | Change::Revoke { .. }
        )
    }
}

fn invitation<'a>(row: Row<'a>) -> Result<&'a InvitationFacts, Refusal> {
    row.facts.invitation.as_ref().ok_or(Refusal::Missing { what: "invitation" })
}

pub(super) fn conflict<T>(field: Option<&'static str>, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Conflict { field, message: message.into() })
}
