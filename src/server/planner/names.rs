//! Turns what the rules say in identifiers into what a person reads.

use super::super::{problem::Fault, state::AppState};
use crate::{
    api::wire::{self, EffectItem, GrantRow, Kept, Named, Source},
    domain::{
        access::{Access, Evidence, Remedy},
        capability::Cap,
        id::{FolderId, GrantId, GroupId, MemberId, RoleId, WorkspaceId},
        model::{Folder, Grant, Member, Snapshot, Subject},
        time::Timestamp,
        untrusted::Text,
    },
};
use std::collections::{BTreeSet, HashMap};

/// Names out of snapshots (of a change: the state after, then the one before), with the grants that
/// the evidence is about.
pub struct Names<'a> {
    snapshots: Vec<&'a Snapshot>,
    grants: HashMap<GrantId, GrantRow>,
    now: Timestamp,
}

impl<'a> Names<'a> {
    /// Names for everything in `snapshots`, and for these grants.
    pub async fn load(
        state: &AppState,
        workspace: WorkspaceId,
        snapshots: Vec<&'a Snapshot>,
        grants: BTreeSet<GrantId>,
        now: Timestamp,
    ) -> Result<Self, Fault> {
        let ids: Vec<_> = grants.into_iter().collect();
        let rows = if ids.is_empty() { Vec::new() } else { state.store.grants(workspace, &ids, now).await? };
        let mut names = Self::of(snapshots, now);
        names.grants = rows.into_iter().map(|row| (row.id, row)).collect();
        if let Some(first) = names.snapshots.first() {
            let access = Access::new(first);
            for row in names.grants.values_mut() {
                row.shadowed_by = access.shadowed_by(row.id, row.folder.id, now);
            }
        }
        Ok(names)
    }

    /// Names for everything in `snapshots` but grants that are kept already, which have more to tell than a
    /// snapshot does.
    pub fn of(snapshots: Vec<&'a Snapshot>, now: Timestamp) -> Self {
        Self { snapshots, grants: HashMap::new(), now }
    }

