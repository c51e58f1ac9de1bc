//! A change that is killed: at every step of it, and gone on with by somebody new.
//!
//! A step is a point at which the work waits for the database. There the future is dropped, as a process that ends
//! drops it, its transaction with it. (`tests/kills.rs` ends real processes.)

use super::{
    super::batch,
    bench::{Bench, NOW},
};
use crate::{api::wire::PageQuery, domain::plan::RowOutcome, server::store::Scope};
use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

const ROWS: usize = 200;

/// Lets a future take so many steps, and drops it there; what it came to, if it came to an end.
async fn killed_after<F: Future>(steps: usize, work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    let mut left = steps;
    poll_fn(move |cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_killed_at_every_step_does_each_row_exactly_once() {
    const BATCH: usize = 20;
    let bench = Bench::new(ROWS).await;
    let (task, role) = bench.change().await;
    let store = &bench.state.store;
    let (mut kills, mut steps, mut known) = (0, 0, 0);
    loop {
        // Whoever comes after a kill knows nothing but what is on disk.
        let mut anew = task.clone();
        let work = batch::run(&bench.state, &mut anew, BATCH);
        match killed_after(steps, work).await.map(Result::unwrap) {
            Some(None) => break,
            Some(Some(_)) => {}
            None => (kills, steps) = (kills + 1, steps + 1),
        }
        let done = bench.on_disk(task.change).await.done;
        assert_eq!(done % BATCH as u64, 0, "half a batch was kept");
        // A batch that was kept, whether that was heard of or not: the next one is killed at its first step.
        if done > known {
            (known, steps) = (done, 0);
        }
    }
    assert!(kills > 20 * ROWS / BATCH, "only {kills} kills: a batch has more steps than that");

    let change = bench.on_disk(task.change).await;
    assert_eq!((change.done, change.failed, change.skipped, change.ended_at), (ROWS as u64, 0, 0, Some(NOW)));
    assert_eq!(bench.told().await, ROWS as u64, "each row was done once");
    let query = PageQuery { limit: Some(500), ..PageQuery::default() };
    let rows = store.change_rows(bench.ws, task.change, &query).await.unwrap();
    let all = store.snapshot(bench.ws, &Scope::All, NOW).await.unwrap();
    for row in rows.items {
        assert_eq!(row.outcome, Some(RowOutcome::Done));
        let member = all.members.iter().find(|member| Some(member.id.0) == row.target).unwrap();
        assert_eq!(member.roles.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [role], "{}", row.name);
    }
}
