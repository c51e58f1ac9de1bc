//! Groups, and who belongs to them.

use super::{
    super::{
        auth::Here,
        extract::{Body, Id, Query},
        problem::Fault,
        state::AppState,
    },
    write::Write,
};
use crate::{
    api::{
        wire::{Applied, GroupRow},
        write::{GroupMembersBody, Reason},
    },
    domain::{
        capability::key::MEMBERS_READ,
        change::{CreateGroup, DeleteGroup, EditGroup, GroupDraft, GroupMembers, Request},
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
    params(Write),
    request_body = GroupDraft,
    responses((status = 201, body = Applied))
)]
async fn create(write: Write, Body(draft): Body<GroupDraft>) -> Result<Response, Fault> {
    write.make(Request::given(CreateGroup { draft })).await
}

/// A group's name, purpose, leader and capabilities after.
#[utoipa::path(
    put,
    path = "/v1/workspaces/{workspace}/groups/{group}",
    params(Write),
    request_body = GroupDraft,
    responses((status = 200, body = Applied))
)]
async fn edit(write: Write, Id(group): Id<GroupId>, Body(draft): Body<GroupDraft>) -> Result<Response, Fault> {
    write.make(Request::one(group.0, EditGroup { draft })).await
}

/// Takes a group away, with its grants and fences.
#[utoipa::path(
    delete,
    path = "/v1/workspaces/{workspace}/groups/{group}",
    params(Reason, Write),
    responses((status = 200, body = Applied))
)]
async fn delete(write: Write, Id(group): Id<GroupId>, Query(why): Query<Reason>) -> Result<Response, Fault> {
    write.make(Request::one(group.0, DeleteGroup { reason: why.reason })).await
}

/// Members into and out of a group.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/groups/{group}/members",
    params(Write),
    request_body = GroupMembersBody,
    responses((status = 200, body = Applied))
)]
async fn set_members(
    write: Write,
    Id(group): Id<GroupId>,
    Body(body): Body<GroupMembersBody>,
) -> Result<Response, Fault> {
    let GroupMembersBody { add, remove, terms } = body;
    write.make(Request::given(GroupMembers { group, add, remove, terms })).await
}
