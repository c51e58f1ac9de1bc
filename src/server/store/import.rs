//! People brought in, many at once.

use super::{
    Result, StoreError,
    accounts::key,
    apply::{self, Work},
    bulk::Batch,
    sql::{Arg, Columns, Dialect},
};
use crate::domain::{
    id::{RoleId, WorkspaceId},
    untrusted::Text,
};
use sqlx::AnyConnection;
use std::collections::HashMap;

/// One person to bring in. Active at once; can sign in when the account can, or has been invited to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewMember {
    /// Login.
    pub email: Text,
    /// Name; an account that is there already keeps its own.
    pub name: Text,
    /// Roles to hold.
    pub roles: Vec<RoleId>,
    /// Groups to belong to, by name.
    pub groups: Vec<Text>,
}

/// How many people go into one statement.
const CHUNK: usize = 500;

/// Which of these e-mails are members already; as given.
pub(super) async fn members_among(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    emails: &[&str],
) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for chunk in emails.chunks(CHUNK) {
        let keys: HashMap<String, &str> = chunk.iter().map(|email| (key(email), *email)).collect();
        let marks = vec!["?"; keys.len()].join(", ");
        let text = format!("SELECT email_key FROM members WHERE workspace_id = ? AND email_key IN ({marks})");
        let mut sql = d.sql(&text).bind(ws.0);
        for key in keys.keys() {
            sql.arg(key.as_str());
        }
        for row in sql.all(conn).await? {
            found.extend(keys.get(&row.text(0)?).map(|email| (*email).to_owned()));
        }
    }
    Ok(found)
}

impl Work<'_> {
    /// Answers how many members and groups were made.
    pub async fn import(&mut self, people: &[NewMember]) -> Result<(u64, u64)> {
        let (groups, made) = self.groups_by_name(people).await?;
        for chunk in people.chunks(CHUNK) {
            self.import_chunk(chunk, &groups).await?;
        }
        Ok((people.len() as u64, made))
    }

    async fn groups_by_name(&mut self, people: &[NewMember]) -> Result<(HashMap<String, i64>, u64)> {
        let rows = self.d.sql("SELECT name_key, id FROM groups WHERE workspace_id = ?").bind(self.ws.0);
        let rows = rows.all(self.conn).await?;
        let mut groups = rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect::<Result<HashMap<_, _>>>()?;
        let mut made = 0;
        for name in people.iter().flat_map(|person| &person.groups) {
            if !groups.contains_key(&key(name.raw())) {
                let id = self.new_group(name.raw().trim(), "").await?;
                groups.insert(key(name.raw()), id);
                made += 1;
            }
        }
        Ok((groups, made))
    }

    async fn import_chunk(&mut self, people: &[NewMember], groups: &HashMap<String, i64>) -> Result<()> {
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
            for role in &person.roles {
                roles.row([member.into(), role.0.into(), reason.clone(), by.clone(), at.clone()]);
            }
            for name in &person.groups {
                if let Some(group) = groups.get(&key(name.raw())) {
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
    async fn name_keys(&mut self, people: &[NewMember], members: &HashMap<String, i64>) -> Result<()> {
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
