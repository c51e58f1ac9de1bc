//! Marks in the panes that have them: the keys for them, and what they make of an action.

use super::{
    action::Action,
    effect::Effect,
    format::count,
    listing::{Listing, Move, Row},
    requests::Want,
    selection::{Marks, Targets},
    state::{App, Pane},
    view::Tone,
};
use crate::{api::wire::PageQuery, i18n::tf, words};

/// A row of a list whose rows can be marked.
pub trait Markable: Row {
    /// Its identifier, as selections have it.
    fn number(&self) -> i64;
}

/// Moves the cursor of a list, a range with it. A range names its rows: to an end of the list it goes as
/// far as rows were read, and on as others come (see [`go_on`]). `passes` says whether a row passes a filter.
pub fn go<R: Markable>(
    list: &mut Listing<R>,
    marks: &mut Marks,
    movement: Move,
    passes: impl Fn(&str, &R) -> Option<bool>,
) -> Option<PageQuery> {
    let step = match movement {
        Move::First if marks.ranging() => Move::By(isize::MIN + 1),
        Move::Last if marks.ranging() => Move::By(isize::MAX),
        other => other,
    };
    let from = list.cursor();
    let query = list.go(step);
    if marks.ranging() {
        let marked = |row: &R| marks.holds(row.number(), list.stale(), |filter| passes(filter, row));
        let passed = list.passed(from).map(|row| (row.number(), marked(row))).collect();
        marks.drag(passed);
        marks.send(list.more(movement).then_some(movement));
    }
    query
}

/// Rows came: a range on its way to an end of the list goes on over them; whether it has arrived.
pub fn go_on<R: Markable>(list: &mut Listing<R>, marks: &mut Marks, passes: impl Fn(&str, &R) -> Option<bool>) -> bool {
    let Some(end) = marks.bound_for() else { return false };
    // Its step is one within the window, which asks for nothing.
    drop(go(list, marks, end, passes));
    marks.bound_for().is_none()
}

impl App {
    /// The marks of the pane that has the keys, if its rows can be marked.
    pub fn marks(&self) -> Option<&Marks> {
        match self.pane() {
            Pane::Users => Some(&self.users.marks),
            Pane::Invitations => Some(&self.invitations.marks),
            _ => None,
        }
    }

    pub(super) fn marks_mut(&mut self) -> Option<&mut Marks> {
        match self.pane() {
            Pane::Users => Some(&mut self.users.marks),
            Pane::Invitations => Some(&mut self.invitations.marks),
            _ => None,
        }
    }

    /// Whether rows of the pane that has the keys are marked.
    pub fn any_marked(&self) -> bool {
        self.marks().is_some_and(|marks| !marks.is_empty())
    }

    /// The row under the cursor by its number, and whether it is marked, where that is known.
    fn row_to_mark(&self) -> Option<(i64, Option<bool>)> {
        match self.pane() {
            Pane::Users => self.users.list.current().map(|row| (row.number(), self.member_marked(row))),
            Pane::Invitations => {
                self.invitations.list.current().map(|row| (row.number(), self.invitations.marked(row)))
            }
            _ => None,
        }
    }

    /// Marks, in all the ways there are.
    pub(super) fn mark(&mut self, action: Action) -> Vec<Effect> {
        let row = self.row_to_mark();
        let (stale, matching, counting) = match self.pane() {
            Pane::Users => (self.users.list.stale(), self.users.list.matching, Want::MemberCount),
            _ => (self.invitations.list.stale(), self.invitations.list.matching, Want::InvitationCount),
        };
        // Until the answer comes, that is how many matched an earlier filter.
        let counted = !self.reads.waits(counting) && self.reads.failure(counting).is_none();
        let matching = matching.filter(|_| counted);
        let Some(marks) = self.marks_mut() else { return Vec::new() };
        let mut step = false;
        match (action, row) {
            (Action::MarkAll, None) if matching == Some(0) => {}
            // Before the first rows have come too: what is pressed next is for all of them.
            (Action::MarkAll, _) => marks.all(matching),
            (Action::ClearMarks, _) => marks.clear(),
            // Its last row is marked as the others are: taking the mark away here would leave it out.
            (Action::Mark, Some(_)) if marks.ranging() => marks.finish(),
            (Action::Mark, Some((id, marked))) => {
                marks.toggle(id, marked, stale);
                step = true;
            }
            (Action::Range, Some((id, marked))) => marks.range(id, marked),
            _ => return Vec::new(),
        }
        // Where it was being counted how many are marked, that was of other marks.
        let mut effects = self.count_marked();
        if step {
            effects.extend(self.go(Move::By(1)));
        }
        effects
    }

    /// Says that a range was begun by this, and what ends it, or that it was ended by this, where nothing else
    /// says so. `before` is whether one was being drawn.
    pub(super) fn tell_of_range(&mut self, before: bool, by: Action) {
        let Some(marks) = self.marks() else { return };
        let key = |action| self.keymap.hint(action).unwrap_or_default();
        let said = match (before, marks.ranging()) {
            (false, true) => tf("marks.begun", &[("end", &key(Action::Range)), ("drop", &key(Action::ClearFilter))]),
            (true, false) if !matches!(by, Action::ClearFilter | Action::ClearMarks | Action::MarkAll) => {
                let Some(n) = marks.count() else { return };
                tf("marks.over", &[("n", &count(n))])
            }
            _ => return,
        };
        if self.notice.is_none() && self.stack.is_empty() {
            self.say(said, Tone::Plain);
        }
    }

    /// Says that a range goes on by itself, where it was sent to an end that was not read yet.
    pub(super) fn tell_range(&mut self) {
        if self.marks().is_some_and(|marks| marks.bound_for().is_some()) {
            let key = self.keymap.hint(Action::MarkAll).unwrap_or_default();
            self.say(tf("marks.far", &[("key", &key)]), Tone::Warn);
        }
    }

    /// Lets a range stay where it is: a key was pressed, or no more rows come.
    pub(super) fn halt_ranges(&mut self) -> bool {
        let panes = [&mut self.users.marks, &mut self.invitations.marks];
        let under_way = panes.iter().any(|marks| marks.bound_for().is_some());
        panes.into_iter().for_each(|marks| marks.send(None));
        under_way
    }

    /// Why a change failed on the row under the cursor, if one did and left it marked.
    pub fn row_failure(&self) -> Option<String> {
        let why = self.marks()?.why(self.row_to_mark()?.0)?;
        Some(tf("marks.failed", &[("why", &words::refusal(why, &self.workspace))]))
    }

    /// What a bulk action is for now: the marks, or else the cursor's row.
    pub fn targets(&self) -> Option<Targets> {
        if let Some(marks) = self.marks().filter(|marks| !marks.is_empty()) {
            return Some(marks.targets());
        }
        let (id, _) = self.row_to_mark()?;
        Some(Targets::one(id))
    }
}
