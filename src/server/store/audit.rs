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
        change::Delta,
        filter::words,
        id::{AccountId, ChangeId, EventId, WorkspaceId},
        time::Timestamp,
        untrusted::Text,
    },
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, any::AnyRow};
use std::collections::HashMap;

/// An event to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent<'a> {
    pub at: Timestamp,
    /// What was done: the name of the kind of change.
    pub action: &'static str,
    /// On whom or what, by name.
    pub target: Text,
    /// What it touched, before and after.
    pub delta: &'a Delta,
    /// Why.
    pub reason: Option<&'a Text>,
}

const ORDER: Order = Order {
    id: "e.seq",
    columns: &[Column { name: "id", sql: "e.seq", text: false }],
    newest_first: true,
    details: None,
};
const COLUMNS: &str = "e.seq, e.at, e.actor, e.actor_email, e.action, e.target, e.delta, e.reason, e.change_id, e.hash";

/// Bytes that most deltas take as JSON.
const DELTA: usize = 512;

/// An event's fields as stored, in the order that the hash takes them.
#[derive(Serialize)]
struct Stored<'a> {
    seq: i64,
    at: i64,
    actor: Option<i64>,
    actor_email: &'a str,
    action: &'a str,
    target: &'a str,
    delta: &'a str,
    reason: Option<&'a str>,
    change: Option<i64>,
}

