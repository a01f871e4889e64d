//! What holds for every route: CORS, security headers, problem documents, time limits, compression.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use fanfare_shared::wire::problem::Slug;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate, SizeAbove};
use tower_http::timeout::TimeoutLayer;

use super::intake;
use crate::app::App;
use crate::config::Config;
use crate::engine::CampaignState;
use crate::error::ApiError;
use crate::url::PublicUrl;

/// Bytes that travel as one packet with their headers: made smaller they arrive no sooner.
const ONE_PACKET: u64 = 1024;

/// Wraps the routes in what holds for all of them.
pub(super) fn layers(routes: Router<App>, config: &Config, app: &App) -> Router<App> {
    let compressed = DefaultPredicate::new()
        .and(NotForContentType::const_new("application/wasm"))
        .and(SizeAbove::new(ONE_PACKET));
    let body_time = Duration::from_secs(config.limits.body_seconds);
    let https = app.url.as_str().starts_with("https:");
    routes
        .layer(from_fn_with_state(body_time, intake::body))
        .layer(from_fn_with_state(app.clone(), intake::limit))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(config.server.timeout_seconds),
        ))
        .layer(CatchPanicLayer::custom(|_| panicked()))
        .layer(from_fn(problem))
        .layer(CompressionLayer::new().compress_when(compressed))
        .layer(from_fn(cors))
        .layer(from_fn_with_state(https, headers))
}

/// No error is a bare status: what the framework refuses by itself becomes a problem document like our own.
async fn problem(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let worded = kind.starts_with(b"application/problem+json") || kind.starts_with(b"text/html");
    if worded || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (slug, detail) = match status {
        // Too late to know what became of it.
        StatusCode::SERVICE_UNAVAILABLE => {
            (Slug::Unknown, "It took too long. Repeat the request, with the same key.")
        }
        _ if status.is_client_error() => {
            (Slug::BadParameter, "A part of the address is not well formed. Mend it.")
        }
        _ => (Slug::Internal, "The request was not completed. The operator finds the reason in the log."),
    };
    ApiError::new(slug, detail).into_response()
}

fn panicked() -> Response<Body> {
    ApiError::new(Slug::Internal, "The request was not completed. The operator finds the reason in the log.")
        .into_response()
}

/// Nothing is served at this address.
pub(super) async fn not_found() -> ApiError {
    ApiError::not_found("address")
}

/// The address exists, the method does not.
pub(super) async fn method_not_allowed() -> ApiError {
    ApiError::new(Slug::MethodNotAllowed, "The header Allow names the methods that are.")
}

/// Cross-origin rules. There are no cookies, so a response holds nothing that its reader did not bring: reads answer
/// any origin, with one header for all so that a cache is not split. Writes are checked by [`check_origin`]; their
/// answers, refusals too, can be read by the page that sent them, so that the widget can say what is wrong.
async fn cors(request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let method = request.method().clone();
    let preflight = method == Method::OPTIONS && origin.is_some();
    let mut response =
        if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    // Without it a widget on another origin could not see how long to wait, nor what to quote.
    let exposed = HeaderValue::from_static("retry-after, x-request-id");
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    if matches!(method, Method::GET | Method::HEAD) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        return response;
    }
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    if preflight {
        let fixed = [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT"),
            (
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                "authorization, content-type, idempotency-key, last-event-id",
            ),
            (header::ACCESS_CONTROL_MAX_AGE, "7200"),
        ];
        for (name, value) in fixed {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    response
}

/// Refuses a write from a page whose origin the campaign does not list.
///
/// Without the header the sender is no browser's page: there is nothing of a visitor's to misuse.
///
/// # Errors
/// Origin not allowed.
pub(super) fn check_origin(
    headers: &HeaderMap,
    campaign: &CampaignState,
    url: &PublicUrl,
) -> Result<(), ApiError> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().unwrap_or("");
    if origin == url.as_str() || campaign.campaign.allows(origin) {
        return Ok(());
    }
    Err(ApiError::field(
        Slug::OriginNotAllowed,
        "header:Origin",
        "The campaign does not list this page's origin. Its owner adds it to `origins`.",
    ))
}

/// Security headers of every response; pages add their own policy.
async fn headers(State(https): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in SECURITY {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, A_YEAR);
        // Means nothing inside a frame, so the hosted page can still be embedded; browsers complain of it on plain http.
        headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    }
    response
}

const SECURITY: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // `no-referrer` would make browsers send `Origin: null` with the hosted page's own forms.
    (header::REFERRER_POLICY, "same-origin"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Not for the hosts below ours: they are not ours.
const A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");
