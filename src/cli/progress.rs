//! How far a job is: one line on standard error, written over; nothing where no terminal is.

use crate::{
    api::wire::Job,
    app::jobs::{done, progress, title},
};
use std::io::{self, IsTerminal, Write};

/// Marks of the bar.
const BAR: u64 = 10;

/// The line; it is gone when this is.
pub struct Progress {
    seen: bool,
    shown: bool,
    marks: [char; 2],
}

impl Progress {
    /// A line not yet written.
    pub fn new(ascii: bool) -> Self {
        Self { seen: io::stderr().is_terminal(), shown: false, marks: if ascii { ['#', '.'] } else { ['▰', '▱'] } }
    }

    /// Writes how far the job is.
    pub fn show(&mut self, job: &Job) {
        if self.seen {
            self.write(&line(job, self.marks));
            self.shown = true;
        }
    }

    /// Takes the line away.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            self.write("");
        }
    }

    fn write(&self, text: &str) {
        let mut err = io::stderr().lock();
        // Without wrapping: a narrow terminal cuts the line off. Progress that cannot be shown is nothing
        // to end for.
        let _ = write!(err, "\r\x1b[K\x1b[?7l{text}\x1b[?7h").and_then(|()| err.flush());
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
