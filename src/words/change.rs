//! What a change does in one line, and the verb that confirms it.

use super::{
    Labels, say,
    things::{self, things},
};
use crate::{
    api::wire::{Change, Origin},
    domain::{
        change::Thing,
        id::ChangeId,
        model::Effect,
        time::Timestamp,
        untrusted::{Text, visible},
    },
    i18n::{has, t_or},
};

/// What a title is made of.
#[derive(Debug, Clone, Copy, Default)]
pub struct Title<'a> {
    /// The name of the kind: `set_roles`.
    pub action: &'a str,
    /// What rows get; of a change of groups, those that members join.
    pub comes: &'a [Thing],
    /// The groups that members leave; empty for other kinds.
    pub goes: &'a [Thing],
    /// The name of its one row.
    pub name: Option<&'a Text>,
    /// The filter that chose its rows; empty for all rows.
    pub filter: Option<&'a Text>,
    /// Of an undo: what it goes back to.
    pub undo: Option<Undone<'a>>,
}

/// The change that an undo goes back to.
#[derive(Debug, Clone, Copy)]
pub struct Undone<'a> {
    pub change: ChangeId,
    /// Whether that change is done again: what is undone is its undo.
    pub again: bool,
    /// The name of that change's kind, to say what it did (`Undo 213: Role → Viewer`); none for `Undo 213` alone.
    pub action: Option<&'a str>,
}

impl<'a> From<&'a Change> for Title<'a> {
    fn from(change: &'a Change) -> Self {
        let undo = |origin: &'a Origin| Undone {
            change: origin.change,
            again: origin.again,
            action: Some(origin.action.as_str()),
        };
        Self {
            action: &change.action,
            comes: &change.what,
            goes: &change.goes,
            name: change.name.as_ref(),
            filter: change.filter.as_ref(),
            undo: change.origin.as_ref().map(undo),
        }
    }
}

/// What a change does: `Deny Content · edit in Promo Archive: Partners`.
pub fn title(of: &Title<'_>, labels: &dyn Labels, now: Timestamp) -> String {
    match of.undo {
        Some(undone) => {
            let key = if undone.again { "change_title.redo_of" } else { "change_title.undo_of" };
            let change = undone.change.0.to_string();
            let did = undone.action.map(|action| title(&Title { action, undo: None, ..*of }, labels, now));
            match did {
                Some(did) => say(&format!("{key}-what"), &[("change", &change), ("what", &did)]),
                None => say(key, &[("change", &change)]),
            }
        }
        None => titled(of, labels, now),
    }
}

/// The title of anything but an undo. A kind has texts for what is known: with what comes (`-what`), with the name of its
/// one row (`-name`), with both, with neither. A name that the text has no place for follows it.
fn titled(of: &Title<'_>, labels: &dyn Labels, now: Timestamp) -> String {
    let (variant, what) = what(of, labels, now);
    let name = of.name.map(Text::to_string);
    let goes = things(of.goes, labels, now);
    let (what_value, name_value) = (what.as_deref().unwrap_or_default(), name.as_deref().unwrap_or_default());
    let text = |suffix: &str| {
        let key = format!("change_title.{variant}{suffix}");
        has(&key).then(|| say(&key, &[("what", what_value), ("goes", &goes), ("name", name_value)]))
    };
    let with_name = match (&name, &what) {
        (Some(_), Some(_)) => text("-what-name").or_else(|| text("-name")),
        (Some(_), None) => text("-name"),
        (None, _) => None,
    };
    if let Some(title) = with_name {
        return title;
    }
    let title = what.as_ref().and_then(|_| text("-what")).or_else(|| text(""));
    let title = title.unwrap_or_else(|| visible(of.action));
    match (&name, of.filter) {
        (Some(name), _) => say("change_title.with_name", &[("title", &title), ("name", name)]),
        (None, Some(filter)) if filter.is_empty() => say("change_title.with_all", &[("title", &title)]),
        (None, Some(filter)) => say("change_title.with_filter", &[("title", &title), ("filter", &filter.to_string())]),
        (None, None) => title,
    }
}

