//! Changes as they are shown, and what undo reads of them.

use super::{
    super::{
        Reading, Result, Store, StoreError, TokenHash,
        cursor::{Column, Cut, Order},
        sql::{Columns, Dialect},
        workspaces::{self, parse},
    },
    What,
};
use crate::{
    api::wire::{Change, ChangeRow, ChangeState, Origin, Page, PageQuery},
    domain::{
        change::{Delta, Request, Sides, Since},
        id::{AccountId, ChangeId, WorkspaceId},
        plan::RowOutcome,
        time::Timestamp,
        untrusted::Text,
    },
};
use sqlx::{AnyConnection, any::AnyRow};
use std::collections::HashSet;

/// For how many seconds somebody is taken to be at work on a change since they took it up or last did rows of it: a
/// process that was killed cannot say so. A batch seldom waits that long for its turn to write; where one does, or where
/// clocks differ by more, the change is shown as stopped.
pub const LEASE: u64 = 10;

/// A change as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRecord {
    /// The change, as if nobody worked on it and the caller were somebody else.
    pub change: Change,
    /// Whose it is.
    pub actor: AccountId,
    /// The key that it was asked for with.
    pub key: String,
    /// What it was asked for with.
    pub request: Request,
    worked_at: Option<Timestamp>,
}

impl ChangeRecord {
    /// Whether somebody works on it, if it is not done, as far as can be told from what is stored.
    pub fn at_work(&self, now: Timestamp) -> bool {
        self.worked_at.is_some_and(|at| now.0.abs_diff(at.0) < LEASE)
    }
}

/// A row that was done, for its undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoneRow {
    /// Its number in its change.
    pub number: i64,
    /// Its place in the request.
    pub item: i64,
    pub target: Option<i64>,
    pub name: Text,
    /// What it did.
    pub delta: Delta,
    /// When.
    pub at: Timestamp,
}

const CHANGES: Order = Order {
    id: "j.id",
    columns: &[Column { name: "id", sql: "j.id", text: false }],
    newest_first: true,
    details: None,
};
const CHANGE: &str = "j.id, j.actor, j.actor_email, j.action, j.what, j.name, j.reason, j.undoes, j.created_at, \
                      j.ended_at, j.trouble, j.total, j.done, j.failed, j.skipped, j.left_out, \
                      (SELECT MAX(u.id) FROM changes u WHERE u.undoes = j.id), \
                      (SELECT u.action FROM changes u WHERE u.id = j.undoes), j.worked_at, j.stop_asked_at, \
                      j.idem_key, j.request";
const ROWS: Order = Order {
    id: "r.row_number",
    columns: &[Column { name: "row", sql: "r.row_number", text: false }],
    newest_first: false,
    details: None,
};
const ROW: &str = "r.row_number, r.target, r.name, e.state, e.why, a.delta, a.at";

fn record(row: &AnyRow) -> Result<ChangeRecord> {
    let ended_at = row.opt_int(9)?.map(Timestamp);
    let counted = |at| Ok::<_, StoreError>(row.int(at)?.unsigned_abs());
    let request: Request = parse(&row.text(21)?)?;
    let what: What = parse(&row.text(4)?)?;
    let filter = match request.on.matching.as_slice() {
        [one] if one.except.is_empty() && request.on.ids.is_empty() => Some(Text::new(one.filter.as_str())),
        _ => None,
    };
    Ok(ChangeRecord {
        actor: AccountId(row.int(1)?),
        key: row.text(20)?,
        worked_at: row.opt_int(18)?.map(Timestamp),
        change: Change {
            id: ChangeId(row.int(0)?),
            action: row.text(3)?,
            what: what.comes,
            goes: what.goes,
            name: row.opt_text(5)?.map(Text::from),
            filter,
            reason: row.opt_text(6)?.map(Text::from),
            actor: row.text(2)?.into(),
            mine: false,
            undoes: row.opt_int(7)?.map(ChangeId),
            origin: row.opt_int(7)?.map(ChangeId).zip(row.opt_text(17)?).map(|(change, action)| Origin {
                change,
                action,
                again: false,
            }),
            undone_by: row.opt_int(16)?.map(ChangeId),
            reversible: request.kind.rules().reversible(),
            state: if ended_at.is_some() { ChangeState::Done } else { ChangeState::Stopped },
            elsewhere: false,
            stop_asked: ended_at.is_none() && row.opt_int(19)?.is_some(),
            created_at: Timestamp(row.int(8)?),
            ended_at,
            total: counted(11)?,
            done: counted(12)?,
            failed: counted(13)?,
            skipped: counted(14)?,
            left_out: counted(15)?,
            by_filter: !request.on.matching.is_empty(),
            per_second: None,
            trouble: row.opt_text(10)?.map(Text::from),
        },
        request,
    })
}

