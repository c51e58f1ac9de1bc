//! Bulk changes whose command dies, at any moment: resumed, every row is done exactly once.

use super::{code, data, err, home_with_marketers, json, out, rolecall, told::told};
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
use std::{
    path::Path,
    process::{Child, Command, Stdio},
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
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).filter(|name| name.ends_with(".json")).collect()
}

/// Waits until so many rows are done, or the program has ended.
async fn reaches(store: &Store, home: &Path, child: &mut Child, rows: u64) {
    while child.try_wait().unwrap().is_none() && (journal(home).is_empty() || done(store).await < rows) {
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
            child = start(home, &["jobs", "resume"]);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let last = rolecall(home, &["jobs", "resume"], "");
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

#[tokio::test]
async fn ctrl_c_stops_the_job_and_says_how_to_go_on() {
    const PEOPLE: usize = 2_000;
    let home = home_with_marketers(PEOPLE);
    let home = home.path();
    let store = database(home).await;
    let mut child = start(home, &SET);
    reaches(&store, home, &mut child, 1).await;
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let stopped = child.wait_with_output().unwrap();
    assert_eq!(code(&stopped), 3, "{}", err(&stopped));
    assert!(err(&stopped).contains("rolecall jobs resume 1"), "{}", err(&stopped));
    assert!(done(&store).await < PEOPLE as u64);
    let told = rolecall(home, &["jobs", "resume"], "");
    assert_eq!(code(&told), 0, "what was stopped on purpose goes on when it is named: {}", err(&told));
    assert!(err(&told).contains("rolecall jobs resume 1"), "{}", err(&told));
    assert!(done(&store).await < PEOPLE as u64);
    let resumed = rolecall(home, &["jobs", "resume", "1", "-o", "json"], "");
    assert_eq!(code(&resumed), 0, "{}", err(&resumed));
    assert_eq!(json(&resumed)["job"]["applied"].as_u64(), Some(PEOPLE as u64));
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
    let left = rolecall(home, &["jobs", "resume", "--yes"], "");
    assert_eq!(code(&left), 0, "{}", err(&left));
    assert!(err(&left).contains("at work as job 1"), "{}", err(&left));
    let stopped = rolecall(home, &["jobs", "stop", "1"], "");
    assert_eq!(code(&stopped), 0, "{}", err(&stopped));
    let kept = done(&store).await;
    let ended = child.wait_with_output().unwrap();
    assert_eq!(code(&ended), 3, "{}", err(&ended));
    assert_eq!((state(), done(&store).await), ("stopped".into(), kept), "nothing more was done");
    assert!(kept < PEOPLE as u64);
    store.close().await;
}

/// What a command that was killed before it was answered leaves behind.
fn asked(home: &Path, digest: Option<&str>) {
    let action = BulkAction::SetRoles { roles: vec![RoleId(8)], terms: Default::default() };
    let on = Selection::Matching { filter: "role:marketer".into(), except: Vec::new() };
    let intent = Intent {
        backend: "embedded".into(),
        workspace: HERE,
        start: StartJob { bulk: Bulk { on, action }, digest: digest.map(str::to_owned) },
        key: "killed-1".into(),
        at: Timestamp(1),
    };
    drop(Journal::open(&data(home).join("journal")).unwrap().note(&intent).unwrap());
}

#[tokio::test]
async fn what_the_backend_never_heard_of_is_asked_for_again() {
    let home = home_with_marketers(3);
    asked(home.path(), None);
    let torn = data(home.path()).join("journal/torn.json");
    std::fs::write(&torn, "{").unwrap();
    let list = rolecall(home.path(), &["jobs", "list"], "");
    assert!(err(&list).contains("never answered: 1; take them up with: rolecall jobs resume"), "{}", err(&list));
    let resumed = rolecall(home.path(), &["jobs", "resume", "-o", "csv"], "");
    assert_eq!(code(&resumed), 0, "{}", err(&resumed));
    assert_eq!(out(&resumed).lines().count(), 4, "{}", out(&resumed));
    assert!(err(&resumed).contains("torn.json"), "what cannot be read is told: {}", err(&resumed));
    assert!(torn.exists());
    let again = rolecall(home.path(), &["jobs", "resume"], "");
    assert!(err(&again).contains("nothing was interrupted"), "{}", err(&again));
}

#[tokio::test]
async fn what_would_do_something_else_by_now_is_not_done() {
    let home = home_with_marketers(3);
    asked(home.path(), Some("of another day"));
    let moved_on = rolecall(home.path(), &["jobs", "resume"], "");
    assert_eq!((code(&moved_on), out(&moved_on)), (5, ""), "{}", err(&moved_on));
    assert!(journal(home.path()).is_empty(), "it is asked for no more");
    assert!(told(&database(home.path()).await, HERE, JobId(1)).await.is_empty());
}
