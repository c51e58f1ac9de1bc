//! How long to wait for a backend, and how often to try again.

use rand::Rng;
use std::time::Duration;

/// Times and tries. Waits grow and are random from nothing up to the bound (full jitter), so that many
/// consoles do not come back at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection.
    pub connect: Duration,
    /// For one request with its answer.
    pub total: Duration,
    /// Tries in all, the first included.
    pub tries: u32,
    /// The bound of the first wait; it doubles with each.
    pub base: Duration,
    /// The most that the bound grows to, and the most that `Retry-After` is waited for.
    pub cap: Duration,
    /// Most bytes of an answer.
    pub most_bytes: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(30),
            tries: 4,
            base: Duration::from_millis(100),
            cap: Duration::from_secs(2),
            most_bytes: 32 * 1024 * 1024,
        }
    }
}

impl Patience {
    /// Longest random wait after so many tries.
    fn bound(&self, tries: u32) -> Duration {
        self.base.saturating_mul(2u32.saturating_pow(tries.saturating_sub(1))).min(self.cap)
    }

    /// Whether a wait that the backend asks for is one to sit out, rather than to tell a person about.
    pub(super) fn bears(&self, retry_after: Option<Duration>) -> bool {
        retry_after.is_none_or(|wait| wait <= self.cap)
    }

    /// Waits after so many tries: what the backend says, or up to the bound.
    pub(super) async fn wait(&self, tries: u32, retry_after: Option<Duration>) {
        let wait = match retry_after {
            Some(wait) => wait.min(self.cap),
            None => self.bound(tries).mul_f64(rand::rng().random_range(0.0..=1.0)),
        };
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap() {
        let patience = Patience::default();
        let bounds: Vec<_> = [1, 2, 5, 6, 40].map(|tries| patience.bound(tries).as_millis()).into();
        assert_eq!(bounds, [100, 200, 1600, 2000, 2000]);
    }

    #[test]
    fn a_long_wait_is_for_a_person_to_know_of() {
        let patience = Patience::default();
        assert!(patience.bears(None));
        assert!(patience.bears(Some(Duration::from_secs(1))));
        assert!(!patience.bears(Some(Duration::from_secs(60))));
    }
}
