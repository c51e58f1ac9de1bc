//! What deltas make: groups, folders, memberships, invitations, grants. Each gets its identifier, and so does whatever
//! else in the deltas names it; what comes back keeps the one it had.

use super::{Work, name_key};
use crate::{
    domain::{
        change::{Delta, Edit, InvitationRecord, Membership},
        id::{AccountId, FolderId, GrantId, GroupId, InvitationId, MemberId},
        model::Subject,
    },
    server::store::{
        Result, StoreError,
        accounts::key,
        bulk::Batch,
        edges,
        filter::status_rank,
        invitations::flags::look,
        sql::{Arg, Columns},
    },
};
use std::collections::HashMap;

/// The identifiers that planned ones have become.
#[derive(Default)]
struct Made {
    groups: HashMap<i64, i64>,
    folders: HashMap<i64, i64>,
    members: HashMap<i64, i64>,
    accounts: HashMap<i64, i64>,
    invitations: HashMap<i64, i64>,
    grants: HashMap<i64, i64>,
}

impl Work<'_> {
    /// Makes what was not there.
    pub async fn make(&mut self, deltas: &mut [Delta]) -> Result<()> {
        let (mut made, mut coming) = (Made::default(), Vec::new());
        for delta in deltas.iter() {
            for edit in &delta.0 {
                match edit {
                    Edit::Group { id, before: None, after: Some(group) } => {
                        let text = "INSERT INTO groups (id, workspace_id, name, name_key, description, created_at) \
                                    VALUES (?, ?, ?, ?, ?, ?) RETURNING id";
                        let sql = self.keeping(text, id.0).bind(self.ws.0).bind(group.name.raw());
                        let sql = sql.bind(name_key(&group.name)).bind(group.description.raw()).bind(self.now.0);
                        made.groups.insert(id.0, self.number(sql).await?);
                    }
                    Edit::Folder { id, before: None, after: Some(folder) } => {
                        let text = "INSERT INTO folders (id, workspace_id, parent, name, name_key, kind) \
                                    VALUES (?, ?, ?, ?, ?, ?) RETURNING id";
                        let parent = folder.parent.map(|id| made.folders.get(&id.0).copied().unwrap_or(id.0));
                        let sql = self.keeping(text, id.0).bind(self.ws.0).bind(parent).bind(folder.name.raw());
                        let sql = sql.bind(name_key(&folder.name)).bind(folder.kind.raw());
                        made.folders.insert(id.0, self.number(sql).await?);
                    }
                    Edit::Member { id, before: None, after: Some(membership) } => {
                        coming.push(Coming { id: *id, membership, name: name_in(delta) });
                    }
                    _ => {}
                }
            }
        }
        for chunk in coming.chunks(CHUNK) {
            self.come(chunk, &mut made).await?;
        }
        for delta in deltas.iter() {
            if let Some((id, None, Some(record))) = delta.invitation() {
                let member = record.member.map(|id| made.members.get(&id.0).copied().unwrap_or(id.0));
                made.invitations.insert(id.0, self.new_invitation(record, member).await?);
            }
        }
        rename(deltas, &made);
        let made = Made { grants: self.new_grants(deltas).await?, ..Made::default() };
        if !made.grants.is_empty() {
            rename(deltas, &made);
        }
        Ok(())
    }

    /// An `INSERT` whose first column is the identifier: the one it had, or a new one.
    fn keeping(&self, text: &str, id: i64) -> crate::server::store::sql::Sql {
        if id > 0 {
            return self.sql(text).bind(id);
        }
        self.sql(&text.replacen("(id, ", "(", 1).replacen("(?, ", "(", 1))
    }

    async fn number(&mut self, sql: crate::server::store::sql::Sql) -> Result<i64> {
        sql.number(self.conn).await?.ok_or_else(|| StoreError::Corrupt("what was made has no id".to_owned()))
    }

    /// Memberships without their edges, and accounts where there are none. The version of a membership that comes back is
    /// higher than any that it had before: nobody who read it then writes over it now.
    async fn come(&mut self, coming: &[Coming<'_>], made: &mut Made) -> Result<()> {
        let mut accounts = Batch::new(self.d, "accounts", &["email", "email_key", "name", "created_at"]);
        for one in coming.iter().filter(|one| one.membership.account.0 <= 0) {
            let email = one.membership.email.raw();
            accounts.row([email.into(), key(email).into(), one.name.into(), self.now.0.into()]);
        }
        accounts.ending(" ON CONFLICT DO NOTHING").run(self.conn).await?;
        let text = format!(
            "SELECT email_key, id, name, status, last_sign_in FROM accounts WHERE email_key IN ({})",
            vec!["?"; coming.len()].join(", ")
        );
        let mut sql = self.sql(&text);
        sql.once();
        for one in coming {
            sql.arg(key(one.membership.email.raw()));
        }
        let mut known = HashMap::new();
        for row in sql.all(self.conn).await? {
            known.insert(row.text(0)?, (row.int(1)?, row.text(2)?, row.text(3)? == "active", row.opt_int(4)?));
        }
        let revision = self.sql("SELECT revision FROM workspaces WHERE id = ?").bind(self.ws.0);
        let revision = revision.number(self.conn).await?.unwrap_or_default() + 1;
        for back in [true, false] {
            let columns = [
                "workspace_id",
                "account_id",
                "status",
                "owner",
                "joined_at",
                "email_key",
                "name_key",
                "status_rank",
                "last_key",
                "version",
                "id",
            ];
            let mut batch = Batch::new(self.d, "members", if back { &columns } else { &columns[..10] });
            let mut planned = HashMap::new();
            for one in coming.iter().filter(|one| (one.id.0 > 0) == back) {
                let email = key(one.membership.email.raw());
                let (account, name, active, last) = known.get(&email).ok_or(StoreError::Missing("account"))?;
                made.accounts.insert(one.membership.account.0, *account);
                planned.insert(*account, one.id.0);
                let rank = if *active { status_rank(one.membership.status) } else { 2 };
                let (ws, account, status): (Arg, Arg, Arg) =
                    (self.ws.0.into(), (*account).into(), one.membership.status.name().into());
                let (owner, joined, name): (Arg, Arg, Arg) =
                    (one.membership.owner.into(), one.membership.joined_at.0.into(), key(name).into());
                let (email, rank, last): (Arg, Arg, Arg) = (email.into(), rank.into(), last.unwrap_or(-1).into());
                if back {
                    let version = revision.into();
                    batch.row([ws, account, status, owner, joined, email, name, rank, last, version, one.id.0.into()]);
                } else {
                    batch.row([ws, account, status, owner, joined, email, name, rank, last, 1_i64.into()]);
                }
            }
            for row in batch.ending(" ON CONFLICT DO NOTHING RETURNING id, account_id").run(self.conn).await? {
                if let Some(id) = planned.remove(&row.int(1)?) {
                    made.members.insert(id, row.int(0)?);
                }
            }
            if !planned.is_empty() {
                return Err(StoreError::conflict(Some("email"), "a member already"));
            }
        }
        Ok(())
    }

    /// An invitation; its link comes with the rest of what is written of it.
    async fn new_invitation(&mut self, record: &InvitationRecord, member: Option<i64>) -> Result<i64> {
        let text = "INSERT INTO invitations (workspace_id, member_id, email, email_key, name, name_key, message, \
                    inviter, look_key, mixed, status, created_at, sent_at, expires_at, settled_at, sends, delivery, \
                    delivery_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
                    ON CONFLICT DO NOTHING RETURNING id";
        let email = record.email.raw();
        let (look, mixed) = look(email);
        let sql = self.sql(text).bind(self.ws.0).bind(member).bind(email).bind(key(email)).bind(record.name.raw());
        let sql = sql.bind(name_key(&record.name)).bind(record.message.as_ref().map(|text| text.raw()));
        let sql = sql.bind(record.inviter.map(|id| id.0)).bind(look).bind(mixed).bind(record.status.name());
        let sql = sql.bind(record.created_at.0).bind(record.sent_at.0).bind(record.expires_at.0);
        let sql = sql.bind(record.settled_at.map(|at| at.0)).bind(record.sends).bind(record.delivery.raw());
        let id = sql.bind(name_key(&record.delivery)).number(self.conn).await?;
        id.ok_or_else(|| StoreError::conflict(Some("email"), "invited already: resend or cancel it"))
    }

    /// Grants: new ones, which get an identifier, and old ones, which keep theirs.
    async fn new_grants(&mut self, deltas: &[Delta]) -> Result<HashMap<i64, i64>> {
        let mut new = Vec::new();
        for edit in deltas.iter().flat_map(|delta| &delta.0) {
            if let Edit::Grant { id, folder, subject, capability, effect, before: None, after: Some(edge), .. } = edit {
                new.push((*id, *folder, *subject, capability, *effect, edge));
            }
        }
        let mut made = HashMap::new();
        if new.is_empty() {
            return Ok(made);
        }
        // The same grants, expired, make room.
        let dead = self.sql("DELETE FROM grants WHERE expires_at <= ? AND folder_id IN ").bind(self.now.0);
        dead.and_ids(new.iter().map(|(_, folder, ..)| folder.0)).run(self.conn).await?;
        for old in [true, false] {
            let mut columns = vec!["folder_id", "member_id", "group_id", "capability", "effect"];
            columns.extend(edges::NAMES.split(", "));
            columns.extend(old.then_some("id"));
            let mut batch = Batch::new(self.d, "grants", &columns);
            let mut planned = HashMap::new();
            for (id, folder, subject, capability, effect, edge) in &new {
                if (id.0 > 0) != old {
                    continue;
                }
                let (member, group) = match subject {
                    Subject::Member(id) => (Some(id.0), None),
                    Subject::Group(id) => (None, Some(id.0)),
                };
                planned.insert((folder.0, member, group, (*capability).clone(), effect.name().to_owned()), id.0);
                let [reason, by, at, until, review, source] = edges::args(edge);
                let (folder, member, group): (Arg, Arg, Arg) = (folder.0.into(), member.into(), group.into());
                let (capability, effect): (Arg, Arg) = (capability.as_str().into(), effect.name().into());
                if old {
                    let id = id.0.into();
                    batch.row([folder, member, group, capability, effect, reason, by, at, until, review, source, id]);
                } else {
                    batch.row([folder, member, group, capability, effect, reason, by, at, until, review, source]);
                }
            }
            let wanted = planned.len();
            let returning = " ON CONFLICT DO NOTHING RETURNING id, folder_id, member_id, group_id, capability, effect";
            for row in batch.ending(returning).run(self.conn).await? {
                let known = (row.int(1)?, row.opt_int(2)?, row.opt_int(3)?, row.text(4)?, row.text(5)?);
                if let Some(id) = planned.remove(&known) {
                    made.insert(id, row.int(0)?);
                }
            }
            if wanted > 0 && !planned.is_empty() {
                return Err(StoreError::conflict(Some("capability"), "this grant is there already: edit it instead"));
            }
        }
        Ok(made)
    }
}

