//! The state that changes are judged against, with what the rules look up again and again.

use super::{Refusal, What};
use crate::domain::{
    access::Access,
    address::folded,
    id::{FolderId, GrantId, GroupId, MemberId},
    model::{Folder, Grant, Group, Member, Snapshot, Subject},
};
use std::{collections::HashMap, sync::OnceLock};

/// A snapshot made ready for many changes. What only some changes need is laid out when first asked for.
pub struct RuleIndex<'a> {
    pub(in crate::domain) snapshot: &'a Snapshot,
    pub(in crate::domain) access: Access<'a>,
    /// Places of grants in the snapshot, by whom they name.
    grants: OnceLock<HashMap<Subject, Vec<usize>>>,
    /// Places of members, by address.
    emails: OnceLock<HashMap<String, usize>>,
    /// Which groups members lead, and folders they own.
    led: OnceLock<HashMap<MemberId, Led>>,
}

/// Places of the groups that a member leads, and of the folders they own.
#[derive(Default)]
struct Led {
    groups: Vec<usize>,
    folders: Vec<usize>,
}

impl<'a> RuleIndex<'a> {
    pub(in crate::domain) fn new(snapshot: &'a Snapshot) -> Self {
        let access = Access::new(snapshot);
        Self { snapshot, access, grants: OnceLock::new(), emails: OnceLock::new(), led: OnceLock::new() }
    }

    pub(in crate::domain) fn member(&self, id: MemberId) -> Result<&'a Member, Refusal> {
        self.access.member(id).ok_or(Refusal::NotFound { what: What::Member })
    }

    pub(in crate::domain) fn group(&self, id: GroupId) -> Result<&'a Group, Refusal> {
        let found = self.snapshot.groups.iter().find(|group| group.id == id);
        found.ok_or(Refusal::NotFound { what: What::Group })
    }

    pub(super) fn folder(&self, id: FolderId) -> Result<&'a Folder, Refusal> {
        let found = self.snapshot.folders.iter().find(|folder| folder.id == id);
        found.ok_or(Refusal::NotFound { what: What::Folder })
    }

    pub(super) fn grant(&self, id: GrantId) -> Result<&'a Grant, Refusal> {
        let found = self.snapshot.grants.iter().find(|grant| grant.id == id);
        found.ok_or(Refusal::NotFound { what: What::Grant })
    }

    /// The grants that name a member or a group.
    pub(in crate::domain) fn grants_of(&self, subject: Subject) -> impl Iterator<Item = &'a Grant> + Clone {
        let grants = &self.snapshot.grants;
        let lay_out = || {
            let mut of: HashMap<Subject, Vec<usize>> = HashMap::new();
            for (place, grant) in grants.iter().enumerate() {
                of.entry(grant.subject).or_default().push(place);
            }
            of
        };
        let places = self.grants.get_or_init(lay_out).get(&subject).map_or(&[][..], Vec::as_slice);
        places.iter().map(|&place| &grants[place])
    }

    /// The groups that a member leads, and the folders they own.
    pub(super) fn led_by(&self, member: MemberId) -> (Vec<&'a Group>, Vec<&'a Folder>) {
        let snapshot = self.snapshot;
        let lay_out = || {
            let mut led: HashMap<MemberId, Led> = HashMap::new();
            for (place, group) in snapshot.groups.iter().enumerate() {
                if let Some(leader) = group.leader {
                    led.entry(leader).or_default().groups.push(place);
                }
            }
            for (place, folder) in snapshot.folders.iter().enumerate() {
                if let Some(owner) = folder.owner {
                    led.entry(owner).or_default().folders.push(place);
                }
            }
            led
        };
        let Some(led) = self.led.get_or_init(lay_out).get(&member) else { return <_>::default() };
        let groups = led.groups.iter().map(|&place| &snapshot.groups[place]).collect();
        (groups, led.folders.iter().map(|&place| &snapshot.folders[place]).collect())
    }

    /// The member of an address; of two the first, as everywhere.
    pub(super) fn by_email(&self, email: &str) -> Option<&'a Member> {
        let members = &self.snapshot.members;
        let lay_out = || {
            let places = members.iter().enumerate().rev();
            places.map(|(place, member)| (folded(member.email.raw()), place)).collect()
        };
        self.emails.get_or_init(lay_out).get(&folded(email)).map(|&place| &members[place])
    }
}
