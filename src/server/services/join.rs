//! Accepting an invitation through its link. Looking at the link uses nothing up.

use super::super::{
    auth::limit::Counted,
    planner,
    problem::Fault,
    state::AppState,
    store::{InvitationByToken, TokenHash, WriteTx},
};
use crate::{
    api::write::{Join, JoinBody},
    domain::{
        change::{self, Request, Resend},
        id::MemberId,
        plan::{self, PlannedRow},
        time::Timestamp,
    },
};
use std::net::IpAddr;

/// What a live link shows.
pub async fn look(state: &AppState, token: &str) -> Result<Join, Fault> {
    let invitation = find(state, &TokenHash::of(token)).await?;
    let inviter = match invitation.inviter {
        Some(id) => state.store.account(id).await?,
        None => None,
    };
    Ok(Join {
        workspace: invitation.workspace_name,
        email: invitation.email,
        name: invitation.name,
        inviter: inviter.map(|account| account.email).unwrap_or_default(),
        expires_at: invitation.expires_at,
        has_password: invitation.has_password,
    })
}

/// Accepts. A person with a password proves that it is theirs; anybody else sets one.
pub async fn accept(state: &AppState, from: IpAddr, token: &str, body: JoinBody) -> Result<Join, Fault> {
    state.limiter.attempt(Counted::Address(from), state.now())?;
    let name = body.name.raw().trim();
    if let Some(fault) = change::name_fault(&body.name).filter(|_| !name.is_empty()) {
        return Err(fault.into());
    }
    let join = look(state, token).await?;
    let hash = TokenHash::of(token);
    let invitation = find(state, &hash).await?;
    // Before the transaction: hashing takes long, and nobody else should wait for it.
    let password = if invitation.has_password {
        // A try at the password of an account, wherever it is made.
        let tried = Counted::email(invitation.email.raw());
        state.limiter.attempt(tried.clone(), state.now())?;
        let account = state.store.account_by_email(invitation.email.raw()).await?.filter(|account| account.active);
        let known = account.and_then(|account| account.password_hash);
        if !state.passwords.verify(known, body.password).await? {
            return Err(Fault::invalid("password", "this is not the password of your account here"));
        }
        state.limiter.succeeded(&tried);
        None
    } else if invitation.at_work {
        // Who invites sees the link, and would sign in as them in workspaces that are not theirs.
        return Err(Fault::Conflict {
            field: Some("password".into()),
            message: "your account is in use in another workspace and has no password yet: set one there first".into(),
        });
    } else {
        Some(state.passwords.hash("password", body.password).await?)
    };
    let now = state.now();
    let inviter = match invitation.inviter {
        Some(account) => state.store.member_of(invitation.workspace, account).await?,
        None => None,
    };
    let mut tx = state.store.begin(invitation.workspace).await?;
    still_meant(&mut tx, &invitation, inviter, now).await?;
    tx.accept(&hash, password.as_deref(), (!name.is_empty()).then_some(name), now).await?;
    tx.commit().await?;
    Ok(join)
}

async fn find(state: &AppState, token: &TokenHash) -> Result<InvitationByToken, Fault> {
    let found = state.store.invitation_by_token(token, state.now()).await?;
    found.ok_or_else(|| Fault::Missing("this link is used up, replaced or too old: ask for a new invitation".into()))
}

/// The inviter must still be able to send this very invitation: be here, hold what it takes and what it
/// hands out; and its roles and groups must still be there.
async fn still_meant(
    tx: &mut WriteTx,
    invitation: &InvitationByToken,
    inviter: Option<MemberId>,
    now: Timestamp,
) -> Result<(), Fault> {
    let refused = || Fault::Conflict {
        field: None,
        message: "whoever invited you may no longer do so: ask for a new invitation".into(),
    };
    let inviter = inviter.ok_or_else(refused)?;
    let again = Request::one(invitation.id.0, Resend {});
    let rows = [planner::row_of(&again, Some(invitation.id.0))];
    let (facts, snapshot) = planner::read(&mut tx.reading(), inviter, &rows, now).await?;
    let planned = plan::plan(&snapshot, inviter, &rows, &facts, false, now);
    if planned.rows.iter().all(PlannedRow::changes) { Ok(()) } else { Err(refused()) }
}
