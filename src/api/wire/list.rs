//! Lists: pages, counts, things by name.

use crate::domain::{change::Selection, untrusted::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most items in one page of any list.
pub const MAX_PAGE: u32 = 500;

/// A thing by its identifier and name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Named<I> {
    /// Its identifier.
    pub id: I,
    /// Its name.
    pub name: Text,
}

/// A page of a list, cut by key: stable while others write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The rows, in the order asked for.
    pub items: Vec<T>,
    /// Give this as `before` for the page before; none at the beginning.
    pub before: Option<String>,
    /// Give this as `after` for the page after; none at the end.
    pub after: Option<String>,
    /// The workspace's revision that this was read at; it grows with every write.
    pub revision: i64,
}

/// Which page: at most one of `after`, `before` and `last`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The filter (see `domain::filter`); empty for all.
    pub filter: String,
    /// A column's name, with `-` before it for descending; the list's default when empty.
    pub sort: String,
    /// The page after this cursor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The page before this cursor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The last page.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub last: bool,
    /// At most this many rows: 1 to [`MAX_PAGE`], 100 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Body of `POST …/members/count` and `POST …/invitations/count`: which rows are counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Among {
    /// These.
    pub on: Selection,
    /// And, of them, those that pass this filter as well; empty for all.
    pub filter: String,
}

/// How many rows of a selection there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Found {
    /// All of them.
    pub selected: u64,
    /// Those that pass the filter.
    pub matching: u64,
}

/// How many there are, apart from the page so that a page need not wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Count {
    /// All in the list.
    pub total: u64,
    /// Those that match the filter.
    pub matching: u64,
}
