//! Changes of rows for which nothing is filled in but a reason: deactivate, remove, resend, cancel.

use super::{
    Cx, ViewCx,
    body::{Body, invitations, members},
    form::{Fault, Form},
    plan::PlanDialog,
};
use crate::{
    app::{selection::Targets, view::Line},
    domain::{
        change::{self, Kind, Request},
        untrusted::Text,
    },
    i18n::{t, tf},
};

/// What these changes differ in.
struct What {
    kind: fn(Option<Text>) -> Kind,
    /// Whether a reason can be given.
    says_why: bool,
    /// So many of its rows, in words.
    rows: fn(Option<u64>) -> String,
    title: &'static str,
    intro: &'static str,
    verb: &'static str,
    way_out: &'static str,
    command: [&'static str; 2],
}

const DEACTIVATE: What = What {
    kind: |reason| change::Deactivate { reason }.into(),
    says_why: true,
    rows: members,
    title: "dialog.deactivate.title",
    intro: "dialog.deactivate.intro",
    verb: "dialog.deactivate.verb",
    way_out: "dialog.cancel",
    command: ["users", "deactivate"],
};

const REMOVE: What = What {
    kind: |reason| change::Remove { reason }.into(),
    says_why: true,
    rows: members,
    title: "dialog.remove.title",
    intro: "dialog.remove.intro",
    verb: "dialog.remove.verb",
    way_out: "dialog.cancel",
    command: ["users", "remove"],
};

const RESEND: What = What {
    kind: |_| change::Resend {}.into(),
    says_why: false,
    rows: invitations,
    title: "dialog.resend.title",
    intro: "dialog.resend.intro",
    verb: "dialog.resend.verb",
    way_out: "dialog.cancel",
    command: ["invitations", "resend"],
};

const CANCEL: What = What {
    kind: |reason| change::Cancel { reason }.into(),
    says_why: true,
    rows: invitations,
    title: "dialog.cancel_invitation.title",
    intro: "dialog.cancel_invitation.intro",
    verb: "dialog.cancel_invitation.verb",
    // "cancel" would say the opposite here.
    way_out: "dialog.cancel_invitation.keep",
    command: ["invitations", "cancel"],
};

struct ReasonForm {
    what: &'static What,
    targets: Targets,
    /// Of the one row, where it is one.
    email: Option<Text>,
}

fn dialog(what: &'static What, targets: Targets, email: Option<Text>) -> PlanDialog {
    PlanDialog::new(ReasonForm { what, targets, email })
}

/// Members deactivated; `email` is the one member's.
pub fn deactivate(targets: Targets, email: Option<Text>) -> PlanDialog {
    dialog(&DEACTIVATE, targets, email)
}

/// Members removed from the workspace; `email` is the one member's.
pub fn remove(targets: Targets, email: Option<Text>) -> PlanDialog {
    dialog(&REMOVE, targets, email)
}

/// New links for open invitations; `email` is the one invitation's.
pub fn resend(targets: Targets, email: Option<Text>) -> PlanDialog {
    dialog(&RESEND, targets, email)
}

/// Open invitations cancelled; `email` is the one invitation's.
pub fn cancel(targets: Targets, email: Option<Text>) -> PlanDialog {
    dialog(&CANCEL, targets, email)
}

impl Body for ReasonForm {
    fn title(&self, rows: Option<u64>, _: &ViewCx<'_>) -> String {
        let whom = self.email.as_ref().map_or_else(|| (self.what.rows)(rows), Text::to_string);
        tf(self.what.title, &[("whom", &whom)])
    }

    fn targets(&self) -> Option<&Targets> {
        Some(&self.targets)
    }

    fn form(&mut self, _: &Cx<'_>) -> Form {
        if self.what.says_why { Form::default().reason() } else { Form::default() }
    }

    fn request(&self, form: &Form, _: &Cx<'_>) -> Result<Request, Fault> {
        Ok(Request { on: self.targets.on.clone(), kind: (self.what.kind)(form.text("reason")) })
    }

    fn intro(&self, _: &Form, cx: &ViewCx<'_>) -> Vec<Line> {
        vec![Line::plain(tf(self.what.intro, &[("workspace", &cx.workspace.name)]))]
    }

    fn verb(&self) -> &'static str {
        t(self.what.verb)
    }

    fn way_out(&self) -> &'static str {
        t(self.what.way_out)
    }

    fn command(&self, _: &Form, _: &ViewCx<'_>) -> Option<Vec<String>> {
        Some(self.what.command.map(str::to_owned).into())
    }
}
