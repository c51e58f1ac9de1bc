//! What can be done now, and why not otherwise: one answer for keys, footer, help and palette.

use super::{
    action::{Action, Context},
    changes::{hindrance, undo_hindrance},
    open::label,
    state::{App, Pane, Screen},
};
use crate::{
    api::wire::{Change, ChangeState, InvitationStatus, MemberRow},
    domain::model::MemberStatus,
    i18n::{t, tf},
};

/// Whether an action can be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Able {
    /// It can.
    Yes,
    /// Not here or not now, with the reason: shown dimmed.
    No(String),
    /// Not in this run at all, with the reason: not shown.
    Absent(String),
}

impl Able {
    /// Why not, if not.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Yes => None,
            Self::No(why) | Self::Absent(why) => Some(why),
        }
    }
}

/// An action as the footer offers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// What it means.
    pub action: Action,
    /// Its key.
    pub key: String,
    /// A word or two.
    pub label: &'static str,
    /// Whether it can be done now.
    pub enabled: bool,
}

impl App {
    /// The contexts whose keys are answered to outside dialogs, nearest first.
    pub fn contexts(&self) -> Vec<Context> {
        let pane = match self.pane() {
            Pane::Users => Context::Users,
            Pane::Groups => Context::Groups,
            Pane::Invitations => Context::Invitations,
            Pane::Folders => Context::Folders,
            Pane::Grants => Context::Grants,
            Pane::Roles => Context::Roles,
            Pane::Changes => Context::Changes,
        };
        vec![pane, Context::List, Context::Global]
    }

    /// The footer's offers: what the pane can do, in the order of its keys.
    pub fn hints(&self) -> Vec<Hint> {
        let marked = self.any_marked();
        let mut hints: Vec<Hint> = Vec::new();
        for (_, action) in self.contexts().first().into_iter().flat_map(|context| self.keymap.of(*context)) {
            let able = self.able(action);
            let shown = match able {
                Able::Absent(_) => false,
                // With marks, what is for one row is not what a person is about; without, what is for many.
                _ if marked => self.bulk(action),
                _ if action.many() => false,
                Able::No(_) => action != Action::Transfer,
                Able::Yes => true,
            };
            if shown && !action.quiet() && !hints.iter().any(|hint| hint.action == action) {
                hints.extend(self.hint(action, able == Able::Yes));
            }
        }
        // Not this pane's own, and wanted wherever they can be done.
        let everywhere = match (self.pane(), marked) {
            (Pane::Changes, _) => &[Action::StopChange, Action::Undo][..],
            (_, true) => &[Action::ClearMarks],
            _ => &[Action::Undo],
        };
        let able = everywhere.iter().filter(|action| self.able(**action) == Able::Yes);
        hints.extend(able.filter_map(|action| self.hint(*action, true)));
        if self.pane() == Pane::Changes {
            let open = self.hint(Action::Open, self.able(Action::ChangeDetails) == Able::Yes);
            hints.splice(0..0, open.map(|hint| Hint { label: t("changes.open"), ..hint }));
        }
        if self.pane() == Pane::Invitations {
            // The same key as in every list, and here it copies what there is nowhere else to see.
            let copy = self.hint(Action::Copy, self.able(Action::Copy) == Able::Yes);
            hints.extend(copy.map(|hint| Hint { label: t("invitations.copy-link"), ..hint }));
        }
        hints
    }

    /// One action as the footer offers it, if it has a key.
    pub fn hint(&self, action: Action, enabled: bool) -> Option<Hint> {
        self.keymap.hint(action).map(|key| Hint { action, key, label: self.label(action), enabled })
    }

