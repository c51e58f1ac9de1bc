//! Changes as the console follows them: what it watches, what it says of them, what their failures leave
//! marked.

use super::{
    action::{Action, Context},
    effect::{Call, Effect},
    format::{count, place, span},
    requests::Want,
    state::{App, Pane},
    view::Tone,
};
use crate::{
    api::{
        error::ApiError,
        wire::{Change, ChangeRow, ChangeState, MAX_PAGE, Page, PageQuery},
    },
    domain::{id::ChangeId, plan::RowOutcome, time::Timestamp},
    i18n::{t, tf},
    words::{
        self, Labels, Stage,
        change::{Title, Undone},
    },
};

/// Cells of a bar.
const BAR: u64 = 10;

/// What a change does: `Role → Viewer, role:marketer`, `Undo 3: Role → Viewer`.
pub fn title(change: &Change, labels: &dyn Labels, now: Timestamp) -> String {
    let origin = change.origin.as_ref();
    let undo = origin.map(|of| Undone { change: of.change, again: of.again, action: Some(&of.action) });
    titled(change, undo, labels, now)
}

/// The same where an undo has no room for what it undoes: `Undo 3`.
pub fn short_title(change: &Change, labels: &dyn Labels, now: Timestamp) -> String {
    let origin = change.origin.as_ref();
    let undo = origin.map(|of| Undone { change: of.change, again: of.again, action: None });
    titled(change, undo, labels, now)
}

/// What undoing a change does: `Undo 3: Role → Viewer`, and where that is an undo itself `Redo 3: Role → Viewer`.
pub fn undo_title(change: &Change, labels: &dyn Labels, now: Timestamp) -> String {
    let undo = match &change.origin {
        None => Undone { change: change.id, again: false, action: Some(&change.action) },
        Some(of) => Undone { change: of.change, again: !of.again, action: Some(&of.action) },
    };
    titled(change, Some(undo), labels, now)
}

fn titled(change: &Change, undo: Option<Undone<'_>>, labels: &dyn Labels, now: Timestamp) -> String {
    let of = Title {
        action: &change.action,
        comes: &change.what,
        goes: &change.goes,
        name: change.name.as_ref(),
        filter: change.filter.as_ref(),
        undo,
    };
    words::change::title(&of, labels, now)
}

/// A change with its number: `Change 12 · Role → Viewer`.
pub fn numbered_title(change: &Change, labels: &dyn Labels, now: Timestamp) -> String {
    tf("changes.named", &[("change", &change.id), ("what", &title(change, labels, now))])
}

/// The word for a change's state. Of one that another process was last seen at work on, nobody knows yet whether that
/// was killed since.
pub fn state(change: &Change) -> &'static str {
    match change.state {
        ChangeState::Running if change.elsewhere => t("changes.state-elsewhere"),
        ChangeState::Running => t("changes.running"),
        ChangeState::Stopped => t("changes.state-stopped"),
        ChangeState::Done => t("changes.state-done"),
    }
}

/// What undid a change: `undone by 6`. Whether all of it is undone is for that one to say.
pub fn undone(change: &Change) -> Option<String> {
    let by = change.undone_by.filter(|_| change.state == ChangeState::Done)?;
    Some(tf("changes.undone-by", &[("change", &by)]))
}

/// How far a change is: `312/500 · 140/s · 1 s left · 2 failed`.
pub fn progress(change: &Change) -> String {
    let mut parts = vec![place(change.settled(), change.total)];
    if let Some(rate) = change.per_second.filter(|rate| *rate > 0 && change.state == ChangeState::Running) {
        parts.push(tf("changes.rate", &[("n", &count(u64::from(rate)))]));
        let left = span(i64::try_from(change.pending().div_ceil(u64::from(rate))).unwrap_or(i64::MAX));
        parts.push(tf("changes.left", &[("span", &left)]));
    }
    parts
        .extend([some("changes.failed", change.failed), some("changes.skipped", change.skipped)].into_iter().flatten());
    parts.join(" · ")
}

