//! The one way a command changes something: plan, confirm, start, follow, report.

use super::{
    args::{Consent, Format},
    ask::{self, Answer},
    exit::{Exit, Failure},
    outcome, output, plan,
    progress::{self, Started},
    session::Session,
};
use crate::{
    api::{
        backend::Backend,
        wire::{Plan, StartChange},
    },
    app::dialog::changed,
    config::Config,
    domain::{
        change::{Kind, Request, Rows, Target},
        plan::Confirm,
    },
    i18n::{t, tf},
    words::verb,
};
use std::io;

/// Refuses a change in read-only mode, and one that nobody can confirm.
pub fn permitted(config: &Config, consent: &Consent) -> Result<(), Failure> {
    if consent.dry_run {
        return Ok(());
    }
    writable(config)?;
    if consent.yes || ask::possible(config) { Ok(()) } else { Err(Failure::usage(t("cli.change.say-yes"))) }
}

/// Refuses in read-only mode.
pub fn writable(config: &Config) -> Result<(), Failure> {
    if config.readonly {
        Err(Failure { exit: Exit::Refused, message: t("cli.change.readonly").to_owned() })
    } else {
        Ok(())
    }
}

/// Plans a request, asks, applies it, and reports how it ended.
pub async fn run<B: Backend>(session: &Session<B>, request: Request, consent: &Consent) -> Result<Exit, Failure> {
    if has_no_rows(&request) {
        return nothing(session, consent.output);
    }
    let mut seen = None;
    loop {
        let plan = session.backend.plan(session.id(), &request).await.map_err(|error| session.failure(error))?;
        if consent.dry_run {
            plan::print(session, &plan, consent.output)?;
            plan::summary(&plan).iter().for_each(|line| output::say(line));
            return refusal(session, &plan).map_or(Ok(Exit::Done), Err);
        }
        if let Some(refusal) = refusal(session, &plan) {
            return Err(refusal);
        }
        if !consent.yes || plan.change == 0 {
            show(session, &plan, seen.as_ref())?;
        }
        plan::summary(&plan).iter().for_each(|line| output::say(line));
        if plan.change == 0 {
            nothing(session, consent.output)?;
            // Rows that are named are expected to change; those that match a filter are not.
            let refused = request.on.matching.is_empty() && plan.skipped > 0;
            return Ok(if refused { Exit::Refused } else { Exit::Done });
        }
        if !consent.yes && confirm(&plan, &request.kind).await? != Answer::Yes {
            return Err(Failure::failed(t("cli.change.not-done")));
        }
        let start = StartChange { request: request.clone(), digest: Some(plan.digest.clone()), password: None };
        match progress::start(session, &start).await? {
            Started::Change(change) => return outcome::report(session, &change, consent.output).await,
            Started::PlanChanged if consent.yes => {
                return Err(Failure { exit: Exit::Conflict, message: t("cli.change.plan-changed").to_owned() });
            }
            // Whoever can be asked sees the new plan first.
            Started::PlanChanged => {
                output::say(t("cli.change.plan-changed"));
                seen = Some(plan);
            }
        }
    }
}

fn has_no_rows(request: &Request) -> bool {
    let rules = request.kind.rules();
    match rules.rows() {
        Rows::Each => rules.target() != Target::New && request.on.is_empty(),
        Rows::Given(rows) => rows.is_empty(),
        Rows::Of(_) => false,
    }
}

fn refusal<B: Backend>(session: &Session<B>, plan: &Plan) -> Option<Failure> {
    let failure = Failure::refused(plan.refused.as_ref()?, &session.workspace);
    Some(Failure { message: tf("cli.change.refused", &[("why", &failure.message)]), ..failure })
}

/// No row changes: no failure, and no data.
fn nothing<B: Backend>(session: &Session<B>, format: Format) -> Result<Exit, Failure> {
    output::say(t("cli.change.nothing"));
    outcome::print(session, None, &[], format)?;
    Ok(Exit::Done)
}

/// Shows a plan before the question; where it is another one than was seen, the rows that differ.
fn show<B: Backend>(session: &Session<B>, plan: &Plan, seen: Option<&Plan>) -> Result<(), Failure> {
    let room = output::room(&io::stderr());
    let changed = seen.map(|seen| changed::between(seen, plan)).filter(|changed| changed.count() > 0);
    output::write_err(&match changed {
        Some(changed) => plan::changed(session, plan, &changed, room),
        None => plan::table(session, plan, room),
    })
}

/// Asks as the plan demands: y, or what is to be typed (SPEC 6).
async fn confirm(plan: &Plan, kind: &Kind) -> Result<Answer, Failure> {
    let (shown, typed) = match &plan.confirm {
        Confirm::Enter => return ask::ask(t("cli.change.ask"), &ask::YES).await,
        Confirm::Count { count } => (count.to_string(), count.to_string()),
        Confirm::Name { name } => (name.to_string(), name.raw().to_owned()),
        Confirm::Verb { count } => {
            let effect = if let Kind::Grant(grant) = kind { Some(grant.effect) } else { None };
            let phrase = format!("{} {count}", verb(kind.name(), effect));
            (phrase.clone(), phrase)
        }
    };
    ask::ask(&tf("cli.change.type", &[("what", &shown)]), &[&typed]).await
}
