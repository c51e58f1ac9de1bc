//! Secrets in the clear, on their way to whoever they are for. Only their hash is ever kept.

use super::super::problem::Fault;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{TryRngCore, rngs::OsRng};
use sha2::{Digest, Sha256};

/// 256 bits, as base64url without padding. `Debug` never shows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// From the operating system.
    pub fn random() -> Result<Self, NoRandomness> {
        random_bytes().map(|bytes| Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The text to hand over.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

fn random_bytes() -> Result<[u8; 32], NoRandomness> {
    let mut bytes = [0u8; 32];
    OsRng.try_fill_bytes(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gives no random numbers")]
pub struct NoRandomness;

impl From<NoRandomness> for Fault {
    fn from(none: NoRandomness) -> Self {
        Self::Internal(none.to_string())
    }
}

/// Makes the tokens of invitations from a key. The same intention gives the same token, so that a write repeated
/// after a lost connection can show its link again although no link is ever stored. No intention may come twice as
/// long as the key lives: each has an idempotency key in it.
#[derive(Clone)]
pub struct Mint([u8; 32]);

impl Mint {
    /// With a new key, which lives as long as the server runs.
    pub fn new() -> Result<Self, NoRandomness> {
        random_bytes().map(Self)
    }

    /// With a key that was kept.
    pub fn of(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// Its key, to be kept where nobody else reads it: with it, and the database, every link can be made.
    pub fn key(&self) -> &[u8; 32] {
        &self.0
    }

    /// The token of one intention. Hashed twice, each time after the key, so that no token helps to
    /// find another.
    pub fn token(&self, intention: &str) -> Secret {
        let inner = Sha256::new().chain_update(self.0).chain_update(intention.as_bytes()).finalize();
        let outer = Sha256::new().chain_update(self.0).chain_update(inner).finalize();
        Secret(URL_SAFE_NO_PAD.encode(outer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_256_bits_and_never_shows_itself() {
        let secret = Secret::random().unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(secret.reveal()).unwrap().len(), 32);
        assert_ne!(secret, Secret::random().unwrap());
        assert!(!format!("{secret:?}").contains(secret.reveal()));
    }

    #[test]
    fn one_intention_has_one_token_under_one_key() {
        let mint = Mint::new().unwrap();
        assert_eq!(mint.token("a"), mint.token("a"));
        assert_ne!(mint.token("a"), mint.token("b"));
        assert_ne!(mint.token("a"), Mint::new().unwrap().token("a"));
        assert_eq!(URL_SAFE_NO_PAD.decode(mint.token("a").reveal()).unwrap().len(), 32);
    }
}
