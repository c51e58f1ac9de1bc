//! Pages cut by key: a cursor is the sort key and id of a row, so that a page stays where it is while
//! others write, and costs the same at the end of a million rows as at the beginning.

use super::{
    Result, StoreError,
    sql::{Columns, Sql},
};
use crate::api::wire::{MAX_PAGE, PageQuery};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use std::borrow::Cow;

/// Rows in a page when nobody says.
const DEFAULT_PAGE: u32 = 100;

/// Something a list can be sorted by. Keys are never null.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its SQL.
    pub sql: &'static str,
    /// Whether its values are text, sorted byte by byte.
    pub text: bool,
}

/// What a list is: where its rows' ids are, and what it can be sorted by, its default first.
pub(super) struct Order {
    pub id: &'static str,
    pub columns: &'static [Column],
    /// Whether the default is the largest first.
    pub newest_first: bool,
    /// Where what is shown of a row comes from, joined to the page `p` when that is known: what is passed by on
    /// the way to a page, or sorted for it, is not looked up. None where the list itself says it all.
    pub details: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Number(i64),
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor(String, Key, i64);

impl Cursor {
    fn encode(&self) -> String {
        // Strings and numbers always become JSON.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn decode(text: &str, column: &Column, field: &'static str) -> Result<Self> {
        let wrong = || StoreError::invalid(field, "this is no page of this list: begin again without it");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let cursor: Self = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
        let key_fits = match &cursor.1 {
            // PostgreSQL takes no NUL, and no key has one.
            Key::Text(text) => column.text && !text.contains('\0'),
            Key::Number(_) => !column.text,
        };
        let fits = cursor.0 == column.name && key_fits;
        if fits { Ok(cursor) } else { Err(wrong()) }
    }
}

#[derive(Debug)]
enum From {
    Start,
    End,
    After(Cursor),
    Before(Cursor),
}

/// Which page of which order.
#[derive(Debug)]
pub(super) struct Cut {
    column: &'static Column,
    sql: Cow<'static, str>,
    id: &'static str,
    details: Option<&'static str>,
    descending: bool,
    from: From,
    limit: u32,
}

/// The rows of a page, in order, and the cursors beside it.
pub(super) struct Slice<T> {
    pub items: Vec<T>,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Cut {
    /// Reads a request; what is wrong with it is told by field.
    pub fn parse(query: &PageQuery, order: &Order) -> Result<Self> {
        let (name, descending) = match query.sort.strip_prefix('-') {
            Some(name) => (name, true),
            None if query.sort.is_empty() => ("", order.newest_first),
            None => (query.sort.as_str(), false),
        };
        let found = order.columns.iter().find(|c| c.name == name || (name.is_empty() && query.sort.is_empty()));
        let Some(column) = found else {
            let names: Vec<&str> = order.columns.iter().map(|c| c.name).collect();
            return Err(StoreError::invalid("sort", format!("sort by one of: {}", names.join(", "))));
        };
        let from = match (&query.after, &query.before, query.last) {
            (None, None, false) => From::Start,
            (None, None, true) => From::End,
            (Some(after), None, false) => From::After(Cursor::decode(after, column, "after")?),
            (None, Some(before), false) => From::Before(Cursor::decode(before, column, "before")?),
            _ => return Err(StoreError::invalid("after", "give at most one of after, before and last")),
        };
        let limit = query.limit.unwrap_or(DEFAULT_PAGE);
        if limit == 0 || limit > MAX_PAGE {
            return Err(StoreError::invalid("limit", format!("a page has 1 to {MAX_PAGE} rows")));
        }
        let (id, details) = (order.id, order.details);
        Ok(Self { column, sql: Cow::Borrowed(column.sql), id, details, descending, from, limit })
    }

    /// The name of the column it is sorted by.
    pub fn sorted_by(&self) -> &'static str {
        self.column.name
    }

