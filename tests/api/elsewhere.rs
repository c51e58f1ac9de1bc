//! Jobs that another process works on, or one that was killed: seen, followed, stopped, gone on with and taken
//! back like those at work here.

use crate::{
    jobs::{given, matching, to_role, told, undo, waiting_job},
    served::World,
};
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        http::HttpBackend,
        wire::{Job, JobState, PageQuery, Resume},
    },
    domain::{bulk::BulkAction, id::JobId},
    server::store::WriteTx,
};

crate::on_both! {
    a_job_at_work_is_seen_and_followed_from_another_server,
    what_is_at_work_is_not_taken_back_wherever_that_is_asked,
    a_job_is_stopped_and_gone_on_with_at_another_server,
    a_stop_asked_for_in_another_process_is_heard_before_the_next_batch,
    a_job_that_two_work_on_does_each_row_once,
    a_job_that_is_begun_again_elsewhere_is_at_work_there_too,
    a_job_whose_process_was_killed_is_stopped_after_a_while_and_resumed_at_once,
    a_server_that_ends_lets_go_of_its_jobs,
}

/// A job of many that `at` works on.
async fn begin(world: &World, at: &HttpBackend) -> Job {
    let start = matching("!role:technician", to_role(world.role("Technician").await.id));
    at.start_job(world.ws, &start, &world.key()).await.unwrap()
}

/// The same, that comes to no end as long as what this answers holds the workspace.
async fn held_up(world: &World, at: &HttpBackend) -> (JobId, WriteTx) {
    let job = begin(world, at).await.id;
    let held = world.store.begin(world.ws).await.unwrap();
    assert!(world.store.job(world.ws, job).await.unwrap().job.waiting() > 0, "it was over too soon");
    (job, held)
}

