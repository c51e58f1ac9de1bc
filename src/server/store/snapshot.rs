//! A workspace as the rules see it ([`Snapshot`]), whole or cut to the members a question is about.

mod frame;

use super::{
    Result, Store,
    accounts::key,
    edges,
    folders::{effect, subject},
    sql::{Columns, Dialect, Sql},
    workspaces,
};
use crate::domain::{
    capability::{Cap, CapSet, Catalogue, key as capability},
    change::{AccountFacts, Change, Facts, member_of},
    edge::Edge,
    id::{AccountId, FolderId, GrantId, GroupId, MemberId, RoleId, WorkspaceId},
    model::{Grant, Member, MemberStatus, OrgRole, Snapshot, Subject},
    time::Timestamp,
    untrusted::Text,
};
use sqlx::{AnyConnection, any::AnyRow};
use std::{collections::HashMap, sync::Arc};

/// Which members a snapshot holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// These, the owner and everyone who might be an administrator.
    Members(Vec<MemberId>),
    /// Everyone.
    All,
}

/// From this many rows on the whole workspace is read rather than the members of the rows.
const MANY: usize = 20_000;

impl Scope {
    /// What a plan of many changes needs, each of one member: those members, and the actor.
    pub fn of_rows<'c, 'f>(actor: MemberId, rows: impl Iterator<Item = (&'c Change, &'f Facts)>) -> Self {
        let mut members = vec![actor];
        members.extend(rows.filter_map(|(change, facts)| member_of(change, facts)));
        if members.len() > MANY {
            return Self::All;
        }
        members.sort_unstable();
        members.dedup();
        Self::Members(members)
    }
}

/// Everything about a workspace that a decision may depend on. Edges that have expired are left out:
/// they do not exist (SPEC 3.1).
pub(super) async fn load(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    scope: &Scope,
    now: Timestamp,
) -> Result<Snapshot> {
    let frame = frame::load(conn, d, ws, now).await?;
    let ids = match scope {
        Scope::All => None,
        Scope::Members(named) => Some(with_administrators(conn, d, ws, named).await?),
    };
    let loader = Loader { d, ws, now, catalogue: &frame.catalogue, ids: ids.as_deref() };
    let grants = loader.grants(conn).await?;
    let members = loader.members(conn).await?;
    Ok(Snapshot {
        catalogue: Arc::new(frame.catalogue),
        policies: Arc::new(frame.policies),
        roles: frame.roles,
        groups: frame.groups,
        folders: frame.folders,
        fences: frame.fences,
        grants,
        members,
    })
}

/// The members named, the owner, and every active member with any source of roles.manage: nobody
/// else can be an administrator (SPEC 4.2).
async fn with_administrators(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    named: &[MemberId],
) -> Result<Vec<i64>> {
    // From the few roles and groups to their holders, so that no plan begins at the members.
    let text = "SELECT id FROM members WHERE workspace_id = ? AND owner = 1 \
        UNION SELECT e.member_id FROM member_role e WHERE e.role_id IN (SELECT r.id FROM roles r \
              JOIN role_capability c ON c.role_id = r.id WHERE r.workspace_id = ? AND c.capability = ?) \
        UNION SELECT e.member_id FROM member_group e WHERE e.group_id IN (SELECT g.id FROM groups g \
              JOIN group_capability c ON c.group_id = g.id WHERE g.workspace_id = ? AND c.capability = ?) \
        UNION SELECT m.id FROM members m WHERE +m.workspace_id = ? AND m.id IN \
              (SELECT e.member_id FROM direct_permission e WHERE e.capability = ?) \
        UNION SELECT m.id FROM members m WHERE +m.workspace_id = ? AND m.account_id IN \
              (SELECT e.account_id FROM org_role_holder e JOIN org_role_capability c \
              ON c.org_role_id = e.org_role_id WHERE c.capability = ?)";
    let mut sql = d.sql(text).bind(ws.0);
    for _ in 0..4 {
        sql.arg(ws.0).arg(capability::ROLES_MANAGE);
    }
    let mut ids: Vec<i64> = sql.all(conn).await?.iter().map(|row| row.int(0)).collect::<Result<_>>()?;
    ids.extend(named.iter().map(|m| m.0));
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

struct Loader<'a> {
    d: Dialect,
    ws: WorkspaceId,
    now: Timestamp,
    catalogue: &'a Catalogue,
    /// Members to load; all when none.
    ids: Option<&'a [i64]>,
}

