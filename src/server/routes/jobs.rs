//! Jobs: bulk changes being made, and made.

use super::super::{
    auth::Here,
    extract::{Body, Id, Query},
    problem::Fault,
    services::{jobs as service, lists},
    state::AppState,
};
use crate::{
    api::wire::{Job, JobRow, Page, PageQuery, Resume},
    domain::{capability::key::MEMBERS_READ, id::JobId},
};
use axum::{
    Json,
    body::Body as Stream,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(jobs))
        .routes(routes!(job))
        .routes(routes!(rows))
        .routes(routes!(progress))
        .routes(routes!(stop))
        .routes(routes!(resume))
}

/// A page of jobs, newest first. The filter is an action: `set_roles`.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/jobs",
    params(("workspace" = i64, Path, description = "Where."), PageQuery),
    responses((status = 200, body = Page<Job>))
)]
async fn jobs(
    State(state): State<AppState>,
    here: Here,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Job>>, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    lists::page(&query)?;
    Ok(Json(service::jobs(&state, &here, &query).await?))
}

/// One job.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/jobs/{job}",
    params(("workspace" = i64, Path, description = "Where."), ("job" = i64, Path, description = "Which.")),
    responses((status = 200, body = Job))
)]
async fn job(State(state): State<AppState>, here: Here, Id(job): Id<JobId>) -> Result<Json<Job>, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    Ok(Json(service::job(&state, &here, job).await?))
}

/// A page of a job's rows, in order. The filter is a state: `waiting`, `applied`, `failed`, `skipped`.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/jobs/{job}/rows",
    params(
        ("workspace" = i64, Path, description = "Where."),
        ("job" = i64, Path, description = "Which."),
        PageQuery
    ),
    responses((status = 200, body = Page<JobRow>))
)]
async fn rows(
    State(state): State<AppState>,
    here: Here,
    Id(job): Id<JobId>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<JobRow>>, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    lists::page(&query)?;
    Ok(Json(service::rows(&state, &here, job, &query).await?))
}

/// How a job goes on: a `Job` a line, the first at once, the last when it is not at work any more.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/jobs/{job}/progress",
    params(("workspace" = i64, Path, description = "Where."), ("job" = i64, Path, description = "Which.")),
    responses((status = 200, body = Job, content_type = "application/x-ndjson"))
)]
async fn progress(State(state): State<AppState>, here: Here, Id(job): Id<JobId>) -> Result<Response, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    let lines = service::progress(state, here, job).await?;
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Stream::from_stream(lines)).into_response())
}

/// Stops a job; answers when it has stopped. What waits can be resumed.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/jobs/{job}/stop",
    params(("workspace" = i64, Path, description = "Where."), ("job" = i64, Path, description = "Which.")),
    responses((status = 200, body = Job))
)]
async fn stop(State(state): State<AppState>, here: Here, Id(job): Id<JobId>) -> Result<Json<Job>, Fault> {
    Ok(Json(service::stop(&state, &here, job).await?))
}

/// Goes on with what waits, and with what failed if asked. Only whoever began it may.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/jobs/{job}/resume",
    params(("workspace" = i64, Path, description = "Where."), ("job" = i64, Path, description = "Which.")),
    request_body = Resume,
    responses((status = 200, body = Job))
)]
async fn resume(
    State(state): State<AppState>,
    here: Here,
    Id(job): Id<JobId>,
    Body(resume): Body<Resume>,
) -> Result<Json<Job>, Fault> {
    Ok(Json(service::resume(&state, &here, job, resume).await?))
}
