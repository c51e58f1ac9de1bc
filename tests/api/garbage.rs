//! Requests that no honest client sends: each is answered with a document, none with a failure.

use crate::served::{OWNER, World};
use reqwest::{Response, StatusCode, header};
use rolecall::{
    api::{backend::Backend, wire::Problem},
    server::{Rate, Rates},
};
use serde_json::{Value, json};

crate::on_both! {
    filters_are_never_sql,
    a_nul_is_told_by_its_field_and_never_a_failure,
    cursors_cannot_be_forged_into_failures,
    numbers_at_their_ends_are_only_not_there,
    bodies_of_every_wrong_shape_are_client_errors,
    addresses_that_look_alike_by_case_are_one,
    a_name_given_at_the_door_is_looked_at_like_any_other,
    what_a_file_names_is_looked_at_like_any_other,
    spaces_around_an_address_give_no_further_tries,
}

async fn get(world: &World, path: &str, query: &[(&str, &str)]) -> Response {
    let secret = world.secret(OWNER).await;
    world.request("GET", path, &secret).query(query).send().await.unwrap()
}

async fn send(world: &World, method: &str, path: &str, body: &Value) -> Response {
    let secret = world.secret(OWNER).await;
    let request = world.request(method, path, &secret).header("If-Match", "*");
    request.header("Idempotency-Key", world.key()).json(body).send().await.unwrap()
}

async fn told(answer: Response) -> Problem {
    assert!(answer.status().is_client_error(), "{}", answer.status());
    answer.json().await.unwrap()
}

async fn filters_are_never_sql() {
    let world = World::new().await;
    let long = "a".repeat(50_000);
    let many = "x ".repeat(3_000);
    let quotes = "\\\"".repeat(2_000);
    let filters = [
        "'",
        "' OR 1=1 --",
        "'; DROP TABLE members; --",
        "%",
        "_",
        "%%%_",
        "\\",
        "\\%",
        "$1",
        "?",
        "?1",
        ":a",
        "\"?\"",
        "role:'",
        "group:%",
        "domain:%",
        "domain:'",
        "folder:?",
        "workspace:$2",
        "\u{202e}",
        "İ",
        "ß",
        "e\u{301}",
        "last:>9223372036854775807s",
        "last:<106751991167300d",
        "last:>106751991167301d",
        "!!!!",
        "((((",
        "role:role:role:",
        &quotes,
    ];
    let all = world.owner().await.count_members(world.ws, "").await.unwrap();
    for filter in filters {
        for path in ["members", "members/count", "invitations", "audit"] {
            let answer = get(&world, &format!("/v1/workspaces/{{ws}}/{path}"), &[("filter", filter)]).await;
            let status = answer.status();
            assert!(status == StatusCode::OK || status.is_client_error(), "{path} {filter:.40}: {status}");
        }
    }
    for filter in [&long, &many] {
        for path in ["members", "members/count", "invitations", "audit"] {
            let answer = get(&world, &format!("/v1/workspaces/{{ws}}/{path}"), &[("filter", filter)]).await;
            assert!(!answer.status().is_server_error(), "{path}: {}", answer.status());
        }
    }
    for nothing in ["%", "_", "'", "?", "\\"] {
        assert_eq!(world.owner().await.count_members(world.ws, nothing).await.unwrap().matching, 0, "{nothing}");
    }
    assert_eq!(world.owner().await.count_members(world.ws, "").await.unwrap(), all);
}

