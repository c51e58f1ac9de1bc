//! What changes would do.

use super::{
    super::{
        auth::Here,
        extract::Body,
        problem::Fault,
        services::{aside, changes},
        state::AppState,
    },
    MAX_BULK,
};
use crate::{
    api::wire::Plan,
    domain::{
        capability::key::{MEMBERS_INVITE, MEMBERS_MANAGE, MEMBERS_READ},
        change::Request,
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

/// What a change would do: every row with what it comes to, like rows folded, rows left out with the reason. Changes
/// nothing.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/plans",
    request_body = Request,
    responses((status = 200, body = Plan))
)]
async fn plan(State(state): State<AppState>, here: Here, Body(request): Body<Request>) -> Result<Json<Plan>, Fault> {
    // A filter tells who is there; whom somebody names they know.
    if !request.on.matching.is_empty() {
        here.needs(&state, &[MEMBERS_READ, MEMBERS_INVITE, MEMBERS_MANAGE]).await?;
    }
    Ok(Json(aside(async move { changes::plan(&state, &here, &request).await }).await??))
}
