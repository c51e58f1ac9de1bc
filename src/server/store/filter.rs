//! A filter as SQL: the same answer as [`Filter`] gives over a member in memory, a test holds it so.

use super::{
    Result, edges,
    list::List,
    sql::{Columns, Dialect, Sql},
};
use crate::domain::{
    filter::{Filter, Test},
    id::WorkspaceId,
    model::MemberStatus,
    time::Timestamp,
};
use sqlx::AnyConnection;
use std::collections::{HashMap, HashSet};

/// A member's status as its rank (see the schema).
pub(super) fn status_rank(status: MemberStatus) -> i64 {
    match status {
        MemberStatus::Active => 0,
        MemberStatus::Pending => 1,
        MemberStatus::Deactivated => 2,
    }
}

/// The members of a workspace, called `m`, at a moment.
pub(super) struct Members {
    pub d: Dialect,
    pub ws: WorkspaceId,
    pub now: Timestamp,
}

impl List for Members {
    type Test = Test;

    const ID: &'static str = "m.id";

    fn all(&self, select: &str) -> Sql {
        self.d.sql(&format!("{select} FROM members m WHERE m.workspace_id = ?")).bind(self.ws.0)
    }

    /// Names of roles, groups and folders are looked up first: those are few, the members may be a million.
    async fn narrow(&self, conn: &mut AnyConnection, filter: &Filter, sql: &mut Sql) -> Result<()> {
        for term in &filter.terms {
            sql.push(if term.negated { " AND NOT (" } else { " AND (" });
            condition(conn, self, &term.test, sql).await?;
            sql.push(")");
        }
        Ok(())
    }
}

async fn condition(conn: &mut AnyConnection, members: &Members, test: &Test, sql: &mut Sql) -> Result<()> {
    let Members { d, ws, now } = *members;
    match test {
        Test::Word(word) => {
            let word = word.to_lowercase();
            sql.push(&d.contains("m.email_key")).arg(word.as_str());
            sql.push(" OR ").push(&d.contains("m.name_key")).arg(word);
        }
        Test::Role(word) => {
            let word = word.to_lowercase();
            let roles = roles_named(conn, d, ws, &word).await?;
            if word == "owner" {
                sql.push("m.owner = 1 OR ");
            }
            holding(conn, d, ROLE, roles, now, sql).await?;
        }
        Test::Status(any) => {
            // The sign keeps the planner on the index of the sort, which ends at the page's last row.
            sql.push("+m.status_rank IN ").ids(any.iter().map(|s| status_rank(*s)));
        }
        Test::Group(word) => {
            let groups = groups_named(conn, d, ws, word).await?;
            holding(conn, d, GROUP, groups, now, sql).await?;
        }
        Test::Workspace(word) => {
            let named = format!("SELECT id FROM workspaces WHERE {}", d.contains("name_key"));
            let workspaces = ids(conn, d.sql(&named).bind(word.to_lowercase())).await?;
            sql.push("EXISTS (SELECT 1 FROM members o WHERE o.account_id = m.account_id AND o.workspace_id IN ");
            sql.ids(workspaces).push(")");
        }
        Test::Folder(word) => {
            let folders = folders_and_above(conn, d, ws, &word.to_lowercase()).await?;
            let granted = "SELECT DISTINCT g.group_id FROM grants g WHERE g.group_id IS NOT NULL AND g.folder_id IN ";
            let granted = d.sql(granted).and_ids(folders.iter().copied());
            let groups = ids(conn, granted.and(&format!(" AND {}", edges::live("g", now)))).await?;
            sql.push("EXISTS (SELECT 1 FROM grants g WHERE g.member_id = m.id AND g.folder_id IN ").ids(folders);
            sql.push(&format!(" AND {}) OR ", edges::live("g", now)));
            holding(conn, d, GROUP, groups, now, sql).await?;
        }
        Test::Domain(domain) => in_domain(sql, "m.email_key", domain),
        Test::Last { older, seconds } => {
            let then = now.plus(-seconds);
            // Who never signed in did so longer ago than anybody.
            sql.push(if *older { "m.last_key < 0 OR m.last_key < ?" } else { "m.last_key >= 0 AND m.last_key > ?" });
            sql.arg(then.0);
        }
        Test::NeverSignedIn => {
            sql.push("m.last_key < 0");
        }
    }
    Ok(())
}

