//! Whether what a person filled in can be meant: lengths, characters, dates, names that exist.

use super::{Cx, Field, Refusal};
use crate::domain::{
    address,
    edge::Terms,
    id::{GroupId, RoleId},
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

pub(super) fn no_longer(field: Field, text: &Text, most: usize) -> Checked {
    match text.raw().chars().nth(most) {
        Some(_) => Err(Refusal::TooLong { field, most: most as u64 }),
        None => Ok(()),
    }
}

/// What is wrong with a name, if anything. A name is one line that reads as it is written; other odd characters are
/// kept and shown visibly.
pub fn name_fault(text: &Text) -> Option<Refusal> {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let field = Field::Name;
    if text.raw().trim().is_empty() {
        return Some(Refusal::Required { field });
    }
    if let Err(long) = no_longer(field, text, MAX_NAME) {
        return Some(long);
    }
    let odd = text.raw().chars().find(|c| steers(*c));
    odd.map(|c| Refusal::ControlCharacter { field, character: format!("U+{:04X}", u32::from(c)) })
}

pub(super) fn name(text: &Text) -> Checked {
    name_fault(text).map_or(Ok(()), Err)
}

pub(super) fn reason(text: Option<&Text>) -> Checked {
    text.map_or(Ok(()), |text| no_longer(Field::Reason, text, MAX_REASON))
}

/// New dates lie ahead; dates that were there already may have passed.
pub(super) fn terms(new: &Terms, old: Option<&Terms>, now: Timestamp) -> Checked {
    reason(new.reason.as_ref())?;
    let past = |new: Option<Timestamp>, old: Option<Timestamp>| new != old && new.is_some_and(|at| at <= now);
    if past(new.expires_at, old.and_then(|old| old.expires_at)) {
        return Err(Refusal::Past { field: Field::ExpiresAt });
    }
    if past(new.review_at, old.and_then(|old| old.review_at)) {
        return Err(Refusal::Past { field: Field::ReviewAt });
    }
    Ok(())
}

pub(super) fn email(text: &Text) -> Checked {
    address::fault(text.raw().trim()).map_or(Ok(()), |fault| Err(Refusal::Address { fault }))
}

pub(super) fn roles_exist(cx: &Cx<'_>, roles: &[RoleId]) -> Checked {
    let (before, field) = (cx.before(), Field::Roles);
    if before.policies.max_roles == MaxRoles::One && roles.len() != 1 {
        return Err(Refusal::ExactlyOne { field });
    }
    each_once(field, roles, |role| before.roles.iter().any(|one| one.id == *role))
}

pub(super) fn groups_exist(cx: &Cx<'_>, field: Field, groups: &[GroupId]) -> Checked {
    each_once(field, groups, |group| cx.index.group(*group).is_ok())
}

fn each_once<T: PartialEq>(field: Field, all: &[T], there: impl Fn(&T) -> bool) -> Checked {
    for (at, one) in all.iter().enumerate() {
        if all[..at].contains(one) {
            return Err(Refusal::NamedTwice { field });
        }
        if !there(one) {
            return Err(Refusal::Gone { field });
        }
    }
    Ok(())
}

pub(super) fn ttl(days: Option<i64>) -> Checked {
    match days {
        Some(days) if !TTL_DAYS.contains(&days) => {
            Err(Refusal::OutOfRange { field: Field::TtlDays, from: *TTL_DAYS.start(), to: *TTL_DAYS.end() })
        }
        _ => Ok(()),
    }
}
