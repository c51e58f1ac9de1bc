//! `rolecall role`: the roles of many members.

use super::{
    args::{RoleCommand, SetRole},
    change, choose,
    exit::{Exit, Failure},
    names,
    session::{self, Session},
};
use crate::{
    api::backend::Backend,
    config::Config,
    domain::{
        change::{Request, SetRoles},
        edge::Terms,
    },
};

/// Runs the command.
pub async fn run(config: &Config, command: RoleCommand) -> Result<Exit, Failure> {
    let RoleCommand::Set(wanted) = command;
    change::permitted(config, &wanted.consent)?;
    session::at(config, async |session| set(session, &wanted).await).await
}

async fn set<B: Backend>(session: &Session<B>, wanted: &SetRole) -> Result<Exit, Failure> {
    let expires_at = names::day("--expires", wanted.expires.as_deref(), session.now)?;
    let roles = session.backend.roles(session.id()).await?;
    let roles = names::roles(&roles, &wanted.role, session.workspace.policies.max_roles).map_err(Failure::usage)?;
    let on = choose::members(session, &wanted.which).await?;
    let terms = Terms { reason: wanted.reason.clone(), expires_at, review_at: None };
    change::run(session, Request { on, kind: SetRoles { roles, terms }.into() }, &wanted.consent).await
}
