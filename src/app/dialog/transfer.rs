//! The workspace to another owner: the new owner's e-mail is typed, and typed again.

use super::{
    Cx, ViewCx,
    body::{After, Body},
    form::{Fault, Form},
    sheet::Sheet,
};
use crate::{
    api::{
        backend::Precondition,
        wire::{Applied, Preview},
    },
    app::{
        effect::{Call, Reply},
        view::{Line, Tone},
    },
    domain::change::Change,
    i18n::{t, tf},
};

/// A transfer being decided.
pub struct Transfer {
    /// The workspace's version, where it was read again here.
    version: Option<i64>,
}

impl Transfer {
    /// An empty one.
    pub fn new() -> Sheet<Self> {
        Sheet::of(Self { version: None })
    }
}

impl Body for Transfer {
    fn title(&self) -> String {
        t("dialog.transfer.title").to_owned()
    }

    fn form(&mut self, cx: &Cx<'_>) -> Form {
        let form = Form::default().line("email", "dialog.transfer.email", "dialog.transfer.email_hint", "");
        let form = if cx.me.has_password { form.secret("password", "dialog.transfer.password") } else { form };
        form.reason().line("confirm", "dialog.transfer.again", "dialog.transfer.again_hint", "")
    }

    fn change(&self, form: &Form, _: &Cx<'_>) -> Result<Change, Fault> {
        match form.text("email") {
            Some(email) => Ok(Change::Transfer { email, reason: form.text("reason") }),
            None => Err(("email", t("dialog.transfer.email_missing").to_owned())),
        }
    }

    // A preview would have to be asked with the password too: the rules are told by the answer.
    fn previews(&self) -> bool {
        false
    }

    fn unconfirmed(&self, form: &Form, cx: &Cx<'_>) -> Option<Fault> {
        if cx.me.has_password && form.value("password").is_empty() {
            return Some(("password", t("dialog.transfer.password_missing").to_owned()));
        }
        let same = form.value("confirm").trim().eq_ignore_ascii_case(form.value("email").trim());
        (!same).then(|| ("confirm", t("dialog.transfer.again_wrong").to_owned()))
    }

    fn precondition(&self, _: &Change, cx: &Cx<'_>) -> Precondition {
        Precondition::Version(self.version.unwrap_or(cx.workspace.version))
    }

    fn password(&self, form: &Form) -> Option<String> {
        let typed = form.value("password");
        (!typed.is_empty()).then(|| typed.to_owned())
    }

    fn question(&self, form: &Form, _: &[(Change, Preview)]) -> Option<String> {
        let email = form.text("email").unwrap_or_default();
        Some(tf("dialog.transfer.question", &[("email", &email)]))
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

    fn done(&self, form: &Form, _: &Applied, _: &Cx<'_>) -> After {
        let email = form.text("email").unwrap_or_default();
        After::Close(tf("dialog.transfer.done", &[("email", &email)]))
    }

    fn reread(&self, cx: &Cx<'_>) -> Option<Call> {
        Some(Call::Workspace(cx.workspace.id))
    }

    fn learned(&mut self, reply: &Reply, _: &mut Form, _: &Cx<'_>) {
        if let Reply::Workspace(workspace) = reply {
            self.version = Some(workspace.version);
        }
    }
}
