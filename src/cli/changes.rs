//! `rolecall changes`: lists changes, shows their rows, stops, resumes and undoes them.

use super::{
    args::{ChangeShow, ChangeUndo, ChangesCommand},
    change,
    exit::{Exit, Failure},
    outcome,
    output::{self, Row, say},
    resume,
    session::{self, Session},
};
use crate::{
    api::{
        backend::{Backend, every},
        error::ApiError,
        wire::{Change, ChangeState, MAX_PAGE, PageQuery},
    },
    app::{
        changes::{counts, state, undone},
        format,
    },
    config::Config,
    domain::{
        change::{Class, Request, Undo},
        id::ChangeId,
        time::Timestamp,
        untrusted::Text,
    },
    i18n::{t, tf},
    words::change::title,
};
use serde::Serialize;

/// Runs the command.
pub async fn run(config: &Config, command: ChangesCommand) -> Result<Exit, Failure> {
    match command {
        ChangesCommand::List(wanted) => {
            session::at(config, async |session| {
                let changes = all(session).await?;
                let lines: Vec<Line<'_>> = changes.iter().map(|change| Line::of(session, change)).collect();
                output::print(&lines, &lines, wanted.output, session.now)?;
                if changes.is_empty() {
                    say(t("cli.changes.none"));
                }
                Ok(Exit::Done)
            })
            .await
        }
        ChangesCommand::Show(wanted) => session::at(config, async |session| show(session, &wanted).await).await,
        ChangesCommand::Resume(wanted) => {
            change::writable(config)?;
            resume::run(config, &wanted).await
        }
        ChangesCommand::Undo(wanted) => {
            // A change that is not found is said before that nobody can confirm.
            if !wanted.consent.dry_run {
                change::writable(config)?;
            }
            session::at(config, async |session| {
                let request = undo(session, &wanted).await?;
                change::permitted(config, &wanted.consent)?;
                change::run(session, request, &wanted.consent).await
            })
            .await
        }
        ChangesCommand::Stop(wanted) => {
            change::writable(config)?;
            session::at(config, async |session| {
                let found = named(session, wanted.change).await?;
                let change = session.backend.stop_change(session.id(), found.id).await;
                let change = change.map_err(|error| session.failure(error))?;
                if found.state != ChangeState::Running {
                    say(&tf("cli.changes.not-running", &[("change", &found.id)]));
                }
                outcome::tell(&change, &session.workspace, session.now);
                Ok(Exit::Done)
            })
            .await
        }
    }
}

/// All changes, the newest first.
pub async fn all<B: Backend>(session: &Session<B>) -> Result<Vec<Change>, Failure> {
    let page = |query| async move { session.backend.changes(session.id(), &query).await };
    every(PageQuery::default(), page).await.map_err(|error| session.failure(error))
}

/// The change that has a number.
pub async fn named<B: Backend>(session: &Session<B>, change: ChangeId) -> Result<Change, Failure> {
    let missing = |error: &ApiError| match error {
        ApiError::Missing(_) => true,
        ApiError::Refused(why) => why.class() == Class::Missing,
        _ => false,
    };
    match session.backend.change(session.id(), change).await {
        Err(error) if missing(&error) => Err(Failure::failed(tf("cli.changes.no-such", &[("change", &change)]))),
        found => found.map_err(|error| session.failure(error)),
    }
}

async fn show<B: Backend>(session: &Session<B>, wanted: &ChangeShow) -> Result<Exit, Failure> {
    let change = named(session, wanted.change).await?;
    let rows = outcome::rows(session, &change, if wanted.failed { "failed" } else { "" }).await?;
    outcome::print(session, Some(&change), &rows, wanted.output)?;
    outcome::tell(&change, &session.workspace, session.now);
    Ok(Exit::Done)
}