/// Which of the texts of its kind it is, and what comes or goes.
fn what<'a>(of: &Title<'a>, labels: &dyn Labels, now: Timestamp) -> (&'a str, Option<String>) {
    let list = |all: &[Thing]| (!all.is_empty()).then(|| things(all, labels, now));
    match (of.action, list(of.comes), list(of.goes)) {
        ("set_groups", None, Some(goes)) => ("leave_groups", Some(goes)),
        ("set_groups", Some(comes), Some(_)) => ("move_groups", Some(comes)),
        ("group_members", comes, goes) => ("group_members", comes.or(goes)),
        ("grant", comes, _) => match of.comes {
            [Thing::Grant { effect, capability, folder, until, .. }] => {
                let place = things::place(capability, folder, labels);
                (effect.name(), Some(things::ends(place, *until, Some(now))))
            }
            _ => ("grant", comes),
        },
        (action, comes, _) => (action, comes),
    }
}

/// The verb that is typed with the number of rows: `deactivate 41`. A grant is typed by its effect.
pub fn verb(action: &str, effect: Option<Effect>) -> &'static str {
    let action = match (action, effect) {
        ("grant", Some(effect)) => effect.name(),
        _ => action,
    };
    t_or(&format!("verb.{action}"), "apply")
}

#[cfg(test)]
mod tests {
    use super::{super::tests::labels, *};
    use crate::domain::change::Kind;

    const NOW: Timestamp = Timestamp(1_767_225_600);

    fn group(name: &str) -> Thing {
        Thing::Group { name: name.into(), until: None }
    }

    fn said(of: &Title<'_>) -> String {
        title(of, &labels, NOW)
    }

    /// With nothing but its rows' name.
    fn named(action: &str, name: &str) -> String {
        said(&Title { action, name: Some(&name.into()), ..Title::default() })
    }

    #[test]
    fn every_kind_has_a_title_and_a_verb() {
        let (name, filter) = (Text::from("Partners"), Text::from("role:marketer"));
        for &action in Kind::NAMES {
            assert!(has(&format!("change_title.{action}")), "no title for {action}");
            let typed = verb(action, None);
            assert!(has(&format!("verb.{action}")) && typed.chars().all(|c| c.is_ascii_lowercase()), "{typed}");
            for comes in [&[][..], &[group("Desk")]] {
                for (name, filter) in [(None, None), (Some(&name), None), (None, Some(&filter))] {
                    let said = said(&Title { action, comes, name, filter, ..Title::default() });
                    assert!(!said.contains('{') && !said.contains("change_title"), "{said}");
                    assert_eq!(said.contains("Partners"), name.is_some(), "{said}");
                    assert_eq!(said.contains("role:marketer"), filter.is_some(), "{said}");
                }
            }
        }
    }

    #[test]
    fn titles_say_what_is_done() {
        for (action, title) in [
            ("create_group", "New group Partners"),
            ("edit_group", "Edit group Partners"),
            ("delete_group", "Delete group Partners"),
            ("deactivate", "Deactivate Partners"),
            ("transfer", "Transfer ownership to Partners"),
            ("invite", "Invite Partners"),
            ("resend", "Resend to Partners"),
            ("revoke", "Remove grant: Partners"),
        ] {
            assert_eq!(named(action, "Partners"), title);
        }
        let plain = |action| said(&Title { action, ..Title::default() });
        assert_eq!(plain("deactivate"), "Deactivate");
        assert_eq!(plain("cancel"), "Cancel invitation");
        assert_eq!(plain("rename"), "Rename");
        let new = [Thing::Name { name: "Bo Li".into() }];
        let name = Text::from("bo@w.test");
        let renamed = Title { action: "rename", comes: &new, name: Some(&name), ..Title::default() };
        assert_eq!(said(&renamed), "Rename bo@w.test to Bo Li");
    }

