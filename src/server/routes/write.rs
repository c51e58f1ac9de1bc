//! What all writes share: preview or commit, and how each is answered.

use super::{
    super::{auth::Here, extract::Mode, problem::Fault, services::changes, state::AppState},
    etag,
};
use crate::{api::wire::Applied, domain::change::Request};
use axum::{
    Json,
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

/// A request to change something: by whom, where, and on which conditions.
pub struct Write {
    /// What every handler shares.
    pub state: AppState,
    /// By whom, and where.
    pub here: Here,
    /// To do it, or only to say what it would do.
    pub mode: Mode,
}

impl FromRequestParts<AppState> for Write {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Fault> {
        let here = Here::from_request_parts(parts, state).await?;
        let mode = Mode::from_request_parts(parts, state).await?;
        Ok(Self { state: state.clone(), here, mode })
    }
}

impl Write {
    /// Makes the change, or says what it would do.
    pub async fn make(self, request: Request) -> Result<Response, Fault> {
        self.proven(request, None).await
    }

    /// As [`Write::make`], with the caller's password where the kind asks for it again.
    pub async fn proven(self, request: Request, password: Option<String>) -> Result<Response, Fault> {
        let Self { state, here, mode } = self;
        match mode {
            Mode::Preview => Ok(Json(changes::plan(&state, &here, &request).await?).into_response()),
            Mode::Commit(conditions) => answer(changes::write(&state, &here, &request, &conditions, password).await?),
        }
    }
}

fn answer(done: changes::Committed) -> Result<Response, Fault> {
    let status =
        StatusCode::from_u16(done.status).map_err(|_| Fault::Internal("a remembered answer has no status".into()))?;
    let version = done.applied.version;
    let body: Json<Applied> = Json(done.applied);
    Ok(match version {
        Some(version) => (status, etag(version)?, body).into_response(),
        None => (status, body).into_response(),
    })
}

/// What every write reads besides path and body, for `/openapi.json`.
impl IntoParams for Write {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        [WriteQuery::into_params(|| None), WriteHeaders::into_params(|| None)].concat()
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "a description of what `extract::Mode` reads")]
struct WriteQuery {
    /// Only say what it would do; the answer is then a `Plan`, and neither header is needed.
    preview: Option<bool>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "a description of what `extract::Mode` reads")]
struct WriteHeaders {
    /// The version decided on, in quotes as `ETag` gave it, or `*`.
    #[param(rename = "If-Match")]
    if_match: Option<String>,
    /// One key for one intention, kept over retries.
    #[param(rename = "Idempotency-Key")]
    idempotency_key: Option<String>,
}
