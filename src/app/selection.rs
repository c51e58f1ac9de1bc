//! Marks: which rows a bulk action is for. By identity, or everything that matches a filter but for
//! some; never by place, so they survive filtering, sorting, reading again and paging.

use super::listing::Move;
use crate::{
    api::wire::Among,
    domain::{bulk::Selection, untrusted::Text},
};
use std::collections::{HashMap, HashSet};

/// The rows a bulk dialog is about, as they were when it opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets {
    /// Which: identifiers, or a filter with exceptions.
    pub on: Selection,
    /// How many, when known.
    pub count: Option<u64>,
}

/// The marks of one list.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    set: Set,
    range: Option<Range>,
    /// Why a job failed on rows that it left marked.
    why: HashMap<i64, Text>,
    /// The filter in force.
    filter: String,
    /// Counts the filters that were in force, and the marks that were made.
    filters: u64,
    made: u64,
    /// How many of the marks were seen under the filter in force.
    here: u64,
    /// How many of the marked rows the filter in force shows, as the backend counted.
    shown: Option<u64>,
}

#[derive(Debug, Clone)]
enum Set {
    /// These rows.
    These(HashMap<i64, Mark>),
    /// Everything that matches, but for some.
    Matching {
        /// The filter.
        text: String,
        /// How many match it, when known.
        count: Option<u64>,
        except: HashSet<i64>,
    },
}

impl Default for Set {
    fn default() -> Self {
        Self::These(HashMap::new())
    }
}

#[derive(Debug, Clone, Copy)]
struct Mark {
    /// Its place in the order of marking.
    order: u64,
    /// The filter that it was seen under last, by its count.
    seen: u64,
}

/// A range being drawn: the rows from where it began to the cursor.
#[derive(Debug, Clone, Default)]
struct Range {
    path: Vec<i64>,
    held: HashSet<i64>,
    /// How many of them are not marked otherwise.
    added: u64,
    /// The end of the list that it is on its way to, over rows that are still to be read.
    bound_for: Option<Move>,
}

impl Marks {
    /// Whether nothing is marked.
    pub fn is_empty(&self) -> bool {
        self.count() == Some(0)
    }

    /// How many rows are marked, when known.
    pub fn count(&self) -> Option<u64> {
        let added = self.range.as_ref().map_or(0, |range| range.added);
        match &self.set {
            Set::These(marks) => Some(marks.len() as u64 + added),
            Set::Matching { count, except, .. } => count.map(|all| (all + added).saturating_sub(except.len() as u64)),
        }
    }

    /// How many marked rows the filter in force hides, and whether exactly so many: until they were counted,
    /// those that were not seen may be hidden. None where not even that is known.
    pub fn hidden(&self) -> Option<(u64, bool)> {
        match (&self.set, self.shown) {
            _ if self.filter.trim().is_empty() => Some((0, true)),
            (Set::Matching { text, .. }, _) if *text == self.filter => Some((0, true)),
            (Set::These(marks), None) => {
                let unseen = (marks.len() as u64).saturating_sub(self.here);
                Some((unseen, unseen == 0))
            }
            (Set::These(marks), Some(shown)) => Some(((marks.len() as u64).saturating_sub(shown), true)),
            (Set::Matching { count, except, .. }, Some(shown)) => {
                Some(((*count)?.saturating_sub(except.len() as u64 + shown), true))
            }
            (Set::Matching { .. }, None) => None,
        }
    }

    /// What is to be counted to know how many the filter in force hides; none when that is known.
    pub fn uncounted(&self) -> Option<Among> {
        if self.shown.is_some() || self.hidden().is_some_and(|(_, exact)| exact) {
            return None;
        }
        Some(match &self.set {
            Set::These(marks) => {
                let mut ids: Vec<i64> = marks.keys().copied().collect();
                ids.sort_unstable();
                Among { filter: self.filter.clone(), ids: Some(ids), except: Vec::new() }
            }
            Set::Matching { text, except, .. } => {
                let mut except: Vec<i64> = except.iter().copied().collect();
                except.sort_unstable();
                Among { filter: format!("{text} {}", self.filter), ids: None, except }
            }
        })
    }

    /// So many of the marked rows pass the filter in force.
    pub fn counted_shown(&mut self, shown: u64) {
        self.shown = Some(shown);
    }

    /// The rows may have changed: what was counted is counted again.
    pub fn recount(&mut self) {
        self.shown = None;
    }

    /// Whether a row is marked; none where that is not known. `passes` says whether it passes a filter
    /// that is not the one it was read by: another, or the one in force while the list is `stale`.
    pub fn holds(&self, id: i64, stale: bool, passes: impl FnOnce(&str) -> Option<bool>) -> Option<bool> {
        if self.range.as_ref().is_some_and(|range| range.held.contains(&id)) {
            return Some(true);
        }
        match &self.set {
            Set::These(marks) => Some(marks.contains_key(&id)),
            Set::Matching { except, .. } if except.contains(&id) => Some(false),
            Set::Matching { text, .. } if *text == self.filter && !stale => Some(true),
            Set::Matching { text, .. } => passes(text),
        }
    }

    /// Why a job failed on a row that it left marked.
    pub fn why(&self, id: i64) -> Option<&Text> {
        self.why.get(&id)
    }

    /// The filter by which everything is marked, where it is not the one in force.
    pub fn elsewhere(&self) -> Option<&str> {
        match &self.set {
            Set::Matching { text, .. } if *text != self.filter => Some(text),
            _ => None,
        }
    }

