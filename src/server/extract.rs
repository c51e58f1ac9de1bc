//! What handlers take from a request. Each fault becomes a problem document that names the field.

use super::problem::Fault;
use crate::api::write::Precondition;
use axum::{
    body::Bytes,
    extract::{
        FromRequest, FromRequestParts, RawPathParams, Request,
        rejection::{BytesRejection, FailedToBufferBody, FormRejection},
    },
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use serde::de::{DeserializeOwned, IntoDeserializer};

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        if !is(request.headers(), "application/json") {
            return Err(Fault::MediaType("application/json"));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            let message = error.inner().to_string();
            let field = match (path.as_str(), missing(&message)) {
                (".", field) => field.map(str::to_owned),
                (inside, Some(field)) => Some(format!("{inside}.{field}")),
                (field, None) => Some(field.to_owned()),
            };
            Fault::Malformed { field, message: format!("the JSON cannot be read: {message}") }
        })?;
        json.end()
            .map_err(|error| Fault::Malformed { field: None, message: format!("the JSON cannot be read: {error}") })?;
        match nul_in_json(&bytes) {
            Some(field) => Err(nul(field)),
            None => Ok(Self(value)),
        }
    }
}

/// No text of ours has a NUL: PostgreSQL cannot store one, and SQLite must not answer otherwise.
fn nul(field: impl Into<String>) -> Fault {
    Fault::invalid(field, "there is a NUL character (U+0000) in this: take it out")
}

/// Where in a body that can be read there is a NUL. JSON writes it in one way alone, so that only
/// bodies which have that are looked at twice.
fn nul_in_json(bytes: &[u8]) -> Option<String> {
    const WRITTEN: &[u8] = br"\u0000";
    bytes
        .windows(WRITTEN.len())
        .any(|window| window == WRITTEN)
        .then(|| serde_json::from_slice(bytes).ok())?
        .and_then(|value| nul_in(&value, String::new()))
}

fn nul_in(value: &serde_json::Value, at: String) -> Option<String> {
    match value {
        serde_json::Value::String(text) => text.contains('\0').then_some(at),
        serde_json::Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| nul_in(item, format!("{at}[{index}]")))
        }
        serde_json::Value::Object(fields) => fields
            .iter()
            .find_map(|(name, item)| nul_in(item, if at.is_empty() { name.clone() } else { format!("{at}.{name}") })),
        _ => None,
    }
}

/// Names and values of a query or form, before they are given a meaning.
type Pairs = Vec<(String, String)>;

/// The parameter of a query or form that has a NUL.
fn nul_in_pairs(pairs: Pairs) -> Option<String> {
    pairs.into_iter().find(|(_, value)| value.contains('\0')).map(|(name, _)| name)
}

/// A body of an HTML form.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        if !is(request.headers(), "application/x-www-form-urlencoded") {
            return Err(Fault::MediaType("application/x-www-form-urlencoded"));
        }
        let (parts, body) = request.into_parts();
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), state).await.map_err(unread)?;
        let again = || Request::from_parts(parts.clone(), bytes.clone().into());
        let pairs = axum::Form::<Pairs>::from_request(again(), state).await;
        if let Some(field) = pairs.ok().and_then(|pairs| nul_in_pairs(pairs.0)) {
            return Err(nul(field));
        }
        match axum::Form::<T>::from_request(again(), state).await {
            Ok(form) => Ok(Self(form.0)),
            Err(FormRejection::BytesRejection(rejection)) => Err(unread(rejection)),
            Err(rejection) => Err(named(&rejection)),
        }
    }
}

/// The field that serde says is missing.
fn missing(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.split('`').next()
}

fn is(headers: &HeaderMap, wanted: &str) -> bool {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    sent.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case(wanted))
}

fn unread(rejection: BytesRejection) -> Fault {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => Fault::TooLarge,
        other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => Fault::TooLarge,
        _ => Fault::Malformed { field: None, message: "the body did not arrive whole".into() },
    }
}

/// Parameters of the query string.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        query(&parts.uri).map(Self)
    }
}

fn query<T: DeserializeOwned>(uri: &axum::http::Uri) -> Result<T, Fault> {
    let pairs = axum::extract::Query::<Pairs>::try_from_uri(uri).ok();
    if let Some(field) = pairs.and_then(|pairs| nul_in_pairs(pairs.0)) {
        return Err(nul(field));
    }
    axum::extract::Query::try_from_uri(uri).map(|query| query.0).map_err(|rejection| named(&rejection))
}

