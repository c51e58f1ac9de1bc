//! The dialog of every change, one row or many: the form on top, the plan of what it says below, the confirmation, and
//! the start of the change.
//!
//! The plan is made anew while the form is filled in; a change is begun only from a plan that was on the screen. Where
//! the workspace moved on meanwhile it is planned and looked at again. A change of one row is waited for, so that its
//! link, or why it failed, is shown here.

mod command;
mod view;

use super::{
    Cx, Dialog, Outcome, ViewCx,
    body::Body,
    focus::{Focus, Sections, Typed},
    form::{Fault, KeyOutcome},
    form_error::FormError,
    link::Link,
    plan_view::{PlanView, possible},
    planning::{Starting, Wanted},
};
use crate::{
    api::{
        error::ApiError,
        wire::{Change, ChangeState, PageQuery, Plan, Shape, StartChange},
    },
    app::{
        action::{Action, Context},
        effect::{Call, Effect, Reply, ReqId},
        key::Code,
        msg::Input,
        view::DialogView,
    },
    domain::{change::Thing, id::ChangeId},
    i18n::t,
};

/// A change being planned.
pub struct PlanDialog {
    body: Box<dyn Body>,
    sections: Sections,
    plan: PlanView,
    starting: Starting,
    /// A change of one row, begun from here.
    one: Option<One>,
    /// The plan that was looked at when the change was refused because the workspace moved on: the next one is compared
    /// with it.
    overtaken: Option<Plan>,
    /// How many rows differ from it.
    moved: Option<usize>,
    /// `Enter` was pressed before there was a plan. What is typed until it comes was meant to confirm it, and moves
    /// nothing in the form.
    entered: bool,
    /// `Esc` was pressed once.
    leaving: bool,
    error: Option<String>,
}

/// A change of one row on its way to its end.
enum One {
    /// It goes on: what is told of it is waited for.
    Running(ChangeId),
    /// It has ended: its row is read.
    Reading(ReqId, Box<Change>),
    /// It made a link.
    Linked(Link, Box<Change>),
}

impl PlanDialog {
    pub(super) fn new(body: impl Body + 'static) -> Self {
        Self {
            body: Box::new(body),
            sections: Sections::default(),
            plan: PlanView::default(),
            starting: Starting::default(),
            one: None,
            overtaken: None,
            moved: None,
            entered: false,
            leaving: false,
            error: None,
        }
    }

    /// What the form says.
    fn wanted(&self, cx: &Cx<'_>) -> Result<Wanted, Fault> {
        let form = &self.sections.form;
        let request = self.body.request(form, cx)?;
        let about = match self.body.shows_reason() {
            true => request.clone(),
            false => form.wordless(|form| self.body.request(form, cx))?,
        };
        Ok(Wanted { request, about })
    }

    /// A value was settled: plans what the form says, if it is complete.
    fn settled(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.body.edited(&mut self.sections.form, cx);
        let planned = self.plan.planning.pending();
        let effects = match self.wanted(cx) {
            Ok(wanted) => self.plan.planning.ask(wanted, cx),
            Err(_) => {
                self.plan.clear();
                self.plan.planning.forget()
            }
        };
        if self.plan.planning.pending() && !planned {
            (self.error, self.moved) = (None, None);
        }
        if !effects.is_empty() {
            // Something else is planned: there is nothing to compare it with.
            self.overtaken = None;
        }
        effects
    }

    /// Plans again, since somebody changed something.
    fn plan_again(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.overtaken = self.plan.plan().cloned().or(self.overtaken.take());
        match self.wanted(cx) {
            Ok(wanted) => self.plan.planning.ask_anew(wanted, cx),
            Err(_) => Vec::new(),
        }
    }

    /// A plan came, in place of another or for the first time.
    fn planned(&mut self, cx: &Cx<'_>) {
        let before = self.overtaken.take();
        let verb = self.plan.planning.about().map_or("", |request| self.body.typed_verb(request));
        self.moved = self.plan.came(verb, before.as_ref(), cx.workspace, cx.now);
        // What was typed confirmed another plan.
        self.sections.typed = Typed::default();
        if self.moved.is_none() {
            self.error = None;
        }
        let entered = std::mem::take(&mut self.entered);
        match self.plan.phrase() {
            Some(_) if entered => self.sections.go_to(Focus::Confirm),
            None if self.sections.focus == Focus::Confirm => self.sections.go_to(Focus::Rows),
            _ => {}
        }
    }

