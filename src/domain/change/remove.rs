//! Remove memberships with their edges; accounts and history stay. A pending member's invitation is cancelled.

use super::{Asks, Cx, Delta, Needs, Refusal, Rules, Target, Warning, edits, fields, invite, rules};
use crate::domain::{id::MemberId, time::Timestamp, untrusted::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Remove {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl Rules for Remove {
    fn target(&self) -> Target {
        Target::Members
    }

    fn asks(&self, target: Option<i64>) -> Asks {
        Asks { invitations_of: target.map(MemberId).into_iter().collect(), ..self.target().asks(target) }
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        rules::members()
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        cx.member()?;
        fields::reason(self.reason.as_ref())?;
        Ok(Delta(edits::leave(cx, cx.another()?)))
    }

    fn inverse(&self, done: Delta, _: Timestamp) -> Result<Delta, Refusal> {
        Ok(invite::with_a_new_link(done.inverse()))
    }

    fn grave(&self) -> bool {
        true
    }

    fn warnings(&self, cx: &Cx<'_>) -> Vec<Warning> {
        let ends = cx.target.and_then(|id| cx.facts.open_invitation_of(MemberId(id)));
        ends.map(|_| Warning::InvitationsEnd { invitations: 1 }).into_iter().collect()
    }

    fn reason(&self) -> Option<&Text> {
        self.reason.as_ref()
    }
}
