//! What bulk changes would do.

use super::{
    super::{
        auth::Here,
        extract::Body,
        problem::Fault,
        services::{aside, plan as service},
        state::AppState,
    },
    MAX_BULK,
};
use crate::{
    api::wire::Plan,
    domain::{
        bulk::Bulk,
        capability::key::{MEMBERS_INVITE, MEMBERS_MANAGE, MEMBERS_READ},
    },
};
use axum::{
    Json,
    extract::{DefaultBodyLimit, State},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(plan)).layer(DefaultBodyLimit::max(MAX_BULK))
}

/// What one action on many rows would do: every row with what it comes to, like rows folded, rows left
/// out with the reason. Changes nothing.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/plans",
    request_body = Bulk,
    responses((status = 200, body = Plan))
)]
async fn plan(State(state): State<AppState>, here: Here, Body(bulk): Body<Bulk>) -> Result<Json<Plan>, Fault> {
    // A plan tells e-mails and who holds what.
    here.needs(&state, &[MEMBERS_READ, MEMBERS_INVITE, MEMBERS_MANAGE]).await?;
    Ok(Json(aside(async move { service::plan(&state, &here, &bulk).await }).await??))
}