    /// The SQL of the column it is sorted by, where that is not the same at all times; without `?`.
    #[must_use]
    pub fn by(self, sql: String) -> Self {
        Self { sql: Cow::Owned(sql), ..self }
    }

    /// Adds ` AND (key, id) > (?, ?)`, or `<` to walk the other way.
    fn beyond(&self, sql: &mut Sql, cursor: &Cursor, forward: bool) {
        let sign = if forward == self.descending { "<" } else { ">" };
        sql.push(&format!(" AND ({}, {}) {sign} (?, ?)", self.sql, self.id));
        match &cursor.1 {
            Key::Number(n) => sql.arg(*n),
            Key::Text(t) => sql.arg(t.as_str()),
        };
        sql.arg(cursor.2);
    }

    fn way(&self, forward: bool) -> &'static str {
        if forward == self.descending { "DESC" } else { "ASC" }
    }

    fn ordered(&self, sql: &mut Sql, forward: bool, limit: u32) {
        let way = self.way(forward);
        sql.push(&format!(" ORDER BY {} {way}, {} {way} LIMIT {limit}", self.sql, self.id));
    }

    /// Fetches the page. `rest` is everything from ` FROM` on, with a `WHERE` that can be continued;
    /// `columns` are what `read` reads, from place 0, out of the list's details where it has them.
    pub async fn fetch<T>(
        &self,
        conn: &mut AnyConnection,
        columns: &str,
        rest: &Sql,
        read: impl Fn(&AnyRow) -> Result<T>,
    ) -> Result<Slice<T>> {
        let forward = matches!(self.from, From::Start | From::After(_));
        let begin = match self.details {
            Some(_) => format!("SELECT {columns}, p.key, p.id FROM (SELECT {} AS key, {} AS id", self.sql, self.id),
            None => format!("SELECT {columns}, {}, {}", self.sql, self.id),
        };
        let mut sql = rest.before(&begin);
        if let From::After(cursor) | From::Before(cursor) = &self.from {
            self.beyond(&mut sql, cursor, forward);
        }
        self.ordered(&mut sql, forward, self.limit + 1);
        if let Some(details) = self.details {
            let way = self.way(forward);
            sql.push(&format!(") p JOIN {details} ORDER BY p.key {way}, p.id {way}"));
        }
        let mut rows = sql.all(conn).await?;
        let more = rows.len() > self.limit as usize;
        rows.truncate(self.limit as usize);
        if !forward {
            rows.reverse();
        }
        let edge = |row: Option<&AnyRow>| -> Result<Option<Cursor>> {
            let Some(row) = row else {
                return Ok(match &self.from {
                    From::After(cursor) | From::Before(cursor) => Some(cursor.clone()),
                    From::Start | From::End => None,
                });
            };
            // The key and the id come after what the caller reads.
            let start = row.len() - 2;
            let key = if self.column.text { Key::Text(row.text(start)?) } else { Key::Number(row.int(start)?) };
            Ok(Some(Cursor(self.column.name.to_owned(), key, row.int(start + 1)?)))
        };
        let (first, last) = (edge(rows.first())?, edge(rows.last())?);
        // On the side that the walk came from there is something only if a row is still there.
        let behind = match (&self.from, if forward { &first } else { &last }) {
            (From::After(_) | From::Before(_), Some(cursor)) => {
                let mut sql = rest.before("SELECT 1");
                self.beyond(&mut sql, cursor, !forward);
                self.ordered(&mut sql, !forward, 1);
                sql.first(conn).await?.is_some()
            }
            _ => false,
        };
        let (has_before, has_after) = if forward { (behind, more) } else { (more, behind) };
        Ok(Slice {
            items: rows.iter().map(read).collect::<Result<_>>()?,
            before: first.filter(|_| has_before).map(|c| c.encode()),
            after: last.filter(|_| has_after).map(|c| c.encode()),
        })
    }
}