/// What became of a change's rows: `310 done · 2 failed · 188 pending`; of its one row, that row's state.
pub fn counts(change: &Change) -> String {
    if change.total + change.left_out == 1 {
        return match (change.done, change.failed, change.skipped) {
            (1, ..) => t("changes.row-done"),
            (_, 1, _) => t("changes.row-failed"),
            (_, _, 1) => t("changes.row-skipped"),
            _ => t("changes.row-pending"),
        }
        .to_owned();
    }
    let counts = [
        Some(tf("changes.done", &[("n", &count(change.done))])),
        some("changes.failed", change.failed),
        some("changes.skipped", change.skipped),
        some("changes.left-out", change.left_out),
        some("changes.pending", change.pending()),
    ];
    counts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// How a change ended, or how far it is: `done`, `17 done · 1 failed`, `done · undone by 215`, `running 40%`.
pub fn result(change: &Change) -> (String, Tone) {
    let percent = (change.settled() * 100).checked_div(change.total).unwrap_or(100);
    let all_done = change.failed + change.skipped == 0;
    match (change.state, undone(change)) {
        (ChangeState::Running, _) if change.elsewhere => (state(change).to_owned(), Tone::Accent),
        (ChangeState::Running, _) => (format!("{} {percent}%", state(change)), Tone::Accent),
        (ChangeState::Stopped, _) => (format!("{} {percent}%", state(change)), Tone::Warn),
        (ChangeState::Done, undone) => {
            let said =
                if all_done { state(change).to_owned() } else { counts(&Change { left_out: 0, ..change.clone() }) };
            match undone {
                Some(undone) if all_done => (format!("{said} · {undone}"), Tone::Dim),
                Some(undone) => (format!("{undone} · {said}"), Tone::Dim),
                None => (said, if all_done { Tone::Plain } else { Tone::Warn }),
            }
        }
    }
}

/// So many, where there are any.
fn some(key: &'static str, n: u64) -> Option<String> {
    (n > 0).then(|| tf(key, &[("n", &count(n))]))
}

/// How far a change is, as a bar of cells that are full or left.
pub fn bar(change: &Change, [full, left]: [&str; 2]) -> String {
    let done = (change.settled() * BAR).checked_div(change.total).unwrap_or(BAR);
    (0..BAR).map(|cell| if cell < done { full } else { left }).collect()
}

/// The columns of an exported row.
pub const FIELDS: [&str; 7] = ["row", "name", "state", "reason", "before", "after", "link"];

/// A row of a change as a table has it.
pub fn record(row: &ChangeRow, labels: &dyn Labels, now: Timestamp) -> [String; 7] {
    [
        row.row.to_string(),
        row.name.raw().to_owned(),
        row.state().to_owned(),
        row_reason(row, labels).unwrap_or_default(),
        words::things(&row.before, labels, now),
        words::things(&row.after, labels, now),
        row.link.clone().unwrap_or_default(),
    ]
}

/// Why a row is not done.
pub fn row_reason(row: &ChangeRow, labels: &dyn Labels) -> Option<String> {
    row.outcome.as_ref().and_then(RowOutcome::why).map(|why| words::refusal(why, labels))
}

/// How a row ended, with the reason where it is not done.
pub fn row_result(row: &ChangeRow, labels: &dyn Labels) -> String {
    let ended = row.outcome.as_ref().map(|outcome| words::outcome(outcome, Stage::Change, labels));
    ended.unwrap_or_else(|| t("changes.row-pending").to_owned())
}

/// Why a change cannot be resumed or retried now, if so.
pub fn hindrance(change: &Change, action: Action) -> Option<&'static str> {
    match (action, change.state) {
        (Action::ResumeChange | Action::RetryChange, _) if !change.mine => Some("able.not-my-change"),
        // Whoever is at work on it may have been killed a moment ago. If not, both go on, each with other rows.
        (Action::ResumeChange, ChangeState::Running) if change.elsewhere => None,
        (Action::ResumeChange | Action::RetryChange, ChangeState::Running) => Some("able.change-at-work"),
        (Action::ResumeChange, ChangeState::Done) => Some("able.not-stopped"),
        (Action::RetryChange, _) if change.failed == 0 => Some("able.nothing-failed"),
        _ => None,
    }
}

