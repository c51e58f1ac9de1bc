//! What many changes at once are judged by: whom they touch, and their facts, in as many statements as
//! there are kinds of changes, not as there are changes.

use super::{
    Result, Scope, Store, WriteTx,
    accounts::key,
    facts,
    snapshot::scope_of,
    sql::{Columns, Dialect},
    workspaces,
};
use crate::domain::{
    change::{Change, Facts, InvitationFacts},
    id::{GroupId, InvitationId, MemberId, RoleId, WorkspaceId},
    model::Subject,
    time::Timestamp,
};
use sqlx::AnyConnection;
use std::collections::{HashMap, HashSet};

/// The one member whom a change is of, where it names them.
fn member_of(change: &Change) -> Option<MemberId> {
    match change {
        Change::SetRoles { member, .. }
        | Change::SetGroups { member, .. }
        | Change::Deactivate { member, .. }
        | Change::Reactivate { member, .. }
        | Change::Remove { member, .. }
        | Change::Rename { member, .. }
        | Change::Grant { subject: Subject::Member(member), .. } => Some(*member),
        Change::Restore { delta, .. } => Some(delta.member),
        _ => None,
    }
}

fn invitation_of(change: &Change) -> Option<InvitationId> {
    match change {
        Change::ResendInvitation { invitation }
        | Change::CancelInvitation { invitation, .. }
        | Change::EditInvitation { invitation, .. } => Some(*invitation),
        _ => None,
    }
}

fn address_of(change: &Change) -> Option<String> {
    match change {
        Change::Invite(draft) => Some(key(draft.email.raw())),
        _ => None,
    }
}

/// Rows of a statement `text` with these addresses after it.
async fn by_address(
    conn: &mut AnyConnection,
    d: Dialect,
    (text, ws): (&str, Option<WorkspaceId>),
    addresses: &[String],
) -> Result<Vec<sqlx::any::AnyRow>> {
    /// Addresses in one statement.
    const CHUNK: usize = 4_000;
    let mut rows = Vec::new();
    for chunk in addresses.chunks(CHUNK) {
        let mut sql = d.sql(text);
        if let Some(ws) = ws {
            sql.arg(ws.0);
        }
        sql.push(&format!(" ({})", vec!["?"; chunk.len()].join(",")));
        for address in chunk {
            sql.arg(address.as_str());
        }
        rows.append(&mut sql.all(conn).await?);
    }
    Ok(rows)
}

/// As [`scope_of`], for all of them together.
pub(super) async fn scope(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    changes: &[Change],
    actor: MemberId,
) -> Result<Scope> {
    let mut members = vec![actor];
    members.extend(changes.iter().filter_map(member_of));
    let invitations: Vec<i64> = changes.iter().filter_map(invitation_of).map(|id| id.0).collect();
    if !invitations.is_empty() {
        let sql = d.sql("SELECT member_id FROM invitations WHERE member_id IS NOT NULL AND id IN ");
        for row in sql.and_ids(invitations).all(conn).await? {
            members.push(MemberId(row.int(0)?));
        }
    }
    let addresses: Vec<String> = changes.iter().filter_map(address_of).collect();
    let text = "SELECT id FROM members WHERE workspace_id = ? AND email_key IN";
    for row in by_address(conn, d, (text, Some(ws)), &addresses).await? {
        members.push(MemberId(row.int(0)?));
    }
    // Changes that no bulk action is made of.
    let one = |change: &Change| member_of(change).is_some() || invitation_of(change).is_some();
    for change in changes.iter().filter(|change| !one(change) && address_of(change).is_none()) {
        if let Scope::Members(more) = scope_of(conn, d, ws, change, actor).await? {
            members.extend(more);
        }
    }
    members.sort_unstable();
    members.dedup();
    Ok(Scope::Members(members))
}

/// As [`facts::load`], of each.
pub(super) async fn facts(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    changes: &[Change],
    now: Timestamp,
) -> Result<Vec<Facts>> {
    let invitations = invitation_facts(conn, d, ws, changes).await?;
    let addresses = addresses(conn, d, ws, changes).await?;
    let administrators = match addresses.is_empty() {
        true => Vec::new(),
        false => facts::administrators(conn, d, ws, now).await?,
    };
    let mut all = Vec::with_capacity(changes.len());
    for change in changes {
        all.push(if let Some(id) = invitation_of(change) {
            Facts { invitation: invitations.get(&id).cloned(), ..Facts::default() }
        } else if let Some(address) = address_of(change) {
            let known = addresses.get(&address).copied().unwrap_or_default();
            Facts {
                account_exists: known.account,
                member_exists: known.member,
                live_invitation: known.invitation,
                administrators: administrators.clone(),
                ..Facts::default()
            }
        } else {
            facts::load(conn, d, ws, change, now).await?
        });
    }
    Ok(all)
}

