//! The caller: features, who they are, their password.

use super::super::{auth::Caller, extract::Body, problem::Fault, services::password, state::AppState};
use crate::api::{
    wire::{Features, Me},
    write::PasswordBody,
};
use axum::{Json, extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(features)).routes(routes!(me)).routes(routes!(set_password))
}

/// What this backend can do.
#[utoipa::path(get, path = "/v1/features", responses((status = 200, body = Features)))]
async fn features(_: Caller) -> Json<Features> {
    Json(Features::ALL)
}

/// Who is asking, and where they belong.
#[utoipa::path(get, path = "/v1/me", responses((status = 200, body = Me)))]
async fn me(State(state): State<AppState>, caller: Caller) -> Result<Json<Me>, Fault> {
    Ok(Json(state.store.me(caller.account.id).await?))
}

/// Sets the caller's own password and ends their other sessions.
#[utoipa::path(
    put,
    path = "/v1/me/password",
    request_body = PasswordBody,
    responses((status = 204, description = "The password is set."))
)]
async fn set_password(
    State(state): State<AppState>,
    caller: Caller,
    Body(body): Body<PasswordBody>,
) -> Result<StatusCode, Fault> {
    password::set(&state, &caller, body).await?;
    Ok(StatusCode::NO_CONTENT)
}
