//! Paths. A file for each resource; its handlers take a request apart, hand it to a service, and dress
//! the answer. Every route is made together with its entry in `/openapi.json`, so that none can be
//! without one; what the path names is told there by itself.

mod access;
mod audit;
mod changes;
mod folders;
mod grants;
mod groups;
mod import;
mod invitations;
mod join;
mod me;
mod members;
mod plans;
mod roles;
mod sessions;
mod transfer;
mod workspaces;
mod write;

use super::{layers, openapi, problem::Fault, state::AppState};
use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, header},
    middleware,
    routing::get,
};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;

/// Most bytes of a body, but where many rows come in one.
const MAX_BODY: usize = 1024 * 1024;

/// Most bytes of an import, a plan, a change or a count among named rows.
const MAX_BULK: usize = 16 * 1024 * 1024;

/// All routes, in their layers.
pub fn router(state: AppState) -> Router {
    let (routes, mut description) = OpenApiRouter::with_openapi(openapi::Description::openapi())
        .merge(access::routes())
        .merge(audit::routes())
        .merge(folders::routes())
        .merge(grants::routes())
        .merge(groups::routes())
        .merge(import::routes())
        .merge(invitations::routes())
        .merge(changes::routes())
        .merge(join::routes())
        .merge(me::routes())
        .merge(members::routes())
        .merge(plans::routes())
        .merge(roles::routes())
        .merge(sessions::routes())
        .merge(transfer::routes())
        .merge(workspaces::routes())
        .split_for_parts();
    openapi::finish(&mut description);
    let description = std::sync::Arc::new(description);
    routes
        .route("/openapi.json", get(async move || Json(description)))
        .fallback(layers::no_such_path)
        .method_not_allowed_fallback(layers::no_such_method)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn(layers::in_time))
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(middleware::from_fn_with_state(state.clone(), layers::finish))
        .with_state(state)
}

/// The version of a single resource, for `If-Match`.
fn etag(version: i64) -> Result<[(HeaderName, HeaderValue); 1], Fault> {
    let value = HeaderValue::from_str(&format!("\"{version}\""))
        .map_err(|_| Fault::Internal("a version that fits no header".into()))?;
    Ok([(header::ETAG, value)])
}
