//! A fresh database for each test, and the small vocabulary that the tests are written in.

use rolecall::{
    domain::{
        change::{Change, Checked, check},
        id::{AccountId, MemberId, WorkspaceId},
        pack::Pack,
        time::Timestamp,
    },
    server::{
        sample::Sample,
        store::{NewEvent, Outcome, Store, StoreError, TokenHash},
    },
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::{
    future::Future,
    sync::atomic::{AtomicU32, Ordering},
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

/// Checks and makes a change as the owner, logs it, keeps it.
pub async fn change(store: &Store, ws: WorkspaceId, change: &Change) -> Result<Outcome, StoreError> {
    change_with(store, ws, change, None, NOW).await
}

/// The same with a link's token, at a moment.
pub async fn change_with(
    store: &Store,
    ws: WorkspaceId,
    change: &Change,
    token: Option<&str>,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let mut tx = store.begin(ws).await?;
    let owner = tx.snapshot(&rolecall::server::store::Scope::Members(Vec::new()), now).await?;
    let owner = owner.members.into_iter().find(|m| m.owner).unwrap();
    let scope = tx.scope_of(change, owner.id).await?;
    let before = tx.snapshot(&scope, now).await?;
    let mut facts = tx.facts(change, now).await?;
    facts.reauthenticated = true;
    let checked: Checked = check(&before, owner.id, change, &facts, now).unwrap_or_else(|refusal| panic!("{refusal}"));
    let outcome = tx.apply(change, owner.account, &checked.after, token.map(TokenHash::of).as_ref(), now).await?;
    let told = outcome.clone();
    let event = NewEvent {
        at: now,
        actor: Some(owner.account),
        action: "test".to_owned(),
        target: told.target,
        before: told.before,
        after: told.after,
        reason: told.reason,
    };
    tx.append_audit(event).await?;
    tx.commit().await?;
    Ok(outcome)
}
