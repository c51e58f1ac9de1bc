//! The endpoints: a method each.

use super::{HttpBackend, Repeat, Reply, reply};
use crate::{
    api::{
        backend::{Backend, Features},
        error::ApiError,
        wire::{
            Among, AuditEvent, Change, ChangeRow, ChangeState, Count, EffectiveAccess, Explanation, FolderRow, Found,
            GrantRow, GroupRow, Import, Imported, InvitationCount, InvitationLink, InvitationRow, Me, MemberRow, Page,
            PageQuery, Plan, Resume, RoleRow, StartChange, WhoCan, Workspace,
        },
        write::PasswordBody,
    },
    domain::{
        change::Request,
        id::{ChangeId, FolderId, GroupId, InvitationId, MemberId, WorkspaceId},
        untrusted::Text,
    },
};
use reqwest::Method;

fn workspace_path(id: WorkspaceId, rest: &str) -> String {
    format!("/v1/workspaces/{id}{rest}")
}

fn place(folder: Option<FolderId>) -> Vec<(&'static str, String)> {
    folder.map(|id| ("folder", id.to_string())).into_iter().collect()
}

impl Backend for HttpBackend {
    async fn features(&self) -> Reply<Features> {
        self.get("/v1/features", &[]).await
    }

    async fn me(&self) -> Reply<Me> {
        self.get("/v1/me", &[]).await
    }

    async fn workspace(&self, id: WorkspaceId) -> Reply<Workspace> {
        self.get(&workspace_path(id, ""), &[]).await
    }

    async fn members(&self, id: WorkspaceId, query: &PageQuery) -> Reply<Page<MemberRow>> {
        self.page(&workspace_path(id, "/members"), query).await
    }

    async fn count_members(&self, id: WorkspaceId, filter: &str) -> Reply<Count> {
        self.get(&workspace_path(id, "/members/count"), &[("filter", filter.to_owned())]).await
    }

    async fn count_members_among(&self, id: WorkspaceId, among: &Among) -> Reply<Found> {
        self.post(&workspace_path(id, "/members/count"), among).await
    }

    async fn member(&self, id: WorkspaceId, member: MemberId) -> Reply<MemberRow> {
        self.get(&workspace_path(id, &format!("/members/{member}")), &[]).await
    }

    async fn groups(&self, id: WorkspaceId) -> Reply<Vec<GroupRow>> {
        self.get(&workspace_path(id, "/groups"), &[]).await
    }

    async fn roles(&self, id: WorkspaceId) -> Reply<Vec<RoleRow>> {
        self.get(&workspace_path(id, "/roles"), &[]).await
    }

    async fn folders(&self, id: WorkspaceId) -> Reply<Vec<FolderRow>> {
        self.get(&workspace_path(id, "/folders"), &[]).await
    }

    async fn folder_grants(&self, id: WorkspaceId, folder: FolderId) -> Reply<Vec<GrantRow>> {
        self.get(&workspace_path(id, &format!("/folders/{folder}/grants")), &[]).await
    }

    async fn member_grants(&self, id: WorkspaceId, member: MemberId) -> Reply<Vec<GrantRow>> {
        self.get(&workspace_path(id, &format!("/members/{member}/grants")), &[]).await
    }

    async fn group_grants(&self, id: WorkspaceId, group: GroupId) -> Reply<Vec<GrantRow>> {
        self.get(&workspace_path(id, &format!("/groups/{group}/grants")), &[]).await
    }

    async fn invitations(&self, id: WorkspaceId, query: &PageQuery) -> Reply<Page<InvitationRow>> {
        self.page(&workspace_path(id, "/invitations"), query).await
    }

    async fn count_invitations(&self, id: WorkspaceId, filter: &str) -> Reply<InvitationCount> {
        self.get(&workspace_path(id, "/invitations/count"), &[("filter", filter.to_owned())]).await
    }

    async fn count_invitations_among(&self, id: WorkspaceId, among: &Among) -> Reply<Found> {
        self.post(&workspace_path(id, "/invitations/count"), among).await
    }

    async fn invitation(&self, id: WorkspaceId, invitation: InvitationId) -> Reply<InvitationRow> {
        self.get(&workspace_path(id, &format!("/invitations/{invitation}")), &[]).await
    }

    async fn invitation_link(&self, id: WorkspaceId, invitation: InvitationId) -> Reply<InvitationLink> {
        self.get(&workspace_path(id, &format!("/invitations/{invitation}/link")), &[]).await
    }

