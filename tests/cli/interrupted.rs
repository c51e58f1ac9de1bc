//! Bulk changes whose command dies, at any moment: resumed, every row is done exactly once.

use super::{beside, code, data, err, home_with_marketers, json, out, pty::Session, rolecall, told::told};
use rolecall::{
    api::{
        journal::{Intent, Journal},
        wire::{PageQuery, StartJob},
    },
    domain::{
        bulk::{Bulk, BulkAction, Selection},
        id::{JobId, RoleId, WorkspaceId},
        time::Timestamp,
    },
    server::store::Store,
};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::raw_sql;
use std::{
    path::Path,
    process::{Child, Command, Output, Stdio},
};

const HERE: WorkspaceId = WorkspaceId(1);
const SET: [&str; 6] = ["role", "set", "Viewer", "--filter", "role:marketer", "--yes"];

fn start(home: &Path, args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args(args)
        .env_clear()
        .env("HOME", home)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

async fn database(home: &Path) -> Store {
    Store::open(&format!("sqlite:{}", data(home).join("rolecall.db").display())).await.unwrap()
}

/// Rows of the newest job that are done.
async fn done(store: &Store) -> u64 {
    let page = store.jobs(HERE, &PageQuery::default()).await.unwrap();
    page.items.first().map_or(0, |record| record.job.applied)
}

fn journal(home: &Path) -> Vec<String> {
    let Ok(files) = std::fs::read_dir(data(home).join("journal")) else { return Vec::new() };
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".json")).collect();
    names.sort();
    names
}

