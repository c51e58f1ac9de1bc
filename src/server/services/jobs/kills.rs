//! A job that is killed: at every step of it, and gone on with by somebody new.
//!
//! A step is a point at which the work waits for the database. There the future is dropped, as a
//! process that ends drops it, its transaction with it. (`tests/kills.rs` ends real processes.)

#![cfg(test)]

use super::batch::{self, Task};
use crate::{
    api::wire::{PageQuery, RowState},
    domain::{
        change::Change,
        edge::Terms,
        id::{AccountId, MemberId, RoleId, WorkspaceId},
        pack::Pack,
        time::Timestamp,
        untrusted::Text,
    },
    server::{
        Options,
        sample::Sample,
        state::AppState,
        store::{Fate, InTurn, NewJob, NewRow, Scope, Store},
    },
};
use std::{
    collections::BTreeMap,
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::Poll,
};
use tokio::sync::watch;

const NOW: Timestamp = Timestamp(1_800_000_000);
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

struct Bench {
    state: AppState,
    ws: WorkspaceId,
    owner: AccountId,
    _closing: watch::Sender<bool>,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("jobs.db").display())).await.unwrap();
        let pack = Pack::builtin("signage").unwrap().unwrap();
        let (ws, owner) = store.seed(&pack, &Sample::northwind(ROWS + 100, NOW)).await.unwrap();
        let (closing, closed) = watch::channel(false);
        let mut options = Options::new(store);
        options.clock = Arc::new(|| NOW);
        let state = AppState::new(options, "https://rolecall.northwind.test", closed).unwrap();
        Self { state, ws, owner, _closing: closing, _folder: folder }
    }

    /// A job that gives a role to many who have another, not yet worked on.
    async fn job(&self) -> (Task, RoleId) {
        let mut tx = self.state.store.begin(self.ws).await.unwrap();
        let all = tx.snapshot(&Scope::All, NOW).await.unwrap();
        let role = all.roles.iter().find(|role| role.name.raw() == "Technician").unwrap().id;
        let others =
            all.members.iter().filter(|member| !member.owner && member.roles.iter().all(|(id, _)| *id != role));
        let row = |member: MemberId, name: Text| NewRow {
            target: Some(member.0),
            name,
            fate: Fate::Waits {
                change: Change::SetRoles { member, roles: vec![role], terms: Terms::default() },
                expects: None,
            },
        };
        let rows: Vec<NewRow> = others.take(ROWS).map(|member| row(member.id, member.email.clone())).collect();
        assert_eq!(rows.len(), ROWS);
        let new = NewJob {
            actor: self.owner,
            key: "killed".to_owned(),
            body_hash: String::new(),
            action: "set_roles",
            detail: Text::default(),
            reason: None,
            undoes: None,
            at: NOW,
        };
        let job = tx.create_job(new, rows).await.unwrap();
        tx.commit().await.unwrap();
        (Task { workspace: self.ws, job, actor: self.owner, undo: false }, role)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_killed_at_every_step_does_each_row_exactly_once() {
    const BATCH: usize = 20;
    let bench = Bench::new().await;
    let (task, role) = bench.job().await;
    let store = &bench.state.store;
    let (mut kills, mut steps, mut known) = (0, 0, 0);
    loop {
        // Whoever goes on after a kill begins at the first row, knowing nothing.
        let work = batch::run(&bench.state, &task, InTurn::default(), BATCH);
        match killed_after(steps, work).await.map(Result::unwrap) {
            Some(None) => break,
            Some(Some(_)) => {}
            None => (kills, steps) = (kills + 1, steps + 1),
        }
        let applied = store.job(bench.ws, task.job).await.unwrap().job.applied;
        assert_eq!(applied % BATCH as u64, 0, "half a batch was kept");
        // A batch that was kept, whether that was heard of or not: the next one is killed at its first step.
        if applied > known {
            (known, steps) = (applied, 0);
        }
    }
    assert!(kills > 20 * ROWS / BATCH, "only {kills} kills: a batch has more steps than that");

    let job = store.job(bench.ws, task.job).await.unwrap().job;
    assert_eq!((job.applied, job.failed, job.skipped, job.ended_at), (ROWS as u64, 0, 0, Some(NOW)));
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    let mut query = PageQuery { limit: Some(500), ..PageQuery::default() };
    loop {
        let page = store.audit(bench.ws, &query).await.unwrap();
        for event in page.items.iter().filter(|event| event.job == Some(task.job)) {
            *told.entry(event.target.raw().to_owned()).or_default() += 1;
        }
        query.after = page.after;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(told.len(), ROWS);
    assert!(told.values().all(|times| *times == 1), "a row was told more than once: {told:?}");
    let rows =
        store.job_rows(bench.ws, task.job, &PageQuery { limit: Some(500), ..PageQuery::default() }).await.unwrap();
    let all = bench.state.store.snapshot(bench.ws, &Scope::All, NOW).await.unwrap();
    for row in rows.items {
        assert_eq!(row.state, RowState::Applied);
        let member = all.members.iter().find(|member| Some(member.id.0) == row.target).unwrap();
        assert_eq!(member.roles.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [role], "{}", row.name);
    }
    store.verify_audit(bench.ws).await.unwrap();
}
