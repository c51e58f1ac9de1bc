//! What the audit log tells of a change: for tests that each row is done once.

use rolecall::{
    api::{backend::every, wire::PageQuery},
    domain::id::{ChangeId, WorkspaceId},
    server::store::Store,
};
use std::collections::BTreeMap;

/// How often each target is named by events of a change.
pub async fn told(store: &Store, ws: WorkspaceId, change: ChangeId) -> BTreeMap<String, usize> {
    let events = every(PageQuery::default(), |query| async move { store.audit(ws, &query).await }).await.unwrap();
    let mut told = BTreeMap::new();
    for event in events.into_iter().filter(|event| event.change == Some(change)) {
        *told.entry(event.target.raw().to_owned()).or_default() += 1;
    }
    told
}
