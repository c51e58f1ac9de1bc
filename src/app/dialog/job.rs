//! One job, row by row: what became of each, why, and what can be done about it.

use super::{Cx, Dialog, Outcome, ViewCx, job_export::JobExport, plan::PlanDialog};
use crate::{
    api::{
        error::ApiError,
        wire::{Job, JobRow, JobState, PageQuery, Resume, RowState},
    },
    app::{
        action::{Action, Context},
        effect::{Call, Effect, Reply, ReqId},
        format,
        jobs::{counts, hindrance, named, progress, stands, undone},
        key::Code,
        listing::{Listing, Move, Row},
        msg::Input,
        view::{Column, DialogView, Line, ListRow, ListView, Part, Tone, Width},
    },
    domain::untrusted::visible,
    i18n::{t, tf},
};
use unicode_width::UnicodeWidthStr;

impl Row for JobRow {
    type Id = u64;

    fn id(&self) -> u64 {
        self.row
    }
}

/// Columns for the name of a row.
const NAME: u16 = 32;

/// Which rows are shown: the wire's name for their state, and the words for it; all first.
const SHOWN: [(&str, &str); 6] = [
    ("", "jobs.rows-all"),
    ("failed", "jobs.rows-failed"),
    ("skipped", "jobs.rows-skipped"),
    ("applied", "jobs.rows-applied"),
    ("waiting", "jobs.rows-waiting"),
    ("left_out", "jobs.rows-left-out"),
];

/// What is asked before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// Whether to go on with the rows that wait.
    Resume,
    /// Whether to try those again that failed.
    Retry,
}

/// A job being looked at.
pub struct JobDialog {
    job: Job,
    rows: Listing<JobRow>,
    shown: usize,
    reading: Option<ReqId>,
    writing: Option<ReqId>,
    asking: Option<Asking>,
    error: Option<String>,
}

impl JobDialog {
    /// Of this job.
    pub fn new(job: Job) -> Self {
        let rows = Listing::new(&[]);
        Self { job, rows, shown: 0, reading: None, writing: None, asking: None, error: None }
    }

    /// Of this job, with a question at once.
    pub fn asking(job: Job, asking: Asking) -> Self {
        Self { asking: Some(asking), ..Self::new(job) }
    }