async fn a_nul_is_told_by_its_field_and_never_a_failure() {
    let world = World::new().await;
    let vera = world.id("vera@northwind.test").await;
    let viewer = world.role("Viewer").await.id;
    let bodies = [
        (
            "PUT",
            format!("members/{vera}/roles"),
            json!({ "roles": [viewer], "terms": { "reason": "a\0b" } }),
            "terms.reason",
        ),
        ("PATCH", format!("members/{vera}"), json!({ "name": "a\0b" }), "name"),
        ("POST", "groups".into(), json!({ "name": "G", "description": "a\0b", "capabilities": [] }), "description"),
        ("POST", "groups".into(), json!({ "name": "G", "capabilities": ["a\0b"] }), "capabilities[0]"),
        ("POST", "invitations".into(), json!({ "email": "n@x.test", "roles": [viewer], "message": "a\0b" }), "message"),
        ("POST", "invitations".into(), json!({ "email": "n\0@x.test", "roles": [viewer] }), "email"),
        ("POST", "transfer".into(), json!({ "email": "n\0@x.test" }), "email"),
        (
            "POST",
            "import".into(),
            json!({ "create_groups": true, "dry_run": false,
                "rows": [{ "line": 2, "email": "n@x.test", "name": "", "roles": ["Viewer"], "groups": ["a\0b"] }] }),
            "rows[0].groups[0]",
        ),
    ];
    for (method, path, body, field) in bodies {
        let problem = told(send(&world, method, &format!("/v1/workspaces/{{ws}}/{path}"), &body).await).await;
        assert_eq!((problem.status, problem.field.as_deref()), (422, Some(field)), "{method} {path}: {problem:?}");
    }
    let sign_in = json!({ "email": "a\0@x.test", "password": "x" });
    assert_eq!(told(send(&world, "POST", "/v1/sessions", &sign_in).await).await.status, 422);
    for path in ["members", "members/count", "invitations", "audit"] {
        let problem = told(get(&world, &format!("/v1/workspaces/{{ws}}/{path}"), &[("filter", "a\0b")]).await).await;
        assert_eq!((problem.status, problem.field.as_deref()), (422, Some("filter")), "{path}: {problem:?}");
    }
    let why = format!("/v1/workspaces/{{ws}}/members/{vera}");
    assert_eq!(told(remove(&world, &why, "a\0b").await).await.field.as_deref(), Some("reason"));
}

async fn remove(world: &World, path: &str, reason: &str) -> Response {
    let secret = world.secret(OWNER).await;
    let request = world.request("DELETE", path, &secret).header("If-Match", "*").query(&[("reason", reason)]);
    request.header("Idempotency-Key", world.key()).send().await.unwrap()
}

async fn cursors_cannot_be_forged_into_failures() {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let world = World::new().await;
    let forged = [
        json!(["email", "a\0b", 1]),
        json!(["email", "zzz", i64::MAX]),
        json!(["email", "' OR 1=1", i64::MIN]),
        json!(["email", 7, 1]),
        json!(["name", "x", 1]),
        json!(["email", null, 1]),
        json!([]),
        json!({ "0": "email" }),
        json!("email"),
    ];
    for cursor in forged {
        let text = URL_SAFE_NO_PAD.encode(cursor.to_string());
        for side in ["after", "before"] {
            let answer = get(&world, "/v1/workspaces/{ws}/members", &[("sort", "email"), (side, &text)]).await;
            assert!(!answer.status().is_server_error(), "{cursor}: {}", answer.status());
        }
    }
}

