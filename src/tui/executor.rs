//! Effects into tasks, answers into messages: the only holder of the client.

use super::{export, people};
use crate::{
    api::{backend::Backend, error::ApiError},
    app::{
        effect::{Call, Effect, Link, Reply, ReqId},
        msg::Msg,
    },
    domain::id::{ChangeId, WorkspaceId},
};
use std::collections::HashMap;
use tokio::{sync::mpsc::UnboundedSender, task::AbortHandle};

/// Runs what the mind asks for.
pub struct Executor<B> {
    backend: Option<B>,
    /// Effects from before the backend was there.
    early: Vec<(ReqId, Call)>,
    tasks: HashMap<ReqId, AbortHandle>,
    messages: UnboundedSender<Msg>,
}

impl<B: Backend> Executor<B> {
    /// One without a backend yet.
    pub fn new(messages: UnboundedSender<Msg>) -> Self {
        Self { backend: None, early: Vec::new(), tasks: HashMap::new(), messages }
    }

    /// The backend is there: what was asked meanwhile is asked now.
    pub fn connected(&mut self, backend: B) {
        self.backend = Some(backend);
        for (id, call) in std::mem::take(&mut self.early) {
            self.call(id, call);
        }
    }

    /// Runs one effect. Copying and quitting are the loop's, which has the terminal.
    pub fn run(&mut self, effect: Effect) {
        match effect {
            Effect::Call(id, call) => self.call(id, call),
            Effect::Cancel(id) => {
                self.early.retain(|(other, _)| *other != id);
                if let Some(task) = self.tasks.remove(&id) {
                    task.abort();
                }
            }
            Effect::After(id, delay) => {
                let messages = self.messages.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(delay).await;
                    // Nobody listens any more only when the program ends.
                    drop(messages.send(Msg::Timer(id)));
                });
            }
            Effect::Watch(workspace, change) => self.watch(workspace, change),
            Effect::Copy(_) | Effect::Quit => {}
        }
    }

    /// Tells how a change goes on. What is told meanwhile is drawn as the loop finds time for it.
    fn watch(&self, workspace: WorkspaceId, change: ChangeId) {
        let Some(backend) = self.backend.clone() else { return };
        let messages = self.messages.clone();
        tokio::spawn(async move {
            let told = messages.clone();
            let ended = backend
                .watch_change(workspace, change, move |change| drop(told.send(Msg::Change(Box::new(change)))))
                .await;
            drop(messages.send(match ended {
                Ok(change) => Msg::Change(Box::new(change)),
                Err(e) => Msg::Unwatched(change, e),
            }));
        });
    }

    fn call(&mut self, id: ReqId, call: Call) {
        let Some(backend) = self.backend.clone() else {
            self.early.push((id, call));
            return;
        };
        self.tasks.retain(|_, task| !task.is_finished());
        let messages = self.messages.clone();
        let task = tokio::spawn(async move {
            drop(messages.send(Msg::Reply(id, Box::new(ask(&backend, call).await))));
        });
        self.tasks.insert(id, task.abort_handle());
    }
}

/// Makes one call.
pub async fn ask<B: Backend>(backend: &B, call: Call) -> Result<Reply, ApiError> {
    Ok(match call {
        Call::Hello => {
            let (features, me) = futures::future::try_join(backend.features(), backend.me()).await?;
            Reply::Hello(features, Box::new(me))
        }
        Call::Workspace(id) => Reply::Workspace(Box::new(backend.workspace(id).await?)),
        Call::Members(id, query) => Reply::Members(backend.members(id, &query).await?),
        Call::CountMembers(id, filter) => Reply::Count(backend.count_members(id, &filter).await?),
        Call::CountMembersAmong(id, among) => Reply::Found(backend.count_members_among(id, &among).await?),
        Call::Member(id, member) => Reply::Member(Box::new(backend.member(id, member).await?)),
        Call::Groups(id) => Reply::Groups(backend.groups(id).await?),
        Call::Roles(id) => Reply::Roles(backend.roles(id).await?),
        Call::Folders(id) => Reply::Folders(backend.folders(id).await?),
        Call::FolderGrants(id, folder) => Reply::Grants(backend.folder_grants(id, folder).await?),
        Call::MemberGrants(id, member) => Reply::Grants(backend.member_grants(id, member).await?),
        Call::GroupGrants(id, group) => Reply::Grants(backend.group_grants(id, group).await?),
        Call::Invitations(id, query) => Reply::Invitations(backend.invitations(id, &query).await?),
        Call::CountInvitations(id, filter) => Reply::InvitationCount(backend.count_invitations(id, &filter).await?),
        Call::CountInvitationsAmong(id, among) => Reply::Found(backend.count_invitations_among(id, &among).await?),
        Call::Invitation(id, invitation) => Reply::Invitation(Box::new(backend.invitation(id, invitation).await?)),
        Call::InvitationLink(id, invitation) => {
            Reply::InvitationLink(Link(backend.invitation_link(id, invitation).await?.link))
        }
        Call::Access(id, member, folder) => Reply::Access(Box::new(backend.access(id, member, folder).await?)),
        Call::Explain(id, member, capability, folder) => {
            Reply::Explanation(Box::new(backend.explain(id, member, &capability, folder).await?))
        }
        Call::WhoCan(id, capability, folder) => {
            Reply::WhoCan(Box::new(backend.who_can(id, &capability, folder).await?))
        }
        Call::Plan(id, request) => Reply::Plan(Box::new(backend.plan(id, &request).await?)),
        Call::StartChange(id, start, key) => Reply::Change(Box::new(backend.start_change(id, &start, &key).await?)),
        Call::Changes(id, query) => Reply::Changes(backend.changes(id, &query).await?),
        Call::ChangeRows(id, change, query) => Reply::ChangeRows(backend.change_rows(id, change, &query).await?),
        Call::StopChange(id, change) => Reply::Change(Box::new(backend.stop_change(id, change).await?)),
        Call::ResumeChange(id, change, resume) => {
            Reply::Change(Box::new(backend.resume_change(id, change, resume).await?))
        }
        Call::Export(export) => {
            let (rows, path) = export::change(backend, &export).await?;
            Reply::Exported(rows, path)
        }
        Call::Table(text) => Reply::People(people::pasted(&text)?),
        Call::People(path) => people::read(path).await?,
        Call::SetPassword(secrets) => {
            backend.set_password(secrets.current.as_deref(), &secrets.new).await?;
            Reply::Done
        }
    })
}
