//! Ways to more rights than one was given (SPEC 4 and 9), each tried over the wire.

use crate::{
    rights::{MANAGING, manager, refused},
    served::{Client, OWNER, START, World, Write, accept, granting, group, import, invite, row},
};
use reqwest::StatusCode;
use rolecall::{
    api::{backend::Backend, error::ApiError, http::HttpBackend, wire::PageQuery, write::Precondition},
    domain::{
        change::{
            CreateGroup, DeleteGroup, EditGrant, EditGroup, EditInvitation, GroupDraft, GroupMembers, Invite,
            InviteDraft, Remove, Request, Revoke, SetRoles,
        },
        edge::Terms,
        id::{FolderId, GrantId, GroupId, MemberId},
        model::{Effect, MemberStatus, Subject},
        pack::Pack,
        time::DAY,
        untrusted::Text,
    },
    server::{Rate, Rates},
};
use serde_json::json;

crate::on_both! {
    a_file_hands_out_no_more_than_an_invitation,
    nothing_is_handed_out_through_a_group,
    a_leader_hands_out_no_more_than_they_hold,
    nobody_lifts_a_deny_on_themselves,
    nobody_prolongs_what_they_hold,
    nobody_follows_a_link_to_rights_given_later,
    a_link_is_no_way_into_an_account_at_work_elsewhere,
    a_link_is_no_way_to_guess_a_password,
    the_pending_and_the_gone_do_nothing,
    one_key_is_one_change_however_often_it_comes,
    one_key_in_two_workspaces_at_once_is_no_failure,
    a_key_belongs_to_one_account_and_one_request,
}

const PASSWORD: &str = "correct horse battery";
const MARTA: &str = "marta@northwind.test";

/// The sample's folders, and Marta, a Marketer who manages besides.
async fn with_folders() -> (World, Client) {
    let world = World::sample(40).await;
    world
        .bring_in(&[(MARTA, "Marketer"), ("vera@northwind.test", "Viewer"), ("tom@northwind.test", "Technician")])
        .await;
    let marta = manager(&world).await;
    (world, marta)
}

async fn join_group(world: &World, group: GroupId, email: &str, terms: Terms) {
    let add = vec![world.id(email).await];
    let change = Request::given(GroupMembers { group, add, remove: vec![], terms });
    world.apply(&world.owner().await, change).await.unwrap();
}

fn grant(folder: FolderId, subject: Subject, capability: &str, effect: Effect, terms: Terms) -> Request {
    granting(folder, subject, capability.into(), effect, terms)
}

async fn granted(world: &World, change: Request) -> GrantId {
    let made = world.apply(&world.owner().await, change).await.unwrap();
    GrantId(made.created.expect("a grant made"))
}

/// A group gives its folder grants as well as its own capabilities: a file is no way round that.
async fn a_file_hands_out_no_more_than_an_invitation() {
    let (world, marta) = with_folders().await;
    let folder = world.folder("Northwind").await;
    let plain = world.make_group("Plain", &[]).await;
    granted(&world, grant(folder, Subject::Group(plain), "templates.write", Effect::Allow, Terms::default())).await;
    let draft = InviteDraft { groups: vec![plain], ..invite("p@northwind.test", world.role("Viewer").await.id) };
    assert!(refused(world.apply(&marta, Request::given(Invite::one(draft))).await).contains("templates.write"));
    let rows = vec![row(2, "p@northwind.test", "", "Viewer", &["Plain"])];
    assert!(refused(marta.import(world.ws, &import(rows.clone()), "k").await).contains("templates.write"));
    world.owner().await.import(world.ws, &import(rows), "k").await.unwrap();
}

