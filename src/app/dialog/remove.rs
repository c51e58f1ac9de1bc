//! Draft.

use super::{Cx, Dialog, Outcome, ViewCx};
use crate::api::wire::MemberRow;
use crate::app::{
    action::Context,
    msg::Input,
    view::{DialogView, Width},
};

/// The dialog.
pub struct Remove;

impl Remove {
    /// A new one.
    pub fn new(member: MemberRow) -> Self {
        let _ = (member,);
        Self
    }
}

impl Dialog for Remove {
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
