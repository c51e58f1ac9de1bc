//! Bulk changes as drawn: plans in every state, many invitations.

use super::{
    dialogs::{Drawn, name_of},
    world::world,
};
use rolecall::{
    api::{
        error::ApiError,
        wire::{EffectItem, ImportFault, ImportRow, Kept, Plan, PlanKind, PlanRow, Source},
    },
    app::{
        dialog::{
            invite_many::InviteMany,
            plan::{Kind, PlanDialog},
        },
        effect::{Call, Reply},
        selection::Targets,
    },
    domain::{
        bulk::{BulkAction, Selection},
        change::Warning,
        id::{GroupId, JobId},
        untrusted::Text,
    },
};

fn item(capability: &str) -> EffectItem {
    EffectItem { capability: capability.into(), folder: None }
}

fn change(before: &str, after: &str, gains: &[&str], loses: &[&str], stays: &[&str]) -> PlanKind {
    let via = vec![Source::Group(name_of(GroupId(1), "Content Team"))];
    PlanKind::Change {
        before: vec![before.into()],
        after: vec![after.into()],
        adds: Vec::new(),
        removes: Vec::new(),
        gains: gains.iter().map(|key| item(key)).collect(),
        loses: loses.iter().map(|key| item(key)).collect(),
        stays: stays.iter().map(|key| Kept { capability: (*key).into(), via: via.clone() }).collect(),
    }
}

fn left_out(reason: &str) -> PlanKind {
    PlanKind::LeftOut { reason: reason.into(), field: Some("email".into()) }
}

fn plan(kinds: Vec<(PlanKind, Vec<String>)>) -> Plan {
    let row = |kind: usize, name: &String| PlanRow {
        id: Some(name.bytes().fold(7, |sum, b| sum * 31 % 1_000_003 + i64::from(b))),
        name: Text::from(name.as_str()),
        kind: kind as u32,
        ..PlanRow::default()
    };
    let rows: Vec<PlanRow> =
        kinds.iter().enumerate().flat_map(|(at, (_, names))| names.iter().map(move |name| row(at, name))).collect();
    let count = |which: &dyn Fn(&PlanKind) -> bool| {
        kinds.iter().filter(|(kind, _)| which(kind)).map(|(_, names)| names.len() as u64).sum()
    };
    let change = count(&|kind| matches!(kind, PlanKind::Change { .. }));
    Plan {
        revision: 9,
        digest: "d".into(),
        change,
        same: count(&|kind| matches!(kind, PlanKind::Same)),
        left_out: count(&|kind| matches!(kind, PlanKind::LeftOut { .. })),
        gain: count(&|kind| matches!(kind, PlanKind::Change { gains, .. } if !gains.is_empty())),
        lose: count(&|kind| matches!(kind, PlanKind::Change { loses, .. } if !loses.is_empty())),
        rows,
        kinds: kinds.into_iter().map(|(kind, _)| kind).collect(),
        confirm: change > 10,
        ..Plan::default()
    }
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
        (left_out("owner: transfer ownership instead"), names(&["olim"])),
        (left_out("yourself"), names(&["aziza"])),
    ])
}

/// What it is once somebody else was there meanwhile.
fn overtaken() -> Plan {
    let like = names(&["alim", "bo", "dora", "emil", "flo", "gus", "hana", "ivo", "jun", "kim", "lea"]);
    plan(vec![
        (change("Marketer", "Viewer", &[], &["campaigns.write"], &["content.write"]), names(&["adele"])),
        (change("Marketer", "Viewer", &[], &["content.write", "campaigns.write"], &[]), like),
        (PlanKind::Same, names(&["carla"])),
        (left_out("yourself"), names(&["aziza"])),
    ])
}

fn ready(call: &Call) -> Result<Reply, ApiError> {
    Ok(match call {
        Call::Plan(_, bulk) if bulk.action.reason().is_some() => Reply::Plan(Box::new(overtaken())),
        Call::Plan(..) => Reply::Plan(Box::new(fourteen())),
        Call::StartJob(..) => return Err(ApiError::Stale("The workspace moved on.".into())),
        other => return world(other),
    })
}

fn refused(call: &Call) -> Result<Reply, ApiError> {
    Ok(match call {
        Call::Plan(..) => Reply::Plan(Box::new(Plan {
            refused: Some("no active administrator would remain, so nothing of it is done".into()),
            warnings: vec![Warning::FewAdministrators { remaining: 0 }],
            ..fourteen()
        })),
        other => return world(other),
    })
}

fn offline(call: &Call) -> Result<Reply, ApiError> {
    match call {
        Call::Plan(..) | Call::StartJob(..) => Err(ApiError::Offline("connection refused".into())),
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
                (PlanKind::Same, (0..4_000).map(|n| format!("m{n}@northwind.test")).collect()),
                (
                    left_out("they hold Members · manage and Roles · manage, which you do not hold yourself"),
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
            (left_out("changed since by olim@northwind.test"), names(&["carla"])),
        ]))),
        other => return world(other),
    })
}

fn resent(call: &Call) -> Result<Reply, ApiError> {
    Ok(match call {
        Call::Plan(..) => Reply::Plan(Box::new(plan(vec![
            (change("expired", "sent, 7 days", &[], &[], &[]), names(&["kim", "lea"])),
            (change("sent", "sent, 7 days", &[], &[], &[]), names(&["noor"])),
            (left_out("this invitation is settled: invite the person again"), names(&["li"])),
        ]))),
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
        Call::Plan(_, bulk) => {
            let BulkAction::Invite { drafts } = &bulk.action else { return world(call) };
            let invited = change("", "invited", &[], &[], &[]);
            let all = drafts.iter().map(|draft| draft.email.raw().to_owned());
            let (members, others): (Vec<String>, Vec<String>) = all.partition(|email| email.starts_with("adele"));
            let mut plan = plan(vec![(invited, others), (left_out("a member already"), members)]);
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
            || Box::new(PlanDialog::new(Kind::Role, members(14))),
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
            || Box::new(PlanDialog::new(Kind::Role, members(4_003))),
            vec![("long", "", Some(long)), ("open", "PgDn Home Right", Some(long)), ("end", "PgDn End", Some(long))],
        ),
        (
            "plan-grant",
            || Box::new(PlanDialog::new(Kind::Deny, members(14))),
            vec![("choosing", "", Some(ready)), ("chosen", "p r o m o Enter e d i t Enter", Some(ready))],
        ),
        (
            "plan-undo",
            || {
                Box::new(PlanDialog::new(
                    Kind::Undo(JobId(7)),
                    Targets { on: Selection::default(), count: Some(3), marked: None },
                ))
            },
            vec![("ready", "", Some(undone)), ("planning", "", None)],
        ),
        ("plan-resend", || Box::new(PlanDialog::new(Kind::Resend, members(4))), vec![("ready", "", Some(resent))]),
        (
            "plan-cancel",
            || Box::new(PlanDialog::new(Kind::Cancel, members(2))),
            vec![("asked", "Enter", Some(undone)), ("left", "x Esc", Some(undone))],
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
