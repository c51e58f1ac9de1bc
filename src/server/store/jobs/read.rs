//! Jobs as they are shown, and what undo reads of them.

use super::{
    super::{
        Reading, Result, Store, StoreError, TokenHash,
        cursor::{Column, Cut, Order},
        sql::{Columns, Dialect},
        workspaces::{self, parse},
    },
    Done,
};
use crate::{
    api::wire::{Job, JobRow, JobState, Origin, Page, PageQuery, RowState},
    domain::{
        id::{AccountId, JobId, WorkspaceId},
        time::Timestamp,
        untrusted::Text,
    },
};
use sqlx::{AnyConnection, any::AnyRow};
use std::collections::HashSet;

/// For how many seconds somebody is taken to be at work on a job since they took it up or last did rows of it: a
/// process that was killed cannot say so. A batch seldom waits that long for its turn to write; where one does,
/// or where clocks differ by more, the job is shown as stopped.
pub const LEASE: u64 = 10;

/// A job as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRecord {
    /// The job, as if nobody worked on it and the caller were somebody else.
    pub job: Job,
    /// Whose it is.
    pub actor: AccountId,
    /// The key that it was asked for with, which is its actor's to know.
    pub key: String,
    worked_at: Option<Timestamp>,
}

impl JobRecord {
    /// Whether somebody works on it, if it is not done, as far as can be told from what is stored.
    pub fn at_work(&self, now: Timestamp) -> bool {
        self.worked_at.is_some_and(|at| now.0.abs_diff(at.0) < LEASE)
    }
}

const JOBS: Order = Order {
    id: "j.id",
    columns: &[Column { name: "id", sql: "j.id", text: false }],
    newest_first: true,
    details: None,
};
const JOB: &str = "j.id, j.actor, j.actor_email, j.action, j.detail, j.reason, j.undoes, j.created_at, j.ended_at, \
                   j.trouble, j.total, j.applied, j.failed, j.skipped, \
                   (SELECT MAX(u.id) FROM jobs u WHERE u.undoes = j.id), j.left_out, \
                   (SELECT u.action FROM jobs u WHERE u.id = j.undoes), j.worked_at, j.stop_asked_at, j.idem_key, \
                   j.by_filter";
const ROWS: Order = Order {
    id: "r.row_number",
    columns: &[Column { name: "row", sql: "r.row_number", text: false }],
    newest_first: false,
    details: None,
};
const ROW: &str = "r.row_number, r.target, r.name, CASE WHEN e.state = 'skipped' AND r.change_value IS NULL \
                   THEN 'left_out' ELSE e.state END, e.reason";

fn record(row: &AnyRow) -> Result<JobRecord> {
    let ended_at = row.opt_int(8)?.map(Timestamp);
    let counted = |at| Ok::<_, StoreError>(row.int(at)?.unsigned_abs());
    Ok(JobRecord {
        actor: AccountId(row.int(1)?),
        key: row.text(19)?,
        worked_at: row.opt_int(17)?.map(Timestamp),
        job: Job {
            id: JobId(row.int(0)?),
            action: row.text(3)?,
            detail: row.text(4)?.into(),
            reason: row.opt_text(5)?.map(Text::from),
            actor: row.text(2)?.into(),
            mine: false,
            undoes: row.opt_int(6)?.map(JobId),
            origin: row.opt_int(6)?.map(JobId).zip(row.opt_text(16)?).map(|(job, action)| Origin {
                job,
                action,
                again: false,
            }),
            undone_by: row.opt_int(14)?.map(JobId),
            state: if ended_at.is_some() { JobState::Done } else { JobState::Stopped },
            elsewhere: false,
            stop_asked: ended_at.is_none() && row.opt_int(18)?.is_some(),
            created_at: Timestamp(row.int(7)?),
            ended_at,
            total: counted(10)?,
            applied: counted(11)?,
            failed: counted(12)?,
            skipped: counted(13)?,
            left_out: counted(15)?,
            by_filter: row.flag(20)?,
            per_second: None,
            trouble: row.opt_text(9)?.map(Text::from),
        },
    })
}

fn row(row: &AnyRow) -> Result<JobRow> {
    Ok(JobRow {
        row: row.int(0)?.unsigned_abs(),
        target: row.opt_int(1)?,
        name: row.text(2)?.into(),
        state: match row.opt_text(3)?.as_deref() {
            None => RowState::Waiting,
            Some("applied") => RowState::Applied,
            Some("failed") => RowState::Failed,
            Some("skipped") => RowState::Skipped,
            Some("left_out") => RowState::LeftOut,
            Some(other) => return Err(StoreError::Corrupt(format!("a row of a job that is {other}"))),
        },
        reason: row.opt_text(4)?.map(Text::from),
        link: None,
    })
}

/// Rows of a job in one state. What is to be looked at is found by its own index, which leaves out
/// what was done.
fn in_state(filter: &str) -> Result<&'static str> {
    Ok(match filter.trim() {
        "" => "",
        "waiting" => " AND e.state IS NULL",
        "applied" => " AND e.state = 'applied'",
        "failed" => " AND e.state = 'failed' AND e.state <> 'applied'",
        "skipped" => " AND e.state = 'skipped' AND e.state <> 'applied' AND r.change_value IS NOT NULL",
        "left_out" => " AND e.state = 'skipped' AND e.state <> 'applied' AND r.change_value IS NULL",
        _ => return Err(StoreError::invalid("filter", "filter by waiting, applied, failed, skipped or left_out")),
    })
}

