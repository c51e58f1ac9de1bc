//! The transfer of ownership.

use super::{
    super::{extract::Body, problem::Fault, state::AppState},
    write::Write,
};
use crate::{
    api::{wire::Applied, write::TransferBody},
    domain::change::{Request, Transfer},
};
use axum::response::Response;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(transfer))
}

/// Hands the workspace to another active member. `If-Match` names the workspace's version.
#[utoipa::path(
    post,
    path = "/v1/workspaces/{workspace}/transfer",
    params(Write),
    request_body = TransferBody,
    responses((status = 200, body = Applied))
)]
async fn transfer(write: Write, Body(body): Body<TransferBody>) -> Result<Response, Fault> {
    let transfer = Transfer { email: body.email, reason: body.reason };
    write.proven(Request::given(transfer), body.password).await
}
