//! Passwords: argon2id, off the async threads, a bounded number at a time.

use super::super::problem::Fault;
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier, password_hash::SaltString};
use rand::{TryRngCore, rngs::OsRng};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;

/// Fewest characters of a password.
pub const MIN_LENGTH: usize = 12;
/// Most bytes of a password: hashing a whole body would be work for nothing.
const MAX_BYTES: usize = 1024;
/// Hashes computed at one time; each takes some 19 MiB.
const AT_ONCE: usize = 4;

/// Hashes and verifies passwords.
#[derive(Clone)]
pub struct Passwords {
    at_once: Arc<Semaphore>,
    decoy: Arc<OnceLock<String>>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { at_once: Arc::new(Semaphore::new(AT_ONCE)), decoy: Arc::default() }
    }
}

impl Passwords {
    /// Hashes a new password, after looking at its length.
    pub async fn hash(&self, field: &'static str, password: String) -> Result<String, Fault> {
        acceptable(field, &password)?;
        self.run(move || hash(&password)).await?
    }

    /// Whether the password is that of the hash. With no hash it verifies against a decoy, so that
    /// an unknown account takes as long as a wrong password.
    pub async fn verify(&self, stored: Option<String>, password: String) -> Result<bool, Fault> {
        if password.len() > MAX_BYTES {
            return Ok(false);
        }
        let decoy = self.decoy.clone();
        self.run(move || {
            let known = stored.is_some();
            let against = match stored {
                Some(stored) => stored,
                None => match decoy.get() {
                    Some(decoy) => decoy.clone(),
                    None => {
                        let made = hash("a password that nobody has")?;
                        decoy.get_or_init(|| made).clone()
                    }
                },
            };
            let parsed = PasswordHash::new(&against)
                .map_err(|_| Fault::Internal("a stored password hash cannot be read".into()))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await?
    }

    /// Makes the decoy before anybody signs in, so that the first unknown account is as quick as the next.
    pub async fn prepare(&self) -> Result<(), Fault> {
        self.verify(None, String::new()).await.map(|_| ())
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
        let _permit = self.at_once.acquire().await.map_err(|_| Fault::Internal("the server is stopping".into()))?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Fault::Internal("hashing a password failed".into()))
    }
}

/// Whether a password is long enough to be set, and not absurdly long.
pub fn acceptable(field: &'static str, password: &str) -> Result<(), Fault> {
    if password.chars().count() < MIN_LENGTH {
        return Err(Fault::invalid(field, format!("a password has at least {MIN_LENGTH} characters")));
    }
    if password.len() > MAX_BYTES {
        return Err(Fault::invalid(field, format!("a password has at most {MAX_BYTES} bytes")));
    }
    Ok(())
}

fn hash(password: &str) -> Result<String, Fault> {
    let failed = || Fault::Internal("hashing a password failed".into());
    let mut salt = [0u8; 16];
    OsRng.try_fill_bytes(&mut salt).map_err(|_| failed())?;
    let salt = SaltString::encode_b64(&salt).map_err(|_| failed())?;
    Argon2::default().hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string()).map_err(|_| failed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_verifies_against_its_own_hash_alone() {
        let passwords = Passwords::default();
        let hash = passwords.hash("new", "correct horse battery".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(passwords.verify(Some(hash.clone()), "correct horse battery".into()).await.unwrap());
        assert!(!passwords.verify(Some(hash), "wrong horse battery".into()).await.unwrap());
    }

    #[tokio::test]
    async fn no_hash_verifies_nothing_not_even_the_decoys_own_password() {
        let passwords = Passwords::default();
        assert!(!passwords.verify(None, "a password that nobody has".into()).await.unwrap());
    }

    #[test]
    fn a_short_password_is_refused_by_its_field() {
        assert!(matches!(acceptable("new", "eleven char"), Err(Fault::Invalid { field: Some(f), .. }) if f == "new"));
        assert!(acceptable("new", "дванадцять!!").is_ok());
    }
}
