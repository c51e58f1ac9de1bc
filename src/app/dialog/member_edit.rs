//! A member's name.

use super::{
    Cx, ViewCx,
    body::Body,
    form::{Fault, Form},
    plan::PlanDialog,
};
use crate::{
    api::wire::MemberRow,
    domain::change::{Rename, Request},
    i18n::{t, tf},
};

pub struct EditMember {
    member: MemberRow,
}

impl EditMember {
    /// Of this member.
    pub fn of(member: MemberRow) -> PlanDialog {
        PlanDialog::new(Self { member })
    }
}

impl Body for EditMember {
    fn title(&self, _: Option<u64>, _: &ViewCx<'_>) -> String {
        tf("dialog.member_edit.title", &[("email", &self.member.email)])
    }

    fn form(&mut self, _: &Cx<'_>) -> Form {
        Form::default().line("name", "dialog.member_edit.name", "", self.member.name.raw())
    }

    fn request(&self, form: &Form, _: &Cx<'_>) -> Result<Request, Fault> {
        match form.text("name") {
            Some(name) if name == self.member.name => Err(("name", t("dialog.same").to_owned())),
            Some(name) => Ok(Request::one(self.member.id.0, Rename { name })),
            None => Err(("name", t("dialog.member_edit.missing").to_owned())),
        }
    }
}
