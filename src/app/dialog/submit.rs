//! Writes and previews on their way, and what their answers mean to a form.

use super::Cx;
use crate::{
    api::{
        backend::{Precondition, Write},
        error::ApiError,
        wire::{Applied, Preview},
    },
    app::effect::{Call, Effect, Reply, ReqId},
    domain::change::Change,
    i18n::{t, tf},
};

/// What an answer means.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Trouble {
    /// A field is not as it must be.
    Field(String, String),
    /// It was changed meanwhile: read again, look again.
    Stale(String),
    /// It is said below the form.
    Said(String),
}

impl Trouble {
    /// What an error means to whoever fills in a form.
    pub(super) fn of(error: &ApiError) -> Self {
        match error {
            ApiError::Invalid { field: Some(field), message, .. }
            | ApiError::Conflict { field: Some(field), message } => Self::Field(field.clone(), message.to_string()),
            ApiError::Stale(why) => Self::Stale(why.to_string()),
            ApiError::Offline(_) => Self::Said(tf("dialog.error.offline", &[("why", error)])),
            ApiError::Unauthorised => Self::Said(t("dialog.error.unauthorised").to_owned()),
            _ => Self::Said(error.to_string()),
        }
    }

    /// What is said of it where there is no field to say it under.
    pub(super) fn said(self) -> String {
        match self {
            Self::Field(_, why) | Self::Stale(why) | Self::Said(why) => why,
        }
    }
}

/// One write: sent, waited for, and sent again with the same key while nothing in it changed and it
/// is not known whether it arrived.
#[derive(Debug, Default)]
pub(super) struct Submit {
    waiting: Option<ReqId>,
    unsure: Option<Write>,
}

impl Submit {
    /// Whether an answer is on its way.
    pub(super) fn pending(&self) -> bool {
        self.waiting.is_some()
    }

    /// Sends a change.
    pub(super) fn send(
        &mut self,
        change: Change,
        precondition: Precondition,
        password: Option<String>,
        cx: &mut Cx<'_>,
    ) -> Effect {
        let same = |w: &Write| w.change == change && w.precondition == precondition && w.password == password;
        let write = match self.unsure.take().filter(same) {
            Some(write) => write,
            None => Write { change, precondition, idempotency_key: cx.ids.key(), password },
        };
        self.unsure = Some(write.clone());
        let (id, effect) = cx.call(Call::Apply(cx.workspace.id, Box::new(write)));
        self.waiting = Some(id);
        effect
    }

    /// Its own answer, once.
    pub(super) fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>) -> Option<Result<Applied, Trouble>> {
        if self.waiting != Some(id) {
            return None;
        }
        self.waiting = None;
        if !matches!(reply, Err(ApiError::Offline(_) | ApiError::Server(_) | ApiError::Limited(_))) {
            self.unsure = None;
        }
        Some(match reply {
            Ok(Reply::Applied(applied)) => Ok(Applied::clone(applied)),
            Ok(_) => Err(Trouble::Said(t("dialog.error.answer").to_owned())),
            Err(error) => Err(Trouble::of(error)),
        })
    }
}

/// What changes would do, asked while the form is filled in.
#[derive(Debug, Default)]
pub(super) struct Previewing {
    asked: Vec<(ReqId, Change)>,
    known: Vec<(Change, Preview)>,
}

impl Previewing {
    /// Asks about changes, as far as that is not asked or known already; what is no longer wanted is
    /// cancelled.
    pub(super) fn ask(&mut self, changes: &[Change], cx: &mut Cx<'_>) -> Vec<Effect> {
        let wanted: Vec<Change> = changes.iter().map(wordless).collect();
        self.known.retain(|(about, _)| wanted.contains(about));
        let (kept, dropped) = self.asked.drain(..).partition(|(_, about)| wanted.contains(about));
        self.asked = kept;
        let mut effects: Vec<Effect> = dropped.into_iter().map(|(id, _): (ReqId, _)| Effect::Cancel(id)).collect();
        for (change, bare) in changes.iter().zip(wanted) {
            let known = self.known.iter().any(|(about, _)| *about == bare);
            if !known && !self.asked.iter().any(|(_, about)| *about == bare) {
                let (id, effect) = cx.call(Call::Preview(cx.workspace.id, change.clone()));
                self.asked.push((id, bare));
                effects.push(effect);
            }
        }
        effects
    }

    /// Nothing is known any more: the form says nothing whole, or the world changed.
    pub(super) fn forget(&mut self) -> Vec<Effect> {
        self.known.clear();
        self.asked.drain(..).map(|(id, _)| Effect::Cancel(id)).collect()
    }

    /// Whether an answer is on its way.
    pub(super) fn pending(&self) -> bool {
        !self.asked.is_empty()
    }

    /// The answers so far, for what was asked last.
    pub(super) fn known(&self) -> &[(Change, Preview)] {
        &self.known
    }

    /// Whether there is an answer for each of these.
    pub(super) fn covers(&self, changes: &[Change]) -> bool {
        changes.iter().all(|change| self.known.iter().any(|(about, _)| *about == wordless(change)))
    }

    /// Its own answer, once.
    pub(super) fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>) -> Option<Result<(), Trouble>> {
        let at = self.asked.iter().position(|(asked, _)| *asked == id)?;
        let (_, about) = self.asked.swap_remove(at);
        Some(match reply {
            Ok(Reply::Preview(preview)) => {
                self.known.push((about, Preview::clone(preview)));
                Ok(())
            }
            Ok(_) => Err(Trouble::Said(t("dialog.error.answer").to_owned())),
            Err(error) => Err(Trouble::of(error)),
        })
    }
}

/// The change without words that do not bear on what it does, so that a reason typed later does not
/// ask for another preview.
fn wordless(change: &Change) -> Change {
    let mut bare = change.clone();
    match &mut bare {
        Change::SetRoles { terms, .. }
        | Change::SetGroupMembers { terms, .. }
        | Change::Grant { terms, .. }
        | Change::EditGrant { terms, .. } => terms.reason = None,
        Change::Remove { reason, .. }
        | Change::Transfer { reason, .. }
        | Change::DeleteGroup { reason, .. }
        | Change::Revoke { reason, .. }
        | Change::CancelInvitation { reason, .. } => *reason = None,
        Change::Invite(draft) => (draft.message, draft.name) = (None, None),
        Change::EditGroup { draft, .. } => draft.description = crate::domain::untrusted::Text::default(),
        _ => {}
    }
    bare
}
