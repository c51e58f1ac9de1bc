//! The plan of a bulk change: made while the choice is made, looked at, confirmed, begun as a job.

use super::{
    stage::{End, Stage, invalid, offline, stale},
    world::named,
};
use rolecall::{
    api::wire::{AllGroups, EffectItem, Job, JobState, Kept, Plan, PlanKind, PlanRow, Source, StartJob},
    app::{
        action::Action,
        dialog::plan::{Kind, PlanDialog},
        effect::{Call, Effect, Reply},
        selection::Targets,
        view::Part,
    },
    domain::{
        bulk::{Bulk, BulkAction, Selection},
        change::Warning,
        edge::Terms,
        id::{FolderId, GrantId, GroupId, JobId, RoleId},
        model,
        time::Timestamp,
        untrusted::Text,
    },
};

fn members(n: i64) -> Targets {
    Targets { on: Selection::ids((1..=n).collect()), count: Some(n as u64), marked: None }
}

fn dialog(kind: Kind) -> PlanDialog {
    PlanDialog::new(kind, members(14))
}

fn item(capability: &str) -> EffectItem {
    EffectItem { capability: capability.to_owned(), folder: None }
}

pub fn lowered(loses: &[&str], stays: &[&str]) -> PlanKind {
    let kept = |key: &&str| Kept {
        capability: (*key).to_owned(),
        via: vec![Source::Group(named(GroupId(2), "Content Team"))],
    };
    PlanKind::Change {
        before: vec!["Marketer".into()],
        after: vec!["Viewer".into()],
        adds: Vec::new(),
        removes: Vec::new(),
        gains: Vec::new(),
        loses: loses.iter().map(|key| item(key)).collect(),
        stays: stays.iter().map(kept).collect(),
    }
}

fn left_out(reason: &str) -> PlanKind {
    PlanKind::LeftOut { reason: reason.into(), field: None }
}

/// A plan of these kinds, each with its rows' names.
pub fn plan(kinds: Vec<(PlanKind, Vec<&str>)>) -> Plan {
    let mut rows = Vec::new();
    let mut count = [0, 0, 0, 0];
    for (at, (kind, names)) in kinds.iter().enumerate() {
        let n = names.len() as u64;
        match kind {
            PlanKind::Change { gains, loses, .. } => {
                count[0] += n;
                count[2] += if gains.is_empty() { 0 } else { n };
                count[3] += if loses.is_empty() { 0 } else { n };
            }
            PlanKind::Same => {}
            PlanKind::LeftOut { .. } => count[1] += n,
        }
        rows.extend(names.iter().map(|name| PlanRow {
            id: Some(name.bytes().fold(7, |sum, b| sum * 31 % 100_003 + i64::from(b))),
            name: Text::from(*name),
            kind: at as u32,
            ..PlanRow::default()
        }));
    }
    let same = rows.len() as u64 - count[0] - count[1];
    let digest = format!("{:?}", rows.iter().map(|row: &PlanRow| (row.id, row.kind)).collect::<Vec<_>>());
    Plan {
        revision: 40,
        digest,
        rows,
        kinds: kinds.into_iter().map(|(kind, _)| kind).collect(),
        change: count[0],
        same,
        left_out: count[1],
        gain: count[2],
        lose: count[3],
        ..Plan::default()
    }
}

/// That of the page on looks: eleven like alim, adele who keeps something, two left out.
pub fn q4() -> Plan {
    let like = ["alim@n.test", "bo@n.test", "carla@n.test"];
    let mut made = plan(vec![
        (lowered(&["campaigns.write"], &["content.write"]), vec!["adele@n.test"]),
        (lowered(&["content.write", "campaigns.write"], &[]), like.to_vec()),
        (PlanKind::Same, vec!["dora@n.test"]),
        (left_out("owner: transfer ownership instead"), vec!["olim@n.test"]),
        (left_out("yourself"), vec!["aziza@n.test"]),
    ]);
    made.confirm = true;
    made
}

