//! What a request means. No HTTP here but the faults, no SQL at all.

pub mod commit;
pub mod explain;
pub mod import;
pub mod invitations;
pub mod jobs;
pub mod join;
pub mod lists;
pub mod names;
pub mod password;
pub mod plan;
pub mod preview;

use super::problem::Fault;
use std::future::Future;
use tokio::{runtime::Handle, task::spawn_blocking};

/// Does what computes for long on a thread of its own: those that serve requests go on serving them.
pub async fn aside<W>(work: W) -> Result<W::Output, Fault>
where
    W: Future<Output: Send> + Send + 'static,
{
    let runtime = Handle::current();
    let done = spawn_blocking(move || runtime.block_on(work)).await;
    done.map_err(|error| Fault::Internal(format!("long work broke off: {error}")))
}
