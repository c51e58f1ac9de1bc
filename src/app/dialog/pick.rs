//! A list to choose from: one or many of its entries, cut down by typing.

use super::{Cx, cursor::Cursor, edit::Edit, members::Members};
use crate::{
    api::error::ApiError,
    app::{
        effect::{Effect, Reply, ReqId},
        key::Code,
        msg::Input,
        view::{Line, ListRow, ListView, Part, Tone},
    },
    i18n::{t, tf},
    words::Labels,
};

/// Something that can be chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its identifier.
    pub(super) id: i64,
    /// What it is called, made visible; a heading's text.
    pub(super) label: String,
    /// A word more, dimmed.
    pub(super) note: String,
    /// Why it cannot be chosen, if so.
    pub(super) why_not: Option<String>,
    /// A heading over those that follow.
    pub(super) heading: bool,
}

/// How many may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    One,
    Many,
}

/// The list, what is chosen of it, and what it is cut down to.
#[derive(Debug)]
pub(super) struct Pick {
    mode: Mode,
    filter: Edit,
    entries: Vec<Entry>,
    /// Asks the backend for entries, where they are too many to be all here.
    members: Option<Members>,
    chosen: Vec<(i64, String)>,
    cursor: Cursor,
    /// The cursor was moved since something was typed: Space is for the list, not for the filter.
    in_list: bool,
    /// What is typed has found what it was typed for: `Enter` is not for the list any more.
    found: bool,
    said: Option<String>,
}

impl Pick {
    /// One of these.
    pub(super) fn one(entries: Vec<Entry>, chosen: Option<i64>) -> Self {
        Self::new(Mode::One, entries, None, chosen.into_iter().collect())
    }

    /// Any number of these.
    pub(super) fn many(entries: Vec<Entry>, chosen: Vec<i64>) -> Self {
        Self::new(Mode::Many, entries, None, chosen)
    }

    /// One member, found by typing; at first the one named.
    pub(super) fn member(chosen: Option<(i64, String)>) -> Self {
        let mut pick = Self::new(Mode::One, Vec::new(), Some(Members::anybody()), Vec::new());
        pick.chosen = chosen.into_iter().collect();
        pick
    }

    /// Members of a group, checked, and others, found by typing.
    pub(super) fn members_of(members: Members) -> Self {
        Self::new(Mode::Many, Vec::new(), Some(members), Vec::new())
    }

    fn new(mode: Mode, entries: Vec<Entry>, members: Option<Members>, chosen: Vec<i64>) -> Self {
        let named = |id: &i64| {
            entries.iter().find(|e| e.id == *id && !e.heading).map(|e| (*id, e.label.trim_start().to_owned()))
        };
        let held = chosen.iter().filter_map(named).collect();
        let mut pick = Self {
            mode,
            filter: Edit::default(),
            entries,
            members,
            chosen: held,
            cursor: Cursor::default(),
            in_list: false,
            found: false,
            said: None,
        };
        pick.go_to_chosen();
        pick
    }

    /// Whether what there is to choose from has not come yet.
    pub(super) fn awaits(&self) -> bool {
        self.members.is_none() && self.entries.is_empty()
    }

    /// What is chosen.
    pub(super) fn chosen(&self) -> Vec<i64> {
        self.chosen.iter().map(|(id, _)| *id).collect()
    }

    /// Of a group's members: who goes in, and who goes out.
    pub(super) fn difference(&self) -> (Vec<i64>, Vec<i64>) {
        self.members.as_ref().map(Members::difference).unwrap_or_default()
    }

    /// What to ask for when it is shown first.
    pub(super) fn open(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.members.as_mut().map(|members| members.search("", cx)).unwrap_or_default()
    }

