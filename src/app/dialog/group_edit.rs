//! A group: its name, purpose, leader and what it adds to its members' roles.

use super::{
    Cx,
    body::{After, Body},
    entries,
    form::{Fault, Form},
    pick::Pick,
    sheet::Sheet,
};
use crate::{
    api::{
        backend::Precondition,
        wire::{Applied, GroupRow},
    },
    app::effect::{Call, Reply},
    domain::{
        change::{Change, GroupDraft},
        id::MemberId,
    },
    i18n::{t, tf},
};

/// A group being made or edited.
pub struct GroupEdit {
    group: Option<GroupRow>,
}

impl GroupEdit {
    /// A new group.
    pub fn create() -> Sheet<Self> {
        Sheet::of(Self { group: None })
    }

    /// This group.
    pub fn edit(group: GroupRow) -> Sheet<Self> {
        Sheet::of(Self { group: Some(group) })
    }
}

impl Body for GroupEdit {
    fn title(&self) -> String {
        match &self.group {
            Some(group) => tf("dialog.group_edit.title", &[("name", &group.name)]),
            None => t("dialog.group_edit.new").to_owned(),
        }
    }

    fn form(&mut self, cx: &Cx<'_>) -> Form {
        let group = self.group.as_ref();
        let leader = group.and_then(|g| g.leader.as_ref()).map(|l| (l.id.0, l.name.to_string()));
        let held = group.map(|g| g.capabilities.as_slice()).unwrap_or_default();
        Form::default()
            .line("name", "dialog.group_edit.name", "", group.map_or("", |g| g.name.raw()))
            .line(
                "description",
                "dialog.group_edit.description",
                "dialog.optional",
                group.map_or("", |g| g.description.raw()),
            )
            .pick("leader", "dialog.group_edit.leader", Pick::member(leader))
            .pick("capabilities", "dialog.group_edit.capabilities", entries::capabilities(cx.workspace, held))
    }

    fn change(&self, form: &Form, cx: &Cx<'_>) -> Result<Change, Fault> {
        let Some(name) = form.text("name") else {
            return Err(("name", t("dialog.group_edit.name_missing").to_owned()));
        };
        let mut places = form.all_chosen("capabilities");
        places.sort_unstable();
        let draft = GroupDraft {
            name,
            description: form.text("description").unwrap_or_default(),
            capabilities: places.into_iter().filter_map(|at| entries::capability_key(cx.workspace, at)).collect(),
            leader: form.chosen("leader").map(MemberId),
        };
        Ok(match &self.group {
            Some(group) => Change::EditGroup { group: group.id, draft },
            None => Change::CreateGroup(draft),
        })
    }

    // A new group has no members yet: nothing changes for anybody.
    fn previews(&self) -> bool {
        self.group.is_some()
    }

    fn precondition(&self, _: &Change, _: &Cx<'_>) -> Precondition {
        self.group.as_ref().map_or(Precondition::Any, |group| Precondition::Version(group.version))
    }

    fn done(&self, form: &Form, _: &Applied, _: &Cx<'_>) -> After {
        let key = if self.group.is_some() { "dialog.group_edit.edited" } else { "dialog.group_edit.made" };
        After::Close(tf(key, &[("name", &form.text("name").unwrap_or_default())]))
    }

    fn reread(&self, cx: &Cx<'_>) -> Option<Call> {
        self.group.as_ref().map(|_| Call::Groups(cx.workspace.id))
    }

    fn learned(&mut self, reply: &Reply, _: &mut Form, _: &Cx<'_>) {
        if let (Reply::Groups(groups), Some(mine)) = (reply, &mut self.group)
            && let Some(group) = groups.iter().find(|group| group.id == mine.id)
        {
            *mine = group.clone();
        }
    }
}
