//! Taking back what a change did, where it is more than edges: invitations, other changes' doings, words about it.

use crate::{
    invitations::look,
    recorded::{done, everything, given, matching, refused, rows, to_role, undo},
    served::{World, group},
};
use reqwest::StatusCode;
use rolecall::{
    api::{
        backend::Backend,
        wire::{InvitationRow, InvitationStatus, Origin, PageQuery},
    },
    domain::{
        change::{
            Cancel, Deactivate, EditGroup, GroupDraft, GroupMembers, Kind, Reactivate, Remove, Rename, Request, Resend,
            Thing, Undo,
        },
        edge::Terms,
        id::{ChangeId, MemberId},
    },
};
use std::collections::BTreeSet;

crate::on_both! {
    invitations_that_were_cancelled_come_back_as_they_were_but_for_the_link,
    a_change_is_taken_back_once_and_the_undo_says_of_what_it_is,
    links_that_were_sent_are_not_taken_back_and_the_change_says_so,
    an_undo_gives_back_what_was_taken_and_no_more,
    what_somebody_else_decided_since_stands_even_where_it_looks_the_same,
}

async fn invitations_that_were_cancelled_come_back_as_they_were_but_for_the_link() {
    let world = World::sample(120).await;
    let owner = world.owner().await;
    let made = world.invite(&owner, "nina@northwind.test", "Viewer").await.unwrap();
    let board = async || {
        let items = owner.invitations(world.ws, &PageQuery::default()).await.unwrap().items;
        items.into_iter().map(|row| InvitationRow { version: 0, ..row }).collect::<Vec<_>>()
    };
    let states = |rows: &[InvitationRow]| rows.iter().map(|row| row.status).collect::<BTreeSet<_>>();
    let before = (board().await, everything(&world).await);
    assert_eq!(states(&before.0), InvitationStatus::OPEN.into(), "{:?}", before.0);
    assert!(before.0.iter().any(|row| row.delivery.raw() == "delivered"), "{:?}", before.0);
    // Nobody was sent the new link. Why a mail failed is told for as long as the invitation is `failed`.
    let delivery = |row: &InvitationRow| match row.status {
        InvitationStatus::Failed => row.delivery.clone(),
        _ => "link shown".into(),
    };
    let returned = before.0.iter().map(|row| InvitationRow { delivery: delivery(row), ..row.clone() });
    let returned = (returned.collect::<Vec<_>>(), before.1.clone());
    let kinds: [(&str, Kind); 2] =
        [("", Cancel { reason: None }.into()), ("status:pending", Remove { reason: None }.into())];
    for (filter, kind) in kinds {
        let name = kind.name();
        let change = done(&world, &owner, &matching(filter, kind)).await;
        assert_eq!((change.done, change.failed, change.skipped), (before.0.len() as u64, 0, 0), "{name}");
        assert!(board().await.is_empty(), "{name}");
        let plan = owner.plan(world.ws, &Request::given(Undo { change: change.id, reason: None })).await.unwrap();
        let cancelled = Thing::Invitation { status: InvitationStatus::Cancelled };
        let mut opened = BTreeSet::new();
        for shape in &plan.shapes {
            assert!(shape.before.contains(&cancelled) && shape.after.contains(&Thing::NewLink), "{name}: {shape:?}");
            opened.extend(shape.after.iter().filter_map(|thing| match thing {
                Thing::Invitation { status } => Some(*status),
                _ => None,
            }));
        }
        assert_eq!(opened, InvitationStatus::OPEN.into(), "{name}");
        let back = undo(&world, &owner, change.id).await;
        assert_eq!((back.done, back.failed, back.skipped), (change.done, 0, 0), "{name}: {back:?}");
        assert_eq!((board().await, everything(&world).await), returned, "{name}");

        let again = rows(&world, &owner, back.id, "").await;
        let link = again.iter().find(|row| row.name.raw() == "nina@northwind.test").unwrap().link.clone().unwrap();
        assert_ne!(Some(&link), made.link.as_ref());
        assert_eq!(look(made.link.as_ref().unwrap()).await, StatusCode::NOT_FOUND, "{name}: that one was cancelled");
        assert_eq!(look(&link).await, StatusCode::OK, "{name}");
        // An undo is a change like any other.
        let forth = undo(&world, &owner, back.id).await;
        assert_eq!((forth.done, forth.failed, forth.skipped), (change.done, 0, 0), "{name}: {forth:?}");
        assert!(board().await.is_empty(), "{name}");
        assert_eq!(undo(&world, &owner, forth.id).await.done, change.done, "{name}");
        assert_eq!((board().await, everything(&world).await), returned, "{name}");
    }
    let change = done(&world, &owner, &matching("nina", Cancel { reason: None })).await;
    world.invite(&owner, "nina@northwind.test", "Analyst").await.unwrap();
    let back = given(Undo { change: change.id, reason: None });
    let back = owner.start_change(world.ws, &back, &world.key()).await;
    assert_eq!(refused(back), "changed_since", "she was invited again since");
    world.store.verify_audit(world.ws).await.unwrap();
}

