//! Give members exactly these roles.

use super::{Cx, Delta, Needs, Refusal, Rules, Sides, Target, edits, fields, rules};
use crate::domain::{edge::Terms, id::RoleId, untrusted::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetRoles {
    /// The roles after.
    pub roles: Vec<RoleId>,
    /// Of the new edges.
    #[serde(default)]
    pub terms: Terms,
}

impl Rules for SetRoles {
    fn target(&self) -> Target {
        Target::Members
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        rules::members()
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        cx.member()?;
        fields::roles_exist(cx, &self.roles)?;
        fields::terms(&self.terms, None, cx.now)?;
        Ok(Delta(edits::set_roles(cx, cx.another()?, &self.roles, &self.terms)))
    }

    fn told(&self, cx: &Cx<'_>) -> Sides {
        Sides { before: Vec::new(), after: cx.roles_told(&self.roles, &self.terms) }
    }

    fn reason(&self) -> Option<&Text> {
        self.terms.reason.as_ref()
    }
}