pub fn job() -> Job {
    Job {
        id: JobId(3),
        action: "set_roles".into(),
        detail: "Viewer".into(),
        reason: None,
        actor: "olim@n.test".into(),
        mine: true,
        undoes: None,
        origin: None,
        undone_by: None,
        state: JobState::Running,
        elsewhere: false,
        stop_asked: false,
        created_at: Timestamp(1),
        ended_at: None,
        total: 4,
        applied: 0,
        failed: 0,
        skipped: 0,
        left_out: 0,
        by_filter: false,
        per_second: None,
        trouble: None,
    }
}

#[test]
fn where_there_is_little_room_most_rows_tell_in_full_where_they_go() {
    let goes = |from: &str| match lowered(&["campaigns.write", "content.write"], &[]) {
        PlanKind::Change { after, loses, stays, .. } => PlanKind::Change {
            before: vec![from.into()],
            after,
            adds: vec![],
            removes: vec![],
            gains: loses.clone(),
            loses,
            stays,
        },
        other => other,
    };
    let mut stage = Stage::new(dialog(Kind::Role));
    stage.planned(plan(vec![
        (goes("Technician"), vec!["a.rather.long.name@northwind.test", "b@n.test", "c@n.test", "d@n.test"]),
        (goes("Technician until 2026-12-31"), vec!["e@n.test"]),
    ]));
    let widths = widths(&stage);
    assert!(widths[1] >= width("Technician → Viewer"), "{widths:?}");
    assert_eq!(widths.iter().sum::<u16>() + 6, 72, "all the room is used: {widths:?}");
}

fn width(text: &str) -> u16 {
    unicode_width::UnicodeWidthStr::width(text) as u16
}

/// The columns of the rows of the plan.
fn widths(stage: &Stage) -> Vec<u16> {
    let view = stage.view();
    let list = view.parts.iter().find_map(|part| if let Part::List(list) = part { Some(list) } else { None }).unwrap();
    list.columns.iter().map(|column| column.width).collect()
}

/// Rows as they change: from what to what, with what gained and lost.
fn moved(from: &str, to: &str, gains: &[&str], loses: &[&str]) -> PlanKind {
    PlanKind::Change {
        before: vec![from.into()],
        after: vec![to.into()],
        adds: Vec::new(),
        removes: Vec::new(),
        gains: gains.iter().map(|key| item(key)).collect(),
        loses: loses.iter().map(|key| item(key)).collect(),
        stays: Vec::new(),
    }
}

#[test]
fn what_changes_is_not_cut_where_other_columns_have_blanks() {
    let folded = "somebody.with.a.very.long.address.indeed@marketing.northwind.test";
    let all = ["content.read", "content.write", "campaigns.read", "campaigns.write", "devices.read"];
    let cases = [
        ("Technician", "Viewer", "adele@northwind.test"),
        ("active", "deactivated", "adele@northwind.test"),
        ("技術担当者の人", "閲覧者", "王秀英@northwind.test"),
    ];
    for (from, to, name) in cases {
        for size in [(80, 24), (100, 30), (120, 34)] {
            let mut stage = Stage::new(dialog(Kind::Role));
            stage.size = size;
            stage.planned(plan(vec![
                (moved("Marketer", to, &[], &all), vec![name, "b@n.test", folded]),
                (moved(from, to, &["templates.read"], &all), vec!["c@n.test"]),
            ]));
            let widths = widths(&stage);
            assert!(widths[1] >= width(&format!("{from} → {to}")), "{from} at {size:?}: {widths:?}");
            assert!(widths[0] <= width(name), "a name that is folded away takes no room: {widths:?}");
            let room = usize::from(if size.0 < 88 { size.0 } else { size.0 - 6 }) - 8;
            let used = usize::from(widths.iter().sum::<u16>()) + 6;
            assert_eq!(used, room, "what is cut has all that is left at {size:?}: {widths:?}");
        }
    }
}

