//! The board: a window on the invitations, those that are open unless the filter asks for others.
//!
//! What follows the clock is told here with nobody asked: a row's state and flags as it is drawn, and
//! the numbers over the rows when their time has come.

use crate::{
    api::wire::{InvitationCount, InvitationFlag, InvitationRow, InvitationStatus},
    app::{
        layout::{Sideways, Table},
        listing::{Listing, Row, Sort},
        marking::Markable,
        selection::Marks,
    },
    domain::{
        filter::{InvitationFilter, InvitationTest, Term},
        id::InvitationId,
        time::{DAY, Timestamp},
    },
};

/// Columns that invitations are ordered by, as the wire names them, in the order drawn.
pub const SORTS: &[&str] = &["email", "role", "inviter", "created", "expires", "sends", "delivery", "flags"];

/// Those that end first come first: what is seen to first.
const EXPIRES: usize = 4;

impl Row for InvitationRow {
    type Id = InvitationId;

    fn id(&self) -> InvitationId {
        self.id
    }
}

impl Markable for InvitationRow {
    fn number(&self) -> i64 {
        self.id.0
    }
}

/// The board's state.
#[derive(Debug, Clone)]
pub struct Invitations {
    /// The invitations.
    pub list: Listing<InvitationRow>,
    /// Those marked.
    pub marks: Marks,
    /// How many there are, when known.
    pub count: Option<InvitationCount>,
    /// How far it is scrolled to the columns that have no room.
    pub sideways: Sideways,
}

/// Whether an invitation passes a filter.
pub fn passes(filter: &str, row: &InvitationRow) -> Option<bool> {
    Some(filter.parse::<InvitationFilter>().ok()?.passes(row))
}

impl Invitations {
    /// An empty board.
    pub fn new() -> Self {
        let mut list = Listing::new(SORTS);
        list.sort = Sort { column: EXPIRES, reverse: false };
        let mut board =
            Self { list, marks: Marks::new(String::new()), count: None, sideways: Sideways::new(Table::Invitations) };
        board.refilter_marks();
        board
    }

    /// Tells the marks which filter is in force. That open invitations alone are meant is said in it, so
    /// that it means the same together with another one.
    pub fn refilter_marks(&mut self) {
        let text = self.list.filter.applied();
        let open = text.parse::<InvitationFilter>().is_ok_and(|filter| filter.open_only());
        self.marks.filtered(format!("{}{text}", if open { "status:open " } else { "" }).trim_end());
    }

    /// Whether an invitation is marked, where that is known.
    pub fn marked(&self, row: &InvitationRow) -> Option<bool> {
        self.marks.holds(row.number(), self.list.stale(), |filter| passes(filter, row))
    }

    /// Takes the numbers that came.
    pub fn counted(&mut self, count: InvitationCount) {
        self.list.matching = Some(count.matching);
        self.count = Some(count);
    }

    /// Lets the numbers follow the clock; whether they have to be asked for, because not every row that
    /// they are about is here.
    pub fn turn(&mut self, now: Timestamp) -> bool {
        let Some(count) = self.count.as_mut().filter(|count| count.turns_at.is_some_and(|at| at <= now)) else {
            return false;
        };
        if !self.list.whole() || !self.list.filter.applied().is_empty() {
            // Asked for once; the answer says when next.
            count.turns_at = None;
            return true;
        }
        let of = |status| self.list.rows().filter(|row| row.status_at(now) == status).count() as u64;
        (count.sent, count.expired) = (of(InvitationStatus::Sent), of(InvitationStatus::Expired));
        count.attention = self.list.rows().filter(|row| !row.flags_at(now).is_empty()).count() as u64;
        count.turns_at = self.list.rows().filter_map(|row| turns_at(row, now)).min();
        false
    }

    /// Goes on to the next flag in the filter: any, then one after the other, then none; what else the
    /// filter says stays.
    pub fn next_flag(&mut self) {
        let filter = &mut self.list.filter;
        let mut terms = filter.applied().parse::<InvitationFilter>().unwrap_or_default().terms;
        let asked = terms.iter().position(|term| !term.negated && matches!(term.test, InvitationTest::Flag(_)));
        let asked = asked.map(|place| terms.remove(place).test);
        let next = match asked {
            None => Some(InvitationFlag::ALL.to_vec()),
            Some(InvitationTest::Flag(one)) if one.len() == 1 => {
                let after = InvitationFlag::ALL.into_iter().skip_while(|flag| *flag != one[0]).nth(1);
                after.map(|flag| vec![flag])
            }
            Some(_) => Some(vec![InvitationFlag::ALL[0]]),
        };
        terms.extend(next.map(|flags| Term { negated: false, test: InvitationTest::Flag(flags) }));
        filter.write(InvitationFilter { terms }.to_string());
    }
}

/// When the clock alone changes a row next.
fn turns_at(row: &InvitationRow, now: Timestamp) -> Option<Timestamp> {
    let soon = row.expires_at.plus(-DAY);
    let next = if soon > now { soon } else { row.expires_at };
    (row.status_at(now) == InvitationStatus::Sent).then_some(next)
}

impl Default for Invitations {
    fn default() -> Self {
        Self::new()
    }
}

/// A flag's key in i18n.
pub fn flag(flag: InvitationFlag) -> &'static str {
    match flag {
        InvitationFlag::Expiring => "invitations.flag.expiring",
        InvitationFlag::Expired => "invitations.flag.expired",
        InvitationFlag::Failed => "invitations.flag.failed",
        InvitationFlag::Privileged => "invitations.flag.privileged",
        InvitationFlag::InviterGone => "invitations.flag.inviter-gone",
        InvitationFlag::ForeignDomain => "invitations.flag.foreign",
        InvitationFlag::LookAlike => "invitations.flag.look-alike",
    }
}

/// The same, cut to a beginning that filters take as well, where it is long.
pub fn short_flag(one: InvitationFlag) -> &'static str {
    match one {
        InvitationFlag::Privileged => "invitations.flag-short.privileged",
        other => flag(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::t;

    #[test]
    fn filters_take_every_word_that_flags_are_shown_by() {
        for one in InvitationFlag::ALL {
            for word in [t(flag(one)), t(short_flag(one))] {
                let filter: InvitationFilter = format!("flag:{word}").parse().unwrap();
                assert_eq!(filter.terms[0].test, InvitationTest::Flag(vec![one]), "{word}");
            }
        }
    }
}
