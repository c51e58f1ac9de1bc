//! The backend over HTTP: one method an endpoint; time-outs, retries, problem documents.

mod reply;
mod retry;

pub use retry::Patience;

use super::{
    backend::{Backend, Features, Precondition, Write},
    error::ApiError,
    wire::{
        Among, Applied, AuditEvent, Count, EffectiveAccess, Explanation, FolderRow, Found, GrantRow, GroupRow, Import,
        Imported, InvitationCount, InvitationLink, InvitationRow, Job, JobRow, JobState, Me, MemberRow, Page,
        PageQuery, Plan, Preview, Resume, RoleRow, StartJob, WhoCan, Workspace,
    },
    write::{PasswordBody, Session, SignInBody, Verb, WriteRequest},
};
use crate::domain::{
    bulk::Bulk,
    change::Change,
    id::{FolderId, GroupId, InvitationId, JobId, MemberId, WorkspaceId},
    untrusted::Text,
};
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

    /// A question with a body; asking changes nothing.
    async fn ask<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Reply<T> {
        self.send(self.at(Method::POST, path, &[])?.json(body), Repeat::Safe).await
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

    fn change(&self, id: WorkspaceId, change: &Change, password: Option<&str>, preview: bool) -> Reply<RequestBuilder> {
        let unreadable = |error: serde_json::Error| ApiError::Server(Text::new(error.to_string()));
        let WriteRequest { verb, path, mut query, body } =
            WriteRequest::new(id, change, password).map_err(unreadable)?;
        if preview {
            query.push(("preview", "true".into()));
        }
        let method = match verb {
            Verb::Post => Method::POST,
            Verb::Put => Method::PUT,
            Verb::Patch => Method::PATCH,
            Verb::Delete => Method::DELETE,
        };
        let request = self.at(method, &path, &query)?;
        Ok(match body {
            Some(body) => request.json(&body),
            None => request,
        })
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

fn workspace_path(id: WorkspaceId, rest: &str) -> String {
    format!("/v1/workspaces/{id}{rest}")
}

fn place(folder: Option<FolderId>) -> Vec<(&'static str, String)> {
    folder.map(|id| ("folder", id.to_string())).into_iter().collect()
}

impl Backend for HttpBackend {
    async fn features(&self) -> Reply<Features> {
        self.get("/v1/features", &[]).await
    }

    async fn me(&self) -> Reply<Me> {
        self.get("/v1/me", &[]).await
    }

    async fn workspace(&self, id: WorkspaceId) -> Reply<Workspace> {
        self.get(&workspace_path(id, ""), &[]).await
    }

    async fn members(&self, id: WorkspaceId, query: &PageQuery) -> Reply<Page<MemberRow>> {
        self.page(&workspace_path(id, "/members"), query).await
    }

    async fn count_members(&self, id: WorkspaceId, filter: &str) -> Reply<Count> {
        self.get(&workspace_path(id, "/members/count"), &[("filter", filter.to_owned())]).await
    }

    async fn count_members_among(&self, id: WorkspaceId, among: &Among) -> Reply<Found> {
        self.ask(&workspace_path(id, "/members/count"), among).await
    }

    async fn member(&self, id: WorkspaceId, member: MemberId) -> Reply<MemberRow> {
        self.get(&workspace_path(id, &format!("/members/{member}")), &[]).await
    }

    async fn groups(&self, id: WorkspaceId) -> Reply<Vec<GroupRow>> {
        self.get(&workspace_path(id, "/groups"), &[]).await
    }

    async fn roles(&self, id: WorkspaceId) -> Reply<Vec<RoleRow>> {
        self.get(&workspace_path(id, "/roles"), &[]).await
    }

    async fn folders(&self, id: WorkspaceId) -> Reply<Vec<FolderRow>> {
        self.get(&workspace_path(id, "/folders"), &[]).await
    }

    async fn folder_grants(&self, id: WorkspaceId, folder: FolderId) -> Reply<Vec<GrantRow>> {
        self.get(&workspace_path(id, &format!("/folders/{folder}/grants")), &[]).await
    }

    async fn member_grants(&self, id: WorkspaceId, member: MemberId) -> Reply<Vec<GrantRow>> {
        self.get(&workspace_path(id, &format!("/members/{member}/grants")), &[]).await
    }

    async fn group_grants(&self, id: WorkspaceId, group: GroupId) -> Reply<Vec<GrantRow>> {
        self.get(&workspace_path(id, &format!("/groups/{group}/grants")), &[]).await
    }

    async fn invitations(&self, id: WorkspaceId, query: &PageQuery) -> Reply<Page<InvitationRow>> {
        self.page(&workspace_path(id, "/invitations"), query).await
    }

    async fn count_invitations(&self, id: WorkspaceId, filter: &str) -> Reply<InvitationCount> {
        self.get(&workspace_path(id, "/invitations/count"), &[("filter", filter.to_owned())]).await
    }

    async fn count_invitations_among(&self, id: WorkspaceId, among: &Among) -> Reply<Found> {
        self.ask(&workspace_path(id, "/invitations/count"), among).await
    }

    async fn invitation(&self, id: WorkspaceId, invitation: InvitationId) -> Reply<InvitationRow> {
        self.get(&workspace_path(id, &format!("/invitations/{invitation}")), &[]).await
    }

    async fn invitation_link(&self, id: WorkspaceId, invitation: InvitationId) -> Reply<InvitationLink> {
        self.get(&workspace_path(id, &format!("/invitations/{invitation}/link")), &[]).await
    }

    async fn access(&self, id: WorkspaceId, member: MemberId, folder: Option<FolderId>) -> Reply<EffectiveAccess> {
        self.get(&workspace_path(id, &format!("/members/{member}/access")), &place(folder)).await
    }

    async fn explain(
        &self,
        id: WorkspaceId,
        member: MemberId,
        capability: &str,
        folder: Option<FolderId>,
    ) -> Reply<Explanation> {
        let mut query = place(folder);
        query.push(("capability", capability.to_owned()));
        self.get(&workspace_path(id, &format!("/members/{member}/explain")), &query).await
    }

    async fn who_can(&self, id: WorkspaceId, capability: &str, folder: Option<FolderId>) -> Reply<WhoCan> {
        let mut query = place(folder);
        query.push(("capability", capability.to_owned()));
        self.get(&workspace_path(id, "/who-can"), &query).await
    }

    async fn audit(&self, id: WorkspaceId, query: &PageQuery) -> Reply<Page<AuditEvent>> {
        self.page(&workspace_path(id, "/audit"), query).await
    }

    async fn preview(&self, id: WorkspaceId, change: &Change) -> Reply<Preview> {
        self.send(self.change(id, change, None, true)?, Repeat::Safe).await
    }

    async fn apply(&self, id: WorkspaceId, write: &Write) -> Reply<Applied> {
        let if_match = match write.precondition {
            Precondition::Version(version) => format!("\"{version}\""),
            Precondition::Any => "*".into(),
        };
        let request = self
            .change(id, &write.change, write.password.as_deref(), false)?
            .header(header::IF_MATCH, if_match)
            .header("Idempotency-Key", &write.idempotency_key);
        self.send(request, Repeat::Safe).await
    }

    async fn plan(&self, id: WorkspaceId, bulk: &Bulk) -> Reply<Plan> {
        self.ask(&workspace_path(id, "/plans"), bulk).await
    }

    async fn start_job(&self, id: WorkspaceId, start: &StartJob, idempotency_key: &str) -> Reply<Job> {
        let request = self
            .at(Method::POST, &workspace_path(id, "/jobs"), &[])?
            .header("Idempotency-Key", idempotency_key)
            .json(start);
        self.send(request, Repeat::Safe).await
    }

    async fn jobs(&self, id: WorkspaceId, query: &PageQuery) -> Reply<Page<Job>> {
        self.page(&workspace_path(id, "/jobs"), query).await
    }

    async fn job(&self, id: WorkspaceId, job: JobId) -> Reply<Job> {
        self.get(&workspace_path(id, &format!("/jobs/{job}")), &[]).await
    }

    async fn job_rows(&self, id: WorkspaceId, job: JobId, query: &PageQuery) -> Reply<Page<JobRow>> {
        self.page(&workspace_path(id, &format!("/jobs/{job}/rows")), query).await
    }

    /// A stream of lines, one JSON document each; broken off, it is taken up again.
    async fn watch_job(&self, id: WorkspaceId, job: JobId, mut tell: impl FnMut(Job) + Send) -> Reply<Job> {
        let path = workspace_path(id, &format!("/jobs/{job}/progress"));
        let mut in_vain = 0;
        loop {
            let mut last: Option<Job> = None;
            let request = self.at(Method::GET, &path, &[])?;
            let ended = reply::lines(request, |line| {
                let told: Job = reply::read(line)?;
                tell(told.clone());
                last = Some(told);
                Ok(())
            })
            .await;
            match last {
                Some(job) if job.state != JobState::Running => return Ok(job),
                Some(_) => in_vain = 0,
                None => in_vain += 1,
            }
            match ended {
                Err(error @ ApiError::Offline(_)) if in_vain >= self.patience.tries => return Err(error),
                Ok(()) if in_vain >= self.patience.tries => {
                    return Err(ApiError::Server(Text::new("it tells nothing of the job")));
                }
                Ok(()) | Err(ApiError::Offline(_)) => {}
                Err(error) => return Err(error),
            }
            self.patience.wait(in_vain.max(1), None).await;
        }
    }

    async fn stop_job(&self, id: WorkspaceId, job: JobId) -> Reply<Job> {
        let request = self.at(Method::POST, &workspace_path(id, &format!("/jobs/{job}/stop")), &[])?;
        self.send(request, Repeat::Safe).await
    }

    async fn resume_job(&self, id: WorkspaceId, job: JobId, resume: Resume) -> Reply<Job> {
        let request = self.at(Method::POST, &workspace_path(id, &format!("/jobs/{job}/resume")), &[])?.json(&resume);
        self.send(request, Repeat::Safe).await
    }

    async fn import(&self, id: WorkspaceId, import: &Import, idempotency_key: &str) -> Reply<Imported> {
        let request = self
            .at(Method::POST, &workspace_path(id, "/import"), &[])?
            .header("Idempotency-Key", idempotency_key)
            .json(import);
        self.send(request, Repeat::Safe).await
    }

    async fn set_password(&self, current: Option<&str>, new: &str) -> Reply<()> {
        let body = PasswordBody { current: current.map(str::to_owned), new: new.to_owned() };
        let request = self.at(Method::PUT, "/v1/me/password", &[])?.json(&body);
        self.send_for_nothing(request, Repeat::Never).await
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
