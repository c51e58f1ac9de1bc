//! Draft.

use super::{Cx, Dialog, Outcome, ViewCx};
use crate::app::{
    action::Context,
    msg::Input,
    view::{DialogView, Width},
};

/// One context's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// What can be done there.
    pub rows: Vec<Row>,
}

/// One action as help shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its keys: `j Down`.
    pub keys: String,
    /// One sentence.
    pub doc: String,
    /// Why it cannot be done now, if so.
    pub why_not: Option<String>,
}

/// The dialog.
pub struct Help;

impl Help {
    /// A new one.
    pub fn new(sections: Vec<Section>) -> Self {
        let _ = (sections,);
        Self
    }
}

impl Dialog for Help {
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
