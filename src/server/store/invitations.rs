//! The board of invitations, and invitations by their link.

use super::{
    Result, Store, StoreError, TokenHash,
    accounts::key,
    cursor::{Column, Cut, Order},
    sql::{Columns, Dialect},
    workspaces,
};
use crate::{
    api::wire::{InvitationRow, InvitationStatus, Named, Page, PageQuery},
    domain::{
        filter::words,
        id::{AccountId, GroupId, InvitationId, MemberId, RoleId, WorkspaceId},
        time::Timestamp,
        untrusted::Text,
    },
};
use sqlx::{AnyConnection, any::AnyRow};
use std::collections::HashMap;

/// An invitation of the board, and what its flags are judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct Invited {
    /// The row, without its flags.
    pub row: InvitationRow,
    /// The inviter's membership; none when it is gone.
    pub inviter: Option<MemberId>,
}

/// A page of invitations.
pub type Board = Page<Invited>;

/// An invitation as its link shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationByToken {
    /// Which.
    pub id: InvitationId,
    /// Where to.
    pub workspace: WorkspaceId,
    /// The workspace's name.
    pub workspace_name: Text,
    /// The pending membership.
    pub member: MemberId,
    /// To whom.
    pub email: Text,
    /// Name, if known.
    pub name: Text,
    /// Who asked; their account, to check that they still may.
    pub inviter: Option<AccountId>,
    /// Whether the person has a password already.
    pub has_password: bool,
    /// Whether the person is at work in another workspace: then whoever holds the link must not be
    /// the one to set their password.
    pub at_work: bool,
    /// When the link dies.
    pub expires_at: Timestamp,
}

const ORDER: Order = Order {
    id: "i.id",
    columns: &[
        Column { name: "expires", sql: "i.expires_at", text: false },
        Column { name: "email", sql: "i.email_key", text: true },
        Column { name: "created", sql: "i.created_at", text: false },
    ],
    newest_first: false,
};

const COLUMNS: &str = "i.id, i.version, i.member_id, i.email, i.name, i.message, b.email, i.status, i.created_at, \
                       i.expires_at, i.sends, i.delivery, n.id";
const ROWS: &str = " FROM invitations i LEFT JOIN accounts b ON b.id = i.inviter \
                    LEFT JOIN members n ON n.account_id = i.inviter AND n.workspace_id = i.workspace_id \
                    WHERE i.workspace_id = ?";

/// What the table says, by the clock: `sent` past its expiry is expired, whether or not anybody
/// has noticed yet.
pub(super) fn status(stored: &str, expires_at: i64, now: Timestamp) -> Result<InvitationStatus> {
    Ok(match stored {
        "sent" if expires_at <= now.0 => InvitationStatus::Expired,
        "sent" => InvitationStatus::Sent,
        "accepted" => InvitationStatus::Accepted,
        "declined" => InvitationStatus::Declined,
        "cancelled" => InvitationStatus::Cancelled,
        "expired" => InvitationStatus::Expired,
        "failed" => InvitationStatus::Failed,
        other => return Err(StoreError::Corrupt(format!("an invitation that is {other}"))),
    })
}

fn invited(row: &AnyRow, now: Timestamp) -> Result<Invited> {
    let expires_at = row.int(9)?;
    Ok(Invited {
        row: InvitationRow {
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
            flags: Vec::new(),
        },
        inviter: row.opt_int(12)?.map(MemberId),
    })
}

