//! Deactivate memberships: they may do nothing, their edges stay.

use super::{Cx, Delta, Needs, Refusal, Rules, Target, edits, rules};
use crate::domain::{model::MemberStatus, untrusted::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Deactivate {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl Rules for Deactivate {
    fn target(&self) -> Target {
        Target::Members
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        rules::members()
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        edits::set_status(cx, MemberStatus::Deactivated, self.reason.as_ref())
    }

    fn grave(&self) -> bool {
        true
    }

    fn reason(&self) -> Option<&Text> {
        self.reason.as_ref()
    }
}