impl Loader<'_> {
    /// A stored key that this catalogue lacks gives nothing: it is left out, never an error that
    /// would close the workspace.
    fn cap(&self, row: &AnyRow, at: usize) -> Result<Option<Cap>> {
        Ok(self.catalogue.find(&row.text(at)?))
    }

    async fn grants(&self, conn: &mut AnyConnection) -> Result<Vec<Grant>> {
        let text = format!(
            "SELECT e.id, e.folder_id, e.member_id, e.group_id, e.capability, e.effect, {} FROM grants e \
             JOIN folders f ON f.id = e.folder_id WHERE f.workspace_id = ? AND {}",
            edges::columns("e"),
            edges::live("e", self.now)
        );
        let mut sql = self.d.sql(&text).bind(self.ws.0);
        if let Some(ids) = self.ids {
            sql.push(" AND (e.member_id IS NULL OR e.member_id IN ").ids(ids.iter().copied()).push(")");
        }
        let mut grants = Vec::new();
        for row in sql.and(" ORDER BY e.id").all(conn).await? {
            if let Some(capability) = self.cap(&row, 4)? {
                grants.push(Grant {
                    id: GrantId(row.int(0)?),
                    folder: FolderId(row.int(1)?),
                    subject: subject(row.opt_int(2)?, row.opt_int(3)?)?,
                    capability,
                    effect: effect(&row.text(5)?)?,
                    edge: edges::read(&row, 6)?,
                });
            }
        }
        Ok(grants)
    }

    /// A statement over members `m`, which ends where its conditions go on: those of the workspace, cut to
    /// those wanted. Where some are wanted no plan begins at the workspace: it would read them all.
    fn of_members(&self, text: &str) -> Sql {
        let mut sql = self.d.sql(text);
        match self.ids {
            None => sql.push(" m.workspace_id = ?"),
            Some(ids) => sql.push(" m.id IN ").ids(ids.iter().copied()).push(" AND +m.workspace_id = ?"),
        };
        sql.bind(self.ws.0)
    }

    async fn members(&self, conn: &mut AnyConnection) -> Result<Vec<Member>> {
        let columns = "m.id, m.account_id, a.email, m.status, a.status, \
                       CASE WHEN COALESCE(a.password_hash, a.provider) IS NULL THEN 0 ELSE 1 END, m.owner";
        let text =
            format!("SELECT {} FROM members m JOIN accounts a ON a.id = m.account_id WHERE", self.d.gather(columns));
        type Row = (MemberId, AccountId, Text, MemberStatus, String, i64, i64);
        let rows: Vec<Row> = self.of_members(&text).gathered(conn).await?;
        let mut members: Vec<Member> = rows
            .into_iter()
            .map(|(id, account, email, status, account_status, signs_in, owner)| Member {
                id,
                account,
                email,
                status,
                account_active: account_status == "active",
                can_sign_in: signs_in == 1,
                owner: owner == 1,
                roles: Vec::new(),
                groups: Vec::new(),
                direct: Vec::new(),
                org_roles: Vec::new(),
            })
            .collect();
        members.sort_by_cached_key(|member| (key(member.email.raw()), member.id));
        let places: HashMap<i64, usize> = members.iter().enumerate().map(|(i, m)| (m.id.0, i)).collect();
        for (place, role, edge) in self.edges(conn, &places, "member_role", "role_id").await? {
            members[place].roles.push((RoleId(role), edge));
        }
        for (place, group, edge) in self.edges(conn, &places, "member_group", "group_id").await? {
            members[place].groups.push((GroupId(group), edge));
        }
        let direct = format!(
            "SELECT e.member_id, e.capability, {} FROM direct_permission e JOIN members m ON m.id = e.member_id \
             WHERE {} AND",
            edges::columns("e"),
            edges::live("e", self.now)
        );
        for row in self.of_members(&direct).and(" ORDER BY e.member_id, e.capability").all(conn).await? {
            if let (Some(place), Some(cap)) = (places.get(&row.int(0)?), self.cap(&row, 1)?) {
                members[*place].direct.push((cap, edges::read(&row, 2)?));
            }
        }
        self.org_roles(conn, &mut members).await?;
        Ok(members)
    }

    /// Roles or groups of the members: whose, which, and the edge; of each member in the order of what is held.
    async fn edges(
        &self,
        conn: &mut AnyConnection,
        places: &HashMap<i64, usize>,
        table: &str,
        column: &str,
    ) -> Result<Vec<(usize, i64, Edge)>> {
        let text = format!(
            "SELECT {} FROM {table} e JOIN members m ON m.id = e.member_id WHERE {} AND",
            self.d.gather(&format!("e.member_id, e.{column}, {}", edges::columns("e"))),
            edges::live("e", self.now)
        );
        let mut rows: Vec<edges::Held> = self.of_members(&text).gathered(conn).await?;
        rows.sort_unstable_by_key(|row| (row.0, row.1));
        let found = rows.into_iter().filter_map(|row| Some((*places.get(&row.0)?, row.1, edges::of(row))));
        Ok(found.collect())
    }

    async fn org_roles(&self, conn: &mut AnyConnection, members: &mut [Member]) -> Result<()> {
        let of = self.of_members("SELECT m.account_id FROM members m WHERE");
        let mut held = org_roles(conn, self.d, self.catalogue, of, self.now).await?;
        if !held.is_empty() {
            for member in members {
                member.org_roles = held.remove(&member.account).unwrap_or_default();
            }
        }
        Ok(())
    }
}

