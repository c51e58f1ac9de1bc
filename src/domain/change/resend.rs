//! New links for invitations: every earlier one is dead. Whoever resends answers for the new link from then on.

use super::{Cx, Delta, Edit, InvitationRecord, Needs, Refusal, Rules, Target, invite, rules};
use crate::domain::{
    invitation::InvitationStatus,
    time::{DAY, Timestamp},
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Resend {}

impl Rules for Resend {
    fn target(&self) -> Target {
        Target::Invitations
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::All(vec![rules::INVITATIONS])
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        let (id, record) = cx.open_invitation()?;
        let member = record.member.and_then(|member| cx.index.access.member(member));
        if member.is_some_and(|member| member.roles.is_empty() && member.groups.is_empty()) {
            return Err(Refusal::InvitationRoleGone);
        }
        let after = InvitationRecord {
            inviter: Some(cx.actor.account),
            status: InvitationStatus::Sent,
            sent_at: cx.now,
            expires_at: cx.now.plus(cx.before().policies.invitation_ttl_days.saturating_mul(DAY)),
            sends: record.sends + 1,
            link: record.link + 1,
            delivery: Text::new(invite::LINK_SHOWN),
            ..record.clone()
        };
        Ok(Delta(vec![Edit::Invitation { id, before: Some(record.clone()), after: Some(after) }]))
    }

    fn inverse(&self, _: Delta, _: Timestamp) -> Result<Delta, Refusal> {
        Err(Refusal::Irreversible)
    }

    fn reversible(&self) -> bool {
        false
    }
}
