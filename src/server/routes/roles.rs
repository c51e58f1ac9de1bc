//! Roles.

use super::super::{auth::Here, problem::Fault, services::lists, state::AppState};
use crate::{api::wire::RoleRow, domain::capability::key::MEMBERS_READ};
use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(roles))
}

/// All roles, in the pack's order, each with whether the caller may assign it.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/roles",
    responses((status = 200, body = Vec<RoleRow>))
)]
async fn roles(State(state): State<AppState>, here: Here) -> Result<Json<Vec<RoleRow>>, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    Ok(Json(lists::roles(&state, &here).await?))
}
