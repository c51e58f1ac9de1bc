//! Backends that are not there, slow, broken or strange: each is one error of the right kind, with one
//! clear sentence, and nothing is sent twice that must not be.

use crate::stub::{Stub, answer, json};
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        http::{HttpBackend, Patience},
        wire::{Change, StartChange},
    },
    domain::{
        change::{Refusal, Remove, Request},
        id::WorkspaceId,
    },
};
use std::time::Duration;

const WS: WorkspaceId = WorkspaceId(1);
const ME: &str = r#"{"account":1,"email":"a@b.test","name":"A","has_password":false,"workspaces":[]}"#;
const CHANGE: &str = r#"{"id":7,"action":"remove","reason":null,"actor":"a@b.test","mine":true,"undoes":null,
    "undone_by":null,"reversible":true,"state":"done","created_at":1,"ended_at":2,"total":1,"done":1,"failed":0,
    "skipped":0,"per_second":null}"#;

/// No waiting between tries, and not long for an answer.
fn hasty(url: &str) -> HttpBackend {
    let patience = Patience {
        total: Duration::from_millis(300),
        base: Duration::ZERO,
        most_bytes: 64 * 1024,
        ..Patience::default()
    };
    HttpBackend::patient(url, "secret", patience).unwrap()
}

/// A change begun under a key.
async fn begin(backend: &HttpBackend) -> Result<Change, ApiError> {
    let start = StartChange { request: Request::one(1, Remove { reason: None }), digest: None, password: None };
    backend.start_change(WS, &start, "key").await
}

fn sentence(error: &ApiError) -> String {
    let text = error.to_string();
    assert!(!text.is_empty() && !text.contains('\n') && !text.contains("secret"), "{text:?}");
    text
}

#[tokio::test]
async fn nobody_there_is_offline() {
    let error = hasty("http://127.0.0.1:1").me().await.unwrap_err();
    assert!(matches!(error, ApiError::Offline(_)), "{error:?}");
    assert!(sentence(&error).starts_with("cannot reach the backend: nothing answers there"), "{error}");
}

#[tokio::test]
async fn a_silent_backend_is_given_up() {
    let stub = Stub::silent();
    let error = hasty(&stub.url).me().await.unwrap_err();
    assert_eq!(sentence(&error), "cannot reach the backend: it does not answer in time");
    assert_eq!(stub.served(), 4);
}

#[tokio::test]
async fn a_failing_backend_says_what_its_problem_says() {
    let problem = r#"{"type":"x","title":"T","status":500,"detail":"its log says why"}"#;
    let stub = Stub::answering(vec![json("500 Internal Server Error", problem)]);
    let error = hasty(&stub.url).me().await.unwrap_err();
    assert_eq!(sentence(&error), "the backend failed: its log says why");
    assert_eq!(stub.served(), 1, "a failure of its own does not pass by asking again");
}

#[tokio::test]
async fn garbage_is_a_failing_backend() {
    for body in ["<html>proxy</html>", "{}", "", "[1,2", "null"] {
        let stub = Stub::answering(vec![json("200 OK", body)]);
        let error = hasty(&stub.url).me().await.unwrap_err();
        assert!(matches!(error, ApiError::Server(_)), "{body}: {error:?}");
        assert_eq!(sentence(&error), "the backend failed: it answered something that is not rolecall's");
    }
    let stub = Stub::answering(vec!["what is this\r\n\r\n".into()]);
    assert!(matches!(hasty(&stub.url).me().await.unwrap_err(), ApiError::Offline(_)));
}

#[tokio::test]
async fn a_stranger_that_answers_in_html_is_no_missing_member() {
    let stub = Stub::answering(vec![answer("404 Not Found", "content-type: text/html\r\n", "<h1>nginx</h1>")]);
    let error = hasty(&stub.url).me().await.unwrap_err();
    assert_eq!(sentence(&error), "the backend failed: it answered 404 Not Found");
}

#[tokio::test]
async fn a_connection_cut_in_the_middle_is_offline_and_read_again() {
    let cut = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}", ME.len(), &ME[..10]);
    let stub = Stub::answering(vec![cut.clone(), json("200 OK", ME)]);
    assert!(hasty(&stub.url).me().await.is_ok());
    let stub = Stub::answering(vec![cut]);
    let error = hasty(&stub.url).me().await.unwrap_err();
    assert_eq!(sentence(&error), "cannot reach the backend: the connection broke");
}

