//! What rows of a plan come to: what they get and lose, and whose access changes.

use super::{Labels, Stage, capability, counted, list, outcome, say, things};
use crate::{
    api::wire::{EffectItem, Shape},
    domain::{change::Thing, time::Timestamp},
};

/// What becomes of a row: `Marketer → Viewer`, `+ Content Team`, or why nothing does. Empty for a person whose access
/// changes by another row.
pub fn becomes(shape: &Shape, labels: &dyn Labels, now: Timestamp) -> String {
    if shape.changes() {
        sides(&shape.before, &shape.after, labels, now)
    } else {
        outcome(&shape.outcome, Stage::Plan, labels)
    }
}

/// What goes and what comes: `Marketer → Viewer`, `+ Content Team`, `− Content Team`.
pub fn sides(before: &[Thing], after: &[Thing], labels: &dyn Labels, now: Timestamp) -> String {
    // Somebody new had no name before, and nothing else either.
    let before =
        if matches!(before, [Thing::Name { name }] if name.is_empty()) && after.len() > 1 { &[] } else { before };
    let (goes, comes) = (things(before, labels, now), things(after, labels, now));
    let key = match (before, after) {
        ([], []) => return String::new(),
        ([], _) => "effect.comes",
        (_, []) => "effect.goes",
        _ => "effect.from_to",
    };
    say(key, &[("before", &goes), ("after", &comes)])
}

/// What a person gains in effect; empty for nothing.
pub fn gains(shape: &Shape, labels: &dyn Labels) -> String {
    items(&shape.gains, ("effect.not_in-one", "effect.not_in"), shape.once_active, labels)
}

/// What a person loses in effect; empty for nothing.
pub fn loses(shape: &Shape, labels: &dyn Labels) -> String {
    items(&shape.loses, ("effect.still_in-one", "effect.still_in"), shape.once_active, labels)
}

/// With what is otherwise in folders, in one of these two texts.
fn items(all: &[EffectItem], but: (&'static str, &'static str), once_active: bool, labels: &dyn Labels) -> String {
    let item = |item: &EffectItem| {
        let name = capability(labels, &item.capability);
        let said = match &item.folder {
            Some(folder) => say("thing.place", &[("capability", &name), ("folder", &folder.name.to_string())]),
            None => name,
        };
        let Some(otherwise) = &item.but else { return said };
        let values = [("item", said), ("n", otherwise.folders.to_string()), ("folder", otherwise.first.to_string())];
        say(counted(but.0, but.1, otherwise.folders), &values.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    let said = list(all.iter().map(item));
    if once_active && !said.is_empty() { say("effect.once_active", &[("items", &said)]) } else { said }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::labels, *};
    use crate::{
        api::wire::{Named, Otherwise},
        domain::{change::Refusal, id::FolderId, plan::RowOutcome},
    };

    const NOW: Timestamp = Timestamp(1_767_225_600);

    fn shape() -> Shape {
        Shape {
            outcome: RowOutcome::Done,
            before: Vec::new(),
            after: Vec::new(),
            gains: Vec::new(),
            loses: Vec::new(),
            stays: Vec::new(),
            once_active: false,
        }
    }

    fn role(name: &str) -> Vec<Thing> {
        vec![Thing::Role { name: name.into(), until: None }]
    }

    #[test]
    fn a_row_says_what_goes_and_what_comes() {
        let said = |before, after| becomes(&Shape { before, after, ..shape() }, &labels, NOW);
        assert_eq!(said(role("Marketer"), role("Viewer")), "Marketer → Viewer");
        assert_eq!(said(Vec::new(), role("Viewer")), "+ Viewer");
        assert_eq!(said(role("Marketer"), Vec::new()), "− Marketer");
        assert_eq!(said(Vec::new(), Vec::new()), "");
        let name = |name: &str| Thing::Name { name: name.into() };
        assert_eq!(said(vec![name("")], vec![name("Bo Li")]), "no name → Bo Li");
        let new = vec![name("Bo Li"), role("Viewer").remove(0)];
        assert_eq!(said(vec![name("")], new), "+ Bo Li, Viewer");
        let skipped = Shape { outcome: RowOutcome::Skipped { why: Refusal::MemberAlready }, ..shape() };
        assert_eq!(becomes(&skipped, &labels, NOW), "left out: already a member");
    }

    #[test]
    fn what_is_otherwise_in_folders_is_said() {
        let item = |folders: u64, folder: Option<&str>| EffectItem {
            capability: "content.write".into(),
            folder: folder.map(|name| Named { id: FolderId(1), name: name.into() }),
            but: (folders > 0).then(|| Otherwise { folders, first: "Northwind".into() }),
        };
        let with = |gains, loses, once_active| Shape { gains, loses, once_active, ..shape() };
        let gain = |item, once| gains(&with(vec![item], Vec::new(), once), &labels);
        assert_eq!(gain(item(0, None), false), "Content · edit");
        assert_eq!(gain(item(0, Some("Autumn")), false), "Content · edit in Autumn");
        assert_eq!(gain(item(1, None), false), "Content · edit (not in Northwind)");
        assert_eq!(gain(item(40, None), true), "once active: Content · edit (not in 40 folders, such as Northwind)");
        let lost = with(Vec::new(), vec![item(1, None), item(2, None)], false);
        assert_eq!(
            loses(&lost, &labels),
            "Content · edit (still in Northwind), Content · edit (still in 2 folders, such as Northwind)"
        );
        assert_eq!(gains(&with(Vec::new(), Vec::new(), true), &labels), "");
    }
}
