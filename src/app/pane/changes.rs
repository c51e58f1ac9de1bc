//! The changes screen: a window on the changes, newest first, and the ones that are followed.

use crate::{
    api::wire::{Change, ChangeState, Page},
    app::{
        layout::{Sideways, Table},
        listing::{Listing, Row},
        state::Pane,
    },
    domain::id::ChangeId,
};
use std::collections::HashSet;

impl Row for Change {
    type Id = ChangeId;

    fn id(&self) -> ChangeId {
        self.id
    }
}

/// The screen's state.
#[derive(Debug, Clone)]
pub struct Changes {
    /// The changes.
    pub list: Listing<Change>,
    /// How far it is scrolled to the columns that have no room.
    pub sideways: Sideways,
    /// One's own at work, as last told; the one that was begun last is the last.
    pub running: Vec<Change>,
    /// How many of those held run or were stopped.
    pub unfinished: usize,
    /// The one that ended last, as it was told.
    ended: Option<Change>,
    /// One's own newest, as far as it is known: the one that undo means.
    newest: Option<Change>,
    /// The one of this session that was begun or ended last and that the screen was not opened on yet.
    latest: Option<ChangeId>,
    /// The one that the cursor is to be on as soon as the list holds it.
    sought: Option<ChangeId>,
    /// Those that ended in this session with rows that failed, and were not looked at yet.
    unread: HashSet<ChangeId>,
    /// Whether what was stopped has been told once.
    pub told: bool,
}

impl Changes {
    /// An empty screen.
    pub fn new() -> Self {
        Self {
            list: Listing::new(&[]),
            sideways: Sideways::new(Table::Changes),
            running: Vec::new(),
            unfinished: 0,
            ended: None,
            newest: None,
            latest: None,
            sought: None,
            unread: HashSet::new(),
            told: false,
        }
    }

    /// The one at work that is shown in the footer.
    pub fn at_work(&self) -> Option<&Change> {
        self.running.last()
    }

    /// A page came.
    pub fn take(&mut self, page: Page<Change>) {
        page.items.iter().for_each(|change| self.note(change));
        self.list.take(page);
        self.seek();
        self.count();
    }

    fn note(&mut self, change: &Change) {
        if change.mine && self.newest.as_ref().is_none_or(|newest| newest.id <= change.id) {
            self.newest = Some(change.clone());
        }
    }

    /// Whether one ended and that was told.
    pub fn has_ended(&self, change: &Change) -> bool {
        self.ended.as_ref() == Some(change)
    }

    /// How one stands now; whether it has ended and that was not told yet: the answer to whoever
    /// stopped it and the last word of its watching say the same.
    pub fn tell(&mut self, change: &Change) -> bool {
        self.note(change);
        self.list.replace(change);
        self.count();
        let ended = change.state != ChangeState::Running && !self.has_ended(change);
        if ended {
            self.ended = Some(change.clone());
        }
        match change.state {
            ChangeState::Running => drop(self.unread.remove(&change.id)),
            _ if ended && change.failed > 0 => drop(self.unread.insert(change.id)),
            _ => {}
        }
        let place = self.running.iter().position(|other| other.id == change.id);
        if ended || place.is_none() && change.state == ChangeState::Running {
            self.latest = Some(change.id);
        }
        match (place, change.state) {
            (Some(place), ChangeState::Running) => self.running[place] = change.clone(),
            (None, ChangeState::Running) => self.running.push(change.clone()),
            (Some(place), _) => drop(self.running.remove(place)),
            (None, _) => {}
        }
        ended
    }

    /// A change by its number, as far as it is known here.
    pub fn known(&self, id: ChangeId) -> Option<&Change> {
        self.ended.iter().chain(&self.running).chain(self.list.rows()).find(|change| change.id == id)
    }

    /// The pane whose rows a change is about, if it is about any; those of an undo are the rows of the change
    /// that it goes back to.
    pub fn marks_of(&self, change: &Change) -> Option<Pane> {
        match change.origin.as_ref().map_or(change.action.as_str(), |origin| origin.action.as_str()) {
            "set_roles" | "set_groups" | "group_members" | "grant" | "deactivate" | "reactivate" | "remove" => {
                Some(Pane::Users)
            }
            "resend" | "cancel" | "edit_invitation" => Some(Pane::Invitations),
            _ => None,
        }
    }

    /// Counts those that run or were stopped.
    fn count(&mut self) {
        self.unfinished = self.list.rows().filter(|change| change.state != ChangeState::Done).count();
    }

    /// One's own last change, whatever it was: undo means it and never an older one.
    pub fn last_own(&self) -> Option<&Change> {
        self.newest.as_ref()
    }

    /// The screen is opened: what was begun or ended last in this session is what it is opened for. Whether
    /// there is such a one, so that the newest are to be read.
    pub fn opened(&mut self) -> bool {
        let Some(latest) = self.latest.take() else { return false };
        self.list.select(latest);
        self.sought = Some(latest);
        true
    }

    /// The newest came: the cursor goes to the one that is sought.
    fn seek(&mut self) {
        if let Some(sought) = self.sought.take() {
            self.list.select(sought);
        }
    }

    /// The cursor was moved by hand.
    pub fn moved(&mut self) {
        self.sought = None;
    }

    /// The one under the cursor: the one that is sought as well, while the list has it not yet.
    pub fn under(&self) -> Option<&Change> {
        let sought = self.sought.filter(|sought| self.list.current().is_none_or(|change| change.id != *sought));
        sought.and_then(|sought| self.known(sought)).or(self.list.current())
    }

    /// A change is looked at.
    pub fn read(&mut self, change: ChangeId) {
        self.unread.remove(&change);
    }

    /// How many ended in this session with rows that failed, and were not looked at yet.
    pub fn unread(&self) -> usize {
        self.unread.len()
    }
}

impl Default for Changes {
    fn default() -> Self {
        Self::new()
    }
}
