//! Changes that another process works on, or one that was killed: seen, followed, stopped, gone on with and taken
//! back like those at work here.

use crate::{
    recorded::{given, matching, pending_change, refused, to_role, told, undo},
    served::World,
};
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        http::HttpBackend,
        wire::{Change, ChangeState, PageQuery, Resume},
    },
    domain::{
        change::{Refusal, Undo},
        id::ChangeId,
    },
    server::store::WriteTx,
};

crate::on_both! {
    a_change_at_work_is_seen_and_followed_from_another_server,
    what_is_at_work_is_not_taken_back_wherever_that_is_asked,
    a_change_is_stopped_and_gone_on_with_at_another_server,
    a_stop_asked_for_in_another_process_is_heard_before_the_next_batch,
    a_change_that_two_work_on_does_each_row_once,
    a_change_that_is_begun_again_elsewhere_is_at_work_there_too,
    a_change_whose_process_was_killed_is_stopped_after_a_while_and_resumed_at_once,
    a_server_that_ends_lets_go_of_its_changes,
}

/// A change of many that `at` works on.
async fn begin(world: &World, at: &HttpBackend) -> Change {
    let start = matching("!role:technician", to_role(world.role("Technician").await.id));
    at.start_change(world.ws, &start, &world.key()).await.unwrap()
}

/// The same, that comes to no end as long as what this answers holds the workspace.
async fn held_up(world: &World, at: &HttpBackend) -> (ChangeId, WriteTx) {
    let change = begin(world, at).await.id;
    let held = world.store.begin(world.ws).await.unwrap();
    assert!(world.store.change(world.ws, change).await.unwrap().change.pending() > 0, "it was over too soon");
    (change, held)
}

