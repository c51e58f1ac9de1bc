//! Which rows a change is for, never by their place in a list.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What matches one of the filters or more, and what is named; each row once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Selection {
    /// Everything that matches each of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub matching: Vec<Matching>,
    /// These as well: members, groups, grants or invitations, by the kind of change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<i64>,
}

/// Everything that matches a filter, but for some.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Matching {
    /// The filter (see [`crate::domain::filter`]); empty for all.
    pub filter: String,
    /// Identifiers left out of what it matches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<i64>,
}

impl Selection {
    /// These rows alone.
    pub fn ids(ids: Vec<i64>) -> Self {
        Self { matching: Vec::new(), ids }
    }

    /// Everything that matches a filter.
    pub fn matching(filter: impl Into<String>) -> Self {
        Self { matching: vec![Matching { filter: filter.into(), except: Vec::new() }], ids: Vec::new() }
    }

    /// Whether it selects nothing, whatever there is.
    pub fn is_empty(&self) -> bool {
        self.matching.is_empty() && self.ids.is_empty()
    }

    /// Whether it is of rows that are named one by one, and of no others.
    pub fn all_named(&self) -> bool {
        self.matching.is_empty() && !self.ids.is_empty()
    }

    /// How many rows it names one by one: those it is for, and those it leaves out.
    pub fn named(&self) -> usize {
        self.ids.len() + self.matching.iter().map(|one| one.except.len()).sum::<usize>()
    }
}