    /// Whether a row is one of those that are left out of everything that matches.
    pub(super) fn leaves_out(&self, id: i64) -> bool {
        matches!(&self.set, Set::Matching { except, .. } if except.contains(&id))
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

    /// Marks a row, or takes its mark away. `marked` is what [`Marks::holds`] says of it.
    pub fn toggle(&mut self, id: i64, marked: bool) {
        self.finish();
        if marked { self.take_away(id) } else { self.put(id) }
    }

    fn put(&mut self, id: i64) {
        match &mut self.set {
            Set::These(marks) => {
                self.made += 1;
                let was = marks.insert(id, Mark { order: self.made, seen: self.filters });
                self.here += u64::from(was.is_none_or(|mark| mark.seen != self.filters));
                self.shown = self.shown.map(|shown| shown + u64::from(was.is_none()));
            }
            Set::Matching { except, .. } => {
                let back = except.remove(&id);
                self.shown = self.shown.map(|shown| shown + u64::from(back));
            }
        }
    }

    fn take_away(&mut self, id: i64) {
        self.why.remove(&id);
        match &mut self.set {
            Set::These(marks) => {
                let was = marks.remove(&id);
                self.here -= u64::from(was.is_some_and(|mark| mark.seen == self.filters));
                self.shown = self.shown.map(|shown| shown.saturating_sub(u64::from(was.is_some())));
            }
            Set::Matching { except, .. } => {
                let new = except.insert(id);
                self.shown = self.shown.map(|shown| shown.saturating_sub(u64::from(new)));
            }
        }
    }

    /// Marks everything that matches the filter in force.
    pub fn all(&mut self, count: Option<u64>) {
        self.clear();
        let text = self.filter.clone();
        self.set = Set::Matching { text, count, except: HashSet::new() };
    }

    /// No marks any more.
    pub fn clear(&mut self) {
        (self.set, self.range, self.here, self.shown) = (Set::default(), None, 0, None);
        self.why.clear();
    }

    /// Begins a range at the cursor's row, or ends it there; its rows stay marked.
    pub fn range(&mut self, id: i64) {
        if self.range.is_some() {
            return self.finish();
        }
        self.range = Some(Range::default());
        self.drag(std::iter::once(id));
    }

    /// The cursor went over these rows, the last of them being where it is now.
    pub fn drag(&mut self, passed: impl Iterator<Item = i64>) {
        let Some(range) = &mut self.range else { return };
        let marked = |id: &i64| match &self.set {
            Set::These(marks) => marks.contains_key(id),
            Set::Matching { except, .. } => !except.contains(id),
        };
        for id in passed {
            let back = range.path.len() >= 2 && range.path.get(range.path.len() - 2) == Some(&id);
            if back && let Some(left) = range.path.pop() {
                range.held.remove(&left);
                range.added -= u64::from(!marked(&left));
            } else if range.held.insert(id) {
                range.path.push(id);
                range.added += u64::from(!marked(&id));
            }
        }
    }

    /// Ends a range; its rows stay marked.
    pub fn finish(&mut self) {
        for id in self.range.take().unwrap_or_default().path {
            self.put(id);
        }
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
        self.filters += 1;
        (self.here, self.shown) = (0, None);
        filter.clone_into(&mut self.filter);
    }

    /// Rows came that pass the filter in force.
    pub fn seen(&mut self, ids: impl Iterator<Item = i64>) {
        let Set::These(marks) = &mut self.set else { return };
        if marks.is_empty() {
            return;
        }
        for id in ids {
            if let Some(mark) = marks.get_mut(&id).filter(|mark| mark.seen != self.filters) {
                mark.seen = self.filters;
                self.here += 1;
            }
        }
    }

    /// So many rows match the filter in force.
    pub fn counted(&mut self, matching: u64) {
        if let Set::Matching { text, count, .. } = &mut self.set
            && *text == self.filter
        {
            *count = Some(matching);
        }
    }

    /// A job failed on these rows: they are marked, with the reasons.
    pub fn failed(&mut self, rows: impl Iterator<Item = (i64, Text)>) {
        self.finish();
        self.recount();
        for (id, why) in rows {
            // Whether the filter in force shows it is known when it is seen.
            if let Set::These(marks) = &mut self.set {
                self.made += 1;
                marks.entry(id).or_insert(Mark { order: self.made, seen: u64::MAX });
            } else {
                self.put(id);
            }
            self.why.insert(id, why);
        }
    }

    /// What is marked, as a bulk change says it; nothing when nothing is.
    pub fn selection(&self) -> Option<Selection> {
        let drawn = self.range.as_ref().map_or(&[][..], |range| &range.path);
        match &self.set {
            Set::These(marks) => {
                let mut ids: Vec<(u64, i64)> = marks.iter().map(|(id, mark)| (mark.order, *id)).collect();
                ids.sort_unstable();
                let new = drawn.iter().filter(|id| !marks.contains_key(id)).copied();
                let ids: Vec<i64> = ids.into_iter().map(|(_, id)| id).chain(new).collect();
                (!ids.is_empty()).then_some(Selection::Ids { ids })
            }
            Set::Matching { text, except, .. } => {
                let mut except: Vec<i64> = except.iter().filter(|id| !drawn.contains(id)).copied().collect();
                except.sort_unstable();
                Some(Selection::Matching { filter: text.clone(), except })
            }
        }
    }
}
