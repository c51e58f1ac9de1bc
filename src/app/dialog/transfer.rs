//! The workspace to another owner.

use super::{
    Cx, ViewCx,
    body::Body,
    form::{Fault, Form},
    plan::PlanDialog,
};
use crate::{
    app::view::{Line, Tone, Width},
    domain::change::{self, Request},
    i18n::{t, tf},
};

pub struct Transfer;

impl Transfer {
    /// An empty one.
    pub fn dialog() -> PlanDialog {
        PlanDialog::new(Self)
    }
}

impl Body for Transfer {
    fn title(&self, _: Option<u64>, _: &ViewCx<'_>) -> String {
        t("dialog.transfer.title").to_owned()
    }

    // The owner before and after are two people.
    fn width(&self) -> Width {
        Width::Wide
    }

    fn form(&mut self, cx: &Cx<'_>) -> Form {
        let form = Form::default().line("email", "dialog.transfer.email", "dialog.transfer.email_hint", "").reason();
        if cx.me.has_password { form.secret("password", "dialog.transfer.password") } else { form }
    }

    fn request(&self, form: &Form, _: &Cx<'_>) -> Result<Request, Fault> {
        match form.text("email") {
            Some(email) => Ok(Request::given(change::Transfer { email, reason: form.text("reason") })),
            None => Err(("email", t("dialog.transfer.email_missing").to_owned())),
        }
    }

    fn missing(&self, form: &Form, cx: &Cx<'_>) -> Option<Fault> {
        let missing = cx.me.has_password && form.value("password").is_empty();
        missing.then(|| ("password", t("dialog.transfer.password_missing").to_owned()))
    }

    fn password(&self, form: &Form) -> Option<String> {
        Some(form.value("password").to_owned()).filter(|typed| !typed.is_empty())
    }

    fn intro(&self, _: &Form, cx: &ViewCx<'_>) -> Vec<Line> {
        let successor = cx.workspace.policies.owner_successor_role.as_deref();
        let role = cx.roles.iter().find(|role| Some(role.key.as_str()) == successor);
        let after = match role {
            Some(role) => tf("dialog.transfer.after", &[("role", &role.name)]),
            None => t("dialog.transfer.after_none").to_owned(),
        };
        let intro = tf("dialog.transfer.intro", &[("workspace", &cx.workspace.name)]);
        vec![Line::plain(intro), Line::toned(after, Tone::Warn)]
    }

    fn verb(&self) -> &'static str {
        t("dialog.transfer.verb")
    }
}
