//! A filter of invitations as SQL: the same answer as [`InvitationFilter::passes`] gives, a test holds
//! it so.

use super::{OPEN, flags::Flags, status_sql};
use crate::{
    domain::{
        filter::{InvitationFilter, InvitationTest},
        id::WorkspaceId,
        time::Timestamp,
    },
    server::store::{
        Result,
        filter::{groups_named, in_domain, roles_named},
        sql::{Dialect, Sql},
    },
};
use sqlx::AnyConnection;

/// Adds the filter's conditions to a statement whose invitations are called `i` and inviters' accounts
/// `b`.
pub(super) async fn narrow(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    filter: &InvitationFilter,
    flags: &Flags,
    now: Timestamp,
    sql: &mut Sql,
) -> Result<()> {
    if filter.open_only() {
        sql.push(" AND ").push(OPEN);
    }
    for term in &filter.terms {
        sql.push(if term.negated { " AND NOT (" } else { " AND (" });
        match &term.test {
            InvitationTest::Word(word) => {
                let word = word.to_lowercase();
                sql.push(&d.contains("i.email_key")).arg(word.as_str());
                sql.push(" OR ").push(&d.contains("i.name_key")).arg(word);
            }
            InvitationTest::Flag(any) => {
                sql.once().push(&flags.any(any));
            }
            InvitationTest::Role(word) => waiting(sql, "role", roles_named(conn, d, ws, word).await?),
            InvitationTest::Group(word) => waiting(sql, "group", groups_named(conn, d, ws, word).await?),
            InvitationTest::Status(any) => {
                let names: Vec<String> = any.iter().map(|status| format!("'{}'", status.name())).collect();
                sql.once().push(&format!("{} IN ({})", status_sql(now), names.join(",")));
            }
            InvitationTest::Inviter(word) => {
                sql.push(&d.contains("COALESCE(b.email_key, '')")).arg(word.to_lowercase());
            }
            InvitationTest::Domain(domain) => in_domain(sql, "i.email_key", domain),
        }
        sql.push(")");
    }
    Ok(())
}

fn waiting(sql: &mut Sql, kind: &str, ids: Vec<i64>) {
    sql.push(&format!("EXISTS (SELECT 1 FROM invitation_{kind} e WHERE e.invitation_id = i.id AND e.{kind}_id IN "));
    sql.ids(ids).push(")");
}
