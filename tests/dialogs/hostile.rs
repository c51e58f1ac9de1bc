//! Text from outside that would steer a terminal or deceive a reader appears visibly, whichever
//! field of whichever dialog it comes through (SPEC 9).

use super::{
    stage::Stage,
    world::{self, grant, named},
};
use rolecall::{
    api::{
        error::ApiError,
        wire::{
            AccessRow, Change, EffectItem, EffectiveAccess, Explanation, GrantRow, Holder, ImportFault, ImportRow,
            Kept, MemberRow, Otherwise, Plan, PlanRow, Remedy, Shape, Source, Verdict, WhoCan as Answer,
        },
    },
    app::{
        dialog::{
            Dialog,
            access::Access,
            explain::Explain,
            grant_edit::{GrantEdit, Revoke, Terms},
            grants::SubjectGrants,
            group_delete::DeleteGroup,
            group_edit::GroupEdit,
            group_members::GroupMembers,
            invite::Invite,
            invite_many::InviteMany,
            member_edit::EditMember,
            member_groups::MemberGroups,
            reason,
            role::ChangeRole,
            transfer::Transfer,
            undo::Undo,
            who_can::WhoCan,
        },
        effect::{Call, Effect as Asked, Reply},
        selection::Targets,
    },
    domain::{
        change::{Refusal, Selection, Thing, Warning},
        id::{FolderId, GroupId, MemberId, RoleId},
        model::{Effect, Subject},
        plan::{Confirm, RowOutcome},
        untrusted::{Text, hidden},
    },
};

/// One of each class: C0, DEL, C1, soft hyphen, bidi, zero width, line separators, fillers, variation
/// selectors, interlinear marks, shorthand, music, tags.
const CLASSES: [char; 22] = [
    '\u{1b}',
    '\u{7}',
    '\n',
    '\u{7f}',
    '\u{9b}',
    '\u{ad}',
    '\u{34f}',
    '\u{61c}',
    '\u{115f}',
    '\u{17b4}',
    '\u{180e}',
    '\u{200b}',
    '\u{200f}',
    '\u{202e}',
    '\u{2028}',
    '\u{2066}',
    '\u{3164}',
    '\u{fe0f}',
    '\u{feff}',
    '\u{1bca0}',
    '\u{1d173}',
    '\u{e0041}',
];

fn hostile() -> String {
    CLASSES.iter().map(|c| format!("a{c}[31m")).collect()
}

fn text() -> Text {
    Text::new(hostile())
}

fn member() -> MemberRow {
    MemberRow {
        email: text(),
        name: text(),
        roles: vec![named(RoleId(2), &hostile())],
        groups: vec![named(GroupId(2), &hostile())],
        ..world::aziza()
    }
}

fn grants() -> Vec<GrantRow> {
    let make = |id, subject| {
        let mut row = grant(id, subject, &hostile(), Effect::Deny);
        row.folder.name = text();
        row.path = vec![text(), text()];
        row.granted_by = Some(text());
        row.edge.terms.reason = Some(text());
        row.capability = hostile();
        row
    };
    vec![make(1, Subject::Member(MemberId(7))), make(2, Subject::Group(GroupId(2)))]
}

fn sources() -> Vec<Source> {
    vec![
        Source::Grant(Box::new(grants().remove(0))),
        Source::Fence { folder: named(FolderId(1), &hostile()), groups: vec![named(GroupId(1), &hostile())] },
        Source::Role(named(RoleId(1), &hostile())),
        Source::Group(named(GroupId(1), &hostile())),
        Source::Direct(world::edge(Some(&hostile()))),
        Source::Organisation { name: text() },
    ]
}

fn access_row() -> AccessRow {
    AccessRow {
        capability: hostile(),
        allowed: false,
        verdict: Verdict::Denied,
        because: sources(),
        shadowed: sources(),
    }
}

/// One of every thing that has a name.
fn things() -> Vec<Thing> {
    let grant = Thing::Grant {
        effect: Effect::Deny,
        capability: hostile(),
        folder: text(),
        until: None,
        review: None,
        reason: Some(text()),
    };
    vec![
        Thing::Role { name: text(), until: None },
        Thing::Group { name: text(), until: None },
        Thing::Permission { capability: hostile(), until: None },
        grant,
        Thing::Fence { group: text(), folder: text() },
        Thing::Name { name: text() },
        Thing::Description { text: text() },
        Thing::Adds { capability: hostile() },
        Thing::Leader { group: text(), email: text() },
        Thing::Folder { name: text() },
    ]
}

