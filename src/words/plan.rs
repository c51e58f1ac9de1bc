//! What rows of a plan come to: what they get and lose, and whose access changes.

use super::{Labels, Stage, capability, outcome, say, things};
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
    if let [Thing::Owner, ..] = before
        && let [Thing::Owner, of_former @ ..] = after
    {
        // Two people: the row is named after the new owner, and all else is of the former.
        let key = if of_former.is_empty() { "effect.transfer" } else { "effect.transfer-what" };
        return say(key, &[("what", &things(of_former, labels, now))]);
    }
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
    in_effect(&shape.gains, shape.once_active, labels)
}

/// What a person loses in effect; empty for nothing.
pub fn loses(shape: &Shape, labels: &dyn Labels) -> String {
    in_effect(&shape.loses, shape.once_active, labels)
}

fn in_effect(all: &[EffectItem], once_active: bool, labels: &dyn Labels) -> String {
    let said = items(all, labels);
    if once_active && !said.is_empty() { say("effect.once_active", &[("items", &said)]) } else { said }
}

/// Capabilities gained or lost, and where: those of one folder, or with one exception, are told together.
pub fn items(all: &[EffectItem], labels: &dyn Labels) -> String {
    let mut alike: Vec<(&EffectItem, Vec<String>)> = Vec::new();
    for item in all {
        let name = capability(labels, &item.capability);
        match alike.iter_mut().find(|(one, _)| (&one.folder, &one.but) == (&item.folder, &item.but)) {
            Some((_, names)) => names.push(name),
            None => alike.push((item, vec![name])),
        }
    }
    // What holds everywhere needs no words, and comes first.
    alike.sort_by_key(|(item, _)| item.folder.is_some() || item.but.is_some());
    let apart = if alike.len() < all.len() { "; " } else { ", " };
    alike.iter().map(|(item, names)| placed(item, names)).collect::<Vec<_>>().join(apart)
}

/// Capabilities of one folder, or with one exception.
fn placed(item: &EffectItem, names: &[String]) -> String {
    let (several, names) = (names.len() > 1, names.join(", "));
    let names = match (&item.folder, several) {
        (None, _) => names,
        (Some(folder), false) => say("thing.place", &[("capability", &names), ("folder", &folder.name.to_string())]),
        (Some(folder), true) => say("effect.in_folder", &[("items", &names), ("folder", &folder.name.to_string())]),
    };
    let Some(but) = &item.but else { return names };
    let key = match (several, but.folders) {
        (false, 1) => "effect.except-one",
        (false, 2) => "effect.except-two",
        (false, _) => "effect.except",
        (true, 1) => "effect.each_except-one",
        (true, 2) => "effect.each_except-two",
        (true, _) => "effect.each_except",
    };
    let (first, more) = (but.first.to_string(), but.folders.saturating_sub(1).to_string());
    say(key, &[("items", &names), ("folder", &first), ("n", &more)])
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
        let mut after = vec![Thing::Owner];
        assert_eq!(said(vec![Thing::Owner], after.clone()), "becomes owner");
        after.extend(role("Administrator"));
        assert_eq!(said(vec![Thing::Owner], after), "becomes owner; the former owner gets Administrator");
        let skipped = Shape { outcome: RowOutcome::Skipped { why: Refusal::MemberAlready }, ..shape() };
        assert_eq!(becomes(&skipped, &labels, NOW), "left out: already a member");
    }

    #[test]
    fn what_is_otherwise_in_folders_is_said() {
        let item = |capability: &str, folders: u64, folder: Option<&str>| EffectItem {
            capability: capability.into(),
            folder: folder.map(|name| Named { id: FolderId(1), name: name.into() }),
            but: (folders > 0).then(|| Otherwise { folders, first: "Northwind".into() }),
        };
        let edit = |folders, folder| item("content.write", folders, folder);
        let with = |gains, loses, once_active| Shape { gains, loses, once_active, ..shape() };
        let gain = |item, once| gains(&with(vec![item], Vec::new(), once), &labels);
        assert_eq!(gain(edit(0, None), false), "Content · edit");
        assert_eq!(gain(edit(0, Some("Autumn")), false), "Content · edit in Autumn");
        assert_eq!(gain(edit(1, None), false), "Content · edit, except in Northwind");
        assert_eq!(gain(edit(2, None), false), "Content · edit, except in Northwind and 1 more folder");
        assert_eq!(gain(edit(41, None), true), "once active: Content · edit, except in Northwind and 40 more folders");
        let lost = |items| loses(&with(Vec::new(), items, false), &labels);
        assert_eq!(
            lost(vec![edit(1, None), edit(3, None)]),
            "Content · edit, except in Northwind, Content · edit, except in Northwind and 2 more folders"
        );
        let all = ["a", "b", "c", "d"].map(|key| item(key, if key == "c" { 0 } else { 3 }, None));
        assert_eq!(lost(all.into()), "c; a, b, d, each except in Northwind and 2 more folders");
        let inside = ["a", "b"].map(|key| item(key, 0, Some("Autumn")));
        assert_eq!(lost(inside.into()), "in Autumn: a, b");
        assert_eq!(gains(&with(Vec::new(), Vec::new(), true), &labels), "");
    }
}
