//! One path for every change: whichever way a change of whichever kind is asked for, it does and records the same, and
//! can be taken back.

use crate::{
    recorded::{code, done, given, matching, refused, rows, to_role, undo},
    replay::everything,
    served::{World, granting, group, import, invite, row},
};
use rolecall::{
    api::{
        backend::{Backend, every},
        wire::{AuditEvent, Change, ChangeState, PageQuery, StartChange},
    },
    domain::{
        change::{
            Asks, Cancel, CreateFolder, CreateGroup, Deactivate, DeleteGroup, Delta, Edit, EditGrant, EditGroup,
            EditInvitation, GroupDraft, GroupMembers, Import, Invite, InviteDraft, Kind, Person, Reactivate, Remove,
            Rename, Request, Resend, Revoke, SetGroups, SetRoles, Transfer, Undo,
        },
        edge::{Edge, Terms},
        id::{AccountId, MemberId},
        invitation::InvitationStatus,
        model::{Effect, Subject},
        time::DAY,
        untrusted::Text,
    },
    server::store::{NewEvent, Scope},
};
use std::collections::{BTreeMap, BTreeSet};

crate::on_both! {
    a_resource_and_a_change_of_one_row_are_the_same_to_the_byte,
    a_repeat_that_changes_nothing_writes_nothing,
    every_kind_is_recorded_and_taken_back_and_done_again,
    what_somebody_changed_since_the_plan_is_skipped_while_the_rest_is_done,
}

/// Kinds in an order in which each finds what it is done to.
const ORDER: [&str; 20] = [
    "set_roles",
    "set_groups",
    "group_members",
    "rename",
    "grant",
    "edit_grant",
    "revoke",
    "create_group",
    "edit_group",
    "invite",
    "edit_invitation",
    "resend",
    "cancel",
    "import",
    "deactivate",
    "reactivate",
    "remove",
    "delete_group",
    "create_folder",
    "transfer",
];

const ADA: &str = "ada@northwind.test";
const ADELE: &str = "adele@northwind.test";
const OLI: &str = "oli@northwind.test";
const INVITED: &str = "one-path@northwind.test";
const IMPORTED: &str = "imported@northwind.test";

fn because(reason: &str) -> Terms {
    Terms { reason: Some(reason.into()), ..Terms::default() }
}

/// A change of a kind.
async fn request(world: &World, name: &str) -> Request {
    let reason = || Some(Text::new(format!("why: {name}")));
    let invitation = async || world.invitation(INVITED).await.id.0;
    match name {
        "set_roles" => {
            let terms = Terms { expires_at: Some(world.now().plus(30 * DAY)), ..because("a month") };
            Request::one(world.id(ADA).await.0, SetRoles { roles: vec![world.role("Viewer").await.id], terms })
        }
        "set_groups" => {
            let (desk, team) = (world.group("Campaign Desk").await.id, world.group("Content Team").await.id);
            let groups = SetGroups { add: vec![desk], remove: vec![team], terms: because("moved") };
            Request::one(world.id(ADELE).await.0, groups)
        }
        "group_members" => Request::given(GroupMembers {
            group: world.group("Campaign Desk").await.id,
            add: vec![world.id(ADA).await],
            remove: vec![world.id(ADELE).await],
            terms: because("a shift"),
        }),
        "rename" => Request::one(world.id(ADA).await.0, Rename { name: "Ada Ó'Brien <b>".into() }),
        "grant" => {
            let (oli, logos) = (world.id(OLI).await, world.folder("Logos").await);
            granting(logos, Subject::Member(oli), "content.write".into(), Effect::Deny, because("frozen"))
        }
        "edit_grant" | "revoke" => {
            let grants = world.owner().await.member_grants(world.ws, world.id(OLI).await).await.unwrap();
            let logos = world.folder("Logos").await;
            let grant = grants.iter().find(|row| row.folder.id == logos && row.effect == Effect::Deny).unwrap().id;
            let terms = Terms { review_at: Some(world.now().plus(9 * DAY)), ..because("looked at") };
            let revoke = Revoke { reason: reason() };
            if name == "revoke" { Request::one(grant.0, revoke) } else { Request::one(grant.0, EditGrant { terms }) }
        }
        "create_group" => Request::given(CreateGroup { draft: group("One Path", &["content.write", "content.read"]) }),
        "edit_group" => {
            let leader = Some(world.id(ADA).await);
            let draft = GroupDraft { description: "All ways".into(), leader, ..group("One Path", &["content.read"]) };
            Request::one(world.group("One Path").await.id.0, EditGroup { draft })
        }
        "invite" => {
            let groups = vec![world.group("Content Team").await.id];
            let role = world.role("Viewer").await.id;
            let (name, message) = (Some("Ola".into()), Some("Welcome".into()));
            Request::given(Invite::one(InviteDraft { name, message, groups, ..invite(INVITED, role) }))
        }
        "edit_invitation" => {
            let roles = vec![world.role("Analyst").await.id];
            Request::one(invitation().await, EditInvitation { roles, groups: vec![], ttl_days: Some(3) })
        }
        "resend" => Request::one(invitation().await, Resend {}),
        "cancel" => Request::one(invitation().await, Cancel { reason: reason() }),
        "import" => {
            let (roles, groups) = (vec![world.role("Viewer").await.id], vec![world.group("One Path").await.id]);
            let person = Person { email: IMPORTED.into(), name: "Ima Port".into(), roles, groups };
            Request::given(Import { people: vec![person] })
        }
        "deactivate" => Request::one(world.id(ADA).await.0, Deactivate { reason: reason() }),
        "reactivate" => Request::one(world.id(ADA).await.0, Reactivate { reason: reason() }),
        "remove" => Request::one(world.id(OLI).await.0, Remove { reason: reason() }),
        "delete_group" => Request::one(world.group("Campaign Desk").await.id.0, DeleteGroup { reason: reason() }),
        "create_folder" => Request::given(CreateFolder {
            name: "One Path".into(),
            kind: Some("campaign".into()),
            parent: Some(world.folder("Campaign assets").await),
            reason: reason(),
        }),
        "transfer" => Request::given(Transfer { email: "olim@northwind.test".into(), reason: reason() }),
        other => panic!("{other}"),
    }
}

