//! Which dialog an action opens, and what help and the palette say.

use super::{
    able::Able,
    action::{Action, Context},
    dialog::{
        Dialog,
        access::Access,
        grant_edit::{GrantEdit, Revoke, Terms},
        grants::SubjectGrants,
        group_delete::DeleteGroup,
        group_edit::GroupEdit,
        group_members::GroupMembers,
        help::{Help, Row, Section},
        invitation::{Cancel, Resend},
        invitation_edit::EditInvitation,
        invite::Invite,
        invite_many::InviteMany,
        job::{Asking, JobDialog},
        job_export::JobExport,
        member_edit::EditMember,
        member_groups::MemberGroups,
        palette::{Entry, Palette},
        password::SetPassword,
        plan::{Kind, PlanDialog},
        remove::Remove,
        role::ChangeRole,
        transfer::Transfer,
        who_can::WhoCan,
    },
    effect::Effect,
    state::{App, Pane},
};
use crate::{
    domain::{
        id::{FolderId, InvitationId},
        model,
        untrusted::Text,
    },
    i18n::t_or,
};

impl App {
    /// The dialog an action opens here, if it opens one and there is something to open it on.
    pub(super) fn dialog_of(&self, action: Action) -> Option<Box<dyn Dialog>> {
        let member = || self.users.list.current().cloned();
        let group = || self.groups.current().cloned();
        let folder = || self.folders.current().map(|folder| folder.id);
        let grant = || self.folders.current_grant().cloned();
        if let Some(kind) = self.plan_of(action) {
            return Some(Box::new(match kind {
                Kind::Undo(_) => PlanDialog::undo(self.job_to_undo()?),
                kind => PlanDialog::new(kind, self.targets()?),
            }));
        }
        Some(match action {
            Action::Invite | Action::InviteNew => Box::new(Invite::new()),
            Action::InviteMany | Action::InviteNewMany => Box::new(InviteMany::new()),
            Action::ChangeRole => Box::new(ChangeRole::new(member()?)),
            Action::EffectiveAccess => Box::new(Access::new(member()?, None)),
            Action::MemberGrants => Box::new(SubjectGrants::member(member()?)),
            Action::MemberGroups => Box::new(MemberGroups::new(member()?)),
            Action::RenameMember => Box::new(EditMember::new(member()?)),
            Action::RemoveMember => Box::new(Remove::new(member()?)),
            Action::Transfer => Box::new(Transfer::new()),
            Action::SetPassword => Box::new(SetPassword::new()),
            Action::CreateGroup => Box::new(GroupEdit::create()),
            Action::EditGroup => Box::new(GroupEdit::edit(group()?)),
            Action::GroupMembers => Box::new(GroupMembers::new(group()?)),
            Action::GroupGrants => Box::new(SubjectGrants::group(group()?)),
            Action::DeleteGroup => Box::new(DeleteGroup::new(group()?)),
            Action::ResendMember | Action::Resend => {
                let (id, version, email) = self.chosen_invitation()?;
                Box::new(Resend::new(id, version, email))
            }
            Action::EditInvitation => Box::new(EditInvitation::new(self.invitations.list.current()?.clone())),
            Action::CancelInvitation => {
                let (id, version, email) = self.chosen_invitation()?;
                Box::new(Cancel::new(id, version, email))
            }
            Action::FolderAllow | Action::GrantAllow => grant_in(folder()?, model::Effect::Allow),
            Action::FolderDeny | Action::GrantDeny => grant_in(folder()?, model::Effect::Deny),
            Action::FolderWhoCan => Box::new(WhoCan::new(None, folder())),
            Action::GrantWhoCan => Box::new(WhoCan::new(grant().map(|grant| grant.capability), folder())),
            Action::GrantTerms => Box::new(Terms::new(grant()?)),
            Action::GrantRevoke => Box::new(Revoke::new(grant()?)),
            Action::JobDetails => Box::new(JobDialog::new(self.job_under().or(self.jobs.at_work())?.clone())),
            Action::ResumeJob => Box::new(JobDialog::asking(self.job_under()?.clone(), Asking::Resume)),
            Action::RetryJob => Box::new(JobDialog::asking(self.job_under()?.clone(), Asking::Retry)),
            Action::ExportJob => Box::new(JobExport::new(self.job_under()?)),
            Action::RoleWhoCan => {
                let capability = self.workspace.capabilities.get(self.roles.current()?)?;
                Box::new(WhoCan::new(Some(capability.key.clone()), None))
            }
            _ => return None,
        })
    }

    /// Whether an action means the marked rows now.
    pub(super) fn bulk(&self, action: Action) -> bool {
        self.any_marked() && self.plan_of(action).is_some_and(|kind| !matches!(kind, Kind::Undo(_)))
    }

    /// The plan that an action opens: with marks always, and where there is no other dialog for one row.
    fn plan_of(&self, action: Action) -> Option<Kind> {
        let marked = self.any_marked();
        Some(match action {
            Action::Undo => Kind::Undo(self.job_to_undo()?.id),
            Action::Deactivate => Kind::Deactivate,
            Action::AddToGroups => Kind::AddToGroups,
            Action::RemoveFromGroups => Kind::RemoveFromGroups,
            Action::AllowMembers => Kind::Allow,
            Action::DenyMembers => Kind::Deny,
            Action::ChangeRole if marked => Kind::Role,
            Action::MemberGroups if marked => Kind::AddToGroups,
            Action::RemoveMember if marked => Kind::Remove,
            Action::Resend if marked => Kind::Resend,
            Action::CancelInvitation if marked => Kind::Cancel,
            _ => return None,
        })
    }

    /// The invitation under the cursor, or behind the pending member under it; the users pane does
    /// not know its version.
    fn chosen_invitation(&self) -> Option<(InvitationId, Option<i64>, Text)> {
        if self.pane() == Pane::Users {
            let member = self.users.list.current()?;
            return member.invitation.map(|id| (id, None, member.email.clone()));
        }
        let row = self.invitations.list.current()?;
        Some((row.id, Some(row.version), row.email.clone()))
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
