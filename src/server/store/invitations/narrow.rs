//! A filter of invitations as SQL: the same answer as [`InvitationFilter::passes`] gives, a test holds
//! it so.

use super::{OPEN, ROWS, flags::Flags, status_sql};
use crate::{
    domain::{
        filter::{InvitationFilter, InvitationTest},
        id::WorkspaceId,
        time::Timestamp,
    },
    server::store::{
        Result,
        filter::{groups_named, in_domain, roles_named},
        list::List,
        sql::{Dialect, Sql},
    },
};
use sqlx::AnyConnection;

/// The invitations of a workspace, called `i`, with their inviters' accounts, called `b`, at a moment.
pub(super) struct Invitations {
    pub d: Dialect,
    pub ws: WorkspaceId,
    pub now: Timestamp,
    pub flags: Flags,
}

impl Invitations {
    /// Works out what their flags are judged by.
    pub async fn load(conn: &mut AnyConnection, d: Dialect, ws: WorkspaceId, now: Timestamp) -> Result<Self> {
        Ok(Self { d, ws, now, flags: Flags::load(conn, d, ws, now).await? })
    }
}

impl List for Invitations {
    type Test = InvitationTest;

    const ID: &'static str = "i.id";

    fn all(&self, select: &str) -> Sql {
        self.d.sql(&format!("{select}{ROWS}")).bind(self.ws.0)
    }

    async fn narrow(&self, conn: &mut AnyConnection, filter: &InvitationFilter, sql: &mut Sql) -> Result<()> {
        if filter.open_only() {
            sql.push(" AND ").push(OPEN);
        }
        for term in &filter.terms {
            sql.push(if term.negated { " AND NOT (" } else { " AND (" });
            match &term.test {
                InvitationTest::Word(word) => {
                    let word = word.to_lowercase();
                    sql.push(&self.d.contains("i.email_key")).arg(word.as_str());
                    sql.push(" OR ").push(&self.d.contains("i.name_key")).arg(word);
                }
                InvitationTest::Flag(any) => {
                    sql.once().push(&self.flags.any(any));
                }
                InvitationTest::Role(word) => waiting(sql, "role", roles_named(conn, self.d, self.ws, word).await?),
                InvitationTest::Group(word) => waiting(sql, "group", groups_named(conn, self.d, self.ws, word).await?),
                InvitationTest::Status(any) => {
                    let names: Vec<String> = any.iter().map(|status| format!("'{}'", status.name())).collect();
                    sql.once().push(&format!("{} IN ({})", status_sql(self.now), names.join(",")));
                }
                InvitationTest::Inviter(word) => {
                    sql.push(&self.d.contains("COALESCE(b.email_key, '')")).arg(word.to_lowercase());
                }
                InvitationTest::Domain(domain) => in_domain(sql, "i.email_key", domain),
            }
            sql.push(")");
        }
        Ok(())
    }
}

fn waiting(sql: &mut Sql, kind: &str, ids: Vec<i64>) {
    sql.push(&format!("EXISTS (SELECT 1 FROM invitation_{kind} e WHERE e.invitation_id = i.id AND e.{kind}_id IN "));
    sql.ids(ids).push(")");
}
