//! A small workspace of the `signage` pack: Olim owns it, Ada and Adam administer it, Aziza and Bo market.

use rolecall::domain::{
    access::Access,
    capability::{Cap, CapSet},
    edge::{Edge, EdgeSource, Terms},
    id::{AccountId, FolderId, GrantId, GroupId, MemberId, RoleId},
    model::{Effect, Fence, Folder, Grant, Group, Member, MemberStatus, Role, Snapshot, Subject},
    pack::Pack,
    time::Timestamp,
};
use std::sync::Arc;

pub const NOW: Timestamp = Timestamp(1_000_000);
pub const OLIM: MemberId = MemberId(1);
pub const ADA: MemberId = MemberId(2);
pub const ADAM: MemberId = MemberId(3);
pub const AZIZA: MemberId = MemberId(4);
pub const BO: MemberId = MemberId(5);
pub const ROOT: FolderId = FolderId(1);
pub const ASSETS: FolderId = FolderId(2);
pub const ARCHIVE: FolderId = FolderId(3);
pub const AUTUMN: FolderId = FolderId(4);
pub const TEAM: GroupId = GroupId(1);
pub const DESK: GroupId = GroupId(2);

pub fn edge() -> Edge {
    Edge::new(Terms::default(), None, Timestamp(0))
}

pub fn until(end: i64) -> Edge {
    Edge::new(Terms { expires_at: Some(Timestamp(end)), ..Terms::default() }, None, Timestamp(0))
}

pub fn scim() -> Edge {
    Edge { source: EdgeSource::Scim, ..edge() }
}

pub struct Sample(pub Snapshot);

impl Sample {
    pub fn new() -> Self {
        let pack = Pack::builtin("signage").unwrap().unwrap();
        let catalogue = Arc::new(pack.catalogue().unwrap());
        let role = |(at, role): (usize, &rolecall::domain::pack::PackRole)| Role {
            id: RoleId(at as i64 + 1),
            key: role.key.clone(),
            name: role.name.as_str().into(),
            capabilities: role.set(&catalogue).unwrap(),
            builtin: true,
        };
        let roles = pack.roles.iter().enumerate().map(role).collect();
        let folder = |id, parent, name: &str| Folder {
            id,
            parent,
            name: name.into(),
            kind: "content folder".into(),
            owner: None,
        };
        let mut sample = Self(Snapshot {
            catalogue,
            policies: Arc::new(pack.policies.clone()),
            roles,
            groups: Vec::new(),
            folders: vec![
                folder(ARCHIVE, Some(ASSETS), "Promo Archive"),
                folder(AUTUMN, Some(ASSETS), "Autumn"),
                folder(ASSETS, Some(ROOT), "Campaign assets"),
                folder(ROOT, None, "Northwind"),
            ],
            fences: Vec::new(),
            grants: Vec::new(),
            members: Vec::new(),
        });
        sample.group(TEAM, "Content Team", &["content.read"]);
        sample.group(DESK, "Campaign Desk", &["campaigns.approve"]);
        sample.member(OLIM, "olim@northwind.test", None);
        sample.of(OLIM).owner = true;
        sample.member(ADA, "ada@northwind.test", Some("administrator"));
        sample.member(ADAM, "adam@northwind.test", Some("administrator"));
        sample.member(AZIZA, "aziza@northwind.test", Some("marketer"));
        sample.member(BO, "bo@partner.test", Some("marketer"));
        sample
    }

    pub fn cap(&self, key: &str) -> Cap {
        self.0.catalogue.find(key).unwrap()
    }

    pub fn set(&self, keys: &[&str]) -> CapSet {
        self.0.catalogue.set(keys.iter().copied()).unwrap()
    }

    pub fn role(&self, key: &str) -> RoleId {
        self.0.roles.iter().find(|role| role.key == key).unwrap().id
    }

    /// A role of one's own making.
    pub fn custom(&mut self, key: &str, caps: &[&str]) -> RoleId {
        let (id, capabilities) = (RoleId(self.0.roles.len() as i64 + 1), self.set(caps));
        self.0.roles.push(Role { id, key: key.into(), name: key.into(), capabilities, builtin: false });
        id
    }

    pub fn group(&mut self, id: GroupId, name: &str, caps: &[&str]) {
        let capabilities = self.set(caps);
        self.0.groups.push(Group { id, name: name.into(), description: "".into(), capabilities, leader: None });
    }

    pub fn member(&mut self, id: MemberId, email: &str, role: Option<&str>) {
        let roles = role.map(|role| (self.role(role), edge())).into_iter().collect();
        self.0.members.push(Member {
            id,
            account: AccountId(id.0 + 100),
            email: email.into(),
            status: MemberStatus::Active,
            joined_at: Timestamp(0),
            account_active: true,
            can_sign_in: true,
            owner: false,
            roles,
            groups: Vec::new(),
            direct: Vec::new(),
            org_roles: Vec::new(),
        });
    }

    pub fn of(&mut self, id: MemberId) -> &mut Member {
        self.0.members.iter_mut().find(|member| member.id == id).unwrap()
    }

    pub fn join(&mut self, member: MemberId, group: GroupId) {
        self.of(member).groups.push((group, edge()));
    }

    pub fn fence(&mut self, folder: FolderId, group: GroupId) {
        self.0.fences.push(Fence { folder, group, edge: edge() });
    }

    pub fn grant(&mut self, effect: Effect, subject: Subject, folder: FolderId, cap: &str) -> GrantId {
        self.grant_by(edge(), effect, subject, folder, cap)
    }

    pub fn grant_by(&mut self, edge: Edge, effect: Effect, subject: Subject, folder: FolderId, cap: &str) -> GrantId {
        let id = GrantId(self.0.grants.len() as i64 + 1);
        let capability = self.cap(cap);
        self.0.grants.push(Grant { id, folder, subject, capability, effect, edge });
        id
    }

    pub fn access(&self) -> Access<'_> {
        Access::new(&self.0)
    }
}
