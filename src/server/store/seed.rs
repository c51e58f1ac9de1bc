//! Writing a sample workspace, in few large statements.

use super::{
    NewEvent, Result, Store, StoreError,
    accounts::{Provider, key},
    audit,
    bulk::Batch,
    filter::status_rank,
    invitations::flags::look,
    open::Writing,
    sql::{Columns, Dialect},
    workspaces,
};
use crate::{
    domain::{
        change::Delta,
        id::{AccountId, RoleId, WorkspaceId},
        model::MemberStatus,
        pack::Pack,
        time::{DAY, Timestamp},
    },
    server::sample::{
        self, Person, Sample,
        northwind::{CAST, FOLDERS, For, GRANTS, GROUPS, OLIM, OWNER},
    },
};
use sqlx::AnyConnection;
use std::collections::HashMap;

/// People in one round of statements.
const CHUNK: usize = 500;

/// A seeding under way.
struct Seed<'a> {
    conn: &'a mut AnyConnection,
    d: Dialect,
    sample: &'a Sample,
    ws: WorkspaceId,
    /// Ids by key, with the role's position.
    roles: HashMap<&'a str, (RoleId, i64)>,
    groups: Vec<i64>,
    /// Account and membership of the cast, by place.
    cast: Vec<(i64, i64)>,
}

impl Store {
    /// Writes a whole sample workspace; answers its id and its owner's account.
    pub async fn seed(&self, pack: &Pack, sample: &Sample) -> Result<(WorkspaceId, AccountId)> {
        let Writing { mut tx, _turn } = self.write().await?;
        let d = self.dialect;
        let there = d.sql("SELECT 1 FROM workspaces WHERE name_key = ?").bind(key(sample::NAME));
        if there.number(&mut tx).await?.is_some() {
            return Err(StoreError::conflict(None, "the sample workspace is in this database already"));
        }
        let (ws, ids) = workspaces::make(&mut tx, d, pack, sample::NAME, sample.now).await?;
        let roles = pack.roles.iter().zip(0..).zip(&ids).map(|((role, at), id)| (role.key.as_str(), (*id, at)));
        let roles = roles.collect();
        let mut seed = Seed { conn: &mut tx, d, sample, ws, roles, groups: Vec::new(), cast: Vec::new() };
        seed.groups().await?;
        let mut next = 0;
        while next < sample.members {
            let end = sample.members.min(next + CHUNK);
            let people: Vec<Person> = (next..end).map(|n| sample.person(n)).collect();
            seed.people(next, &people).await?;
            next = end;
        }
        seed.leaders().await?;
        let folders = seed.folders().await?;
        seed.grants(&folders).await?;
        let owner = AccountId(seed.cast.first().map_or(0, |(account, _)| *account));
        seed.log(owner).await?;
        tx.commit().await?;
        if d == Dialect::Postgres {
            // By itself PostgreSQL takes notice after a minute, and until then reads whole tables for a few rows.
            d.sql("ANALYZE").run(&mut *self.pool.acquire().await?).await?;
        }
        Ok((ws, owner))
    }
}

fn missing(what: &str) -> StoreError {
    StoreError::Corrupt(format!("the sample names {what}, which is not there"))
}

