//! What a change dialog is about: its fields, the request they say, and the words around it. The plan, the confirmation
//! and the sending are [`super::plan::PlanDialog`]'s, the same for all.

use super::{
    Cx, ViewCx,
    form::{Fault, Form},
};
use crate::{
    app::{
        format,
        selection::Targets,
        view::{Line, Width},
    },
    domain::change::Request,
    i18n::{t, tf},
    words,
};

/// What one change dialog is about.
pub(super) trait Body: Send {
    /// In the frame's upper edge; `rows` is how many rows are planned, or chosen, when known.
    fn title(&self, rows: Option<u64>, cx: &ViewCx<'_>) -> String;

    /// The rows it is for, where they were chosen before it opened.
    fn targets(&self) -> Option<&Targets> {
        None
    }

    fn width(&self) -> Width {
        match self.targets() {
            Some(targets) if targets.count != Some(1) => Width::Wide,
            _ => Width::Medium,
        }
    }

    /// The empty form.
    fn form(&mut self, cx: &Cx<'_>) -> Form {
        let _ = cx;
        Form::default().reason()
    }

    /// A value was settled: fields may have to come or go.
    fn edited(&mut self, form: &mut Form, cx: &Cx<'_>) {
        let _ = (form, cx);
    }

    /// What is asked for, as the form says it, or what is wrong with the form.
    fn request(&self, form: &Form, cx: &Cx<'_>) -> Result<Request, Fault>;

    /// Whether the plan shows reasons, so that another reason is another plan.
    fn shows_reason(&self) -> bool {
        false
    }

    /// A field that is needed to apply the plan and not to make it.
    fn missing(&self, form: &Form, cx: &Cx<'_>) -> Option<Fault> {
        let _ = (form, cx);
        None
    }

    /// The caller's password, where the change asks for it.
    fn password(&self, form: &Form) -> Option<String> {
        let _ = form;
        None
    }

    /// Said above the form.
    fn intro(&self, form: &Form, cx: &ViewCx<'_>) -> Vec<Line> {
        let _ = (form, cx);
        Vec::new()
    }

    /// The verb that is typed with a number of rows.
    fn typed_verb(&self, request: &Request) -> &'static str {
        words::verb(request.kind.name(), None)
    }

    /// What `Enter` does, in a word.
    fn verb(&self) -> &'static str {
        t("dialog.apply")
    }

    /// What `Esc` does, in a word.
    fn way_out(&self) -> &'static str {
        t("dialog.cancel")
    }

    /// The command that does the same, without the rows; none where the command line has none.
    fn command(&self, form: &Form, cx: &ViewCx<'_>) -> Option<Vec<String>> {
        let _ = (form, cx);
        None
    }
}

/// So many members, in words.
pub(super) fn members(n: Option<u64>) -> String {
    counted(n, "dialog.plan.one_member", "dialog.plan.members")
}

/// So many invitations, in words.
pub(super) fn invitations(n: Option<u64>) -> String {
    counted(n, "dialog.plan.one_invitation", "dialog.plan.invitations")
}

fn counted(n: Option<u64>, one: &'static str, many: &'static str) -> String {
    match n {
        Some(1) => t(one).to_owned(),
        Some(n) => tf(many, &[("n", &format::count(n))]),
        None => t("dialog.plan.matching").to_owned(),
    }
}
