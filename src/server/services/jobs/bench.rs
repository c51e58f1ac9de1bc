//! A server's state with a job in it, for tests of how jobs are worked on.

#![cfg(test)]

use super::batch::Task;
use crate::{
    api::wire::Job,
    domain::{
        change::Change,
        edge::Terms,
        id::{AccountId, JobId, MemberId, RoleId, WorkspaceId},
        pack::Pack,
        time::Timestamp,
        untrusted::Text,
    },
    server::{
        Options,
        sample::Sample,
        state::AppState,
        store::{Fate, NewJob, NewRow, Scope, Store},
    },
};
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// The moment that it always is.
pub const NOW: Timestamp = Timestamp(1_800_000_000);

/// The state, and what it stands on.
pub struct Bench {
    /// The state.
    pub state: AppState,
    /// The workspace.
    pub ws: WorkspaceId,
    /// Its owner.
    pub owner: AccountId,
    /// Where the database is.
    pub url: String,
    /// What went to the log.
    pub log: Arc<Mutex<Vec<String>>>,
    rows: usize,
    told_before: u64,
    _closing: watch::Sender<bool>,
    _folder: tempfile::TempDir,
}

impl Bench {
    /// A workspace with so many people to change, and some more.
    pub async fn new(rows: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("jobs.db").display());
        let store = Store::open(&url).await.unwrap();
        let pack = Pack::builtin("signage").unwrap().unwrap();
        let (ws, owner) = store.seed(&pack, &Sample::northwind(rows + rows / 2, NOW)).await.unwrap();
        let told_before = store.verify_audit(ws).await.unwrap();
        let (closing, closed) = watch::channel(false);
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let mut options = Options::new(store);
        options.clock = Arc::new(|| NOW);
        let told = log.clone();
        options.report = Arc::new(move |text| told.lock().unwrap().push(text.to_owned()));
        let state = AppState::new(options, "https://rolecall.northwind.test", closed).unwrap();
        Self { state, ws, owner, url, log, rows, told_before, _closing: closing, _folder: folder }
    }

    /// A job that gives a role to many who have another, not yet worked on.
    pub async fn job(&self) -> (Task, RoleId) {
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
        let rows: Vec<NewRow> = others.take(self.rows).map(|member| row(member.id, member.email.clone())).collect();
        assert_eq!(rows.len(), self.rows);
        let new = NewJob {
            actor: self.owner,
            key: "of-the-bench".to_owned(),
            body_hash: String::new(),
            action: "set_roles",
            detail: Text::default(),
            reason: None,
            undoes: None,
            by_filter: true,
            at: NOW,
        };
        let job = tx.create_job(new, rows).await.unwrap();
        tx.commit().await.unwrap();
        (Task { workspace: self.ws, job, actor: self.owner, undo: false }, role)
    }

    /// How a job stands on disk.
    pub async fn on_disk(&self, job: JobId) -> Job {
        self.state.store.job(self.ws, job).await.unwrap().job
    }

    /// The number of changes that the workspace has had: a batch is one.
    pub async fn revision(&self) -> i64 {
        self.state.store.reading(self.ws).await.unwrap().reading().revision().await.unwrap()
    }

    /// How many events the audit log has more than at the beginning, its chain being whole: a row that is done
    /// writes one.
    pub async fn told(&self) -> u64 {
        self.state.store.verify_audit(self.ws).await.unwrap() - self.told_before
    }
}
