//! The endpoints: a method each.

use super::{HttpBackend, IDEMPOTENCY_KEY, Repeat, Reply, reply};
use crate::{
    api::{
        backend::{Backend, Features, Precondition, Write},
        error::ApiError,
        wire::{
            Among, Applied, AuditEvent, Count, EffectiveAccess, Explanation, FolderRow, Found, GrantRow, GroupRow,
            Import, Imported, InvitationCount, InvitationLink, InvitationRow, Job, JobRow, JobState, Me, MemberRow,
            Page, PageQuery, Plan, Preview, Resume, RoleRow, StartJob, WhoCan, Workspace,
        },
        write::{PasswordBody, Verb, WriteRequest},
    },
    domain::{
        bulk::Bulk,
        change::Change,
        id::{FolderId, GroupId, InvitationId, JobId, MemberId, WorkspaceId},
        untrusted::Text,
    },
};
use reqwest::{Method, RequestBuilder, header};

impl HttpBackend {
    fn change(&self, id: WorkspaceId, change: &Change, password: Option<&str>, preview: bool) -> Reply<RequestBuilder> {
        let unreadable = |error: serde_json::Error| ApiError::Server(Text::new(error.to_string()));
        let WriteRequest { verb, path, mut query, body } =
            WriteRequest::new(id, change, password).map_err(unreadable)?;
        if preview {
            query.push(("preview", "true".into()));
        }
        let method = match verb {
            Verb::Post => Method::POST,
            Verb::Put => Method::PUT,
            Verb::Patch => Method::PATCH,
            Verb::Delete => Method::DELETE,
        };
        let request = self.at(method, &path, &query)?;
        Ok(match body {
            Some(body) => request.json(&body),
            None => request,
        })
    }
}

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

    async fn preview(&self, id: WorkspaceId, change: &Change) -> Reply<Preview> {
        self.send(self.change(id, change, None, true)?, Repeat::Safe).await
    }

    async fn apply(&self, id: WorkspaceId, write: &Write) -> Reply<Applied> {
        let if_match = match write.precondition {
            Precondition::Version(version) => format!("\"{version}\""),
            Precondition::Any => "*".into(),
        };
        let request = self
            .change(id, &write.change, write.password.as_deref(), false)?
            .header(header::IF_MATCH, if_match)
            .header(IDEMPOTENCY_KEY, &write.idempotency_key);
        self.send(request, Repeat::Safe).await
    }

    async fn plan(&self, id: WorkspaceId, bulk: &Bulk) -> Reply<Plan> {
        self.post(&workspace_path(id, "/plans"), bulk).await
    }

    async fn start_job(&self, id: WorkspaceId, start: &StartJob, idempotency_key: &str) -> Reply<Job> {
        self.post_keyed(&workspace_path(id, "/jobs"), start, idempotency_key).await
    }

    async fn jobs(&self, id: WorkspaceId, query: &PageQuery) -> Reply<Page<Job>> {
        self.page(&workspace_path(id, "/jobs"), query).await
    }

    async fn job(&self, id: WorkspaceId, job: JobId) -> Reply<Job> {
        self.get(&workspace_path(id, &format!("/jobs/{job}")), &[]).await
    }

    async fn job_rows(&self, id: WorkspaceId, job: JobId, query: &PageQuery) -> Reply<Page<JobRow>> {
        self.page(&workspace_path(id, &format!("/jobs/{job}/rows")), query).await
    }

    /// A stream of lines, one JSON document each; broken off, it is taken up again.
    async fn watch_job(&self, id: WorkspaceId, job: JobId, mut tell: impl FnMut(Job) + Send) -> Reply<Job> {
        let path = workspace_path(id, &format!("/jobs/{job}/progress"));
        let mut in_vain = 0;
        loop {
            let mut last: Option<Job> = None;
            let request = self.at(Method::GET, &path, &[])?;
            let ended = reply::lines(request, |line| {
                let told: Job = reply::read(line)?;
                tell(told.clone());
                last = Some(told);
                Ok(())
            })
            .await;
            match last {
                Some(job) if job.state != JobState::Running => return Ok(job),
                Some(_) => in_vain = 0,
                None => in_vain += 1,
            }
            match ended {
                Err(error @ ApiError::Offline(_)) if in_vain >= self.patience.tries => return Err(error),
                Ok(()) if in_vain >= self.patience.tries => {
                    return Err(ApiError::Server(Text::new("it tells nothing of the job")));
                }
                Ok(()) | Err(ApiError::Offline(_)) => {}
                Err(error) => return Err(error),
            }
            self.patience.wait(in_vain.max(1), None).await;
        }
    }

    async fn stop_job(&self, id: WorkspaceId, job: JobId) -> Reply<Job> {
        let request = self.at(Method::POST, &workspace_path(id, &format!("/jobs/{job}/stop")), &[])?;
        self.send(request, Repeat::Safe).await
    }

    async fn resume_job(&self, id: WorkspaceId, job: JobId, resume: Resume) -> Reply<Job> {
        self.post(&workspace_path(id, &format!("/jobs/{job}/resume")), &resume).await
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
