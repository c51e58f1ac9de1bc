//! What the backend answered, and where it goes.

use super::{
    dialog::words,
    effect::{Call, Effect, Link, Reply, ReqId},
    marking,
    pane::{invitations, users},
    requests::Want,
    state::{App, Connection},
    view::Tone,
};
use crate::{
    api::{error::ApiError, wire::Me},
    domain::untrusted::visible,
    i18n::{t, tf},
};

impl App {
    /// An answer.
    pub(super) fn replied(&mut self, id: ReqId, reply: &Result<Reply, ApiError>) -> Vec<Effect> {
        let Some(want) = self.reads.settle(id, reply.as_ref().err()) else { return Vec::new() };
        let was_offline = matches!(self.connection, Connection::Offline { .. });
        let mut effects = self.connected(reply.as_ref().err());
        match (want, reply) {
            (Want::Dialog { serial, write }, _) => {
                effects.extend(self.dialog_reply(serial, write, id, reply));
                if let Ok(Reply::Change(change)) = reply {
                    effects.extend(self.change_told((**change).clone()));
                }
            }
            (_, Ok(reply)) => {
                effects.extend(self.came(want, reply, was_offline));
                self.seek_made();
            }
            (_, Err(e)) => self.went_wrong(want, e),
        }
        effects
    }

    fn came(&mut self, want: Want, reply: &Reply, was_offline: bool) -> Vec<Effect> {
        match (want, reply) {
            (Want::Hello, Reply::Hello(features, me)) => {
                self.features = *features;
                self.me = Me::clone(me);
                return match (self.ready, was_offline) {
                    (false, _) => self.enter(),
                    (true, true) => self.refresh(),
                    (true, false) => Vec::new(),
                };
            }
            (Want::Workspace, Reply::Workspace(workspace)) => {
                let first = !std::mem::replace(&mut self.ready, true);
                self.workspace = (**workspace).clone();
                // Labels are drawn everywhere: what is hidden in them is made visible once, here.
                for capability in &mut self.workspace.capabilities {
                    capability.label = visible(&capability.label);
                    capability.category = visible(&capability.category);
                }
                self.roles.arrange(&self.workspace.capabilities);
                if first {
                    return self.read_lists(self.workspace.id);
                }
            }
            (Want::Pulse, Reply::Changes(page)) => return self.moved(page.revision),
            (Want::Pulse, Reply::Workspace(workspace)) => return self.moved(workspace.revision),
            (Want::Members, Reply::Members(page)) => {
                self.users.list.take(page.clone());
                let passes = users::passing(&self.roles.rows, self.now);
                let arrived = marking::go_on(&mut self.users.list, &mut self.users.marks, passes);
                self.range_arrived(arrived);
            }
            (Want::MemberCount, Reply::Count(count)) => {
                self.users.total = Some(count.total);
                self.users.list.matching = Some(count.matching);
            }
            (Want::MarkedMembers, Reply::Found(found)) => self.users.marks.counted(*found),
            (Want::MarkedInvitations, Reply::Found(found)) => self.invitations.marks.counted(*found),
            (Want::Changes, Reply::Changes(page)) => return self.changes_came(page.clone()),
            (Want::Failures(change), Reply::ChangeRows(page)) => return self.failures_came(change, page),
            (Want::Change, Reply::Change(change)) => return self.change_told((**change).clone()),
            (Want::Groups, Reply::Groups(groups)) => {
                self.groups.take(groups.clone());
                return self.lists_came();
            }
            (Want::Roles, Reply::Roles(roles)) => {
                self.roles.rows.clone_from(roles);
                return self.lists_came();
            }
            (Want::Folders, Reply::Folders(folders)) => {
                self.folders.take(folders.clone());
                return self.lists_came();
            }
            (Want::FolderGrants, Reply::Grants(grants)) => self.folders.take_grants(grants.clone()),
            (Want::Invitations, Reply::Invitations(page)) => {
                self.invitations.list.take(page.clone());
                let (list, marks) = (&mut self.invitations.list, &mut self.invitations.marks);
                let arrived = marking::go_on(list, marks, invitations::passes);
                self.range_arrived(arrived);
            }
            (Want::InvitationCount, Reply::InvitationCount(count)) => {
                self.invitations.counted(*count);
            }
            (Want::InvitationLink, Reply::InvitationLink(Link(link))) => {
                self.say(t("app.copied-link"), Tone::Good);
                return vec![Effect::Copy(visible(link))];
            }
            _ => {}
        }
        Vec::new()
    }

    /// Opens the workspace that was asked for, or the first.
    fn enter(&mut self) -> Vec<Effect> {
        let chosen = match &self.wanted {
            None => self.me.workspaces.first(),
            Some(wanted) => self.me.workspaces.iter().find(|workspace| {
                workspace.name.raw().to_lowercase() == wanted.to_lowercase() || workspace.id.to_string() == *wanted
            }),
        };
        if let Some(id) = chosen.map(|workspace| workspace.id) {
            return self.ask(Want::Workspace, Call::Workspace(id));
        }
        let text = match &self.wanted {
            Some(wanted) => tf("app.no-such-workspace", &[("name", &visible(wanted))]),
            None => t("app.no-workspace").to_owned(),
        };
        self.say(text, Tone::Bad);
        Vec::new()
    }

    fn range_arrived(&mut self, arrived: bool) {
        if arrived {
            self.say(t("marks.arrived"), Tone::Good);
        }
    }

    fn went_wrong(&mut self, want: Want, e: &ApiError) {
        if matches!(want, Want::Members | Want::Invitations) && self.halt_ranges() {
            self.say(t("marks.halted"), Tone::Warn);
        }
        match want {
            Want::Members => self.users.list.failed(),
            Want::Invitations => self.invitations.list.failed(),
            Want::FolderGrants => self.folders.grants_failed(),
            Want::Changes => self.changes.list.failed(),
            Want::Change => self.say(words::failure(e, &self.workspace), Tone::Bad),
            Want::InvitationLink => self.say(words::failure(e, &self.workspace), Tone::Warn),
            _ => {}
        }
        let box_of = match want {
            Want::Members | Want::MemberCount => Some(&mut self.users.list.filter),
            Want::Invitations | Want::InvitationCount => Some(&mut self.invitations.list.filter),
            _ => None,
        };
        if let (Some(filter), ApiError::Invalid { .. } | ApiError::Refused(_)) = (box_of, e) {
            filter.fault(words::failure(e, &self.workspace));
        }
    }
}