impl Reading<'_> {
    /// What a job of this workspace did, the last row first; a conflict where it is taken back already.
    pub async fn done_rows(&mut self, job: JobId) -> Result<Vec<Done>> {
        let known = self.d.sql("SELECT j.id FROM jobs j WHERE j.workspace_id = ? AND j.id = ?");
        known.bind(self.ws.0).bind(job.0).first(self.conn).await?.ok_or(StoreError::Missing("job"))?;
        if let Some(by) = undone_by(self.conn, self.d, job).await? {
            return Err(StoreError::conflict(None, format!("job {job} was taken back by job {by}")));
        }
        let text = "SELECT r.target, r.name, e.trace FROM job_results e JOIN job_rows r ON r.job_id = e.job_id \
                    AND r.row_number = e.row_number WHERE e.job_id = ? AND e.trace IS NOT NULL \
                    ORDER BY e.row_number DESC";
        let rows = self.d.sql(text).bind(job.0).all(self.conn).await?;
        let read = |row: &AnyRow| {
            Ok(Done { target: row.opt_int(0)?, name: row.text(1)?.into(), trace: parse(&row.text(2)?)? })
        };
        rows.iter().map(read).collect()
    }
}

/// The undo of a job that stands: the last one, unless that was taken back itself, and so on.
async fn undone_by(conn: &mut AnyConnection, d: Dialect, job: JobId) -> Result<Option<JobId>> {
    let mut chain = vec![job];
    while let Some(last) = chain.last() {
        let sql = d.sql("SELECT MAX(u.id) FROM jobs u WHERE u.undoes = ?").bind(last.0);
        match sql.number(conn).await? {
            Some(by) => chain.push(JobId(by)),
            None => break,
        }
    }
    // The last of them stands, what it undoes does not, what that one had undone does again.
    let stands = chain.len() % 2 == 1;
    Ok(chain.get(1).copied().filter(|_| !stands))
}

impl Store {
    /// A page of jobs, newest first. The filter, where there is one, is an action: `set_roles`.
    pub async fn jobs(&self, ws: WorkspaceId, query: &PageQuery) -> Result<Page<JobRecord>> {
        let cut = Cut::parse(query, &JOBS)?;
        let mut tx = self.read().await?;
        let revision = workspaces::revision(&mut tx, self.dialect, ws).await?;
        let mut rest = self.sql(" FROM jobs j WHERE j.workspace_id = ?").bind(ws.0);
        if !query.filter.trim().is_empty() {
            rest.push(" AND j.action = ?").arg(query.filter.trim());
        }
        let mut slice = cut.fetch(&mut tx, JOB, &rest, record).await?;
        for record in &mut slice.items {
            self.complete(&mut tx, &mut record.job).await?;
        }
        Ok(Page { items: slice.items, before: slice.before, after: slice.after, revision })
    }

    /// One job.
    pub async fn job(&self, ws: WorkspaceId, job: JobId) -> Result<JobRecord> {
        let mut conn = self.pool.acquire().await?;
        let sql = self.sql(&format!("SELECT {JOB} FROM jobs j WHERE j.workspace_id = ? AND j.id = ?"));
        let row = sql.bind(ws.0).bind(job.0).first(&mut conn).await?.ok_or(StoreError::Missing("job"))?;
        let mut record = record(&row)?;
        self.complete(&mut conn, &mut record.job).await?;
        Ok(record)
    }

    /// Whether the undo of a job stands; and of an undo of an undo, back to the job that is no undo. The chains are
    /// short, and few.
    async fn complete(&self, conn: &mut AnyConnection, job: &mut Job) -> Result<()> {
        if job.undone_by.is_some() {
            job.undone_by = undone_by(conn, self.dialect, job.id).await?;
        }
        while let Some(origin) = job.origin.as_mut().filter(|origin| origin.action == "undo") {
            let text = "SELECT u.id, u.action FROM jobs j JOIN jobs u ON u.id = j.undoes WHERE j.id = ?";
            let Some(row) = self.sql(text).bind(origin.job.0).first(conn).await? else { break };
            *origin = Origin { job: JobId(row.int(0)?), action: row.text(1)?, again: !origin.again };
        }
        Ok(())
    }

    /// A page of a job's rows, in order. The filter is a state.
    pub async fn job_rows(&self, ws: WorkspaceId, job: JobId, query: &PageQuery) -> Result<Page<JobRow>> {
        let cut = Cut::parse(query, &ROWS)?;
        let mut tx = self.read().await?;
        let revision = workspaces::revision(&mut tx, self.dialect, ws).await?;
        let text = " FROM jobs j JOIN job_rows r ON r.job_id = j.id LEFT JOIN job_results e ON e.job_id = r.job_id \
                    AND e.row_number = r.row_number WHERE j.workspace_id = ? AND r.job_id = ?";
        let rest = self.sql(text).bind(ws.0).bind(job.0).and(in_state(&query.filter)?);
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

    /// Keeps why a job was given up.
    pub async fn set_trouble(&self, job: JobId, why: &Text) -> Result<()> {
        let mut writing = self.write().await?;
        let sql = self.sql("UPDATE jobs SET trouble = ?, worked_at = NULL WHERE id = ?").bind(why.raw()).bind(job.0);
        sql.run(&mut writing.tx).await?;
        writing.commit().await
    }

    /// Keeps that nobody works on a job any more.
    pub async fn let_go(&self, job: JobId) -> Result<()> {
        let mut writing = self.write().await?;
        let sql = self.sql("UPDATE jobs SET worked_at = NULL WHERE id = ?").bind(job.0);
        sql.run(&mut writing.tx).await?;
        writing.commit().await
    }
}
