//! How a change crosses the wire: its method, its path and its body. Client and server share the bodies.

use crate::domain::{
    change::Change,
    edge::Terms,
    id::{GroupId, MemberId, RoleId, WorkspaceId},
    model::{Effect, Subject},
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which state a write was decided on (`If-Match`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// Only if the resource still has this version: the member, group, grant or invitation changed;
    /// for something made, the parent it is made in (the folder of a grant, the workspace otherwise).
    Version(i64),
    /// Whatever is there now (`*`).
    Any,
}

/// Body of `PUT …/members/{member}/roles`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RolesBody {
    /// The roles after.
    pub roles: Vec<RoleId>,
    /// Of the new edges.
    #[serde(default)]
    pub terms: Terms,
}

/// Body of `POST …/members/{member}/groups`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberGroupsBody {
    /// Into these groups.
    #[serde(default)]
    pub add: Vec<GroupId>,
    /// Out of these.
    #[serde(default)]
    pub remove: Vec<GroupId>,
    /// Of the new edges.
    #[serde(default)]
    pub terms: Terms,
}

/// Body of `PATCH …/members/{member}`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberBody {
    /// The name after.
    pub name: Text,
}

/// Body of `POST …/transfer`.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferBody {
    /// The new owner's e-mail, typed.
    pub email: Text,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// The caller's password again; not needed shortly after signing in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Password)]
    pub password: Option<String>,
}

/// Never shows the password.
impl std::fmt::Debug for TransferBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TransferBody").field("email", &self.email).finish_non_exhaustive()
    }
}

/// Body of `POST …/groups/{group}/members`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupMembersBody {
    /// Into the group.
    #[serde(default)]
    pub add: Vec<MemberId>,
    /// Out of it.
    #[serde(default)]
    pub remove: Vec<MemberId>,
    /// Of the new edges.
    #[serde(default)]
    pub terms: Terms,
}

/// Body of `POST …/folders/{folder}/grants`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantBody {
    /// For whom.
    pub subject: Subject,
    /// Key of what.
    pub capability: String,
    /// Allow or deny.
    pub effect: Effect,
    /// Of the edge.
    #[serde(default)]
    pub terms: Terms,
}

/// Body of `PUT …/invitations/{invitation}`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationBody {
    /// Its roles after.
    pub roles: Vec<RoleId>,
    /// Its groups after.
    #[serde(default)]
    pub groups: Vec<GroupId>,
    /// Days until the link is dead, from now; unchanged when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_days: Option<i64>,
}

/// Body or query of what takes something away.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Reason {
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub reason: Option<Text>,
}

/// Body of `POST /v1/sessions`.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInBody {
    /// Login.
    pub email: Text,
    /// Password.
    #[schema(format = Password)]
    pub password: String,
}

/// Never shows the password.
impl std::fmt::Debug for SignInBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInBody").field("email", &self.email).finish_non_exhaustive()
    }
}

/// A session, as `POST /v1/sessions` answers it: the only time its secret is told.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Send it as `Authorization: Bearer`.
    pub secret: String,
    /// When it ends, if nothing ends it sooner.
    pub expires_at: crate::domain::time::Timestamp,
}

/// Never shows the secret.
impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Body of `PUT /v1/me/password`.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    /// The password now, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Password)]
    pub current: Option<String>,
    /// The password after.
    #[schema(format = Password)]
    pub new: String,
}

/// Shows neither.
impl std::fmt::Debug for PasswordBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordBody").finish_non_exhaustive()
    }
}

/// Body of `POST /v1/join/{token}`, and the form of the page behind an invitation's link.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinBody {
    /// The person's name.
    #[serde(default)]
    pub name: Text,
    /// The password they will sign in with; with an account already, the one they have.
    #[schema(format = Password)]
    pub password: String,
}

/// Never shows the password.
impl std::fmt::Debug for JoinBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JoinBody").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What an invitation's link shows to whoever follows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Join {
    /// The workspace's name.
    pub workspace: Text,
    /// The invited address.
    pub email: Text,
    /// The name the inviter gave.
    pub name: Text,
    /// The inviter's e-mail.
    pub inviter: Text,
    /// When the link dies.
    pub expires_at: crate::domain::time::Timestamp,
    /// Whether the address has a password here already, and is to be asked for that.
    pub has_password: bool,
}

