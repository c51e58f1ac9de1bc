//! The audit log: a hash chain for each workspace.
//!
//! Each event's hash is SHA-256 over the hash before it and the event's own fields; the workspace
//! keeps the number and hash of its last event, so that a cut end is seen as well as a changed middle.

use super::{
    Result, Store, StoreError,
    accounts::key,
    bulk::Batch,
    cursor::{Column, Cut, Order},
    sql::{Columns, Dialect},
    workspaces,
};
use crate::{
    api::wire::{AuditEvent, Page, PageQuery},
    domain::{
        filter::words,
        id::{AccountId, EventId, JobId, WorkspaceId},
        time::Timestamp,
        untrusted::Text,
    },
};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, any::AnyRow};
use std::collections::HashMap;

/// How a thing was or is, as JSON, the way the log keeps it: of a job's hundred thousand rows nobody looks into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told(String);

impl Told {
    /// There was nothing, or nothing is left.
    pub fn nothing() -> Self {
        Value::Null.into()
    }

    /// Writes it.
    ///
    /// # Errors
    /// What has no form in JSON: a fault of the program's.
    pub fn of(thing: &impl Serialize) -> Result<Self> {
        serde_json::to_string(thing).map(Self).map_err(|error| StoreError::Corrupt(error.to_string()))
    }

    /// Reads it.
    ///
    /// # Errors
    /// What is no JSON: the log was written by something else.
    pub fn read(&self) -> Result<Value> {
        serde_json::from_str(&self.0).map_err(|error| StoreError::Corrupt(error.to_string()))
    }
}

impl From<Value> for Told {
    fn from(value: Value) -> Self {
        Self(value.to_string())
    }
}

/// An event to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// When.
    pub at: Timestamp,
    /// Who; none for what the clock did.
    pub actor: Option<AccountId>,
    /// The change's name: `set_roles`.
    pub action: String,
    /// On whom or what, by name.
    pub target: Text,
    /// How it was.
    pub before: Told,
    /// How it is.
    pub after: Told,
    /// Why.
    pub reason: Option<Text>,
}

const ORDER: Order = Order {
    id: "e.seq",
    columns: &[Column { name: "id", sql: "e.seq", text: false }],
    newest_first: true,
    details: None,
};
const COLUMNS: &str = "e.seq, e.at, e.actor, e.actor_email, e.action, e.target, e.before_value, e.after_value, \
                       e.reason, e.job, e.prev_hash, e.hash";

/// An event's fields as stored, in the order that the hash takes them.
struct Stored {
    seq: i64,
    at: i64,
    actor: Option<i64>,
    actor_email: String,
    action: String,
    target: String,
    before: Told,
    after: Told,
    reason: Option<String>,
    job: Option<String>,
}

impl Stored {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            seq: row.int(0)?,
            at: row.int(1)?,
            actor: row.opt_int(2)?,
            actor_email: row.text(3)?,
            action: row.text(4)?,
            target: row.text(5)?,
            before: Told(row.text(6)?),
            after: Told(row.text(7)?),
            reason: row.opt_text(8)?,
            job: row.opt_text(9)?,
        })
    }

    /// A JSON array has one reading only: no field can run into the next.
    fn hash(&self, ws: WorkspaceId, previous: &str) -> Result<String> {
        let Self { seq, at, actor, actor_email, action, target, before, after, reason, job } = self;
        let fields = (previous, ws, seq, at, actor, actor_email, action, target, &before.0, &after.0, reason, job);
        Ok(format!("{:x}", Sha256::digest(Told::of(&fields)?.0)))
    }
}

fn event(row: &AnyRow) -> Result<AuditEvent> {
    let stored = Stored::read(row)?;
    Ok(AuditEvent {
        id: EventId(stored.seq),
        at: Timestamp(stored.at),
        actor: stored.actor_email.into(),
        action: stored.action,
        target: stored.target.into(),
        before: stored.before.read()?,
        after: stored.after.read()?,
        reason: stored.reason.map(Text::from),
        job: stored.job.and_then(|job| job.parse().ok()).map(JobId),
        hash: row.text(11)?,
    })
}

/// Adds an event to a workspace's chain. The caller holds the workspace.
pub(super) async fn append(conn: &mut AnyConnection, d: Dialect, ws: WorkspaceId, event: NewEvent) -> Result<EventId> {
    let mut chain = Chain::take_up(conn, d, ws, event.actor, None).await?;
    let id = chain.add(event)?;
    chain.write(conn).await?;
    Ok(id)
}

/// The end of a workspace's chain, to which one actor's events are added: hashed here, written together.
/// The caller holds the workspace from beginning to end.
pub(super) struct Chain {
    d: Dialect,
    ws: WorkspaceId,
    actor: Option<AccountId>,
    actor_email: String,
    job: Option<String>,
    seq: i64,
    hash: String,
    rows: Batch,
}

impl Chain {
    /// Reads where the chain stands.
    pub async fn take_up(
        conn: &mut AnyConnection,
        d: Dialect,
        ws: WorkspaceId,
        actor: Option<AccountId>,
        job: Option<JobId>,
    ) -> Result<Self> {
        let head = d.sql("SELECT audit_seq, audit_hash FROM workspaces WHERE id = ?").bind(ws.0);
        let head = head.first(conn).await?.ok_or(StoreError::Missing("workspace"))?;
        let actor_email = match actor {
            None => String::new(),
            Some(actor) => {
                let row = d.sql("SELECT email FROM accounts WHERE id = ?").bind(actor.0).first(conn).await?;
                row.map(|row| row.text(0)).transpose()?.unwrap_or_default()
            }
        };
        let columns = [
            "workspace_id",
            "seq",
            "at",
            "actor",
            "actor_email",
            "action",
            "target",
            "before_value",
            "after_value",
            "reason",
            "job",
            "search_key",
            "prev_hash",
            "hash",
        ];
        Ok(Self {
            d,
            ws,
            actor,
            actor_email,
            job: job.map(|job| job.to_string()),
            seq: head.int(0)?,
            hash: head.text(1)?,
            rows: Batch::new(d, "audit_events", &columns),
        })
    }

