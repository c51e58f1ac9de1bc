//! What somebody with the database in their hands cannot do unseen, or at all.

use crate::support::{NOW, change, member, sample};
use rolecall::{
    domain::{
        change::{Rename, Request},
        id::WorkspaceId,
    },
    server::store::{Store, StoreError},
};
use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection};

/// A log of a few events, closed, and the file it is in.
async fn logged() -> (tempfile::TempDir, String, WorkspaceId) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let store = Store::open(&url).await.unwrap();
    let (ws, ..) = sample(&store, 20).await;
    let ada = member(&store, ws, "ada@northwind.test").await;
    for n in 0..5 {
        change(&store, ws, &Request::one(ada.0, Rename { name: format!("Ada {n}").into() })).await.unwrap();
    }
    store.close().await;
    (folder, url, ws)
}

async fn verified_after(url: &str, ws: WorkspaceId, sql: &str) -> Result<u64, StoreError> {
    let mut raw = SqliteConnection::connect(url).await.unwrap();
    raw.execute("SAVEPOINT before").await.unwrap();
    raw.execute(AssertSqlSafe(sql)).await.unwrap();
    raw.execute("RELEASE before").await.unwrap();
    raw.close().await.unwrap();
    let store = Store::open(url).await.unwrap();
    let verified = store.verify_audit(ws).await;
    store.close().await;
    verified
}

/// Every column of an event, an event taken out, put in, exchanged or cut off at the end.
#[tokio::test]
async fn whatever_is_changed_in_the_log_is_found() {
    let changes = [
        "UPDATE audit_events SET at = at + 1 WHERE seq = 3",
        "UPDATE audit_events SET actor = NULL WHERE seq = 3",
        "UPDATE audit_events SET actor_email = 'x' WHERE seq = 3",
        "UPDATE audit_events SET action = 'x' WHERE seq = 3",
        "UPDATE audit_events SET target = 'x' WHERE seq = 3",
        "UPDATE audit_events SET delta = '[]' WHERE seq = 3",
        "UPDATE audit_events SET delta = delta || ' ' WHERE seq = 3",
        "UPDATE audit_events SET reason = 'x' WHERE seq = 3",
        "UPDATE audit_events SET change_id = 7 WHERE seq = 3",
        "UPDATE audit_events SET hash = 'x' WHERE seq = 3",
        "DELETE FROM audit_events WHERE seq = 1",
        "DELETE FROM audit_events WHERE seq = 3",
        "DELETE FROM audit_events WHERE seq = 6",
        "DELETE FROM audit_events",
        "UPDATE audit_events SET seq = seq + 100 WHERE seq = 3",
        "INSERT INTO audit_events SELECT workspace_id, 7, at, actor, actor_email, action, target, delta, \
         reason, change_id, search_key, hash FROM audit_events WHERE seq = 6",
    ];
    let (folder, url, ws) = logged().await;
    let whole = std::fs::read(folder.path().join("test.db")).unwrap();
    assert_eq!(verified_after(&url, ws, "SELECT 1").await.unwrap(), 6);
    for change in changes {
        std::fs::write(folder.path().join("test.db"), &whole).unwrap();
        let found = verified_after(&url, ws, change).await;
        assert!(matches!(found, Err(StoreError::Corrupt(_))), "{change}: {found:?}");
    }
}

/// Whatever a fault in the program might try: the database has one owner a workspace.
#[tokio::test]
async fn the_database_itself_keeps_one_owner() {
    let (_folder, url, ws) = logged().await;
    let mut raw = SqliteConnection::connect(&url).await.unwrap();
    let second = format!("UPDATE members SET owner = 1 WHERE workspace_id = {ws}");
    assert!(raw.execute(AssertSqlSafe(second)).await.unwrap_err().to_string().contains("UNIQUE"));
}

/// One key at the same moment in two workspaces: one answer is kept, the other write is undone whole.
#[tokio::test]
async fn one_key_is_kept_once() {
    let (_folder, url, ws) = logged().await;
    let store = Store::open(&url).await.unwrap();
    let account = store.account_by_email("ada@northwind.test").await.unwrap().unwrap().id;
    let answer = rolecall::server::store::Remembered { body_hash: "abc".into(), status: 200, response: "{}".into() };
    let mut tx = store.begin(ws).await.unwrap();
    tx.remember(account, "key", &answer, NOW).await.unwrap();
    let again = tx.remember(account, "key", &answer, NOW).await;
    assert!(matches!(again, Err(StoreError::Conflict { field: Some("Idempotency-Key"), .. })), "{again:?}");
}