fn start(request: Request) -> StartChange {
    StartChange { request, digest: None, password: None }
}

async fn log(world: &World) -> Vec<AuditEvent> {
    let mut log =
        every(PageQuery::default(), |query| async move { world.store.audit(world.ws, &query).await }).await.unwrap();
    log.reverse();
    log
}

async fn changes(world: &World) -> Vec<Change> {
    world.owner().await.changes(world.ws, &PageQuery::default()).await.unwrap().items
}

/// Makes a change by the resource that takes it.
async fn by_resource(world: &World, request: Request) {
    let owner = world.owner().await;
    if let Kind::Import(_) = request.kind {
        let rows = vec![row(1, IMPORTED, "Ima Port", "Viewer", &["One Path"])];
        owner.import(world.ws, &import(rows), &world.key()).await.unwrap();
    } else {
        world.apply(&owner, request).await.unwrap();
    }
}

/// Two workspaces that are the same to the byte stay so, though one is changed by its resources, the other by changes.
async fn a_resource_and_a_change_of_one_row_are_the_same_to_the_byte() {
    let tried: BTreeSet<&str> = ORDER.into();
    let all: BTreeSet<&str> = Kind::NAMES.iter().copied().filter(|name| !["undo", "restore"].contains(name)).collect();
    assert_eq!(tried, all, "every kind is tried");

    let (one, many) = (World::sample(60).await, World::sample(60).await);
    let owner = many.owner().await;
    assert_eq!(log(&one).await, log(&many).await);
    for name in ORDER {
        let asked = request(&one, name).await;
        assert_eq!(asked, request(&many, name).await, "{name}");
        let before = log(&one).await.len();
        by_resource(&one, asked.clone()).await;
        let change = done(&many, &owner, &start(asked)).await;
        assert_eq!((change.failed, change.left_out, change.total), (0, 0, change.done), "{name}: {change:?}");
        let (single, batch) = (log(&one).await, log(&many).await);
        assert_eq!(single.len(), before + change.done as usize, "{name}: an event a row");
        for event in &single[before..] {
            assert_eq!((event.action.as_str(), event.change), (name, Some(change.id)));
            assert!(!event.delta.is_empty() && !event.target.is_empty(), "{name}: {event:?}");
        }
        // Action, target, delta, reason, and the hash over them and all that was before.
        assert_eq!(single, batch, "{name}");
        for world in [&one, &many] {
            world.pass(30);
        }
    }
    assert_eq!(changes(&one).await, changes(&many).await, "and the same records of them");
    let now = one.now();
    let [single, batch] = [&one, &many].map(|world| world.store.snapshot(world.ws, &Scope::All, now));
    assert_eq!(everything(&single.await.unwrap(), now), everything(&batch.await.unwrap(), now));
    one.store.verify_audit(one.ws).await.unwrap();
}

