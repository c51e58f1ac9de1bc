//! Every error is a problem document that names what is wrong.

use crate::served::World;
use reqwest::{Response, header};
use rolecall::api::wire::Problem;
use serde_json::{Value, json};

pub async fn problem(answer: Response) -> Problem {
    let status = answer.status().as_u16();
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json", "{status}");
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    let problem: Problem = answer.json().await.unwrap();
    assert_eq!(problem.status, status);
    assert!(problem.kind.starts_with("urn:rolecall:problem:"), "{problem:?}");
    assert!(!problem.title.is_empty(), "{problem:?}");
    assert_ne!(problem.detail.is_empty(), problem.refusal.is_none(), "a code or words: {problem:?}");
    problem
}

#[tokio::test]
async fn paths_methods_and_identifiers_that_are_not_there() {
    let world = World::new().await;
    let secret = world.secret(crate::served::OWNER).await;
    let table = [
        ("GET", "/", 404, None),
        ("GET", "/v1/nowhere", 404, None),
        ("PUT", "/v1/me", 405, None),
        ("GET", "/v1/workspaces/one", 400, Some("workspace")),
        ("GET", "/v1/workspaces/99999", 404, None),
        ("GET", "/v1/workspaces/{ws}/members/me", 400, Some("member")),
        ("GET", "/v1/workspaces/{ws}/members/99999", 404, None),
        ("GET", "/v1/workspaces/{ws}/members/99999/access", 404, None),
        ("GET", "/v1/workspaces/{ws}/folders/99999/grants", 404, None),
        ("GET", "/v1/workspaces/{ws}/groups/99999/grants", 404, None),
        ("GET", "/v1/workspaces/{ws}/members?limit=many", 400, Some("limit")),
        ("GET", "/v1/workspaces/{ws}/members?limit=0", 400, Some("limit")),
        ("GET", "/v1/workspaces/{ws}/members?after=a&before=b", 400, Some("after")),
        ("GET", "/v1/workspaces/{ws}/members?filter=status:asleep", 400, Some("filter")),
        ("GET", "/v1/workspaces/{ws}/who-can", 400, Some("capability")),
        ("GET", "/v1/workspaces/{ws}/who-can?capability=fly", 422, Some("capability")),
        ("GET", "/v1/workspaces/{ws}/who-can?capability=content.read&folder=99999", 404, None),
    ];
    for (method, path, status, field) in table {
        let problem = problem(world.request(method, path, &secret).send().await.unwrap()).await;
        assert_eq!((problem.status, problem.field.as_deref()), (status, field), "{method} {path}: {problem:?}");
    }
}

#[tokio::test]
async fn sorts_and_cursors_that_do_not_exist_are_named() {
    let world = World::new().await;
    let secret = world.secret(crate::served::OWNER).await;
    for (query, field) in [("sort=height", "sort"), ("after=%21%21", "after")] {
        let path = format!("/v1/workspaces/{{ws}}/members?{query}");
        let problem = problem(world.request("GET", &path, &secret).send().await.unwrap()).await;
        assert!(matches!(problem.status, 400 | 422), "{problem:?}");
        assert_eq!(problem.field.as_deref(), Some(field));
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let world = World::new().await;
    let secret = world.secret(crate::served::OWNER).await;
    let member = world.id("vera@northwind.test").await;
    let path = format!("/v1/workspaces/{{ws}}/members/{member}/roles");
    let send = |body: String, content: &'static str| {
        let request = world.request("PUT", &path, &secret).header("If-Match", "*").header("Idempotency-Key", "k");
        request.header(header::CONTENT_TYPE, content).body(body).send()
    };
    let roles = |roles: Value| json!({ "roles": roles }).to_string();

    let broken = problem(send("{".into(), "application/json").await.unwrap()).await;
    assert_eq!(broken.status, 400);
    let wrong = problem(send(roles(json!([1, "two"])), "application/json").await.unwrap()).await;
    assert_eq!((wrong.status, wrong.field.as_deref()), (400, Some("roles[1]")));
    let lacking = problem(send("{}".into(), "application/json").await.unwrap()).await;
    assert!(lacking.detail.raw().contains("roles"), "{lacking:?}");
    let more = json!({ "roles": [], "colour": "red" }).to_string();
    let more = problem(send(more, "application/json").await.unwrap()).await;
    assert!(more.detail.raw().contains("colour"), "{more:?}");
    let text = problem(send(roles(json!([])), "text/plain").await.unwrap()).await;
    assert_eq!(text.status, 415);
    let large = json!({ "roles": [], "terms": { "reason": "x".repeat(2 * 1024 * 1024) } }).to_string();
    let large = problem(send(large, "application/json; charset=utf-8").await.unwrap()).await;
    assert_eq!(large.status, 413);
    let none = problem(send(roles(json!([])), "application/json").await.unwrap()).await;
    assert_eq!((none.status, none.field.as_deref()), (422, Some("roles")), "{none:?}");
}