fn row(row: &AnyRow) -> Result<ChangeRow> {
    let why = || {
        let why = row.opt_text(4)?;
        why.as_deref().map(parse).transpose()?.ok_or_else(|| StoreError::Corrupt("a row without its reason".to_owned()))
    };
    let outcome = match row.opt_text(3)?.as_deref() {
        None => None,
        Some("done") => Some(RowOutcome::Done),
        Some("unchanged") => Some(RowOutcome::Unchanged),
        Some("failed") => Some(RowOutcome::Failed { why: why()? }),
        Some("skipped") => Some(RowOutcome::Skipped { why: why()? }),
        Some(other) => return Err(StoreError::Corrupt(format!("a row of a change that is {other}"))),
    };
    let delta: Option<Delta> = row.opt_text(5)?.as_deref().map(parse).transpose()?;
    let at = Timestamp(row.opt_int(6)?.unwrap_or_default());
    let sides = delta.map(|delta| Sides::of(&delta, at)).unwrap_or_default();
    Ok(ChangeRow {
        row: row.int(0)?.unsigned_abs(),
        target: row.opt_int(1)?,
        name: row.text(2)?.into(),
        outcome,
        before: sides.before,
        after: sides.after,
        link: None,
    })
}

/// Rows of a change in one state. What is to be looked at is found by its own index, which leaves out what was done.
fn in_state(filter: &str) -> Result<&'static str> {
    Ok(match filter.trim() {
        "" => "",
        "pending" => " AND e.state IS NULL",
        "done" => " AND e.state = 'done'",
        "unchanged" => " AND e.state = 'unchanged' AND e.state <> 'done'",
        "failed" => " AND e.state = 'failed' AND e.state <> 'done'",
        "skipped" => " AND e.state = 'skipped' AND e.state <> 'done'",
        _ => return Err(StoreError::invalid("filter", "filter by pending, done, unchanged, failed or skipped")),
    })
}