    #[test]
    fn roles_and_filters_are_in_the_title() {
        let roles = [Thing::Role { name: "Viewer".into(), until: None }];
        let filter = Text::from("role:marketer last:>90d");
        let of = Title { action: "set_roles", comes: &roles, filter: Some(&filter), ..Title::default() };
        assert_eq!(said(&of), "Role → Viewer, role:marketer last:>90d");
        assert_eq!(said(&Title { filter: Some(&"".into()), ..of }), "Role → Viewer, all");
        assert_eq!(said(&Title { name: Some(&"bo@w.test".into()), ..of }), "Role → Viewer: bo@w.test");
    }

    #[test]
    fn groups_come_and_go() {
        let (comes, goes) = ([group("Campaign Desk"), group("Content Team")], [group("Partners")]);
        let of = Title { action: "set_groups", ..Title::default() };
        assert_eq!(said(&Title { comes: &comes, ..of }), "Add to Campaign Desk, Content Team");
        assert_eq!(said(&Title { goes: &goes, ..of }), "Remove from Partners");
        let both = Title { comes: &comes[..1], goes: &goes, ..of };
        assert_eq!(said(&both), "Add to Campaign Desk, remove from Partners");
        assert_eq!(said(&Title { name: Some(&"bo@w.test".into()), ..both }), {
            "Add to Campaign Desk, remove from Partners: bo@w.test"
        });
        let members = Title { action: "group_members", goes: &goes, ..of };
        assert_eq!(said(&members), "Change members of Partners");
    }

    #[test]
    fn a_grant_begins_with_its_effect() {
        let grant = |effect, folder: &str| {
            let capability = "content.write".to_owned();
            [Thing::Grant { effect, capability, folder: folder.into(), until: None, review: None, reason: None }]
        };
        let name = Text::from("Partners");
        let deny = grant(Effect::Deny, "Promo Archive");
        let of = Title { action: "grant", comes: &deny, name: Some(&name), ..Title::default() };
        assert_eq!(said(&of), "Deny Content · edit in Promo Archive: Partners");
        let allow = grant(Effect::Allow, "Autumn");
        assert_eq!(said(&Title { comes: &allow, name: None, ..of }), "Allow Content · edit in Autumn");
        let revoke = Title { action: "revoke", ..of };
        assert_eq!(said(&revoke), "Remove deny Content · edit in Promo Archive: Partners");
        assert_eq!((verb("grant", Some(Effect::Deny)), verb("grant", Some(Effect::Allow))), ("deny", "allow"));
        assert_eq!(verb("deactivate", None), "deactivate");
    }

    #[test]
    fn an_undo_names_the_change() {
        let roles = [Thing::Role { name: "Viewer".into(), until: None }];
        let undo = |again, action| Some(Undone { change: ChangeId(213), again, action });
        let of = Title { action: "undo", comes: &roles, undo: undo(false, None), ..Title::default() };
        assert_eq!(said(&of), "Undo 213");
        assert_eq!(said(&Title { undo: undo(true, None), ..of }), "Redo 213");
        assert_eq!(said(&Title { undo: undo(false, Some("set_roles")), ..of }), "Undo 213: Role → Viewer");
        assert_eq!(said(&Title { undo: undo(true, Some("set_roles")), ..of }), "Redo 213: Role → Viewer");
        assert_eq!(said(&Title { action: "undo", ..Title::default() }), "Undo");
    }

    #[test]
    fn hostile_text_does_no_harm() {
        let hostile = Text::from("a\x1b{title}");
        assert_eq!(named("remove", hostile.raw()), "Remove a‹U+001B›{title}");
        let of = Title { action: "deactivate", filter: Some(&hostile), ..Title::default() };
        assert_eq!(said(&of), "Deactivate, a‹U+001B›{title}");
        assert_eq!(said(&Title { action: "new\x1bkind", ..Title::default() }), "new‹U+001B›kind");
        assert_eq!(verb("new\x1bkind", None), "apply");
    }
}
