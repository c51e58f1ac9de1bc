//! Changes of an earlier run taken up: what they would do is told as it was when they were confirmed, and
//! confirmed again in the same way.

use super::{
    plan::{Planned, job, lowered, plan, q4},
    stage::{End, NOW, Stage, offline},
};
use rolecall::{
    api::{
        error::ApiError,
        wire::{Job, JobState, Plan, PlanKind, StartJob},
    },
    app::{
        action::Action,
        dialog::take_up::TakeUp,
        effect::{Call, Reply},
        pane::jobs::Unanswered,
    },
    domain::{
        bulk::{Bulk, BulkAction, Matching, Selection},
        change::InviteDraft,
        edge::Terms,
        id::{FolderId, GroupId, RoleId, WorkspaceId},
        model::Effect,
        time::DAY,
    },
};

fn change(n: u32, on: Selection, action: BulkAction, confirmed: &Plan) -> Unanswered {
    Unanswered {
        workspace: WorkspaceId(1),
        start: StartJob { bulk: Bulk { on, action }, digest: Some(confirmed.digest.clone()) },
        key: format!("lost-{n}"),
        at: NOW.plus(-3 * 3_600),
    }
}

fn three() -> Selection {
    Selection::ids(vec![2, 3, 4])
}

/// Marketers to Viewers, as the page on looks has it.
fn q4_change() -> Unanswered {
    let terms = Terms { reason: Some("Q4 clean-up".into()), expires_at: Some(NOW.plus(30 * DAY)), review_at: None };
    let on = Selection { matching: vec![Matching { filter: "role:marketer".into(), except: vec![7, 8] }], ids: vec![] };
    change(1, on, BulkAction::SetRoles { roles: vec![RoleId(3)], terms }, &q4())
}

fn small() -> Plan {
    plan(vec![(
        PlanKind::Change {
            before: vec![],
            after: vec![],
            adds: vec![],
            removes: vec![],
            gains: vec![],
            loses: vec![],
            stays: vec![],
        },
        vec!["bo@n.test"],
    )])
}

fn stage(waiting: Vec<Unanswered>) -> Stage {
    Stage::with(TakeUp::new(waiting), |stage| stage.size = (120, 34))
}

fn taken(key: &str, ended: Result<Job, ApiError>) -> Result<Reply, ApiError> {
    Ok(Reply::TakenUp(key.into(), ended.map(Box::new)))
}

fn asked(stage: &Stage) -> Vec<Call> {
    stage.open_calls().into_iter().map(|(_, call)| call).collect()
}

#[test]
fn all_that_was_chosen_is_told_and_what_it_would_do() {
    let mut stage = stage(vec![q4_change()]);
    assert_eq!(stage.asked(), q4_change().start.bulk, "it is planned as it was asked for");
    stage.planned(q4());
    stage.says("Take up · Change role · 7 members").says("Asked for 3 h ago");
    stage.says("Role     Viewer").says("For      all that match role:marketer, but 2").says("Reason   Q4 clean-up");
    stage
        .says("Expires  2026-01-31")
        .says("adele@n.test | Marketer → Viewer")
        .says("4 change · 1 so already · 2 left out");
    stage.silent_on("confirmed");
}

#[test]
fn marks_of_all_kinds_are_told_one_after_the_other() {
    let mut on = q4_change().start.bulk.on;
    on.matching.extend(Selection::matching("domain:partner.test").matching);
    on.ids = vec![9, 10, 11];
    let mut stage = stage(vec![change(1, on, BulkAction::Deactivate { reason: None }, &q4())]);
    stage.planned(q4());
    stage.says("Take up · Deactivate · 7 members");
    stage.says("all that match role:marketer, but 2; all that match domain:partner.test; 3 marked one by one");
}

#[test]
fn every_kind_tells_what_it_is_done_with() {
    let grant = BulkAction::Grant {
        folder: FolderId(1),
        capability: "content.write".into(),
        effect: Effect::Deny,
        terms: Terms { review_at: Some(NOW.plus(DAY)), ..Terms::default() },
    };
    let draft = InviteDraft { message: Some("Welcome".into()), ..InviteDraft::default() };
    let told = [
        (BulkAction::RemoveFromGroups { groups: vec![GroupId(2)], reason: None }, "Groups  "),
        (grant.clone(), "Folder      "),
        (grant.clone(), "Content · edit"),
        (grant, "Review      2026-01-02"),
        (BulkAction::SetRoles { roles: vec![RoleId(99)], terms: Terms::default() }, "Role  number 99, which is gone"),
        (BulkAction::Deactivate { reason: Some("left".into()) }, "Reason  left"),
        (BulkAction::Resend, "For  3 marked one by one"),
        (BulkAction::Invite { drafts: vec![draft] }, "Message  Welcome"),
    ];
    for (action, said) in told {
        stage(vec![change(1, three(), action, &small())]).planned(small()).says(said);
    }
}

#[test]
fn where_the_plan_asks_for_the_count_it_is_typed_here_too() {
    let mut stage = stage(vec![q4_change()]);
    stage.planned(q4()).says("Type 4 to confirm: ");
    stage.keys("x").silent_on("Type 4").keys("<Esc>").says("Type 4 to confirm: ").keys("<Enter>3<Enter>");
    stage.says("^ Type 4, the number of rows that change.");
    assert_eq!(asked(&stage), [], "nothing is taken up");
    stage.keys("<BSpace>4<Enter>");
    assert_eq!(asked(&stage), [Call::TakeUp("lost-1".into(), Some(q4().digest))]);
}