impl Reading<'_> {
    /// What was changed since a change began, by the audit log. What the change did itself does not count, nor what
    /// `besides` does, nor a change and its undo that have come to nothing together, nor the clock.
    pub async fn changed_since(&mut self, change: ChangeId, besides: Option<ChangeId>) -> Result<Since> {
        let first = self.d.sql("SELECT MIN(event) FROM change_results WHERE change_id = ?").bind(change.0);
        let mut since = Since::default();
        let Some(mut last) = first.number(self.conn).await? else { return Ok(since) };
        // Of a pair, `c` is the one that the event is of; of a redo neither is left out.
        let text = "SELECT e.seq, e.delta FROM audit_events e WHERE e.workspace_id = ? AND e.actor IS NOT NULL \
                    AND e.seq > ? AND (e.change_id IS NULL OR e.change_id NOT IN (?, ?)) \
                    AND NOT EXISTS (SELECT 1 FROM changes c JOIN changes p ON p.undoes = c.id OR p.id = c.undoes \
                    WHERE c.id = e.change_id AND p.done = c.done AND NOT EXISTS (SELECT 1 FROM changes u \
                    WHERE u.undoes = CASE WHEN p.undoes = c.id THEN p.id ELSE c.id END)) ORDER BY e.seq LIMIT 1000";
        loop {
            let sql = self.d.sql(text).bind(self.ws.0).bind(last).bind(change.0).bind(besides.unwrap_or(change).0);
            let rows = sql.all(self.conn).await?;
            let Some(end) = rows.last() else { return Ok(since) };
            last = end.int(0)?;
            since.anything = true;
            for row in rows {
                since.about.extend(parse::<Delta>(&row.text(1)?)?.about());
            }
        }
    }

    /// The undo of a change that stands, if there is one.
    pub async fn taken_back(&mut self, change: ChangeId) -> Result<Option<ChangeId>> {
        undone_by(self.conn, self.d, change).await
    }

    /// What is told of a change.
    pub async fn what_of(&mut self, change: ChangeId) -> Result<What> {
        let sql = self.d.sql("SELECT what FROM changes WHERE workspace_id = ? AND id = ?");
        let row = sql.bind(self.ws.0).bind(change.0).first(self.conn).await?;
        parse(&row.ok_or(StoreError::Missing("change"))?.text(0)?)
    }

    /// Who made a change of this workspace, what it was asked for with, and what it did, the last row first.
    pub async fn done_rows(&mut self, change: ChangeId) -> Result<(AccountId, Request, Vec<DoneRow>)> {
        let known = self.d.sql("SELECT j.actor, j.request FROM changes j WHERE j.workspace_id = ? AND j.id = ?");
        let known = known.bind(self.ws.0).bind(change.0).first(self.conn).await?;
        let known = known.ok_or(StoreError::Missing("change"))?;
        let (actor, request) = (AccountId(known.int(0)?), parse(&known.text(1)?)?);
        let text = format!(
            "SELECT {} FROM change_results e JOIN change_rows r ON r.change_id = e.change_id \
             AND r.row_number = e.row_number JOIN audit_events a ON a.workspace_id = ? AND a.seq = e.event \
             WHERE e.change_id = ? AND e.state = 'done'",
            self.d.gather("r.row_number, r.item, r.target, r.name, a.delta, a.at")
        );
        let sql = self.d.sql(&text).bind(self.ws.0).bind(change.0);
        let rows: Vec<(i64, i64, Option<i64>, Text, String, Timestamp)> = sql.gathered(self.conn).await?;
        let read = |(number, item, target, name, delta, at): (i64, i64, Option<i64>, Text, String, Timestamp)| {
            Ok(DoneRow { number, item, target, name, delta: parse(&delta)?, at })
        };
        let mut rows: Vec<DoneRow> = rows.into_iter().map(read).collect::<Result<_>>()?;
        rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.number));
        Ok((actor, request, rows))
    }
}

/// The undo of a change that stands: the last one, unless that was taken back itself, and so on.
async fn undone_by(conn: &mut AnyConnection, d: Dialect, change: ChangeId) -> Result<Option<ChangeId>> {
    let mut chain = vec![change];
    while let Some(last) = chain.last() {
        let sql = d.sql("SELECT MAX(u.id) FROM changes u WHERE u.undoes = ?").bind(last.0);
        match sql.number(conn).await? {
            Some(by) => chain.push(ChangeId(by)),
            None => break,
        }
    }
    // The last of them stands, what it undoes does not, what that one had undone does again.
    let stands = chain.len() % 2 == 1;
    Ok(chain.get(1).copied().filter(|_| !stands))
}

impl Store {
    /// A page of changes, newest first. The filter, where there is one, is the name of a kind: `set_roles`.
    pub async fn changes(&self, ws: WorkspaceId, query: &PageQuery) -> Result<Page<ChangeRecord>> {
        let cut = Cut::parse(query, &CHANGES)?;
        let mut tx = self.read().await?;
        let revision = workspaces::revision(&mut tx, self.dialect, ws).await?;
        let mut rest = self.sql(" FROM changes j WHERE j.workspace_id = ?").bind(ws.0);
        if !query.filter.trim().is_empty() {
            rest.push(" AND j.action = ?").arg(query.filter.trim());
        }
        let mut slice = cut.fetch(&mut tx, CHANGE, &rest, record).await?;
        for record in &mut slice.items {
            self.complete(&mut tx, &mut record.change).await?;
        }
        Ok(Page { items: slice.items, before: slice.before, after: slice.after, revision })
    }

