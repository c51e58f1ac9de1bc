//! What a job did, as its undo reads it.

use super::{Reading, Result, StoreError, sql::Columns};
use crate::domain::{id::JobId, plan::Trace, untrusted::Text};

/// A row that a job applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    /// The member or invitation; none for somebody who was new.
    pub target: Option<i64>,
    /// E-mail at that time.
    pub name: Text,
    /// What it did.
    pub trace: Trace,
}

impl Reading<'_> {
    /// The rows that a job applied, in their order.
    pub async fn traces(&mut self, job: JobId) -> Result<Vec<Traced>> {
        let known = self.d.sql("SELECT 1 FROM jobs WHERE workspace_id = ? AND id = ?").bind(self.ws.0).bind(job.0);
        known.number(self.conn).await?.ok_or(StoreError::Missing("job"))?;
        let text = "SELECT r.target, r.name, d.trace FROM job_results d \
                    JOIN job_rows r ON r.job_id = d.job_id AND r.row_number = d.row_number \
                    WHERE d.job_id = ? AND d.state = 'applied' AND d.trace IS NOT NULL ORDER BY d.row_number";
        let rows = self.d.sql(text).bind(job.0).all(self.conn).await?;
        let traced = rows.iter().map(|row| {
            let trace =
                serde_json::from_str(&row.text(2)?).map_err(|e| StoreError::Corrupt(format!("a trace: {e}")))?;
            Ok(Traced { target: row.opt_int(0)?, name: row.text(1)?.into(), trace })
        });
        traced.collect()
    }
}
