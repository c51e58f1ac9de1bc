//! Changes of many rows as drawn: plans in every state, many invitations.

use super::{
    dialogs::{Drawn, name_of},
    world::{self, role, world},
};
use rolecall::{
    api::{
        error::ApiError,
        wire::{EffectItem, ImportFault, ImportRow, Kept, Plan, PlanRow, Shape, Source},
    },
    app::{
        dialog::{grant_edit::GrantEdit, invite_many::InviteMany, reason, role::ChangeRole, undo::Undo},
        effect::{Call, Reply},
        selection::Targets,
    },
    domain::{
        change::{Invite, Kind, Refusal, Selection, Thing, Things, Warning},
        id::GroupId,
        invitation::InvitationStatus,
        model::Effect,
        plan::{Confirm, RowOutcome},
        time::DAY,
        untrusted::Text,
    },
};

fn item(capability: &str) -> EffectItem {
    EffectItem { capability: capability.into(), folder: None, but: None }
}

pub fn ends(outcome: RowOutcome) -> Shape {
    let none = Vec::new;
    Shape {
        outcome,
        before: Vec::new(),
        after: Vec::new(),
        gains: none(),
        loses: none(),
        stays: Vec::new(),
        once_active: false,
    }
}

/// From what to what, with what is gained, lost and kept.
pub fn moved(before: Things, after: Things, gains: &[&str], loses: &[&str], stays: &[&str]) -> Shape {
    let via = vec![Source::Group(name_of(GroupId(1), "Content Team"))];
    Shape {
        before,
        after,
        gains: gains.iter().map(|key| item(key)).collect(),
        loses: loses.iter().map(|key| item(key)).collect(),
        stays: stays.iter().map(|key| Kept { capability: (*key).into(), via: via.clone() }).collect(),
        ..ends(RowOutcome::Done)
    }
}

fn change(before: &str, after: &str, gains: &[&str], loses: &[&str], stays: &[&str]) -> Shape {
    moved(role(before), role(after), gains, loses, stays)
}

fn left_out(why: Refusal) -> Shape {
    ends(RowOutcome::Skipped { why })
}

/// A plan of these shapes, each with its rows' names.
pub fn plan(shapes: Vec<(Shape, Vec<String>)>) -> Plan {
    let mut made = Plan { revision: 9, digest: "d".into(), ..Plan::default() };
    for (at, (shape, names)) in shapes.into_iter().enumerate() {
        let n = names.len() as u64;
        match shape.outcome {
            RowOutcome::Done => {
                made.change += n;
                made.gain += if shape.gains.is_empty() { 0 } else { n };
                made.lose += if shape.loses.is_empty() { 0 } else { n };
            }
            RowOutcome::Unchanged => made.unchanged += n,
            RowOutcome::Skipped { .. } | RowOutcome::Failed { .. } => made.skipped += n,
        }
        made.rows.extend(names.iter().map(|name| PlanRow {
            id: Some(name.bytes().fold(7, |sum, b| sum * 31 % 1_000_003 + i64::from(b))),
            name: Text::from(name.as_str()),
            shape: at as u32,
            ..PlanRow::default()
        }));
        made.shapes.push(shape);
    }
    if made.change > 10 {
        made.confirm = Confirm::Count { count: made.change };
    }
    made
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("{name}@northwind.test")).collect()
}

/// The plan that LOOK has: twelve go from Marketer to Viewer, two are left out.
fn fourteen() -> Plan {
    let like = names(&["alim", "bo", "carla", "dora", "emil", "flo", "gus", "hana", "ivo", "jun", "kim"]);
    plan(vec![
        (change("Marketer", "Viewer", &[], &["campaigns.write"], &["content.write"]), names(&["adele"])),
        (change("Marketer", "Viewer", &[], &["content.write", "campaigns.write"], &[]), like),
        (left_out(Refusal::Owner), names(&["olim"])),
        (left_out(Refusal::Yourself), names(&["aziza"])),
    ])
}

/// What it is once somebody else was there meanwhile.
fn overtaken() -> Plan {
    let like = names(&["alim", "bo", "dora", "emil", "flo", "gus", "hana", "ivo", "jun", "kim", "lea"]);
    plan(vec![
        (change("Marketer", "Viewer", &[], &["campaigns.write"], &["content.write"]), names(&["adele"])),
        (change("Marketer", "Viewer", &[], &["content.write", "campaigns.write"], &[]), like),
        (ends(RowOutcome::Unchanged), names(&["carla"])),
        (left_out(Refusal::Yourself), names(&["aziza"])),
    ])
}

