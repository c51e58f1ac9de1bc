use super::{
    stage::{End, Stage, offline},
    world::{aziza, grant, named},
};
use rolecall::{
    api::wire::{AccessRow, EffectiveAccess, Explanation, Holder, Remedy, Source, Verdict, WhoCan as Answer},
    app::{
        action::Action,
        dialog::{
            access::Access,
            explain::Explain,
            help::{Help, Row, Section},
            palette::{Entry, Palette},
            who_can::WhoCan,
        },
        effect::{Call, Reply},
    },
    domain::{
        id::{FolderId, GroupId, MemberId, RoleId},
        model::{Effect, Subject},
    },
};

const AZIZA: Subject = Subject::Member(MemberId(7));

/// The worked example: a deny on Promo Archive over an allow there and the role.
fn denied() -> AccessRow {
    let deny = grant(1, AZIZA, "aziza@northwind.test", Effect::Deny);
    let allow = grant(2, AZIZA, "aziza@northwind.test", Effect::Allow);
    AccessRow {
        capability: "content.write".to_owned(),
        allowed: false,
        verdict: Verdict::Denied,
        because: vec![Source::Grant(Box::new(deny))],
        shadowed: vec![Source::Grant(Box::new(allow)), Source::Role(named(RoleId(2), "Marketer"))],
    }
}

fn access(folder: Option<(i64, &str)>) -> Reply {
    let held = AccessRow {
        capability: "content.read".to_owned(),
        allowed: true,
        verdict: Verdict::Held,
        because: vec![Source::Role(named(RoleId(2), "Marketer")), Source::Group(named(GroupId(2), "Content Team"))],
        shadowed: Vec::new(),
    };
    let nothing = AccessRow {
        capability: "roles.manage".to_owned(),
        allowed: false,
        verdict: Verdict::Nothing,
        because: Vec::new(),
        shadowed: Vec::new(),
    };
    Reply::Access(Box::new(EffectiveAccess {
        member: named(MemberId(7), "aziza@northwind.test"),
        folder: folder.map(|(id, name)| named(FolderId(id), name)),
        rows: vec![held, denied(), nothing],
        allowed: 1,
    }))
}

#[test]
fn every_capability_is_there_with_every_source_and_an_exact_count() {
    let mut stage = Stage::new(Access::new(aziza(), None));
    stage.says("Reading").answer(Ok(access(None)));
    stage.says("1 of 3 allowed").says("in the whole workspace");
    stage.says("✓ Content · view | role Marketer · group Content Team");
    stage.says("✗ Roles · manage | nothing gives it");
    stage.keys("j").says("✗ Content · edit: denied: deny for aziza@northwind.test on Promo Archive, «frozen»");
    stage.says("overridden: allow for aziza@northwind.test on Promo Archive");
}

#[test]
fn another_folder_is_chosen_from_the_tree() {
    let mut stage = Stage::new(Access::new(aziza(), None));
    stage.answer(Ok(access(None))).keys("<Tab>promo<Enter>");
    assert!(matches!(stage.open_calls()[..], [(_, Call::Access(_, MemberId(7), Some(FolderId(4))))]));
    stage.answer(Ok(access(Some((4, "Promo Archive"))))).says("in Northwind / Campaign assets / Promo Archive");
    stage.keys("<Tab><Esc>");
    assert!(stage.end.is_none() && stage.quiet(), "Esc leaves the tree, not the dialog");
}

#[test]
fn why_not_and_who_can_open_above_it() {
    let mut stage = Stage::new(Access::new(aziza(), Some(FolderId(4))));
    stage.answer(Ok(access(None))).keys("jw");
    assert!(matches!(stage.end, Some(End::Pushed)));
    stage.end = None;
    stage.keys("W");
    assert!(matches!(stage.end, Some(End::Pushed)));
}

#[test]
fn what_could_not_be_read_says_so() {
    let mut stage = Stage::new(Access::new(aziza(), None));
    stage.answer(offline()).says("Could not be read.").says("! cannot reach the backend");
}

