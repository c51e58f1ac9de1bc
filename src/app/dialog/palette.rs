//! Draft.

use super::{Cx, Dialog, Outcome, ViewCx};
use crate::app::action::Action;
use crate::app::{
    action::Context,
    msg::Input,
    view::{DialogView, Width},
};

/// One command as the palette offers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it means.
    pub action: Action,
    /// Its name on screen.
    pub label: String,
    /// One sentence.
    pub doc: String,
    /// Its keys, empty when it has none.
    pub keys: String,
    /// Why it cannot be run now, if so.
    pub why_not: Option<String>,
}

/// The dialog.
pub struct Palette;

impl Palette {
    /// A new one.
    pub fn new(entries: Vec<Entry>) -> Self {
        let _ = (entries,);
        Self
    }
}

impl Dialog for Palette {
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
