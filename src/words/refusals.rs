//! Why a change or a row is refused or left out, and what to know before a change is made.
//!
//! Every text starts in lower case and has no full stop, so that it can follow a name or `failed:`.

use super::{Labels, Value, capabilities, capability, counted, list, say, things};
use crate::{
    domain::{
        address::AddressFault,
        change::{Field, Override, Refusal, Warning, What},
        plan::RowOutcome,
        untrusted::visible,
    },
    i18n::t_or,
};

/// Why a change or a row is refused, and what to do about it.
pub fn refusal(why: &Refusal, labels: &dyn Labels) -> String {
    let values = parameters(why, labels);
    let values: Vec<Value<'_>> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    say(&key(why), &values)
}

/// The key of its text. Parameters that may be missing have a text with and one without them.
fn key(why: &Refusal) -> String {
    let mut key = format!("refusal.{}", why.code());
    if let Refusal::ChangedSince { now, by, at } = why {
        for (given, suffix) in [(by.is_some(), "-by"), (at.is_some(), "-at"), (!now.is_empty(), "-now")] {
            key.push_str(if given { suffix } else { "" });
        }
    }
    if let Refusal::AtWork { elsewhere: true } = why {
        key.push_str("-elsewhere");
    }
    key
}

fn parameters(why: &Refusal, labels: &dyn Labels) -> Vec<(&'static str, String)> {
    let of = |field: &Field| ("field", self::field(*field).to_owned());
    match why {
        Refusal::Lacks { capability: key } | Refusal::NotPerFolder { capability: key } => {
            vec![("capability", capability(labels, key))]
        }
        Refusal::Beyond { capabilities: keys } | Refusal::Above { capabilities: keys } => {
            vec![("capabilities", capabilities(labels, keys))]
        }
        Refusal::NotFound { what } => vec![("what", self::what(*what).to_owned())],
        Refusal::ChangedSince { now, by, at } => {
            let by = by.as_ref().map(|by| ("by", by.to_string()));
            let at = at.map(|at| ("at", things::minute(at)));
            [Some(("now", things::dated(now, labels))), by, at].into_iter().flatten().collect()
        }
        Refusal::NameTaken { name } => vec![("name", name.to_string())],
        Refusal::FenceOpens { folder } | Refusal::NotEmpty { folder } => vec![("folder", folder.to_string())],
        Refusal::SameMember { row } | Refusal::SameAddress { row } => vec![("row", row.to_string())],
        Refusal::Required { field }
        | Refusal::ExactlyOne { field }
        | Refusal::NamedTwice { field }
        | Refusal::Gone { field }
        | Refusal::BothWays { field }
        | Refusal::Past { field } => vec![of(field)],
        Refusal::TooLong { field, most } => vec![of(field), ("most", most.to_string())],
        Refusal::ControlCharacter { field, character } => vec![of(field), ("character", visible(character))],
        Refusal::OutOfRange { field, from, to } => {
            vec![of(field), ("from", from.to_string()), ("to", to.to_string())]
        }
        Refusal::UnknownCapability { field, capability } => {
            vec![of(field), ("capability", capability.to_string())]
        }
        Refusal::UndoneAlready { by } => vec![("by", by.to_string())],
        Refusal::TooMany { rows, most } => vec![("rows", rows.to_string()), ("most", most.to_string())],
        Refusal::TooManyInvitations { seconds } => {
            vec![("minutes", seconds.unsigned_abs().div_ceil(60).to_string())]
        }
        Refusal::Address { fault } => vec![("fault", address_fault(*fault).to_owned())],
        Refusal::OwnExpiry
        | Refusal::Yourself
        | Refusal::Owner
        | Refusal::OwnerUndeniable
        | Refusal::OwnerHoldsAll
        | Refusal::OwnerOnly
        | Refusal::NoOwner
        | Refusal::LastAdministrator
        | Refusal::Provider
        | Refusal::ActorGone
        | Refusal::TakenBack
        | Refusal::NothingChanges
        | Refusal::Irreversible
        | Refusal::AtWork { .. }
        | Refusal::NotYours
        | Refusal::NoFilter
        | Refusal::Pending
        | Refusal::InvitationSettled
        | Refusal::InvitationRoleGone
        | Refusal::MemberAlready
        | Refusal::InvitedAlready
        | Refusal::GrantThere
        | Refusal::OneAtATime
        | Refusal::NoMember
        | Refusal::OwnAddress
        | Refusal::NotActive
        | Refusal::CannotSignIn
        | Refusal::PasswordAgain => Vec::new(),
    }
}

