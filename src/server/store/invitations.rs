//! The board of invitations, and invitations by their link.

pub(super) mod count;
pub(super) mod flags;
mod link;
mod narrow;

pub use link::InvitationByToken;

use self::{flags::Flags, narrow::Invitations};
use super::{
    Reading, Result, Store, StoreError,
    cursor::{Column, Cut, Order},
    edges,
    filter::ids,
    list::List as _,
    sql::{Columns, Dialect},
    workspaces,
};
use crate::{
    api::wire::{InvitationRow, InvitationStatus, Page, PageQuery},
    domain::{
        filter::InvitationFilter,
        id::{InvitationId, MemberId, WorkspaceId},
        invitation::InvitationFlag,
        time::Timestamp,
        untrusted::Text,
    },
};
use sqlx::{AnyConnection, any::AnyRow};

/// A condition: the invitation `i` is not settled. Word for word as the indexes have it, so that they
/// are used.
const OPEN: &str = "i.status IN ('sent', 'expired', 'failed')";

/// Columns whose SQL depends on the moment, and on who may still do what.
const BY_FLAGS: &str = "flags";
const BY_STATUS: &str = "status";

const ORDER: Order = Order {
    id: "i.id",
    columns: &[
        column("expires", "i.expires_at", false),
        column("email", "i.email_key", true),
        column(
            "role",
            "COALESCE((SELECT MIN(r.position) FROM invitation_role e JOIN roles r ON r.id = e.role_id \
             WHERE e.invitation_id = i.id), 1000000)",
            false,
        ),
        column("inviter", "COALESCE(b.email_key, '')", true),
        column("created", "i.created_at", false),
        column("sends", "i.sends", false),
        column("delivery", "i.delivery_key", true),
        column(BY_FLAGS, "", false),
        column(BY_STATUS, "", false),
    ],
    newest_first: false,
    details: Some("invitations i ON i.id = p.id LEFT JOIN accounts b ON b.id = i.inviter"),
};

const fn column(name: &'static str, sql: &'static str, text: bool) -> Column {
    Column { name, sql, text }
}

const COLUMNS: &str = "i.id, i.version, i.member_id, i.email, i.name, i.message, b.email, i.status, i.created_at, \
                       i.expires_at, i.sends, i.delivery";
const ROWS: &str = " FROM invitations i LEFT JOIN accounts b ON b.id = i.inviter WHERE i.workspace_id = ?";

/// The state by the clock, as SQL.
fn status_sql(now: Timestamp) -> String {
    format!("CASE WHEN i.status = 'sent' AND i.expires_at <= {} THEN 'expired' ELSE i.status END", now.0)
}

/// The place of the state in the order of states.
fn status_rank(now: Timestamp) -> String {
    let ranks: Vec<String> = (InvitationStatus::ALL.iter().zip(0..))
        .map(|(status, rank)| format!("WHEN '{}' THEN {rank}", status.name()))
        .collect();
    format!("CASE {} {} END", status_sql(now), ranks.join(" "))
}

/// What the table says, by the clock.
pub(super) fn status(stored: &str, expires_at: i64, now: Timestamp) -> Result<InvitationStatus> {
    let status = InvitationStatus::named(stored);
    let status = status.ok_or_else(|| StoreError::Corrupt(format!("an invitation that is {stored}")))?;
    Ok(status.at(Timestamp(expires_at), now))
}

fn invitation(row: &AnyRow, now: Timestamp) -> Result<InvitationRow> {
    let expires_at = row.int(9)?;
    Ok(InvitationRow {
        id: InvitationId(row.int(0)?),
        version: row.int(1)?,
        member: row.opt_int(2)?.map(MemberId),
        email: row.text(3)?.into(),
        name: row.text(4)?.into(),
        roles: Vec::new(),
        groups: Vec::new(),
        message: row.opt_text(5)?.map(Text::from),
        inviter: row.opt_text(6)?.unwrap_or_default().into(),
        status: status(&row.text(7)?, expires_at, now)?,
        created_at: Timestamp(row.int(8)?),
        expires_at: Timestamp(expires_at),
        sends: u32::try_from(row.int(10)?).unwrap_or(u32::MAX),
        delivery: row.text(11)?.into(),
        flags: InvitationFlag::of_weight(row.int(12)?),
    })
}

async fn complete(conn: &mut AnyConnection, d: Dialect, rows: &mut [InvitationRow]) -> Result<()> {
    let ids: Vec<i64> = rows.iter().map(|one| one.id.0).collect();
    let (roles, groups) = edges::held(conn, d, "invitation", "TRUE", &ids).await?;
    roles.into_iter().for_each(|(place, role)| rows[place].roles.push(role));
    groups.into_iter().for_each(|(place, group)| rows[place].groups.push(group));
    Ok(())
}

impl Reading<'_> {
    /// Those that match, except some, in the order of the board, those that end first: what "all that match"
    /// means to a change of many.
    pub async fn matching_invitations(
        &mut self,
        filter: &InvitationFilter,
        except: &[i64],
        now: Timestamp,
    ) -> Result<Vec<InvitationId>> {
        let invitations = Invitations::load(self.conn, self.d, self.ws, now).await?;
        let mut sql = invitations.all("SELECT i.id");
        invitations.narrow_but(self.conn, filter, except, &mut sql).await?;
        let found = ids(self.conn, sql.and(" ORDER BY i.expires_at, i.id")).await?;
        Ok(found.into_iter().map(InvitationId).collect())
    }
}

impl Store {
    /// A page of invitations. Sorts: `expires` (default), `email`, `role` (as the pack orders them),
    /// `inviter`, `created`, `sends`, `delivery`, `flags` (how serious), `status` (what is to be seen
    /// to first); `-` before it for descending.
    pub async fn invitations(
        &self,
        ws: WorkspaceId,
        filter: &InvitationFilter,
        query: &PageQuery,
        now: Timestamp,
    ) -> Result<Page<InvitationRow>> {
        let cut = Cut::parse(query, &ORDER)?;
        let mut tx = self.read().await?;
        let d = self.dialect;
        let revision = workspaces::revision(&mut tx, d, ws).await?;
        let invitations = Invitations::load(&mut tx, d, ws, now).await?;
        let weight = invitations.flags.weight();
        let cut = match cut.sorted_by() {
            BY_FLAGS => cut.by(weight.clone()),
            BY_STATUS => cut.by(status_rank(now)),
            _ => cut,
        };
        let mut rest = invitations.all("");
        rest.once();
        invitations.narrow(&mut tx, filter, &mut rest).await?;
        let columns = format!("{COLUMNS}, {weight}");
        let mut slice = cut.fetch(&mut tx, &columns, &rest, |row| invitation(row, now)).await?;
        complete(&mut tx, d, &mut slice.items).await?;
        Ok(Page { items: slice.items, before: slice.before, after: slice.after, revision })
    }

    /// One invitation.
    pub async fn invitation(&self, ws: WorkspaceId, id: InvitationId, now: Timestamp) -> Result<InvitationRow> {
        let mut tx = self.read().await?;
        let flags = Flags::load(&mut tx, self.dialect, ws, now).await?;
        let mut sql = self.sql(&format!("SELECT {COLUMNS}, {}{ROWS} AND i.id = ?", flags.weight()));
        sql.once();
        let row = sql.bind(ws.0).bind(id.0).first(&mut tx).await?.ok_or(StoreError::Missing("invitation"))?;
        let mut rows = [invitation(&row, now)?];
        complete(&mut tx, self.dialect, &mut rows).await?;
        let [row] = rows;
        Ok(row)
    }
}
