//! Memberships deactivated: the one under the cursor, or those marked.

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

pub struct Deactivate {
    targets: Targets,
    email: Option<Text>,
}

impl Deactivate {
    /// `email` is the one member's.
    pub fn of(targets: Targets, email: Option<Text>) -> PlanDialog {
        PlanDialog::new(Self { targets, email })
    }
}

impl Body for Deactivate {
    fn title(&self, rows: Option<u64>, _: &ViewCx<'_>) -> String {
        let whom = self.email.as_ref().map_or_else(|| members(rows), Text::to_string);
        tf("dialog.deactivate.title", &[("whom", &whom)])
    }

    fn targets(&self) -> Option<&Targets> {
        Some(&self.targets)
    }

    fn request(&self, form: &Form, _: &Cx<'_>) -> Result<Request, Fault> {
        let kind = change::Deactivate { reason: form.text("reason") }.into();
        Ok(Request { on: self.targets.on.clone(), kind })
    }

    fn intro(&self, _: &Form, _: &ViewCx<'_>) -> Vec<Line> {
        vec![Line::plain(t("dialog.deactivate.intro"))]
    }

    fn verb(&self) -> &'static str {
        t("dialog.deactivate.verb")
    }
}
