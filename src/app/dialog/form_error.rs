//! What a failed call means to whoever fills in a form.

use super::words;
use crate::{api::error::ApiError, i18n::t, words::Labels};

/// What is wrong, by where it is shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum FormError {
    /// Under this field, named as the wire names it.
    Field(String, String),
    /// Somebody changed it since: plan again, look again.
    Stale(String),
    /// Below the form.
    Said(String),
}

impl FormError {
    /// What an error means to a form.
    pub(super) fn of(error: &ApiError, labels: &dyn Labels) -> Self {
        match error {
            _ if error.stale() => Self::Stale(words::failure(error, labels)),
            ApiError::Refused(why) => match why.field() {
                Some(field) => Self::Field(field.name().to_owned(), crate::words::refusal(why, labels)),
                None => Self::Said(words::failure(error, labels)),
            },
            ApiError::Invalid { field: Some(field), message, .. }
            | ApiError::Conflict { field: Some(field), message } => Self::Field(field.clone(), message.to_string()),
            _ => Self::Said(words::failure(error, labels)),
        }
    }

    /// The backend answered something else.
    pub(super) fn unexpected() -> Self {
        Self::Said(t("dialog.error.answer").to_owned())
    }

    /// What is said where there is no such field.
    pub(super) fn said(self) -> String {
        match self {
            Self::Field(_, why) | Self::Stale(why) | Self::Said(why) => why,
        }
    }
}
