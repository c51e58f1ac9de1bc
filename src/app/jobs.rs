//! Jobs as the console follows them: what it watches, what it says of them, what their failures leave
//! marked.

use super::{effect::Effect, state::App};
use crate::{
    api::{error::ApiError, wire::Job},
    domain::id::JobId,
};

impl App {
    /// How a job stands now.
    pub(super) fn job_told(&mut self, job: Job) -> Vec<Effect> {
        let _ = job;
        Vec::new()
    }

    /// A job is not watched any more.
    pub(super) fn job_unwatched(&mut self, job: JobId, error: &ApiError) -> Vec<Effect> {
        let _ = (job, error);
        Vec::new()
    }
}
