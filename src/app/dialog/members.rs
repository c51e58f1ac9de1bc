//! Members as entries of a list, found by the backend: there may be a million of them.

use super::{Cx, pick::Entry, words};
use crate::{
    api::{
        error::ApiError,
        wire::{GroupRow, MemberRow, PageQuery},
    },
    app::{
        effect::{Call, Effect, Reply, ReqId},
        format,
    },
    domain::id::{GroupId, MemberId},
    i18n::tf,
    words::Labels,
};
use std::collections::BTreeSet;

/// Rows of one page when people are looked for by typing.
const FOUND: u32 = 20;
/// Rows of one page of a group's members.
const PAGE: u32 = 100;

/// The members found so far, and of a group who goes in and who goes out.
#[derive(Debug)]
pub(super) struct Members {
    group: Option<(GroupId, String, u64)>,
    query: PageQuery,
    asked: Option<ReqId>,
    rows: Vec<MemberRow>,
    after: Option<String>,
    failed: Option<String>,
    add: BTreeSet<i64>,
    remove: BTreeSet<i64>,
}

impl Members {
    /// Anybody, found by typing.
    pub(super) fn anybody() -> Self {
        Self {
            group: None,
            query: PageQuery::default(),
            asked: None,
            rows: Vec::new(),
            after: None,
            failed: None,
            add: BTreeSet::new(),
            remove: BTreeSet::new(),
        }
    }

    /// Members of a group while nothing is typed; anybody when something is.
    pub(super) fn of(group: &GroupRow) -> Self {
        Self { group: Some((group.id, group.name.raw().to_owned(), group.members)), ..Self::anybody() }
    }

    /// Looks for people with these words; the search before is cancelled.
    pub(super) fn search(&mut self, words: &str, cx: &mut Cx<'_>) -> Vec<Effect> {
        let mut effects: Vec<Effect> = self.asked.take().map(Effect::Cancel).into_iter().collect();
        self.rows.clear();
        self.after = None;
        self.failed = None;
        let words = words.trim();
        let (filter, limit) = match &self.group {
            Some((_, name, _)) if words.is_empty() => (format!("group:{}", quoted(name)), PAGE),
            _ if words.is_empty() => return effects,
            _ => (words.split_whitespace().map(quoted).collect::<Vec<_>>().join(" "), FOUND),
        };
        self.query = PageQuery { filter, sort: "email".to_owned(), limit: Some(limit), ..PageQuery::default() };
        effects.push(self.ask(cx));
        effects
    }

    /// Asks for the page after those that are here, if there is one and it is not asked for yet.
    pub(super) fn more(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        if self.asked.is_some() || self.after.is_none() {
            return Vec::new();
        }
        self.query.after = self.after.take();
        vec![self.ask(cx)]
    }

    fn ask(&mut self, cx: &mut Cx<'_>) -> Effect {
        let (id, effect) = cx.call(Call::Members(cx.workspace.id, self.query.clone()));
        self.asked = Some(id);
        effect
    }

    /// Its own answers; says whether this was one.
    pub(super) fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, labels: &dyn Labels) -> bool {
        if self.asked != Some(id) {
            return false;
        }
        self.asked = None;
        match reply {
            Ok(Reply::Members(page)) => {
                self.rows.extend(page.items.iter().cloned());
                self.after.clone_from(&page.after);
            }
            Ok(_) => {}
            Err(error) => self.failed = Some(words::failure(error, labels)),
        }
        true
    }

    /// Those found, as entries.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let entry = |row: &MemberRow| Entry {
            id: row.id.0,
            label: row.email.to_string(),
            note: row.name.to_string(),
            ..Entry::default()
        };
        // A group's name is looked for as a part of names, so others may be among what is found.
        let asked_for_group = self.query.filter.starts_with("group:");
        self.rows.iter().filter(|row| !asked_for_group || self.belongs(row)).map(entry).collect()
    }

    fn belongs(&self, row: &MemberRow) -> bool {
        self.group.as_ref().is_none_or(|(group, ..)| row.groups.iter().any(|g| g.id == *group))
    }

    /// Whether a member is in the group, after what was checked and unchecked.
    pub(super) fn checked(&self, id: i64) -> bool {
        let here = self.rows.iter().any(|row| row.id == MemberId(id) && self.belongs(row));
        self.add.contains(&id) || here && !self.remove.contains(&id)
    }

    /// Checks or unchecks a member.
    pub(super) fn set(&mut self, id: i64, on: bool) {
        let was = self.rows.iter().any(|row| row.id == MemberId(id) && self.belongs(row));
        self.add.remove(&id);
        self.remove.remove(&id);
        match (was, on) {
            (false, true) => drop(self.add.insert(id)),
            (true, false) => drop(self.remove.insert(id)),
            _ => {}
        }
    }

    /// Who goes in, and who goes out.
    pub(super) fn difference(&self) -> (Vec<i64>, Vec<i64>) {
        (self.add.iter().copied().collect(), self.remove.iter().copied().collect())
    }

    /// How many the list has in all, where the backend has said so.
    pub(super) fn total(&self, here: usize) -> usize {
        match (&self.group, &self.after) {
            (Some((.., members)), Some(_)) => usize::try_from(*members).unwrap_or(usize::MAX).max(here),
            _ => here,
        }
    }

    /// `38 members, 2 in, 1 out`.
    pub(super) fn summary(&self) -> String {
        let members = self.group.as_ref().map_or(0, |(.., members)| *members);
        let (add, remove) = (self.add.len(), self.remove.len());
        let key = if add + remove == 0 { "dialog.group_members.all" } else { "dialog.group_members.staged" };
        tf(key, &[("n", &format::count(members)), ("add", &add), ("remove", &remove)])
    }

    /// Whether an answer is on its way.
    pub(super) fn asking(&self) -> bool {
        self.asked.is_some()
    }

    /// Why the last search failed, if it did.
    pub(super) fn failed(&self) -> Option<String> {
        self.failed.clone()
    }
}

/// A word as the filter language takes it whole. A quotation mark cannot stand in one: the longest
/// piece without any is looked for, which finds the word too.
fn quoted(word: &str) -> String {
    let longest = word.split('"').max_by_key(|piece| piece.len()).unwrap_or_default();
    format!("\"{longest}\"")
}