    fn find<T: 'a>(&self, pick: impl Fn(&'a Snapshot) -> Option<&'a T>) -> Option<&'a T> {
        self.snapshots.iter().copied().find_map(pick)
    }

    /// A role by name.
    pub fn role(&self, id: RoleId) -> Named<RoleId> {
        let role = self.find(|s| s.roles.iter().find(|role| role.id == id));
        Named { id, name: role.map(|role| role.name.clone()).unwrap_or_default() }
    }

    /// A group by name.
    pub fn group(&self, id: GroupId) -> Named<GroupId> {
        let group = self.find(|s| s.groups.iter().find(|group| group.id == id));
        Named { id, name: group.map(|group| group.name.clone()).unwrap_or_default() }
    }

    /// A folder by name.
    pub fn folder(&self, id: FolderId) -> Named<FolderId> {
        Named { id, name: self.find_folder(id).map(|folder| folder.name.clone()).unwrap_or_default() }
    }

    /// A member by e-mail: the one name that is always there and means one person.
    pub fn member(&self, id: MemberId) -> Named<MemberId> {
        Named { id, name: self.find_member(id).map(|member| member.email.clone()).unwrap_or_default() }
    }

    fn find_folder(&self, id: FolderId) -> Option<&'a Folder> {
        self.find(|s| s.folders.iter().find(|folder| folder.id == id))
    }

    fn find_member(&self, id: MemberId) -> Option<&'a Member> {
        self.find(|s| s.members.iter().find(|member| member.id == id))
    }

    fn key(&self, cap: Cap) -> String {
        self.snapshots.first().map(|s| s.catalogue.get(cap).key.clone()).unwrap_or_default()
    }

    /// A grant as a row. One that is only planned has no row yet and is made from the snapshot.
    fn grant(&self, id: GrantId) -> Option<GrantRow> {
        if let Some(row) = self.grants.get(&id) {
            return Some(row.clone());
        }
        let grant: &Grant = self.find(|s| s.grants.iter().find(|grant| grant.id == id))?;
        let subject_name = match grant.subject {
            Subject::Member(member) => self.member(member).name,
            Subject::Group(group) => self.group(group).name,
        };
        Some(GrantRow {
            id,
            version: 0,
            folder: self.folder(grant.folder),
            path: self.path(grant.folder),
            inherited: false,
            subject: grant.subject,
            subject_name,
            capability: self.key(grant.capability),
            effect: grant.effect,
            edge: grant.edge.clone(),
            granted_by: None,
            shadowed_by: Vec::new(),
        })
    }

    fn path(&self, folder: FolderId) -> Vec<Text> {
        let mut path = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = Some(folder);
        while let Some(folder) = next.filter(|id| seen.insert(*id)).and_then(|id| self.find_folder(id)) {
            path.push(folder.name.clone());
            next = folder.parent;
        }
        path.reverse();
        path
    }

    fn fence(&self, folder: FolderId) -> (Named<FolderId>, Vec<Named<GroupId>>) {
        let through = self.snapshots.first().into_iter().flat_map(|s| &s.fences);
        let live = through.filter(|fence| fence.folder == folder && fence.edge.live(self.now));
        (self.folder(folder), live.map(|fence| self.group(fence.group)).collect())
    }

    /// What one piece of evidence is called; it is about `member` and `cap`.
    pub fn source(&self, member: MemberId, cap: Cap, evidence: Evidence) -> Option<Source> {
        Some(match evidence {
            Evidence::Grant(id) => Source::Grant(Box::new(self.grant(id)?)),
            Evidence::Fence(folder) => {
                let (folder, groups) = self.fence(folder);
                Source::Fence { folder, groups }
            }
            Evidence::Role(id) => Source::Role(self.role(id)),
            Evidence::Group(id) => Source::Group(self.group(id)),
            Evidence::Direct => {
                let direct = &self.find_member(member)?.direct;
                Source::Direct(direct.iter().find(|(held, edge)| *held == cap && edge.live(self.now))?.1.clone())
            }
            Evidence::OrgRole(place) => {
                Source::Organisation { name: self.find_member(member)?.org_roles.get(place as usize)?.name.clone() }
            }
        })
    }

    /// All of it.
    pub fn sources(&self, member: MemberId, cap: Cap, evidence: &[Evidence]) -> Vec<Source> {
        evidence.iter().filter_map(|&one| self.source(member, cap, one)).collect()
    }

    /// A remedy in words.
    pub fn remedy(&self, remedy: &Remedy) -> Option<wire::Remedy> {
        Some(match remedy {
            Remedy::Activate => wire::Remedy::Activate,
            Remedy::RemoveDeny(id) => wire::Remedy::RemoveDeny(Box::new(self.grant(*id)?)),
            Remedy::JoinFenceGroup(folder, groups) => wire::Remedy::JoinFenceGroup {
                folder: self.folder(*folder),
                groups: groups.iter().map(|&id| self.group(id)).collect(),
            },
            Remedy::Allow(folder) => wire::Remedy::Allow(self.folder(*folder)),
            Remedy::GiveRole(roles) => wire::Remedy::GiveRole(roles.iter().map(|&id| self.role(id)).collect()),
            Remedy::JoinGroup(groups) => wire::Remedy::JoinGroup(groups.iter().map(|&id| self.group(id)).collect()),
            Remedy::GiveDirect => wire::Remedy::GiveDirect,
        })
    }

    /// Capabilities gained or lost.
    pub fn items(&self, caps: &[(Cap, Option<FolderId>)]) -> Vec<EffectItem> {
        let item = |&(cap, folder): &(Cap, Option<FolderId>)| EffectItem {
            capability: self.key(cap),
            folder: folder.map(|id| self.folder(id)),
            but: None,
        };
        caps.iter().map(item).collect()
    }

    /// A capability that stays with a member, and what still gives it.
    pub fn kept(&self, member: MemberId, cap: Cap, via: &[Evidence]) -> Kept {
        Kept { capability: self.key(cap), via: self.sources(member, cap, via) }
    }
}

/// The grants that evidence is about.
pub fn grants_in<'e>(evidence: impl IntoIterator<Item = &'e Evidence>) -> impl Iterator<Item = GrantId> {
    evidence.into_iter().filter_map(|one| match one {
        Evidence::Grant(id) => Some(*id),
        _ => None,
    })
}
