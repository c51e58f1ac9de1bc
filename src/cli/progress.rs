//! How far a job is: one line on standard error, written over; nothing where no terminal is that could do that.

use super::output;
use crate::{
    api::wire::Job,
    app::jobs::{bar, progress, title},
};
use std::io::{self, IsTerminal};

/// The line; it is gone when this is.
pub struct Progress {
    seen: bool,
    marks: [&'static str; 2],
}

impl Progress {
    /// A line not yet written.
    pub fn new(ascii: bool) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { seen: io::stderr().is_terminal() && !dumb, marks: if ascii { ["#", "."] } else { ["▰", "▱"] } }
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
fn line(job: &Job, marks: [&'static str; 2]) -> String {
    format!("{} {} {}", title(job), bar(job, marks), progress(job))
}
