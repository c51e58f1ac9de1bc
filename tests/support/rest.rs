//! Single changes sent as REST resources take them: the client sends whole changes alone.

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use rolecall::{
    api::{
        error::ApiError,
        http::HttpBackend,
        wire::{Applied, Problem},
        write::Precondition,
    },
    domain::{
        change::{Grant, Kind, Request, To},
        id::{GroupId, MemberId, WorkspaceId},
        model::Subject,
    },
};
use serde_json::{Value, json};
use std::{ops::Deref, time::Duration};

/// A single change, and on which conditions.
#[derive(Debug, Clone)]
pub struct Write {
    /// What is changed.
    pub request: Request,
    /// `If-Match`.
    pub precondition: Precondition,
    /// `Idempotency-Key`.
    pub key: String,
    /// The caller's password again.
    pub password: Option<String>,
}

/// A client that sends single changes as well.
#[derive(Debug, Clone)]
pub struct Client {
    backend: HttpBackend,
    url: String,
    secret: String,
}

impl Deref for Client {
    type Target = HttpBackend;

    fn deref(&self) -> &HttpBackend {
        &self.backend
    }
}

impl Client {
    pub fn new(backend: HttpBackend, url: &str, secret: &str) -> Self {
        Self { backend, url: url.to_owned(), secret: secret.to_owned() }
    }

    /// A request to a path of a workspace.
    pub fn request(&self, ws: WorkspaceId, method: Method, path: &str) -> RequestBuilder {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
        client.request(method, format!("{}/v1/workspaces/{ws}/{path}", self.url)).bearer_auth(&self.secret)
    }

    /// The request that makes a change.
    pub fn writing(&self, ws: WorkspaceId, write: &Write) -> RequestBuilder {
        let (method, path, body) = resource(&write.request, write.password.as_deref());
        let request = self.request(ws, method.clone(), &path).header("Idempotency-Key", &write.key);
        let request = match write.precondition {
            Precondition::Any => request.header("If-Match", "*"),
            Precondition::Version(version) => request.header("If-Match", format!("\"{version}\"")),
        };
        if method == Method::DELETE { request.query(&body) } else { request.json(&body) }
    }

    /// Makes a change.
    pub async fn apply(&self, ws: WorkspaceId, write: &Write) -> Result<Applied, ApiError> {
        answer(self.writing(ws, write).send().await.unwrap()).await
    }
}

/// What came back, as the client tells it.
async fn answer(answer: Response) -> Result<Applied, ApiError> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer.json().await.unwrap());
    }
    let problem: Problem = answer.json().await.unwrap();
    if let Some(why) = problem.refusal {
        return Err(ApiError::Refused(Box::new(why)));
    }
    let (field, message) = (problem.field, problem.detail);
    Err(match status {
        StatusCode::UNAUTHORIZED => ApiError::Unauthorised,
        StatusCode::NOT_FOUND => ApiError::Missing(message),
        StatusCode::FORBIDDEN | StatusCode::CONFLICT => ApiError::Conflict { field, message },
        StatusCode::PRECONDITION_FAILED => ApiError::Stale(message),
        StatusCode::TOO_MANY_REQUESTS => ApiError::Limited(Duration::ZERO),
        status if status.is_client_error() => ApiError::Invalid { field, message, faults: problem.faults },
        _ => ApiError::Server(message),
    })
}

/// The method, the path in the workspace, and the body (of `DELETE`, the query) that make a change.
fn resource(request: &Request, password: Option<&str>) -> (Method, String, Value) {
    let id = request.on.ids.first().copied().unwrap_or_default();
    let mut body = serde_json::to_value(&request.kind).unwrap();
    let fields = body.as_object_mut().unwrap();
    fields.remove("action");
    let (method, path) = match &request.kind {
        Kind::SetRoles(_) => (Method::PUT, format!("members/{id}/roles")),
        Kind::SetGroups(_) => (Method::POST, format!("members/{id}/groups")),
        Kind::GroupMembers(kind) => {
            fields.remove("group");
            (Method::POST, format!("groups/{}/members", kind.group))
        }
        Kind::Deactivate(_) => (Method::POST, format!("members/{id}/deactivate")),
        Kind::Reactivate(_) => (Method::POST, format!("members/{id}/reactivate")),
        Kind::Remove(_) => (Method::DELETE, format!("members/{id}")),
        Kind::Rename(_) => (Method::PATCH, format!("members/{id}")),
        Kind::Transfer(_) => {
            fields.extend(password.map(|password| ("password".to_owned(), password.into())));
            (Method::POST, "transfer".to_owned())
        }
        Kind::CreateGroup(_) => (Method::POST, "groups".to_owned()),
        Kind::EditGroup(_) => (Method::PUT, format!("groups/{id}")),
        Kind::DeleteGroup(_) => (Method::DELETE, format!("groups/{id}")),
        Kind::CreateFolder(_) => (Method::POST, "folders".to_owned()),
        Kind::Grant(kind) => {
            let path = format!("folders/{}/grants", kind.folder);
            body = of_grant(kind, id);
            (Method::POST, path)
        }
        Kind::EditGrant(kind) => {
            body = json!(kind.terms);
            (Method::PUT, format!("grants/{id}/terms"))
        }
        Kind::Revoke(_) => (Method::DELETE, format!("grants/{id}")),
        Kind::Invite(kind) => {
            body = json!(kind.drafts[0]);
            (Method::POST, "invitations".to_owned())
        }
        Kind::EditInvitation(_) => (Method::PUT, format!("invitations/{id}")),
        Kind::Resend(_) => (Method::POST, format!("invitations/{id}/resend")),
        Kind::Cancel(_) => (Method::POST, format!("invitations/{id}/cancel")),
        Kind::Import(_) | Kind::Undo(_) | Kind::Restore(_) => panic!("no resource takes {request:?}"),
    };
    (method, path, body)
}

fn of_grant(kind: &Grant, id: i64) -> Value {
    let subject = match kind.to {
        To::Members => Subject::Member(MemberId(id)),
        To::Groups => Subject::Group(GroupId(id)),
    };
    json!({ "subject": subject, "capability": kind.capability, "effect": kind.effect, "terms": kind.terms })
}
