//! How a change ended: its rows as data, its end in words and as an exit code.

use super::{
    args::Format,
    exit::{Exit, Failure},
    output::{self, Row, say},
    session::Session,
};
use crate::{
    api::{
        backend::{Backend, every},
        wire::{Change, ChangeRow, ChangeState, PageQuery, Workspace},
    },
    app::{
        changes::{counts, undone},
        format,
    },
    domain::{plan::RowOutcome, time::Timestamp, untrusted::visible},
    i18n::{t, tf},
    words::{self, Labels, Stage, change::title},
};
use serde::Serialize;
use std::collections::HashMap;

/// Outcomes that are told, each with its reason.
const TOLD: usize = 20;

/// Of rows with the same outcome, how many are named.
const NAMED: usize = 3;

/// Prints a change's rows, says how it ended, and answers the exit code for it.
pub async fn report<B: Backend>(session: &Session<B>, change: &Change, format: Format) -> Result<Exit, Failure> {
    let rows = match format {
        Format::Table if !links(change) => {
            let mut rows = rows(session, change, "failed").await?;
            rows.extend(self::rows(session, change, "skipped").await?);
            rows
        }
        _ => rows(session, change, "").await?,
    };
    let data: Vec<ChangeRow> = match format {
        // In a table of links stand those that have one; names are those of rows that were done.
        Format::Table => rows.iter().filter(|row| row.link.is_some()).cloned().collect(),
        Format::Name => rows.iter().filter(|row| row.outcome == Some(RowOutcome::Done)).cloned().collect(),
        Format::Wide | Format::Json | Format::Csv => rows.clone(),
    };
    let printed = print(session, Some(change), &data, format);
    if printed.is_ok() && format != Format::Name && data.iter().any(|row| row.link.is_some()) {
        say(t("cli.changes.links"));
    }
    summary(change, &alike(&rows), &session.workspace).iter().for_each(|line| say(line));
    tell(change, &session.workspace, session.now);
    match printed {
        Ok(()) => Ok(exit(change)),
        // The change is done all the same.
        Err(unseen) => {
            let message = format!("{}\n{}", unseen.message, tf("cli.changes.unprinted", &[("change", &change.id)]));
            Err(Failure { exit: exit(change).and(unseen.exit), message })
        }
    }
}

/// Prints rows of a change.
pub fn print<B>(
    session: &Session<B>,
    change: Option<&Change>,
    rows: &[ChangeRow],
    format: Format,
) -> Result<(), Failure> {
    let line = |row| Line { row, workspace: &session.workspace, now: session.now };
    let lines: Vec<Line<'_>> = rows.iter().map(line).collect();
    let whole = serde_json::json!({ "change": change, "rows": lines.iter().map(Line::json).collect::<Vec<_>>() });
    output::print(&lines, &whole, format, session.now)
}

/// Rows of a change, all or those in a state.
pub async fn rows<B: Backend>(session: &Session<B>, change: &Change, state: &str) -> Result<Vec<ChangeRow>, Failure> {
    let query = PageQuery { filter: state.to_owned(), ..PageQuery::default() };
    let page = |query| async move { session.backend.change_rows(session.id(), change.id, &query).await };
    every(query, page).await.map_err(|error| session.failure(error))
}

/// Says how far an interrupted change is, and which of its rows are pending.
pub async fn pending<B: Backend>(session: &Session<B>, change: &Change) -> Result<(), Failure> {
    trouble(change).iter().for_each(|line| say(line));
    let title = title(&change.into(), &session.workspace, session.now);
    say(&tf("cli.changes.done", &[("title", &title), ("counts", &counts(change))]));
    let query = PageQuery { filter: "pending".to_owned(), limit: Some(NAMED as u32), ..PageQuery::default() };
    let page = session.backend.change_rows(session.id(), change.id, &query).await;
    let page = page.map_err(|error| session.failure(error))?;
    let alike = Alike { rows: page.items.iter().collect(), all: change.pending() };
    summary(change, &[alike], &session.workspace).iter().for_each(|line| say(line));
    Ok(())
}

