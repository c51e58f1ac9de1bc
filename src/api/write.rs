//! Bodies of the REST resources, sessions and passwords: shared by client and server.

use crate::domain::{
    edge::Terms,
    id::{GroupId, MemberId, RoleId},
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
