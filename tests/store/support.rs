//! A fresh database for each test, and the small vocabulary that the tests are written in.

use rolecall::{
    domain::{
        change::{Delta, Edit, Refusal, Request, Row, Rows},
        id::{AccountId, GroupId, MemberId, WorkspaceId},
        pack::Pack,
        plan,
        time::Timestamp,
        untrusted::Text,
    },
    server::{
        sample::Sample,
        store::{Link, NewEvent, Scope, Store, StoreError, TokenHash, WriteTx},
    },
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

/// The moment of every test.
pub const NOW: Timestamp = Timestamp(1_800_000_000);

/// Names a test once and runs it on both databases.
#[macro_export]
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($store:ident) $body:block)+) => {$(
        $(#[$doc])*
        mod $name {
            use super::*;

            async fn scenario($store: rolecall::server::store::Store) $body

            #[test]
            fn on_sqlite() {
                $crate::support::on_sqlite(scenario);
            }

            #[test]
            fn on_postgres() {
                $crate::support::on_postgres(scenario);
            }
        }
    )+};
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Runs on a file of its own.
pub fn on_sqlite<F: Future<Output = ()>>(scenario: impl FnOnce(Store) -> F) {
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
        scenario(store.clone()).await;
        store.close().await;
    });
}

/// The server to test against; none when it is left out.
pub fn postgres() -> Option<String> {
    let url = std::env::var("ROLECALL_TEST_POSTGRES").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        assert!(
            std::env::var("ROLECALL_TEST_REQUIRE_SERVERS").as_deref() != Ok("1"),
            "ROLECALL_TEST_POSTGRES names no server, and servers are required here"
        );
        eprintln!("LEFT OUT on PostgreSQL: set ROLECALL_TEST_POSTGRES, or use tests/run, which starts a server");
    }
    url
}

/// Runs on a database of its own on the server.
pub fn on_postgres<F: Future<Output = ()>>(scenario: impl FnOnce(Store) -> F) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let Some(server) = postgres() else { return };
    let name = format!("rolecall_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    runtime().block_on(async {
        let mut admin = PgConnection::connect(&server).await.unwrap();
        admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE template0"))).await.unwrap();
        let (front, _) = server.rsplit_once('/').unwrap();
        let store = Store::open(&format!("{front}/{name}")).await.unwrap();
        scenario(store.clone()).await;
        store.close().await;
        admin.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
    });
}

/// The pack of the sample.
pub fn signage() -> Pack {
    Pack::builtin("signage").unwrap().unwrap()
}

/// A sample workspace of this size: its id, and its owner's account and membership.
pub async fn sample(store: &Store, members: usize) -> (WorkspaceId, AccountId, MemberId) {
    let (ws, owner) = store.seed(&signage(), &Sample::northwind(members, NOW)).await.unwrap();
    let member = store.member_of(ws, owner).await.unwrap().unwrap();
    (ws, owner, member)
}

/// Who somebody is, by e-mail.
pub async fn member(store: &Store, ws: WorkspaceId, email: &str) -> MemberId {
    let account = store.account_by_email(email).await.unwrap().unwrap_or_else(|| panic!("no account {email}"));
    store.member_of(ws, account.id).await.unwrap().unwrap_or_else(|| panic!("{email} is no member"))
}

/// A change written: what it did, and on what.
#[derive(Debug)]
pub struct Made {
    pub delta: Delta,
    pub target: Text,
    /// The version of what it was of.
    pub version: Option<i64>,
}

impl Made {
    /// Logs it.
    async fn log(&self, tx: &mut WriteTx, request: &Request, actor: AccountId, now: Timestamp) {
        let (action, reason) = (request.kind.name(), request.reason());
        let (target, delta) = (self.target.clone(), &self.delta);
        tx.log(None, Some(actor), &[NewEvent { at: now, action, target, delta, reason }]).await.unwrap();
    }
}

/// What the owner's change of one row, or of members of a group, does to the state of a transaction.
pub async fn planned(tx: &mut WriteTx, request: &Request, now: Timestamp) -> Result<(Vec<Delta>, Text), Refusal> {
    let rows: Vec<Row> = match request.kind.rules().rows() {
        Rows::Given(rows) => rows,
        _ => {
            let target = request.on.ids.first().copied();
            vec![Row { target, name: None, kind: Arc::new(request.kind.clone()) }]
        }
    };
    let (mut facts, _) = tx.reading().facts(&rows[0].kind.rules().asks(rows[0].target), now).await.unwrap();
    facts.reauthenticated = true;
    let before = tx.snapshot(&Scope::All, now).await.unwrap();
    let owner = before.members.iter().find(|member| member.owner).unwrap().id;
    let plan = plan::plan(&before, owner, &rows, &facts, false, now);
    if let Some(why) = plan.refused.or(plan.rows.iter().find_map(|row| row.outcome.why().cloned())) {
        return Err(why);
    }
    let target = plan.rows[0].delta.target(&plan.rows[0].name);
    Ok((plan.rows.into_iter().map(|row| row.delta).collect(), target))
}

/// Plans a change as the owner, makes it, logs it, keeps it.
pub async fn change(store: &Store, ws: WorkspaceId, request: &Request) -> Result<Made, Refusal> {
    change_with(store, ws, request, None, NOW).await
}

/// The same with a link's token, at a moment.
pub async fn change_with(
    store: &Store,
    ws: WorkspaceId,
    request: &Request,
    token: Option<&str>,
    now: Timestamp,
) -> Result<Made, Refusal> {
    let mut tx = store.begin(ws).await.unwrap();
    let (mut deltas, target) = planned(&mut tx, request, now).await?;
    let owner = owner(&mut tx).await;
    write(&mut tx, &mut deltas, token, now).await.unwrap();
    let versioned = request.kind.rules().versioned(request.on.ids.first().copied());
    let version = tx.reading().version_of(versioned).await.unwrap();
    let delta = Delta(deltas.into_iter().flat_map(|delta| delta.0).collect());
    let made = Made { delta, target, version };
    made.log(&mut tx, request, owner, now).await;
    tx.commit().await.unwrap();
    Ok(made)
}

/// Writes deltas as the owner.
pub async fn write(
    tx: &mut WriteTx,
    deltas: &mut [Delta],
    token: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let link = token.map(|token| Link { hash: TokenHash::of(token), seed: token.to_owned() });
    let links = vec![link; deltas.len()];
    let owner = owner(tx).await;
    tx.write(deltas, &links, owner, now).await
}

async fn owner(tx: &mut WriteTx) -> AccountId {
    let before = tx.snapshot(&Scope::Members(Vec::new()), NOW).await.unwrap();
    before.members.into_iter().find(|member| member.owner).unwrap().account
}

/// The group that a delta is of.
pub fn group_of(delta: &Delta) -> GroupId {
    let id = |edit: &Edit| if let Edit::Group { id, .. } = edit { Some(*id) } else { None };
    delta.0.iter().find_map(id).unwrap()
}
