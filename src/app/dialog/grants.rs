//! Draft.

use super::{Cx, Dialog, Outcome, ViewCx};
use crate::api::wire::GroupRow;
use crate::api::wire::MemberRow;
use crate::app::{
    action::Context,
    msg::Input,
    view::{DialogView, Width},
};

/// The dialog.
pub struct SubjectGrants;

impl SubjectGrants {
    /// A new one.
    pub fn member(member: MemberRow) -> Self {
        let _ = (member,);
        Self
    }
    /// A new one.
    pub fn group(group: GroupRow) -> Self {
        let _ = (group,);
        Self
    }
}

impl Dialog for SubjectGrants {
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
