//! Jobs: bulk changes being made, and made.

use super::{
    super::{
        auth::Here,
        extract::{Body, Id, Key, Query},
        problem::Fault,
        services::{aside, jobs as service, lists},
        state::AppState,
    },
    MAX_BULK,
};
use crate::{
    api::wire::{Job, JobRow, Page, PageQuery, Resume, StartJob},
    domain::{capability::key::MEMBERS_READ, id::JobId},
};
use axum::{
    Json,
    body::Body as Stream,
    extract::{DefaultBodyLimit, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(jobs, start))
        .layer(DefaultBodyLimit::max(MAX_BULK))
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
    params(PageQuery),
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

/// Begins a job, which goes on by itself. The same key again answers the same job. A `digest` that the
/// plan does not come to any more is answered with 412, and nothing is done.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/jobs",
    params(Key),
    request_body = StartJob,
    responses((status = 201, body = Job))
)]
async fn start(
    State(state): State<AppState>,
    here: Here,
    Key(key): Key,
    Body(start): Body<StartJob>,
) -> Result<Response, Fault> {
    let job = aside(async move { service::start(&state, &here, start, &key).await }).await??;
    Ok((StatusCode::CREATED, Json(job)).into_response())
}

/// One job.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/jobs/{job}",
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
    params(PageQuery),
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
    responses((status = 200, body = Job))
)]
async fn stop(State(state): State<AppState>, here: Here, Id(job): Id<JobId>) -> Result<Json<Job>, Fault> {
    Ok(Json(service::stop(&state, &here, job).await?))
}

/// Goes on with what waits, and with what failed if asked. Only whoever began it may.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/jobs/{job}/resume",
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
