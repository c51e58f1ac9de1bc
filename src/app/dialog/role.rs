//! Other roles for members: the one under the cursor, or those marked.

use super::{
    Cx, ViewCx,
    body::{Body, members},
    dates, entries,
    form::{Fault, Form},
    plan::PlanDialog,
};
use crate::{
    api::wire::MemberRow,
    app::{
        selection::Targets,
        view::{Line, Tone},
    },
    domain::{
        change::{Request, SetRoles},
        edge::Terms,
        id::RoleId,
    },
    i18n::{t, tf},
};

pub struct ChangeRole {
    targets: Targets,
    /// The one member, where it is one.
    member: Option<MemberRow>,
}

impl ChangeRole {
    /// Of one member.
    pub fn of(member: MemberRow) -> PlanDialog {
        PlanDialog::new(Self { targets: Targets::one(member.id.0), member: Some(member) })
    }

    /// Of all these.
    pub fn of_all(targets: Targets) -> PlanDialog {
        PlanDialog::new(Self { targets, member: None })
    }

    fn held(&self) -> Vec<RoleId> {
        self.member.iter().flat_map(|member| &member.roles).map(|role| role.id).collect()
    }
}

impl Body for ChangeRole {
    fn title(&self, rows: Option<u64>, _: &ViewCx<'_>) -> String {
        let whom = self.member.as_ref().map_or_else(|| members(rows), |member| member.email.to_string());
        tf("dialog.role.title", &[("whom", &whom)])
    }

    fn targets(&self) -> Option<&Targets> {
        Some(&self.targets)
    }

    fn form(&mut self, cx: &Cx<'_>) -> Form {
        let form = entries::roles(Form::default(), cx, &self.held());
        form.reason().line("expires_at", "dialog.expires", "dialog.dates.hint", "")
    }

    fn request(&self, form: &Form, cx: &Cx<'_>) -> Result<Request, Fault> {
        let (mut roles, mut held) = (entries::chosen_roles(form, cx, &self.held())?, self.held());
        let expires_at = dates::parse(form.value("expires_at"), cx.now).map_err(|why| ("expires_at", why))?;
        roles.sort();
        held.sort();
        if roles == held && expires_at.is_none() {
            return Err(("roles", t("dialog.role.same").to_owned()));
        }
        let terms = Terms { reason: form.text("reason"), expires_at, review_at: None };
        Ok(Request { on: self.targets.on.clone(), kind: SetRoles { roles, terms }.into() })
    }

    fn intro(&self, _: &Form, _: &ViewCx<'_>) -> Vec<Line> {
        let Some(member) = &self.member else { return Vec::new() };
        let held = member.roles.iter().map(|role| role.name.to_string()).collect::<Vec<_>>().join(", ");
        let held = if held.is_empty() { t("dialog.role.none").to_owned() } else { held };
        vec![Line::toned(tf("dialog.role.now", &[("roles", &held)]), Tone::Dim)]
    }

    fn command(&self, form: &Form, cx: &ViewCx<'_>) -> Option<Vec<String>> {
        let chosen = form.all_chosen("roles");
        let keys: Vec<&str> =
            cx.roles.iter().filter(|role| chosen.contains(&role.id.0)).map(|role| role.key.as_str()).collect();
        let mut words = vec!["role".to_owned(), "set".to_owned(), keys.join(";")];
        let expires = form.value("expires_at").trim();
        if !expires.is_empty() {
            words.extend(["--expires".to_owned(), expires.to_owned()]);
        }
        Some(words)
    }
}
