//! What the server keeps whoever asks (SPEC 4): owner, last administrator, nothing handed out that one
//! does not hold, nobody above oneself, nothing of another workspace.

use crate::served::{OWNER, START, World, group, import, invite, row};
use rolecall::{
    api::{
        backend::{Backend, Precondition, Write},
        error::ApiError,
        http::HttpBackend,
        wire::{Among, PageQuery},
    },
    domain::{
        change::{Change, GroupDraft, Warning},
        edge::Terms,
        id::{GroupId, InvitationId},
        pack::Pack,
        untrusted::Text,
    },
};

crate::on_both! {
    the_owner_is_never_touched,
    only_the_owner_transfers_and_only_to_an_active_member,
    after_a_transfer_there_is_exactly_one_owner,
    the_last_administrator_stays,
    few_administrators_are_warned_of,
    nobody_hands_out_what_they_do_not_hold,
    nobody_changes_who_holds_more,
    nobody_changes_themselves,
    a_viewer_changes_nothing_and_previews_are_refused_alike,
    a_viewer_reads_their_own_and_nothing_else,
    nothing_of_another_workspace_can_be_named,
    every_change_is_one_event_with_before_after_actor_and_reason,
}

/// What `manager` holds.
pub const MANAGING: [&str; 5] = ["members.read", "members.invite", "members.manage", "groups.manage", "grants.manage"];

