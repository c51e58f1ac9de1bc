//! Changes: being applied, and recorded.

use super::{
    super::{
        auth::Here,
        extract::{Body, Id, Key, Query},
        problem::Fault,
        services::{aside, changes as service, lists},
        state::AppState,
    },
    MAX_BULK,
};
use crate::{
    api::wire::{Change, ChangeRow, Page, PageQuery, Resume, StartChange},
    domain::{capability::key::MEMBERS_READ, id::ChangeId},
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
        .routes(routes!(changes, start))
        .layer(DefaultBodyLimit::max(MAX_BULK))
        .routes(routes!(change))
        .routes(routes!(rows))
        .routes(routes!(progress))
        .routes(routes!(stop))
        .routes(routes!(resume))
}

/// A page of changes, newest first. The filter is the name of a kind: `set_roles`.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/changes",
    params(PageQuery),
    responses((status = 200, body = Page<Change>))
)]
async fn changes(
    State(state): State<AppState>,
    here: Here,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Change>>, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    lists::page(&query)?;
    Ok(Json(service::changes(&state, &here, &query).await?))
}

/// Begins a change, which goes on by itself. The same key again answers the same change. A `digest` that the
/// plan does not come to any more is answered with 412, and nothing is done.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/changes",
    params(Key),
    request_body = StartChange,
    responses((status = 201, body = Change))
)]
async fn start(
    State(state): State<AppState>,
    here: Here,
    Key(key): Key,
    Body(start): Body<StartChange>,
) -> Result<Response, Fault> {
    let change = aside(async move { service::start(&state, &here, start, &key).await }).await??;
    Ok((StatusCode::CREATED, Json(change)).into_response())
}

/// One change.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/changes/{change}",
    responses((status = 200, body = Change))
)]
async fn change(State(state): State<AppState>, here: Here, Id(change): Id<ChangeId>) -> Result<Json<Change>, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    Ok(Json(service::change(&state, &here, change).await?))
}

/// A page of a change's rows, in order. The filter is a state: `pending`, `done`, `unchanged`, `failed`, `skipped`.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/changes/{change}/rows",
    params(PageQuery),
    responses((status = 200, body = Page<ChangeRow>))
)]
async fn rows(
    State(state): State<AppState>,
    here: Here,
    Id(change): Id<ChangeId>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<ChangeRow>>, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    lists::page(&query)?;
    Ok(Json(service::rows(&state, &here, change, &query).await?))
}

/// How a change goes on: a `Change` a line, the first at once, the last when it is not at work any more.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/changes/{change}/progress",
    responses((status = 200, body = Change, content_type = "application/x-ndjson"))
)]
async fn progress(State(state): State<AppState>, here: Here, Id(change): Id<ChangeId>) -> Result<Response, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    let lines = service::progress(state, here, change).await?;
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Stream::from_stream(lines)).into_response())
}

/// Stops a change; answers when it has stopped. What waits can be resumed.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/changes/{change}/stop",
    responses((status = 200, body = Change))
)]
async fn stop(State(state): State<AppState>, here: Here, Id(change): Id<ChangeId>) -> Result<Json<Change>, Fault> {
    Ok(Json(service::stop(&state, &here, change).await?))
}

/// Goes on with what waits, and with what failed if asked. Only whoever began it may.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/changes/{change}/resume",
    request_body = Resume,
    responses((status = 200, body = Change))
)]
async fn resume(
    State(state): State<AppState>,
    here: Here,
    Id(change): Id<ChangeId>,
    Body(resume): Body<Resume>,
) -> Result<Json<Change>, Fault> {
    Ok(Json(service::resume(&state, &here, change, resume).await?))
}
