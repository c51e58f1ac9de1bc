//! The people to be invited: what was read of each, what is wrong with it, and the drafts it makes.

use super::gather::Source;
use crate::{
    api::wire::{Called, ImportRow, Names, Plan},
    app::dialog::{Cx, changed::Changed},
    domain::{
        address,
        change::{InviteDraft, Refusal, Warning},
        id::{GroupId, RoleId},
        pasted::Person,
        plan::RowOutcome,
        untrusted::Text,
    },
    i18n::{t, tf},
    words::{self, Labels},
};
use std::collections::HashMap;

/// Most people in one dialog; the command line takes more.
pub(super) const MOST: usize = 10_000;

/// Roles or groups of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing: those for all.
    #[default]
    Nothing,
    /// These names, as read from a file.
    Names(Vec<Text>),
    /// These, as chosen here.
    Chosen(Vec<i64>),
}

impl Said {
    fn names(names: Vec<Text>) -> Self {
        if names.is_empty() { Self::Nothing } else { Self::Names(names) }
    }

    /// The identifiers, those for all where it says nothing; else the name that nothing has.
    pub(super) fn ids(&self, for_all: &[i64], known: &Names) -> Result<Vec<i64>, Text> {
        match self {
            Self::Nothing => Ok(for_all.to_vec()),
            Self::Chosen(ids) => Ok(ids.clone()),
            Self::Names(names) => names.iter().map(|name| known.find(name.raw()).ok_or_else(|| name.clone())).collect(),
        }
    }

    /// The identifiers, without the names that nothing has.
    pub(super) fn known(&self, for_all: &[i64], known: &Names) -> Vec<i64> {
        match self {
            Self::Nothing => for_all.to_vec(),
            Self::Chosen(ids) => ids.clone(),
            Self::Names(names) => names.iter().filter_map(|name| known.find(name.raw())).collect(),
        }
    }

    /// As it is shown; none where it says nothing.
    pub(super) fn shown(&self, name: impl Fn(i64) -> Option<String>) -> Option<String> {
        let names: Vec<String> = match self {
            Self::Nothing => return None,
            Self::Names(names) => names.iter().map(Text::to_string).collect(),
            Self::Chosen(ids) => ids.iter().filter_map(|id| name(*id)).collect(),
        };
        Some(names.join(", "))
    }
}

/// What the plan says of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// An invitation goes out; these are to be known before.
    Invites(Vec<Warning>),
    /// It is left out; none where nothing would change.
    LeftOut(Option<Refusal>),
}

/// Somebody to be invited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// The line in the file, or the place in what was pasted; it stays the row's.
    pub(super) number: u64,
    /// To whom.
    pub(super) email: Text,
    /// Their name.
    pub(super) name: Option<Text>,
    /// Their roles.
    pub(super) roles: Said,
    /// Their groups.
    pub(super) groups: Said,
    /// What else stood on their line, which nobody understands.
    pub(super) stray: Vec<Text>,
    /// What is wrong with it before anybody is asked: the field, and why.
    pub(super) fault: Option<(&'static str, String)>,
    /// What the plan says of it.
    pub(super) told: Option<Told>,
    /// It is not as it was looked at, since the workspace moved on.
    pub(super) changed: bool,
    /// Its place among the drafts.
    draft: Option<usize>,
}

impl From<ImportRow> for Row {
    fn from(one: ImportRow) -> Self {
        Self {
            number: one.line,
            email: one.email,
            name: (!one.name.is_empty()).then_some(one.name),
            roles: Said::names(one.roles),
            groups: Said::names(one.groups),
            ..Self::default()
        }
    }
}

impl From<Person> for Row {
    fn from(one: Person) -> Self {
        Self {
            number: one.line,
            email: one.email,
            name: one.name,
            roles: Said::names(one.roles),
            groups: Said::names(one.groups),
            stray: one.stray,
            ..Self::default()
        }
    }
}

impl Row {
    /// What stands against inviting this one: the field, where one is at fault, and why.
    pub(super) fn wrong(&self, labels: &dyn Labels) -> Option<(Option<&'static str>, String)> {
        match (&self.fault, &self.told) {
            (Some((field, why)), _) => Some((Some(field), why.clone())),
            (None, Some(Told::LeftOut(Some(why)))) => {
                Some((why.field().map(|field| field.name()), words::refusal(why, labels)))
            }
            (None, Some(Told::LeftOut(None))) => Some((None, t("dialog.plan.unchanged").to_owned())),
            _ => None,
        }
    }

    fn left_out(&self) -> bool {
        self.fault.is_some() || matches!(self.told, Some(Told::LeftOut(_)))
    }
}

/// What holds for every row that does not say otherwise.
#[derive(Debug, Clone, Default)]
pub(super) struct ForAll {
    /// Roles.
    pub(super) roles: Vec<i64>,
    /// Groups.
    pub(super) groups: Vec<i64>,
    /// A word from the inviter.
    pub(super) message: Option<Text>,
    /// Days until the links are dead.
    pub(super) ttl_days: Option<i64>,
}

/// Everybody to be invited, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: Vec<Row>,
    /// The number of the last row that was pasted or typed.
    last: u64,
    /// The addresses that were sent to from here, and the numbers their rows had.
    sent: HashMap<String, u64>,
    tally: Tally,
}

impl Rows {
    /// All of them.
    pub(super) fn all(&self) -> &[Row] {
        &self.rows
    }

    /// Puts one in the place of another; what the plan said of that holds no more.
    pub(super) fn put(&mut self, at: usize, row: Row) {
        if let Some(old) = self.rows.get_mut(at).filter(|old| **old != row) {
            *old = Row { told: None, changed: false, ..row };
        }
    }

