//! A new group, without members.

use super::{Asks, Cx, Delta, Edit, GroupDraft, Needs, Refusal, Rules, Sides, Target, Thing, Touch, rules};
use crate::domain::id::GroupId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CreateGroup {
    #[serde(flatten)]
    pub draft: GroupDraft,
}

impl Rules for CreateGroup {
    fn target(&self) -> Target {
        Target::New
    }

    fn asks(&self, _: Option<i64>) -> Asks {
        Asks { members: self.draft.leader.into_iter().collect(), ..Asks::default() }
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::All(vec![rules::GROUPS])
    }

    /// It has no members yet.
    fn touches(&self, _: &Cx<'_>) -> Touch {
        Touch::Nobody
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        let after = self.draft.record(cx, None)?;
        Ok(Delta(vec![Edit::Group { id: GroupId(cx.new_id()), before: None, after: Some(after) }]))
    }

    fn told(&self, _: &Cx<'_>) -> Sides {
        Sides { before: Vec::new(), after: vec![Thing::Name { name: self.draft.name.clone() }] }
    }
}