/// The verb of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Make, or do.
    Post,
    /// Replace.
    Put,
    /// Change a part.
    Patch,
    /// Take away.
    Delete,
}

/// A change as a request: verb, path from the backend's root, query, body.
#[derive(Clone)]
pub struct WriteRequest {
    /// The verb.
    pub verb: Verb,
    /// The path, beginning with `/v1`.
    pub path: String,
    /// Query parameters.
    pub query: Vec<(&'static str, String)>,
    /// The JSON body, when there is one.
    pub body: Option<serde_json::Value>,
}

impl WriteRequest {
    /// How `change` is asked for in `workspace`; the password goes with a transfer alone.
    pub fn new(workspace: WorkspaceId, change: &Change, password: Option<&str>) -> Result<Self, serde_json::Error> {
        let away = |what: String, reason: Option<Text>| Self {
            verb: Verb::Delete,
            path: format!("/v1/workspaces/{workspace}/{what}"),
            query: reason.iter().map(|text| ("reason", text.raw().to_owned())).collect(),
            body: None,
        };
        let (verb, what, body) = match change.clone() {
            Change::Remove { member, reason } => return Ok(away(format!("members/{member}"), reason)),
            Change::DeleteGroup { group, reason } => return Ok(away(format!("groups/{group}"), reason)),
            Change::Revoke { grant, reason } => return Ok(away(format!("grants/{grant}"), reason)),
            Change::SetRoles { member, roles, terms } => {
                (Verb::Put, format!("members/{member}/roles"), json(RolesBody { roles, terms })?)
            }
            Change::SetGroups { member, add, remove, terms } => {
                (Verb::Post, format!("members/{member}/groups"), json(MemberGroupsBody { add, remove, terms })?)
            }
            Change::Deactivate { member, reason } => {
                (Verb::Post, format!("members/{member}/deactivate"), json(Reason { reason })?)
            }
            Change::Reactivate { member, reason } => {
                (Verb::Post, format!("members/{member}/reactivate"), json(Reason { reason })?)
            }
            Change::Rename { member, name } => (Verb::Patch, format!("members/{member}"), json(MemberBody { name })?),
            Change::Transfer { email, reason } => {
                let password = password.map(str::to_owned);
                (Verb::Post, "transfer".to_owned(), json(TransferBody { email, reason, password })?)
            }
            Change::CreateGroup(draft) => (Verb::Post, "groups".to_owned(), json(draft)?),
            Change::EditGroup { group, draft } => (Verb::Put, format!("groups/{group}"), json(draft)?),
            Change::SetGroupMembers { group, add, remove, terms } => {
                (Verb::Post, format!("groups/{group}/members"), json(GroupMembersBody { add, remove, terms })?)
            }
            Change::Grant { folder, subject, capability, effect, terms } => {
                let body = GrantBody { subject, capability, effect, terms };
                (Verb::Post, format!("folders/{folder}/grants"), json(body)?)
            }
            Change::EditGrant { grant, terms } => (Verb::Put, format!("grants/{grant}/terms"), json(terms)?),
            Change::Invite(draft) => (Verb::Post, "invitations".to_owned(), json(draft)?),
            Change::ResendInvitation { invitation: id } => {
                (Verb::Post, format!("invitations/{id}/resend"), json(Reason::default())?)
            }
            Change::CancelInvitation { invitation: id, reason } => {
                (Verb::Post, format!("invitations/{id}/cancel"), json(Reason { reason })?)
            }
            Change::EditInvitation { invitation: id, roles, groups, ttl_days } => {
                (Verb::Put, format!("invitations/{id}"), json(InvitationBody { roles, groups, ttl_days })?)
            }
            Change::Restore { .. } | Change::ReopenInvitation { .. } => {
                return Err(serde::ser::Error::custom("what a job did is taken back by a plan of undoing it"));
            }
        };
        Ok(Self { verb, path: format!("/v1/workspaces/{workspace}/{what}"), query: Vec::new(), body: Some(body) })
    }
}

fn json(body: impl Serialize) -> Result<serde_json::Value, serde_json::Error> {
    serde_json::to_value(body)
}
