//! What a plan says is what then happens: the access of every member, in every folder, before and after.

use crate::{
    recorded::refused,
    served::{World, granting, group},
};
use rolecall::{
    api::{
        backend::Backend,
        wire::{PageQuery, Plan},
    },
    domain::{
        access::Access,
        change::{
            CreateGroup, DeleteGroup, EditGroup, GroupDraft, GroupMembers, Remove, Request, Revoke, SetRoles, Transfer,
            Warning,
        },
        edge::Terms,
        id::{FolderId, MemberId},
        model::{Effect, Snapshot, Subject},
        untrusted::Text,
    },
    server::store::Scope,
};
use std::collections::{BTreeMap, BTreeSet};

crate::on_both! {
    what_a_plan_says_is_what_then_happens,
    a_plan_writes_nothing,
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

/// What a plan says that anybody gains (or loses), by e-mail.
fn said(plan: &Plan, gains: bool) -> BTreeSet<(String, String)> {
    let rows = plan.rows.iter().chain(&plan.people).flat_map(|row| {
        let shape = &plan.shapes[row.shape as usize];
        let items = if gains { &shape.gains } else { &shape.loses };
        items.iter().map(|item| (row.name.raw().to_owned(), item.capability.clone()))
    });
    rows.collect()
}

async fn changes(world: &World) -> Vec<Request> {
    let viewer = world.role("Viewer").await.id;
    let (nazarova, oli) = (world.id("aziza.nazarova@northwind.test").await, world.id("oli@northwind.test").await);
    let (team, desk) = (world.group("Content Team").await.id, world.group("Campaign Desk").await.id);
    let (templates, logos) = (world.folder("Templates").await, world.folder("Logos").await);
    let terms = Terms::default;
    let grant = |folder, subject, effect| {
        let capability = "content.write".to_owned();
        granting(folder, subject, capability, effect, terms())
    };
    vec![
        Request::one(nazarova.0, SetRoles { roles: vec![viewer], terms: terms() }),
        grant(templates, Subject::Member(nazarova), Effect::Deny),
        grant(logos, Subject::Group(desk), Effect::Allow),
        grant(templates, Subject::Member(nazarova), Effect::Allow),
        Request::given(GroupMembers { group: team, add: vec![], remove: vec![nazarova, oli], terms: terms() }),
        Request::given(GroupMembers { group: desk, add: vec![oli], remove: vec![], terms: terms() }),
        Request::one(team.0, EditGroup { draft: group("Content Team", &["templates.read", "devices.read"]) }),
        Request::given(CreateGroup { draft: GroupDraft { leader: Some(oli), ..group("New", &["content.write"]) } }),
        Request::one(desk.0, DeleteGroup { reason: None }),
        Request::one(oli.0, Remove { reason: None }),
        Request::given(Transfer { email: Text::new("olim@northwind.test"), reason: None }),
    ]
}

async fn what_a_plan_says_is_what_then_happens() {
    let world = World::sample(40).await;
    let owner = world.owner().await;
    let everyone = world.store.snapshot(world.ws, &Scope::All, world.now()).await.unwrap().members;
    let email = |id: MemberId| everyone.iter().find(|member| member.id == id).unwrap().email.raw().to_owned();
    let named = |gained: BTreeSet<(MemberId, String)>| -> BTreeSet<(String, String)> {
        gained.into_iter().map(|(id, key)| (email(id), key)).collect()
    };
    for change in changes(&world).await {
        let before = held(&world).await;
        let plan = owner.plan(world.ws, &change).await.unwrap_or_else(|error| panic!("{change:?}: {error}"));
        let done = world.apply(&owner, change.clone()).await.unwrap_or_else(|error| panic!("{change:?}: {error}"));
        let after = held(&world).await;
        assert_eq!(said(&plan, true), named(gained(&before, &after)), "{change:?} gains");
        assert_eq!(said(&plan, false), named(gained(&after, &before)), "{change:?} loses");
        let planned: Vec<Warning> = plan.rows.iter().flat_map(|row| row.warnings.clone()).collect();
        assert_eq!(done.warnings, [plan.warnings.clone(), planned].concat(), "{change:?}");
        assert!(done.revision > plan.revision);
        for row in plan.rows.iter().chain(&plan.people) {
            assert!(!row.name.is_empty(), "{change:?}: a row without a name");
        }
    }
}

async fn a_plan_writes_nothing() {
    let world = World::sample(40).await;
    let owner = world.owner().await;
    let (revision, log) = (
        owner.workspace(world.ws).await.unwrap().revision,
        owner.audit(world.ws, &PageQuery::default()).await.unwrap(),
    );
    let before = held(&world).await;
    for change in changes(&world).await {
        owner.plan(world.ws, &change).await.unwrap();
    }
    assert_eq!(held(&world).await, before);
    assert_eq!(owner.workspace(world.ws).await.unwrap().revision, revision);
    assert_eq!(owner.audit(world.ws, &PageQuery::default()).await.unwrap(), log);
    let missing = Request::one(99_999, Revoke { reason: None });
    let plan = owner.plan(world.ws, &missing).await.unwrap();
    assert_eq!((plan.change, plan.skipped), (0, 1), "{plan:?}");
    assert_eq!(refused(world.apply(&owner, missing).await), "not_found");
}
