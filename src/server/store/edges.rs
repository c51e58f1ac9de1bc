//! Edges in tables: reading, writing, and whether they are live.

use super::{
    Result, StoreError,
    sql::{Arg, Columns, Sql},
};
use crate::domain::{
    edge::{Edge, EdgeSource, Terms},
    id::AccountId,
    time::Timestamp,
    untrusted::Text,
};
use sqlx::any::AnyRow;

/// The columns of an edge, of the table called `t`.
pub(super) fn columns(t: &str) -> String {
    format!("{t}.reason, {t}.granted_by, {t}.granted_at, {t}.expires_at, {t}.review_at, {t}.source")
}

/// The same for an `INSERT`; six values.
pub(super) const NAMES: &str = "reason, granted_by, granted_at, expires_at, review_at, source";

/// The same for what an `INSERT` comes upon: all of them taken from it.
pub(super) fn anew() -> String {
    NAMES.split(", ").map(|name| format!("{name} = excluded.{name}")).collect::<Vec<_>>().join(", ")
}

/// A condition: the edge in the table called `t` exists at `now`.
pub(super) fn live(t: &str, now: Timestamp) -> String {
    format!("({t}.expires_at IS NULL OR {t}.expires_at > {})", now.0)
}

/// Reads an edge whose columns begin at `at`.
pub(super) fn read(row: &AnyRow, at: usize) -> Result<Edge> {
    let source = row.text(at + 5)?;
    Ok(Edge {
        terms: Terms {
            reason: row.opt_text(at)?.map(Text::from),
            expires_at: row.opt_int(at + 3)?.map(Timestamp),
            review_at: row.opt_int(at + 4)?.map(Timestamp),
        },
        granted_by: row.opt_int(at + 1)?.map(AccountId),
        granted_at: Timestamp(row.int(at + 2)?),
        source: match source.as_str() {
            "manual" => EdgeSource::Manual,
            "scim" => EdgeSource::Scim,
            "sso" => EdgeSource::Sso,
            other => return Err(StoreError::Corrupt(format!("an edge comes from {other}"))),
        },
    })
}

/// An edge among many: whose, what is held, and [`columns`].
pub(super) type Held =
    (i64, i64, Option<Text>, Option<AccountId>, Timestamp, Option<Timestamp>, Option<Timestamp>, EdgeSource);

/// The edge of one of many.
pub(super) fn of((_, _, reason, granted_by, granted_at, expires_at, review_at, source): Held) -> Edge {
    Edge { terms: Terms { reason, expires_at, review_at }, granted_by, granted_at, source }
}

/// The six values of an edge.
pub(super) fn args(edge: &Edge) -> [Arg; 6] {
    [
        edge.terms.reason.as_ref().map(Text::raw).into(),
        edge.granted_by.map(|a| a.0).into(),
        edge.granted_at.0.into(),
        edge.terms.expires_at.map(|t| t.0).into(),
        edge.terms.review_at.map(|t| t.0).into(),
        match edge.source {
            EdgeSource::Manual => "manual",
            EdgeSource::Scim => "scim",
            EdgeSource::Sso => "sso",
        }
        .into(),
    ]
}

/// Binds them.
pub(super) fn bind(sql: &mut Sql, edge: &Edge) {
    for arg in args(edge) {
        sql.arg(arg);
    }
}
