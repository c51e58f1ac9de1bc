//! What every edge carries: why, by whom, since when, until when (SPEC 1).

use super::{id::AccountId, time::Timestamp, untrusted::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who owns an edge. Those of an identity provider are read-only here (SPEC 4.10).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EdgeSource {
    /// Made by a person or by a change here.
    #[default]
    Manual,
    /// Provisioned over SCIM.
    Scim,
    /// Mapped at single sign-on.
    Sso,
}

/// What a person says when making an edge: all of it optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// Why; shown wherever the edge is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// From this moment on the edge does not exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When somebody should look at it again; changes nothing by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_at: Option<Timestamp>,
}

/// An edge as kept: the terms, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Edge {
    /// Reason, expiry and review.
    #[serde(flatten)]
    pub terms: Terms,
    /// Who made it; none when a pack or the first set-up did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub granted_by: Option<AccountId>,
    /// When it was made.
    pub granted_at: Timestamp,
    /// Who owns it.
    #[serde(default)]
    pub source: EdgeSource,
}

impl Edge {
    /// An edge made by hand at `now`.
    pub fn new(terms: Terms, by: Option<AccountId>, now: Timestamp) -> Self {
        Self { terms, granted_by: by, granted_at: now, source: EdgeSource::Manual }
    }

    /// Whether the edge exists at `now`; an expired one does not (SPEC 3.1).
    pub fn live(&self, now: Timestamp) -> bool {
        self.terms.expires_at.is_none_or(|end| now < end)
    }

    /// Whether the edge stays as it is when it is asked for once more, with these terms: one that lives does,
    /// unless another end is asked for. To ask for none says nothing of its end.
    pub fn stays(&self, asked: &Terms, now: Timestamp) -> bool {
        self.live(now) && asked.expires_at.is_none_or(|end| self.terms.expires_at == Some(end))
    }
}
