//! A bulk change of 100 000 rows, as a person meets it: from the request to the last row, through HTTP to
//! SQLite, with an audit event and undo data for each row; how long reads take meanwhile; and the same
//! done with one request a row.
//!
//! `cargo bench --bench bulk`; `-- 10000` for another number of rows, `-- --change` for the change alone,
//! `-- --postgres` on the empty database of a PostgreSQL server that `ROLECALL_TEST_POSTGRES` names.

use rolecall::{
    api::{
        backend::Backend,
        http::HttpBackend,
        wire::{ChangeState, PageQuery, Resume, StartChange},
    },
    domain::{
        change::{Request, Selection, SetRoles},
        edge::Terms,
        id::{AccountId, MemberId, RoleId, WorkspaceId},
        pack::Pack,
        time::Timestamp,
    },
    server::{Options, Running, Server, sample::Sample, store::Store, system_clock},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Rows that are changed one by one, to compare with: all of them would take minutes.
const ONE_BY_ONE: usize = 1_000;

/// How long between two reads: as soon after each other as those of a person at the keys.
const BETWEEN_READS: Duration = Duration::from_millis(50);

/// How long a change is at work before it is told to stop, at least: so long that its batches have grown.
const BETWEEN_STOPS: Duration = Duration::from_millis(300);

fn main() {
    let rows = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(100_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(run(rows));
}

async fn run(rows: usize) {
    let folder = tempfile::tempdir().unwrap();
    let url = if asked("--postgres") {
        std::env::var("ROLECALL_TEST_POSTGRES").expect("ROLECALL_TEST_POSTGRES names an empty database")
    } else {
        format!("sqlite:{}", folder.path().join("rolecall.db").display())
    };
    let store = Store::open(&url).await.unwrap();
    let now: Timestamp = (*system_clock())();
    let pack = Pack::builtin("signage").unwrap().unwrap();
    // Enough that so many are no technicians, nor the owner.
    let (ws, owner) = store.seed(&pack, &Sample::northwind(rows + rows / 6 + 100, now)).await.unwrap();
    let (running, backend) = serve(store.clone(), owner).await;
    // As another process has it.
    let (beside, other) = serve(Store::open(&url).await.unwrap(), owner).await;

    let roles = backend.roles(ws).await.unwrap();
    let role = |name: &str| roles.iter().find(|role| role.name.raw() == name).unwrap().id;
    let members = others(&backend, ws, "Technician", rows).await;
    if !asked("--change") {
        let some = others(&backend, ws, "Viewer", ONE_BY_ONE.min(rows)).await;
        one_by_one(&backend, ws, &some, role("Viewer"), rows).await;
    }
    many_at_once(&backend, ws, &members, role("Technician")).await;
    if !asked("--change") {
        stopped("here", &backend, &backend, ws, &to_role(&members, role("Analyst"))).await;
        stopped("in another process", &backend, &other, ws, &to_role(&members, role("Marketer"))).await;
    }
    beside.shutdown().await;
    running.shutdown().await;
    println!("the chain of {} events holds", store.verify_audit(ws).await.unwrap());
}

fn asked(option: &str) -> bool {
    std::env::args().any(|arg| arg == option)
}

async fn serve(store: Store, account: AccountId) -> (Running, HttpBackend) {
    let (running, secret) = Server::embedded(Options::new(store), account).await.unwrap();
    let backend = HttpBackend::new(&running.url, secret.reveal()).unwrap();
    (running, backend)
}

/// So many members who do not have a role and are not the owner.
async fn others(backend: &HttpBackend, ws: WorkspaceId, role: &str, most: usize) -> Vec<MemberId> {
    let mut members = Vec::with_capacity(most);
    let mut query = PageQuery { limit: Some(500), ..PageQuery::default() };
    while members.len() < most {
        let page = backend.members(ws, &query).await.unwrap();
        let other =
            |row: &&rolecall::api::wire::MemberRow| !row.owner && row.roles.iter().all(|held| held.name.raw() != role);
        members.extend(page.items.iter().filter(other).map(|row| row.id));
        query.after = Some(page.after.expect("enough members"));
    }
    members.truncate(most);
    members
}

async fn one_by_one(backend: &HttpBackend, ws: WorkspaceId, members: &[MemberId], role: RoleId, all: usize) {
    let begun = Instant::now();
    for member in members {
        let start = start(&to_role(&[*member], role));
        backend.start_change(ws, &start, &format!("one-by-one-{member}")).await.unwrap();
    }
    let took = begun.elapsed();
    let each = took.as_secs_f64() / members.len() as f64;
    println!(
        "one request a row: {} rows in {:.1} s, {:.2} ms each; {all} would take {:.0} s",
        members.len(),
        took.as_secs_f64(),
        each * 1e3,
        each * all as f64
    );
}

async fn many_at_once(backend: &HttpBackend, ws: WorkspaceId, members: &[MemberId], role: RoleId) {
    let request = to_role(members, role);
    say("a read before it", read(backend.clone(), ws, |turn| turn == 100).await);
    let over = Arc::new(AtomicBool::new(false));
    let is_over = over.clone();
    let reading = tokio::spawn(read(backend.clone(), ws, move |_| is_over.load(Ordering::Relaxed)));
    let begun = Instant::now();
    let change = backend.start_change(ws, &start(&request), "many-at-once").await.unwrap();
    let started = begun.elapsed();
    let change = backend.watch_change(ws, change.id, |_| ()).await.unwrap();
    let took = begun.elapsed();
    over.store(true, Ordering::Relaxed);
    let reads = reading.await.unwrap();
    assert_eq!((change.state, change.done), (ChangeState::Done, members.len() as u64), "{change:?}");
    println!(
        "a change: {} rows in {:.1} s; planned and recorded in {:.1} s, then {:.0} rows a second; {:.0} over all",
        change.done,
        took.as_secs_f64(),
        started.as_secs_f64(),
        change.done as f64 / (took - started).as_secs_f64(),
        change.done as f64 / took.as_secs_f64()
    );
    say("a read while it runs", reads);
}

/// A change that is asked to stop again and again at some place, and goes on each time: how long until it stands still.
async fn stopped(place: &str, backend: &HttpBackend, from: &HttpBackend, ws: WorkspaceId, request: &Request) {
    let mut change = backend.start_change(ws, &start(request), &place.replace(' ', "-")).await.unwrap();
    let mut times = Vec::new();
    while change.state == ChangeState::Running {
        // Into a batch, at another moment of it each time.
        tokio::time::sleep(BETWEEN_STOPS + Duration::from_millis(7) * (times.len() % 10) as u32).await;
        let begun = Instant::now();
        change = from.stop_change(ws, change.id).await.unwrap();
        if change.state == ChangeState::Stopped {
            times.push(begun.elapsed());
            change = backend.resume_change(ws, change.id, Resume::default()).await.unwrap();
        }
    }
    assert_eq!((change.state, change.failed, change.skipped), (ChangeState::Done, 0, 0), "{change:?}");
    say(&format!("a stop {place}, from the request to the answer that nothing more is done"), times);
}

fn to_role(members: &[MemberId], role: RoleId) -> Request {
    let on = Selection::ids(members.iter().map(|member| member.0).collect());
    Request { on, kind: SetRoles { roles: vec![role], terms: Terms::default() }.into() }
}

fn start(request: &Request) -> StartChange {
    StartChange { request: request.clone(), digest: None, password: None }
}

/// What a console asks for, again and again, until it is over.
async fn read(backend: HttpBackend, ws: WorkspaceId, over: impl Fn(usize) -> bool) -> Vec<Duration> {
    let filters = ["", "role:viewer", "adele", "status:active role:marketer"];
    let mut times = Vec::new();
    for turn in 0.. {
        if over(turn) {
            break;
        }
        let query = PageQuery { filter: filters[turn % filters.len()].into(), ..PageQuery::default() };
        let begun = Instant::now();
        backend.members(ws, &query).await.unwrap();
        times.push(begun.elapsed());
        tokio::time::sleep(BETWEEN_READS).await;
    }
    times
}

fn say(what: &str, mut times: Vec<Duration>) {
    if times.is_empty() {
        return println!("{what}: it was over before there was one");
    }
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1e3;
    println!("{what}: {} of them, median {:.1} ms, p99 {:.1} ms, most {:.1} ms", times.len(), at(50), at(99), at(100));
}