/// Why a change cannot be undone, if so.
pub fn undo_hindrance(change: &Change) -> Option<String> {
    if let Some(by) = change.undone_by {
        return Some(tf("able.undone", &[("change", &change.id), ("by", &by)]));
    }
    let key = match change.state {
        ChangeState::Running => "able.change-at-work",
        _ if change.done == 0 => "able.nothing-to-undo",
        _ if !change.reversible => "able.irreversible",
        _ => return None,
    };
    Some(tf(key, &[("change", &change.id)]))
}

impl App {
    /// A change was begun from a dialog.
    pub(super) fn change_started(&mut self, change: Change) -> Vec<Effect> {
        // Its rows need no marks any more.
        let of_marks = change.undoes.is_none() && self.changes.marks_of(&change) == Some(self.pane());
        if let Some(marks) = self.marks_mut().filter(|_| of_marks) {
            marks.clear();
        }
        let told = self.changes.has_ended(&change);
        let mut effects = self.change_told(change.clone());
        if told {
            // Said before, while its dialog was open: the key that closed the dialog took it away.
            self.tell_end(&change);
        }
        effects.extend(self.read_changes());
        effects
    }

    /// How a change stands now.
    pub(super) fn change_told(&mut self, change: Change) -> Vec<Effect> {
        let known = self.changes.running.iter().any(|other| other.id == change.id);
        let ended = self.changes.tell(&change);
        let mut effects = self.tell_dialogs(&change);
        if change.state == ChangeState::Running && !known {
            effects.push(Effect::Watch(self.workspace.id, change.id));
        }
        if ended {
            effects.extend(self.change_ended(&change));
        }
        effects
    }

    fn change_ended(&mut self, change: &Change) -> Vec<Effect> {
        self.tell_end(change);
        self.making.done(change);
        let mut effects = self.refresh();
        if self.marks_failures(change) {
            effects.extend(self.read_failures(change.id, None));
        }
        effects
    }

    /// Whether the rows that a change failed on are marked; its only row needs no mark.
    fn marks_failures(&self, change: &Change) -> bool {
        change.failed > 0 && change.total > 1 && self.changes.marks_of(change).is_some()
    }

    /// Says in the footer what was done, and how it is undone.
    fn tell_end(&mut self, change: &Change) {
        // Where changes are listed, the key is about the one under the cursor.
        let meant = self.pane() != Pane::Changes || self.change_under().is_some_and(|one| one.id == change.id);
        let undoable = change.undoable() && meant;
        let (key, tone) = match change.state {
            ChangeState::Stopped if undoable => ("changes.stopped", Tone::Warn),
            ChangeState::Stopped => ("changes.stopped-final", Tone::Warn),
            _ if self.marks_failures(change) => ("changes.ended-failed", Tone::Warn),
            _ if change.failed > 0 => ("changes.ended-unmarked", Tone::Warn),
            _ if undoable => ("changes.ended", Tone::Good),
            _ if change.done > 0 && !change.reversible => ("changes.ended-final", Tone::Good),
            _ => ("changes.ended-plain", Tone::Good),
        };
        let undo = self.keymap.hint(Action::Undo).unwrap_or_default();
        let screen = self.keymap.hint(Action::ScreenChanges).unwrap_or_default();
        let (what, counts) = (title(change, &self.workspace, self.now), counts(change));
        let names: [(&str, &dyn std::fmt::Display); 4] =
            [("what", &what), ("counts", &counts), ("undo", &undo), ("screen", &screen)];
        let mut said = tf(key, &names);
        // A dialog has the keys; that of a change has these as well.
        let named_keys = !matches!(key, "changes.ended-final" | "changes.ended-plain");
        if named_keys && !self.stack.is_empty() && !self.stack.contexts().contains(&Context::Changes) {
            said = tf("changes.once-closed", &[("said", &said)]);
        }
        self.say(said, tone);
    }

