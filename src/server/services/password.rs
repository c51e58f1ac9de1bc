//! Signing in and out, and one's own password.

use super::super::{
    auth::{Caller, limit::Counted, secret::Secret},
    problem::Fault,
    state::AppState,
    store::TokenHash,
};
use crate::api::write::{PasswordBody, Session, SignInBody};
use std::net::IpAddr;

/// Begins a session. Whether the account is unknown, deactivated, without a password or the password is
/// wrong: the answer is the same, and takes as long.
pub async fn sign_in(state: &AppState, from: IpAddr, body: SignInBody) -> Result<Session, Fault> {
    let now = state.now();
    let email = Counted::email(body.email.raw());
    state.limiter.attempt(Counted::Address(from), now)?;
    state.limiter.attempt(email.clone(), now)?;
    let account = state.store.account_by_email(body.email.raw()).await?.filter(|account| account.active);
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let right = state.passwords.verify(hash, body.password).await?;
    let account = account.filter(|_| right).ok_or(Fault::SignIn)?;
    state.limiter.succeeded(&email);
    let secret = Secret::random()?;
    let expires_at = now.plus(state.session_seconds);
    state.store.sign_in(&TokenHash::of(secret.reveal()), account.id, now, expires_at).await?;
    Ok(Session { secret: secret.reveal().to_owned(), expires_at })
}

/// Ends the session that the request came with. A secret of the run ends with the run alone.
pub async fn sign_out(state: &AppState, caller: &Caller) -> Result<(), Fault> {
    match &caller.session {
        Some(session) => Ok(state.store.sign_out(session).await?),
        None => Err(Fault::Missing("this is no session: it ends when the program that started it does".into())),
    }
}

/// Sets the caller's own password and ends their other sessions.
pub async fn set(state: &AppState, caller: &Caller, body: PasswordBody) -> Result<(), Fault> {
    if let Some(hash) = &caller.account.password_hash {
        let current = body.current.ok_or_else(|| Fault::invalid("current", "enter the password you have now"))?;
        check(state, caller, hash, "current", current).await?;
    }
    let hash = state.passwords.hash("new", body.new).await?;
    Ok(state.store.set_password(caller.account.id, &hash, caller.session.as_ref()).await?)
}

/// Whether the caller has just proved who they are: by the password, or by a sign-in just made.
pub async fn prove(state: &AppState, caller: &Caller, password: Option<String>) -> Result<bool, Fault> {
    let now = state.now();
    if let (Some(password), Some(hash)) = (password, &caller.account.password_hash) {
        check(state, caller, hash, "password", password).await?;
        if let Some(session) = &caller.session {
            state.store.reauthenticated(session, now).await?;
        }
        return Ok(true);
    }
    Ok(caller.fresh(now))
}

async fn check(
    state: &AppState,
    caller: &Caller,
    hash: &str,
    field: &'static str,
    password: String,
) -> Result<(), Fault> {
    let who = Counted::Password(caller.account.id);
    state.limiter.attempt(who.clone(), state.now())?;
    if !state.passwords.verify(Some(hash.to_owned()), password).await? {
        return Err(Fault::invalid(field, "the password is wrong"));
    }
    state.limiter.succeeded(&who);
    Ok(())
}
