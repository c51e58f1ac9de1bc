//! Changes of groups.

use super::{Kind, Work};
use crate::{
    domain::{
        change::GroupDraft,
        edge::Terms,
        id::{GroupId, MemberId},
        untrusted::Text,
    },
    server::store::{Outcome, Result, StoreError, Told, accounts::key, edges, sql::Columns},
};
use serde_json::{Value, json};

impl Work<'_> {
    /// A group as the audit log tells it; its members are told when they change.
    async fn group_value(&mut self, group: i64) -> Result<(String, Value)> {
        let text = "SELECT g.name, g.description, g.leader, a.email FROM groups g LEFT JOIN members m ON m.id = g.leader \
                    LEFT JOIN accounts a ON a.id = m.account_id WHERE g.workspace_id = ? AND g.id = ?";
        let row = self.sql(text).bind(self.ws.0).bind(group).first(self.conn).await?;
        let row = row.ok_or(StoreError::Missing("group"))?;
        let held = self.sql("SELECT capability FROM group_capability WHERE group_id = ? ORDER BY capability");
        let held = held.bind(group).all(self.conn).await?;
        let held = held.iter().map(|row| row.text(0)).collect::<Result<Vec<_>>>()?;
        let leader = match row.opt_int(2)? {
            Some(id) => json!({ "id": id, "email": row.opt_text(3)? }),
            None => Value::Null,
        };
        let name = row.text(0)?;
        let value = json!({ "name": name, "description": row.text(1)?, "leader": leader, "capabilities": held });
        Ok((name, value))
    }

    async fn set_capabilities(&mut self, group: i64, keys: &[String]) -> Result<()> {
        self.sql("DELETE FROM group_capability WHERE group_id = ?").bind(group).run(self.conn).await?;
        for capability in keys {
            let text = "INSERT INTO group_capability (group_id, capability) VALUES (?, ?) ON CONFLICT DO NOTHING";
            self.sql(text).bind(group).bind(capability.as_str()).run(self.conn).await?;
        }
        Ok(())
    }

    /// Makes an empty group.
    pub(in crate::server::store) async fn new_group(&mut self, name: &str, about: &str) -> Result<i64> {
        let text = "INSERT INTO groups (workspace_id, name, name_key, description, created_at) \
                    VALUES (?, ?, ?, ?, ?) RETURNING id";
        let sql = self.sql(text).bind(self.ws.0).bind(name).bind(key(name)).bind(about).bind(self.now.0);
        self.made(sql).await
    }

    pub(super) async fn create_group(&mut self, draft: &GroupDraft) -> Result<Outcome> {
        let group = self.new_group(draft.name.raw().trim(), draft.description.raw()).await?;
        let leader = self.sql("UPDATE groups SET leader = ? WHERE id = ?").bind(draft.leader.map(|m| m.0));
        leader.bind(group).run(self.conn).await?;
        self.set_capabilities(group, &draft.capabilities).await?;
        let (name, after) = self.group_value(group).await?;
        Ok(Outcome {
            created: Some(group),
            version: Some(1),
            target: name.into(),
            before: Told::nothing(),
            after: after.into(),
            reason: None,
        })
    }

    pub(super) async fn edit_group(&mut self, group: GroupId, draft: &GroupDraft) -> Result<Outcome> {
        let (_, before) = self.group_value(group.0).await?;
        let name = draft.name.raw().trim();
        let text = "UPDATE groups SET name = ?, name_key = ?, description = ?, leader = ? WHERE id = ?";
        let sql = self.sql(text).bind(name).bind(key(name)).bind(draft.description.raw());
        sql.bind(draft.leader.map(|m| m.0)).bind(group.0).run(self.conn).await?;
        self.set_capabilities(group.0, &draft.capabilities).await?;
        let version = self.bump("groups", group.0).await?;
        let (name, after) = self.group_value(group.0).await?;
        Ok(Outcome {
            created: None,
            version: Some(version),
            target: name.into(),
            before: before.into(),
            after: after.into(),
            reason: None,
        })
    }

    /// The group goes with its grants and fences. A folder that would be open to everyone afterwards,
    /// because this was the last group of its fence, is refused: taking a group away never gives access.
    pub(super) async fn delete_group(&mut self, group: GroupId, reason: Option<Text>) -> Result<Outcome> {
        let (name, before) = self.group_value(group.0).await?;
        let alone = format!(
            "SELECT f.name FROM fences e JOIN folders f ON f.id = e.folder_id WHERE e.group_id = ? AND {} \
             AND NOT EXISTS (SELECT 1 FROM fences o WHERE o.folder_id = e.folder_id AND o.group_id <> e.group_id \
             AND {}) ORDER BY f.name_key",
            edges::live("e", self.now),
            edges::live("o", self.now)
        );
        if let Some(row) = self.sql(&alone).bind(group.0).first(self.conn).await? {
            let folder = Text::new(row.text(0)?);
            let message = format!(
                "{folder} is closed to everyone but this group and would be open without it: let another group in first"
            );
            return Err(StoreError::conflict(None, message));
        }
        let touched = self.sql("SELECT member_id FROM member_group WHERE group_id = ?").bind(group.0);
        let touched: Vec<i64> = touched.all(self.conn).await?.iter().map(|row| row.int(0)).collect::<Result<_>>()?;
        let folders = "UPDATE folders SET version = version + 1 WHERE id IN (SELECT folder_id FROM grants \
                       WHERE group_id = ? UNION SELECT folder_id FROM fences WHERE group_id = ?)";
        self.sql(folders).bind(group.0).bind(group.0).run(self.conn).await?;
        self.sql("DELETE FROM groups WHERE id = ?").bind(group.0).run(self.conn).await?;
        self.touch(&touched).await?;
        let mut before = before;
        before["members"] = touched.into();
        let before = before.into();
        Ok(Outcome { created: None, version: None, target: name.into(), before, after: Told::nothing(), reason })
    }

    pub(super) async fn set_group_members(
        &mut self,
        group: GroupId,
        add: &[MemberId],
        remove: &[MemberId],
        terms: &Terms,
    ) -> Result<Outcome> {
        let (name, _) = self.group_value(group.0).await?;
        let was = self.memberships(group, remove).await?;
        let gone = self.sql("DELETE FROM member_group WHERE group_id = ? AND member_id IN ").bind(group.0);
        gone.and_ids(remove.iter().map(|m| m.0)).run(self.conn).await?;
        let expired = self.sql("DELETE FROM member_group WHERE group_id = ? AND expires_at <= ? AND member_id IN ");
        let expired = expired.bind(group.0).bind(self.now.0).and_ids(add.iter().map(|m| m.0));
        expired.run(self.conn).await?;
        let edge = self.edge(terms);
        for member in add {
            self.add_edge(Kind::Group, member.0, group.0, &edge).await?;
        }
        let is = self.memberships(group, add).await?;
        let touched: Vec<i64> = add.iter().chain(remove).map(|m| m.0).collect();
        self.touch(&touched).await?;
        Ok(Outcome {
            created: None,
            version: Some(self.bump("groups", group.0).await?),
            target: name.into(),
            before: json!({ "removed": was }).into(),
            after: json!({ "added": is }).into(),
            reason: terms.reason.clone(),
        })
    }

    async fn memberships(&mut self, group: GroupId, members: &[MemberId]) -> Result<Value> {
        let text = format!(
            "SELECT m.id, a.email, {} FROM member_group e JOIN members m ON m.id = e.member_id \
             JOIN accounts a ON a.id = m.account_id WHERE e.group_id = ? AND e.member_id IN ",
            edges::columns("e")
        );
        let sql = self.sql(&text).bind(group.0).and_ids(members.iter().map(|m| m.0)).and(" ORDER BY m.id");
        let rows = sql.all(self.conn).await?;
        let all = rows
            .iter()
            .map(|row| Ok(json!({ "id": row.int(0)?, "email": row.text(1)?, "edge": edges::read(row, 2)? })));
        Ok(Value::Array(all.collect::<Result<_>>()?))
    }
}
