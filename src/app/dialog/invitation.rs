//! Draft.

use super::{Cx, Dialog, Outcome, ViewCx};
use crate::app::{
    action::Context,
    msg::Input,
    view::{DialogView, Width},
};
use crate::domain::id::InvitationId;
use crate::domain::untrusted::Text;

/// The dialog.
pub struct Resend;

impl Resend {
    /// A new one.
    pub fn new(id: InvitationId, version: Option<i64>, email: Text) -> Self {
        let _ = (id, version, email);
        Self
    }
}

impl Dialog for Resend {
    fn context(&self) -> Context {
        Context::Form
    }

    fn input(&mut self, _: Input, _: &mut Cx<'_>) -> Outcome {
        Outcome::Close
    }

    fn view(&self, _: &ViewCx<'_>) -> DialogView {
        DialogView {
            title: String::new(),
            aside: None,
            width: Width::Medium,
            parts: Vec::new(),
            hints: Vec::new(),
            pending: None,
            error: None,
        }
    }
}

/// The dialog.
pub struct Cancel;

impl Cancel {
    /// A new one.
    pub fn new(id: InvitationId, version: Option<i64>, email: Text) -> Self {
        let _ = (id, version, email);
        Self
    }
}

impl Dialog for Cancel {
    fn context(&self) -> Context {
        Context::Form
    }

    fn input(&mut self, _: Input, _: &mut Cx<'_>) -> Outcome {
        Outcome::Close
    }

    fn view(&self, _: &ViewCx<'_>) -> DialogView {
        DialogView {
            title: String::new(),
            aside: None,
            width: Width::Medium,
            parts: Vec::new(),
            hints: Vec::new(),
            pending: None,
            error: None,
        }
    }
}
