//! What the server keeps whoever asks (SPEC 4): owner, last administrator, nothing handed out that one
//! does not hold, nobody above oneself, nothing of another workspace.

use crate::{
    recorded::refused as why,
    served::{Client, OWNER, START, World, Write, group, import, invite, row},
};
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        wire::{Among, PageQuery},
        write::Precondition,
    },
    domain::{
        change::{
            Cancel, Class, CreateGroup, DeleteGroup, Edit, EditGroup, EditInvitation, GroupDraft, GroupMembers, Invite,
            InviteDraft, Refusal, Remove, Rename, Request, Resend, SetRoles, Transfer, Warning,
        },
        edge::Terms,
        id::{GroupId, InvitationId},
        pack::Pack,
        plan::RowOutcome,
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
    a_viewer_changes_nothing_and_plans_are_refused_alike,
    a_viewer_reads_their_own_and_nothing_else,
    nothing_of_another_workspace_can_be_named,
    every_change_is_one_event_with_before_after_actor_and_reason,
}

/// What `manager` holds.
pub const MANAGING: [&str; 5] = ["members.read", "members.invite", "members.manage", "groups.manage", "grants.manage"];

/// Why it was refused, for want of a right: the code, and what it is about.
pub fn refused<T: std::fmt::Debug>(answer: Result<T, ApiError>) -> String {
    match answer {
        Err(ApiError::Refused(why)) if why.class() == Class::Forbidden => match *why {
            Refusal::Lacks { capability } => format!("lacks {capability}"),
            Refusal::Beyond { capabilities } => format!("beyond {}", capabilities.join(", ")),
            Refusal::Above { capabilities } => format!("above {}", capabilities.join(", ")),
            why => why.code().to_owned(),
        },
        other => panic!("not refused: {other:?}"),
    }
}

/// Somebody who manages members, invitations, groups and grants, and is no administrator.
pub async fn manager(world: &World) -> Client {
    let managers = world.make_group("Managers", &MANAGING).await;
    let marta = world.id("marta@northwind.test").await;
    let add =
        Request::given(GroupMembers { group: managers, add: vec![marta], remove: vec![], terms: Terms::default() });
    world.apply(&world.owner().await, add).await.unwrap();
    world.acting("marta@northwind.test").await
}

async fn the_owner_is_never_touched() {
    let world = World::new().await;
    let owner = world.id(OWNER).await;
    let adele = world.acting("adele@northwind.test").await;
    assert_eq!(refused(world.set_role(&adele, OWNER, "Viewer").await), "owner");
    assert_eq!(refused(world.apply(&adele, Request::one(owner.0, Remove { reason: None })).await), "owner");
    assert_eq!(why(world.invite(&adele, OWNER, "Viewer").await), "member_already");
    assert!(world.member(OWNER).await.owner);
}

async fn only_the_owner_transfers_and_only_to_an_active_member() {
    let world = World::new().await;
    let to = |email: &str| Request::given(Transfer { email: Text::new(email), reason: None });
    let adele = world.acting("adele@northwind.test").await;
    assert_eq!(refused(world.apply(&adele, to("arthur@northwind.test")).await), "owner_only");
    let owner = world.owner().await;
    world.invite(&owner, "nora@northwind.test", "Viewer").await.unwrap();
    for (email, code) in [
        ("nobody@northwind.test", "no_member"),
        ("nora@northwind.test", "not_active"),
        (OWNER, "own_address"),
        ("", "address"),
    ] {
        assert_eq!(why(world.apply(&owner, to(email)).await), code, "{email}");
    }
    assert!(world.member(OWNER).await.owner);
}

async fn after_a_transfer_there_is_exactly_one_owner() {
    let world = World::new().await;
    let owner = world.owner().await;
    let to = |email: &str| Request::given(Transfer { email: Text::new(email), reason: Some("moving on".into()) });
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
    let remove = Request::one(member.0, Remove { reason: None });
    assert_eq!(bo.plan(world.ws, &remove).await.unwrap().refused, Some(Refusal::LastAdministrator));
    assert_eq!(refused(world.apply(&bo, remove).await), "last_administrator");
}

