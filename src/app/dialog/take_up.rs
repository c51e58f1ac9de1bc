//! Bulk changes that an earlier run asked for and did not live to see answered, taken up again: asked
//! for once more with the key they had, so that every row is done exactly once.
//!
//! One after the other, the oldest first. Each is planned anew and looked at as it was the first time, with
//! the same confirmation, which is of what it does now. Or it is let go of, and never asked for again. What was
//! begun is one of the jobs, and does not come here.

mod looks;
mod told;

use super::{
    Cx, Dialog, Outcome, ViewCx,
    form::Fed,
    plan::{Kind, confirmed},
    sight::{Sight, possible},
    submit::Trouble,
    words,
    zones::{Focus, Typed, Zones},
};
use crate::{
    api::error::ApiError,
    app::{
        action::{Action, Context},
        effect::{Call, Effect, Reply, ReqId},
        format,
        key::Code,
        msg::Input,
        pane::jobs::Unanswered,
        view::DialogView,
    },
    i18n::{t, tf},
};
use std::collections::VecDeque;

/// Changes to take up.
pub struct TakeUp {
    /// The oldest first; the first is the one that is looked at.
    waiting: VecDeque<Unanswered>,
    /// How many there were.
    all: usize,
    sight: Sight,
    /// Why there is no plan, where the backend has decided so: it would begin nothing.
    unplanned: Option<String>,
    zones: Zones,
    asked: Option<ReqId>,
    taken: u64,
    let_go: u64,
    /// What the backend would not have, with its reason.
    refused: Vec<String>,
    /// What was asked before it is done.
    question: Option<Question>,
    error: Option<String>,
}

/// What is asked about the first.
enum Question {
    /// Whether to take it up, with what is to be known before.
    TakeUp(String),
    /// Whether to let go of it.
    LetGo,
}

impl TakeUp {
    /// These, the oldest first.
    pub fn new(waiting: Vec<Unanswered>) -> Self {
        Self {
            all: waiting.len(),
            waiting: waiting.into(),
            sight: Sight::default(),
            unplanned: None,
            zones: Zones { focus: Focus::Rows, ..Zones::default() },
            asked: None,
            taken: 0,
            let_go: 0,
            refused: Vec::new(),
            question: None,
            error: None,
        }
    }

    /// Plans the first of them as the workspace is now.
    fn look(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.sight = Sight::default();
        (self.unplanned, self.question, self.error) = (None, None, None);
        (self.zones.typed, self.zones.focus) = (Typed::default(), Focus::Rows);
        match self.waiting.front() {
            Some(one) => self.sight.planning.ask_anew(one.start.bulk.clone(), cx),
            None => Vec::new(),
        }
    }

    /// `Enter`: from the plan to the confirmation, from there to the job.
    fn go(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let agreed = self.question.take().is_some();
        self.error = None;
        let Some(one) = self.waiting.front() else { return Vec::new() };
        if self.sight.planning.pending() {
            self.error = Some(t("dialog.plan.not_yet").to_owned());
            return Vec::new();
        }
        let plan = self.sight.plan();
        if plan.is_none() && self.unplanned.is_none() {
            return self.look(cx);
        }
        // Where it is not possible, there is nothing to confirm: the backend says so once more, and it is over.
        if let Some(plan) = plan.filter(|plan| possible(plan))
            && let Err(question) = confirmed(Kind::of(&one.start.bulk.action), plan, &mut self.zones, agreed)
        {
            self.question = question.map(Question::TakeUp);
            return Vec::new();
        }
        let call = Call::TakeUp(one.key.clone(), plan.map(|plan| plan.digest.clone()));
        self.ask(call, cx)
    }

    /// Never asks for the first again.
    fn let_go(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        (self.question, self.error) = (None, None);
        let Some(one) = self.waiting.front() else { return Vec::new() };
        let call = Call::LetGo(one.key.clone());
        self.ask(call, cx)
    }

    fn ask(&mut self, call: Call, cx: &mut Cx<'_>) -> Vec<Effect> {
        let (id, effect) = cx.call(call);
        self.asked = Some(id);
        vec![effect]
    }

