//! Groups of members: a checklist for the one under the cursor, groups to join or to leave for those marked.

use super::{
    Cx, ViewCx,
    body::{Body, members},
    dates, entries,
    form::{Fault, Form},
    plan::PlanDialog,
};
use crate::{
    api::wire::MemberRow,
    app::selection::Targets,
    domain::{
        change::{Request, SetGroups},
        edge::Terms,
        id::GroupId,
    },
    i18n::{t, tf},
};

enum Whose {
    One(Box<MemberRow>),
    Join,
    Leave,
}

pub struct MemberGroups {
    targets: Targets,
    whose: Whose,
}

impl MemberGroups {
    /// Of one member.
    pub fn of(member: MemberRow) -> PlanDialog {
        PlanDialog::new(Self { targets: Targets::one(member.id.0), whose: Whose::One(Box::new(member)) })
    }

    /// All these into groups.
    pub fn join(targets: Targets) -> PlanDialog {
        PlanDialog::new(Self { targets, whose: Whose::Join })
    }

    /// All these out of groups.
    pub fn leave(targets: Targets) -> PlanDialog {
        PlanDialog::new(Self { targets, whose: Whose::Leave })
    }

    fn held(&self) -> Vec<GroupId> {
        match &self.whose {
            Whose::One(member) => member.groups.iter().map(|group| group.id).collect(),
            Whose::Join | Whose::Leave => Vec::new(),
        }
    }
}

impl Body for MemberGroups {
    fn title(&self, rows: Option<u64>, _: &ViewCx<'_>) -> String {
        match &self.whose {
            Whose::One(member) => tf("dialog.member_groups.title", &[("email", &member.email)]),
            Whose::Join => tf("dialog.member_groups.join", &[("whom", &members(rows))]),
            Whose::Leave => tf("dialog.member_groups.leave", &[("whom", &members(rows))]),
        }
    }

    fn targets(&self) -> Option<&Targets> {
        Some(&self.targets)
    }

    fn form(&mut self, cx: &Cx<'_>) -> Form {
        let groups = match self.whose {
            Whose::Leave => entries::any_groups(cx.groups, cx.workspace),
            Whose::One(_) | Whose::Join => entries::groups(cx.groups, cx.workspace, &self.held()),
        };
        let form = Form::default().pick("groups", "dialog.groups", groups).reason();
        match self.whose {
            Whose::Join => form.line("expires_at", "dialog.expires", "dialog.dates.hint", ""),
            Whose::One(_) | Whose::Leave => form,
        }
    }

    fn request(&self, form: &Form, cx: &Cx<'_>) -> Result<Request, Fault> {
        let (chosen, held): (Vec<GroupId>, _) =
            (form.all_chosen("groups").into_iter().map(GroupId).collect(), self.held());
        let (add, remove): (Vec<GroupId>, Vec<GroupId>) = match self.whose {
            Whose::Leave => (Vec::new(), chosen),
            Whose::One(_) | Whose::Join => {
                let left = held.iter().filter(|group| !chosen.contains(group)).copied().collect();
                (chosen.into_iter().filter(|group| !held.contains(group)).collect(), left)
            }
        };
        if add.is_empty() && remove.is_empty() {
            let key = if matches!(self.whose, Whose::One(_)) { "dialog.same" } else { "dialog.choose_group" };
            return Err(("groups", t(key).to_owned()));
        }
        let expires_at = dates::parse(form.value("expires_at"), cx.now).map_err(|why| ("expires_at", why))?;
        let terms = Terms { reason: form.text("reason"), expires_at, review_at: None };
        Ok(Request { on: self.targets.on.clone(), kind: SetGroups { add, remove, terms }.into() })
    }
}
