//! What one sheet is about: its fields, the change they say, and the words around it.

use super::{
    Cx, ViewCx,
    form::{Fault, Form},
    link::Link,
    words,
};
use crate::{
    api::{
        backend::Precondition,
        wire::{Applied, Preview},
    },
    app::{
        effect::{Call, Reply},
        view::{Line, Width},
    },
    domain::change::Change,
    i18n::t,
};

/// What follows a change that was made.
pub(super) enum After {
    /// The sheet closes, and this is said.
    Close(String),
    /// The link that came with it is shown first.
    Link(Link),
}

/// What one sheet is about; the rest is the same for all.
pub(super) trait Body: Send {
    /// In the frame's upper edge.
    fn title(&self) -> String;

    /// How wide it is.
    fn width(&self) -> Width {
        Width::Medium
    }

    /// The empty form.
    fn form(&mut self, cx: &Cx<'_>) -> Form;

    /// Something was chosen or left: fields may have to come or go.
    fn edited(&mut self, form: &mut Form, cx: &Cx<'_>) {
        let _ = (form, cx);
    }

    /// The change as the form says it, or what is wrong with the form.
    fn change(&self, form: &Form, cx: &Cx<'_>) -> Result<Change, Fault>;

    /// All changes, where the form says several; they are made in this order.
    fn changes(&self, form: &Form, cx: &Cx<'_>) -> Result<Vec<Change>, Fault> {
        self.change(form, cx).map(|change| vec![change])
    }

    /// What a change is about, where there are several.
    fn about(&self, change: &Change) -> Option<String> {
        let _ = change;
        None
    }

    /// One of several was made.
    fn made(&mut self, change: &Change) {
        let _ = change;
    }

    /// What stands against sending it, besides the change itself: a confirmation not typed.
    fn unconfirmed(&self, form: &Form, cx: &Cx<'_>) -> Option<Fault> {
        let _ = (form, cx);
        None
    }

    /// Which state a change was decided on.
    fn precondition(&self, change: &Change, cx: &Cx<'_>) -> Precondition;

    /// The caller's password, where the change asks for it.
    fn password(&self, form: &Form) -> Option<String> {
        let _ = form;
        None
    }

    /// Whether the effect is worth a preview.
    fn previews(&self) -> bool {
        true
    }

    /// What is asked before it is done: by default, when anybody loses anything.
    fn question(&self, form: &Form, previews: &[(Change, Preview)]) -> Option<String> {
        let _ = form;
        words::question(previews.iter().map(|(_, preview)| preview))
    }

    /// What is said above the form.
    fn intro(&self, form: &Form, cx: &ViewCx<'_>) -> Vec<Line> {
        let _ = (form, cx);
        Vec::new()
    }

    /// What is said of the effect.
    fn effect(&self, preview: &Preview, cx: &ViewCx<'_>) -> Vec<Line> {
        words::preview(preview, cx)
    }

    /// What `Enter` does, in a word.
    fn verb(&self) -> &'static str {
        t("dialog.apply")
    }

    /// What `Esc` does, in a word.
    fn way_out(&self) -> &'static str {
        t("dialog.cancel")
    }

    /// After it was made.
    fn done(&self, form: &Form, applied: &Applied, cx: &Cx<'_>) -> After;

    /// What to read again when it was changed meanwhile.
    fn reread(&self, cx: &Cx<'_>) -> Option<Call> {
        let _ = cx;
        None
    }

    /// What was read again.
    fn learned(&mut self, reply: &Reply, form: &mut Form, cx: &Cx<'_>) {
        let _ = (reply, form, cx);
    }
}
