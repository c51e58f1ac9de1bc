//! A snapshot laid out for questions: dense numbers instead of identifiers, grants by folder and
//! capability, members' edges in one run. Decides nothing.
//!
//! A question walks from its folder up to the root. Each folder knows which capabilities are granted
//! on it and, of its whole path, which are granted anywhere: most questions touch no grant at all.

mod build;

use crate::domain::{
    capability::{Cap, CapSet},
    edge::Edge,
    id::{FolderId, GrantId, GroupId, MemberId, RoleId},
    model::{Member, Snapshot},
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

    fn write_u32(&mut self, id: u32) {
        self.write_u64(u64::from(id));
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
    /// Folders with a grant for a subject, what of, and which row it is; sorted, so that a subject's are one run.
    reaches: Vec<(u32, u32, Cap, u32)>,
    /// Folders with a fence.
    fenced: Vec<u32>,
}

impl Index {
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
        self.numbered_path(number).map(|(_, node)| node)
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
            let reached = self.reached(subject).iter().filter(|reach| caps.has(reach.2));
            places.extend(reached.map(|reach| reach.1));
        }
        places
    }

    fn reached(&self, subject: u32) -> &[(u32, u32, Cap, u32)] {
        let from = self.reaches.partition_point(|reach| reach.0 < subject);
        let length = self.reaches[from..].partition_point(|reach| reach.0 == subject);
        &self.reaches[from..from + length]
    }

    /// What live grants allow and deny a person, folder by folder: for many questions about one person.
    pub fn grants_of(&self, person: &Person, now: Timestamp) -> IdMap<u32, (CapSet, CapSet)> {
        let mut here: IdMap<u32, (CapSet, CapSet)> = IdMap::default();
        for subject in std::iter::once(person.number).chain(self.groups(person, now).map(|group| group | GROUP)) {
            for &(_, node, cap, row) in self.reached(subject) {
                let row = &self.rows[row as usize];
                if row.end.live(now) {
                    let (allowed, denied) = here.entry(node).or_default();
                    let side = if row.deny { denied } else { allowed };
                    *side = side.with(cap);
                }
            }
        }
        here
    }

    /// As `path`, with numbers.
    pub fn numbered_path(&self, number: u32) -> impl Iterator<Item = (u32, &Node)> {
        let mut at = number;
        std::iter::from_fn(move || {
            let (number, node) = (at, self.nodes.get(at as usize)?);
            at = node.parent;
            Some((number, node))
        })
    }

    /// The snapshot's member behind a number.
    pub fn member<'a>(&self, snapshot: &'a Snapshot, person: &Person) -> &'a Member {
        &snapshot.members[person.number as usize]
    }
}
