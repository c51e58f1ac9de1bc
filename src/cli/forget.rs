//! `rolecall jobs forget`: what an earlier run asked for and got no answer to is let go of, one after the other,
//! and never asked for again. Only when somebody agrees to it.

use super::{
    args::JobForget,
    ask::{self, Answer},
    desk::{self, Desk},
    exit::{Exit, Failure},
    jobs::{self, Known},
    output::say,
    resume,
};
use crate::{
    api::backend::Backend,
    config::Config,
    i18n::{t, tf},
};

/// Runs the command.
pub async fn run(config: &Config, wanted: &JobForget) -> Result<Exit, Failure> {
    let asks = ask::possible(config);
    desk::at(config, async |desk| all(desk, wanted.yes, asks).await).await
}

async fn all<B: Backend>(desk: &Desk<B>, agreed: bool, asks: bool) -> Result<Exit, Failure> {
    let Known { pending, .. } = jobs::known(desk).await?;
    if pending.intents.is_empty() {
        say(t("cli.jobs.nothing-unanswered"));
    }
    let (mut gone, mut left, mut over) = (0, 0, false);
    for intent in pending.intents {
        // Another process may take it up just now.
        let Some(held) = desk.journal.take(&intent.key)? else { continue };
        if over {
            left += 1;
            continue;
        }
        resume::asked_for(&intent, None, desk.now);
        let answer = match (agreed, asks) {
            (true, _) => Answer::Yes,
            (false, true) => ask::ask(t("cli.jobs.ask-forget"), &ask::YES).await?,
            (false, false) => Answer::No,
        };
        over = answer == Answer::Interrupted;
        if answer == Answer::Yes {
            desk.journal.forget(held)?;
            gone += 1;
        } else {
            left += 1;
        }
    }
    if gone > 0 {
        say(&tf("dialog.take_up.done_let_go", &[("n", &gone)]));
    }
    if left > 0 {
        say(&tf("cli.jobs.unanswered", &[("n", &left)]));
    }
    match (gone, left) {
        (_, 0) => Ok(Exit::Done),
        _ if !asks => Err(Failure::usage(t("cli.jobs.say-yes-forget"))),
        (0, _) => Ok(Exit::Failed),
        _ => Ok(Exit::Partly),
    }
}
