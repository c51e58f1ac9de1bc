//! A group: its name, purpose, leader and what it adds to its members' roles.

use super::{
    Cx, ViewCx,
    body::Body,
    entries,
    form::{Fault, Form},
    pick::Pick,
    plan::PlanDialog,
};
use crate::{
    api::wire::GroupRow,
    app::view::Width,
    domain::{
        change::{CreateGroup, EditGroup, GroupDraft, Request},
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
    pub fn create() -> PlanDialog {
        PlanDialog::new(Self { group: None })
    }

    /// This group.
    pub fn edit(group: GroupRow) -> PlanDialog {
        PlanDialog::new(Self { group: Some(group) })
    }
}

/// Whether a group is filled in just as it is.
fn same(group: &GroupRow, draft: &GroupDraft) -> bool {
    let of_group = |key: &String| group.capabilities.contains(key);
    group.name == draft.name
        && group.description == draft.description
        && group.leader.as_ref().map(|leader| leader.id) == draft.leader
        && group.capabilities.len() == draft.capabilities.len()
        && draft.capabilities.iter().all(of_group)
}

impl Body for GroupEdit {
    fn title(&self, _: Option<u64>, _: &ViewCx<'_>) -> String {
        match &self.group {
            Some(group) => tf("dialog.group_edit.title", &[("name", &group.name)]),
            None => t("dialog.group_edit.new").to_owned(),
        }
    }

    fn width(&self) -> Width {
        if self.group.is_some() { Width::Wide } else { Width::Medium }
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

    fn request(&self, form: &Form, cx: &Cx<'_>) -> Result<Request, Fault> {
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
        match &self.group {
            Some(group) if same(group, &draft) => Err(("name", t("dialog.same").to_owned())),
            Some(group) => Ok(Request::one(group.id.0, EditGroup { draft })),
            None => Ok(Request::given(CreateGroup { draft })),
        }
    }
}
