//! People brought in from a file.

use super::{
    super::{
        auth::Here,
        extract::{Body, Key},
        problem::Fault,
        services::import as service,
        state::AppState,
    },
    MAX_BULK,
};
use crate::api::wire::{Import, Imported};
use axum::{
    Json,
    extract::{DefaultBodyLimit, State},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(import)).layer(DefaultBodyLimit::max(MAX_BULK))
}

/// Brings people in, all or none. Faults are told by line and column.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/import",
    params(Key),
    request_body = Import,
    responses((status = 200, body = Imported))
)]
async fn import(
    State(state): State<AppState>,
    here: Here,
    Key(key): Key,
    Body(import): Body<Import>,
) -> Result<Json<Imported>, Fault> {
    Ok(Json(service::import(&state, &here, import, &key).await?))
}
