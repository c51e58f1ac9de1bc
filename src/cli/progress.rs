//! How far a job is: one line on standard error, written over; nothing where no terminal is.

use super::outcome::title;
use crate::{api::wire::Job, app::format, i18n::tf};
use std::io::{self, IsTerminal, Write};

/// Marks of the bar.
const BAR: usize = 10;

/// The line; it is gone when this is.
pub struct Progress {
    seen: bool,
    shown: bool,
}

impl Progress {
    /// A line not yet written.
    pub fn new() -> Self {
        Self { seen: io::stderr().is_terminal(), shown: false }
    }

    /// Writes how far the job is.
    pub fn show(&mut self, job: &Job) {
        if self.seen {
            self.write(&line(job));
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
fn line(job: &Job) -> String {
    let done = job.applied + job.failed + job.skipped;
    let full = usize::try_from(done.saturating_mul(BAR as u64) / job.total.max(1)).unwrap_or(BAR).min(BAR);
    let bar = "▰".repeat(full) + &"▱".repeat(BAR - full);
    let mut parts = vec![format!("{} {bar} {}/{}", title(job), format::count(done), format::count(job.total))];
    if let Some(rate) = job.per_second.filter(|rate| *rate > 0) {
        parts.push(tf("cli.jobs.rate", &[("n", &format::count(rate.into()))]));
        let left = job.total.saturating_sub(done).div_ceil(rate.into());
        parts.push(tf("cli.jobs.left", &[("span", &format::span(i64::try_from(left).unwrap_or(i64::MAX)))]));
    }
    if job.failed > 0 {
        parts.push(tf("cli.jobs.failed", &[("n", &format::count(job.failed))]));
    }
    parts.join(" · ")
}
