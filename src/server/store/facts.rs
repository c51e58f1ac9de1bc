//! What the rows of a change are judged by: for many rows in as few questions as for one.

use super::{
    Result, Scope,
    accounts::key,
    snapshot,
    sql::{Columns, Dialect, Sql},
};
use crate::domain::{
    change::{Asks, Facts, InvitationRecord},
    id::{AccountId, GroupId, InvitationId, MemberId, WorkspaceId},
    invitation::InvitationStatus,
    time::Timestamp,
    untrusted::Text,
};
use sqlx::{AnyConnection, any::AnyRow};
use std::collections::HashMap;

/// Texts that one statement compares with, at most.
const CHUNK: usize = 500;

/// Looks up what rows ask for; and the members whom a snapshot for them must hold.
pub(super) async fn of(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    asks: &Asks,
    now: Timestamp,
) -> Result<(Facts, Vec<MemberId>)> {
    let mut looked = Looked { facts: Facts::default(), members: asks.members.clone() };
    let emails: Vec<String> = asks.emails.iter().map(|email| key(email.raw())).collect();
    for chunk in emails.chunks(CHUNK) {
        looked.emails(conn, d, ws, chunk).await?;
    }
    // Whoever has any source of roles.manage is enough for look-alikes.
    if asks.administrators {
        let snapshot = snapshot::load(conn, d, ws, &Scope::Members(Vec::new()), now).await?;
        let administrators = snapshot.members.into_iter().filter(|member| member.active());
        looked.facts.administrators = administrators.map(|member| member.email).collect();
    }
    let by_id = d.sql("i.id IN ").and_ids(asks.invitations.iter().map(|id| id.0));
    let of_member = "i.status IN ('sent', 'expired', 'failed') AND i.member_id IN ";
    let of_member = d.sql(of_member).and_ids(asks.invitations_of.iter().map(|id| id.0));
    for (wanted, test) in [(!asks.invitations.is_empty(), by_id), (!asks.invitations_of.is_empty(), of_member)] {
        if wanted {
            looked.facts.invitations.extend(records(conn, ws, &test).await?);
        }
    }
    looked.members.extend(looked.facts.invitations.values().filter_map(|record| record.member));
    if !asks.accounts.is_empty() {
        looked.facts.returning = snapshot::accounts(conn, d, ws, &asks.accounts, now).await?;
    }
    looked.names(conn, d, asks).await?;
    looked.others(conn, d, ws, asks).await?;
    Ok((looked.facts, looked.members))
}

struct Looked {
    facts: Facts,
    members: Vec<MemberId>,
}

impl Looked {
    async fn emails(&mut self, conn: &mut AnyConnection, d: Dialect, ws: WorkspaceId, emails: &[String]) -> Result<()> {
        let among = |mut sql: Sql| {
            sql.once().push(&format!("email_key IN ({})", vec!["?"; emails.len()].join(", ")));
            for email in emails {
                sql.arg(email.as_str());
            }
            sql
        };
        let accounts = "SELECT email_key, id, CASE WHEN COALESCE(password_hash, provider) IS NULL THEN 0 ELSE 1 END \
                        FROM accounts WHERE ";
        for row in among(d.sql(accounts)).all(conn).await? {
            let email = row.text(0)?;
            if row.flag(2)? {
                self.facts.sign_in.insert(email.clone());
            }
            self.facts.accounts.insert(email, AccountId(row.int(1)?));
        }
        let members = d.sql("SELECT email_key, id, status_rank FROM members WHERE workspace_id = ? AND ").bind(ws.0);
        for row in among(members).all(conn).await? {
            if row.int(2)? != 1 {
                self.facts.members.insert(row.text(0)?);
            }
            self.members.push(MemberId(row.int(1)?));
        }
        let invited = "SELECT email_key FROM invitations WHERE workspace_id = ? \
                       AND status IN ('sent', 'expired', 'failed') AND ";
        for row in among(d.sql(invited).bind(ws.0)).all(conn).await? {
            self.facts.invited.insert(row.text(0)?);
        }
        Ok(())
    }

