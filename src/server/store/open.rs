//! Opening: addresses, files and their modes, connections, the schema.

use super::{
    Result, Store, StoreError,
    invitations::count::Boards,
    queue::Queue,
    sql::{Dialect, step},
};
use sqlx::{
    Any, AnyConnection, Connection, Executor, SqlSafeStr, Transaction,
    any::AnyPoolOptions,
    migrate::{Migration, MigrationType, Migrator},
};
use std::{
    borrow::Cow,
    fs::{self, DirBuilder, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The schema's steps, in order; a step that was released is never changed.
const MIGRATIONS: &[(i64, &str, &str)] = &[(1, "model", include_str!("../../../assets/migrations/0001_model.sql"))];

/// Its own table, so that another program's sqlx migrations are never taken for ours.
const MIGRATIONS_TABLE: &str = "rolecall_migrations";

/// WAL so that readers never wait for the writer; with it, NORMAL loses nothing but the last
/// moments at a power cut, and never damages the file. The log is folded back each 32 MB, not each 4:
/// a change of hundreds of rows a batch would else pay for it at nearly every commit. Pages of 8 kB: an
/// event of the audit log takes half a kilobyte or more, and each page costs calls of the system.
macro_rules! sqlite_setup {
    ($kilobytes:literal) => {
        concat!(
            "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; \
             PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4096; \
             PRAGMA cache_size = -",
            $kilobytes
        )
    };
}
const SQLITE_SETUP: &str = sqlite_setup!("64000");
/// The connection that writes keeps fewer pages: most commits go through all that are kept.
const SQLITE_WRITES: &str = sqlite_setup!("16000");
const POSTGRES_SETUP: &str = "SET lock_timeout = '10s'; SET client_min_messages = 'warning';";

impl Store {
    /// Opens `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, and brings its schema up to date.
    /// Missing folders are made with mode 0700, a new database file with 0600.
    pub async fn open(url: &str) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let place = Place::parse(url)?;
        place.prepare()?;
        let setup = match place.dialect {
            Dialect::Sqlite => SQLITE_SETUP,
            Dialect::Postgres => POSTGRES_SETUP,
        };
        // Asked once outside the pool, which would go on trying until its time is over.
        place.probe(setup).await.map_err(|error| place.explain(error))?;
        // A database in memory is one connection's own: it must be the only one, and live as long.
        let (least, most) = match (place.dialect, &place.path) {
            (Dialect::Sqlite, None) => (1, 1),
            (Dialect::Sqlite, Some(_)) => (0, 3),
            (Dialect::Postgres, _) => (0, 10),
        };
        let options = |setup: &'static str| {
            AnyPoolOptions::new()
                .min_connections(least)
                .max_connections(most)
                .idle_timeout(None)
                .max_lifetime(None)
                // A connection to a file does not break, and asking costs each request a turn of the driver's thread.
                .test_before_acquire(place.dialect == Dialect::Postgres)
                .acquire_timeout(Duration::from_secs(15))
                .after_connect(move |conn, _| {
                    Box::pin(async move {
                        conn.execute(setup).await?;
                        Ok(())
                    })
                })
        };
        let pool = options(setup).connect(&place.url).await.map_err(|error| place.explain(error))?;
        let writes = match (place.dialect, &place.path) {
            (Dialect::Sqlite, Some(_)) => options(SQLITE_WRITES).max_connections(1).connect_lazy(&place.url)?,
            _ => pool.clone(),
        };
        let file = place.file()?.map(Arc::new);
        let writer = Arc::new(Mutex::new(()));
        let store = Self { pool, writes, dialect: place.dialect, file, writer, boards: Boards::default() };
        store.migrate(&place).await?;
        Ok(store)
    }

    /// Waits for what runs and closes.
    pub async fn close(&self) {
        self.pool.close().await;
        self.writes.close().await;
    }

    async fn migrate(&self, place: &Place) -> Result<()> {
        if self.dialect == Dialect::Sqlite {
            let foreign = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND NOT EXISTS \
                           (SELECT 1 FROM sqlite_master WHERE name = 'rolecall_migrations')";
            let mut conn = self.pool.acquire().await?;
            let tables = super::sql::Sql::new(self.dialect, foreign).number(&mut conn).await?;
            if tables.unwrap_or(0) > 0 {
                return Err(StoreError::NotADatabase(place.shown.clone()));
            }
        }
        let steps = MIGRATIONS.iter().map(|(version, name, template)| {
            let sql = sqlx::AssertSqlSafe(self.dialect.fill(template)).into_sql_str();
            Migration::new(*version, Cow::Borrowed(*name), MigrationType::Simple, sql, false)
        });
        let mut migrator = Migrator::with_migrations(steps.collect());
        migrator.dangerous_set_table_name(MIGRATIONS_TABLE);
        {
            let _turn = self.turn().await;
            migrator.run(&self.pool).await?;
        }
        Ok(())
    }

    /// SQLite has one writer: waiting for the turn here is fair and costs nothing, waiting in the
    /// database is polling. PostgreSQL needs no turns.
    pub(super) async fn turn(&self) -> Option<OwnedMutexGuard<()>> {
        match self.dialect {
            Dialect::Sqlite => Some(self.writer.clone().lock_owned().await),
            Dialect::Postgres => None,
        }
    }

    /// A transaction for reading: all its statements see the same state.
    pub(super) async fn read(&self) -> Result<Transaction<'static, Any>> {
        Ok(self.pool.begin_with(self.dialect.begin_read()).await?)
    }

    /// A transaction for writing, outside any workspace.
    pub(super) async fn write(&self) -> Result<Writing> {
        let turn = self.turn().await;
        if self.file.as_ref().is_some_and(|file| !file.stands()) {
            return Err(StoreError::Gone);
        }
        let head = match &self.file {
            Some(file) => file.queue.head().await,
            None => None,
        };
        let tx = self.writes.begin_with(self.dialect.begin_write()).await?;
        drop(head);
        Ok(Writing { tx, _turn: turn })
    }
}

