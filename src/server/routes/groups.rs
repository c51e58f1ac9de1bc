//! Groups, and who belongs to them.

use super::{
    super::{
        auth::Here,
        extract::{Body, Id, Mode, Query},
        problem::Fault,
        state::AppState,
    },
    write::{WriteHeaders, WriteQuery, write},
};
use crate::{
    api::{
        wire::{Applied, GroupRow},
        write::{GroupMembersBody, Reason},
    },
    domain::{
        capability::key::MEMBERS_READ,
        change::{Change, GroupDraft},
        id::GroupId,
    },
};
use axum::{Json, extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(groups, create)).routes(routes!(edit, delete)).routes(routes!(set_members))
}

/// All groups, by name.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/groups",
    params(("workspace" = i64, Path, description = "Where.")),
    responses((status = 200, body = Vec<GroupRow>))
)]
async fn groups(State(state): State<AppState>, here: Here) -> Result<Json<Vec<GroupRow>>, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    Ok(Json(state.store.groups(here.workspace, state.now()).await?))
}

/// Makes a group. `If-Match` names the workspace's version.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/groups",
    params(("workspace" = i64, Path, description = "Where."), WriteQuery, WriteHeaders),
    request_body = GroupDraft,
    responses((status = 201, body = Applied))
)]
async fn create(
    State(state): State<AppState>,
    here: Here,
    mode: Mode,
    Body(draft): Body<GroupDraft>,
) -> Result<Response, Fault> {
    write(&state, &here, mode, Change::CreateGroup(draft)).await
}

/// A group's name, purpose, leader and capabilities after.
#[utoipa::path(
    put,
    path = "/v1/workspaces/{workspace}/groups/{group}",
    params(("workspace" = i64, Path, description = "Where."), ("group" = i64, Path, description = "Which."), WriteQuery, WriteHeaders),
    request_body = GroupDraft,
    responses((status = 200, body = Applied))
)]
async fn edit(
    State(state): State<AppState>,
    here: Here,
    Id(group): Id<GroupId>,
    mode: Mode,
    Body(draft): Body<GroupDraft>,
) -> Result<Response, Fault> {
    write(&state, &here, mode, Change::EditGroup { group, draft }).await
}

/// Takes a group away, with its grants and fences.
#[utoipa::path(
    delete,
    path = "/v1/workspaces/{workspace}/groups/{group}",
    params(
        ("workspace" = i64, Path, description = "Where."),
        ("group" = i64, Path, description = "Which."),
        Reason,
        WriteQuery,
        WriteHeaders
    ),
    responses((status = 200, body = Applied))
)]
async fn delete(
    State(state): State<AppState>,
    here: Here,
    Id(group): Id<GroupId>,
    mode: Mode,
    Query(why): Query<Reason>,
) -> Result<Response, Fault> {
    write(&state, &here, mode, Change::DeleteGroup { group, reason: why.reason }).await
}

/// Members into and out of a group.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/groups/{group}/members",
    params(("workspace" = i64, Path, description = "Where."), ("group" = i64, Path, description = "Which."), WriteQuery, WriteHeaders),
    request_body = GroupMembersBody,
    responses((status = 200, body = Applied))
)]
async fn set_members(
    State(state): State<AppState>,
    here: Here,
    Id(group): Id<GroupId>,
    mode: Mode,
    Body(body): Body<GroupMembersBody>,
) -> Result<Response, Fault> {
    let GroupMembersBody { add, remove, terms } = body;
    write(&state, &here, mode, Change::SetGroupMembers { group, add, remove, terms }).await
}
