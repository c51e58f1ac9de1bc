//! Memberships, groups, folders, names and invitations that go or change.

use super::{Link, Work, name_key};
use crate::{
    domain::{
        change::{Edit, InvitationRecord},
        id::InvitationId,
        model::MemberStatus,
    },
    server::store::{Result, filter::status_rank, workspaces::text_of},
};
use std::collections::BTreeMap;

impl Work<'_> {
    pub(super) async fn write_members<'d>(&mut self, edits: impl Iterator<Item = &'d Edit>) -> Result<()> {
        let mut leaving = Vec::new();
        let mut states: BTreeMap<MemberStatus, Vec<i64>> = BTreeMap::new();
        let (mut owners, mut names) = (Vec::new(), Vec::new());
        for edit in edits {
            match edit {
                Edit::Member { id, after: None, .. } => leaving.push(id.0),
                Edit::Member { id, before: Some(before), after: Some(after) } => {
                    if before.status != after.status {
                        states.entry(after.status).or_default().push(id.0);
                    }
                    if before.joined_at != after.joined_at {
                        let sql = self.sql("UPDATE members SET joined_at = ? WHERE id = ?");
                        sql.bind(after.joined_at.0).bind(id.0).run(self.conn).await?;
                    }
                    if before.owner != after.owner {
                        owners.push((after.owner, id.0));
                    }
                }
                Edit::Name { account, after, .. } => names.push((account.0, after.raw(), name_key(after))),
                _ => {}
            }
        }
        for (status, members) in states {
            let text = "UPDATE members SET status = ?, status_rank = CASE WHEN (SELECT a.status FROM accounts a \
                        WHERE a.id = members.account_id) = 'active' THEN ? ELSE 2 END WHERE id IN ";
            let sql = self.sql(text).bind(status.name()).bind(status_rank(status));
            sql.and_ids(members).run(self.conn).await?;
        }
        if !names.is_empty() {
            let names = text_of(&names)?;
            let named = format!(
                "(SELECT CAST(value ->> 0 AS BIGINT) AS account, value ->> 1 AS name, value ->> 2 AS key FROM {}) AS named",
                self.d.elements()
            );
            for (set, of) in
                [("accounts SET name = named.name", "id"), ("members SET name_key = named.key", "account_id")]
            {
                let sql = self.sql(&format!("UPDATE {set} FROM {named} WHERE {of} = named.account"));
                sql.bind(names.as_str()).run(self.conn).await?;
            }
        }
        // Whoever owned it goes first: there is never a moment with two owners.
        owners.sort_unstable();
        for (owner, member) in owners {
            let sql = self.sql("UPDATE members SET owner = ? WHERE id = ?").bind(owner).bind(member);
            sql.run(self.conn).await?;
        }
        if !leaving.is_empty() {
            self.sql("DELETE FROM members WHERE id IN ").and_ids(leaving).run(self.conn).await?;
        }
        Ok(())
    }

    /// Groups and folders. The members of a group that goes are others than before: their versions grow with the rest.
    pub(super) async fn write_places<'d>(&mut self, edits: impl Iterator<Item = &'d Edit>) -> Result<()> {
        for edit in edits {
            match edit {
                Edit::Group { id, after: None, .. } => {
                    self.sql("DELETE FROM groups WHERE id = ?").bind(id.0).run(self.conn).await?;
                }
                Edit::Group { id, before, after: Some(group) } => {
                    let text = "UPDATE groups SET name = ?, name_key = ?, description = ?, leader = ? WHERE id = ?";
                    let sql = self.sql(text).bind(group.name.raw()).bind(name_key(&group.name));
                    let sql = sql.bind(group.description.raw()).bind(group.leader.map(|id| id.0)).bind(id.0);
                    sql.run(self.conn).await?;
                    if before.as_ref().is_none_or(|before| before.capabilities != group.capabilities) {
                        self.set_capabilities(id.0, &group.capabilities).await?;
                    }
                }
                Edit::Folder { id, after: None, .. } => {
                    self.sql("DELETE FROM folders WHERE id = ?").bind(id.0).run(self.conn).await?;
                }
                Edit::Folder { id, after: Some(folder), .. } => {
                    let text =
                        "UPDATE folders SET parent = ?, name = ?, name_key = ?, kind = ?, owner = ? WHERE id = ?";
                    let sql = self.sql(text).bind(folder.parent.map(|id| id.0)).bind(folder.name.raw());
                    let sql = sql.bind(name_key(&folder.name)).bind(folder.kind.raw());
                    sql.bind(folder.owner.map(|id| id.0)).bind(id.0).run(self.conn).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    async fn set_capabilities(&mut self, group: i64, keys: &[String]) -> Result<()> {
        self.sql("DELETE FROM group_capability WHERE group_id = ?").bind(group).run(self.conn).await?;
        for capability in keys {
            let text = "INSERT INTO group_capability (group_id, capability) VALUES (?, ?) ON CONFLICT DO NOTHING";
            self.sql(text).bind(group).bind(capability.as_str()).run(self.conn).await?;
        }
        Ok(())
    }

    /// An invitation as it is after, with the link that it gets; one that is settled has none.
    pub(super) async fn write_invitation(
        &mut self,
        id: InvitationId,
        before: Option<&InvitationRecord>,
        after: Option<&InvitationRecord>,
        link: Option<&Link>,
    ) -> Result<()> {
        let Some(after) = after else {
            let sql = self.sql("DELETE FROM invitations WHERE id = ?").bind(id.0);
            return sql.run(self.conn).await.map(drop);
        };
        if before.is_some() {
            let text = "UPDATE invitations SET status = ?, member_id = ?, inviter = ?, sent_at = ?, expires_at = ?, \
                        settled_at = ?, sends = ?, token_version = ?, delivery = ?, delivery_key = ?, \
                        version = version + 1 WHERE id = ?";
            let sql = self.sql(text).bind(after.status.name()).bind(after.member.map(|id| id.0));
            let sql = sql.bind(after.inviter.map(|id| id.0)).bind(after.sent_at.0).bind(after.expires_at.0);
            let sql = sql.bind(after.settled_at.map(|at| at.0)).bind(after.sends).bind(after.link);
            sql.bind(after.delivery.raw()).bind(name_key(&after.delivery)).bind(id.0).run(self.conn).await?;
        }
        if let Some(link) = link {
            let text = "UPDATE invitations SET token_hash = ?, link_by = ?, link_seed = ? WHERE id = ?";
            let sql = self.sql(text).bind(link.hash.as_str()).bind(self.actor.0).bind(link.seed.as_str());
            sql.bind(id.0).run(self.conn).await?;
        } else if !after.status.open() {
            let sql =
                self.sql("UPDATE invitations SET token_hash = NULL, link_by = NULL, link_seed = NULL WHERE id = ?");
            sql.bind(id.0).run(self.conn).await?;
        }
        if before.is_none_or(|before| before.member != after.member) && after.member.is_some() {
            self.promise_of(&[id.0]).await?;
        }
        Ok(())
    }
}
