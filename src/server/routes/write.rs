//! What all writes share: preview or commit, and how each is answered.

use super::{
    super::{
        auth::Here,
        extract::Mode,
        problem::Fault,
        services::{commit, preview},
        state::AppState,
    },
    etag,
};
use crate::{api::wire::Applied, domain::change::Change};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};

/// Makes the change, or says what it would do.
pub async fn write(state: &AppState, here: &Here, mode: Mode, change: Change) -> Result<Response, Fault> {
    proven(state, here, mode, change, false).await
}

/// As [`write`], by a caller who has just proved again who they are.
pub async fn proven(
    state: &AppState,
    here: &Here,
    mode: Mode,
    change: Change,
    reauthenticated: bool,
) -> Result<Response, Fault> {
    match mode {
        Mode::Preview => Ok(Json(preview::preview(state, here, &change).await?).into_response()),
        Mode::Commit(conditions) => {
            let done = commit::commit(state, here, &change, &conditions, reauthenticated).await?;
            answer(done)
        }
    }
}

fn answer(done: commit::Committed) -> Result<Response, Fault> {
    let status =
        StatusCode::from_u16(done.status).map_err(|_| Fault::Internal("a remembered answer has no status".into()))?;
    let version = done.applied.version;
    let body: Json<Applied> = Json(done.applied);
    Ok(match version {
        Some(version) => (status, etag(version)?, body).into_response(),
        None => (status, body).into_response(),
    })
}

/// A parameter of every write, for `/openapi.json`.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "a description of what `extract::Mode` reads")]
pub struct WriteQuery {
    /// Only say what it would do; the answer is then a `Preview`, and neither header is needed.
    preview: Option<bool>,
}

/// The headers of every write, for `/openapi.json`.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "a description of what `extract::Mode` reads")]
pub struct WriteHeaders {
    /// The version decided on, in quotes as `ETag` gave it, or `*`.
    #[param(rename = "If-Match")]
    if_match: Option<String>,
    /// One key for one intention, kept over retries.
    #[param(rename = "Idempotency-Key")]
    idempotency_key: Option<String>,
}
