//! How many invitations there are.
//!
//! The numbers of a whole board are the same whatever the filter, and every open invitation has to be
//! judged for them. So they are kept from one question to the next and stand as long as nothing that
//! they follow from has changed: the invitations, each write of which makes the workspace's revision
//! grow; what flags are judged by ([`Grounds`]), which is worked out anew for every question; and the
//! clock, up to the moment at which it changes them. Forgetting them costs time and nothing else.

use super::{
    OPEN,
    flags::{Flags, Grounds},
    narrow::Invitations,
    status_sql,
};
use crate::{
    api::wire::{Found, InvitationCount, InvitationStatus},
    domain::{
        filter::{InvitationFilter, InvitationTest},
        id::WorkspaceId,
        invitation::InvitationFlag,
        time::{DAY, Timestamp},
    },
    server::store::{
        Result, Store, StoreError,
        list::{self, List as _, Selected},
        sql::{Columns, Dialect},
        workspaces,
    },
};
use sqlx::AnyConnection;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Of so many workspaces the numbers are kept; then it begins again.
const MOST_BOARDS: usize = 256;

/// The numbers of whole boards as they were counted last. Clones share them.
#[derive(Debug, Clone, Default)]
pub(in crate::server::store) struct Boards(Arc<Mutex<HashMap<WorkspaceId, Board>>>);

/// A board as it was counted.
#[derive(Debug)]
struct Board {
    revision: i64,
    grounds: Grounds,
    at: Timestamp,
    /// Of all that are open; the next turn of the clock among them.
    count: InvitationCount,
}

impl Boards {
    /// The numbers of a board, if they still stand.
    fn recall(&self, ws: WorkspaceId, revision: i64, flags: &Flags, now: Timestamp) -> Option<InvitationCount> {
        let boards = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stands = |board: &&Board| {
            let turned = board.count.turns_at.is_some_and(|turn| turn <= now);
            board.revision == revision && board.at <= now && !turned && board.grounds == *flags.grounds()
        };
        boards.get(&ws).filter(stands).map(|board| board.count)
    }

    fn keep(&self, ws: WorkspaceId, board: Board) {
        let mut boards = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if boards.len() >= MOST_BOARDS && !boards.contains_key(&ws) {
            boards.clear();
        }
        boards.insert(ws, board);
    }
}

/// Counts a whole board.
async fn whole(
    conn: &mut AnyConnection,
    d: Dialect,
    ws: WorkspaceId,
    flags: &Flags,
    now: Timestamp,
) -> Result<InvitationCount> {
    let sum = |condition: &str| format!("CAST(COALESCE(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END), 0) AS BIGINT)");
    let is = |status: InvitationStatus| sum(&format!("{} = '{}'", status_sql(now), status.name()));
    let (at, soon) = (now.0, now.plus(DAY).0);
    let text = format!(
        "SELECT {}, {}, {}, {}, COUNT(*), (SELECT COUNT(*) FROM invitations o WHERE o.workspace_id = ?), \
         MIN(CASE WHEN i.status <> 'sent' OR i.expires_at <= {at} THEN NULL \
         WHEN i.expires_at > {soon} THEN i.expires_at - {DAY} ELSE i.expires_at END) \
         FROM invitations i WHERE i.workspace_id = ? AND {OPEN}",
        is(InvitationStatus::Sent),
        is(InvitationStatus::Expired),
        is(InvitationStatus::Failed),
        sum(&flags.any(&InvitationFlag::ALL)),
    );
    let mut sql = d.sql(&text).bind(ws.0).bind(ws.0);
    sql.once();
    let row = sql.first(conn).await?.ok_or(StoreError::Missing("workspace"))?;
    let number = |place: usize| -> Result<u64> { Ok(row.int(place)?.unsigned_abs()) };
    Ok(InvitationCount {
        matching: number(4)?,
        sent: number(0)?,
        expired: number(1)?,
        failed: number(2)?,
        settled: number(5)? - number(4)?,
        attention: number(3)?,
        turns_at: row.opt_int(6)?.map(Timestamp),
    })
}

impl Store {
    /// How many invitations there are of each kind, and how many match.
    pub async fn count_invitations(
        &self,
        ws: WorkspaceId,
        filter: &InvitationFilter,
        now: Timestamp,
    ) -> Result<InvitationCount> {
        let mut tx = self.read().await?;
        let d = self.dialect;
        let revision = workspaces::revision(&mut tx, d, ws).await?;
        let invitations = Invitations::load(&mut tx, d, ws, now).await?;
        let flags = &invitations.flags;
        let count = match self.boards.recall(ws, revision, flags, now) {
            Some(count) => count,
            None => {
                let count = whole(&mut tx, d, ws, flags, now).await?;
                self.boards.keep(ws, Board { revision, grounds: flags.grounds().clone(), at: now, count });
                count
            }
        };
        if filter.terms.is_empty() {
            return Ok(count);
        }
        let mut some = invitations.all("SELECT COUNT(*)");
        invitations.narrow(&mut tx, filter, &mut some).await?;
        Ok(InvitationCount { matching: some.count(&mut tx).await?, ..count })
    }

    /// How many of the invitations there are that are selected, and how many of those match.
    pub async fn count_invitations_among(
        &self,
        ws: WorkspaceId,
        on: &Selected<'_, InvitationTest>,
        filter: &InvitationFilter,
        now: Timestamp,
    ) -> Result<Found> {
        let mut tx = self.read().await?;
        let invitations = Invitations::load(&mut tx, self.dialect, ws, now).await?;
        list::count_among(&mut tx, &invitations, on, filter).await
    }
}