async fn few_administrators_are_warned_of() {
    let world = World::new().await;
    let owner = world.owner().await;
    world.set_role(&owner, "arthur@northwind.test", "Viewer").await.unwrap();
    let change = world.role_change("adele@northwind.test", "Viewer").await;
    let plan = owner.plan(world.ws, &change).await.unwrap();
    assert_eq!(plan.warnings, [Warning::FewAdministrators { remaining: 1 }]);
    assert_eq!(world.apply(&owner, change).await.unwrap().warnings, plan.warnings);
}

async fn nobody_hands_out_what_they_do_not_hold() {
    let world = World::new().await;
    let marta = manager(&world).await;
    world.set_role(&marta, "vera@northwind.test", "Marketer").await.unwrap();
    assert!(refused(world.set_role(&marta, "victor@northwind.test", "Technician").await).contains("devices.write"));
    assert!(refused(world.invite(&marta, "n@northwind.test", "Administrator").await).starts_with("beyond "));
    let draft = Request::given(CreateGroup { draft: group("Technicians", &["devices.write"]) });
    assert!(refused(world.apply(&marta, draft).await).contains("devices.write"));

    let rich = world.make_group("Rich", &["billing.manage"]).await;
    let victor = world.id("victor@northwind.test").await;
    let add = |group: GroupId| {
        Request::given(GroupMembers { group, add: vec![victor], remove: vec![], terms: Terms::default() })
    };
    assert!(refused(world.apply(&marta, add(rich)).await).contains("billing.manage"));
    let in_rich = Request::given(Invite::one(InviteDraft {
        groups: vec![rich],
        ..invite("n@northwind.test", world.role("Viewer").await.id)
    }));
    assert!(refused(world.apply(&marta, in_rich).await).contains("billing.manage"));

    world.invite(&marta, "p@northwind.test", "Viewer").await.unwrap();
    let invitation = world.invitation("p@northwind.test").await.id;
    let roles = vec![world.role("Administrator").await.id];
    let edit = Request::one(invitation.0, EditInvitation { roles, groups: vec![], ttl_days: None });
    assert!(refused(world.apply(&marta, edit).await).starts_with("beyond "));

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
    assert!(refused(world.set_role(&marta, "adele@northwind.test", "Viewer").await).starts_with("above "));
    refused(world.apply(&marta, Request::one(adele.0, Remove { reason: None })).await);
    refused(world.apply(&marta, Request::one(adele.0, Rename { name: Text::new("A") })).await);
}

async fn nobody_changes_themselves() {
    let world = World::new().await;
    let adele = world.acting("adele@northwind.test").await;
    let member = world.id("adele@northwind.test").await;
    refused(world.set_role(&adele, "adele@northwind.test", "Viewer").await);
    refused(world.apply(&adele, Request::one(member.0, Remove { reason: None })).await);
}

