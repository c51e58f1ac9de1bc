//! Who belongs to a group. Its members are listed; anybody else is found by typing. The checks are
//! one change.

use super::{
    Cx, ViewCx,
    body::Body,
    form::{Fault, Form},
    members::Members,
    pick::Pick,
    plan::PlanDialog,
    words,
};
use crate::{
    api::wire::GroupRow,
    app::view::{Line, Tone, Width},
    domain::{
        change::{self, Request},
        edge::Terms,
        id::MemberId,
    },
    i18n::{t, tf},
};

pub struct GroupMembers {
    group: GroupRow,
}

impl GroupMembers {
    /// Of this group.
    pub fn of(group: GroupRow) -> PlanDialog {
        PlanDialog::new(Self { group })
    }
}

impl Body for GroupMembers {
    fn title(&self, _: Option<u64>, _: &ViewCx<'_>) -> String {
        tf("dialog.group_members.title", &[("name", &self.group.name)])
    }

    fn width(&self) -> Width {
        Width::Wide
    }

    fn form(&mut self, _: &Cx<'_>) -> Form {
        Form::default()
            .pick("members", "dialog.group_members.find", Pick::members_of(Members::of(&self.group)))
            .reason()
    }

    fn request(&self, form: &Form, _: &Cx<'_>) -> Result<Request, Fault> {
        let (add, remove) = form.picked("members").map(Pick::difference).unwrap_or_default();
        if add.is_empty() && remove.is_empty() {
            return Err(("members", t("dialog.group_members.same").to_owned()));
        }
        let members = |ids: Vec<i64>| ids.into_iter().map(MemberId).collect();
        let terms = Terms { reason: form.text("reason"), ..Terms::default() };
        let (group, add, remove) = (self.group.id, members(add), members(remove));
        Ok(Request::given(change::GroupMembers { group, add, remove, terms }))
    }

    fn intro(&self, _: &Form, cx: &ViewCx<'_>) -> Vec<Line> {
        let adds = words::capabilities(&self.group.capabilities, cx.workspace);
        vec![Line::toned(tf("dialog.group_members.adds", &[("capabilities", &adds)]), Tone::Dim)]
    }
}
