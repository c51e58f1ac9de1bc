//! Open invitations, the one under the cursor or those marked: a new link for each, or an end to it.

use super::{
    Cx, ViewCx,
    body::{Body, invitations},
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

pub struct Resend {
    targets: Targets,
    email: Option<Text>,
}

impl Resend {
    /// `email` is the one invitation's.
    pub fn of(targets: Targets, email: Option<Text>) -> PlanDialog {
        PlanDialog::new(Self { targets, email })
    }
}

impl Body for Resend {
    fn title(&self, rows: Option<u64>, _: &ViewCx<'_>) -> String {
        let whom = self.email.as_ref().map_or_else(|| invitations(rows), Text::to_string);
        tf("dialog.resend.title", &[("whom", &whom)])
    }

    fn targets(&self) -> Option<&Targets> {
        Some(&self.targets)
    }

    fn form(&mut self, _: &Cx<'_>) -> Form {
        Form::default()
    }

    fn request(&self, _: &Form, _: &Cx<'_>) -> Result<Request, Fault> {
        Ok(Request { on: self.targets.on.clone(), kind: change::Resend {}.into() })
    }

    fn intro(&self, _: &Form, _: &ViewCx<'_>) -> Vec<Line> {
        vec![Line::plain(t("dialog.resend.intro"))]
    }

    fn verb(&self) -> &'static str {
        t("dialog.resend.verb")
    }

    fn command(&self, _: &Form, _: &ViewCx<'_>) -> Option<Vec<String>> {
        Some(["invitations", "resend"].map(str::to_owned).into())
    }
}

pub struct Cancel {
    targets: Targets,
    email: Option<Text>,
}

impl Cancel {
    /// `email` is the one invitation's.
    pub fn of(targets: Targets, email: Option<Text>) -> PlanDialog {
        PlanDialog::new(Self { targets, email })
    }
}

impl Body for Cancel {
    fn title(&self, rows: Option<u64>, _: &ViewCx<'_>) -> String {
        let whom = self.email.as_ref().map_or_else(|| invitations(rows), Text::to_string);
        tf("dialog.cancel_invitation.title", &[("whom", &whom)])
    }

    fn targets(&self) -> Option<&Targets> {
        Some(&self.targets)
    }

    fn request(&self, form: &Form, _: &Cx<'_>) -> Result<Request, Fault> {
        let kind = change::Cancel { reason: form.text("reason") }.into();
        Ok(Request { on: self.targets.on.clone(), kind })
    }

    fn intro(&self, _: &Form, _: &ViewCx<'_>) -> Vec<Line> {
        vec![Line::plain(t("dialog.cancel_invitation.intro"))]
    }

    fn verb(&self) -> &'static str {
        t("dialog.cancel_invitation.verb")
    }

    // "cancel" would say the opposite here.
    fn way_out(&self) -> &'static str {
        t("dialog.cancel_invitation.keep")
    }

    fn command(&self, _: &Form, _: &ViewCx<'_>) -> Option<Vec<String>> {
        Some(["invitations", "cancel"].map(str::to_owned).into())
    }
}
