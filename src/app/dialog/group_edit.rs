//! Draft.

use super::{Cx, Dialog, Outcome, ViewCx};
use crate::api::wire::GroupRow;
use crate::app::{
    action::Context,
    msg::Input,
    view::{DialogView, Width},
};

/// The dialog.
pub struct GroupEdit;

impl GroupEdit {
    /// A new one.
    pub fn create() -> Self {
        let _ = ();
        Self
    }
    /// A new one.
    pub fn edit(group: GroupRow) -> Self {
        let _ = (group,);
        Self
    }
}

impl Dialog for GroupEdit {
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
