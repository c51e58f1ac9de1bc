//! How a change that is taken up looks: what it is, its plan, what it comes to, what was refused before.

use super::{Question, TakeUp, told};
use crate::{
    app::{
        action::Action,
        dialog::{ViewCx, words, wrap, zones::Focus},
        format,
        pane::jobs::Unanswered,
        view::{DialogView, Line, Part, Tone, Width},
    },
    i18n::{t, tf},
};

/// Refusals that are shown; the others are counted.
const REFUSALS: usize = 4;

/// Lines that the dialog takes besides its parts: the screen's header and footer, the frame, a second line of
/// hints, what stands below the parts.
const FRAME: usize = 7;

impl TakeUp {
    pub(super) fn looks(&self, cx: &ViewCx<'_>) -> DialogView {
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
        let mut above = vec![told::intro(one, cx), Line::default()];
        above.extend(told::facts(&one.start.bulk, cx));
        let above = Part::Text(above);
        let mut lines = self.sight.comes_to(on, at == Focus::Rows, columns, cx);
        if !self.as_confirmed() {
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

    /// Whether the plan is the one that was confirmed at that time.
    fn as_confirmed(&self) -> bool {
        let confirmed = self.waiting.front().and_then(|one| one.start.digest.as_ref());
        self.sight.plan().is_none_or(|plan| confirmed.is_none_or(|digest| *digest == plan.digest))
    }
}
