//! What a request means. No HTTP here but the faults, no SQL at all.

pub mod changes;
pub mod explain;
pub mod import;
pub mod invitations;
pub mod join;
pub mod lists;
pub mod password;

use super::problem::Fault;
use sha2::{Digest, Sha256};
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

/// Frees what takes a while to be freed: nobody waits for it.
pub fn free<T: Send + 'static>(much: T) {
    spawn_blocking(move || drop(much));
}

/// SHA-256, hexadecimal.
pub fn digest(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}

/// As JSON.
pub fn json<T: serde::Serialize>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value)
        .map_err(|error| Fault::Internal(format!("an answer cannot be written as JSON: {error}")))
}
