//! Changes of grants. A grant changes the folder it is made on: the folder's version grows with it.

use super::Work;
use crate::{
    domain::{
        edge::Terms,
        id::{FolderId, GrantId},
        model::{Effect, Subject},
        untrusted::Text,
    },
    server::store::{Outcome, Result, StoreError, Told, edges, facts::subject_name, folders, sql::Columns},
};
use serde_json::{Value, json};

/// A grant as it is: its folder, `WHO @ FOLDER`, and all of it as the audit log tells it.
struct Known {
    folder: i64,
    target: String,
    value: Value,
}

impl Work<'_> {
    async fn known_grant(&mut self, grant: i64) -> Result<Known> {
        let text = format!(
            "SELECT e.folder_id, f.name, e.member_id, e.group_id, e.capability, e.effect, {} FROM grants e \
             JOIN folders f ON f.id = e.folder_id WHERE f.workspace_id = ? AND e.id = ?",
            edges::columns("e")
        );
        let row = self.sql(&text).bind(self.ws.0).bind(grant).first(self.conn).await?;
        let row = row.ok_or(StoreError::Missing("grant"))?;
        let subject = folders::subject(row.opt_int(2)?, row.opt_int(3)?)?;
        let who = subject_name(self.conn, self.d, subject).await?;
        let (folder, name) = (row.int(0)?, row.text(1)?);
        let value = json!({
            "folder": { "id": folder, "name": name }, "subject": subject, "subject_name": who,
            "capability": row.text(4)?, "effect": row.text(5)?, "edge": edges::read(&row, 6)?,
        });
        Ok(Known { folder, target: format!("{who} @ {name}"), value })
    }

    pub(super) async fn grant(
        &mut self,
        folder: FolderId,
        subject: Subject,
        capability: &str,
        effect: Effect,
        terms: &Terms,
    ) -> Result<Outcome> {
        let (member, group) = match subject {
            Subject::Member(id) => (Some(id.0), None),
            Subject::Group(id) => (None, Some(id.0)),
        };
        // The same grant, expired: it does not exist any more, and makes room.
        let text = "DELETE FROM grants WHERE folder_id = ? AND COALESCE(member_id, 0) = ? \
                    AND COALESCE(group_id, 0) = ? AND capability = ? AND effect = ? AND expires_at <= ?";
        let sql = self.sql(text).bind(folder.0).bind(member.unwrap_or(0)).bind(group.unwrap_or(0));
        let sql = sql.bind(capability).bind(effect.name()).bind(self.now.0);
        sql.run(self.conn).await?;
        let text = format!(
            "INSERT INTO grants (folder_id, member_id, group_id, capability, effect, {}) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
            edges::NAMES
        );
        let mut sql = self.sql(&text).bind(folder.0).bind(member).bind(group).bind(capability);
        sql.arg(effect.name());
        edges::bind(&mut sql, &self.edge(terms));
        let Some(grant) = sql.number(self.conn).await? else {
            return Err(StoreError::conflict(Some("capability"), "this grant is there already: edit it instead"));
        };
        self.bump("folders", folder.0).await?;
        let known = self.known_grant(grant).await?;
        Ok(Outcome {
            created: Some(grant),
            version: Some(1),
            target: known.target.into(),
            before: Told::nothing(),
            after: known.value.into(),
            reason: terms.reason.clone(),
        })
    }

    pub(super) async fn edit_grant(&mut self, grant: GrantId, terms: &Terms) -> Result<Outcome> {
        let before = self.known_grant(grant.0).await?;
        let text = "UPDATE grants SET reason = ?, expires_at = ?, review_at = ? WHERE id = ?";
        let sql = self.sql(text).bind(terms.reason.as_ref().map(Text::raw)).bind(terms.expires_at.map(|t| t.0));
        sql.bind(terms.review_at.map(|t| t.0)).bind(grant.0).run(self.conn).await?;
        self.bump("folders", before.folder).await?;
        let version = self.bump("grants", grant.0).await?;
        let after = self.known_grant(grant.0).await?;
        Ok(Outcome {
            created: None,
            version: Some(version),
            target: after.target.into(),
            before: before.value.into(),
            after: after.value.into(),
            reason: terms.reason.clone(),
        })
    }

    pub(super) async fn revoke(&mut self, grant: GrantId, reason: Option<Text>) -> Result<Outcome> {
        let before = self.known_grant(grant.0).await?;
        self.sql("DELETE FROM grants WHERE id = ?").bind(grant.0).run(self.conn).await?;
        self.bump("folders", before.folder).await?;
        Ok(Outcome {
            created: None,
            version: None,
            target: before.target.into(),
            before: before.value.into(),
            after: Told::nothing(),
            reason,
        })
    }
}
