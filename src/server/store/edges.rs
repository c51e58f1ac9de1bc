//! Edges in tables: reading, writing, and whether they are live.

use super::{
    Result, StoreError,
    sql::{Arg, Columns, Dialect, Gathered, Sql},
};
use crate::domain::{
    edge::{Edge, EdgeSource, Terms},
    id::AccountId,
    time::Timestamp,
    untrusted::Text,
};
use serde::de::DeserializeOwned;
use sqlx::any::AnyRow;
use std::collections::HashMap;

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

/// [`columns`] of one of many.
pub(super) type Values = (Option<Text>, Option<AccountId>, Timestamp, Option<Timestamp>, Option<Timestamp>, EdgeSource);

/// The edge of one of many.
pub(super) fn of((reason, granted_by, granted_at, expires_at, review_at, source): Values) -> Edge {
    Edge { terms: Terms { reason, expires_at, review_at }, granted_by, granted_at, source }
}

/// Asks for the roles or groups `n` that are held by many, to be read by [`named`]. `from` ends before the list
/// of the holders; what each holds is told in the order of the column `order`.
pub(super) fn ask_named(d: Dialect, holder: &str, order: &str, from: &str, ids: &[i64]) -> Sql {
    let columns = d.gather(&format!("{holder}, {order}, n.id, n.name"));
    d.sql(&format!("SELECT {columns} FROM {from}")).and_ids(ids.iter().copied())
}

/// The holder's place among `ids`, what is held, and what that is called; `K` is the type of the order.
pub(super) fn named<K: Ord + DeserializeOwned>(answers: &mut Gathered, ids: &[i64]) -> Result<Vec<(usize, i64, Text)>> {
    let mut rows: Vec<(i64, K, i64, Text)> = answers.next()?;
    rows.sort_unstable_by(|a, b| (&a.1, a.2).cmp(&(&b.1, b.2)));
    let places: HashMap<i64, usize> = ids.iter().copied().zip(0..).collect();
    let placed = rows.into_iter().filter_map(|(of, _, id, name)| Some((*places.get(&of)?, id, name)));
    Ok(placed.collect())
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
