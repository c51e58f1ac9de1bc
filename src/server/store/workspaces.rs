//! Workspaces: made from a pack, listed, read; and who is asking.

use super::{
    NewEvent, Result, Store, StoreError,
    accounts::{Provider, account_for, key},
    audit,
    sql::{Columns, Dialect},
};
use crate::{
    api::wire::{Me, Named, Workspace},
    domain::{
        capability::{Capability, Catalogue},
        change::Delta,
        id::{AccountId, MemberId, RoleId, WorkspaceId},
        pack::{Pack, Policies},
        time::Timestamp,
    },
};
use sqlx::AnyConnection;

/// The revision of a workspace; no such workspace is an error.
pub(super) async fn revision(conn: &mut AnyConnection, d: Dialect, ws: WorkspaceId) -> Result<i64> {
    let sql = d.sql("SELECT revision FROM workspaces WHERE id = ?").bind(ws.0);
    sql.number(conn).await?.ok_or(StoreError::Missing("workspace"))
}

/// The rules of a workspace: its catalogue and policies.
pub(super) async fn rules(conn: &mut AnyConnection, d: Dialect, ws: WorkspaceId) -> Result<(Catalogue, Policies)> {
    let sql = d.sql("SELECT catalogue, policies FROM workspaces WHERE id = ?").bind(ws.0);
    let row = sql.first(conn).await?.ok_or(StoreError::Missing("workspace"))?;
    let all: Vec<Capability> = parse(&row.text(0)?)?;
    Ok((Catalogue::new(all).map_err(StoreError::Corrupt)?, parse(&row.text(1)?)?))
}

/// Reads JSON of our own.
pub(super) fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| StoreError::Corrupt(e.to_string()))
}

/// Text of JSON; what the program's own types become never fails.
pub(super) fn text_of<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| StoreError::Corrupt(e.to_string()))
}

/// Writes a workspace and its roles; answers its id and the roles' ids, in the pack's order.
pub(super) async fn make(
    conn: &mut AnyConnection,
    d: Dialect,
    pack: &Pack,
    name: &str,
    now: Timestamp,
) -> Result<(WorkspaceId, Vec<RoleId>)> {
    let catalogue = Catalogue::new(pack.capabilities.clone()).map_err(|e| StoreError::invalid("pack", e))?;
    let organisation = "INSERT INTO organisation (id, name, created_at) VALUES (1, ?, ?) ON CONFLICT (id) DO NOTHING";
    d.sql(organisation).bind(name).bind(now.0).run(conn).await?;
    let text = "INSERT INTO workspaces (name, name_key, pack, catalogue, policies, swept_at, created_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id";
    let sql = d.sql(text).bind(name).bind(key(name)).bind(pack.name.as_str());
    let sql = sql.bind(text_of(&pack.capabilities)?).bind(text_of(&pack.policies)?).bind(now.0).bind(now.0);
    let ws = sql.number(conn).await?.map(WorkspaceId).ok_or(StoreError::Missing("workspace"))?;
    let mut roles = Vec::new();
    for (position, role) in (0_i64..).zip(&pack.roles) {
        let text = "INSERT INTO roles (workspace_id, role_key, name, name_key, builtin, position) \
                    VALUES (?, ?, ?, ?, 1, ?) RETURNING id";
        let sql = d.sql(text).bind(ws.0).bind(role.key.as_str()).bind(role.name.as_str()).bind(key(&role.name));
        let id = sql.bind(position).number(conn).await?.ok_or(StoreError::Missing("role"))?;
        let everything = role.capabilities.iter().any(|c| c == "*");
        let held = if everything {
            catalogue.everything()
        } else {
            let unknown = |key| StoreError::invalid("pack", format!("role {} names {key}, which is unknown", role.key));
            catalogue.set(role.capabilities.iter().map(String::as_str)).map_err(unknown)?
        };
        for capability in catalogue.keys(held) {
            let sql = d.sql("INSERT INTO role_capability (role_id, capability) VALUES (?, ?)");
            sql.bind(id).bind(capability).run(conn).await?;
        }
        roles.push(RoleId(id));
    }
    Ok((ws, roles))
}