    /// Ends with the last of them.
    fn done_or(&self, effects: Vec<Effect>) -> Outcome {
        if self.waiting.is_empty() && self.refused.is_empty() {
            let counts = [("dialog.take_up.done", self.taken), ("dialog.take_up.done_let_go", self.let_go)];
            let said = counts.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| tf(key, &[("n", &format::count(n))]));
            return Outcome::Done(said.collect::<Vec<_>>().join(" · "), effects);
        }
        Outcome::Stay(effects)
    }

    /// It was taken up or let go of, or the backend will not have it.
    fn ended(&mut self, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        let mut effects = Vec::new();
        match reply {
            Ok(Reply::TakenUp(_, Ok(_))) => {
                self.taken += 1;
                effects = self.next(cx);
            }
            Ok(Reply::TakenUp(_, Err(why))) => {
                let what = self.waiting.front().map(|one| words::asked(&one.start.bulk, None)).unwrap_or_default();
                self.refused.push(tf("dialog.error.about", &[("about", &what), ("why", why)]));
                effects = self.next(cx);
            }
            Ok(Reply::LetGo(_)) => {
                self.let_go += 1;
                effects = self.next(cx);
            }
            Ok(_) => self.error = Some(t("dialog.error.answer").to_owned()),
            // Nothing of it was begun: it is looked at as it is now.
            Err(ApiError::Stale(why)) => {
                effects = self.look(cx);
                self.error = Some(why.to_string());
            }
            Err(error) => self.error = Some(Trouble::of(error).said()),
        }
        self.done_or(effects)
    }

    /// On to the next.
    fn next(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.waiting.pop_front();
        self.look(cx)
    }
}

impl Dialog for TakeUp {
    fn context(&self) -> Context {
        self.zones.context(Context::Plan)
    }

    fn typing(&self) -> bool {
        self.question.is_none() && self.zones.typing()
    }

    fn open(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.look(cx)
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        if input.closes() {
            return if self.question.take().is_some() { Outcome::Stay(Vec::new()) } else { Outcome::Close };
        }
        if self.asked.is_some() {
            return Outcome::Stay(Vec::new());
        }
        let paging = matches!(input.key.code, Code::PageUp | Code::PageDown);
        if (self.zones.focus == Focus::Rows || paging) && self.sight.scroll(input, cx.size) {
            self.zones.go_to(Focus::Rows);
            self.question = None;
            return Outcome::Stay(Vec::new());
        }
        if input.confirms() {
            return Outcome::Stay(match self.question {
                Some(Question::LetGo) => self.let_go(cx),
                _ => self.go(cx),
            });
        }
        self.question = None;
        if input.action == Some(Action::PlanLetGo) {
            self.question = (!self.waiting.is_empty()).then_some(Question::LetGo);
            return Outcome::Stay(Vec::new());
        }
        let counts = self.sight.asks_count();
        Outcome::Stay(match self.zones.press(input, counts, cx) {
            Fed::Nothing => Vec::new(),
            Fed::Taken(effects) | Fed::Settled(effects) => effects,
        })
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) -> Outcome {
        Outcome::Stay(if self.asked.is_some() { Vec::new() } else { self.zones.paste(text, cx) })
    }

    fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        if self.asked.take_if(|asked| *asked == id).is_some() {
            return self.ended(reply, cx);
        }
        match (self.sight.planning.reply(id, reply), self.waiting.front()) {
            (Some(Ok(())), Some(one)) => drop(self.sight.came(one.start.bulk.action.rows(), None, cx.workspace)),
            (Some(Err(trouble)), _) if reply.as_ref().is_err_and(ApiError::settled) => {
                self.unplanned = Some(trouble.said());
            }
            (Some(Err(trouble)), _) => self.error = Some(trouble.said()),
            _ => {}
        }
        Outcome::Stay(Vec::new())
    }

    fn view(&self, cx: &ViewCx<'_>) -> DialogView {
        self.looks(cx)
    }
}
