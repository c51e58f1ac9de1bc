//! An open invitation's roles, groups and expiry.

use super::{Cx, Delta, Edit, Field, InvitationRecord, Needs, Refusal, Rules, Target, edits, fields, rules};
use crate::domain::{
    edge::Terms,
    id::{GroupId, RoleId},
    invitation::InvitationStatus,
    time::DAY,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EditInvitation {
    /// The roles after.
    pub roles: Vec<RoleId>,
    /// The groups after.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupId>,
    /// Days until the link is dead, from now; unchanged when none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_days: Option<i64>,
}

impl Rules for EditInvitation {
    fn target(&self) -> Target {
        Target::Invitations
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::All(vec![rules::INVITATIONS])
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        let (id, record) = cx.invitation()?;
        fields::roles_exist(cx, &self.roles)?;
        fields::groups_exist(cx, Field::Groups, &self.groups)?;
        fields::ttl(self.ttl_days)?;
        cx.open_invitation()?;
        let mut all = Vec::new();
        if let Some(member) = record.member.and_then(|member| cx.index.access.member(member)) {
            let terms = Terms::default();
            all.extend(edits::set_roles(cx, member, &self.roles, &terms));
            all.extend(edits::leave_groups(cx, member, |group| !self.groups.contains(&group)));
            all.extend(edits::join_groups(cx, member, &self.groups, &terms));
        }
        if let Some(days) = self.ttl_days {
            // More time brings an expired one back, with the link it has.
            let status = match record.status {
                InvitationStatus::Expired => InvitationStatus::Sent,
                other => other,
            };
            let expires_at = cx.now.plus(days.saturating_mul(DAY));
            let after = InvitationRecord { status, expires_at, ..record.clone() };
            if after != *record {
                all.push(Edit::Invitation { id, before: Some(record.clone()), after: Some(after) });
            }
        }
        Ok(Delta(all))
    }
}
