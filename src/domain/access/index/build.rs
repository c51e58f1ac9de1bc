//! Laying a snapshot out.

use super::{End, GROUP, Gate, IdMap, Index, Link, NONE, Node, Person, Row};
use crate::domain::{
    capability::{Cap, CapSet},
    id::{GroupId, RoleId},
    model::{Effect, Snapshot, Subject},
};

/// Numbers given to identifiers in the order met.
struct Numbers<K>(IdMap<K, u32>);

impl<K: std::hash::Hash + Eq> Numbers<K> {
    fn of(&mut self, id: K) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(id).or_insert(next)
    }
}

impl Index {
    pub fn new(snapshot: &Snapshot) -> Self {
        let mut index = Self {
            people: Vec::with_capacity(snapshot.members.len()),
            person_of: IdMap::default(),
            links: Vec::new(),
            roles: snapshot.roles.iter().map(|role| (role.id, role.capabilities)).collect(),
            groups: Vec::new(),
            nodes: Vec::new(),
            node_of: IdMap::default(),
            rows: Vec::new(),
            runs: Vec::new(),
            gates: Vec::new(),
            reaches: Vec::new(),
            fenced: Vec::new(),
        };
        // A group that an edge names but the snapshot lacks gives nothing, yet a deny for it counts.
        let mut group_of = Numbers(IdMap::default());
        for group in &snapshot.groups {
            if group_of.of(group.id) as usize == index.groups.len() {
                index.groups.push((group.id, group.capabilities));
            }
        }
        index.add_people(snapshot, &mut group_of);
        let downwards = index.add_folders(snapshot);
        index.add_grants(snapshot, &mut group_of);
        index.add_fences(snapshot, &mut group_of);
        index.sum_paths(&downwards);
        let known = index.groups.len();
        let mut unknown: Vec<_> = group_of.0.into_iter().filter(|&(_, number)| number as usize >= known).collect();
        unknown.sort_unstable_by_key(|&(_, number)| number);
        index.groups.extend(unknown.into_iter().map(|(id, _)| (id, CapSet::EMPTY)));
        index
    }

    fn add_people(&mut self, snapshot: &Snapshot, group_of: &mut Numbers<GroupId>) {
        let role_of: IdMap<RoleId, u32> = self.roles.iter().zip(0..).map(|((id, _), number)| (*id, number)).collect();
        for member in &snapshot.members {
            let number = self.people.len() as u32;
            self.person_of.insert(member.id, number);
            let begin = self.links.len();
            for (role, edge) in &member.roles {
                if let Some(&role) = role_of.get(role) {
                    self.link(begin, Link::Role(role), End::of(edge));
                }
            }
            let groups = self.links.len();
            for (group, edge) in &member.groups {
                self.link(groups, Link::Group(group_of.of(*group)), End::of(edge));
            }
            let directs = self.links.len();
            for (cap, edge) in &member.direct {
                self.link(directs, Link::Direct(*cap), End::of(edge));
            }
            self.people.push(Person {
                number,
                active: member.active(),
                owner: member.owner,
                links: [begin, groups, directs, self.links.len()].map(|at| at as u32),
                organisation: !member.org_roles.is_empty(),
            });
        }
    }

    /// Adds a link, once: of two edges to the same thing the longer one counts.
    fn link(&mut self, from: usize, link: Link, end: End) {
        match self.links[from..].iter_mut().find(|(other, _)| *other == link) {
            Some((_, other)) => *other = end.max(*other),
            None => self.links.push((link, end)),
        }
    }

