//! Which dialog an action opens, and what help and the palette say.

use super::{
    action::{Action, Context},
    availability::Able,
    dialog::{
        Dialog,
        access::Access,
        change::{Asking, ChangeDialog},
        change_export::ChangeExport,
        folder_new::NewFolder,
        grant_edit::{GrantEdit, Revoke, Terms},
        grants::SubjectGrants,
        group_delete::DeleteGroup,
        group_edit::GroupEdit,
        group_members::GroupMembers,
        help::{Help, Row, Section},
        invitation_edit::EditInvitation,
        invite::Invite,
        invite_many::InviteMany,
        member_edit::EditMember,
        member_groups::MemberGroups,
        palette::{Entry, Palette},
        password::SetPassword,
        reason,
        role::ChangeRole,
        transfer::Transfer,
        undo::Undo,
        who_can::WhoCan,
    },
    effect::Effect,
    selection::Targets,
    state::{App, Pane},
};
use crate::{
    domain::{id::FolderId, model, untrusted::Text},
    i18n::t_or,
};

impl App {
    /// The dialog an action opens here, if it opens one and there is something to open it on.
    pub(super) fn dialog_of(&self, action: Action) -> Option<Box<dyn Dialog>> {
        let member = || self.users.list.current().cloned();
        let group = || self.groups.current().cloned();
        let folder = || self.folders.current().map(|folder| folder.id);
        let grant = || self.folders.current_grant().cloned();
        let marked = self.any_marked();
        Some(match action {
            Action::Invite | Action::InviteNew => Box::new(Invite::dialog()),
            Action::InviteMany | Action::InviteNewMany => Box::new(InviteMany::new()),
            Action::ChangeRole if marked => Box::new(ChangeRole::of_all(self.targets()?)),
            Action::ChangeRole => Box::new(ChangeRole::of(member()?)),
            Action::EffectiveAccess => Box::new(Access::new(member()?, None)),
            Action::MemberGrants => Box::new(SubjectGrants::member(member()?)),
            Action::MemberGroups if !marked => Box::new(MemberGroups::of(member()?)),
            Action::MemberGroups | Action::AddToGroups => Box::new(MemberGroups::join(self.targets()?)),
            Action::RemoveFromGroups => Box::new(MemberGroups::leave(self.targets()?)),
            Action::AllowMembers => Box::new(GrantEdit::for_members(self.targets()?, model::Effect::Allow)),
            Action::DenyMembers => Box::new(GrantEdit::for_members(self.targets()?, model::Effect::Deny)),
            Action::RenameMember => Box::new(EditMember::of(member()?)),
            Action::Deactivate => Box::new(reason::deactivate(self.targets()?, self.only_email())),
            Action::RemoveMember => Box::new(reason::remove(self.targets()?, self.only_email())),
            Action::Transfer => Box::new(Transfer::dialog()),
            Action::SetPassword => Box::new(SetPassword::new()),
            Action::CreateGroup => Box::new(GroupEdit::create()),
            Action::EditGroup => Box::new(GroupEdit::edit(group()?)),
            Action::GroupMembers => Box::new(GroupMembers::of(group()?)),
            Action::GroupGrants => Box::new(SubjectGrants::group(group()?)),
            Action::DeleteGroup => Box::new(DeleteGroup::of(group()?)),
            Action::ResendMember => {
                let member = member()?;
                Box::new(reason::resend(Targets::one(member.invitation?.0), Some(member.email)))
            }
            Action::Resend => Box::new(reason::resend(self.targets()?, self.only_email())),
            Action::CancelInvitation => Box::new(reason::cancel(self.targets()?, self.only_email())),
            Action::EditInvitation => Box::new(EditInvitation::of(self.invitations.list.current()?.clone())),
            Action::CreateFolder => Box::new(NewFolder::inside(folder())),
            Action::FolderAllow | Action::GrantAllow => grant_in(folder()?, model::Effect::Allow),
            Action::FolderDeny | Action::GrantDeny => grant_in(folder()?, model::Effect::Deny),
            Action::FolderWhoCan => Box::new(WhoCan::new(None, folder())),
            Action::GrantWhoCan => Box::new(WhoCan::new(grant().map(|grant| grant.capability), folder())),
            Action::GrantTerms => Box::new(Terms::of(grant()?)),
            Action::GrantRevoke => Box::new(Revoke::of(grant()?)),
            Action::Undo => Box::new(Undo::of(self.change_to_undo()?.clone())),
            Action::ChangeDetails => {
                Box::new(ChangeDialog::new(self.change_under().or(self.changes.at_work())?.clone()))
            }
            Action::ResumeChange => Box::new(ChangeDialog::asking(self.change_under()?.clone(), Asking::Resume)),
            Action::RetryChange => Box::new(ChangeDialog::asking(self.change_under()?.clone(), Asking::Retry)),
            Action::ExportChange => Box::new(ChangeExport::new(self.change_under()?, &self.workspace, self.now)),
            Action::RoleWhoCan => {
                let capability = self.workspace.capabilities.get(self.roles.current()?)?;
                Box::new(WhoCan::new(Some(capability.key.clone()), None))
            }
            _ => return None,
        })
    }

