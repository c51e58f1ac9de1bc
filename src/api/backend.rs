//! What a console asks of a backend, and what a backend may lack.

use super::{
    error::ApiError,
    wire::{
        Among, AuditEvent, Change, ChangeRow, Count, EffectiveAccess, Explanation, FolderRow, Found, GrantRow,
        GroupRow, Import, Imported, InvitationCount, InvitationLink, InvitationRow, MAX_PAGE, Me, MemberRow, Page,
        PageQuery, Plan, Resume, RoleRow, StartChange, WhoCan, Workspace,
    },
};
use crate::domain::{
    change::Request,
    id::{ChangeId, FolderId, GroupId, InvitationId, MemberId, WorkspaceId},
    model::Subject,
};
use std::future::Future;

pub use super::wire::Features;

type Reply<T> = Result<T, ApiError>;

/// A backend, as the console, the command line and the tests use it.
pub trait Backend: Clone + Send + Sync + 'static {
    /// What it can do.
    fn features(&self) -> impl Future<Output = Reply<Features>> + Send;
    /// Who is asking.
    fn me(&self) -> impl Future<Output = Reply<Me>> + Send;
    /// One workspace.
    fn workspace(&self, id: WorkspaceId) -> impl Future<Output = Reply<Workspace>> + Send;
    /// A page of members.
    fn members(&self, id: WorkspaceId, query: &PageQuery) -> impl Future<Output = Reply<Page<MemberRow>>> + Send;
    /// How many members match.
    fn count_members(&self, id: WorkspaceId, filter: &str) -> impl Future<Output = Reply<Count>> + Send;
    /// How many of some members there are, and how many of those match.
    fn count_members_among(&self, id: WorkspaceId, among: &Among) -> impl Future<Output = Reply<Found>> + Send;
    /// One member.
    fn member(&self, id: WorkspaceId, member: MemberId) -> impl Future<Output = Reply<MemberRow>> + Send;
    /// All groups, by name.
    fn groups(&self, id: WorkspaceId) -> impl Future<Output = Reply<Vec<GroupRow>>> + Send;
    /// All roles, in the pack's order.
    fn roles(&self, id: WorkspaceId) -> impl Future<Output = Reply<Vec<RoleRow>>> + Send;
    /// The folder tree.
    fn folders(&self, id: WorkspaceId) -> impl Future<Output = Reply<Vec<FolderRow>>> + Send;
    /// Grants in effect in a folder, its own first, then inherited, nearest first.
    fn folder_grants(&self, id: WorkspaceId, folder: FolderId) -> impl Future<Output = Reply<Vec<GrantRow>>> + Send;
    /// Grants of a member, own and by groups.
    fn member_grants(&self, id: WorkspaceId, member: MemberId) -> impl Future<Output = Reply<Vec<GrantRow>>> + Send;
    /// Grants made for a group, in every folder. A backend without a question for it is asked folder
    /// by folder, those only that have grants of their own.
    fn group_grants(&self, id: WorkspaceId, group: GroupId) -> impl Future<Output = Reply<Vec<GrantRow>>> + Send {
        async move {
            let mut all = Vec::new();
            for folder in self.folders(id).await?.iter().filter(|folder| folder.allows + folder.denies > 0) {
                let here = self.folder_grants(id, folder.id).await?;
                all.extend(here.into_iter().filter(|row| !row.inherited && row.subject == Subject::Group(group)));
            }
            Ok(all)
        }
    }
    /// A page of invitations.
    fn invitations(
        &self,
        id: WorkspaceId,
        query: &PageQuery,
    ) -> impl Future<Output = Reply<Page<InvitationRow>>> + Send;
    /// How many invitations there are of each kind, and how many match.
    fn count_invitations(&self, id: WorkspaceId, filter: &str) -> impl Future<Output = Reply<InvitationCount>> + Send;
    /// How many of some invitations there are, and how many of those match.
    fn count_invitations_among(&self, id: WorkspaceId, among: &Among) -> impl Future<Output = Reply<Found>> + Send;
    /// One invitation.
    fn invitation(
        &self,
        id: WorkspaceId,
        invitation: InvitationId,
    ) -> impl Future<Output = Reply<InvitationRow>> + Send;
    /// An invitation's link once more, for whoever made it; a conflict where it cannot be made again.
    fn invitation_link(
        &self,
        id: WorkspaceId,
        invitation: InvitationId,
    ) -> impl Future<Output = Reply<InvitationLink>> + Send;
    /// Every capability of a member, with every source.
    fn access(
        &self,
        id: WorkspaceId,
        member: MemberId,
        folder: Option<FolderId>,
    ) -> impl Future<Output = Reply<EffectiveAccess>> + Send;
    /// Why, or why not.
    fn explain(
        &self,
        id: WorkspaceId,
        member: MemberId,
        capability: &str,
        folder: Option<FolderId>,
    ) -> impl Future<Output = Reply<Explanation>> + Send;
    /// Everyone who holds a capability.
    fn who_can(
        &self,
        id: WorkspaceId,
        capability: &str,
        folder: Option<FolderId>,
    ) -> impl Future<Output = Reply<WhoCan>> + Send;
    /// A page of the audit log, newest first.
    fn audit(&self, id: WorkspaceId, query: &PageQuery) -> impl Future<Output = Reply<Page<AuditEvent>>> + Send;
    /// What a change would do, row by row.
    fn plan(&self, id: WorkspaceId, request: &Request) -> impl Future<Output = Reply<Plan>> + Send;
    /// Begins a change; the same key again answers the same change.
    fn start_change(
        &self,
        id: WorkspaceId,
        start: &StartChange,
        idempotency_key: &str,
    ) -> impl Future<Output = Reply<Change>> + Send;
    /// A page of changes, newest first.
    fn changes(&self, id: WorkspaceId, query: &PageQuery) -> impl Future<Output = Reply<Page<Change>>> + Send;
    /// One change.
    fn change(&self, id: WorkspaceId, change: ChangeId) -> impl Future<Output = Reply<Change>> + Send;
    /// A page of a change's rows, in order. The filter is a state: `failed`; empty for all.
    fn change_rows(
        &self,
        id: WorkspaceId,
        change: ChangeId,
        query: &PageQuery,
    ) -> impl Future<Output = Reply<Page<ChangeRow>>> + Send;
    /// Tells how a change goes on, until it is not at work any more; answers how it ended.
    fn watch_change(
        &self,
        id: WorkspaceId,
        change: ChangeId,
        tell: impl FnMut(Change) + Send,
    ) -> impl Future<Output = Reply<Change>> + Send;
    /// Stops a change; what waits can be resumed.
    fn stop_change(&self, id: WorkspaceId, change: ChangeId) -> impl Future<Output = Reply<Change>> + Send;
    /// Goes on with what waits, and with what failed if asked.
    fn resume_change(
        &self,
        id: WorkspaceId,
        change: ChangeId,
        resume: Resume,
    ) -> impl Future<Output = Reply<Change>> + Send;
    /// Brings people in, all or none.
    fn import(
        &self,
        id: WorkspaceId,
        import: &Import,
        idempotency_key: &str,
    ) -> impl Future<Output = Reply<Imported>> + Send;
    /// Sets the caller's own password; `current` when there is one.
    fn set_password(&self, current: Option<&str>, new: &str) -> impl Future<Output = Reply<()>> + Send;
}

/// Every row of a list, page by page.
pub async fn every<T, E, F: Future<Output = Result<Page<T>, E>>>(
    query: PageQuery,
    ask: impl Fn(PageQuery) -> F,
) -> Result<Vec<T>, E> {
    let mut rows = Vec::new();
    let mut next = PageQuery { limit: Some(MAX_PAGE), ..query };
    loop {
        let page = ask(next.clone()).await?;
        rows.extend(page.items);
        match page.after {
            Some(after) => next.after = Some(after),
            None => return Ok(rows),
        }
    }
}
