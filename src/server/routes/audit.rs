//! The audit log.

use super::super::{auth::Here, extract::Query, problem::Fault, services::lists, state::AppState};
use crate::{
    api::wire::{AuditEvent, Page, PageQuery},
    domain::capability::key::AUDIT_READ,
};
use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(audit))
}

/// A page of the audit log, newest first. The filter's words are looked for in actor, action and target.
#[utoipa::path(
    get,
    path = "/v1/workspaces/{workspace}/audit",
    params(PageQuery),
    responses((status = 200, body = Page<AuditEvent>))
)]
async fn audit(
    State(state): State<AppState>,
    here: Here,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<AuditEvent>>, Fault> {
    here.needs(&state, &[AUDIT_READ]).await?;
    lists::page(&query)?;
    Ok(Json(state.store.audit(here.workspace, &query).await?))
}
