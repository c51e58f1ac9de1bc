//! The groups of a member: a checklist, made one change for each group touched.

use super::{
    Cx,
    body::{After, Body},
    entries,
    form::{Fault, Form},
    sheet::Sheet,
};
use crate::{
    api::{
        backend::Precondition,
        wire::{Applied, GroupRow, MemberRow},
    },
    app::effect::{Call, Reply},
    domain::{change::Change, edge::Terms, id::GroupId},
    i18n::{t, tf},
};

/// A member's groups being decided.
pub struct MemberGroups {
    member: MemberRow,
    /// What the member belongs to, after what was made here already.
    held: Vec<GroupId>,
    /// The groups as read when it opened, or again since.
    groups: Vec<GroupRow>,
}

impl MemberGroups {
    /// Of this member.
    pub fn new(member: MemberRow) -> Sheet<Self> {
        let held = member.groups.iter().map(|group| group.id).collect();
        Sheet::of(Self { member, held, groups: Vec::new() })
    }
}

impl Body for MemberGroups {
    fn title(&self) -> String {
        tf("dialog.member_groups.title", &[("email", &self.member.email)])
    }

    fn form(&mut self, cx: &Cx<'_>) -> Form {
        self.groups = cx.groups.to_vec();
        Form::default().pick("groups", "dialog.groups", entries::groups(cx.groups, cx.workspace, &self.held)).reason()
    }

    fn change(&self, form: &Form, cx: &Cx<'_>) -> Result<Change, Fault> {
        let mut changes = self.changes(form, cx)?;
        Ok(changes.swap_remove(0))
    }

    fn changes(&self, form: &Form, _: &Cx<'_>) -> Result<Vec<Change>, Fault> {
        let chosen: Vec<GroupId> = form.all_chosen("groups").into_iter().map(GroupId).collect();
        let touched = |id: &GroupId| chosen.contains(id) != self.held.contains(id);
        let terms = Terms { reason: form.text("reason"), ..Terms::default() };
        let change = |group: GroupId| {
            let (mut add, mut remove) = (vec![self.member.id], Vec::new());
            if self.held.contains(&group) {
                std::mem::swap(&mut add, &mut remove);
            }
            Change::SetGroupMembers { group, add, remove, terms: terms.clone() }
        };
        let changes: Vec<Change> = self.groups.iter().map(|group| group.id).filter(touched).map(change).collect();
        if changes.is_empty() { Err(("groups", t("dialog.same").to_owned())) } else { Ok(changes) }
    }

    fn about(&self, change: &Change) -> Option<String> {
        let Change::SetGroupMembers { group, add, .. } = change else { return None };
        let name = &self.groups.iter().find(|row| row.id == *group)?.name;
        let key = if add.is_empty() { "dialog.member_groups.out_of" } else { "dialog.member_groups.into" };
        Some(tf(key, &[("name", name)]))
    }

    fn made(&mut self, change: &Change) {
        if let Change::SetGroupMembers { group, add, .. } = change {
            self.held.retain(|held| held != group);
            if !add.is_empty() {
                self.held.push(*group);
            }
        }
    }

    fn precondition(&self, change: &Change, _: &Cx<'_>) -> Precondition {
        let Change::SetGroupMembers { group, .. } = change else { return Precondition::Any };
        let row = self.groups.iter().find(|row| row.id == *group);
        row.map_or(Precondition::Any, |row| Precondition::Version(row.version))
    }

    fn done(&self, _: &Form, _: &Applied, _: &Cx<'_>) -> After {
        After::Close(tf("dialog.member_groups.done", &[("email", &self.member.email)]))
    }

    fn reread(&self, cx: &Cx<'_>) -> Option<Call> {
        Some(Call::Groups(cx.workspace.id))
    }

    fn learned(&mut self, reply: &Reply, _: &mut Form, _: &Cx<'_>) {
        if let Reply::Groups(groups) = reply {
            self.groups.clone_from(groups);
        }
    }
}