async fn nothing_is_handed_out_through_a_group() {
    let (world, marta) = with_folders().await;
    let vera = world.id("vera@northwind.test").await;
    let own = world.id(MARTA).await;
    let rich = world.make_group("Rich", &["billing.manage"]).await;
    let put = |add: MemberId| {
        Request::given(GroupMembers { group: rich, add: vec![add], remove: vec![], terms: Terms::default() })
    };
    refused(world.apply(&marta, put(vera)).await);
    refused(world.apply(&marta, put(own)).await);
    refused(world.apply(&marta, Request::given(CreateGroup { draft: group("Mine", &["billing.manage"]) })).await);
    let managers = world.group("Managers").await.id;
    let more = [&MANAGING[..], &["audit.export"]].concat();
    refused(world.apply(&marta, Request::one(managers.0, EditGroup { draft: group("Managers", &more) })).await);
    // A group's grant in a folder, though the group itself gives nothing.
    let folder = world.folder("Northwind").await;
    let empty = world.make_group("Empty", &[]).await;
    let on_group = grant(folder, Subject::Group(empty), "templates.write", Effect::Allow, Terms::default());
    refused(world.apply(&marta, on_group.clone()).await);
    granted(&world, on_group).await;
    let into = Request::given(GroupMembers { group: empty, add: vec![vera], remove: vec![], terms: Terms::default() });
    refused(world.apply(&marta, into).await);
    assert!(!world.held(vera, Some(folder)).await.contains(&"templates.write".to_owned()));
}

async fn a_leader_hands_out_no_more_than_they_hold() {
    let (world, _) = with_folders().await;
    let (tom, vera) = (world.id("tom@northwind.test").await, world.id("vera@northwind.test").await);
    let led = world.make_group("Led", &["billing.manage"]).await;
    let draft = GroupDraft { leader: Some(tom), ..group("Led", &["billing.manage"]) };
    world.apply(&world.owner().await, Request::one(led.0, EditGroup { draft: draft.clone() })).await.unwrap();
    let acting = world.acting("tom@northwind.test").await;
    for who in [tom, vera] {
        let add = Request::given(GroupMembers { group: led, add: vec![who], remove: vec![], terms: Terms::default() });
        refused(world.apply(&acting, add).await);
    }
    refused(world.apply(&acting, Request::one(led.0, EditGroup { draft })).await);
    refused(world.apply(&acting, Request::one(led.0, DeleteGroup { reason: None })).await);
}

async fn nobody_lifts_a_deny_on_themselves() {
    let (world, marta) = with_folders().await;
    let folder = world.folder("Northwind").await;
    let own = world.id(MARTA).await;
    let denied = grant(folder, Subject::Member(own), "content.write", Effect::Deny, Terms::default());
    let deny = granted(&world, denied).await;
    refused(world.apply(&marta, Request::one(deny.0, Revoke { reason: None })).await);
    let soon = Terms { expires_at: Some(world.now().plus(60)), ..Terms::default() };
    refused(world.apply(&marta, Request::one(deny.0, EditGrant { terms: soon })).await);
    let allow = grant(folder, Subject::Member(own), "content.write", Effect::Allow, Terms::default());
    refused(world.apply(&marta, allow).await);
    // A deny by a group ends neither by leaving the group nor by its end.
    let held = world.make_group("Held", &[]).await;
    granted(&world, grant(folder, Subject::Group(held), "campaigns.write", Effect::Deny, Terms::default())).await;
    join_group(&world, held, MARTA, Terms::default()).await;
    let leave = Request::given(GroupMembers { group: held, add: vec![], remove: vec![own], terms: Terms::default() });
    refused(world.apply(&marta, leave).await);
    refused(world.apply(&marta, Request::one(held.0, DeleteGroup { reason: None })).await);
    assert!(!world.held(own, Some(folder)).await.iter().any(|key| key == "content.write" || key == "campaigns.write"));
}

async fn nobody_prolongs_what_they_hold() {
    let (world, marta) = with_folders().await;
    let (folder, own) = (world.folder("Northwind").await, world.id(MARTA).await);
    let until = Terms { expires_at: Some(world.now().plus(DAY)), ..Terms::default() };
    let lent = world.make_group("Lent", &["templates.write"]).await;
    join_group(&world, lent, MARTA, until.clone()).await;
    let mine = grant(folder, Subject::Member(own), "templates.write", Effect::Allow, Terms::default());
    refused(world.apply(&marta, mine).await);
    refused(
        world
            .apply(
                &marta,
                Request::one(
                    world.group("Managers").await.id.0,
                    EditGroup { draft: group("Managers", &[&MANAGING[..], &["templates.write"]].concat()) },
                ),
            )
            .await,
    );
    let again = Request::given(GroupMembers { group: lent, add: vec![own], remove: vec![], terms: Terms::default() });
    let _ = world.apply(&marta, again).await;
    let timed = grant(folder, Subject::Member(own), "devices.write", Effect::Allow, until.clone());
    let timed = granted(&world, timed).await;
    refused(world.apply(&marta, Request::one(timed.0, EditGrant { terms: Terms::default() })).await);
    world.pass(DAY);
    let held = world.held(own, Some(folder)).await;
    assert!(!held.iter().any(|key| key == "templates.write" || key == "devices.write"), "{held:?}");
}

