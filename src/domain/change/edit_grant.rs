//! A grant's reason, expiry and review date.

use super::{Cx, Delta, Needs, Refusal, Rules, Target, edits, fields, rules};
use crate::domain::{
    edge::{Edge, Terms},
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EditGrant {
    /// How they are after.
    pub terms: Terms,
}

impl Rules for EditGrant {
    fn target(&self) -> Target {
        Target::Grants
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::All(vec![rules::GRANTS])
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        let grant = cx.grant()?;
        fields::terms(&self.terms, Some(&grant.edge.terms), cx.now)?;
        cx.spare(grant.subject)?;
        if self.terms == grant.edge.terms {
            return Ok(Delta::default());
        }
        let after = Edge { terms: self.terms.clone(), ..grant.edge.clone() };
        Ok(Delta(vec![edits::grant(cx, grant, Some(after))]))
    }

    fn reason(&self) -> Option<&Text> {
        self.terms.reason.as_ref()
    }
}
