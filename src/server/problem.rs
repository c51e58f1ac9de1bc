//! Every way a request can fail, and the problem document (RFC 9457) it is answered with.

use super::store::StoreError;
use crate::{
    api::wire::{ImportFault, Problem},
    domain::{
        change::{Class, Refusal},
        untrusted::Text,
    },
};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// A request that failed.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No valid secret or session came with it.
    #[error("sign in first")]
    Unauthorised,
    /// A sign-in that did not work. One sentence for all reasons: it must not tell which accounts exist.
    #[error("e-mail or password is wrong")]
    SignIn,
    /// A rule is against it, by code.
    #[error("{}", .0.code())]
    Refusal(Refusal),
    /// Nothing is there, or nothing that the caller may know of.
    #[error("{0}")]
    Missing(String),
    /// The path exists, the method does not.
    #[error("this path does not take that method")]
    Method,
    /// What is there stands against it.
    #[error("{message}")]
    Conflict {
        /// The field concerned.
        field: Option<String>,
        /// One sentence.
        message: String,
    },
    /// `If-Match` names a state that is gone.
    #[error("{0}")]
    Stale(String),
    /// `If-Match` is missing.
    #[error("send If-Match with the version you decided on, or * for whatever is there")]
    NoPrecondition,
    /// The request cannot be read: bad JSON, path, query or header.
    #[error("{message}")]
    Malformed {
        /// The field, parameter or header concerned.
        field: Option<String>,
        /// One sentence.
        message: String,
    },
    /// The request can be read, and a field is not as it must be.
    #[error("{message}")]
    Invalid {
        /// The field.
        field: Option<String>,
        /// One sentence.
        message: String,
    },
    /// An import has faults.
    #[error("the file has {}; nothing was brought in", count(.0.len()))]
    Faults(Vec<ImportFault>),
    /// An idempotency key came again with another body.
    #[error("this Idempotency-Key was used for another request: make a new one for each")]
    KeyReused,
    /// The body is too large.
    #[error("the request is too large: split it into smaller ones")]
    TooLarge,
    /// The body is not JSON.
    #[error("send the body as {0}")]
    MediaType(&'static str),
    /// Too many tries.
    #[error("too many requests; try again in {seconds} s")]
    Limited {
        /// When there may be another.
        seconds: i64,
    },
    /// The server took too long.
    #[error("this took too long; try again")]
    TimedOut,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
    /// A fault of the server's own. The text is for its log, not for the answer.
    #[error("{0}")]
    Internal(String),
}

fn count(faults: usize) -> String {
    if faults == 1 { "1 fault".into() } else { format!("{faults} faults") }
}

impl Fault {
    /// A field that is not as it must be.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { field: Some(field.into()), message: message.into() }
    }

    /// A parameter, header or body that cannot be read.
    pub fn malformed(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Malformed { field: Some(field.into()), message: message.into() }
    }

    /// Nothing of this kind under that identifier.
    pub fn no(what: &str) -> Self {
        Self::Missing(format!("there is no such {what}"))
    }

    /// What the server's log should say, when this is the server's own failure.
    pub fn to_log(&self) -> Option<String> {
        match self {
            Self::Internal(text) => Some(text.clone()),
            Self::Store(error) => Some(error.to_string()),
            _ => None,
        }
    }

    /// The status, and the name and title of the problem type.
    fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Unauthorised => (StatusCode::UNAUTHORIZED, "unauthorised", "Not signed in."),
            Self::SignIn => (StatusCode::UNAUTHORIZED, "sign-in", "The sign-in did not work."),
            Self::Refusal(refusal) => match refusal.class() {
                Class::Forbidden => (StatusCode::FORBIDDEN, "refused", "This is not allowed."),
                Class::Missing => (StatusCode::NOT_FOUND, "missing", "This is not there."),
                Class::Conflict => (StatusCode::CONFLICT, "conflict", "What is there stands against it."),
                Class::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "A field is not as it must be."),
            },
            Self::Missing(_) => (StatusCode::NOT_FOUND, "missing", "This is not there."),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "method", "The path does not take this method."),
            Self::Conflict { .. } => (StatusCode::CONFLICT, "conflict", "What is there stands against it."),
            Self::Stale(_) => (StatusCode::PRECONDITION_FAILED, "stale", "It was changed meanwhile."),
            Self::NoPrecondition => (StatusCode::PRECONDITION_REQUIRED, "no-precondition", "If-Match is missing."),
            Self::Malformed { .. } => (StatusCode::BAD_REQUEST, "malformed", "The request cannot be read."),
            Self::Invalid { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "A field is not as it must be."),
            Self::Faults(_) => (StatusCode::UNPROCESSABLE_ENTITY, "import", "The import has faults."),
            Self::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "key-reused", "The Idempotency-Key is used up."),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The request is too large."),
            Self::MediaType(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "The body has the wrong type."),
            Self::Limited { .. } => (StatusCode::TOO_MANY_REQUESTS, "limited", "Too many requests."),
            Self::TimedOut => (StatusCode::SERVICE_UNAVAILABLE, "time-out", "The server took too long."),
            Self::Store(StoreError::Locked) => (StatusCode::SERVICE_UNAVAILABLE, "busy", "The database is busy."),
            Self::Store(_) | Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "The server failed."),
        }
    }

    /// The document, as it crosses the wire.
    pub fn document(self) -> Problem {
        let (status, name, title) = self.kind();
        let detail = match &self {
            // Somebody can do something about these, and they give nothing away.
            Self::Store(error @ (StoreError::Locked | StoreError::Full | StoreError::Gone)) => error.to_string(),
            Self::Internal(_) | Self::Store(_) => "the server could not do this; its log says why".to_owned(),
            // Its code says it; the words are the reader's.
            Self::Refusal(_) => String::new(),
            other => other.to_string(),
        };
        let refusal = if let Self::Refusal(refusal) = &self { Some(refusal.clone()) } else { None };
        let (field, faults) = match self {
            Self::Conflict { field, .. } | Self::Malformed { field, .. } | Self::Invalid { field, .. } => {
                (field, Vec::new())
            }
            Self::Refusal(refusal) => (refusal.field().map(|field| field.name().to_owned()), Vec::new()),
            Self::NoPrecondition => (Some("If-Match".into()), Vec::new()),
            Self::KeyReused => (Some("Idempotency-Key".into()), Vec::new()),
            Self::Faults(faults) => (None, faults),
            _ => (None, Vec::new()),
        };
        Problem {
            kind: format!("urn:rolecall:problem:{name}"),
            title: title.into(),
            status: status.as_u16(),
            detail: Text::new(detail),
            refusal,
            field,
            faults,
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::Invalid { field, .. } => Self::invalid(field, message),
            StoreError::Missing(_) => Self::Missing(message),
            StoreError::Conflict { field, .. } => Self::Conflict { field: field.map(str::to_owned), message },
            other => Self::Store(other),
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

/// The media type of problem documents.
pub const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A failure of the server's own, carried beside the answer to the layer that logs it.
#[derive(Clone)]
pub struct ToLog(pub String);

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (status, ..) = self.kind();
        let retry = match &self {
            Self::Limited { seconds } => Some(*seconds),
            Self::TimedOut | Self::Store(_) if status == StatusCode::SERVICE_UNAVAILABLE => Some(1),
            _ => None,
        };
        let log = self.to_log();
        let mut response = (status, Json(self.document())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, PROBLEM_JSON);
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(0)));
        }
        if let Some(log) = log {
            response.extensions_mut().insert(ToLog(log));
        }
        response
    }
}