/// Whoever invited saw the link: what is given to the pending member later is not theirs by it.
async fn nobody_follows_a_link_to_rights_given_later() {
    let (world, marta) = with_folders().await;
    let folder = world.folder("Northwind").await;
    let rich = world.make_group("Rich", &["billing.manage"]).await;
    for how in ["role", "group", "grant", "invitation"] {
        let email = format!("{how}@northwind.test");
        let link = world.invite(&marta, &email, "Viewer").await.unwrap().link.unwrap();
        let member = world.id(&email).await;
        let administrator = world.role("Administrator").await.id;
        let more = match how {
            "role" => Request::one(member.0, SetRoles { roles: vec![administrator], terms: Terms::default() }),
            "group" => {
                Request::given(GroupMembers { group: rich, add: vec![member], remove: vec![], terms: Terms::default() })
            }
            "grant" => grant(folder, Subject::Member(member), "templates.write", Effect::Allow, Terms::default()),
            _ => {
                let invitation = world.invitation(&email).await.id;
                Request::one(
                    invitation.0,
                    EditInvitation { roles: vec![administrator], groups: vec![], ttl_days: None },
                )
            }
        };
        world.apply(&world.owner().await, more).await.unwrap();
        assert_eq!(accept(&link, "", PASSWORD).await.status(), StatusCode::CONFLICT, "{how}");
        assert_eq!(world.member(&email).await.status, MemberStatus::Pending, "{how}");
    }
}

/// Whoever may invite in one workspace sees the link. It sets no password for a person who is at
/// work in another workspace, or the inviter could sign in there in their name.
async fn a_link_is_no_way_into_an_account_at_work_elsewhere() {
    let world = World::new().await;
    for pack in ["signage", "agency"] {
        let pack = Pack::builtin(pack).unwrap().unwrap();
        let made = world.store.create_workspace(&pack, "Southwind", "sam@southwind.test", "Sam", START).await;
        let (theirs, them) = made.unwrap();
        let sam = world.client(world.running.secret_for(them).unwrap().reveal());
        // Vera was brought in by a file and has no password yet.
        let roles = sam.roles(theirs).await.unwrap();
        let draft =
            InviteDraft { name: Some(Text::new("Vera")), ..invite("vera@northwind.test", roles.last().unwrap().id) };
        let invited = sam.apply(theirs, &world.write(Request::given(Invite::one(draft)))).await;
        if let Ok(Some(link)) = invited.map(|made| made.link) {
            let answer = accept(&link, "", PASSWORD).await;
            assert!(answer.status().is_client_error(), "{}", answer.status());
        }
        let taken = HttpBackend::sign_in(&world.running.url, "vera@northwind.test", PASSWORD).await;
        assert!(taken.is_err(), "the inviter signs in as Vera");
    }
}

