//! `rolecall users`: lists members, deactivates, reactivates, removes and renames them.

use super::{
    args::{UserChange, UserList, UserRename, UsersCommand},
    change, choose,
    exit::{Exit, Failure},
    filter,
    output::{self, NONE, Row, say, shown},
    session::{self, Session},
};
use crate::{
    api::{
        backend::{Backend, every},
        wire::{MemberRow, PageQuery},
    },
    app::format,
    config::Config,
    domain::{
        change::{Deactivate, Kind, Reactivate, Remove, Rename, Request},
        filter::Test,
        time::Timestamp,
        untrusted::Text,
    },
    i18n::t,
};

/// Runs the command.
pub async fn run(config: &Config, command: UsersCommand) -> Result<Exit, Failure> {
    match command {
        UsersCommand::List(wanted) => session::at(config, async |session| list(session, &wanted).await).await,
        UsersCommand::Deactivate(wanted) => change(config, wanted, |reason| Deactivate { reason }.into()).await,
        UsersCommand::Reactivate(wanted) => change(config, wanted, |reason| Reactivate { reason }.into()).await,
        UsersCommand::Remove(wanted) => change(config, wanted, |reason| Remove { reason }.into()).await,
        UsersCommand::Rename(wanted) => rename(config, wanted).await,
    }
}

async fn list<B: Backend>(session: &Session<B>, wanted: &UserList) -> Result<Exit, Failure> {
    let filter = match &wanted.filter {
        Some(typed) => filter::of::<Test>(session, typed, &[]).await?,
        None => String::new(),
    };
    let query = PageQuery { filter, sort: wanted.sort.clone(), ..PageQuery::default() };
    let rows = every(query, |query| async move { session.backend.members(session.id(), &query).await });
    let rows = rows.await.map_err(|error| session.failure(error))?;
    output::print(&rows, &rows, wanted.output, session.now)?;
    if rows.is_empty() {
        say(t("cli.users.none"));
    }
    Ok(Exit::Done)
}

async fn change(config: &Config, wanted: UserChange, kind: impl FnOnce(Option<Text>) -> Kind) -> Result<Exit, Failure> {
    change::permitted(config, &wanted.consent)?;
    session::at(config, async |session| {
        let on = choose::members(session, &wanted.which).await?;
        change::run(session, Request { on, kind: kind(wanted.reason) }, &wanted.consent).await
    })
    .await
}

async fn rename(config: &Config, wanted: UserRename) -> Result<Exit, Failure> {
    change::permitted(config, &wanted.consent)?;
    session::at(config, async |session| {
        let member = choose::member(session, &wanted.email).await?;
        change::run(session, Request::one(member.0, Rename { name: wanted.name }), &wanted.consent).await
    })
    .await
}

impl Row for MemberRow {
    fn head(wide: bool) -> Vec<&'static str> {
        let mut head = vec![
            t("cli.head.email"),
            t("cli.head.name"),
            t("cli.head.role"),
            t("cli.head.status"),
            t("cli.head.groups"),
            t("cli.head.last"),
        ];
        head.extend(wide.then(|| t("cli.head.workspaces")));
        head
    }

    fn line(&self, wide: bool, now: Timestamp) -> Vec<String> {
        let mut line = vec![
            self.email.to_string(),
            self.name.to_string(),
            if self.owner { t("thing.owner").to_owned() } else { shown(&self.roles) },
            self.status.name().to_owned(),
            shown(&self.groups),
            self.last_sign_in.map_or_else(|| NONE.to_owned(), |at| format::relative(at, now)),
        ];
        line.extend(wide.then(|| self.workspaces.to_string()));
        line
    }

    const FIELDS: &'static [&'static str] =
        &["email", "name", "role", "groups", "status", "owner", "last_sign_in", "workspaces"];

    fn record(&self) -> Vec<String> {
        vec![
            self.email.raw().to_owned(),
            self.name.raw().to_owned(),
            output::raw(&self.roles),
            output::raw(&self.groups),
            self.status.name().to_owned(),
            self.owner.to_string(),
            self.last_sign_in.map(output::time).unwrap_or_default(),
            self.workspaces.to_string(),
        ]
    }

    fn name(&self) -> String {
        self.email.raw().to_owned()
    }
}