#[tokio::test]
async fn nobody_without_a_secret_learns_anything() {
    let world = World::new().await;
    let paths = ["/v1/me", "/v1/features", "/v1/workspaces/{ws}", "/v1/workspaces/99999", "/v1/workspaces/{ws}/audit"];
    for path in paths {
        for secret in ["", "wrong", "Ã©"] {
            let answer = world.request("GET", path, secret).send().await.unwrap();
            assert_eq!(answer.headers()[header::WWW_AUTHENTICATE], "Bearer");
            assert_eq!(problem(answer).await.status, 401, "{path}");
        }
    }
}

#[tokio::test]
async fn the_description_has_every_path_and_what_each_may_answer() {
    let world = World::with(|_| ()).await;
    let document: Value = world.request("GET", "/openapi.json", "").send().await.unwrap().json().await.unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    let paths = document["paths"].as_object().unwrap();
    let writes = [
        ("/v1/workspaces/{workspace}/members/{member}", "patch"),
        ("/v1/workspaces/{workspace}/members/{member}", "delete"),
        ("/v1/workspaces/{workspace}/members/{member}/roles", "put"),
        ("/v1/workspaces/{workspace}/transfer", "post"),
        ("/v1/workspaces/{workspace}/groups", "post"),
        ("/v1/workspaces/{workspace}/groups/{group}", "put"),
        ("/v1/workspaces/{workspace}/groups/{group}", "delete"),
        ("/v1/workspaces/{workspace}/groups/{group}/members", "post"),
        ("/v1/workspaces/{workspace}/folders", "post"),
        ("/v1/workspaces/{workspace}/folders/{folder}/grants", "post"),
        ("/v1/workspaces/{workspace}/grants/{grant}/terms", "put"),
        ("/v1/workspaces/{workspace}/grants/{grant}", "delete"),
        ("/v1/workspaces/{workspace}/invitations", "post"),
        ("/v1/workspaces/{workspace}/invitations/{invitation}", "put"),
        ("/v1/workspaces/{workspace}/invitations/{invitation}/resend", "post"),
        ("/v1/workspaces/{workspace}/invitations/{invitation}/cancel", "post"),
    ];
    for (path, method) in writes {
        let operation = &paths[path][method];
        let parameters = operation["parameters"].as_array().unwrap();
        for name in ["workspace", "preview", "If-Match", "Idempotency-Key"] {
            assert!(parameters.iter().any(|one| one["name"] == name), "{method} {path} has no {name}");
        }
        for status in ["400", "401", "403", "404", "409", "412", "422", "428", "429", "500", "503"] {
            assert!(operation["responses"].get(status).is_some(), "{method} {path} has no {status}");
        }
    }
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path} says nothing of itself");
            assert!(operation["responses"]["500"]["content"]["application/problem+json"].is_object());
            for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
                let parameters = operation["parameters"].as_array().unwrap();
                let is = |one: &Value| one["name"] == name && one["in"] == "path" && one["required"] == true;
                let named = parameters.iter().any(is);
                assert!(named, "{method} {path} does not describe {name}");
            }
        }
    }
    assert_references(&document, &document);
}

/// No reference leads nowhere.
fn assert_references(value: &Value, document: &Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                let place = reference.strip_prefix('#').unwrap();
                assert!(document.pointer(place).is_some(), "{reference} leads nowhere");
            }
            fields.values().for_each(|one| assert_references(one, document));
        }
        Value::Array(items) => items.iter().for_each(|one| assert_references(one, document)),
        _ => {}
    }
}
