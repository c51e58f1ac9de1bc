//! Roles and groups: few, so always read as a whole.

use super::{
    Result, Store, edges,
    sql::{Columns, Dialect},
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

/// What all roles, or all groups, of a workspace bundle, and by how many live edges each is held.
struct Bundles {
    capabilities: HashMap<i64, Vec<String>>,
    members: HashMap<i64, u64>,
}

impl Bundles {
    /// `what` is `role` or `group`.
    async fn read(conn: &mut AnyConnection, d: Dialect, what: &str, ws: WorkspaceId, now: Timestamp) -> Result<Self> {
        let (catalogue, _) = super::workspaces::rules(conn, d, ws).await?;
        let of = format!("JOIN {what}s o ON o.id = e.{what}_id WHERE o.workspace_id = ?");
        let held = format!("SELECT e.{what}_id, e.capability FROM {what}_capability e {of}");
        let mut capabilities: HashMap<i64, Vec<String>> = HashMap::new();
        for row in d.sql(&held).bind(ws.0).all(conn).await? {
            capabilities.entry(row.int(0)?).or_default().push(row.text(1)?);
        }
        for keys in capabilities.values_mut() {
            keys.sort_by_key(|key| catalogue.find(key));
        }
        let live = edges::live("e", now);
        let holders = format!("SELECT e.{what}_id, COUNT(*) FROM member_{what} e {of} AND {live} GROUP BY e.{what}_id");
        let holders = d.sql(&holders).bind(ws.0).all(conn).await?;
        let members = holders.iter().map(|row| Ok((row.int(0)?, row.int(1)?.unsigned_abs()))).collect::<Result<_>>()?;
        Ok(Self { capabilities, members })
    }

    /// In catalogue order.
    fn capabilities(&mut self, id: i64) -> Vec<String> {
        self.capabilities.remove(&id).unwrap_or_default()
    }

    fn members(&self, id: i64) -> u64 {
        self.members.get(&id).copied().unwrap_or(0)
    }
}

impl Store {
    /// All groups, by name; capabilities in catalogue order.
    pub async fn groups(&self, ws: WorkspaceId, now: Timestamp) -> Result<Vec<GroupRow>> {
        let mut tx = self.read().await?;
        let mut bundles = Bundles::read(&mut tx, self.dialect, "group", ws, now).await?;
        let text = "SELECT g.id, g.version, g.name, g.description, m.id, COALESCE(NULLIF(a.name, ''), a.email) \
                    FROM groups g \
                    LEFT JOIN members m ON m.id = g.leader LEFT JOIN accounts a ON a.id = m.account_id \
                    WHERE g.workspace_id = ? ORDER BY g.name_key, g.id";
        let rows = self.sql(text).bind(ws.0).all(&mut tx).await?;
        rows.iter()
            .map(|row| {
                let id = row.int(0)?;
                let leader = match (row.opt_int(4)?, row.opt_text(5)?) {
                    (Some(id), Some(name)) => Some(Named { id: MemberId(id), name: name.into() }),
                    _ => None,
                };
                Ok(GroupRow {
                    id: GroupId(id),
                    version: row.int(1)?,
                    name: row.text(2)?.into(),
                    description: row.text(3)?.into(),
                    capabilities: bundles.capabilities(id),
                    leader,
                    members: bundles.members(id),
                })
            })
            .collect()
    }

    /// All roles, in the pack's order; `assignable` is left false, being a matter of the rules.
    pub async fn roles(&self, ws: WorkspaceId, now: Timestamp) -> Result<Vec<RoleRow>> {
        let mut tx = self.read().await?;
        let mut bundles = Bundles::read(&mut tx, self.dialect, "role", ws, now).await?;
        let text = "SELECT id, role_key, name, builtin FROM roles WHERE workspace_id = ? ORDER BY position, id";
        let rows = self.sql(text).bind(ws.0).all(&mut tx).await?;
        rows.iter()
            .map(|row| {
                let id = row.int(0)?;
                Ok(RoleRow {
                    id: RoleId(id),
                    key: row.text(1)?,
                    name: row.text(2)?.into(),
                    capabilities: bundles.capabilities(id),
                    builtin: row.flag(3)?,
                    members: bundles.members(id),
                    assignable: false,
                })
            })
            .collect()
    }
}
