//! What can be done to many rows: what it is called, and how it is confirmed.

use crate::{
    api::wire::Plan,
    app::{
        dialog::zones::{Focus, Zones},
        format,
    },
    domain::{bulk::Rows, id::JobId},
    i18n::{t, tf},
};

/// What is to be done to many rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Give members other roles.
    Role,
    /// Put members into groups.
    AddToGroups,
    /// Take members out of groups.
    RemoveFromGroups,
    /// Allow a capability in a folder, for each member.
    Allow,
    /// Deny one.
    Deny,
    /// Close members out.
    Deactivate,
    /// Take memberships.
    Remove,
    /// New links for invitations.
    Resend,
    /// Invitations away.
    Cancel,
    /// Take back what a job did.
    Undo(JobId),
}

impl Kind {
    /// What its rows are.
    pub(super) fn rows(self) -> Rows {
        match self {
            Self::Resend | Self::Cancel => Rows::Invitations,
            Self::Undo(_) => Rows::Given,
            _ => Rows::Members,
        }
    }

    /// What is done, and to how many rows: `Change role · 14 members`.
    pub(super) fn title(self, rows: Option<u64>) -> String {
        let (one, many) = match self {
            Self::Resend | Self::Cancel => ("dialog.plan.one_invitation", "dialog.plan.invitations"),
            _ => ("dialog.plan.one_member", "dialog.plan.members"),
        };
        let rows = match rows {
            Some(1) => t(one).to_owned(),
            Some(n) => tf(many, &[("n", &format::count(n))]),
            None => t("dialog.plan.matching").to_owned(),
        };
        let key = match self {
            Self::Role => "dialog.plan.role",
            Self::AddToGroups => "dialog.plan.add_to_groups",
            Self::RemoveFromGroups => "dialog.plan.remove_from_groups",
            Self::Allow => "dialog.plan.allow",
            Self::Deny => "dialog.plan.deny",
            Self::Deactivate => "dialog.plan.deactivate",
            Self::Remove => "dialog.plan.remove",
            Self::Resend => "dialog.plan.resend",
            Self::Cancel => "dialog.plan.cancel",
            Self::Undo(job) => return tf("dialog.plan.undo", &[("job", &job.0)]),
        };
        tf(key, &[("rows", &rows)])
    }
}

/// Whether what a plan would do is confirmed: its count typed, or else agreed to where something is asked
/// first. If not, what is to be asked; nothing where the count is to be typed, which has the keys then.
pub(super) fn confirmed(kind: Kind, plan: &Plan, zones: &mut Zones, agreed: bool) -> Result<(), Option<String>> {
    if plan.confirm {
        if zones.typed.is(plan.change, "dialog.plan.type_wrong") {
            return Ok(());
        }
        zones.go_to(Focus::Count);
        return Err(None);
    }
    asked_first(kind, plan).filter(|_| !agreed).map_or(Ok(()), |question| Err(Some(question)))
}

/// What is asked where no count is typed: when somebody loses something, or something goes.
fn asked_first(kind: Kind, plan: &Plan) -> Option<String> {
    match kind {
        _ if plan.lose > 0 => Some(tf("dialog.plan.question_lose", &[("n", &format::count(plan.lose))])),
        Kind::Deactivate | Kind::Remove | Kind::Cancel => {
            Some(tf("dialog.plan.question_all", &[("n", &format::count(plan.change))]))
        }
        _ => None,
    }
}
