//! `/openapi.json`: the contract, made from the routes themselves.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContactBuilder, HeaderBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref,
    RefOr, ServerBuilder, tag::TagBuilder,
};

use crate::app::App;
use crate::campaigns::{self, Format};

/// The document without its routes.
pub(super) fn base() -> OpenApi {
    let owner = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "A member's token (made in the console, with some of the member's rights), or the owner token that the first \
             start printed",
        ))
        .build();
    let mut components = Components::new();
    components.add_security_scheme("token", SecurityScheme::Http(owner));

    let tags = [
        ("campaigns", "What a tag embeds"),
        ("acts", "What visitors send"),
        ("results", "Counts, and their changes as they happen"),
        ("participants", "What participants ask about themselves"),
        ("queue", "What waits for a person of the team"),
        ("team", "The console's side: members, sessions, who did what"),
        ("verify", "The public log: everything needed to check a receipt and to recount"),
        ("operate", "For those who watch over the server"),
    ];
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Fanfare")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "Polls, contests and idea boards on a brand's own host; each act in a public log. No cookies but the \
                     console's session. \
                     Errors are problem documents (RFC 9457) with stable types, explained at /docs/errors.",
                ))
                .contact(Some(ContactBuilder::new().name(Some("Fanfare")).build()))
                .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").build()))
                .build(),
        )
        .servers(Some([ServerBuilder::new().url("/").build()]))
        .tags(Some(tags.map(|(name, text)| TagBuilder::new().name(name).description(Some(text)).build())))
        .components(Some(components))
        .build()
}

/// Says how a session is proven: by a cookie of this name.
pub(super) fn with_cookie(mut document: OpenApi, name: &str) -> OpenApi {
    let said = "A session of the console. Writes count only from its own pages; never together with a token";
    let session = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(name, said)));
    document.components.get_or_insert_default().add_security_scheme("session", session);
    document
}

/// Says of every answer that it names its request.
pub(super) fn with_request_ids(mut document: OpenApi) -> OpenApi {
    let uuid = SchemaFormat::Custom("uuid".to_owned());
    let id = HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).format(Some(uuid))))
        .description(Some("Id of the request. Quote it to the operator, who finds it in the log"))
        .build();
    let components = document.components.get_or_insert_default();
    components.headers.insert("RequestId".to_owned(), RefOr::T(id));
    let items = document.paths.paths.values_mut();
    let operations = items
        .flat_map(|item| [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete])
        .flatten();
    for response in operations.flat_map(|operation| operation.responses.responses.values_mut()) {
        if let RefOr::T(response) = response {
            let named = RefOr::Ref(Ref::new("#/components/headers/RequestId"));
            response.headers.insert("X-Request-Id".to_owned(), named);
        }
    }
    document
}

/// The document as JSON with two spaces.
pub(super) fn written(document: OpenApi) -> String {
    let mut json = serde_json::to_value(document).unwrap_or_default();
    // The schema's maker cannot read a name that a macro hands over, and takes the variant's.
    if let Some(kinds) = json.pointer_mut("/components/schemas/Kind/oneOf").and_then(Value::as_array_mut) {
        for name in kinds.iter_mut().filter_map(|kind| kind.pointer_mut("/allOf/1/properties/type/enum/0")) {
            *name = name.as_str().unwrap_or_default().to_ascii_lowercase().into();
        }
    }
    // Each part of a question forbids fields it does not know, and so the other parts: the whole forbids them instead.
    if let Some(schemas) = json.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        for part in ["Single", "Multiple", "Rating", "Question"] {
            let Some(part) = schemas.get_mut(part) else { continue };
            let all = part.pointer_mut("/allOf").and_then(Value::as_array_mut).map(std::mem::take);
            let mut parts = all.unwrap_or_default();
            for object in parts.iter_mut().chain([&mut *part]).filter_map(Value::as_object_mut) {
                object.remove("additionalProperties");
            }
            if !parts.is_empty() {
                part["allOf"] = parts.into();
                part["unevaluatedProperties"] = false.into();
            }
        }
    }
    // The router's "the rest of the path" is no notion of OpenAPI.
    serde_json::to_string_pretty(&json).unwrap_or_default().replace("{*path}", "{path}")
}

/// The demonstration's campaign, as the example of a document.
pub(super) fn aurora() -> serde_json::Value {
    campaigns::read(include_bytes!("../../../demo/aurora.toml"), Format::Toml)
        .ok()
        .and_then(|campaign| serde_json::to_value(campaign).ok())
        .unwrap_or_default()
}

/// The document.
pub(super) async fn document(State(app): State<App>) -> Response {
    let fixed = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")];
    (fixed, app.openapi.to_string()).into_response()
}
