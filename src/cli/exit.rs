//! How a command ends, as a script sees it (SPEC 8).

use crate::{
    api::error::ApiError,
    domain::change::{Class, Refusal},
    words::{self, Keys, Labels},
};
use std::process::ExitCode;

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Tried, and it failed: what is named is not there, a file is at fault, the backend is out of reach.
    Failed = 1,
    /// Asked for wrongly: there is no such option, role, group, flag or column. Nothing was tried.
    Usage = 2,
    /// Some of it is done.
    Partly = 3,
    /// Not signed in.
    SignIn = 4,
    /// Stands against what is there, or somebody was faster.
    Conflict = 5,
    /// Refused: rights or rules.
    Refused = 6,
}

impl Exit {
    /// This and another one after it, as one: where only one of them is done, some of it is.
    #[must_use]
    pub fn and(self, next: Self) -> Self {
        let some = |exit| matches!(exit, Self::Done | Self::Partly);
        match (self, next) {
            (a, b) if a == b => a,
            (a, b) if some(a) || some(b) => Self::Partly,
            // Of two that did nothing the first says why.
            (a, _) => a,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A command that did not get done: what to say on stderr, and the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The code.
    pub exit: Exit,
    /// One sentence that says what to do, or one a line.
    pub message: String,
}

impl Failure {
    /// It was tried, and it failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, message: message.into() }
    }

    /// It was asked for wrongly.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into() }
    }
}

impl From<Class> for Exit {
    fn from(class: Class) -> Self {
        match class {
            Class::Forbidden => Self::Refused,
            Class::Missing => Self::Failed,
            Class::Conflict => Self::Conflict,
            Class::Invalid => Self::Usage,
        }
    }
}

impl Failure {
    /// What the backend refused, with its capabilities by label.
    pub fn refused(why: &Refusal, labels: &dyn Labels) -> Self {
        Self { exit: why.class().into(), message: words::refusal(why, labels) }
    }

    /// A call that failed.
    pub fn of(error: ApiError, labels: &dyn Labels) -> Self {
        let exit = match &error {
            ApiError::Refused(why) => return Self::refused(why, labels),
            ApiError::Unauthorised => Exit::SignIn,
            ApiError::Stale(_) | ApiError::Conflict { .. } => Exit::Conflict,
            ApiError::Invalid { .. } => Exit::Usage,
            ApiError::Offline(_)
            | ApiError::Missing(_)
            | ApiError::Limited(_)
            | ApiError::Unsupported
            | ApiError::Server(_) => Exit::Failed,
        };
        let message = match &error {
            ApiError::Refused(why) => words::refusal(why, &words::Keys),
            _ => error.to_string(),
        };
        Self { exit, message }
    }
}

impl From<ApiError> for Failure {
    /// Capabilities are shown by their keys: whoever has a workspace uses [`Failure::of`].
    fn from(error: ApiError) -> Self {
        Self::of(error, &Keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::Refusal;

    #[test]
    fn the_codes_are_those_of_the_manual() {
        let all = [Exit::Done, Exit::Failed, Exit::Usage, Exit::Partly, Exit::SignIn, Exit::Conflict, Exit::Refused];
        assert_eq!(all.map(|exit| exit as u8), [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn several_ends_are_one() {
        use Exit::{Conflict, Done, Failed, Partly};
        for (first, next, both) in [
            (Done, Done, Done),
            (Done, Failed, Partly),
            (Conflict, Done, Partly),
            (Partly, Done, Partly),
            (Conflict, Failed, Conflict),
            (Failed, Failed, Failed),
        ] {
            assert_eq!(first.and(next), both, "{first:?} {next:?}");
        }
    }

    #[test]
    fn an_error_of_the_backend_has_its_code() {
        let code = |error| Failure::from(error).exit;
        assert_eq!(code(ApiError::Unauthorised), Exit::SignIn);
        let refused = |why| code(ApiError::Refused(Box::new(why)));
        assert_eq!(refused(Refusal::Owner), Exit::Refused);
        assert_eq!(refused(Refusal::MemberAlready), Exit::Conflict);
        assert_eq!(refused(Refusal::NoFilter), Exit::Usage);
        assert_eq!(refused(Refusal::NotFound { what: crate::domain::change::What::Change }), Exit::Failed);
        assert_eq!(code(ApiError::Stale("changed".into())), Exit::Conflict);
        assert_eq!(code(ApiError::Conflict { field: None, message: "taken".into() }), Exit::Conflict);
        assert_eq!(code(ApiError::Invalid { field: None, message: "no".into(), faults: Vec::new() }), Exit::Usage);
        assert_eq!(code(ApiError::Offline("gone".into())), Exit::Failed);
        assert_eq!(code(ApiError::Missing("gone".into())), Exit::Failed);
    }
}
