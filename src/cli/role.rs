//! `rolecall role`: the roles of many members.

use super::{
    args::{RoleCommand, SetRole},
    change, choose,
    desk::{self, Desk},
    exit::{Exit, Failure},
    names,
};
use crate::{
    api::backend::Backend,
    config::Config,
    domain::{bulk::BulkAction, edge::Terms},
};

/// Runs the command.
pub async fn run(config: &Config, command: RoleCommand) -> Result<Exit, Failure> {
    let RoleCommand::Set(wanted) = command;
    change::permitted(config, &wanted.consent)?;
    desk::at(config, async |desk| set(desk, &wanted).await).await
}

async fn set<B: Backend>(desk: &Desk<B>, wanted: &SetRole) -> Result<Exit, Failure> {
    let expires_at = names::day(wanted.expires.as_deref(), desk.now)?;
    let roles = desk.backend.roles(desk.id()).await?;
    let roles = names::roles(&roles, &wanted.role, desk.workspace.policies.max_roles).map_err(Failure::usage)?;
    let on = choose::members(desk, &wanted.which).await?;
    let terms = Terms { reason: wanted.reason.clone(), expires_at, review_at: None };
    change::run(desk, on, BulkAction::SetRoles { roles, terms }, &wanted.consent).await
}