async fn a_link_is_no_way_to_guess_a_password() {
    let world = World::of_pack("agency", |options| {
        options.rates = Rates { email: Rate { tries: 3, seconds: 60 }, ..Rates::default() };
    })
    .await;
    let owner = world.owner().await;
    owner.set_password(None, PASSWORD).await.unwrap();
    let pack = Pack::builtin("agency").unwrap().unwrap();
    let made = world.store.create_workspace(&pack, "Southwind", "sam@southwind.test", "Sam", START).await;
    let (theirs, them) = made.unwrap();
    let sam = world.client(world.running.secret_for(them).unwrap().reveal());
    let roles = sam.roles(theirs).await.unwrap();
    let draft = InviteDraft { name: Some(Text::new("Olga")), ..invite(OWNER, roles.last().unwrap().id) };
    let link = sam.apply(theirs, &world.write(Request::given(Invite::one(draft)))).await.unwrap().link.unwrap();
    for _ in 0..3 {
        assert_eq!(accept(&link, "", "a wrong password").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(accept(&link, "", "a wrong password").await.status(), StatusCode::TOO_MANY_REQUESTS);
}

async fn the_pending_and_the_gone_do_nothing() {
    let world = World::new().await;
    let owner = world.owner().await;
    world.invite(&owner, "nora@northwind.test", "Administrator").await.unwrap();
    let nora = world.acting("nora@northwind.test").await;
    let adele = world.acting("adele@northwind.test").await;
    let known = world.write(world.role_change("vera@northwind.test", "Analyst").await);
    adele.apply(world.ws, &known).await.unwrap();
    let gone = Request::one(world.id("adele@northwind.test").await.0, Remove { reason: None });
    world.apply(&owner, gone).await.unwrap();
    for actor in [&nora, &adele] {
        let change = world.role_change("tom@northwind.test", "Viewer").await;
        assert!(matches!(world.apply(actor, change.clone()).await, Err(ApiError::Missing(_))));
        assert!(matches!(actor.plan(world.ws, &change).await, Err(ApiError::Missing(_))));
        assert!(matches!(actor.members(world.ws, &PageQuery::default()).await, Err(ApiError::Missing(_))));
        assert!(matches!(actor.import(world.ws, &import(vec![]), "k").await, Err(ApiError::Missing(_))));
    }
    assert!(
        matches!(adele.apply(world.ws, &known).await, Err(ApiError::Missing(_))),
        "an answer once given is not given again"
    );
}

async fn one_key_is_one_change_however_often_it_comes() {
    let world = World::new().await;
    let owner = world.owner().await;
    let write = world.write(Request::given(CreateGroup { draft: group("Night Shift", &[]) }));
    let answers = futures::future::join_all((0..6).map(|_| owner.apply(world.ws, &write))).await;
    let made: Vec<_> = answers.into_iter().map(|answer| answer.unwrap()).collect();
    assert!(made.iter().all(|one| (one.created, one.event) == (made[0].created, made[0].event)), "{made:?}");
    assert_eq!(owner.groups(world.ws).await.unwrap().len(), 1);
    let log = owner.audit(world.ws, &PageQuery::default()).await.unwrap();
    assert_eq!(log.items.iter().filter(|event| event.action == "create_group").count(), 1);
}

async fn one_key_in_two_workspaces_at_once_is_no_failure() {
    let world = World::new().await;
    let owner = world.owner().await;
    let pack = Pack::builtin("signage").unwrap().unwrap();
    let (other, _) = world.store.create_workspace(&pack, "Southwind", OWNER, "Olga", START).await.unwrap();
    for _ in 0..4 {
        let write = world.write(Request::given(CreateGroup { draft: group(&world.key(), &[]) }));
        let (one, two) = tokio::join!(owner.apply(world.ws, &write), owner.apply(other, &write));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        let lost = one.err().or(two.err());
        assert!(matches!(lost, Some(ApiError::Conflict { .. } | ApiError::Invalid { .. })), "{lost:?}");
    }
}

async fn a_key_belongs_to_one_account_and_one_request() {
    let world = World::new().await;
    let (owner, adele) = (world.owner().await, world.acting("adele@northwind.test").await);
    let first = world.write(Request::given(CreateGroup { draft: group("One", &[]) }));
    owner.apply(world.ws, &first).await.unwrap();
    let other = Write { request: Request::given(CreateGroup { draft: group("Two", &[]) }), ..first.clone() };
    let error = owner.apply(world.ws, &other).await.unwrap_err();
    assert!(matches!(&error, ApiError::Invalid { field: Some(field), .. } if field == "Idempotency-Key"), "{error:?}");
    adele.apply(world.ws, &other).await.unwrap();
    let stale = Write { precondition: Precondition::Version(999), ..world.write(other.request.clone()) };
    assert!(matches!(adele.apply(world.ws, &stale).await, Err(ApiError::Stale(_))));
    let body = json!({ "rows": [{ "line": 2, "email": "x@northwind.test", "name": "", "roles": ["Viewer"], "groups": [] }],
        "create_groups": false, "dry_run": false });
    let secret = world.secret(OWNER).await;
    let answer = world.request("POST", "/v1/workspaces/{ws}/import", &secret);
    let answer = answer.header("Idempotency-Key", first.key.as_str()).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
}