async fn numbers_at_their_ends_are_only_not_there() {
    let world = World::new().await;
    for id in ["9223372036854775807", "-9223372036854775808", "-1", "0", "9223372036854775808", "1e3", "0x1", "%31%00"]
    {
        for path in
            ["members/{id}", "members/{id}/access", "members/{id}/grants", "groups/{id}/grants", "folders/{id}/grants"]
        {
            let path = format!("/v1/workspaces/{{ws}}/{}", path.replace("{id}", id));
            let status = get(&world, &path, &[]).await.status();
            assert!(matches!(status.as_u16(), 400 | 404), "{path}: {status}");
        }
        let status = get(&world, &format!("/v1/workspaces/{id}"), &[]).await.status();
        assert!(matches!(status.as_u16(), 400 | 404), "{id}: {status}");
    }
    for limit in ["-1", "0", "4294967295", "4294967296", "9999999999999999999999", "1.5", ""] {
        let status = get(&world, "/v1/workspaces/{ws}/members", &[("limit", limit)]).await.status();
        assert!(matches!(status.as_u16(), 400 | 422), "{limit}: {status}");
    }
    let vera = world.id("vera@northwind.test").await;
    let viewer = world.role("Viewer").await.id;
    for (body, status) in [
        (json!({ "roles": [i64::MAX] }), 422),
        (json!({ "roles": [-1] }), 422),
        (json!({ "roles": [9223372036854775808_u64] }), 400),
        (json!({ "roles": [viewer], "terms": { "expires_at": i64::MIN } }), 422),
        (json!({ "roles": [viewer], "terms": { "expires_at": 1e300 } }), 400),
    ] {
        let answer = send(&world, "PUT", &format!("/v1/workspaces/{{ws}}/members/{vera}/roles"), &body).await;
        assert_eq!(answer.status().as_u16(), status, "{body}");
    }
    let far = json!({ "roles": [viewer], "terms": { "expires_at": i64::MAX, "review_at": i64::MAX } });
    let answer = send(&world, "PUT", &format!("/v1/workspaces/{{ws}}/members/{vera}/roles"), &far).await;
    assert!(!answer.status().is_server_error(), "{}", answer.status());
    let long = json!({ "email": "n@x.test", "roles": [viewer], "ttl_days": i64::MAX });
    let problem = told(send(&world, "POST", "/v1/workspaces/{ws}/invitations", &long).await).await;
    assert_eq!(problem.field.as_deref(), Some("ttl_days"));
    let seen = get(&world, "/v1/workspaces/{ws}/members", &[]).await;
    assert_eq!(seen.status(), StatusCode::OK);
}

