//! The folder tree.

use super::super::{auth::Here, problem::Fault, state::AppState};
use crate::{api::wire::FolderRow, domain::capability::key::MEMBERS_READ};
use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(folders))
}

/// The folder tree, parents before children, siblings by name.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/folders",
    responses((status = 200, body = Vec<FolderRow>))
)]
async fn folders(State(state): State<AppState>, here: Here) -> Result<Json<Vec<FolderRow>>, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    Ok(Json(state.store.folders(here.workspace, state.now()).await?))
}