async fn a_change_is_taken_back_once_and_the_undo_says_of_what_it_is() {
    let world = World::new().await;
    let owner = world.owner().await;
    let technician = world.role("Technician").await.id;
    let change = done(&world, &owner, &matching("role:viewer", to_role(technician))).await;
    assert!(change.undoable() && change.origin.is_none(), "{change:?}");
    let back = undo(&world, &owner, change.id).await;
    let origin = |again| Some(Origin { change: change.id, action: "set_roles".into(), again });
    assert_eq!((back.undoes, &back.origin), (Some(change.id), &origin(false)));
    assert_eq!(back.what, change.what, "it is told by what it takes back");
    assert!(!owner.change(world.ws, change.id).await.unwrap().undoable());
    let again = Undo { change: change.id, reason: None };
    assert_eq!(refused(owner.plan(world.ws, &Request::given(again.clone())).await), "undone_already");
    assert_eq!(refused(owner.start_change(world.ws, &given(again), &world.key()).await), "undone_already");
    let forth = undo(&world, &owner, back.id).await;
    assert_eq!((forth.undoes, &forth.origin, &forth.what), (Some(back.id), &origin(true), &change.what));
    let back = undo(&world, &owner, forth.id).await;
    assert_eq!((back.undoes, &back.origin, &back.what), (Some(forth.id), &origin(false), &change.what));
    let listed = owner.changes(world.ws, &PageQuery::default()).await.unwrap().items;
    assert_eq!(listed[0].origin, back.origin);
}

async fn links_that_were_sent_are_not_taken_back_and_the_change_says_so() {
    let world = World::new().await;
    let owner = world.owner().await;
    world.invite(&owner, "nina@northwind.test", "Viewer").await.unwrap();
    let change = done(&world, &owner, &matching("", Resend {})).await;
    assert_eq!((change.done, change.undoable()), (1, false));
    let start = given(Undo { change: change.id, reason: None });
    assert_eq!(refused(owner.plan(world.ws, &start.request).await), "irreversible");
    assert_eq!(refused(owner.start_change(world.ws, &start, &world.key()).await), "irreversible");
    assert_eq!(owner.change(world.ws, change.id).await.unwrap().undone_by, None);
}

