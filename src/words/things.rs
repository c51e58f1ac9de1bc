//! What a row has before or after a change.

use super::{Labels, capability, counted, list, say};
use crate::domain::{
    change::Thing,
    model::Effect,
    time::{DAY, Timestamp},
    untrusted::Text,
};

const HOUR: i64 = 3_600;

/// An exact number of days is still that number a moment after it was worked out.
const SLACK: i64 = 60;

/// One thing that a row has: `Viewer until 2026-12-31`. An end in the next 24 hours has its time as well.
pub fn thing(thing: &Thing, labels: &dyn Labels, now: Timestamp) -> String {
    say_thing(thing, labels, Some(now))
}

/// Several of them, in their order; empty for none.
pub fn things(all: &[Thing], labels: &dyn Labels, now: Timestamp) -> String {
    list(all.iter().map(|one| thing(one, labels, now)))
}

/// The same for whoever has no clock: ends are days.
pub(super) fn dated(all: &[Thing], labels: &dyn Labels) -> String {
    list(all.iter().map(|one| say_thing(one, labels, None)))
}

/// `Content · edit in Promo Archive`: a grant without its effect.
pub(super) fn place(capability_key: &str, folder: &Text, labels: &dyn Labels) -> String {
    let capability = capability(labels, capability_key);
    say("thing.place", &[("capability", &capability), ("folder", &folder.to_string())])
}

fn say_thing(thing: &Thing, labels: &dyn Labels, now: Option<Timestamp>) -> String {
    match thing {
        Thing::Status { status } => say(&format!("thing.{}", status.name()), &[]),
        Thing::Invitation { status } => say(&format!("thing.{}", status.name()), &[]),
        Thing::Owner => say("thing.owner", &[]),
        Thing::NewLink => say("thing.new_link", &[]),
        Thing::Role { name, until } => ends(say("thing.role", &[("name", &name.to_string())]), *until, now),
        Thing::Group { name, until } => ends(say("thing.group", &[("name", &name.to_string())]), *until, now),
        Thing::Permission { capability: key, until } => {
            ends(say("thing.permission", &[("capability", &capability(labels, key))]), *until, now)
        }
        Thing::Grant { effect, capability, folder, until, review, reason } => {
            let key = match effect {
                Effect::Allow => "thing.allow",
                Effect::Deny => "thing.deny",
            };
            let grant = say(key, &[("place", &place(capability, folder, labels))]);
            let review = review.map(|at| say("thing.review", &[("review", &day(at))]));
            let reason = reason.as_ref().filter(|reason| !reason.is_empty());
            let reason = reason.map(|reason| say("thing.reason", &[("reason", &reason.to_string())]));
            let grant = ends(grant, *until, now);
            let details = list(review.into_iter().chain(reason));
            if details.is_empty() {
                grant
            } else {
                say("thing.with_details", &[("thing", &grant), ("details", &details)])
            }
        }
        Thing::Fence { group, folder } => {
            say("thing.fence", &[("group", &group.to_string()), ("folder", &folder.to_string())])
        }
        Thing::Name { name } if name.is_empty() => say("thing.name-none", &[]),
        Thing::Name { name } => say("thing.name", &[("name", &name.to_string())]),
        Thing::Description { text } if text.is_empty() => say("thing.description-none", &[]),
        Thing::Description { text } => say("thing.description", &[("text", &text.to_string())]),
        Thing::Adds { capability: key } => say("thing.adds", &[("capability", &capability(labels, key))]),
        Thing::Leader { group, email } => {
            say("thing.leader", &[("group", &group.to_string()), ("email", &email.to_string())])
        }
        Thing::Folder { name } => say("thing.folder", &[("name", &name.to_string())]),
        Thing::Answerable { seconds } => answerable(*seconds),
    }
}

fn answerable(seconds: i64) -> String {
    let left = seconds.saturating_add(SLACK);
    let (one, other, n) = if left >= DAY {
        ("thing.days-one", "thing.days", left / DAY)
    } else {
        ("thing.hours-one", "thing.hours", left / HOUR)
    };
    match u64::try_from(n) {
        Ok(n) if n > 0 => say(counted(one, other, n), &[("n", &n.to_string())]),
        _ if seconds > 0 => say("thing.minutes", &[]),
        _ => say("thing.expired", &[]),
    }
}

/// With its end, where it has one.
pub(super) fn ends(thing: String, until: Option<Timestamp>, now: Option<Timestamp>) -> String {
    let Some(at) = until else { return thing };
    let soon = now.is_some_and(|now| (1..=DAY).contains(&at.since(now)));
    let until = if soon { minute(at) } else { day(at) };
    say("thing.until", &[("thing", &thing), ("until", &until)])
}

/// A day, UTC: the days that people type are (see `app::dialog::dates`).
fn day(at: Timestamp) -> String {
    shown(at, "%Y-%m-%d")
}

/// A minute, UTC.
pub(super) fn minute(at: Timestamp) -> String {
    shown(at, "%Y-%m-%d %H:%M UTC")
}