fn ready(call: &Call) -> Result<Reply, ApiError> {
    Ok(match call {
        Call::Plan(_, request) if request.reason().is_some() => Reply::Plan(Box::new(overtaken())),
        Call::Plan(..) => Reply::Plan(Box::new(fourteen())),
        Call::StartChange(..) => return Err(ApiError::Stale("The workspace moved on.".into())),
        other => return world(other),
    })
}

fn refused(call: &Call) -> Result<Reply, ApiError> {
    Ok(match call {
        Call::Plan(..) => Reply::Plan(Box::new(Plan {
            refused: Some(Refusal::LastAdministrator),
            warnings: vec![Warning::FewAdministrators { remaining: 0 }],
            ..fourteen()
        })),
        other => return world(other),
    })
}

fn offline(call: &Call) -> Result<Reply, ApiError> {
    match call {
        Call::Plan(..) | Call::StartChange(..) => Err(ApiError::Offline("connection refused".into())),
        other => world(other),
    }
}

/// Names that fit nowhere, of other scripts, and more capabilities than a line holds.
fn long(call: &Call) -> Result<Reply, ApiError> {
    let all = ["content.write", "campaigns.write", "campaigns.approve", "devices.write", "members.manage"];
    let somebody = "a.very.long.address.that.does.not.fit.anywhere@marketing.department.northwind-signage.example";
    Ok(match call {
        Call::Plan(..) => {
            let mut plan = plan(vec![
                (
                    change(
                        "総務部マーケティング担当者",
                        "Viewer of everything in the north",
                        &["devices.write"],
                        &all,
                        &all,
                    ),
                    vec![somebody.to_owned(), "王小明@市场部.example".to_owned()],
                ),
                (change("Viewer", "Viewer", &[], &[], &[]), names(&["ок"])),
                (ends(RowOutcome::Unchanged), (0..4_000).map(|n| format!("m{n}@northwind.test")).collect()),
                (
                    left_out(Refusal::Above { capabilities: vec!["members.manage".into(), "roles.manage".into()] }),
                    names(&["x"]),
                ),
            ]);
            plan.warnings = vec![Warning::FewAdministrators { remaining: 1 }];
            Reply::Plan(Box::new(plan))
        }
        other => return world(other),
    })
}

fn undone(call: &Call) -> Result<Reply, ApiError> {
    Ok(match call {
        Call::Plan(..) => Reply::Plan(Box::new(plan(vec![
            (change("Viewer", "Marketer", &["content.write", "campaigns.write"], &[], &[]), names(&["alim", "bo"])),
            (
                left_out(Refusal::ChangedSince {
                    now: role("Editor"),
                    by: Some("olim@northwind.test".into()),
                    at: None,
                }),
                names(&["carla"]),
            ),
        ]))),
        other => return world(other),
    })
}

fn resent(call: &Call) -> Result<Reply, ApiError> {
    let sent = |before| {
        let status = |status| Thing::Invitation { status };
        let link = vec![Thing::NewLink, Thing::Answerable { seconds: 7 * DAY }];
        let (before, after) = match before {
            InvitationStatus::Sent => (Vec::new(), link),
            _ => (vec![status(before)], [vec![status(InvitationStatus::Sent)], link].concat()),
        };
        moved(before, after, &[], &[], &[])
    };
    Ok(match call {
        Call::Plan(..) => {
            let made = plan(vec![
                (sent(InvitationStatus::Expired), names(&["kim", "lea"])),
                (sent(InvitationStatus::Sent), names(&["noor"])),
                (left_out(Refusal::InvitationSettled), names(&["li"])),
            ]);
            Reply::Plan(Box::new(Plan { warnings: vec![Warning::Final], ..made }))
        }
        other => return world(other),
    })
}

fn grave(call: &Call) -> Result<Reply, ApiError> {
    Ok(match call {
        Call::Plan(..) => Reply::Plan(Box::new(Plan { confirm: Confirm::Verb { count: 12 }, ..fourteen() })),
        other => return world(other),
    })
}

