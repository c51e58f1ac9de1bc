//! What an earlier run asked for and did not live to see answered: told, and taken up.

use super::{
    console::Console,
    world::{job, page, world},
};
use rolecall::{
    api::{
        error::ApiError,
        wire::{Job, JobState, Plan, PlanKind, PlanRow, StartJob},
    },
    app::{
        effect::{Call, Effect, Reply},
        pane::jobs::Unanswered,
    },
    domain::{
        bulk::{Bulk, BulkAction, Selection},
        id::{JobId, WorkspaceId},
        time::Timestamp,
    },
};
use std::cell::RefCell;

/// A console that finds two of them.
fn console() -> Console {
    console_in(world)
}

fn console_in(world: impl Fn(&Call) -> Result<Reply, ApiError>) -> Console {
    let one = |key: &str, on, action| Unanswered {
        workspace: WorkspaceId(1),
        start: StartJob { bulk: Bulk { on, action }, digest: Some("d".into()) },
        key: key.into(),
        at: Timestamp(1_795_262_400 - 3 * 3_600),
    };
    let mut console = Console::new(120, 34);
    console.app.jobs.unanswered = vec![
        one("lost-1", Selection::ids(vec![2, 3]), BulkAction::Resend),
        one("lost-2", Selection::matching("bo"), BulkAction::Deactivate { reason: None }),
    ];
    console.serve(world);
    console
}

fn taken(key: &str, ended: Result<Job, ApiError>) -> Result<Reply, ApiError> {
    Ok(Reply::TakenUp(key.into(), ended.map(Box::new)))
}

#[test]
fn they_are_told_at_the_start_and_counted() {
    let mut console = console();
    let told = console.line("never answered");
    assert!(told.contains("never answered: 2. 7, then R, takes them up"), "{told}");
    let many = vec![console.app.jobs.unanswered[0].clone(); 100];
    let mut small = Console::new(80, 24);
    small.app.jobs.unanswered = many;
    small.serve(world);
    let told = small.line("never answered");
    assert!(told.contains("100. 7, then R, takes them up"), "in one line, with the keys above it: {told}");
    assert!(console.screen().contains("7 Jobs 3"), "with the one at work: {}", console.screen());
    console.keys("7");
    assert!(console.screen().contains("R Take up"), "{}", console.screen());
}

#[test]
fn a_screen_without_a_job_tells_of_them_and_the_key_that_takes_them_up() {
    let none = |call: &Call| match call {
        Call::Jobs(..) => Ok(Reply::Jobs(page(Vec::new()))),
        call => world(call),
    };
    let mut console = console_in(none);
    console.keys("7").serve(none);
    let screen = console.screen();
    assert!(screen.contains("Asked for by an earlier run and never answered: 2"), "{screen}");
    assert!(screen.contains("R takes it up: each row is done once") && !screen.contains("No job yet"), "{screen}");
    console.keys("c");
    let said = console.line("Resume:");
    assert!(said.contains("never answered, and R takes it up"), "{said}");
}

/// A plan of two invitations that get a new link, the one that was confirmed or another.
fn plan(digest: &str) -> Plan {
    let row = |id, name: &str| PlanRow { id: Some(id), name: name.into(), ..PlanRow::default() };
    let (before, after) = (vec!["expired".into()], vec!["sent".into()]);
    Plan {
        revision: 4,
        digest: digest.into(),
        rows: vec![row(2, "noor@partner.test"), row(3, "bo@parnter.test")],
        kinds: vec![PlanKind::Change {
            before,
            after,
            adds: vec![],
            removes: vec![],
            gains: vec![],
            loses: vec![],
            stays: vec![],
        }],
        change: 2,
        ..Plan::default()
    }
}

/// The world with that plan in it.
fn planning(call: &Call) -> Result<Reply, ApiError> {
    match call {
        Call::Plan(..) => Ok(Reply::Plan(Box::new(plan("d")))),
        other => world(other),
    }
}

/// The first of them on the screen, planned, and `Enter`.
fn taking_up() -> Console {
    let mut console = console();
    console.keys("7 R").serve(planning).keys("Enter");
    console
}