/// Roles held in the organisation by the accounts that `of` selects.
async fn org_roles(
    conn: &mut AnyConnection,
    d: Dialect,
    catalogue: &Catalogue,
    of: Sql,
    now: Timestamp,
) -> Result<HashMap<AccountId, Vec<OrgRole>>> {
    let mut gives: HashMap<i64, CapSet> = HashMap::new();
    for row in d.sql("SELECT org_role_id, capability FROM org_role_capability").all(conn).await? {
        if let Some(cap) = catalogue.find(&row.text(1)?) {
            let set = gives.entry(row.int(0)?).or_default();
            *set = set.with(cap);
        }
    }
    let mut held: HashMap<AccountId, Vec<OrgRole>> = HashMap::new();
    if gives.is_empty() {
        return Ok(held);
    }
    let text = format!(
        "SELECT e.account_id, r.id, r.name, {} FROM org_role_holder e JOIN org_roles r ON r.id = e.org_role_id \
         WHERE {} AND e.account_id IN (",
        edges::columns("e"),
        edges::live("e", now)
    );
    for row in of.before(&text).and(") ORDER BY e.account_id, r.id").all(conn).await? {
        held.entry(AccountId(row.int(0)?)).or_default().push(OrgRole {
            name: row.text(2)?.into(),
            capabilities: gives.get(&row.int(1)?).copied().unwrap_or_default(),
            edge: edges::read(&row, 3)?,
        });
    }
    Ok(held)
}

/// Accounts as they would be members again.
pub(super) async fn accounts(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    ids: &[AccountId],
    now: Timestamp,
) -> Result<HashMap<AccountId, AccountFacts>> {
    let (catalogue, _) = workspaces::rules(conn, d, ws).await?;
    let select = |what: &str| {
        let sql = d.sql(&format!("SELECT {what} FROM accounts a WHERE a.id IN "));
        sql.and_ids(ids.iter().map(|id| id.0))
    };
    let mut held = org_roles(conn, d, &catalogue, select("a.id"), now).await?;
    let rows = select("a.id, a.status, COALESCE(a.password_hash, a.provider)").all(conn).await?;
    let account = |row: &AnyRow| {
        let id = AccountId(row.int(0)?);
        let (active, can_sign_in) = (row.text(1)? == "active", row.opt_text(2)?.is_some());
        Ok((id, AccountFacts { active, can_sign_in, org_roles: held.remove(&id).unwrap_or_default() }))
    };
    rows.iter().map(account).collect()
}

