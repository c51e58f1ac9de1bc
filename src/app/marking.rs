//! Marks in the panes that have them: the keys for them, and what they make of an action.

use super::{
    action::Action,
    effect::Effect,
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

/// Moves the cursor of a list, a range with it. While one is drawn, the ends of the list are those of
/// what was read: a range names its rows.
pub fn go<R: Markable>(list: &mut Listing<R>, marks: &mut Marks, movement: Move) -> Option<PageQuery> {
    let movement = match movement {
        Move::First if marks.ranging() => Move::By(isize::MIN + 1),
        Move::Last if marks.ranging() => Move::By(isize::MAX),
        other => other,
    };
    let from = list.cursor();
    let query = list.go(movement);
    if marks.ranging() {
        marks.drag(list.passed(from).map(Markable::number));
    }
    query
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
            Pane::Users => self.users.list.matching.filter(|_| !self.users.list.stale()),
            _ => self.invitations.list.matching.filter(|_| !self.invitations.list.stale()),
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
                return self.go(Move::By(1));
            }
            (Action::Range, _) => marks.range(id),
            (Action::MarkAll, _) => marks.all(matching),
            (Action::ClearMarks, _) => marks.clear(),
            _ => {}
        }
        Vec::new()
    }

    /// Says that a range ends with the rows that were read, where it is drawn to the end of the list.
    pub(super) fn range_end(&mut self, movement: Move) {
        let far = matches!(movement, Move::First | Move::Last) && self.marks().is_some_and(Marks::ranging);
        let whole = match self.pane() {
            Pane::Users => self.users.list.whole(),
            _ => self.invitations.list.whole(),
        };
        if far && !whole {
            let key = self.keymap.hint(Action::MarkAll).unwrap_or_default();
            self.say(tf("marks.far", &[("key", &key)]), Tone::Warn);
        }
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
