//! What happens around every request: time limit, panics, headers, the log of failures.

use super::{
    problem::{Fault, PROBLEM_JSON, ToLog},
    state::AppState,
};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{any::Any, time::Duration};

/// How long a request may take, its body's arrival included.
pub const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Ends what takes too long. A write cut off here is rolled back, or known by its idempotency key.
pub async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(TIME_LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Fault::TimedOut.into_response(),
    }
}

/// Logs the server's own failures, and sees to it that no answer is kept by a cache or guessed at.
pub async fn finish(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let place = format!("{} {}", request.method(), route(&request));
    let mut response = next.run(request).await;
    if response.status().is_server_error() && !is_for_somebody(&response) {
        // An answer that could not be written: the framework's words are for nobody.
        response = Fault::Internal("an answer could not be written".into()).into_response();
    }
    if let Some(ToLog(text)) = response.extensions_mut().remove() {
        (state.report)(&format!("{place}: {text}"));
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Whether an answer is a document or a page of ours.
fn is_for_somebody(response: &Response) -> bool {
    let sent = response.headers().get(header::CONTENT_TYPE);
    sent.is_some_and(|sent| *sent == PROBLEM_JSON || sent.as_bytes().starts_with(b"text/html"))
}

/// The route as written in the code: a path as it came might hold an invitation's token.
fn route(request: &Request) -> String {
    let matched = request.extensions().get::<axum::extract::MatchedPath>();
    matched.map_or_else(|| "an unknown path".into(), |path| path.as_str().to_owned())
}

/// A handler that panicked is a failure of the server's own.
pub fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str).or(cause.downcast_ref::<&str>().copied());
    Fault::Internal(format!("a handler panicked: {}", text.unwrap_or("no message"))).into_response()
}

/// For a path that is not there.
pub async fn no_such_path() -> Fault {
    Fault::Missing("there is nothing at this path; /openapi.json lists what there is".into())
}

/// For a method that a path does not take.
pub async fn no_such_method() -> Fault {
    Fault::Method
}

/// Carries what is to be logged from one answer to the one sent in its place.
pub fn keep_log(from: &Response, to: &mut Response) {
    if let Some(log) = from.extensions().get::<ToLog>() {
        to.extensions_mut().insert(log.clone());
    }
}
