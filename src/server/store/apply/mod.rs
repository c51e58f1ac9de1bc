//! Deltas written, many at once: a few statements whatever their number.
//!
//! Whether they may be made was judged by the rules on the state that this transaction holds; here they are only done.
//! What is made gets its identifier, which is put into the deltas in place of the planned one.

mod edges;
mod made;
mod records;

use super::{
    Result, TokenHash,
    accounts::key,
    edges::live,
    filter::ids,
    sql::{Dialect, Sql},
};
use crate::domain::{
    change::{Delta, Edit},
    id::{AccountId, WorkspaceId},
    time::Timestamp,
};
use sqlx::AnyConnection;
use std::collections::BTreeSet;

/// The link of an invitation: the hash of its token, and what that was made from.
#[derive(Debug, Clone)]
pub struct Link {
    pub hash: TokenHash,
    pub seed: String,
}

/// Deltas being written, by someone, now.
pub(super) struct Work<'a> {
    pub conn: &'a mut AnyConnection,
    pub d: Dialect,
    pub ws: WorkspaceId,
    pub actor: AccountId,
    pub now: Timestamp,
}

/// Whose versions grow.
#[derive(Default)]
struct Touched {
    members: BTreeSet<i64>,
    groups: BTreeSet<i64>,
    folders: BTreeSet<i64>,
    grants: BTreeSet<i64>,
    workspace: bool,
    /// What of it lists are sorted by.
    ranks: Ranks,
}

/// What a list of members is sorted by and follows their edges. An index is written for each, so that what stays is
/// not named.
#[derive(Default, Clone, Copy)]
pub(super) struct Ranks {
    pub roles: bool,
    pub groups: bool,
}

impl Ranks {
    pub const ALL: Self = Self { roles: true, groups: true };
}

impl Work<'_> {
    /// Writes deltas, none of which is about what another is about and of which nothing is still to be made; `links` are
    /// those of the invitations that get one, in the order of the deltas.
    pub async fn write(&mut self, deltas: &[Delta], links: &[Option<Link>]) -> Result<()> {
        let edits = || deltas.iter().flat_map(|delta| &delta.0);
        self.end_edges(edits()).await?;
        self.put_edges(edits()).await?;
        self.write_members(edits()).await?;
        self.write_places(edits()).await?;
        for (delta, link) in deltas.iter().zip(links) {
            if let Some((id, before, after)) = delta.invitation() {
                self.write_invitation(id, before, after, link.as_ref()).await?;
            }
        }
        let touched = touched(deltas.iter().flat_map(|delta| &delta.0));
        self.grow(&touched).await
    }

    fn sql(&self, text: &str) -> Sql {
        self.d.sql(text)
    }

    /// Versions grow; what lists are sorted by, and what waits behind open invitations, follows members' edges.
    async fn grow(&mut self, touched: &Touched) -> Result<()> {
        for (table, ids) in [("groups", &touched.groups), ("folders", &touched.folders), ("grants", &touched.grants)] {
            if !ids.is_empty() {
                let sql = self.sql(&format!("UPDATE {table} SET version = version + 1 WHERE id IN "));
                sql.and_ids(ids.iter().copied()).run(self.conn).await?;
            }
        }
        if touched.workspace {
            let sql = self.sql("UPDATE workspaces SET version = version + 1 WHERE id = ?").bind(self.ws.0);
            sql.run(self.conn).await?;
        }
        if touched.members.is_empty() {
            return Ok(());
        }
        let members = || touched.members.iter().copied();
        let (or_fail, ranked) = (self.d.or_fail(), ranked(touched.ranks, self.now));
        let sql = self.sql(&format!("UPDATE{or_fail} members SET version = version + 1{ranked} WHERE id IN "));
        sql.and_ids(members()).run(self.conn).await?;
        self.promise(members()).await
    }

    /// What waits behind open invitations is what their pending members hold.
    async fn promise(&mut self, members: impl Iterator<Item = i64>) -> Result<()> {
        let open = "SELECT id FROM invitations WHERE status IN ('sent', 'expired', 'failed') AND member_id IN ";
        let open = ids(self.conn, self.sql(open).and_ids(members)).await?;
        if open.is_empty() { Ok(()) } else { self.promise_of(&open).await }
    }

    /// The same, of these invitations.
    async fn promise_of(&mut self, invitations: &[i64]) -> Result<()> {
        for (what, waiting) in [("role", "invitation_role"), ("group", "invitation_group")] {
            let clear = self.sql(&format!("DELETE FROM {waiting} WHERE invitation_id IN "));
            clear.and_ids(invitations.iter().copied()).run(self.conn).await?;
            let fill = format!(
                "INSERT INTO {waiting} (invitation_id, {what}_id) SELECT i.id, e.{what}_id FROM invitations i \
                 JOIN member_{what} e ON e.member_id = i.member_id WHERE {} AND i.id IN ",
                live("e", self.now)
            );
            self.sql(&fill).and_ids(invitations.iter().copied()).run(self.conn).await?;
        }
        Ok(())
    }
}

