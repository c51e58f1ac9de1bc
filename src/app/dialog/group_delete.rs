//! A group away: what its members would lose is said first.

use super::{
    Cx, ViewCx,
    body::{After, Body},
    form::{Fault, Form},
    sheet::Sheet,
};
use crate::{
    api::{
        backend::Precondition,
        wire::{Applied, GroupRow, Preview},
    },
    app::{
        effect::{Call, Reply},
        format,
        view::Line,
    },
    domain::change::Change,
    i18n::{t, tf},
};

/// A deletion being decided.
pub struct DeleteGroup {
    group: GroupRow,
}

impl DeleteGroup {
    /// Of this group.
    pub fn new(group: GroupRow) -> Sheet<Self> {
        Sheet::of(Self { group })
    }
}

impl Body for DeleteGroup {
    fn title(&self) -> String {
        tf("dialog.group_delete.title", &[("name", &self.group.name)])
    }

    fn form(&mut self, _: &Cx<'_>) -> Form {
        Form::parting("dialog.confirm_name")
    }

    fn edited(&mut self, form: &mut Form, _: &Cx<'_>) {
        form.show("confirm", self.group.members > 0);
    }

    fn change(&self, form: &Form, _: &Cx<'_>) -> Result<Change, Fault> {
        Ok(Change::DeleteGroup { group: self.group.id, reason: form.text("reason") })
    }

    fn unconfirmed(&self, form: &Form, _: &Cx<'_>) -> Option<Fault> {
        (self.group.members > 0 && form.value("confirm").trim() != self.group.name.raw().trim())
            .then(|| ("confirm", tf("dialog.group_delete.type_name", &[("name", &self.group.name)])))
    }

    fn precondition(&self, _: &Change, _: &Cx<'_>) -> Precondition {
        Precondition::Version(self.group.version)
    }

    fn question(&self, _: &Form, _: &[(Change, Preview)]) -> Option<String> {
        // With members, typing the name is the question.
        (self.group.members == 0).then(|| tf("dialog.group_delete.question", &[("name", &self.group.name)]))
    }

    fn intro(&self, _: &Form, _: &ViewCx<'_>) -> Vec<Line> {
        let members = format::count(self.group.members);
        vec![Line::plain(tf("dialog.group_delete.intro", &[("n", &members)]))]
    }

    fn verb(&self) -> &'static str {
        t("dialog.group_delete.verb")
    }

    fn done(&self, _: &Form, _: &Applied, _: &Cx<'_>) -> After {
        After::Close(tf("dialog.group_delete.done", &[("name", &self.group.name)]))
    }

    fn reread(&self, cx: &Cx<'_>) -> Option<Call> {
        Some(Call::Groups(cx.workspace.id))
    }

    fn learned(&mut self, reply: &Reply, _: &mut Form, _: &Cx<'_>) {
        if let Reply::Groups(groups) = reply
            && let Some(group) = groups.iter().find(|group| group.id == self.group.id)
        {
            self.group = group.clone();
        }
    }
}
