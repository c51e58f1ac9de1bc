//! The plan of a bulk change: what it would do, row by row, before any of it is done.

use super::{Cx, Dialog, Outcome, ViewCx};
use crate::{
    app::{
        action::{Action, Context},
        msg::Input,
        selection::Targets,
        view::{DialogView, Width},
    },
    domain::id::JobId,
    i18n::tf,
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

/// A bulk change being planned.
pub struct PlanDialog {
    kind: Kind,
    targets: Targets,
}

impl PlanDialog {
    /// Of these rows; an undo has its own.
    pub fn new(kind: Kind, targets: Targets) -> Self {
        Self { kind, targets }
    }
}

impl Dialog for PlanDialog {
    fn context(&self) -> Context {
        Context::Form
    }

    fn input(&mut self, input: Input, _: &mut Cx<'_>) -> Outcome {
        match input.action {
            Some(Action::Close) => Outcome::Close,
            _ => Outcome::Stay(Vec::new()),
        }
    }

    fn view(&self, _: &ViewCx<'_>) -> DialogView {
        let title = match self.kind {
            Kind::Resend | Kind::Cancel => "dialog.plan.invitations",
            _ => "dialog.plan.members",
        };
        DialogView {
            title: tf(title, &[("n", &self.targets.count)]),
            aside: None,
            width: Width::Wide,
            parts: Vec::new(),
            hints: vec![(Action::Close, None)],
            pending: None,
            error: None,
        }
    }
}
