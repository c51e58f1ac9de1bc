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
