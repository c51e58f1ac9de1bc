//! How it stands with the backend, by what comes of calls; what failed is tried again later.

use super::{
    effect::{Effect, TimerId},
    state::{App, Connection},
};
use crate::{api::error::ApiError, domain::untrusted::visible};
use std::time::Duration;

impl App {
    /// Keeps the connection's state by what came of a call; a failed one is tried again later.
    pub(super) fn connected(&mut self, error: Option<&ApiError>) -> Vec<Effect> {
        let (reason, least) = match error {
            Some(ApiError::Unauthorised) => {
                self.connection = Connection::SignedOut;
                return Vec::new();
            }
            Some(e @ ApiError::Offline(_)) => (visible(&e.to_string()), Duration::ZERO),
            Some(e @ ApiError::Limited(wait)) => (visible(&e.to_string()), *wait),
            _ => {
                self.connection = Connection::Live;
                return Vec::new();
            }
        };
        // One timer at a time: the other calls of the same refresh fail alike.
        let attempts = match &self.connection {
            Connection::Offline { until, .. } if *until > self.now => return Vec::new(),
            Connection::Offline { attempts, .. } => attempts.saturating_add(1),
            _ => 1,
        };
        let delay = Duration::from_secs(1 << attempts.min(5)).max(least);
        let timer = self.timer();
        let until = self.now.plus(i64::try_from(delay.as_secs()).unwrap_or(i64::MAX));
        self.connection = Connection::Offline { reason, attempts, timer, until };
        vec![Effect::After(timer, delay)]
    }

    /// A timer has run out: time to try again.
    pub(super) fn timer_ran_out(&mut self, id: TimerId) -> Vec<Effect> {
        match &mut self.connection {
            Connection::Offline { timer, until, .. } if *timer == id => {
                // From here on a failure is a new one, whatever the clock says.
                *until = self.now;
                self.start()
            }
            _ => Vec::new(),
        }
    }
}
