//! The board of invitations: rows with what wants attention.

use super::super::{
    auth::Here,
    problem::Fault,
    state::AppState,
    store::{Invited, Scope},
};
use crate::{
    api::wire::{InvitationFlag, InvitationRow, InvitationStatus, Page, PageQuery},
    domain::{
        access::Access,
        address,
        capability::{Cap, key},
        id::{MemberId, RoleId},
        model::Snapshot,
        time::{DAY, Timestamp},
        untrusted::Text,
    },
};

/// Roles that hold any of these manage, and so make an invitation worth a second look.
const MANAGING: [&str; 4] = [key::MEMBERS_MANAGE, key::GROUPS_MANAGE, key::ROLES_MANAGE, key::GRANTS_MANAGE];

/// A page of invitations.
pub async fn board(state: &AppState, here: &Here, query: &PageQuery) -> Result<Page<InvitationRow>, Fault> {
    let now = state.now();
    let page = state.store.invitations(here.workspace, query, now).await?;
    let mut inviters: Vec<_> = page.items.iter().filter_map(|invited| invited.inviter).collect();
    inviters.sort_unstable();
    inviters.dedup();
    let snapshot = state.store.snapshot(here.workspace, &Scope::Members(inviters), now).await?;
    let judge = Judge::new(&snapshot, now);
    let items = page.items.into_iter().map(|invited| judge.flagged(invited)).collect();
    Ok(Page { items, before: page.before, after: page.after, revision: page.revision })
}

/// Tells what wants attention.
struct Judge<'a> {
    snapshot: &'a Snapshot,
    access: Access<'a>,
    inviting: Vec<Cap>,
    managing: Vec<Cap>,
    administrators: Vec<Text>,
    now: Timestamp,
}

impl<'a> Judge<'a> {
    fn new(snapshot: &'a Snapshot, now: Timestamp) -> Self {
        let access = Access::new(snapshot);
        let caps = |keys: &[&str]| keys.iter().filter_map(|key| snapshot.catalogue.find(key)).collect::<Vec<_>>();
        let administers = caps(&[key::MEMBERS_MANAGE, key::ROLES_MANAGE]);
        let administrators = snapshot.members.iter().filter(|member| {
            let held = access.held(member.id, None, now);
            administers.iter().all(|&cap| held.has(cap))
        });
        Self {
            administrators: administrators.map(|member| member.email.clone()).collect(),
            inviting: caps(&[key::MEMBERS_INVITE, key::MEMBERS_MANAGE]),
            managing: caps(&MANAGING),
            snapshot,
            access,
            now,
        }
    }

    fn flagged(&self, invited: Invited) -> InvitationRow {
        let Invited { mut row, inviter } = invited;
        let live = matches!(row.status, InvitationStatus::Sent | InvitationStatus::Expired | InvitationStatus::Failed);
        if !live {
            return row;
        }
        let address = row.email.raw();
        let left = row.expires_at.since(self.now);
        let flags = [
            (row.status == InvitationStatus::Sent && left <= DAY, InvitationFlag::Expiring),
            (row.status == InvitationStatus::Expired, InvitationFlag::Expired),
            (row.status == InvitationStatus::Failed, InvitationFlag::Failed),
            (row.roles.iter().any(|role| self.manages(role.id)), InvitationFlag::Privileged),
            (!inviter.is_some_and(|id| self.invites(id)), InvitationFlag::InviterGone),
            (address::foreign(address, &self.snapshot.policies).is_some(), InvitationFlag::ForeignDomain),
            (address::look_alike(address, &self.administrators).is_some(), InvitationFlag::LookAlike),
        ];
        row.flags = flags.into_iter().filter(|(holds, _)| *holds).map(|(_, flag)| flag).collect();
        row
    }

    fn manages(&self, role: RoleId) -> bool {
        let held = self.snapshot.roles.iter().find(|one| one.id == role).map(|one| one.capabilities);
        held.is_some_and(|held| self.managing.iter().any(|&cap| held.has(cap)))
    }

    fn invites(&self, inviter: MemberId) -> bool {
        let held = self.access.held(inviter, None, self.now);
        self.inviting.iter().any(|&cap| held.has(cap))
    }
}
