//! Why a change is refused, and what is worth knowing before it is made: codes with their parameters. The words are
//! put together by whoever shows them (SPEC 9).

use super::Things;
use crate::domain::{address::AddressFault, id::ChangeId, time::Timestamp, untrusted::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something to know before a change; it stops nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "warning", rename_all = "snake_case")]
pub enum Warning {
    /// Fewer administrators than the pack wants would remain.
    FewAdministrators { remaining: u32 },
    /// The address is not of a company domain.
    ForeignDomain { domain: Text },
    /// The address could be taken for this administrator's; none where it mixes scripts.
    LookAlike { of: Option<Text> },
    /// An existing account: it joins at once, or is asked first.
    ExistingAccount { consent: bool },
    /// Open invitations that go with the pending members who are removed.
    InvitationsEnd { invitations: u32 },
    /// The allow gives nothing: these override it.
    Shadowed { by: Vec<Override> },
    /// This cannot be undone.
    Final,
}

/// What overrides an allow.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "override", rename_all = "snake_case")]
pub enum Override {
    /// A deny: for this group, or for the same as the allow.
    Deny { group: Option<Text>, folder: Text },
    /// A fence that does not let the member through.
    Fence { folder: Text },
}

/// What is named and is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Member,
    Group,
    Folder,
    Role,
    Grant,
    Invitation,
    Change,
    Account,
    Capability,
}

impl What {
    /// Its name, as the wire has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Group => "group",
            Self::Folder => "folder",
            Self::Role => "role",
            Self::Grant => "grant",
            Self::Invitation => "invitation",
            Self::Change => "change",
            Self::Account => "account",
            Self::Capability => "capability",
        }
    }
}

/// Which kind of answer a refusal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The caller may not.
    Forbidden,
    /// What is named is not there.
    Missing,
    /// What is there stands against it.
    Conflict,
    /// A field is not as it must be.
    Invalid,
}

/// Why a change, or a row of one, is refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
#[error("{}", self.code())]
pub enum Refusal {
    /// The caller lacks a capability that this kind of change needs.
    Lacks { capability: String },
    /// Invariant 3: the caller does not hold what would be handed out.
    Beyond { capabilities: Vec<String> },
    /// Invariant 4: the member holds managing capabilities that the caller lacks.
    Above { capabilities: Vec<String> },
    /// Invariant 4: nobody extends their own expiry.
    OwnExpiry,
    /// Not on oneself.
    Yourself,
    /// Invariant 1: the owner is never touched.
    Owner,
    /// Invariant 1: nothing can deny the owner.
    OwnerUndeniable,
    /// The owner holds everything already.
    OwnerHoldsAll,
    /// Only the owner may.
    OwnerOnly,
    /// The pack has no owner.
    NoOwner,
    /// Invariant 2: no active administrator would remain.
    LastAdministrator,
    /// Invariant 10: the edge belongs to an identity provider.
    Provider,
    /// What is named is not there.
    NotFound { what: What },
    /// Changed by somebody since: how it is now, and who did it where the caller may know.
    ChangedSince {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        now: Things,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Text>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
    },
    /// Whoever began the change is not active here any more.
    ActorGone,
    /// Another change has taken this one back before the row was done.
    TakenBack,
    /// Every row is so already or left out: the plan says which.
    NothingChanges,
    /// A change of this kind cannot be taken back.
    Irreversible,
    /// It is taken back already, by this change.
    UndoneAlready { by: ChangeId },
    /// It is being applied: in this process, or in another that may have been killed some seconds ago.
    AtWork { elsewhere: bool },
    /// Only whoever began a change resumes it: it is applied with their rights.
    NotYours,
    /// More rows than one change may have.
    TooMany { rows: u64, most: u64 },
    /// More invitations within the hour than may be sent; there may be more in so many seconds.
    TooManyInvitations { seconds: i64 },
    /// What this kind is done to is named, not matched by a filter.
    NoFilter,

