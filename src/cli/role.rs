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
    domain::change::{Request, SetRoles},
};

/// Runs the command.
pub async fn run(config: &Config, command: RoleCommand) -> Result<Exit, Failure> {
    let RoleCommand::Set(wanted) = command;
    change::permitted(config, &wanted.given.consent)?;
    session::at(config, async |session| set(session, &wanted).await).await
}

async fn set<B: Backend>(session: &Session<B>, wanted: &SetRole) -> Result<Exit, Failure> {
    let terms = names::terms(&wanted.given, session.now)?;
    let roles = session.backend.roles(session.id()).await?;
    let roles = names::roles(&roles, &wanted.role, session.workspace.policies.max_roles).map_err(Failure::usage)?;
    let on = choose::members(session, &wanted.given.which).await?;
    change::run(session, Request { on, kind: SetRoles { roles, terms }.into() }, &wanted.given.consent).await
}
