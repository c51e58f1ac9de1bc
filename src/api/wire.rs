//! What crosses the wire, shared by client and server. Reads return these; writes are
//! [`crate::domain::change::Change`]s, answered by [`Applied`] or, asked as a preview, by [`Preview`].

use crate::domain::{
    capability::Capability,
    change::Warning,
    edge::Edge,
    id::{AccountId, EventId, FolderId, GrantId, GroupId, InvitationId, MemberId, RoleId, WorkspaceId},
    model::{Effect, MemberStatus, Subject},
    pack::Policies,
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most items in one page of any list.
pub const MAX_PAGE: u32 = 500;

/// What this backend can do; the console hides or explains what it cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Features {
    /// Groups.
    pub groups: bool,
    /// Folders and grants.
    pub folders: bool,
    /// Invitations.
    pub invitations: bool,
    /// Previews of changes.
    pub previews: bool,
    /// Effective access and explanations.
    pub explain: bool,
    /// Transfer of ownership.
    pub transfer: bool,
    /// The audit log.
    pub audit: bool,
    /// Import of people.
    pub import: bool,
}

impl Default for Features {
    /// Nothing: what a backend does not name, it lacks.
    fn default() -> Self {
        Self {
            groups: false,
            folders: false,
            invitations: false,
            previews: false,
            explain: false,
            transfer: false,
            audit: false,
            import: false,
        }
    }
}

impl Features {
    /// Everything: rolecall's own backend.
    pub const ALL: Self = Self {
        groups: true,
        folders: true,
        invitations: true,
        previews: true,
        explain: true,
        transfer: true,
        audit: true,
        import: true,
    };
}

/// A thing by its identifier and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Named<I> {
    /// Its identifier.
    pub id: I,
    /// Its name.
    pub name: Text,
}

/// A page of a list, cut by key: stable while others write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The rows, in the order asked for.
    pub items: Vec<T>,
    /// Give this as `before` for the page before; none at the beginning.
    pub before: Option<String>,
    /// Give this as `after` for the page after; none at the end.
    pub after: Option<String>,
    /// The workspace's revision that this was read at; it grows with every write.
    pub revision: i64,
}

/// Which page: at most one of `after`, `before` and `last`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The filter (see `domain::filter`); empty for all.
    pub filter: String,
    /// A column's name, with `-` before it for descending; the list's default when empty.
    pub sort: String,
    /// The page after this cursor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The page before this cursor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The last page.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub last: bool,
    /// At most this many rows: 1 to [`MAX_PAGE`], 100 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// How many there are, apart from the page so that a page need not wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Count {
    /// All in the list.
    pub total: u64,
    /// Those that match the filter.
    pub matching: u64,
}

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// The caller's account.
    pub account: AccountId,
    /// Login.
    pub email: Text,
    /// Name.
    pub name: Text,
    /// Whether a password is set; without one only a fresh sign-in confirms a transfer.
    pub has_password: bool,
    /// The workspaces the caller is an active member of.
    pub workspaces: Vec<Named<WorkspaceId>>,
}

/// A workspace, its catalogue, and what the caller may do in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Workspace {
    /// Its identifier.
    pub id: WorkspaceId,
    /// Its name.
    pub name: Text,
    /// The pack it was made from.
    pub pack: String,
    /// For `If-Match`.
    pub version: i64,
    /// Grows with every write in the workspace.
    pub revision: i64,
    /// All capabilities, in the order shown.
    pub capabilities: Vec<Capability>,
    /// The pack's rules.
    pub policies: Policies,
    /// The caller's membership; none for an organisation administrator from outside.
    pub my_member: Option<MemberId>,
    /// Whether the caller owns it.
    pub my_owner: bool,
    /// Keys of what the caller holds across the workspace.
    pub my_capabilities: Vec<String>,
    /// Members of any status.
    pub members: u64,
    /// Live invitations.
    pub pending: u64,
}

