//! A snapshot laid out for questions: dense numbers instead of identifiers, grants by folder and
//! capability, members' edges in one run. Decides nothing.
//!
//! A question walks from its folder up to the root. Each folder knows which capabilities are granted
//! on it and, of its whole path, which are granted anywhere: most questions touch no grant at all.

use super::super::{
    capability::{Cap, CapSet},
    edge::Edge,
    id::{FolderId, GrantId, GroupId, MemberId, RoleId},
    model::{Effect, Member, Snapshot, Subject},
    time::Timestamp,
};
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

/// No folder: the parent of a root.
const NONE: u32 = u32::MAX;
/// Set in the number of a subject that is a group.
const GROUP: u32 = 1 << 31;
/// Above this many grants of one folder and capability, subjects are searched for rather than compared.
const SCAN: usize = 24;

/// Hashes the store's own identifiers: nobody outside chooses them, so one multiplication will do.
#[derive(Default)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_i64(&mut self, id: i64) {
        self.write_u64(id.cast_unsigned());
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = (self.0.rotate_left(5) ^ id).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// A map from identifiers.
pub(crate) type IdMap<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;

/// The end of an edge's life as one number; `i64::MAX` never comes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct End(i64);

impl End {
    fn of(edge: &Edge) -> Self {
        Self(edge.terms.expires_at.map_or(i64::MAX, |end| end.0))
    }

    /// Whether an edge with this end exists at `now`.
    pub fn live(self, now: Timestamp) -> bool {
        now.0 < self.0 || self.0 == i64::MAX
    }
}

/// What gives a member capabilities across the workspace.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// A role, by number.
    Role(u32),
    /// A group, by number.
    Group(u32),
    /// A direct permission.
    Direct(Cap),
}

/// A member, by number.
pub(super) struct Person {
    pub number: u32,
    pub active: bool,
    pub owner: bool,
    /// Where the links begin, the groups among them begin and end, and the links end.
    links: [u32; 4],
    /// Whether there are roles of the organisation to look at.
    pub organisation: bool,
}

/// A folder, by number.
pub(super) struct Node {
    pub id: FolderId,
    parent: u32,
    /// Whether the parents lead to a root: not into a circle, not out of the snapshot.
    pub sound: bool,
    /// Whether a fence stands here, and here or above.
    fenced: bool,
    pub path_fenced: bool,
    /// Capabilities granted here, and here or above.
    caps: CapSet,
    pub path_caps: CapSet,
    /// Where the starts of this folder's runs of grants begin, one run a capability of `caps`.
    runs: u32,
    /// Fences of this folder.
    gates: [u32; 2],
}

/// A grant, as the walk meets it.
pub(super) struct Row {
    subject: u32,
    pub deny: bool,
    end: End,
    pub grant: GrantId,
}

/// A group let through a fence.
struct Gate {
    group: u32,
    end: End,
}

