//! What people do with their links, and what the clock does: accepting, expiring.

use super::{
    NewEvent, Result, Store, StoreError, TokenHash, WriteTx,
    accounts::key,
    apply, edges, facts,
    sql::{Columns, Dialect},
};
use crate::domain::{
    change::{Delta, Edit, InvitationRecord, Membership},
    id::{AccountId, InvitationId, MemberId, WorkspaceId},
    invitation::InvitationStatus,
    model::MemberStatus,
    time::Timestamp,
    untrusted::Text,
};
use sqlx::AnyConnection;

/// What accepting did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Which invitation.
    pub invitation: InvitationId,
    /// Whose account.
    pub account: AccountId,
    /// The membership, now active.
    pub member: MemberId,
    /// Where.
    pub workspace: WorkspaceId,
}

const DEAD: &str = "this link is not valid any more: ask for a new one";

impl WriteTx {
    /// Accepts once, and logs it: a settled, expired or replaced link is a conflict. A password is set
    /// only for an account without one, a name only where there is none. Whether the inviter may still
    /// invite is the caller's to check, in this transaction.
    pub async fn accept(
        &mut self,
        token: &TokenHash,
        password_hash: Option<&str>,
        name: Option<&str>,
        now: Timestamp,
    ) -> Result<Accepted> {
        let (d, ws) = (self.d, self.ws);
        let conn = &mut *self.writing.tx;
        let test = d.sql("i.token_hash = ?").bind(token.as_str());
        let before = facts::records(conn, ws, &test).await?.into_iter().next().map(|(_, record)| record);
        let was = match before.as_ref().and_then(|record| record.member) {
            Some(member) => membership(conn, d, member).await?,
            None => None,
        };
        let text = "UPDATE invitations SET status = 'accepted', settled_at = ?, token_hash = NULL, \
                    version = version + 1 WHERE workspace_id = ? AND token_hash = ? AND status = 'sent' \
                    AND expires_at > ? RETURNING id, member_id, email";
        let sql = d.sql(text).bind(now.0).bind(ws.0).bind(token.as_str()).bind(now.0);
        let row = sql.first(conn).await?.ok_or_else(|| StoreError::conflict(None, DEAD))?;
        let (invitation, email) = (row.int(0)?, row.text(2)?);
        let member = row.opt_int(1)?.ok_or_else(|| StoreError::conflict(None, DEAD))?;
        // An invitation that came with roles and whose roles are all gone lets nobody in.
        let roles = d.sql("SELECT COUNT(*) FROM invitation_role WHERE invitation_id = ?").bind(invitation);
        let groups = d.sql("SELECT COUNT(*) FROM invitation_group WHERE invitation_id = ?").bind(invitation);
        if roles.count(conn).await? == 0 && groups.count(conn).await? == 0 {
            let message = "the role of this invitation is not there any more: ask for a new one";
            return Err(StoreError::conflict(None, message));
        }
        let text = "UPDATE members SET status = 'active', status_rank = 0, joined_at = ?, version = version + 1 \
                    WHERE id = ? AND status = 'pending' AND EXISTS (SELECT 1 FROM accounts a \
                    WHERE a.id = members.account_id AND a.status = 'active') RETURNING account_id";
        let account = d.sql(text).bind(now.0).bind(member).number(conn).await?;
        let account = account.ok_or_else(|| StoreError::conflict(None, DEAD))?;
        if let Some(hash) = password_hash {
            let sql = d.sql("UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash IS NULL");
            sql.bind(hash).bind(account).run(conn).await?;
        }
        if let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) {
            let sql = d.sql("UPDATE accounts SET name = ? WHERE id = ? AND name = ''").bind(name).bind(account);
            if sql.run(conn).await? > 0 {
                let listed = d.sql("UPDATE members SET name_key = ? WHERE account_id = ?");
                listed.bind(key(name)).bind(account).run(conn).await?;
            }
        }
        let delta = self.accepted(InvitationId(invitation), before, was).await?;
        let event =
            NewEvent { at: now, action: "accept_invitation", target: email.into(), delta: &delta, reason: None };
        self.log(None, Some(AccountId(account)), &[event]).await?;
        Ok(Accepted {
            invitation: InvitationId(invitation),
            account: AccountId(account),
            member: MemberId(member),
            workspace: ws,
        })
    }
}

impl WriteTx {
    /// What accepting did, as the log keeps it.
    async fn accepted(
        &mut self,
        id: InvitationId,
        before: Option<InvitationRecord>,
        was: Option<(Membership, Text)>,
    ) -> Result<Delta> {
        let (d, ws, conn) = (self.d, self.ws, &mut *self.writing.tx);
        let mut edits = Vec::new();
        if let (Some(member), Some((was, name))) = (before.as_ref().and_then(|record| record.member), was)
            && let Some((is, named)) = membership(conn, d, member).await?
        {
            if name != named {
                edits.push(Edit::Name { member, account: is.account, before: name, after: named });
            }
            edits.push(Edit::Member { id: member, before: Some(was), after: Some(is) });
        }
        let test = d.sql("i.id IN ").and_ids([id.0]);
        let after = facts::records(conn, ws, &test).await?.remove(&id);
        edits.push(Edit::Invitation { id, before, after });
        Ok(Delta(edits))
    }
}

