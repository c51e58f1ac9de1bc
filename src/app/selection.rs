//! Marks: which rows a bulk action is for. By identity, and everything that matches a filter but for
//! some; never by place, so they survive filtering, sorting, reading again and paging. Marking adds.

use super::listing::Move;
use crate::{
    api::wire::{Among, Found},
    domain::change::{Matching, Refusal, Selection},
};
use std::collections::{HashMap, HashSet};

/// The rows a dialog is about, as they were when it opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets {
    /// Which.
    pub on: Selection,
    /// How many, when known.
    pub count: Option<u64>,
    /// How many there were when they were marked, where a filter marks them and that is known: what others do
    /// since makes them more or fewer.
    pub marked: Option<u64>,
}

impl Targets {
    /// One row.
    pub fn one(id: i64) -> Self {
        Self { on: Selection::ids(vec![id]), count: Some(1), marked: None }
    }

    /// The rows that a change brings along itself, so many of them.
    pub fn given(count: u64) -> Self {
        Self { on: Selection::default(), count: Some(count), marked: None }
    }
}

/// The marks of one list.
#[derive(Debug, Clone)]
pub struct Marks {
    /// Everything that matches these is marked.
    all: Vec<All>,
    /// These rows are marked as well, each with its place in the order of marking.
    ids: HashMap<i64, u64>,
    made: u64,
    range: Option<Range>,
    /// Why a change failed on rows that it left marked.
    why: HashMap<i64, Refusal>,
    /// The filter in force.
    filter: String,
    /// How many rows are marked, when known: where a filter marks them, only the backend can tell.
    count: Option<u64>,
    /// How many of them the filter in force shows, when known.
    shown: Option<u64>,
    /// How many more match the filters by now, by what others did, than when they were marked.
    drift: i64,
    /// Whether both are to be counted by the backend.
    due: bool,
}

/// Everything that matches, but for some.
#[derive(Debug, Clone)]
struct All {
    filter: String,
    except: HashSet<i64>,
}

/// A range being drawn: the rows from where it began to the cursor.
#[derive(Debug, Clone, Default)]
struct Range {
    /// Each with whether it was marked before, where that is known.
    path: Vec<(i64, Option<bool>)>,
    held: HashSet<i64>,
    /// How many were not marked before, and of how many that is not known.
    added: u64,
    unsure: u64,
    /// The end of the list that it is on its way to, over rows that are still to be read.
    bound_for: Option<Move>,
}

impl Range {
    fn weigh(&mut self, marked: Option<bool>) -> Option<&mut u64> {
        match marked {
            Some(true) => None,
            Some(false) => Some(&mut self.added),
            None => Some(&mut self.unsure),
        }
    }
}

impl Marks {
    /// None yet, under this filter.
    pub fn new(filter: String) -> Self {
        Self {
            all: Vec::new(),
            ids: HashMap::new(),
            made: 0,
            range: None,
            why: HashMap::new(),
            filter,
            count: Some(0),
            shown: Some(0),
            drift: 0,
            due: false,
        }
    }

    /// Whether nothing is marked.
    pub fn is_empty(&self) -> bool {
        self.count() == Some(0)
    }

    /// How many rows are marked, when known.
    pub fn count(&self) -> Option<u64> {
        match &self.range {
            None => self.settled(),
            Some(range) => Some(self.settled().filter(|_| range.unsure == 0)? + range.added),
        }
    }

    /// What a bulk change is for.
    pub fn targets(&self) -> Targets {
        let count = self.count();
        let marked = count.filter(|_| !self.all.is_empty()).and_then(|n| n.checked_add_signed(-self.drift));
        Targets { on: self.selection(), count, marked }
    }

    /// How many rows are marked without the range that is being drawn, when known.
    fn settled(&self) -> Option<u64> {
        if self.all.is_empty() { Some(self.ids.len() as u64) } else { self.count }
    }

