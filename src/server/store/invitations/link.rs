//! Invitations by their link. Of a link only its token's hash is kept, and what the token was made from:
//! that is worth nothing without the key that lives as long as the backend's run (see `auth::secret`).

use crate::{
    domain::{
        id::{AccountId, InvitationId, MemberId, WorkspaceId},
        time::Timestamp,
        untrusted::Text,
    },
    server::store::{Result, Store, TokenHash, sql::Columns},
};

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

impl Store {
    /// Who made an invitation's link, and what it was made from; none where that was not kept.
    pub async fn link_seed(&self, ws: WorkspaceId, id: InvitationId) -> Result<Option<(AccountId, String)>> {
        let mut conn = self.pool.acquire().await?;
        let text = "SELECT link_by, link_seed FROM invitations WHERE workspace_id = ? AND id = ?";
        let Some(row) = self.sql(text).bind(ws.0).bind(id.0).first(&mut conn).await? else { return Ok(None) };
        Ok(row.opt_int(0)?.map(AccountId).zip(row.opt_text(1)?))
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
