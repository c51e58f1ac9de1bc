//! Draft.

use super::{Cx, Dialog, Outcome, ViewCx};
use crate::api::wire::GrantRow;
use crate::app::{
    action::Context,
    msg::Input,
    view::{DialogView, Width},
};
use crate::domain::id::FolderId;
use crate::domain::model::Effect;
use crate::domain::model::Subject;
use crate::domain::untrusted::Text;

/// The dialog.
pub struct GrantEdit;

impl GrantEdit {
    /// A new one.
    pub fn in_folder(folder: FolderId, effect: Effect) -> Self {
        let _ = (folder, effect);
        Self
    }
    /// A new one.
    pub fn for_subject(subject: Subject, name: Text, effect: Effect) -> Self {
        let _ = (subject, name, effect);
        Self
    }
}

impl Dialog for GrantEdit {
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
pub struct Terms;

impl Terms {
    /// A new one.
    pub fn new(grant: GrantRow) -> Self {
        let _ = (grant,);
        Self
    }
}

impl Dialog for Terms {
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
pub struct Revoke;

impl Revoke {
    /// A new one.
    pub fn new(grant: GrantRow) -> Self {
        let _ = (grant,);
        Self
    }
}

impl Dialog for Revoke {
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
