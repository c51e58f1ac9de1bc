//! Many rows in few statements.

use super::{
    Result,
    sql::{Arg, Dialect},
};
use sqlx::{AnyConnection, any::AnyRow};

/// Arguments in one statement, at most: below what either database takes, and about where longer
/// statements stop being faster.
pub(super) const MOST_ARGS: usize = 8_000;

/// Rows for one table. Where one of them fails nothing of the transaction is kept, or it goes back to a savepoint.
#[derive(Debug)]
pub(super) struct Batch {
    d: Dialect,
    head: String,
    width: usize,
    args: Vec<Arg>,
    ending: String,
}

impl Batch {
    /// Rows with these columns.
    pub fn new(d: Dialect, table: &str, columns: &[&str]) -> Self {
        let head = format!("INSERT{} INTO {table} ({}) VALUES ", d.or_fail(), columns.join(", "));
        Self { d, head, width: columns.len(), args: Vec::new(), ending: String::new() }
    }

    /// Adds a row; as many values as columns.
    pub fn row<const N: usize>(&mut self, values: [Arg; N]) {
        debug_assert_eq!(N, self.width);
        self.args.extend(values);
    }

    /// What follows the values.
    #[must_use]
    pub fn ending(mut self, text: &str) -> Self {
        text.clone_into(&mut self.ending);
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