/// The undo of the change that is named, or of one's own last change, whatever it was: never of an older one.
async fn undo<B: Backend>(session: &Session<B>, wanted: &ChangeUndo) -> Result<Request, Failure> {
    let change = match wanted.change {
        Some(change) => named(session, change).await?.id,
        None => {
            let last = last(session).await?.ok_or_else(|| Failure::failed(t("cli.changes.none-of-yours")))?;
            let title = title(&(&last).into(), &session.workspace, session.now);
            say(&tf("cli.changes.last", &[("change", &last.id), ("title", &title)]));
            last.id
        }
    };
    Ok(Request::given(Undo { change, reason: wanted.reason.clone() }))
}

async fn last<B: Backend>(session: &Session<B>) -> Result<Option<Change>, Failure> {
    let mut query = PageQuery { limit: Some(MAX_PAGE), ..PageQuery::default() };
    loop {
        let page = session.backend.changes(session.id(), &query).await.map_err(|error| session.failure(error))?;
        if let Some(mine) = page.items.into_iter().find(|change| change.mine) {
            return Ok(Some(mine));
        }
        match page.after {
            Some(after) => query.after = Some(after),
            None => return Ok(None),
        }
    }
}

/// A change in a list.
#[derive(Serialize)]
struct Line<'a> {
    title: String,
    #[serde(flatten)]
    change: &'a Change,
}

impl<'a> Line<'a> {
    fn of<B>(session: &Session<B>, change: &'a Change) -> Self {
        Self { title: title(&change.into(), &session.workspace, session.now), change }
    }

    /// `done`, `undone by 6`, `stopped`, `24 done · 1 failed`.
    fn result(&self) -> String {
        let change = self.change;
        let whole = change.failed + change.skipped + change.left_out == 0;
        undone(change).unwrap_or_else(|| match change.state {
            ChangeState::Done if !whole => counts(change),
            _ => state(change).to_owned(),
        })
    }
}

impl Row for Line<'_> {
    fn head(wide: bool) -> Vec<&'static str> {
        let mut head = vec![
            t("cli.head.number"),
            t("cli.head.when"),
            t("cli.head.by"),
            t("cli.head.what"),
            t("cli.head.rows"),
            t("cli.head.result"),
        ];
        if wide {
            head.extend([t("cli.head.undo"), t("cli.head.reason")]);
        }
        head
    }

    fn line(&self, wide: bool, now: Timestamp) -> Vec<String> {
        let change = self.change;
        let mut line = vec![
            change.id.to_string(),
            format::relative(change.created_at, now),
            change.actor.to_string(),
            self.title.clone(),
            format::place(change.done, change.total),
            self.result(),
        ];
        if wide {
            let undoes = change.undoes.map(|change| tf("cli.changes.undoes", &[("change", &change)]));
            let reason = change.reason.as_ref().map(Text::to_string);
            line.extend([undoes.unwrap_or_default(), reason.unwrap_or_default()]);
        }
        line
    }

    const FIELDS: &'static [&'static str] = &[
        "change",
        "action",
        "title",
        "state",
        "total",
        "done",
        "failed",
        "skipped",
        "left_out",
        "created",
        "ended",
        "actor",
        "reason",
        "undoes",
        "undone_by",
        "elsewhere",
    ];

    fn record(&self) -> Vec<String> {
        let number = |change: Option<ChangeId>| change.map(|change| change.to_string()).unwrap_or_default();
        let change = self.change;
        vec![
            change.id.to_string(),
            change.action.clone(),
            self.title.clone(),
            change.state.name().to_owned(),
            change.total.to_string(),
            change.done.to_string(),
            change.failed.to_string(),
            change.skipped.to_string(),
            change.left_out.to_string(),
            output::time(change.created_at),
            change.ended_at.map(output::time).unwrap_or_default(),
            change.actor.raw().to_owned(),
            change.reason.as_ref().map(|reason| reason.raw().to_owned()).unwrap_or_default(),
            number(change.undoes),
            number(change.undone_by),
            change.elsewhere.to_string(),
        ]
    }

    fn name(&self) -> String {
        self.change.id.to_string()
    }
}