/// A member as a row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberRow {
    /// The membership.
    pub id: MemberId,
    /// The person.
    pub account: AccountId,
    /// For `If-Match`.
    pub version: i64,
    /// Login.
    pub email: Text,
    /// Name; empty when not known yet.
    pub name: Text,
    /// State of the membership (`deactivated` also when the account is).
    pub status: MemberStatus,
    /// Whether this is the owner.
    pub owner: bool,
    /// Roles held.
    pub roles: Vec<Named<RoleId>>,
    /// Groups belonged to.
    pub groups: Vec<Named<GroupId>>,
    /// How many workspaces the person belongs to.
    pub workspaces: u32,
    /// Last sign-in.
    pub last_sign_in: Option<Timestamp>,
    /// The live, expired or failed invitation of a pending member.
    pub invitation: Option<InvitationId>,
}

/// A group as a row of the list, and as a whole: groups are few.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GroupRow {
    /// Its identifier.
    pub id: GroupId,
    /// For `If-Match`.
    pub version: i64,
    /// Its name.
    pub name: Text,
    /// What it is for.
    pub description: Text,
    /// Keys of what it adds.
    pub capabilities: Vec<String>,
    /// Who leads it.
    pub leader: Option<Named<MemberId>>,
    /// How many members.
    pub members: u64,
}

/// A role, with what it gives and how many hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleRow {
    /// Its identifier.
    pub id: RoleId,
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: Text,
    /// Keys of what it gives.
    pub capabilities: Vec<String>,
    /// Whether it came with the pack.
    pub builtin: bool,
    /// How many members hold it.
    pub members: u64,
    /// Whether the caller holds everything it gives, and so may assign it.
    pub assignable: bool,
}

/// A folder of the tree. The whole tree comes at once, parents before children, siblings by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FolderRow {
    /// Its identifier.
    pub id: FolderId,
    /// For `If-Match`; grows when a grant on it changes.
    pub version: i64,
    /// The folder it is in.
    pub parent: Option<FolderId>,
    /// Its name.
    pub name: Text,
    /// Its kind, in the pack's words.
    pub kind: String,
    /// Who owns it.
    pub owner: Option<Named<MemberId>>,
    /// Groups its fence lets through; empty when not fenced.
    pub fence: Vec<Named<GroupId>>,
    /// Live allows made on it.
    pub allows: u32,
    /// Live denies made on it.
    pub denies: u32,
}

/// A grant in a list: of a folder (its own and inherited ones) or of a member (own and by groups).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GrantRow {
    /// Its identifier.
    pub id: GrantId,
    /// For `If-Match`.
    pub version: i64,
    /// The folder it was made on.
    pub folder: Named<FolderId>,
    /// The folder as a path, outermost first.
    pub path: Vec<Text>,
    /// Whether it comes from an ancestor of the folder asked about.
    pub inherited: bool,
    /// Whom it is for.
    pub subject: Subject,
    /// The subject's e-mail or group name.
    pub subject_name: Text,
    /// Key of what it is about.
    pub capability: String,
    /// Allow or deny.
    pub effect: Effect,
    /// Why, by whom, until when.
    pub edge: Edge,
    /// E-mail of whoever made it.
    pub granted_by: Option<Text>,
    /// The denies that override this allow, in the folder asked about (or its own).
    pub shadowed_by: Vec<GrantId>,
}

/// State of an invitation (SPEC 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationStatus {
    /// Sent (or its link shown), waiting.
    Sent,
    /// Accepted; final.
    Accepted,
    /// Declined by the person; final.
    Declined,
    /// Cancelled here; final.
    Cancelled,
    /// Past its expiry.
    Expired,
    /// The mail did not go out.
    Failed,
}

/// Something about an invitation that wants attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationFlag {
    /// Expires within 24 hours.
    Expiring,
    /// Expired.
    Expired,
    /// The mail failed.
    Failed,
    /// A role that manages waits behind it.
    Privileged,
    /// The inviter left or may no longer invite.
    InviterGone,
    /// Not an address of a company domain.
    ForeignDomain,
    /// The address looks like an administrator's.
    LookAlike,
}

/// An invitation as a row of the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvitationRow {
    /// Its identifier.
    pub id: InvitationId,
    /// For `If-Match`.
    pub version: i64,
    /// The pending membership.
    pub member: Option<MemberId>,
    /// To whom.
    pub email: Text,
    /// Their name, if known.
    pub name: Text,
    /// Roles they will hold.
    pub roles: Vec<Named<RoleId>>,
    /// Groups they will belong to.
    pub groups: Vec<Named<GroupId>>,
    /// A word from the inviter.
    pub message: Option<Text>,
    /// Who asked them in.
    pub inviter: Text,
    /// State, by the clock.
    pub status: InvitationStatus,
    /// When it was first made.
    pub created_at: Timestamp,
    /// When its link dies.
    pub expires_at: Timestamp,
    /// How many times sent.
    pub sends: u32,
    /// What became of the last mail: `link shown`, `delivered`, the mail server's reason.
    pub delivery: Text,
    /// What wants attention.
    pub flags: Vec<InvitationFlag>,
}

