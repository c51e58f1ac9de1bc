//! Capabilities, the catalogue that names them, and sets of them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Keys that the rules themselves know (SPEC 4.2, 4.3); every pack must have them under these names.
pub mod key {
    pub const MEMBERS_READ: &str = "members.read";
    pub const MEMBERS_INVITE: &str = "members.invite";
    pub const MEMBERS_MANAGE: &str = "members.manage";
    pub const GROUPS_MANAGE: &str = "groups.manage";
    pub const FOLDERS_MANAGE: &str = "folders.manage";
    pub const ROLES_MANAGE: &str = "roles.manage";
    pub const GRANTS_MANAGE: &str = "grants.manage";
    pub const AUDIT_READ: &str = "audit.read";
    pub const ALL: [&str; 8] = [
        MEMBERS_READ,
        MEMBERS_INVITE,
        MEMBERS_MANAGE,
        GROUPS_MANAGE,
        FOLDERS_MANAGE,
        ROLES_MANAGE,
        GRANTS_MANAGE,
        AUDIT_READ,
    ];
}

/// One permission of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Capability {
    /// Its name in code, API and command line: `content.write`.
    pub key: String,
    /// Its name on screen: `Content · edit`.
    pub label: String,
    /// The heading it stands under: `Content`.
    pub category: String,
    /// Whether it can be granted in a folder.
    pub per_folder: bool,
    /// Whether it gives power over people or rules (SPEC 1).
    #[serde(default)]
    pub managing: bool,
}

/// A capability's place in its catalogue; only meaningful with that catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cap(pub u8);

/// How many capabilities a catalogue may hold: the width of [`CapSet`].
pub const MAX_CAPABILITIES: usize = 128;

/// All capabilities of a workspace, in the order they are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    all: Vec<Capability>,
}

impl Catalogue {
    /// A catalogue of at most [`MAX_CAPABILITIES`] capabilities with different keys.
    pub fn new(all: Vec<Capability>) -> Result<Self, String> {
        if all.len() > MAX_CAPABILITIES {
            return Err(format!("a catalogue holds at most {MAX_CAPABILITIES} capabilities"));
        }
        for (i, one) in all.iter().enumerate() {
            if all[..i].iter().any(|other| other.key == one.key) {
                return Err(format!("capability {} is named twice", one.key));
            }
        }
        Ok(Self { all })
    }

    /// The place of the capability with this key.
    pub fn find(&self, key: &str) -> Option<Cap> {
        self.all.iter().position(|c| c.key == key).map(|i| Cap(i as u8))
    }

    /// The capability at a place.
    pub fn get(&self, cap: Cap) -> &Capability {
        &self.all[cap.0 as usize]
    }

    /// Every capability with its place, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Cap, &Capability)> {
        self.all.iter().enumerate().map(|(i, c)| (Cap(i as u8), c))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of them as a set.
    pub fn everything(&self) -> CapSet {
        self.iter().map(|(cap, _)| cap).collect()
    }

    /// Capabilities that are marked managing. Held by an organisation role they count in every workspace
    /// (SPEC 3.7).
    pub fn managing(&self) -> CapSet {
        self.iter().filter(|(_, one)| one.managing).map(|(cap, _)| cap).collect()
    }

    /// Capabilities that can be granted in a folder.
    pub fn per_folder(&self) -> CapSet {
        self.iter().filter(|(_, one)| one.per_folder).map(|(cap, _)| cap).collect()
    }

    /// The set named by these keys; an unknown key is the error.
    pub fn set<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> Result<CapSet, String> {
        keys.into_iter().map(|key| self.find(key).ok_or_else(|| key.to_owned())).collect()
    }

    /// The keys of a set, in catalogue order.
    pub fn keys(&self, set: CapSet) -> Vec<String> {
        set.iter().map(|cap| self.get(cap).key.clone()).collect()
    }
}

/// The bit of a capability; none for a place that no catalogue has.
fn bit(cap: Cap) -> u128 {
    1_u128.checked_shl(u32::from(cap.0)).unwrap_or(0)
}

/// A set of capabilities of one catalogue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct CapSet(pub u128);

impl CapSet {
    /// No capability.
    pub const EMPTY: Self = Self(0);

    /// Whether the set holds `cap`.
    pub fn has(self, cap: Cap) -> bool {
        self.0 & bit(cap) != 0
    }

    /// The set with `cap` as well.
    #[must_use]
    pub fn with(self, cap: Cap) -> Self {
        Self(self.0 | bit(cap))
    }

    /// The set without `cap`.
    #[must_use]
    pub fn without(self, cap: Cap) -> Self {
        Self(self.0 & !bit(cap))
    }

    /// What either holds.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What this holds and `other` does not.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// What both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those of the set that stand before `cap` in the catalogue.
    #[must_use]
    pub fn below(self, cap: Cap) -> Self {
        Self(self.0 & bit(cap).wrapping_sub(1))
    }

    /// Whether everything here is in `other`.
    pub fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether nothing is here.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many are here.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The capabilities here, in catalogue order.
    pub fn iter(self) -> impl Iterator<Item = Cap> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            (rest != 0).then(|| {
                let cap = Cap(rest.trailing_zeros() as u8);
                rest &= rest - 1;
                cap
            })
        })
    }
}

impl FromIterator<Cap> for CapSet {
    fn from_iter<I: IntoIterator<Item = Cap>>(caps: I) -> Self {
        caps.into_iter().fold(Self::EMPTY, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_mark_alone_makes_a_capability_managing(marks in proptest::collection::vec(any::<bool>(), 0..=MAX_CAPABILITIES)) {
            let areas = ["members", "audit", "content", "groups"];
            let capability = |(at, managing): (usize, &bool)| Capability {
                key: format!("{}.{at}", areas[at % areas.len()]),
                label: String::new(),
                category: String::new(),
                per_folder: false,
                managing: *managing,
            };
            let catalogue = Catalogue::new(marks.iter().enumerate().map(capability).collect()).unwrap();
            for (cap, one) in catalogue.iter() {
                prop_assert_eq!(catalogue.managing().has(cap), one.managing);
            }
            prop_assert_eq!(catalogue.managing().len(), marks.iter().filter(|mark| **mark).count());
        }
    }
}
