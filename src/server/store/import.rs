//! People brought in, many at once: active members, who can sign in when their account can.

use super::{
    Result, StoreError,
    accounts::key,
    apply::{self, Work},
    bulk::Batch,
    sql::{Arg, Columns},
};
use crate::api::wire::ImportRow;
use std::collections::HashMap;

/// How many people go into one statement.
const CHUNK: usize = 500;

/// Ids by name, as an import file names them.
struct Names {
    roles: HashMap<String, i64>,
    groups: HashMap<String, i64>,
}

impl Work<'_> {
    /// Answers how many groups were made.
    pub async fn import(&mut self, people: &[ImportRow], create_groups: bool) -> Result<u64> {
        let mut names = self.names().await?;
        let mut made = 0;
        for name in people.iter().flat_map(|person| &person.groups) {
            if names.groups.contains_key(&key(name.raw())) {
                continue;
            }
            if !create_groups {
                return Err(StoreError::invalid("groups", format!("there is no group {name} here")));
            }
            let id = self.new_group(name.raw().trim(), "").await?;
            names.groups.insert(key(name.raw()), id);
            made += 1;
        }
        for chunk in people.chunks(CHUNK) {
            self.import_chunk(chunk, &names).await?;
        }
        Ok(made)
    }

    /// A role goes by its key or its name; where one role's name is another's key, the key wins.
    async fn names(&mut self) -> Result<Names> {
        let (d, ws) = (self.d, self.ws.0);
        let mut roles = HashMap::new();
        let rows = d.sql("SELECT name_key, role_key, id FROM roles WHERE workspace_id = ?").bind(ws);
        let rows = rows.all(self.conn).await?;
        for column in [0, 1] {
            for row in &rows {
                roles.insert(key(&row.text(column)?), row.int(2)?);
            }
        }
        let rows = d.sql("SELECT name_key, id FROM groups WHERE workspace_id = ?").bind(ws).all(self.conn).await?;
        let groups = rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect::<Result<_>>()?;
        Ok(Names { roles, groups })
    }

    async fn import_chunk(&mut self, people: &[ImportRow], names: &Names) -> Result<()> {
        let (d, ws, now) = (self.d, self.ws, self.now);
        let mut accounts = Batch::new(d, "accounts", &["email", "email_key", "name", "created_at"]);
        for person in people {
            let email = person.email.raw().trim();
            accounts.row([email.into(), key(email).into(), person.name.raw().trim().into(), now.0.into()]);
        }
        accounts.ending(" ON CONFLICT DO NOTHING").run(self.conn).await?;
        let marks = vec!["?"; people.len()].join(", ");
        let text = format!(
            "INSERT INTO members (workspace_id, account_id, status, joined_at, email_key, name_key, status_rank, last_key) \
             SELECT ?, a.id, 'active', ?, a.email_key, ?, CASE WHEN a.status = 'active' THEN 0 ELSE 2 END, \
             COALESCE(a.last_sign_in, -1) FROM accounts a WHERE a.email_key IN ({marks}) RETURNING id, account_id, email_key"
        );
        let mut sql = d.sql(&text).bind(ws.0).bind(now.0).bind("");
        for person in people {
            sql.arg(key(person.email.raw()));
        }
        let mut members = HashMap::new();
        for row in sql.all(self.conn).await? {
            members.insert(row.text(2)?, row.int(0)?);
        }
        let edge: [Arg; 3] = [None::<&str>.into(), self.actor.0.into(), now.0.into()];
        let mut roles = Batch::new(d, "member_role", &["member_id", "role_id", "reason", "granted_by", "granted_at"]);
        let mut joined =
            Batch::new(d, "member_group", &["member_id", "group_id", "reason", "granted_by", "granted_at"]);
        for person in people {
            let member = members.get(&key(person.email.raw())).copied();
            let member = member.ok_or_else(|| StoreError::conflict(Some("email"), "an e-mail is named twice"))?;
            let [reason, by, at] = edge.clone();
            for name in &person.roles {
                let role = names.roles.get(&key(name.raw())).copied();
                let role = role.ok_or_else(|| StoreError::invalid("role", format!("there is no role {name} here")))?;
                roles.row([member.into(), role.into(), reason.clone(), by.clone(), at.clone()]);
            }
            for name in &person.groups {
                if let Some(group) = names.groups.get(&key(name.raw())) {
                    joined.row([member.into(), (*group).into(), reason.clone(), by.clone(), at.clone()]);
                }
            }
        }
        roles.ending(" ON CONFLICT DO NOTHING").run(self.conn).await?;
        joined.ending(" ON CONFLICT DO NOTHING").run(self.conn).await?;
        self.name_keys(people, &members).await?;
        let ids: Vec<i64> = members.into_values().collect();
        apply::rank(self.conn, d, &ids, now).await
    }

    /// Names are lower-cased here, not in SQL, which would do it differently on each database; an
    /// account that was there keeps its own name.
    async fn name_keys(&mut self, people: &[ImportRow], members: &HashMap<String, i64>) -> Result<()> {
        let text = "SELECT m.id, a.name FROM members m JOIN accounts a ON a.id = m.account_id WHERE m.id IN ";
        let rows = self.d.sql(text).and_ids(members.values().copied()).all(self.conn).await?;
        debug_assert_eq!(rows.len(), people.len());
        let mut cases = self.d.sql("UPDATE members SET name_key = CASE id");
        for row in &rows {
            cases.push(&format!(" WHEN {} THEN ?", row.int(0)?)).arg(key(&row.text(1)?));
        }
        cases.and(" ELSE name_key END WHERE id IN ").and_ids(members.values().copied()).run(self.conn).await?;
        Ok(())
    }
}
