//! Behind an invitation's link: a page for people, and the same as JSON for programs.

use super::super::{
    extract::{Body, Form, Token},
    layers,
    problem::Fault,
    services::join as service,
    state::AppState,
};
use crate::{
    api::write::{Join, JoinBody},
    domain::untrusted::visible,
};
use axum::{
    Json,
    extract::{ConnectInfo, State},
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use std::net::SocketAddr;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(look, accept)).routes(routes!(page, submit))
}

/// What an invitation's link offers. Looking uses nothing up.
#[utoipa::path(
    get,
    path = "/v1/join/{token}",
    security(()),
    responses((status = 200, body = Join))
)]
async fn look(State(state): State<AppState>, Token(token): Token) -> Result<Json<Join>, Fault> {
    Ok(Json(service::look(&state, &token).await?))
}

/// Accepts an invitation, once.
#[utoipa::path(
    post,
    path = "/v1/join/{token}",
    security(()),
    request_body = JoinBody,
    responses((status = 200, body = Join))
)]
async fn accept(
    State(state): State<AppState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Token(token): Token,
    Body(body): Body<JoinBody>,
) -> Result<Json<Join>, Fault> {
    Ok(Json(service::accept(&state, from.ip(), &token, body).await?))
}

/// The page behind the link, with a form and no script.
#[utoipa::path(
    get,
    path = "/join/{token}",
    security(()),
    responses((status = 200, content_type = "text/html", body = String))
)]
async fn page(State(state): State<AppState>, Token(token): Token) -> Response {
    match service::look(&state, &token).await {
        Ok(join) => html("Join", &form(&join, "")),
        Err(fault) => sorry(fault),
    }
}

/// The form sent.
#[utoipa::path(
    post,
    path = "/join/{token}",
    security(()),
    request_body(content = JoinBody, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, content_type = "text/html", body = String))
)]
async fn submit(
    State(state): State<AppState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Token(token): Token,
    form_sent: Result<Form<JoinBody>, Fault>,
) -> Response {
    let accepted = match form_sent {
        Ok(Form(body)) => service::accept(&state, from.ip(), &token, body).await,
        Err(fault) => Err(fault),
    };
    match accepted {
        Ok(join) => html(
            "Welcome",
            &format!(
                "<h1>Welcome</h1><p>You have joined {}. Sign in as {} with the password you entered.</p>",
                escaped(join.workspace.raw()),
                escaped(join.email.raw())
            ),
        ),
        // What can be put right is shown above the form once more; what cannot stands alone.
        Err(fault @ Fault::Invalid { .. }) => match service::look(&state, &token).await {
            Ok(join) => {
                let note = format!("<p role=\"alert\"><strong>{}</strong></p>", escaped(&fault.to_string()));
                with_status(fault, html("Join", &form(&join, &note)))
            }
            Err(fault) => sorry(fault),
        },
        Err(fault) => sorry(fault),
    }
}

fn form(join: &Join, note: &str) -> String {
    let (workspace, email, inviter) =
        (escaped(join.workspace.raw()), escaped(join.email.raw()), escaped(join.inviter.raw()));
    let password = if join.has_password {
        "<label>The password of your account here<br>\
         <input name=\"password\" type=\"password\" autocomplete=\"current-password\" required></label>"
    } else {
        "<label>A password, 12 characters or more<br>\
         <input name=\"password\" type=\"password\" autocomplete=\"new-password\" minlength=\"12\" required></label>"
    };
    format!(
        "<h1>Join {workspace}</h1>{note}<p>{inviter} invites {email}.</p><form method=\"post\">\
         <p><label>Your name<br><input name=\"name\" autocomplete=\"name\" value=\"{}\"></label></p>\
         <p>{password}</p><p><button>Join</button></p></form>",
        escaped(join.name.raw())
    )
}

fn html(title: &str, content: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title} · rolecall</title>{content}</html>"
    );
    let mut response = Html(page).into_response();
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"),
    );
    response
}

/// For people the sentence, not the document; with the status and headers of the document.
fn sorry(fault: Fault) -> Response {
    let text = match fault.to_log() {
        Some(_) => "Something went wrong here. Try again later.".to_owned(),
        None => fault.to_string(),
    };
    with_status(fault, html("Sorry", &format!("<h1>Sorry</h1><p>{}</p>", escaped(&text))))
}

fn with_status(fault: Fault, mut page: Response) -> Response {
    let document = fault.into_response();
    *page.status_mut() = document.status();
    if let Some(retry) = document.headers().get(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, retry.clone());
    }
    layers::keep_log(&document, &mut page);
    page
}

/// Text from outside, visible and harmless in HTML.
fn escaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in visible(raw).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn text_from_outside_is_neither_markup_nor_invisible() {
        assert_eq!(escaped("<b a='1'>&\"\u{202e}"), "&lt;b a=&#39;1&#39;&gt;&amp;&quot;‹U+202E›");
    }
}