#[test]
fn they_are_shown_and_then_asked_for_one_after_the_other_with_their_keys() {
    let mut console = console();
    console.keys("7 R").serve(planning);
    let screen = console.screen();
    assert!(screen.contains("Take up · Resend · 2 invitations") && screen.contains("3 h ago"), "{screen}");
    assert!(screen.contains("noor@partner.test") && screen.contains("1/2"), "{screen}");
    assert!(console.calls.is_empty(), "nothing is done on one key");
    console.keys("Enter");
    assert_eq!(console.calls.len(), 1);
    assert_eq!(console.last_call(), &Call::TakeUp("lost-1".into(), Some("d".into())), "as it was looked at");
    let running = Job { state: JobState::Running, ..job(21, "resend", "") };
    console.answer(taken("lost-1", Ok(running)));
    assert!(console.effects.contains(&Effect::Watch(WorkspaceId(1), JobId(21))));
    console.serve(planning);
    let screen = console.screen();
    assert!(screen.contains("Take up · Deactivate · 2 members") && screen.contains("all that match bo"), "{screen}");
    console.keys("Enter Enter");
    assert_eq!(console.last_call(), &Call::TakeUp("lost-2".into(), Some("d".into())));
    console.answer(taken("lost-2", Ok(job(22, "deactivate", ""))));
    assert!(console.app.stack.is_empty() && console.app.jobs.unanswered.is_empty(), "{}", console.screen());
    assert!(matches!(console.last_call(), Call::Jobs(..)), "the list is read for it: {:?}", console.last_call());
    assert_eq!(console.app.jobs.under().map(|job| job.id), Some(JobId(22)), "and the cursor is on it");
}

#[test]
fn what_is_a_job_is_told_as_the_job_alone_and_its_note_goes() {
    let begun = Job { key: Some("lost-1".into()), state: JobState::Stopped, ..job(21, "resend", "") };
    let let_go = RefCell::default();
    let mut console = console_in(|call| match call {
        Call::Jobs(..) => Ok(Reply::Jobs(page(vec![begun.clone()]))),
        Call::LetGo(key) => {
            *let_go.borrow_mut() = vec![key.clone()];
            Ok(Reply::LetGo(key.clone()))
        }
        other => world(other),
    });
    assert!(console.screen().contains("7 Jobs 2"), "the job and the other change: {}", console.screen());
    assert_eq!(*let_go.borrow(), ["lost-1"]);
    assert!(console.line("never answered").contains("never answered: 1"), "{}", console.screen());
    console.keys("7 R").serve(planning);
    assert!(console.screen().contains("Take up · Deactivate") && !console.screen().contains("1/2"));
}

#[test]
fn what_the_backend_will_not_have_is_told_and_asked_for_no_more() {
    let mut console = taking_up();
    console.answer(taken("lost-1", Err(ApiError::Refused("members.invite is needed".into()))));
    console.serve(planning).keys("Enter Enter").answer(taken("lost-2", Ok(job(22, "deactivate", ""))));
    let screen = console.screen();
    assert!(screen.contains("Resend · 2 invitations: members.invite is needed"), "{screen}");
    assert!(console.app.jobs.unanswered.is_empty() && !screen.contains("take it up"), "{screen}");
}

#[test]
fn without_an_answer_nothing_is_lost() {
    let mut console = taking_up();
    console.answer(Err(ApiError::Offline("connection refused".into())));
    assert!(console.screen().contains("Nothing typed is lost; Enter tries"), "{}", console.screen());
    assert_eq!(console.app.jobs.unanswered.len(), 2);
    console.keys("Enter");
    assert!(
        console.calls.iter().any(|(_, call)| *call == Call::TakeUp("lost-1".into(), Some("d".into()))),
        "{:?}",
        console.calls
    );
}

#[test]
fn one_that_is_another_by_now_waits_on_when_it_is_left() {
    let mut console = taking_up();
    console.answer(Err(ApiError::Stale("it would do something else by now".into()))).serve(planning);
    assert!(console.screen().contains("it would do something else by now"), "{}", console.screen());
    console.keys("Esc");
    assert_eq!(console.app.jobs.unanswered.len(), 2);
    console.keys("R").serve(planning);
    assert!(console.screen().contains("Take up · Resend") && console.screen().contains("1/2"), "{}", console.screen());
}

#[test]
fn where_there_are_none_there_is_nothing_to_take_up() {
    let mut console = Console::live(120, 34, world);
    console.keys("7");
    assert!(!console.screen().contains("R Take up"), "{}", console.screen());
    console.keys("R");
    assert!(console.screen().contains("everything that was asked for was answered"), "{}", console.screen());
}

#[test]
fn what_is_let_go_of_waits_no_more() {
    let mut console = console();
    console.keys("7 R").serve(planning).keys("x");
    let screen = console.screen();
    assert!(screen.contains("Let go of it for good?") && screen.contains("Enter yes"), "{screen}");
    console.keys("Enter");
    assert_eq!(console.last_call(), &Call::LetGo("lost-1".into()));
    console.answer(Ok(Reply::LetGo("lost-1".into()))).serve(planning);
    assert!(
        console.screen().contains("Take up · Deactivate") && console.screen().contains("2/2"),
        "{}",
        console.screen()
    );
    console.keys("Esc");
    assert!(console.screen().contains("7 Jobs 2"), "{}", console.screen());
    console.keys("R").serve(planning).keys("x Enter").answer(Ok(Reply::LetGo("lost-2".into())));
    assert!(console.app.stack.is_empty(), "{}", console.screen());
    assert!(console.screen().contains("Let go of: 1") && console.screen().contains("7 Jobs 1"), "{}", console.screen());
    assert!(!console.screen().contains("R Take up"), "{}", console.screen());
}
