//! Members: the list, one of them, and what changes one.

use super::{
    super::{
        auth::Here,
        extract::{Body, Id, Query},
        problem::Fault,
        services::lists,
        state::AppState,
    },
    MAX_BULK, etag,
    write::Write,
};
use crate::{
    api::{
        wire::{Among, Applied, Count, Found, MemberRow, Page, PageQuery},
        write::{MemberBody, MemberGroupsBody, Reason, RolesBody},
    },
    domain::{
        capability::key::MEMBERS_READ,
        change::{Deactivate, Reactivate, Remove, Rename, Request, SetGroups, SetRoles},
        id::MemberId,
    },
};
use axum::{
    Json,
    extract::{DefaultBodyLimit, State},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(members))
        .routes(routes!(count))
        .merge(OpenApiRouter::new().routes(routes!(count_among)).layer(DefaultBodyLimit::max(MAX_BULK)))
        .routes(routes!(member, rename, remove))
        .routes(routes!(set_roles))
        .routes(routes!(set_groups))
        .routes(routes!(deactivate))
        .routes(routes!(reactivate))
}

/// A page of members. Sorts: `email`, `name`, `role`, `status`, `last`, `groups`.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/members",
    params(PageQuery),
    responses((status = 200, body = Page<MemberRow>))
)]
async fn members(
    State(state): State<AppState>,
    here: Here,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<MemberRow>>, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    lists::page(&query)?;
    let filter = lists::filter(&query.filter)?;
    Ok(Json(state.store.members(here.workspace, &filter, &query, state.now()).await?))
}

/// Which ones are counted.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Counting {
    /// The filter; empty for all.
    #[serde(default)]
    pub filter: String,
}

/// How many members there are, and how many match.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/members/count",
    params(Counting),
    responses((status = 200, body = Count))
)]
async fn count(
    State(state): State<AppState>,
    here: Here,
    Query(counting): Query<Counting>,
) -> Result<Json<Count>, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    let filter = lists::filter(&counting.filter)?;
    Ok(Json(state.store.count_members(here.workspace, &filter, state.now()).await?))
}

/// How many of some members there are, and how many of those match.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/members/count",
    request_body = Among,
    responses((status = 200, body = Found))
)]
async fn count_among(
    State(state): State<AppState>,
    here: Here,
    Body(among): Body<Among>,
) -> Result<Json<Found>, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    let (on, filter) = (lists::selection(&among.on)?, lists::filter(&among.filter)?);
    Ok(Json(state.store.count_members_among(here.workspace, &on, &filter, state.now()).await?))
}

/// One member.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/members/{member}",
    responses((status = 200, body = MemberRow, headers(("ETag" = String, description = "For If-Match."))))
)]
async fn member(
    State(state): State<AppState>,
    here: Here,
    Id(member): Id<MemberId>,
) -> Result<impl IntoResponse, Fault> {
    here.needs_unless_own(&state, member, &[MEMBERS_READ]).await?;
    let row = state.store.member(here.workspace, member, state.now()).await?;
    Ok((etag(row.version)?, Json(row)))
}

/// Gives a member a new name.
#[utoipa::path(
    patch,
    path = "/v1/workspaces/{workspace}/members/{member}",
    params(Write),
    request_body = MemberBody,
    responses((status = 200, body = Applied))
)]
async fn rename(write: Write, Id(member): Id<MemberId>, Body(body): Body<MemberBody>) -> Result<Response, Fault> {
    write.make(Request::one(member.0, Rename { name: body.name })).await
}

/// Takes the membership; account and history stay.
#[utoipa::path(
    delete,
    path = "/v1/workspaces/{workspace}/members/{member}",
    params(Reason, Write),
    responses((status = 200, body = Applied))
)]
async fn remove(write: Write, Id(member): Id<MemberId>, Query(why): Query<Reason>) -> Result<Response, Fault> {
    write.make(Request::one(member.0, Remove { reason: why.reason })).await
}

/// Gives a member exactly these roles.
#[utoipa::path(
    put,
    path = "/v1/workspaces/{workspace}/members/{member}/roles",
    params(Write),
    request_body = RolesBody,
    responses((status = 200, body = Applied))
)]
async fn set_roles(write: Write, Id(member): Id<MemberId>, Body(body): Body<RolesBody>) -> Result<Response, Fault> {
    write.make(Request::one(member.0, SetRoles { roles: body.roles, terms: body.terms })).await
}

/// A member into and out of groups.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/members/{member}/groups",
    params(Write),
    request_body = MemberGroupsBody,
    responses((status = 200, body = Applied))
)]
async fn set_groups(
    write: Write,
    Id(member): Id<MemberId>,
    Body(body): Body<MemberGroupsBody>,
) -> Result<Response, Fault> {
    let MemberGroupsBody { add, remove, terms } = body;
    write.make(Request::one(member.0, SetGroups { add, remove, terms })).await
}

/// Closes a member out; their edges are kept.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/members/{member}/deactivate",
    params(Write),
    request_body = Reason,
    responses((status = 200, body = Applied))
)]
async fn deactivate(write: Write, Id(member): Id<MemberId>, Body(why): Body<Reason>) -> Result<Response, Fault> {
    write.make(Request::one(member.0, Deactivate { reason: why.reason })).await
}

/// Lets a member in again, with the edges that live.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/members/{member}/reactivate",
    params(Write),
    request_body = Reason,
    responses((status = 200, body = Applied))
)]
async fn reactivate(write: Write, Id(member): Id<MemberId>, Body(why): Body<Reason>) -> Result<Response, Fault> {
    write.make(Request::one(member.0, Reactivate { reason: why.reason })).await
}
