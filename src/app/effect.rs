//! What the mind asks of the world, as values that tests read.

use crate::{
    api::{
        backend::Features,
        wire::{
            Among, Change, ChangeRow, Count, EffectiveAccess, Explanation, FolderRow, Found, GrantRow, GroupRow,
            ImportRow, InvitationCount, InvitationRow, Me, MemberRow, Page, PageQuery, Plan, Resume, RoleRow,
            StartChange, WhoCan, Workspace,
        },
    },
    domain::{
        change::Request,
        id::{ChangeId, FolderId, GroupId, InvitationId, MemberId, WorkspaceId},
    },
};
use std::time::Duration;

/// One call's identity; a reply carries it, and one that nobody waits for is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReqId(pub u64);

/// One timer's identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimerId(pub u64);

/// What to do about what happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ask the backend.
    Call(ReqId, Call),
    /// Nobody waits for this any more.
    Cancel(ReqId),
    /// Say so after a while.
    After(TimerId, Duration),
    /// Tell how a change goes on, until it is not at work any more.
    Watch(WorkspaceId, ChangeId),
    /// Put this on the clipboard (already made visible where hostile).
    Copy(String),
    /// End the program.
    Quit,
}

/// A question or a write for the backend, in the workspace that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Features and who is asking.
    Hello,
    /// The workspace.
    Workspace(WorkspaceId),
    /// A page of members.
    Members(WorkspaceId, PageQuery),
    /// How many match.
    CountMembers(WorkspaceId, String),
    /// How many of some members match.
    CountMembersAmong(WorkspaceId, Among),
    /// One member.
    Member(WorkspaceId, MemberId),
    /// All groups.
    Groups(WorkspaceId),
    /// All roles.
    Roles(WorkspaceId),
    /// The tree.
    Folders(WorkspaceId),
    /// Grants in effect in a folder.
    FolderGrants(WorkspaceId, FolderId),
    /// Grants of a member, own and by groups.
    MemberGrants(WorkspaceId, MemberId),
    /// Grants of a group, in every folder.
    GroupGrants(WorkspaceId, GroupId),
    /// A page of invitations.
    Invitations(WorkspaceId, PageQuery),
    /// How many invitations there are, and how many match.
    CountInvitations(WorkspaceId, String),
    /// How many of some invitations match.
    CountInvitationsAmong(WorkspaceId, Among),
    /// One invitation.
    Invitation(WorkspaceId, InvitationId),
    /// An invitation's link once more.
    InvitationLink(WorkspaceId, InvitationId),
    /// Effective access.
    Access(WorkspaceId, MemberId, Option<FolderId>),
    /// Why, or why not.
    Explain(WorkspaceId, MemberId, String, Option<FolderId>),
    /// Everyone who can.
    WhoCan(WorkspaceId, String, Option<FolderId>),
    /// What a change would do, row by row.
    Plan(WorkspaceId, Box<Request>),
    /// Begin a change; the same key again begins it once.
    StartChange(WorkspaceId, Box<StartChange>, String),
    /// A page of changes.
    Changes(WorkspaceId, PageQuery),
    /// A page of a change's rows.
    ChangeRows(WorkspaceId, ChangeId, PageQuery),
    /// Stop a change; what waits can be resumed.
    StopChange(WorkspaceId, ChangeId),
    /// Go on with a change.
    ResumeChange(WorkspaceId, ChangeId, Resume),
    /// Write the rows of a change to a file.
    Export(Box<Export>),
    /// The people in a file on this machine.
    People(String),
    /// The people in a table that was pasted.
    Table(String),
    /// Set one's own password.
    SetPassword(Secrets),
}

impl Call {
    /// Whether it changes something, so that its answer matters whoever asked.
    pub fn writes(&self) -> bool {
        matches!(self, Self::StartChange(..) | Self::StopChange(..) | Self::ResumeChange(..) | Self::SetPassword(_))
    }
}

/// A file to be written with a change's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Where the change is.
    pub workspace: WorkspaceId,
    /// Which.
    pub change: ChangeId,
    /// Where the file goes.
    pub path: String,
    /// Its form.
    pub format: Format,
    /// Whether what is there is replaced.
    pub overwrite: bool,
}

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table.
    Csv,
    /// As the wire has it.
    Json,
}

/// A link on its way to the clipboard; whoever has it is let in, so it is never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Link(pub String);

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Link(…)")
    }
}

/// Passwords on their way; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secrets {
    /// The password until now, when there is one.
    pub current: Option<String>,
    /// The password from now on.
    pub new: String,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

/// What the backend answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// To [`Call::Hello`].
    Hello(Features, Box<Me>),
    /// To [`Call::Workspace`].
    Workspace(Box<Workspace>),
    /// To [`Call::Members`].
    Members(Page<MemberRow>),
    /// To [`Call::CountMembers`].
    Count(Count),
    /// To [`Call::CountMembersAmong`] and [`Call::CountInvitationsAmong`].
    Found(Found),
    /// To [`Call::Member`].
    Member(Box<MemberRow>),
    /// To [`Call::Groups`].
    Groups(Vec<GroupRow>),
    /// To [`Call::Roles`].
    Roles(Vec<RoleRow>),
    /// To [`Call::Folders`].
    Folders(Vec<FolderRow>),
    /// To [`Call::FolderGrants`], [`Call::MemberGrants`] and [`Call::GroupGrants`].
    Grants(Vec<GrantRow>),
    /// To [`Call::Invitations`].
    Invitations(Page<InvitationRow>),
    /// To [`Call::CountInvitations`].
    InvitationCount(InvitationCount),
    /// To [`Call::Invitation`].
    Invitation(Box<InvitationRow>),
    /// To [`Call::InvitationLink`].
    InvitationLink(Link),
    /// To [`Call::Access`].
    Access(Box<EffectiveAccess>),
    /// To [`Call::Explain`].
    Explanation(Box<Explanation>),
    /// To [`Call::WhoCan`].
    WhoCan(Box<WhoCan>),
    /// To [`Call::Plan`].
    Plan(Box<Plan>),
    /// To [`Call::StartChange`], [`Call::StopChange`] and [`Call::ResumeChange`].
    Change(Box<Change>),
    /// To [`Call::Changes`].
    Changes(Page<Change>),
    /// To [`Call::ChangeRows`].
    ChangeRows(Page<ChangeRow>),
    /// To [`Call::Export`]: how many rows the file has, and where it is, in full.
    Exported(u64, String),
    /// To [`Call::Table`], and to [`Call::People`] where the file is a table.
    People(Vec<ImportRow>),
    /// To [`Call::People`] where the file is a list of another kind.
    List(String),
    /// To [`Call::SetPassword`].
    Done,
}