    /// The member is invited and not in yet.
    Pending,
    /// The invitation is accepted, declined or cancelled.
    InvitationSettled,
    /// A role of the invitation is not there any more.
    InvitationRoleGone,
    /// The address is a member's.
    MemberAlready,
    /// The address has an open invitation.
    InvitedAlready,
    /// The same grant is there with another time box.
    GrantThere,
    /// Another group, or another folder beside it, has this name.
    NameTaken { name: Text },
    /// The folder is fenced by this group alone and would be open to everyone.
    FenceOpens { folder: Text },
    /// There are folders, grants or fences in the folder that would go with it.
    NotEmpty { folder: Text },
    /// Another row is of the same member; counted from 1.
    SameMember { row: u64 },
    /// Another row has the same address; counted from 1.
    SameAddress { row: u64 },
    /// A change of this kind is made one at a time.
    OneAtATime,

    /// The field is empty.
    Required { field: Field },
    /// At most so many characters.
    TooLong { field: Field, most: u64 },
    /// A character that steers a terminal or is no text.
    ControlCharacter { field: Field, character: String },
    /// Exactly one is to be chosen.
    ExactlyOne { field: Field },
    /// One is named twice.
    NamedTwice { field: Field },
    /// One is not there any more.
    Gone { field: Field },
    /// Put in and taken out at once.
    BothWays { field: Field },
    /// The moment is past.
    Past { field: Field },
    /// Outside of these bounds.
    OutOfRange { field: Field, from: i64, to: i64 },
    /// The catalogue has no such capability.
    UnknownCapability { field: Field, capability: Text },
    /// The capability counts across the workspace, not in a folder.
    NotPerFolder { capability: String },
    /// No e-mail address.
    Address { fault: AddressFault },
    /// No member of the workspace has the address.
    NoMember,
    /// The address is the caller's own.
    OwnAddress,
    /// The member is not active.
    NotActive,
    /// The member has no way to sign in.
    CannotSignIn,
    /// The password is to be entered again.
    PasswordAgain,
}

/// A field of what somebody fills in, as the wire names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Name,
    Description,
    Message,
    Reason,
    Email,
    Roles,
    Groups,
    Add,
    Remove,
    Leader,
    Capabilities,
    Capability,
    ExpiresAt,
    ReviewAt,
    TtlDays,
    Password,
    Parent,
    Kind,
    On,
}

impl Field {
    /// Its name, as the wire has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::Message => "message",
            Self::Reason => "reason",
            Self::Email => "email",
            Self::Roles => "roles",
            Self::Groups => "groups",
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Leader => "leader",
            Self::Capabilities => "capabilities",
            Self::Capability => "capability",
            Self::ExpiresAt => "expires_at",
            Self::ReviewAt => "review_at",
            Self::TtlDays => "ttl_days",
            Self::Password => "password",
            Self::Parent => "parent",
            Self::Kind => "kind",
            Self::On => "on",
        }
    }
}

impl Refusal {
    /// Somebody has changed it since.
    pub const CHANGED: Self = Self::ChangedSince { now: Vec::new(), by: None, at: None };

