//! Lists that filters narrow, and what is selected of them.

use super::{Result, sql::Sql};
use crate::{api::wire::Found, domain::filter::Filter};
use sqlx::AnyConnection;

/// A [`crate::domain::change::Selection`] whose filters are read.
#[derive(Debug)]
pub struct Selected<'a, T> {
    /// What matches each of these, but for some.
    pub matching: Vec<(Filter<T>, &'a [i64])>,
    /// These as well.
    pub ids: &'a [i64],
}

/// A list that is selected from, as it is at a moment.
pub(super) trait List {
    /// What a filter of it asks.
    type Test;

    /// What its rows are called by in a statement.
    const ID: &'static str;

    /// Begins a statement of all its rows.
    fn all(&self, select: &str) -> Sql;

    /// Adds a filter's conditions to a statement.
    async fn narrow(&self, conn: &mut AnyConnection, filter: &Filter<Self::Test>, sql: &mut Sql) -> Result<()>;

    /// The same, and leaves some out. Only where all `?` before have their arguments.
    async fn narrow_but(
        &self,
        conn: &mut AnyConnection,
        filter: &Filter<Self::Test>,
        except: &[i64],
        sql: &mut Sql,
    ) -> Result<()> {
        self.narrow(conn, filter, sql).await?;
        if !except.is_empty() {
            sql.push(&format!(" AND {} NOT IN ", Self::ID)).ids(except.iter().copied());
        }
        Ok(())
    }
}

/// How many rows of a list are selected, and how many of those match.
pub(super) async fn count_among<L: List>(
    conn: &mut AnyConnection,
    list: &L,
    on: &Selected<'_, L::Test>,
    filter: &Filter<L::Test>,
) -> Result<Found> {
    let mut sql = list.all("SELECT COUNT(*)");
    select(conn, list, on, &mut sql).await?;
    let selected = sql.clone().count(conn).await?;
    list.narrow(conn, filter, &mut sql).await?;
    Ok(Found { selected, matching: sql.count(conn).await? })
}

/// Leaves of the rows of a statement those that are selected. Only where all `?` before have their arguments.
async fn select<L: List>(conn: &mut AnyConnection, list: &L, on: &Selected<'_, L::Test>, sql: &mut Sql) -> Result<()> {
    let mut before = " AND (";
    for (filter, except) in &on.matching {
        sql.push(before).push("(TRUE");
        list.narrow_but(conn, filter, except, sql).await?;
        sql.push(")");
        before = " OR ";
    }
    // An empty list beside a filter would keep the database from the index that leads to what matches.
    if on.matching.is_empty() || !on.ids.is_empty() {
        sql.push(&format!("{before}{} IN ", L::ID)).ids(on.ids.iter().copied());
    }
    sql.push(")");
    Ok(())
}
