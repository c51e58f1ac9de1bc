//! What waits behind an open invitation: its roles and groups, and how long it may still be answered.

use super::{
    Cx, ViewCx,
    body::Body,
    entries,
    form::{Fault, Form},
    plan::PlanDialog,
};
use crate::{
    api::wire::InvitationRow,
    app::{
        format::{relative, span},
        view::{Line, Tone},
    },
    domain::{
        change::{self, Request},
        id::{GroupId, RoleId},
    },
    i18n::{t, tf},
};

/// An open invitation being edited.
pub struct EditInvitation {
    row: InvitationRow,
}

impl EditInvitation {
    /// This one.
    pub fn of(row: InvitationRow) -> PlanDialog {
        PlanDialog::new(Self { row })
    }

    fn roles(&self) -> Vec<RoleId> {
        self.row.roles.iter().map(|role| role.id).collect()
    }

    fn groups(&self) -> Vec<GroupId> {
        self.row.groups.iter().map(|group| group.id).collect()
    }
}

impl Body for EditInvitation {
    fn title(&self, _: Option<u64>, _: &ViewCx<'_>) -> String {
        tf("dialog.invitation_edit.title", &[("email", &self.row.email)])
    }

    fn form(&mut self, cx: &Cx<'_>) -> Form {
        let form = entries::roles(Form::default(), cx, &self.roles());
        let form = match cx.features.groups && !cx.groups.is_empty() {
            true => form.pick("groups", "dialog.groups", entries::groups(cx.groups, cx.workspace, &self.groups())),
            false => form,
        };
        form.line("ttl_days", "dialog.invite.days", "dialog.invitation_edit.days_hint", "")
    }

    fn request(&self, form: &Form, cx: &Cx<'_>) -> Result<Request, Fault> {
        let mut roles = entries::chosen_roles(form, cx, &self.roles())?;
        // Where groups cannot be chosen, those of the invitation stay.
        let mut groups = match cx.features.groups && !cx.groups.is_empty() {
            true => form.all_chosen("groups").into_iter().map(GroupId).collect(),
            false => self.groups(),
        };
        let ttl_days = entries::ttl_days(form)?;
        let (mut old_roles, mut old_groups) = (self.roles(), self.groups());
        for ids in [&mut roles, &mut old_roles] {
            ids.sort();
        }
        for ids in [&mut groups, &mut old_groups] {
            ids.sort();
        }
        if roles == old_roles && groups == old_groups && ttl_days.is_none() {
            return Err(("roles", t("dialog.invitation_edit.same").to_owned()));
        }
        Ok(Request::one(self.row.id.0, change::EditInvitation { roles, groups, ttl_days }))
    }

    fn intro(&self, _: &Form, cx: &ViewCx<'_>) -> Vec<Line> {
        let names = self.row.roles.iter().map(|role| role.name.to_string());
        let names = names.chain(self.row.groups.iter().map(|group| group.name.to_string())).collect::<Vec<_>>();
        let ends = match self.row.expires_at > cx.now {
            true => tf("dialog.invitation_edit.expires", &[("when", &relative(self.row.expires_at, cx.now))]),
            false => tf("dialog.invitation_edit.expired", &[("span", &span(cx.now.since(self.row.expires_at)))]),
        };
        let pending = tf("dialog.invitation_edit.now", &[("what", &names.join(", "))]);
        let why = self.row.failure().map(|why| tf("dialog.invitation_edit.failed", &[("why", why)]));
        let told = [pending, ends].into_iter().map(|line| Line::toned(line, Tone::Dim));
        told.chain(why.map(|why| Line::toned(why, Tone::Warn))).collect()
    }

    fn verb(&self) -> &'static str {
        t("dialog.invitation_edit.verb")
    }
}
