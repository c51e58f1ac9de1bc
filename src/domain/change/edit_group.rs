//! A group's name, description, leader and capabilities.

use super::{
    Asks, Cx, Delta, Edit, Field, GroupRecord, Needs, Refusal, Rules, Sides, Target, Thing, edits, fields, rules,
};
use crate::domain::{
    id::{GroupId, MemberId},
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A group as a person fills it in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GroupDraft {
    pub name: Text,
    /// What it is for.
    #[serde(default)]
    pub description: Text,
    /// Keys of what it adds.
    pub capabilities: Vec<String>,
    /// Who may manage its members.
    #[serde(default)]
    pub leader: Option<MemberId>,
}

impl GroupDraft {
    /// The group as it will be kept, named as no other is; `group` is the one being edited.
    pub(super) fn record(&self, cx: &Cx<'_>, group: Option<GroupId>) -> Result<GroupRecord, Refusal> {
        fields::name(&self.name)?;
        fields::no_longer(Field::Description, &self.description, fields::MAX_MESSAGE)?;
        let capabilities = cx.catalogue().set(self.capabilities.iter().map(String::as_str));
        let capabilities = capabilities.map_err(|unknown| Refusal::UnknownCapability {
            field: Field::Capabilities,
            capability: Text::new(unknown),
        })?;
        let leader_email = match self.leader {
            Some(leader) => Some(cx.email(leader).ok_or(Refusal::Gone { field: Field::Leader })?),
            None => None,
        };
        let wanted = self.name.raw().trim().to_lowercase();
        let mut others = cx.before().groups.iter().filter(|other| Some(other.id) != group);
        if others.any(|other| other.name.raw().trim().to_lowercase() == wanted) {
            return Err(Refusal::NameTaken { name: self.name.clone() });
        }
        Ok(GroupRecord {
            name: Text::new(self.name.raw().trim()),
            description: self.description.clone(),
            capabilities: cx.catalogue().keys(capabilities),
            leader: self.leader,
            leader_email,
        })
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EditGroup {
    /// How it is after.
    #[serde(flatten)]
    pub draft: GroupDraft,
}

impl Rules for EditGroup {
    fn target(&self) -> Target {
        Target::Groups
    }

    fn asks(&self, target: Option<i64>) -> Asks {
        Asks { members: self.draft.leader.into_iter().collect(), ..self.target().asks(target) }
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::All(vec![rules::GROUPS])
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        let group = cx.group()?;
        let (before, after) = (edits::group_record(cx, group), self.draft.record(cx, Some(group.id))?);
        if before == after {
            return Ok(Delta::default());
        }
        Ok(Delta(vec![Edit::Group { id: group.id, before: Some(before), after: Some(after) }]))
    }

    fn told(&self, _: &Cx<'_>) -> Sides {
        Sides { before: Vec::new(), after: vec![Thing::Name { name: self.draft.name.clone() }] }
    }
}