async fn bodies_of_every_wrong_shape_are_client_errors() {
    let world = World::new().await;
    let secret = world.secret(OWNER).await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let bodies =
        ["", "null", "[]", "\"x\"", "{\"roles\":", "{}{}", "\u{feff}{}", "NaN", &deep, "{\"name\":\"\\ud800\"}"];
    for body in bodies {
        for path in ["groups", "invitations", "import", "transfer"] {
            let request = world.request("POST", &format!("/v1/workspaces/{{ws}}/{path}"), &secret);
            let request = request.header("If-Match", "*").header("Idempotency-Key", world.key());
            let answer = request.header(header::CONTENT_TYPE, "application/json").body(body.to_owned()).send().await;
            let status = answer.unwrap().status();
            assert!(matches!(status.as_u16(), 400 | 422), "{path} {body:.20}: {status}");
        }
    }
    for bytes in [&b"\xff\xfe{}"[..], b"{\"name\":\"\xc3\x28\"}"] {
        let request = world.request("POST", "/v1/workspaces/{ws}/groups", &secret).header("If-Match", "*");
        let request = request.header("Idempotency-Key", world.key()).header(header::CONTENT_TYPE, "application/json");
        assert_eq!(request.body(bytes.to_vec()).send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    }
    for kind in ["text/json", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/jsonx"] {
        let request = world.request("POST", "/v1/workspaces/{ws}/groups", &secret).header("If-Match", "*");
        let request = request.header("Idempotency-Key", world.key()).header(header::CONTENT_TYPE, kind).body("{}");
        assert_eq!(request.send().await.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    for version in ["7", "\"\"", "W/\"1\"", "\"1\", \"2\"", "\"-\"", "\"99999999999999999999\"", "**"] {
        let request = world.request("POST", "/v1/workspaces/{ws}/groups", &secret).header("If-Match", version);
        let request = request.header("Idempotency-Key", world.key());
        let status = request.json(&json!({ "name": "G", "capabilities": [] })).send().await.unwrap().status();
        assert_eq!(status, StatusCode::BAD_REQUEST, "{version}");
    }
    for key in ["", " ", "ключ", &"k".repeat(129)] {
        let request = world.request("POST", "/v1/workspaces/{ws}/groups", &secret).header("If-Match", "*");
        let request = request.header("Idempotency-Key", header::HeaderValue::from_bytes(key.as_bytes()).unwrap());
        let status = request.json(&json!({ "name": "G", "capabilities": [] })).send().await.unwrap().status();
        assert_eq!(status, StatusCode::BAD_REQUEST, "{key}");
    }
}

async fn addresses_that_look_alike_by_case_are_one() {
    let world = World::new().await;
    let owner = world.owner().await;
    for (first, second) in [
        ("nora@northwind.test", "NORA@NorthWind.TEST"),
        ("ÉLAN@northwind.test", "élan@northwind.test"),
        ("İpek@northwind.test", "i\u{307}pek@northwind.test"),
        ("ОЛЬГА@northwind.test", "ольга@northwind.test"),
        ("ΣΑΣ@northwind.test", "σας@northwind.test"),
    ] {
        world.invite(&owner, first, "Viewer").await.unwrap_or_else(|error| panic!("{first}: {error:?}"));
        assert!(world.invite(&owner, second, "Viewer").await.is_err(), "{second}");
        assert!(world.invite(&owner, &format!(" {second} "), "Viewer").await.is_err(), "{second}");
    }
    for bad in ["nora＠northwind.test", "nora@northwind.test\u{200b}", "nora@northwind。test", "a@b@northwind.test"] {
        assert!(world.invite(&owner, bad, "Viewer").await.is_err(), "{bad}");
    }
}

async fn a_name_given_at_the_door_is_looked_at_like_any_other() {
    let world = World::new().await;
    let link = world.invite(&world.owner().await, "nora@northwind.test", "Viewer").await.unwrap().link.unwrap();
    let password = "correct horse battery";
    for name in ["n".repeat(201), "a\x1b[2Jb".into(), "a\0b".into(), "a\u{202e}b".into(), "a\nb".into()] {
        let problem = told(crate::served::accept(&link, &name, password).await).await;
        assert_eq!((problem.status, problem.field.as_deref()), (422, Some("name")), "{name:?}: {problem:?}");
    }
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let form = client.post(&link).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = form.body("name=a%00b&password=correct+horse+battery").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(crate::served::accept(&link, "Nora", password).await.status(), StatusCode::OK);
}

async fn what_a_file_names_is_looked_at_like_any_other() {
    let world = World::new().await;
    let row = |name: &str, group: &str| {
        json!({ "create_groups": true, "dry_run": false,
        "rows": [{ "line": 2, "email": "n@x.test", "name": name, "roles": ["Viewer"], "groups": [group] }] })
    };
    for (body, column) in [
        (row("a\x1b[2Jb", "Team"), "name"),
        (row("a\u{202e}b", "Team"), "name"),
        (row("A", "a\x1b]0;x\x07b"), "groups"),
    ] {
        let problem = told(send(&world, "POST", "/v1/workspaces/{ws}/import", &body).await).await;
        assert_eq!(problem.faults.first().map(|fault| fault.column.as_str()), Some(column), "{problem:?}");
    }
}

/// An address is counted as it is looked up.
async fn spaces_around_an_address_give_no_further_tries() {
    let world = World::with_rates(Rates { email: Rate { tries: 2, seconds: 60 }, ..Rates::default() }).await;
    let mut seen = Vec::new();
    for email in ["olga@northwind.test", " olga@northwind.test", "OLGA@northwind.test ", "\tolga@northwind.test"] {
        let body = json!({ "email": email, "password": "a wrong password" });
        seen.push(world.request("POST", "/v1/sessions", "").json(&body).send().await.unwrap().status().as_u16());
    }
    assert_eq!(seen, [401, 401, 429, 429]);
}