#[test]
fn a_column_with_nothing_in_it_is_as_wide_as_its_heading() {
    let mut stage = Stage::new(dialog(Kind::Deactivate));
    let all = ["content.read", "content.write", "campaigns.read", "campaigns.write", "devices.read"];
    stage.planned(plan(vec![(moved("active", "deactivated", &[], &all), vec!["adele@northwind.test", "b@n.test"])]));
    let widths = widths(&stage);
    assert_eq!(widths[..3], [20, width("active → deactivated"), width("Gains")], "{widths:?}");
    assert_eq!(widths.iter().sum::<u16>() + 6, 72, "{widths:?}");
}

pub trait Planned {
    fn asked(&self) -> Bulk;
    fn planned(&mut self, plan: Plan) -> &mut Self;
    fn begun(&self) -> (StartJob, String);
}

impl Planned for Stage {
    fn asked(&self) -> Bulk {
        match self.open_calls().pop() {
            Some((_, Call::Plan(_, bulk))) => *bulk,
            other => panic!("no plan was asked for: {other:?}"),
        }
    }

    fn planned(&mut self, plan: Plan) -> &mut Self {
        self.asked();
        self.answer(Ok(Reply::Plan(Box::new(plan))))
    }

    fn begun(&self) -> (StartJob, String) {
        match self.open_calls().pop() {
            Some((_, Call::StartJob(_, start, key))) => (*start, key),
            other => panic!("no job was begun: {other:?}"),
        }
    }
}

#[test]
fn it_plans_at_once_and_tells_what_every_row_comes_to() {
    let mut stage = Stage::new(dialog(Kind::Role));
    assert_eq!(stage.asked().on, members(14).on);
    assert_eq!(stage.asked().action, BulkAction::SetRoles { roles: vec![RoleId(3)], terms: Terms::default() });
    stage.says("Change role · 14 members").says("Planning");
    stage.planned(q4()).silent_on("Planning");
    stage
        .says("adele@n.test | Marketer → Viewer | — | Campaigns · edit")
        .says("Content · edit stays: group Content Team")
        .says("alim@n.test | Marketer → Viewer | — | Content · edit, Campaigns · edit")
        .says("2 more like alim@n.test")
        .silent_on("carla@n.test")
        .says("dora@n.test | so already")
        .says("olim@n.test | left out: owner: transfer ownership instead")
        .says("4 change · 1 so already · 2 left out · 0 gain · 4 lose")
        .says("Type 4 to confirm");
}

#[test]
fn rows_of_which_the_same_is_said_are_folded_wherever_they_stand() {
    let names = ["a@n.test", "b@n.test", "c@n.test", "d@n.test", "e@n.test"];
    let mut made = plan(vec![(lowered(&["content.write"], &[]), names.to_vec())]);
    for (row, deny) in made.rows.iter_mut().skip(1).step_by(2).zip(8..) {
        row.warnings = vec![Warning::Shadowed { by: vec![GrantId(deny)] }];
    }
    let mut stage = Stage::new(dialog(Kind::Role));
    stage.planned(made);
    stage.says("2 more like a@n.test").says("b@n.test | Marketer → Viewer").says("1 more like b@n.test");
    stage.silent_on("c@n.test").silent_on("d@n.test");
}

