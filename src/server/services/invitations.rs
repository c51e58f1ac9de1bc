//! An invitation's link, for whoever made it.

use super::super::{auth::Here, problem::Fault, state::AppState, store::TokenHash};
use crate::{api::wire::InvitationLink, domain::id::InvitationId};

/// The link once more, made again as it was made first.
///
/// Whoever has a link can set the password of the account behind it and be that person. So it is shown
/// to whoever made it and to nobody else, however much they may invite: a look at the link that an
/// administrator made for an administrator would be a way above one's own rights (SPEC 4.3). Everybody
/// else sends it again, which is checked against what they hold and is in the log. And since no link is
/// stored, it takes the key that it was made with to make it again.
pub async fn link(state: &AppState, here: &Here, invitation: InvitationId) -> Result<InvitationLink, Fault> {
    let now = state.now();
    let row = state.store.invitation(here.workspace, invitation, now).await?;
    let conflict = |message: &str| Fault::Conflict { field: None, message: message.into() };
    if !row.status.open() {
        return Err(conflict("this invitation is settled and has no link any more"));
    }
    let gone = || conflict("this link cannot be shown again: resend the invitation to make a new one");
    let Some((by, seed)) = state.store.link_seed(here.workspace, invitation).await? else {
        return Err(gone());
    };
    if by != here.caller.account.id {
        return Err(conflict("only whoever made the link may see it again: resend the invitation to make your own"));
    }
    let token = state.mint.token(&seed);
    let alive = state.store.invitation_by_token(&TokenHash::of(token.reveal()), now).await?;
    match alive.filter(|alive| alive.id == invitation) {
        Some(_) => Ok(InvitationLink { link: state.link(&token) }),
        None => Err(gone()),
    }
}