/// Rows with the same outcome: the first of them, and how many there are.
struct Alike<'a> {
    rows: Vec<&'a ChangeRow>,
    all: u64,
}

impl Alike<'_> {
    /// How they ended, and why: `– p2@acme.test: failed: group not found`.
    fn line(&self, labels: &dyn Labels) -> Option<String> {
        let first = self.rows.first()?;
        let said = match &first.outcome {
            Some(outcome) => words::outcome(outcome, Stage::Change, labels),
            None => t("cli.changes.pending").to_owned(),
        };
        if self.all == 1 {
            return Some(format!("– {}: {said}", first.name));
        }
        let mut names: Vec<String> = self.rows.iter().take(NAMED).map(|row| row.name.to_string()).collect();
        names.extend((self.all > names.len() as u64).then(|| "…".to_owned()));
        let rows = tf("cli.changes.rows", &[("n", &format::count(self.all)), ("names", &names.join(", "))]);
        Some(format!("– {said}: {rows}"))
    }
}

/// Rows that are not done, like ones together, in the order in which they come.
fn alike(rows: &[ChangeRow]) -> Vec<Alike<'_>> {
    let mut alike: Vec<Alike<'_>> = Vec::new();
    let mut met = HashMap::new();
    for row in rows {
        let Some(outcome @ (RowOutcome::Failed { .. } | RowOutcome::Skipped { .. })) = &row.outcome else { continue };
        let place = *met.entry(outcome).or_insert(alike.len());
        match alike.get_mut(place) {
            Some(like) => like.rows.push(row),
            None => alike.push(Alike { rows: vec![row], all: 0 }),
        }
    }
    for like in &mut alike {
        like.all = like.rows.len() as u64;
    }
    alike
}

/// A line for each, and where the rows are shown that are not named.
fn summary(change: &Change, alike: &[Alike<'_>], labels: &dyn Labels) -> Vec<String> {
    let shown = alike.get(..TOLD).unwrap_or(alike);
    let named: usize = shown.iter().map(|like| like.rows.len().min(NAMED)).sum();
    let more = alike.iter().map(|like| like.all).sum::<u64>() - named as u64;
    let hint = (more > 0).then(|| tf("cli.changes.more-rows", &[("n", &format::count(more)), ("change", &change.id)]));
    shown.iter().filter_map(|like| like.line(labels)).chain(hint).collect()
}

/// Whether a change's rows make links.
fn links(change: &Change) -> bool {
    let made = |action: &str| matches!(action, "invite" | "resend");
    match &change.origin {
        Some(origin) if !origin.again => matches!(origin.action.as_str(), "cancel" | "remove"),
        Some(origin) => made(&origin.action),
        None => made(&change.action),
    }
}

/// The exit code of a change. Rows that were named, and not matched by a filter, are expected to be done: one left out
/// makes it partly done.
fn exit(change: &Change) -> Exit {
    let lacking = change.failed > 0 || change.skipped > 0 || change.left_out > 0 && !change.by_filter;
    match change.state {
        ChangeState::Done if !lacking => Exit::Done,
        ChangeState::Done if change.done == 0 => Exit::Failed,
        _ => Exit::Partly,
    }
}

/// Says how a change ended or stands, and what can be done about it.
pub fn tell(change: &Change, labels: &dyn Labels, now: Timestamp) {
    standing(change, labels, now).iter().for_each(|line| say(line));
}

fn standing(change: &Change, labels: &dyn Labels, now: Timestamp) -> Vec<String> {
    trouble(change).into_iter().chain([stands(change, labels, now)]).collect()
}

/// Why the backend itself stopped it.
fn trouble(change: &Change) -> Option<String> {
    change.trouble.as_ref().map(|trouble| format!("! {trouble}"))
}

fn stands(change: &Change, labels: &dyn Labels, now: Timestamp) -> String {
    let (title, counts) = (title(&change.into(), labels, now), counts(change));
    let values: [(&str, &dyn std::fmt::Display); 3] = [("title", &title), ("counts", &counts), ("change", &change.id)];
    let said = match change.state {
        ChangeState::Running if change.elsewhere => return tf("cli.changes.running-elsewhere", &values),
        ChangeState::Running => return tf("cli.changes.running", &values),
        ChangeState::Stopped if change.stop_asked => return tf("cli.changes.stop-asked", &values),
        ChangeState::Stopped => return tf("cli.changes.stopped", &values),
        ChangeState::Done if change.failed > 0 => tf("cli.changes.done-failed", &values),
        ChangeState::Done => tf("cli.changes.done", &values),
    };
    match undone(change) {
        Some(undone) => format!("{said}; {undone}"),
        None if change.undoable() => format!("{said}; {}", tf("cli.changes.undo", &values)),
        None => said,
    }
}

/// A row of a change with what its words need.
struct Line<'a> {
    row: &'a ChangeRow,
    workspace: &'a Workspace,
    now: Timestamp,
}