/// What the columns of the plan are called.
#[test]
fn of_groups_it_tells_which_come_and_go_and_of_the_row_in_hand_all_of_them() {
    let kind = PlanKind::Change {
        before: Vec::new(),
        after: Vec::new(),
        adds: vec!["Content Team".into()],
        removes: vec!["Campaign Desk".into()],
        gains: vec![item("content.write")],
        loses: Vec::new(),
        stays: Vec::new(),
    };
    let mut made = plan(vec![(kind, vec!["a@n.test", "b@n.test"])]);
    let all = |before: &[&str], after: &[&str]| {
        let names = |all: &[&str]| all.iter().map(|name| Text::from(*name)).collect();
        AllGroups { before: names(before), after: names(after) }
    };
    made.groups =
        vec![all(&["Campaign Desk"], &["Content Team"]), all(&["Campaign Desk", "Shift"], &["Shift", "Content Team"])];
    for (row, groups) in made.rows.iter_mut().zip(0..) {
        row.groups = Some(groups);
    }
    let mut stage = Stage::new(dialog(Kind::AddToGroups));
    stage.size = (120, 34);
    stage.keys("<Space>").planned(made);
    assert_eq!(titles(&stage)[1], "Change");
    stage.says("a@n.test | + Content Team, − Campaign Desk | Content · edit | —").says("1 more like a@n.test");
    stage.keys("<Tab><PgDn><Home>").says("a@n.test · groups Campaign Desk → Content Team");
    stage.keys("l<Down><Down><Down>").says("b@n.test · groups Campaign Desk, Shift → Shift, Content Team");
    stage.size = (60, 24);
    stage.keys("<Home>").says(
        "a@n.test · + Content Team, − Campaign Desk · gains Content · edit · groups Campaign Desk → Content Team",
    );
}

fn titles(stage: &Stage) -> Vec<String> {
    let lists =
        stage.view().parts.into_iter().filter_map(|part| if let Part::List(list) = part { Some(list) } else { None });
    lists.flat_map(|list| list.columns).map(|column| column.title).collect()
}

#[test]
fn of_invitations_it_tells_what_becomes_of_each_and_of_nobodys_access() {
    let becomes = |before: &str, after: &[&str]| PlanKind::Change {
        before: vec![before.into()],
        after: after.iter().map(|word| Text::from(*word)).collect(),
        adds: Vec::new(),
        removes: Vec::new(),
        gains: Vec::new(),
        loses: Vec::new(),
        stays: Vec::new(),
    };
    let mut stage = Stage::new(dialog(Kind::Resend));
    stage.planned(plan(vec![(becomes("expired", &["sent", "7 days"]), vec!["kim@n.test"])]));
    assert_eq!(titles(&stage), ["E-mail", "Invitation"]);
    stage.says("kim@n.test | expired → sent, 7 days\n");
    stage.says("1 change · 0 left out").silent_on("gain");
    let mut stage = Stage::new(dialog(Kind::Cancel));
    stage.planned(plan(vec![(becomes("sent", &["cancelled"]), vec!["kim@n.test"])]));
    assert_eq!(titles(&stage), ["E-mail", "Invitation"]);
    stage.says("kim@n.test | sent → cancelled\n").silent_on("lose");
}

#[test]
fn another_choice_takes_the_earlier_question_back_and_a_reason_asks_for_no_plan() {
    let mut stage = Stage::new(dialog(Kind::Role));
    stage.keys("<Left>");
    assert_eq!(stage.open_calls().len(), 1, "the question before was taken back");
    let BulkAction::SetRoles { roles, .. } = stage.asked().action else { panic!() };
    assert_eq!(roles, [RoleId(2)]);
    stage.keys("<Right>").planned(q4());
    stage.keys("<Tab>Q4 clean-up<Tab>");
    assert!(stage.quiet(), "{:?}", stage.open_calls());
    stage.says("Reason: Q4 clean-up").says("alim@n.test");
}

#[test]
fn the_old_plan_stays_in_sight_while_the_new_one_is_made() {
    let mut stage = Stage::new(dialog(Kind::Role));
    stage.planned(q4()).keys("<Left>").says("alim@n.test").says("Planning");
    stage.keys("<Enter>").says("The plan is not there yet");
    assert_eq!(stage.open_calls().len(), 1, "nothing is begun from a plan of something else");
}

#[test]
fn like_rows_are_shown_and_folded_again() {
    let mut stage = Stage::new(dialog(Kind::Role));
    stage.planned(q4()).keys("<Tab><Tab><Tab><Down><Down><Down><Enter>");
    stage.says("bo@n.test").says("carla@n.test").says("− Content · edit");
    stage.keys("<Left>").silent_on("carla@n.test");
}

