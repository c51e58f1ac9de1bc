//! Changes of one member, and of who owns the workspace.

use super::{Kind, Work};
use crate::{
    domain::{
        edge::Terms,
        id::{GroupId, MemberId, RoleId},
        model::{MemberStatus, Snapshot},
        untrusted::Text,
    },
    server::store::{Outcome, Result, StoreError, Told, accounts::key, filter::status_rank, sql::Columns},
};
use serde_json::json;

struct Known {
    account: i64,
    email: String,
    name: String,
    status: String,
}

impl Work<'_> {
    async fn known(&mut self, member: MemberId) -> Result<Known> {
        let text = "SELECT m.account_id, a.email, a.name, m.status FROM members m JOIN accounts a \
                    ON a.id = m.account_id WHERE m.workspace_id = ? AND m.id = ?";
        let row = self.sql(text).bind(self.ws.0).bind(member.0).first(self.conn).await?;
        let row = row.ok_or(StoreError::Missing("member"))?;
        Ok(Known { account: row.int(0)?, email: row.text(1)?, name: row.text(2)?, status: row.text(3)? })
    }

    pub(super) async fn set_roles(&mut self, member: MemberId, roles: &[RoleId], terms: &Terms) -> Result<Outcome> {
        let known = self.known(member).await?;
        let before = self.edges_value(Kind::Role, member.0).await?;
        let wanted: Vec<i64> = roles.iter().map(|r| r.0).collect();
        let edge = self.edge(terms);
        self.set_edges(Kind::Role, member.0, &wanted, &edge).await?;
        self.refresh(&[member.0]).await?;
        let after = self.edges_value(Kind::Role, member.0).await?;
        Ok(Outcome {
            created: None,
            version: Some(self.bump("members", member.0).await?),
            target: known.email.into(),
            before: json!({ "roles": before }).into(),
            after: json!({ "roles": after }).into(),
            reason: terms.reason.clone(),
        })
    }

    pub(super) async fn set_groups(
        &mut self,
        member: MemberId,
        add: &[GroupId],
        remove: &[GroupId],
        terms: &Terms,
    ) -> Result<Outcome> {
        let known = self.known(member).await?;
        let before = self.edges_value(Kind::Group, member.0).await?;
        let gone = self.sql("DELETE FROM member_group WHERE member_id = ? AND (expires_at <= ? OR group_id IN ");
        let gone = gone.bind(member.0).bind(self.now.0).and_ids(remove.iter().map(|group| group.0)).and(")");
        gone.run(self.conn).await?;
        let edge = self.edge(terms);
        for group in add {
            self.add_edge(Kind::Group, member.0, group.0, &edge).await?;
        }
        let touched = self.sql("UPDATE groups SET version = version + 1 WHERE id IN ");
        touched.and_ids(add.iter().chain(remove).map(|group| group.0)).run(self.conn).await?;
        self.refresh(&[member.0]).await?;
        let after = self.edges_value(Kind::Group, member.0).await?;
        Ok(Outcome {
            created: None,
            version: Some(self.bump("members", member.0).await?),
            target: known.email.into(),
            before: json!({ "groups": before }).into(),
            after: json!({ "groups": after }).into(),
            reason: terms.reason.clone(),
        })
    }

    /// Closes a member out, or lets them in again; their edges stay as they are.
    pub(super) async fn set_status(
        &mut self,
        member: MemberId,
        status: MemberStatus,
        reason: Option<Text>,
    ) -> Result<Outcome> {
        let known = self.known(member).await?;
        self.write_status(status, &[member.0]).await?;
        let after = self.known(member).await?;
        Ok(Outcome {
            created: None,
            version: Some(self.bump("members", member.0).await?),
            target: known.email.into(),
            before: json!({ "status": known.status }).into(),
            after: json!({ "status": after.status }).into(),
            reason,
        })
    }

    /// Writes members' state, and what the list is sorted by.
    pub(super) async fn write_status(&mut self, status: MemberStatus, members: &[i64]) -> Result<()> {
        let text = "UPDATE members SET status = ?, status_rank = CASE WHEN (SELECT a.status FROM accounts a \
                    WHERE a.id = members.account_id) = 'active' THEN ? ELSE 2 END WHERE id IN ";
        let sql = self.sql(text).bind(status.name()).bind(status_rank(status));
        sql.and_ids(members.iter().copied()).run(self.conn).await?;
        Ok(())
    }

    /// Takes the membership and its edges; an invitation that was open for it is cancelled, groups it
    /// led are without a leader.
    pub(super) async fn remove(&mut self, member: MemberId, reason: Option<Text>) -> Result<Outcome> {
        let known = self.known(member).await?;
        let roles = self.edges_value(Kind::Role, member.0).await?;
        let groups = self.edges_value(Kind::Group, member.0).await?;
        let before = json!({
            "email": known.email, "name": known.name, "status": known.status, "roles": roles, "groups": groups,
        });
        let before = before.into();
        self.leave(&[member.0]).await?;
        Ok(Outcome { created: None, version: None, target: known.email.into(), before, after: Told::nothing(), reason })
    }

    /// Takes memberships: invitations that were open for them are cancelled.
    pub(super) async fn leave(&mut self, members: &[i64]) -> Result<()> {
        let text = "UPDATE invitations SET status = 'cancelled', settled_at = ?, token_hash = NULL, \
                    version = version + 1 WHERE status IN ('sent', 'expired', 'failed') AND member_id IN ";
        self.sql(text).bind(self.now.0).and_ids(members.iter().copied()).run(self.conn).await?;
        self.delete_members(members).await
    }

    /// Deletes the rows and, by the schema, their edges; what named them changes with them.
    pub(super) async fn delete_members(&mut self, members: &[i64]) -> Result<()> {
        let ids = || members.iter().copied();
        let led = self.sql("UPDATE groups SET leader = NULL, version = version + 1 WHERE leader IN ").and_ids(ids());
        led.run(self.conn).await?;
        let owned = self.sql("UPDATE folders SET owner = NULL, version = version + 1 WHERE owner IN ").and_ids(ids());
        owned.run(self.conn).await?;
        let granted = "UPDATE folders SET version = version + 1 WHERE id IN \
                       (SELECT folder_id FROM grants WHERE member_id IN ";
        self.sql(granted).and_ids(ids()).and(")").run(self.conn).await?;
        self.sql("DELETE FROM members WHERE id IN ").and_ids(ids()).run(self.conn).await?;
        Ok(())
    }

    /// The name is the person's, the same in every workspace.
    pub(super) async fn rename(&mut self, member: MemberId, name: &Text) -> Result<Outcome> {
        let known = self.known(member).await?;
        let name = name.raw().trim();
        self.sql("UPDATE accounts SET name = ? WHERE id = ?").bind(name).bind(known.account).run(self.conn).await?;
        let listed = self.sql("UPDATE members SET name_key = ? WHERE account_id = ?");
        listed.bind(key(name)).bind(known.account).run(self.conn).await?;
        Ok(Outcome {
            created: None,
            version: Some(self.bump("members", member.0).await?),
            target: known.email.into(),
            before: json!({ "name": known.name }).into(),
            after: json!({ "name": name }).into(),
            reason: None,
        })
    }

    /// The roles after it are those that the check worked out.
    pub(super) async fn transfer(&mut self, email: &Text, reason: Option<Text>, after: &Snapshot) -> Result<Outcome> {
        let text = "SELECT m.id, a.email FROM members m JOIN accounts a ON a.id = m.account_id \
                    WHERE m.workspace_id = ? AND m.owner = 1";
        let former = self.sql(text).bind(self.ws.0).first(self.conn).await?.ok_or(StoreError::Missing("owner"))?;
        let (former, former_email) = (former.int(0)?, former.text(1)?);
        let text = "SELECT m.id, a.email FROM members m JOIN accounts a ON a.id = m.account_id \
                    WHERE m.workspace_id = ? AND m.email_key = ?";
        let heir = self.sql(text).bind(self.ws.0).bind(key(email.raw())).first(self.conn).await?;
        let heir = heir.ok_or(StoreError::Missing("member"))?;
        let (heir, heir_email) = (heir.int(0)?, heir.text(1)?);
        // The former goes first: there is never a moment with two owners.
        let step = self.sql("UPDATE members SET owner = 0, version = version + 1 WHERE id = ?").bind(former);
        step.run(self.conn).await?;
        let step = self.sql("UPDATE members SET owner = 1, version = version + 1 WHERE id = ?").bind(heir);
        step.run(self.conn).await?;
        let edge = self.edge(&Terms { reason: reason.clone(), ..Terms::default() });
        for member in [former, heir] {
            if let Some(after) = after.members.iter().find(|m| m.id.0 == member) {
                let wanted: Vec<i64> = after.roles.iter().map(|(role, _)| role.0).collect();
                self.set_edges(Kind::Role, member, &wanted, &edge).await?;
            }
        }
        self.refresh(&[former, heir]).await?;
        Ok(Outcome {
            created: None,
            version: Some(self.bump("workspaces", self.ws.0).await?),
            target: heir_email.as_str().into(),
            before: json!({ "owner": former_email }).into(),
            after: json!({ "owner": heir_email }).into(),
            reason,
        })
    }
}
