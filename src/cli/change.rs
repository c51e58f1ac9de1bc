//! A bulk change from the command line: the plan, the consent, the job.

use super::{
    args::{Consent, Format},
    ask::{self, Answer},
    desk::Desk,
    exit::{Exit, Failure},
    outcome, output, plan,
    work::{self, Begun},
};
use crate::{
    api::{
        backend::Backend,
        wire::{Plan, StartJob},
    },
    app::{dialog::changed, format},
    config::Config,
    domain::bulk::{Bulk, BulkAction, Rows, Selection},
    i18n::{t, tf},
};
use std::io;

/// Refuses what cannot be done anyhow, before anything is tried: changes in read-only mode, and those
/// that nobody agreed to where nobody can be asked.
pub fn permitted(config: &Config, consent: &Consent) -> Result<(), Failure> {
    if consent.dry_run {
        return Ok(());
    }
    writable(config)?;
    if consent.yes || ask::possible(config) { Ok(()) } else { Err(Failure::usage(t("cli.bulk.say-yes"))) }
}

/// Refuses in read-only mode.
pub fn writable(config: &Config) -> Result<(), Failure> {
    if config.readonly {
        Err(Failure { exit: Exit::Refused, message: t("cli.bulk.readonly").to_owned() })
    } else {
        Ok(())
    }
}

/// Plans, asks, runs, and prints what became of it.
pub async fn run<B: Backend>(
    desk: &Desk<B>,
    on: Selection,
    action: BulkAction,
    consent: &Consent,
) -> Result<Exit, Failure> {
    let nobody = matches!(&action, BulkAction::Invite { drafts } if drafts.is_empty());
    if nobody || on.is_empty() && action.rows() != Rows::Given {
        return nothing(consent.output);
    }
    let bulk = Bulk { on, action };
    let mut overtaken = None;
    loop {
        let plan = desk.backend.plan(desk.id(), &bulk).await?;
        if consent.dry_run {
            plan::print(&plan, &desk.workspace, consent.output, desk.now)?;
            plan::summary(&plan).iter().for_each(|line| output::say(line));
            return refusal(&plan).map_or(Ok(Exit::Done), Err);
        }
        if let Some(refusal) = refusal(&plan) {
            return Err(refusal);
        }
        if !consent.yes || plan.change == 0 {
            look(desk, &plan, overtaken.as_ref())?;
        }
        plan::summary(&plan).iter().for_each(|line| output::say(line));
        if plan.change == 0 {
            nothing(consent.output)?;
            // Whoever named each row expects it to be done.
            let lacking = bulk.on.matching.is_empty() && plan.left_out > 0;
            return Ok(if lacking { Exit::Refused } else { Exit::Done });
        }
        if !consent.yes && agreed(&plan).await? != Answer::Yes {
            return Err(Failure::failed(t("cli.bulk.not-done")));
        }
        let start = StartJob { bulk: bulk.clone(), digest: Some(plan.digest.clone()) };
        match work::begin(desk, &start).await? {
            Begun::Job(job) => return outcome::report(desk, &job, consent.output).await,
            Begun::Overtaken(_) if consent.yes => {
                return Err(Failure { exit: Exit::Conflict, message: t("cli.bulk.moved-on").to_owned() });
            }
            // Somebody who is there looks at what it comes to now, and asks for that or for nothing.
            Begun::Overtaken(why) => {
                output::say(&why.to_string());
                overtaken = Some(plan);
            }
        }
    }
}

fn refusal(plan: &Plan) -> Option<Failure> {
    let message = tf("cli.bulk.refused", &[("why", plan.refused.as_ref()?)]);
    Some(Failure { exit: Exit::Refused, message })
}

/// No row is there to change: which is no failure, and no data.
fn nothing(format: Format) -> Result<Exit, Failure> {
    output::say(t("cli.bulk.nothing"));
    outcome::print(None, &[], format)?;
    Ok(Exit::Done)
}

/// Shows a plan to whoever is to agree to it; where the workspace moved on since another one was looked at, the rows
/// that are not as they were in that.
fn look<B>(desk: &Desk<B>, plan: &Plan, looked_at: Option<&Plan>) -> Result<(), Failure> {
    let room = output::room(&io::stderr());
    let changed = looked_at.map(|before| changed::between(before, plan)).filter(|changed| changed.count() > 0);
    output::write_err(&match changed {
        Some(changed) => plan::changed(plan, &changed, &desk.workspace, desk.now, room),
        None => plan::table(plan, &desk.workspace, desk.now, room),
    })
}

/// Asks whether a plan is to be done; who is to type the number types the number.
async fn agreed(plan: &Plan) -> Result<Answer, Failure> {
    let count = format::count(plan.change);
    if plan.confirm {
        ask::ask(&tf("cli.bulk.type", &[("n", &count)]), &[&plan.change.to_string()]).await
    } else {
        ask::ask(&tf("cli.bulk.ask", &[("n", &count)]), &ask::YES).await
    }
}
