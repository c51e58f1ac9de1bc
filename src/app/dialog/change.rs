//! One change, row by row: what became of each, why, and what can be done about it.

use super::{Cx, Dialog, Outcome, ViewCx, change_export::ChangeExport, undo::Undo, words};
use crate::{
    api::{
        error::ApiError,
        wire::{Change, ChangeRow, ChangeState, PageQuery, Resume},
    },
    app::{
        action::{Action, Context},
        changes::{counts, hindrance, numbered_title, progress, row_reason, state, undo_hindrance, undone},
        effect::{Call, Effect, Reply, ReqId},
        format,
        key::Code,
        listing::{Listing, Move, Row},
        msg::Input,
        view::{Column, DialogView, Line, ListRow, ListView, Part, Tone, Width},
    },
    domain::{plan::RowOutcome, untrusted::visible},
    i18n::{t, tf},
    words::plan,
};
use unicode_width::UnicodeWidthStr;

impl Row for ChangeRow {
    type Id = u64;

    fn id(&self) -> u64 {
        self.row
    }
}

/// Columns for how a row ended, for its name, and for what it had before and after.
const RESULT: u16 = 10;
const NAME: u16 = 30;
const SIDES: u16 = 32;

/// Which rows are shown: the wire's name for their state, and the words for it; all first.
const SHOWN: [(&str, &str); 5] = [
    ("", "changes.rows-all"),
    ("failed", "changes.rows-failed"),
    ("skipped", "changes.rows-skipped"),
    ("done", "changes.rows-done"),
    ("pending", "changes.rows-pending"),
];

/// What is asked before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// Whether to go on with the pending rows.
    Resume,
    /// Whether to retry those that failed.
    Retry,
}

/// A change being looked at.
pub struct ChangeDialog {
    change: Change,
    rows: Listing<ChangeRow>,
    shown: usize,
    reading: Option<ReqId>,
    writing: Option<ReqId>,
    asking: Option<Asking>,
    error: Option<String>,
}

impl ChangeDialog {
    /// Of this change.
    pub fn new(change: Change) -> Self {
        let rows = Listing::new(&[]);
        Self { change, rows, shown: 0, reading: None, writing: None, asking: None, error: None }
    }

    /// Of this change, with a question at once.
    pub fn asking(change: Change, asking: Asking) -> Self {
        Self { asking: Some(asking), ..Self::new(change) }
    }

    fn read(&mut self, query: PageQuery, cx: &mut Cx<'_>) -> Vec<Effect> {
        let mut effects: Vec<Effect> = self.reading.take().map(Effect::Cancel).into_iter().collect();
        let query = PageQuery { filter: SHOWN[self.shown].0.to_owned(), ..query };
        let (id, effect) = cx.call(Call::ChangeRows(cx.workspace.id, self.change.id, query));
        self.reading = Some(id);
        effects.push(effect);
        effects
    }

    fn ahead(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let height = room(cx.size);
        self.rows.settle(height);
        match self.rows.ahead(height) {
            Some(query) => self.read(query, cx),
            None => Vec::new(),
        }
    }

    fn write(&mut self, call: Call, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.error = None;
        let (id, effect) = cx.call(call);
        self.writing = Some(id);
        vec![effect]
    }

    /// Why something cannot be done with the change now, if so.
    fn hindrance(&self, action: Action, readonly: bool) -> Option<String> {
        let running = self.change.state == ChangeState::Running;
        let key = match action {
            _ if action.mutates() && readonly => Some("able.readonly"),
            Action::StopChange if !running => Some("able.no-change-at-work"),
            Action::Undo => return undo_hindrance(&self.change),
            _ => hindrance(&self.change, action),
        };
        key.map(|key| t(key).to_owned())
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome {
        if let Some(why) = self.hindrance(action, cx.readonly) {
            self.error = Some(why);
            return Outcome::Stay(Vec::new());
        }
        let (workspace, change) = (cx.workspace.id, self.change.id);
        Outcome::Stay(match action {
            Action::ResumeChange => {
                self.asking = Some(Asking::Resume);
                Vec::new()
            }
            Action::RetryChange => {
                self.asking = Some(Asking::Retry);
                Vec::new()
            }
            Action::StopChange => self.write(Call::StopChange(workspace, change), cx),
            Action::ChangeRows => {
                self.shown = (self.shown + 1) % SHOWN.len();
                let query = self.rows.fresh();
                self.read(query, cx)
            }
            Action::Undo => return Outcome::Push(Box::new(Undo::of(self.change.clone()))),
            Action::ExportChange => {
                return Outcome::Push(Box::new(ChangeExport::new(&self.change, cx.workspace, cx.now)));
            }
            _ => Vec::new(),
        })
    }

    fn go(&mut self, movement: Move, cx: &mut Cx<'_>) -> Outcome {
        let effects = match self.rows.go(movement) {
            Some(query) => self.read(query, cx),
            None => self.ahead(cx),
        };
        Outcome::Stay(effects)
    }
}

/// Rows of the list that are on screen.
fn room(size: (u16, u16)) -> usize {
    usize::from(size.1).saturating_sub(15).max(3)
}

impl Dialog for ChangeDialog {
    fn context(&self) -> Context {
        Context::Changes
    }

