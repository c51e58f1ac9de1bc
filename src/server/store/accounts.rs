//! Accounts and their sessions.

use super::{
    Result, Store, StoreError,
    sql::{Columns, Dialect, Sql},
};
use crate::domain::{id::AccountId, time::Timestamp, untrusted::Text};
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, any::AnyRow};

/// A person of the organisation.
#[derive(Clone, PartialEq, Eq)]
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

/// Without the password's hash.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("id", &self.id).field("active", &self.active).finish_non_exhaustive()
    }
}

/// SHA-256 of a session or invitation token, hexadecimal: all that is ever stored of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of a token as its holder presents it.
    pub fn of(token: &str) -> Self {
        Self(format!("{:x}", Sha256::digest(token)))
    }

    /// As stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The key that e-mails and names are compared and sorted by: lower case, no spaces around it.
pub(super) fn key(text: &str) -> String {
    text.trim().to_lowercase()
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

const COLUMNS: &str = "a.id, a.email, a.name, a.status, a.password_hash, a.last_sign_in";

fn account(row: &AnyRow) -> Result<Account> {
    Ok(Account {
        id: AccountId(row.int(0)?),
        email: row.text(1)?.into(),
        name: row.text(2)?.into(),
        active: row.text(3)? == "active",
        password_hash: row.opt_text(4)?,
        last_sign_in: row.opt_int(5)?.map(Timestamp),
    })
}

/// Where a new account says that it signs in.
pub(super) enum Provider {
    /// Nowhere yet.
    None,
    /// On this machine, by the embedded backend.
    Local,
}

impl Provider {
    pub fn as_str(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Local => Some("local"),
        }
    }
}

/// The account of an e-mail, made when there is none.
pub(super) async fn account_for(
    conn: &mut AnyConnection,
    d: Dialect,
    email: &str,
    name: &str,
    provider: Provider,
    now: Timestamp,
) -> Result<AccountId> {
    let found = d.sql("SELECT id FROM accounts WHERE email_key = ?").bind(key(email)).number(conn).await?;
    if let Some(id) = found {
        return Ok(AccountId(id));
    }
    let text =
        "INSERT INTO accounts (email, email_key, name, provider, created_at) VALUES (?, ?, ?, ?, ?) RETURNING id";
    let sql = d.sql(text).bind(email).bind(key(email)).bind(name).bind(provider.as_str()).bind(now.0);
    sql.number(conn).await?.map(AccountId).ok_or_else(|| StoreError::Corrupt("a new account has no id".to_owned()))
}

impl Store {
    pub(super) fn sql(&self, text: &str) -> Sql {
        self.dialect.sql(text)
    }

    /// An account by its identifier.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>> {
        let mut conn = self.pool.acquire().await?;
        let sql = self.sql(&format!("SELECT {COLUMNS} FROM accounts a WHERE a.id = ?")).bind(id.0);
        sql.first(&mut conn).await?.as_ref().map(account).transpose()
    }

    /// An account by its e-mail, in any case of letters.
    pub async fn account_by_email(&self, email: &str) -> Result<Option<Account>> {
        let mut conn = self.pool.acquire().await?;
        let sql = self.sql(&format!("SELECT {COLUMNS} FROM accounts a WHERE a.email_key = ?")).bind(key(email));
        sql.first(&mut conn).await?.as_ref().map(account).transpose()
    }

    /// Sets the password's hash, and ends every session of the account but `keep`.
    pub async fn set_password(&self, id: AccountId, hash: &str, keep: Option<&TokenHash>) -> Result<()> {
        let mut writing = self.write().await?;
        let conn = &mut *writing.tx;
        let set = self.sql("UPDATE accounts SET password_hash = ? WHERE id = ?").bind(hash).bind(id.0);
        if set.run(conn).await? == 0 {
            return Err(StoreError::Missing("account"));
        }
        let keep = keep.map_or("", TokenHash::as_str);
        self.sql("DELETE FROM sessions WHERE account_id = ? AND token_hash <> ?")
            .bind(id.0)
            .bind(keep)
            .run(conn)
            .await?;
        writing.commit().await
    }

    /// Begins a session and notes the sign-in; a deactivated account is not there.
    pub async fn sign_in(&self, token: &TokenHash, id: AccountId, now: Timestamp, expires: Timestamp) -> Result<()> {
        let mut writing = self.write().await?;
        let conn = &mut *writing.tx;
        let seen = self.sql("UPDATE accounts SET last_sign_in = ? WHERE id = ? AND status = 'active'");
        if seen.bind(now.0).bind(id.0).run(conn).await? == 0 {
            return Err(StoreError::Missing("account"));
        }
        self.sql("UPDATE members SET last_key = ? WHERE account_id = ?").bind(now.0).bind(id.0).run(conn).await?;
        let text = "INSERT INTO sessions (token_hash, account_id, created_at, authenticated_at, expires_at) \
                    VALUES (?, ?, ?, ?, ?)";
        let begin = self.sql(text).bind(token.as_str()).bind(id.0).bind(now.0).bind(now.0).bind(expires.0);
        begin.run(conn).await?;
        writing.commit().await
    }

    /// A session that has not ended, of an account that is active.
    pub async fn session(&self, token: &TokenHash, now: Timestamp) -> Result<Option<Session>> {
        let mut conn = self.pool.acquire().await?;
        let text = format!(
            "SELECT {COLUMNS}, s.authenticated_at, s.expires_at FROM sessions s JOIN accounts a ON a.id = s.account_id \
             WHERE s.token_hash = ? AND s.expires_at > ? AND a.status = 'active'"
        );
        let Some(row) = self.sql(&text).bind(token.as_str()).bind(now.0).first(&mut conn).await? else {
            return Ok(None);
        };
        Ok(Some(Session {
            account: account(&row)?,
            authenticated_at: Timestamp(row.int(6)?),
            expires_at: Timestamp(row.int(7)?),
        }))
    }

    /// Notes that the holder of a session proved again who they are.
    pub async fn reauthenticated(&self, token: &TokenHash, now: Timestamp) -> Result<()> {
        let mut writing = self.write().await?;
        let sql = self.sql("UPDATE sessions SET authenticated_at = ? WHERE token_hash = ?");
        sql.bind(now.0).bind(token.as_str()).run(&mut writing.tx).await?;
        writing.commit().await
    }

    /// Ends a session.
    pub async fn sign_out(&self, token: &TokenHash) -> Result<()> {
        let mut writing = self.write().await?;
        self.sql("DELETE FROM sessions WHERE token_hash = ?").bind(token.as_str()).run(&mut writing.tx).await?;
        writing.commit().await
    }

    /// Forgets sessions that have ended by themselves.
    pub async fn sweep_sessions(&self, now: Timestamp) -> Result<()> {
        let mut writing = self.write().await?;
        self.sql("DELETE FROM sessions WHERE expires_at <= ?").bind(now.0).run(&mut writing.tx).await?;
        writing.commit().await
    }
}
