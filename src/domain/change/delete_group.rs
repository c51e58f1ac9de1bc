//! Delete a group with its memberships, grants and fences. A folder that it alone may enter keeps it from being
//! deleted: taking a group away never gives access (SPEC 4.7).

use super::{Cx, Delta, Edit, Needs, Refusal, Rules, Target, edits, fields, rules};
use crate::domain::{
    model::{Fence, Subject},
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeleteGroup {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl Rules for DeleteGroup {
    fn target(&self) -> Target {
        Target::Groups
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::All(vec![rules::GROUPS])
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        let group = cx.group()?;
        fields::reason(self.reason.as_ref())?;
        let live = || cx.before().fences.iter().filter(|fence| fence.edge.live(cx.now));
        let mine = || live().filter(|fence| fence.group == group.id);
        let alone = |fence: &&Fence| !live().any(|other| other.folder == fence.folder && other.group != group.id);
        if let Some(fence) = mine().find(alone) {
            return Err(Refusal::FenceOpens { folder: cx.folder_name(fence.folder) });
        }
        let fence = |fence: &Fence| Edit::Fence {
            folder: fence.folder,
            folder_name: cx.folder_name(fence.folder),
            group: group.id,
            group_name: group.name.clone(),
            before: Some(fence.edge.clone()),
            after: None,
        };
        let mut all: Vec<Edit> = mine().map(fence).collect();
        let grants = cx.index.grants_of(Subject::Group(group.id)).filter(|grant| grant.edge.live(cx.now));
        all.extend(grants.map(|grant| edits::grant(cx, grant, None)));
        for member in &cx.before().members {
            all.extend(edits::leave_groups(cx, member, |id| id == group.id));
        }
        all.push(Edit::Group { id: group.id, before: Some(edits::group_record(cx, group)), after: None });
        Ok(Delta(all))
    }

    fn reason(&self) -> Option<&Text> {
        self.reason.as_ref()
    }
}