/// Somebody takes a change up, and is killed.
async fn taken_up(world: &World, change: ChangeId) {
    let mut tx = world.store.begin(world.ws).await.unwrap();
    tx.take_up(change, world.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn all_done_once(world: &World, change: &Change) {
    assert_eq!((change.state, change.failed, change.pending()), (ChangeState::Done, 0, 0), "{change:?}");
    let told = told(world, change.id).await;
    assert_eq!(told.len() as u64, change.done);
    assert!(told.values().all(|times| *times == 1), "a row was done twice");
}

async fn a_change_at_work_is_seen_and_followed_from_another_server() {
    let world = World::sample(1_500).await;
    let owner = world.owner().await;
    let (running, other) = world.beside().await;
    let (change, held) = held_up(&world, &owner).await;
    let seen = other.change(world.ws, change).await.unwrap();
    assert_eq!((seen.state, seen.elsewhere, seen.undoable()), (ChangeState::Running, true, false));
    assert!(!owner.change(world.ws, change).await.unwrap().elsewhere, "not where it is at work");
    assert_eq!(other.changes(world.ws, &PageQuery::default()).await.unwrap().items, [seen]);
    let again = other.resume_change(world.ws, change, Resume { failed: true }).await;
    assert_eq!(refused(again), "at_work");

    let mut held = Some(held);
    let mut lines = Vec::new();
    let last = other.watch_change(world.ws, change, |change| {
        lines.push(change);
        held.take_if(|_| lines.len() == 2);
    });
    let last = last.await.unwrap();
    let told: Vec<_> = lines[..2].iter().map(|line| (line.state, line.per_second)).collect();
    assert_eq!(told, [(ChangeState::Running, None), (ChangeState::Running, Some(0))], "it was held up all the time");
    assert!(lines.windows(2).all(|two| two[0].done <= two[1].done), "it never goes back");
    assert_eq!(last, owner.change(world.ws, change).await.unwrap());
    all_done_once(&world, &last).await;
    running.shutdown().await;
}

async fn what_is_at_work_is_not_taken_back_wherever_that_is_asked() {
    let world = World::sample(1_500).await;
    let owner = world.owner().await;
    let (running, other) = world.beside().await;
    let (change, held) = held_up(&world, &owner).await;
    let start = given(Undo { change, reason: None });
    for (at, elsewhere) in [(&owner, false), (&other, true)] {
        let refused = at.start_change(world.ws, &start, &world.key()).await;
        assert_eq!(refused, Err(ApiError::Refused(Box::new(Refusal::AtWork { elsewhere }))));
    }
    drop(held);
    let stopped = other.stop_change(world.ws, change).await.unwrap();
    assert!(stopped.done > 0, "{stopped:?}");
    let back = undo(&world, &other, change).await;
    assert_eq!((back.state, back.done), (ChangeState::Done, stopped.done));
    running.shutdown().await;
}

async fn a_change_is_stopped_and_gone_on_with_at_another_server() {
    let world = World::sample(1_500).await;
    let owner = world.owner().await;
    let (running, other) = world.beside().await;
    let change = begin(&world, &owner).await;
    let stopped = other.stop_change(world.ws, change.id).await.unwrap();
    assert_eq!(stopped.state == ChangeState::Stopped, stopped.pending() > 0);
    assert_eq!(stopped.stop_asked, stopped.pending() > 0, "somebody wanted it so");
    let ended = owner.watch_change(world.ws, change.id, |_| ()).await.unwrap();
    assert_eq!((ended.state, ended.done), (stopped.state, stopped.done), "what it answers stays true");

    other.resume_change(world.ws, change.id, Resume::default()).await.unwrap();
    all_done_once(&world, &other.watch_change(world.ws, change.id, |_| ()).await.unwrap()).await;
    running.shutdown().await;
}

async fn a_stop_asked_for_in_another_process_is_heard_before_the_next_batch() {
    let world = World::sample(1_500).await;
    let owner = world.owner().await;
    let (running, other) = world.beside().await;
    let (change, mut held) = held_up(&world, &owner).await;
    let before = other.change(world.ws, change).await.unwrap();
    held.ask_to_stop(change, world.now()).await.unwrap();
    held.commit().await.unwrap();
    let stopped = owner.watch_change(world.ws, change, |_| ()).await.unwrap();
    assert_eq!((stopped.state, stopped.done), (ChangeState::Stopped, before.done), "no batch began after that");
    assert_eq!(other.change(world.ws, change).await.unwrap(), stopped);

    owner.resume_change(world.ws, change, Resume::default()).await.unwrap();
    all_done_once(&world, &owner.watch_change(world.ws, change, |_| ()).await.unwrap()).await;
    running.shutdown().await;
}

async fn a_change_that_two_work_on_does_each_row_once() {
    let world = World::sample(1_500).await;
    let owner = world.owner().await;
    let (running, other) = world.beside().await;
    let (change, held) = held_up(&world, &owner).await;
    let (resumed, ()) = tokio::join!(other.resume_change(world.ws, change, Resume::default()), async { drop(held) });
    assert_eq!(resumed.unwrap().state, ChangeState::Running);
    let ends = tokio::join!(owner.watch_change(world.ws, change, |_| ()), other.watch_change(world.ws, change, |_| ()));
    let (here, there) = (ends.0.unwrap(), ends.1.unwrap());
    assert_eq!(here, there);
    all_done_once(&world, &here).await;
    running.shutdown().await;
}

async fn a_change_that_is_begun_again_elsewhere_is_at_work_there_too() {
    let world = World::sample(1_500).await;
    let owner = world.owner().await;
    let (running, other) = world.beside().await;
    let start = matching("!role:technician", to_role(world.role("Technician").await.id));
    let begun = other.start_change(world.ws, &start, "one-key").await.unwrap();
    let held = world.store.begin(world.ws).await.unwrap();
    let again = owner.start_change(world.ws, &start, "one-key").await.unwrap();
    assert_eq!((again.id, again.state, again.elsewhere), (begun.id, ChangeState::Running, false));
    drop(held);
    let ends =
        tokio::join!(owner.watch_change(world.ws, begun.id, |_| ()), other.watch_change(world.ws, begun.id, |_| ()));
    assert_eq!(ends.0.unwrap(), ends.1.unwrap());
    all_done_once(&world, &owner.change(world.ws, begun.id).await.unwrap()).await;
    running.shutdown().await;
}

async fn a_change_whose_process_was_killed_is_stopped_after_a_while_and_resumed_at_once() {
    let world = World::new().await;
    let owner = world.owner().await;
    let technician = world.role("Technician").await.id;
    let people = ["vera@northwind.test", "victor@northwind.test"];
    let change = pending_change(&world, &world.first, &people, technician).await;
    assert_eq!(owner.change(world.ws, change).await.unwrap().state, ChangeState::Stopped, "that was long ago");
    taken_up(&world, change).await;
    let mut lines = Vec::new();
    let watching = owner.watch_change(world.ws, change, |change| {
        lines.push(change.state);
        world.pass(5);
    });
    let stopped = watching.await.unwrap();
    assert_eq!(lines, [ChangeState::Running, ChangeState::Running, ChangeState::Stopped]);
    assert_eq!((stopped.state, stopped.pending()), (ChangeState::Stopped, 2));

    taken_up(&world, change).await;
    world.pass(-60);
    assert_eq!(owner.change(world.ws, change).await.unwrap().state, ChangeState::Stopped, "a moment to come is none");
    world.pass(60);
    let stopped = owner.stop_change(world.ws, change).await.unwrap();
    assert_eq!(stopped.state, ChangeState::Stopped, "nobody is waited for");
    taken_up(&world, change).await;
    assert!(owner.change(world.ws, change).await.unwrap().elsewhere, "for all that is known");
    let resumed = owner.resume_change(world.ws, change, Resume::default()).await.unwrap();
    assert!(resumed.state != ChangeState::Stopped && !resumed.elsewhere, "{resumed:?}");
    all_done_once(&world, &owner.watch_change(world.ws, change, |_| ()).await.unwrap()).await;
}

async fn a_server_that_ends_lets_go_of_its_changes() {
    let world = World::sample(1_500).await;
    let owner = world.owner().await;
    let (running, other) = world.beside().await;
    let (change, held) = held_up(&world, &other).await;
    assert_eq!(owner.change(world.ws, change).await.unwrap().state, ChangeState::Running);
    tokio::join!(running.shutdown(), async { drop(held) });
    let left = owner.change(world.ws, change).await.unwrap();
    assert_eq!((left.state, left.stop_asked), (ChangeState::Stopped, false), "no time has passed: {left:?}");
    owner.resume_change(world.ws, change, Resume::default()).await.unwrap();
    all_done_once(&world, &owner.watch_change(world.ws, change, |_| ()).await.unwrap()).await;
}
