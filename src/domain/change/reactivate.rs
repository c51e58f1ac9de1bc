//! Reactivate memberships with the edges that live.

use super::{Cx, Delta, Needs, Refusal, Rules, Target, edits, rules};
use crate::domain::{model::MemberStatus, untrusted::Text};
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

    fn needs(&self, _: &Cx<'_>) -> Needs {
        rules::members()
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        edits::set_status(cx, MemberStatus::Active, self.reason.as_ref())
    }

    fn reason(&self) -> Option<&Text> {
        self.reason.as_ref()
    }
}
