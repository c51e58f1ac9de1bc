//! Roles and groups: few, so always read as a whole.

use super::{
    Result, Store, edges,
    sql::{Columns, Sql},
};
use crate::{
    api::wire::{GroupRow, Named, RoleRow},
    domain::{
        id::{GroupId, MemberId, RoleId, WorkspaceId},
        time::Timestamp,
    },
};
use sqlx::AnyConnection;
use std::collections::HashMap;

/// Capability keys by the thing that holds them; first column the thing, second the key.
async fn capabilities(conn: &mut AnyConnection, sql: Sql) -> Result<HashMap<i64, Vec<String>>> {
    let mut found: HashMap<i64, Vec<String>> = HashMap::new();
    for row in sql.all(conn).await? {
        found.entry(row.int(0)?).or_default().push(row.text(1)?);
    }
    Ok(found)
}

async fn counts(conn: &mut AnyConnection, sql: Sql) -> Result<HashMap<i64, u64>> {
    sql.all(conn).await?.iter().map(|row| Ok((row.int(0)?, row.int(1)?.unsigned_abs()))).collect()
}

impl Store {
    /// All groups, by name; capabilities in catalogue order.
    pub async fn groups(&self, ws: WorkspaceId, now: Timestamp) -> Result<Vec<GroupRow>> {
        let mut tx = self.read().await?;
        let (catalogue, _) = super::workspaces::rules(&mut tx, self.dialect, ws).await?;
        let held = "SELECT c.group_id, c.capability FROM group_capability c JOIN groups g ON g.id = c.group_id \
                    WHERE g.workspace_id = ?";
        let mut held = capabilities(&mut tx, self.sql(held).bind(ws.0)).await?;
        let members = format!(
            "SELECT e.group_id, COUNT(*) FROM member_group e JOIN groups g ON g.id = e.group_id \
             WHERE g.workspace_id = ? AND {} GROUP BY e.group_id",
            edges::live("e", now)
        );
        let members = counts(&mut tx, self.sql(&members).bind(ws.0)).await?;
        let text = "SELECT g.id, g.version, g.name, g.description, m.id, COALESCE(NULLIF(a.name, ''), a.email) \
                    FROM groups g \
                    LEFT JOIN members m ON m.id = g.leader LEFT JOIN accounts a ON a.id = m.account_id \
                    WHERE g.workspace_id = ? ORDER BY g.name_key, g.id";
        let rows = self.sql(text).bind(ws.0).all(&mut tx).await?;
        rows.iter()
            .map(|row| {
                let id = row.int(0)?;
                let mut capabilities = held.remove(&id).unwrap_or_default();
                capabilities.sort_by_key(|key| catalogue.find(key));
                let leader = match (row.opt_int(4)?, row.opt_text(5)?) {
                    (Some(id), Some(name)) => Some(Named { id: MemberId(id), name: name.into() }),
                    _ => None,
                };
                Ok(GroupRow {
                    id: GroupId(id),
                    version: row.int(1)?,
                    name: row.text(2)?.into(),
                    description: row.text(3)?.into(),
                    capabilities,
                    leader,
                    members: members.get(&id).copied().unwrap_or(0),
                })
            })
            .collect()
    }

    /// All roles, in the pack's order; `assignable` is left false, being a matter of the rules.
    pub async fn roles(&self, ws: WorkspaceId, now: Timestamp) -> Result<Vec<RoleRow>> {
        let mut tx = self.read().await?;
        let (catalogue, _) = super::workspaces::rules(&mut tx, self.dialect, ws).await?;
        let held = "SELECT c.role_id, c.capability FROM role_capability c JOIN roles r ON r.id = c.role_id \
                    WHERE r.workspace_id = ?";
        let mut held = capabilities(&mut tx, self.sql(held).bind(ws.0)).await?;
        let members = format!(
            "SELECT e.role_id, COUNT(*) FROM member_role e JOIN roles r ON r.id = e.role_id \
             WHERE r.workspace_id = ? AND {} GROUP BY e.role_id",
            edges::live("e", now)
        );
        let members = counts(&mut tx, self.sql(&members).bind(ws.0)).await?;
        let text = "SELECT id, role_key, name, builtin FROM roles WHERE workspace_id = ? ORDER BY position, id";
        let rows = self.sql(text).bind(ws.0).all(&mut tx).await?;
        rows.iter()
            .map(|row| {
                let id = row.int(0)?;
                let mut capabilities = held.remove(&id).unwrap_or_default();
                capabilities.sort_by_key(|key| catalogue.find(key));
                Ok(RoleRow {
                    id: RoleId(id),
                    key: row.text(1)?,
                    name: row.text(2)?.into(),
                    capabilities,
                    builtin: row.flag(3)?,
                    members: members.get(&id).copied().unwrap_or(0),
                    assignable: false,
                })
            })
            .collect()
    }
}
