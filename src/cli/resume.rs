//! `rolecall changes resume`: resumes interrupted changes.
//!
//! Without a number it goes through the caller's interrupted changes and asks about each. A change that somebody stopped was
//! not interrupted: it resumes only by number.

use super::{
    args::{ChangeResume, Format},
    ask::{self, Answer},
    changes,
    exit::{Exit, Failure},
    outcome,
    output::{complain, say},
    progress,
    session::{self, Session},
};
use crate::{
    api::{
        backend::Backend,
        wire::{Change, ChangeState, Resume},
    },
    config::Config,
    i18n::{t, tf},
};

/// Runs the command. A change that is named needs no question: it was confirmed when it was made.
pub async fn run(config: &Config, wanted: &ChangeResume) -> Result<Exit, Failure> {
    let agreed = match (wanted.yes, ask::possible(config)) {
        (true, _) => Agreed::Already,
        (false, true) => Agreed::Asked,
        (false, false) => Agreed::Never,
    };
    session::at(config, async |session| match wanted.change {
        Some(change) => {
            let change = changes::named(session, change).await?;
            resume(session, &change, Resume { failed: wanted.failed }, wanted.output).await.map(|(exit, _)| exit)
        }
        None => all(session, agreed, wanted.output).await,
    })
    .await
}

/// Whether somebody agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Agreed {
    /// To all of it, in advance.
    Already,
    /// They are asked.
    Asked,
    /// Nobody is there to be asked.
    Never,
}

async fn all<B: Backend>(session: &Session<B>, agreed: Agreed, output: Format) -> Result<Exit, Failure> {
    let (mut ended, mut pending, mut over) = (None, false, false);
    let mut standing = Vec::new();
    let mine = |change: &Change| change.mine && change.undone_by.is_none() && change.state != ChangeState::Done;
    for change in changes::all(session).await?.into_iter().filter(mine) {
        // For a while after its process was killed a change is reported as running elsewhere; `--yes` resumes it at once.
        // If another process does run it, the two take turns.
        let running = change.state == ChangeState::Running && !(change.elsewhere && agreed == Agreed::Already);
        if change.stop_asked || running {
            standing.push(change);
            continue;
        }
        let answer = if over { Ok(Answer::No) } else { answer(session, &change, agreed).await };
        let went = match answer {
            Ok(Answer::Yes) => resume(session, &change, Resume::default(), output).await,
            Ok(answer) => {
                over |= answer == Answer::Interrupted;
                pending = true;
                standing.push(change);
                continue;
            }
            Err(failure) => Err(failure),
        };
        let exit = match went {
            Ok((exit, state)) => {
                // Whoever stops one change does not want the next one started.
                over |= state == ChangeState::Stopped;
                exit
            }
            Err(failure) => {
                complain(&failure);
                failure.exit
            }
        };
        ended = Some(ended.map_or(exit, |before: Exit| before.and(exit)));
    }
    standing.iter().for_each(|change| outcome::tell(change, &session.workspace, session.now));
    match ended {
        _ if pending && agreed == Agreed::Never => Err(Failure::usage(t("cli.changes.say-yes"))),
        Some(exit) if pending => Ok(exit.and(Exit::Failed)),
        Some(exit) => Ok(exit),
        None if pending => Ok(Exit::Failed),
        None => {
            if standing.is_empty() {
                say(t("cli.changes.nothing-interrupted"));
            }
            Ok(Exit::Done)
        }
    }
}

/// Whether to resume a change. Its pending rows are shown before the question.
async fn answer<B: Backend>(session: &Session<B>, change: &Change, agreed: Agreed) -> Result<Answer, Failure> {
    match agreed {
        Agreed::Already => Ok(Answer::Yes),
        Agreed::Never => Ok(Answer::No),
        Agreed::Asked => {
            outcome::pending(session, change).await?;
            ask::ask(&tf("cli.changes.ask-resume", &[("change", &change.id)]), &ask::YES).await
        }
    }
}

async fn resume<B: Backend>(
    session: &Session<B>,
    change: &Change,
    which: Resume,
    output: Format,
) -> Result<(Exit, ChangeState), Failure> {
    let change = progress::resume(session, change.clone(), which).await?;
    Ok((outcome::report(session, &change, output).await?, change.state))
}
