//! The jobs screen: a window on the jobs, newest first, and the ones that are followed.

use crate::{
    api::wire::{Job, JobState},
    app::{
        layout::{Sideways, Table},
        listing::{Listing, Row},
        state::Pane,
    },
    domain::id::JobId,
};
use std::collections::HashSet;

impl Row for Job {
    type Id = JobId;

    fn id(&self) -> JobId {
        self.id
    }
}

/// The screen's state.
#[derive(Debug, Clone)]
pub struct Jobs {
    /// The jobs.
    pub list: Listing<Job>,
    /// How far it is scrolled to the columns that have no room.
    pub sideways: Sideways,
    /// One's own at work, as last told; the one that was begun last is the last.
    pub running: Vec<Job>,
    /// How many of those held run or were stopped.
    pub unfinished: usize,
    /// The one that ended last, as it was told.
    ended: Option<Job>,
    /// The one of this session that was begun or ended last and that the screen was not opened on yet.
    latest: Option<JobId>,
    /// The one that the cursor is to be on as soon as the list holds it.
    sought: Option<JobId>,
    /// Those that ended in this session with rows that failed, and were not looked at yet.
    unread: HashSet<JobId>,
    /// Whether what was stopped has been told once.
    pub told: bool,
}

impl Jobs {
    /// An empty screen.
    pub fn new() -> Self {
        Self {
            list: Listing::new(&[]),
            sideways: Sideways::new(Table::Jobs),
            running: Vec::new(),
            unfinished: 0,
            ended: None,
            latest: None,
            sought: None,
            unread: HashSet::new(),
            told: false,
        }
    }

    /// The one at work that is shown in the footer.
    pub fn at_work(&self) -> Option<&Job> {
        self.running.last()
    }

    /// How one stands now; whether it has ended and that was not told yet: the answer to whoever
    /// stopped it and the last word of its watching say the same.
    pub fn tell(&mut self, job: &Job) -> bool {
        self.list.replace(job);
        self.count();
        let ended = job.state != JobState::Running && self.ended.as_ref() != Some(job);
        if ended {
            self.ended = Some(job.clone());
        }
        match job.state {
            JobState::Running => drop(self.unread.remove(&job.id)),
            _ if ended && job.failed > 0 => drop(self.unread.insert(job.id)),
            _ => {}
        }
        let place = self.running.iter().position(|other| other.id == job.id);
        if ended || place.is_none() && job.state == JobState::Running {
            self.latest = Some(job.id);
        }
        match (place, job.state) {
            (Some(place), JobState::Running) => self.running[place] = job.clone(),
            (None, JobState::Running) => self.running.push(job.clone()),
            (Some(place), _) => drop(self.running.remove(place)),
            (None, _) => {}
        }
        ended
    }

    /// A job by its number, as far as it is known here.
    pub fn known(&self, id: JobId) -> Option<&Job> {
        self.ended.iter().chain(&self.running).chain(self.list.rows()).find(|job| job.id == id)
    }

    /// The pane whose rows a job is about, if it is about any; those of an undo are the rows of the job
    /// that it goes back to.
    pub fn marks_of(&self, job: &Job) -> Option<Pane> {
        match job.origin.as_ref().map_or(job.action.as_str(), |origin| origin.action.as_str()) {
            "set_roles" | "add_to_groups" | "remove_from_groups" | "grant" | "deactivate" | "remove" => {
                Some(Pane::Users)
            }
            "resend" | "cancel" => Some(Pane::Invitations),
            _ => None,
        }
    }

    /// Counts those that run or were stopped.
    pub fn count(&mut self) {
        self.unfinished = self.list.rows().filter(|job| job.state != JobState::Done).count();
    }

    /// The one that undo means: what ended last here, an undo as well, unless something newer was done
    /// elsewhere since; before anything ended here the last one of one's own that is no undo.
    pub fn last_undoable(&self) -> Option<&Job> {
        let own = |job: &&Job| job.mine && job.undoable();
        // It may not be in the list yet: without it an older one would be meant.
        let held = |ended: &Job| self.list.rows().find(|job| job.id == ended.id);
        let ended = self.ended.as_ref().map(|ended| held(ended).unwrap_or(ended)).filter(own);
        let last = self.list.rows().filter(own).filter(|job| job.undoes.is_none()).max_by_key(|job| job.id);
        match (ended, last) {
            (Some(ended), Some(last)) if last.created_at > ended.ended_at.unwrap_or(ended.created_at) => Some(last),
            (Some(ended), _) => Some(ended),
            (None, last) => last,
        }
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
    pub fn seek(&mut self) {
        if let Some(sought) = self.sought.take() {
            self.list.select(sought);
        }
    }

    /// The cursor was moved by hand.
    pub fn moved(&mut self) {
        self.sought = None;
    }

    /// The one under the cursor: the one that is sought as well, while the list has it not yet.
    pub fn under(&self) -> Option<&Job> {
        let sought = self.sought.filter(|sought| self.list.current().is_none_or(|job| job.id != *sought));
        sought.and_then(|sought| self.known(sought)).or(self.list.current())
    }

    /// A job is looked at.
    pub fn read(&mut self, job: JobId) {
        self.unread.remove(&job);
    }

    /// How many ended in this session with rows that failed, and were not looked at yet.
    pub fn unread(&self) -> usize {
        self.unread.len()
    }
}

impl Default for Jobs {
    fn default() -> Self {
        Self::new()
    }
}
