//! Every dialog as drawn over the console: filled in, asking, waiting, failed, empty, with long and
//! foreign text. One file a dialog and size, its states one below the other.

use crate::{
    console::{Console, text},
    world::{folders, grants, groups, invitations, members, page, world},
};
use ratatui::{style::Color, style::Modifier};
use rolecall::{
    api::{
        error::ApiError,
        wire::{
            AccessRow, Applied, EffectItem, EffectRow, EffectiveAccess, Explanation, Holder, Kept, MemberRow, Named,
            Preview, Remedy, Source, Verdict, WhoCan as Answer,
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
            member_edit::EditMember,
            member_groups::MemberGroups,
            password::SetPassword,
            remove::Remove,
            role::ChangeRole,
            transfer::Transfer,
            who_can::WhoCan,
        },
        effect::{Call, Reply},
        state::ThemeName,
    },
    domain::{
        change::Warning,
        id::{EventId, FolderId, GroupId, MemberId, RoleId},
        model::{Effect, Subject},
    },
};

pub type Made = Box<dyn Dialog>;
pub type World = fn(&Call) -> Result<Reply, ApiError>;

fn adele() -> MemberRow {
    members().remove(0)
}

/// Whose e-mail and name fit nowhere.
fn long() -> MemberRow {
    members().remove(5)
}

pub fn name_of<I>(id: I, name: &str) -> Named<I> {
    Named { id, name: name.into() }
}

fn role(name: &str) -> Source {
    Source::Role(name_of(RoleId(2), name))
}

fn rows() -> Vec<AccessRow> {
    let row = |capability: &str, verdict, because: Vec<Source>, shadowed| AccessRow {
        capability: capability.into(),
        allowed: matches!(verdict, Verdict::Held | Verdict::Granted),
        verdict,
        because,
        shadowed,
    };
    let [deny, allow, _] = grants().try_into().unwrap();
    let through = vec![name_of(GroupId(1), "Content Team"), name_of(GroupId(4), "現場チーム")];
    let fence = Source::Fence { folder: name_of(FolderId(2), "Campaign assets"), groups: through };
    vec![
        row(
            "content.read",
            Verdict::Held,
            vec![role("Marketer"), Source::Group(name_of(GroupId(4), "現場チーム"))],
            vec![],
        ),
        row(
            "content.write",
            Verdict::Denied,
            vec![Source::Grant(Box::new(deny))],
            vec![Source::Grant(Box::new(allow)), role("Marketer")],
        ),
        row("campaigns.read", Verdict::Held, vec![role("Marketer")], vec![]),
        row("campaigns.write", Verdict::Fenced, vec![fence], vec![role("Marketer")]),
        row("devices.write", Verdict::Nothing, vec![], vec![]),
    ]
}

/// Answers with something to read to whatever is asked.
fn full(call: &Call) -> Result<Reply, ApiError> {
    Ok(match call {
        Call::Access(_, id, folder) => Reply::Access(Box::new(EffectiveAccess {
            member: name_of(*id, "adele@northwind.test"),
            folder: folder.map(|id| name_of(id, "Promo Archive")),
            rows: rows(),
            allowed: 2,
        })),
        Call::Explain(..) => Reply::Explanation(Box::new(Explanation {
            member: name_of(MemberId(2), "adele@northwind.test"),
            folder: Some(name_of(FolderId(4), "Promo Archive")),
            row: rows().remove(1),
            remedies: vec![
                vec![Remedy::RemoveDeny(Box::new(grants().remove(0)))],
                vec![
                    Remedy::JoinFenceGroup {
                        folder: name_of(FolderId(2), "Campaign assets"),
                        groups: vec![name_of(GroupId(1), "Content Team"), name_of(GroupId(4), "現場チーム")],
                    },
                    Remedy::Allow(name_of(FolderId(5), folders()[4].name.raw())),
                ],
            ],
        })),
        Call::WhoCan(_, capability, _) => Reply::WhoCan(Box::new(Answer {
            capability: capability.clone(),
            folder: None,
            total: 10_412,
            holders: members()
                .into_iter()
                .map(|m| Holder { member: Named { id: m.id, name: m.email }, because: rows().remove(0).because })
                .collect(),
        })),
        Call::MemberGrants(..) | Call::GroupGrants(..) => {
            let mut all = grants();
            all[1].path = folders().into_iter().map(|folder| folder.name).collect();
            Reply::Grants(all)
        }
        Call::Members(_, query) if query.filter.starts_with("group:") => {
            let mut all = members();
            all.iter_mut().for_each(|m| m.groups = vec![name_of(GroupId(1), "Content Team")]);
            Reply::Members(page(all))
        }
        Call::Members(..) => Reply::Members(page(members())),
        Call::Preview(..) => Reply::Preview(Box::new(loses())),
        Call::Apply(..) => Reply::Applied(Box::new(Applied {
            event: EventId(1),
            revision: 10,
            version: None,
            created: None,
            link: Some(format!("https://rolecall.northwind.test/join/{}", "k3v9".repeat(24))),
            warnings: Vec::new(),
        })),
        Call::SetPassword(_) => Reply::Done,
        other => return world(other),
    })
}