fn touched<'d>(edits: impl Iterator<Item = &'d Edit>) -> Touched {
    let mut touched = Touched::default();
    let mut gone = BTreeSet::new();
    for edit in edits {
        touched.members.extend(edit.member().map(|id| id.0));
        match edit {
            Edit::Member { id, before, after } => {
                if after.is_none() {
                    gone.insert(id.0);
                }
                let owner =
                    |side: &Option<crate::domain::change::Membership>| side.as_ref().is_some_and(|one| one.owner);
                touched.workspace |= owner(before) != owner(after);
                touched.ranks = Ranks::ALL;
            }
            Edit::Role { .. } => touched.ranks.roles = true,
            Edit::InGroup { group, .. } => {
                touched.groups.insert(group.0);
                touched.ranks.groups = true;
            }
            Edit::Group { id, before, .. } => {
                if before.is_some() {
                    touched.groups.insert(id.0);
                }
            }
            Edit::Grant { id, folder, before, after, .. } => {
                touched.folders.insert(folder.0);
                if before.is_some() && after.is_some() {
                    touched.grants.insert(id.0);
                }
            }
            Edit::Fence { folder, .. } => drop(touched.folders.insert(folder.0)),
            Edit::Folder { id, before, .. } => {
                if before.is_some() {
                    touched.folders.insert(id.0);
                }
            }
            Edit::Direct { .. } | Edit::Name { .. } | Edit::Invitation { .. } => {}
        }
    }
    touched.members.retain(|id| !gone.contains(id));
    touched
}

/// Recomputes what the list is sorted by (see the schema).
pub(super) async fn rank(conn: &mut AnyConnection, d: Dialect, members: &[i64], now: Timestamp) -> Result<()> {
    let ranked = ranked(Ranks::ALL, now);
    let sql = d.sql(&format!("UPDATE members SET version = version{ranked} WHERE id IN "));
    sql.and_ids(members.iter().copied()).run(conn).await?;
    Ok(())
}

fn ranked(ranks: Ranks, now: Timestamp) -> String {
    let live = live("e", now);
    let mut ranked = String::new();
    if ranks.roles {
        ranked += &format!(
            ", role_rank = CASE WHEN owner = 1 THEN 0 ELSE COALESCE((SELECT MIN(r.position) + 1 FROM member_role e \
             JOIN roles r ON r.id = e.role_id WHERE e.member_id = members.id AND {live}), 1000000) END"
        );
    }
    if ranks.groups {
        ranked +=
            &format!(", group_count = (SELECT COUNT(*) FROM member_group e WHERE e.member_id = members.id AND {live})");
    }
    ranked
}

/// The key that a name is found and sorted by.
fn name_key(name: &crate::domain::untrusted::Text) -> String {
    key(name.raw())
}
