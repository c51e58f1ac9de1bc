//! The state that changes are judged against, with what the rules look up again and again.

use super::Refusal;
use crate::domain::{
    access::Access,
    address::folded,
    id::{FolderId, GrantId, GroupId, MemberId},
    model::{Grant, Group, Member, Snapshot, Subject},
};
use std::{collections::HashMap, sync::OnceLock};

/// A snapshot made ready for many changes. What only some changes need is laid out when first asked for.
pub(in crate::domain) struct Ground<'a> {
    pub snapshot: &'a Snapshot,
    pub access: Access<'a>,
    /// Places of grants in the snapshot, by whom they name.
    grants: OnceLock<HashMap<Subject, Vec<usize>>>,
    /// Places of members, by address.
    emails: OnceLock<HashMap<String, usize>>,
}

impl<'a> Ground<'a> {
    pub fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot, access: Access::new(snapshot), grants: OnceLock::new(), emails: OnceLock::new() }
    }

    pub fn member(&self, id: MemberId) -> Result<&'a Member, Refusal> {
        self.access.member(id).ok_or(Refusal::Missing { what: "member" })
    }

    pub fn group(&self, id: GroupId) -> Result<&'a Group, Refusal> {
        let found = self.snapshot.groups.iter().find(|group| group.id == id);
        found.ok_or(Refusal::Missing { what: "group" })
    }

    pub fn folder(&self, id: FolderId) -> Result<(), Refusal> {
        if self.access.has_folder(id) { Ok(()) } else { Err(Refusal::Missing { what: "folder" }) }
    }

    pub fn grant(&self, id: GrantId) -> Result<&'a Grant, Refusal> {
        let found = self.snapshot.grants.iter().find(|grant| grant.id == id);
        found.ok_or(Refusal::Missing { what: "grant" })
    }

    /// The grants that name a member or a group.
    pub fn grants_of(&self, subject: Subject) -> impl Iterator<Item = &'a Grant> + Clone {
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

    /// The member of an address.
    pub fn by_email(&self, email: &str) -> Option<&'a Member> {
        let members = &self.snapshot.members;
        // Of two the first, as everywhere.
        let lay_out = || {
            let places = members.iter().enumerate().rev();
            places.map(|(place, member)| (folded(member.email.raw()), place)).collect()
        };
        self.emails.get_or_init(lay_out).get(&folded(email)).map(|&place| &members[place])
    }
}
