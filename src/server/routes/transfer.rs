//! The transfer of ownership.

use super::{
    super::{
        extract::{Body, Mode},
        problem::Fault,
        services::password,
        state::AppState,
    },
    write::Write,
};
use crate::{
    api::{wire::Applied, write::TransferBody},
    domain::change::Change,
};
use axum::response::Response;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(transfer))
}

/// Hands the workspace to another active member. `If-Match` names the workspace's version.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/transfer",
    params(Write),
    request_body = TransferBody,
    responses((status = 200, body = Applied))
)]
async fn transfer(write: Write, Body(body): Body<TransferBody>) -> Result<Response, Fault> {
    // Before the transaction: hashing a password takes long, and nobody else should wait for it.
    let reauthenticated = match &write.mode {
        Mode::Preview => false,
        Mode::Commit(_) => password::prove(&write.state, &write.here.caller, body.password).await?,
    };
    let change = Change::Transfer { email: body.email, reason: body.reason };
    write.proven(change, reauthenticated).await
}