#[test]
fn the_count_is_typed_before_the_job_begins() {
    let mut stage = Stage::new(dialog(Kind::Role));
    stage.planned(q4()).keys("<Tab>ticket OPS-1182<Enter>").says("Type 4, the number of rows that change.");
    assert!(stage.quiet());
    stage.keys("5x<Enter>").says("Type 4, the number of rows that change.").keys("<BSpace>4<Enter>");
    let (start, _) = stage.begun();
    assert_eq!(start.digest, Some(q4().digest));
    assert_eq!(start.bulk.action.reason(), Some(&"ticket OPS-1182".into()));
    stage.says("Starting the job").answer(Ok(Reply::Job(Box::new(job()))));
    assert!(matches!(&stage.end, Some(End::Started(begun)) if begun.id == JobId(3)));
}

#[test]
fn few_rows_are_asked_about_once_more_where_somebody_loses() {
    let mut stage = Stage::new(PlanDialog::new(Kind::Role, members(1)));
    stage.says("Change role · 1 member");
    stage.planned(plan(vec![(lowered(&["content.write"], &[]), vec!["bo@n.test"])]));
    stage.keys("<Enter>").says("1 lose something they can do now. Press Enter again to do it.");
    assert!(stage.quiet());
    stage.keys("<Esc>").silent_on("Press Enter again").keys("<Enter><Enter>");
    stage.begun();
}

#[test]
fn a_refused_plan_cannot_be_done() {
    let mut stage = Stage::new(dialog(Kind::Remove));
    let refused = Plan { refused: Some("no administrator would remain".into()), ..q4() };
    stage.planned(refused).says("Refused: no administrator would remain").silent_on("Type 4");
    stage.keys("<Enter><Enter>");
    assert!(stage.quiet());
}

#[test]
fn a_plan_without_a_change_has_nothing_to_do() {
    let mut stage = Stage::new(dialog(Kind::Resend));
    stage.says("Resend · 14 invitations").planned(plan(vec![(left_out("accepted"), vec!["bo@n.test"])]));
    stage.keys("<Enter>").says("There is nothing to do: no row would change.");
    assert!(stage.quiet());
}

#[test]
fn when_the_workspace_moved_on_what_changed_is_looked_at_first_and_the_count_typed_again() {
    let mut stage = Stage::with(dialog(Kind::Role), |stage| stage.size = (80, 34));
    stage.planned(q4()).keys("<Enter>4<Enter>");
    let (_, first) = stage.begun();
    stage.answer(stale());
    assert!(matches!(stage.asked().action, BulkAction::SetRoles { .. }), "planned again");
    let mut now = plan(vec![
        (lowered(&["campaigns.write"], &["content.write"]), vec!["adele@n.test"]),
        (lowered(&["content.write", "campaigns.write"], &[]), vec!["alim@n.test", "bo@n.test"]),
        (PlanKind::Same, vec!["dora@n.test", "carla@n.test", "emil@n.test"]),
        (left_out("yourself"), vec!["aziza@n.test"]),
    ]);
    now.confirm = true;
    stage
        .planned(now)
        .says("The workspace moved on while you looked. Nothing was done.")
        .says("Changed since you looked: 3");
    let text = stage.text();
    let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} in\n{text}"));
    assert!(place("carla@n.test | so already") < place("As you looked at them"));
    assert!(
        place("looked at as: Marketer → Viewer · loses Content · edit, Campaigns · edit")
            < place("As you looked at them")
    );
    assert!(place("emil@n.test") < place("was not in the plan you looked at"));
    assert!(place("olim@n.test | not among the rows any more") < place("As you looked at them"));
    assert!(place("As you looked at them") < place("adele@n.test"));
    stage.keys("<Enter>").says("Type 3, the number of rows that change.").keys("3<Enter>");
    let (_, second) = stage.begun();
    assert_ne!(first, second, "another plan is another intention");
}

