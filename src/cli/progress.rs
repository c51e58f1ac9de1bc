//! How far a job is: one line on standard error, written over; nothing where no terminal is that could do that.

use super::output;
use crate::{
    api::wire::Job,
    app::jobs::{done, progress, title},
};
use std::io::{self, IsTerminal};

/// Marks of the bar.
const BAR: u64 = 10;

/// The line; it is gone when this is.
pub struct Progress {
    seen: bool,
    marks: [char; 2],
}

impl Progress {
    /// A line not yet written.
    pub fn new(ascii: bool) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { seen: io::stderr().is_terminal() && !dumb, marks: if ascii { ['#', '.'] } else { ['▰', '▱'] } }
    }

    /// Writes how far the job is.
    pub fn show(&self, job: &Job) {
        if self.seen {
            output::write_over(&line(job, self.marks));
        }
    }

    /// Takes the line away.
    pub fn clear(&self) {
        if self.seen {
            output::write_over("");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// `Role → Viewer ▰▰▰▰▰▰▱▱▱▱ 312/500 · 140/s · 1 s left · 2 failed`.
fn line(job: &Job, [full, left]: [char; 2]) -> String {
    let cells = (done(job) * BAR).checked_div(job.total).unwrap_or(BAR).min(BAR);
    let bar: String = (0..BAR).map(|cell| if cell < cells { full } else { left }).collect();
    format!("{} {bar} {}", title(job), progress(job))
}
