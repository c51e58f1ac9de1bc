//! The rows a list holds: a stretch for each page that came, cut off at the far end as others come.

use super::WINDOW;
use std::collections::VecDeque;

/// How a stretch of rows was read, so that it can be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum From {
    Start,
    After(String),
    Before(String),
    End,
}

impl From {
    /// Whether it is read from its first row on.
    pub(super) fn forward(&self) -> bool {
        matches!(self, Self::Start | Self::After(_))
    }
}

/// Rows that came in one page.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    pub(super) len: usize,
    pub(super) from: From,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// Rows in their order, never many more than [`WINDOW`].
#[derive(Debug, Clone)]
pub(super) struct Window<R> {
    pub(super) rows: VecDeque<R>,
    stretches: VecDeque<Stretch>,
    /// Rows before the window, when known.
    pub(super) skipped: Option<u64>,
}

impl<R> Window<R> {
    pub(super) fn new() -> Self {
        Self { rows: VecDeque::new(), stretches: VecDeque::new(), skipped: None }
    }

    /// The cursor of the page before, if there is one.
    pub(super) fn before(&self) -> Option<&String> {
        self.stretches.front().and_then(|stretch| stretch.before.as_ref())
    }

    /// The cursor of the page after, if there is one.
    pub(super) fn after(&self) -> Option<&String> {
        self.stretches.back().and_then(|stretch| stretch.after.as_ref())
    }

    /// How the rows around a place are read again, and how many rows are before those.
    pub(super) fn around(&self, place: usize) -> Option<(From, Option<u64>)> {
        let (mut start, mut here) = (0, self.stretches.len().saturating_sub(1));
        for (i, stretch) in self.stretches.iter().enumerate() {
            if place < start + stretch.len {
                here = i;
                break;
            }
            start += stretch.len;
        }
        let mut chosen = self.stretches.get(here)?;
        // One stretch further against the direction of reading, so that what is on screen comes at once.
        let forward = chosen.from.forward();
        let neighbour = if forward { here.checked_sub(1) } else { Some(here + 1) };
        if let Some(other) = neighbour.and_then(|i| self.stretches.get(i))
            && other.from.forward() == forward
        {
            if forward {
                start -= other.len;
            }
            chosen = other;
        }
        let skipped = self.skipped.map(|skipped| skipped + start as u64).filter(|_| forward);
        Some((chosen.from.clone(), skipped))
    }

    /// These rows and no others.
    pub(super) fn reset(&mut self, rows: Vec<R>, stretch: Stretch, skipped: Option<u64>) {
        self.rows = rows.into();
        self.stretches = VecDeque::from([stretch]);
        self.skipped = skipped;
    }

    /// Rows after the last; how many went at the beginning.
    pub(super) fn append(&mut self, rows: Vec<R>, stretch: Stretch) -> usize {
        self.rows.extend(rows);
        self.stretches.push_back(stretch);
        let mut all = 0;
        while self.rows.len() > WINDOW {
            let Some(gone) = self.stretches.pop_front() else { break };
            // An edge that was not an edge when it came: what was cut off can be read again before it.
            if let Some(first) = self.stretches.front_mut()
                && first.before.is_none()
            {
                first.before = gone.after.clone();
            }
            self.rows.drain(..gone.len);
            self.skipped = self.skipped.map(|skipped| skipped + gone.len as u64);
            all += gone.len;
        }
        all
    }

    /// Rows before the first.
    pub(super) fn prepend(&mut self, rows: Vec<R>, stretch: Stretch) {
        self.skipped = match stretch.before {
            None => Some(0),
            Some(_) => self.skipped.and_then(|skipped| skipped.checked_sub(rows.len() as u64)),
        };
        for row in rows.into_iter().rev() {
            self.rows.push_front(row);
        }
        self.stretches.push_front(stretch);
        while self.rows.len() > WINDOW {
            let Some(gone) = self.stretches.pop_back() else { return };
            self.rows.truncate(self.rows.len() - gone.len);
        }
    }
}
