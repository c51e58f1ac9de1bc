//! The folder tree.

use super::{
    super::{auth::Here, extract::Body, problem::Fault, state::AppState},
    write::Write,
};
use crate::{
    api::wire::{Applied, FolderRow},
    domain::{
        capability::key::MEMBERS_READ,
        change::{CreateFolder, Request},
    },
};
use axum::{Json, extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(folders, create))
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

/// Makes a folder. `If-Match` names the workspace's version.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/folders",
    params(Write),
    request_body = CreateFolder,
    responses((status = 201, body = Applied))
)]
async fn create(write: Write, Body(folder): Body<CreateFolder>) -> Result<Response, Fault> {
    write.make(Request::given(folder)).await
}
