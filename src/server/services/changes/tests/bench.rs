//! A server's state with a change in it that nobody works on.

use super::super::batch::Task;
use crate::{
    api::wire::Change,
    domain::{
        change::{Facts, Kind, Request, Row, Selection, SetRoles},
        edge::Terms,
        id::{AccountId, ChangeId, RoleId, WorkspaceId},
        pack::Pack,
        plan,
        time::Timestamp,
    },
    server::{
        Options,
        sample::Sample,
        state::AppState,
        store::{NewChange, NewRow, Scope, Store, What},
    },
};
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// The moment that it always is.
pub const NOW: Timestamp = Timestamp(1_800_000_000);

/// The state, and what it stands on.
pub struct Bench {
    pub state: AppState,
    pub ws: WorkspaceId,
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
        let url = format!("sqlite:{}", folder.path().join("changes.db").display());
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

    /// A change that gives a role to many who have another, not yet worked on.
    pub async fn change(&self) -> (Task, RoleId) {
        let mut tx = self.state.store.begin(self.ws).await.unwrap();
        let all = tx.snapshot(&Scope::All, NOW).await.unwrap();
        let owner = all.members.iter().find(|member| member.owner).unwrap().id;
        let role = all.roles.iter().find(|role| role.name.raw() == "Technician").unwrap().id;
        let others =
            all.members.iter().filter(|member| !member.owner && member.roles.iter().all(|(id, _)| *id != role));
        let ids: Vec<i64> = others.take(self.rows).map(|member| member.id.0).collect();
        let kind = Arc::new(Kind::from(SetRoles { roles: vec![role], terms: Terms::default() }));
        let rows: Vec<Row> = ids.iter().map(|id| Row { target: Some(*id), name: None, kind: kind.clone() }).collect();
        let plan = plan::plan(&all, owner, &rows, &Facts::default(), true, NOW);
        let row = |(item, (row, planned)): (i64, (&Row, &plan::PlannedRow))| {
            assert!(planned.changes(), "{planned:?}");
            let (name, planned) = (planned.name.clone(), Ok(row.fingerprint(&planned.delta, NOW)));
            NewRow { item, target: row.target, name, planned }
        };
        let rows: Vec<NewRow> = (0..).zip(rows.iter().zip(&plan.rows)).map(row).collect();
        assert_eq!(rows.len(), self.rows);
        let new = NewChange {
            actor: self.owner,
            key: "of-the-bench".to_owned(),
            body_hash: String::new(),
            request: Request { on: Selection::ids(ids), kind: Kind::clone(&kind) },
            what: What::default(),
            name: None,
            undoes: None,
            at: NOW,
        };
        let change = tx.record_change(&new, &rows).await.unwrap();
        tx.commit().await.unwrap();
        let record = self.state.store.change(self.ws, change).await.unwrap();
        (Task::new(self.ws, &record), role)
    }

    /// How a change stands on disk.
    pub async fn on_disk(&self, change: ChangeId) -> Change {
        self.state.store.change(self.ws, change).await.unwrap().change
    }

    /// The number of writes that the workspace has had: a batch is one.
    pub async fn revision(&self) -> i64 {
        self.state.store.reading(self.ws).await.unwrap().reading().revision().await.unwrap()
    }

    /// How many events the audit log has more than at the beginning, its chain being whole: a row that is done
    /// writes one.
    pub async fn told(&self) -> u64 {
        self.state.store.verify_audit(self.ws).await.unwrap() - self.told_before
    }
}
