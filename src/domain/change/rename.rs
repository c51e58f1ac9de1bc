//! A new name for a person; it is the same in every workspace.

use super::{Asks, Cx, Delta, Edit, Needs, Refusal, Rules, Sides, Target, Thing, fields, rules};
use crate::domain::{id::MemberId, model::Subject, untrusted::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rename {
    /// The name after.
    pub name: Text,
}

impl Rules for Rename {
    fn target(&self) -> Target {
        Target::Members
    }

    fn asks(&self, target: Option<i64>) -> Asks {
        Asks { names: target.map(MemberId).into_iter().collect(), ..self.target().asks(target) }
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        rules::members()
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        let member = cx.member()?;
        fields::name(&self.name)?;
        cx.spare(Subject::Member(member.id))?;
        let before = cx.facts.names.get(&member.account).cloned().unwrap_or_default();
        let after = Text::new(self.name.raw().trim());
        if before == after {
            return Ok(Delta::default());
        }
        Ok(Delta(vec![Edit::Name { member: member.id, account: member.account, before, after }]))
    }

    fn told(&self, _: &Cx<'_>) -> Sides {
        Sides { before: Vec::new(), after: vec![Thing::Name { name: self.name.clone() }] }
    }
}
