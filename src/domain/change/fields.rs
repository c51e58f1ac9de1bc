//! Whether what a person filled in can be meant: lengths, characters, dates, names that exist.

use super::{Change, Facts, GroupDraft, InviteDraft, Refusal, ground::Ground};
use crate::domain::{
    address,
    edge::Terms,
    id::{GroupId, RoleId},
    model::{MemberStatus, Snapshot},
    pack::MaxRoles,
    time::Timestamp,
    untrusted::Text,
};

/// Characters of a name, at most.
pub const MAX_NAME: usize = 200;
/// Characters of a reason, at most.
pub const MAX_REASON: usize = 500;
/// Characters of a description or a message, at most.
pub const MAX_MESSAGE: usize = 2000;
/// Days that an invitation may live.
pub const TTL_DAYS: std::ops::RangeInclusive<i64> = 1..=365;

type Checked = Result<(), Refusal>;

pub(super) fn invalid<T>(field: &'static str, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Invalid { field, message: message.into() })
}

/// Looks at every field of a change.
pub(super) fn check(ground: &Ground<'_>, change: &Change, facts: &Facts, now: Timestamp) -> Checked {
    let before = ground.snapshot;
    match change {
        Change::SetRoles { roles, terms: of, .. } => {
            roles_exist(before, roles)?;
            terms(of, None, now)
        }
        Change::Rename { name: of, .. } => name("name", of),
        Change::CreateGroup(draft) => group(before, None, draft, facts),
        Change::EditGroup { group: id, draft } => group(before, Some(*id), draft, facts),
        Change::SetGroupMembers { add, remove, terms: of, .. } => {
            if add.iter().any(|member| remove.contains(member)) {
                return invalid("add", "a member cannot be put in and taken out at once");
            }
            terms(of, None, now)
        }
        Change::Grant { capability, terms: of, .. } => {
            let Some(cap) = before.catalogue.find(capability) else {
                return invalid("capability", "there is no such capability: choose one of the list");
            };
            let named = before.catalogue.get(cap);
            if !named.per_folder {
                return invalid("capability", format!("{} counts across the workspace, not in a folder", named.label));
            }
            terms(of, None, now)
        }
        Change::EditGrant { grant, terms: of } => {
            let old = before.grants.iter().find(|one| one.id == *grant);
            terms(of, old.map(|one| &one.edge.terms), now)
        }
        Change::SetGroups { add, remove, terms: of, .. } => {
            groups_exist(before, add)?;
            groups_exist(before, remove)?;
            if add.iter().any(|group| remove.contains(group)) {
                return invalid("add", "a group cannot be joined and left at once");
            }
            terms(of, None, now)
        }
        Change::Invite(draft) => invite(ground, draft, facts),
        Change::EditInvitation { roles, groups, ttl_days, .. } => {
            roles_exist(before, roles)?;
            groups_exist(before, groups)?;
            ttl(*ttl_days)
        }
        Change::Deactivate { reason: of, .. }
        | Change::Reactivate { reason: of, .. }
        | Change::Restore { reason: of, .. }
        | Change::ReopenInvitation { reason: of, .. }
        | Change::Remove { reason: of, .. }
        | Change::Transfer { reason: of, .. }
        | Change::DeleteGroup { reason: of, .. }
        | Change::Revoke { reason: of, .. }
        | Change::CancelInvitation { reason: of, .. } => reason(of.as_ref()),
        Change::ResendInvitation { .. } => Ok(()),
    }
}

fn longer(text: &Text, most: usize) -> bool {
    text.raw().chars().nth(most).is_some()
}

/// What is wrong with a name, if anything. A name is one line that reads as it is written; other odd
/// characters are kept and shown visibly.
pub fn name_fault(text: &Text) -> Option<String> {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.raw().trim().is_empty() {
        Some("enter a name".to_owned())
    } else if longer(text, MAX_NAME) {
        Some(format!("a name has at most {MAX_NAME} characters"))
    } else {
        let odd = text.raw().chars().find(|c| steers(*c));
        odd.map(|c| format!("the name has a control character (U+{:04X}): take it out", u32::from(c)))
    }
}

fn name(field: &'static str, text: &Text) -> Checked {
    name_fault(text).map_or(Ok(()), |fault| invalid(field, fault))
}