/// A moment that no calendar has is shown as its number of seconds.
fn shown(at: Timestamp, format: &str) -> String {
    jiff::Timestamp::from_second(at.0).map_or_else(|_| at.0.to_string(), |at| at.strftime(format).to_string())
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{labels, tags},
        *,
    };
    use crate::domain::{invitation::InvitationStatus, model::MemberStatus};
    use std::collections::BTreeSet;

    /// 2026-01-01.
    const NOW: Timestamp = Timestamp(1_767_225_600);

    fn role(until: Option<i64>) -> Thing {
        Thing::Role { name: "Viewer".into(), until: until.map(|seconds| NOW.plus(seconds)) }
    }

    fn grant(effect: Effect, folder: &str) -> Thing {
        let capability = "content.write".to_owned();
        Thing::Grant { effect, capability, folder: folder.into(), until: None, review: None, reason: None }
    }

    #[test]
    fn every_thing_has_words() {
        let review = Thing::Grant {
            effect: Effect::Allow,
            capability: "content.write".into(),
            folder: "Autumn".into(),
            until: Some(NOW.plus(365 * DAY - 1)),
            review: Some(NOW.plus(31 * DAY)),
            reason: Some("frozen".into()),
        };
        let table = [
            (Thing::Status { status: MemberStatus::Active }, "active"),
            (Thing::Status { status: MemberStatus::Pending }, "pending"),
            (Thing::Status { status: MemberStatus::Deactivated }, "deactivated"),
            (Thing::Owner, "owner"),
            (role(None), "Viewer"),
            (role(Some(365 * DAY - 1)), "Viewer until 2026-12-31"),
            (Thing::Group { name: "Content Team".into(), until: None }, "Content Team"),
            (Thing::Permission { capability: "content.write".into(), until: None }, "Content · edit"),
            (grant(Effect::Deny, "Promo Archive"), "deny Content · edit in Promo Archive"),
            (review, "allow Content · edit in Autumn until 2026-12-31 (review 2026-02-01, reason: frozen)"),
            (Thing::Fence { group: "Partners".into(), folder: "Autumn".into() }, "fence on Autumn: Partners"),
            (Thing::Name { name: "Bo Li".into() }, "Bo Li"),
            (Thing::Name { name: "".into() }, "no name"),
            (Thing::Description { text: "Edits".into() }, "description: Edits"),
            (Thing::Description { text: "".into() }, "no description"),
            (Thing::Adds { capability: "content.write".into() }, "Content · edit"),
            (Thing::Leader { group: "Desk".into(), email: "olim@w.test".into() }, "leader of Desk: olim@w.test"),
            (Thing::Folder { name: "Autumn".into() }, "Autumn"),
            (Thing::NewLink, "new link"),
            (Thing::Answerable { seconds: 7 * DAY }, "link valid for 7 days"),
        ];
        let mut met = BTreeSet::new();
        for (example, words) in table {
            assert_eq!(thing(&example, &labels, NOW), words);
            let wire = serde_json::to_value(&example).expect("a thing");
            met.insert(wire["thing"].as_str().expect("a tag").to_owned());
        }
        for status in InvitationStatus::ALL {
            assert_eq!(thing(&Thing::Invitation { status }, &labels, NOW), status.name());
            met.insert("invitation".to_owned());
        }
        assert_eq!(met, tags::<Thing>("thing"), "an example of every variant");
    }

    #[test]
    fn an_end_soon_has_its_time() {
        assert_eq!(thing(&role(Some(DAY - 1)), &labels, NOW), "Viewer until 2026-01-01 23:59 UTC");
        assert_eq!(thing(&role(Some(-1)), &labels, NOW), "Viewer until 2025-12-31");
        assert_eq!(thing(&role(Some(i64::MAX)), &labels, NOW), format!("Viewer until {}", i64::MAX));
        assert_eq!(dated(&[role(Some(DAY - 1))], &labels), "Viewer until 2026-01-01");
    }

    #[test]
    fn a_link_is_valid_for_days_or_hours() {
        let said = |seconds| thing(&Thing::Answerable { seconds }, &labels, NOW);
        assert_eq!(said(7 * DAY - 2), "link valid for 7 days");
        assert_eq!(said(2 * DAY - HOUR), "link valid for 1 day");
        assert_eq!(said(DAY - HOUR), "link valid for 23 hours");
        assert_eq!(said(HOUR), "link valid for 1 hour");
        assert_eq!(said(300), "link valid for less than 1 hour");
        assert_eq!(said(0), "expired");
        assert_eq!(said(i64::MIN), "expired");
    }

    #[test]
    fn several_are_joined_and_hostile_names_do_no_harm() {
        let all = [role(None), Thing::NewLink];
        assert_eq!(things(&all, &labels, NOW), "Viewer, new link");
        assert_eq!(things(&[], &labels, NOW), "");
        let hostile = grant(Effect::Allow, "a\x1b{capability}");
        assert_eq!(thing(&hostile, &labels, NOW), "allow Content · edit in a‹U+001B›{capability}");
    }
}