    /// The next event; its actor is the chain's.
    pub fn add(&mut self, event: NewEvent) -> Result<EventId> {
        let stored = Stored {
            seq: self.seq + 1,
            at: event.at.0,
            actor: self.actor.map(|a| a.0),
            actor_email: self.actor_email.clone(),
            action: event.action,
            target: event.target.raw().to_owned(),
            before: event.before,
            after: event.after,
            reason: event.reason.map(|r| r.raw().to_owned()),
            job: self.job.clone(),
        };
        let hash = stored.hash(self.ws, &self.hash)?;
        let previous = std::mem::replace(&mut self.hash, hash);
        self.seq = stored.seq;
        let search = key(&format!("{}\n{}\n{}", stored.actor_email, stored.action, stored.target));
        self.rows.row([
            self.ws.0.into(),
            stored.seq.into(),
            stored.at.into(),
            stored.actor.into(),
            stored.actor_email.into(),
            stored.action.into(),
            stored.target.into(),
            stored.before.0.into(),
            stored.after.0.into(),
            stored.reason.into(),
            stored.job.into(),
            search.into(),
            previous.into(),
            self.hash.as_str().into(),
        ]);
        Ok(EventId(self.seq))
    }

    /// Writes what was added.
    pub async fn write(self, conn: &mut AnyConnection) -> Result<()> {
        self.rows.run(conn).await?;
        let head = self.d.sql("UPDATE workspaces SET audit_seq = ?, audit_hash = ? WHERE id = ?");
        head.bind(self.seq).bind(self.hash).bind(self.ws.0).run(conn).await?;
        Ok(())
    }
}

/// Names that one statement compares with, at most.
const CHUNK: usize = 500;

/// Who did something to what has one of these names last, and when, since a job's first row and not by
/// the job.
pub(super) async fn last_changes(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    job: JobId,
    names: &[&str],
) -> Result<HashMap<String, (Timestamp, Text)>> {
    let mut last = HashMap::new();
    let first = d.sql("SELECT MIN(event) FROM job_results WHERE job_id = ? AND event IS NOT NULL").bind(job.0);
    let first = first.first(conn).await?.map(|row| row.opt_int(0)).transpose()?.flatten();
    let Some(first) = first.filter(|_| !names.is_empty()) else { return Ok(last) };
    for chunk in names.chunks(CHUNK) {
        let text = "SELECT e.target, e.at, e.actor_email FROM audit_events e WHERE e.workspace_id = ? AND e.seq > ? \
                    AND (e.job IS NULL OR e.job <> ?) AND e.actor IS NOT NULL AND e.target IN ";
        let mut sql = d.sql(text).bind(ws.0).bind(first).bind(job.to_string());
        sql.once().push(&format!("({}) ORDER BY e.seq", vec!["?"; chunk.len()].join(", ")));
        for name in chunk {
            sql.arg(*name);
        }
        for row in sql.all(conn).await? {
            // A later one takes the place of those before.
            last.insert(row.text(0)?, (Timestamp(row.int(1)?), Text::new(row.text(2)?)));
        }
    }
    Ok(last)
}

impl Store {
    /// A page of the log, newest first. Filter: words, each of them in actor, action or target.
    pub async fn audit(&self, ws: WorkspaceId, query: &PageQuery) -> Result<Page<AuditEvent>> {
        let cut = Cut::parse(query, &ORDER)?;
        let mut tx = self.read().await?;
        let revision = workspaces::revision(&mut tx, self.dialect, ws).await?;
        let mut rest = self.sql(" FROM audit_events e WHERE e.workspace_id = ?").bind(ws.0);
        for word in words(&query.filter).map_err(|why| StoreError::invalid("filter", why))? {
            rest.push(&format!(" AND {}", self.dialect.contains("e.search_key"))).arg(key(word));
        }
        let slice = cut.fetch(&mut tx, COLUMNS, &rest, event).await?;
        Ok(Page { items: slice.items, before: slice.before, after: slice.after, revision })
    }

    /// Reads the whole chain; answers how many events it has. The first that does not follow from
    /// the one before it is the error.
    pub async fn verify_audit(&self, ws: WorkspaceId) -> Result<u64> {
        let mut tx = self.read().await?;
        let head = self.sql("SELECT audit_seq, audit_hash FROM workspaces WHERE id = ?").bind(ws.0);
        let head = head.first(&mut tx).await?.ok_or(StoreError::Missing("workspace"))?;
        let (mut seq, mut hash) = (0, String::new());
        loop {
            let text = format!(
                "SELECT {COLUMNS} FROM audit_events e WHERE e.workspace_id = ? AND e.seq > ? ORDER BY e.seq LIMIT 1000"
            );
            let rows = self.sql(&text).bind(ws.0).bind(seq).all(&mut tx).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                let stored = Stored::read(row)?;
                let follows =
                    stored.seq == seq + 1 && row.text(10)? == hash && stored.hash(ws, &hash)? == row.text(11)?;
                if !follows {
                    return Err(StoreError::Corrupt(format!("the audit log breaks at event {}", seq + 1)));
                }
                seq = stored.seq;
                hash = row.text(11)?;
            }
        }
        if (seq, hash) != (head.int(0)?, head.text(1)?) {
            return Err(StoreError::Corrupt(format!("the audit log ends too early, at event {seq}")));
        }
        Ok(seq.unsigned_abs())
    }
}
