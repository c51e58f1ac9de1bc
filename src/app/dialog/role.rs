//! Another role for a member: what they lose in effect is said before it is done.

use super::{
    Cx, ViewCx,
    body::{After, Body},
    dates, entries,
    form::{Fault, Form},
    sheet::Sheet,
};
use crate::{
    api::{
        backend::Precondition,
        wire::{Applied, MemberRow},
    },
    app::{
        effect::{Call, Reply},
        view::{Line, Tone},
    },
    domain::{capability::key, change::Change, edge::Terms, id::RoleId},
    i18n::{t, tf},
};

/// A change of role being decided.
pub struct ChangeRole {
    member: MemberRow,
}

impl ChangeRole {
    /// For this member.
    pub fn new(member: MemberRow) -> Sheet<Self> {
        Sheet::of(Self { member })
    }

    fn held(&self) -> Vec<RoleId> {
        self.member.roles.iter().map(|role| role.id).collect()
    }

    /// Whether somebody who administers the workspace by these roles no longer would by those chosen.
    fn lowers_administrator(&self, form: &Form, cx: &Cx<'_>) -> bool {
        let administers = |roles: &[RoleId]| {
            [key::MEMBERS_MANAGE, key::ROLES_MANAGE].iter().all(|wanted| {
                cx.roles.iter().any(|r| roles.contains(&r.id) && r.capabilities.iter().any(|held| held == wanted))
            })
        };
        let chosen: Vec<RoleId> = form.all_chosen("roles").into_iter().map(RoleId).collect();
        administers(&self.held()) && !administers(&chosen)
    }
}

impl Body for ChangeRole {
    fn title(&self) -> String {
        tf("dialog.role.title", &[("email", &self.member.email)])
    }

    fn form(&mut self, cx: &Cx<'_>) -> Form {
        entries::roles(Form::default(), cx, &self.held())
            .reason()
            .line("expires_at", "dialog.expires", "dialog.dates.hint", "")
            .line("confirm", "dialog.confirm_email", "", "")
    }

    fn edited(&mut self, form: &mut Form, cx: &Cx<'_>) {
        let lowers = self.lowers_administrator(form, cx);
        form.show("confirm", lowers);
    }

    fn change(&self, form: &Form, cx: &Cx<'_>) -> Result<Change, Fault> {
        let mut roles = entries::chosen_roles(form, cx, &self.held())?;
        let expires_at = dates::parse(form.value("expires_at"), cx.now).map_err(|why| ("expires_at", why))?;
        let mut held = self.held();
        roles.sort();
        held.sort();
        if roles == held && expires_at.is_none() {
            return Err(("roles", t("dialog.role.same").to_owned()));
        }
        let terms = Terms { reason: form.text("reason"), expires_at, review_at: None };
        Ok(Change::SetRoles { member: self.member.id, roles, terms })
    }

    fn unconfirmed(&self, form: &Form, cx: &Cx<'_>) -> Option<Fault> {
        let typed = form.value("confirm").trim();
        let wanted = self.lowers_administrator(form, cx);
        (wanted && !typed.eq_ignore_ascii_case(self.member.email.raw()))
            .then(|| ("confirm", tf("dialog.role.type_email", &[("email", &self.member.email)])))
    }

    fn precondition(&self, _: &Change, _: &Cx<'_>) -> Precondition {
        Precondition::Version(self.member.version)
    }

    fn intro(&self, _: &Form, _: &ViewCx<'_>) -> Vec<Line> {
        let held = self.member.roles.iter().map(|role| role.name.to_string()).collect::<Vec<_>>().join(", ");
        let held = if held.is_empty() { t("dialog.role.none").to_owned() } else { held };
        vec![Line::toned(tf("dialog.role.now", &[("roles", &held)]), Tone::Dim)]
    }

    fn done(&self, form: &Form, _: &Applied, cx: &Cx<'_>) -> After {
        let chosen = form.all_chosen("roles");
        let names: Vec<_> = cx.roles.iter().filter(|r| chosen.contains(&r.id.0)).map(|r| r.name.to_string()).collect();
        let names = names.join(", ");
        After::Close(tf("dialog.role.done", &[("email", &self.member.email), ("roles", &names)]))
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