/// The innermost cause reads `limit: invalid digit found in string`: the field, then what is wrong.
fn named(rejection: &(dyn std::error::Error + 'static)) -> Fault {
    let mut cause = rejection;
    while let Some(deeper) = cause.source() {
        cause = deeper;
        let text = cause.to_string();
        if let Some((field, message)) = text.split_once(": ")
            && field.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            return Fault::malformed(field, message);
        }
        if let Some(field) = missing(&text) {
            return Fault::malformed(field, format!("{field} is needed"));
        }
    }
    Fault::Malformed { field: None, message: cause.to_string() }
}

/// The identifier that ends the path's parameters: that of what the request is about.
pub struct Id<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| unreadable_path())?;
        let (name, value) = params.iter().last().ok_or_else(unreadable_path)?;
        let wrong = || Fault::malformed(name, format!("the {name} in the path is no identifier"));
        let number: i64 = value.parse().map_err(|_| wrong())?;
        let id: Result<T, serde::de::value::Error> = T::deserialize(number.into_deserializer());
        id.map(Self).map_err(|_| wrong())
    }
}

fn unreadable_path() -> Fault {
    Fault::Malformed { field: None, message: "the path has a part that cannot be read".into() }
}

/// The token that ends the path of an invitation's link.
pub struct Token(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Token {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| unreadable_path())?;
        params.iter().last().map(|(_, token)| Self(token.to_owned())).ok_or_else(unreadable_path)
    }
}

/// What makes a write safe: on which state it was decided, and which intention it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conditions {
    /// `If-Match`.
    pub precondition: Precondition,
    /// `Idempotency-Key`.
    pub key: String,
}

/// A write, or only a look at what it would do (`?preview=true`), which needs no conditions.
pub enum Mode {
    /// Do it.
    Commit(Conditions),
    /// Say what it would do.
    Preview,
}

#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    preview: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Mode {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        if query::<Asked>(&parts.uri)?.preview {
            return Ok(Self::Preview);
        }
        Ok(Self::Commit(Conditions { precondition: if_match(&parts.headers)?, key: idempotency_key(&parts.headers)? }))
    }
}

/// The `Idempotency-Key` of a write that is decided on no version.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header, names("Idempotency-Key"))]
pub struct Key(
    /// One key for one intention, kept over retries.
    pub String,
);

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        idempotency_key(&parts.headers).map(Self)
    }
}

/// Reads `Idempotency-Key`: 1 to 128 visible ASCII characters.
fn idempotency_key(headers: &HeaderMap) -> Result<String, Fault> {
    const NAME: &str = "Idempotency-Key";
    let value = headers.get(NAME).ok_or_else(|| {
        Fault::malformed(NAME, "send an Idempotency-Key, a new one for each change, so that it can be retried")
    })?;
    match value.to_str() {
        Ok(key) if (1..=128).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) => Ok(key.to_owned()),
        _ => Err(Fault::malformed(NAME, "an Idempotency-Key is 1 to 128 visible ASCII characters")),
    }
}

fn if_match(headers: &HeaderMap) -> Result<Precondition, Fault> {
    let value = headers.get(header::IF_MATCH).ok_or(Fault::NoPrecondition)?;
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(Precondition::Any);
    }
    text.strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .and_then(|version| version.parse().ok())
        .map(Precondition::Version)
        .ok_or_else(|| Fault::malformed("If-Match", "If-Match is a version in quotes, as ETag gave it, or *"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderValue, Uri};

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static(value))])
    }

    #[test]
    fn if_match_is_a_quoted_version_or_a_star() {
        assert_eq!(if_match(&headers("if-match", "\"7\"")).unwrap(), Precondition::Version(7));
        assert_eq!(if_match(&headers("if-match", "*")).unwrap(), Precondition::Any);
        assert!(matches!(if_match(&headers("if-match", "7")), Err(Fault::Malformed { .. })));
        assert!(matches!(if_match(&HeaderMap::new()), Err(Fault::NoPrecondition)));
    }

    #[test]
    fn a_key_has_visible_characters_alone() {
        assert_eq!(idempotency_key(&headers("idempotency-key", "a-1")).unwrap(), "a-1");
        assert!(idempotency_key(&headers("idempotency-key", "")).is_err());
        assert!(idempotency_key(&headers("idempotency-key", "a b")).is_err());
    }

    #[test]
    fn a_bad_query_names_its_parameter() {
        let uri = Uri::from_static("/x?limit=many");
        let fault = query::<crate::api::wire::PageQuery>(&uri).unwrap_err();
        assert!(matches!(fault, Fault::Malformed { field: Some(field), .. } if field == "limit"));
    }
}