/// A plan with every kind of row, each of them hostile; of one row where it is asked for.
fn plan(rows: usize) -> Plan {
    let but = Some(Otherwise { folders: 2, first: text() });
    let item = EffectItem { capability: hostile(), folder: Some(named(FolderId(1), &hostile())), but };
    let done = Shape {
        gains: vec![item.clone()],
        loses: vec![item],
        stays: vec![Kept { capability: hostile(), via: sources() }],
        once_active: true,
        ..world::moved(things(), things(), &[], &[])
    };
    let why = || Refusal::ChangedSince { now: things(), by: Some(text()), at: None };
    let failed = world::ends(RowOutcome::Failed { why: Refusal::NameTaken { name: text() } });
    let warnings = vec![Warning::ForeignDomain { domain: text() }, Warning::LookAlike { of: Some(text()) }];
    let row = |shape: u32| PlanRow { id: Some(shape.into()), name: text(), shape, warnings: warnings.clone() };
    Plan {
        revision: 1,
        digest: hostile(),
        rows: [0, 0, 1, 1, 2, 3].into_iter().take(rows).map(row).collect(),
        people: [0, 0].into_iter().take(rows - 1).map(row).collect(),
        shapes: vec![done, world::left_out(why()), world::unchanged(), failed],
        change: 2,
        unchanged: 1,
        skipped: 2,
        gain: 2,
        lose: 2,
        warnings: warnings.clone(),
        refused: (rows > 1).then(why),
        confirm: Confirm::Name { name: text() },
    }
}

/// An answer full of hostile text to whatever is asked.
fn answer(call: &Call) -> Result<Reply, ApiError> {
    Ok(match call {
        Call::Members(..) => Reply::Members(world::page(vec![member()], None)),
        Call::FolderGrants(..) | Call::MemberGrants(..) | Call::GroupGrants(..) => Reply::Grants(grants()),
        Call::Access(..) => Reply::Access(Box::new(EffectiveAccess {
            member: named(MemberId(7), &hostile()),
            folder: Some(named(FolderId(1), &hostile())),
            rows: vec![access_row()],
            allowed: 0,
        })),
        Call::Explain(..) => Reply::Explanation(Box::new(Explanation {
            member: named(MemberId(7), &hostile()),
            folder: Some(named(FolderId(1), &hostile())),
            row: access_row(),
            remedies: vec![vec![
                Remedy::RemoveDeny(Box::new(grants().remove(0))),
                Remedy::JoinFenceGroup {
                    folder: named(FolderId(1), &hostile()),
                    groups: vec![named(GroupId(1), &hostile())],
                },
                Remedy::Allow(named(FolderId(1), &hostile())),
                Remedy::GiveRole(vec![named(RoleId(1), &hostile())]),
                Remedy::JoinGroup(vec![named(GroupId(1), &hostile())]),
            ]],
        })),
        Call::WhoCan(..) => Reply::WhoCan(Box::new(Answer {
            capability: hostile(),
            folder: None,
            total: 1,
            holders: vec![Holder { member: named(MemberId(7), &hostile()), because: sources() }],
        })),
        Call::Plan(_, request) => Reply::Plan(Box::new(plan(if request.on.ids.len() == 1 { 1 } else { 6 }))),
        Call::People(_) => Reply::People(vec![ImportRow {
            line: 2,
            email: text(),
            name: text(),
            roles: vec![text()],
            groups: vec![text()],
        }]),
        _ => return Err(ApiError::Refused(Box::new(Refusal::NameTaken { name: text() }))),
    })
}

fn targets() -> Targets {
    Targets { on: Selection::matching(hostile()), count: Some(5), marked: None }
}

fn undone() -> Change {
    Change { what: things(), goes: things(), name: Some(text()), filter: Some(text()), ..world::change() }
}

type Opened = Box<dyn Fn() -> Stage>;

