//! Who may do what: decisions with their evidence (SPEC 3).

use super::{
    capability::{Cap, CapSet},
    id::{FolderId, GrantId, GroupId, MemberId, RoleId},
    model::Snapshot,
    time::Timestamp,
};

/// The step of SPEC 3 that settled a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// 1: account or membership not active.
    Inactive,
    /// 2: the owner may do anything.
    Owner,
    /// 3: a deny grant.
    Denied,
    /// 4: a fence that does not let the member through.
    Fenced,
    /// 5: an allow grant.
    Granted,
    /// 6: roles, groups or direct permissions.
    Held,
    /// 7: a role of the organisation.
    Organisation,
    /// 8: nothing gives it.
    Nothing,
}

/// One thing that a decision rests on, or that it overrides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Evidence {
    /// A grant, here or on an ancestor.
    Grant(GrantId),
    /// A fenced folder whose groups the member is in none of.
    Fence(FolderId),
    /// A role held.
    Role(RoleId),
    /// A group belonged to.
    Group(GroupId),
    /// A direct permission.
    Direct,
    /// An organisation role, by its place in the member's list.
    OrgRole(u32),
}

/// The answer to one question, with why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Which step settled it.
    pub verdict: Verdict,
    /// What that step rests on, all of it.
    pub evidence: Vec<Evidence>,
    /// Allows that a deny or a fence overrides, nearer ones included.
    pub shadowed: Vec<Evidence>,
}

/// A snapshot made ready for many questions.
pub struct Access<'a> {
    snapshot: &'a Snapshot,
}

impl<'a> Access<'a> {
    /// Indexes a snapshot.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot }
    }

    /// May this member do this, in this folder or (with none) across the workspace?
    /// A member or folder that is not in the snapshot holds nothing.
    pub fn decide(&self, member: MemberId, folder: Option<FolderId>, cap: Cap, now: Timestamp) -> Decision {
        let _ = (self.snapshot, member, folder, cap, now);
        Decision { allowed: false, verdict: Verdict::Nothing, evidence: Vec::new(), shadowed: Vec::new() }
    }

    /// Everything this member may do, without the evidence.
    pub fn held(&self, member: MemberId, folder: Option<FolderId>, now: Timestamp) -> CapSet {
        let _ = (member, folder, now);
        CapSet::EMPTY
    }

    /// The smallest sets of changes that would allow it; empty when it is allowed.
    pub fn remedies(&self, member: MemberId, folder: Option<FolderId>, cap: Cap, now: Timestamp) -> Vec<Vec<Remedy>> {
        let _ = (member, folder, cap, now);
        Vec::new()
    }

    /// Everyone who may, in the snapshot's order, with the decision.
    pub fn who_can(&self, folder: Option<FolderId>, cap: Cap, now: Timestamp) -> Vec<(MemberId, Decision)> {
        let _ = (folder, cap, now);
        Vec::new()
    }

    /// The denies that override an allow grant in `folder` (its own folder or one below).
    pub fn shadowed_by(&self, grant: GrantId, folder: FolderId, now: Timestamp) -> Vec<GrantId> {
        let _ = (grant, folder, now);
        Vec::new()
    }
}

/// A change that would allow what is not allowed (SPEC 3, N3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// Activate the account or membership first.
    Activate,
    /// Take away this deny.
    RemoveDeny(GrantId),
    /// Put the member into one of the groups that this folder's fence lets through.
    JoinFenceGroup(FolderId, Vec<GroupId>),
    /// Allow it in the folder asked about.
    Allow(FolderId),
    /// Give one of these roles, those that add least first.
    GiveRole(Vec<RoleId>),
    /// Put the member into one of these groups, those that add least first.
    JoinGroup(Vec<GroupId>),
    /// Give it across the workspace as a direct permission.
    GiveDirect,
}