/// One source of a capability or of a refusal, with its name, ready to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "via", rename_all = "snake_case")]
pub enum Source {
    /// A grant.
    Grant(Box<GrantRow>),
    /// A fenced folder.
    Fence {
        /// The folder.
        folder: Named<FolderId>,
        /// Groups it lets through.
        groups: Vec<Named<GroupId>>,
    },
    /// A role.
    Role(Named<RoleId>),
    /// A group.
    Group(Named<GroupId>),
    /// A direct permission.
    Direct(Edge),
    /// An organisation role.
    Organisation {
        /// Its name.
        name: Text,
    },
    /// The ownership of the workspace.
    Owner,
    /// The account or membership is not active.
    Inactive,
}

/// The step of SPEC 3 that settled it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 1.
    Inactive,
    /// 2.
    Owner,
    /// 3.
    Denied,
    /// 4.
    Fenced,
    /// 5.
    Granted,
    /// 6.
    Held,
    /// 7.
    Organisation,
    /// 8.
    Nothing,
}

/// One capability of a member, allowed or not, with every source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessRow {
    /// Its key.
    pub capability: String,
    /// Whether it is allowed.
    pub allowed: bool,
    /// Which step settled it.
    pub verdict: Verdict,
    /// What that step rests on.
    pub because: Vec<Source>,
    /// Allows that are overridden.
    pub shadowed: Vec<Source>,
}

/// Effective access: every capability, in catalogue order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EffectiveAccess {
    /// Whose.
    pub member: Named<MemberId>,
    /// Where; none for the workspace as a whole.
    pub folder: Option<Named<FolderId>>,
    /// A row for each capability of the catalogue.
    pub rows: Vec<AccessRow>,
    /// How many are allowed.
    pub allowed: u32,
}

/// A change that would allow what is not allowed, in words a screen can build a sentence from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "remedy", content = "what", rename_all = "snake_case")]
pub enum Remedy {
    /// Activate the account or membership.
    Activate,
    /// Take away this deny.
    RemoveDeny(Box<GrantRow>),
    /// Join one of the groups that the fence of this folder lets through.
    JoinFenceGroup {
        /// The fenced folder.
        folder: Named<FolderId>,
        /// Any one of these.
        groups: Vec<Named<GroupId>>,
    },
    /// Allow it in this folder.
    Allow(Named<FolderId>),
    /// Give one of these roles.
    GiveRole(Vec<Named<RoleId>>),
    /// Join one of these groups.
    JoinGroup(Vec<Named<GroupId>>),
    /// Give it directly.
    GiveDirect,
}

/// Why, or why not. When not, each set of `remedies` is enough on its own; all of a set is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// Whose.
    pub member: Named<MemberId>,
    /// Where.
    pub folder: Option<Named<FolderId>>,
    /// The answer.
    pub row: AccessRow,
    /// The smallest sets of changes that would allow it, the smallest first.
    pub remedies: Vec<Vec<Remedy>>,
}

/// One who holds a capability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Holder {
    /// Who.
    pub member: Named<MemberId>,
    /// Via what, all of it.
    pub because: Vec<Source>,
}

/// Everyone who holds a capability in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WhoCan {
    /// Key of what.
    pub capability: String,
    /// Where.
    pub folder: Option<Named<FolderId>>,
    /// How many, exactly.
    pub total: u64,
    /// The first [`MAX_PAGE`] of them by e-mail.
    pub holders: Vec<Holder>,
}

/// What one change does to one member, in effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EffectRow {
    /// Who.
    pub member: Named<MemberId>,
    /// What they gain.
    pub gains: Vec<EffectItem>,
    /// What they lose.
    pub loses: Vec<EffectItem>,
    /// What the change takes from one source and another still gives.
    pub stays: Vec<Kept>,
}

