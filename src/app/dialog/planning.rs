//! A change on its way: the plan that is asked for while the form is filled in, and the change begun from the plan that
//! was looked at.

use super::{Cx, form_error::FormError};
use crate::{
    api::{
        error::ApiError,
        wire::{Change, Plan, StartChange},
    },
    app::effect::{Call, Effect, Reply, ReqId},
    domain::change::Request,
    words::Labels,
};

/// What is planned. Two requests with the same `about` come to the same plan: a reason typed later asks for no other.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) request: Request,
    pub(super) about: Request,
}

/// The plan of what the form says. A later question takes back an earlier one; until its answer the last plan stays on
/// screen.
#[derive(Debug, Default)]
pub(super) struct Planning {
    asked: Option<(ReqId, Request)>,
    known: Option<(Request, Plan)>,
}

impl Planning {
    /// Asks for the plan of this, unless it is known or asked for already.
    pub(super) fn ask(&mut self, wanted: Wanted, cx: &mut Cx<'_>) -> Vec<Effect> {
        match (&self.asked, &self.known) {
            (Some((_, about)), _) if *about == wanted.about => Vec::new(),
            (_, Some((about, _))) if *about == wanted.about => self.take_back(),
            _ => self.ask_anew(wanted, cx),
        }
    }

    /// Asks again, whatever is known.
    pub(super) fn ask_anew(&mut self, wanted: Wanted, cx: &mut Cx<'_>) -> Vec<Effect> {
        let mut effects = self.take_back();
        let (id, effect) = cx.call(Call::Plan(cx.workspace.id, Box::new(wanted.request)));
        self.asked = Some((id, wanted.about));
        effects.push(effect);
        effects
    }

    fn take_back(&mut self) -> Vec<Effect> {
        self.asked.take().map(|(id, _)| Effect::Cancel(id)).into_iter().collect()
    }

    /// The form is not complete: there is nothing to plan.
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

    /// What the last plan is of.
    pub(super) fn about(&self) -> Option<&Request> {
        self.known.as_ref().map(|(about, _)| about)
    }

    /// The plan of exactly this.
    pub(super) fn of(&self, wanted: &Wanted) -> Option<&Plan> {
        let (about, plan) = self.known.as_ref().filter(|_| self.asked.is_none())?;
        (*about == wanted.about).then_some(plan)
    }

    /// Its own answer, once. A question that failed leaves no plan to go by.
    pub(super) fn reply(
        &mut self,
        id: ReqId,
        reply: &Result<Reply, ApiError>,
        labels: &dyn Labels,
    ) -> Option<Result<(), FormError>> {
        let (_, about) = self.asked.take_if(|(asked, _)| *asked == id)?;
        self.known = None;
        Some(match reply {
            Ok(Reply::Plan(plan)) => {
                self.known = Some((about, Plan::clone(plan)));
                Ok(())
            }
            Ok(_) => Err(FormError::unexpected()),
            Err(error) => Err(FormError::of(error, labels)),
        })
    }
}

/// The start of a change: sent, waited for, and sent again with the same key while nothing in it changed and it is not
/// known whether it arrived.
#[derive(Debug, Default)]
pub(super) struct Starting {
    waiting: Option<ReqId>,
    unsure: Option<(StartChange, String)>,
}

impl Starting {
    /// Whether an answer is on its way.
    pub(super) fn pending(&self) -> bool {
        self.waiting.is_some()
    }

    /// Begins the change of a plan that was looked at.
    pub(super) fn send(&mut self, start: StartChange, cx: &mut Cx<'_>) -> Effect {
        let (start, key) = match self.unsure.take() {
            Some((before, key)) if before == start => (start, key),
            _ => (start, cx.ids.key()),
        };
        self.unsure = Some((start.clone(), key.clone()));
        let (id, effect) = cx.call(Call::StartChange(cx.workspace.id, Box::new(start), key));
        self.waiting = Some(id);
        effect
    }

    /// Its own answer, once.
    pub(super) fn reply(
        &mut self,
        id: ReqId,
        reply: &Result<Reply, ApiError>,
        labels: &dyn Labels,
    ) -> Option<Result<Box<Change>, FormError>> {
        self.waiting.take_if(|waiting| *waiting == id)?;
        if !matches!(reply, Err(ApiError::Offline(_) | ApiError::Server(_) | ApiError::Limited(_))) {
            self.unsure = None;
        }
        Some(match reply {
            Ok(Reply::Change(change)) => Ok(change.clone()),
            Ok(_) => Err(FormError::unexpected()),
            Err(error) => Err(FormError::of(error, labels)),
        })
    }
}
