//! What the audit log tells of a job: for tests that each row is done once.

use rolecall::{
    api::{backend::every, wire::PageQuery},
    domain::id::{JobId, WorkspaceId},
    server::store::Store,
};
use std::collections::BTreeMap;

/// How often each target is named by events of a job.
pub async fn told(store: &Store, ws: WorkspaceId, job: JobId) -> BTreeMap<String, usize> {
    let events = every(PageQuery::default(), |query| async move { store.audit(ws, &query).await }).await.unwrap();
    let mut told = BTreeMap::new();
    for event in events.into_iter().filter(|event| event.job == Some(job)) {
        *told.entry(event.target.raw().to_owned()).or_default() += 1;
    }
    told
}
