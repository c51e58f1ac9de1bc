//! One person invited.

use super::{
    Cx, ViewCx,
    body::Body,
    entries,
    form::{Fault, Form},
    plan::PlanDialog,
};
use crate::{
    domain::{
        address, change,
        change::{InviteDraft, Request},
        id::GroupId,
    },
    i18n::t,
    words,
};

pub struct Invite;

impl Invite {
    /// An empty one.
    pub fn dialog() -> PlanDialog {
        PlanDialog::new(Self)
    }
}

impl Body for Invite {
    fn title(&self, _: Option<u64>, _: &ViewCx<'_>) -> String {
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

    fn request(&self, form: &Form, cx: &Cx<'_>) -> Result<Request, Fault> {
        let Some(email) = form.text("email") else {
            return Err(("email", t("dialog.invite.email_missing").to_owned()));
        };
        if let Some(wrong) = address::fault(email.raw()) {
            return Err(("email", words::address_fault(wrong).to_owned()));
        }
        let draft = InviteDraft {
            email,
            name: form.text("name"),
            roles: entries::chosen_roles(form, cx, &[])?,
            groups: form.all_chosen("groups").into_iter().map(GroupId).collect(),
            message: form.text("message"),
            ttl_days: entries::ttl_days(form)?,
        };
        Ok(Request::given(change::Invite::one(draft)))
    }

    fn verb(&self) -> &'static str {
        t("dialog.invite.verb")
    }
}
