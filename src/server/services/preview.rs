//! What a change would do, without doing it; refused just as the change would be.

use super::{
    super::{auth::Here, problem::Fault, state::AppState},
    names::{Names, grants_in},
};
use crate::{
    api::wire::{MAX_PAGE, Preview},
    domain::{
        change::{self, Change},
        plan,
    },
};

/// Checks the change against the state now and compares the access before and after.
pub async fn preview(state: &AppState, here: &Here, change: &Change) -> Result<Preview, Fault> {
    let now = state.now();
    // Read first: whoever writes between here and the answer makes the preview older, never newer, than it says.
    let revision = state.store.revision(here.workspace).await?;
    let scope = state.store.scope_of(here.workspace, change, here.member).await?;
    let before = state.store.snapshot(here.workspace, &scope, now).await?;
    here.active_in(&before)?;
    let mut facts = state.store.facts(here.workspace, change, now).await?;
    // A look needs no password; the change itself does.
    facts.reauthenticated = true;
    let checked = change::check(&before, here.member, change, &facts, now)?;
    let effects = plan::effects(&before, &checked.after, now);
    let evidence = effects.iter().flat_map(|effect| &effect.stays).flat_map(|(_, via)| via);
    let grants = grants_in(evidence).collect();
    let names = Names::load(state, here.workspace, vec![&checked.after, &before], grants, now).await?;
    Ok(Preview {
        gain: effects.iter().filter(|effect| !effect.gains.is_empty()).count() as u64,
        lose: effects.iter().filter(|effect| !effect.loses.is_empty()).count() as u64,
        rows: effects.iter().take(MAX_PAGE as usize).map(|effect| names.effect(effect)).collect(),
        warnings: checked.warnings,
        revision,
    })
}
