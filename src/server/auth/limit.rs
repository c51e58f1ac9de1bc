//! How often somebody may try: sign-ins by e-mail and by address, passwords typed again, invitations.

use super::super::problem::Fault;
use crate::domain::{address::folded, change::Refusal, id::AccountId, time::Timestamp};
use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// So many in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Tries.
    pub tries: usize,
    /// In this window.
    pub seconds: i64,
}

/// The rates of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Sign-ins for one e-mail.
    pub email: Rate,
    /// Sign-ins and tokens from one address.
    pub address: Rate,
    /// Passwords typed again by one account.
    pub password: Rate,
    /// Invitations sent by one account.
    pub invitations: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            email: Rate { tries: 10, seconds: 15 * 60 },
            address: Rate { tries: 60, seconds: 15 * 60 },
            password: Rate { tries: 10, seconds: 15 * 60 },
            invitations: Rate { tries: 1000, seconds: 60 * 60 },
        }
    }
}

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Counted {
    /// An e-mail as it is compared, whether it has an account or not: see [`Counted::email`].
    Email(String),
    /// A peer.
    Address(IpAddr),
    /// An account that types its password again.
    Password(AccountId),
    /// An account that invites.
    Invitations(AccountId),
}

/// Most characters of an e-mail that are counted by: what is longer is nobody's address.
const LONGEST: usize = 254;

impl Counted {
    /// An e-mail as accounts are looked up by it, so that no other way to write it gives more tries.
    pub fn email(address: &str) -> Self {
        Self::Email(folded(address).chars().take(LONGEST).collect())
    }
}

/// Whom to forget first when there are more than this: whoever tried longest ago.
const MOST: usize = 100_000;

/// Counts in memory: a restart forgives.
#[derive(Clone)]
pub struct Limiter {
    rates: Rates,
    tries: Arc<Mutex<HashMap<Counted, VecDeque<Timestamp>>>>,
}

impl Limiter {
    /// With these rates and nobody counted yet.
    pub fn new(rates: Rates) -> Self {
        Self { rates, tries: Arc::default() }
    }

    /// Counts one try, or says for how long there may be none.
    pub fn attempt(&self, who: Counted, now: Timestamp) -> Result<(), Fault> {
        self.attempt_many(who, 1, now)
    }

    /// Counts so many tries at once, or says for how long there may not be as many. More than a whole
    /// window takes are refused for good.
    pub fn attempt_many(&self, who: Counted, many: usize, now: Timestamp) -> Result<(), Fault> {
        self.tried(who, many, now, |tries| tries.extend(std::iter::repeat_n(now, many)))
    }

    /// Whether so many tries at once would be let, and nothing is counted.
    pub fn would_let(&self, who: Counted, many: usize, now: Timestamp) -> Result<(), Fault> {
        self.tried(who, many, now, |_| ())
    }

    fn tried(
        &self,
        who: Counted,
        many: usize,
        now: Timestamp,
        count: impl FnOnce(&mut VecDeque<Timestamp>),
    ) -> Result<(), Fault> {
        let rate = self.rate(&who);
        if many > rate.tries {
            return Err(Refusal::TooMany { rows: many as u64, most: rate.tries as u64 }.into());
        }
        let mut all = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST && !all.contains_key(&who) {
            self.forget(&mut all, now);
        }
        let tries = all.entry(who).or_default();
        while tries.front().is_some_and(|&first| now.since(first) >= rate.seconds) {
            tries.pop_front();
        }
        // As many of the oldest must be out of the window as there is no room for.
        let too_many = tries.len().saturating_add(many).saturating_sub(rate.tries);
        match too_many.checked_sub(1).and_then(|last| tries.get(last)) {
            Some(&last) => Err(Fault::Limited { seconds: (rate.seconds - now.since(last)).max(1) }),
            None => {
                count(tries);
                Ok(())
            }
        }
    }

    /// Forgets the tries of somebody who got it right.
    pub fn succeeded(&self, who: &Counted) {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).remove(who);
    }

    fn rate(&self, who: &Counted) -> Rate {
        match who {
            Counted::Email(_) => self.rates.email,
            Counted::Address(_) => self.rates.address,
            Counted::Password(_) => self.rates.password,
            Counted::Invitations(_) => self.rates.invitations,
        }
    }

    fn forget(&self, all: &mut HashMap<Counted, VecDeque<Timestamp>>, now: Timestamp) {
        all.retain(|who, tries| tries.back().is_some_and(|&last| now.since(last) < self.rate(who).seconds));
        if all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, tries)| tries.back().copied()).map(|(who, _)| who.clone());
            if let Some(oldest) = oldest {
                all.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_last_try_one_waits_until_the_first_is_out_of_the_window() {
        let rates = Rates { email: Rate { tries: 2, seconds: 60 }, ..Rates::default() };
        let limiter = Limiter::new(rates);
        let who = || Counted::Email("a@x.test".into());
        assert!(limiter.attempt(who(), Timestamp(0)).is_ok());
        assert!(limiter.attempt(who(), Timestamp(10)).is_ok());
        assert!(matches!(limiter.attempt(who(), Timestamp(20)), Err(Fault::Limited { seconds: 40 })));
        assert!(limiter.attempt(Counted::Email("b@x.test".into()), Timestamp(20)).is_ok());
        assert!(limiter.attempt(who(), Timestamp(60)).is_ok());
    }

    #[test]
    fn many_at_once_wait_until_there_is_room_for_all_of_them() {
        let rates = Rates { invitations: Rate { tries: 5, seconds: 60 }, ..Rates::default() };
        let limiter = Limiter::new(rates);
        let many = |many, at| limiter.attempt_many(Counted::Invitations(AccountId(1)), many, Timestamp(at));
        assert!(many(2, 0).is_ok());
        assert!(many(2, 10).is_ok());
        assert!(matches!(many(3, 20), Err(Fault::Limited { seconds: 40 })));
        assert!(matches!(many(4, 20), Err(Fault::Limited { seconds: 50 })));
        assert!(limiter.would_let(Counted::Invitations(AccountId(1)), 2, Timestamp(20)).is_err());
        assert!(limiter.would_let(Counted::Invitations(AccountId(1)), 1, Timestamp(20)).is_ok(), "and counts nothing");
        assert!(many(1, 20).is_ok());
        assert!(matches!(many(6, 1000), Err(Fault::Refusal(Refusal::TooMany { rows: 6, most: 5 }))));
        assert!(many(5, 1000).is_ok());
    }

    #[test]
    fn getting_it_right_forgives() {
        let limiter = Limiter::new(Rates { email: Rate { tries: 1, seconds: 60 }, ..Rates::default() });
        let who = Counted::Email("a@x.test".into());
        assert!(limiter.attempt(who.clone(), Timestamp(0)).is_ok());
        limiter.succeeded(&who);
        assert!(limiter.attempt(who, Timestamp(1)).is_ok());
    }
}