async fn a_repeat_that_changes_nothing_writes_nothing() {
    let world = World::sample(60).await;
    let owner = world.owner().await;
    let mut repeated = BTreeSet::new();
    for name in ORDER {
        let asked = request(&world, name).await;
        by_resource(&world, asked.clone()).await;
        let sets_a_state = !matches!(
            asked.kind,
            Kind::Resend(_)
                | Kind::Remove(_)
                | Kind::Revoke(_)
                | Kind::DeleteGroup(_)
                | Kind::CreateGroup(_)
                | Kind::CreateFolder(_)
                | Kind::Invite(_)
                | Kind::Import(_)
                | Kind::Cancel(_)
                | Kind::Transfer(_)
        );
        if !sets_a_state {
            continue;
        }
        repeated.insert(name);
        let versioned = asked.kind.rules().versioned(asked.on.ids.first().copied());
        let version =
            async || world.store.reading(world.ws).await.unwrap().reading().version_of(versioned).await.unwrap();
        let state = async || {
            let revision = owner.workspace(world.ws).await.unwrap().revision;
            (log(&world).await.len(), changes(&world).await.len(), version().await, revision)
        };
        let before = state().await;
        let again = world.apply(&owner, asked.clone()).await.unwrap();
        assert_eq!((again.change, again.event, again.created, again.link), (None, None, None, None), "{name}");
        assert_eq!((again.version, again.revision), (before.2, before.3), "{name}");
        assert_eq!(state().await, before, "{name}");
        let plan = owner.plan(world.ws, &asked).await.unwrap();
        assert_eq!((plan.change, plan.skipped, plan.unchanged), (0, 0, plan.rows.len() as u64), "{name}");
    }
    assert_eq!(repeated.len(), 10, "{repeated:?}");
}

/// What there is: everything that the rules see, names, and how invitations stand.
async fn state(world: &World) -> (BTreeSet<String>, BTreeMap<i64, String>, BTreeMap<String, InvitationStatus>) {
    let now = world.now();
    let snapshot = world.store.snapshot(world.ws, &Scope::All, now).await.unwrap();
    let names = snapshot.members.iter().map(|member| member.id).collect();
    let mut reading = world.store.reading(world.ws).await.unwrap();
    let (facts, _) = reading.reading().facts(&Asks { names, ..Asks::default() }, now).await.unwrap();
    let name = |member: &rolecall::domain::model::Member| facts.names[&member.account].raw().to_owned();
    let names = snapshot.members.iter().map(|member| (member.id.0, name(member))).collect();
    let settled_too = PageQuery { filter: "status:any".into(), limit: Some(500), ..PageQuery::default() };
    let board = world.owner().await.invitations(world.ws, &settled_too).await.unwrap();
    let board = board.items.into_iter().map(|row| (row.email.raw().to_owned(), row.status)).collect();
    (everything(&snapshot, now), names, board)
}