    /// One change.
    pub async fn change(&self, ws: WorkspaceId, change: ChangeId) -> Result<ChangeRecord> {
        let mut conn = self.pool.acquire().await?;
        let sql = self.sql(&format!("SELECT {CHANGE} FROM changes j WHERE j.workspace_id = ? AND j.id = ?"));
        let row = sql.bind(ws.0).bind(change.0).first(&mut conn).await?.ok_or(StoreError::Missing("change"))?;
        let mut record = record(&row)?;
        self.complete(&mut conn, &mut record.change).await?;
        Ok(record)
    }

    /// Whether the undo of a change stands; and of an undo of an undo, back to the change that is no undo. The chains
    /// are short, and few.
    async fn complete(&self, conn: &mut AnyConnection, change: &mut Change) -> Result<()> {
        if change.undone_by.is_some() {
            change.undone_by = undone_by(conn, self.dialect, change.id).await?;
        }
        while let Some(origin) = change.origin.as_mut().filter(|origin| origin.action == "undo") {
            let text = "SELECT u.id, u.action FROM changes j JOIN changes u ON u.id = j.undoes WHERE j.id = ?";
            let Some(row) = self.sql(text).bind(origin.change.0).first(conn).await? else { break };
            *origin = Origin { change: ChangeId(row.int(0)?), action: row.text(1)?, again: !origin.again };
        }
        Ok(())
    }

    /// A page of a change's rows, in order. The filter is a state.
    pub async fn change_rows(&self, ws: WorkspaceId, change: ChangeId, query: &PageQuery) -> Result<Page<ChangeRow>> {
        let cut = Cut::parse(query, &ROWS)?;
        let mut tx = self.read().await?;
        let revision = workspaces::revision(&mut tx, self.dialect, ws).await?;
        let text = " FROM changes j JOIN change_rows r ON r.change_id = j.id LEFT JOIN change_results e \
                    ON e.change_id = r.change_id AND e.row_number = r.row_number LEFT JOIN audit_events a \
                    ON a.workspace_id = j.workspace_id AND a.seq = e.event WHERE j.workspace_id = ? AND r.change_id = ?";
        let rest = self.sql(text).bind(ws.0).bind(change.0).and(in_state(&query.filter)?);
        let slice = cut.fetch(&mut tx, ROW, &rest, row).await?;
        Ok(Page { items: slice.items, before: slice.before, after: slice.after, revision })
    }

    /// Which of these are links of invitations that are alive.
    pub async fn live_links(&self, ws: WorkspaceId, links: &[TokenHash], now: Timestamp) -> Result<HashSet<TokenHash>> {
        if links.is_empty() {
            return Ok(HashSet::new());
        }
        let mut conn = self.pool.acquire().await?;
        let text = format!(
            "SELECT token_hash FROM invitations WHERE workspace_id = ? AND status = 'sent' AND expires_at > ? \
             AND token_hash IN ({})",
            vec!["?"; links.len()].join(",")
        );
        let mut sql = self.sql(&text).bind(ws.0).bind(now.0);
        for link in links {
            sql.arg(link.as_str());
        }
        let rows = sql.all(&mut conn).await?;
        let alive: HashSet<String> = rows.iter().map(|row| row.text(0)).collect::<Result<_>>()?;
        Ok(links.iter().filter(|link| alive.contains(link.as_str())).cloned().collect())
    }

    /// Keeps why a change was given up.
    pub async fn set_trouble(&self, change: ChangeId, why: &Text) -> Result<()> {
        let mut writing = self.write().await?;
        let sql = self.sql("UPDATE changes SET trouble = ?, worked_at = NULL WHERE id = ?");
        sql.bind(why.raw()).bind(change.0).run(&mut writing.tx).await?;
        writing.commit().await
    }

    /// Keeps that nobody works on a change any more.
    pub async fn let_go(&self, change: ChangeId) -> Result<()> {
        let mut writing = self.write().await?;
        let sql = self.sql("UPDATE changes SET worked_at = NULL WHERE id = ?").bind(change.0);
        sql.run(&mut writing.tx).await?;
        writing.commit().await
    }
}