#[test]
fn the_plan_looked_at_is_compared_with_even_when_the_next_one_came_late() {
    let mut stage = Stage::with(dialog(Kind::Role), |stage| stage.size = (80, 34));
    stage.planned(q4()).keys("<Enter>4<Enter>").answer(stale()).answer(offline()).says("cannot reach");
    stage.keys("<Enter>").planned(q4()).says("This plan is as it was; press Enter again to do it.");
}

#[test]
fn an_answer_that_did_not_come_is_asked_for_again_under_the_same_key() {
    let mut stage = Stage::new(dialog(Kind::Role));
    stage.planned(q4()).keys("<Enter>4<Enter>");
    let (first, key) = stage.begun();
    stage.answer(offline()).says("Nothing typed is lost").says("Type 4 to confirm: 4").keys("<Enter>");
    assert_eq!(stage.begun(), (first, key.clone()));
    stage.answer(offline()).keys("<Tab>");
    stage.keys("<Tab>x<Enter>");
    assert_ne!(stage.begun().1, key, "another reason is another intention");
}

#[test]
fn a_plan_that_could_not_be_made_is_made_on_enter() {
    let mut stage = Stage::new(dialog(Kind::Deactivate));
    stage.answer(offline()).says("cannot reach the backend").keys("left<Enter>");
    assert!(matches!(stage.asked().action, BulkAction::Deactivate { .. }));
    stage.says("Reason: left").planned(q4()).silent_on("cannot reach");
}

#[test]
fn what_is_wrong_with_a_field_is_said_under_it() {
    let mut stage = Stage::new(dialog(Kind::Role));
    stage.answer(invalid("roles", "you do not hold all of that")).says("^ you do not hold all of that");
    let mut stage = Stage::new(dialog(Kind::Role));
    stage.planned(q4()).keys("<Tab><Tab>yesterday<Enter>").says("is no day");
}

#[test]
fn groups_are_chosen_before_there_is_a_plan() {
    let mut stage = Stage::new(dialog(Kind::AddToGroups));
    assert!(stage.quiet());
    stage.says("Fill in what is to be done: the plan appears here.").keys("<Enter>").says("Choose a group.");
    stage.keys("Content<Enter>");
    let wanted = BulkAction::AddToGroups { groups: vec![GroupId(2)], terms: Terms::default() };
    assert_eq!(stage.asked().action, wanted);
    let mut stage = Stage::new(dialog(Kind::RemoveFromGroups));
    stage.keys("Desk<Enter>");
    assert_eq!(stage.asked().action, BulkAction::RemoveFromGroups { groups: vec![GroupId(1)], reason: None });
}

#[test]
fn a_grant_for_each_has_a_folder_a_capability_and_a_time_box() {
    let mut stage = Stage::new(dialog(Kind::Deny));
    stage.keys("Promo<Enter>Content · edit<Enter>");
    let BulkAction::Grant { folder, capability, effect, .. } = stage.asked().action else { panic!() };
    assert_eq!((folder, capability.as_str(), effect), (FolderId(4), "content.write", model::Effect::Deny));
}

#[test]
fn an_undo_is_a_plan_of_its_job() {
    let given = Targets { on: Selection::default(), count: Some(312), marked: None };
    let mut stage = Stage::new(PlanDialog::new(Kind::Undo(JobId(9)), given));
    stage.says("Undo job 9");
    assert_eq!(
        stage.asked(),
        Bulk { on: Selection::default(), action: BulkAction::Undo { job: JobId(9), reason: None } }
    );
}