/// What to know before a change is made.
pub fn warning(warning: &Warning) -> String {
    match warning {
        Warning::FewAdministrators { remaining: 0 } => say("warning.few_administrators-none", &[]),
        Warning::FewAdministrators { remaining } => {
            let key = counted("warning.few_administrators-one", "warning.few_administrators", u64::from(*remaining));
            say(key, &[("remaining", &remaining.to_string())])
        }
        Warning::ForeignDomain { domain } => say("warning.foreign_domain", &[("domain", &domain.to_string())]),
        Warning::LookAlike { of: Some(of) } => say("warning.look_alike", &[("of", &of.to_string())]),
        Warning::LookAlike { of: None } => say("warning.look_alike-mixed", &[]),
        Warning::ExistingAccount { consent: false } => say("warning.existing_account", &[]),
        Warning::ExistingAccount { consent: true } => say("warning.existing_account-consent", &[]),
        Warning::InvitationsEnd { invitations } => {
            let key = counted("warning.invitations_end-one", "warning.invitations_end", u64::from(*invitations));
            say(key, &[("invitations", &invitations.to_string())])
        }
        Warning::Shadowed { by } => {
            let named = list(by.iter().map(overrides));
            say(counted("warning.shadowed-one", "warning.shadowed", by.len() as u64), &[("by", &named)])
        }
        Warning::Final => say("warning.final", &[]),
    }
}

fn overrides(one: &Override) -> String {
    match one {
        Override::Deny { group: None, folder } => say("warning.shadowed-deny", &[("folder", &folder.to_string())]),
        Override::Deny { group: Some(group), folder } => {
            say("warning.shadowed-group", &[("group", &group.to_string()), ("folder", &folder.to_string())])
        }
        Override::Fence { folder } => say("warning.shadowed-fence", &[("folder", &folder.to_string())]),
    }
}

/// What is wrong with an e-mail address.
pub fn address_fault(fault: AddressFault) -> &'static str {
    t_or(&format!("address.{}", fault.code()), fault.code())
}

/// The name of a field, in lower case.
pub fn field(field: Field) -> &'static str {
    t_or(&format!("field.{}", field.name()), field.name())
}

/// The name of a kind of resource, in lower case.
pub fn what(what: What) -> &'static str {
    t_or(&format!("what.{}", what.name()), what.name())
}

/// Where an outcome is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// In a plan: how the row would end.
    Plan,
    /// In a change: how the row ended.
    Change,
}

