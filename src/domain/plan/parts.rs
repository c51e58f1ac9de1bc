//! Rows judged side by side, by as many threads as there are processors.

use std::{num::NonZero, ops::Range, panic, thread};

/// Rows that are worth a thread of their own.
const WORTH: usize = 1_000;

/// What `work` makes of the parts of `0..rows`, in order. A panic in any of them is one here.
pub(super) fn in_parts<T: Send>(rows: usize, work: impl Fn(Range<usize>) -> Vec<T> + Sync) -> Vec<T> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let size = rows.div_ceil(processors).max(WORTH);
    let part = |begin: usize| work(begin..rows.min(begin + size));
    thread::scope(|scope| {
        let others: Vec<_> = (size..rows).step_by(size).map(|begin| scope.spawn(move || part(begin))).collect();
        let mut all = part(0);
        for other in others {
            all.extend(other.join().unwrap_or_else(|payload| panic::resume_unwind(payload)));
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_every_row_once_and_in_order() {
        for rows in [0, 1, WORTH - 1, WORTH, WORTH + 1, 10 * WORTH, 64 * WORTH + 7] {
            assert_eq!(in_parts(rows, Iterator::collect), (0..rows).collect::<Vec<_>>(), "{rows}");
        }
    }
}