/// Somebody takes a job up, and is killed.
async fn taken_up(world: &World, job: JobId) {
    let mut tx = world.store.begin(world.ws).await.unwrap();
    tx.take_up(job, world.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn all_done_once(world: &World, job: &Job) {
    assert_eq!((job.state, job.failed, job.waiting()), (JobState::Done, 0, 0), "{job:?}");
    let told = told(world, job.id).await;
    assert_eq!(told.len() as u64, job.applied);
    assert!(told.values().all(|times| *times == 1), "a row was done twice");
}

async fn a_job_at_work_is_seen_and_followed_from_another_server() {
    let world = World::sample(1_500).await;
    let owner = world.owner().await;
    let (running, other) = world.beside().await;
    let (job, held) = held_up(&world, &owner).await;
    let seen = other.job(world.ws, job).await.unwrap();
    assert_eq!((seen.state, seen.elsewhere, seen.undoable()), (JobState::Running, true, false));
    assert!(!owner.job(world.ws, job).await.unwrap().elsewhere, "not where it is at work");
    assert_eq!(other.jobs(world.ws, &PageQuery::default()).await.unwrap().items, [seen]);
    let again = other.resume_job(world.ws, job, Resume { failed: true }).await;
    assert!(matches!(again, Err(ApiError::Conflict { .. })), "{again:?}");

    let mut held = Some(held);
    let mut lines = Vec::new();
    let last = other.watch_job(world.ws, job, |job| {
        lines.push(job);
        held.take_if(|_| lines.len() == 2);
    });
    let last = last.await.unwrap();
    let told: Vec<_> = lines[..2].iter().map(|line| (line.state, line.per_second)).collect();
    assert_eq!(told, [(JobState::Running, None), (JobState::Running, Some(0))], "it was held up all the time");
    assert!(lines.windows(2).all(|two| two[0].applied <= two[1].applied), "it never goes back");
    assert_eq!(last, owner.job(world.ws, job).await.unwrap());
    all_done_once(&world, &last).await;
    running.shutdown().await;
}

async fn what_is_at_work_is_not_taken_back_wherever_that_is_asked() {
    let world = World::sample(1_500).await;
    let owner = world.owner().await;
    let (running, other) = world.beside().await;
    let (job, held) = held_up(&world, &owner).await;
    let start = given(BulkAction::Undo { job, reason: None });
    for (at, told) in [
        (&owner, "this job is at work: stop it first, or wait"),
        (
            &other,
            "this job is at work in another process, or that one was killed less than 10 s ago: stop it first, or wait",
        ),
    ] {
        let refused = at.start_job(world.ws, &start, &world.key()).await;
        let Err(ApiError::Conflict { message, .. }) = refused else { panic!("{refused:?}") };
        assert_eq!(message.raw(), told);
    }
    drop(held);
    let stopped = other.stop_job(world.ws, job).await.unwrap();
    assert!(stopped.applied > 0, "{stopped:?}");
    let back = undo(&world, &other, job).await;
    assert_eq!((back.state, back.applied), (JobState::Done, stopped.applied));
    running.shutdown().await;
}

async fn a_job_is_stopped_and_gone_on_with_at_another_server() {
    let world = World::sample(1_500).await;
    let owner = world.owner().await;
    let (running, other) = world.beside().await;
    let job = begin(&world, &owner).await;
    let stopped = other.stop_job(world.ws, job.id).await.unwrap();
    assert_eq!(stopped.state == JobState::Stopped, stopped.waiting() > 0);
    assert_eq!(stopped.stop_asked, stopped.waiting() > 0, "somebody wanted it so");
    let ended = owner.watch_job(world.ws, job.id, |_| ()).await.unwrap();
    assert_eq!((ended.state, ended.applied), (stopped.state, stopped.applied), "what it answers stays true");

    other.resume_job(world.ws, job.id, Resume::default()).await.unwrap();
    all_done_once(&world, &other.watch_job(world.ws, job.id, |_| ()).await.unwrap()).await;
    running.shutdown().await;
}

async fn a_stop_asked_for_in_another_process_is_heard_before_the_next_batch() {
    let world = World::sample(1_500).await;
    let owner = world.owner().await;
    let (running, other) = world.beside().await;
    let (job, mut held) = held_up(&world, &owner).await;
    let before = other.job(world.ws, job).await.unwrap();
    held.ask_to_stop(job, world.now()).await.unwrap();
    held.commit().await.unwrap();
    let stopped = owner.watch_job(world.ws, job, |_| ()).await.unwrap();
    assert_eq!((stopped.state, stopped.applied), (JobState::Stopped, before.applied), "no batch began after that");
    assert_eq!(other.job(world.ws, job).await.unwrap(), stopped);

    owner.resume_job(world.ws, job, Resume::default()).await.unwrap();
    all_done_once(&world, &owner.watch_job(world.ws, job, |_| ()).await.unwrap()).await;
    running.shutdown().await;
}

async fn a_job_that_two_work_on_does_each_row_once() {
    let world = World::sample(1_500).await;
    let owner = world.owner().await;
    let (running, other) = world.beside().await;
    let (job, held) = held_up(&world, &owner).await;
    let (resumed, ()) = tokio::join!(other.resume_job(world.ws, job, Resume::default()), async { drop(held) });
    assert_eq!(resumed.unwrap().state, JobState::Running);
    let ends = tokio::join!(owner.watch_job(world.ws, job, |_| ()), other.watch_job(world.ws, job, |_| ()));
    let (here, there) = (ends.0.unwrap(), ends.1.unwrap());
    assert_eq!(here, there);
    all_done_once(&world, &here).await;
    running.shutdown().await;
}

async fn a_job_that_is_begun_again_elsewhere_is_at_work_there_too() {
    let world = World::sample(1_500).await;
    let owner = world.owner().await;
    let (running, other) = world.beside().await;
    let start = matching("!role:technician", to_role(world.role("Technician").await.id));
    let begun = other.start_job(world.ws, &start, "one-key").await.unwrap();
    let held = world.store.begin(world.ws).await.unwrap();
    let again = owner.start_job(world.ws, &start, "one-key").await.unwrap();
    assert_eq!((again.id, again.state, again.elsewhere), (begun.id, JobState::Running, false));
    drop(held);
    let ends = tokio::join!(owner.watch_job(world.ws, begun.id, |_| ()), other.watch_job(world.ws, begun.id, |_| ()));
    assert_eq!(ends.0.unwrap(), ends.1.unwrap());
    all_done_once(&world, &owner.job(world.ws, begun.id).await.unwrap()).await;
    running.shutdown().await;
}

async fn a_job_whose_process_was_killed_is_stopped_after_a_while_and_resumed_at_once() {
    let world = World::new().await;
    let owner = world.owner().await;
    let technician = world.role("Technician").await.id;
    let people = ["vera@northwind.test", "victor@northwind.test"];
    let job = waiting_job(&world, &world.first, &people, technician).await;
    assert_eq!(owner.job(world.ws, job).await.unwrap().state, JobState::Stopped, "that was long ago");
    taken_up(&world, job).await;
    let mut lines = Vec::new();
    let watching = owner.watch_job(world.ws, job, |job| {
        lines.push(job.state);
        world.pass(5);
    });
    let stopped = watching.await.unwrap();
    assert_eq!(lines, [JobState::Running, JobState::Running, JobState::Stopped]);
    assert_eq!((stopped.state, stopped.waiting()), (JobState::Stopped, 2));

    taken_up(&world, job).await;
    world.pass(-60);
    assert_eq!(owner.job(world.ws, job).await.unwrap().state, JobState::Stopped, "a moment to come is none");
    world.pass(60);
    let stopped = owner.stop_job(world.ws, job).await.unwrap();
    assert_eq!(stopped.state, JobState::Stopped, "nobody is waited for");
    taken_up(&world, job).await;
    assert!(owner.job(world.ws, job).await.unwrap().elsewhere, "for all that is known");
    let resumed = owner.resume_job(world.ws, job, Resume::default()).await.unwrap();
    assert!(resumed.state != JobState::Stopped && !resumed.elsewhere, "{resumed:?}");
    all_done_once(&world, &owner.watch_job(world.ws, job, |_| ()).await.unwrap()).await;
}

async fn a_server_that_ends_lets_go_of_its_jobs() {
    let world = World::sample(1_500).await;
    let owner = world.owner().await;
    let (running, other) = world.beside().await;
    let (job, held) = held_up(&world, &other).await;
    assert_eq!(owner.job(world.ws, job).await.unwrap().state, JobState::Running);
    tokio::join!(running.shutdown(), async { drop(held) });
    let left = owner.job(world.ws, job).await.unwrap();
    assert_eq!((left.state, left.stop_asked), (JobState::Stopped, false), "no time has passed: {left:?}");
    owner.resume_job(world.ws, job, Resume::default()).await.unwrap();
    all_done_once(&world, &owner.watch_job(world.ws, job, |_| ()).await.unwrap()).await;
}
