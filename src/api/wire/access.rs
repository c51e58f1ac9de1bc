//! Answers: what a member holds, why or why not, and who else does.

use super::{directory::GrantRow, list::Named};
use crate::domain::{
    access::Verdict,
    edge::Edge,
    id::{FolderId, GroupId, MemberId, RoleId},
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One source of a capability or of a refusal, with its name, ready to show.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "via", rename_all = "snake_case")]
pub enum Source {
    /// A grant.
    Grant(Box<GrantRow>),
    /// A fenced folder.
    Fence {
        /// The folder.
        folder: Named<FolderId>,
        /// Groups it lets through.
        groups: Vec<Named<GroupId>>,
    },
    /// A role.
    Role(Named<RoleId>),
    /// A group.
    Group(Named<GroupId>),
    /// A direct permission.
    Direct(Edge),
    /// An organisation role.
    Organisation {
        /// Its name.
        name: Text,
    },
    /// The ownership of the workspace.
    Owner,
    /// The account or membership is not active.
    Inactive,
}

/// One capability of a member, allowed or not, with every source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessRow {
    /// Its key.
    pub capability: String,
    /// Whether it is allowed.
    pub allowed: bool,
    /// Which step settled it.
    pub verdict: Verdict,
    /// What that step rests on.
    pub because: Vec<Source>,
    /// Allows that are overridden.
    pub shadowed: Vec<Source>,
}

/// Effective access: every capability, in catalogue order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EffectiveAccess {
    /// Whose.
    pub member: Named<MemberId>,
    /// Where; none for the workspace as a whole.
    pub folder: Option<Named<FolderId>>,
    /// A row for each capability of the catalogue.
    pub rows: Vec<AccessRow>,
    /// How many are allowed.
    pub allowed: u32,
}

/// A change that would allow what is not allowed, in words a screen can build a sentence from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "remedy", content = "what", rename_all = "snake_case")]
pub enum Remedy {
    /// Activate the account or membership.
    Activate,
    /// Take away this deny.
    RemoveDeny(Box<GrantRow>),
    /// Join one of the groups that the fence of this folder lets through.
    JoinFenceGroup {
        /// The fenced folder.
        folder: Named<FolderId>,
        /// Any one of these.
        groups: Vec<Named<GroupId>>,
    },
    /// Allow it in this folder.
    Allow(Named<FolderId>),
    /// Give one of these roles.
    GiveRole(Vec<Named<RoleId>>),
    /// Join one of these groups.
    JoinGroup(Vec<Named<GroupId>>),
    /// Give it directly.
    GiveDirect,
}

/// Why, or why not. When not, each set of `remedies` is enough on its own; all of a set is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// Whose.
    pub member: Named<MemberId>,
    /// Where.
    pub folder: Option<Named<FolderId>>,
    /// The answer.
    pub row: AccessRow,
    /// The smallest sets of changes that would allow it, the smallest first.
    pub remedies: Vec<Vec<Remedy>>,
}

/// One who holds a capability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Holder {
    /// Who.
    pub member: Named<MemberId>,
    /// Via what, all of it.
    pub because: Vec<Source>,
}

/// Everyone who holds a capability in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WhoCan {
    /// Key of what.
    pub capability: String,
    /// Where.
    pub folder: Option<Named<FolderId>>,
    /// How many, exactly.
    pub total: u64,
    /// The first [`MAX_PAGE`](super::MAX_PAGE) of them by e-mail.
    pub holders: Vec<Holder>,
}

#[cfg(test)]
mod tests {
    use super::{super::Named, *};
    use crate::domain::{
        id::{FolderId, GroupId, RoleId},
        time::Timestamp,
        untrusted::Text,
    };

    /// A tag inside a list has no place: such a type compiles and fails when it is sent.
    #[test]
    fn every_source_and_remedy_goes_there_and_back() {
        let role = || Named { id: RoleId(1), name: Text::new("Viewer") };
        let (group, folder) = (Named { id: GroupId(1), name: "G".into() }, Named { id: FolderId(1), name: "F".into() });
        let sources = vec![
            Source::Fence { folder: folder.clone(), groups: vec![group.clone()] },
            Source::Role(role()),
            Source::Group(group.clone()),
            Source::Direct(Edge::new(Default::default(), None, Timestamp(1))),
            Source::Organisation { name: "Super Admin".into() },
            Source::Owner,
            Source::Inactive,
        ];
        let remedies = vec![
            Remedy::Activate,
            Remedy::JoinFenceGroup { folder: folder.clone(), groups: vec![group.clone()] },
            Remedy::Allow(folder),
            Remedy::GiveRole(vec![role()]),
            Remedy::JoinGroup(vec![group]),
            Remedy::GiveDirect,
        ];
        let sent = serde_json::to_string(&(&sources, &remedies)).unwrap();
        assert_eq!(serde_json::from_str::<(Vec<Source>, Vec<Remedy>)>(&sent).unwrap(), (sources, remedies));
    }
}