#[test]
fn the_command_that_does_the_same_is_shown_and_copied() {
    let mut stage = Stage::new(dialog(Kind::Role));
    stage.planned(q4()).keys("<Tab>it's time<Tab><Tab>p");
    let pushed = stage.pushed();
    assert!(pushed.text().contains("rolecall role set viewer --reason 'it'\\''s time' - <<'END'"), "{}", pushed.text());
    pushed.keys("y");
    let Some(Effect::Copy(copied)) = pushed.effects.last() else { panic!("nothing was copied") };
    assert!(copied.starts_with("rolecall role set viewer"), "{copied}");
    assert!(copied.ends_with("\nbo@n.test\ncarla@n.test\nEND"), "whoever is left out is not named: {copied}");

    let matching = Targets { on: Selection::matching("flag:expiring"), count: Some(9), marked: None };
    let mut stage = Stage::new(PlanDialog::new(Kind::Resend, matching));
    stage.planned(q4()).keys("p");
    assert!(stage.pushed().text().contains("rolecall invitations resend --filter flag:expiring"));

    let both = Selection { ids: vec![7], ..Selection::matching("flag:expiring") };
    let mut stage = Stage::new(PlanDialog::new(Kind::Resend, Targets { on: both, count: Some(10), marked: None }));
    stage.planned(q4()).keys("p");
    let named = stage.pushed().text();
    assert!(named.contains("rolecall invitations resend - <<'END'"), "no one filter says it: {named}");

    let matching = Targets { on: Selection::matching(""), count: Some(9), marked: None };
    let elsewhere = |stage: &mut Stage| stage.data_dir = Some("/srv/role call".into());
    let mut stage = Stage::with(PlanDialog::new(Kind::Resend, matching), elsewhere);
    stage.planned(q4()).keys("p");
    assert!(stage.pushed().text().contains("rolecall --data-dir '/srv/role call' invitations resend --all"));
}

#[test]
fn what_was_typed_is_not_lost_on_one_key() {
    let mut stage = Stage::new(dialog(Kind::Remove));
    stage.planned(q4()).keys("gone<Esc>").says("What you typed would be lost");
    assert!(stage.end.is_none());
    stage.keys("<Esc>");
    assert!(matches!(stage.end, Some(End::Closed)));
}

#[test]
fn ten_thousand_rows_are_scrolled_through_without_reading_them_all() {
    let names: Vec<String> = (0..10_000).map(|i| format!("m{i}@n.test")).collect();
    let kinds = names.iter().map(|name| (lowered(&["content.write"], &[]), vec![name.as_str()])).collect();
    let mut stage = Stage::new(dialog(Kind::Resend));
    stage.planned(plan(kinds)).keys("<End>").says("m9999@n.test").silent_on("m9000@n.test");
    stage.keys("<Home><PgDn>").says("m12@n.test");
    assert!(stage.text().lines().count() < 40, "only what is in sight is given to be drawn");
}

#[test]
fn enter_checks_what_is_looked_for_once_wherever_the_cursor_is() {
    let mut stage = Stage::new(dialog(Kind::AddToGroups));
    let enter = |stage: &Stage| {
        let hints = stage.view().hints;
        hints.into_iter().find(|(action, _)| *action == Action::Confirm).and_then(|(_, verb)| verb)
    };
    stage.keys("c<Down>");
    assert_eq!(enter(&stage).as_deref(), Some("check"));
    stage.keys("<Enter>");
    assert!(stage.open_calls().iter().any(|(_, call)| matches!(call, Call::Plan(..))), "it is checked and planned");
    assert_ne!(enter(&stage).as_deref(), Some("check"), "and Enter goes on");
}

#[test]
fn passing_a_choice_leaves_it_empty_and_enter_asks_for_it() {
    for kind in [Kind::Deny, Kind::Allow] {
        let mut stage = Stage::new(dialog(kind));
        stage.keys("<Tab><Tab><Tab><Enter>").says("Choose a folder.");
        assert!(stage.quiet(), "nothing is chosen, so nothing is planned");
        // What is typed for is taken when the focus goes on; Enter in the list chooses.
        stage.keys("Promo<Tab>").says("Promo Archive").keys("<Tab><Enter>").says("Choose a capability.");
        assert!(stage.quiet());
        stage.keys("Content · edit<Enter>");
        let BulkAction::Grant { folder, .. } = stage.asked().action else { panic!() };
        assert_eq!(folder, FolderId(4));
    }
}
