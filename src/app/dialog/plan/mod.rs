//! The plan of a bulk change: what it would do, row by row, before any of it is done.
//!
//! One dialog for every bulk change. What has to be chosen stands on top, the plan of it below, made
//! anew while the choice changes; a job is begun only from a plan that was on the screen. Where the
//! workspace moved on meanwhile it is planned and looked at again.

mod choice;
mod command;
mod kind;
mod looks;

use super::{
    Cx, Dialog, Outcome, ViewCx,
    form::Fed,
    planning::Starting,
    sight::{Sight, possible},
    submit::Trouble,
    zones::{Focus, Typed, Zones},
};
use crate::{
    api::{
        error::ApiError,
        wire::{Job, Plan, Workspace},
    },
    app::{
        action::{Action, Context},
        effect::{Effect, Reply, ReqId},
        jobs::taking_back,
        key::Code,
        msg::Input,
        selection::Targets,
        view::DialogView,
    },
    domain::bulk::{Bulk, BulkAction, Selection},
    i18n::t,
};
pub use kind::Kind;
use kind::confirmed;

/// A bulk change being planned.
pub struct PlanDialog {
    kind: Kind,
    targets: Targets,
    /// Of which job what is taken back, or done again.
    undone: Option<String>,
    zones: Zones,
    sight: Sight,
    starting: Starting,
    /// The plan that was looked at when the job was refused since the workspace moved on: the next one is
    /// compared with it.
    overtaken: Option<Plan>,
    /// That it moved on, and how many rows that changed.
    moved: Option<usize>,
    /// What was asked before it is done.
    question: Option<String>,
    /// `Esc` was pressed once.
    leaving: bool,
    error: Option<String>,
}

impl PlanDialog {
    /// Of these rows; an undo has its own.
    pub fn new(kind: Kind, targets: Targets) -> Self {
        Self {
            kind,
            targets,
            undone: None,
            zones: Zones::default(),
            sight: Sight::default(),
            starting: Starting::default(),
            overtaken: None,
            moved: None,
            question: None,
            leaving: false,
            error: None,
        }
    }

    /// To take back what a job did.
    pub fn undo(job: &Job) -> Self {
        let given = Targets { on: Selection::default(), count: Some(job.applied), marked: None };
        Self { undone: Some(taking_back(job)), ..Self::new(Kind::Undo(job.id), given) }
    }

    fn bulk(&self, action: BulkAction) -> Bulk {
        Bulk { on: self.targets.on.clone(), action }
    }

    /// Plans what the form says, if it says something whole.
    fn plan(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let planned = self.sight.planning.pending();
        let effects = match choice::action(self.kind, &self.zones.form, cx) {
            Ok(action) => self.sight.planning.ask(self.bulk(action), cx),
            Err(_) => {
                self.sight.clear();
                self.sight.planning.forget()
            }
        };
        if self.sight.planning.pending() && !planned {
            (self.error, self.moved) = (None, None);
        }
        if !effects.is_empty() {
            // Something else is planned: there is nothing to compare it with.
            self.overtaken = None;
        }
        effects
    }

    /// Plans again after the workspace moved on.
    fn plan_again(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        match choice::action(self.kind, &self.zones.form, cx) {
            Ok(action) => self.sight.planning.ask_anew(self.bulk(action), cx),
            Err(_) => Vec::new(),
        }
    }

    /// A plan came, in place of another or for the first time.
    fn planned(&mut self, workspace: &Workspace) {
        let before = self.overtaken.take();
        self.moved = self.sight.came(self.kind.rows(), before.as_ref(), workspace);
        // What was typed confirmed another plan.
        self.zones.typed = Typed::default();
        (self.question, self.error) = (None, None);
        if !self.sight.asks_count() && self.zones.focus == Focus::Count {
            self.zones.go_to(Focus::Rows);
        }
    }

