//! The list of members: pages, counts, one.

use super::{
    Result, Store, StoreError, WriteTx,
    cursor::{Column, Cut, Order},
    edges,
    filter::Members,
    list::{self, List as _, Selected},
    sql::{Columns, Dialect},
    workspaces,
};
use crate::{
    api::wire::{Count, Found, MemberRow, Page, PageQuery},
    domain::{
        filter::{Filter, Test},
        id::{AccountId, InvitationId, MemberId, WorkspaceId},
        model::MemberStatus,
        time::Timestamp,
    },
};
use sqlx::{AnyConnection, any::AnyRow};

const ORDER: Order = Order {
    id: "m.id",
    columns: &[
        Column { name: "email", sql: "m.email_key", text: true },
        Column { name: "name", sql: "m.name_key", text: true },
        Column { name: "role", sql: "m.role_rank", text: false },
        Column { name: "status", sql: "m.status_rank", text: false },
        Column { name: "last", sql: "m.last_key", text: false },
        Column { name: "groups", sql: "m.group_count", text: false },
    ],
    newest_first: false,
    details: Some("members m ON m.id = p.id JOIN accounts a ON a.id = m.account_id"),
};

const COLUMNS: &str = "m.id, m.account_id, m.version, a.email, a.name, m.status_rank, m.owner, a.last_sign_in, \
                       (SELECT COUNT(*) FROM members o WHERE o.account_id = m.account_id), \
                       (SELECT MIN(i.id) FROM invitations i WHERE m.status_rank = 1 AND i.member_id = m.id \
                       AND i.status IN ('sent', 'expired', 'failed'))";

fn member(row: &AnyRow) -> Result<MemberRow> {
    Ok(MemberRow {
        id: MemberId(row.int(0)?),
        account: AccountId(row.int(1)?),
        version: row.int(2)?,
        email: row.text(3)?.into(),
        name: row.text(4)?.into(),
        status: match row.int(5)? {
            0 => MemberStatus::Active,
            1 => MemberStatus::Pending,
            _ => MemberStatus::Deactivated,
        },
        owner: row.flag(6)?,
        roles: Vec::new(),
        groups: Vec::new(),
        workspaces: u32::try_from(row.int(8)?).unwrap_or(u32::MAX),
        last_sign_in: row.opt_int(7)?.map(Timestamp),
        invitation: row.opt_int(9)?.map(InvitationId),
    })
}

/// Fills in what there may be many of.
async fn complete(conn: &mut AnyConnection, d: Dialect, rows: &mut [MemberRow], now: Timestamp) -> Result<()> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id.0).collect();
    let (roles, groups) = edges::held(conn, d, "member", &edges::live("e", now), &ids).await?;
    roles.into_iter().for_each(|(place, role)| rows[place].roles.push(role));
    groups.into_iter().for_each(|(place, group)| rows[place].groups.push(group));
    Ok(())
}

impl Store {
    /// A page of members. Sorts: `email` (default), `name`, `role` (the owner, then as the pack orders
    /// them), `status`, `last`, `groups` (how many); `-` before it for descending.
    pub async fn members(
        &self,
        ws: WorkspaceId,
        filter: &Filter,
        query: &PageQuery,
        now: Timestamp,
    ) -> Result<Page<MemberRow>> {
        let cut = Cut::parse(query, &ORDER)?;
        let mut tx = self.read().await?;
        let revision = workspaces::revision(&mut tx, self.dialect, ws).await?;
        let members = Members { d: self.dialect, ws, now };
        let mut rest = members.all("");
        members.narrow(&mut tx, filter, &mut rest).await?;
        let mut slice = cut.fetch(&mut tx, COLUMNS, &rest, member).await?;
        complete(&mut tx, self.dialect, &mut slice.items, now).await?;
        Ok(Page { items: slice.items, before: slice.before, after: slice.after, revision })
    }

    /// How many members there are and how many match.
    pub async fn count_members(&self, ws: WorkspaceId, filter: &Filter, now: Timestamp) -> Result<Count> {
        let mut tx = self.read().await?;
        let members = Members { d: self.dialect, ws, now };
        let all = members.all("SELECT COUNT(*)");
        let mut some = all.clone();
        let total = all.count(&mut tx).await?;
        let matching = if filter.terms.is_empty() {
            total
        } else {
            members.narrow(&mut tx, filter, &mut some).await?;
            some.count(&mut tx).await?
        };
        Ok(Count { total, matching })
    }

    /// How many of the members there are that are selected, and how many of those match.
    pub async fn count_members_among(
        &self,
        ws: WorkspaceId,
        on: &Selected<'_, Test>,
        filter: &Filter,
        now: Timestamp,
    ) -> Result<Found> {
        let mut tx = self.read().await?;
        list::count_among(&mut tx, &Members { d: self.dialect, ws, now }, on, filter).await
    }

    /// One member.
    pub async fn member(&self, ws: WorkspaceId, id: MemberId, now: Timestamp) -> Result<MemberRow> {
        let mut tx = self.read().await?;
        let rows = "FROM members m JOIN accounts a ON a.id = m.account_id WHERE m.workspace_id = ? AND m.id = ?";
        let sql = self.sql(&format!("SELECT {COLUMNS} {rows}")).bind(ws.0).bind(id.0);
        let row = sql.first(&mut tx).await?.ok_or(StoreError::Missing("member"))?;
        let mut rows = [member(&row)?];
        complete(&mut tx, self.dialect, &mut rows, now).await?;
        let [row] = rows;
        Ok(row)
    }

    /// An account's membership of any status.
    pub async fn member_of(&self, ws: WorkspaceId, account: AccountId) -> Result<Option<MemberId>> {
        let mut conn = self.pool.acquire().await?;
        member_of(&mut conn, self.dialect, ws, account).await
    }
}

impl WriteTx {
    /// As [`Store::member_of`].
    pub async fn member_of(&mut self, account: AccountId) -> Result<Option<MemberId>> {
        member_of(&mut self.writing.tx, self.d, self.ws, account).await
    }
}

async fn member_of(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    account: AccountId,
) -> Result<Option<MemberId>> {
    let sql = d.sql("SELECT id FROM members WHERE workspace_id = ? AND account_id = ?");
    Ok(sql.bind(ws.0).bind(account.0).number(conn).await?.map(MemberId))
}
