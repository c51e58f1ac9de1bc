//! Members: the list, one of them, and what changes one.

use super::{
    super::{
        auth::Here,
        extract::{Body, Id, Mode, Query},
        problem::Fault,
        services::lists,
        state::AppState,
    },
    etag,
    write::{WriteHeaders, WriteQuery, write},
};
use crate::{
    api::{
        wire::{Applied, Count, MemberRow, Page, PageQuery},
        write::{MemberBody, MemberGroupsBody, Reason, RolesBody},
    },
    domain::{capability::key::MEMBERS_READ, change::Change, id::MemberId},
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(members))
        .routes(routes!(count))
        .routes(routes!(member, rename, remove))
        .routes(routes!(set_roles))
        .routes(routes!(set_groups))
        .routes(routes!(deactivate))
        .routes(routes!(reactivate))
}

/// What the path of a member names, for `/openapi.json`.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "a description of what `Here` and `Id` read")]
struct OfMember {
    /// Where.
    workspace: i64,
    /// Who.
    member: i64,
}

/// A page of members. Sorts: `email`, `name`, `role`, `status`, `last`, `groups`.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/members",
    params(("workspace" = i64, Path, description = "Where."), PageQuery),
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
    params(("workspace" = i64, Path, description = "Where."), Counting),
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

/// One member.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/members/{member}",
    params(OfMember),
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
    params(OfMember, WriteQuery, WriteHeaders),
    request_body = MemberBody,
    responses((status = 200, body = Applied))
)]
async fn rename(
    State(state): State<AppState>,
    here: Here,
    Id(member): Id<MemberId>,
    mode: Mode,
    Body(body): Body<MemberBody>,
) -> Result<Response, Fault> {
    write(&state, &here, mode, Change::Rename { member, name: body.name }).await
}

/// Takes the membership; account and history stay.
#[utoipa::path(
    delete,
    path = "/v1/workspaces/{workspace}/members/{member}",
    params(OfMember, Reason, WriteQuery, WriteHeaders),
    responses((status = 200, body = Applied))
)]
async fn remove(
    State(state): State<AppState>,
    here: Here,
    Id(member): Id<MemberId>,
    mode: Mode,
    Query(why): Query<Reason>,
) -> Result<Response, Fault> {
    write(&state, &here, mode, Change::Remove { member, reason: why.reason }).await
}

/// Gives a member exactly these roles.
#[utoipa::path(
    put,
    path = "/v1/workspaces/{workspace}/members/{member}/roles",
    params(OfMember, WriteQuery, WriteHeaders),
    request_body = RolesBody,
    responses((status = 200, body = Applied))
)]
async fn set_roles(
    State(state): State<AppState>,
    here: Here,
    Id(member): Id<MemberId>,
    mode: Mode,
    Body(body): Body<RolesBody>,
) -> Result<Response, Fault> {
    write(&state, &here, mode, Change::SetRoles { member, roles: body.roles, terms: body.terms }).await
}

/// A member into and out of groups.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/members/{member}/groups",
    params(OfMember, WriteQuery, WriteHeaders),
    request_body = MemberGroupsBody,
    responses((status = 200, body = Applied))
)]
async fn set_groups(
    State(state): State<AppState>,
    here: Here,
    Id(member): Id<MemberId>,
    mode: Mode,
    Body(body): Body<MemberGroupsBody>,
) -> Result<Response, Fault> {
    let MemberGroupsBody { add, remove, terms } = body;
    write(&state, &here, mode, Change::SetGroups { member, add, remove, terms }).await
}

/// Closes a member out; their edges are kept.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/members/{member}/deactivate",
    params(OfMember, WriteQuery, WriteHeaders),
    request_body = Reason,
    responses((status = 200, body = Applied))
)]
async fn deactivate(
    State(state): State<AppState>,
    here: Here,
    Id(member): Id<MemberId>,
    mode: Mode,
    Body(why): Body<Reason>,
) -> Result<Response, Fault> {
    write(&state, &here, mode, Change::Deactivate { member, reason: why.reason }).await
}

/// Lets a member in again, with the edges that live.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/members/{member}/reactivate",
    params(OfMember, WriteQuery, WriteHeaders),
    request_body = Reason,
    responses((status = 200, body = Applied))
)]
async fn reactivate(
    State(state): State<AppState>,
    here: Here,
    Id(member): Id<MemberId>,
    mode: Mode,
    Body(why): Body<Reason>,
) -> Result<Response, Fault> {
    write(&state, &here, mode, Change::Reactivate { member, reason: why.reason }).await
}
