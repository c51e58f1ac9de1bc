//! Who belongs to a group. Its members are listed; anybody else is found by typing. The checks are
//! one change.

use super::{
    Cx, ViewCx,
    body::{After, Body},
    form::{Fault, Form},
    members::Members,
    pick::Pick,
    sheet::Sheet,
    words,
};
use crate::{
    api::{
        backend::Precondition,
        wire::{Applied, GroupRow},
    },
    app::{
        effect::{Call, Reply},
        view::{Line, Tone, Width},
    },
    domain::{change::Change, edge::Terms, id::MemberId},
    i18n::{t, tf},
};

/// A group's members being decided.
pub struct GroupMembers {
    group: GroupRow,
}

impl GroupMembers {
    /// Of this group.
    pub fn new(group: GroupRow) -> Sheet<Self> {
        Sheet::of(Self { group })
    }
}

impl Body for GroupMembers {
    fn title(&self) -> String {
        tf("dialog.group_members.title", &[("name", &self.group.name)])
    }

    fn width(&self) -> Width {
        Width::Medium
    }

    fn form(&mut self, _: &Cx<'_>) -> Form {
        Form::default()
            .pick("members", "dialog.group_members.find", Pick::members_of(Members::of(&self.group)))
            .reason()
    }

    fn change(&self, form: &Form, _: &Cx<'_>) -> Result<Change, Fault> {
        let (add, remove) = form.picked("members").map(Pick::difference).unwrap_or_default();
        if add.is_empty() && remove.is_empty() {
            return Err(("members", t("dialog.group_members.same").to_owned()));
        }
        let members = |ids: Vec<i64>| ids.into_iter().map(MemberId).collect();
        let terms = Terms { reason: form.text("reason"), ..Terms::default() };
        Ok(Change::SetGroupMembers { group: self.group.id, add: members(add), remove: members(remove), terms })
    }

    fn precondition(&self, _: &Change, _: &Cx<'_>) -> Precondition {
        Precondition::Version(self.group.version)
    }

    fn intro(&self, _: &Form, cx: &ViewCx<'_>) -> Vec<Line> {
        let adds = words::capabilities(&self.group.capabilities, cx.workspace);
        vec![Line::toned(tf("dialog.group_members.adds", &[("capabilities", &adds)]), Tone::Dim)]
    }

    fn done(&self, form: &Form, _: &Applied, _: &Cx<'_>) -> After {
        let (add, remove) = form.picked("members").map(Pick::difference).unwrap_or_default();
        let counts =
            [("name", &self.group.name as &dyn std::fmt::Display), ("add", &add.len()), ("remove", &remove.len())];
        After::Close(tf("dialog.group_members.done", &counts))
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
