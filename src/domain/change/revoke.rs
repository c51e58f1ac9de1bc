//! Take grants away.

use super::{Cx, Delta, Needs, Refusal, Rules, Target, edits, fields, rules};
use crate::domain::untrusted::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Revoke {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl Rules for Revoke {
    fn target(&self) -> Target {
        Target::Grants
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::All(vec![rules::GRANTS])
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        let grant = cx.grant()?;
        fields::reason(self.reason.as_ref())?;
        cx.spare(grant.subject)?;
        Ok(Delta(vec![edits::grant(cx, grant, None)]))
    }

    fn reason(&self) -> Option<&Text> {
        self.reason.as_ref()
    }
}