    /// `Enter`: from the form to the plan, from the plan to the confirmation, from there to the job.
    fn go(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let agreed = self.question.take().is_some();
        self.error = None;
        self.zones.form.clear_faults();
        let action = match choice::action(self.kind, &self.zones.form, cx) {
            Ok(action) => action,
            Err((field, message)) => {
                self.said(Trouble::Field(field.to_owned(), message));
                return self.plan(cx);
            }
        };
        let Some(plan) = self.sight.planning.of(&action) else {
            self.error = Some(t("dialog.plan.not_yet").to_owned());
            return self.sight.planning.ask(self.bulk(action), cx);
        };
        if !possible(plan) {
            self.error = plan.refused.is_none().then(|| t("dialog.plan.nothing").to_owned());
            return Vec::new();
        }
        if let Err(question) = confirmed(self.kind, plan, &mut self.zones, agreed) {
            self.question = question;
            return Vec::new();
        }
        let (digest, bulk) = (plan.digest.clone(), self.bulk(action));
        vec![self.starting.send(bulk, digest, cx)]
    }

    fn said(&mut self, trouble: Trouble) {
        if let Some(message) = self.zones.said(trouble) {
            self.error = Some(message);
        }
    }

    fn leave(&mut self) -> Outcome {
        if self.question.take().is_some() {
            return Outcome::Stay(Vec::new());
        }
        if self.leaving || !(self.zones.touched() || self.starting.pending()) {
            return Outcome::Close;
        }
        self.leaving = true;
        Outcome::Stay(Vec::new())
    }

    fn press(&mut self, input: Input, cx: &mut Cx<'_>) -> Vec<Effect> {
        let paging = matches!(input.key.code, Code::PageUp | Code::PageDown) && !self.zones.listing();
        if (self.zones.focus == Focus::Rows || paging) && self.sight.scroll(input, cx.size) {
            self.zones.go_to(Focus::Rows);
            self.question = None;
            return Vec::new();
        }
        if input.confirms() {
            return if self.zones.focus == Focus::Form && self.zones.form.enter() {
                self.plan(cx)
            } else {
                self.go(cx)
            };
        }
        self.question = None;
        let counts = self.sight.asks_count();
        match self.zones.press(input, counts, cx) {
            Fed::Nothing => Vec::new(),
            Fed::Taken(effects) => effects,
            Fed::Settled(effects) => effects.into_iter().chain(self.plan(cx)).collect(),
        }
    }
}

impl Dialog for PlanDialog {
    fn context(&self) -> Context {
        self.zones.context(Context::Plan)
    }

    fn typing(&self) -> bool {
        self.question.is_none() && self.zones.typing()
    }

    fn open(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.zones.form = choice::form(self.kind, cx);
        if self.zones.form.is_empty() {
            self.zones.focus = Focus::Rows;
        }
        let mut effects = self.zones.form.open(cx);
        effects.extend(self.plan(cx));
        effects
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        if input.closes() {
            return self.leave();
        }
        self.leaving = false;
        if self.starting.pending() {
            return Outcome::Stay(Vec::new());
        }
        if input.action == Some(Action::PlanCommand) {
            return match self.command(cx) {
                Some(dialog) => Outcome::Push(dialog),
                None => Outcome::Stay(Vec::new()),
            };
        }
        Outcome::Stay(self.press(input, cx))
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) -> Outcome {
        if self.starting.pending() {
            return Outcome::Stay(Vec::new());
        }
        (self.question, self.leaving) = (None, false);
        Outcome::Stay(self.zones.paste(text, cx))
    }

    fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        if let Some(answer) = self.starting.reply(id, reply) {
            return match answer {
                Ok(job) => Outcome::Started(job),
                Err(Trouble::Stale(_)) => {
                    self.overtaken = self.sight.planning.shown().cloned();
                    Outcome::Stay(self.plan_again(cx))
                }
                Err(trouble) => {
                    self.said(trouble);
                    Outcome::Stay(Vec::new())
                }
            };
        }
        if let Some(answer) = self.sight.planning.reply(id, reply) {
            match answer {
                Ok(()) => self.planned(cx.workspace),
                // While the form is still filled in, the focus stays where somebody types.
                Err(Trouble::Field(field, why)) if self.zones.form.mark(&field, &why) => {}
                Err(trouble) => self.said(trouble),
            }
            return Outcome::Stay(Vec::new());
        }
        self.zones.form.reply(id, reply);
        Outcome::Stay(Vec::new())
    }

    fn lists_came(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        if !self.zones.form.awaits() {
            return Vec::new();
        }
        let fresh = choice::form(self.kind, cx);
        self.zones.form.adopt(fresh);
        self.plan(cx)
    }

    fn view(&self, cx: &ViewCx<'_>) -> DialogView {
        self.looks(cx)
    }
}
