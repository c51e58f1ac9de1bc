//! What a change did, taken back row by row.

use super::{
    Cx, ViewCx,
    body::Body,
    form::{Fault, Form},
    plan::PlanDialog,
};
use crate::{
    api::wire::Change,
    app::{changes::undo_title, selection::Targets},
    domain::change::{self, Request},
    i18n::t,
};

pub struct Undo {
    change: Change,
    targets: Targets,
}

impl Undo {
    /// Of this change.
    pub fn of(change: Change) -> PlanDialog {
        let targets = Targets::given(change.done);
        PlanDialog::new(Self { change, targets })
    }
}

impl Body for Undo {
    fn title(&self, _: Option<u64>, cx: &ViewCx<'_>) -> String {
        undo_title(&self.change, cx.workspace, cx.now)
    }

    fn targets(&self) -> Option<&Targets> {
        Some(&self.targets)
    }

    fn request(&self, form: &Form, _: &Cx<'_>) -> Result<Request, Fault> {
        Ok(Request::given(change::Undo { change: self.change.id, reason: form.text("reason") }))
    }

    fn verb(&self) -> &'static str {
        // What is undone may be an undo itself.
        let redoes = self.change.origin.as_ref().is_some_and(|of| !of.again);
        t(if redoes { "dialog.undo.redo" } else { "dialog.undo.verb" })
    }

    fn command(&self, _: &Form, _: &ViewCx<'_>) -> Option<Vec<String>> {
        Some(vec!["changes".to_owned(), "undo".to_owned(), self.change.id.to_string()])
    }
}