/// Of so few holders a page is found by looking each of them up, without passing everybody else. Of more it is
/// found on the way along the index of the sort.
const FEW: u64 = 1_500;

/// A kind of edge: its table, the column of what is held, and the index of who holds that.
struct Held(&'static str, &'static str, &'static str);

const ROLE: Held = Held("member_role", "role_id", "member_role_holders");
const GROUP: Held = Held("member_group", "group_id", "member_group_members");

/// Adds a condition: the member has an edge to any of these.
async fn holding(
    conn: &mut AnyConnection,
    d: Dialect,
    Held(table, column, index): Held,
    any: Vec<i64>,
    now: Timestamp,
    sql: &mut Sql,
) -> Result<()> {
    // The index is dense: those who are passed by cost no page each, as they would in the table.
    let holders = format!("FROM {table} e{} WHERE {} AND e.{column} IN ", d.by_index(index), edges::live("e", now));
    let some = d.sql(&format!("SELECT COUNT(*) FROM (SELECT 1 {holders}")).and_ids(any.iter().copied());
    let some = some.and(&format!(" LIMIT {}) h", FEW + 1)).count(conn).await?;
    match some {
        // Not a list without anything, of which nothing is true and nothing false.
        0 => sql.push("1 = 0"),
        1..=FEW => sql.push("m.id IN (SELECT e.member_id ").push(&holders).ids(any).push(")"),
        _ => sql.push("EXISTS (SELECT 1 ").push(&holders).ids(any).push(" AND e.member_id = m.id)"),
    };
    Ok(())
}

/// The address in `column` is of a domain or of one below it; without LIKE, and so without anything to
/// escape.
pub(super) fn in_domain(sql: &mut Sql, column: &str, domain: &str) {
    let domain = domain.to_lowercase();
    if domain.contains('@') {
        sql.push("1 = 0");
        return;
    }
    for (at, before) in ['@', '.'].into_iter().enumerate() {
        let end = format!("{before}{domain}");
        sql.push(if at == 0 { "" } else { " OR " }).push(&ends_with(column, end.chars().count(), "?")).arg(end);
    }
}

/// A condition: the text in `column` ends with another of so many characters, written as `end`.
pub(super) fn ends_with(column: &str, length: usize, end: &str) -> String {
    let before = length.saturating_sub(1);
    format!("(length({column}) >= {length} AND substr({column}, length({column}) - {before}) = {end})")
}

pub(super) async fn ids(conn: &mut AnyConnection, sql: Sql) -> Result<Vec<i64>> {
    sql.all(conn).await?.iter().map(|row| row.int(0)).collect()
}

/// Roles with this in their key or name.
pub(super) async fn roles_named(conn: &mut AnyConnection, d: Dialect, ws: WorkspaceId, word: &str) -> Result<Vec<i64>> {
    let (key, name) = (d.contains("role_key"), d.contains("name_key"));
    let named = d.sql(&format!("SELECT id FROM roles WHERE workspace_id = ? AND ({key} OR {name})")).bind(ws.0);
    ids(conn, named.bind(word.to_lowercase()).bind(word.to_lowercase())).await
}

/// Groups with this in their name.
pub(super) async fn groups_named(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    word: &str,
) -> Result<Vec<i64>> {
    let named = format!("SELECT id FROM groups WHERE workspace_id = ? AND {}", d.contains("name_key"));
    ids(conn, d.sql(&named).bind(ws.0).bind(word.to_lowercase())).await
}

/// Folders with this in their name, and all above those.
async fn folders_and_above(conn: &mut AnyConnection, d: Dialect, ws: WorkspaceId, word: &str) -> Result<Vec<i64>> {
    let rows = d.sql("SELECT id, parent, name_key FROM folders WHERE workspace_id = ?").bind(ws.0).all(conn).await?;
    let mut parents = HashMap::new();
    let mut found = Vec::new();
    for row in &rows {
        let id = row.int(0)?;
        parents.insert(id, row.opt_int(1)?);
        if row.text(2)?.contains(word) {
            found.push(id);
        }
    }
    let mut all = HashSet::new();
    for start in found {
        let mut next = Some(start);
        while let Some(id) = next.filter(|id| all.insert(*id)) {
            next = parents.get(&id).copied().flatten();
        }
    }
    let mut all: Vec<i64> = all.into_iter().collect();
    all.sort_unstable();
    Ok(all)
}
