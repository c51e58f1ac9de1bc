//! Deltas made, many at once: a few statements whatever the number of members.

use super::{Kind, Work};
use crate::{
    domain::{
        id::{FolderId, GrantId, MemberId},
        model::MemberStatus,
        plan::{Delta, Held, HeldOf, Membership, Turn},
        time::Timestamp,
        untrusted::Text,
    },
    server::store::{
        Outcome, Result, StoreError, Told,
        accounts::key,
        bulk::Batch,
        edges,
        filter::status_rank,
        folders::effect,
        sql::{Arg, Columns},
    },
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What many deltas come to, sorted by the statements that make it.
#[derive(Default)]
struct Sorted<'a> {
    /// Everyone who is there afterwards.
    members: Vec<i64>,
    left: Vec<i64>,
    came: Vec<(MemberId, &'a Membership)>,
    states: Vec<(MemberStatus, Vec<i64>)>,
    took: BTreeMap<(Place, String), Vec<i64>>,
    gave: BTreeMap<Place, Vec<(i64, Arg, &'a Held)>>,
    grants_took: Vec<i64>,
    grants_gave: Vec<(i64, &'a Held)>,
    /// Groups and folders whose versions grow.
    groups: BTreeSet<i64>,
    folders: BTreeSet<i64>,
}

/// The table of an edge, and its column for what is held.
type Place = (&'static str, &'static str);

/// Where an edge is kept, what is held as an argument, and as a key to sort by; none for a grant.
fn place(of: &HeldOf) -> Option<(Place, Arg, String)> {
    let (place, id) = match of {
        HeldOf::Role(id) => (Kind::Role.table(), id.0),
        HeldOf::Group(id) => (Kind::Group.table(), id.0),
        HeldOf::Direct(key) => return Some((("direct_permission", "capability"), key.as_str().into(), key.clone())),
        HeldOf::Grant { .. } => return None,
    };
    Some((place, id.into(), id.to_string()))
}

impl<'a> Sorted<'a> {
    /// Edges that have expired do not come back.
    fn new(deltas: &'a [Delta], now: Timestamp) -> Self {
        let mut all = Self::default();
        for delta in deltas {
            let member = delta.member.0;
            if let Some(Turn::Left(_)) = &delta.membership {
                all.left.push(member);
                continue;
            }
            all.members.push(member);
            if let Some(Turn::Came(membership)) = &delta.membership {
                all.came.push((delta.member, membership));
            }
            if let Some((_, to)) = delta.status {
                match all.states.iter_mut().find(|(status, _)| *status == to) {
                    Some((_, members)) => members.push(member),
                    None => all.states.push((to, vec![member])),
                }
            }
            for held in &delta.took {
                all.named(held);
                match (place(&held.of), &held.of) {
                    (Some((place, _, id)), _) => all.took.entry((place, id)).or_default().push(member),
                    (None, HeldOf::Grant { id, .. }) => all.grants_took.push(id.0),
                    (None, _) => {}
                }
            }
            for held in delta.gave.iter().filter(|held| held.edge.live(now)) {
                all.named(held);
                match place(&held.of) {
                    Some((place, id, _)) => {
                        all.gave.entry(place).or_default().push((member, id, held));
                    }
                    None => all.grants_gave.push((member, held)),
                }
            }
        }
        all
    }

    fn named(&mut self, held: &Held) {
        match &held.of {
            HeldOf::Group(group) => {
                self.groups.insert(group.0);
            }
            HeldOf::Grant { folder, .. } => {
                self.folders.insert(folder.0);
            }
            HeldOf::Role(_) | HeldOf::Direct(_) => {}
        }
    }
}

/// A grant as it can be found again: whose, where, of what, which way.
type Known = (i64, FolderId, String, &'static str);

impl Work<'_> {
    /// Does to every member what their delta says; grants that were only planned get their identifiers.
    /// Whether it may be done was checked; no member is in two of them.
    pub async fn make(&mut self, deltas: &mut [Delta]) -> Result<()> {
        let all = Sorted::new(deltas, self.now);
        if !all.left.is_empty() {
            self.leave(&all.left).await?;
        }
        for (member, membership) in &all.came {
            self.come(*member, membership).await?;
        }
        for (status, members) in &all.states {
            self.write_status(*status, members).await?;
        }
        for (((table, column), id), members) in &all.took {
            let sql = self.sql(&format!("DELETE FROM {table} WHERE {column} = ? AND member_id IN "));
            let sql = if *column == "capability" { sql.bind(id.as_str()) } else { sql.bind(id.parse::<i64>().ok()) };
            sql.and_ids(members.iter().copied()).run(self.conn).await?;
        }
        for ((table, column), rows) in &all.gave {
            // The same edge, expired, makes room.
            let dead =
                self.sql(&format!("DELETE FROM {table} WHERE expires_at <= ? AND member_id IN ")).bind(self.now.0);
            dead.and_ids(rows.iter().map(|(member, ..)| *member)).run(self.conn).await?;
            let columns: Vec<&str> = ["member_id", column].into_iter().chain(edges::NAMES.split(", ")).collect();
            let mut batch = Batch::new(self.d, table, &columns);
            for (member, id, held) in rows {
                let [reason, by, at, until, review, source] = edges::args(&held.edge);
                batch.row([(*member).into(), id.clone(), reason, by, at, until, review, source]);
            }
            batch.run(self.conn).await?;
        }
        if !all.grants_took.is_empty() {
            let lifted = self.sql("DELETE FROM grants WHERE id IN ").and_ids(all.grants_took.iter().copied());
            lifted.run(self.conn).await?;
        }
        let made = self.give_grants(&all.grants_gave).await?;
        for (table, ids) in [("groups", &all.groups), ("folders", &all.folders)] {
            if ids.is_empty() {
                continue;
            }
            let grown = self.sql(&format!("UPDATE {table} SET version = version + 1 WHERE id IN "));
            grown.and_ids(ids.iter().copied()).run(self.conn).await?;
        }
        self.touch(&all.members).await?;
        for delta in deltas {
            let member = delta.member.0;
            for held in &mut delta.gave {
                if let HeldOf::Grant { id, folder, capability, effect } = &mut held.of
                    && let Some(known) = made.get(&(member, *folder, capability.clone(), effect.name()))
                {
                    *id = *known;
                }
            }
        }
        Ok(())
    }

    /// Grants: new ones, which get an identifier, and old ones, which keep theirs.
    async fn give_grants(&mut self, grants: &[(i64, &Held)]) -> Result<HashMap<Known, GrantId>> {
        let mut made = HashMap::new();
        if grants.is_empty() {
            return Ok(made);
        }
        // The same grants, expired, make room.
        let folders = grants.iter().filter_map(|(_, held)| match held.of {
            HeldOf::Grant { folder, .. } => Some(folder.0),
            _ => None,
        });
        let dead = self.sql("DELETE FROM grants WHERE expires_at <= ? AND folder_id IN ").bind(self.now.0);
        let dead = dead.and_ids(folders.collect::<BTreeSet<_>>()).and(" AND member_id IN ");
        dead.and_ids(grants.iter().map(|(member, _)| *member)).run(self.conn).await?;
        for old in [true, false] {
            let mut columns = vec!["folder_id", "member_id", "capability", "effect"];
            columns.extend(edges::NAMES.split(", "));
            if old {
                columns.push("id");
            }
            let mut batch = Batch::new(self.d, "grants", &columns);
            for (member, held) in grants {
                let HeldOf::Grant { id, folder, capability, effect } = &held.of else { continue };
                if (id.0 > 0) != old {
                    continue;
                }
                let [reason, by, at, until, review, source] = edges::args(&held.edge);
                let (folder, member, effect): (Arg, Arg, Arg) =
                    (folder.0.into(), (*member).into(), effect.name().into());
                let capability = capability.as_str().into();
                if old {
                    batch.row([folder, member, capability, effect, reason, by, at, until, review, source, id.0.into()]);
                } else {
                    batch.row([folder, member, capability, effect, reason, by, at, until, review, source]);
                }
            }
            let returning = " ON CONFLICT DO NOTHING RETURNING id, member_id, folder_id, capability, effect";
            for row in batch.ending(returning).run(self.conn).await? {
                let known = (row.int(1)?, FolderId(row.int(2)?), row.text(3)?, effect(&row.text(4)?)?.name());
                made.insert(known, GrantId(row.int(0)?));
            }
        }
        if made.len() != grants.len() {
            return Err(StoreError::conflict(None, "a grant is there already: edit it instead"));
        }
        Ok(made)
    }

    /// A membership back under its own identifier, without its edges. Its version is higher than any that it
    /// had before: nobody who read it then writes over it now.
    async fn come(&mut self, member: MemberId, membership: &Membership) -> Result<()> {
        let text = "SELECT a.name FROM accounts a WHERE a.id = ?";
        let account = self.sql(text).bind(membership.account.0).first(self.conn).await?;
        let name = account.ok_or(StoreError::Missing("account"))?.text(0)?;
        let text = "INSERT INTO members (id, workspace_id, account_id, status, joined_at, email_key, name_key, \
                    status_rank, last_key, version) SELECT ?, ?, a.id, ?, ?, a.email_key, ?, \
                    CASE WHEN a.status = 'active' THEN ? ELSE 2 END, COALESCE(a.last_sign_in, -1), \
                    (SELECT w.revision + 1 FROM workspaces w WHERE w.id = ?) FROM accounts a \
                    WHERE a.id = ? ON CONFLICT DO NOTHING RETURNING id";
        let sql = self.sql(text).bind(member.0).bind(self.ws.0).bind(membership.status.name());
        let sql = sql.bind(membership.joined_at.unwrap_or(self.now).0).bind(key(&name));
        let sql = sql.bind(status_rank(membership.status)).bind(self.ws.0).bind(membership.account.0);
        if sql.number(self.conn).await?.is_none() {
            return Err(StoreError::conflict(None, "this person is a member again"));
        }
        let led = "UPDATE groups SET leader = ?, version = version + 1 WHERE leader IS NULL AND id IN ";
        let led = self.sql(led).bind(member.0).and_ids(membership.leads.iter().map(|group| group.0));
        led.run(self.conn).await?;
        let owned = "UPDATE folders SET owner = ?, version = version + 1 WHERE owner IS NULL AND id IN ";
        let owned = self.sql(owned).bind(member.0).and_ids(membership.owns.iter().map(|folder| folder.0));
        owned.run(self.conn).await?;
        Ok(())
    }

    /// Fills in what a snapshot does not know of memberships that go: since when, and which folders they own.
    pub async fn complete(&mut self, deltas: &mut [Delta]) -> Result<()> {
        let going = |delta: &Delta| matches!(delta.membership, Some(Turn::Left(_)));
        let ids: Vec<i64> = deltas.iter().filter(|delta| going(delta)).map(|delta| delta.member.0).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let sql = self.sql("SELECT id, joined_at FROM members WHERE id IN ").and_ids(ids.iter().copied());
        let since = sql.all(self.conn).await?;
        let since =
            since.iter().map(|row| Ok((row.int(0)?, Timestamp(row.int(1)?)))).collect::<Result<HashMap<_, _>>>()?;
        let mut owned: HashMap<i64, Vec<FolderId>> = HashMap::new();
        let sql = self.sql("SELECT owner, id FROM folders WHERE owner IN ").and_ids(ids).and(" ORDER BY id");
        for row in sql.all(self.conn).await? {
            owned.entry(row.int(0)?).or_default().push(FolderId(row.int(1)?));
        }
        for delta in deltas {
            if let Some(Turn::Left(membership)) = &mut delta.membership {
                membership.joined_at = since.get(&delta.member.0).copied();
                membership.owns = owned.remove(&delta.member.0).unwrap_or_default();
            }
        }
        Ok(())
    }

    /// One delta, as a change of its own.
    pub(super) async fn restore(&mut self, delta: &Delta, reason: Option<Text>) -> Result<Outcome> {
        let sql = self.sql("SELECT a.email FROM members m JOIN accounts a ON a.id = m.account_id WHERE m.id = ?");
        let email = sql.bind(delta.member.0).first(self.conn).await?.map(|row| row.text(0)).transpose()?;
        let target = match (&delta.membership, email) {
            (Some(Turn::Came(membership) | Turn::Left(membership)), _) => membership.email.clone(),
            (None, email) => email.ok_or(StoreError::Missing("member"))?.into(),
        };
        let mut made = [delta.clone()];
        self.make(&mut made).await?;
        let [made] = made;
        let version =
            self.sql("SELECT version FROM members WHERE id = ?").bind(delta.member.0).number(self.conn).await?;
        let (before, after) = told(&made)?;
        Ok(Outcome { created: None, version, target, before, after, reason })
    }
}

/// What a delta took and what it gave, as the audit log tells it.
pub(in crate::server::store) fn told(delta: &Delta) -> Result<(Told, Told)> {
    #[derive(Serialize)]
    struct Took<'a> {
        status: Option<MemberStatus>,
        edges: &'a [Held],
    }
    #[derive(Serialize)]
    struct Gave<'a> {
        status: Option<MemberStatus>,
        edges: &'a [Held],
        membership: &'a Option<Turn>,
    }
    let (from, to) = delta.status.unzip();
    Ok((
        Told::of(&Took { status: from, edges: &delta.took })?,
        Told::of(&Gave { status: to, edges: &delta.gave, membership: &delta.membership })?,
    ))
}