/// Somebody who comes.
struct Coming<'d> {
    id: MemberId,
    membership: &'d Membership,
    /// For the account, where it is made.
    name: &'d str,
}

/// Memberships that one statement makes, at most.
const CHUNK: usize = 500;

fn name_in(delta: &Delta) -> &str {
    let named = delta.0.iter().find_map(|edit| match edit {
        Edit::Name { after, .. } => Some(after.raw()),
        Edit::Invitation { after: Some(record), .. } => Some(record.name.raw()),
        _ => None,
    });
    named.unwrap_or_default()
}

/// Puts identifiers in the place of planned ones.
fn rename(deltas: &mut [Delta], made: &Made) {
    let id = |of: &HashMap<i64, i64>, id: &mut i64| {
        if *id < 0
            && let Some(real) = of.get(id)
        {
            *id = *real;
        }
    };
    let member = |MemberId(one): &mut MemberId| id(&made.members, one);
    let group = |GroupId(one): &mut GroupId| id(&made.groups, one);
    let folder = |FolderId(one): &mut FolderId| id(&made.folders, one);
    for edit in deltas.iter_mut().flat_map(|delta| &mut delta.0) {
        match edit {
            Edit::Member { id: one, after, .. } => {
                member(one);
                if let Some(AccountId(account)) = after.as_mut().map(|after| &mut after.account) {
                    id(&made.accounts, account);
                }
            }
            Edit::Role { member: one, .. } | Edit::Direct { member: one, .. } => member(one),
            Edit::InGroup { member: one, group: of, .. } => {
                member(one);
                group(of);
            }
            Edit::Grant { id: GrantId(grant), folder: at, subject, .. } => {
                id(&made.grants, grant);
                folder(at);
                match subject {
                    Subject::Member(one) => member(one),
                    Subject::Group(one) => group(one),
                }
            }
            Edit::Fence { folder: at, group: of, .. } => {
                folder(at);
                group(of);
            }
            Edit::Group { id: one, .. } => group(one),
            Edit::Folder { id: one, after, .. } => {
                folder(one);
                if let Some(parent) = after.as_mut().and_then(|after| after.parent.as_mut()) {
                    folder(parent);
                }
            }
            Edit::Name { member: one, account: AccountId(account), .. } => {
                member(one);
                id(&made.accounts, account);
            }
            Edit::Invitation { id: InvitationId(one), after, .. } => {
                id(&made.invitations, one);
                if let Some(waiting) = after.as_mut().and_then(|after| after.member.as_mut()) {
                    member(waiting);
                }
            }
        }
    }
}