/// A membership as it is stored, and its person's name.
async fn membership(conn: &mut AnyConnection, d: Dialect, id: MemberId) -> Result<Option<(Membership, Text)>> {
    let text = "SELECT m.account_id, a.email, m.status, m.owner, m.joined_at, a.name FROM members m \
                JOIN accounts a ON a.id = m.account_id WHERE m.id = ?";
    let Some(row) = d.sql(text).bind(id.0).first(conn).await? else { return Ok(None) };
    let stored = row.text(2)?;
    let status = [MemberStatus::Active, MemberStatus::Pending, MemberStatus::Deactivated];
    let status = status.into_iter().find(|status| status.name() == stored);
    let membership = Membership {
        account: AccountId(row.int(0)?),
        email: row.text(1)?.into(),
        status: status.ok_or_else(|| StoreError::Corrupt(format!("a member that is {stored}")))?,
        owner: row.flag(3)?,
        joined_at: Timestamp(row.int(4)?),
    };
    Ok(Some((membership, row.text(5)?.into())))
}

impl Store {
    /// As [`WriteTx::accept`], in a transaction of its own.
    pub async fn accept_invitation(
        &self,
        token: &TokenHash,
        password_hash: Option<&str>,
        name: Option<&str>,
        now: Timestamp,
    ) -> Result<Accepted> {
        let found = self.invitation_by_token(token, now).await?;
        let found = found.ok_or_else(|| StoreError::conflict(None, DEAD))?;
        let mut tx = self.begin(found.workspace).await?;
        let accepted = tx.accept(token, password_hash, name, now).await?;
        tx.commit().await?;
        Ok(accepted)
    }

    /// Logs invitations that have expired since the last time, once each, and brings what lists are
    /// sorted by in line with edges that have expired since. Reads go by the clock and need none of
    /// this; answers how many invitations it logged.
    pub async fn expire_due(&self, now: Timestamp) -> Result<u64> {
        let due = "SELECT w.id FROM workspaces w WHERE \
             EXISTS (SELECT 1 FROM invitations i WHERE i.workspace_id = w.id AND i.status = 'sent' AND i.expires_at <= ?) \
             OR EXISTS (SELECT 1 FROM member_role e WHERE e.expires_at > w.swept_at AND e.expires_at <= ? \
                 AND e.member_id IN (SELECT m.id FROM members m WHERE m.id = e.member_id AND m.workspace_id = w.id)) \
             OR EXISTS (SELECT 1 FROM member_group e WHERE e.expires_at > w.swept_at AND e.expires_at <= ? \
                 AND e.member_id IN (SELECT m.id FROM members m WHERE m.id = e.member_id AND m.workspace_id = w.id))";
        let workspaces = {
            let mut conn = self.pool.acquire().await?;
            self.sql(due).bind(now.0).bind(now.0).bind(now.0).all(&mut conn).await?
        };
        let mut logged = 0;
        for row in workspaces {
            let mut tx = self.begin(WorkspaceId(row.int(0)?)).await?;
            logged += tx.expire(now).await?;
            tx.commit().await?;
        }
        Ok(logged)
    }
}

impl WriteTx {
    async fn expire(&mut self, now: Timestamp) -> Result<u64> {
        let (d, ws) = (self.d, self.ws);
        // It was shown as expired since its time came: nobody decided on another state, the version stays.
        let test = d.sql(&format!("i.status = 'sent' AND i.expires_at <= {}", now.0));
        let due = facts::records(&mut self.writing.tx, ws, &test).await?;
        let mut expired: Vec<_> = due.into_iter().collect();
        expired.sort_unstable_by_key(|(id, _)| *id);
        let text =
            "UPDATE invitations SET status = 'expired' WHERE workspace_id = ? AND status = 'sent' AND expires_at <= ?";
        d.sql(text).bind(ws.0).bind(now.0).run(&mut self.writing.tx).await?;
        let delta = |(id, record): &(InvitationId, InvitationRecord)| {
            let after = InvitationRecord { status: InvitationStatus::Expired, ..record.clone() };
            Delta(vec![Edit::Invitation { id: *id, before: Some(record.clone()), after: Some(after) }])
        };
        let deltas: Vec<Delta> = expired.iter().map(delta).collect();
        let event = |((_, record), delta)| {
            let record: &InvitationRecord = record;
            NewEvent { at: now, action: "invitation_expired", target: record.email.clone(), delta, reason: None }
        };
        let events: Vec<NewEvent<'_>> =
            expired.iter().map(|(id, record)| (id, record)).zip(&deltas).map(event).collect();
        if !events.is_empty() {
            self.log(None, None, &events).await?;
        }
        let text = format!(
            "SELECT e.member_id FROM member_role e JOIN members m ON m.id = e.member_id \
             JOIN workspaces w ON w.id = m.workspace_id WHERE w.id = ? AND e.expires_at > w.swept_at AND NOT {live} \
             UNION SELECT e.member_id FROM member_group e JOIN members m ON m.id = e.member_id \
             JOIN workspaces w ON w.id = m.workspace_id WHERE w.id = ? AND e.expires_at > w.swept_at AND NOT {live}",
            live = edges::live("e", now)
        );
        let rows = d.sql(&text).bind(ws.0).bind(ws.0).all(&mut self.writing.tx).await?;
        let members: Vec<i64> = rows.iter().map(|row| row.int(0)).collect::<Result<_>>()?;
        apply::rank(&mut self.writing.tx, d, &members, now).await?;
        let swept = d.sql("UPDATE workspaces SET swept_at = ? WHERE id = ?").bind(now.0).bind(ws.0);
        swept.run(&mut self.writing.tx).await?;
        Ok(expired.len() as u64)
    }
}
