//! Folders: where one can be made, and when making one can be taken back.

use crate::{
    recorded::{done, given, refused, undo},
    served::{World, granting},
};
use rolecall::{
    api::{backend::Backend, wire::StartChange},
    domain::{
        change::{CreateFolder, Refusal, Request, Undo},
        edge::Terms,
        id::FolderId,
        model::{Effect, Subject},
    },
};

crate::on_both! {
    siblings_have_different_names_and_others_need_not,
    a_folder_is_taken_back_only_while_nothing_is_in_it,
}

fn folder(name: &str, parent: Option<FolderId>) -> CreateFolder {
    CreateFolder { name: name.into(), parent, ..CreateFolder::default() }
}

async fn siblings_have_different_names_and_others_need_not() {
    let world = World::sample(40).await;
    let owner = world.owner().await;
    let make = async |name: &str, parent| world.apply(&owner, Request::given(folder(name, parent))).await;
    let northwind = world.folder("Northwind").await;
    let made = make("  Äußeres ", Some(northwind)).await.unwrap();
    let rows = owner.folders(world.ws).await.unwrap();
    let row = rows.iter().find(|row| Some(row.id.0) == made.created).unwrap();
    assert_eq!((row.name.raw(), row.kind.as_str(), row.parent), ("Äußeres", "content folder", Some(northwind)));
    for taken in ["äußeres", "ÄUßERES ", "CAMPAIGN assets"] {
        assert_eq!(refused(make(taken, Some(northwind)).await), "name_taken", "{taken}");
        let start = given(folder(taken, Some(northwind)));
        let plan = owner.plan(world.ws, &start.request).await.unwrap();
        assert_eq!((plan.change, plan.skipped), (0, 1), "{taken}");
    }
    assert_eq!(refused(make("northWIND", None).await), "name_taken");
    make("Äußeres", None).await.unwrap();
    make("Äußeres", Some(row.id)).await.unwrap();
    assert_eq!(refused(make("New", Some(FolderId(99_999))).await), "gone");
    let unknown = CreateFolder { kind: Some("playlist".into()), ..folder("New", None) };
    assert_eq!(refused(world.apply(&owner, Request::given(unknown)).await), "gone");
}

/// A member's grant in it would go with it unseen: such members are read for that alone.
async fn a_folder_is_taken_back_only_while_nothing_is_in_it() {
    let world = World::sample(40).await;
    let owner = world.owner().await;
    let change = done(&world, &owner, &given(folder("Launch", Some(world.folder("Northwind").await)))).await;
    let launch = world.folder("Launch").await;
    let back = Request::given(Undo { change: change.id, reason: None });
    let member = Subject::Member(world.id("oli@northwind.test").await);
    let group = Subject::Group(world.group("Campaign Desk").await.id);
    let put_in = [
        granting(launch, member, "content.write".into(), Effect::Deny, Terms::default()),
        granting(launch, group, "content.write".into(), Effect::Allow, Terms::default()),
        Request::given(folder("Inside", Some(launch))),
    ];
    for request in put_in {
        let inside = done(&world, &owner, &StartChange { request, digest: None, password: None }).await;
        let plan = owner.plan(world.ws, &back).await.unwrap();
        let why = plan.shapes[0].outcome.why().cloned();
        assert_eq!(why, Some(Refusal::NotEmpty { folder: "Launch".into() }));
        assert_eq!((plan.change, plan.skipped), (0, 1));
        undo(&world, &owner, inside.id).await;
    }
    let plan = owner.plan(world.ws, &back).await.unwrap();
    assert_eq!((plan.change, plan.gain, plan.lose), (1, 0, 0), "nobody gains or loses by it");
    assert_eq!(undo(&world, &owner, change.id).await.done, 1);
    assert!(owner.folders(world.ws).await.unwrap().iter().all(|row| row.id != launch));
}
