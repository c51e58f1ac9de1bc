//! Every dialog as drawn over the console: filled in, asking, waiting, failed, empty, with long and
//! foreign text. One file a dialog and size, its states one below the other.

use crate::{
    bulk,
    console::{Console, text},
    world::{self, folders, grants, groups, members, page, role as role_thing, world},
};
use ratatui::{style::Color, style::Modifier};
use rolecall::{
    api::{
        error::ApiError,
        wire::{
            AccessRow, ChangeRow, EffectiveAccess, Explanation, Holder, MemberRow, Named, Plan, Remedy, Source,
            Verdict, WhoCan as Answer,
        },
    },
    app::{
        dialog::{
            Dialog,
            access::Access,
            explain::Explain,
            folder_new::NewFolder,
            grant_edit::{GrantEdit, Revoke, Terms},
            grants::SubjectGrants,
            group_delete::DeleteGroup,
            group_edit::GroupEdit,
            group_members::GroupMembers,
            invite::Invite,
            member_edit::EditMember,
            member_groups::MemberGroups,
            password::SetPassword,
            reason,
            role::ChangeRole,
            transfer::Transfer,
            who_can::WhoCan,
        },
        effect::{Call, Reply},
        selection::Targets,
        state::ThemeName,
    },
    domain::{
        change::{Kind, Refusal, Request, Thing, Warning},
        id::{FolderId, GroupId, MemberId, RoleId},
        invitation::InvitationStatus,
        model::{Effect, MemberStatus, Subject},
        plan::{Confirm, RowOutcome},
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
        Call::Plan(_, request) => Reply::Plan(Box::new(planned(request))),
        Call::ChangeRows(..) => Reply::ChangeRows(page(vec![ChangeRow {
            row: 1,
            target: Some(9),
            name: "bo@x.test".into(),
            outcome: Some(RowOutcome::Done),
            before: Vec::new(),
            after: Vec::new(),
            link: Some(format!("https://rolecall.northwind.test/join/{}", "k3v9".repeat(24))),
        }])),
        Call::SetPassword(_) => Reply::Done,
        other => return world(other),
    })
}