/// A transaction that writes, and its turn; dropped, it undoes everything.
#[derive(Debug)]
pub(super) struct Writing {
    // Before the turn: it must be rolling back when the next writer begins.
    pub tx: Transaction<'static, Any>,
    pub _turn: Option<OwnedMutexGuard<()>>,
}

impl Writing {
    /// Keeps everything.
    pub async fn commit(self) -> Result<()> {
        step().await;
        Ok(self.tx.commit().await?)
    }
}

/// A database file as it was opened. SQLite goes on writing into a file that was deleted or replaced,
/// and all of it would be lost with the last connection.
#[derive(Debug)]
pub(super) struct File {
    path: PathBuf,
    device: u64,
    inode: u64,
    queue: Queue,
}

impl File {
    fn of(path: &Path) -> io::Result<Self> {
        let (device, inode) = Self::place(path)?;
        Ok(Self { path: path.to_owned(), device, inode, queue: Queue::of(path)? })
    }

    fn place(path: &Path) -> io::Result<(u64, u64)> {
        let found = fs::metadata(path)?;
        Ok((found.dev(), found.ino()))
    }

    /// Whether it still stands where it was opened.
    fn stands(&self) -> bool {
        Self::place(&self.path).is_ok_and(|now| now == (self.device, self.inode))
    }
}

/// Where a database is.
struct Place {
    dialect: Dialect,
    /// The file; none for memory and servers.
    path: Option<String>,
    /// As the driver wants it.
    url: String,
    /// As a person may see it: without a password.
    shown: String,
}

impl Place {
    fn parse(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(StoreError::Address(url.to_owned()));
            }
            let memory = path == ":memory:";
            return Ok(Self {
                dialect: Dialect::Sqlite,
                path: (!memory).then(|| path.to_owned()),
                url: if memory { "sqlite::memory:".to_owned() } else { format!("sqlite://{}?mode=rw", escape(path)) },
                shown: path.to_owned(),
            });
        }
        if let Some(rest) = ["postgres://", "postgresql://"].iter().find_map(|scheme| url.strip_prefix(scheme)) {
            let rest = rest.split('?').next().unwrap_or(rest);
            let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
            return Ok(Self {
                dialect: Dialect::Postgres,
                path: None,
                url: url.to_owned(),
                shown: format!("PostgreSQL at {host}"),
            });
        }
        Err(StoreError::Address(url.split("://").next().unwrap_or(url).to_owned()))
    }

    /// Makes folder and file with their modes before SQLite would make them with its own.
    fn prepare(&self) -> Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let path = Path::new(path);
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|e| self.io(&e))?;
        }
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map(drop)
            .map_err(|e| self.io(&e))
    }

    fn file(&self) -> Result<Option<File>> {
        self.path.as_ref().map(|path| File::of(Path::new(path))).transpose().map_err(|e| self.io(&e))
    }

    async fn probe(&self, setup: &'static str) -> Result<(), sqlx::Error> {
        let mut conn = AnyConnection::connect(&self.url).await?;
        conn.execute(setup).await?;
        conn.close().await
    }

    fn io(&self, error: &io::Error) -> StoreError {
        match error.kind() {
            io::ErrorKind::PermissionDenied => StoreError::Permission(self.shown.clone()),
            _ => StoreError::Unreachable { place: self.shown.clone(), why: error.to_string() },
        }
    }

    /// What a failed connection means.
    fn explain(&self, error: sqlx::Error) -> StoreError {
        match &error {
            sqlx::Error::Io(inner) => self.io(inner),
            sqlx::Error::Configuration(inner) => {
                StoreError::Unreachable { place: self.shown.clone(), why: inner.to_string() }
            }
            sqlx::Error::PoolTimedOut => {
                StoreError::Unreachable { place: self.shown.clone(), why: "no answer in time".to_owned() }
            }
            sqlx::Error::Database(inner) => match inner.code().as_deref() {
                Some("26") => StoreError::NotADatabase(self.shown.clone()),
                Some("8" | "1032" | "1544" | "28000" | "28P01") => StoreError::Permission(self.shown.clone()),
                Some("14" | "3D000") => {
                    StoreError::Unreachable { place: self.shown.clone(), why: inner.message().to_owned() }
                }
                _ => error.into(),
            },
            _ => error.into(),
        }
    }
}

/// A path as part of an address: everything but plain characters percent-encoded.
fn escape(path: &str) -> String {
    path.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => char::from(b).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