/// Why it was refused.
pub fn refused<T: std::fmt::Debug>(answer: Result<T, ApiError>) -> String {
    match answer {
        Err(ApiError::Refused(text)) => text.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

/// Somebody who manages members, invitations, groups and grants, and is no administrator.
pub async fn manager(world: &World) -> HttpBackend {
    let managers = world.make_group("Managers", &MANAGING).await;
    let marta = world.id("marta@northwind.test").await;
    let add = Change::SetGroupMembers { group: managers, add: vec![marta], remove: vec![], terms: Terms::default() };
    world.apply(&world.owner().await, add).await.unwrap();
    world.acting("marta@northwind.test").await
}

async fn the_owner_is_never_touched() {
    let world = World::new().await;
    let owner = world.id(OWNER).await;
    let adele = world.acting("adele@northwind.test").await;
    refused(world.set_role(&adele, OWNER, "Viewer").await);
    refused(world.apply(&adele, Change::Remove { member: owner, reason: None }).await);
    assert!(matches!(world.invite(&adele, OWNER, "Viewer").await, Err(ApiError::Conflict { .. })));
    assert!(world.member(OWNER).await.owner);
}

async fn only_the_owner_transfers_and_only_to_an_active_member() {
    let world = World::new().await;
    let to = |email: &str| Change::Transfer { email: Text::new(email), reason: None };
    let adele = world.acting("adele@northwind.test").await;
    refused(world.apply(&adele, to("arthur@northwind.test")).await);
    let owner = world.owner().await;
    world.invite(&owner, "nora@northwind.test", "Viewer").await.unwrap();
    for email in ["nobody@northwind.test", "nora@northwind.test", OWNER, ""] {
        let error = world.apply(&owner, to(email)).await.unwrap_err();
        let named = matches!(&error, ApiError::Invalid { field: Some(field), .. } if field == "email");
        assert!(named || matches!(error, ApiError::Missing(_)), "{email}: {error:?}");
    }
    assert!(world.member(OWNER).await.owner);
}

async fn after_a_transfer_there_is_exactly_one_owner() {
    let world = World::new().await;
    let owner = world.owner().await;
    let to = |email: &str| Change::Transfer { email: Text::new(email), reason: Some(Text::new("moving on")) };
    let (one, other) = (world.write(to("adele@northwind.test")), world.write(to("arthur@northwind.test")));
    let answers = tokio::join!(owner.apply(world.ws, &one), owner.apply(world.ws, &other));
    assert_eq!([&answers.0, &answers.1].iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    let members = owner.members(world.ws, &PageQuery::default()).await.unwrap();
    assert_eq!(members.items.iter().filter(|row| row.owner).count(), 1);
    assert_eq!(world.member(OWNER).await.roles[0].name.raw(), "Administrator");
}

/// A pack without an owner: the guard keeps the workspace.
async fn the_last_administrator_stays() {
    let world = World::of_pack("brands", |_| ()).await;
    let first = world.store.account_by_email(&world.first).await.unwrap().unwrap();
    world.store.set_password(first.id, "a hash that no password has", None).await.unwrap();
    // Bo may administer and has no way to sign in: nobody would be left.
    let rows = vec![row(2, "bo@northwind.test", "", "Administrator", &[])];
    world.owner().await.import(world.ws, &import(rows), "bo").await.unwrap();
    let bo = world.acting("bo@northwind.test").await;
    let member = world.id(&world.first).await;
    let remove = Change::Remove { member, reason: None };
    for answer in [bo.preview(world.ws, &remove).await.map(|_| ()), world.apply(&bo, remove).await.map(|_| ())] {
        match answer {
            Err(ApiError::Conflict { field: None, message }) => {
                assert_eq!(message.raw(), "no active administrator would remain");
            }
            other => panic!("{other:?}"),
        }
    }
}

async fn few_administrators_are_warned_of() {
    let world = World::new().await;
    let owner = world.owner().await;
    world.set_role(&owner, "arthur@northwind.test", "Viewer").await.unwrap();
    let change = world.role_change("adele@northwind.test", "Viewer").await;
    let preview = owner.preview(world.ws, &change).await.unwrap();
    assert_eq!(preview.warnings, [Warning::FewAdministrators { remaining: 1 }]);
    assert_eq!(world.apply(&owner, change).await.unwrap().warnings, preview.warnings);
}

async fn nobody_hands_out_what_they_do_not_hold() {
    let world = World::new().await;
    let marta = manager(&world).await;
    world.set_role(&marta, "vera@northwind.test", "Marketer").await.unwrap();
    assert!(refused(world.set_role(&marta, "victor@northwind.test", "Technician").await).contains("devices.write"));
    assert!(refused(world.invite(&marta, "n@northwind.test", "Administrator").await).contains("you do not hold"));
    let draft = Change::CreateGroup(group("Technicians", &["devices.write"]));
    assert!(refused(world.apply(&marta, draft).await).contains("devices.write"));

    let rich = world.make_group("Rich", &["billing.manage"]).await;
    let victor = world.id("victor@northwind.test").await;
    let add =
        |group: GroupId| Change::SetGroupMembers { group, add: vec![victor], remove: vec![], terms: Terms::default() };
    assert!(refused(world.apply(&marta, add(rich)).await).contains("billing.manage"));
    let in_rich = Change::Invite(rolecall::domain::change::InviteDraft {
        groups: vec![rich],
        ..invite("n@northwind.test", world.role("Viewer").await.id)
    });
    assert!(refused(world.apply(&marta, in_rich).await).contains("billing.manage"));

    world.invite(&marta, "p@northwind.test", "Viewer").await.unwrap();
    let invitation = world.invitation("p@northwind.test").await.id;
    let roles = vec![world.role("Administrator").await.id];
    let edit = Change::EditInvitation { invitation, roles, groups: vec![], ttl_days: None };
    assert!(refused(world.apply(&marta, edit).await).contains("you do not hold"));

    let rows = vec![row(2, "q@northwind.test", "", "Technician", &[])];
    assert!(refused(marta.import(world.ws, &import(rows), "q").await).contains("devices.write"));
    let rows = vec![row(2, "q@northwind.test", "", "Viewer", &["Rich"])];
    assert!(refused(marta.import(world.ws, &import(rows), "q").await).contains("billing.manage"));
    let vera = world.acting("victor@northwind.test").await;
    let rows = vec![row(2, "q@northwind.test", "", "Viewer", &[])];
    assert!(refused(vera.import(world.ws, &import(rows), "q").await).contains("members.manage"));
}

async fn nobody_changes_who_holds_more() {
    let world = World::new().await;
    let marta = manager(&world).await;
    let adele = world.id("adele@northwind.test").await;
    assert!(refused(world.set_role(&marta, "adele@northwind.test", "Viewer").await).contains("holds more"));
    refused(world.apply(&marta, Change::Remove { member: adele, reason: None }).await);
    refused(world.apply(&marta, Change::Rename { member: adele, name: Text::new("A") }).await);
}

async fn nobody_changes_themselves() {
    let world = World::new().await;
    let adele = world.acting("adele@northwind.test").await;
    let member = world.id("adele@northwind.test").await;
    refused(world.set_role(&adele, "adele@northwind.test", "Viewer").await);
    refused(world.apply(&adele, Change::Remove { member, reason: None }).await);
}

async fn a_viewer_changes_nothing_and_previews_are_refused_alike() {
    let world = World::new().await;
    let owner = world.owner().await;
    let team = world.make_group("Content Team", &["content.write"]).await;
    world.invite(&owner, "nora@northwind.test", "Viewer").await.unwrap();
    let invitation: InvitationId = world.invitation("nora@northwind.test").await.id;
    let victor = world.id("victor@northwind.test").await;
    let viewer = world.role("Viewer").await.id;
    let changes = [
        world.role_change("victor@northwind.test", "Viewer").await,
        Change::Remove { member: victor, reason: None },
        Change::Rename { member: victor, name: Text::new("V") },
        Change::Transfer { email: Text::new("vera@northwind.test"), reason: None },
        Change::CreateGroup(group("Mine", &[])),
        Change::EditGroup { group: team, draft: GroupDraft { name: Text::new("Ours"), ..GroupDraft::default() } },
        Change::DeleteGroup { group: team, reason: None },
        Change::SetGroupMembers { group: team, add: vec![victor], remove: vec![], terms: Terms::default() },
        Change::Invite(invite("p@northwind.test", viewer)),
        Change::ResendInvitation { invitation },
        Change::CancelInvitation { invitation, reason: None },
        Change::EditInvitation { invitation, roles: vec![viewer], groups: vec![], ttl_days: None },
    ];
    let revision = owner.workspace(world.ws).await.unwrap().revision;
    let vera = world.acting("vera@northwind.test").await;
    for change in changes {
        let previewed = refused(vera.preview(world.ws, &change).await);
        assert_eq!(refused(world.apply(&vera, change).await), previewed);
    }
    assert_eq!(owner.workspace(world.ws).await.unwrap().revision, revision, "nothing was written");
}

async fn a_viewer_reads_their_own_and_nothing_else() {
    let world = World::new().await;
    let vera = world.acting("vera@northwind.test").await;
    let (own, other) = (world.id("vera@northwind.test").await, world.id("victor@northwind.test").await);
    let (ws, all) = (world.ws, PageQuery::default());
    let workspace = vera.workspace(ws).await.unwrap();
    assert_eq!(workspace.my_member, Some(own));
    assert_eq!(workspace.my_capabilities, ["content.read", "campaigns.read", "devices.read", "templates.read"]);
    assert_eq!(vera.member(ws, own).await.unwrap().email.raw(), "vera@northwind.test");
    assert_eq!(vera.access(ws, own, None).await.unwrap().allowed, 4);
    vera.explain(ws, own, "content.write", None).await.unwrap();
    assert!(vera.member_grants(ws, own).await.unwrap().is_empty());
    for answer in [
        vera.members(ws, &all).await.map(|_| ()),
        vera.count_members(ws, "").await.map(|_| ()),
        vera.count_members_among(ws, &Among::default()).await.map(|_| ()),
        vera.count_invitations_among(ws, &Among::default()).await.map(|_| ()),
        vera.member(ws, other).await.map(|_| ()),
        vera.access(ws, other, None).await.map(|_| ()),
        vera.explain(ws, other, "content.write", None).await.map(|_| ()),
        vera.member_grants(ws, other).await.map(|_| ()),
        vera.groups(ws).await.map(|_| ()),
        vera.roles(ws).await.map(|_| ()),
        vera.folders(ws).await.map(|_| ()),
        vera.invitations(ws, &all).await.map(|_| ()),
        vera.who_can(ws, "content.write", None).await.map(|_| ()),
        vera.audit(ws, &all).await.map(|_| ()),
    ] {
        assert!(refused(answer).starts_with("you need "));
    }
}

async fn nothing_of_another_workspace_can_be_named() {
    let world = World::new().await;
    let owner = world.owner().await;
    let pack = Pack::builtin("signage").unwrap().unwrap();
    let (theirs, them) =
        world.store.create_workspace(&pack, "Southwind", "sam@southwind.test", "Sam", START).await.unwrap();
    let sam = world.client(world.running.secret_for(them).unwrap().reveal());
    let made = sam.apply(theirs, &world.write(Change::CreateGroup(group("Theirs", &[])))).await.unwrap();
    let their_group = GroupId(made.created.unwrap());
    let their_role = sam.roles(theirs).await.unwrap()[0].id;
    let their_member = sam.workspace(theirs).await.unwrap().my_member.unwrap();
    let vera = world.id("vera@northwind.test").await;

    assert!(matches!(owner.workspace(theirs).await, Err(ApiError::Missing(_))));
    assert!(matches!(owner.members(theirs, &PageQuery::default()).await, Err(ApiError::Missing(_))));
    assert!(matches!(owner.member(world.ws, their_member).await, Err(ApiError::Missing(_))));
    assert!(matches!(owner.access(world.ws, their_member, None).await, Err(ApiError::Missing(_))));
    assert!(matches!(owner.member_grants(world.ws, their_member).await, Err(ApiError::Missing(_))));
    assert!(matches!(owner.group_grants(world.ws, their_group).await, Err(ApiError::Missing(_))));
    let changes = [
        Change::Remove { member: their_member, reason: None },
        Change::SetRoles { member: vera, roles: vec![their_role], terms: Terms::default() },
        Change::DeleteGroup { group: their_group, reason: None },
        Change::SetGroupMembers { group: their_group, add: vec![vera], remove: vec![], terms: Terms::default() },
    ];
    for change in changes {
        let version = Write { precondition: Precondition::Version(1), ..world.write(change.clone()) };
        for answer in [
            owner.preview(world.ws, &change).await.map(|_| ()),
            world.apply(&owner, change.clone()).await.map(|_| ()),
            owner.apply(world.ws, &version).await.map(|_| ()),
            owner.apply(theirs, &world.write(change.clone())).await.map(|_| ()),
        ] {
            assert!(matches!(answer, Err(ApiError::Missing(_) | ApiError::Invalid { .. })), "{change:?}: {answer:?}");
        }
    }
    assert_eq!(sam.groups(theirs).await.unwrap().len(), 1);
}

async fn every_change_is_one_event_with_before_after_actor_and_reason() {
    let world = World::new().await;
    let owner = world.owner().await;
    let before = owner.audit(world.ws, &PageQuery::default()).await.unwrap().items.len();
    let adele = world.acting("adele@northwind.test").await;
    let roles = vec![world.role("Marketer").await.id];
    let terms = Terms { reason: Some(Text::new("autumn campaign")), ..Terms::default() };
    let member = world.id("vera@northwind.test").await;
    let done = world.apply(&adele, Change::SetRoles { member, roles, terms }).await.unwrap();
    let log = owner.audit(world.ws, &PageQuery::default()).await.unwrap();
    assert_eq!(log.items.len(), before + 1);
    let event = &log.items[0];
    assert_eq!((event.id, event.action.as_str(), event.at), (done.event, "set_roles", world.now()));
    assert_eq!((event.actor.raw(), event.target.raw()), ("adele@northwind.test", "vera@northwind.test"));
    assert_eq!(event.reason.as_ref().unwrap().raw(), "autumn campaign");
    assert!(event.before.to_string().contains("Viewer"), "{}", event.before);
    assert!(event.after.to_string().contains("Marketer"), "{}", event.after);
    assert!(world.store.verify_audit(world.ws).await.is_ok());
}