async fn complete(conn: &mut AnyConnection, d: Dialect, rows: &mut [Invited]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let places: HashMap<i64, usize> = rows.iter().enumerate().map(|(i, one)| (one.row.id.0, i)).collect();
    let ids: Vec<i64> = rows.iter().map(|one| one.row.id.0).collect();
    let roles = "SELECT e.invitation_id, r.id, r.name FROM invitation_role e JOIN roles r ON r.id = e.role_id \
                 WHERE e.invitation_id IN ";
    for row in d.sql(roles).and_ids(ids.iter().copied()).and(" ORDER BY r.position, r.id").all(conn).await? {
        if let Some(place) = places.get(&row.int(0)?) {
            rows[*place].row.roles.push(Named { id: RoleId(row.int(1)?), name: row.text(2)?.into() });
        }
    }
    let groups = "SELECT e.invitation_id, g.id, g.name FROM invitation_group e JOIN groups g ON g.id = e.group_id \
                  WHERE e.invitation_id IN ";
    for row in d.sql(groups).and_ids(ids.iter().copied()).and(" ORDER BY g.name_key, g.id").all(conn).await? {
        if let Some(place) = places.get(&row.int(0)?) {
            rows[*place].row.groups.push(Named { id: GroupId(row.int(1)?), name: row.text(2)?.into() });
        }
    }
    Ok(())
}

impl Store {
    /// A page of invitations of every state. Sorts: `expires` (default), `email`, `created`.
    /// Filter: words, each of them in e-mail or name.
    pub async fn invitations(&self, ws: WorkspaceId, query: &PageQuery, now: Timestamp) -> Result<Board> {
        let cut = Cut::parse(query, &ORDER)?;
        let mut tx = self.read().await?;
        let revision = workspaces::revision(&mut tx, self.dialect, ws).await?;
        let mut rest = self.sql(ROWS).bind(ws.0);
        for word in words(&query.filter).map_err(|why| StoreError::invalid("filter", why))?.into_iter().map(key) {
            let (email, name) = (self.dialect.contains("i.email_key"), self.dialect.contains("i.name_key"));
            rest.push(&format!(" AND ({email} OR {name})")).arg(word.as_str()).arg(word);
        }
        let mut slice = cut.fetch(&mut tx, COLUMNS, &rest, |row| invited(row, now)).await?;
        complete(&mut tx, self.dialect, &mut slice.items).await?;
        Ok(Page { items: slice.items, before: slice.before, after: slice.after, revision })
    }

    /// One invitation.
    pub async fn invitation(&self, ws: WorkspaceId, id: InvitationId, now: Timestamp) -> Result<Invited> {
        let mut tx = self.read().await?;
        let sql = self.sql(&format!("SELECT {COLUMNS}{ROWS} AND i.id = ?")).bind(ws.0).bind(id.0);
        let row = sql.first(&mut tx).await?.ok_or(StoreError::Missing("invitation"))?;
        let mut rows = [invited(&row, now)?];
        complete(&mut tx, self.dialect, &mut rows).await?;
        let [row] = rows;
        Ok(row)
    }

    /// The live invitation of a link; fetching it uses nothing up.
    pub async fn invitation_by_token(&self, token: &TokenHash, now: Timestamp) -> Result<Option<InvitationByToken>> {
        let mut conn = self.pool.acquire().await?;
        let text = "SELECT i.id, w.id, w.name, m.id, i.email, i.name, i.inviter, a.password_hash, i.expires_at, \
                    (SELECT COUNT(*) FROM members o WHERE o.account_id = a.id AND o.status = 'active') \
                    FROM invitations i JOIN workspaces w ON w.id = i.workspace_id JOIN members m ON m.id = i.member_id \
                    JOIN accounts a ON a.id = m.account_id \
                    WHERE i.token_hash = ? AND i.status = 'sent' AND i.expires_at > ?";
        let Some(row) = self.sql(text).bind(token.as_str()).bind(now.0).first(&mut conn).await? else {
            return Ok(None);
        };
        Ok(Some(InvitationByToken {
            id: InvitationId(row.int(0)?),
            workspace: WorkspaceId(row.int(1)?),
            workspace_name: row.text(2)?.into(),
            member: MemberId(row.int(3)?),
            email: row.text(4)?.into(),
            name: row.text(5)?.into(),
            inviter: row.opt_int(6)?.map(AccountId),
            has_password: row.opt_text(7)?.is_some(),
            expires_at: Timestamp(row.int(8)?),
            at_work: row.int(9)? > 0,
        }))
    }
}
