//! Edges in tables: reading, writing, and whether they are live.

use super::{
    Result, StoreError,
    sql::{Arg, Columns, Dialect, Sql},
};
use crate::{
    api::wire::Named,
    domain::{
        edge::{Edge, EdgeSource, Terms},
        id::{AccountId, GroupId, RoleId},
        time::Timestamp,
        untrusted::Text,
    },
};
use sqlx::{AnyConnection, any::AnyRow};
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

/// A condition: the edge in the table called `t` exists at `now`, which is written out. As an argument it would need
/// its place among those of everything around it; what that would save is a tenth of a millisecond, in which a
/// statement is prepared anew for another second.
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

/// What is held, each with the place of its holder.
type Held<I> = Vec<(usize, Named<I>)>;

/// The roles, in the pack's order, and the groups, by name, of members or invitations (`holder`), by the edges `e`
/// of which `only` is true; all of them by one statement.
pub(super) async fn held(
    conn: &mut AnyConnection,
    d: Dialect,
    holder: &str,
    only: &str,
    ids: &[i64],
) -> Result<(Held<RoleId>, Held<GroupId>)> {
    if ids.is_empty() {
        return Ok(<_>::default());
    }
    let ask = |what: &str, order: &str| {
        let columns = d.gather(&format!("e.{holder}_id, n.{order}, n.id, n.name"));
        let edges = format!("{holder}_{what} e JOIN {what}s n ON n.id = e.{what}_id");
        let text = format!("SELECT {columns} FROM {edges} WHERE {only} AND e.{holder}_id IN ");
        d.sql(&text).and_ids(ids.iter().copied())
    };
    let mut answers = d.together(vec![ask("role", "position"), ask("group", "name_key")]).answers(conn).await?;
    Ok((placed(answers.next::<(i64, i64, _, _)>()?, ids), placed(answers.next::<(i64, String, _, _)>()?, ids)))
}

/// Holder, order, and what is held, in that order.
fn placed<K: Ord, I: Ord + Copy>(mut rows: Vec<(i64, K, I, Text)>, ids: &[i64]) -> Held<I> {
    rows.sort_unstable_by(|a, b| (&a.1, a.2).cmp(&(&b.1, b.2)));
    let places: HashMap<i64, usize> = ids.iter().copied().zip(0..).collect();
    let placed = rows.into_iter().filter_map(|(of, _, id, name)| Some((*places.get(&of)?, Named { id, name })));
    placed.collect()
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
