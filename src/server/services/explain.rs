//! Who may do what, and why: the rules' answers with names.

use super::super::{
    auth::Here,
    planner::{Names, grants_in},
    problem::Fault,
    state::AppState,
    store::Scope,
};
use crate::{
    api::wire::{AccessRow, EffectiveAccess, Explanation, Holder, MAX_PAGE, Source, WhoCan},
    domain::{
        access::{Access, Decision, Remedy, Verdict},
        capability::Cap,
        id::{FolderId, MemberId},
        model::Snapshot,
    },
};
use std::collections::BTreeSet;

/// Every capability of a member, with every source.
pub async fn access(
    state: &AppState,
    here: &Here,
    member: MemberId,
    folder: Option<FolderId>,
) -> Result<EffectiveAccess, Fault> {
    let now = state.now();
    let snapshot = snapshot_of(state, here, member, folder).await?;
    let rules = Access::new(&snapshot);
    let decisions: Vec<(Cap, Decision)> =
        snapshot.catalogue.iter().map(|(cap, _)| (cap, rules.decide(member, folder, cap, now))).collect();
    let grants = decisions.iter().flat_map(|(_, decision)| grants_of(decision)).collect();
    let names = Names::load(state, here.workspace, vec![&snapshot], grants, now).await?;
    let rows: Vec<_> = decisions.iter().map(|(cap, decision)| row(&names, &snapshot, member, *cap, decision)).collect();
    Ok(EffectiveAccess {
        member: names.member(member),
        folder: folder.map(|id| names.folder(id)),
        allowed: rows.iter().filter(|row| row.allowed).count() as u32,
        rows,
    })
}

/// Why, or why not, and what would allow it.
pub async fn explain(
    state: &AppState,
    here: &Here,
    member: MemberId,
    capability: &str,
    folder: Option<FolderId>,
) -> Result<Explanation, Fault> {
    let now = state.now();
    let snapshot = snapshot_of(state, here, member, folder).await?;
    let cap = find(&snapshot, capability)?;
    let rules = Access::new(&snapshot);
    let decision = rules.decide(member, folder, cap, now);
    let remedies = rules.remedies(member, folder, cap, now);
    let mut grants: BTreeSet<_> = grants_of(&decision).collect();
    grants.extend(remedies.iter().flatten().filter_map(|remedy| match remedy {
        Remedy::RemoveDeny(id) => Some(*id),
        _ => None,
    }));
    let names = Names::load(state, here.workspace, vec![&snapshot], grants, now).await?;
    Ok(Explanation {
        member: names.member(member),
        folder: folder.map(|id| names.folder(id)),
        row: row(&names, &snapshot, member, cap, &decision),
        remedies: remedies.iter().map(|set| set.iter().filter_map(|one| names.remedy(one)).collect()).collect(),
    })
}

/// Everyone who holds a capability: an exact count, and the first of them by e-mail.
pub async fn who_can(
    state: &AppState,
    here: &Here,
    capability: &str,
    folder: Option<FolderId>,
) -> Result<WhoCan, Fault> {
    let now = state.now();
    let snapshot = state.store.snapshot(here.workspace, &Scope::All, now).await?;
    let cap = find(&snapshot, capability)?;
    exists(&snapshot, folder)?;
    let mut holders = Access::new(&snapshot).who_can(folder, cap, now);
    let total = holders.len() as u64;
    let emails: std::collections::HashMap<_, _> =
        snapshot.members.iter().map(|member| (member.id, member.email.raw().to_lowercase())).collect();
    holders.sort_by(|(a, _), (b, _)| emails.get(a).cmp(&emails.get(b)));
    holders.truncate(MAX_PAGE as usize);
    let grants = holders.iter().flat_map(|(_, decision)| grants_of(decision)).collect();
    let names = Names::load(state, here.workspace, vec![&snapshot], grants, now).await?;
    let holder = |(member, decision): &(MemberId, Decision)| Holder {
        member: names.member(*member),
        because: because(&names, *member, cap, decision),
    };
    Ok(WhoCan {
        capability: capability.to_owned(),
        folder: folder.map(|id| names.folder(id)),
        total,
        holders: holders.iter().map(holder).collect(),
    })
}

/// A snapshot that holds the member, and the folder asked about.
async fn snapshot_of(
    state: &AppState,
    here: &Here,
    member: MemberId,
    folder: Option<FolderId>,
) -> Result<Snapshot, Fault> {
    let snapshot = state.store.snapshot(here.workspace, &Scope::Members(vec![member]), state.now()).await?;
    if !snapshot.members.iter().any(|one| one.id == member) {
        return Err(Fault::no("member"));
    }
    exists(&snapshot, folder)?;
    Ok(snapshot)
}

fn exists(snapshot: &Snapshot, folder: Option<FolderId>) -> Result<(), Fault> {
    match folder {
        Some(id) if !snapshot.folders.iter().any(|folder| folder.id == id) => Err(Fault::no("folder")),
        _ => Ok(()),
    }
}

fn find(snapshot: &Snapshot, capability: &str) -> Result<Cap, Fault> {
    snapshot
        .catalogue
        .find(capability)
        .ok_or_else(|| Fault::invalid("capability", format!("there is no capability {capability:?} here")))
}

fn grants_of(decision: &Decision) -> impl Iterator<Item = crate::domain::id::GrantId> {
    grants_in(decision.evidence.iter().chain(&decision.shadowed))
}

fn row(names: &Names<'_>, snapshot: &Snapshot, member: MemberId, cap: Cap, decision: &Decision) -> AccessRow {
    AccessRow {
        capability: snapshot.catalogue.get(cap).key.clone(),
        allowed: decision.allowed,
        verdict: decision.verdict,
        because: because(names, member, cap, decision),
        shadowed: names.sources(member, cap, &decision.shadowed),
    }
}

fn because(names: &Names<'_>, member: MemberId, cap: Cap, decision: &Decision) -> Vec<Source> {
    match decision.verdict {
        Verdict::Owner => vec![Source::Owner],
        Verdict::Inactive => vec![Source::Inactive],
        _ => names.sources(member, cap, &decision.evidence),
    }
}