impl Store {
    /// A new workspace from a pack, with its first person (an account is made when the e-mail has
    /// none): the owner, or where the pack has no owner a holder of its first role.
    pub async fn create_workspace(
        &self,
        pack: &Pack,
        name: &str,
        owner_email: &str,
        owner_name: &str,
        now: Timestamp,
    ) -> Result<(WorkspaceId, AccountId)> {
        let d = self.dialect;
        let mut writing = self.write().await?;
        let conn = &mut *writing.tx;
        let (ws, roles) = make(conn, d, pack, name, now).await?;
        let account = account_for(conn, d, owner_email, owner_name, Provider::Local, now).await?;
        let text = "INSERT INTO members (workspace_id, account_id, status, owner, joined_at, email_key, name_key, \
                    role_rank, status_rank, last_key) \
                    SELECT ?, id, 'active', ?, ?, email_key, ?, ?, 0, COALESCE(last_sign_in, -1) \
                    FROM accounts WHERE id = ? RETURNING id";
        let owner = pack.policies.owner;
        let sql = d.sql(text).bind(ws.0).bind(owner).bind(now.0).bind(key(owner_name));
        let member = sql.bind(i64::from(!owner)).bind(account.0).number(conn).await?;
        if let (false, Some(member), Some(role)) = (owner, member, roles.first()) {
            let sql = d.sql("INSERT INTO member_role (member_id, role_id, granted_at) VALUES (?, ?, ?)");
            sql.bind(member).bind(role.0).bind(now.0).run(conn).await?;
        }
        let event = NewEvent {
            at: now,
            action: "create_workspace",
            target: name.into(),
            delta: &Delta::default(),
            reason: None,
        };
        audit::append(conn, d, ws, Some(account), &event).await?;
        writing.commit().await?;
        Ok((ws, account))
    }

    /// All workspaces, by name.
    pub async fn workspaces(&self) -> Result<Vec<Named<WorkspaceId>>> {
        let mut conn = self.pool.acquire().await?;
        let rows = self.sql("SELECT id, name FROM workspaces ORDER BY name_key, id").all(&mut conn).await?;
        rows.iter().map(|row| Ok(Named { id: WorkspaceId(row.int(0)?), name: row.text(1)?.into() })).collect()
    }

    /// The caller, with the workspaces that they are an active member of.
    pub async fn me(&self, account: AccountId) -> Result<Me> {
        let mut tx = self.read().await?;
        let sql = self.sql("SELECT email, name, password_hash FROM accounts WHERE id = ?").bind(account.0);
        let row = sql.first(&mut tx).await?.ok_or(StoreError::Missing("account"))?;
        let text = "SELECT w.id, w.name FROM members m JOIN workspaces w ON w.id = m.workspace_id \
                    WHERE m.account_id = ? AND m.status_rank = 0 ORDER BY w.name_key, w.id";
        let workspaces = self.sql(text).bind(account.0).all(&mut tx).await?;
        Ok(Me {
            account,
            email: row.text(0)?.into(),
            name: row.text(1)?.into(),
            has_password: row.opt_text(2)?.is_some(),
            workspaces: workspaces
                .iter()
                .map(|row| Ok(Named { id: WorkspaceId(row.int(0)?), name: row.text(1)?.into() }))
                .collect::<Result<_>>()?,
        })
    }

    /// A workspace; `my_capabilities` is left empty, being a matter of the rules.
    pub async fn workspace(&self, ws: WorkspaceId, account: AccountId) -> Result<Workspace> {
        let mut tx = self.read().await?;
        let sql = self.sql("SELECT name, pack, version, revision, catalogue, policies FROM workspaces WHERE id = ?");
        let row = sql.bind(ws.0).first(&mut tx).await?.ok_or(StoreError::Missing("workspace"))?;
        let mine = self.sql("SELECT id, owner FROM members WHERE workspace_id = ? AND account_id = ?");
        let mine = mine.bind(ws.0).bind(account.0).first(&mut tx).await?;
        let members = self.sql("SELECT COUNT(*) FROM members WHERE workspace_id = ?").bind(ws.0);
        Ok(Workspace {
            id: ws,
            name: row.text(0)?.into(),
            pack: row.text(1)?,
            version: row.int(2)?,
            revision: row.int(3)?,
            capabilities: parse(&row.text(4)?)?,
            policies: parse(&row.text(5)?)?,
            my_member: mine.as_ref().map(|row| row.int(0)).transpose()?.map(MemberId),
            my_owner: mine.as_ref().map(|row| row.flag(1)).transpose()?.unwrap_or(false),
            my_capabilities: Vec::new(),
            members: members.count(&mut tx).await?,
        })
    }

    /// The revision: it grows with every write.
    pub async fn revision(&self, ws: WorkspaceId) -> Result<i64> {
        let mut conn = self.pool.acquire().await?;
        revision(&mut conn, self.dialect, ws).await
    }
}