/// The plan of one row, as its kind would have it.
fn planned(request: &Request) -> Plan {
    let row = |before, after| {
        let loses = ["content.write", "campaigns.write", "campaigns.approve"];
        bulk::moved(before, after, &["devices.write"], &loses, &["content.read"])
    };
    let one = |shape, name: &str| bulk::plan(vec![(shape, vec![name.to_owned()])]);
    let adele = "adele@northwind.test";
    let named = |plan: Plan| Plan { confirm: Confirm::Name { name: plan.rows[0].name.clone() }, ..plan };
    let status = |status| Thing::Status { status };
    let invitation = |status| Thing::Invitation { status };
    let few = vec![Warning::FewAdministrators { remaining: 1 }];
    match &request.kind {
        Kind::SetRoles(_) => Plan { warnings: few, ..one(row(role_thing("Marketer"), role_thing("Viewer")), adele) },
        Kind::Remove(_) | Kind::Deactivate(_) => named(one(row(vec![status(MemberStatus::Active)], Vec::new()), adele)),
        Kind::Transfer(_) => {
            let plan = one(row(Vec::new(), vec![Thing::Owner]), "bo@x.test");
            named(Plan { warnings: vec![Warning::Final], ..plan })
        }
        Kind::Invite(_) => {
            let after = vec![
                invitation(InvitationStatus::Sent),
                status(MemberStatus::Pending),
                Thing::Answerable { seconds: 604_800 },
            ];
            let mut plan = one(bulk::moved(Vec::new(), after, &["content.read"], &[], &[]), "bo@x.test");
            plan.shapes[0].once_active = true;
            plan.rows[0].warnings = vec![Warning::ForeignDomain { domain: "x.test".into() }];
            plan
        }
        Kind::Resend(_) => {
            let plan = one(bulk::moved(Vec::new(), vec![Thing::NewLink], &[], &[], &[]), "bo@x.test");
            Plan { warnings: vec![Warning::Final], ..plan }
        }
        Kind::Cancel(_) => {
            let before = vec![invitation(InvitationStatus::Sent), status(MemberStatus::Pending)];
            let after = vec![invitation(InvitationStatus::Cancelled)];
            one(bulk::moved(before, after, &[], &[], &[]), "bo@x.test")
        }
        Kind::EditGroup(_) | Kind::DeleteGroup(_) => {
            let group =
                bulk::moved(vec![Thing::Adds { capability: "content.write".into() }], Vec::new(), &[], &[], &[]);
            let people = members().into_iter().map(|m| m.email.raw().to_owned()).collect();
            let person = row(Vec::new(), Vec::new());
            let mut plan = bulk::plan(vec![(group, vec!["Content Team".to_owned()]), (person, people)]);
            plan.people = plan.rows.split_off(1);
            Plan { change: 1, confirm: Confirm::Count { count: 7 }, ..plan }
        }
        _ => one(row(Vec::new(), world::in_groups("Content Team")), adele),
    }
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
    let capabilities = vec!["members.manage".into(), "groups.manage".into(), "grants.manage".into()];
    Err(ApiError::Refused(Box::new(Refusal::Beyond { capabilities })))
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
            || Box::new(Terms::of(grants().remove(0))),
            vec![("now", "", Some(full)), ("fault", "x Enter", Some(full))],
        ),
        ("revoke", || Box::new(Revoke::of(grants().remove(0))), vec![("now", "", Some(full))]),
        (
            "invite",
            || Box::new(Invite::dialog()),
            vec![
                ("new", "", Some(full)),
                ("groups", "b o @ x . t e s t Tab Tab Tab c o n", Some(full)),
                ("refused", "b o @ x . t e s t Tab", Some(refusing)),
                ("planned", "b o @ x . t e s t Enter", Some(full)),
                ("waiting", "b o @ x . t e s t Enter", None),
                ("link", "b o @ x . t e s t Enter Enter", Some(full)),
                ("left", "b o Esc", Some(full)),
            ],
        ),
        (
            "resend",
            || Box::new(reason::resend(Targets::one(3), Some(long().email))),
            vec![("now", "", Some(full)), ("link", "Enter", Some(full))],
        ),
        (
            "cancel",
            || Box::new(reason::cancel(Targets::one(3), Some(long().email))),
            vec![("now", "", Some(full)), ("left", "x Esc", Some(full))],
        ),
        (
            "role",
            || Box::new(ChangeRole::of(adele())),
            vec![("same", "", Some(full)), ("other", "Right", Some(full)), ("refused", "Right Enter", Some(refusing))],
        ),
        ("role-long", || Box::new(ChangeRole::of(long())), vec![("administrator", "a", Some(full))]),
        (
            "remove",
            || Box::new(reason::remove(Targets::one(7), Some(long().email))),
            vec![("now", "", Some(full)), ("fault", "Enter", Some(full))],
        ),
        (
            "edit-member",
            || Box::new(EditMember::of(long())),
            vec![("now", "", Some(full)), ("same", "Enter", Some(full)), ("start", "Home", Some(full))],
        ),
        (
            "member-groups",
            || Box::new(MemberGroups::of(adele())),
            vec![("now", "", Some(full)), ("looking", "c", Some(full)), ("changed", "Down Space Tab", Some(full))],
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
            "new-folder",
            || Box::new(NewFolder::inside(Some(FolderId(3)))),
            vec![("new", "", Some(full)), ("fault", "Enter", Some(full)), ("place", "x Tab Tab", Some(full))],
        ),
        (
            "edit-group",
            || Box::new(GroupEdit::edit(groups().remove(3))),
            vec![("now", "", Some(full)), ("loses", "Tab Tab Tab Space Tab", Some(full))],
        ),
        (
            "group-members",
            || Box::new(GroupMembers::of(groups().remove(1))),
            with(&[("looking", "z", None), ("changed", "Space Tab", Some(full))]),
        ),
        (
            "delete-group",
            || Box::new(DeleteGroup::of(groups().remove(1))),
            vec![("now", "", Some(full)), ("fault", "Enter", Some(full))],
        ),
        ("delete-empty", || Box::new(DeleteGroup::of(groups().remove(2))), vec![("planned", "", Some(empty))]),
        (
            "transfer",
            || Box::new(Transfer::dialog()),
            vec![
                ("new", "", Some(full)),
                ("planned", "b o @ x . t e s t Tab", Some(full)),
                ("fault", "b o @ x . t e s t Enter Enter", Some(full)),
            ],
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
