//! Put members into groups and take them out of others.

use super::{Cx, Delta, Field, Needs, Refusal, Rules, Sides, Target, edits, fields, rules};
use crate::domain::{edge::Terms, id::GroupId, model::Subject, untrusted::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetGroups {
    /// Into these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<GroupId>,
    /// Out of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<GroupId>,
    /// Of the new edges.
    #[serde(default)]
    pub terms: Terms,
}

impl Rules for SetGroups {
    fn target(&self) -> Target {
        Target::Members
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::Leads(self.add.iter().chain(&self.remove).copied().collect(), rules::GROUPS)
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        let member = cx.member()?;
        fields::groups_exist(cx, Field::Add, &self.add)?;
        fields::groups_exist(cx, Field::Remove, &self.remove)?;
        if self.add.iter().any(|group| self.remove.contains(group)) {
            return Err(Refusal::BothWays { field: Field::Add });
        }
        fields::terms(&self.terms, None, cx.now)?;
        cx.spare(Subject::Member(member.id))?;
        let mut edits = edits::leave_groups(cx, member, |group| self.remove.contains(&group));
        edits.extend(edits::join_groups(cx, member, &self.add, &self.terms));
        Ok(Delta(edits))
    }

    fn told(&self, cx: &Cx<'_>) -> Sides {
        let before = cx.groups_told(&self.remove, None);
        Sides { before, after: cx.groups_told(&self.add, self.terms.expires_at) }
    }

    fn reason(&self) -> Option<&Text> {
        self.terms.reason.as_ref()
    }
}
