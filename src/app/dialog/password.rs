//! Draft.

use super::{Cx, Dialog, Outcome, ViewCx};
use crate::app::{
    action::Context,
    msg::Input,
    view::{DialogView, Width},
};

/// The dialog.
pub struct SetPassword;

impl SetPassword {
    /// A new one.
    pub fn new() -> Self {
        let _ = ();
        Self
    }
}

impl Dialog for SetPassword {
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
