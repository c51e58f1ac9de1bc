//! Grants: of a folder, of a member, and what changes them.

use super::{
    super::{
        auth::Here,
        extract::{Body, Id, Query},
        problem::Fault,
        services::lists,
        state::AppState,
    },
    write::Write,
};
use crate::{
    api::{
        wire::{Applied, GrantRow},
        write::{GrantBody, Reason},
    },
    domain::{
        capability::key::MEMBERS_READ,
        change::{self, EditGrant, Request, Revoke},
        edge::Terms,
        id::{FolderId, GrantId, GroupId, MemberId},
    },
};
use axum::{Json, extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(of_folder, grant))
        .routes(routes!(of_member))
        .routes(routes!(of_group))
        .routes(routes!(edit))
        .routes(routes!(revoke))
}

/// Grants in effect in a folder: its own, then inherited ones, nearest first.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/folders/{folder}/grants",
    responses((status = 200, body = Vec<GrantRow>))
)]
async fn of_folder(
    State(state): State<AppState>,
    here: Here,
    Id(folder): Id<FolderId>,
) -> Result<Json<Vec<GrantRow>>, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    Ok(Json(lists::folder_grants(&state, &here, folder).await?))
}

/// Grants of a member, own and by groups.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/members/{member}/grants",
    responses((status = 200, body = Vec<GrantRow>))
)]
async fn of_member(
    State(state): State<AppState>,
    here: Here,
    Id(member): Id<MemberId>,
) -> Result<Json<Vec<GrantRow>>, Fault> {
    here.needs_unless_own(&state, member, &[MEMBERS_READ]).await?;
    Ok(Json(lists::member_grants(&state, &here, member).await?))
}

/// Grants of a group.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/groups/{group}/grants",
    responses((status = 200, body = Vec<GrantRow>))
)]
async fn of_group(
    State(state): State<AppState>,
    here: Here,
    Id(group): Id<GroupId>,
) -> Result<Json<Vec<GrantRow>>, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    Ok(Json(lists::group_grants(&state, &here, group).await?))
}

/// Allows or denies in a folder and all below it. `If-Match` names the folder's version.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/folders/{folder}/grants",
    params(Write),
    request_body = GrantBody,
    responses((status = 201, body = Applied))
)]
async fn grant(write: Write, Id(folder): Id<FolderId>, Body(body): Body<GrantBody>) -> Result<Response, Fault> {
    let GrantBody { subject, capability, effect, terms } = body;
    let (id, grant) = change::Grant::to(folder, subject, capability, effect, terms);
    write.make(Request::one(id, grant)).await
}

/// A grant's reason, expiry and review date after.
#[utoipa::path(
    put,
    path = "/v1/workspaces/{workspace}/grants/{grant}/terms",
    params(Write),
    request_body = Terms,
    responses((status = 200, body = Applied))
)]
async fn edit(write: Write, Id(grant): Id<GrantId>, Body(terms): Body<Terms>) -> Result<Response, Fault> {
    write.make(Request::one(grant.0, EditGrant { terms })).await
}

/// Takes a grant away.
#[utoipa::path(
    delete,
    path = "/v1/workspaces/{workspace}/grants/{grant}",
    params(Reason, Write),
    responses((status = 200, body = Applied))
)]
async fn revoke(write: Write, Id(grant): Id<GrantId>, Query(why): Query<Reason>) -> Result<Response, Fault> {
    write.make(Request::one(grant.0, Revoke { reason: why.reason })).await
}