    fn read(&mut self, query: PageQuery, cx: &mut Cx<'_>) -> Vec<Effect> {
        let mut effects: Vec<Effect> = self.reading.take().map(Effect::Cancel).into_iter().collect();
        let query = PageQuery { filter: SHOWN[self.shown].0.to_owned(), ..query };
        let (id, effect) = cx.call(Call::JobRows(cx.workspace.id, self.job.id, query));
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

    /// Why something cannot be done with the job now, if so.
    fn hindrance(&self, action: Action, readonly: bool) -> Option<&'static str> {
        let running = self.job.state == JobState::Running;
        match action {
            _ if action.mutates() && readonly => Some("able.readonly"),
            Action::StopJob if !running => Some("able.no-job-at-work"),
            Action::Undo if !self.job.undoable() => Some("able.nothing-to-undo"),
            _ => hindrance(&self.job, action),
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome {
        if let Some(why) = self.hindrance(action, cx.readonly) {
            self.error = Some(t(why).to_owned());
            return Outcome::Stay(Vec::new());
        }
        let (workspace, job) = (cx.workspace.id, self.job.id);
        Outcome::Stay(match action {
            Action::ResumeJob => {
                self.asking = Some(Asking::Resume);
                Vec::new()
            }
            Action::RetryJob => {
                self.asking = Some(Asking::Retry);
                Vec::new()
            }
            Action::StopJob => self.write(Call::StopJob(workspace, job), cx),
            Action::JobRows => {
                self.shown = (self.shown + 1) % SHOWN.len();
                let query = self.rows.fresh();
                self.read(query, cx)
            }
            Action::Undo => return Outcome::Push(Box::new(PlanDialog::undo(&self.job))),
            Action::ExportJob => return Outcome::Push(Box::new(JobExport::new(&self.job))),
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

impl Dialog for JobDialog {
    fn context(&self) -> Context {
        Context::Jobs
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
            return Outcome::Stay(self.write(Call::ResumeJob(cx.workspace.id, self.job.id, resume), cx));
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
                Ok(Reply::JobRows(page)) => self.rows.take(page.clone()),
                Ok(_) => self.rows.failed(),
                Err(e) => {
                    self.rows.failed();
                    self.error = Some(visible(&e.to_string()));
                    return Outcome::Stay(Vec::new());
                }
            }
            return Outcome::Stay(self.ahead(cx));
        }
        if self.writing.take_if(|writing| *writing == id).is_some()
            && let Err(e) = reply
        {
            self.error = Some(visible(&e.to_string()));
        }
        Outcome::Stay(Vec::new())
    }

    fn job_told(&mut self, job: &Job, cx: &mut Cx<'_>) -> Vec<Effect> {
        if job.id != self.job.id {
            return Vec::new();
        }
        let turned = self.job.state != job.state;
        self.job.clone_from(job);
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
        let mut parts = vec![Part::Text(self.intro(cx)), Part::List(self.list(room(cx.size)))];
        if let Some(asking) = self.asking {
            let (key, n) = match asking {
                Asking::Resume if self.job.elsewhere => ("jobs.ask-resume-elsewhere", self.job.waiting()),
                Asking::Resume => ("jobs.ask-resume", self.job.waiting()),
                Asking::Retry => ("jobs.ask-retry", self.job.failed),
            };
            parts.push(Part::Text(vec![Line::toned(tf(key, &[("n", &format::count(n))]), Tone::Warn)]));
        } else {
            // The list may have cut it. There is a line for it where there is none as well, so that nothing moves.
            let said = self.rows.current().map(in_full).unwrap_or_default();
            parts.push(Part::Text(vec![Line::toned(said, Tone::Dim)]));
        }
        DialogView {
            title: named(&self.job),
            aside: Some(t(SHOWN[self.shown].1).to_owned()),
            width: Width::Wide,
            parts,
            hints: self.hints(),
            pending: self.writing.map(|_| t("dialog.pending").to_owned()),
            error: self.error.clone(),
        }
    }
}

impl JobDialog {
    fn hints(&self) -> Vec<(Action, Option<String>)> {
        if self.asking.is_some() {
            return vec![
                (Action::Confirm, Some(t("dialog.yes").to_owned())),
                (Action::Close, Some(t("dialog.no").to_owned())),
            ];
        }
        let offered =
            [Action::StopJob, Action::ResumeJob, Action::RetryJob, Action::Undo, Action::ExportJob, Action::JobRows];
        let able = |action: &Action| self.hindrance(*action, false).is_none();
        let mut hints: Vec<_> = offered.into_iter().filter(able).map(|action| (action, None)).collect();
        let copies = self.rows.current().and_then(|row| row.link.as_ref()).map(|_| t("dialog.link.copy").to_owned());
        hints.push((Action::Copy, copies));
        hints.push((Action::Close, None));
        hints
    }

    fn intro(&self, cx: &ViewCx<'_>) -> Vec<Line> {
        let job = &self.job;
        let who = tf("jobs.made", &[("by", &job.actor), ("when", &format::relative(job.created_at, cx.now))]);
        let (state, tone) = match job.state {
            JobState::Running => (format!("{} {}", stands(job), progress(job)), Tone::Accent),
            JobState::Stopped => (format!("{} {}", stands(job), progress(job)), Tone::Warn),
            JobState::Done => {
                (std::iter::once(counts(job)).chain(undone(job)).collect::<Vec<_>>().join(" · "), Tone::Plain)
            }
        };
        let mut lines = vec![Line::toned(state, tone).and(format!("   {who}"), Tone::Dim)];
        if let Some(trouble) = &job.trouble {
            lines.push(Line::toned(trouble.to_string(), Tone::Bad));
        }
        if let Some(reason) = &job.reason {
            lines.push(Line::toned(tf("jobs.reason", &[("reason", reason)]), Tone::Dim));
        }
        lines
    }

    fn list(&self, room: usize) -> ListView {
        let list = &self.rows;
        let rows: Vec<(bool, ListRow)> = list.visible(room).map(|(on, row)| (on, drawn(row))).collect();
        let here = rows.iter().position(|(on, _)| *on);
        let cursor = list.position().and_then(|at| usize::try_from(at).ok()).or(here).filter(|_| here.is_some());
        let first = cursor.unwrap_or(0).saturating_sub(here.unwrap_or(0));
        let total = match self.shown {
            0 => self.job.total + self.job.left_out,
            1 => self.job.failed,
            2 => self.job.skipped,
            3 => self.job.applied,
            5 => self.job.left_out,
            _ => self.job.waiting(),
        };
        let empty = t(if list.seen() { "jobs.no-rows" } else { "dialog.loading" });
        let shown = first + rows.len();
        let mut rows: Vec<ListRow> = rows.into_iter().map(|(_, row)| row).collect();
        if rows.is_empty() {
            rows.push(ListRow { cells: vec![Line::toned(empty, Tone::Dim)], ..ListRow::default() });
        }
        // As tall as with all rows, whichever of them are shown.
        let all = usize::try_from(self.job.total + self.job.left_out).unwrap_or(usize::MAX);
        rows.resize(rows.len().max(room.min(all)), ListRow::default());
        ListView {
            columns: vec![
                Column { title: t("jobs.result").to_owned(), width: 10, tail: false },
                Column { title: t("jobs.row-name").to_owned(), width: NAME, tail: false },
                Column { title: t("jobs.row-reason").to_owned(), width: 28, tail: false },
            ],
            total: usize::try_from(total).unwrap_or(usize::MAX).max(shown),
            rows,
            first,
            cursor,
            ..ListView::default()
        }
    }
}

/// What the list may have cut of a row: its reason, and its name where that is long.
fn in_full(row: &JobRow) -> String {
    let name = Some(row.name.to_string()).filter(|name| name.width() > usize::from(NAME));
    let reason = row.reason.as_ref().map(ToString::to_string);
    name.into_iter().chain(reason).collect::<Vec<_>>().join(": ")
}

fn drawn(row: &JobRow) -> ListRow {
    let (key, tone) = match row.state {
        RowState::Waiting => ("jobs.row-waiting", Tone::Dim),
        RowState::Applied => ("jobs.row-applied", Tone::Good),
        RowState::Failed => ("jobs.row-failed", Tone::Bad),
        RowState::Skipped => ("jobs.row-skipped", Tone::Warn),
        RowState::LeftOut => ("jobs.row-left-out", Tone::Dim),
    };
    let note = match (&row.reason, &row.link) {
        (Some(reason), _) => Line::plain(reason.to_string()),
        (None, Some(link)) => Line::toned(visible(link), Tone::Accent),
        (None, None) => Line::default(),
    };
    ListRow { cells: vec![Line::toned(t(key), tone), Line::plain(row.name.to_string()), note], ..ListRow::default() }
}
