//! The three questions: what does she hold, why, and who else.

use super::super::{
    auth::Here,
    extract::{Id, Query},
    problem::Fault,
    services::explain as service,
    state::AppState,
};
use crate::{
    api::wire::{EffectiveAccess, Explanation, WhoCan},
    domain::{
        capability::key::MEMBERS_READ,
        id::{FolderId, MemberId},
    },
};
use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(access)).routes(routes!(explain)).routes(routes!(who_can))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Place {
    /// In which folder; across the workspace when absent.
    #[param(value_type = Option<i64>)]
    folder: Option<FolderId>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Question {
    /// Key of the capability.
    capability: String,
    /// In which folder; across the workspace when absent.
    #[param(value_type = Option<i64>)]
    folder: Option<FolderId>,
}

/// Every capability of a member, with every source.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/members/{member}/access",
    params(Place),
    responses((status = 200, body = EffectiveAccess))
)]
async fn access(
    State(state): State<AppState>,
    here: Here,
    Id(member): Id<MemberId>,
    Query(place): Query<Place>,
) -> Result<Json<EffectiveAccess>, Fault> {
    here.needs_unless_own(&state, member, &[MEMBERS_READ]).await?;
    Ok(Json(service::access(&state, &here, member, place.folder).await?))
}

/// Why a member may do something, or why not and what would allow it.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/members/{member}/explain",
    params(Question),
    responses((status = 200, body = Explanation))
)]
async fn explain(
    State(state): State<AppState>,
    here: Here,
    Id(member): Id<MemberId>,
    Query(question): Query<Question>,
) -> Result<Json<Explanation>, Fault> {
    here.needs_unless_own(&state, member, &[MEMBERS_READ]).await?;
    Ok(Json(service::explain(&state, &here, member, &question.capability, question.folder).await?))
}

/// Everyone who may do something, and via what.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/who-can",
    params(Question),
    responses((status = 200, body = WhoCan))
)]
async fn who_can(
    State(state): State<AppState>,
    here: Here,
    Query(question): Query<Question>,
) -> Result<Json<WhoCan>, Fault> {
    here.needs(&state, &[MEMBERS_READ]).await?;
    Ok(Json(service::who_can(&state, &here, &question.capability, question.folder).await?))
}