    /// A change is not watched any more: it is looked for again when the backend answers.
    pub(super) fn change_unwatched(&mut self, change: ChangeId, error: &ApiError) -> Vec<Effect> {
        self.changes.running.retain(|other| other.id != change);
        let mut effects = self.connected(Some(error));
        if !matches!(error, ApiError::Offline(_) | ApiError::Limited(_) | ApiError::Unauthorised) {
            effects.extend(self.read_changes());
        }
        effects
    }

    /// Changes came: one's own at work are followed, and what was stopped is told once.
    pub(super) fn changes_came(&mut self, page: Page<Change>) -> Vec<Effect> {
        self.changes.take(page);
        let own = || self.changes.list.rows().filter(|change| change.mine);
        let running: Vec<Change> = own().filter(|change| change.state == ChangeState::Running).cloned().collect();
        let stopped = own().find(|change| change.state == ChangeState::Stopped && !change.stop_asked);
        let stopped = stopped.map(|change| (title(change, &self.workspace, self.now), progress(change)));
        if !std::mem::replace(&mut self.changes.told, true)
            && let Some((what, progress)) = stopped
        {
            self.tell_interrupted(&what, &progress);
        }
        let mut effects = Vec::new();
        for change in running.into_iter().rev() {
            if !self.changes.running.iter().any(|known| known.id == change.id) {
                effects.push(Effect::Watch(self.workspace.id, change.id));
                self.changes.running.push(change);
            }
        }
        effects
    }

    /// Says what an earlier run left behind, and the way to it.
    fn tell_interrupted(&mut self, what: &str, progress: &str) {
        let key = |action| self.keymap.hint(action).unwrap_or_default();
        let (screen, resume) = (key(Action::ScreenChanges), key(Action::ResumeChange));
        let values: [(&str, &dyn std::fmt::Display); 4] =
            [("what", &what), ("progress", &progress), ("screen", &screen), ("resume", &resume)];
        self.say(tf("changes.interrupted", &values), Tone::Warn);
    }

    /// Asks for the rows that a change failed on.
    fn read_failures(&mut self, change: ChangeId, after: Option<String>) -> Vec<Effect> {
        let query = PageQuery { filter: "failed".into(), after, limit: Some(MAX_PAGE), ..PageQuery::default() };
        self.ask(Want::Failures(change), Call::ChangeRows(self.workspace.id, change, query))
    }

    /// Rows that a change failed on: they are marked, each with its reason.
    pub(super) fn failures_came(&mut self, change: ChangeId, page: &Page<ChangeRow>) -> Vec<Effect> {
        let pane = self.changes.known(change).and_then(|change| self.changes.marks_of(change));
        let marks = match pane {
            Some(Pane::Users) => &mut self.users.marks,
            Some(_) => &mut self.invitations.marks,
            None => return Vec::new(),
        };
        let failed = |row: &ChangeRow| Some((row.target?, row.outcome.as_ref()?.why()?.clone()));
        marks.failed(page.items.iter().filter_map(failed));
        match &page.after {
            Some(after) => self.read_failures(change, Some(after.clone())),
            None => self.count_marked(),
        }
    }

    /// The change that stopping, details and undo are about where the cursor is on none.
    pub fn change_under(&self) -> Option<&Change> {
        self.changes.under().filter(|_| self.pane() == Pane::Changes)
    }

    /// Stops the change under the cursor, or the one at work.
    pub(super) fn stop_change(&mut self) -> Vec<Effect> {
        let change = self.change_under().or(self.changes.at_work()).map(|change| change.id);
        match change {
            Some(change) => self.ask(Want::Change, Call::StopChange(self.workspace.id, change)),
            None => Vec::new(),
        }
    }
}
