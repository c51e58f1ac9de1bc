//! The jobs screen: a window on the jobs, newest first, and the ones that are followed.

use crate::{
    api::wire::{Job, JobState, StartJob},
    app::{
        listing::{Listing, Row},
        state::Pane,
    },
    domain::{
        id::{JobId, WorkspaceId},
        time::Timestamp,
    },
};

impl Row for Job {
    type Id = JobId;

    fn id(&self) -> JobId {
        self.id
    }
}

/// A bulk change that an earlier run asked for and did not live to see answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// Where.
    pub workspace: WorkspaceId,
    /// What was asked for.
    pub start: StartJob,
    /// Its idempotency key.
    pub key: String,
    /// When it was decided.
    pub at: Timestamp,
}

/// The screen's state.
#[derive(Debug, Clone)]
pub struct Jobs {
    /// The jobs.
    pub list: Listing<Job>,
    /// One's own at work, as last told; the one that was begun last is the last.
    pub running: Vec<Job>,
    /// What an earlier run asked for and got no answer to, the oldest first.
    pub unanswered: Vec<Unanswered>,
    /// How many of those held run or were stopped, and of those unanswered.
    pub unfinished: usize,
    /// The one that ended last, as it was told.
    ended: Option<Job>,
    /// Whether what was stopped has been told once.
    pub told: bool,
}

impl Jobs {
    /// An empty screen.
    pub fn new() -> Self {
        Self {
            list: Listing::new(&[]),
            running: Vec::new(),
            unanswered: Vec::new(),
            unfinished: 0,
            ended: None,
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
        let place = self.running.iter().position(|other| other.id == job.id);
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
    /// that it takes back.
    pub fn marks_of(&self, job: &Job) -> Option<Pane> {
        let mut job = job;
        while let Some(undone) = job.undoes {
            // A job takes back an older one: this comes to an end.
            job = self.known(undone).filter(|undone| undone.id < job.id)?;
        }
        match job.action.as_str() {
            "set_roles" | "add_to_groups" | "remove_from_groups" | "grant" | "deactivate" | "remove" => {
                Some(Pane::Users)
            }
            "resend" | "cancel" => Some(Pane::Invitations),
            _ => None,
        }
    }

    /// Counts those that run or were stopped, and what has no answer.
    pub fn count(&mut self) {
        let held = self.list.rows().filter(|job| job.state != JobState::Done).count();
        self.unfinished = held + self.unanswered.len();
    }

    /// The end of a change is known: nobody has to take it up any more.
    pub fn answered(&mut self, key: &str) {
        self.unanswered.retain(|one| one.key != key);
        self.count();
    }

    /// The last one of one's own that did something that is not taken back yet.
    pub fn last_undoable(&self) -> Option<&Job> {
        // The one that has just ended may not be in the list yet: without it an older one would be meant.
        let ended = self.ended.iter().filter(|ended| self.list.rows().all(|job| job.id != ended.id));
        let own = |job: &&Job| job.mine && job.undoes.is_none() && job.undoable();
        ended.chain(self.list.rows()).filter(own).max_by_key(|job| job.id)
    }
}

impl Default for Jobs {
    fn default() -> Self {
        Self::new()
    }
}