/// A row as JSON: with its state and reason beside the typed outcome.
#[derive(Serialize)]
struct Json<'a> {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(flatten)]
    row: &'a ChangeRow,
}

impl<'a> Line<'a> {
    fn json(&self) -> Json<'a> {
        Json { state: self.row.state(), reason: self.reason(), row: self.row }
    }

    fn reason(&self) -> Option<String> {
        let why = self.row.outcome.as_ref().and_then(RowOutcome::why);
        why.map(|why| words::refusal(why, self.workspace))
    }

    fn link(&self) -> Option<String> {
        self.row.link.as_deref().map(visible)
    }
}

impl Row for Line<'_> {
    fn head(wide: bool) -> Vec<&'static str> {
        let mut head = vec![t("cli.head.name"), t("cli.head.state"), t("cli.head.change")];
        if wide {
            head.insert(0, t("cli.head.row"));
            head.extend([t("cli.head.reason"), t("cli.head.link")]);
        } else {
            head.push(t("cli.head.reason-or-link"));
        }
        head
    }

    fn line(&self, wide: bool, _: Timestamp) -> Vec<String> {
        let sides = words::plan::sides(&self.row.before, &self.row.after, self.workspace, self.now);
        let mut line = vec![self.row.name.to_string(), self.row.state().to_owned(), sides];
        if wide {
            line.insert(0, self.row.row.to_string());
            line.extend([self.reason().unwrap_or_default(), self.link().unwrap_or_default()]);
        } else {
            line.push(self.reason().or_else(|| self.link()).unwrap_or_default());
        }
        line
    }

    const FIELDS: &'static [&'static str] = &["row", "name", "state", "before", "after", "reason", "link"];

    fn record(&self) -> Vec<String> {
        let side = |things| words::things(things, self.workspace, self.now);
        vec![
            self.row.row.to_string(),
            self.row.name.raw().to_owned(),
            self.row.state().to_owned(),
            side(&self.row.before),
            side(&self.row.after),
            self.reason().unwrap_or_default(),
            self.row.link.clone().unwrap_or_default(),
        ]
    }

    fn name(&self) -> String {
        self.row.name.raw().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            change::{Refusal, Thing, What},
            id::ChangeId,
        },
        words::Keys,
    };

    /// Half done, and stopped by the backend.
    fn change() -> Change {
        Change {
            id: ChangeId(12),
            action: "set_roles".into(),
            what: vec![Thing::Role { name: "Viewer".into(), until: None }],
            goes: Vec::new(),
            name: None,
            filter: None,
            reason: None,
            actor: "ann@acme.test".into(),
            mine: true,
            undoes: None,
            origin: None,
            undone_by: None,
            reversible: true,
            state: ChangeState::Stopped,
            elsewhere: false,
            stop_asked: false,
            created_at: Timestamp(0),
            ended_at: None,
            total: 5,
            done: 2,
            failed: 0,
            skipped: 0,
            left_out: 0,
            by_filter: false,
            per_second: None,
            trouble: Some("the disk is full".into()),
        }
    }

    #[test]
    fn why_a_change_was_stopped_is_said_above_how_to_resume() {
        let told = |change: &Change| standing(change, &Keys, Timestamp(0));
        let change = change();
        let resume = "Role → Viewer: 2 done · 3 pending; resume with: rolecall changes resume 12";
        assert_eq!(told(&change), ["! the disk is full", resume]);
        let change = Change { trouble: None, ..change };
        assert_eq!(told(&change), [resume]);
        let done = Change { state: ChangeState::Done, done: 5, ..change };
        assert_eq!(told(&done), ["Role → Viewer: 5 done; undo with: rolecall changes undo 12"]);
        let undone = Change { undone_by: Some(ChangeId(13)), ..done.clone() };
        assert_eq!(told(&undone), ["Role → Viewer: 5 done; undone by 13"]);
        let sent = Change { action: "resend".into(), what: Vec::new(), reversible: false, ..done };
        assert_eq!(told(&sent), ["Resend: 5 done"], "a link that was sent stays sent");
    }

    fn row(name: &str, outcome: Option<RowOutcome>) -> ChangeRow {
        let (before, after) = (Vec::new(), Vec::new());
        ChangeRow { row: 1, target: None, name: name.into(), outcome, before, after, link: None }
    }

    fn failed(why: Refusal) -> Option<RowOutcome> {
        Some(RowOutcome::Failed { why })
    }

    #[test]
    fn an_outcome_that_many_share_is_told_once() {
        let gone = |name: &str| row(name, failed(Refusal::NotFound { what: What::Group }));
        let mut rows: Vec<ChangeRow> = (1..=5).map(|n| gone(&format!("p{n}@a.test"))).collect();
        rows.insert(2, row("bo@a.test", failed(Refusal::MemberAlready)));
        rows.push(row("cy@a.test", Some(RowOutcome::Done)));
        let told = |rows: &[ChangeRow]| summary(&change(), &alike(rows), &Keys);
        let lines = [
            "– failed: group not found: 5 rows, p1@a.test, p2@a.test, p3@a.test, …",
            "– bo@a.test: failed: already a member",
            "– 2 more: rolecall changes show 12",
        ];
        assert_eq!(told(&rows), lines);
        assert_eq!(told(&rows[..2]), ["– failed: group not found: 2 rows, p1@a.test, p2@a.test"]);
        let each = |n: usize| row("bo@a.test", failed(Refusal::SameMember { row: n as u64 }));
        let lines = told(&(0..=TOLD).map(each).collect::<Vec<_>>());
        assert_eq!((lines.len(), lines[TOLD].as_str()), (TOLD + 1, "– 1 more: rolecall changes show 12"));
        let pending = row("bo@a.test", None);
        let lines = summary(&change(), &[Alike { rows: vec![&pending], all: 3 }], &Keys);
        assert_eq!(lines, ["– pending: 3 rows, bo@a.test, …", "– 2 more: rolecall changes show 12"]);
    }

    #[test]
    fn the_code_says_whether_a_row_that_was_named_is_not_done() {
        let done = Change { state: ChangeState::Done, done: 5, ..change() };
        for (ended, code) in [
            (change(), Exit::Partly),
            (done.clone(), Exit::Done),
            (Change { left_out: 1, by_filter: true, ..done.clone() }, Exit::Done),
            (Change { left_out: 1, ..done.clone() }, Exit::Partly),
            (Change { done: 4, failed: 1, ..done.clone() }, Exit::Partly),
            (Change { done: 4, skipped: 1, ..done.clone() }, Exit::Partly),
            (Change { done: 0, failed: 5, ..done }, Exit::Failed),
        ] {
            assert_eq!(exit(&ended), code, "{ended:?}");
        }
    }
}
