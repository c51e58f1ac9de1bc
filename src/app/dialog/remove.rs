//! A member out of the workspace: what they lose is said, and the e-mail typed.

use super::{
    Cx, ViewCx,
    body::{After, Body},
    form::{Fault, Form},
    sheet::Sheet,
};
use crate::{
    api::{
        backend::Precondition,
        wire::{Applied, MemberRow, Preview},
    },
    app::{
        effect::{Call, Reply},
        view::Line,
    },
    domain::change::Change,
    i18n::{t, tf},
};

/// A removal being decided.
pub struct Remove {
    member: MemberRow,
}

impl Remove {
    /// Of this member.
    pub fn new(member: MemberRow) -> Sheet<Self> {
        Sheet::of(Self { member })
    }
}

impl Body for Remove {
    fn title(&self) -> String {
        tf("dialog.remove.title", &[("email", &self.member.email)])
    }

    fn form(&mut self, _: &Cx<'_>) -> Form {
        Form::parting("dialog.confirm_email")
    }

    fn change(&self, form: &Form, _: &Cx<'_>) -> Result<Change, Fault> {
        Ok(Change::Remove { member: self.member.id, reason: form.text("reason") })
    }

    fn unconfirmed(&self, form: &Form, _: &Cx<'_>) -> Option<Fault> {
        (!form.value("confirm").trim().eq_ignore_ascii_case(self.member.email.raw()))
            .then(|| ("confirm", tf("dialog.remove.type_email", &[("email", &self.member.email)])))
    }

    fn precondition(&self, _: &Change, _: &Cx<'_>) -> Precondition {
        Precondition::Version(self.member.version)
    }

    // Typing the e-mail is the question.
    fn question(&self, _: &Form, _: &[(Change, Preview)]) -> Option<String> {
        None
    }

    fn intro(&self, _: &Form, cx: &ViewCx<'_>) -> Vec<Line> {
        let names = [("email", &self.member.email as &dyn std::fmt::Display), ("workspace", &cx.workspace.name)];
        vec![Line::plain(tf("dialog.remove.intro", &names))]
    }

    fn verb(&self) -> &'static str {
        t("dialog.remove.verb")
    }

    fn done(&self, _: &Form, _: &Applied, _: &Cx<'_>) -> After {
        After::Close(tf("dialog.remove.done", &[("email", &self.member.email)]))
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