impl Stored<'_> {
    /// JSON has one reading only: no field can run into the next. `room` is for the text that is hashed, one after the
    /// other.
    fn hash(&self, ws: WorkspaceId, previous: &str, room: &mut Vec<u8>) -> Result<String> {
        room.clear();
        serde_json::to_writer(&mut *room, &(previous, ws, self)).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        Ok(hexadecimal(&Sha256::digest(room)))
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

fn event(row: &AnyRow) -> Result<AuditEvent> {
    Ok(AuditEvent {
        id: EventId(row.int(0)?),
        at: Timestamp(row.int(1)?),
        actor: row.text(3)?.into(),
        action: row.text(4)?,
        target: row.text(5)?.into(),
        delta: workspaces::parse(&row.text(6)?)?,
        reason: row.opt_text(7)?.map(Text::from),
        change: row.opt_int(8)?.map(ChangeId),
        hash: row.text(9)?,
    })
}

/// Adds an event to a workspace's chain; none acts for what the clock does. The caller holds the workspace.
pub(super) async fn append(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    actor: Option<AccountId>,
    event: &NewEvent<'_>,
) -> Result<EventId> {
    let mut chain = Chain::take_up(conn, d, ws, actor, None).await?;
    let id = chain.add(event)?;
    chain.write(conn).await?;
    Ok(id)
}

/// The end of a workspace's chain, to which one actor's events are added: hashed here, written together.
/// The caller holds the workspace from beginning to end.
#[derive(Debug)]
pub struct Chain {
    d: Dialect,
    ws: WorkspaceId,
    actor: Option<AccountId>,
    actor_email: String,
    change: Option<ChangeId>,
    seq: i64,
    hash: String,
    room: Vec<u8>,
    rows: Batch,
}

impl Chain {
    /// Reads where the chain stands.
    pub(super) async fn take_up(
        conn: &mut AnyConnection,
        d: Dialect,
        ws: WorkspaceId,
        actor: Option<AccountId>,
        change: Option<ChangeId>,
    ) -> Result<Self> {
        let text = "SELECT audit_seq, audit_hash, (SELECT a.email FROM accounts a WHERE a.id = ?) FROM workspaces \
                    WHERE id = ?";
        let head = d.sql(text).bind(actor.map(|id| id.0)).bind(ws.0);
        let head = head.first(conn).await?.ok_or(StoreError::Missing("workspace"))?;
        let columns = [
            "workspace_id",
            "seq",
            "at",
            "actor",
            "actor_email",
            "action",
            "target",
            "delta",
            "reason",
            "change_id",
            "search_key",
            "hash",
        ];
        Ok(Self {
            d,
            ws,
            actor,
            actor_email: head.opt_text(2)?.unwrap_or_default(),
            change,
            seq: head.int(0)?,
            hash: head.text(1)?,
            room: Vec::new(),
            rows: Batch::new(d, "audit_events", &columns),
        })
    }

    /// The next event; its actor is the chain's.
    pub fn add(&mut self, event: &NewEvent<'_>) -> Result<EventId> {
        let mut delta = Vec::with_capacity(DELTA);
        serde_json::to_writer(&mut delta, event.delta).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let delta = String::from_utf8(delta).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let stored = Stored {
            seq: self.seq + 1,
            at: event.at.0,
            actor: self.actor.map(|id| id.0),
            actor_email: &self.actor_email,
            action: event.action,
            target: event.target.raw(),
            delta: &delta,
            reason: event.reason.map(Text::raw),
            change: self.change.map(|id| id.0),
        };
        let hash = stored.hash(self.ws, &self.hash, &mut self.room)?;
        let search = key(&format!("{}\n{}\n{}", stored.actor_email, stored.action, stored.target));
        self.rows.row([
            self.ws.0.into(),
            stored.seq.into(),
            stored.at.into(),
            stored.actor.into(),
            stored.actor_email.into(),
            stored.action.into(),
            stored.target.into(),
            stored.delta.into(),
            stored.reason.into(),
            stored.change.into(),
            search.into(),
            hash.as_str().into(),
        ]);
        self.seq += 1;
        self.hash = hash;
        Ok(EventId(self.seq))
    }

    /// Writes what was added.
    pub(super) async fn write(self, conn: &mut AnyConnection) -> Result<()> {
        self.rows.run(conn).await?;
        let head = self.d.sql("UPDATE workspaces SET audit_seq = ?, audit_hash = ? WHERE id = ?");
        head.bind(self.seq).bind(self.hash).bind(self.ws.0).run(conn).await?;
        Ok(())
    }
}

/// Names that one statement compares with, at most.
const CHUNK: usize = 500;

/// Who did something to what has one of these names last, and when, since a change's first row and not by
/// it.
pub(super) async fn last_changes(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    change: ChangeId,
    names: &[&str],
) -> Result<HashMap<String, (Timestamp, Text)>> {
    let mut last = HashMap::new();
    let first = d.sql("SELECT MIN(event) FROM change_results WHERE change_id = ? AND event IS NOT NULL").bind(change.0);
    let first = first.first(conn).await?.map(|row| row.opt_int(0)).transpose()?.flatten();
    let Some(first) = first.filter(|_| !names.is_empty()) else { return Ok(last) };
    for chunk in names.chunks(CHUNK) {
        let text = "SELECT e.target, e.at, e.actor_email FROM audit_events e WHERE e.workspace_id = ? AND e.seq > ? \
                    AND (e.change_id IS NULL OR e.change_id <> ?) AND e.actor IS NOT NULL AND e.target IN ";
        let mut sql = d.sql(text).bind(ws.0).bind(first).bind(change.0);
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
        let (mut seq, mut hash, mut room) = (0, String::new(), Vec::new());
        loop {
            let text = format!(
                "SELECT {COLUMNS} FROM audit_events e WHERE e.workspace_id = ? AND e.seq > ? ORDER BY e.seq LIMIT 1000"
            );
            let rows = self.sql(&text).bind(ws.0).bind(seq).all(&mut tx).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                let (actor_email, action, target, delta) = (row.text(3)?, row.text(4)?, row.text(5)?, row.text(6)?);
                let reason = row.opt_text(7)?;
                let stored = Stored {
                    seq: row.int(0)?,
                    at: row.int(1)?,
                    actor: row.opt_int(2)?,
                    actor_email: &actor_email,
                    action: &action,
                    target: &target,
                    delta: &delta,
                    reason: reason.as_deref(),
                    change: row.opt_int(8)?,
                };
                if stored.seq != seq + 1 || stored.hash(ws, &hash, &mut room)? != row.text(9)? {
                    return Err(StoreError::Corrupt(format!("the audit log breaks at event {}", seq + 1)));
                }
                seq = stored.seq;
                hash = row.text(9)?;
            }
        }
        if (seq, hash) != (head.int(0)?, head.text(1)?) {
            return Err(StoreError::Corrupt(format!("the audit log ends too early, at event {seq}")));
        }
        Ok(seq.unsigned_abs())
    }
}