    /// How many marked rows the filter in force hides, when known.
    pub fn hidden(&self) -> Option<u64> {
        if self.filter.trim().is_empty() {
            return Some(0);
        }
        Some(self.settled()?.saturating_sub(self.shown?))
    }

    /// What is to be counted to know how many are marked, and how many of them the filter in force shows;
    /// none when that is known.
    pub fn uncounted(&self) -> Option<Among> {
        let plain = self.all.is_empty() && self.filter.trim().is_empty();
        (self.due && !plain && self.range.is_none())
            .then(|| Among { on: self.selection(), filter: self.filter.clone() })
    }

    /// They were counted.
    pub fn counted(&mut self, found: Found) {
        // An answer on marks that were taken away meanwhile is about nothing.
        if std::mem::take(&mut self.due) {
            if let Some(before) = self.count.filter(|_| !self.all.is_empty()) {
                self.drift += found.selected.cast_signed() - before.cast_signed();
            }
            (self.count, self.shown) = (Some(found.selected), Some(found.matching));
        }
    }

    /// The rows may have changed: what was counted is counted again.
    pub fn recount(&mut self) {
        self.due = !self.nothing();
    }

    fn nothing(&self) -> bool {
        self.all.is_empty() && self.ids.is_empty()
    }

    /// Whether a row is marked; none where that is not known. `passes` says whether it passes a filter
    /// that is not the one it was read by: another, or the one in force while the list is `stale`.
    pub fn holds(&self, id: i64, stale: bool, passes: impl Fn(&str) -> Option<bool>) -> Option<bool> {
        if self.ids.contains_key(&id) || self.range.as_ref().is_some_and(|range| range.held.contains(&id)) {
            return Some(true);
        }
        let mut marked = Some(false);
        for all in self.all.iter().filter(|all| !all.except.contains(&id)) {
            match if all.filter == self.filter && !stale { Some(true) } else { passes(&all.filter) } {
                Some(false) => {}
                Some(true) => return Some(true),
                None => marked = None,
            }
        }
        marked
    }

    /// Why a change failed on a row that it left marked.
    pub fn why(&self, id: i64) -> Option<&Refusal> {
        self.why.get(&id)
    }

    /// Whether a range is being drawn.
    pub fn ranging(&self) -> bool {
        self.range.is_some()
    }

    /// The end of the list that a range is on its way to.
    pub fn bound_for(&self) -> Option<Move> {
        self.range.as_ref()?.bound_for
    }

    /// Sends a range on its way to an end of the list, or lets it stay where it is.
    pub fn send(&mut self, to: Option<Move>) {
        if let Some(range) = &mut self.range {
            range.bound_for = to;
        }
    }

    /// Marks a row in sight, or takes its mark away. `marked` is what [`Marks::holds`] says of it.
    pub fn toggle(&mut self, id: i64, marked: Option<bool>, stale: bool) {
        self.finish();
        if marked == Some(true) {
            self.ids.remove(&id);
            self.why.remove(&id);
            for all in &mut self.all {
                all.except.insert(id);
            }
        } else {
            // What passes the filter in force is back among all that match it.
            let here = self.all.iter_mut().find(|all| all.filter == self.filter && !stale);
            if !here.is_some_and(|all| all.except.remove(&id)) {
                self.put(id);
            }
        }
        let Some(was) = marked else { return self.lose_count() };
        let more = |n: u64| if was { n.saturating_sub(1) } else { n + 1 };
        (self.count, self.shown) = (self.count.map(more), self.shown.map(more));
        if stale {
            self.recount();
        }
    }

    /// More is marked, of which it is not known what it adds.
    fn lose_count(&mut self) {
        (self.count, self.shown) = (None, None);
        self.recount();
    }

    fn put(&mut self, id: i64) {
        self.made += 1;
        self.ids.entry(id).or_insert(self.made);
    }

