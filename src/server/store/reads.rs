//! Reads.

use super::{Result, Scope, Store};
use crate::{
    api::wire::{
        Count, FolderRow, GrantRow, GroupRow, InvitationRow, Me, MemberRow, Named, Page, PageQuery, RoleRow, Workspace,
    },
    domain::{
        change::{Change, Facts},
        filter::Filter,
        id::{AccountId, FolderId, MemberId, WorkspaceId},
        model::Snapshot,
        time::Timestamp,
    },
};

/// An invitation of the board, and what its flags are judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct Invited {
    /// The row, without its flags.
    pub row: InvitationRow,
    /// The inviter's membership; none when it is gone.
    pub inviter: Option<MemberId>,
}

/// A page of invitations.
pub type Board = Page<Invited>;

#[expect(unused_variables, reason = "bodies follow")]
impl Store {
    /// All workspaces, by name.
    pub async fn workspaces(&self) -> Result<Vec<Named<WorkspaceId>>> {
        todo!()
    }
    /// The caller, with the workspaces that they are an active member of.
    pub async fn me(&self, account: AccountId) -> Result<Me> {
        todo!()
    }
    /// A workspace; `my_capabilities` is left empty, being a matter of the rules.
    pub async fn workspace(&self, ws: WorkspaceId, account: AccountId, now: Timestamp) -> Result<Workspace> {
        todo!()
    }
    /// An account's membership of any status.
    pub async fn member_of(&self, ws: WorkspaceId, account: AccountId) -> Result<Option<MemberId>> {
        todo!()
    }
    /// A page of members. Sorts: `email` (default), `name`, `role`, `status`, `last`, `groups`.
    pub async fn members(
        &self,
        ws: WorkspaceId,
        filter: &Filter,
        query: &PageQuery,
        now: Timestamp,
    ) -> Result<Page<MemberRow>> {
        todo!()
    }
    /// How many members there are and how many match.
    pub async fn count_members(&self, ws: WorkspaceId, filter: &Filter, now: Timestamp) -> Result<Count> {
        todo!()
    }
    /// One member.
    pub async fn member(&self, ws: WorkspaceId, member: MemberId, now: Timestamp) -> Result<MemberRow> {
        todo!()
    }
    /// All groups, by name.
    pub async fn groups(&self, ws: WorkspaceId, now: Timestamp) -> Result<Vec<GroupRow>> {
        todo!()
    }
    /// All roles, in the pack's order; `assignable` is left false, being a matter of the rules.
    pub async fn roles(&self, ws: WorkspaceId, now: Timestamp) -> Result<Vec<RoleRow>> {
        todo!()
    }
    /// The folder tree, parents before children, siblings by name.
    pub async fn folders(&self, ws: WorkspaceId, now: Timestamp) -> Result<Vec<FolderRow>> {
        todo!()
    }
    /// Live grants on a folder and its ancestors, nearest first; `shadowed_by` is left empty.
    pub async fn folder_grants(&self, ws: WorkspaceId, folder: FolderId, now: Timestamp) -> Result<Vec<GrantRow>> {
        todo!()
    }
    /// Live grants of a member, own and by groups; `shadowed_by` is left empty.
    pub async fn member_grants(&self, ws: WorkspaceId, member: MemberId, now: Timestamp) -> Result<Vec<GrantRow>> {
        todo!()
    }
    /// Every live grant of the workspace whose id is asked for; `shadowed_by` is left empty.
    pub async fn grants(&self, ws: WorkspaceId, ids: &[crate::domain::id::GrantId]) -> Result<Vec<GrantRow>> {
        todo!()
    }
    /// A page of invitations. Sorts: `expires` (default), `email`, `created`. Filter: words in e-mail and name.
    pub async fn invitations(&self, ws: WorkspaceId, query: &PageQuery, now: Timestamp) -> Result<Board> {
        todo!()
    }
    /// A workspace as the rules see it, for reading; none is missing whom `scope` names and who is there.
    pub async fn snapshot(&self, ws: WorkspaceId, scope: &Scope, now: Timestamp) -> Result<Snapshot> {
        todo!()
    }
    /// Whom a change touches: the scope that a check or preview of it needs.
    pub async fn scope_of(&self, ws: WorkspaceId, change: &Change, actor: MemberId) -> Result<Scope> {
        todo!()
    }
    /// What a check needs besides the snapshot; `reauthenticated` is left false, being a matter of the session.
    pub async fn facts(&self, ws: WorkspaceId, change: &Change, now: Timestamp) -> Result<Facts> {
        todo!()
    }
    /// The revision: it grows with every write.
    pub async fn revision(&self, ws: WorkspaceId) -> Result<i64> {
        todo!()
    }
}
