//! Accounts and their sessions.

use super::{Result, Store};
use crate::domain::{id::AccountId, time::Timestamp, untrusted::Text};

/// A person of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its identifier.
    pub id: AccountId,
    /// Login.
    pub email: Text,
    /// Name.
    pub name: Text,
    /// Whether it may sign in at all.
    pub active: bool,
    /// Argon2id hash of the password, when there is one.
    pub password_hash: Option<String>,
    /// Last sign-in.
    pub last_sign_in: Option<Timestamp>,
}

/// SHA-256 of a session or invitation token, hexadecimal: all that is ever stored of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of a token as its holder presents it.
    pub fn of(token: &str) -> Self {
        let _ = token;
        todo!()
    }

    /// As stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A sign-in that lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose; always an active account.
    pub account: Account,
    /// When the person last proved who they are.
    pub authenticated_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Store {
    /// An account by its identifier.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>> {
        let _ = id;
        todo!()
    }

    /// An account by its e-mail, in any case of letters.
    pub async fn account_by_email(&self, email: &str) -> Result<Option<Account>> {
        let _ = email;
        todo!()
    }

    /// Sets the password's hash, and ends every other session of the account but `keep`.
    pub async fn set_password(&self, id: AccountId, hash: &str, keep: Option<&TokenHash>) -> Result<()> {
        let _ = (id, hash, keep);
        todo!()
    }

    /// Begins a session and notes the sign-in.
    pub async fn sign_in(&self, token: &TokenHash, id: AccountId, now: Timestamp, expires: Timestamp) -> Result<()> {
        let _ = (token, id, now, expires);
        todo!()
    }

    /// A session that has not ended, of an account that is active.
    pub async fn session(&self, token: &TokenHash, now: Timestamp) -> Result<Option<Session>> {
        let _ = (token, now);
        todo!()
    }

    /// Notes that the holder of a session proved again who they are.
    pub async fn reauthenticated(&self, token: &TokenHash, now: Timestamp) -> Result<()> {
        let _ = (token, now);
        todo!()
    }

    /// Ends a session.
    pub async fn sign_out(&self, token: &TokenHash) -> Result<()> {
        let _ = token;
        todo!()
    }

    /// Forgets sessions that have ended by themselves.
    pub async fn sweep_sessions(&self, now: Timestamp) -> Result<()> {
        let _ = now;
        todo!()
    }
}