    async fn access(&self, id: WorkspaceId, member: MemberId, folder: Option<FolderId>) -> Reply<EffectiveAccess> {
        self.get(&workspace_path(id, &format!("/members/{member}/access")), &place(folder)).await
    }

    async fn explain(
        &self,
        id: WorkspaceId,
        member: MemberId,
        capability: &str,
        folder: Option<FolderId>,
    ) -> Reply<Explanation> {
        let mut query = place(folder);
        query.push(("capability", capability.to_owned()));
        self.get(&workspace_path(id, &format!("/members/{member}/explain")), &query).await
    }

    async fn who_can(&self, id: WorkspaceId, capability: &str, folder: Option<FolderId>) -> Reply<WhoCan> {
        let mut query = place(folder);
        query.push(("capability", capability.to_owned()));
        self.get(&workspace_path(id, "/who-can"), &query).await
    }

    async fn audit(&self, id: WorkspaceId, query: &PageQuery) -> Reply<Page<AuditEvent>> {
        self.page(&workspace_path(id, "/audit"), query).await
    }

    async fn plan(&self, id: WorkspaceId, request: &Request) -> Reply<Plan> {
        self.post(&workspace_path(id, "/plans"), request).await
    }

    async fn start_change(&self, id: WorkspaceId, start: &StartChange, idempotency_key: &str) -> Reply<Change> {
        self.post_keyed(&workspace_path(id, "/changes"), start, idempotency_key).await
    }

    async fn changes(&self, id: WorkspaceId, query: &PageQuery) -> Reply<Page<Change>> {
        self.page(&workspace_path(id, "/changes"), query).await
    }

    async fn change(&self, id: WorkspaceId, change: ChangeId) -> Reply<Change> {
        self.get(&workspace_path(id, &format!("/changes/{change}")), &[]).await
    }

    async fn change_rows(&self, id: WorkspaceId, change: ChangeId, query: &PageQuery) -> Reply<Page<ChangeRow>> {
        self.page(&workspace_path(id, &format!("/changes/{change}/rows")), query).await
    }

    /// A stream of lines, one JSON document each; broken off, it is taken up again.
    async fn watch_change(
        &self,
        id: WorkspaceId,
        change: ChangeId,
        mut tell: impl FnMut(Change) + Send,
    ) -> Reply<Change> {
        let path = workspace_path(id, &format!("/changes/{change}/progress"));
        let mut in_vain = 0;
        loop {
            let mut last: Option<Change> = None;
            let request = self.at(Method::GET, &path, &[])?;
            let ended = reply::lines(request, |line| {
                let told: Change = reply::read(line)?;
                tell(told.clone());
                last = Some(told);
                Ok(())
            })
            .await;
            match last {
                Some(change) if change.state != ChangeState::Running => return Ok(change),
                Some(_) => in_vain = 0,
                None => in_vain += 1,
            }
            match ended {
                Err(error @ ApiError::Offline(_)) if in_vain >= self.patience.tries => return Err(error),
                Ok(()) if in_vain >= self.patience.tries => {
                    return Err(ApiError::Server(Text::new("it tells nothing of the change")));
                }
                Ok(()) | Err(ApiError::Offline(_)) => {}
                Err(error) => return Err(error),
            }
            self.patience.wait(in_vain.max(1), None).await;
        }
    }

    async fn stop_change(&self, id: WorkspaceId, change: ChangeId) -> Reply<Change> {
        let request = self.at(Method::POST, &workspace_path(id, &format!("/changes/{change}/stop")), &[])?;
        self.send(request, Repeat::Safe).await
    }

    async fn resume_change(&self, id: WorkspaceId, change: ChangeId, resume: Resume) -> Reply<Change> {
        self.post(&workspace_path(id, &format!("/changes/{change}/resume")), &resume).await
    }

    async fn import(&self, id: WorkspaceId, import: &Import, idempotency_key: &str) -> Reply<Imported> {
        self.post_keyed(&workspace_path(id, "/import"), import, idempotency_key).await
    }

    async fn set_password(&self, current: Option<&str>, new: &str) -> Reply<()> {
        let body = PasswordBody { current: current.map(str::to_owned), new: new.to_owned() };
        let request = self.at(Method::PUT, "/v1/me/password", &[])?.json(&body);
        self.send_for_nothing(request, Repeat::Never).await
    }
}