fn loses() -> Preview {
    let item = |key: &str| EffectItem { capability: key.into(), folder: None };
    let row = |m: MemberRow| EffectRow {
        member: Named { id: m.id, name: m.email },
        gains: vec![item("devices.write")],
        loses: vec![item("content.write"), item("campaigns.write"), item("campaigns.approve")],
        stays: vec![Kept { capability: "content.read".into(), via: rows().remove(0).because }],
    };
    let warnings = vec![Warning::FewAdministrators { remaining: 1 }];
    Preview { rows: members().into_iter().map(row).collect(), gain: 7, lose: 7, warnings, revision: 9 }
}

/// Nothing is there.
fn empty(call: &Call) -> Result<Reply, ApiError> {
    Ok(match call {
        Call::Access(_, id, _) => Reply::Access(Box::new(EffectiveAccess {
            member: name_of(*id, "adele@northwind.test"),
            folder: None,
            rows: Vec::new(),
            allowed: 0,
        })),
        Call::Explain(..) => Reply::Explanation(Box::new(Explanation {
            member: name_of(MemberId(2), "adele@northwind.test"),
            folder: None,
            row: rows().remove(4),
            remedies: Vec::new(),
        })),
        Call::WhoCan(_, capability, _) => Reply::WhoCan(Box::new(Answer {
            capability: capability.clone(),
            folder: None,
            total: 0,
            holders: Vec::new(),
        })),
        Call::MemberGrants(..) | Call::GroupGrants(..) => Reply::Grants(Vec::new()),
        Call::Members(..) => Reply::Members(page(Vec::new())),
        other => return world(other),
    })
}

fn refusing(_: &Call) -> Result<Reply, ApiError> {
    Err(ApiError::Refused(
        "this takes Members · manage and Groups · manage in the whole workspace, which you do not hold".into(),
    ))
}

/// A state: its name, the keys that lead to it, and who answers; nobody when it is to be waited.
pub type State = (&'static str, &'static str, Option<World>);

const READS: [State; 4] =
    [("full", "", Some(full)), ("loading", "", None), ("failed", "", Some(refusing)), ("empty", "", Some(empty))];