async fn every_kind_is_recorded_and_taken_back_and_done_again() {
    let world = World::sample(60).await;
    let owner = world.owner().await;
    for name in ORDER {
        let asked = request(&world, name).await;
        let before = state(&world).await;
        by_resource(&world, asked).await;
        let after = state(&world).await;
        let change = changes(&world).await.remove(0);
        assert_eq!((change.action.as_str(), change.state, change.mine), (name, ChangeState::Done, true));
        assert!(change.done > 0 && change.total == change.done && change.failed == 0, "{change:?}");
        assert_eq!(change.name.is_some(), change.total == 1, "{name}");
        let done = rows(&world, &owner, change.id, "").await;
        assert_eq!(done.len() as u64, change.done, "{name}");
        assert!(done.iter().all(|row| row.state() == "done" && !row.name.is_empty()), "{name}: {done:?}");
        assert!(done.iter().all(|row| !row.before.is_empty() || !row.after.is_empty()), "{name}: {done:?}");

        let back = Undo { change: change.id, reason: None };
        if ["resend", "transfer"].contains(&name) {
            assert!(!change.reversible && !change.undoable(), "{name}");
            assert_eq!(refused(owner.plan(world.ws, &Request::given(back.clone())).await), "irreversible", "{name}");
            assert_eq!(refused(owner.start_change(world.ws, &given(back), &world.key()).await), "irreversible");
            assert_eq!(state(&world).await, after, "{name}");
            continue;
        }
        assert_ne!(before, after, "{name}");
        assert!(change.undoable(), "{name}");
        world.pass(60);
        let undone = undo(&world, &owner, change.id).await;
        let counts = |change: &Change| (change.done, change.failed, change.skipped, change.left_out);
        assert_eq!(counts(&undone), (change.done, 0, 0, 0), "{name}");
        let mut expected = before.clone();
        if name == "invite" {
            expected.2.insert(INVITED.into(), InvitationStatus::Cancelled);
        }
        assert_eq!(state(&world).await, expected, "{name} taken back");
        world.pass(60);
        let again = undo(&world, &owner, undone.id).await;
        assert_eq!(counts(&again), (change.done, 0, 0, 0), "{name}");
        assert_eq!(state(&world).await, after, "{name} done again");
        let listed = changes(&world).await;
        assert_eq!(listed[0].id, again.id);
        assert_eq!((listed[1].undone_by, listed[2].undone_by), (Some(again.id), None), "{name}");
    }
    world.store.verify_audit(world.ws).await.unwrap();
}

/// While a change waits for its turn somebody else gives one of its members another role.
async fn what_somebody_changed_since_the_plan_is_skipped_while_the_rest_is_done() {
    let world = World::sample(1_500).await;
    let owner = world.owner().await;
    let technician = world.role("Technician").await.id;
    let start = matching("!role:technician", to_role(technician));
    let change = owner.start_change(world.ws, &start, &world.key()).await.unwrap().id;
    let mut held = world.store.begin(world.ws).await.unwrap();
    let pending = rows(&world, &owner, change, "pending").await;
    let target = MemberId(pending.last().expect("it was over too soon").target.unwrap());
    let now = world.now();
    let before = held.snapshot(&Scope::All, now).await.unwrap();
    let member = before.members.iter().find(|member| member.id == target).unwrap();
    let held_already = |id| member.roles.iter().any(|(role, _)| *role == id);
    let mut others = before.roles.iter().filter(|role| ["analyst", "viewer"].contains(&role.key.as_str()));
    let other = others.find(|role| !held_already(role.id)).unwrap();
    let by: AccountId = before.members.iter().find(|member| member.owner).unwrap().account;
    let edge = Edge::new(Terms::default(), Some(by), now);
    let mut edits: Vec<Edit> = Vec::new();
    let role =
        |id, name: &str, before, after| Edit::Role { member: target, role: id, name: name.into(), before, after };
    edits.extend(member.roles.iter().map(|(id, held)| role(*id, "", Some(held.clone()), None)));
    edits.push(role(other.id, other.name.raw(), None, Some(edge)));
    let mut deltas = [Delta(edits)];
    held.write(&mut deltas, &[None], by, now).await.unwrap();
    let [delta] = &deltas;
    let event = NewEvent { at: now, action: "set_roles", target: member.email.clone(), delta, reason: None };
    held.log(None, Some(by), &[event]).await.unwrap();
    held.commit().await.unwrap();

    let ended = owner.watch_change(world.ws, change, |_| ()).await.unwrap();
    assert_eq!((ended.state, ended.skipped, ended.failed), (ChangeState::Done, 1, 0), "{ended:?}");
    let skipped = rows(&world, &owner, change, "skipped").await;
    let skipped: Vec<_> = skipped.iter().filter(|row| row.target == Some(target.0)).map(code).collect();
    assert_eq!(skipped, ["changed_since"]);
    let after = owner.member(world.ws, target).await.unwrap();
    assert_eq!(after.roles.iter().map(|role| role.id).collect::<Vec<_>>(), [other.id], "whoever did that meant it");
    let told = crate::recorded::told(&world, change).await;
    assert_eq!(told.len() as u64, ended.done);
    assert!(told.values().all(|times| *times == 1), "a row was done twice");
}
