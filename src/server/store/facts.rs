//! What checks need besides the snapshot: for many changes in as few questions as for one.

use super::{
    Result, Scope, Store,
    accounts::key,
    invitations::status,
    snapshot,
    sql::{Columns, Dialect, Sql},
    workspaces,
};
use crate::domain::{
    address::Known,
    change::{AccountFacts, Change, Facts, InvitationFacts},
    id::{AccountId, GroupId, InvitationId, MemberId, RoleId, WorkspaceId},
    model::Subject,
    plan::Turn,
    time::Timestamp,
    untrusted::Text,
};
use sqlx::AnyConnection;
use std::collections::{HashMap, HashSet};

/// Texts that one statement compares with, at most.
const CHUNK: usize = 500;

/// Looks up what each of these changes is judged by. `administrators` are those with any source of
/// roles.manage, which is enough for look-alikes.
pub(super) async fn of<'c>(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    changes: impl Iterator<Item = &'c Change> + Clone,
    now: Timestamp,
) -> Result<Vec<Facts>> {
    let looked = Looked::up(conn, d, ws, changes.clone(), now).await?;
    let mut all = Vec::new();
    for change in changes {
        all.push(match change {
            Change::CreateGroup(draft) => {
                Facts { group_name_taken: group_named(conn, d, ws, &draft.name, None).await?, ..Facts::default() }
            }
            Change::EditGroup { group, draft } => Facts {
                group_name_taken: group_named(conn, d, ws, &draft.name, Some(*group)).await?,
                ..Facts::default()
            },
            other => looked.facts(other),
        });
    }
    Ok(all)
}

/// What many changes are judged by.
#[derive(Default)]
struct Looked {
    /// Addresses whose account can sign in; that are members, not pending; that have a live invitation.
    accounts: HashSet<String>,
    members: HashSet<String>,
    invited: HashSet<String>,
    administrators: Known,
    invitations: HashMap<InvitationId, InvitationFacts>,
    /// Accounts whose memberships would come back.
    returning: HashMap<AccountId, AccountFacts>,
}

impl Looked {
    async fn up<'c>(
        conn: &mut AnyConnection,
        d: Dialect,
        ws: WorkspaceId,
        changes: impl Iterator<Item = &'c Change>,
        now: Timestamp,
    ) -> Result<Self> {
        let (mut emails, mut invitations, mut accounts, mut inviting) = (Vec::new(), Vec::new(), Vec::new(), false);
        for change in changes {
            match change {
                Change::Invite(draft) => {
                    inviting = true;
                    emails.push(key(draft.email.raw()));
                }
                Change::ResendInvitation { invitation }
                | Change::CancelInvitation { invitation, .. }
                | Change::EditInvitation { invitation, .. } => invitations.push(*invitation),
                Change::Restore { delta, .. } | Change::ReopenInvitation { delta, .. } => {
                    if let Change::ReopenInvitation { invitation, .. } = change {
                        invitations.push(*invitation);
                    }
                    if let Some(Turn::Came(membership)) = &delta.membership {
                        emails.push(key(membership.email.raw()));
                        accounts.push(membership.account);
                    }
                }
                _ => {}
            }
        }
        let mut looked = Self::default();
        for chunk in emails.chunks(CHUNK) {
            looked.look_up_emails(conn, d, ws, chunk).await?;
        }
        if inviting {
            let snapshot = snapshot::load(conn, d, ws, &Scope::Members(Vec::new()), now).await?;
            looked.administrators = snapshot.members.into_iter().filter(|m| m.active()).map(|m| m.email).collect();
        }
        if !invitations.is_empty() {
            looked.invitations = invitation_facts(conn, d, ws, &invitations, now).await?;
        }
        if !accounts.is_empty() {
            looked.returning = snapshot::accounts(conn, d, ws, &accounts, now).await?;
        }
        Ok(looked)
    }

    async fn look_up_emails(
        &mut self,
        conn: &mut AnyConnection,
        d: Dialect,
        ws: WorkspaceId,
        emails: &[String],
    ) -> Result<()> {
        let among = |mut sql: Sql| {
            sql.once().push(&format!("email_key IN ({})", vec!["?"; emails.len()].join(", ")));
            for email in emails {
                sql.arg(email.as_str());
            }
            sql
        };
        let accounts = d.sql("SELECT email_key FROM accounts WHERE COALESCE(password_hash, provider) IS NOT NULL AND ");
        let members =
            d.sql("SELECT email_key FROM members WHERE workspace_id = ? AND status_rank <> 1 AND ").bind(ws.0);
        let invited = "SELECT email_key FROM invitations WHERE workspace_id = ? \
                       AND status IN ('sent', 'expired', 'failed') AND ";
        let invited = d.sql(invited).bind(ws.0);
        for (sql, found) in [(accounts, &mut self.accounts), (members, &mut self.members), (invited, &mut self.invited)]
        {
            for row in among(sql).all(conn).await? {
                found.insert(row.text(0)?);
            }
        }
        Ok(())
    }

    fn facts(&self, change: &Change) -> Facts {
        let of_address = |email: &Text| {
            let email = key(email.raw());
            Facts {
                account_exists: self.accounts.contains(&email),
                member_exists: self.members.contains(&email),
                live_invitation: self.invited.contains(&email),
                ..Facts::default()
            }
        };
        match change {
            Change::Invite(draft) => Facts { administrators: self.administrators.clone(), ..of_address(&draft.email) },
            Change::ResendInvitation { invitation }
            | Change::CancelInvitation { invitation, .. }
            | Change::EditInvitation { invitation, .. } => {
                Facts { invitation: self.invitations.get(invitation).cloned(), ..Facts::default() }
            }
            Change::ReopenInvitation { invitation, delta, .. } => {
                let Some(Turn::Came(membership)) = &delta.membership else { return Facts::default() };
                // The account goes with the invitation where nothing else holds it, and is then made anew.
                let account = self.returning.get(&membership.account).cloned();
                let account =
                    account.unwrap_or(AccountFacts { active: true, can_sign_in: false, org_roles: Vec::new() });
                let invitation = self.invitations.get(invitation).cloned();
                Facts { account: Some(account), invitation, ..of_address(&membership.email) }
            }
            Change::Restore { delta, .. } => match &delta.membership {
                Some(Turn::Came(membership)) => {
                    let account = self.returning.get(&membership.account).cloned();
                    Facts { account, ..of_address(&membership.email) }
                }
                _ => Facts::default(),
            },
            _ => Facts::default(),
        }
    }
}

