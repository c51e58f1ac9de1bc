//! Give members exactly these roles.

use super::{Asks, Cx, Delta, Needs, Refusal, Rules, Sides, Target, Touch, Versioned, edits, fields, rules};
use crate::domain::{
    edge::Terms,
    id::{MemberId, RoleId},
    untrusted::Text,
};
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