    /// Its own answers; says whether this was one.
    pub(super) fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, labels: &dyn Labels) -> bool {
        let Some(members) = &mut self.members else { return false };
        if !members.reply(id, reply, labels) {
            return false;
        }
        self.entries = members.entries();
        self.settle();
        true
    }

    /// A key: none when it means nothing here; else what to ask, and whether the choice changed.
    pub(super) fn key(&mut self, input: Input, cx: &mut Cx<'_>) -> Option<(Vec<Effect>, bool)> {
        self.said = None;
        let shown = self.shown();
        let page = usize::from(cx.size.1 / 2);
        let heading = |row: usize| shown.get(row).is_some_and(|e| e.heading);
        let total = shown.len();
        let mut cursor = self.cursor;
        if !matches!(input.key.code, Code::Home | Code::End) && cursor.step(input, total, page, heading) {
            (self.cursor, self.in_list, self.found) = (cursor, true, false);
            let near_end = total.saturating_sub(cursor.0) < page;
            let more = self.members.as_mut().filter(|_| near_end).map(|members| members.more(cx));
            return Some((more.unwrap_or_default(), false));
        }
        if input.key.typed() == Some(' ') && !self.looking() {
            self.found = true;
            return Some((Vec::new(), self.toggle()));
        }
        let changed = self.filter.key(input.key)?;
        self.in_list &= !changed;
        self.found &= !changed;
        Some((if changed { self.search(cx) } else { Vec::new() }, false))
    }

    /// Pasted text goes into the filter.
    pub(super) fn paste(&mut self, text: &str, cx: &mut Cx<'_>) -> Vec<Effect> {
        self.filter.paste(text);
        (self.in_list, self.found) = (false, false);
        self.search(cx)
    }

    /// Whether something is typed and the cursor was not moved since: a blank belongs to the filter.
    pub(super) fn looking(&self) -> bool {
        !self.filter.value().is_empty() && !self.in_list
    }

    /// What `Enter` does here, in a word, where it is for the list.
    pub(super) fn entering(&self) -> Option<&'static str> {
        match self.mode {
            Mode::One => (self.looking() || self.wants_one() && self.under().is_some()).then(|| t("dialog.choose")),
            Mode::Many => self.seeks().then(|| t("dialog.pick.check")),
        }
    }

    /// Whether something was typed that nothing was checked or unchecked by yet.
    fn seeks(&self) -> bool {
        !self.filter.value().is_empty() && !self.found
    }

    /// What Space does to the entry under the cursor, in a word.
    pub(super) fn toggling(&self) -> Option<&'static str> {
        let here = !self.looking() && self.under().is_some();
        match self.mode {
            Mode::One => (here && self.entering().is_none()).then(|| t("dialog.choose")),
            Mode::Many => (here && !self.seeks()).then(|| t("dialog.pick.check")),
        }
    }

    /// `Enter` while something is looked for: of many, what was found is checked or unchecked; where
    /// nothing was found (yet), the list says so already. Says whether the key was for this.
    pub(super) fn enter(&mut self) -> bool {
        match (self.mode, self.under().is_some()) {
            (_, false) if self.looking() => {}
            (Mode::Many, true) if self.seeks() => {
                (self.in_list, self.found) = (true, true);
                self.toggle();
            }
            _ => return false,
        }
        true
    }

    fn wants_one(&self) -> bool {
        self.mode == Mode::One && (!self.filter.value().is_empty() || self.chosen.is_empty())
    }

    /// Takes the entry under the cursor, where one is looked for; says whether there was something to take.
    pub(super) fn take(&mut self) -> bool {
        self.wants_one() && self.toggle_to(true)
    }

    /// Takes the entry that was looked for by typing, and none where nothing was typed: the focus only passes;
    /// says whether there was something to take.
    pub(super) fn take_found(&mut self) -> bool {
        !self.filter.value().is_empty() && self.take()
    }

    /// Takes the entry under the cursor, whether one was looked for or not.
    pub(super) fn take_under(&mut self) -> bool {
        self.toggle_to(true)
    }

    fn search(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let effects = match &mut self.members {
            Some(members) => {
                let effects = members.search(self.filter.value(), cx);
                self.entries = members.entries();
                effects
            }
            None => Vec::new(),
        };
        self.cursor = Cursor(0);
        self.settle();
        effects
    }

    fn toggle(&mut self) -> bool {
        let on = self.under().is_some_and(|e| !self.checked(e.id));
        self.toggle_to(on)
    }

    fn toggle_to(&mut self, on: bool) -> bool {
        let Some(entry) = self.under().cloned() else { return false };
        if let Some(why) = entry.why_not {
            self.said = Some(why);
            return false;
        }
        if let Some(members) = self.members.as_mut().filter(|_| self.mode == Mode::Many) {
            members.set(entry.id, on);
            return true;
        }
        if self.mode == Mode::One {
            self.chosen.clear();
        } else {
            self.chosen.retain(|(id, _)| *id != entry.id);
        }
        if on {
            self.chosen.push((entry.id, entry.label.trim_start().to_owned()));
        }
        if self.mode == Mode::One {
            self.filter.set("");
            self.go_to_chosen();
        }
        true
    }

    fn checked(&self, id: i64) -> bool {
        match &self.members {
            Some(members) if self.mode == Mode::Many => members.checked(id),
            _ => self.chosen.iter().any(|(held, _)| *held == id),
        }
    }

    /// Entries that match the filter; those of the backend match already.
    fn shown(&self) -> Vec<&Entry> {
        let wanted = self.filter.value().trim().to_lowercase();
        let matches = |e: &&Entry| e.label.to_lowercase().contains(&wanted);
        match wanted.is_empty() || self.members.is_some() {
            true => self.entries.iter().collect(),
            false => self.entries.iter().filter(|e| !e.heading).filter(matches).collect(),
        }
    }

    fn under(&self) -> Option<&Entry> {
        self.shown().get(self.cursor.0).copied().filter(|e| !e.heading)
    }

    fn settle(&mut self) {
        let mut cursor = self.cursor;
        let shown = self.shown();
        cursor.settle(shown.len(), |row| shown.get(row).is_some_and(|e| e.heading));
        self.cursor = cursor;
    }

    fn go_to_chosen(&mut self) {
        let first = self.chosen.first().map(|(id, _)| *id);
        self.cursor = Cursor(self.shown().iter().position(|e| Some(e.id) == first && !e.heading).unwrap_or(0));
        self.settle();
    }

    /// Its parts: a line with what is chosen, and when focused the list in at most `room` rows.
    pub(super) fn parts(&self, label: String, focused: bool, error: Option<String>, room: usize) -> Vec<Part> {
        let value = self.summary();
        if !focused {
            let value = if value.is_empty() { t("dialog.pick.nothing").to_owned() } else { value };
            return vec![Part::Choice { label, value, focused, error, hint: String::new() }];
        }
        let error = error.or_else(|| self.said.clone()).or_else(|| self.members.as_ref().and_then(Members::failed));
        let hint = if value.is_empty() { t("dialog.pick.hint").to_owned() } else { value };
        let shown = self.shown();
        let first = self.cursor.first(shown.len(), room);
        let total = self.members.as_ref().map_or(shown.len(), |members| members.total(shown.len()));
        let rows = shown.iter().skip(first).take(room).map(|e| self.row(e)).collect();
        let cursor = (!shown.is_empty()).then_some(self.cursor.0);
        let headings = |entries: &[&Entry]| entries.iter().filter(|entry| entry.heading).count();
        let headings = (headings(&shown[..self.cursor.0.min(shown.len())]), headings(&shown));
        let empty = self.nothing().to_owned();
        let list = ListView { columns: Vec::new(), rows, first, total, cursor, headings, empty };
        vec![self.filter.part(label, true, error, hint), Part::List(list)]
    }

    fn summary(&self) -> String {
        match (&self.members, self.mode) {
            (Some(members), Mode::Many) => members.summary(),
            _ if self.mode == Mode::Many && self.chosen.len() > 3 => {
                tf("dialog.pick.chosen", &[("n", &self.chosen.len())])
            }
            _ => self.chosen.iter().map(|(_, label)| label.as_str()).collect::<Vec<_>>().join(", "),
        }
    }

    fn nothing(&self) -> &'static str {
        match &self.members {
            Some(members) if members.asking() => t("dialog.loading"),
            Some(_) if self.filter.value().is_empty() => t("dialog.pick.type"),
            _ if self.awaits() => t("dialog.loading"),
            _ => t("dialog.pick.none"),
        }
    }

    fn row(&self, entry: &Entry) -> ListRow {
        if entry.heading {
            return ListRow {
                mark: None,
                checked: None,
                cells: vec![Line::toned(&entry.label, Tone::Strong)],
                heading: true,
            };
        }
        let tone = if entry.why_not.is_some() { Tone::Dim } else { Tone::Plain };
        let note = entry.why_not.as_deref().unwrap_or(&entry.note);
        let mut line = Line::toned(&entry.label, tone);
        if !note.is_empty() {
            line = line.and(format!("  {note}"), Tone::Dim);
        }
        ListRow { mark: None, checked: Some(self.checked(entry.id)), cells: vec![line], heading: false }
    }
}