    /// `Enter`: from the form to the plan, from the plan to what is typed, from there to the change.
    fn go(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.error = None;
        self.body.edited(&mut self.sections.form, cx);
        self.sections.form.clear_faults();
        let wanted = match self.wanted(cx) {
            Ok(wanted) => wanted,
            Err((field, message)) => {
                self.said(FormError::Field(field.to_owned(), message));
                self.plan.clear();
                return self.plan.planning.forget();
            }
        };
        let Some(plan) = self.plan.planning.of(&wanted) else {
            // It has to be looked at first: the next Enter applies it.
            self.entered = true;
            return self.plan.planning.ask(wanted, cx);
        };
        if !possible(plan) {
            self.error = plan.refused.is_none().then(|| t("dialog.plan.nothing").to_owned());
            return Vec::new();
        }
        let digest = Some(plan.digest.clone());
        if let Some((field, message)) = self.body.missing(&self.sections.form, cx) {
            self.said(FormError::Field(field.to_owned(), message));
            return Vec::new();
        }
        if let Some(phrase) = self.plan.phrase()
            && !self.sections.typed.is(phrase)
        {
            self.sections.go_to(Focus::Confirm);
            return Vec::new();
        }
        let password = self.body.password(&self.sections.form);
        vec![self.starting.send(StartChange { request: wanted.request, digest, password }, cx)]
    }

    fn said(&mut self, error: FormError) {
        if let Some(message) = self.sections.said(error) {
            self.error = Some(message);
        }
    }

    fn leave(&mut self) -> Outcome {
        // A change that was begun goes on by itself, and the footer tells how it ends.
        let unsent = self.one.is_none() && (self.sections.touched() || self.starting.pending());
        if self.leaving || !unsent {
            return Outcome::Close;
        }
        self.leaving = true;
        Outcome::Stay(Vec::new())
    }

    /// A change was begun.
    fn begun(&mut self, change: Box<Change>, cx: &mut Cx<'_>) -> Outcome {
        if change.total + change.left_out != 1 {
            return Outcome::Started(change);
        }
        match change.state {
            ChangeState::Running => {
                self.one = Some(One::Running(change.id));
                Outcome::Begun(change, Vec::new())
            }
            ChangeState::Done if change.done == 0 || self.makes_link() => Outcome::Stay(self.read_row(change, cx)),
            _ => Outcome::Started(change),
        }
    }

    /// Whether the one row that was planned makes a link.
    fn makes_link(&self) -> bool {
        let new = |shape: &Shape| shape.after.iter().any(|thing| matches!(thing, Thing::NewLink));
        let invitation = |all: &[Thing]| all.iter().any(|thing| matches!(thing, Thing::Invitation { .. }));
        let made = |shape: &Shape| invitation(&shape.after) && !invitation(&shape.before);
        self.plan.plan().is_some_and(|plan| plan.shapes.iter().any(|shape| new(shape) || made(shape)))
    }

    fn read_row(&mut self, change: Box<Change>, cx: &mut Cx<'_>) -> Vec<Effect> {
        let query = PageQuery { limit: Some(1), ..PageQuery::default() };
        let (id, effect) = cx.call(Call::ChangeRows(cx.workspace.id, change.id, query));
        self.one = Some(One::Reading(id, change));
        vec![effect]
    }

    /// The one row of a change that has ended.
    fn row_read(&mut self, change: Box<Change>, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        let row = match reply {
            Ok(Reply::ChangeRows(page)) => page.items.first(),
            _ => None,
        };
        let Some(row) = row else { return Outcome::Started(change) };
        if let Some(link) = &row.link {
            self.one = Some(One::Linked(Link { email: row.name.clone(), link: link.clone() }, change));
            return Outcome::Stay(Vec::new());
        }
        match row.outcome.as_ref().and_then(|outcome| outcome.why()) {
            None => Outcome::Started(change),
            Some(why) => {
                // It was possible when it was planned: somebody changed something.
                self.said(FormError::of(&ApiError::Refused(Box::new(why.clone())), cx.workspace));
                Outcome::Stay(self.plan_again(cx))
            }
        }
    }

