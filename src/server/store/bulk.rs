//! Many rows in few statements.

use super::{
    Result,
    sql::{Arg, Dialect, Sql},
};
use crate::domain::filter::Filter;
use sqlx::{AnyConnection, any::AnyRow};

/// Arguments in one statement, at most: below what either database takes, and about where longer
/// statements stop being faster.
pub(super) const MOST_ARGS: usize = 8_000;

/// A [`crate::domain::bulk::Selection`] whose filters are read.
#[derive(Debug)]
pub struct Selected<'a, T> {
    /// What matches each of these, but for some.
    pub matching: Vec<(Filter<T>, &'a [i64])>,
    /// These as well.
    pub ids: &'a [i64],
}

/// Leaves of the rows of a statement those that are among `ids`, or pass one of `filters`: each so many
/// conditions ` AND …`. Only where all `?` before have their arguments.
pub(super) fn any(sql: &mut Sql, column: &str, filters: Vec<Sql>, ids: &[i64]) {
    let mut before = " AND (";
    for filter in filters {
        sql.push(before).push("(TRUE").append(filter).push(")");
        before = " OR ";
    }
    // An empty list beside a filter would keep the database from the index that leads to what matches.
    if before == " AND (" || !ids.is_empty() {
        sql.push(&format!("{before}{column} IN ")).ids(ids.iter().copied());
    }
    sql.push(")");
}

/// Leaves some out of the rows of a statement. Only where all `?` before have their arguments.
pub(super) fn except(sql: &mut Sql, column: &str, ids: &[i64]) {
    if !ids.is_empty() {
        sql.push(&format!(" AND {column} NOT IN ")).ids(ids.iter().copied());
    }
}

/// Rows for one table.
pub(super) struct Batch {
    d: Dialect,
    head: String,
    width: usize,
    args: Vec<Arg>,
    ending: &'static str,
}

impl Batch {
    /// Rows with these columns.
    pub fn new(d: Dialect, table: &str, columns: &[&str]) -> Self {
        let head = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
        Self { d, head, width: columns.len(), args: Vec::new(), ending: "" }
    }

    /// Adds a row; as many values as columns.
    pub fn row<const N: usize>(&mut self, values: [Arg; N]) {
        debug_assert_eq!(N, self.width);
        self.args.extend(values);
    }

    /// What follows the values.
    #[must_use]
    pub fn ending(mut self, text: &'static str) -> Self {
        self.ending = text;
        self
    }

    /// Writes them all; answers what the statements return. Each statement has a power of two of rows: so
    /// few texts come again and again, and a long one is read by the database once and not every time.
    pub async fn run(self, conn: &mut AnyConnection) -> Result<Vec<AnyRow>> {
        let row = format!("({})", vec!["?"; self.width].join(","));
        let mut returned = Vec::new();
        let mut args = self.args.into_iter();
        while args.len() > 0 {
            let rows = (args.len() / self.width).clamp(1, MOST_ARGS / self.width);
            let rows = 1 << rows.ilog2();
            let marks = vec![row.as_str(); rows].join(",");
            let mut sql = self.d.sql(&format!("{}{marks}{}", self.head, self.ending));
            for arg in args.by_ref().take(rows * self.width) {
                sql.arg(arg);
            }
            returned.append(&mut sql.all(conn).await?);
        }
        Ok(returned)
    }
}