/// How a row ends, with the reason where it is not done.
pub fn outcome(outcome: &RowOutcome, stage: Stage, labels: &dyn Labels) -> String {
    let key = match (outcome, stage) {
        (RowOutcome::Done, Stage::Plan) => "outcome.planned",
        (RowOutcome::Done, Stage::Change) => "outcome.done",
        (RowOutcome::Unchanged, _) => "outcome.unchanged",
        (RowOutcome::Skipped { .. }, Stage::Plan) => "outcome.left_out",
        (RowOutcome::Skipped { .. }, Stage::Change) => "outcome.skipped",
        (RowOutcome::Failed { .. }, _) => "outcome.failed",
    };
    let why = outcome.why().map(|why| refusal(why, labels)).unwrap_or_default();
    say(key, &[("why", &why)])
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{labels, tags, units},
        *,
    };
    use crate::{
        domain::{change::Thing, id::ChangeId, time::Timestamp, untrusted::Text},
        i18n::has,
    };
    use std::collections::BTreeSet;

    fn text(key: &str) -> &'static str {
        assert!(has(key), "no text for {key}");
        t_or(key, "")
    }

    fn changed(now: bool, by: bool, at: bool) -> Refusal {
        let viewer = Thing::Role { name: "Viewer".into(), until: None };
        Refusal::ChangedSince {
            now: now.then_some(viewer).into_iter().collect(),
            by: by.then(|| "olim@w.test".into()),
            at: at.then_some(Timestamp(1_767_225_660)),
        }
    }

    /// One of every variant.
    fn examples() -> Vec<Refusal> {
        let key = || "content.write".to_owned();
        let field = Field::Name;
        vec![
            Refusal::Lacks { capability: key() },
            Refusal::Beyond { capabilities: vec![key(), "devices.write".to_owned()] },
            Refusal::Above { capabilities: vec![key()] },
            Refusal::OwnExpiry,
            Refusal::Yourself,
            Refusal::Owner,
            Refusal::OwnerUndeniable,
            Refusal::OwnerHoldsAll,
            Refusal::OwnerOnly,
            Refusal::NoOwner,
            Refusal::LastAdministrator,
            Refusal::Provider,
            Refusal::NotFound { what: What::Folder },
            changed(true, true, true),
            Refusal::ActorGone,
            Refusal::TakenBack,
            Refusal::NothingChanges,
            Refusal::Irreversible,
            Refusal::UndoneAlready { by: ChangeId(7) },
            Refusal::AtWork { elsewhere: false },
            Refusal::AtWork { elsewhere: true },
            Refusal::NotYours,
            Refusal::TooMany { rows: 300_000, most: 200_000 },
            Refusal::TooManyInvitations { seconds: 90 },
            Refusal::NoFilter,
            Refusal::Pending,
            Refusal::InvitationSettled,
            Refusal::InvitationRoleGone,
            Refusal::MemberAlready,
            Refusal::InvitedAlready,
            Refusal::GrantThere,
            Refusal::NameTaken { name: "Partners".into() },
            Refusal::FenceOpens { folder: "Promo Archive".into() },
            Refusal::NotEmpty { folder: "Promo Archive".into() },
            Refusal::SameMember { row: 3 },
            Refusal::SameAddress { row: 3 },
            Refusal::OneAtATime,
            Refusal::Required { field },
            Refusal::TooLong { field, most: 200 },
            Refusal::ControlCharacter { field, character: "U+001B".to_owned() },
            Refusal::ExactlyOne { field: Field::Roles },
            Refusal::NamedTwice { field: Field::Roles },
            Refusal::Gone { field: Field::Leader },
            Refusal::BothWays { field: Field::Add },
            Refusal::Past { field: Field::ExpiresAt },
            Refusal::OutOfRange { field: Field::TtlDays, from: 1, to: 365 },
            Refusal::UnknownCapability { field: Field::Capability, capability: "x.y".into() },
            Refusal::NotPerFolder { capability: key() },
            Refusal::Address { fault: AddressFault::Shape },
            Refusal::NoMember,
            Refusal::OwnAddress,
            Refusal::NotActive,
            Refusal::CannotSignIn,
            Refusal::PasswordAgain,
        ]
    }

    #[test]
    fn every_refusal_has_a_text_with_all_its_parameters() {
        let mut met = BTreeSet::new();
        for example in examples() {
            met.insert(example.code().to_owned());
            let template = text(&key(&example));
            let wire = serde_json::to_value(&example).expect("a refusal");
            // Flags choose the text, and seconds are shown as minutes.
            let shown = |(name, value): &(&String, &serde_json::Value)| {
                !value.is_boolean() && !["code", "seconds"].contains(&name.as_str())
            };
            for (name, _) in wire.as_object().expect("an object").iter().filter(shown) {
                assert!(template.contains(&format!("{{{name}}}")), "{}: {name} is missing", example.code());
            }
            let said = refusal(&example, &labels);
            assert!(!said.contains('{') && !said.ends_with('.') && !said.is_empty(), "{said}");
            for (name, value) in parameters(&example, &labels) {
                assert!(!value.is_empty() && said.contains(&value), "{said}: {name}");
            }
        }
        assert_eq!(met, tags::<Refusal>("code"), "an example of every variant");
    }

    #[test]
    fn what_is_known_of_a_change_in_the_meantime_is_said() {
        let said = |now, by, at| refusal(&changed(now, by, at), &labels);
        assert_eq!(refusal(&Refusal::CHANGED, &labels), "changed in the meantime");
        assert_eq!(
            said(true, true, true),
            "changed in the meantime by olim@w.test on 2026-01-01 00:01 UTC; now: Viewer"
        );
        for bits in 0..8 {
            let (now, by, at) = (bits & 1 > 0, bits & 2 > 0, bits & 4 > 0);
            let said = said(now, by, at);
            assert!(has(&key(&changed(now, by, at))) && !said.contains('{'), "{said}");
            assert_eq!([now, by, at], ["Viewer", "olim", "2026"].map(|part| said.contains(part)), "{said}");
        }
    }

    #[test]
    fn capabilities_are_said_by_their_labels() {
        assert_eq!(refusal(&Refusal::Lacks { capability: "content.write".into() }, &labels), {
            "you need Content · edit to do this"
        });
        let keys = vec!["content.write".to_owned(), "x".to_owned()];
        let said = refusal(&Refusal::Beyond { capabilities: keys }, &labels);
        assert!(said.ends_with(": Content · edit, x"), "{said}");
    }

    #[test]
    fn hostile_names_do_no_harm() {
        let hostile = "a\x1b[2J\u{202e}{field}";
        let shown = "a‹U+001B›[2J‹U+202E›{field}";
        for why in [
            Refusal::NameTaken { name: hostile.into() },
            Refusal::FenceOpens { folder: hostile.into() },
            Refusal::UnknownCapability { field: Field::Capability, capability: hostile.into() },
            Refusal::Lacks { capability: hostile.into() },
            Refusal::Above { capabilities: vec![hostile.into()] },
            Refusal::ControlCharacter { field: Field::Name, character: hostile.into() },
            Refusal::ChangedSince { now: vec![Thing::Name { name: hostile.into() }], by: None, at: None },
            Refusal::ChangedSince { now: Vec::new(), by: Some(hostile.into()), at: None },
        ] {
            let said = refusal(&why, &labels);
            assert!(said.contains(shown), "{said}");
        }
        assert!(warning(&Warning::LookAlike { of: Some(hostile.into()) }).contains(shown));
        assert!(warning(&Warning::ForeignDomain { domain: hostile.into() }).contains(shown));
    }

    #[test]
    fn every_warning_has_a_text() {
        let one = |n| {
            let deny = Override::Deny { group: Some("Partners".into()), folder: "Autumn".into() };
            Warning::Shadowed { by: [Override::Fence { folder: "Archive".into() }, deny].into_iter().take(n).collect() }
        };
        let all = [
            Warning::FewAdministrators { remaining: 0 },
            Warning::FewAdministrators { remaining: 1 },
            Warning::FewAdministrators { remaining: 2 },
            Warning::ForeignDomain { domain: Text::from("partner.test") },
            Warning::LookAlike { of: Some("olim@w.test".into()) },
            Warning::LookAlike { of: None },
            Warning::ExistingAccount { consent: false },
            Warning::ExistingAccount { consent: true },
            Warning::InvitationsEnd { invitations: 1 },
            Warning::InvitationsEnd { invitations: 2 },
            one(1),
            one(2),
            Warning::Final,
        ];
        let mut met = BTreeSet::new();
        let mut said = BTreeSet::new();
        for example in all {
            let wire = serde_json::to_value(&example).expect("a warning");
            met.insert(wire["warning"].as_str().expect("a tag").to_owned());
            let words = warning(&example);
            assert!(!words.contains('{') && !words.contains("warning."), "{words}");
            assert!(said.insert(words));
        }
        assert_eq!(met, tags::<Warning>("warning"));
        let shadowed = "this allow has no effect: the fence on Archive, the deny for Partners on Autumn override it";
        assert_eq!(warning(&one(2)), shadowed);
        let few = warning(&Warning::FewAdministrators { remaining: 1 });
        assert_eq!(few, "only 1 administrator who can sign in would remain; keep at least 2");
    }

    #[test]
    fn fields_resources_and_address_faults_have_texts() {
        for one in units::<Field>() {
            assert_eq!(text(&format!("field.{}", one.name())), field(one));
        }
        for one in units::<What>() {
            assert_eq!(text(&format!("what.{}", one.name())), what(one));
        }
        for one in units::<AddressFault>() {
            assert_eq!(text(&format!("address.{}", one.code())), address_fault(one));
            let said = refusal(&Refusal::Address { fault: one }, &labels);
            assert!(said.contains(address_fault(one)), "{said}");
        }
    }

    #[test]
    fn an_outcome_says_why() {
        let why = Refusal::Owner;
        let owner = refusal(&why, &labels);
        let said = |one: RowOutcome, stage| outcome(&one, stage, &labels);
        let skipped = RowOutcome::Skipped { why: why.clone() };
        assert_eq!(said(RowOutcome::Done, Stage::Change), "done");
        assert_eq!(said(RowOutcome::Done, Stage::Plan), "will change");
        assert_eq!(said(RowOutcome::Unchanged, Stage::Plan), "no change");
        assert_eq!(said(skipped.clone(), Stage::Plan), format!("left out: {owner}"));
        assert_eq!(said(skipped, Stage::Change), format!("skipped: {owner}"));
        assert_eq!(said(RowOutcome::Failed { why }, Stage::Change), format!("failed: {owner}"));
    }
}