#[test]
fn the_smallest_changes_are_named_in_words() {
    let mut stage = Stage::new(Explain::new(aziza(), "content.write".to_owned(), Some(FolderId(4))));
    let remedies = vec![
        vec![Remedy::RemoveDeny(Box::new(grant(1, AZIZA, "aziza@northwind.test", Effect::Deny)))],
        vec![
            Remedy::JoinFenceGroup {
                folder: named(FolderId(2), "Campaign assets"),
                groups: vec![named(GroupId(1), "Campaign Desk"), named(GroupId(2), "Content Team")],
            },
            Remedy::GiveRole(vec![named(RoleId(2), "Marketer")]),
        ],
    ];
    stage.size = (200, 40);
    stage.answer(Ok(Reply::Explanation(Box::new(Explanation {
        member: named(MemberId(7), "aziza@northwind.test"),
        folder: Some(named(FolderId(4), "Promo Archive")),
        row: denied(),
        remedies,
    }))));
    let text = stage.text().split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "aziza@northwind.test does not hold Content · edit in Promo Archive: it is denied",
        "«frozen», by olim@northwind.test, 3 d ago",
        "Overridden",
        "1. remove the deny for aziza@northwind.test on Northwind / Campaign assets / Promo Archive",
        "2. join Campaign Desk or Content Team, which the fence of Campaign assets lets through, and give the role Marketer",
    ] {
        assert!(text.contains(said), "{said:?} is not said in:\n{text}");
    }
}

#[test]
fn everyone_who_can_is_counted_exactly() {
    let mut stage = Stage::new(WhoCan::new(Some("content.write".to_owned()), Some(FolderId(4))));
    let holder = |id, name| Holder { member: named(MemberId(id), name), because: vec![Source::Owner] };
    stage.answer(Ok(Reply::WhoCan(Box::new(Answer {
        capability: "content.write".to_owned(),
        folder: None,
        total: 10_412,
        holders: vec![holder(1, "olim@northwind.test"), holder(2, "市场部@northwind.test")],
    }))));
    stage.says("10 412 can; the first 2 by e-mail").says("olim@northwind.test | owns the workspace");
    stage.keys("j<Enter>");
    assert!(matches!(stage.end, Some(End::Pushed)));
}

#[test]
fn who_can_asks_for_a_capability_first_when_none_is_given() {
    let mut stage = Stage::new(WhoCan::new(None, None));
    assert!(stage.quiet());
    stage.keys("edit<Enter><Enter>");
    assert!(matches!(&stage.open_calls()[..], [(_, Call::WhoCan(_, key, None))] if key == "content.write"));
}

#[test]
fn help_is_searched_by_typing() {
    let row = |keys: &str, name: &str, doc: &str| Row {
        name: name.to_owned(),
        keys: keys.to_owned(),
        doc: doc.to_owned(),
        why_not: None,
    };
    let users = vec![row("r", "Role", "Change the role"), row("x", "Remove", "Take the member out")];
    let sections = vec![
        Section { title: "Users".to_owned(), rows: users },
        Section { title: "Everywhere".to_owned(), rows: vec![row("q", "quit", "Go back")] },
    ];
    let mut stage = Stage::new(Help::new(sections));
    stage.says("r | Change the role").keys("/remove").says("x | Take the member out").silent_on("Change the role");
    stage.silent_on("Everywhere").keys("<Esc>").says("q | Go back").keys("<Esc>");
    assert!(matches!(stage.end, Some(End::Closed)));
}

fn commands() -> Vec<Entry> {
    let entry = |action: Action, why_not: Option<&str>| Entry {
        action,
        label: action.label().to_owned(),
        doc: action.doc().to_owned(),
        keys: String::new(),
        why_not: why_not.map(str::to_owned),
    };
    vec![
        entry(Action::Refresh, None),
        entry(Action::RemoveMember, Some("this is the owner: transfer ownership instead")),
        entry(Action::Transfer, None),
    ]
}

#[test]
fn a_command_is_run_by_a_part_of_its_name() {
    let mut stage = Stage::new(Palette::new(commands()));
    stage.keys("owner<Enter>");
    assert!(matches!(stage.end, Some(End::Run(Action::Transfer))));
}

#[test]
fn a_command_that_cannot_be_run_says_why() {
    let mut stage = Stage::new(Palette::new(commands()));
    stage.keys("remove<Enter>").says("! this is the owner: transfer ownership instead");
    assert!(stage.end.is_none());
    stage.keys("<C-u>zzz").says("Nothing matches.");
}
