//! What a snapshot is made of, as it was answered.

use super::super::{
    Result, StoreError, edges,
    folders::{effect, subject},
    sql::Gathered,
    workspaces::parse,
};
use crate::domain::{
    access::IdMap,
    capability::{Cap, CapSet, Capability, Catalogue},
    edge::{Edge, EdgeSource},
    id::{AccountId, FolderId, GrantId, GroupId, MemberId, RoleId},
    model::{Fence, Folder, Grant, Group, Member, MemberStatus, OrgRole, Role, Snapshot},
    pack::Policies,
    time::Timestamp as At,
    untrusted::Text,
};
use serde::de::DeserializeOwned;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Answers, read in the order in which `Questions` asks.
pub struct Answers {
    rows: Gathered,
    catalogue: Catalogue,
    policies: Policies,
}

impl Answers {
    /// Begins with the rules, which all the others are read by.
    pub fn new(mut rows: Gathered) -> Result<Self> {
        let rules: Vec<(String, String)> = rows.next()?;
        let (catalogue, policies) = rules.into_iter().next().ok_or(StoreError::Missing("workspace"))?;
        let all: Vec<Capability> = parse(&catalogue)?;
        Ok(Self { rows, catalogue: Catalogue::new(all).map_err(StoreError::Corrupt)?, policies: parse(&policies)? })
    }

    /// The workspace. What was not asked for is not in it.
    pub fn snapshot(mut self) -> Result<Snapshot> {
        let org_roles = self.org_roles()?;
        let roles = self.roles()?;
        let groups = self.groups()?;
        let members = self.members(org_roles)?;
        let (folders, fences) = (self.folders()?, self.fences()?);
        let grants = self.grants()?;
        Ok(Snapshot {
            catalogue: Arc::new(self.catalogue),
            policies: Arc::new(self.policies),
            roles,
            groups,
            folders,
            fences,
            grants,
            members,
        })
    }

    /// A stored key that this catalogue lacks gives nothing: it is left out, never an error that
    /// would close the workspace.
    fn cap(&self, key: &str) -> Option<Cap> {
        self.catalogue.find(key)
    }

    fn with(&self, set: CapSet, key: Option<String>) -> CapSet {
        key.and_then(|key| self.cap(&key)).map_or(set, |cap| set.with(cap))
    }

    /// Roles held in the organisation, by account.
    pub fn org_roles(&mut self) -> Result<HashMap<AccountId, Vec<OrgRole>>> {
        let mut gives: HashMap<i64, CapSet> = HashMap::new();
        for (role, key) in self.rows.next::<(i64, String)>()? {
            let set = gives.entry(role).or_default();
            *set = self.with(*set, Some(key));
        }
        let mut held: HashMap<AccountId, Vec<(i64, OrgRole)>> = HashMap::new();
        type Row = (AccountId, i64, Text, Option<Text>, Option<AccountId>, At, Option<At>, Option<At>, EdgeSource);
        for (account, id, name, reason, by, at, until, review, source) in self.rows.next::<Row>()? {
            let edge = edges::of((reason, by, at, until, review, source));
            let capabilities = gives.get(&id).copied().unwrap_or_default();
            held.entry(account).or_default().push((id, OrgRole { name, capabilities, edge }));
        }
        let in_order = |mut roles: Vec<(i64, OrgRole)>| {
            roles.sort_by_key(|(id, _)| *id);
            roles.into_iter().map(|(_, role)| role).collect()
        };
        Ok(held.into_iter().map(|(account, roles)| (account, in_order(roles))).collect())
    }

    fn roles(&mut self) -> Result<Vec<Role>> {
        type Row = (i64, i64, String, Text, i64, Option<String>);
        let mut roles = BTreeMap::new();
        for (position, id, key, name, builtin, gives) in self.rows.next::<Row>()? {
            let role = roles.entry((position, id)).or_insert_with(|| Role {
                id: RoleId(id),
                key,
                name,
                capabilities: CapSet::default(),
                builtin: builtin != 0,
            });
            role.capabilities = self.with(role.capabilities, gives);
        }
        Ok(roles.into_values().collect())
    }