/// The whole layout.
pub(super) struct Index {
    people: Vec<Person>,
    person_of: IdMap<MemberId, u32>,
    links: Vec<(Link, End)>,
    roles: Vec<(RoleId, CapSet)>,
    groups: Vec<(GroupId, CapSet)>,
    nodes: Vec<Node>,
    node_of: IdMap<FolderId, u32>,
    rows: Vec<Row>,
    runs: Vec<u32>,
    gates: Vec<Gate>,
    /// Folders with a grant for a subject, by subject; sorted, so that a subject's are one run.
    reaches: Vec<(u32, u32, Cap)>,
    /// Folders with a fence.
    fenced: Vec<u32>,
}

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
        self.reaches = placed.iter().map(|(node, cap, row)| (row.subject, *node, *cap)).collect();
        self.reaches.sort_unstable();
        self.reaches.dedup();
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

    pub fn person(&self, id: MemberId) -> Option<&Person> {
        self.person_of.get(&id).map(|&number| &self.people[number as usize])
    }

    pub fn people(&self) -> &[Person] {
        &self.people
    }

    pub fn number(&self, id: FolderId) -> Option<u32> {
        self.node_of.get(&id).copied()
    }

    pub fn node(&self, number: u32) -> &Node {
        &self.nodes[number as usize]
    }

    /// A sound folder and those it is in, nearest first.
    pub fn path(&self, number: u32) -> impl Iterator<Item = &Node> {
        let mut at = number;
        std::iter::from_fn(move || {
            let node = self.nodes.get(at as usize)?;
            at = node.parent;
            Some(node)
        })
    }

    /// Everything that links a person to capabilities at `now`, roles first, then groups, then direct.
    pub fn links(&self, person: &Person, now: Timestamp) -> impl Iterator<Item = Link> {
        let [begin, .., end] = person.links;
        self.links[begin as usize..end as usize].iter().filter(move |(_, end)| end.live(now)).map(|(link, _)| *link)
    }

    fn in_group(&self, person: &Person, group: u32, now: Timestamp) -> bool {
        let [_, begin, end, _] = person.links;
        let groups = &self.links[begin as usize..end as usize];
        groups.iter().any(|&(link, end)| link == Link::Group(group) && end.live(now))
    }

    fn groups(&self, person: &Person, now: Timestamp) -> impl Iterator<Item = u32> {
        self.links(person, now).filter_map(|link| match link {
            Link::Group(number) => Some(number),
            _ => None,
        })
    }

    pub fn role(&self, number: u32) -> (RoleId, CapSet) {
        self.roles[number as usize]
    }

    pub fn group(&self, number: u32) -> (GroupId, CapSet) {
        self.groups[number as usize]
    }

    /// Calls `found` with every live grant of `cap` on `node` itself that names the person or a group of theirs.
    pub fn grants(&self, node: &Node, cap: Cap, person: &Person, now: Timestamp, mut found: impl FnMut(&Row)) {
        if !node.caps.has(cap) {
            return;
        }
        let run = node.runs as usize + node.caps.below(cap).len();
        let rows = &self.rows[self.runs[run] as usize..self.runs[run + 1] as usize];
        if rows.len() <= SCAN {
            for row in rows {
                let theirs = row.subject == person.number
                    || (row.subject & GROUP != 0 && self.in_group(person, row.subject & !GROUP, now));
                if theirs && row.end.live(now) {
                    found(row);
                }
            }
            return;
        }
        for subject in std::iter::once(person.number).chain(self.groups(person, now).map(|group| group | GROUP)) {
            let from = rows.partition_point(|row| row.subject < subject);
            rows[from..]
                .iter()
                .take_while(|row| row.subject == subject)
                .filter(|row| row.end.live(now))
                .for_each(&mut found);
        }
    }

    /// Capabilities granted on a folder itself, to anyone.
    pub fn granted_on(&self, node: &Node) -> CapSet {
        node.caps
    }

    /// Whether a fence on `node` itself keeps the person out: one stands, and none of its groups is theirs.
    pub fn keeps_out(&self, node: &Node, person: &Person, now: Timestamp) -> bool {
        if !node.fenced {
            return false;
        }
        let gates = &self.gates[node.gates[0] as usize..node.gates[1] as usize];
        let mut standing = gates.iter().filter(|gate| gate.end.live(now)).peekable();
        standing.peek().is_some() && !standing.any(|gate| self.in_group(person, gate.group, now))
    }

    /// Folders where the person's access to any of `caps` may differ from the folder above: those with a
    /// grant that names them or any group they are or were in, and every fenced one. Numbers, unsorted.
    pub fn places(&self, person: &Person, caps: CapSet) -> Vec<u32> {
        let [_, begin, end, _] = person.links;
        let groups = self.links[begin as usize..end as usize].iter().filter_map(|(link, _)| match link {
            Link::Group(group) => Some(group | GROUP),
            _ => None,
        });
        let mut places = self.fenced.clone();
        for subject in std::iter::once(person.number).chain(groups) {
            let from = self.reaches.partition_point(|reach| reach.0 < subject);
            let reached = self.reaches[from..].iter().take_while(|reach| reach.0 == subject);
            places.extend(reached.filter(|reach| caps.has(reach.2)).map(|reach| reach.1));
        }
        places
    }

    /// The snapshot's member behind a number.
    pub fn member<'a>(&self, snapshot: &'a Snapshot, person: &Person) -> &'a Member {
        &snapshot.members[person.number as usize]
    }
}