    /// Its code, as the wire has it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Lacks { .. } => "lacks",
            Self::Beyond { .. } => "beyond",
            Self::Above { .. } => "above",
            Self::OwnExpiry => "own_expiry",
            Self::Yourself => "yourself",
            Self::Owner => "owner",
            Self::OwnerUndeniable => "owner_undeniable",
            Self::OwnerHoldsAll => "owner_holds_all",
            Self::OwnerOnly => "owner_only",
            Self::NoOwner => "no_owner",
            Self::LastAdministrator => "last_administrator",
            Self::Provider => "provider",
            Self::NotFound { .. } => "not_found",
            Self::ChangedSince { .. } => "changed_since",
            Self::ActorGone => "actor_gone",
            Self::TakenBack => "taken_back",
            Self::NothingChanges => "nothing_changes",
            Self::Irreversible => "irreversible",
            Self::UndoneAlready { .. } => "undone_already",
            Self::AtWork { .. } => "at_work",
            Self::NotYours => "not_yours",
            Self::TooMany { .. } => "too_many",
            Self::TooManyInvitations { .. } => "too_many_invitations",
            Self::NoFilter => "no_filter",
            Self::Pending => "pending",
            Self::InvitationSettled => "invitation_settled",
            Self::InvitationRoleGone => "invitation_role_gone",
            Self::MemberAlready => "member_already",
            Self::InvitedAlready => "invited_already",
            Self::GrantThere => "grant_there",
            Self::NameTaken { .. } => "name_taken",
            Self::FenceOpens { .. } => "fence_opens",
            Self::NotEmpty { .. } => "not_empty",
            Self::SameMember { .. } => "same_member",
            Self::SameAddress { .. } => "same_address",
            Self::OneAtATime => "one_at_a_time",
            Self::Required { .. } => "required",
            Self::TooLong { .. } => "too_long",
            Self::ControlCharacter { .. } => "control_character",
            Self::ExactlyOne { .. } => "exactly_one",
            Self::NamedTwice { .. } => "named_twice",
            Self::Gone { .. } => "gone",
            Self::BothWays { .. } => "both_ways",
            Self::Past { .. } => "past",
            Self::OutOfRange { .. } => "out_of_range",
            Self::UnknownCapability { .. } => "unknown_capability",
            Self::NotPerFolder { .. } => "not_per_folder",
            Self::Address { .. } => "address",
            Self::NoMember => "no_member",
            Self::OwnAddress => "own_address",
            Self::NotActive => "not_active",
            Self::CannotSignIn => "cannot_sign_in",
            Self::PasswordAgain => "password_again",
        }
    }

    /// The field that is at fault.
    pub fn field(&self) -> Option<Field> {
        Some(match self {
            Self::Required { field }
            | Self::TooLong { field, .. }
            | Self::ControlCharacter { field, .. }
            | Self::ExactlyOne { field }
            | Self::NamedTwice { field }
            | Self::Gone { field }
            | Self::BothWays { field }
            | Self::Past { field }
            | Self::OutOfRange { field, .. }
            | Self::UnknownCapability { field, .. } => *field,
            Self::TooMany { .. } | Self::NoFilter => Field::On,
            Self::NotPerFolder { .. } | Self::GrantThere => Field::Capability,
            Self::NameTaken { .. } => Field::Name,
            Self::Address { .. }
            | Self::MemberAlready
            | Self::InvitedAlready
            | Self::SameAddress { .. }
            | Self::NoMember
            | Self::OwnAddress
            | Self::NotActive
            | Self::CannotSignIn => Field::Email,
            Self::PasswordAgain => Field::Password,
            _ => return None,
        })
    }

    /// What kind of answer it is.
    pub fn class(&self) -> Class {
        match self {
            Self::Lacks { .. }
            | Self::Beyond { .. }
            | Self::Above { .. }
            | Self::OwnExpiry
            | Self::Yourself
            | Self::Owner
            | Self::OwnerUndeniable
            | Self::OwnerHoldsAll
            | Self::OwnerOnly
            | Self::LastAdministrator
            | Self::Provider
            | Self::ActorGone
            | Self::NotYours
            | Self::Irreversible
            | Self::TooManyInvitations { .. } => Class::Forbidden,
            Self::NotFound { .. } => Class::Missing,
            Self::ChangedSince { .. }
            | Self::TakenBack
            | Self::NothingChanges
            | Self::UndoneAlready { .. }
            | Self::AtWork { .. }
            | Self::NoOwner
            | Self::Pending
            | Self::InvitationSettled
            | Self::InvitationRoleGone
            | Self::MemberAlready
            | Self::InvitedAlready
            | Self::GrantThere
            | Self::NameTaken { .. }
            | Self::FenceOpens { .. }
            | Self::NotEmpty { .. }
            | Self::SameMember { .. }
            | Self::SameAddress { .. }
            | Self::OneAtATime => Class::Conflict,
            _ => Class::Invalid,
        }
    }

    /// Whether a row that takes something back is left alone for it: what is there is not what was left.
    pub fn is_change_since(&self) -> bool {
        matches!(self.class(), Class::Conflict | Class::Missing)
    }
}
