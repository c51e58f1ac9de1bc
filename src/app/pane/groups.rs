//! The groups pane: groups are few and held whole, so filter and order are made here.

use crate::{
    api::wire::GroupRow,
    app::{filter::FilterBox, format::some_of, shortlist::Shortlist},
    domain::id::GroupId,
};

/// The pane's state.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    /// All groups, as last read.
    pub rows: Vec<GroupRow>,
    /// Whether they have been read at all.
    pub seen: bool,
    /// Those shown.
    pub list: Shortlist<GroupId>,
    /// Words that a group's name must have.
    pub filter: FilterBox,
    /// Greatest first by members, instead of by name.
    pub by_members: bool,
    /// The other way round.
    pub reverse: bool,
}

impl Groups {
    /// Takes the groups read.
    pub fn take(&mut self, rows: Vec<GroupRow>) {
        self.rows = rows;
        self.seen = true;
        self.arrange();
    }

    /// Filters and orders anew.
    pub fn arrange(&mut self) {
        let wanted = self.filter.applied().to_lowercase();
        let mut shown: Vec<_> = self
            .rows
            .iter()
            .enumerate()
            .map(|(i, group)| (i, group.name.raw().to_lowercase(), group))
            .filter(|(_, name, _)| wanted.split_whitespace().all(|word| name.contains(word)))
            .collect();
        shown.sort_by(|(_, a, one), (_, b, other)| {
            let members = if self.by_members { other.members.cmp(&one.members) } else { std::cmp::Ordering::Equal };
            members.then_with(|| a.cmp(b))
        });
        if self.reverse {
            shown.reverse();
        }
        self.list.set(shown.into_iter().map(|(i, _, group)| (i, group.id)).collect());
    }

    /// How many there are, and how many of them are shown; blank until they were read.
    pub fn total(&self) -> String {
        if self.seen { some_of(self.list.len() as u64, self.rows.len() as u64) } else { String::new() }
    }

    /// The group under the cursor.
    pub fn current(&self) -> Option<&GroupRow> {
        self.list.current().and_then(|i| self.rows.get(i))
    }
}