    /// Whether an action means the marked rows now.
    pub(super) fn bulk(&self, action: Action) -> bool {
        action.marked() && self.any_marked()
    }

    /// The address of the row under the cursor, where it alone is meant.
    fn only_email(&self) -> Option<Text> {
        match self.pane() {
            _ if self.any_marked() => None,
            Pane::Users => self.users.list.current().map(|row| row.email.clone()),
            Pane::Invitations => self.invitations.list.current().map(|row| row.email.clone()),
            _ => None,
        }
    }

    /// Help for where one is.
    pub(super) fn open_help(&mut self) -> Vec<Effect> {
        let contexts = if self.stack.is_empty() { self.contexts() } else { self.stack.contexts() };
        let sections = contexts.iter().filter_map(|context| self.section(*context)).collect();
        self.push(Box::new(Help::new(sections)))
    }

    fn section(&self, context: Context) -> Option<Section> {
        let mut actions: Vec<Action> = Vec::new();
        for (_, action) in self.keymap.of(context) {
            if !actions.contains(&action) {
                actions.push(action);
            }
        }
        let in_dialog = !self.stack.is_empty();
        let rows: Vec<Row> = actions
            .into_iter()
            .filter(|action| !in_dialog || context != Context::Global || *action == Action::Help)
            .map(|action| Row {
                name: self.label(action).to_owned(),
                keys: self.keys_of(action),
                doc: doc(action).to_owned(),
                why_not: if in_dialog { None } else { self.able(action).why().map(str::to_owned) },
            })
            .collect();
        let name = Context::ALL.iter().find(|(known, _)| *known == context).map_or("", |(_, name)| name);
        let title = t_or(&format!("context.{name}"), name).to_owned();
        (!rows.is_empty()).then_some(Section { title, rows })
    }

    /// The palette: everything that has a meaning here, what cannot be done with the reason.
    pub(super) fn open_palette(&mut self) -> Vec<Effect> {
        let contexts = self.contexts();
        let offered = |action: &&Action| contexts.contains(&action.context()) && **action != Action::Palette;
        let entries = Action::ALL
            .iter()
            .filter(offered)
            .filter_map(|action| {
                let able = self.able(*action);
                (!matches!(able, Able::Absent(_))).then(|| Entry {
                    action: *action,
                    label: self.label(*action).to_owned(),
                    doc: doc(*action).to_owned(),
                    keys: self.keys_of(*action),
                    why_not: able.why().map(str::to_owned),
                })
            })
            .collect();
        self.push(Box::new(Palette::new(entries)))
    }

    fn keys_of(&self, action: Action) -> String {
        self.keymap.keys(action).map(|key| key.to_string()).collect::<Vec<_>>().join(" ")
    }
}

fn grant_in(folder: FolderId, effect: model::Effect) -> Box<dyn Dialog> {
    Box::new(GrantEdit::in_folder(folder, effect))
}

/// An action's word for the footer.
pub fn label(action: Action) -> &'static str {
    t_or(&format!("action.{}.label", action.id()), action.label())
}

/// An action's sentence for help.
pub fn doc(action: Action) -> &'static str {
    t_or(&format!("action.{}.doc", action.id()), action.doc())
}
