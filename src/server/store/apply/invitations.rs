//! Changes of invitations. Behind an open one stands a pending member, who holds its roles and groups
//! already and, being pending, may do nothing with them.

use super::{Kind, Work};
use crate::{
    domain::{
        change::InviteDraft,
        edge::Terms,
        id::{GroupId, InvitationId, RoleId},
        invitation::InvitationStatus,
        model::Snapshot,
        pack::Attach,
        plan::{Delta, Turn},
        time::{DAY, Timestamp},
        untrusted::Text,
    },
    server::store::{
        Outcome, Result, StoreError, TokenHash, Told,
        accounts::{Provider, account_for, key},
        facts::can_sign_in,
        invitations::flags::look,
        sql::Columns,
    },
};
use serde_json::{Value, json};

/// What is said of a link that no mail was sent for.
const LINK_SHOWN: &str = "link shown";

/// An invitation that is not settled.
struct Open {
    member: Option<i64>,
    email: String,
    value: Value,
}

fn link(token: Option<&TokenHash>) -> Result<&str> {
    token.map(TokenHash::as_str).ok_or_else(|| StoreError::invalid("token", "an invitation needs a token for its link"))
}

impl Work<'_> {
    /// An invitation as the audit log tells it: never its token.
    async fn invitation_value(&mut self, id: i64) -> Result<Value> {
        let text = "SELECT i.email, i.name, i.status, i.expires_at, i.sends, i.token_version, a.email \
                    FROM invitations i LEFT JOIN accounts a ON a.id = i.inviter WHERE i.id = ?";
        let row = self.sql(text).bind(id).first(self.conn).await?.ok_or(StoreError::Missing("invitation"))?;
        let mut names = Vec::new();
        for kind in [Kind::Role, Kind::Group] {
            let text = format!(
                "SELECT n.name FROM {} e JOIN {} n ON n.id = e.{} WHERE e.invitation_id = ? ORDER BY n.id",
                kind.waiting(),
                kind.named(),
                kind.table().1
            );
            let rows = self.sql(&text).bind(id).all(self.conn).await?;
            names.push(rows.iter().map(|row| row.text(0)).collect::<Result<Vec<_>>>()?);
        }
        Ok(json!({
            "email": row.text(0)?, "name": row.text(1)?, "status": row.text(2)?, "expires_at": row.int(3)?,
            "sends": row.int(4)?, "link": row.int(5)?, "inviter": row.opt_text(6)?, "roles": names[0],
            "groups": names[1],
        }))
    }

    async fn open_invitation(&mut self, id: InvitationId) -> Result<Open> {
        let text = "SELECT member_id, email, status FROM invitations WHERE workspace_id = ? AND id = ?";
        let row = self.sql(text).bind(self.ws.0).bind(id.0).first(self.conn).await?;
        let row = row.ok_or(StoreError::Missing("invitation"))?;
        if !matches!(row.text(2)?.as_str(), "sent" | "expired" | "failed") {
            return Err(StoreError::conflict(None, "this invitation is settled: invite the person again"));
        }
        let value = self.invitation_value(id.0).await?;
        Ok(Open { member: row.opt_int(0)?, email: row.text(1)?, value })
    }

    pub(super) async fn invite(
        &mut self,
        draft: &InviteDraft,
        after: &Snapshot,
        token: Option<&TokenHash>,
    ) -> Result<Outcome> {
        let (d, ws, now) = (self.d, self.ws, self.now);
        let email = draft.email.raw().trim();
        let name = draft.name.as_ref().map_or("", |name| name.raw().trim());
        let policies = &after.policies;
        let known = can_sign_in(self.conn, d, &key(email)).await?.is_some();
        let at_once = known && policies.attach == Attach::Immediate;
        let account = account_for(self.conn, d, email, name, Provider::None, now).await?;
        let text = "INSERT INTO members (workspace_id, account_id, status, joined_at, email_key, name_key, status_rank, \
                    last_key) SELECT ?, a.id, ?, ?, a.email_key, ?, CASE WHEN a.status = 'active' THEN ? ELSE 2 END, \
                    COALESCE(a.last_sign_in, -1) FROM accounts a WHERE a.id = ? ON CONFLICT DO NOTHING RETURNING id";
        let held = self.sql("SELECT name FROM accounts WHERE id = ?").bind(account.0).first(self.conn).await?;
        let held = held.map(|row| row.text(0)).transpose()?.unwrap_or_default();
        let sql = self.sql(text).bind(ws.0).bind(if at_once { "active" } else { "pending" }).bind(now.0);
        let sql = sql.bind(key(&held)).bind(i64::from(!at_once)).bind(account.0);
        let Some(member) = sql.number(self.conn).await? else {
            return Err(StoreError::conflict(Some("email"), "a member already"));
        };
        let edge = self.edge(&Terms::default());
        for role in &draft.roles {
            self.add_edge(Kind::Role, member, role.0, &edge).await?;
        }
        for group in &draft.groups {
            self.add_edge(Kind::Group, member, group.0, &edge).await?;
        }
        let text = "INSERT INTO invitations (workspace_id, member_id, email, email_key, name, name_key, message, \
                    inviter, look_key, mixed, status, token_hash, created_at, sent_at, expires_at, settled_at, sends, \
                    delivery, delivery_key) \
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id";
        let days = draft.ttl_days.unwrap_or(policies.invitation_ttl_days);
        let sql = self.sql(text).bind(ws.0).bind(member).bind(email).bind(key(email)).bind(name).bind(key(name));
        let sql = sql.bind(draft.message.as_ref().map(Text::raw)).bind(self.actor.0);
        let (look, mixed) = look(email);
        let sql = sql.bind(look).bind(mixed);
        let sql = if at_once { sql.bind("accepted").bind(None::<&str>) } else { sql.bind("sent").bind(link(token)?) };
        let sql = sql.bind(now.0).bind(now.0).bind(now.plus(days.saturating_mul(DAY)).0);
        let sql = sql.bind(at_once.then_some(now.0)).bind(i64::from(!at_once));
        let delivery = if at_once { "" } else { LINK_SHOWN };
        let Some(id) = sql.bind(delivery).bind(key(delivery)).number(self.conn).await? else {
            let message = "invited already: resend or cancel it";
            return Err(StoreError::conflict(Some("email"), message));
        };
        for role in &draft.roles {
            let sql = self.sql("INSERT INTO invitation_role (invitation_id, role_id) VALUES (?, ?)");
            sql.bind(id).bind(role.0).run(self.conn).await?;
        }
        for group in &draft.groups {
            let sql = self.sql("INSERT INTO invitation_group (invitation_id, group_id) VALUES (?, ?)");
            sql.bind(id).bind(group.0).run(self.conn).await?;
        }
        self.refresh(&[member]).await?;
        Ok(Outcome {
            created: Some(id),
            version: Some(1),
            target: email.into(),
            before: Told::nothing(),
            after: self.invitation_value(id).await?.into(),
            reason: None,
        })
    }

    /// A new token takes the place of the old one: every earlier link is dead. Whoever resends answers for the
    /// new one: from now on they are the inviter.
    pub(super) async fn resend(
        &mut self,
        id: InvitationId,
        after: &Snapshot,
        token: Option<&TokenHash>,
    ) -> Result<Outcome> {
        let open = self.open_invitation(id).await?;
        let expires = self.now.plus(after.policies.invitation_ttl_days.saturating_mul(DAY));
        let text = "UPDATE invitations SET status = 'sent', token_hash = ?, token_version = token_version + 1, \
                    sends = sends + 1, sent_at = ?, expires_at = ?, delivery = ?, delivery_key = ?, inviter = ? \
                    WHERE id = ?";
        let sql = self.sql(text).bind(link(token)?).bind(self.now.0).bind(expires.0).bind(LINK_SHOWN);
        sql.bind(key(LINK_SHOWN)).bind(self.actor.0).bind(id.0).run(self.conn).await?;
        self.edited(id, open, None).await
    }

    /// The link is dead; the pending member goes, and the account when nothing else holds it.
    pub(super) async fn cancel(&mut self, id: InvitationId, reason: Option<Text>) -> Result<Outcome> {
        let open = self.open_invitation(id).await?;
        let text = "UPDATE invitations SET status = 'cancelled', settled_at = ?, token_hash = NULL WHERE id = ?";
        self.sql(text).bind(self.now.0).bind(id.0).run(self.conn).await?;
        if let Some(member) = open.member {
            let text = "SELECT account_id FROM members WHERE id = ? AND status = 'pending'";
            if let Some(account) = self.sql(text).bind(member).number(self.conn).await? {
                self.delete_members(&[member]).await?;
                let text = "DELETE FROM accounts WHERE id = ? AND password_hash IS NULL AND provider IS NULL \
                            AND last_sign_in IS NULL AND NOT EXISTS (SELECT 1 FROM members m WHERE m.account_id = \
                            accounts.id) AND NOT EXISTS (SELECT 1 FROM org_role_holder h WHERE h.account_id = accounts.id)";
                self.sql(text).bind(account).run(self.conn).await?;
            }
        }
        self.edited(id, open, reason).await
    }

    /// A cancelled one, open again with its pending member, in the state and with the end that it had. Only the
    /// link is another, which nobody was sent; why one failed stays told.
    pub(super) async fn reopen(
        &mut self,
        id: InvitationId,
        (status, expires_at): (InvitationStatus, Timestamp),
        delta: &Delta,
        reason: Option<Text>,
        token: Option<&TokenHash>,
    ) -> Result<Outcome> {
        let text = "SELECT email, name FROM invitations WHERE workspace_id = ? AND id = ? AND status = 'cancelled'";
        let row = self.sql(text).bind(self.ws.0).bind(id.0).first(self.conn).await?;
        let row = row.ok_or_else(|| StoreError::conflict(None, "this invitation is not cancelled any more"))?;
        let (email, name) = (row.text(0)?, row.text(1)?);
        let was = Open { member: None, value: self.invitation_value(id.0).await?, email };
        let account = account_for(self.conn, self.d, &was.email, &name, Provider::None, self.now).await?;
        let mut delta = delta.clone();
        if let Some(Turn::Came(membership)) = &mut delta.membership {
            membership.account = account;
        }
        let mut made = [delta];
        self.make(&mut made).await?;
        let [Delta { member, .. }] = made;
        let text = "UPDATE invitations SET status = ?, expires_at = ?, member_id = ?, settled_at = NULL, \
                    token_hash = ?, token_version = token_version + 1, link_by = NULL, link_seed = NULL WHERE id = ?";
        let sql = self.sql(text).bind(status.name()).bind(expires_at.0).bind(member.0).bind(link(token)?);
        sql.bind(id.0).run(self.conn).await?;
        if status != InvitationStatus::Failed {
            let sql = self.sql("UPDATE invitations SET delivery = ?, delivery_key = ? WHERE id = ?");
            sql.bind(LINK_SHOWN).bind(key(LINK_SHOWN)).bind(id.0).run(self.conn).await?;
        }
        self.refresh(&[member.0]).await?;
        self.edited(id, was, reason).await
    }

    pub(super) async fn edit_invitation(
        &mut self,
        id: InvitationId,
        roles: &[RoleId],
        groups: &[GroupId],
        ttl_days: Option<i64>,
    ) -> Result<Outcome> {
        let open = self.open_invitation(id).await?;
        let edge = self.edge(&Terms::default());
        if let Some(member) = open.member {
            let roles: Vec<i64> = roles.iter().map(|r| r.0).collect();
            let groups: Vec<i64> = groups.iter().map(|g| g.0).collect();
            self.set_edges(Kind::Role, member, &roles, &edge).await?;
            self.set_edges(Kind::Group, member, &groups, &edge).await?;
            self.refresh(&[member]).await?;
            self.bump("members", member).await?;
        }
        if let Some(days) = ttl_days {
            // More time brings an expired one back, with the link it has.
            let text = "UPDATE invitations SET expires_at = ?, \
                        status = CASE WHEN status = 'expired' THEN 'sent' ELSE status END WHERE id = ?";
            let expires = self.now.plus(days.saturating_mul(DAY));
            self.sql(text).bind(expires.0).bind(id.0).run(self.conn).await?;
        }
        self.edited(id, open, None).await
    }

    async fn edited(&mut self, id: InvitationId, open: Open, reason: Option<Text>) -> Result<Outcome> {
        Ok(Outcome {
            created: None,
            version: Some(self.bump("invitations", id.0).await?),
            target: open.email.into(),
            before: open.value.into(),
            after: self.invitation_value(id.0).await?.into(),
            reason,
        })
    }
}