fn all() -> Vec<(&'static str, Opened)> {
    fn on(dialog: impl Dialog + 'static) -> Stage {
        Stage::with(dialog, |stage| {
            stage.workspace.name = text();
            for capability in &mut stage.workspace.capabilities {
                (capability.label, capability.category) = (hostile(), hostile());
            }
            stage.roles.iter_mut().for_each(|role| role.name = text());
            stage.folders.iter_mut().for_each(|folder| (folder.name, folder.kind) = (text(), hostile()));
            stage.groups.iter_mut().for_each(|group| (group.name, group.description) = (text(), text()));
        })
    }
    let group = || rolecall::api::wire::GroupRow { name: text(), description: text(), ..world::groups().remove(1) };
    let grant = || grants().remove(0);
    vec![
        ("access", Box::new(|| on(Access::new(member(), None)))),
        ("explain", Box::new(|| on(Explain::new(member(), hostile(), None)))),
        ("who can", Box::new(|| on(WhoCan::new(Some("content.write".to_owned()), Some(FolderId(4)))))),
        ("member's grants", Box::new(|| on(SubjectGrants::member(member())))),
        ("group's grants", Box::new(move || on(SubjectGrants::group(group())))),
        ("grant in a folder", Box::new(|| on(GrantEdit::in_folder(FolderId(4), Effect::Deny)))),
        (
            "grant for somebody",
            Box::new(|| on(GrantEdit::for_subject(Subject::Member(MemberId(7)), text(), Effect::Allow))),
        ),
        ("terms", Box::new(move || on(Terms::of(grant())))),
        ("revoke", Box::new(move || on(Revoke::of(grant())))),
        ("invite", Box::new(|| on(Invite::dialog()))),
        ("resend", Box::new(|| on(reason::resend(Targets::one(1), Some(text()))))),
        ("cancel", Box::new(|| on(reason::cancel(Targets::one(1), Some(text()))))),
        ("role", Box::new(|| on(ChangeRole::of(member())))),
        ("remove", Box::new(|| on(reason::remove(Targets::one(7), Some(text()))))),
        ("deactivate", Box::new(|| on(reason::deactivate(Targets::one(7), Some(text()))))),
        ("edit member", Box::new(|| on(EditMember::of(member())))),
        ("groups of a member", Box::new(|| on(MemberGroups::of(member())))),
        ("new group", Box::new(|| on(GroupEdit::create()))),
        ("edit group", Box::new(move || on(GroupEdit::edit(group())))),
        ("members of a group", Box::new(move || on(GroupMembers::of(group())))),
        ("delete group", Box::new(move || on(DeleteGroup::of(group())))),
        ("transfer", Box::new(|| on(Transfer::dialog()))),
        ("plan of roles", Box::new(|| on(ChangeRole::of_all(targets())))),
        ("plan of groups", Box::new(|| on(MemberGroups::join(targets())))),
        ("plan of leaving groups", Box::new(|| on(MemberGroups::leave(targets())))),
        ("plan of a grant", Box::new(|| on(GrantEdit::for_members(targets(), Effect::Allow)))),
        ("plan of a removal", Box::new(|| on(reason::remove(targets(), None)))),
        ("plan of an undo", Box::new(|| on(Undo::of(undone())))),
        ("many invitations", Box::new(|| on(InviteMany::new()))),
    ]
}

#[track_caller]
fn clean(name: &str, stage: &Stage) {
    for line in stage.text().lines() {
        let found = line.chars().find(|c| hidden(*c));
        assert_eq!(found, None, "{name}: hidden text in {line:?}");
    }
}

#[test]
fn hostile_text_is_visible_in_every_dialog() {
    for (name, dialog) in all() {
        let mut stage = dialog();
        clean(name, &stage);
        // Every field gets hostile text by hand, every question hostile answers.
        for _ in 0..9 {
            stage.paste(&hostile());
            clean(name, &stage);
            while let Some((_, call)) = stage.open_calls().pop().filter(|_| stage.end.is_none()) {
                stage.answer(answer(&call));
                clean(name, &stage);
            }
            stage.keys("<Space><Tab>");
            clean(name, &stage);
        }
        stage.keys("<Enter>");
        clean(name, &stage);
        assert!(stage.text().contains("‹U+001B›"), "{name} shows no hostile text:\n{}", stage.text());
    }
}

#[test]
fn errors_are_visible_too() {
    for (name, dialog) in all() {
        for field in [None, Some("email"), Some("name"), Some("reason"), Some("roles")] {
            let mut stage = dialog();
            let (_, Some(_)) = ((), stage.open_calls().pop()) else { continue };
            let field = field.map(str::to_owned);
            stage.answer(Err(ApiError::Invalid { field, message: text(), faults: Vec::new() }));
            clean(name, &stage);
        }
    }
}

#[test]
fn the_faults_of_a_hostile_file_are_visible() {
    let mut stage = Stage::new(InviteMany::new());
    stage.keys("<Tab>people.csv<Enter>");
    let faults = vec![ImportFault { line: 2, column: hostile(), message: hostile() }];
    stage.answer(Err(ApiError::Invalid { field: Some("file".to_owned()), message: text(), faults }));
    clean("a file's faults", &stage);
    stage.says("‹U+001B›");
}

#[test]
fn a_hostile_command_is_shown_and_copied_visible() {
    let mut stage = Stage::new(reason::resend(targets(), None));
    let (_, call) = stage.open_calls().remove(0);
    stage.answer(answer(&call)).keys("p");
    let command = stage.pushed();
    clean("command", command);
    command.keys("y");
    let Some(Asked::Copy(copied)) = command.effects.last() else { panic!("nothing was copied") };
    assert!(!copied.lines().any(|line| line.chars().any(hidden)), "{copied:?}");
}
