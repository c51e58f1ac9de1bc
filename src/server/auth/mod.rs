//! Who is asking: secrets of a run, sessions, passwords, and how often somebody may try.

pub mod limit;
pub mod password;
pub mod secret;

use super::{
    problem::Fault,
    state::AppState,
    store::{Account, Scope, TokenHash},
};
use crate::domain::{
    access::Access,
    capability::{CapSet, Catalogue},
    change::Refusal,
    id::{AccountId, MemberId, WorkspaceId},
    model::Snapshot,
    time::Timestamp,
};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{header, request::Parts},
};
use std::sync::{Arc, Mutex, PoisonError};

/// For how many seconds a sign-in counts as fresh.
pub const FRESH: i64 = 15 * 60;

/// Secrets of this run, each acting as an account. Kept in memory alone, and only as hashes.
#[derive(Clone, Default)]
pub struct RunSecrets(Arc<Mutex<Vec<(TokenHash, AccountId, Timestamp)>>>);

impl RunSecrets {
    /// Lets whoever holds `token` act as `account`.
    pub fn add(&self, token: TokenHash, account: AccountId, now: Timestamp) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((token, account, now));
    }

    /// Compares with every secret, whole, so that time tells nothing.
    fn find(&self, token: &TokenHash) -> Option<(AccountId, Timestamp)> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = None;
        for (known, account, since) in all.iter() {
            if same(known.as_str(), token.as_str()) {
                found = Some((*account, *since));
            }
        }
        found
    }
}

/// Compares without telling by time where the two differ.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0u8, |difference, (a, b)| difference | (a ^ b)) == 0
}

/// An active account that proved who it is.
#[derive(Clone)]
pub struct Caller {
    /// Who.
    pub account: Account,
    /// Their session; none with a secret of the run.
    pub session: Option<TokenHash>,
    /// When they last proved it.
    pub since: Timestamp,
}

impl Caller {
    /// Whether the sign-in may stand for the password: a session just begun; or, where there is no
    /// password to ask for, a run just begun.
    pub fn fresh(&self, now: Timestamp) -> bool {
        let possible = self.session.is_some() || self.account.password_hash.is_none();
        possible && now.since(self.since) <= FRESH
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Fault> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, presented) = header.and_then(|text| text.split_once(' ')).ok_or(Fault::Unauthorised)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Fault::Unauthorised);
        }
        let token = TokenHash::of(presented.trim());
        if let Some((id, since)) = state.run_secrets.find(&token) {
            let account = state.store.account(id).await?.filter(|account| account.active);
            return account.map(|account| Self { account, session: None, since }).ok_or(Fault::Unauthorised);
        }
        let session = state.store.session(&token, state.now()).await?.ok_or(Fault::Unauthorised)?;
        Ok(Self { account: session.account, session: Some(token), since: session.authenticated_at })
    }
}

/// A caller in a workspace of theirs. A workspace that they are no active member of is not there.
#[derive(Clone)]
pub struct Here {
    /// Who.
    pub caller: Caller,
    /// Where.
    pub workspace: WorkspaceId,
    /// As whom.
    pub member: MemberId,
}

impl FromRequestParts<AppState> for Here {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Fault> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Fault::malformed("workspace", "the workspace in the path is no identifier"))?;
        let named = params.iter().find(|(name, _)| *name == "workspace").map(|(_, value)| value.parse());
        let workspace = match named {
            Some(Ok(id)) => WorkspaceId(id),
            _ => return Err(Fault::malformed("workspace", "the workspace in the path is no identifier")),
        };
        let member = state.store.member_of(workspace, caller.account.id).await?;
        let member = member.ok_or_else(|| Fault::no("workspace"))?;
        Ok(Self { caller, workspace, member })
    }
}

/// Which capabilities open a list; any one of them does.
pub type AnyOf<'a> = &'a [&'a str];

impl Here {
    /// Refuses whoever is not active in the workspace any more, as if it were not there.
    pub fn active_in(&self, snapshot: &Snapshot) -> Result<(), Fault> {
        let active = snapshot.members.iter().any(|member| member.id == self.member && member.active());
        if active { Ok(()) } else { Err(Fault::no("workspace")) }
    }

    /// What the caller, who must be active here, holds across the workspace; and the catalogue it is of.
    pub async fn held(&self, state: &AppState) -> Result<(CapSet, Arc<Catalogue>), Fault> {
        let now = state.now();
        let snapshot = state.store.snapshot(self.workspace, &Scope::Alone(self.member), now).await?;
        self.active_in(&snapshot)?;
        Ok((Access::new(&snapshot).held(self.member, None, now), snapshot.catalogue))
    }

    /// Refuses unless the caller is active here and holds one of these.
    pub async fn needs(&self, state: &AppState, any: AnyOf<'_>) -> Result<(), Fault> {
        let (held, catalogue) = self.held(state).await?;
        let allowed = any.iter().any(|key| catalogue.find(key).is_some_and(|cap| held.has(cap)));
        let lacks = |capability: &&str| Refusal::Lacks { capability: (*capability).to_owned() };
        any.first().filter(|_| !allowed).map_or(Ok(()), |first| Err(lacks(first).into()))
    }

    /// As [`Here::needs`], but everyone may see what is their own.
    pub async fn needs_unless_own(&self, state: &AppState, whose: MemberId, any: AnyOf<'_>) -> Result<(), Fault> {
        if whose == self.member { self.held(state).await.map(|_| ()) } else { self.needs(state, any).await }
    }
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn only_equal_hashes_are_the_same() {
        assert!(same("ab", "ab"));
        assert!(!same("ab", "ac"));
        assert!(!same("ab", "abc"));
    }
}
