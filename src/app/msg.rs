//! What happened: a key, a reply, a timer.

use super::{
    action::Action,
    effect::{Reply, ReqId, TimerId},
    key::{Code, Key},
};
use crate::{
    api::{error::ApiError, wire::Change},
    domain::{id::ChangeId, time::Timestamp},
};

/// What happened. Every message says when, since the mind has no clock.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// A key.
    Key(Key),
    /// Text pasted at once (bracketed paste).
    Paste(String),
    /// The terminal has this many columns and rows.
    Resize(u16, u16),
    /// The time, at most once a second and only when it changes what is shown.
    Tick(Timestamp),
    /// A few seconds have passed: time to see whether something was changed elsewhere.
    Pulse,
    /// A timer that was asked for has run out.
    Timer(TimerId),
    /// An answer.
    Reply(ReqId, Box<Result<Reply, ApiError>>),
    /// How a watched change stands.
    Change(Box<Change>),
    /// A change is not watched any more: why.
    Unwatched(ChangeId, ApiError),
    /// The program is told to end.
    Shutdown,
}

/// A key, and what it means where it was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Input {
    /// The key.
    pub key: Key,
    /// What it is bound to in the contexts that are active, if anything.
    pub action: Option<Action>,
}

impl Input {
    /// Whether it closes a dialog: `Esc` does where it is bound to nothing else.
    pub fn closes(self) -> bool {
        matches!((self.action, self.key.code), (Some(Action::Close), _) | (None, Code::Esc))
    }

    /// Whether it confirms: `Enter` does where it is bound to nothing else.
    pub fn confirms(self) -> bool {
        matches!((self.action, self.key.code), (Some(Action::Confirm), _) | (None, Code::Enter))
    }
}
