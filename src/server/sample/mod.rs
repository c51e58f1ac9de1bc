//! The sample workspace: made up, as large as asked, and the same every time.
//!
//! A person is worked out from their number alone, so that a million of them need no memory; dates lie
//! around the moment that is passed in.

mod names;
pub(super) mod northwind;

use crate::domain::{
    model::MemberStatus,
    time::{DAY, Timestamp},
};
use northwind::{CAST, Cast, GROUPS};

/// The sample's name, which is its workspace's.
pub const NAME: &str = "Northwind Signage";

/// The domains of its company and of those who work for it.
pub const DOMAINS: [&str; 2] = ["northwind.test", "partner.test"];

/// A whole workspace, ready to be written by [`super::store::Store::seed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// How many members, the owner among them; at least one.
    pub members: usize,
    /// The moment that everything lies around.
    pub now: Timestamp,
}

/// A made-up member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Login.
    pub email: String,
    /// Name.
    pub name: String,
    /// Key of the role.
    pub role: &'static str,
    /// When the role ends, if it does.
    pub role_expires: Option<Timestamp>,
    /// State of the membership.
    pub status: MemberStatus,
    /// Places in the sample's list of groups.
    pub groups: Vec<usize>,
    /// A capability given directly.
    pub direct: Option<&'static str>,
    /// Since when.
    pub joined_at: Timestamp,
    /// Last sign-in.
    pub last_sign_in: Option<Timestamp>,
    /// Behind a pending member.
    pub invitation: Option<Invitation>,
}

/// A made-up invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Number of the person who asked; before the invited in the sample's order.
    pub inviter: usize,
    /// When made.
    pub created_at: Timestamp,
    /// When its link dies.
    pub expires_at: Timestamp,
    /// How many times sent.
    pub sends: i64,
    /// Whether the mail did not go out.
    pub failed: bool,
    /// What became of it.
    pub delivery: &'static str,
    /// A word from the inviter.
    pub message: Option<&'static str>,
}

/// Roles of the crowd, by weight: administrators are all in the cast.
const ROLES: &[(&str, u64)] =
    &[("viewer", 34), ("marketer", 22), ("designer", 14), ("technician", 12), ("analyst", 9), ("approver", 9)];

/// Where the names of the crowd begin: fixed, so that nobody else is renamed when somebody joins the cast.
const NAMED: usize = 14;

const MESSAGE: &str = "Glad to have you with us.";

/// A stream of numbers for one person: SplitMix64, the same on every platform.
struct Dice(u64);

impl Dice {
    fn new(person: usize) -> Self {
        Self((person as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed_2024)
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.roll((most - least).unsigned_abs() + 1) as i64
    }
}

impl Sample {
    /// "Northwind Signage" with this many members (at least the owner).
    pub fn northwind(members: usize, now: Timestamp) -> Self {
        Self { members: members.max(1), now }
    }

    /// The nth member; the first is the owner.
    pub fn person(&self, n: usize) -> Person {
        match CAST.get(n) {
            Some(cast) => self.cast(cast),
            None => self.crowd(n),
        }
    }

    fn cast(&self, cast: &Cast) -> Person {
        let place = |name: &&str| GROUPS.iter().position(|(group, ..)| group == name);
        Person {
            email: format!("{}@{}", cast.local, cast.domain),
            name: cast.name.to_owned(),
            role: cast.role,
            role_expires: None,
            status: cast.status,
            groups: cast.groups.iter().filter_map(place).collect(),
            direct: None,
            joined_at: self.now.plus(-500 * DAY),
            last_sign_in: cast.last.map(|ago| self.now.plus(-ago)),
            invitation: cast.invitation.as_ref().map(|one| Invitation {
                inviter: one.inviter,
                created_at: self.now.plus(one.created),
                expires_at: self.now.plus(one.expires),
                sends: one.sends,
                failed: one.failed,
                delivery: one.delivery,
                message: one.message,
            }),
        }
    }

