//! The rows of a bulk change, one change each.

use super::super::{
    super::{problem::Fault, store::Reading},
    lists,
};
use crate::domain::{
    bulk::{Bulk, BulkAction, MAX_ROWS, Rows, Selection},
    change::{Change, Facts, Refusal, member_of},
    edge::Terms,
    filter::Filter,
    id::{InvitationId, MemberId},
    model::Subject,
    plan::Expects,
    time::Timestamp,
    untrusted::Text,
};
use std::collections::{HashMap, HashSet};

/// A row that was asked for.
pub struct Asked {
    /// The member or invitation; none for somebody new.
    pub target: Option<i64>,
    /// E-mail, where the row brings it.
    pub name: Option<Text>,
    /// What is done, or why nothing can be.
    pub change: Result<Change, Refusal>,
    /// What must still be so, where the row brings it.
    pub expects: Option<Expects>,
}

/// Every row, in the order of the selection.
pub async fn of(reading: &mut Reading<'_>, bulk: &Bulk, now: Timestamp) -> Result<Vec<Asked>, Fault> {
    let rows: Vec<Asked> = match &bulk.action {
        BulkAction::Invite { drafts } => drafts
            .iter()
            .map(|draft| Asked {
                target: None,
                name: Some(draft.email.clone()),
                change: Ok(Change::Invite(draft.clone())),
                expects: None,
            })
            .collect(),
        BulkAction::Undo { job, reason } => reading
            .done_rows(*job)
            .await?
            .into_iter()
            .map(|row| Asked {
                target: row.target,
                name: Some(row.name),
                expects: row.trace.expects(),
                change: row.trace.undo(reason.clone()),
            })
            .collect(),
        action => {
            let ids = selected(reading, &bulk.on, action, now).await?;
            let row = |id| Asked { target: Some(id), name: None, change: Ok(change(action, id)), expects: None };
            ids.into_iter().map(row).collect()
        }
    };
    if rows.len() > MAX_ROWS {
        return Err(Fault::invalid("on", format!("{} rows are too many: at most {MAX_ROWS} at once", rows.len())));
    }
    Ok(rows)
}

/// The identifiers of a selection, each once.
async fn selected(
    reading: &mut Reading<'_>,
    on: &Selection,
    action: &BulkAction,
    now: Timestamp,
) -> Result<Vec<i64>, Fault> {
    if on.is_empty() {
        return Err(Fault::invalid("on", "say which rows: ids, or a filter"));
    }
    // Each filter brings its own in order: those of several, and rows named besides, are put in order together.
    let several = !on.matching.is_empty() && on.matching.len() + usize::from(!on.ids.is_empty()) > 1;
    let (mut ids, mut order): (Vec<i64>, Vec<i64>) = (Vec::new(), Vec::new());
    if action.rows() == Rows::Invitations {
        for (filter, except) in lists::selection(on)?.matching {
            ids.extend(reading.matching_invitations(&filter, except, now).await?.into_iter().map(|id| id.0));
        }
        if several {
            let all = reading.matching_invitations(&Filter::default(), &[], now).await?;
            order.extend(all.into_iter().map(|id| id.0));
        }
    } else {
        for (filter, except) in lists::selection(on)?.matching {
            ids.extend(reading.matching_members(&filter, except, now).await?.into_iter().map(|id| id.0));
        }
        if several {
            let all = reading.matching_members(&Filter::default(), &[], now).await?;
            order.extend(all.into_iter().map(|id| id.0));
        }
    }
    ids.extend(&on.ids);
    let mut seen = HashSet::with_capacity(ids.len());
    ids.retain(|id| seen.insert(*id));
    let places: HashMap<i64, usize> = order.into_iter().zip(0..).collect();
    ids.sort_by_key(|id| places.get(id).copied().unwrap_or(usize::MAX));
    Ok(ids)
}

/// Whom rows are about, each of one member: those members, and the actor.
pub fn members_of<'c, 'f>(actor: MemberId, rows: impl Iterator<Item = (&'c Change, &'f Facts)>) -> Vec<MemberId> {
    let mut members = vec![actor];
    members.extend(rows.filter_map(|(change, facts)| member_of(change, facts)));
    members.sort_unstable();
    members.dedup();
    members
}

/// The action, on one row.
fn change(action: &BulkAction, id: i64) -> Change {
    let (member, invitation) = (MemberId(id), InvitationId(id));
    match action.clone() {
        BulkAction::SetRoles { roles, terms } => Change::SetRoles { member, roles, terms },
        BulkAction::AddToGroups { groups, terms } => {
            Change::SetGroups { member, add: groups, remove: Vec::new(), terms }
        }
        BulkAction::RemoveFromGroups { groups, reason } => {
            let terms = Terms { reason, ..Terms::default() };
            Change::SetGroups { member, add: Vec::new(), remove: groups, terms }
        }
        BulkAction::Grant { folder, capability, effect, terms } => {
            Change::Grant { folder, subject: Subject::Member(member), capability, effect, terms }
        }
        BulkAction::Deactivate { reason } => Change::Deactivate { member, reason },
        BulkAction::Remove { reason } => Change::Remove { member, reason },
        BulkAction::Resend => Change::ResendInvitation { invitation },
        BulkAction::Cancel { reason } => Change::CancelInvitation { invitation, reason },
        // Those bring their own rows; of one that has none, only the kind is asked about.
        BulkAction::Invite { drafts } => Change::Invite(drafts.into_iter().next().unwrap_or_default()),
        BulkAction::Undo { reason, .. } => Change::Remove { member, reason },
    }
}

/// A change of the action's kind, of nobody in particular.
pub fn probe(action: &BulkAction, actor: MemberId) -> Change {
    change(action, actor.0)
}

/// Marks what was changed since the job that is undone left it.
pub async fn tell_changed<'c>(
    reading: &mut Reading<'_>,
    expected: impl Iterator<Item = (&'c Change, Option<&'c Expects>)> + Clone,
    facts: &mut [Facts],
) -> Result<(), Fault> {
    let (mut members, mut invitations) = (HashMap::new(), HashMap::new());
    for row in expected.clone() {
        match row {
            (Change::Remove { member, .. }, Some(Expects::Version(version))) => {
                members.insert(*member, *version);
            }
            (Change::CancelInvitation { invitation, .. }, Some(Expects::Version(version))) => {
                invitations.insert(*invitation, *version);
            }
            _ => {}
        }
    }
    if members.is_empty() && invitations.is_empty() {
        return Ok(());
    }
    let members: HashSet<_> = reading.changed_members(&members).await?.into_iter().collect();
    let invitations: HashSet<_> = reading.changed_invitations(&invitations).await?.into_iter().collect();
    for ((change, _), facts) in expected.zip(facts) {
        facts.changed_since = match change {
            Change::Remove { member, .. } => members.contains(member),
            Change::CancelInvitation { invitation, .. } => invitations.contains(invitation),
            _ => false,
        };
    }
    Ok(())
}
