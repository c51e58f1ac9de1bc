//! Marks in the panes that have them: the keys for them, and what they make of an action.

use super::{
    action::Action,
    effect::Effect,
    format::count,
    listing::{Listing, Move, Row},
    selection::{Marks, Targets},
    state::{App, Pane},
    view::Tone,
};
use crate::{
    api::wire::PageQuery,
    domain::bulk::Selection,
    i18n::{t, tf},
};

/// A row of a list whose rows can be marked.
pub trait Markable: Row {
    /// Its identifier, as selections have it.
    fn number(&self) -> i64;
}

/// Moves the cursor of a list, a range with it. A range names its rows: to an end of the list it goes as
/// far as rows were read, and on as others come (see [`go_on`]).
pub fn go<R: Markable>(list: &mut Listing<R>, marks: &mut Marks, movement: Move) -> Option<PageQuery> {
    let step = match movement {
        Move::First if marks.ranging() => Move::By(isize::MIN + 1),
        Move::Last if marks.ranging() => Move::By(isize::MAX),
        other => other,
    };
    let from = list.cursor();
    let query = list.go(step);
    if marks.ranging() {
        marks.drag(list.passed(from).map(Markable::number));
        marks.send(list.more(movement).then_some(movement));
    }
    query
}

/// Rows came: a range on its way to an end of the list goes on over them; whether it has arrived.
pub fn go_on<R: Markable>(list: &mut Listing<R>, marks: &mut Marks) -> bool {
    let Some(end) = marks.bound_for() else { return false };
    // Its step is one within the window, which asks for nothing.
    drop(go(list, marks, end));
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
        let Some((id, marked)) = self.row_to_mark() else { return Vec::new() };
        let matching = match self.pane() {
            Pane::Users => known(&self.users.list),
            _ => known(&self.invitations.list),
        };
        let Some(marks) = self.marks_mut() else { return Vec::new() };
        match (action, marked) {
            // Its last row is marked as the others are: taking the mark away here would leave it out.
            (Action::Mark, _) if marks.ranging() => marks.range(id),
            (Action::Mark, None) => self.say(t("marks.unknown"), Tone::Warn),
            // Another filter's rows are marked: what it leaves out cannot be put in one by one.
            (Action::Mark, Some(false)) if marks.elsewhere().is_some() && !marks.leaves_out(id) => {
                self.say(t("marks.other"), Tone::Warn);
            }
            (Action::Mark, Some(marked)) => {
                marks.toggle(id, marked);
                // Where it is being counted how many are shown, that was of other marks.
                let mut effects = self.count_marked();
                effects.extend(self.go(Move::By(1)));
                return effects;
            }
            (Action::Range, _) => marks.range(id),
            (Action::MarkAll, _) => {
                let gone = marks.hidden().filter(|_| !marks.is_empty());
                marks.all(matching);
                if let Some((gone, exact)) = gone.filter(|(gone, _)| *gone > 0) {
                    self.say(let_go(matching, gone, exact), Tone::Warn);
                }
            }
            (Action::ClearMarks, _) => marks.clear(),
            _ => {}
        }
        Vec::new()
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

    /// Why a job failed on the row under the cursor, if one did and left it marked.
    pub fn row_failure(&self) -> Option<String> {
        let why = self.marks()?.why(self.row_to_mark()?.0)?;
        Some(tf("marks.failed", &[("why", why)]))
    }

    /// What a bulk action is for now: the marks, or else the cursor's row.
    pub fn targets(&self) -> Option<Targets> {
        if let Some(marks) = self.marks().filter(|marks| !marks.is_empty())
            && let Some(on) = marks.selection()
        {
            return Some(Targets { on, count: marks.count() });
        }
        let (id, _) = self.row_to_mark()?;
        Some(Targets { on: Selection::Ids { ids: vec![id] }, count: Some(1) })
    }
}

/// How many rows match the filter in force, when known.
fn known<R: Row>(list: &Listing<R>) -> Option<u64> {
    list.matching.filter(|_| !list.stale())
}

/// That marks outside the filter went as everything that matches was marked: a selection is rows, or
/// a filter, never both. How many may be known only at most.
fn let_go(matching: Option<u64>, gone: u64, exact: bool) -> String {
    let gone = tf(if exact { "marks.let-go" } else { "marks.let-go-most" }, &[("n", &count(gone))]);
    match matching {
        Some(n) => tf("marks.marked", &[("n", &count(n)), ("gone", &gone)]),
        None => tf("marks.marked-all", &[("gone", &gone)]),
    }
}
