//! What a job keeps of a row, as far as only the store knows it: invitations as they were.

use super::Work;
use crate::{
    domain::{
        change::Change,
        id::{GrantId, InvitationId, MemberId},
        invitation::InvitationStatus,
        model::{MemberStatus, Snapshot},
        plan::{Delta, Trace, Turn},
        time::Timestamp,
    },
    server::store::{Outcome, Result, StoreError, TokenHash, sql::Columns},
};
use sqlx::any::AnyRow;

/// An open invitation: which, its state, its end.
type Ending = (InvitationId, InvitationStatus, Timestamp);

impl Work<'_> {
    /// Makes a change, and tells how it is taken back.
    pub async fn apply_traced(
        &mut self,
        change: &Change,
        delta: Option<Delta>,
        after: &Snapshot,
        token: Option<&TokenHash>,
    ) -> Result<(Outcome, Option<Trace>)> {
        let mut delta = delta;
        self.complete(delta.as_mut_slice()).await?;
        let pending = delta.as_ref().is_some_and(is_pending);
        let ends = match change {
            Change::CancelInvitation { invitation, .. } => self.open_one("id", invitation.0).await?,
            // The invitation of a pending member goes with the membership.
            Change::Remove { member, .. } if pending => self.open_one("member_id", member.0).await?,
            _ => None,
        };
        let outcome = self.apply(change, after, token).await?;
        let trace = match change {
            Change::Invite(_) => {
                let id = outcome.created.ok_or(StoreError::Missing("invitation"))?;
                Some(self.invited(InvitationId(id)).await?)
            }
            Change::ReopenInvitation { invitation, .. } => Some(self.invited(*invitation).await?),
            Change::ResendInvitation { .. } => Some(Trace::Resent),
            _ => None,
        };
        if let (Some(delta), Some(made)) = (&mut delta, outcome.created) {
            delta.made(GrantId(made));
        }
        let of_delta = |delta| match ends {
            Some((invitation, status, expires_at)) => Trace::Cancelled { invitation, status, expires_at, delta },
            None => Trace::Member(delta),
        };
        let trace = trace.or_else(|| delta.map(|delta| of_delta(Box::new(delta))));
        Ok((outcome, trace))
    }

    /// Who waits behind an invitation just made, or joined by it at once.
    async fn invited(&mut self, id: InvitationId) -> Result<Trace> {
        let text = "SELECT i.member_id, i.version, i.status, m.version FROM invitations i \
                    JOIN members m ON m.id = i.member_id WHERE i.id = ?";
        let row = self.sql(text).bind(id.0).first(self.conn).await?.ok_or(StoreError::Missing("invitation"))?;
        let at_once = row.text(2)? == "accepted";
        let version = if at_once { row.int(3)? } else { row.int(1)? };
        Ok(Trace::Invited { invitation: id, version, member: MemberId(row.int(0)?), at_once })
    }

    /// The open invitation with this number in a column: which, its state, its end.
    async fn open_one(&mut self, column: &str, id: i64) -> Result<Option<Ending>> {
        let text = format!(
            "SELECT id, status, expires_at FROM invitations \
             WHERE workspace_id = ? AND {column} = ? AND status IN ('sent', 'expired', 'failed')"
        );
        let row = self.sql(&text).bind(self.ws.0).bind(id).first(self.conn).await?;
        let read = |row: AnyRow| {
            let stored = row.text(1)?;
            let status = InvitationStatus::named(&stored);
            let status = status.ok_or_else(|| StoreError::Corrupt(format!("an invitation that is {stored}")))?;
            Ok((InvitationId(row.int(0)?), status, Timestamp(row.int(2)?)))
        };
        row.map(read).transpose()
    }
}

fn is_pending(delta: &Delta) -> bool {
    matches!(&delta.membership, Some(Turn::Left(membership)) if membership.status == MemberStatus::Pending)
}
