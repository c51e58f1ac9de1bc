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
            AccessRow, AllGroups, EffectItem, EffectRow, EffectiveAccess, Explanation, GrantRow, Holder, ImportFault,
            ImportRow, Kept, MemberRow, Plan, PlanKind, PlanRow, Preview, Remedy, Source, Verdict, WhoCan as Answer,
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
            invitation::{Cancel, Resend},
            invite::Invite,
            invite_many::InviteMany,
            member_edit::EditMember,
            member_groups::MemberGroups,
            plan::{Kind, PlanDialog},
            remove::Remove,
            role::ChangeRole,
            transfer::Transfer,
            who_can::WhoCan,
        },
        effect::{Call, Effect as Asked, Reply},
        selection::Targets,
    },
    domain::{
        bulk::Selection,
        change::Warning,
        id::{FolderId, GroupId, InvitationId, JobId, MemberId, RoleId},
        model::{Effect, Subject},
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

fn preview() -> Preview {
    let item = rolecall::api::wire::EffectItem { capability: hostile(), folder: Some(named(FolderId(1), &hostile())) };
    let stays = vec![rolecall::api::wire::Kept { capability: hostile(), via: sources() }];
    let row = EffectRow { member: named(MemberId(7), &hostile()), gains: vec![item.clone()], loses: vec![item], stays };
    let warnings = vec![Warning::ForeignDomain { domain: text() }, Warning::LookAlike { of: Some(text()) }];
    Preview { rows: vec![row], gain: 1, lose: 1, warnings, revision: 1 }
}

/// A plan with every kind of row, each of them hostile.
fn plan() -> Plan {
    let item = EffectItem { capability: hostile(), folder: Some(named(FolderId(1), &hostile())) };
    let kinds = vec![
        PlanKind::Change {
            before: vec![text()],
            after: vec![text()],
            adds: vec![text()],
            removes: vec![text()],
            gains: vec![item.clone()],
            loses: vec![item],
            stays: vec![Kept { capability: hostile(), via: sources() }],
        },
        PlanKind::LeftOut { reason: text(), field: Some(hostile()) },
        PlanKind::Same,
    ];
    let warnings = vec![Warning::ForeignDomain { domain: text() }, Warning::LookAlike { of: Some(text()) }];
    let row =
        |kind: u32| PlanRow { id: Some(kind.into()), name: text(), kind, groups: Some(0), warnings: warnings.clone() };
    Plan {
        revision: 1,
        digest: hostile(),
        rows: [0, 0, 1, 1, 2].map(row).into(),
        groups: vec![AllGroups { before: vec![text()], after: vec![text()] }],
        kinds,
        change: 2,
        same: 1,
        left_out: 2,
        gain: 2,
        lose: 2,
        warnings: warnings.clone(),
        refused: Some(text()),
        confirm: true,
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
        Call::Preview(..) => Reply::Preview(Box::new(preview())),
        Call::Plan(..) => Reply::Plan(Box::new(plan())),
        Call::People(_) => Reply::People(vec![ImportRow {
            line: 2,
            email: text(),
            name: text(),
            roles: vec![text()],
            groups: vec![text()],
        }]),
        _ => return Err(ApiError::Refused(text())),
    })
}

fn targets() -> Targets {
    Targets { on: Selection::matching(hostile()), count: Some(5), marked: None }
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
        ("terms", Box::new(move || on(Terms::new(grant())))),
        ("revoke", Box::new(move || on(Revoke::new(grant())))),
        ("invite", Box::new(|| on(Invite::new()))),
        ("resend", Box::new(|| on(Resend::new(InvitationId(1), None, text())))),
        ("cancel", Box::new(|| on(Cancel::new(InvitationId(1), None, text())))),
        ("role", Box::new(|| on(ChangeRole::new(member())))),
        ("remove", Box::new(|| on(Remove::new(member())))),
        ("edit member", Box::new(|| on(EditMember::new(member())))),
        ("groups of a member", Box::new(|| on(MemberGroups::new(member())))),
        ("new group", Box::new(|| on(GroupEdit::create()))),
        ("edit group", Box::new(move || on(GroupEdit::edit(group())))),
        ("members of a group", Box::new(move || on(GroupMembers::new(group())))),
        ("delete group", Box::new(move || on(DeleteGroup::new(group())))),
        ("transfer", Box::new(|| on(Transfer::new()))),
        ("plan of roles", Box::new(|| on(PlanDialog::new(Kind::Role, targets())))),
        ("plan of groups", Box::new(|| on(PlanDialog::new(Kind::AddToGroups, targets())))),
        ("plan of leaving groups", Box::new(|| on(PlanDialog::new(Kind::RemoveFromGroups, targets())))),
        ("plan of a grant", Box::new(|| on(PlanDialog::new(Kind::Allow, targets())))),
        ("plan of a removal", Box::new(|| on(PlanDialog::new(Kind::Remove, targets())))),
        ("plan of an undo", Box::new(|| on(PlanDialog::new(Kind::Undo(JobId(1)), targets())))),
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
    let mut stage = Stage::new(PlanDialog::new(Kind::Resend, targets()));
    let (_, call) = stage.open_calls().remove(0);
    stage.answer(answer(&call)).keys("p");
    let command = stage.pushed();
    clean("command", command);
    command.keys("y");
    let Some(Asked::Copy(copied)) = command.effects.last() else { panic!("nothing was copied") };
    assert!(!copied.lines().any(|line| line.chars().any(hidden)), "{copied:?}");
}