async fn invitation_facts(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    changes: &[Change],
) -> Result<HashMap<InvitationId, InvitationFacts>> {
    let ids: Vec<i64> = changes.iter().filter_map(invitation_of).map(|id| id.0).collect();
    let mut found = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let sql = d.sql("SELECT id, member_id, status FROM invitations WHERE workspace_id = ? AND id IN ").bind(ws.0);
    for row in sql.and_ids(ids.iter().copied()).all(conn).await? {
        let settled = matches!(row.text(2)?.as_str(), "accepted" | "declined" | "cancelled");
        let member = row.opt_int(1)?.map(MemberId);
        let facts = InvitationFacts { member, settled, roles: Vec::new(), groups: Vec::new() };
        found.insert(InvitationId(row.int(0)?), facts);
    }
    let roles = d.sql("SELECT invitation_id, role_id FROM invitation_role WHERE invitation_id IN ");
    for row in roles.and_ids(ids.iter().copied()).and(" ORDER BY role_id").all(conn).await? {
        if let Some(facts) = found.get_mut(&InvitationId(row.int(0)?)) {
            facts.roles.push(RoleId(row.int(1)?));
        }
    }
    let groups = d.sql("SELECT invitation_id, group_id FROM invitation_group WHERE invitation_id IN ");
    for row in groups.and_ids(ids).and(" ORDER BY group_id").all(conn).await? {
        if let Some(facts) = found.get_mut(&InvitationId(row.int(0)?)) {
            facts.groups.push(GroupId(row.int(1)?));
        }
    }
    Ok(found)
}

/// What is there under an address.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    account: bool,
    member: bool,
    invitation: bool,
}

async fn addresses(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    changes: &[Change],
) -> Result<HashMap<String, Known>> {
    let asked: HashSet<String> = changes.iter().filter_map(address_of).collect();
    let asked: Vec<String> = asked.into_iter().collect();
    let mut known: HashMap<String, Known> = asked.iter().map(|one| (one.clone(), Known::default())).collect();
    let accounts =
        "SELECT email_key FROM accounts WHERE COALESCE(password_hash, provider) IS NOT NULL AND email_key IN";
    let members = "SELECT email_key FROM members WHERE workspace_id = ? AND status_rank <> 1 AND email_key IN";
    let open = "SELECT email_key FROM invitations WHERE workspace_id = ? AND status IN ('sent', 'expired', 'failed') \
                AND email_key IN";
    let marks: [(&str, Option<WorkspaceId>, fn(&mut Known)); 3] = [
        (accounts, None, |known| known.account = true),
        (members, Some(ws), |known| known.member = true),
        (open, Some(ws), |known| known.invitation = true),
    ];
    for (text, of, mark) in marks {
        for row in by_address(conn, d, (text, of), &asked).await? {
            if let Some(known) = known.get_mut(&row.text(0)?) {
                mark(known);
            }
        }
    }
    Ok(known)
}

impl WriteTx {
    /// As [`WriteTx::scope_of`], for all of them together.
    pub async fn scope_of_many(&mut self, changes: &[Change], actor: MemberId) -> Result<Scope> {
        scope(&mut self.writing.tx, self.d, self.ws, changes, actor).await
    }

    /// As [`WriteTx::facts`], of each.
    pub async fn facts_of_many(&mut self, changes: &[Change], now: Timestamp) -> Result<Vec<Facts>> {
        facts(&mut self.writing.tx, self.d, self.ws, changes, now).await
    }
}

impl Store {
    /// As [`Store::scope_of`], for all of them together.
    pub async fn scope_of_many(&self, ws: WorkspaceId, changes: &[Change], actor: MemberId) -> Result<Scope> {
        let mut tx = self.read().await?;
        workspaces::revision(&mut tx, self.dialect, ws).await?;
        scope(&mut tx, self.dialect, ws, changes, actor).await
    }

    /// As [`Store::facts`], of each.
    pub async fn facts_of_many(&self, ws: WorkspaceId, changes: &[Change], now: Timestamp) -> Result<Vec<Facts>> {
        let mut tx = self.read().await?;
        workspaces::revision(&mut tx, self.dialect, ws).await?;
        facts(&mut tx, self.dialect, ws, changes, now).await
    }
}
