//! A group away, with its grants and fences.

use super::{
    Cx, ViewCx,
    body::Body,
    form::{Fault, Form},
    plan::PlanDialog,
};
use crate::{
    api::wire::GroupRow,
    app::{
        format,
        view::{Line, Width},
    },
    domain::change::{self, Request},
    i18n::{t, tf},
};

pub struct DeleteGroup {
    group: GroupRow,
}

impl DeleteGroup {
    /// Of this group.
    pub fn of(group: GroupRow) -> PlanDialog {
        PlanDialog::new(Self { group })
    }
}

impl Body for DeleteGroup {
    fn title(&self, _: Option<u64>, _: &ViewCx<'_>) -> String {
        tf("dialog.group_delete.title", &[("name", &self.group.name)])
    }

    fn width(&self) -> Width {
        Width::Wide
    }

    fn request(&self, form: &Form, _: &Cx<'_>) -> Result<Request, Fault> {
        Ok(Request::one(self.group.id.0, change::DeleteGroup { reason: form.text("reason") }))
    }

    fn intro(&self, _: &Form, _: &ViewCx<'_>) -> Vec<Line> {
        let members = format::count(self.group.members);
        vec![Line::plain(tf("dialog.group_delete.intro", &[("n", &members)]))]
    }

    fn verb(&self) -> &'static str {
        t("dialog.group_delete.verb")
    }
}
