//! One row of many being put right, in place.

use super::rows::{ForAll, Row, Said};
use crate::{
    api::wire::Called,
    app::dialog::{
        Cx, entries,
        form::{Fault, Form},
    },
    domain::{address, id::RoleId},
    i18n::t,
    words,
};

/// A row in hand.
pub(super) struct Fix {
    /// Its place.
    pub(super) at: usize,
    /// Its number.
    pub(super) number: u64,
    /// Its fields.
    pub(super) form: Form,
    /// `Esc` was pressed once.
    pub(super) leaving: bool,
    /// What its roles and groups were taken to be when it was opened.
    held: (Vec<i64>, Vec<i64>),
}

impl Fix {
    /// The row at a place, the focus on what is wrong with it.
    pub(super) fn new(at: usize, row: &Row, for_all: &ForAll, cx: &Cx<'_>) -> Self {
        let called = Called::new(cx.roles, cx.groups);
        let roles = row.roles.known(&for_all.roles, &called.roles);
        let groups = row.groups.known(&for_all.groups, &called.groups);
        let held: Vec<RoleId> = roles.iter().copied().map(RoleId).collect();
        let form = Form::default()
            .line("email", "dialog.invite.email", "dialog.invite.email_hint", row.email.raw())
            .line("name", "dialog.invite.name", "dialog.optional", row.name.as_ref().map_or("", |name| name.raw()));
        let mut form = entries::groups_field(entries::roles(form, cx, &held), cx, &groups);
        if let Some((field, why)) = row.wrong(cx.workspace) {
            form.fault(field.unwrap_or("email"), why);
        }
        Self { at, number: row.number, form, leaving: false, held: (roles, groups) }
    }

    /// Writes what the form says into the row; what was left as it was stays the file's or everybody's.
    pub(super) fn keep(&self, row: &mut Row, cx: &Cx<'_>) -> Result<(), Fault> {
        let Some(email) = self.form.text("email") else {
            return Err(("email", t("dialog.invite.email_missing").to_owned()));
        };
        if let Some(wrong) = address::fault(email.raw()) {
            return Err(("email", words::address_fault(wrong).to_owned()));
        }
        let roles: Vec<i64> = entries::chosen_roles(&self.form, cx, &[])?.into_iter().map(|role| role.0).collect();
        let mut groups = self.form.all_chosen("groups");
        groups.sort_unstable();
        let mut before = self.held.1.clone();
        before.sort_unstable();
        if roles != self.held.0 || matches!(row.roles, Said::Names(_)) {
            row.roles = Said::Chosen(roles);
        }
        if groups != before || matches!(row.groups, Said::Names(_)) {
            row.groups = Said::Chosen(groups);
        }
        (row.email, row.name) = (email, self.form.text("name"));
        row.stray.clear();
        Ok(())
    }
}
