//! A preview is what then happens: the access of every member, in every folder, before and after.

use crate::served::{World, group};
use rolecall::{
    api::{
        backend::Backend,
        wire::{PageQuery, Preview},
    },
    domain::{
        access::Access,
        change::{Change, GroupDraft},
        edge::Terms,
        id::{FolderId, GrantId, MemberId},
        model::{Effect, Snapshot, Subject},
        untrusted::Text,
    },
    server::store::Scope,
};
use std::collections::{BTreeMap, BTreeSet};

crate::on_both! {
    what_a_preview_says_is_what_then_happens,
    a_preview_writes_nothing,
}

/// Every capability that every member holds, in every place.
type Held = BTreeMap<(MemberId, Option<FolderId>), BTreeSet<String>>;

async fn held(world: &World) -> Held {
    let now = world.now();
    let snapshot: Snapshot = world.store.snapshot(world.ws, &Scope::All, now).await.unwrap();
    let access = Access::new(&snapshot);
    let mut held = Held::new();
    for member in &snapshot.members {
        for place in std::iter::once(None).chain(snapshot.folders.iter().map(|folder| Some(folder.id))) {
            let keys = snapshot.catalogue.keys(access.held(member.id, place, now));
            held.insert((member.id, place), keys.into_iter().collect());
        }
    }
    held
}

/// Everything gained (or, the other way round, lost) anywhere, by member.
fn gained(before: &Held, after: &Held) -> BTreeSet<(MemberId, String)> {
    let none = BTreeSet::new();
    after
        .iter()
        .flat_map(|((member, place), keys)| {
            let had = before.get(&(*member, *place)).unwrap_or(&none);
            keys.difference(had).map(|key| (*member, key.clone())).collect::<Vec<_>>()
        })
        .collect()
}

fn said(preview: &Preview, gains: bool) -> BTreeSet<(MemberId, String)> {
    let rows = preview.rows.iter().flat_map(|row| {
        let items = if gains { &row.gains } else { &row.loses };
        items.iter().map(|item| (row.member.id, item.capability.clone()))
    });
    rows.collect()
}

async fn changes(world: &World) -> Vec<Change> {
    let viewer = world.role("Viewer").await.id;
    let (nazarova, oli) = (world.id("aziza.nazarova@northwind.test").await, world.id("oli@northwind.test").await);
    let (team, desk) = (world.group("Content Team").await.id, world.group("Campaign Desk").await.id);
    let (templates, logos) = (world.folder("Templates").await, world.folder("Logos").await);
    let terms = Terms::default;
    let grant = |folder, subject, effect| {
        let capability = "content.write".to_owned();
        Change::Grant { folder, subject, capability, effect, terms: terms() }
    };
    vec![
        Change::SetRoles { member: nazarova, roles: vec![viewer], terms: terms() },
        grant(templates, Subject::Member(nazarova), Effect::Deny),
        grant(logos, Subject::Group(desk), Effect::Allow),
        grant(templates, Subject::Member(nazarova), Effect::Allow),
        Change::SetGroupMembers { group: team, add: vec![], remove: vec![nazarova, oli], terms: terms() },
        Change::SetGroupMembers { group: desk, add: vec![oli], remove: vec![], terms: terms() },
        Change::EditGroup { group: team, draft: group("Content Team", &["templates.read", "devices.read"]) },
        Change::CreateGroup(GroupDraft { leader: Some(oli), ..group("New", &["content.write"]) }),
        Change::DeleteGroup { group: desk, reason: None },
        Change::Remove { member: oli, reason: None },
        Change::Transfer { email: Text::new("olim@northwind.test"), reason: None },
    ]
}

async fn what_a_preview_says_is_what_then_happens() {
    let world = World::sample(40).await;
    let owner = world.owner().await;
    for change in changes(&world).await {
        let before = held(&world).await;
        let preview = owner.preview(world.ws, &change).await.unwrap_or_else(|error| panic!("{change:?}: {error}"));
        let done = world.apply(&owner, change.clone()).await.unwrap_or_else(|error| panic!("{change:?}: {error}"));
        let after = held(&world).await;
        assert_eq!(said(&preview, true), gained(&before, &after), "{change:?} gains");
        assert_eq!(said(&preview, false), gained(&after, &before), "{change:?} loses");
        assert_eq!(done.warnings.len(), preview.warnings.len(), "{change:?}");
        assert!(done.revision > preview.revision);
        for row in &preview.rows {
            assert!(!row.member.name.is_empty(), "{change:?}: a row without a name");
        }
    }
}

async fn a_preview_writes_nothing() {
    let world = World::sample(40).await;
    let owner = world.owner().await;
    let (revision, log) = (
        owner.workspace(world.ws).await.unwrap().revision,
        owner.audit(world.ws, &PageQuery::default()).await.unwrap(),
    );
    let before = held(&world).await;
    for change in changes(&world).await {
        owner.preview(world.ws, &change).await.unwrap();
    }
    assert_eq!(held(&world).await, before);
    assert_eq!(owner.workspace(world.ws).await.unwrap().revision, revision);
    assert_eq!(owner.audit(world.ws, &PageQuery::default()).await.unwrap(), log);
    let missing = owner.preview(world.ws, &Change::Revoke { grant: GrantId(99_999), reason: None }).await;
    assert!(missing.is_err());
}