/// Whom a change touches: those it names, and everyone whose access may differ after it.
pub(super) async fn scope_of(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    change: &Change,
    actor: MemberId,
) -> Result<Scope> {
    let mut members = vec![actor];
    let of_group = |group: &GroupId| d.sql("SELECT member_id FROM member_group WHERE group_id = ?").bind(group.0);
    let of_grant = "SELECT member_id FROM grants WHERE id = ? AND member_id IS NOT NULL \
                    UNION SELECT e.member_id FROM grants g JOIN member_group e ON e.group_id = g.group_id WHERE g.id = ?";
    let more = match change {
        Change::SetRoles { member, .. }
        | Change::SetGroups { member, .. }
        | Change::Deactivate { member, .. }
        | Change::Reactivate { member, .. }
        | Change::Remove { member, .. }
        | Change::Rename { member, .. } => {
            members.push(*member);
            None
        }
        Change::Restore { delta, .. } | Change::ReopenInvitation { delta, .. } => {
            members.push(delta.member);
            None
        }
        Change::Transfer { email, .. } => {
            let sql = d.sql("SELECT id FROM members WHERE workspace_id = ? AND email_key = ?");
            Some(sql.bind(ws.0).bind(key(email.raw())))
        }
        Change::CreateGroup(draft) => {
            members.extend(draft.leader);
            None
        }
        Change::EditGroup { group, draft } => {
            members.extend(draft.leader);
            Some(of_group(group))
        }
        Change::DeleteGroup { group, .. } => Some(of_group(group)),
        Change::SetGroupMembers { group, add, remove, .. } => {
            members.extend(add.iter().chain(remove));
            let leader = d.sql("SELECT leader FROM groups WHERE id = ? AND leader IS NOT NULL").bind(group.0);
            Some(leader)
        }
        Change::Grant { subject: Subject::Member(member), .. } => {
            members.push(*member);
            None
        }
        Change::Grant { subject: Subject::Group(group), .. } => Some(of_group(group)),
        Change::EditGrant { grant, .. } | Change::Revoke { grant, .. } => {
            Some(d.sql(of_grant).bind(grant.0).bind(grant.0))
        }
        Change::Invite(draft) => {
            let sql = d.sql("SELECT id FROM members WHERE workspace_id = ? AND email_key = ?");
            Some(sql.bind(ws.0).bind(key(draft.email.raw())))
        }
        Change::ResendInvitation { invitation }
        | Change::CancelInvitation { invitation, .. }
        | Change::EditInvitation { invitation, .. } => {
            let sql = d.sql("SELECT member_id FROM invitations WHERE id = ? AND member_id IS NOT NULL");
            Some(sql.bind(invitation.0))
        }
    };
    if let Some(sql) = more {
        for row in sql.all(conn).await? {
            members.push(MemberId(row.int(0)?));
        }
    }
    members.sort_unstable();
    members.dedup();
    Ok(Scope::Members(members))
}

impl Store {
    /// A workspace as the rules see it, for reading. Members whom `scope` names and who are not
    /// there are left out.
    pub async fn snapshot(&self, ws: WorkspaceId, scope: &Scope, now: Timestamp) -> Result<Snapshot> {
        let mut tx = self.read().await?;
        load(&mut tx, self.dialect, ws, scope, now).await
    }

    /// Whom a change touches: the scope that a check or preview of it needs.
    pub async fn scope_of(&self, ws: WorkspaceId, change: &Change, actor: MemberId) -> Result<Scope> {
        let mut tx = self.read().await?;
        workspaces::revision(&mut tx, self.dialect, ws).await?;
        scope_of(&mut tx, self.dialect, ws, change, actor).await
    }
}