    /// Marks everything that matches the filter in force, so many rows, besides what is marked.
    pub fn all(&mut self, matching: Option<u64>) {
        self.finish();
        let hidden = self.hidden();
        if self.filter.trim().is_empty() {
            // Nothing is outside of it.
            self.ids.clear();
            self.all.clear();
        }
        self.all.retain(|all| all.filter != self.filter);
        self.all.push(All { filter: self.filter.clone(), except: HashSet::new() });
        self.shown = matching;
        self.count = hidden.zip(matching).map(|(hidden, matching)| hidden + matching);
        self.due |= self.count.is_none();
        if self.all.len() == 1 {
            // Whoever marks anew has seen how many there are.
            self.drift = 0;
        }
    }

    /// No marks any more.
    pub fn clear(&mut self) {
        *self = Self::new(std::mem::take(&mut self.filter));
    }

    /// Begins a range at the cursor's row, or ends it there; its rows stay marked.
    pub fn range(&mut self, id: i64, marked: Option<bool>) {
        if self.range.is_some() {
            return self.finish();
        }
        self.range = Some(Range::default());
        self.drag(vec![(id, marked)]);
    }

    /// The cursor went over these rows, the last of them being where it is now; of each, whether it was marked
    /// before.
    pub fn drag(&mut self, passed: Vec<(i64, Option<bool>)>) {
        let Some(range) = &mut self.range else { return };
        for (id, marked) in passed {
            let back = range.path.len() >= 2 && range.path[range.path.len() - 2].0 == id;
            if back && let Some((left, was)) = range.path.pop() {
                range.held.remove(&left);
                if let Some(n) = range.weigh(was) {
                    *n -= 1;
                }
            } else if range.held.insert(id) {
                range.path.push((id, marked));
                if let Some(n) = range.weigh(marked) {
                    *n += 1;
                }
            }
        }
    }

    /// Ends a range; its rows stay marked.
    pub fn finish(&mut self) {
        let Some(range) = self.range.take() else { return };
        for (id, _) in range.path.iter().filter(|(_, marked)| *marked != Some(true)) {
            self.put(*id);
        }
        if range.unsure > 0 {
            return self.lose_count();
        }
        let more = |n: u64| n + range.added;
        (self.count, self.shown) = (self.count.map(more), self.shown.map(more));
    }

    /// Gives a range up, if one is being drawn; whether one was.
    pub fn forget_range(&mut self) -> bool {
        self.range.take().is_some()
    }

    /// Another filter may be in force.
    pub fn filtered(&mut self, filter: &str) {
        if filter == self.filter {
            return;
        }
        self.finish();
        self.shown = self.nothing().then_some(0);
        self.recount();
        filter.clone_into(&mut self.filter);
    }

    /// A change failed on these rows: they are marked, with the reasons. Whether the filter in force shows them
    /// is not known.
    pub fn failed(&mut self, rows: impl Iterator<Item = (i64, Refusal)>) {
        self.finish();
        for (id, why) in rows {
            self.put(id);
            self.why.insert(id, why);
        }
        self.lose_count();
    }

    /// What is marked, as a bulk change says it.
    pub fn selection(&self) -> Selection {
        let mut ids: Vec<(u64, i64)> = self.ids.iter().map(|(id, order)| (*order, *id)).collect();
        ids.sort_unstable();
        let drawn = self.range.as_ref().map_or(&[][..], |range| &range.path);
        let new = drawn.iter().map(|(id, _)| *id).filter(|id| !self.ids.contains_key(id));
        Selection {
            matching: self.all.iter().map(All::matching).collect(),
            ids: ids.into_iter().map(|(_, id)| id).chain(new).collect(),
        }
    }
}

impl All {
    fn matching(&self) -> Matching {
        let mut except: Vec<i64> = self.except.iter().copied().collect();
        except.sort_unstable();
        Matching { filter: self.filter.clone(), except }
    }
}
