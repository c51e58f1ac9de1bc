//! Invitations, as those who invite see them.

use super::{
    super::{
        auth::Here,
        extract::{Body, Id, Mode, Query},
        problem::Fault,
        services::{invitations as service, lists},
        state::AppState,
    },
    write::{WriteHeaders, WriteQuery, write},
};
use crate::{
    api::{
        wire::{Applied, InvitationRow, Page, PageQuery},
        write::{InvitationBody, Reason},
    },
    domain::{
        capability::key::{MEMBERS_INVITE, MEMBERS_MANAGE, MEMBERS_READ},
        change::{Change, InviteDraft},
        id::InvitationId,
    },
};
use axum::{Json, extract::State, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(invitations, invite))
        .routes(routes!(edit))
        .routes(routes!(resend))
        .routes(routes!(cancel))
}

/// A page of invitations. Sorts: `expires`, `email`, `created`.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/invitations",
    params(("workspace" = i64, Path, description = "Where."), PageQuery),
    responses((status = 200, body = Page<InvitationRow>))
)]
async fn invitations(
    State(state): State<AppState>,
    here: Here,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<InvitationRow>>, Fault> {
    here.needs(&state, &[MEMBERS_INVITE, MEMBERS_MANAGE, MEMBERS_READ]).await?;
    lists::page(&query)?;
    Ok(Json(service::board(&state, &here, &query).await?))
}

/// Asks somebody in. The answer holds the link, this once. `If-Match` names the workspace's version.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/invitations",
    params(("workspace" = i64, Path, description = "Where."), WriteQuery, WriteHeaders),
    request_body = InviteDraft,
    responses((status = 201, body = Applied))
)]
async fn invite(
    State(state): State<AppState>,
    here: Here,
    mode: Mode,
    Body(draft): Body<InviteDraft>,
) -> Result<Response, Fault> {
    write(&state, &here, mode, Change::Invite(draft)).await
}

/// A pending invitation's roles, groups and expiry after.
#[utoipa::path(
    put,
    path = "/v1/workspaces/{workspace}/invitations/{invitation}",
    params(
        ("workspace" = i64, Path, description = "Where."),
        ("invitation" = i64, Path, description = "Which."),
        WriteQuery,
        WriteHeaders
    ),
    request_body = InvitationBody,
    responses((status = 200, body = Applied))
)]
async fn edit(
    State(state): State<AppState>,
    here: Here,
    Id(invitation): Id<InvitationId>,
    mode: Mode,
    Body(body): Body<InvitationBody>,
) -> Result<Response, Fault> {
    let InvitationBody { roles, groups, ttl_days } = body;
    write(&state, &here, mode, Change::EditInvitation { invitation, roles, groups, ttl_days }).await
}

/// A new link and a new expiry; every earlier link is dead.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/invitations/{invitation}/resend",
    params(
        ("workspace" = i64, Path, description = "Where."),
        ("invitation" = i64, Path, description = "Which."),
        WriteQuery,
        WriteHeaders
    ),
    responses((status = 200, body = Applied))
)]
async fn resend(
    State(state): State<AppState>,
    here: Here,
    Id(invitation): Id<InvitationId>,
    mode: Mode,
) -> Result<Response, Fault> {
    write(&state, &here, mode, Change::ResendInvitation { invitation }).await
}

/// The link dead, the pending member gone.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/invitations/{invitation}/cancel",
    params(
        ("workspace" = i64, Path, description = "Where."),
        ("invitation" = i64, Path, description = "Which."),
        WriteQuery,
        WriteHeaders
    ),
    request_body = Reason,
    responses((status = 200, body = Applied))
)]
async fn cancel(
    State(state): State<AppState>,
    here: Here,
    Id(invitation): Id<InvitationId>,
    mode: Mode,
    Body(why): Body<Reason>,
) -> Result<Response, Fault> {
    write(&state, &here, mode, Change::CancelInvitation { invitation, reason: why.reason }).await
}
