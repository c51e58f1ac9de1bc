//! A member's name.

use super::{
    Cx,
    body::{After, Body},
    form::{Fault, Form},
    sheet::Sheet,
};
use crate::{
    api::{
        backend::Precondition,
        wire::{Applied, MemberRow},
    },
    app::effect::{Call, Reply},
    domain::change::Change,
    i18n::{t, tf},
};

/// A name being edited.
pub struct EditMember {
    member: MemberRow,
}

impl EditMember {
    /// Of this member.
    pub fn new(member: MemberRow) -> Sheet<Self> {
        Sheet::of(Self { member })
    }
}

impl Body for EditMember {
    fn title(&self) -> String {
        tf("dialog.member_edit.title", &[("email", &self.member.email)])
    }

    fn form(&mut self, _: &Cx<'_>) -> Form {
        Form::default().line("name", "dialog.member_edit.name", "", self.member.name.raw())
    }

    fn change(&self, form: &Form, _: &Cx<'_>) -> Result<Change, Fault> {
        match form.text("name") {
            Some(name) if name == self.member.name => Err(("name", t("dialog.same").to_owned())),
            Some(name) => Ok(Change::Rename { member: self.member.id, name }),
            None => Err(("name", t("dialog.member_edit.missing").to_owned())),
        }
    }

    fn previews(&self) -> bool {
        false
    }

    fn precondition(&self, _: &Change, _: &Cx<'_>) -> Precondition {
        Precondition::Version(self.member.version)
    }

    fn done(&self, _: &Form, _: &Applied, _: &Cx<'_>) -> After {
        After::Close(tf("dialog.member_edit.done", &[("email", &self.member.email)]))
    }

    fn reread(&self, cx: &Cx<'_>) -> Option<Call> {
        Some(Call::Member(cx.workspace.id, self.member.id))
    }

    fn learned(&mut self, reply: &Reply, _: &mut Form, _: &Cx<'_>) {
        if let Reply::Member(member) = reply {
            self.member = MemberRow::clone(member);
        }
    }
}