    fn open(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let query = self.rows.fresh();
        self.read(query, cx)
    }

    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome {
        self.error = None;
        if let Some(asking) = self.asking.take() {
            if !input.confirms() || self.writing.is_some() {
                return Outcome::Stay(Vec::new());
            }
            let resume = Resume { failed: asking == Asking::Retry };
            return Outcome::Stay(self.write(Call::ResumeChange(cx.workspace.id, self.change.id, resume), cx));
        }
        let page = isize::try_from(room(cx.size)).unwrap_or(isize::MAX);
        match (input.action, input.key.code) {
            (Some(Action::Close), _) | (None, Code::Esc) => Outcome::Close,
            (Some(Action::Up), _) | (None, Code::Up) => self.go(Move::By(-1), cx),
            (Some(Action::Down), _) | (None, Code::Down) => self.go(Move::By(1), cx),
            (Some(Action::PageUp), _) | (None, Code::PageUp) => self.go(Move::By(-page), cx),
            (Some(Action::PageDown), _) | (None, Code::PageDown) => self.go(Move::By(page), cx),
            (Some(Action::First), _) | (None, Code::Home) => self.go(Move::First, cx),
            (Some(Action::Last), _) | (None, Code::End) => self.go(Move::Last, cx),
            (Some(Action::Copy), _) => {
                let copied = self.rows.current().map(|row| match &row.link {
                    Some(link) => visible(link),
                    None => row.name.to_string(),
                });
                Outcome::Stay(copied.map(Effect::Copy).into_iter().collect())
            }
            (Some(action), _) => self.act(action, cx),
            _ => Outcome::Stay(Vec::new()),
        }
    }

    fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        if self.reading.take_if(|reading| *reading == id).is_some() {
            match reply {
                Ok(Reply::ChangeRows(page)) => self.rows.take(page.clone()),
                Ok(_) => self.rows.failed(),
                Err(e) => {
                    self.rows.failed();
                    self.error = Some(words::failure(e, cx.workspace));
                    return Outcome::Stay(Vec::new());
                }
            }
            return Outcome::Stay(self.ahead(cx));
        }
        if self.writing.take_if(|writing| *writing == id).is_some()
            && let Err(e) = reply
        {
            self.error = Some(words::failure(e, cx.workspace));
        }
        Outcome::Stay(Vec::new())
    }

    fn change_told(&mut self, change: &Change, cx: &mut Cx<'_>) -> Vec<Effect> {
        if change.id != self.change.id {
            return Vec::new();
        }
        let turned = self.change.state != change.state;
        self.change.clone_from(change);
        // While it is at work the numbers above tell; rows are read again when it turns.
        if !turned {
            return Vec::new();
        }
        let query = self.rows.again();
        self.read(query, cx)
    }

    fn resumed(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let query = self.rows.again();
        self.read(query, cx)
    }

    fn view(&self, cx: &ViewCx<'_>) -> DialogView {
        let mut parts = vec![Part::Text(self.intro(cx)), Part::List(self.list(room(cx.size), cx))];
        if let Some(asking) = self.asking {
            let (key, n) = match asking {
                Asking::Resume if self.change.elsewhere => ("changes.ask-resume-elsewhere", self.change.pending()),
                Asking::Resume => ("changes.ask-resume", self.change.pending()),
                Asking::Retry => ("changes.ask-retry", self.change.failed),
            };
            parts.push(Part::Text(vec![Line::toned(tf(key, &[("n", &format::count(n))]), Tone::Warn)]));
        } else {
            // The list may have cut it. There is a line for it where there is none as well, so that nothing moves.
            let said = self.rows.current().map(|row| in_full(row, cx)).unwrap_or_default();
            parts.push(Part::Text(vec![Line::toned(said, Tone::Dim)]));
        }
        DialogView {
            title: numbered_title(&self.change, cx.workspace, cx.now),
            aside: Some(t(SHOWN[self.shown].1).to_owned()),
            width: Width::Wide,
            parts,
            hints: self.hints(),
            pending: self.writing.map(|_| t("dialog.pending").to_owned()),
            error: self.error.clone(),
        }
    }
}

impl ChangeDialog {
    fn hints(&self) -> Vec<(Action, Option<String>)> {
        if self.asking.is_some() {
            return vec![
                (Action::Confirm, Some(t("dialog.yes").to_owned())),
                (Action::Close, Some(t("dialog.no").to_owned())),
            ];
        }
        let offered = [
            Action::StopChange,
            Action::ResumeChange,
            Action::RetryChange,
            Action::Undo,
            Action::ExportChange,
            Action::ChangeRows,
        ];
        let able = |action: &Action| self.hindrance(*action, false).is_none();
        let mut hints: Vec<_> = offered.into_iter().filter(able).map(|action| (action, None)).collect();
        let copies = self.rows.current().and_then(|row| row.link.as_ref()).map(|_| t("dialog.link.copy").to_owned());
        hints.push((Action::Copy, copies));
        hints.push((Action::Close, None));
        hints
    }

