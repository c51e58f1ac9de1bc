//! An invitation's state, and what about it wants attention (SPEC 5): the words that the board, its
//! filter and the command line share.

use super::time::{DAY, Timestamp};
use serde::{
    Deserialize, Serialize,
    de::value::{Error, StrDeserializer},
};
use utoipa::ToSchema;

/// State of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationStatus {
    /// Sent (or its link shown), waiting.
    Sent,
    /// Accepted; final.
    Accepted,
    /// Declined by the person; final.
    Declined,
    /// Cancelled here; final.
    Cancelled,
    /// Past its expiry.
    Expired,
    /// The mail did not go out.
    Failed,
}

impl InvitationStatus {
    /// All, those that somebody has to see to first: the order of the board by state.
    pub const ALL: [Self; 6] =
        [Self::Failed, Self::Expired, Self::Sent, Self::Accepted, Self::Declined, Self::Cancelled];

    /// Those that are not settled: what the board shows unless it is asked for a state.
    pub const OPEN: [Self; 3] = [Self::Failed, Self::Expired, Self::Sent];

    /// Its name in filters and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }

    /// By its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether it can still be sent again, edited and cancelled.
    pub fn open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// The state by the clock: past its expiry it is expired, whether or not anybody has noticed.
    #[must_use]
    pub fn at(self, expires_at: Timestamp, now: Timestamp) -> Self {
        if self == Self::Sent && expires_at <= now { Self::Expired } else { self }
    }
}

/// Something about an open invitation that wants attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationFlag {
    /// Expires within 24 hours.
    Expiring,
    /// Expired.
    Expired,
    /// The mail failed.
    Failed,
    /// A role or group that manages people, roles, groups or grants waits behind it.
    Privileged,
    /// The inviter is gone, may no longer invite, or no longer holds what it would hand out.
    InviterGone,
    /// Not an address of a company domain.
    ForeignDomain,
    /// The address looks like an administrator's.
    LookAlike,
}

impl InvitationFlag {
    /// All, the most serious first: who may be let in by mistake, then what will let nobody in, then
    /// what is worth knowing.
    pub const ALL: [Self; 7] = [
        Self::LookAlike,
        Self::Privileged,
        Self::InviterGone,
        Self::Failed,
        Self::Expired,
        Self::Expiring,
        Self::ForeignDomain,
    ];

    /// Its name in filters.
    pub fn name(self) -> &'static str {
        match self {
            Self::Expiring => "expiring",
            Self::Expired => "expired",
            Self::Failed => "failed",
            Self::Privileged => "privileged",
            Self::InviterGone => "inviter-gone",
            Self::ForeignDomain => "foreign",
            Self::LookAlike => "look-alike",
        }
    }

    /// By its name in filters, the one that the wire has, `look_alike`, or a beginning that no other has, `priv`.
    pub fn named(name: &str) -> Option<Self> {
        let wire = || Self::deserialize(StrDeserializer::<Error>::new(name)).ok();
        let begun = || {
            let mut begun = Self::ALL.into_iter().filter(|flag| flag.name().starts_with(name));
            begun.next().filter(|_| begun.next().is_none())
        };
        Self::ALL.into_iter().find(|flag| flag.name() == name).or_else(wire).or_else(begun)
    }

    /// How serious it is, as a bit: the sum over an invitation's flags orders the board by them, so
    /// that no number of lesser flags outweighs a greater one.
    pub fn weight(self) -> i64 {
        let place = Self::ALL.iter().position(|flag| *flag == self).unwrap_or(Self::ALL.len() - 1);
        1 << (Self::ALL.len() - 1 - place)
    }

    /// The flags whose weights add up to this, the most serious first.
    pub fn of_weight(sum: i64) -> Vec<Self> {
        Self::ALL.into_iter().filter(|flag| sum & flag.weight() != 0).collect()
    }
}

/// The flags as they are at a moment: those that follow the clock are told again, the others stay.
pub fn flags_at(
    flags: &[InvitationFlag],
    status: InvitationStatus,
    expires_at: Timestamp,
    now: Timestamp,
) -> Vec<InvitationFlag> {
    let status = status.at(expires_at, now);
    let holds = |flag: InvitationFlag| match flag {
        InvitationFlag::Expired => status == InvitationStatus::Expired,
        InvitationFlag::Expiring => status == InvitationStatus::Sent && expires_at.since(now) <= DAY,
        other => flags.contains(&other),
    };
    InvitationFlag::ALL.into_iter().filter(|flag| holds(*flag)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        assert!(InvitationStatus::ALL.into_iter().all(|one| InvitationStatus::named(one.name()) == Some(one)));
        assert!(InvitationFlag::ALL.into_iter().all(|one| InvitationFlag::named(one.name()) == Some(one)));
    }

    #[test]
    fn one_grave_flag_outweighs_all_lesser_ones() {
        for (place, grave) in InvitationFlag::ALL.into_iter().enumerate() {
            let lesser: i64 = InvitationFlag::ALL[place + 1..].iter().map(|flag| flag.weight()).sum();
            assert!(grave.weight() > lesser);
        }
        let both = [InvitationFlag::Privileged, InvitationFlag::Expiring];
        assert_eq!(InvitationFlag::of_weight(both.iter().map(|flag| flag.weight()).sum()), both);
    }

    #[test]
    fn a_sent_invitation_turns_by_the_clock_alone() {
        let end = Timestamp(10 * DAY);
        let at = |now| (InvitationStatus::Sent.at(end, now), flags_at(&[], InvitationStatus::Sent, end, now));
        assert_eq!(at(end.plus(-DAY - 1)), (InvitationStatus::Sent, vec![]));
        assert_eq!(at(end.plus(-DAY)), (InvitationStatus::Sent, vec![InvitationFlag::Expiring]));
        assert_eq!(at(end), (InvitationStatus::Expired, vec![InvitationFlag::Expired]));
        assert_eq!(InvitationStatus::Failed.at(end, end), InvitationStatus::Failed);
    }
}
