//! `If-Match` and `Idempotency-Key`: nothing is changed blindly, nothing is done twice.

use crate::served::{OWNER, World, Write};
use reqwest::StatusCode;
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        wire::{Applied, PageQuery, Problem},
        write::Precondition,
    },
    domain::change::{CreateGroup, Invite, Request, Resend},
};
use serde_json::json;

crate::on_both! {
    a_write_names_the_state_it_was_decided_on,
    of_two_who_decided_on_the_same_state_one_is_told,
    a_write_without_a_key_is_not_taken,
    the_same_key_and_body_is_done_once_and_answered_alike,
    twenty_of_the_same_at_once_are_done_once,
    the_same_key_with_another_body_is_refused,
    a_key_is_its_senders_own,
    a_refused_write_does_not_use_up_its_key,
    a_repeated_invitation_shows_its_link_again_and_keeps_it_nowhere,
}

async fn a_write_names_the_state_it_was_decided_on() {
    let world = World::new().await;
    let secret = world.secret(OWNER).await;
    let vera = world.member("vera@northwind.test").await;
    let path = format!("/v1/workspaces/{{ws}}/members/{}", vera.id);
    let rename = |name: &str| world.request("PATCH", &path, &secret).json(&json!({ "name": name }));

    let none = rename("V").header("Idempotency-Key", "a").send().await.unwrap();
    assert_eq!(none.status(), StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(none.json::<Problem>().await.unwrap().field.as_deref(), Some("If-Match"));
    let unread = rename("V").header("Idempotency-Key", "a").header("If-Match", "7").send().await.unwrap();
    assert_eq!(unread.status(), StatusCode::BAD_REQUEST);
    let stale = format!("\"{}\"", vera.version + 7);
    let stale = rename("V").header("Idempotency-Key", "a").header("If-Match", stale).send().await.unwrap();
    assert_eq!(stale.status(), StatusCode::PRECONDITION_FAILED);
    assert!(stale.json::<Problem>().await.unwrap().detail.raw().contains("changed meanwhile"));

    let tag = world.request("GET", &path, &secret).send().await.unwrap().headers()["etag"].clone();
    let done = rename("Vera").header("Idempotency-Key", "a").header("If-Match", &tag).send().await.unwrap();
    assert_eq!(done.status(), StatusCode::OK);
    assert_ne!(done.headers()["etag"], tag);
    let again = rename("Vera V").header("Idempotency-Key", "b").header("If-Match", &tag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::PRECONDITION_FAILED);
    assert_eq!(world.member("vera@northwind.test").await.name.raw(), "Vera");
}

async fn of_two_who_decided_on_the_same_state_one_is_told() {
    let world = World::new().await;
    let vera = world.member("vera@northwind.test").await;
    let (adele, arthur) = (world.acting("adele@northwind.test").await, world.acting("arthur@northwind.test").await);
    let write = async |role: &str| Write {
        request: world.role_change("vera@northwind.test", role).await,
        precondition: Precondition::Version(vera.version),
        key: world.key(),
        password: None,
    };
    let (marketer, analyst) = (write("Marketer").await, write("Analyst").await);
    let (one, other) = tokio::join!(adele.apply(world.ws, &marketer), arthur.apply(world.ws, &analyst));
    let (done, told): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), told.len()), (1, 1));
    assert!(matches!(told[0], Err(ApiError::Stale(_))), "{told:?}");
}

async fn a_write_without_a_key_is_not_taken() {
    let world = World::new().await;
    let secret = world.secret(OWNER).await;
    let path = format!("/v1/workspaces/{{ws}}/members/{}", world.id("vera@northwind.test").await);
    for key in [None, Some(""), Some("with space")] {
        let mut request = world.request("DELETE", &path, &secret).header("If-Match", "*");
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        assert_eq!(answer.json::<Problem>().await.unwrap().field.as_deref(), Some("Idempotency-Key"));
    }
}

async fn the_same_key_and_body_is_done_once_and_answered_alike() {
    let world = World::new().await;
    let owner = world.owner().await;
    let write = world.write(world.role_change("vera@northwind.test", "Marketer").await);
    let first = owner.apply(world.ws, &write).await.unwrap();
    let second = owner.apply(world.ws, &write).await.unwrap();
    assert_eq!(first, second);
    let log = owner.audit(world.ws, &PageQuery::default()).await.unwrap();
    assert_eq!(log.items.iter().filter(|event| event.action == "set_roles").count(), 1);
}

async fn twenty_of_the_same_at_once_are_done_once() {
    let world = World::new().await;
    let owner = world.owner().await;
    let write =
        world.write(Request::given(CreateGroup { draft: crate::served::group("Content Team", &["content.write"]) }));
    let sends = (0..20).map(|_| owner.apply(world.ws, &write));
    let answers: Vec<Applied> = futures::future::try_join_all(sends).await.unwrap();
    assert!(answers.iter().all(|answer| answer == &answers[0]));
    assert_eq!(owner.groups(world.ws).await.unwrap().len(), 1);
}

async fn the_same_key_with_another_body_is_refused() {
    let world = World::new().await;
    let owner = world.owner().await;
    let write = world.write(world.role_change("vera@northwind.test", "Marketer").await);
    owner.apply(world.ws, &write).await.unwrap();
    let other = Write { request: world.role_change("vera@northwind.test", "Analyst").await, ..write };
    let error = owner.apply(world.ws, &other).await.unwrap_err();
    assert!(matches!(&error, ApiError::Invalid { field: Some(field), .. } if field == "Idempotency-Key"), "{error:?}");
    assert_eq!(world.member("vera@northwind.test").await.roles[0].name.raw(), "Marketer");
}

async fn a_key_is_its_senders_own() {
    let world = World::new().await;
    let write = world.write(world.role_change("vera@northwind.test", "Marketer").await);
    world.acting("adele@northwind.test").await.apply(world.ws, &write).await.unwrap();
    let other = Write { request: world.role_change("vera@northwind.test", "Analyst").await, ..write };
    world.acting("arthur@northwind.test").await.apply(world.ws, &other).await.unwrap();
}

async fn a_refused_write_does_not_use_up_its_key() {
    let world = World::new().await;
    let vera = world.acting("vera@northwind.test").await;
    let write = world.write(world.role_change("victor@northwind.test", "Marketer").await);
    assert!(matches!(vera.apply(world.ws, &write).await, Err(ApiError::Refused(_))));
    world.set_role(&world.owner().await, "vera@northwind.test", "Administrator").await.unwrap();
    vera.apply(world.ws, &write).await.unwrap();
}

async fn a_repeated_invitation_shows_its_link_again_and_keeps_it_nowhere() {
    let world = World::new().await;
    let owner = world.owner().await;
    let role = world.role("Viewer").await.id;
    let write = world.write(Request::given(Invite::one(crate::served::invite("new@northwind.test", role))));
    let first = owner.apply(world.ws, &write).await.unwrap();
    assert_eq!(owner.apply(world.ws, &write).await.unwrap(), first);
    let invitation = world.invitation("new@northwind.test").await;
    world.apply(&owner, Request::one(invitation.id.0, Resend {})).await.unwrap();
    assert_eq!(owner.apply(world.ws, &write).await.unwrap().link, None, "a dead link is not shown");
}
