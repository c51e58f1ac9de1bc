//! Lists with what only the rules can say: who may assign, what is shadowed, which page was asked for.

use super::super::{
    auth::Here,
    problem::Fault,
    state::AppState,
    store::{Scope, Selected},
};
use crate::{
    api::wire::{GrantRow, MAX_PAGE, PageQuery, RoleRow, Workspace},
    domain::{
        access::Access,
        change::{MAX_FILTERS, MAX_ROWS, Refusal, Selection},
        filter::{Filter, Vocabulary},
        id::{FolderId, GroupId, MemberId},
        model::Subject,
    },
};
use std::collections::BTreeSet;

/// The workspace, with what the caller holds in it.
pub async fn workspace(state: &AppState, here: &Here) -> Result<Workspace, Fault> {
    let (held, catalogue) = here.held(state).await?;
    let mut workspace = state.store.workspace(here.workspace, here.caller.account.id).await?;
    workspace.my_capabilities = catalogue.keys(held);
    Ok(workspace)
}

/// The roles, each with whether the caller may assign it.
pub async fn roles(state: &AppState, here: &Here) -> Result<Vec<RoleRow>, Fault> {
    let (held, catalogue) = here.held(state).await?;
    let mut roles = state.store.roles(here.workspace, state.now()).await?;
    for role in &mut roles {
        let gives = catalogue.set(role.capabilities.iter().map(String::as_str));
        role.assignable = gives.is_ok_and(|gives| gives.within(held));
    }
    Ok(roles)
}

/// Grants in effect in a folder, with the denies that override them there.
pub async fn folder_grants(state: &AppState, here: &Here, folder: FolderId) -> Result<Vec<GrantRow>, Fault> {
    let rows = state.store.folder_grants(here.workspace, folder, state.now()).await?;
    shadowed(state, here, rows, Some(folder)).await
}

/// Grants of a member, own and by groups, each with the denies that override it where it was made.
pub async fn member_grants(state: &AppState, here: &Here, member: MemberId) -> Result<Vec<GrantRow>, Fault> {
    let rows = state.store.member_grants(here.workspace, member, state.now()).await?;
    shadowed(state, here, rows, None).await
}

/// Grants of a group, each with the denies that override it where it was made.
pub async fn group_grants(state: &AppState, here: &Here, group: GroupId) -> Result<Vec<GrantRow>, Fault> {
    let rows = state.store.group_grants(here.workspace, group, state.now()).await?;
    shadowed(state, here, rows, None).await
}

async fn shadowed(
    state: &AppState,
    here: &Here,
    mut rows: Vec<GrantRow>,
    folder: Option<FolderId>,
) -> Result<Vec<GrantRow>, Fault> {
    let members: BTreeSet<_> = rows
        .iter()
        .filter_map(|row| match row.subject {
            Subject::Member(id) => Some(id),
            Subject::Group(_) => None,
        })
        .collect();
    let now = state.now();
    let scope = Scope::Members(members.into_iter().collect());
    let snapshot = state.store.snapshot(here.workspace, &scope, now).await?;
    let access = Access::new(&snapshot);
    for row in &mut rows {
        row.shadowed_by = access.shadowed_by(row.id, folder.unwrap_or(row.folder.id), now);
    }
    Ok(rows)
}

/// Looks whether a page can be asked for like this.
pub fn page(query: &PageQuery) -> Result<(), Fault> {
    let ways = [query.after.is_some(), query.before.is_some(), query.last];
    if ways.iter().filter(|way| **way).count() > 1 {
        return Err(Fault::malformed("after", "ask with one of after, before and last"));
    }
    match query.limit {
        Some(limit) if !(1..=MAX_PAGE).contains(&limit) => {
            Err(Fault::malformed("limit", format!("limit is from 1 to {MAX_PAGE}")))
        }
        _ => Ok(()),
    }
}

/// Reads a filter.
pub fn filter<T: Vocabulary>(text: &str) -> Result<Filter<T>, Fault> {
    text.parse().map_err(|error: crate::domain::filter::FilterError| Fault::malformed("filter", error.message))
}

/// Reads the filters of a selection, and looks whether it may have so many and name so many rows.
pub fn selection<T: Vocabulary>(on: &Selection) -> Result<Selected<'_, T>, Fault> {
    let (filters, rows) = (on.matching.len(), on.named());
    if filters > MAX_FILTERS {
        return Err(Fault::invalid("on", format!("{filters} filters are too many: at most {MAX_FILTERS} at once")));
    }
    if rows > MAX_ROWS {
        return Err(Refusal::TooMany { rows: rows as u64, most: MAX_ROWS as u64 }.into());
    }
    let matching = on.matching.iter().map(|one| Ok((filter(&one.filter)?, one.except.as_slice())));
    Ok(Selected { matching: matching.collect::<Result<_, Fault>>()?, ids: &on.ids })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_asked_for_in_one_way_and_of_a_size_that_exists() {
        assert!(page(&PageQuery::default()).is_ok());
        assert!(page(&PageQuery { limit: Some(500), last: true, ..PageQuery::default() }).is_ok());
        assert!(page(&PageQuery { limit: Some(0), ..PageQuery::default() }).is_err());
        assert!(page(&PageQuery { limit: Some(501), ..PageQuery::default() }).is_err());
        assert!(page(&PageQuery { after: Some("a".into()), last: true, ..PageQuery::default() }).is_err());
    }
}
