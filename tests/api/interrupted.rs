//! Changes that somebody else writes in the middle of, while time passes: planned again, their rows still do what they
//! were to do.

use crate::{
    recorded::{given, matching, refused, rows, starting, told},
    served::{Client, World, invite},
};
use rolecall::{
    api::{
        backend::Backend,
        wire::{Change, ChangeState, StartChange},
    },
    domain::{
        change::{
            Cancel, Deactivate, EditGrant, EditInvitation, Grant, Import, Invite, Kind, Person, Reactivate, Remove,
            Resend, Revoke, Selection, SetGroups, SetRoles, To, Undo,
        },
        edge::Terms,
        id::RoleId,
        model::Effect,
        time::DAY,
    },
    server::{Rate, Rates},
};
use std::cell::Cell;

crate::on_both! {
    rows_planned_again_do_what_they_were_to_do,
    grants_planned_again_are_those_that_were_to_be_made,
}

/// So many rows that it is seldom over before somebody else can write.
const ROWS: usize = 300;

/// How many changes were begun, and how many of them were written in the middle of.
#[derive(Default)]
struct Caught {
    begun: Cell<usize>,
    caught: Cell<usize>,
}

impl Drop for Caught {
    fn drop(&mut self) {
        let (begun, caught) = (self.begun.get(), self.caught.get());
        assert!(std::thread::panicking() || caught > begun / 2, "of {begun} all but {caught} were over too soon");
    }
}

/// Begins a change, and writes in the middle of it a minute later.
async fn interrupted(world: &World, owner: &Client, start: &StartChange, what: &str, caught: &Caught) -> Change {
    let change = owner.start_change(world.ws, start, &world.key()).await.unwrap();
    let held = world.store.begin(world.ws).await.unwrap();
    let pending = world.store.change(world.ws, change.id).await.unwrap().change.pending();
    caught.begun.set(caught.begun.get() + 1);
    caught.caught.set(caught.caught.get() + usize::from(pending > 0));
    world.pass(60);
    held.commit().await.unwrap();
    let ended = owner.watch_change(world.ws, change.id, |_| ()).await.unwrap();
    let odd: Vec<_> = [rows(world, owner, change.id, "skipped").await, rows(world, owner, change.id, "failed").await]
        .concat()
        .into_iter()
        .take(2)
        .collect();
    assert_eq!((ended.state, ended.done), (ChangeState::Done, ended.total), "{what}: {odd:?}");
    assert!(ended.total >= ROWS as u64, "{what}: {ended:?}");
    let told = told(world, change.id).await;
    assert!(told.len() as u64 == ended.total && told.values().all(|times| *times == 1), "{what}");
    ended
}

/// Taken back and done again in the same second, and each in the middle of somebody else's writes.
async fn back_and_forth(world: &World, owner: &Client, done: &Change, what: &str, caught: &Caught) {
    let back = interrupted(world, owner, &given(Undo { change: done.id, reason: None }), what, caught).await;
    let forth = interrupted(world, owner, &given(Undo { change: back.id, reason: None }), what, caught).await;
    assert_eq!((back.undoes, forth.undoes), (Some(done.id), Some(back.id)));
}

async fn rows_planned_again_do_what_they_were_to_do() {
    let rates = Rates { invitations: Rate { tries: 100_000, seconds: 60 }, ..Rates::default() };
    let world = World::with_rates(rates).await;
    let (owner, caught) = (world.owner().await, Caught::default());
    let (viewer, analyst) = (world.role("Viewer").await.id, world.role("Analyst").await.id);
    let team = world.make_group("Team", &["content.read"]).await;
    let draft = |n| invite(&format!("guest-{n}@northwind.test"), viewer);
    let person =
        |n| Person { email: format!("person-{n}@northwind.test").into(), roles: vec![viewer], ..Person::default() };
    let roles = |role: RoleId| Kind::from(SetRoles { roles: vec![role], ..SetRoles::default() });
    let edit = EditInvitation { roles: vec![analyst], groups: vec![team], ttl_days: Some(3) };
    let steps: [(&str, Kind); 10] = [
        ("", Invite { drafts: (0..ROWS).map(draft).collect() }.into()),
        ("guest", edit.into()),
        ("guest", Resend {}.into()),
        ("guest", Cancel { reason: None }.into()),
        ("", Import { people: (0..ROWS).map(person).collect() }.into()),
        ("person", roles(analyst)),
        ("person", SetGroups { add: vec![team], ..SetGroups::default() }.into()),
        ("person", Deactivate { reason: None }.into()),
        ("person", Reactivate { reason: None }.into()),
        ("person", Remove { reason: None }.into()),
    ];
    for (filter, kind) in steps {
        let name = kind.name();
        let start = if filter.is_empty() { given(kind) } else { matching(filter, kind) };
        let done = interrupted(&world, &owner, &start, name, &caught).await;
        if name == "resend" {
            let back = given(Undo { change: done.id, reason: None });
            assert_eq!(refused(owner.start_change(world.ws, &back, &world.key()).await), "irreversible");
            continue;
        }
        back_and_forth(&world, &owner, &done, name, &caught).await;
    }
    world.store.verify_audit(world.ws).await.unwrap();
}

async fn grants_planned_again_are_those_that_were_to_be_made() {
    let world = World::sample(700).await;
    let (owner, caught) = (world.owner().await, Caught::default());
    let folder = world.folder("Logos").await;
    let grant = Grant {
        folder,
        capability: "content.write".into(),
        effect: Effect::Deny,
        to: To::Members,
        terms: Terms { expires_at: Some(world.now().plus(DAY)), ..Terms::default() },
    };
    let made = interrupted(&world, &owner, &matching("status:active", grant), "grant", &caught).await;
    back_and_forth(&world, &owner, &made, "grant", &caught).await;
    let grants = async || {
        let here = owner.folder_grants(world.ws, folder).await.unwrap();
        Selection::ids(here.into_iter().filter(|row| row.effect == Effect::Deny).map(|row| row.id.0).collect())
    };
    let terms = Terms { reason: Some("looked at".into()), ..Terms::default() };
    let edited =
        interrupted(&world, &owner, &starting(grants().await, EditGrant { terms }), "edit_grant", &caught).await;
    back_and_forth(&world, &owner, &edited, "edit_grant", &caught).await;
    let revoked = starting(grants().await, Revoke { reason: None });
    let revoked = interrupted(&world, &owner, &revoked, "revoke", &caught).await;
    back_and_forth(&world, &owner, &revoked, "revoke", &caught).await;
    assert_eq!((made.done, revoked.done), (edited.done, edited.done));
    world.store.verify_audit(world.ws).await.unwrap();
}
