//! A bulk change on its way: the plan that is asked for while the choice is made, and the job begun
//! from the plan that was looked at.

use super::{Cx, submit::Trouble};
use crate::{
    api::{
        error::ApiError,
        wire::{Job, Plan, StartJob},
    },
    app::effect::{Call, Effect, Reply, ReqId},
    domain::{
        bulk::{Bulk, BulkAction},
        edge::Terms,
    },
    i18n::t,
};

/// The plan of what the form says. What is asked of later takes the earlier question back; until its
/// answer the last plan stays to be looked at.
#[derive(Debug, Default)]
pub(super) struct Planning {
    asked: Option<(ReqId, BulkAction)>,
    known: Option<(BulkAction, Plan)>,
}

impl Planning {
    /// Asks for the plan of this, unless it is known or asked for already.
    pub(super) fn ask(&mut self, bulk: Bulk, cx: &mut Cx<'_>) -> Vec<Effect> {
        let bare = wordless(&bulk.action);
        match (&self.asked, &self.known) {
            (Some((_, about)), _) if *about == bare => Vec::new(),
            (_, Some((about, _))) if *about == bare => self.take_back(),
            _ => self.ask_anew(bulk, cx),
        }
    }

    /// Asks again, whatever is known.
    pub(super) fn ask_anew(&mut self, bulk: Bulk, cx: &mut Cx<'_>) -> Vec<Effect> {
        let mut effects = self.take_back();
        let bare = wordless(&bulk.action);
        let (id, effect) = cx.call(Call::Plan(cx.workspace.id, Box::new(bulk)));
        self.asked = Some((id, bare));
        effects.push(effect);
        effects
    }

    fn take_back(&mut self) -> Vec<Effect> {
        self.asked.take().map(|(id, _)| Effect::Cancel(id)).into_iter().collect()
    }

    /// The form says nothing whole: there is nothing to plan.
    pub(super) fn forget(&mut self) -> Vec<Effect> {
        self.known = None;
        self.take_back()
    }

    /// Whether an answer is on its way.
    pub(super) fn pending(&self) -> bool {
        self.asked.is_some()
    }

    /// The last plan, whether or not it is still of what the form says.
    pub(super) fn shown(&self) -> Option<&Plan> {
        self.known.as_ref().map(|(_, plan)| plan)
    }

    /// The plan of exactly this.
    pub(super) fn of(&self, action: &BulkAction) -> Option<&Plan> {
        let (about, plan) = self.known.as_ref().filter(|_| self.asked.is_none())?;
        (*about == wordless(action)).then_some(plan)
    }

    /// Its own answer, once. A question that failed leaves no plan to go by.
    pub(super) fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>) -> Option<Result<(), Trouble>> {
        let (_, about) = self.asked.take_if(|(asked, _)| *asked == id)?;
        self.known = None;
        Some(match reply {
            Ok(Reply::Plan(plan)) => {
                self.known = Some((about, Plan::clone(plan)));
                Ok(())
            }
            Ok(_) => Err(Trouble::Said(t("dialog.error.answer").to_owned())),
            Err(error) => Err(Trouble::of(error)),
        })
    }
}

/// The action without words that do not bear on what it does, so that a reason typed later does not
/// ask for another plan.
fn wordless(action: &BulkAction) -> BulkAction {
    let mut bare = action.clone();
    match &mut bare {
        BulkAction::SetRoles { terms: Terms { reason, .. }, .. }
        | BulkAction::AddToGroups { terms: Terms { reason, .. }, .. }
        | BulkAction::Grant { terms: Terms { reason, .. }, .. }
        | BulkAction::RemoveFromGroups { reason, .. }
        | BulkAction::Deactivate { reason }
        | BulkAction::Remove { reason }
        | BulkAction::Cancel { reason }
        | BulkAction::Undo { reason, .. } => *reason = None,
        BulkAction::Invite { drafts } => drafts.iter_mut().for_each(|draft| draft.message = None),
        BulkAction::Resend => {}
    }
    bare
}

/// The start of a job: sent, waited for, and sent again with the same key while nothing in it changed
/// and it is not known whether it arrived.
#[derive(Debug, Default)]
pub(super) struct Starting {
    waiting: Option<ReqId>,
    unsure: Option<(StartJob, String)>,
}

impl Starting {
    /// Whether an answer is on its way.
    pub(super) fn pending(&self) -> bool {
        self.waiting.is_some()
    }

    /// Begins the job of a plan that was looked at.
    pub(super) fn send(&mut self, bulk: Bulk, digest: String, cx: &mut Cx<'_>) -> Effect {
        let start = StartJob { bulk, digest: Some(digest) };
        let (start, key) = match self.unsure.take() {
            Some((before, key)) if before == start => (start, key),
            _ => (start, cx.ids.key()),
        };
        self.unsure = Some((start.clone(), key.clone()));
        let (id, effect) = cx.call(Call::StartJob(cx.workspace.id, Box::new(start), key));
        self.waiting = Some(id);
        effect
    }

    /// Its own answer, once.
    pub(super) fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>) -> Option<Result<Box<Job>, Trouble>> {
        self.waiting.take_if(|waiting| *waiting == id)?;
        if !matches!(reply, Err(ApiError::Offline(_) | ApiError::Server(_) | ApiError::Limited(_))) {
            self.unsure = None;
        }
        Some(match reply {
            Ok(Reply::Job(job)) => Ok(job.clone()),
            Ok(_) => Err(Trouble::Said(t("dialog.error.answer").to_owned())),
            Err(error) => Err(Trouble::of(error)),
        })
    }
}
