//! Allow or deny one capability in a folder and all below it, for members or for groups.

use super::{
    Cx, Delta, Edit, Field, Needs, Override, Refusal, Rules, Sides, Target, Thing, Versioned, Warning, fields, rules,
};
use crate::domain::{
    access::Evidence,
    capability::Cap,
    edge::Terms,
    id::{FolderId, GrantId, GroupId, MemberId},
    model::{Effect, Subject},
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whom the rows of a grant name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum To {
    #[default]
    Members,
    Groups,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Grant {
    pub folder: FolderId,
    /// Its key.
    pub capability: String,
    pub effect: Effect,
    #[serde(default)]
    pub to: To,
    /// Of the edges.
    #[serde(default)]
    pub terms: Terms,
}

impl Grant {
    /// For one member or group: the row, and what is done.
    pub fn to(folder: FolderId, subject: Subject, capability: String, effect: Effect, terms: Terms) -> (i64, Self) {
        let (id, to) = match subject {
            Subject::Member(id) => (id.0, To::Members),
            Subject::Group(id) => (id.0, To::Groups),
        };
        (id, Self { folder, capability, effect, to, terms })
    }

    fn subject(&self, target: Option<i64>) -> Option<Subject> {
        target.map(|id| match self.to {
            To::Members => Subject::Member(MemberId(id)),
            To::Groups => Subject::Group(GroupId(id)),
        })
    }

    fn cap(&self, cx: &Cx<'_>) -> Result<Cap, Refusal> {
        let Some(cap) = cx.catalogue().find(&self.capability) else {
            let capability = Text::new(self.capability.as_str());
            return Err(Refusal::UnknownCapability { field: Field::Capability, capability });
        };
        if !cx.catalogue().get(cap).per_folder {
            return Err(Refusal::NotPerFolder { capability: self.capability.clone() });
        }
        Ok(cap)
    }
}

impl Rules for Grant {
    fn target(&self) -> Target {
        match self.to {
            To::Members => Target::Members,
            To::Groups => Target::Groups,
        }
    }

    fn versioned(&self, _: Option<i64>) -> Versioned {
        Versioned::Folder(self.folder)
    }

    fn needs(&self, _: &Cx<'_>) -> Needs {
        Needs::All(vec![rules::GRANTS])
    }

    fn delta(&self, cx: &Cx<'_>) -> Result<Delta, Refusal> {
        cx.index.folder(self.folder)?;
        let subject = match self.to {
            To::Members => Subject::Member(cx.member()?.id),
            To::Groups => Subject::Group(cx.group()?.id),
        };
        let cap = self.cap(cx)?;
        fields::terms(&self.terms, None, cx.now)?;
        if let Subject::Member(_) = subject {
            match self.effect {
                _ if cx.bulk && cx.member()?.id == cx.actor.id => return Err(Refusal::Yourself),
                // A deny for a group that the owner is in leaves the owner alone.
                Effect::Deny if cx.member()?.owner => return Err(Refusal::OwnerUndeniable),
                Effect::Allow if cx.bulk && cx.member()?.owner => return Err(Refusal::OwnerHoldsAll),
                _ => {}
            }
        }
        let same = cx.index.grants_of(subject).find(|one| {
            (one.folder, one.capability, one.effect) == (self.folder, cap, self.effect) && one.edge.live(cx.now)
        });
        match same {
            Some(grant) if grant.edge.terms == self.terms => Ok(Delta::default()),
            Some(_) => Err(Refusal::GrantThere),
            None => Ok(Delta(vec![Edit::Grant {
                id: GrantId(cx.new_id()),
                folder: self.folder,
                folder_name: cx.folder_name(self.folder),
                subject,
                subject_name: cx.subject_name(subject),
                capability: self.capability.clone(),
                effect: self.effect,
                before: None,
                after: Some(cx.edge(&self.terms)),
            }])),
        }
    }

    fn warnings(&self, cx: &Cx<'_>) -> Vec<Warning> {
        let (Effect::Allow, Some(subject), Some(cap)) =
            (self.effect, self.subject(cx.target), cx.catalogue().find(&self.capability))
        else {
            return Vec::new();
        };
        let by =
            cx.index.access.overriding(subject, self.folder, cap, cx.now).into_iter().filter_map(|one| match one {
                Evidence::Grant(id) => cx.index.grant(id).ok().map(|deny| Override::Deny {
                    group: (deny.subject != subject).then(|| cx.subject_name(deny.subject)),
                    folder: cx.folder_name(deny.folder),
                }),
                Evidence::Fence(folder) => Some(Override::Fence { folder: cx.folder_name(folder) }),
                _ => None,
            });
        let by: Vec<Override> = by.collect();
        if by.is_empty() { Vec::new() } else { vec![Warning::Shadowed { by }] }
    }

    fn told(&self, cx: &Cx<'_>) -> Sides {
        let grant = Thing::Grant {
            effect: self.effect,
            capability: self.capability.clone(),
            folder: cx.folder_name(self.folder),
            until: self.terms.expires_at,
            review: None,
            reason: None,
        };
        Sides { before: Vec::new(), after: vec![grant] }
    }

    fn reason(&self) -> Option<&Text> {
        self.terms.reason.as_ref()
    }
}
