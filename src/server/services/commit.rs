//! The one way a change is made: known already? on the right state? allowed? Then applied, logged and
//! remembered, all in one transaction.

use super::super::{
    auth::{Here, limit::Counted, secret::Secret},
    extract::Conditions,
    problem::Fault,
    state::AppState,
    store::{Remembered, TokenHash, WriteTx},
};
use crate::{
    api::{wire::Applied, write::Precondition},
    domain::{
        change::{self, Change, Facts},
        id::WorkspaceId,
        model::Snapshot,
        pack::Attach,
    },
};
use sha2::{Digest, Sha256};

/// A change made, now or before under the same key.
pub struct Committed {
    /// What it did.
    pub applied: Applied,
    /// 200, or 201 when something was made.
    pub status: u16,
}

/// Makes a change. `reauthenticated` says that the caller has just proved again who they are.
pub async fn commit(
    state: &AppState,
    here: &Here,
    change: &Change,
    conditions: &Conditions,
    reauthenticated: bool,
) -> Result<Committed, Fault> {
    let now = state.now();
    let account = here.caller.account.id;
    let body_hash = hash_of(here.workspace, change)?;
    let sends = matches!(change, Change::Invite(_) | Change::ResendInvitation { .. });
    let intention = format!("{account} {} {} {body_hash}", here.workspace, conditions.key);
    let token = sends.then(|| state.mint.token(&intention));

    let mut tx = state.store.begin(here.workspace).await?;
    if let Some(known) = tx.recall(account, &conditions.key).await? {
        drop(tx);
        return replay(state, known, &body_hash, token).await;
    }
    if sends {
        state.limiter.attempt(Counted::Invitations(account), now)?;
    }
    let scope = tx.scope_of(change, here.member).await?;
    let before = tx.snapshot(&scope, now).await?;
    here.active_in(&before)?;
    let mut facts = tx.facts(change, now).await?;
    facts.reauthenticated = reauthenticated;
    on_the_right_state(&mut tx, change, conditions.precondition).await?;
    let checked = change::check(&before, here.member, change, &facts, now)?;
    let token = token.filter(|_| needs_link(&before, change, &facts));
    let hash = token.as_ref().map(|token| TokenHash::of(token.reveal()));
    let outcome = tx.apply(change, account, &checked.after, hash.as_ref(), now).await?;
    if let Some(hash) = &hash {
        tx.keep_link(hash, account, &intention).await?;
    }
    let (version, created) = (outcome.version, outcome.created);
    let mut applied = Applied {
        event: tx.append_audit(outcome.event(change.name(), account, now)).await?,
        revision: tx.revision(),
        version,
        created,
        link: None,
        warnings: checked.warnings,
    };
    let status = if applied.created.is_some() { 201 } else { 200 };
    let answer = Remembered { body_hash, status, response: json(&applied)? };
    tx.remember(account, &conditions.key, &answer, now).await?;
    tx.commit().await?;
    applied.link = token.map(|token| state.link(&token));
    Ok(Committed { applied, status })
}

/// The answer given before. A link was not kept with it: it is made again, and shown if it is still alive.
async fn replay(
    state: &AppState,
    known: Remembered,
    body_hash: &str,
    token: Option<Secret>,
) -> Result<Committed, Fault> {
    if known.body_hash != body_hash {
        return Err(Fault::KeyReused);
    }
    let mut applied: Applied = serde_json::from_str(&known.response)
        .map_err(|_| Fault::Internal("a remembered answer cannot be read".into()))?;
    if let Some(token) = token {
        let hash = TokenHash::of(token.reveal());
        let alive = state.store.invitation_by_token(&hash, state.now()).await?.is_some();
        applied.link = alive.then(|| state.link(&token));
    }
    Ok(Committed { applied, status: known.status })
}

/// `If-Match`: the caller decided on what is there now. What is not there is left to the check to name.
async fn on_the_right_state(tx: &mut WriteTx, change: &Change, precondition: Precondition) -> Result<(), Fault> {
    let Precondition::Version(expected) = precondition else { return Ok(()) };
    match tx.version_of(change).await? {
        Some(version) if version != expected => {
            Err(Fault::Stale("this was changed meanwhile: look at it again and repeat".into()))
        }
        _ => Ok(()),
    }
}

/// An existing account that joins at once has no use for a link.
fn needs_link(before: &Snapshot, change: &Change, facts: &Facts) -> bool {
    !(matches!(change, Change::Invite(_)) && facts.account_exists && before.policies.attach == Attach::Immediate)
}

/// A hash of what was asked; the change holds no password, so neither does this.
fn hash_of(workspace: WorkspaceId, change: &Change) -> Result<String, Fault> {
    Ok(digest(&format!("{workspace} {}", json(change)?)))
}

/// SHA-256, hexadecimal.
pub fn digest(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}

/// As JSON.
pub fn json<T: serde::Serialize>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(unwritable)
}

fn unwritable(error: serde_json::Error) -> Fault {
    Fault::Internal(format!("an answer cannot be written as JSON: {error}"))
}
