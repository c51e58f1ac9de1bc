//! A server that is killed while it works on a large change, again and again: gone on with by the next one,
//! each row is done exactly once. (Killed at every step of a small one: `server::services::changes::tests`.)

#[path = "support/told.rs"]
mod told;

use rolecall::{
    api::{
        backend::Backend,
        http::HttpBackend,
        wire::{Change, ChangeState, PageQuery, Resume, StartChange},
    },
    domain::{
        change::{Request, Selection, SetRoles},
        edge::Terms,
        id::{AccountId, WorkspaceId},
        pack::Pack,
    },
    server::{Options, Server, sample::Sample, store::Store, system_clock},
};
use std::{
    io::{BufRead, BufReader, Write as _},
    process::{Command, Stdio},
};

/// Rows to do, at least.
const ROWS: usize = 12_000;
/// At most: whoever is not killed by then may finish.
const KILLS: usize = 12;
/// Tells the child where the database is, and which workspace and account.
const TASK: &str = "ROLECALL_TEST_KILLED_CHANGE";

struct Task {
    url: String,
    ws: WorkspaceId,
    owner: AccountId,
}

/// A workspace of many.
async fn prepare(url: &str) -> Task {
    let store = Store::open(url).await.unwrap();
    let pack = Pack::builtin("signage").unwrap().unwrap();
    let (ws, owner) = store.seed(&pack, &Sample::northwind(ROWS + ROWS / 4, (*system_clock())())).await.unwrap();
    store.close().await;
    Task { url: url.to_owned(), ws, owner }
}

/// Gives a role to all who have another. Asked for with one key, however often: it is one change.
async fn begin(backend: &HttpBackend, ws: WorkspaceId) -> Change {
    let roles = backend.roles(ws).await.unwrap();
    let role = roles.iter().find(|role| role.name.raw() == "Technician").unwrap().id;
    let on = Selection::matching("!role:technician");
    let request = Request { on, kind: SetRoles { roles: vec![role], terms: Terms::default() }.into() };
    let start = StartChange { request, digest: None, password: None };
    let change = backend.start_change(ws, &start, "killed").await.unwrap();
    backend.resume_change(ws, change.id, Resume::default()).await.unwrap()
}

/// Lets a server work in a process of its own, until it has told so many lines; then kills it. Answers
/// whether it was killed, and how many rows were done by what it told last; nothing, where nothing was left to do.
fn work(task: &Task, lines: usize) -> (bool, Option<u64>) {
    let Task { url, ws, owner } = task;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "works_until_it_is_killed", "--ignored", "--nocapture", "--test-threads=1"])
        .env(TASK, format!("{ws} {owner} {url}"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let told = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let done = told.filter_map(|line| line.strip_prefix("done ").map(|rows| rows.parse::<u64>().unwrap()));
    let last: Vec<u64> = done.take(lines).collect();
    let killed = last.len() == lines;
    if killed {
        child.kill().unwrap();
    }
    let ended = child.wait().unwrap();
    assert!(killed || ended.success(), "it failed by itself: {ended}");
    (killed, last.last().copied())
}

#[test]
fn a_large_change_killed_at_random_points_does_each_row_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("kills.db").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let task = runtime.block_on(prepare(&url));
    let mut done = Vec::new();
    // Lines come after batches; from one to the next kill there are two or three of them, at other moments
    // of other batches each time.
    for kill in 0..KILLS {
        let (killed, rows) = work(&task, 2 + kill % 2);
        done.extend(rows);
        if !killed {
            break;
        }
    }
    work(&task, usize::MAX);
    assert!(done.len() >= 3, "the change was over before it could be killed often: {done:?}");
    assert!(done.windows(2).all(|two| two[0] <= two[1]), "what was told to be done was undone: {done:?}");
    runtime.block_on(verify(&task));
}

async fn verify(task: &Task) {
    let store = Store::open(&task.url).await.unwrap();
    let changes = store.changes(task.ws, &PageQuery::default()).await.unwrap().items;
    assert_eq!(changes.len(), 1, "asked for again and again, it is one change");
    let change = &changes[0].change;
    assert_eq!((change.state, change.failed, change.pending()), (ChangeState::Done, 0, 0), "{change:?}");
    assert!(change.done >= ROWS as u64, "{change:?}");
    let told = told::told(&store, task.ws, change.id).await;
    assert_eq!(told.len() as u64, change.done);
    assert!(told.values().all(|times| *times == 1), "a row was done more than once");
    store.verify_audit(task.ws).await.unwrap();
}

/// Run by the test above, in a process of its own: a server that begins the change, or goes on with it, and tells how far
/// it is.
#[test]
#[ignore = "works on a change until the test above kills it"]
fn works_until_it_is_killed() {
    let task = std::env::var(TASK).unwrap();
    let mut parts = task.splitn(3, ' ');
    let mut number = || parts.next().unwrap().parse::<i64>().unwrap();
    let (ws, owner) = (WorkspaceId(number()), AccountId(number()));
    let url = parts.next().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(url).await.unwrap();
        let (running, secret) = Server::embedded(Options::new(store), owner).await.unwrap();
        let backend = HttpBackend::new(&running.url, secret.reveal()).unwrap();
        let change = begin(&backend, ws).await;
        let tell = |done| {
            // Whoever listened may be about to kill this.
            let _ = writeln!(std::io::stdout(), "done {done}");
        };
        backend.watch_change(ws, change.id, |change| tell(change.done)).await.unwrap();
        running.shutdown().await;
    });
}