/// A capability gained or lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EffectItem {
    /// Its key.
    pub capability: String,
    /// Where; none for across the workspace.
    pub folder: Option<Named<FolderId>>,
}

/// A capability that stays, and what still gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Kept {
    /// Its key.
    pub capability: String,
    /// Names of what still gives it: `group Content Team` as kind and name.
    pub via: Vec<Source>,
}

/// What a change would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Preview {
    /// Members whose access changes, or stays by another source; the first [`MAX_PAGE`].
    pub rows: Vec<EffectRow>,
    /// How many members gain something.
    pub gain: u64,
    /// How many lose something.
    pub lose: u64,
    /// Things to know before.
    pub warnings: Vec<Warning>,
    /// The revision it was made from.
    pub revision: i64,
}

/// What a change did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Applied {
    /// Its event in the audit log.
    pub event: EventId,
    /// The workspace's revision after it.
    pub revision: i64,
    /// The new version of what was changed, unless it is gone.
    pub version: Option<i64>,
    /// The identifier of what was made, if anything was.
    pub created: Option<i64>,
    /// The invitation's link, shown this once; kept nowhere.
    pub link: Option<String>,
    /// Things to know after.
    pub warnings: Vec<Warning>,
}

/// One event of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEvent {
    /// Its place in the log.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// Who, by e-mail at that time.
    pub actor: Text,
    /// What: the change's name, `set_roles`.
    pub action: String,
    /// On whom or what, by name at that time.
    pub target: Text,
    /// How it was.
    pub before: serde_json::Value,
    /// How it is.
    pub after: serde_json::Value,
    /// Why.
    pub reason: Option<Text>,
    /// SHA-256 over the event and the hash before it, hexadecimal.
    pub hash: String,
}

/// One row of an import, as read from a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportRow {
    /// Line in the file, for messages.
    pub line: u64,
    /// Login.
    pub email: Text,
    /// Name.
    #[serde(default)]
    pub name: Text,
    /// Role names or keys.
    #[serde(default)]
    pub roles: Vec<Text>,
    /// Group names.
    #[serde(default)]
    pub groups: Vec<Text>,
}

/// People to bring in, all or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Import {
    /// The people.
    pub rows: Vec<ImportRow>,
    /// Whether groups named in the file and not there yet are made.
    #[serde(default)]
    pub create_groups: bool,
    /// Check everything, answer what would be done, and do nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// A fault of an import, by place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportFault {
    /// Line in the file.
    pub line: u64,
    /// Column's name.
    pub column: String,
    /// One sentence.
    pub message: String,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Imported {
    /// Members made.
    pub members: u64,
    /// Groups made.
    pub groups: u64,
    /// The workspace's revision after it.
    pub revision: i64,
}

/// An error as it crosses the wire: a problem document (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `urn:rolecall:problem:NAME`.
    #[serde(rename = "type")]
    pub kind: String,
    /// One short sentence, the same for every problem of the type.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong this time and what to do.
    #[serde(default)]
    pub detail: Text,
    /// The field concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Faults by place, of an import.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<ImportFault>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tag inside a list has no place: such a type compiles and fails when it is sent.
    #[test]
    fn every_source_and_remedy_goes_there_and_back() {
        let role = || Named { id: RoleId(1), name: Text::new("Viewer") };
        let (group, folder) = (Named { id: GroupId(1), name: "G".into() }, Named { id: FolderId(1), name: "F".into() });
        let sources = vec![
            Source::Fence { folder: folder.clone(), groups: vec![group.clone()] },
            Source::Role(role()),
            Source::Group(group.clone()),
            Source::Direct(Edge::new(Default::default(), None, Timestamp(1))),
            Source::Organisation { name: "Super Admin".into() },
            Source::Owner,
            Source::Inactive,
        ];
        let remedies = vec![
            Remedy::Activate,
            Remedy::JoinFenceGroup { folder: folder.clone(), groups: vec![group.clone()] },
            Remedy::Allow(folder),
            Remedy::GiveRole(vec![role()]),
            Remedy::JoinGroup(vec![group]),
            Remedy::GiveDirect,
        ];
        let sent = serde_json::to_string(&(&sources, &remedies)).unwrap();
        assert_eq!(serde_json::from_str::<(Vec<Source>, Vec<Remedy>)>(&sent).unwrap(), (sources, remedies));
    }
}
