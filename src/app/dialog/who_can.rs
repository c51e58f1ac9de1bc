//! Draft.

use super::{Cx, Dialog, Outcome, ViewCx};
use crate::app::{
    action::Context,
    msg::Input,
    view::{DialogView, Width},
};
use crate::domain::id::FolderId;

/// The dialog.
pub struct WhoCan;

impl WhoCan {
    /// A new one.
    pub fn new(capability: Option<String>, folder: Option<FolderId>) -> Self {
        let _ = (capability, folder);
        Self
    }
}

impl Dialog for WhoCan {
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