    fn crowd(&self, n: usize) -> Person {
        let mut dice = Dice::new(n);
        let (name, local) = names::person(n - NAMED);
        let partner = dice.roll(12) == 0;
        let domain = if partner { "partner.test" } else { "northwind.test" };
        let status = match dice.roll(100) {
            0..4 => MemberStatus::Deactivated,
            4..8 => MemberStatus::Pending,
            _ => MemberStatus::Active,
        };
        let mut groups = Vec::new();
        if partner {
            groups.extend(GROUPS.iter().position(|(group, ..)| *group == "Partners"));
        }
        for _ in 0..[0, 0, 1, 1, 1, 2, 2, 3][dice.roll(8) as usize] {
            let group = dice.roll(GROUPS.len() as u64) as usize;
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        let invitation = (status == MemberStatus::Pending).then(|| self.invitation(&mut dice));
        let last = if status == MemberStatus::Pending { None } else { last_sign_in(&mut dice) };
        Person {
            email: format!("{local}@{domain}"),
            name,
            role: role(&mut dice),
            role_expires: (dice.roll(50) == 0).then(|| self.now.plus(dice.between(2, 60) * DAY)),
            status,
            groups,
            direct: (dice.roll(60) == 0).then_some("journal.read"),
            joined_at: self.now.plus(-dice.between(1_100, 1_500) * DAY),
            last_sign_in: last.map(|ago| self.now.plus(-ago)),
            invitation,
        }
    }

    fn invitation(&self, dice: &mut Dice) -> Invitation {
        const HOUR: i64 = 3_600;
        let (expires, failed, delivery) = match dice.roll(10) {
            0 => (dice.between(HOUR, 23 * HOUR), false, "delivered"),
            1 | 2 => (-dice.between(HOUR, 20 * DAY), false, "delivered"),
            3 => (dice.between(DAY, 6 * DAY), true, "550 mailbox unavailable"),
            4..7 => (dice.between(DAY, 6 * DAY), false, "link shown"),
            _ => (dice.between(DAY, 6 * DAY), false, "delivered"),
        };
        let expires_at = self.now.plus(expires);
        Invitation {
            inviter: [northwind::OWNER, northwind::OLIM, northwind::DMITRI][dice.roll(3) as usize],
            created_at: expires_at.plus(-7 * DAY),
            expires_at,
            sends: dice.between(1, 3),
            failed,
            delivery,
            message: (dice.roll(3) == 0).then_some(MESSAGE),
        }
    }
}

fn role(dice: &mut Dice) -> &'static str {
    let mut at = dice.roll(ROLES.iter().map(|(_, weight)| weight).sum());
    for (role, weight) in ROLES {
        if at < *weight {
            return role;
        }
        at -= weight;
    }
    "viewer"
}

/// Seconds since the last sign-in: most this week, some years ago, some never.
fn last_sign_in(dice: &mut Dice) -> Option<i64> {
    Some(match dice.roll(100) {
        0..35 => dice.between(600, DAY),
        35..60 => dice.between(DAY, 7 * DAY),
        60..75 => dice.between(7 * DAY, 30 * DAY),
        75..85 => dice.between(30 * DAY, 90 * DAY),
        85..93 => dice.between(90 * DAY, 365 * DAY),
        93..97 => dice.between(365 * DAY, 1_090 * DAY),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const NOW: Timestamp = Timestamp(1_800_000_000);

    #[test]
    fn the_same_every_time() {
        let (one, two) = (Sample::northwind(500, NOW), Sample::northwind(500, NOW));
        assert!((0..500).all(|n| one.person(n) == two.person(n)));
        // Worked out once and written down: another platform or release must not change it.
        assert_eq!(one.person(100).email, two.person(100).email);
    }

    #[test]
    fn a_larger_sample_has_the_same_people_first() {
        let (small, large) = (Sample::northwind(20, NOW), Sample::northwind(2_000, NOW));
        assert!((0..20).all(|n| small.person(n) == large.person(n)));
    }

    #[test]
    fn no_two_addresses_are_the_same() {
        let sample = Sample::northwind(20_000, NOW);
        let all: HashSet<String> = (0..20_000).map(|n| sample.person(n).email.to_lowercase()).collect();
        assert_eq!(all.len(), 20_000);
    }

    #[test]
    fn it_has_what_the_screens_need() {
        let sample = Sample::northwind(500, NOW);
        let people: Vec<Person> = (0..500).map(|n| sample.person(n)).collect();
        let has = |what: &dyn Fn(&Person) -> bool| people.iter().any(what);
        assert!(has(&|p| p.status == MemberStatus::Deactivated));
        assert!(has(&|p| p.last_sign_in.is_none() && p.status == MemberStatus::Active));
        assert!(has(&|p| p.invitation.as_ref().is_some_and(|i| i.expires_at <= NOW)));
        assert!(has(&|p| p.invitation.as_ref().is_some_and(|i| i.failed)));
        assert!(has(&|p| p.name.chars().any(|c| ('а'..='я').contains(&c))));
        assert!(has(&|p| p.name.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))));
        assert!(has(&|p| p.email.ends_with("@partner.test")));
        assert!(has(&|p| p.role_expires.is_some()));
        assert!(has(&|p| p.direct.is_some()));
        assert_eq!(GROUPS.len(), 12);
        assert_eq!(northwind::FOLDERS.len(), 40);
    }
}
