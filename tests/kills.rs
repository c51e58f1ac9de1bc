//! A server that is killed while it works on a large job, again and again: gone on with by the next one,
//! each row is done exactly once. (Killed at every step of a small one: `server::services::jobs::kills`.)

use rolecall::{
    api::{
        backend::Backend,
        http::HttpBackend,
        wire::{JobState, PageQuery, Resume},
    },
    domain::{
        change::Change,
        edge::Terms,
        id::{AccountId, JobId, WorkspaceId},
        pack::Pack,
        time::Timestamp,
        untrusted::Text,
    },
    server::{
        Options, Server,
        sample::Sample,
        store::{Fate, NewJob, NewRow, Scope, Store},
        system_clock,
    },
};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write as _},
    process::{Command, Stdio},
};

const ROWS: usize = 3_000;
/// At most: whoever is not killed by then may finish.
const KILLS: usize = 12;
/// Tells the child where the database is, and which workspace, account and job.
const TASK: &str = "ROLECALL_TEST_KILLED_JOB";

struct Task {
    url: String,
    ws: WorkspaceId,
    owner: AccountId,
    job: JobId,
}

/// A job that gives a role to many, not yet worked on.
async fn prepare(url: &str, now: Timestamp) -> Task {
    let store = Store::open(url).await.unwrap();
    let pack = Pack::builtin("signage").unwrap().unwrap();
    let (ws, owner) = store.seed(&pack, &Sample::northwind(ROWS + ROWS / 4, now)).await.unwrap();
    let mut tx = store.begin(ws).await.unwrap();
    let all = tx.snapshot(&Scope::All, now).await.unwrap();
    let role = all.roles.iter().find(|role| role.name.raw() == "Technician").unwrap().id;
    let others = all.members.iter().filter(|member| !member.owner && member.roles.iter().all(|(id, _)| *id != role));
    let row = |member: &rolecall::domain::model::Member| NewRow {
        target: Some(member.id.0),
        name: member.email.clone(),
        fate: Fate::Waits {
            change: Change::SetRoles { member: member.id, roles: vec![role], terms: Terms::default() },
            expects: None,
        },
    };
    let rows: Vec<NewRow> = others.take(ROWS).map(row).collect();
    assert_eq!(rows.len(), ROWS);
    let new = NewJob {
        actor: owner,
        key: "killed".into(),
        body_hash: String::new(),
        action: "set_roles",
        detail: Text::default(),
        reason: None,
        undoes: None,
        at: now,
    };
    let job = tx.create_job(new, rows).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    Task { url: url.to_owned(), ws, owner, job }
}

/// Lets a server work in a process of its own, until it has told so many lines; then kills it. Answers
/// whether it was killed, and how many rows were done by what it told last; nothing, where nothing was left to do.
fn work(task: &Task, lines: usize) -> (bool, Option<u64>) {
    let Task { url, ws, owner, job } = task;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "works_until_it_is_killed", "--ignored", "--nocapture", "--test-threads=1"])
        .env(TASK, format!("{ws} {owner} {job} {url}"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let told = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let applied = told.filter_map(|line| line.strip_prefix("applied ").map(|rows| rows.parse::<u64>().unwrap()));
    let last: Vec<u64> = applied.take(lines).collect();
    let killed = last.len() == lines;
    if killed {
        child.kill().unwrap();
    }
    let ended = child.wait().unwrap();
    assert!(killed || ended.success(), "it failed by itself: {ended}");
    (killed, last.last().copied())
}

#[test]
fn a_large_job_killed_at_random_points_does_each_row_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("kills.db").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let task = runtime.block_on(prepare(&url, (*system_clock())()));
    let mut done = Vec::new();
    // Lines come after batches; from one to the next kill there are two or three of them, at other moments
    // of other batches each time.
    for kill in 0..KILLS {
        let (killed, applied) = work(&task, 2 + kill % 2);
        done.extend(applied);
        if !killed {
            break;
        }
    }
    work(&task, usize::MAX);
    assert!(done.len() >= 3, "the job was over before it could be killed often: {done:?}");
    assert!(done.windows(2).all(|two| two[0] <= two[1]), "what was told to be done was undone: {done:?}");
    runtime.block_on(verify(&task));
}

async fn verify(task: &Task) {
    let store = Store::open(&task.url).await.unwrap();
    let job = store.job(task.ws, task.job).await.unwrap().job;
    assert_eq!((job.state, job.applied, job.failed), (JobState::Done, ROWS as u64, 0), "{job:?}");
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    let mut query = PageQuery { limit: Some(500), ..PageQuery::default() };
    loop {
        let page = store.audit(task.ws, &query).await.unwrap();
        for event in page.items.iter().filter(|event| event.job == Some(task.job)) {
            *told.entry(event.target.raw().to_owned()).or_default() += 1;
        }
        query.after = page.after;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(told.len(), ROWS);
    assert!(told.values().all(|times| *times == 1), "a row was done more than once");
    store.verify_audit(task.ws).await.unwrap();
}

/// Run by the test above, in a process of its own: a server that goes on with the job and tells how far
/// it is.
#[test]
#[ignore = "works on a job that another test prepared, until that kills it"]
fn works_until_it_is_killed() {
    let task = std::env::var(TASK).unwrap();
    let mut parts = task.splitn(4, ' ');
    let mut number = || parts.next().unwrap().parse::<i64>().unwrap();
    let (ws, owner, job) = (WorkspaceId(number()), AccountId(number()), JobId(number()));
    let url = parts.next().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(url).await.unwrap();
        let (running, secret) = Server::embedded(Options::new(store), owner).await.unwrap();
        let backend = HttpBackend::new(&running.url, secret.reveal()).unwrap();
        backend.resume_job(ws, job, Resume::default()).await.unwrap();
        let tell = |applied| {
            // Whoever listened may be about to kill this.
            let _ = writeln!(std::io::stdout(), "applied {applied}");
        };
        backend.watch_job(ws, job, |job| tell(job.applied)).await.unwrap();
        running.shutdown().await;
    });
}
