//! What a row has before or after a change, with names: what screens put into words.

use super::{Delta, Edit};
use crate::domain::{
    edge::Edge,
    invitation::InvitationStatus,
    model::{Effect, MemberStatus},
    time::Timestamp,
    untrusted::Text,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Several of them, in the order they are told.
pub type Things = Vec<Thing>;

/// One thing that a row has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "thing", rename_all = "snake_case")]
pub enum Thing {
    Status {
        status: MemberStatus,
    },
    Owner,
    Role {
        name: Text,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    Group {
        name: Text,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// A direct permission.
    Permission {
        capability: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    Grant {
        effect: Effect,
        capability: String,
        folder: Text,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        review: Option<Timestamp>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    },
    Fence {
        group: Text,
        folder: Text,
    },
    /// A name of a person, group or folder.
    Name {
        name: Text,
    },
    Description {
        text: Text,
    },
    /// What a group adds.
    Adds {
        capability: String,
    },
    /// Who leads a group.
    Leader {
        group: Text,
        email: Text,
    },
    Folder {
        name: Text,
    },
    Invitation {
        status: InvitationStatus,
    },
    /// A link other than the one that was sent.
    NewLink,
    /// How many seconds an invitation can still be answered.
    Answerable {
        seconds: i64,
    },
}

/// What comes and goes by a change of one row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Sides {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Things,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Things,
}

impl Sides {
    /// What a delta takes and gives, at the moment it is made. Edges that have expired are left out: they do not exist.
    pub fn of(delta: &Delta, now: Timestamp) -> Self {
        let mut sides = Self::default();
        for edit in &delta.0 {
            sides.add(edit, now);
        }
        for side in [&mut sides.before, &mut sides.after] {
            side.sort_by_key(place);
            // A group that goes is told once, not for each of its members.
            side.dedup();
        }
        sides
    }

    fn add(&mut self, edit: &Edit, now: Timestamp) {
        let (before, after) = (&mut self.before, &mut self.after);
        let mut edges = |sides: [Option<&Edge>; 2], thing: &dyn Fn(&Edge) -> Thing| {
            for (list, edge) in [&mut *before, &mut *after].into_iter().zip(sides) {
                list.extend(edge.filter(|edge| edge.live(now)).map(thing));
            }
        };
        let until = |edge: &Edge| edge.terms.expires_at;
        match edit {
            Edit::Role { name, before, after, .. } => {
                edges([before.as_ref(), after.as_ref()], &|edge| Thing::Role { name: name.clone(), until: until(edge) })
            }
            Edit::InGroup { name, before, after, .. } => edges([before.as_ref(), after.as_ref()], &|edge| {
                Thing::Group { name: name.clone(), until: until(edge) }
            }),
            Edit::Direct { capability, before, after, .. } => edges([before.as_ref(), after.as_ref()], &|edge| {
                Thing::Permission { capability: capability.clone(), until: until(edge) }
            }),
            Edit::Grant { folder_name, capability, effect, before, after, .. } => {
                edges([before.as_ref(), after.as_ref()], &|edge| Thing::Grant {
                    effect: *effect,
                    capability: capability.clone(),
                    folder: folder_name.clone(),
                    until: until(edge),
                    review: edge.terms.review_at,
                    reason: edge.terms.reason.clone(),
                });
            }
            Edit::Fence { folder_name, group_name, before, after, .. } => {
                edges([before.as_ref(), after.as_ref()], &|_| Thing::Fence {
                    group: group_name.clone(),
                    folder: folder_name.clone(),
                });
            }
            Edit::Member { before: old, after: new, .. } => {
                let (was, is) = (old.as_ref(), new.as_ref());
                if was.map(|member| member.status) != is.map(|member| member.status) {
                    before.extend(was.map(|member| Thing::Status { status: member.status }));
                    after.extend(is.map(|member| Thing::Status { status: member.status }));
                }
                before.extend(was.filter(|member| member.owner).map(|_| Thing::Owner));
                after.extend(is.filter(|member| member.owner).map(|_| Thing::Owner));
            }
            Edit::Group { before: old, after: new, .. } => {
                for (list, group, other) in [(before, old, new), (after, new, old)] {
                    let Some(group) = group else { continue };
                    let other = other.as_ref();
                    if other.is_none_or(|other| other.name != group.name) {
                        list.push(Thing::Name { name: group.name.clone() });
                    }
                    if other.map_or(!group.description.is_empty(), |other| other.description != group.description) {
                        list.push(Thing::Description { text: group.description.clone() });
                    }
                    let adds = group.capabilities.iter();
                    let adds = adds.filter(|key| other.is_none_or(|other| !other.capabilities.contains(key)));
                    list.extend(adds.map(|key| Thing::Adds { capability: key.clone() }));
                    if other.and_then(|other| other.leader) != group.leader {
                        let email = group.leader_email.clone().filter(|_| group.leader.is_some());
                        list.extend(email.map(|email| Thing::Leader { group: group.name.clone(), email }));
                    }
                }
            }
            Edit::Folder { before: old, after: new, .. } => {
                let name = |folder: &super::FolderRecord| Thing::Folder { name: folder.name.clone() };
                if old.as_ref().map(|folder| &folder.name) != new.as_ref().map(|folder| &folder.name) {
                    before.extend(old.as_ref().map(name));
                    after.extend(new.as_ref().map(name));
                }
            }
            Edit::Name { before: old, after: new, .. } => {
                before.push(Thing::Name { name: old.clone() });
                after.push(Thing::Name { name: new.clone() });
            }
            Edit::Invitation { before: old, after: new, .. } => {
                let status = |record: &super::InvitationRecord| record.status.at(record.expires_at, now);
                let (was, is) = (old.as_ref().map(status), new.as_ref().map(status));
                if was != is {
                    before.extend(was.map(|status| Thing::Invitation { status }));
                    after.extend(is.map(|status| Thing::Invitation { status }));
                }
                if let (Some(old), Some(new)) = (old, new)
                    && old.link != new.link
                    && new.status.open()
                {
                    after.push(Thing::NewLink);
                }
                let open = new.as_ref().filter(|record| record.status.open());
                if let Some(new) = open.filter(|new| old.as_ref().is_none_or(|old| old.expires_at != new.expires_at)) {
                    after.push(Thing::Answerable { seconds: new.expires_at.since(now) });
                }
            }
        }
    }
}

/// Where a thing stands among those of a row: what somebody is first, then what they hold.
fn place(thing: &Thing) -> u8 {
    match thing {
        Thing::Name { .. } | Thing::Folder { .. } => 0,
        Thing::Description { .. } => 1,
        Thing::Leader { .. } => 2,
        Thing::Owner => 3,
        Thing::Invitation { .. } => 4,
        Thing::Status { .. } => 5,
        Thing::NewLink => 6,
        Thing::Answerable { .. } => 7,
        Thing::Role { .. } => 8,
        Thing::Group { .. } => 9,
        Thing::Permission { .. } => 10,
        Thing::Adds { .. } => 11,
        Thing::Grant { .. } | Thing::Fence { .. } => 12,
    }
}
