//! What a job keeps of a row, as far as only the store knows it: invitations as they were.

use super::{Kind, Work};
use crate::{
    domain::{
        change::{Change, InviteDraft},
        id::{GrantId, GroupId, InvitationId, MemberId, RoleId},
        model::{MemberStatus, Snapshot},
        plan::{Delta, Trace, Turn},
        time::DAY,
    },
    server::store::{Outcome, Result, StoreError, TokenHash, sql::Columns},
};

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
            Change::CancelInvitation { invitation, .. } => self.draft("id", invitation.0).await?,
            // A pending member who is removed can only be asked again: their invitation goes too.
            Change::Remove { member, .. } if pending => self.draft("member_id", member.0).await?,
            _ => None,
        };
        let outcome = self.apply(change, after, token).await?;
        let trace = match change {
            Change::Invite(_) => Some(self.invited(&outcome).await?),
            Change::ResendInvitation { .. } => Some(Trace::Resent),
            _ => ends.map(|draft| Trace::Cancelled { draft: Box::new(draft) }),
        };
        if let (Some(delta), Some(made)) = (&mut delta, outcome.created) {
            delta.made(GrantId(made));
        }
        let trace = trace.or_else(|| delta.map(|delta| Trace::Member(Box::new(delta))));
        Ok((outcome, trace))
    }

    /// Who waits behind an invitation just made, or joined by it at once.
    async fn invited(&mut self, outcome: &Outcome) -> Result<Trace> {
        let id = outcome.created.ok_or(StoreError::Missing("invitation"))?;
        let text = "SELECT i.member_id, i.version, i.status, m.version FROM invitations i \
                    JOIN members m ON m.id = i.member_id WHERE i.id = ?";
        let row = self.sql(text).bind(id).first(self.conn).await?.ok_or(StoreError::Missing("invitation"))?;
        let at_once = row.text(2)? == "accepted";
        let version = if at_once { row.int(3)? } else { row.int(1)? };
        Ok(Trace::Invited { invitation: InvitationId(id), version, member: MemberId(row.int(0)?), at_once })
    }

    /// The open invitation with this number in a column, as it could be made again.
    async fn draft(&mut self, column: &str, id: i64) -> Result<Option<InviteDraft>> {
        let text = format!(
            "SELECT id, email, name, message, expires_at - sent_at FROM invitations \
             WHERE workspace_id = ? AND {column} = ? AND status IN ('sent', 'expired', 'failed')"
        );
        let Some(row) = self.sql(&text).bind(self.ws.0).bind(id).first(self.conn).await? else { return Ok(None) };
        let invitation = row.int(0)?;
        let mut waiting = [Vec::new(), Vec::new()];
        for (kind, ids) in [Kind::Role, Kind::Group].into_iter().zip(&mut waiting) {
            let (table, column) = (kind.waiting(), kind.table().1);
            let text = format!("SELECT {column} FROM {table} WHERE invitation_id = ? ORDER BY {column}");
            for row in self.sql(&text).bind(invitation).all(self.conn).await? {
                ids.push(row.int(0)?);
            }
        }
        let [roles, groups] = waiting;
        let name = row.text(2)?;
        let days = row.opt_int(4)?.map(|seconds| (seconds + DAY - 1) / DAY);
        Ok(Some(InviteDraft {
            email: row.text(1)?.into(),
            name: (!name.is_empty()).then(|| name.into()),
            roles: roles.into_iter().map(RoleId).collect(),
            groups: groups.into_iter().map(GroupId).collect(),
            message: row.opt_text(3)?.map(Into::into),
            ttl_days: days.map(|days| days.clamp(1, 365)),
        }))
    }
}

fn is_pending(delta: &Delta) -> bool {
    matches!(&delta.membership, Some(Turn::Left(membership)) if membership.status == MemberStatus::Pending)
}