/// The account of an e-mail that has a way to sign in.
pub(super) async fn can_sign_in(conn: &mut AnyConnection, d: Dialect, email_key: &str) -> Result<Option<i64>> {
    let text = "SELECT id FROM accounts WHERE email_key = ? AND COALESCE(password_hash, provider) IS NOT NULL";
    d.sql(text).bind(email_key).number(conn).await
}

async fn group_named(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    name: &Text,
    but: Option<GroupId>,
) -> Result<bool> {
    let text = "SELECT 1 FROM groups WHERE workspace_id = ? AND name_key = ? AND id <> ?";
    let sql = d.sql(text).bind(ws.0).bind(key(name.raw())).bind(but.map_or(-1, |g| g.0));
    Ok(sql.number(conn).await?.is_some())
}

async fn invitation_facts(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    ids: &[InvitationId],
    now: Timestamp,
) -> Result<HashMap<InvitationId, InvitationFacts>> {
    let ids = || ids.iter().map(|id| id.0);
    let text = "SELECT id, member_id, status, email, expires_at FROM invitations WHERE workspace_id = ? AND id IN ";
    let sql = d.sql(text);
    let mut found = HashMap::new();
    for row in sql.bind(ws.0).and_ids(ids()).all(conn).await? {
        let facts = InvitationFacts {
            email: row.text(3)?.into(),
            member: row.opt_int(1)?.map(MemberId),
            status: status(&row.text(2)?, row.int(4)?, now)?,
            roles: Vec::new(),
            groups: Vec::new(),
        };
        found.insert(InvitationId(row.int(0)?), facts);
    }
    let roles = d.sql("SELECT invitation_id, role_id FROM invitation_role WHERE invitation_id IN ").and_ids(ids());
    for row in roles.and(" ORDER BY role_id").all(conn).await? {
        if let Some(facts) = found.get_mut(&InvitationId(row.int(0)?)) {
            facts.roles.push(RoleId(row.int(1)?));
        }
    }
    let groups = d.sql("SELECT invitation_id, group_id FROM invitation_group WHERE invitation_id IN ").and_ids(ids());
    for row in groups.and(" ORDER BY group_id").all(conn).await? {
        if let Some(facts) = found.get_mut(&InvitationId(row.int(0)?)) {
            facts.groups.push(GroupId(row.int(1)?));
        }
    }
    Ok(found)
}

/// The name of a grant's subject at this moment.
pub(super) async fn subject_name(conn: &mut AnyConnection, d: Dialect, subject: Subject) -> Result<String> {
    let sql = match subject {
        Subject::Member(id) => {
            d.sql("SELECT a.email FROM members m JOIN accounts a ON a.id = m.account_id WHERE m.id = ?").bind(id.0)
        }
        Subject::Group(id) => d.sql("SELECT name FROM groups WHERE id = ?").bind(id.0),
    };
    Ok(sql.first(conn).await?.map(|row| row.text(0)).transpose()?.unwrap_or_default())
}

impl Store {
    /// What a check needs besides the snapshot; `reauthenticated` is left false, being a matter of
    /// the session.
    pub async fn facts(&self, ws: WorkspaceId, change: &Change, now: Timestamp) -> Result<Facts> {
        let mut tx = self.read().await?;
        workspaces::revision(&mut tx, self.dialect, ws).await?;
        Ok(of(&mut tx, self.dialect, ws, std::iter::once(change), now).await?.pop().unwrap_or_default())
    }
}