    /// Whether an answer is waited for before anything else can be meant.
    fn busy(&self) -> bool {
        self.starting.pending() || self.one.is_some() || self.entered && self.plan.planning.pending()
    }

    fn press(&mut self, input: Input, cx: &mut Cx<'_>) -> Vec<Effect> {
        let paging = matches!(input.key.code, Code::PageUp | Code::PageDown) && !self.sections.listing();
        if (self.sections.focus == Focus::Rows || paging) && self.plan.scroll(input, cx.size) {
            self.sections.go_to(Focus::Rows);
            return Vec::new();
        }
        if input.confirms() {
            return if self.sections.focus == Focus::Form && self.sections.form.enter() {
                self.settled(cx)
            } else {
                self.go(cx)
            };
        }
        match self.sections.press(input, self.plan.phrase(), cx) {
            KeyOutcome::Nothing => Vec::new(),
            KeyOutcome::Taken(effects) => effects,
            KeyOutcome::Settled(effects) => effects.into_iter().chain(self.settled(cx)).collect(),
        }
    }
}

impl Dialog for PlanDialog {
    fn context(&self) -> Context {
        self.sections.context(Context::Plan)
    }

    fn typing(&self) -> bool {
        self.one.is_none() && self.sections.typing()
    }

    fn open(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.sections.form = self.body.form(cx);
        if self.sections.form.is_empty() {
            self.sections.focus = Focus::Rows;
        }
        let mut effects = self.sections.form.open(cx);
        effects.extend(self.settled(cx));
        effects
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        if let Some(One::Linked(link, change)) = &self.one {
            return if Link::leaves(input) {
                Outcome::Started(change.clone())
            } else {
                Outcome::Stay(link.input(input))
            };
        }
        if input.closes() {
            return self.leave();
        }
        self.leaving = false;
        if self.busy() {
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
        if self.busy() {
            return Outcome::Stay(Vec::new());
        }
        self.leaving = false;
        Outcome::Stay(self.sections.paste(text, cx))
    }

    fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        if let Some(answer) = self.starting.reply(id, reply, cx.workspace) {
            return match answer {
                Ok(change) => self.begun(change, cx),
                Err(FormError::Stale(_)) => Outcome::Stay(self.plan_again(cx)),
                Err(error) => {
                    self.said(error);
                    Outcome::Stay(Vec::new())
                }
            };
        }
        if let Some(One::Reading(_, change)) =
            self.one.take_if(|one| matches!(one, One::Reading(asked, _) if *asked == id))
        {
            return self.row_read(change, reply, cx);
        }
        if let Some(answer) = self.plan.planning.reply(id, reply, cx.workspace) {
            self.entered &= answer.is_ok();
            match answer {
                Ok(()) => self.planned(cx),
                // While the form is still filled in, the focus stays where somebody types.
                Err(FormError::Field(field, why)) if self.sections.form.mark(&field, &why) => self.plan.clear(),
                Err(error) => {
                    self.plan.clear();
                    self.said(error);
                }
            }
            return Outcome::Stay(Vec::new());
        }
        self.sections.form.reply(id, reply, cx.workspace);
        Outcome::Stay(Vec::new())
    }

    fn lists_came(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        if !self.sections.form.awaits() {
            return Vec::new();
        }
        let fresh = self.body.form(cx);
        self.sections.form.adopt(fresh);
        self.settled(cx)
    }

    fn change_told(&mut self, change: &Change, cx: &mut Cx<'_>) -> Vec<Effect> {
        let mine = matches!(&self.one, Some(One::Running(id)) if *id == change.id);
        if !mine || change.state == ChangeState::Running {
            return Vec::new();
        }
        self.read_row(Box::new(change.clone()), cx)
    }

    fn view(&self, cx: &ViewCx<'_>) -> DialogView {
        match &self.one {
            Some(One::Linked(link, _)) => link.view(),
            _ => self.draw(cx),
        }
    }
}
