//! A database of its own for each test: a file, or one on the PostgreSQL server that
//! `ROLECALL_TEST_POSTGRES` names (a URL of somebody who may create databases).

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::{
    future::Future,
    sync::atomic::{AtomicU32, Ordering},
};

/// Which kind a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

tokio::task_local! {
    static KIND: Kind;
}

/// Names tests that are to run on both kinds.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $name() {
                $crate::database::run($crate::database::Kind::Sqlite, super::$name());
            })+
        }
        mod postgres {
            $(#[test]
            fn $name() {
                $crate::database::run($crate::database::Kind::Postgres, super::$name());
            })+
        }
    };
}

/// Runs a test on one kind; on PostgreSQL only where there is a server.
pub fn run(kind: Kind, test: impl Future<Output = ()>) {
    if kind == Kind::Postgres && server().is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(KIND.scope(kind, test));
}

/// The server to test against; none when it is left out.
fn server() -> Option<String> {
    let url = std::env::var("ROLECALL_TEST_POSTGRES").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        let required = std::env::var("ROLECALL_TEST_REQUIRE_SERVERS").as_deref() == Ok("1");
        assert!(!required, "ROLECALL_TEST_POSTGRES names no server, and servers are required here");
        eprintln!("LEFT OUT on PostgreSQL: set ROLECALL_TEST_POSTGRES, or use tests/run, which starts a server");
    }
    url
}

/// A database, gone when dropped.
pub struct Database {
    /// Where it is.
    pub url: String,
    _folder: Option<tempfile::TempDir>,
}

impl Database {
    /// A new one, of the kind that the test runs on.
    pub async fn new() -> Self {
        match KIND.try_with(|kind| *kind).unwrap_or(Kind::Sqlite) {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite:{}", folder.path().join("rolecall.db").display());
                Self { url, _folder: Some(folder) }
            }
            Kind::Postgres => Self { url: on_the_server().await, _folder: None },
        }
    }
}

/// The server is the test script's own and goes with all its databases.
async fn on_the_server() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = server().unwrap();
    let name = format!("rolecall_api_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut admin = PgConnection::connect(&server).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE template0"))).await.unwrap();
    let (front, _) = server.rsplit_once('/').unwrap();
    format!("{front}/{name}")
}