async fn a_viewer_changes_nothing_and_plans_are_refused_alike() {
    let world = World::new().await;
    let owner = world.owner().await;
    let team = world.make_group("Content Team", &["content.write"]).await;
    world.invite(&owner, "nora@northwind.test", "Viewer").await.unwrap();
    let invitation: InvitationId = world.invitation("nora@northwind.test").await.id;
    let victor = world.id("victor@northwind.test").await;
    let viewer = world.role("Viewer").await.id;
    let changes = [
        world.role_change("victor@northwind.test", "Viewer").await,
        Request::one(victor.0, Remove { reason: None }),
        Request::one(victor.0, Rename { name: Text::new("V") }),
        Request::given(Transfer { email: Text::new("vera@northwind.test"), reason: None }),
        Request::given(CreateGroup { draft: group("Mine", &[]) }),
        Request::one(team.0, EditGroup { draft: GroupDraft { name: Text::new("Ours"), ..GroupDraft::default() } }),
        Request::one(team.0, DeleteGroup { reason: None }),
        Request::given(GroupMembers { group: team, add: vec![victor], remove: vec![], terms: Terms::default() }),
        Request::given(Invite::one(invite("p@northwind.test", viewer))),
        Request::one(invitation.0, Resend {}),
        Request::one(invitation.0, Cancel { reason: None }),
        Request::one(invitation.0, EditInvitation { roles: vec![viewer], groups: vec![], ttl_days: None }),
    ];
    let revision = owner.workspace(world.ws).await.unwrap().revision;
    let vera = world.acting("vera@northwind.test").await;
    for change in changes {
        let planned = refused(vera.plan(world.ws, &change).await);
        assert_eq!(refused(world.apply(&vera, change).await), planned);
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
        assert!(refused(answer).starts_with("lacks "));
    }
}

async fn nothing_of_another_workspace_can_be_named() {
    let world = World::new().await;
    let owner = world.owner().await;
    let pack = Pack::builtin("signage").unwrap().unwrap();
    let (theirs, them) =
        world.store.create_workspace(&pack, "Southwind", "sam@southwind.test", "Sam", START).await.unwrap();
    let sam = world.client(world.running.secret_for(them).unwrap().reveal());
    let made =
        sam.apply(theirs, &world.write(Request::given(CreateGroup { draft: group("Theirs", &[]) }))).await.unwrap();
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
        Request::one(their_member.0, Remove { reason: None }),
        Request::one(vera.0, SetRoles { roles: vec![their_role], terms: Terms::default() }),
        Request::one(their_group.0, DeleteGroup { reason: None }),
        Request::given(GroupMembers { group: their_group, add: vec![vera], remove: vec![], terms: Terms::default() }),
    ];
    for change in changes {
        let version = Precondition::Version(world.member("vera@northwind.test").await.version);
        let version = Write { precondition: version, ..world.write(change.clone()) };
        let planned = owner.plan(world.ws, &change).await.unwrap();
        let outcome = &planned.shapes[planned.rows[0].shape as usize].outcome;
        assert!(matches!(outcome, RowOutcome::Skipped { .. }), "{change:?}: {planned:?}");
        assert_eq!(planned.rows[0].name.raw().find("southwind"), None, "{change:?}: {planned:?}");
        for answer in [
            world.apply(&owner, change.clone()).await,
            owner.apply(world.ws, &version).await,
            owner.apply(theirs, &world.write(change.clone())).await,
        ] {
            let missing = match &answer {
                Err(ApiError::Refused(why)) => matches!(why.class(), Class::Missing | Class::Invalid),
                other => matches!(other, Err(ApiError::Missing(_))),
            };
            assert!(missing, "{change:?}: {answer:?}");
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
    let done = world.apply(&adele, Request::one(member.0, SetRoles { roles, terms })).await.unwrap();
    let log = owner.audit(world.ws, &PageQuery::default()).await.unwrap();
    assert_eq!(log.items.len(), before + 1);
    let event = &log.items[0];
    assert_eq!((event.id, event.action.as_str(), event.at), (done.event.unwrap(), "set_roles", world.now()));
    assert_eq!((event.actor.raw(), event.target.raw()), ("adele@northwind.test", "vera@northwind.test"));
    assert_eq!(event.reason.as_ref().unwrap().raw(), "autumn campaign");
    let roles = event.delta.0.iter().map(|edit| match edit {
        Edit::Role { member: of, name, before, after, .. } => (*of, name.raw(), before.is_some(), after.is_some()),
        other => panic!("{other:?}"),
    });
    assert_eq!(roles.collect::<Vec<_>>(), [(member, "Viewer", true, false), (member, "Marketer", false, true)]);
    assert_eq!(event.change, done.change);
    assert!(world.store.verify_audit(world.ws).await.is_ok());
}
