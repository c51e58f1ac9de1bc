//! Bulk changes whose command dies, at any moment: resumed, every row is done exactly once.

use super::{beside, code, data, err, home_with, home_with_marketers, json, out, pty::Session, rolecall, told::told};
use rolecall::{
    domain::{
        id::{ChangeId, WorkspaceId},
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
/// The first change after the import of the people.
const FIRST: ChangeId = ChangeId(2);
const SET: [&str; 6] = ["role", "set", "Viewer", "--filter", "role:marketer", "--yes"];
/// Makes every row of a change of roles fail.
const BROKEN: &str =
    "CREATE TRIGGER broken BEFORE INSERT ON member_role BEGIN SELECT RAISE(ABORT, 'a broken disk'); END";

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

/// Rows of the first change that are done; none when there is no such change yet.
async fn begun(store: &Store) -> Option<u64> {
    store.change(HERE, FIRST).await.ok().map(|record| record.change.done)
}

async fn done(store: &Store) -> u64 {
    begun(store).await.unwrap_or(0)
}

/// Waits until there is a change and so many of its rows are done, or the program has ended.
async fn reaches(store: &Store, child: &mut Child, rows: u64) {
    while child.try_wait().unwrap().is_none() {
        if begun(store).await.is_some_and(|done| done >= rows) {
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
            reaches(&store, &mut child, point).await;
            child.kill().unwrap();
            child.wait().unwrap();
            point = (done(&store).await + rand::random_range(0..=PEOPLE / 3)).min(PEOPLE);
            child = start(home, &["changes", "resume", "--yes"]);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let last = rolecall(home, &["changes", "resume", "--yes"], "");
        assert_eq!(code(&last), 0, "{}", err(&last));
        let told = told(&store, HERE, FIRST).await;
        assert_eq!(told.len() as u64, PEOPLE, "every row is done");
        assert!(told.values().all(|times| *times == 1), "and none twice");
        assert_eq!(json(&rolecall(home, &["changes", "list", "-o", "json"], ""))[0]["state"], "done");
        store.verify_audit(HERE).await.unwrap();
        store.close().await;
    }
}

/// Runs a command until its change has done something, and stops it with Ctrl-C: it says that some of it is done.
async fn stopped(store: &Store, home: &Path, args: &[&str]) -> Output {
    let mut child = start(home, args);
    reaches(store, &mut child, 1).await;
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let stopped = child.wait_with_output().unwrap();
    assert_eq!(code(&stopped), 3, "{}", err(&stopped));
    stopped
}

/// Somebody goes on with the first change, and is killed.
async fn taken_up(store: &Store) {
    let mut tx = store.begin(HERE).await.unwrap();
    tx.take_up(FIRST, Timestamp(jiff::Timestamp::now().as_second())).await.unwrap();
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
    let told = rolecall(home, &["changes", "resume"], "");
    assert_eq!(code(&told), 0, "{}", err(&told));
    assert!(err(&told).contains("if that one was killed, resume with: rolecall changes resume 2\n"), "{}", err(&told));
    let listed = rolecall(home, &["changes", "list"], "");
    assert!(out(&listed).contains("  running elsewhere, or killed\n"), "no more is known: {}", out(&listed));
    let refused = rolecall(home, &["changes", "undo", "2", "--yes"], "");
    assert_eq!(code(&refused), 5, "{}", err(&refused));
    assert!(
        err(&refused).contains("or was killed less than 10 seconds ago; stop the change first, or wait"),
        "{}",
        err(&refused)
    );
    taken_up(&store).await;
    let resumed = rolecall(home, &["changes", "resume", "--yes"], "");
    assert_eq!(code(&resumed), 0, "{}", err(&resumed));
    assert_eq!(done(&store).await, PEOPLE as u64);
    store.close().await;
}

#[tokio::test]
async fn ctrl_c_stops_the_change_and_says_how_to_go_on() {
    const PEOPLE: usize = 2_000;
    let home = home_with_marketers(PEOPLE);
    let home = home.path();
    let store = database(home).await;
    let stopped = stopped(&store, home, &SET).await;
    assert!(err(&stopped).contains("rolecall changes resume 2"), "{}", err(&stopped));
    assert!(done(&store).await < PEOPLE as u64);
    for flags in [&[][..], &["--yes"]] {
        let left = rolecall(home, &[&["changes", "resume"], flags].concat(), "");
        assert_eq!((code(&left), out(&left)), (0, ""), "that was no interruption: {}", err(&left));
        assert!(err(&left).ends_with("stopped on request; resume with: rolecall changes resume 2\n"), "{}", err(&left));
    }
    assert!(done(&store).await < PEOPLE as u64);
    taken_up(&store).await;
    store.let_go(FIRST).await.unwrap();
    let told = rolecall(home, &["changes", "resume"], "");
    assert_eq!((code(&told), out(&told)), (2, ""), "nobody can be asked: {}", err(&told));
    for way_on in ["resume with: rolecall changes resume 2\n", "rolecall changes resume --yes\n"] {
        assert!(err(&told).contains(way_on), "{}", err(&told));
    }
    assert!(done(&store).await < PEOPLE as u64);
    let mut session = Session::rolecall(home, &["changes", "resume"]);
    session.shows("more: rolecall changes show 2");
    session.shows("Resume change 2? [y/N]");
    session.press("n\r");
    assert_eq!(session.ends(), 1, "{}", session.text());
    assert!(done(&store).await < PEOPLE as u64);
    let resumed = rolecall(home, &["changes", "resume", "2", "-o", "json"], "");
    assert_eq!(code(&resumed), 0, "what is named goes on: {}", err(&resumed));
    assert_eq!(json(&resumed)["change"]["done"].as_u64(), Some(PEOPLE as u64));
    store.close().await;
}

#[tokio::test]
async fn a_second_ctrl_c_leaves_the_change_to_stop_by_itself() {
    let home = home_with_marketers(140);
    let mut beside = beside(home.path()).await;
    // It is tried again and again, and then nobody can write: neither does it end nor stop.
    raw_sql(BROKEN).execute(&mut beside).await.unwrap();
    let mut session = Session::rolecall(home.path(), &SET);
    session.shows("! change 2: ");
    raw_sql("BEGIN IMMEDIATE").execute(&mut beside).await.unwrap();
    session.press("\u{3}");
    session.shows("stopping; press Ctrl-C again to leave at once");
    session.press("\u{3}");
    assert_eq!(session.ends(), 3, "{}", session.text());
    let told = "rolecall: left while change 2 stops by itself; see how it stands with: rolecall changes show 2";
    assert!(session.text().contains(told), "{}", session.text());
}

#[tokio::test]
async fn what_is_gone_on_with_ends_with_the_code_that_it_would_have_had() {
    let home = home_with_marketers(2_000);
    let home = home.path();
    let store = database(home).await;
    stopped(&store, home, &["role", "set", "Viewer", "--all", "--yes"]).await;
    let resumed = rolecall(home, &["changes", "resume", "2", "-o", "json"], "");
    assert_eq!(json(&resumed)["change"]["left_out"], 1, "the owner");
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
    let resumed = rolecall(home, &["changes", "resume", "2", "-o", "json"], "");
    let change = json(&resumed)["change"].clone();
    assert_eq!(
        (change["state"].as_str(), change["done"].as_u64(), change["failed"].as_u64()),
        (Some("done"), Some(1_999), Some(1))
    );
    assert_eq!(code(&resumed), 3, "{}", err(&resumed));
    assert!(err(&resumed).contains("retry with: rolecall changes resume 2 --failed"), "{}", err(&resumed));
    let again = rolecall(home, &["changes", "resume", "2", "--failed"], "");
    assert_eq!(code(&again), 3, "it fails again: {}", err(&again));
    store.close().await;
}

#[tokio::test]
async fn what_one_command_works_on_another_sees_and_stops() {
    const PEOPLE: usize = 40_000;
    let home = home_with_marketers(PEOPLE);
    let home = home.path();
    let store = database(home).await;
    let mut child = start(home, &SET);
    reaches(&store, &mut child, 1).await;
    let state = || json(&rolecall(home, &["changes", "list", "-o", "json"], ""))[0]["state"].clone();
    assert_eq!(state(), "running");
    let left = rolecall(home, &["changes", "resume"], "");
    assert_eq!(code(&left), 0, "{}", err(&left));
    assert!(err(&left).contains("running as change 2"), "{}", err(&left));
    let stopped = rolecall(home, &["changes", "stop", "2"], "");
    assert_eq!(code(&stopped), 0, "{}", err(&stopped));
    assert!(!err(&stopped).contains("was not running"), "{}", err(&stopped));
    let kept = done(&store).await;
    let ended = child.wait_with_output().unwrap();
    assert_eq!(code(&ended), 3, "{}", err(&ended));
    assert_eq!((state(), done(&store).await), ("stopped".into(), kept), "nothing more was done");
    assert!(kept < PEOPLE as u64);
    store.close().await;
}

#[tokio::test]
async fn half_a_change_goes_on_when_somebody_agrees() {
    let home = home_with_marketers(2_000);
    let home = home.path();
    let store = database(home).await;
    stopped(&store, home, &SET).await;
    taken_up(&store).await;
    store.let_go(FIRST).await.unwrap();
    let mut session = Session::rolecall(home, &["changes", "resume"]);
    session.shows("Resume change 2? [y/N]");
    session.press("y\r");
    session.shows("000 done; undo with: rolecall changes undo 2");
    assert_eq!(session.ends(), 0, "{}", session.text());
    store.close().await;
}

#[tokio::test]
async fn ctrl_c_at_a_question_leaves_this_change_and_those_after_it() {
    // Changes of few rows are applied before the answer: these are of many.
    let people = |domain: &str| (1..=110).map(|n| format!("p{n}@{domain}.test,Marketer\n")).collect::<String>();
    let home = home_with(&format!("email,role\n{}", ["a", "b", "c"].map(people).concat()));
    let home = home.path();
    let store = database(home).await;
    let mut beside = beside(home).await;
    raw_sql(BROKEN).execute(&mut beside).await.unwrap();
    for (n, domain) in (2..).zip(["a", "b", "c"]) {
        let mut child = start(home, &["role", "set", "Viewer", "--filter", &format!("domain:{domain}.test"), "--yes"]);
        while store.change(HERE, ChangeId(n)).await.is_err() {
            assert!(child.try_wait().unwrap().is_none(), "it ended before its change began");
            tokio::task::yield_now().await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        store.let_go(ChangeId(n)).await.unwrap();
    }
    raw_sql("DROP TRIGGER broken").execute(&mut beside).await.unwrap();
    let mut session = Session::rolecall(home, &["changes", "resume"]);
    session.shows("Resume change 4? [y/N]");
    session.press("y\r");
    session.shows("Resume change 3? [y/N]");
    session.press("\u{3}");
    session.shows("resume with: rolecall changes resume 2");
    assert_eq!(session.ends(), 3, "{}", session.text());
    assert!(!session.text().contains("Resume change 2?"), "{}", session.text());
    assert!(session.text().contains("resume with: rolecall changes resume 3"), "{}", session.text());
    let states = json(&rolecall(home, &["changes", "list", "-o", "json"], ""));
    let states: Vec<&str> = states.as_array().unwrap().iter().map(|change| change["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["done", "stopped", "stopped", "done"], "the last is the import");
    store.close().await;
}
