//! Cancel invitations: the link is dead, the pending member goes.

use super::{Asks, Cx, Delta, Needs, Refusal, Rules, Target, Touch, Versioned, edits, fields, invite, rules};
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

    fn asks(&self, target: Option<i64>) -> Asks {
        rules::asks_of_invitation(target)
    }

    fn versioned(&self, target: Option<i64>) -> Versioned {
        rules::of_invitation(target)
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::All(vec![rules::INVITATIONS])
    }

    fn touches(&self, cx: &Cx<'_>) -> Touch {
        cx.waiting()
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
