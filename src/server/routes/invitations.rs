//! Invitations, as those who invite see them.

use super::{
    super::{
        auth::Here,
        extract::{Body, Id, Query},
        problem::Fault,
        services::{invitations as service, lists},
        state::AppState,
    },
    MAX_BULK, etag,
    members::Counting,
    write::Write,
};
use crate::{
    api::{
        wire::{Among, Applied, Found, InvitationCount, InvitationLink, InvitationRow, Page, PageQuery},
        write::{InvitationBody, Reason},
    },
    domain::{
        capability::key::{MEMBERS_INVITE, MEMBERS_MANAGE, MEMBERS_READ},
        change::{Cancel, EditInvitation, Invite, InviteDraft, Request, Resend},
        id::InvitationId,
    },
};
use axum::{
    Json,
    extract::{DefaultBodyLimit, State},
    response::{IntoResponse, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(invitations, invite))
        .routes(routes!(count))
        .merge(OpenApiRouter::new().routes(routes!(count_among)).layer(DefaultBodyLimit::max(MAX_BULK)))
        .routes(routes!(invitation, edit))
        .routes(routes!(link))
        .routes(routes!(resend))
        .routes(routes!(cancel))
}

/// A page of invitations: the open ones, unless the filter asks for a state. Sorts: `expires`, `email`,
/// `role`, `inviter`, `created`, `sends`, `delivery`, `flags`, `status`. Filter: words, and the fields
/// `flag`, `role`, `group`, `status`, `inviter` and `domain`.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/invitations",
    params(PageQuery),
    responses((status = 200, body = Page<InvitationRow>))
)]
async fn invitations(
    State(state): State<AppState>,
    here: Here,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<InvitationRow>>, Fault> {
    here.needs(&state, &[MEMBERS_INVITE, MEMBERS_MANAGE, MEMBERS_READ]).await?;
    lists::page(&query)?;
    let filter = lists::filter(&query.filter)?;
    Ok(Json(state.store.invitations(here.workspace, &filter, &query, state.now()).await?))
}

/// How many invitations there are, by state; how many want attention, and how many match.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/invitations/count",
    params(Counting),
    responses((status = 200, body = InvitationCount))
)]
async fn count(
    State(state): State<AppState>,
    here: Here,
    Query(counting): Query<Counting>,
) -> Result<Json<InvitationCount>, Fault> {
    here.needs(&state, &[MEMBERS_INVITE, MEMBERS_MANAGE, MEMBERS_READ]).await?;
    let filter = lists::filter(&counting.filter)?;
    Ok(Json(state.store.count_invitations(here.workspace, &filter, state.now()).await?))
}

/// How many of some invitations there are, and how many of those match.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/invitations/count",
    request_body = Among,
    responses((status = 200, body = Found))
)]
async fn count_among(
    State(state): State<AppState>,
    here: Here,
    Body(among): Body<Among>,
) -> Result<Json<Found>, Fault> {
    here.needs(&state, &[MEMBERS_INVITE, MEMBERS_MANAGE, MEMBERS_READ]).await?;
    let (on, filter) = (lists::selection(&among.on)?, lists::filter(&among.filter)?);
    Ok(Json(state.store.count_invitations_among(here.workspace, &on, &filter, state.now()).await?))
}

/// One invitation.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/invitations/{invitation}",
    responses((status = 200, body = InvitationRow, headers(("ETag" = String, description = "For If-Match."))))
)]
async fn invitation(
    State(state): State<AppState>,
    here: Here,
    Id(invitation): Id<InvitationId>,
) -> Result<impl IntoResponse, Fault> {
    here.needs(&state, &[MEMBERS_INVITE, MEMBERS_MANAGE, MEMBERS_READ]).await?;
    let row = state.store.invitation(here.workspace, invitation, state.now()).await?;
    Ok((etag(row.version)?, Json(row)))
}

/// The link of an invitation once more, for whoever made it and as long as the backend runs that did;
/// a conflict otherwise.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/invitations/{invitation}/link",
    responses((status = 200, body = InvitationLink))
)]
async fn link(
    State(state): State<AppState>,
    here: Here,
    Id(invitation): Id<InvitationId>,
) -> Result<Json<InvitationLink>, Fault> {
    here.needs(&state, &[MEMBERS_INVITE, MEMBERS_MANAGE]).await?;
    Ok(Json(service::link(&state, &here, invitation).await?))
}

/// Asks somebody in. The answer holds the link, this once. `If-Match` names the workspace's version.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/invitations",
    params(Write),
    request_body = InviteDraft,
    responses((status = 201, body = Applied))
)]
async fn invite(write: Write, Body(draft): Body<InviteDraft>) -> Result<Response, Fault> {
    write.make(Request::given(Invite::one(draft))).await
}

/// A pending invitation's roles, groups and expiry after.
#[utoipa::path(
    put,
    path = "/v1/workspaces/{workspace}/invitations/{invitation}",
    params(Write),
    request_body = InvitationBody,
    responses((status = 200, body = Applied))
)]
async fn edit(
    write: Write,
    Id(invitation): Id<InvitationId>,
    Body(body): Body<InvitationBody>,
) -> Result<Response, Fault> {
    let InvitationBody { roles, groups, ttl_days } = body;
    write.make(Request::one(invitation.0, EditInvitation { roles, groups, ttl_days })).await
}

/// A new link and a new expiry; every earlier link is dead.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/invitations/{invitation}/resend",
    params(Write),
    responses((status = 200, body = Applied))
)]
async fn resend(write: Write, Id(invitation): Id<InvitationId>) -> Result<Response, Fault> {
    write.make(Request::one(invitation.0, Resend {})).await
}

/// The link dead, the pending member gone.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/invitations/{invitation}/cancel",
    params(Write),
    request_body = Reason,
    responses((status = 200, body = Applied))
)]
async fn cancel(write: Write, Id(invitation): Id<InvitationId>, Body(why): Body<Reason>) -> Result<Response, Fault> {
    write.make(Request::one(invitation.0, Cancel { reason: why.reason })).await
}
