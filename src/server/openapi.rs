//! The description of the API (OpenAPI 3.1), made from the routes themselves; what all of them share is
//! added here once.

use crate::api::wire::Problem;
use utoipa::{
    Modify, OpenApi, PartialSchema, ToSchema,
    openapi::{
        ContentBuilder, OpenApi as Document, PathItem, RefOr, Required, Response, ResponseBuilder,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

/// The parts that no route brings.
#[derive(OpenApi)]
#[openapi(
    info(title = "rolecall", description = "Who may do what: people, roles, groups, folder grants, invitations."),
    components(schemas(Problem)),
    modifiers(&Bearer)
)]
pub struct Description;

struct Bearer;

/// The name of the security scheme.
const BEARER: &str = "bearer";

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The secret of a session, or of the run for the program that started the backend."));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(BEARER, SecurityScheme::Http(scheme.build()));
    }
}

/// Answers that any route may give.
const ANY: &[(&str, &str)] = &[
    ("400", "The request cannot be read; the field is named."),
    ("429", "Too many requests; Retry-After says for how long."),
    ("500", "The server failed."),
    ("503", "The server or its database is busy; Retry-After says for how long."),
];

/// Answers of routes that ask who is there.
const SIGNED_IN: &[(&str, &str)] = &[
    ("401", "Not signed in."),
    ("403", "Rights or invariants are against it."),
    ("404", "Not there, or not for the caller to know of."),
];

/// Answers of routes with a body.
const BODY: &[(&str, &str)] = &[
    ("413", "The body is too large."),
    ("415", "The body has the wrong type."),
    ("422", "A field is not as it must be, or the Idempotency-Key was used for another request."),
];

/// Answers of changes.
const CHANGE: &[(&str, &str)] = &[
    ("409", "What is there stands against it."),
    ("412", "It was changed since the version that If-Match names."),
    ("422", "A field is not as it must be, or the Idempotency-Key was used for another request."),
    ("428", "If-Match is missing."),
];

/// Adds to every operation what its path names, and what all of its kind share.
pub fn finish(document: &mut Document) {
    for (path, item) in &mut document.paths.paths {
        for operation in operations(item) {
            let further = operation.parameters.take().into_iter().flatten();
            let parameters: Vec<_> = in_path(path).map(RefOr::T).chain(further).collect();
            operation.parameters = (!parameters.is_empty()).then_some(parameters);
            let public = operation.security.is_some();
            if !public {
                operation.security = Some(vec![SecurityRequirement::new::<_, _, &str>(BEARER, [])]);
                add(operation, SIGNED_IN);
            }
            add(operation, ANY);
            if operation.request_body.is_some() {
                add(operation, BODY);
            }
            if takes_key(operation) {
                add(operation, CHANGE);
            }
            if path.contains("/join/") {
                add(operation, &[("404", "The link is used up, replaced or too old.")]);
                add(operation, &[("409", "The invitation does not stand any more.")]);
            }
            if path.ends_with("/resume") {
                add(operation, &[("409", "The job is at work, or was taken back.")]);
            }
            if path == "/v1/sessions" {
                add(operation, &[("401", "E-mail or password is wrong.")]);
            }
        }
    }
}

/// What the path names in braces.
fn in_path(path: &str) -> impl Iterator<Item = Parameter> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).map(|name| {
        let (description, schema) = match name {
            "workspace" => ("Where.", i64::schema()),
            "member" => ("Who.", i64::schema()),
            "token" => ("The last part of the link.", String::schema()),
            _ => ("Which.", i64::schema()),
        };
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True);
        parameter.description(Some(description)).schema(Some(schema)).build()
    })
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch].into_iter().flatten()
}

fn takes_key(operation: &Operation) -> bool {
    let parameters = operation.parameters.iter().flatten();
    parameters
        .filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        })
        .any(|parameter| parameter.name == "Idempotency-Key" && parameter.parameter_in == ParameterIn::Header)
}

fn add(operation: &mut Operation, answers: &[(&str, &str)]) {
    for (status, description) in answers {
        let entry = operation.responses.responses.entry((*status).to_owned());
        entry.or_insert_with(|| RefOr::T(problem(description)));
    }
}

fn problem(description: &str) -> Response {
    let reference = utoipa::openapi::Ref::from_schema_name(Problem::name());
    let content = ContentBuilder::new().schema(Some(reference)).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}