    /// Takes one out.
    pub(super) fn take_out(&mut self, at: usize) -> Option<Row> {
        (at < self.rows.len()).then(|| self.rows.remove(at))
    }

    /// People of a file, by its lines, or pasted and typed ones, numbered on; how many had no room.
    pub(super) fn take(&mut self, mut rows: Vec<Row>, source: Source) -> usize {
        let room = MOST.saturating_sub(self.rows.len());
        let over = rows.len().saturating_sub(room);
        rows.truncate(room);
        if source == Source::Pasted {
            for row in &mut rows {
                self.last += 1;
                row.number = self.last;
            }
        }
        self.rows.append(&mut rows);
        over
    }

    /// Looks at every row: what is wrong with it is noted, the others are the drafts.
    pub(super) fn drafts(&mut self, for_all: &ForAll, cx: &Cx<'_>) -> Vec<InviteDraft> {
        let called = Called::new(cx.roles, cx.groups);
        let mut named: HashMap<String, u64> = HashMap::new();
        let mut drafts = Vec::new();
        for row in &mut self.rows {
            let read = draft(row, for_all, &called).and_then(|draft| {
                let address = address::folded(draft.email.raw());
                if let Some(row) = self.sent.get(&address) {
                    return Err(("email", tf("dialog.invite_many.sent_already", &[("n", row)])));
                }
                match named.insert(address, row.number) {
                    Some(first) => Err(("email", tf("dialog.invite_many.twice", &[("n", &first)]))),
                    None => Ok(draft),
                }
            });
            (row.fault, row.draft) = match read {
                Ok(draft) => {
                    drafts.push(draft);
                    (None, Some(drafts.len() - 1))
                }
                Err(fault) => (Some(fault), None),
            };
        }
        self.count();
        drafts
    }

    /// Notes what the plan of the drafts says of each row.
    pub(super) fn told(&mut self, plan: &Plan) {
        for row in &mut self.rows {
            let Some(at) = row.draft else { continue };
            let planned = plan.rows.get(at);
            row.told = planned.and_then(|planned| {
                Some(match &plan.shape(planned)?.outcome {
                    RowOutcome::Done => Told::Invites(planned.warnings.clone()),
                    outcome => Told::LeftOut(outcome.why().cloned()),
                })
            });
        }
        self.count();
    }

    /// The good rows are on their way: those that are left out stay, each with its reason.
    pub(super) fn sent(&mut self) {
        let (left, sent): (Vec<Row>, Vec<Row>) = self.rows.drain(..).partition(Row::left_out);
        self.sent.extend(sent.iter().map(|row| (address::folded(row.email.raw()), row.number)));
        self.rows = left.into_iter().map(|row| Row { changed: false, draft: None, ..row }).collect();
        self.count();
    }

    /// Notes which rows are not as they were looked at.
    pub(super) fn mark(&mut self, changed: &Changed) {
        for row in &mut self.rows {
            row.changed = row.draft.is_some_and(|at| changed.rows.contains_key(&at));
        }
    }

    /// The next row after this one that is left out, or that changed since it was looked at; round to
    /// the first.
    pub(super) fn next_wrong(&self, after: usize) -> Option<usize> {
        let wrong = |at: &usize| self.rows.get(*at).is_some_and(|row| row.changed || row.left_out());
        (after + 1..self.rows.len()).chain(0..self.rows.len().min(after + 1)).find(wrong)
    }

    /// How many there are, as last counted.
    pub(super) fn tally(&self) -> Tally {
        self.tally
    }

    fn count(&mut self) {
        let know = |row: &&Row| {
            row.fault.is_none() && matches!(&row.told, Some(Told::Invites(warnings)) if !warnings.is_empty())
        };
        self.tally = Tally {
            all: self.rows.len(),
            wrong: self.rows.iter().filter(|row| row.left_out()).count(),
            know: self.rows.iter().filter(know).count(),
        };
    }
}

/// How many rows there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// All.
    pub(super) all: usize,
    /// Left out, before and by the plan.
    pub(super) wrong: usize,
    /// With something to know before.
    pub(super) know: usize,
}

/// The draft that a row makes, or what is wrong with it.
fn draft(row: &Row, for_all: &ForAll, called: &Called) -> Result<InviteDraft, (&'static str, String)> {
    if let Some(wrong) = address::fault(row.email.raw()) {
        return Err(("email", words::address_fault(wrong).to_owned()));
    }
    if !row.stray.is_empty() {
        let words: Vec<String> = row.stray.iter().map(|word| format!("“{word}”")).collect();
        return Err(("roles", tf("dialog.invite_many.stray", &[("words", &words.join(", "))])));
    }
    let no_role = |name: Text| ("roles", tf("dialog.invite_many.no_role", &[("name", &name)]));
    let no_group = |name: Text| ("groups", tf("dialog.invite_many.no_group", &[("name", &name)]));
    let roles = row.roles.ids(&for_all.roles, &called.roles).map_err(no_role)?;
    if roles.is_empty() {
        return Err(("roles", t("dialog.choose_role").to_owned()));
    }
    let mut groups = row.groups.ids(&for_all.groups, &called.groups).map_err(no_group)?;
    groups.sort_unstable();
    groups.dedup();
    Ok(InviteDraft {
        email: row.email.clone(),
        name: row.name.clone(),
        roles: roles.into_iter().map(RoleId).collect(),
        groups: groups.into_iter().map(GroupId).collect(),
        message: for_all.message.clone(),
        ttl_days: for_all.ttl_days,
    })
}
