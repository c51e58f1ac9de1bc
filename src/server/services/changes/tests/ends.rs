//! Changes that end before they are done: told to stop, and given up. What waits stays, to be gone on with.

use super::{
    super::{runner, set_to_work},
    bench::{Bench, NOW},
};
use crate::{api::wire::ChangeState, server::store::Store};
use futures::FutureExt;
use sqlx::{Connection, SqliteConnection, raw_sql};
use std::{pin::pin, time::Duration};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_lets_the_batch_under_way_end_and_no_other_begin() {
    const ROWS: usize = 1_500;
    let bench = Bench::new(ROWS).await;
    let (task, _) = bench.change().await;
    set_to_work(&bench.state, task.clone());
    let mut pulse = bench.state.changes.pulse(task.change).expect("somebody is at work");
    pulse.changed().await.expect("a batch is done");

    // While this holds the workspace no batch comes to its end, so that none can be missed in the count.
    let held = bench.state.store.begin(bench.ws).await.unwrap();
    let before = bench.revision().await;
    let mut stopping = pin!(bench.state.changes.stop(task.change));
    assert!(stopping.as_mut().now_or_never().is_none(), "the runner waits for its turn to write");
    drop(held);
    stopping.await;
    let batches = bench.revision().await - before;
    assert!(batches <= 1, "{batches} batches were done after the stop was asked for");
    assert!(bench.state.changes.pulse(task.change).is_none(), "it has stopped when it says so");
    let stopped = bench.on_disk(task.change).await;
    assert!(stopped.done > 0 && stopped.pending() > 0, "{stopped:?}");
    assert_eq!(bench.told().await, stopped.done);

    set_to_work(&bench.state, task.clone());
    bench.state.changes.ended(task.change).await;
    let ended = bench.on_disk(task.change).await;
    assert_eq!((ended.state, ended.done, ended.failed), (ChangeState::Done, ROWS as u64, 0));
    assert_eq!(bench.told().await, ROWS as u64, "each row was done once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_told_to_stop_in_another_process_stops_and_goes_on_only_when_it_is_let() {
    const ROWS: usize = 1_500;
    let bench = Bench::new(ROWS).await;
    let (task, _) = bench.change().await;
    // Another process has a store of its own, and knows nothing of who works here.
    let other = Store::open(&bench.url).await.unwrap();
    set_to_work(&bench.state, task.clone());
    bench.state.changes.pulse(task.change).expect("somebody is at work").changed().await.expect("a batch is done");
    let mut tx = other.begin(bench.ws).await.unwrap();
    tx.ask_to_stop(task.change, NOW).await.unwrap();
    tx.commit().await.unwrap();
    let told = other.change(bench.ws, task.change).await.unwrap().change;
    bench.state.changes.ended(task.change).await;
    let stopped = bench.on_disk(task.change).await;
    assert!(stopped.done > 0 && stopped.pending() > 0, "{stopped:?}");
    assert_eq!(stopped.done, told.done, "no row was done after the stop was kept");

    set_to_work(&bench.state, task.clone());
    bench.state.changes.ended(task.change).await;
    assert_eq!(bench.on_disk(task.change).await, stopped, "whoever does not know of it takes no row either");

    let mut tx = other.begin(bench.ws).await.unwrap();
    tx.take_up(task.change, NOW).await.unwrap();
    tx.commit().await.unwrap();
    set_to_work(&bench.state, task.clone());
    bench.state.changes.ended(task.change).await;
    let ended = bench.on_disk(task.change).await;
    assert_eq!((ended.state, ended.done), (ChangeState::Done, ROWS as u64));
    other.close().await;
}

/// The database refuses to write who has which role, or does not.
async fn refuse_roles(bench: &Bench, refuse: bool) {
    let mut beside = SqliteConnection::connect(&bench.url).await.unwrap();
    let sql = if refuse {
        "CREATE TRIGGER broken BEFORE INSERT ON member_role BEGIN SELECT RAISE(ABORT, 'a broken disk'); END"
    } else {
        "DROP TRIGGER broken"
    };
    raw_sql(sql).execute(&mut beside).await.unwrap();
    beside.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_whose_batches_fail_again_and_again_is_given_up_and_goes_on_when_that_is_mended() {
    const ROWS: usize = 100;
    let bench = Bench::new(ROWS).await;
    let (task, _) = bench.change().await;
    refuse_roles(&bench, true).await;
    let before = bench.revision().await;
    let turn = bench.state.changes.begin(task.change).expect("nobody is at work");
    runner::patiently(bench.state.clone(), task.clone(), turn, &[Duration::ZERO; 3]).await;

    let given_up = bench.on_disk(task.change).await;
    assert_eq!((given_up.state, given_up.done, given_up.pending()), (ChangeState::Stopped, 0, ROWS as u64));
    let trouble = given_up.trouble.expect("why is kept");
    assert!(!trouble.is_empty(), "{trouble}");
    assert!(!trouble.raw().contains("broken"), "what the database says is for the log: {trouble}");
    let log = std::mem::take(&mut *bench.log.lock().unwrap());
    assert_eq!(log.len(), 4, "once for each time it was tried: {log:?}");
    assert!(log.iter().all(|line| line.contains("a broken disk")), "{log:?}");
    assert_eq!(bench.revision().await, before, "nothing of a batch that failed is kept");
    assert_eq!(bench.told().await, 0);

    refuse_roles(&bench, false).await;
    set_to_work(&bench.state, task.clone());
    bench.state.changes.ended(task.change).await;
    let ended = bench.on_disk(task.change).await;
    assert_eq!((ended.state, ended.done, ended.failed), (ChangeState::Done, ROWS as u64, 0));
    assert_eq!(ended.trouble, None, "what is mended is not told any more");
    assert_eq!(bench.told().await, ROWS as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_waits_after_a_failure_stops_at_once() {
    let bench = Bench::new(50).await;
    let (task, _) = bench.change().await;
    refuse_roles(&bench, true).await;
    let turn = bench.state.changes.begin(task.change).expect("nobody is at work");
    const LONG: [Duration; 1] = [Duration::from_secs(24 * 60 * 60)];
    let working = tokio::spawn(runner::patiently(bench.state.clone(), task.clone(), turn, &LONG));
    while bench.log.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    bench.state.changes.stop(task.change).await;
    working.await.unwrap();
    let stopped = bench.on_disk(task.change).await;
    assert_eq!((stopped.state, stopped.trouble), (ChangeState::Stopped, None));
}
