//! What came back: a body, or an error by what a person can do about it.

use super::super::{error::ApiError, wire::Problem};
use crate::domain::untrusted::Text;
use reqwest::{RequestBuilder, Response, StatusCode, header};
use serde::de::DeserializeOwned;
use std::{error::Error as _, time::Duration};

/// A request that failed.
pub struct Failure {
    /// What to tell.
    pub error: ApiError,
    /// Whether it may pass by itself.
    pub passing: bool,
    /// For how long the backend asks to be left alone.
    pub retry_after: Option<Duration>,
}

impl Failure {
    fn passing(error: ApiError) -> Self {
        Self { error, passing: true, retry_after: None }
    }

    fn final_(error: ApiError) -> Self {
        Self { error, passing: false, retry_after: None }
    }
}

/// Sends once and answers the body of a success.
pub async fn once(request: RequestBuilder, most_bytes: usize) -> Result<Vec<u8>, Failure> {
    let response = request.send().await.map_err(|error| unreached(&error))?;
    let status = response.status();
    let retry_after = retry_after(&response);
    let is_problem = is_json(&response);
    let body = body(response, most_bytes).await?;
    if status.is_success() {
        return Ok(body);
    }
    let problem = if is_problem { serde_json::from_slice::<Problem>(&body).ok() } else { None };
    Err(Failure {
        error: refused(status, problem, retry_after),
        passing: matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
                | StatusCode::REQUEST_TIMEOUT
        ),
        retry_after,
    })
}

/// The longest line of a stream.
const LINE: usize = 64 * 1024;

/// Sends once and hands over each line of a success as it comes. There is no time-out but for the
/// connection's: how long the stream goes on is the backend's matter.
pub async fn lines(
    request: RequestBuilder,
    mut take: impl FnMut(&[u8]) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let mut response = request.timeout(Duration::from_secs(24 * 3600)).send().await.map_err(|e| unreached(&e).error)?;
    let status = response.status();
    if !status.is_success() {
        let retry_after = retry_after(&response);
        let problem = if is_json(&response) {
            let body = body(response, LINE).await.map_err(|failure| failure.error)?;
            serde_json::from_slice::<Problem>(&body).ok()
        } else {
            None
        };
        return Err(refused(status, problem, retry_after));
    }
    let mut held = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| unreached(&e).error)? {
        held.extend_from_slice(&chunk);
        while let Some(end) = held.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = held.drain(..=end).collect();
            take(&line)?;
        }
        if held.len() > LINE {
            return Err(ApiError::Server(Text::new("its answer is too large")));
        }
    }
    Ok(())
}

/// Reads a success.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body)
        .map_err(|_| ApiError::Server(Text::new("it answered something that is not rolecall's")))
}

/// Bounded, so that a backend gone wrong cannot fill the memory.
async fn body(mut response: Response, most_bytes: usize) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unreached(&error))? {
        if body.len() + chunk.len() > most_bytes {
            return Err(Failure::final_(ApiError::Server(Text::new("its answer is too large"))));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn is_json(response: &Response) -> bool {
    let sent = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    matches!(sent.split(';').next().map(str::trim), Some("application/problem+json" | "application/json"))
}

/// `Retry-After` in seconds; a date is not worth reading for what it tells.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn refused(status: StatusCode, problem: Option<Problem>, retry_after: Option<Duration>) -> ApiError {
    if status == StatusCode::UNAUTHORIZED {
        return ApiError::Unauthorised;
    }
    let known = problem.is_some();
    let (message, field, faults) = match problem {
        Some(Problem { refusal: Some(why), .. }) => return ApiError::Refused(Box::new(why)),
        Some(problem) if problem.detail.is_empty() => (Text::new(problem.title), problem.field, problem.faults),
        Some(problem) => (problem.detail, problem.field, problem.faults),
        None => (Text::new(format!("it answered {status}")), None, Vec::new()),
    };
    match status.as_u16() {
        404 if known => ApiError::Missing(message),
        403 | 409 if known => ApiError::Conflict { field, message },
        412 if known => ApiError::Stale(message),
        400 | 413 | 415 | 422 | 428 if known => ApiError::Invalid { field, message, faults },
        429 => ApiError::Limited(retry_after.unwrap_or(Duration::from_secs(1))),
        405 | 501 => ApiError::Unsupported,
        _ => ApiError::Server(message),
    }
}

/// The connection failed: before, during or after the request, nobody knows how far it got.
fn unreached(error: &reqwest::Error) -> Failure {
    if error.is_builder() || error.is_redirect() {
        return Failure::final_(ApiError::Offline(cause(error)));
    }
    let text = if error.is_timeout() {
        "it does not answer in time".into()
    } else if error.is_connect() {
        format!("nothing answers there ({})", cause(error))
    } else {
        "the connection broke".into()
    };
    Failure::passing(ApiError::Offline(text))
}

/// The innermost cause, in the system's words; never the address, which might hold more than a host.
pub fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = match error.source() {
        Some(source) => source,
        None => return "the request could not be made".into(),
    };
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