    /// An action's word here: what quits on the first screen goes back to it from the others.
    pub(super) fn label(&self, action: Action) -> &'static str {
        match action {
            Action::Quit if self.screen != Screen::Directory => t("app.back"),
            _ => label(action),
        }
    }

    /// Whether an action can be done now.
    pub fn able(&self, action: Action) -> Able {
        if let Some(why) = self.absent(action) {
            return Able::Absent(why);
        }
        match self.hindrance(action) {
            Some(why) => Able::No(why),
            None => Able::Yes,
        }
    }

    fn absent(&self, action: Action) -> Option<String> {
        use Action as A;
        if self.readonly && action.mutates() {
            return Some(t("able.readonly").to_owned());
        }
        let there = match action {
            A::SetPassword => true,
            // What only an open change has.
            A::ChangeRows => false,
            A::Transfer if !self.workspace.policies.owner => false,
            _ => (!action.mutates() || self.features.changes) && action.supported(&self.features),
        };
        (!there).then(|| t("able.unsupported").to_owned())
    }

    fn hindrance(&self, action: Action) -> Option<String> {
        use Action as A;
        let no = |key: &'static str| Some(t(key).to_owned());
        if let Some(needed) = action.needs()
            && self.ready
            && !self.holds(needed)
            && !self.leads(action)
        {
            return Some(tf("able.lacks", &[("capability", &self.capability(needed))]));
        }
        match action {
            A::ResendMember if self.any_marked() => no("able.resend-marked"),
            A::MemberGrants if self.any_marked() => no("able.grants-marked"),
            A::RenameMember | A::EditInvitation if self.any_marked() => no("able.edit-marked"),
            A::MemberGroups | A::AddToGroups | A::RemoveFromGroups
                if self.groups.seen && self.groups.rows.is_empty() =>
            {
                no("able.no-groups")
            }
            A::AllowMembers | A::DenyMembers if self.folders.seen && self.folders.rows.is_empty() => {
                no("able.no-folders")
            }
            // A plan leaves out what is not possible, and says why.
            _ if self.bulk(action) => None,
            A::ChangeRole | A::EffectiveAccess | A::MemberGrants | A::MemberGroups => self.member_hindrance(action),
            A::RenameMember | A::ResendMember | A::RemoveMember => self.member_hindrance(action),
            A::AddToGroups | A::RemoveFromGroups | A::AllowMembers | A::DenyMembers | A::Deactivate => {
                self.member_hindrance(action)
            }
            A::Mark | A::Range | A::MarkAll | A::ClearMarks if self.marks().is_none() => no("able.no-marks-here"),
            A::MarkAll => self.filter_fault(),
            A::ClearMarks if !self.any_marked() => no("able.no-marks"),
            A::Undo => self.undo_hindrance(),
            A::ChangeDetails if self.change_under().or(self.changes.at_work()).is_none() => {
                no("able.no-change-at-work")
            }
            A::StopChange => self.stop_hindrance(),
            A::ResumeChange | A::RetryChange | A::ExportChange => self.change_hindrance(action),
            A::Transfer => self.transfer_hindrance(),
            _ if action.rowless() && !self.ready => no("able.loading"),
            A::EditGroup | A::GroupMembers | A::GroupGrants | A::DeleteGroup if self.groups.current().is_none() => {
                no("able.no-group")
            }
            A::Resend | A::CancelInvitation | A::EditInvitation => match self.invitations.list.current() {
                None => no("able.no-invitation"),
                Some(row) if row.status.open() => None,
                Some(_) => no("able.settled"),
            },
            A::Copy if self.pane() == Pane::Invitations => match self.invitations.list.current() {
                None => no("able.no-invitation"),
                Some(row) if row.status_at(self.now) == InvitationStatus::Sent => None,
                Some(row) if row.status.open() => no("able.dead-link"),
                Some(_) => no("able.settled"),
            },
            A::FolderAllow | A::FolderDeny | A::FolderWhoCan | A::GrantAllow | A::GrantDeny
                if self.folders.current().is_none() =>
            {
                no("able.no-folder")
            }
            A::GrantTerms | A::GrantRevoke | A::GrantWhoCan if self.folders.current_grant().is_none() => {
                no("able.no-grant")
            }
            A::RoleWhoCan if self.roles.current().is_none() => no("able.no-capability"),
            A::NextPane | A::PreviousPane
                if matches!(self.screen, Screen::Invitations | Screen::Roles | Screen::Changes) =>
            {
                no("able.one-pane")
            }
            A::Filter if self.filter().is_none() => no("able.no-filter"),
            A::Sort | A::SortReverse
                if matches!(self.pane(), Pane::Folders | Pane::Grants | Pane::Roles | Pane::Changes) =>
            {
                no("able.no-sort")
            }
            A::ToggleReadonly if self.readonly => no("able.readonly-already"),
            _ => None,
        }
    }

    fn member_hindrance(&self, action: Action) -> Option<String> {
        let no = |key: &'static str| Some(t(key).to_owned());
        let Some(member) = self.users.list.current() else { return no("able.no-member") };
        let own = self.is_me(member);
        match action {
            Action::ChangeRole if member.owner => no("able.owner-role"),
            Action::RemoveMember if member.owner => no("able.owner-remove"),
            Action::ChangeRole if own => no("able.own-role"),
            Action::RemoveMember if own => no("able.own-remove"),
            Action::Deactivate if member.owner => no("able.owner-deactivate"),
            Action::Deactivate if own => no("able.own-deactivate"),
            Action::Deactivate if member.status == MemberStatus::Deactivated => no("able.inactive"),
            Action::ResendMember if member.status != MemberStatus::Pending => no("able.not-pending"),
            Action::ResendMember if member.invitation.is_none() => no("able.no-live-invitation"),
            _ => None,
        }
    }

    fn transfer_hindrance(&self) -> Option<String> {
        let no = |key: &'static str| Some(t(key).to_owned());
        if !self.workspace.my_owner {
            return no("able.owner-only");
        }
        let on_own = self.pane() == Pane::Users && self.users.list.current().is_some_and(|row| self.is_me(row));
        if on_own { None } else { no("able.own-row") }
    }

    /// Whether a member is the caller.
    pub fn is_me(&self, member: &MemberRow) -> bool {
        self.workspace.my_member == Some(member.id)
    }

    /// A group's leader manages its members without the capability.
    fn leads(&self, action: Action) -> bool {
        let led = self.groups.current().and_then(|group| group.leader.as_ref()).map(|leader| leader.id);
        match action {
            Action::GroupMembers => led.is_some() && led == self.workspace.my_member,
            Action::MemberGroups => {
                self.groups.rows.iter().any(|group| {
                    group.leader.as_ref().is_some_and(|leader| Some(leader.id) == self.workspace.my_member)
                })
            }
            _ => false,
        }
    }

    fn stop_hindrance(&self) -> Option<String> {
        let at_work =
            self.change_under().or(self.changes.at_work()).is_some_and(|change| change.state == ChangeState::Running);
        (!at_work).then(|| t("able.no-change-at-work").to_owned())
    }

    fn change_hindrance(&self, action: Action) -> Option<String> {
        match self.change_under() {
            Some(change) => hindrance(change, action).map(|key| t(key).to_owned()),
            None => Some(t("able.no-change").to_owned()),
        }
    }

    /// Why there is nothing to undo here: an older change is never meant instead.
    fn undo_hindrance(&self) -> Option<String> {
        match (self.change_to_undo(), self.pane()) {
            (Some(change), _) => undo_hindrance(change),
            (None, Pane::Changes) => Some(t("able.no-change").to_owned()),
            (None, _) => Some(t("able.no-undo").to_owned()),
        }
    }

    /// The change that undo is about: the one under the cursor, or one's own last.
    pub(super) fn change_to_undo(&self) -> Option<&Change> {
        match self.pane() {
            Pane::Changes => self.change_under(),
            _ => self.changes.last_own(),
        }
    }
}
