//! Opening: files and their modes, what is no database of ours, the schema.

use crate::support::{NOW, postgres, signage};
use rolecall::server::store::{Store, StoreError};
use sqlx::{Connection, Executor, SqliteConnection};
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

fn url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

#[tokio::test]
async fn a_new_file_is_ours_alone_and_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    // A path with everything that an address would give a meaning to.
    let path = folder.path().join("a b?c%20#d/data.db");
    let store = Store::open(&url(&path)).await.unwrap();
    store.create_workspace(&signage(), "Mine", "me@example.test", "Me", NOW).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&path.with_extension("db-wal")), 0o600);
    store.close().await;
    let again = Store::open(&url(&path)).await.unwrap();
    assert_eq!(again.workspaces().await.unwrap()[0].name.raw(), "Mine");
}

#[tokio::test]
async fn a_database_in_memory_works_like_any_other() {
    let store = Store::open("sqlite::memory:").await.unwrap();
    store.create_workspace(&signage(), "Mine", "me@example.test", "Me", NOW).await.unwrap();
    assert_eq!(store.workspaces().await.unwrap().len(), 1);
    assert!(Store::open("sqlite::memory:").await.unwrap().workspaces().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_file_of_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("letter.txt");
    fs::write(&letter, "Dear all,\n".repeat(1_000)).unwrap();
    let refused = Store::open(&url(&letter)).await;
    assert!(matches!(refused, Err(StoreError::NotADatabase(_))), "{refused:?}");
    assert_eq!(fs::read_to_string(&letter).unwrap(), "Dear all,\n".repeat(1_000));

    let foreign = folder.path().join("foreign.db");
    let mut conn = SqliteConnection::connect(&format!("sqlite://{}?mode=rwc", foreign.display())).await.unwrap();
    conn.execute("CREATE TABLE recipes (name TEXT)").await.unwrap();
    conn.close().await.unwrap();
    let refused = Store::open(&url(&foreign)).await;
    assert!(matches!(refused, Err(StoreError::NotADatabase(_))), "{refused:?}");
}

#[tokio::test]
async fn a_newer_schema_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.db");
    Store::open(&url(&path)).await.unwrap().close().await;
    let mut conn = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    let later = "INSERT INTO rolecall_migrations (version, description, success, checksum, execution_time) \
                 VALUES (99, 'later', 1, x'00', 0)";
    conn.execute(later).await.unwrap();
    conn.close().await.unwrap();
    let refused = Store::open(&url(&path)).await;
    assert!(matches!(refused, Err(StoreError::Newer(99))), "{refused:?}");
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_one_clear_sentence() {
    for (address, expected) in [
        ("mysql://root:secret@host/db", "no database address"),
        ("sqlite:", "no database address"),
        ("sqlite:/dev/null/data.db", "cannot open /dev/null/data.db"),
        ("sqlite:/", "cannot open /"),
        ("postgres://me:secret@127.0.0.1:1/none", "cannot open PostgreSQL at 127.0.0.1:1/none"),
    ] {
        let refused = Store::open(address).await.unwrap_err().to_string();
        assert!(refused.contains(expected), "{address}: {refused}");
        assert!(!refused.contains("secret"), "{refused}");
    }
}

#[tokio::test]
async fn another_writer_is_waited_for_and_then_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.db");
    let store = Store::open(&url(&path)).await.unwrap();
    let mut conn = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    conn.execute("BEGIN EXCLUSIVE").await.unwrap();
    let refused = store.create_workspace(&signage(), "Mine", "me@example.test", "Me", NOW).await;
    assert!(matches!(refused, Err(StoreError::Locked)), "{refused:?}");
    conn.execute("ROLLBACK").await.unwrap();
    store.create_workspace(&signage(), "Mine", "me@example.test", "Me", NOW).await.unwrap();
}

#[tokio::test]
async fn a_server_without_the_database_is_told() {
    let Some(server) = postgres() else { return };
    let (front, _) = server.rsplit_once('/').unwrap();
    let refused = Store::open(&format!("{front}/there_is_no_such_database")).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unreachable { .. }), "{refused:?}");
}

#[tokio::test]
async fn nothing_is_written_into_a_file_that_was_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let (path, aside) = (folder.path().join("data.db"), folder.path().join("aside.db"));
    let store = Store::open(&url(&path)).await.unwrap();
    let (workspace, _) = store.create_workspace(&signage(), "Mine", "me@example.test", "Me", NOW).await.unwrap();
    fs::rename(&path, &aside).unwrap();
    let refused = store.begin(workspace).await.unwrap_err();
    assert!(matches!(refused, StoreError::Gone), "{refused}");
    assert!(!path.exists(), "no empty database stands in its place");
    fs::rename(&aside, &path).unwrap();
    store.begin(workspace).await.unwrap();
}
