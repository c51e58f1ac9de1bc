//! Ask somebody in: what is wrong with the address is told before anything is sent.

use super::{
    Cx, ViewCx,
    body::{After, Body},
    entries,
    form::{Fault, Form},
    link::Link,
    sheet::Sheet,
    words,
};
use crate::{
    api::{
        backend::Precondition,
        wire::{Applied, Preview},
    },
    app::view::Line,
    domain::{
        address,
        change::{Change, InviteDraft},
        id::GroupId,
    },
    i18n::{t, tf},
};

/// An invitation being filled in.
pub struct Invite;

impl Invite {
    /// An empty one.
    pub fn new() -> Sheet<Self> {
        Sheet::of(Self)
    }
}

impl Body for Invite {
    fn title(&self) -> String {
        t("dialog.invite.title").to_owned()
    }

    fn form(&mut self, cx: &Cx<'_>) -> Form {
        let days = cx.workspace.policies.invitation_ttl_days.to_string();
        let required = cx.workspace.policies.required_fields.iter().any(|field| field == "name");
        let name_hint = if required { "dialog.required" } else { "dialog.optional" };
        let form = Form::default().line("email", "dialog.invite.email", "dialog.invite.email_hint", "").line(
            "name",
            "dialog.invite.name",
            name_hint,
            "",
        );
        let form = entries::roles(form, cx, &[]);
        entries::groups_field(form, cx, &[])
            .line("message", "dialog.invite.message", "dialog.invite.message_hint", "")
            .line("ttl_days", "dialog.invite.days", "", &days)
    }

    fn change(&self, form: &Form, cx: &Cx<'_>) -> Result<Change, Fault> {
        let Some(email) = form.text("email") else {
            return Err(("email", t("dialog.invite.email_missing").to_owned()));
        };
        if let Some(wrong) = address::fault(email.raw()) {
            return Err(("email", wrong.to_owned()));
        }
        let ttl_days = entries::ttl_days(form)?;
        Ok(Change::Invite(InviteDraft {
            email,
            name: form.text("name"),
            roles: entries::chosen_roles(form, cx, &[])?,
            groups: form.all_chosen("groups").into_iter().map(GroupId).collect(),
            message: form.text("message"),
            ttl_days,
        }))
    }

    fn precondition(&self, _: &Change, _: &Cx<'_>) -> Precondition {
        Precondition::Any
    }

    fn question(&self, _: &Form, previews: &[(Change, Preview)]) -> Option<String> {
        let warned = previews.iter().any(|(_, preview)| !preview.warnings.is_empty());
        warned.then(|| t("dialog.invite.question").to_owned())
    }

    // Whoever is invited holds nothing yet: only what to know about the address is said.
    fn effect(&self, preview: &Preview, _: &ViewCx<'_>) -> Vec<Line> {
        words::warnings(&preview.warnings)
    }

    fn verb(&self) -> &'static str {
        t("dialog.invite.verb")
    }

    fn done(&self, form: &Form, applied: &Applied, _: &Cx<'_>) -> After {
        let email = form.text("email").unwrap_or_default();
        let said = tf("dialog.invite.done", &[("email", &email)]);
        match &applied.link {
            Some(link) => After::Link(Link { email, link: link.clone(), said }),
            None => After::Close(said),
        }
    }
}
