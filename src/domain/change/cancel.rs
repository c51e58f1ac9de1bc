//! Cancel invitations: the link is dead, the pending member goes.

use super::{Cx, Delta, Needs, Refusal, Rules, Target, edits, fields, invite, rules};
use crate::domain::{time::Timestamp, untrusted::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Cancel {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl Rules for Cancel {
    fn target(&self) -> Target {
        Target::Invitations
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::All(vec![rules::INVITATIONS])
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        let (id, record) = cx.open_invitation()?;
        fields::reason(self.reason.as_ref())?;
        let member = record.member.and_then(|member| cx.index.access.member(member));
        // A pending member's own edits end the invitation with it.
        match member.filter(|member| Cx::pending(member)) {
            Some(member) => Ok(Delta(edits::leave(cx, member))),
            None => Ok(Delta(vec![edits::cancelled(cx, id, record)])),
        }
    }

    fn inverse(&self, done: Delta, _: Timestamp) -> Result<Delta, Refusal> {
        Ok(invite::with_a_new_link(done.inverse()))
    }

    fn reason(&self) -> Option<&Text> {
        self.reason.as_ref()
    }
}