    /// Adds the tree; returns the folders in an order in which parents come first.
    fn add_folders(&mut self, snapshot: &Snapshot) -> Vec<u32> {
        for folder in &snapshot.folders {
            self.node_of.insert(folder.id, self.nodes.len() as u32);
            self.nodes.push(Node {
                id: folder.id,
                parent: NONE,
                sound: folder.parent.is_none(),
                fenced: false,
                path_fenced: false,
                caps: CapSet::EMPTY,
                path_caps: CapSet::EMPTY,
                runs: 0,
                gates: [0, 0],
            });
        }
        for (at, folder) in snapshot.folders.iter().enumerate() {
            self.nodes[at].parent = folder.parent.and_then(|id| self.node_of.get(&id).copied()).unwrap_or(NONE);
        }
        // Soundness flows down from the roots, in time linear in the tree.
        let mut settled = vec![false; self.nodes.len()];
        let (mut chain, mut downwards) = (Vec::new(), Vec::with_capacity(self.nodes.len()));
        for start in 0..self.nodes.len() {
            let mut at = start as u32;
            while at != NONE && !settled[at as usize] {
                settled[at as usize] = true;
                chain.push(at);
                at = self.nodes[at as usize].parent;
            }
            // A walk that comes back to itself stops at a folder not yet found sound.
            let mut sound = at != NONE && self.nodes[at as usize].sound;
            while let Some(at) = chain.pop() {
                sound |= self.nodes[at as usize].sound;
                self.nodes[at as usize].sound = sound;
                downwards.push(at);
            }
        }
        downwards
    }

    fn add_grants(&mut self, snapshot: &Snapshot, group_of: &mut Numbers<GroupId>) {
        let mut placed: Vec<(u32, Cap, Row)> = Vec::with_capacity(snapshot.grants.len());
        for grant in &snapshot.grants {
            let subject = match grant.subject {
                Subject::Member(id) => self.person_of.get(&id).copied(),
                Subject::Group(id) => Some(group_of.of(id) | GROUP),
            };
            if let (Some(subject), Some(&node)) = (subject, self.node_of.get(&grant.folder)) {
                let (deny, end) = (grant.effect == Effect::Deny, End::of(&grant.edge));
                placed.push((node, grant.capability, Row { subject, deny, end, grant: grant.id }));
            }
        }
        placed.sort_unstable_by_key(|(node, cap, row)| (*node, *cap, row.subject, row.grant));
        self.reaches = placed.iter().zip(0..).map(|((node, cap, row), at)| (row.subject, *node, *cap, at)).collect();
        self.reaches.sort_unstable();
        let mut before = None;
        for (node, cap, row) in placed {
            if before != Some((node, cap)) {
                let at = &mut self.nodes[node as usize];
                if at.caps.is_empty() {
                    at.runs = self.runs.len() as u32;
                }
                at.caps = at.caps.with(cap);
                self.runs.push(self.rows.len() as u32);
                before = Some((node, cap));
            }
            self.rows.push(row);
        }
        self.runs.push(self.rows.len() as u32);
    }

    fn add_fences(&mut self, snapshot: &Snapshot, group_of: &mut Numbers<GroupId>) {
        let mut placed: Vec<(u32, Gate)> = Vec::with_capacity(snapshot.fences.len());
        for fence in &snapshot.fences {
            if let Some(&node) = self.node_of.get(&fence.folder) {
                placed.push((node, Gate { group: group_of.of(fence.group), end: End::of(&fence.edge) }));
            }
        }
        placed.sort_by_key(|(node, _)| *node);
        for (node, gate) in placed {
            let at = &mut self.nodes[node as usize];
            if !at.fenced {
                at.fenced = true;
                at.gates[0] = self.gates.len() as u32;
                self.fenced.push(node);
            }
            self.gates.push(gate);
            at.gates[1] = self.gates.len() as u32;
        }
    }

    /// What each folder's whole path grants and fences.
    fn sum_paths(&mut self, downwards: &[u32]) {
        for &at in downwards {
            let node = &self.nodes[at as usize];
            let (mut caps, mut fenced) = (node.caps, node.fenced);
            if let Some(parent) = self.nodes.get(node.parent as usize) {
                caps = caps.union(parent.path_caps);
                fenced |= parent.path_fenced;
            }
            let node = &mut self.nodes[at as usize];
            (node.path_caps, node.path_fenced) = (caps, fenced);
        }
    }
}