impl Seed<'_> {
    fn now(&self) -> Timestamp {
        self.sample.now
    }

    async fn groups(&mut self) -> Result<()> {
        let mut held = Batch::new(self.d, "group_capability", &["group_id", "capability"]);
        for (name, about, capabilities, _) in GROUPS {
            let text = "INSERT INTO groups (workspace_id, name, name_key, description, created_at) \
                        VALUES (?, ?, ?, ?, ?) RETURNING id";
            let sql = self.d.sql(text).bind(self.ws.0).bind(*name).bind(key(name)).bind(*about);
            let sql = sql.bind(self.now().plus(-500 * DAY).0);
            let id = sql.number(self.conn).await?.ok_or_else(|| missing(name))?;
            for capability in *capabilities {
                held.row([id.into(), (*capability).into()]);
            }
            self.groups.push(id);
        }
        held.run(self.conn).await?;
        Ok(())
    }

    async fn people(&mut self, first: usize, people: &[Person]) -> Result<()> {
        let accounts = self.accounts(people).await?;
        let members = self.members(first, people, &accounts).await?;
        if first == 0 {
            let cast = people.iter().take(CAST.len());
            self.cast =
                cast.filter_map(|p| Some((*accounts.get(&key(&p.email))?, *members.get(&key(&p.email))?))).collect();
        }
        let olim = self.cast.get(OLIM).or(self.cast.first()).map(|(account, _)| *account);
        let edge = ["member_id", "granted_by", "granted_at"];
        let mut roles =
            Batch::new(self.d, "member_role", &[edge[0], edge[1], edge[2], "role_id", "reason", "expires_at"]);
        let mut groups = Batch::new(self.d, "member_group", &[edge[0], edge[1], edge[2], "group_id"]);
        let mut direct = Batch::new(self.d, "direct_permission", &[edge[0], edge[1], edge[2], "capability", "reason"]);
        for (n, person) in (first..).zip(people) {
            let member = *members.get(&key(&person.email)).ok_or_else(|| missing(&person.email))?;
            let since = person.joined_at.0;
            if n != OWNER {
                let (role, _) = *self.roles.get(person.role).ok_or_else(|| missing(person.role))?;
                let reason = person.role_expires.map(|_| "cover for leave");
                let expires = person.role_expires.map(|t| t.0);
                roles.row([member.into(), olim.into(), since.into(), role.0.into(), reason.into(), expires.into()]);
            }
            for group in &person.groups {
                groups.row([member.into(), olim.into(), since.into(), self.groups[*group].into()]);
            }
            if let Some(capability) = person.direct {
                let reason = "keeps the journal for the region";
                direct.row([member.into(), olim.into(), since.into(), capability.into(), reason.into()]);
            }
        }
        roles.run(self.conn).await?;
        groups.run(self.conn).await?;
        direct.run(self.conn).await?;
        self.invitations(people, &members).await
    }

    async fn accounts(&mut self, people: &[Person]) -> Result<HashMap<String, i64>> {
        let columns = ["email", "email_key", "name", "last_sign_in", "provider", "created_at"];
        let mut rows = Batch::new(self.d, "accounts", &columns);
        for person in people {
            let provider = match person.status {
                MemberStatus::Pending => Provider::None,
                _ => Provider::Local,
            };
            rows.row([
                person.email.as_str().into(),
                key(&person.email).into(),
                person.name.as_str().into(),
                person.last_sign_in.map(|t| t.0).into(),
                provider.as_str().into(),
                person.joined_at.0.into(),
            ]);
        }
        let made = rows.ending(" RETURNING email_key, id").run(self.conn).await?;
        made.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
    }

    async fn members(
        &mut self,
        first: usize,
        people: &[Person],
        accounts: &HashMap<String, i64>,
    ) -> Result<HashMap<String, i64>> {
        let columns = [
            "workspace_id",
            "account_id",
            "status",
            "owner",
            "joined_at",
            "email_key",
            "name_key",
            "role_rank",
            "status_rank",
            "last_key",
            "group_count",
        ];
        let mut rows = Batch::new(self.d, "members", &columns);
        for (n, person) in (first..).zip(people) {
            let account = *accounts.get(&key(&person.email)).ok_or_else(|| missing(&person.email))?;
            let rank = self.roles.get(person.role).map_or(0, |(_, position)| position + 1);
            rows.row([
                self.ws.0.into(),
                account.into(),
                person.status.name().into(),
                (n == OWNER).into(),
                person.joined_at.0.into(),
                key(&person.email).into(),
                key(&person.name).into(),
                if n == OWNER { 0.into() } else { rank.into() },
                status_rank(person.status).into(),
                person.last_sign_in.map_or(-1, |t| t.0).into(),
                (person.groups.len() as i64).into(),
            ]);
        }
        let made = rows.ending(" RETURNING email_key, id").run(self.conn).await?;
        made.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
    }

    async fn invitations(&mut self, people: &[Person], members: &HashMap<String, i64>) -> Result<()> {
        let columns = [
            "workspace_id",
            "member_id",
            "email",
            "email_key",
            "name",
            "name_key",
            "message",
            "inviter",
            "status",
            "token_version",
            "created_at",
            "sent_at",
            "expires_at",
            "sends",
            "delivery",
            "delivery_key",
            "look_key",
            "mixed",
        ];
        let mut rows = Batch::new(self.d, "invitations", &columns);
        for person in people {
            let Some(one) = &person.invitation else { continue };
            let member = *members.get(&key(&person.email)).ok_or_else(|| missing(&person.email))?;
            let (look, mixed) = look(&person.email);
            rows.row([
                self.ws.0.into(),
                member.into(),
                person.email.as_str().into(),
                key(&person.email).into(),
                person.name.as_str().into(),
                key(&person.name).into(),
                one.message.into(),
                self.cast.get(one.inviter).or(self.cast.first()).map(|(account, _)| *account).into(),
                if one.failed { "failed" } else { "sent" }.into(),
                one.sends.into(),
                one.created_at.0.into(),
                one.created_at.0.into(),
                one.expires_at.0.into(),
                one.sends.into(),
                one.delivery.into(),
                key(one.delivery).into(),
                look.into(),
                mixed.into(),
            ]);
        }
        let made = rows.ending(" RETURNING member_id, id").run(self.conn).await?;
        if made.is_empty() {
            return Ok(());
        }
        // What waits behind an invitation is what its pending member holds.
        for (waiting, table, column) in
            [("invitation_role", "member_role", "role_id"), ("invitation_group", "member_group", "group_id")]
        {
            let text = format!(
                "INSERT INTO {waiting} (invitation_id, {column}) SELECT i.id, e.{column} FROM invitations i \
                 JOIN {table} e ON e.member_id = i.member_id WHERE i.id IN "
            );
            let ids = made.iter().map(|row| row.int(1)).collect::<Result<Vec<_>>>()?;
            self.d.sql(&text).and_ids(ids).run(self.conn).await?;
        }
        Ok(())
    }

    async fn leaders(&mut self) -> Result<()> {
        for ((.., leader), group) in GROUPS.iter().zip(self.groups.clone()) {
            if let Some((_, member)) = leader.and_then(|place| self.cast.get(place)) {
                let sql = self.d.sql("UPDATE groups SET leader = ? WHERE id = ?").bind(*member).bind(group);
                sql.run(self.conn).await?;
            }
        }
        Ok(())
    }

    fn group(&self, name: &str) -> Result<i64> {
        let place = GROUPS.iter().position(|(group, ..)| *group == name);
        place.and_then(|place| self.groups.get(place)).copied().ok_or_else(|| missing(name))
    }

    async fn folders(&mut self) -> Result<Vec<i64>> {
        let mut ids: Vec<i64> = Vec::new();
        let mut fences = Batch::new(self.d, "fences", &["folder_id", "group_id", "reason", "granted_at"]);
        let owner = self.cast.first().map(|(_, member)| *member);
        for (name, parent, kind, fence) in FOLDERS {
            let text = "INSERT INTO folders (workspace_id, parent, name, name_key, kind, owner) \
                        VALUES (?, ?, ?, ?, ?, ?) RETURNING id";
            let parent = parent.and_then(|place| ids.get(place).copied());
            let sql = self.d.sql(text).bind(self.ws.0).bind(parent).bind(*name).bind(key(name)).bind(*kind);
            let id = sql.bind(owner).number(self.conn).await?.ok_or_else(|| missing(name))?;
            for group in *fence {
                let since = self.now().plus(-400 * DAY).0;
                fences.row([id.into(), self.group(group)?.into(), None::<&str>.into(), since.into()]);
            }
            ids.push(id);
        }
        fences.run(self.conn).await?;
        Ok(ids)
    }

    async fn grants(&mut self, folders: &[i64]) -> Result<()> {
        let columns = [
            "folder_id",
            "member_id",
            "group_id",
            "capability",
            "effect",
            "reason",
            "granted_by",
            "granted_at",
            "expires_at",
            "review_at",
        ];
        let mut rows = Batch::new(self.d, "grants", &columns);
        let now = self.now();
        let by = self.cast.get(OLIM).or(self.cast.first()).map(|(account, _)| *account);
        for grant in GRANTS {
            let place = FOLDERS.iter().position(|(name, ..)| *name == grant.folder);
            let folder = place.and_then(|place| folders.get(place)).copied().ok_or_else(|| missing(grant.folder))?;
            let (member, group) = match grant.subject {
                // A small sample has not everybody.
                For::Cast(place) => match self.cast.get(place) {
                    Some((_, member)) => (Some(*member), None),
                    None => continue,
                },
                For::Group(name) => (None, Some(self.group(name)?)),
            };
            rows.row([
                folder.into(),
                member.into(),
                group.into(),
                grant.capability.into(),
                grant.effect.name().into(),
                grant.reason.into(),
                by.into(),
                now.plus(grant.made).0.into(),
                grant.expires.map(|t| now.plus(t).0).into(),
                grant.review.map(|t| now.plus(t).0).into(),
            ]);
        }
        rows.run(self.conn).await?;
        Ok(())
    }

    async fn log(&mut self, owner: AccountId) -> Result<()> {
        let event = NewEvent {
            at: self.now(),
            action: "create_workspace",
            target: sample::NAME.into(),
            delta: &Delta::default(),
            reason: None,
        };
        audit::append(self.conn, self.d, self.ws, Some(owner), &event).await?;
        Ok(())
    }
}
