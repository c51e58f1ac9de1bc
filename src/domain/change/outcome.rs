//! What comes of a check: the change may be made, with things to know first, or it is refused.

use crate::domain::{id::GrantId, model::Snapshot, untrusted::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A change that may be made.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The workspace after it, as far as access is concerned.
    pub after: Snapshot,
    /// Things to know.
    pub warnings: Vec<Warning>,
}

/// Something to know before doing it; it does not stop anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "warning", rename_all = "snake_case")]
pub enum Warning {
    /// Fewer administrators than the pack wants would remain.
    FewAdministrators {
        /// How many would remain.
        remaining: u32,
    },
    /// The address is not of a company domain.
    ForeignDomain {
        /// Its domain.
        domain: Text,
    },
    /// The address could be taken for this one.
    LookAlike {
        /// An administrator's address, or none when scripts are mixed.
        of: Option<Text>,
    },
    /// An existing account: it joins at once, or is asked.
    ExistingAccount {
        /// Whether it must agree.
        consent: bool,
    },
    /// Who is removed is only invited: their invitations are cancelled, and the links are dead.
    InvitationsEnd {
        /// How many.
        invitations: u32,
    },
    /// The allow gives nothing: a deny overrides it.
    Shadowed {
        /// The denies that do.
        by: Vec<GrantId>,
    },
}

/// Why a change is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The caller lacks a capability for this kind of change.
    #[error("you need {capability} to do this")]
    Lacks {
        /// Its key.
        capability: String,
    },
    /// Invariant 3: the caller does not hold what would be handed out.
    #[error("you do not hold {}, so you cannot hand it out", .capabilities.join(", "))]
    Beyond {
        /// Keys of what the caller lacks.
        capabilities: Vec<String>,
    },
    /// Invariant 4: the member holds more than the caller.
    #[error("this member holds more than you do ({})", .capabilities.join(", "))]
    Above {
        /// Keys of what the caller lacks.
        capabilities: Vec<String>,
    },
    /// Invariant 4: nobody extends their own expiry.
    #[error("nobody extends their own expiry")]
    OwnExpiry,
    /// Not on oneself.
    #[error("not on yourself: ask another administrator")]
    Yourself,
    /// Invariant 1: the owner is never touched.
    #[error("this is the owner: transfer ownership instead")]
    Owner,
    /// Invariant 1, where handing on the workspace would be no answer.
    #[error("this is the owner, {why}")]
    OwnerStays {
        /// Why nothing is done.
        why: &'static str,
    },
    /// Only the owner may.
    #[error("only the owner may do this")]
    OwnerOnly,
    /// Invariant 2: nobody could administer the workspace any more.
    #[error("no active administrator would remain")]
    LastAdministrator,
    /// Invariant 10: the edge belongs to an identity provider.
    #[error("this comes from the identity provider and is changed there")]
    Provider,
    /// The thing named is not there.
    #[error("there is no such {what}")]
    Missing {
        /// `member`, `group`, `folder`, `role`, `grant`, `invitation`.
        what: &'static str,
    },
    /// What is there stands against it: a double name, a live invitation, a final state.
    #[error("{message}")]
    Conflict {
        /// The field concerned, when there is one.
        field: Option<&'static str>,
        /// One sentence.
        message: String,
    },
    /// It is not any more as it was when this was decided, or as the job left it that is taken back.
    #[error("changed since: {what}")]
    ChangedSince {
        /// What is not so.
        what: String,
    },
    /// A field is not as it must be.
    #[error("{message}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// One sentence.
        message: String,
    },
}
