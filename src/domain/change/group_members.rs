//! Put members into one group and take others out of it: a row each, as [`super::SetGroups`] does it.

use super::{Cx, Delta, Kind, Needs, Refusal, Row, Rows, Rules, SetGroups, Sides, Target, Versioned, What, rules};
use crate::domain::{
    edge::Terms,
    id::{GroupId, MemberId},
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GroupMembers {
    pub group: GroupId,
    /// Into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<MemberId>,
    /// Out of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<MemberId>,
    /// Of the new edges.
    #[serde(default)]
    pub terms: Terms,
}

impl Rules for GroupMembers {
    fn target(&self) -> Target {
        Target::New
    }

    fn rows(&self) -> Rows {
        let Self { group, terms, .. } = self;
        let joins = SetGroups { add: vec![*group], remove: Vec::new(), terms: terms.clone() };
        let leaves = SetGroups { add: Vec::new(), remove: vec![*group], terms: terms.clone() };
        let each = |members: &[MemberId], kind: SetGroups| {
            let kind = Arc::new(Kind::from(kind));
            members.iter().map(|id| Row { target: Some(id.0), name: None, kind: kind.clone() }).collect::<Vec<_>>()
        };
        let mut rows = each(&self.add, joins);
        rows.extend(each(&self.remove, leaves));
        Rows::Given(rows)
    }

    fn versioned(&self, _: Option<i64>) -> Versioned {
        Versioned::Group(self.group)
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::Leads(vec![self.group], rules::GROUPS)
    }

    /// Its rows do it.
    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        let _ = cx;
        Err(Refusal::NotFound { what: What::Member })
    }

    fn told(&self, cx: &Cx<'_>) -> Sides {
        let told = |members: &[MemberId]| {
            let some = if members.is_empty() { &[][..] } else { std::slice::from_ref(&self.group) };
            cx.groups_told(some, self.terms.expires_at)
        };
        Sides { before: told(&self.remove), after: told(&self.add) }
    }

    fn reason(&self) -> Option<&Text> {
        self.terms.reason.as_ref()
    }
}