    fn groups(&mut self) -> Result<Vec<Group>> {
        type Row = (String, i64, Text, Text, Option<MemberId>, Option<String>);
        let mut groups = BTreeMap::new();
        for (key, id, name, description, leader, gives) in self.rows.next::<Row>()? {
            let group = groups.entry((key, id)).or_insert_with(|| Group {
                id: GroupId(id),
                name,
                description,
                capabilities: CapSet::default(),
                leader,
            });
            group.capabilities = self.with(group.capabilities, gives);
        }
        Ok(groups.into_values().collect())
    }

    fn members(&mut self, mut org_roles: HashMap<AccountId, Vec<OrgRole>>) -> Result<Vec<Member>> {
        type Row = (String, MemberId, AccountId, Text, MemberStatus, String, i64, i64, At);
        let mut rows: Vec<Row> = self.rows.next()?;
        rows.sort_unstable_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        let member = |(_, id, account, email, status, account_status, signs_in, owner, joined_at): Row| Member {
            id,
            account,
            email,
            status,
            joined_at,
            account_active: account_status == "active",
            can_sign_in: signs_in == 1,
            owner: owner == 1,
            roles: Vec::new(),
            groups: Vec::new(),
            direct: Vec::new(),
            org_roles: org_roles.remove(&account).unwrap_or_default(),
        };
        let mut members: Vec<Member> = rows.into_iter().map(member).collect();
        let places: IdMap<MemberId, usize> = members.iter().enumerate().map(|(i, m)| (m.id, i)).collect();
        for (place, role, edge) in self.edges(&places)? {
            members[place].roles.push((RoleId(role), edge));
        }
        for (place, group, edge) in self.edges(&places)? {
            members[place].groups.push((GroupId(group), edge));
        }
        for (place, key, edge) in self.edges::<String>(&places)? {
            if let Some(cap) = self.cap(&key) {
                members[place].direct.push((cap, edge));
            }
        }
        Ok(members)
    }

    /// What members hold: the member's place, what, and the edge; of each member in the order of what is held.
    fn edges<T: Ord + DeserializeOwned>(&mut self, places: &IdMap<MemberId, usize>) -> Result<Vec<(usize, T, Edge)>> {
        type Row<T> = (MemberId, T, Option<Text>, Option<AccountId>, At, Option<At>, Option<At>, EdgeSource);
        let mut rows: Vec<Row<T>> = self.rows.next()?;
        rows.sort_unstable_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let placed = rows.into_iter().filter_map(|(member, held, reason, by, at, until, review, source)| {
            Some((*places.get(&member)?, held, edges::of((reason, by, at, until, review, source))))
        });
        Ok(placed.collect())
    }

    fn folders(&mut self) -> Result<Vec<Folder>> {
        type Row = (FolderId, Option<FolderId>, Text, Text, Option<MemberId>);
        let mut rows: Vec<Row> = self.rows.next()?;
        rows.sort_unstable_by_key(|row| row.0);
        let folder = |(id, parent, name, kind, owner)| Folder { id, parent, name, kind, owner };
        Ok(rows.into_iter().map(folder).collect())
    }

    fn fences(&mut self) -> Result<Vec<Fence>> {
        type Row = (FolderId, GroupId, Option<Text>, Option<AccountId>, At, Option<At>, Option<At>, EdgeSource);
        let mut rows: Vec<Row> = self.rows.next()?;
        rows.sort_unstable_by_key(|row| (row.0, row.1));
        let fence = |(folder, group, reason, by, at, until, review, source): Row| Fence {
            folder,
            group,
            edge: edges::of((reason, by, at, until, review, source)),
        };
        Ok(rows.into_iter().map(fence).collect())
    }

    fn grants(&mut self) -> Result<Vec<Grant>> {
        type Row = (
            GrantId,
            FolderId,
            Option<i64>,
            Option<i64>,
            String,
            String,
            Option<Text>,
            Option<AccountId>,
            At,
            Option<At>,
            Option<At>,
            EdgeSource,
        );
        let mut rows: Vec<Row> = self.rows.next()?;
        rows.sort_unstable_by_key(|row| row.0);
        let mut grants = Vec::with_capacity(rows.len());
        for (id, folder, member, group, key, way, reason, by, at, until, review, source) in rows {
            let Some(capability) = self.cap(&key) else { continue };
            let edge = edges::of((reason, by, at, until, review, source));
            let (subject, effect) = (subject(member, group)?, effect(&way)?);
            grants.push(Grant { id, folder, subject, capability, effect, edge });
        }
        Ok(grants)
    }
}
