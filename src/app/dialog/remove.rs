//! Members out of the workspace: the one under the cursor, or those marked.

use super::{
    Cx, ViewCx,
    body::{Body, members},
    form::{Fault, Form},
    plan::PlanDialog,
};
use crate::{
    app::{selection::Targets, view::Line},
    domain::{
        change::{self, Request},
        untrusted::Text,
    },
    i18n::{t, tf},
};

pub struct Remove {
    targets: Targets,
    email: Option<Text>,
}

impl Remove {
    /// `email` is the one member's.
    pub fn of(targets: Targets, email: Option<Text>) -> PlanDialog {
        PlanDialog::new(Self { targets, email })
    }
}

impl Body for Remove {
    fn title(&self, rows: Option<u64>, _: &ViewCx<'_>) -> String {
        let whom = self.email.as_ref().map_or_else(|| members(rows), Text::to_string);
        tf("dialog.remove.title", &[("whom", &whom)])
    }

    fn targets(&self) -> Option<&Targets> {
        Some(&self.targets)
    }

    fn request(&self, form: &Form, _: &Cx<'_>) -> Result<Request, Fault> {
        let kind = change::Remove { reason: form.text("reason") }.into();
        Ok(Request { on: self.targets.on.clone(), kind })
    }

    fn intro(&self, _: &Form, cx: &ViewCx<'_>) -> Vec<Line> {
        vec![Line::plain(tf("dialog.remove.intro", &[("workspace", &cx.workspace.name)]))]
    }

    fn verb(&self) -> &'static str {
        t("dialog.remove.verb")
    }
}