/// A dialog by name: how it is made, and the states it is drawn in.
pub type Drawn = (&'static str, fn() -> Made, Vec<State>);

/// Every dialog with the states it is drawn in.
fn all() -> Vec<Drawn> {
    let mut all = crate::bulk::all();
    all.extend(alone());
    all
}

/// Those that change one thing.
fn alone() -> Vec<Drawn> {
    vec![
        (
            "access",
            || Box::new(Access::new(adele(), Some(FolderId(4)))),
            with(&[("denied", "j", Some(full)), ("folder", "Tab", Some(full))]),
        ),
        ("access-long", || Box::new(Access::new(long(), Some(FolderId(5)))), vec![("long", "j", Some(full))]),
        ("explain", || Box::new(Explain::new(adele(), "content.write".into(), Some(FolderId(4)))), with(&[])),
        (
            "who-can",
            || Box::new(WhoCan::new(Some("content.write".into()), Some(FolderId(4)))),
            with(&[("other", "Tab", Some(full))]),
        ),
        (
            "who-can-asking",
            || Box::new(WhoCan::new(None, None)),
            vec![("asking", "", None), ("found", "e d i t", None)],
        ),
        ("grants-member", || Box::new(SubjectGrants::member(long())), with(&[])),
        ("grants-group", || Box::new(SubjectGrants::group(groups().remove(3))), vec![("full", "j", Some(full))]),
        (
            "grant-folder",
            || Box::new(GrantEdit::in_folder(FolderId(5), Effect::Deny)),
            vec![
                ("new", "", Some(full)),
                ("looking", "Tab m a", Some(full)),
                ("chosen", "Tab m a Enter", Some(full)),
                ("nobody", "Tab z z", Some(empty)),
                ("fault", "Enter", Some(full)),
            ],
        ),
        (
            "grant-member",
            || Box::new(GrantEdit::for_subject(Subject::Member(MemberId(7)), long().email, Effect::Allow)),
            vec![("new", "", Some(full)), ("capability", "Tab e d i t", Some(full))],
        ),
        (
            "terms",
            || Box::new(Terms::new(grants().remove(0))),
            vec![("now", "", Some(full)), ("fault", "x Enter", Some(full))],
        ),
        (
            "revoke",
            || Box::new(Revoke::new(grants().remove(0))),
            vec![("now", "", Some(full)), ("asked", "Enter", Some(full))],
        ),
        (
            "invite",
            || Box::new(Invite::new()),
            vec![
                ("new", "", Some(full)),
                ("groups", "b o @ x . t e s t Tab Tab Tab c o n", Some(full)),
                ("refused", "b o @ x . t e s t Tab", Some(refusing)),
                ("waiting", "b o @ x . t e s t Enter", None),
                ("link", "b o @ x . t e s t Enter Enter", Some(full)),
                ("left", "b o Esc", Some(full)),
            ],
        ),
        (
            "resend",
            || Box::new(Resend::new(invitations()[1].id, None, long().email)),
            vec![("now", "", Some(full)), ("link", "Enter", Some(full))],
        ),
        (
            "cancel",
            || Box::new(Cancel::new(invitations()[1].id, None, long().email)),
            vec![("now", "", Some(full)), ("asked", "Enter", Some(full))],
        ),
        (
            "role",
            || Box::new(ChangeRole::new(adele())),
            vec![
                ("same", "", Some(full)),
                ("other", "Right", Some(full)),
                ("asked", "Right Enter", Some(full)),
                ("refused", "Right Enter", Some(refusing)),
            ],
        ),
        ("role-long", || Box::new(ChangeRole::new(long())), vec![("administrator", "a", Some(full))]),
        ("remove", || Box::new(Remove::new(long())), vec![("now", "", Some(full)), ("fault", "Enter", Some(full))]),
        (
            "edit-member",
            || Box::new(EditMember::new(long())),
            vec![("now", "", Some(full)), ("same", "Enter", Some(full)), ("start", "Home", Some(full))],
        ),
        (
            "member-groups",
            || Box::new(MemberGroups::new(adele())),
            vec![
                ("now", "", Some(full)),
                ("looking", "c", Some(full)),
                ("changed", "Down Space Tab", Some(full)),
                ("asked", "Down Space Enter", Some(full)),
            ],
        ),
        (
            "new-group",
            || Box::new(GroupEdit::create()),
            vec![
                ("new", "", Some(full)),
                ("fault", "Enter", Some(full)),
                ("leader", "x Tab Tab m", Some(full)),
                ("capabilities", "x Tab Tab Tab Down Space", Some(full)),
            ],
        ),
        (
            "edit-group",
            || Box::new(GroupEdit::edit(groups().remove(3))),
            vec![("now", "", Some(full)), ("loses", "Tab Tab Tab Space Tab", Some(full))],
        ),
        (
            "group-members",
            || Box::new(GroupMembers::new(groups().remove(1))),
            with(&[
                ("looking", "z", None),
                ("changed", "Space Tab", Some(full)),
                ("asked", "Space Tab Enter", Some(full)),
            ]),
        ),
        (
            "delete-group",
            || Box::new(DeleteGroup::new(groups().remove(1))),
            vec![("now", "", Some(full)), ("fault", "Enter", Some(full))],
        ),
        ("delete-empty", || Box::new(DeleteGroup::new(groups().remove(2))), vec![("asked", "Enter", Some(empty))]),
        (
            "transfer",
            || Box::new(Transfer::new()),
            vec![("new", "", Some(full)), ("fault", "b o @ x . t e s t Enter", Some(full))],
        ),
        (
            "password",
            || Box::new(SetPassword::new()),
            vec![
                ("new", "", Some(full)),
                ("fault", "a Tab b Tab c Enter", Some(full)),
                ("waiting", "a Tab b b b b b b b b b b b b Tab b b b b b b b b b b b b Enter", None),
            ],
        ),
    ]
}

fn with(more: &[State]) -> Vec<State> {
    READS.iter().chain(more).copied().collect()
}

fn in_state(size: (u16, u16), dialog: Made, (_, keys, answers): State) -> Console {
    let mut console = Console::live(size.0, size.1, world);
    console.open(dialog);
    for key in std::iter::once("").chain(keys.split(' ')) {
        console.keys(key);
        if let Some(answers) = answers {
            console.serve(answers);
        }
    }
    console
}

#[test]
fn every_dialog_in_every_state() {
    for size in [(120, 34), (80, 24)] {
        for (name, made, states) in all() {
            let mut drawn = String::new();
            for state in states {
                let screen = in_state(size, made(), state).screen();
                assert!(screen.contains("Esc"), "{name}, {}: no way out is shown\n{screen}", state.0);
                drawn.push_str(&format!("── {} ──\n{}", state.0, screen));
            }
            insta::assert_snapshot!(format!("{name}-{}", size.0), drawn);
        }
    }
}

#[test]
fn the_palette_and_help() {
    for (columns, rows) in [(120, 34), (80, 24)] {
        let mut drawn = String::new();
        for keys in [":", ": r e m", ": z z z", "?", "? / r e m"] {
            let mut console = Console::live(columns, rows, world);
            console.keys("Tab").keys(keys);
            drawn.push_str(&format!("── {keys} ──\n{}", console.screen()));
        }
        insta::assert_snapshot!(format!("palette-{columns}"), drawn);
    }
}

#[test]
fn the_smallest_screen_shows_a_way_out_of_every_dialog() {
    for (name, made, states) in all() {
        for state in states {
            let screen = in_state((60, 16), made(), state).screen();
            assert!(screen.contains("Esc"), "{name}, {}: no way out is shown\n{screen}", state.0);
        }
    }
}

#[test]
fn with_ascii_no_mark_is_left_in_any_dialog() {
    for (name, made, states) in all() {
        for state in states {
            let mut console = in_state((120, 34), made(), state);
            console.ascii = true;
            assert_eq!(crate::marks(&console), "", "{name}, {}:\n{}", state.0, console.screen());
        }
    }
}

#[test]
fn the_focus_of_every_dialog_shows_in_one_colour() {
    for (name, made, states) in all() {
        for state in states {
            let mut console = Console::with(80, 24, |options| options.theme = ThemeName::Mono);
            console.serve(world).open(made());
            let (_, _, answers) = state;
            if let Some(answers) = answers {
                console.serve(answers);
            }
            let buffer = console.buffer();
            let plain = |c: Color| c == Color::Reset;
            assert!(buffer.content.iter().all(|cell| plain(cell.fg) && plain(cell.bg)), "{name}\n{}", text(&buffer));
            let marked = |m: Modifier| m.intersects(Modifier::REVERSED | Modifier::BOLD | Modifier::UNDERLINED);
            assert!(buffer.content.iter().any(|cell| marked(cell.modifier)), "{name}\n{}", text(&buffer));
        }
    }
}
