//! Bulk changes that an earlier run asked for and did not live to see answered, taken up again: asked
//! for once more with the key they had, so that every row is done exactly once.
//!
//! One after the other, the oldest first. Each is planned anew and looked at as it was the first time, with
//! the same confirmation; what it would do differently by now the backend does not begin, and it is looked
//! at once more to be asked for as something new. Or it is let go of, and never asked for again.

mod told;

use super::{
    Cx, Dialog, Outcome, ViewCx,
    form::Fed,
    plan::{
        Kind, asked_first,
        sight::{Sight, possible},
    },
    submit::Trouble,
    words, wrap,
    zones::{Focus, Typed, Zones},
};
use crate::{
    api::{
        error::ApiError,
        wire::{JobState, Resume},
    },
    app::{
        action::{Action, Context},
        effect::{Call, Effect, Reply, ReqId},
        format,
        key::Code,
        msg::Input,
        pane::jobs::Unanswered,
        view::{DialogView, Line, Part, Tone, Width},
    },
    i18n::{t, tf},
};
use std::collections::VecDeque;

/// Refusals that are shown; the others are counted.
const REFUSALS: usize = 4;

/// Lines that the dialog takes besides its parts: the screen's header and footer, the frame, a second line of
/// hints, what stands below the parts.
const FRAME: usize = 7;

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
    /// The first was not begun, and would do something else by now: as it is looked at it is asked for anew.
    anew: bool,
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
            anew: false,
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

    /// Whether the plan is the one that was confirmed at that time.
    fn as_confirmed(&self) -> bool {
        let confirmed = self.waiting.front().and_then(|one| one.start.digest.as_ref());
        self.sight.plan().is_none_or(|plan| confirmed.is_none_or(|digest| *digest == plan.digest))
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
        match self.sight.plan() {
            None if self.unplanned.is_none() => return self.look(cx),
            Some(plan) if possible(plan) && plan.confirm => {
                let typed = self.zones.typed.is(plan.change, "dialog.plan.type_wrong");
                if !typed {
                    self.zones.go_to(Focus::Count);
                    return Vec::new();
                }
            }
            Some(plan) if possible(plan) && !agreed => {
                self.question = asked_first(Kind::of(&one.start.bulk.action), plan).map(Question::TakeUp);
                if self.question.is_some() {
                    return Vec::new();
                }
            }
            // There is nothing to do but what was begun.
            _ => {}
        }
        let anew = self.sight.plan().filter(|_| self.anew).map(|plan| plan.digest.clone());
        let call = Call::TakeUp(one.key.clone(), anew);
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
            Ok(Reply::TakenUp(_, Ok(job))) => {
                self.taken += 1;
                // It was begun by then, and stands still.
                if job.state == JobState::Stopped {
                    effects.push(cx.call(Call::ResumeJob(cx.workspace.id, job.id, Resume::default())).1);
                }
                effects.extend(self.next(cx));
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
            Err(ApiError::Stale(why)) => {
                effects = self.look(cx);
                self.error = self.anew.then(|| why.to_string());
                self.anew = true;
            }
            Err(error) => self.error = Some(Trouble::of(error).said()),
        }
        self.done_or(effects)
    }

    /// On to the next.
    fn next(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.waiting.pop_front();
        self.anew = false;
        self.look(cx)
    }

    fn hints(&self) -> Vec<(Action, Option<String>)> {
        let say = |key| Some(t(key).to_owned());
        if self.question.is_some() {
            return vec![(Action::Confirm, say("dialog.yes")), (Action::Close, say("dialog.no"))];
        }
        let mut hints = Vec::new();
        let rows = self.zones.focus == Focus::Rows;
        match self.sight.folds().filter(|_| rows) {
            Some(true) => hints.push((Action::Confirm, say("dialog.plan.expand"))),
            Some(false) => hints.push((Action::Confirm, say("dialog.plan.collapse"))),
            None if self.waiting.is_empty() => {}
            None => hints.push((Action::Confirm, say("dialog.take_up.verb"))),
        }
        if self.sight.plan().is_some_and(|plan| !plan.rows.is_empty()) && rows {
            hints.extend([(Action::PlanExpand, None), (Action::PlanCollapse, None)]);
        }
        if self.sight.asks_count() {
            hints.push((Action::NextField, None));
        }
        if rows && !self.waiting.is_empty() {
            hints.push((Action::PlanLetGo, say("dialog.take_up.let_go")));
        }
        hints.push((Action::Close, say("dialog.take_up.leave").filter(|_| !self.waiting.is_empty())));
        hints
    }

    /// The change that is looked at: what it is, its plan, what it comes to.
    fn change(&self, one: &Unanswered, cx: &ViewCx<'_>) -> Vec<Part> {
        let columns = wrap::wide(cx.size);
        let on = one.start.bulk.action.rows();
        let at = self.zones.focus;
        let mut above = told::intro(one, cx);
        above.push(Line::default());
        above.extend(told::facts(&one.start.bulk, cx));
        let above = Part::Text(above);
        let mut lines = self.sight.comes_to(on, at == Focus::Rows, columns, cx);
        if self.anew {
            lines.push(Line::toned(t("dialog.take_up.anew"), Tone::Warn));
        } else if !self.as_confirmed() {
            lines.push(Line::toned(t("dialog.take_up.changed"), Tone::Warn));
        }
        if let Some(why) = &self.unplanned {
            lines.push(Line::toned(tf("dialog.take_up.unplanned", &[("why", &why.trim_end_matches('.'))]), Tone::Warn));
        }
        lines.extend(self.question.as_ref().map(|question| match question {
            Question::TakeUp(known) => Line::toned(known, Tone::Warn),
            Question::LetGo => Line::toned(t("dialog.take_up.ask_let_go"), Tone::Warn),
        }));
        let below = Part::Text(lines);
        let letting = matches!(self.question, Some(Question::LetGo));
        let asked = self.sight.plan().filter(|_| self.sight.asks_count() && !letting);
        let confirm = asked.map(|plan| self.zones.typed.part(plan.change, at == Focus::Count));
        let around =
            [&above, &below].into_iter().chain(&confirm).map(|part| wrap::height(part, columns)).sum::<usize>();
        let room = usize::from(cx.size.1).saturating_sub(FRAME + around + 1).max(3);
        let rows = self.sight.list(room, at == Focus::Rows, "dialog.plan.unplanned", cx);
        [above, Part::Gap, Part::List(rows), below].into_iter().chain(confirm).collect()
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
        let mut refused: Vec<Line> =
            self.refused.iter().rev().take(REFUSALS).map(|why| Line::toned(why, Tone::Bad)).collect();
        if self.refused.len() > REFUSALS {
            let more = format::count((self.refused.len() - REFUSALS) as u64);
            refused.push(Line::toned(tf("dialog.words.more", &[("n", &more)]), Tone::Dim));
        }
        let mut parts: Vec<Part> = (!refused.is_empty()).then_some(Part::Text(refused)).into_iter().collect();
        parts.extend(self.waiting.front().map(|one| self.change(one, cx)).unwrap_or_default());
        let planned = self.sight.plan().map(|plan| plan.rows.len() as u64);
        let title = self
            .waiting
            .front()
            .map(|one| tf("dialog.take_up.of", &[("what", &words::asked(&one.start.bulk, planned))]));
        let place = self.all + 1 - self.waiting.len();
        let waits = match (self.asked.is_some(), self.sight.planning.pending()) {
            (true, _) => Some("dialog.pending"),
            (false, true) => Some("dialog.plan.planning"),
            (false, false) => None,
        };
        DialogView {
            title: title.unwrap_or_else(|| t("dialog.take_up.title").to_owned()),
            aside: (self.all > 1 && place <= self.all).then(|| format::place(place as u64, self.all as u64)),
            width: Width::Wide,
            parts,
            hints: self.hints(),
            pending: waits.map(|key| t(key).to_owned()),
            error: self.error.clone(),
        }
    }
}
