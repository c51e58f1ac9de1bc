//! Signing in and out, passwords, and who is still let in.

use crate::{
    recorded::refused,
    served::{Client, OWNER, World, Write},
};
use reqwest::{Response, StatusCode, header};
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        http::HttpBackend,
        wire::{PageQuery, Problem, StartChange},
        write::Precondition,
    },
    domain::{
        change::{Remove, Request, Transfer},
        untrusted::Text,
    },
    server::{Rate, Rates},
};
use serde_json::json;

const PASSWORD: &str = "correct horse battery";

async fn sign_in(world: &World, email: &str, password: &str) -> Response {
    let body = json!({ "email": email, "password": password });
    world.request("POST", "/v1/sessions", "").json(&body).send().await.unwrap()
}

async fn signed_in(world: &World, email: &str, password: &str) -> Client {
    let session = HttpBackend::sign_in(&world.running.url, email, password).await.unwrap();
    world.client(&session.secret)
}

#[tokio::test]
async fn a_password_opens_a_session_that_ends_when_told() {
    let world = World::new().await;
    world.owner().await.set_password(None, PASSWORD).await.unwrap();
    let session = signed_in(&world, "OLGA@northwind.test", PASSWORD).await;
    assert_eq!(session.me().await.unwrap().email.raw(), OWNER);
    assert_eq!(world.member(OWNER).await.last_sign_in, Some(world.now()));
    session.sign_out().await.unwrap();
    assert_eq!(session.me().await.unwrap_err(), ApiError::Unauthorised);
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let world = World::new().await;
    world.owner().await.set_password(None, PASSWORD).await.unwrap();
    let session = signed_in(&world, OWNER, PASSWORD).await;
    world.pass(12 * 60 * 60 - 1);
    assert!(session.me().await.is_ok());
    world.pass(1);
    assert_eq!(session.me().await.unwrap_err(), ApiError::Unauthorised);
}

#[tokio::test]
async fn no_answer_tells_which_accounts_exist() {
    let world = World::new().await;
    world.owner().await.set_password(None, PASSWORD).await.unwrap();
    let mut seen = Vec::new();
    let wrong = [
        (OWNER, "wrong horse battery"),
        ("nobody@northwind.test", PASSWORD),
        ("vera@northwind.test", PASSWORD),
        ("no address", ""),
    ];
    for (email, password) in wrong {
        let answer = sign_in(&world, email, password).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{email}");
        seen.push(answer.text().await.unwrap());
    }
    assert!(seen.iter().all(|body| body == &seen[0]), "{seen:?}");
}

