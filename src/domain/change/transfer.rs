//! Hand the workspace to another active member; the former owner gets the pack's role for that.

use super::{Asks, Cx, Delta, Edit, Membership, Needs, Refusal, Rules, Target, edits, fields};
use crate::domain::{edge::Terms, id::RoleId, model::Member, pack::MaxRoles, time::Timestamp, untrusted::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Transfer {
    /// The new owner's address, typed.
    pub email: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl Transfer {
    /// Invariant 1: to another active member who can sign in, by the owner, confirmed.
    fn heir<'a>(&self, cx: &Cx<'a>) -> Result<&'a Member, Refusal> {
        if !cx.before().policies.owner {
            return Err(Refusal::NoOwner);
        }
        fields::email(&self.email)?;
        match cx.index.by_email(self.email.raw()) {
            None => Err(Refusal::NoMember),
            Some(heir) if heir.id == cx.actor.id => Err(Refusal::OwnAddress),
            Some(heir) if !heir.active() => Err(Refusal::NotActive),
            Some(heir) if !heir.can_sign_in => Err(Refusal::CannotSignIn),
            Some(_) if !cx.facts.reauthenticated => Err(Refusal::PasswordAgain),
            Some(heir) => Ok(heir),
        }
    }
}

impl Rules for Transfer {
    fn target(&self) -> Target {
        Target::New
    }

    fn asks(&self, _: Option<i64>) -> Asks {
        Asks { emails: vec![self.email.clone()], ..Asks::default() }
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::Owner
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        fields::reason(self.reason.as_ref())?;
        let heir = self.heir(cx)?;
        let owner = |member: &Member, owner: bool| {
            let before = edits::membership(member);
            let after = Membership { owner, ..before.clone() };
            Edit::Member { id: member.id, before: Some(before), after: Some(after) }
        };
        // The former goes first: there is never a moment with two owners.
        let mut all = vec![owner(cx.actor, false), owner(heir, true)];
        let terms = Terms { reason: self.reason.clone(), ..Terms::default() };
        let former = &cx.actor;
        if let Some(role) = successor(cx) {
            let kept = former.roles.iter().filter(|(_, edge)| edge.live(cx.now)).map(|(id, _)| *id);
            let kept = kept.filter(|id| cx.before().policies.max_roles == MaxRoles::Many && *id != role);
            let wanted: Vec<RoleId> = kept.chain([role]).collect();
            all.extend(edits::set_roles(cx, former, &wanted, &terms));
        }
        Ok(Delta(all))
    }

    fn inverse(&self, _: Delta, _: Timestamp) -> Result<Delta, Refusal> {
        Err(Refusal::Irreversible)
    }

    fn reversible(&self) -> bool {
        false
    }

    fn grave(&self) -> bool {
        true
    }

    fn reason(&self) -> Option<&Text> {
        self.reason.as_ref()
    }
}

/// The role that a former owner gets.
fn successor(cx: &Cx<'_>) -> Option<RoleId> {
    let key = cx.before().policies.owner_successor_role.as_deref()?;
    cx.before().roles.iter().find(|role| role.key == key).map(|role| role.id)
}