#[tokio::test]
async fn a_write_with_its_key_is_sent_again() {
    let stub = Stub::answering(vec!["".into(), json("201 Created", CHANGE)]);
    assert_eq!(begin(&hasty(&stub.url)).await.unwrap().done, 1);
    assert_eq!(stub.served(), 2);
}

#[tokio::test]
async fn a_password_is_not_sent_again() {
    let stub = Stub::answering(vec!["".into(), answer("204 No Content", "", "")]);
    assert!(matches!(hasty(&stub.url).set_password(None, "new").await.unwrap_err(), ApiError::Offline(_)));
    assert_eq!(stub.served(), 1);
}

#[tokio::test]
async fn a_busy_backend_is_waited_for_as_it_asks_and_not_longer_than_bearable() {
    let busy = |seconds: &str| answer("503 Service Unavailable", &format!("retry-after: {seconds}\r\n"), "");
    let stub = Stub::answering(vec![busy("0"), json("200 OK", ME)]);
    assert!(hasty(&stub.url).me().await.is_ok());
    let limited = answer("429 Too Many Requests", "retry-after: 90\r\n", "");
    let stub = Stub::answering(vec![limited]);
    let error = hasty(&stub.url).me().await.unwrap_err();
    assert_eq!(error, ApiError::Limited(Duration::from_secs(90)));
    assert_eq!(stub.served(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_secret() {
    let elsewhere = Stub::answering(vec![json("200 OK", ME)]);
    let stub = Stub::answering(vec![answer("302 Found", &format!("location: {}\r\n", elsewhere.url), "")]);
    assert!(matches!(hasty(&stub.url).me().await.unwrap_err(), ApiError::Server(_)));
    assert_eq!(elsewhere.served(), 0);
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let stub = Stub::answering(vec![json("200 OK", &"x".repeat(100 * 1024))]);
    let error = hasty(&stub.url).me().await.unwrap_err();
    assert_eq!(sentence(&error), "the backend failed: its answer is too large");
}

#[tokio::test]
async fn each_problem_is_the_error_a_person_can_act_on() {
    let problem = r#"{"type":"x","title":"T","status":0,"detail":"because","field":"roles[0]"}"#;
    type Row = (&'static str, fn(&ApiError) -> bool);
    let table: [Row; 10] = [
        ("400 Bad Request", |e| matches!(e, ApiError::Invalid { field: Some(f), .. } if f == "roles[0]")),
        ("401 Unauthorized", |e| matches!(e, ApiError::Unauthorised)),
        ("403 Forbidden", |e| matches!(e, ApiError::Conflict { .. })),
        ("404 Not Found", |e| matches!(e, ApiError::Missing(_))),
        ("405 Method Not Allowed", |e| matches!(e, ApiError::Unsupported)),
        ("409 Conflict", |e| matches!(e, ApiError::Conflict { field: Some(f), .. } if f == "roles[0]")),
        ("412 Precondition Failed", |e| matches!(e, ApiError::Stale(_))),
        ("422 Unprocessable Entity", |e| matches!(e, ApiError::Invalid { .. })),
        ("428 Precondition Required", |e| matches!(e, ApiError::Invalid { .. })),
        ("501 Not Implemented", |e| matches!(e, ApiError::Unsupported)),
    ];
    for (status, right) in table {
        let stub = Stub::answering(vec![json(status, problem)]);
        let error = begin(&hasty(&stub.url)).await.unwrap_err();
        assert!(right(&error), "{status}: {error:?}");
        assert_eq!(stub.served(), 1);
    }
}

#[tokio::test]
async fn a_code_is_what_it_says_whatever_the_status() {
    let problem = r#"{"type":"x","title":"T","status":0,"refusal":{"code":"lacks","capability":"members.manage"}}"#;
    for status in ["403 Forbidden", "404 Not Found", "409 Conflict", "422 Unprocessable Entity"] {
        let stub = Stub::answering(vec![json(status, problem)]);
        let error = begin(&hasty(&stub.url)).await.unwrap_err();
        let lacks = Refusal::Lacks { capability: "members.manage".into() };
        assert_eq!(error, ApiError::Refused(Box::new(lacks)), "{status}");
    }
}