#[tokio::test]
async fn tries_for_an_address_are_counted_whether_it_exists_or_not() {
    let rates = Rates { email: Rate { tries: 3, seconds: 60 }, ..Rates::default() };
    let world = World::with_rates(rates).await;
    for email in [OWNER, "nobody@northwind.test"] {
        for _ in 0..3 {
            assert_eq!(sign_in(&world, email, "wrong").await.status(), StatusCode::UNAUTHORIZED);
        }
        let limited = sign_in(&world, email, "wrong").await;
        assert_eq!(limited.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(limited.headers()[header::RETRY_AFTER], "60");
        assert_eq!(limited.json::<Problem>().await.unwrap().kind, "urn:rolecall:problem:limited");
    }
    world.pass(60);
    assert_eq!(sign_in(&world, OWNER, "wrong").await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn tries_from_one_machine_are_counted_over_all_addresses() {
    let world = World::with_rates(Rates { address: Rate { tries: 2, seconds: 60 }, ..Rates::default() }).await;
    for email in ["a@x.test", "b@x.test"] {
        assert_eq!(sign_in(&world, email, "wrong").await.status(), StatusCode::UNAUTHORIZED);
    }
    assert_eq!(sign_in(&world, "c@x.test", "wrong").await.status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it_and_ends_other_sessions() {
    let world = World::new().await;
    let owner = world.owner().await;
    let short = owner.set_password(None, "too short").await.unwrap_err();
    assert!(matches!(&short, ApiError::Invalid { field: Some(field), .. } if field == "new"), "{short:?}");
    owner.set_password(None, PASSWORD).await.unwrap();
    let (here, elsewhere) = (signed_in(&world, OWNER, PASSWORD).await, signed_in(&world, OWNER, PASSWORD).await);
    for current in [None, Some("wrong horse battery")] {
        let error = here.set_password(current, "another horse battery").await.unwrap_err();
        assert!(matches!(&error, ApiError::Invalid { field: Some(field), .. } if field == "current"), "{error:?}");
    }
    here.set_password(Some(PASSWORD), "another horse battery").await.unwrap();
    assert!(here.me().await.is_ok());
    assert_eq!(elsewhere.me().await.unwrap_err(), ApiError::Unauthorised);
    assert_eq!(sign_in(&world, OWNER, PASSWORD).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_removed_member_is_let_into_nothing_more() {
    let world = World::new().await;
    world.join("nora@northwind.test", "Administrator", PASSWORD).await;
    let nora = signed_in(&world, "nora@northwind.test", PASSWORD).await;
    assert!(nora.members(world.ws, &Default::default()).await.is_ok());
    let member = world.id("nora@northwind.test").await;
    world.apply(&world.owner().await, Request::one(member.0, Remove { reason: None })).await.unwrap();
    let error = nora.members(world.ws, &Default::default()).await.unwrap_err();
    assert!(matches!(error, ApiError::Missing(_)), "the account stays, the workspace is not there: {error:?}");
    assert!(nora.me().await.unwrap().workspaces.is_empty());
}

/// SPEC 4.1: by the owner, to an active member named by e-mail, after the password.
#[tokio::test]
async fn a_transfer_asks_for_the_password_again() {
    let world = World::new().await;
    let owner = world.owner().await;
    owner.set_password(None, PASSWORD).await.unwrap();
    let change = Request::given(Transfer { email: Text::new("ADELE@northwind.test"), reason: None });
    let write = |password: Option<&str>| Write {
        request: change.clone(),
        precondition: Precondition::Any,
        key: world.key(),
        password: password.map(str::to_owned),
    };
    assert_eq!(refused(owner.apply(world.ws, &write(None)).await), "password_again");
    let wrong = owner.apply(world.ws, &write(Some("wrong horse battery"))).await.unwrap_err();
    assert!(matches!(&wrong, ApiError::Invalid { field: Some(field), .. } if field == "password"), "{wrong:?}");
    owner.plan(world.ws, &change).await.unwrap();
    owner.apply(world.ws, &write(Some(PASSWORD))).await.unwrap();

    let (adele, olga) = (world.member("adele@northwind.test").await, world.member(OWNER).await);
    assert!(adele.owner && !olga.owner);
    assert_eq!(olga.roles[0].name.raw(), "Administrator");
    let log = owner.audit(world.ws, &Default::default()).await.unwrap();
    assert!(!serde_json::to_string(&log).unwrap().contains("horse"), "the password is in the log");
}

#[tokio::test]
async fn a_sign_in_just_made_stands_for_the_password() {
    let world = World::new().await;
    let owner = world.owner().await;
    let change = Request::given(Transfer { email: Text::new("adele@northwind.test"), reason: None });
    world.pass(15 * 60 + 1);
    assert_eq!(refused(world.apply(&owner, change.clone()).await), "password_again", "the run began too long ago");
    let start = StartChange { request: change.clone(), digest: None, password: None };
    assert_eq!(refused(owner.start_change(world.ws, &start, "one-key").await), "password_again");
    let transfers = PageQuery { filter: "transfer".into(), ..PageQuery::default() };
    assert!(owner.changes(world.ws, &transfers).await.unwrap().items.is_empty(), "nothing is begun, and no key used");
    owner.set_password(None, PASSWORD).await.unwrap();
    let session = signed_in(&world, OWNER, PASSWORD).await;
    world.apply(&session, change).await.unwrap();
}

#[tokio::test]
async fn a_server_shut_down_answers_nobody() {
    let world = World::new().await;
    let owner = world.owner().await;
    assert!(owner.me().await.is_ok());
    world.running.shutdown().await;
    assert!(matches!(owner.me().await.unwrap_err(), ApiError::Offline(_)));
}
