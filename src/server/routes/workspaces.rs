//! A workspace, with what the caller holds in it.

use super::{
    super::{auth::Here, problem::Fault, services::lists, state::AppState},
    etag,
};
use crate::api::wire::Workspace;
use axum::{Json, extract::State, response::IntoResponse};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(workspace))
}

/// A workspace: its catalogue, its rules, and what the caller may do.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}",
    responses((status = 200, body = Workspace, headers(("ETag" = String, description = "For If-Match."))))
)]
async fn workspace(State(state): State<AppState>, here: Here) -> Result<impl IntoResponse, Fault> {
    let workspace = lists::workspace(&state, &here).await?;
    Ok((etag(workspace.version)?, Json(workspace)))
}
