//! `rolecall grants`: allows and denies capabilities in folders.

use super::{
    args::{self, GrantRemove, GrantsCommand, Members, Subjects},
    change, choose,
    exit::{Exit, Failure},
    names,
    session::{self, Session},
};
use crate::{
    api::backend::Backend,
    config::Config,
    domain::{
        change::{Grant, Request, Revoke, Selection, To},
        edge::Terms,
        id::{FolderId, GroupId, MemberId},
        model::{Effect, Subject},
    },
    i18n::t,
};

/// Runs the command.
pub async fn run(config: &Config, command: GrantsCommand) -> Result<Exit, Failure> {
    let (wanted, effect) = match command {
        GrantsCommand::Allow(wanted) => (wanted, Effect::Allow),
        GrantsCommand::Deny(wanted) => (wanted, Effect::Deny),
        GrantsCommand::Remove(wanted) => {
            change::permitted(config, &wanted.consent)?;
            return session::at(config, async |session| remove(session, wanted).await).await;
        }
    };
    change::permitted(config, &wanted.consent)?;
    session::at(config, async |session| grant(session, wanted, effect).await).await
}

async fn grant<B: Backend>(session: &Session<B>, wanted: args::Grant, effect: Effect) -> Result<Exit, Failure> {
    let terms = Terms {
        reason: wanted.reason,
        expires_at: names::day("--expires", wanted.expires.as_deref(), session.now)?,
        review_at: names::day("--review", wanted.review.as_deref(), session.now)?,
    };
    let capability = capability(session, &wanted.capability)?;
    let folder = folder(session, &wanted.folder).await?;
    let Subjects { emails, group, filter } = wanted.to;
    let (on, to) = match group {
        Some(group) => (Selection::ids(vec![self::group(session, &group).await?.0]), To::Groups),
        None => (choose::members(session, &Members { emails, filter, all: false }).await?, To::Members),
    };
    let kind = Grant { folder, capability, effect, to, terms }.into();
    change::run(session, Request { on, kind }, &wanted.consent).await
}

async fn remove<B: Backend>(session: &Session<B>, wanted: GrantRemove) -> Result<Exit, Failure> {
    let capability = capability(session, &wanted.capability)?;
    let folder = folder(session, &wanted.folder).await?;
    let whose: Vec<Subject> = match wanted.of.group {
        Some(group) => vec![Subject::Group(self::group(session, &group).await?)],
        None => {
            let which = Members { emails: wanted.of.emails, ..Members::default() };
            let ids = choose::members(session, &which).await?.ids;
            ids.into_iter().map(|id| Subject::Member(MemberId(id))).collect()
        }
    };
    let effect = wanted.effect.map(|effect| match effect {
        args::Effect::Allow => Effect::Allow,
        args::Effect::Deny => Effect::Deny,
    });
    let grants = session.backend.folder_grants(session.id(), folder).await.map_err(|error| session.failure(error))?;
    let meant = grants.into_iter().filter(|grant| {
        let here = !grant.inherited && grant.capability == capability;
        here && whose.contains(&grant.subject) && effect.is_none_or(|effect| effect == grant.effect)
    });
    let ids: Vec<i64> = meant.map(|grant| grant.id.0).collect();
    if ids.is_empty() {
        return Err(Failure::failed(t("cli.grants.none")));
    }
    let kind = Revoke { reason: wanted.reason }.into();
    change::run(session, Request { on: Selection::ids(ids), kind }, &wanted.consent).await
}

fn capability<B>(session: &Session<B>, typed: &str) -> Result<String, Failure> {
    names::capability(&session.workspace.capabilities, typed).map_err(Failure::usage)
}

async fn folder<B: Backend>(session: &Session<B>, typed: &str) -> Result<FolderId, Failure> {
    let folders = session.backend.folders(session.id()).await.map_err(|error| session.failure(error))?;
    names::folder(&folders, typed).map_err(Failure::usage)
}

async fn group<B: Backend>(session: &Session<B>, typed: &str) -> Result<GroupId, Failure> {
    let groups = session.backend.groups(session.id()).await.map_err(|error| session.failure(error))?;
    names::group(&groups, typed).map_err(Failure::usage)
}