    fn intro(&self, cx: &ViewCx<'_>) -> Vec<Line> {
        let change = &self.change;
        let who = tf("changes.made", &[("by", &change.actor), ("when", &format::relative(change.created_at, cx.now))]);
        let (state, tone) = match change.state {
            ChangeState::Running => (format!("{} {}", state(change), progress(change)), Tone::Accent),
            ChangeState::Stopped => (format!("{} {}", state(change), progress(change)), Tone::Warn),
            ChangeState::Done => {
                (std::iter::once(counts(change)).chain(undone(change)).collect::<Vec<_>>().join(" · "), Tone::Plain)
            }
        };
        let mut lines = vec![Line::toned(state, tone).and(format!("   {who}"), Tone::Dim)];
        if let Some(trouble) = &change.trouble {
            lines.push(Line::toned(trouble.to_string(), Tone::Bad));
        }
        if let Some(reason) = &change.reason {
            lines.push(Line::toned(tf("changes.reason", &[("reason", reason)]), Tone::Dim));
        }
        lines
    }

    fn list(&self, room: usize, cx: &ViewCx<'_>) -> ListView {
        let list = &self.rows;
        let rows: Vec<(bool, ListRow)> = list.visible(room).map(|(on, row)| (on, drawn(row, cx))).collect();
        let here = rows.iter().position(|(on, _)| *on);
        let cursor = list.position().and_then(|at| usize::try_from(at).ok()).or(here).filter(|_| here.is_some());
        let first = cursor.unwrap_or(0).saturating_sub(here.unwrap_or(0));
        let total = match self.shown {
            0 => self.change.total + self.change.left_out,
            1 => self.change.failed,
            2 => self.change.skipped + self.change.left_out,
            3 => self.change.done,
            _ => self.change.pending(),
        };
        let column = |key, width| Column { title: t(key).to_owned(), width, tail: false };
        let empty = t(if list.seen() { "changes.no-rows" } else { "dialog.loading" });
        let shown = first + rows.len();
        let mut rows: Vec<ListRow> = rows.into_iter().map(|(_, row)| row).collect();
        if rows.is_empty() {
            rows.push(ListRow { cells: vec![Line::toned(empty, Tone::Dim)], ..ListRow::default() });
        }
        // As tall as with all rows, whichever of them are shown.
        let all = usize::try_from(self.change.total + self.change.left_out).unwrap_or(usize::MAX);
        rows.resize(rows.len().max(room.min(all)), ListRow::default());
        ListView {
            columns: vec![
                column("changes.result", RESULT),
                column("changes.row-name", NAME),
                column("changes.row-sides", SIDES),
                column("changes.row-reason", 20),
            ],
            total: usize::try_from(total).unwrap_or(usize::MAX).max(shown),
            rows,
            first,
            cursor,
            ..ListView::default()
        }
    }
}

/// What the list may have cut of a row.
fn in_full(row: &ChangeRow, cx: &ViewCx<'_>) -> String {
    let cut = |text: String, room: u16| Some(text).filter(|text| text.width() > usize::from(room));
    let name = cut(row.name.to_string(), NAME);
    let sides = cut(sides(row, cx), SIDES);
    name.into_iter().chain(sides).chain(row_reason(row, cx.workspace)).collect::<Vec<_>>().join(": ")
}

fn sides(row: &ChangeRow, cx: &ViewCx<'_>) -> String {
    plan::sides(&row.before, &row.after, cx.workspace, cx.now)
}

fn drawn(row: &ChangeRow, cx: &ViewCx<'_>) -> ListRow {
    let (key, tone) = match row.outcome {
        None => ("changes.row-pending", Tone::Dim),
        Some(RowOutcome::Done) => ("changes.row-done-mark", Tone::Good),
        Some(RowOutcome::Failed { .. }) => ("changes.row-failed-mark", Tone::Bad),
        Some(RowOutcome::Skipped { .. }) => ("changes.row-skipped", Tone::Warn),
        Some(RowOutcome::Unchanged) => ("changes.row-unchanged", Tone::Dim),
    };
    let note = match (row_reason(row, cx.workspace), &row.link) {
        (Some(reason), _) => Line::plain(reason),
        (None, Some(link)) => Line::toned(visible(link), Tone::Accent),
        (None, None) => Line::default(),
    };
    let cells = vec![Line::toned(t(key), tone), Line::plain(row.name.to_string()), Line::plain(sides(row, cx)), note];
    ListRow { cells, ..ListRow::default() }
}