fn reason(text: Option<&Text>) -> Checked {
    match text {
        Some(text) if longer(text, MAX_REASON) => {
            invalid("reason", format!("a reason has at most {MAX_REASON} characters"))
        }
        _ => Ok(()),
    }
}

/// New dates lie ahead; dates that were there already may have passed.
fn terms(new: &Terms, old: Option<&Terms>, now: Timestamp) -> Checked {
    reason(new.reason.as_ref())?;
    let past = |new: Option<Timestamp>, old: Option<Timestamp>| new != old && new.is_some_and(|at| at <= now);
    if past(new.expires_at, old.and_then(|old| old.expires_at)) {
        return invalid("expires_at", "the expiry must lie in the future");
    }
    if past(new.review_at, old.and_then(|old| old.review_at)) {
        return invalid("review_at", "the review date must lie in the future");
    }
    Ok(())
}

pub(super) fn email(text: &Text) -> Checked {
    address::fault(text.raw().trim()).map_or(Ok(()), |fault| invalid("email", fault))
}

fn roles_exist(before: &Snapshot, roles: &[RoleId]) -> Checked {
    if before.policies.max_roles == MaxRoles::One && roles.len() != 1 {
        return invalid("roles", "choose exactly one role");
    }
    for (at, role) in roles.iter().enumerate() {
        if roles[..at].contains(role) {
            return invalid("roles", "a role is named twice");
        }
        if !before.roles.iter().any(|one| one.id == *role) {
            return invalid("roles", "a role is not there any more: choose another");
        }
    }
    Ok(())
}

fn groups_exist(before: &Snapshot, groups: &[GroupId]) -> Checked {
    for (at, group) in groups.iter().enumerate() {
        if groups[..at].contains(group) {
            return invalid("groups", "a group is named twice");
        }
        if !before.groups.iter().any(|one| one.id == *group) {
            return invalid("groups", "a group is not there any more: take it out");
        }
    }
    Ok(())
}

fn ttl(days: Option<i64>) -> Checked {
    match days {
        Some(days) if !TTL_DAYS.contains(&days) => invalid("ttl_days", "an invitation lives 1 to 365 days"),
        _ => Ok(()),
    }
}

fn group(before: &Snapshot, id: Option<GroupId>, draft: &GroupDraft, facts: &Facts) -> Checked {
    name("name", &draft.name)?;
    if longer(&draft.description, MAX_MESSAGE) {
        return invalid("description", format!("a description has at most {MAX_MESSAGE} characters"));
    }
    if let Err(unknown) = before.catalogue.set(draft.capabilities.iter().map(String::as_str)) {
        return invalid("capabilities", format!("there is no capability {}", Text::new(unknown)));
    }
    if let Some(leader) = draft.leader
        && !before.members.iter().any(|member| member.id == leader)
    {
        return invalid("leader", "the leader is not a member any more: choose another");
    }
    let wanted = draft.name.raw().trim().to_lowercase();
    let mut others = before.groups.iter().filter(|group| Some(group.id) != id);
    if facts.group_name_taken || others.any(|group| group.name.raw().trim().to_lowercase() == wanted) {
        let message = format!("there is a group {} already: choose another name", draft.name);
        return Err(Refusal::Conflict { field: Some("name"), message });
    }
    Ok(())
}

fn invite(ground: &Ground<'_>, draft: &InviteDraft, facts: &Facts) -> Checked {
    let before = ground.snapshot;
    email(&draft.email)?;
    match &draft.name {
        Some(of) if !of.raw().trim().is_empty() => name("name", of)?,
        _ if before.policies.required_fields.iter().any(|field| field == "name") => {
            return invalid("name", "enter a name: this workspace asks for one");
        }
        _ => {}
    }
    roles_exist(before, &draft.roles)?;
    groups_exist(before, &draft.groups)?;
    ttl(draft.ttl_days)?;
    if draft.message.as_ref().is_some_and(|message| longer(message, MAX_MESSAGE)) {
        return invalid("message", format!("a message has at most {MAX_MESSAGE} characters"));
    }
    let known = ground.by_email(draft.email.raw());
    let pending = known.is_some_and(|member| member.status == MemberStatus::Pending);
    let message = if facts.member_exists || (known.is_some() && !pending) {
        "a member already"
    } else if facts.live_invitation || pending {
        "invited already: resend or cancel it"
    } else {
        return Ok(());
    };
    Err(Refusal::Conflict { field: Some("email"), message: message.to_owned() })
}