#[test]
fn few_that_lose_something_are_asked_about_once() {
    let mut few = plan(vec![(lowered(&["campaigns.write"], &[]), vec!["adele@n.test"])]);
    few.confirm = false;
    let action = BulkAction::SetRoles { roles: vec![RoleId(3)], terms: Terms::default() };
    let mut stage = stage(vec![change(1, three(), action, &few)]);
    let digest = few.digest.clone();
    stage.planned(few).keys("<Enter>").says("1 lose something they can do now.");
    stage.keys("<Esc>").silent_on("they can do now").keys("<Enter>");
    assert_eq!(asked(&stage), []);
    stage.keys("<Enter>");
    assert_eq!(asked(&stage), [Call::TakeUp("lost-1".into(), Some(digest))]);
}

#[test]
fn nothing_is_taken_up_before_its_plan_is_there() {
    let mut stage = stage(vec![q4_change()]);
    stage.keys("<Enter>").says("The plan is not there yet").answer(offline()).says("connection refused");
    stage.keys("<Enter>");
    assert_eq!(stage.asked(), q4_change().start.bulk, "it is planned again");
}

#[test]
fn a_plan_that_is_another_by_now_is_told_and_asked_for_as_it_is_looked_at() {
    let change = change(1, three(), BulkAction::Resend, &q4());
    let mut stage = stage(vec![change.clone()]);
    stage.planned(small()).says("The workspace has changed since it was confirmed").keys("<Enter>");
    assert_eq!(asked(&stage), [Call::TakeUp("lost-1".into(), Some(small().digest))]);
    // Changed again: nothing is lost, and it is looked at again.
    let stale = || ApiError::Stale("what this would do has changed meanwhile".into());
    stage.answer(Err(stale()));
    assert_eq!(stage.asked(), change.start.bulk, "it is planned once more");
    stage.says("has changed meanwhile").planned(small()).keys("<Enter>");
    stage.answer(taken("lost-1", Ok(job())));
    assert!(matches!(&stage.end, Some(End::Done(said)) if said == "Taken up: 1"));
}

#[test]
fn what_cannot_be_planned_any_more_is_refused_or_let_go_of() {
    let mut stage = stage(vec![change(1, three(), BulkAction::Resend, &small())]);
    stage.answer(Err(ApiError::Missing("there is no such folder".into())));
    stage.says("It cannot be planned: there is no such folder. Asked for all the same, it is refused.").keys("<Enter>");
    assert_eq!(asked(&stage), [Call::TakeUp("lost-1".into(), None)]);
}

#[test]
fn one_is_let_go_of_for_good_after_what_is_lost_was_told() {
    let mut stage = stage((1..=2).map(|n| change(n, three(), BulkAction::Resend, &small())).collect());
    assert!(stage.view().hints.iter().any(|(action, _)| *action == Action::PlanLetGo));
    stage.keys("x");
    stage
        .says("never asked for again, and what stands here is lost")
        .says("Whatever was begun of it is one of the jobs");
    stage.keys("<Esc>").silent_on("what stands here is lost").keys("x<Down>");
    stage.silent_on("what stands here is lost");
    assert_eq!(asked(&stage).len(), 1, "but for its plan nothing was asked for");
    stage.keys("x<Enter>");
    assert_eq!(asked(&stage)[1..], [Call::LetGo("lost-1".into())], "whether or not the plan is there");
    stage.keys("x<Enter>");
    assert_eq!(asked(&stage).len(), 2, "once");
    stage.answer(Ok(Reply::LetGo("lost-1".into()))).says("2/2");
    stage.planned(small()).keys("<Enter>").answer(taken("lost-2", Ok(job())));
    assert!(matches!(&stage.end, Some(End::Done(said)) if said == "Taken up: 1 · Let go of: 1"), "{}", stage.text());
}

#[test]
fn what_another_rolecall_has_taken_up_is_not_let_go_of() {
    let mut stage = stage(vec![change(1, three(), BulkAction::Resend, &small())]);
    stage.planned(small()).keys("x<Enter>");
    stage.answer(taken("lost-1", Err(ApiError::Missing("another rolecall has taken it up".into()))));
    stage.says("Resend · 3 invitations: another rolecall has taken it up").silent_on("let go");
    assert!(stage.end.is_none());
}

#[test]
fn where_the_journal_cannot_be_written_nothing_is_let_go_of() {
    let mut stage = stage(vec![change(1, three(), BulkAction::Resend, &small())]);
    stage.planned(small()).keys("x<Enter>").answer(Err(ApiError::Refused("cannot keep the journal".into())));
    stage.says("cannot keep the journal").says("bo@n.test").keys("x<Enter>");
    assert_eq!(asked(&stage), [Call::LetGo("lost-1".into())]);
}

#[test]
fn they_are_looked_at_one_after_the_other() {
    let mut stage = stage((1..=2).map(|n| change(n, three(), BulkAction::Resend, &small())).collect());
    stage.says("1/2").planned(small()).keys("<Enter>");
    stage.answer(taken("lost-1", Ok(Job { state: JobState::Running, ..job() })));
    stage.says("2/2").silent_on("1 change");
    assert_eq!(stage.asked().action, BulkAction::Resend, "the next one is planned");
    stage.planned(small()).keys("<Enter>").answer(taken("lost-2", Ok(job())));
    assert!(matches!(&stage.end, Some(End::Done(said)) if said == "Taken up: 2"));
}
