//! Signing in and out.

use super::super::{auth::Caller, extract::Body, problem::Fault, services::password, state::AppState};
use crate::api::write::{Session, SignInBody};
use axum::{
    Json,
    extract::{ConnectInfo, State},
    http::StatusCode,
};
use std::net::SocketAddr;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(sign_in)).routes(routes!(sign_out))
}

/// Signs in with e-mail and password.
#[utoipa::path(
    post,
    path = "/v1/sessions",
    security(()),
    request_body = SignInBody,
    responses((status = 201, body = Session))
)]
async fn sign_in(
    State(state): State<AppState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Body(body): Body<SignInBody>,
) -> Result<(StatusCode, Json<Session>), Fault> {
    Ok((StatusCode::CREATED, Json(password::sign_in(&state, from.ip(), body).await?)))
}

/// Ends the session that the request comes with.
#[utoipa::path(
    delete,
    path = "/v1/sessions/current",
    responses((status = 204, description = "The session is over."))
)]
async fn sign_out(State(state): State<AppState>, caller: Caller) -> Result<StatusCode, Fault> {
    password::sign_out(&state, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