/// Everybody is invited but those who are members, of whom one is asked about.
fn looked(call: &Call) -> Result<Reply, ApiError> {
    let row = |line, email: &str, name: &str, role: &[&str]| ImportRow {
        line,
        email: email.into(),
        name: name.into(),
        roles: role.iter().map(|role| Text::from(*role)).collect(),
        groups: Vec::new(),
    };
    Ok(match call {
        Call::People(path) if path == "x" => {
            let fault = |line, column: &str, message: &str| ImportFault {
                line,
                column: column.into(),
                message: message.into(),
            };
            let faults = vec![fault(2, "email", "an e-mail address is needed"), fault(7, "", "5 cells for 4 columns")];
            let message = "Nothing was taken in. Faults in the file: 2".into();
            return Err(ApiError::Invalid { field: Some("file".into()), message, faults });
        }
        Call::People(_) => Reply::People(vec![
            row(2, "noor@partner.example", "Noor Haddad", &["Viewer"]),
            row(3, "王小明@市场部.example", "王小明", &[]),
            row(4, "adele@northwind.test", "Adele Vance", &["Marketer"]),
            row(5, "o1im@northwind.test", "", &[]),
            row(6, "nobody at all", "", &[]),
            row(7, "NOOR@partner.example", "", &[]),
            row(9, "a.very.long.address.that.does.not.fit.anywhere@marketing.northwind.example", "", &["Chief of all"]),
            row(10, "lea@northwind.test", "Lea", &[]),
        ]),
        Call::Plan(_, request) => {
            let Kind::Invite(Invite { drafts }) = &request.kind else { return world(call) };
            let invited = moved(Vec::new(), role("Viewer"), &[], &[], &[]);
            let all = drafts.iter().map(|draft| draft.email.raw().to_owned());
            let (members, others): (Vec<String>, Vec<String>) = all.partition(|email| email.starts_with("adele"));
            let mut plan = plan(vec![(invited, others), (left_out(Refusal::MemberAlready), members)]);
            // In the order of the drafts.
            plan.rows.sort_by_key(|row| drafts.iter().position(|draft| draft.email == row.name));
            for row in &mut plan.rows {
                row.warnings = match row.name.raw() {
                    "noor@partner.example" => vec![Warning::ForeignDomain { domain: "partner.example".into() }],
                    "o1im@northwind.test" => vec![Warning::LookAlike { of: Some("olim@northwind.test".into()) }],
                    _ => Vec::new(),
                };
            }
            Reply::Plan(Box::new(plan))
        }
        other => return world(other),
    })
}

fn members(n: u64) -> Targets {
    Targets { on: Selection::ids((1..=n as i64).collect()), count: Some(n), marked: None }
}

/// The dialogs with the states they are drawn in.
pub fn all() -> Vec<Drawn> {
    vec![
        (
            "plan-role",
            || Box::new(ChangeRole::of_all(members(14))),
            vec![
                ("planning", "", None),
                ("ready", "", Some(ready)),
                ("folded", "Tab Tab Tab Down Down", Some(ready)),
                ("all", "PgDn Home Down Down Down Right", Some(ready)),
                ("command", "PgDn p", Some(ready)),
                ("count", "Enter", Some(ready)),
                ("moved", "Tab q 4 Enter 1 2 Enter", Some(ready)),
                ("refused", "Enter", Some(refused)),
                ("offline", "Enter", Some(offline)),
            ],
        ),
        (
            "plan-long",
            || Box::new(ChangeRole::of_all(members(4_003))),
            vec![("long", "", Some(long)), ("open", "PgDn Home Right", Some(long)), ("end", "PgDn End", Some(long))],
        ),
        (
            "plan-grant",
            || Box::new(GrantEdit::for_members(members(14), Effect::Deny)),
            vec![("choosing", "", Some(ready)), ("chosen", "p r o m o Enter e d i t Enter", Some(ready))],
        ),
        (
            "plan-undo",
            || Box::new(Undo::of(world::change(7, "set_roles", role("Viewer")))),
            vec![("ready", "", Some(undone)), ("planning", "", None)],
        ),
        ("plan-resend", || Box::new(reason::resend(members(4), None)), vec![("ready", "", Some(resent))]),
        (
            "plan-deactivate",
            || Box::new(reason::deactivate(members(14), None)),
            vec![("ready", "", Some(grave)), ("wrong", "Enter d e Enter", Some(grave))],
        ),
        (
            "plan-cancel",
            || Box::new(reason::cancel(members(2), None)),
            vec![("planned", "", Some(undone)), ("left", "x Esc", Some(undone))],
        ),
        (
            "invite-many",
            || Box::new(InviteMany::new()),
            vec![
                ("empty", "", Some(looked)),
                ("typing", "b o @ x . t e s t", Some(looked)),
                ("looking", "b o @ x . t e s t Enter", None),
                ("faulty", "Tab p Enter", Some(looked)),
                ("wrong", "Tab p Enter PgDn Home n", Some(looked)),
                ("fixing", "Tab p Enter PgDn Home n n n n Enter", Some(looked)),
                ("fixed", "Tab p Enter PgDn Home n x n x n x n x", Some(looked)),
                ("asked", "Tab p Enter Enter", Some(looked)),
                ("file", "Tab x Enter", Some(looked)),
                ("left", "Tab p Enter Esc", Some(looked)),
            ],
        ),
    ]
}
