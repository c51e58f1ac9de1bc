//! The backend over HTTP: how a request is sent, once or again, and what becomes of its answer.
//!
//! | file | owns |
//! |---|---|
//! | `endpoints` | a method an endpoint |
//! | `reply` | what came back: bodies, problem documents, streams |
//! | `retry` | how often and how long |

mod endpoints;
mod reply;
mod retry;

pub use retry::Patience;

use super::{
    error::ApiError,
    wire::PageQuery,
    write::{Session, SignInBody},
};
use crate::domain::untrusted::Text;
use reqwest::{Client, Method, RequestBuilder, Url, header, redirect};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// A backend at an address, and a secret to speak to it with. `Debug` never shows the secret.
#[derive(Clone)]
pub struct HttpBackend {
    client: Client,
    base: Arc<Url>,
    secret: Arc<str>,
    patience: Patience,
}

impl std::fmt::Debug for HttpBackend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpBackend").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

type Reply<T> = Result<T, ApiError>;

/// Whether a request may be sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repeat {
    /// It changes nothing, or carries its idempotency key.
    Safe,
    /// Twice is not once.
    Never,
}

impl HttpBackend {
    /// A backend at `base_url` (`https://…`, or `http://…` on loopback), spoken to with `secret`.
    pub fn new(base_url: &str, secret: &str) -> Reply<Self> {
        Self::patient(base_url, secret, Patience::default())
    }

    /// As [`HttpBackend::new`], with other times and tries.
    pub fn patient(base_url: &str, secret: &str, patience: Patience) -> Reply<Self> {
        let base = address(base_url)?;
        let mut client = Client::builder()
            .user_agent(concat!("rolecall/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(patience.connect)
            .timeout(patience.total)
            .redirect(redirect::Policy::none())
            .https_only(base.scheme() == "https");
        if loopback(&base) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| ApiError::Offline(reply::cause(&error)))?;
        Ok(Self { client, base: Arc::new(base), secret: secret.into(), patience })
    }

    /// Signs in and answers the session, which a new `HttpBackend` is then made with.
    pub async fn sign_in(base_url: &str, email: &str, password: &str) -> Reply<Session> {
        let nobody = Self::new(base_url, "")?;
        let body = SignInBody { email: Text::new(email), password: password.to_owned() };
        let request = nobody.at(Method::POST, "/v1/sessions", &[])?.json(&body);
        nobody.send(request, Repeat::Never).await
    }

    /// Ends the session that this backend is spoken to with.
    pub async fn sign_out(&self) -> Reply<()> {
        let request = self.at(Method::DELETE, "/v1/sessions/current", &[])?;
        self.send_for_nothing(request, Repeat::Never).await
    }

    fn at(&self, method: Method, path: &str, query: &[(&str, String)]) -> Reply<RequestBuilder> {
        let mut url = (*self.base).clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query.iter().map(|(name, value)| (*name, value.as_str())));
        }
        let request = self.client.request(method, url).header(header::ACCEPT, "application/json");
        if self.secret.is_empty() {
            return Ok(request);
        }
        let mut bearer =
            header::HeaderValue::from_str(&format!("Bearer {}", self.secret)).map_err(|_| ApiError::Unauthorised)?;
        bearer.set_sensitive(true);
        Ok(request.header(header::AUTHORIZATION, bearer))
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, String)]) -> Reply<T> {
        self.send(self.at(Method::GET, path, query)?, Repeat::Safe).await
    }

    /// Posts what comes to the same however often it is sent: a question, or what stands as it is told to stand.
    async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Reply<T> {
        self.send(self.at(Method::POST, path, &[])?.json(body), Repeat::Safe).await
    }

    /// Posts what its key makes the same however often it is sent.
    async fn post_keyed<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize, key: &str) -> Reply<T> {
        let request = self.at(Method::POST, path, &[])?.header(IDEMPOTENCY_KEY, key).json(body);
        self.send(request, Repeat::Safe).await
    }

    async fn page<T: DeserializeOwned>(&self, path: &str, query: &PageQuery) -> Reply<T> {
        let request = self.at(Method::GET, path, &[])?.query(query);
        self.send(request, Repeat::Safe).await
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder, repeat: Repeat) -> Reply<T> {
        let body = self.bytes(request, repeat).await?;
        reply::read(&body)
    }

    async fn send_for_nothing(&self, request: RequestBuilder, repeat: Repeat) -> Reply<()> {
        self.bytes(request, repeat).await.map(|_| ())
    }

    /// Sends, again where that is safe and may help, and answers the body of a success.
    async fn bytes(&self, request: RequestBuilder, repeat: Repeat) -> Reply<Vec<u8>> {
        let mut request = request;
        for attempt in 1.. {
            let again = match repeat {
                Repeat::Safe if attempt < self.patience.tries => request.try_clone(),
                _ => None,
            };
            let failure = match reply::once(request, self.patience.most_bytes).await {
                Ok(body) => return Ok(body),
                Err(failure) => failure,
            };
            match again {
                Some(next) if failure.passing && self.patience.bears(failure.retry_after) => request = next,
                _ => return Err(failure.error),
            }
            self.patience.wait(attempt, failure.retry_after).await;
        }
        Err(ApiError::Offline("no answer".into()))
    }
}

fn address(base_url: &str) -> Reply<Url> {
    let wrong = |why: &str| {
        Err(ApiError::Offline(format!("{why}: write the backend's address like https://rolecall.example.com")))
    };
    let Ok(url) = Url::parse(base_url) else { return wrong("this is no address") };
    match url.scheme() {
        "https" => Ok(url),
        "http" if loopback(&url) => Ok(url),
        "http" => wrong("http would send secrets in the clear to another machine"),
        _ => wrong("only https is spoken"),
    }
}

fn loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_in_the_clear_to_this_machine_alone() {
        for good in ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1", "https://rolecall.example"] {
            assert!(HttpBackend::new(good, "s").is_ok(), "{good}");
        }
        for bad in ["http://rolecall.example", "ftp://127.0.0.1", "rolecall.example", ""] {
            assert!(HttpBackend::new(bad, "s").is_err(), "{bad}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let backend = HttpBackend::new("http://127.0.0.1:1", "s3cret").unwrap();
        assert!(!format!("{backend:?}").contains("s3cret"));
        let request = backend.at(Method::GET, "/v1/me", &[]).unwrap();
        assert!(!format!("{request:?}").contains("s3cret"));
    }
}