/// SPEC 4.3 and 4.4, of a manager who lacks what is at stake: what they took comes back while nothing else has changed;
/// then they give it by the rules for giving.
async fn an_undo_gives_back_what_was_taken_and_no_more() {
    let world = World::new().await;
    let owner = world.owner().await;
    world.bring_in(&[("mia@northwind.test", "Marketer"), ("vito@northwind.test", "Viewer")]).await;
    let hr = world.make_group("HR", &["members.read", "members.manage", "members.invite", "groups.manage"]).await;
    let ids = [world.id("mia@northwind.test").await, world.id("vito@northwind.test").await];
    let put = |group, add: &[MemberId]| {
        let (add, remove, terms) = (add.to_vec(), Vec::new(), Terms::default());
        Request::given(GroupMembers { group, add, remove, terms })
    };
    world.apply(&owner, put(hr, &ids[..1])).await.unwrap();
    let mia = world.acting("mia@northwind.test").await;
    let undone = async |change: Option<ChangeId>| {
        let back = given(Undo { change: change.expect("a change"), reason: None });
        mia.start_change(world.ws, &back, &world.key()).await
    };

    let boss = world.make_group("Boss", &["roles.manage", "billing.manage"]).await;
    let emptied = EditGroup { draft: group("Boss", &[]) };
    let first = world.apply(&mia, Request::one(boss.0, emptied.clone())).await.unwrap();
    assert_eq!(undone(first.change).await.unwrap().done, 1, "she may give back what she has just taken");
    assert_eq!(refused(world.apply(&mia, put(boss, &ids[1..])).await), "beyond");
    let second = world.apply(&mia, Request::one(boss.0, emptied)).await.unwrap();
    world.apply(&mia, put(boss, &ids)).await.unwrap();
    assert_eq!(refused(undone(second.change).await), "beyond", "others would get what was never theirs");

    let gone = world.apply(&mia, Request::one(ids[1].0, Deactivate { reason: None })).await.unwrap();
    world.set_role(&owner, "vito@northwind.test", "Administrator").await.unwrap();
    let why = refused(undone(gone.change).await);
    assert!(["above", "beyond"].contains(&why), "{why}: he holds more by now");

    world.invite(&owner, "ned@northwind.test", "Technician").await.unwrap();
    let ned = world.invitation("ned@northwind.test").await.id;
    assert_eq!(refused(world.apply(&mia, Request::one(ned.0, Resend {})).await), "beyond");
    let cancelled = world.apply(&mia, Request::one(ned.0, Cancel { reason: None })).await.unwrap();
    assert_eq!(refused(undone(cancelled.change).await), "beyond", "the new link would be hers");
    assert_eq!(undo(&world, &owner, cancelled.change.unwrap()).await.done, 1);
}

/// SPEC 6: a row changed by someone since is skipped, be it changed away and back.
async fn what_somebody_else_decided_since_stands_even_where_it_looks_the_same() {
    let world = World::new().await;
    let (owner, adele) = (world.owner().await, world.acting("adele@northwind.test").await);
    let (vera, victor) = (world.id("vera@northwind.test").await.0, world.id("victor@northwind.test").await.0);
    let desk = world.make_group("Desk", &[]).await;
    let described = |text: &str| EditGroup { draft: GroupDraft { description: text.into(), ..group("Desk", &[]) } };
    let named = |name: &str| Rename { name: name.into() };
    let chairs = |add: &[i64], remove: &[i64]| {
        let members = |ids: &[i64]| ids.iter().map(|id| MemberId(*id)).collect();
        GroupMembers { group: desk, add: members(add), remove: members(remove), terms: Terms::default() }
    };
    let cases: [(Request, Request); 4] = [
        (Request::one(vera, Deactivate { reason: None }), Request::one(vera, Reactivate { reason: None })),
        (Request::one(vera, named("X")), Request::one(vera, named("Y"))),
        (Request::one(desk.0, described("one")), Request::one(desk.0, described("two"))),
        (Request::given(chairs(&[victor], &[])), Request::given(chairs(&[], &[victor]))),
    ];
    for (forth, back) in cases {
        let name = forth.kind.name();
        let first = world.apply(&owner, forth.clone()).await.unwrap().change.unwrap();
        world.apply(&adele, back).await.unwrap();
        let last = world.apply(&adele, forth).await.unwrap().change.unwrap();
        let undone = |change| given(Undo { change, reason: None });
        let stale = owner.start_change(world.ws, &undone(first), &world.key()).await;
        assert_eq!(refused(stale), "changed_since", "{name}");
        let back = undo(&world, &adele, last).await;
        assert_eq!((back.done, back.skipped), (1, 0), "{name}: one's own last change is taken back");
        assert_eq!(undo(&world, &adele, back.id).await.done, 1, "{name}: and done again");
    }
}