/// Waits until it is asked for and so many rows are done, or the program has ended.
async fn reaches(store: &Store, home: &Path, child: &mut Child, rows: u64) {
    while child.try_wait().unwrap().is_none() {
        // What was answered is a job, and no note any more.
        let asked =
            !journal(home).is_empty() || !store.jobs(HERE, &PageQuery::default()).await.unwrap().items.is_empty();
        if asked && done(store).await >= rows {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn killed_at_any_moment_and_resumed_each_row_is_done_once() {
    const PEOPLE: u64 = 300;
    for _ in 0..4 {
        let home = home_with_marketers(PEOPLE as usize);
        let home = home.path();
        let store = database(home).await;
        let mut child = start(home, &SET);
        let mut point = 0;
        for _ in 0..3 {
            reaches(&store, home, &mut child, point).await;
            child.kill().unwrap();
            child.wait().unwrap();
            point = (done(&store).await + rand::random_range(0..=PEOPLE / 3)).min(PEOPLE);
            child = start(home, &["jobs", "resume", "--yes"]);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let last = rolecall(home, &["jobs", "resume", "--yes"], "");
        assert_eq!(code(&last), 0, "{}", err(&last));
        let told = told(&store, HERE, JobId(1)).await;
        assert_eq!(told.len() as u64, PEOPLE, "every row is done");
        assert!(told.values().all(|times| *times == 1), "and none twice");
        assert_eq!(json(&rolecall(home, &["jobs", "list", "-o", "json"], ""))[0]["state"], "done");
        assert!(journal(home).is_empty(), "nothing is left to resume");
        store.verify_audit(HERE).await.unwrap();
        store.close().await;
    }
}

/// Runs a command until its job has done something, and stops it with Ctrl-C: it says that some of it is done.
async fn stopped(store: &Store, home: &Path, args: &[&str]) -> Output {
    let mut child = start(home, args);
    reaches(store, home, &mut child, 1).await;
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let stopped = child.wait_with_output().unwrap();
    assert_eq!(code(&stopped), 3, "{}", err(&stopped));
    stopped
}

/// Somebody goes on with the first job, and is killed.
async fn taken_up(store: &Store) {
    let mut tx = store.begin(HERE).await.unwrap();
    tx.take_up(JobId(1), Timestamp(jiff::Timestamp::now().as_second())).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_was_killed_a_moment_ago_is_gone_on_with_at_once() {
    const PEOPLE: usize = 2_000;
    let home = home_with_marketers(PEOPLE);
    let home = home.path();
    let store = database(home).await;
    stopped(&store, home, &SET).await;
    taken_up(&store).await;
    let told = rolecall(home, &["jobs", "resume"], "");
    assert_eq!(code(&told), 0, "{}", err(&told));
    assert!(err(&told).contains("if that one was killed, go on with: rolecall jobs resume 1\n"), "{}", err(&told));
    let listed = rolecall(home, &["jobs", "list"], "");
    assert!(out(&listed).contains("  running elsewhere, or killed  "), "no more is known: {}", out(&listed));
    let refused = rolecall(home, &["jobs", "undo", "1", "--yes"], "");
    assert_eq!(code(&refused), 5, "{}", err(&refused));
    assert!(
        err(&refused).contains("or that one was killed less than 10 s ago: stop it first, or wait"),
        "{}",
        err(&refused)
    );
    taken_up(&store).await;
    let resumed = rolecall(home, &["jobs", "resume", "--yes"], "");
    assert_eq!(code(&resumed), 0, "{}", err(&resumed));
    assert_eq!(done(&store).await, PEOPLE as u64);
    store.close().await;
}

#[tokio::test]
async fn ctrl_c_stops_the_job_and_says_how_to_go_on() {
    const PEOPLE: usize = 2_000;
    let home = home_with_marketers(PEOPLE);
    let home = home.path();
    let store = database(home).await;
    let stopped = stopped(&store, home, &SET).await;
    assert!(err(&stopped).contains("rolecall jobs resume 1"), "{}", err(&stopped));
    assert!(done(&store).await < PEOPLE as u64);
    for flags in [&[][..], &["--yes"]] {
        let left = rolecall(home, &[&["jobs", "resume"], flags].concat(), "");
        assert_eq!((code(&left), out(&left)), (0, ""), "that was no interruption: {}", err(&left));
        assert!(err(&left).ends_with("stopped on request; go on with: rolecall jobs resume 1\n"), "{}", err(&left));
    }
    assert!(done(&store).await < PEOPLE as u64);
    taken_up(&store).await;
    store.let_go(JobId(1)).await.unwrap();
    let told = rolecall(home, &["jobs", "resume"], "");
    assert_eq!((code(&told), out(&told)), (2, ""), "nobody can be asked: {}", err(&told));
    for way_on in ["go on with: rolecall jobs resume 1\n", "rolecall jobs resume --yes\n"] {
        assert!(err(&told).contains(way_on), "{}", err(&told));
    }
    assert!(done(&store).await < PEOPLE as u64);
    let mut session = Session::rolecall(home, &["jobs", "resume"]);
    session.shows("more by name: rolecall jobs show 1");
    session.shows("Go on with job 1? [y/N]");
    session.press("n\r");
    assert_eq!(session.ends(), 1, "{}", session.text());
    assert!(done(&store).await < PEOPLE as u64);
    let resumed = rolecall(home, &["jobs", "resume", "1", "-o", "json"], "");
    assert_eq!(code(&resumed), 0, "what is named goes on: {}", err(&resumed));
    assert_eq!(json(&resumed)["job"]["applied"].as_u64(), Some(PEOPLE as u64));
    store.close().await;
}

#[tokio::test]
async fn a_second_ctrl_c_leaves_the_job_to_stop_by_itself() {
    let home = home_with_marketers(40);
    let mut beside = beside(home.path()).await;
    // It is tried again and again, and then nobody can write: neither does it end nor stop.
    let broken = "CREATE TRIGGER broken BEFORE INSERT ON member_role BEGIN SELECT RAISE(ABORT, 'a broken disk'); END";
    raw_sql(broken).execute(&mut beside).await.unwrap();
    let mut session = Session::rolecall(home.path(), &SET);
    session.shows("! job 1: ");
    raw_sql("BEGIN IMMEDIATE").execute(&mut beside).await.unwrap();
    session.press("\u{3}");
    session.shows("stopping; Ctrl-C again leaves at once");
    session.press("\u{3}");
    assert_eq!(session.ends(), 3, "{}", session.text());
    let told = "rolecall: left while job 1 was stopping, which it does by itself; how it stands: rolecall jobs show 1";
    assert!(session.text().contains(told), "{}", session.text());
}

#[tokio::test]
async fn what_is_gone_on_with_ends_with_the_code_that_it_would_have_had() {
    let home = home_with_marketers(2_000);
    let home = home.path();
    let store = database(home).await;
    stopped(&store, home, &["role", "set", "Viewer", "--all", "--yes"]).await;
    let resumed = rolecall(home, &["jobs", "resume", "1", "-o", "json"], "");
    assert_eq!(json(&resumed)["job"]["left_out"], 1, "the owner");
    assert_eq!(code(&resumed), 0, "nobody named the owner: {}", err(&resumed));
    store.close().await;
}

#[tokio::test]
async fn what_is_gone_on_with_and_fails_in_part_is_partly_done() {
    let home = home_with_marketers(1);
    let home = home.path();
    let people: String = (1..=2_000).map(|n| format!("new{n}@acme.test,Viewer\n")).collect();
    let (file, late) = (home.join("new.csv"), home.join("late.csv"));
    std::fs::write(&file, format!("email,role\n{people}")).unwrap();
    std::fs::write(&late, "email,name,role\nnew2000@acme.test,Late,Viewer\n").unwrap();
    let store = database(home).await;
    stopped(&store, home, &["invite", "--file", file.to_str().unwrap(), "--yes"]).await;
    let imported = rolecall(home, &["import", late.to_str().unwrap()], "");
    assert_eq!(code(&imported), 0, "{}", err(&imported));
    let resumed = rolecall(home, &["jobs", "resume", "1", "-o", "json"], "");
    let job = json(&resumed)["job"].clone();
    assert_eq!(
        (job["state"].as_str(), job["applied"].as_u64(), job["failed"].as_u64()),
        (Some("done"), Some(1_999), Some(1))
    );
    assert_eq!(code(&resumed), 3, "{}", err(&resumed));
    assert!(err(&resumed).contains("try again with: rolecall jobs resume 1 --failed"), "{}", err(&resumed));
    let again = rolecall(home, &["jobs", "resume", "1", "--failed"], "");
    assert_eq!(code(&again), 3, "it fails again: {}", err(&again));
    store.close().await;
}

#[tokio::test]
async fn what_one_command_works_on_another_sees_and_stops() {
    const PEOPLE: usize = 8_000;
    let home = home_with_marketers(PEOPLE);
    let home = home.path();
    let store = database(home).await;
    let mut child = start(home, &SET);
    reaches(&store, home, &mut child, 1).await;
    let state = || json(&rolecall(home, &["jobs", "list", "-o", "json"], ""))[0]["state"].clone();
    assert_eq!(state(), "running");
    let left = rolecall(home, &["jobs", "resume"], "");
    assert_eq!(code(&left), 0, "{}", err(&left));
    assert!(err(&left).contains("at work as job 1"), "{}", err(&left));
    let stopped = rolecall(home, &["jobs", "stop", "1"], "");
    assert_eq!(code(&stopped), 0, "{}", err(&stopped));
    assert!(!err(&stopped).contains("was not at work"), "{}", err(&stopped));
    let kept = done(&store).await;
    let ended = child.wait_with_output().unwrap();
    assert_eq!(code(&ended), 3, "{}", err(&ended));
    assert_eq!((state(), done(&store).await), ("stopped".into(), kept), "nothing more was done");
    assert!(kept < PEOPLE as u64);
    store.close().await;
}

/// What a command that was killed before it was answered leaves behind.
fn asked(home: &Path, key: &str, digest: Option<&str>) {
    let action = BulkAction::SetRoles { roles: vec![RoleId(7)], terms: Default::default() };
    let on = Selection::matching("role:marketer");
    let intent = Intent {
        backend: "embedded".into(),
        workspace: HERE,
        start: StartJob { bulk: Bulk { on, action }, digest: digest.map(str::to_owned) },
        key: key.into(),
        at: Timestamp(1),
    };
    drop(Journal::open(&data(home).join("journal")).unwrap().note(&intent).unwrap());
}

#[tokio::test]
async fn what_the_backend_never_heard_of_is_asked_for_again() {
    let home = home_with_marketers(3);
    asked(home.path(), "killed-1", None);
    let torn = data(home.path()).join("journal/torn.json");
    std::fs::write(&torn, "{").unwrap();
    let list = rolecall(home.path(), &["jobs", "list"], "");
    assert!(err(&list).contains("never answered: 1; take them up with: rolecall jobs resume"), "{}", err(&list));
    for flags in [&[][..], &["--no-input"]] {
        let looked = rolecall(home.path(), &[&["jobs", "resume"], flags].concat(), "");
        assert_eq!((code(&looked), out(&looked)), (2, ""), "nobody can be asked: {}", err(&looked));
        for told in ["Change role · 3 members", "p1@acme.test  Marketer → Viewer", "3 change", "jobs resume --yes\n"]
        {
            assert!(err(&looked).contains(told), "{told}: {}", err(&looked));
        }
        assert_eq!(journal(home.path()), ["killed-1.json", "torn.json"], "it waits on");
    }
    let resumed = rolecall(home.path(), &["jobs", "resume", "--yes", "-o", "csv"], "");
    assert_eq!(code(&resumed), 0, "{}", err(&resumed));
    assert_eq!(out(&resumed).lines().count(), 4, "{}", out(&resumed));
    assert!(err(&resumed).contains("torn.json"), "what cannot be read is told: {}", err(&resumed));
    assert!(torn.exists());
    let again = rolecall(home.path(), &["jobs", "resume"], "");
    assert!(err(&again).contains("nothing was interrupted"), "{}", err(&again));
}

#[test]
fn of_several_that_are_taken_up_some_may_be_refused() {
    let home = home_with_marketers(3);
    asked(home.path(), "killed-1", Some("of another day"));
    asked(home.path(), "killed-2", None);
    let both = rolecall(home.path(), &["jobs", "resume", "--yes"], "");
    assert_eq!(code(&both), 3, "{}", err(&both));
    assert!(journal(home.path()).is_empty());
}

#[test]
fn in_a_terminal_each_is_shown_and_asked_about() {
    let home = home_with_marketers(3);
    asked(home.path(), "killed-1", None);
    let mut session = Session::rolecall(home.path(), &["jobs", "resume"]);
    session.shows("Change role · 3 members");
    session.shows("p1@acme.test  Marketer → Viewer");
    session.shows("Rows to change: 3. Do it? [y/N]");
    session.press("n\r");
    session.shows("never answered: 1; take them up with: rolecall jobs resume");
    assert_eq!((session.ends(), journal(home.path())), (1, vec!["killed-1.json".to_owned()]), "it waits on");
    let mut session = Session::rolecall(home.path(), &["jobs", "resume"]);
    session.shows("Do it? [y/N]");
    session.press("y\r");
    session.shows("3 done");
    assert_eq!((session.ends(), journal(home.path())), (0, vec![]), "{}", session.text());
}

#[test]
fn what_would_do_something_else_by_now_is_looked_at_again_in_a_terminal() {
    let home = home_with_marketers(3);
    asked(home.path(), "killed-1", Some("of another day"));
    let mut session = Session::rolecall(home.path(), &["jobs", "resume"]);
    session.shows("The workspace has changed since it was confirmed");
    session.shows("Do it? [y/N]");
    session.press("y\r");
    session.shows("3 done");
    assert_eq!((session.ends(), journal(home.path())), (0, vec![]), "{}", session.text());
}

#[tokio::test]
async fn what_is_overtaken_while_it_is_looked_at_waits_until_somebody_agrees_to_it_as_it_is() {
    for (answer, code, waits) in [("n\r", 1, true), ("\u{3}", 1, true), ("y\r", 0, false)] {
        let home = home_with_marketers(3);
        asked(home.path(), "killed-1", None);
        let mut session = Session::rolecall(home.path(), &["jobs", "resume"]);
        session.shows("Rows to change: 3. Do it? [y/N]");
        let other = rolecall(home.path(), &["role", "set", "Viewer", "p1@acme.test", "--yes"], "");
        assert_eq!(super::code(&other), 0, "{}", err(&other));
        session.press("y\r");
        session.shows("look at the plan again");
        session.shows("Rows to change: 2. Do it? [y/N]");
        assert_eq!(journal(home.path()), ["killed-1.json"], "nobody has agreed to this yet");
        session.press(answer);
        assert_eq!(session.ends(), code, "{}", session.text());
        assert_eq!(!journal(home.path()).is_empty(), waits, "{}", session.text());
    }
}

#[tokio::test]
async fn what_was_asked_for_and_is_a_job_is_one_thing_and_its_note_goes() {
    let home = home_with_marketers(3);
    let first = rolecall(home.path(), &["role", "set", "Viewer", "p1@acme.test", "--yes"], "");
    assert_eq!(code(&first), 0, "{}", err(&first));
    let job = || json(&rolecall(home.path(), &["jobs", "list", "-o", "json"], ""))[0].clone();
    let key = job()["key"].as_str().unwrap().to_owned();
    // Its command was killed before it had read the answer.
    for flags in [&[][..], &["--yes"]] {
        asked(home.path(), &key, None);
        let told = rolecall(home.path(), &[&["jobs", "resume"], flags].concat(), "");
        assert_eq!(code(&told), 0, "{}", err(&told));
        assert!(err(&told).contains("1 done; take back with: rolecall jobs undo 1"), "its end is told: {}", err(&told));
        assert!(!err(&told).contains("never answered") && journal(home.path()).is_empty(), "{}", err(&told));
    }
    for command in ["list", "forget"] {
        asked(home.path(), &key, None);
        let told = rolecall(home.path(), &["jobs", command], "");
        assert_eq!(code(&told), 0, "{}", err(&told));
        assert!(!err(&told).contains("never answered") && journal(home.path()).is_empty(), "{}", err(&told));
    }
    assert_eq!(json(&rolecall(home.path(), &["jobs", "list", "-o", "json"], "")).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn half_a_job_is_gone_on_with_as_the_job_that_it_is() {
    let home = home_with_marketers(2_000);
    let home = home.path();
    let store = database(home).await;
    stopped(&store, home, &SET).await;
    taken_up(&store).await;
    store.let_go(JobId(1)).await.unwrap();
    let key = json(&rolecall(home, &["jobs", "list", "-o", "json"], ""))[0]["key"].as_str().unwrap().to_owned();
    asked(home, &key, None);
    let mut session = Session::rolecall(home, &["jobs", "resume"]);
    session.shows("Go on with job 1? [y/N]");
    session.press("y\r");
    session.shows("000 done; take back with: rolecall jobs undo 1");
    assert_eq!((session.ends(), journal(home)), (0, vec![]), "it is asked about once: {}", session.text());
    assert!(!session.text().contains("Do it?"), "{}", session.text());
    store.close().await;
}

#[tokio::test]
async fn what_was_never_answered_is_let_go_of_when_somebody_agrees() {
    let home = home_with_marketers(3);
    for key in ["killed-1", "killed-2"] {
        asked(home.path(), key, None);
    }
    let looked = rolecall(home.path(), &["jobs", "forget"], "");
    assert_eq!((code(&looked), out(&looked)), (2, ""), "nobody can be asked: {}", err(&looked));
    assert!(err(&looked).contains("Change role") && err(&looked).contains("forget --yes\n"), "{}", err(&looked));
    assert_eq!(journal(home.path()).len(), 2, "they wait on");
    let mut session = Session::rolecall(home.path(), &["jobs", "forget"]);
    session.shows("whatever was begun of it is a job, and stays as it is. [y/N]");
    session.press("y\r");
    session.until("the second question", |screen| screen.contents().matches("[y/N]").count() == 2);
    session.press("n\r");
    session.shows("never answered: 1; take them up with: rolecall jobs resume");
    assert_eq!((session.ends(), journal(home.path())), (3, vec!["killed-2.json".to_owned()]), "{}", session.text());
    let readonly = rolecall(home.path(), &["--readonly", "jobs", "forget", "--yes"], "");
    assert_eq!((code(&readonly), journal(home.path()).len()), (6, 1), "{}", err(&readonly));
    let gone = rolecall(home.path(), &["jobs", "forget", "--yes"], "");
    assert!(code(&gone) == 0 && err(&gone).contains("Let go of: 1"), "{}", err(&gone));
    let none = rolecall(home.path(), &["jobs", "forget"], "");
    assert!(code(&none) == 0 && err(&none).contains("everything that was asked for was answered"), "{}", err(&none));
    assert_eq!(done(&database(home.path()).await).await, 0, "nothing was done");
}

#[tokio::test]
async fn ctrl_c_stops_what_is_taken_up_and_leaves_what_comes_after_it() {
    const PEOPLE: usize = 2_000;
    let home = home_with_marketers(PEOPLE);
    let home = home.path();
    asked(home, "killed-1", None);
    asked(home, "killed-2", None);
    let store = database(home).await;
    let stopped = stopped(&store, home, &["jobs", "resume", "--yes"]).await;
    for told in ["go on with: rolecall jobs resume 1", "never answered: 1; take them up with: rolecall jobs resume"] {
        assert!(err(&stopped).contains(told), "{}", err(&stopped));
    }
    assert!(done(&store).await < PEOPLE as u64);
    assert_eq!(journal(home), ["killed-2.json"]);
    store.close().await;
}

#[test]
fn ctrl_c_at_a_question_leaves_this_one_and_those_after_it() {
    let home = home_with_marketers(3);
    asked(home.path(), "killed-1", None);
    asked(home.path(), "killed-2", None);
    let mut session = Session::rolecall(home.path(), &["jobs", "resume"]);
    session.shows("Do it? [y/N]");
    session.press("y\r");
    session.shows("3 done");
    session.shows("Ask for it all the same? [y/N]");
    session.press("\u{3}");
    session.shows("never answered: 1; take them up with: rolecall jobs resume");
    assert_eq!((session.ends(), journal(home.path())), (3, vec!["killed-2.json".to_owned()]), "{}", session.text());
}

#[tokio::test]
async fn what_would_do_something_else_by_now_is_not_done() {
    let home = home_with_marketers(3);
    asked(home.path(), "killed-1", Some("of another day"));
    let moved_on = rolecall(home.path(), &["jobs", "resume", "--yes"], "");
    assert_eq!((code(&moved_on), out(&moved_on)), (5, ""), "{}", err(&moved_on));
    assert!(err(&moved_on).contains("Change role · 3 members"), "what it was is said: {}", err(&moved_on));
    let why = "rolecall: nothing was changed, because the workspace has changed since the plan was made: ask for it \
               again, and look at the new plan\n";
    assert!(err(&moved_on).ends_with(why), "{}", err(&moved_on));
    assert!(journal(home.path()).is_empty(), "it is asked for no more");
    assert!(told(&database(home.path()).await, HERE, JobId(1)).await.is_empty());
}
