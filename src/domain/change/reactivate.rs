//! Reactivate memberships with the edges that live.

use super::{Asks, Cx, Delta, Needs, Refusal, Rules, Target, Touch, Versioned, edits, fields, rules};
use crate::domain::{id::MemberId, model::MemberStatus, untrusted::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reactivate {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl Rules for Reactivate {
    fn target(&self) -> Target {
        Target::Members
    }

    fn asks(&self, target: Option<i64>) -> Asks {
        Asks::member(target)
    }

    fn versioned(&self, target: Option<i64>) -> Versioned {
        rules::of_member(target)
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        rules::members()
    }

    fn touches(&self, cx: &Cx<'_>) -> Touch {
        cx.target.map_or(Touch::Anybody, |id| Touch::Member(MemberId(id)))
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        cx.member()?;
        fields::reason(self.reason.as_ref())?;
        let member = cx.another()?;
        if Cx::pending(member) {
            return Err(Refusal::Pending);
        }
        Ok(Delta(edits::status(member, MemberStatus::Active).into_iter().collect()))
    }

    fn reason(&self) -> Option<&Text> {
        self.reason.as_ref()
    }
}