    async fn names(&mut self, conn: &mut AnyConnection, d: Dialect, asks: &Asks) -> Result<()> {
        if asks.names.is_empty() && asks.named.is_empty() {
            return Ok(());
        }
        let text = "SELECT a.id, a.name FROM accounts a WHERE a.id IN ";
        let sql = d.sql(text).and_ids(asks.named.iter().map(|id| id.0));
        let sql = sql.and(" OR a.id IN (SELECT m.account_id FROM members m WHERE m.id IN ");
        let sql = sql.and_ids(asks.names.iter().map(|id| id.0)).and(")");
        for row in sql.all(conn).await? {
            self.facts.names.insert(AccountId(row.int(0)?), row.text(1)?.into());
        }
        Ok(())
    }

    /// The members of groups, and those whom grants, or any grant in folders, are for.
    async fn others(&mut self, conn: &mut AnyConnection, d: Dialect, ws: WorkspaceId, asks: &Asks) -> Result<()> {
        let mut groups: Vec<GroupId> = asks.groups.clone();
        if !asks.grants.is_empty() {
            let text = "SELECT g.member_id, g.group_id FROM grants g JOIN folders f ON f.id = g.folder_id \
                        WHERE f.workspace_id = ? AND g.id IN ";
            let sql = d.sql(text).bind(ws.0).and_ids(asks.grants.iter().map(|id| id.0));
            for row in sql.all(conn).await? {
                self.members.extend(row.opt_int(0)?.map(MemberId));
                groups.extend(row.opt_int(1)?.map(GroupId));
            }
        }
        if !asks.folders.is_empty() {
            let text = "SELECT DISTINCT g.member_id FROM grants g JOIN folders f ON f.id = g.folder_id \
                        WHERE f.workspace_id = ? AND g.member_id IS NOT NULL AND f.id IN ";
            for row in d.sql(text).bind(ws.0).and_ids(asks.folders.iter().map(|id| id.0)).all(conn).await? {
                self.members.push(MemberId(row.int(0)?));
            }
        }
        if !groups.is_empty() {
            let text = "SELECT DISTINCT e.member_id FROM member_group e JOIN groups g ON g.id = e.group_id \
                        WHERE g.workspace_id = ? AND e.group_id IN ";
            for row in d.sql(text).bind(ws.0).and_ids(groups.iter().map(|id| id.0)).all(conn).await? {
                self.members.push(MemberId(row.int(0)?));
            }
        }
        Ok(())
    }
}

/// Invitations of a workspace `i` that pass a test, as they are stored.
pub(super) async fn records(
    conn: &mut AnyConnection,
    ws: WorkspaceId,
    test: &Sql,
) -> Result<HashMap<InvitationId, InvitationRecord>> {
    let text = format!(
        "SELECT i.id, i.email, i.name, i.message, i.inviter, i.status, i.member_id, i.created_at, i.sent_at, \
         i.expires_at, i.settled_at, i.sends, i.token_version, i.delivery FROM invitations i \
         WHERE i.workspace_id = {} AND ",
        ws.0
    );
    let rows = test.before(&text).all(conn).await?;
    rows.iter().map(record).collect()
}

fn record(row: &AnyRow) -> Result<(InvitationId, InvitationRecord)> {
    let stored = row.text(5)?;
    let status = InvitationStatus::named(&stored);
    let record = InvitationRecord {
        email: row.text(1)?.into(),
        name: row.text(2)?.into(),
        message: row.opt_text(3)?.map(Text::from),
        inviter: row.opt_int(4)?.map(AccountId),
        status: status.ok_or_else(|| super::StoreError::Corrupt(format!("an invitation that is {stored}")))?,
        member: row.opt_int(6)?.map(MemberId),
        created_at: Timestamp(row.int(7)?),
        sent_at: Timestamp(row.int(8)?),
        expires_at: Timestamp(row.int(9)?),
        settled_at: row.opt_int(10)?.map(Timestamp),
        sends: row.int(11)?,
        link: row.int(12)?,
        delivery: row.text(13)?.into(),
    };
    Ok((InvitationId(row.int(0)?), record))
}
