//! What holds for every route: CORS, security headers, problem documents, time limits, compression.

use std::convert::Infallible;
use std::future::ready;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use fanfare_shared::wire::problem::Slug;
use futures_util::FutureExt;
use tower::{Layer, ServiceExt, service_fn};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate, SizeAbove};

use super::{hosted, intake};
use crate::app::App;
use crate::config::Config;
use crate::engine::CampaignState;
use crate::error::ApiError;
use crate::render;
use crate::telemetry::requests::{Routes, observe};
use crate::url::PublicUrl;

/// Bytes that travel as one packet with their headers: made smaller they arrive no sooner.
const ONE_PACKET: u64 = 1024;

/// What every request passes.
struct Frame {
    app: App,
    routes: Routes,
    https: bool,
    body: Duration,
    answer: Duration,
}

/// Wraps the routes in what holds for all of them: one layer with plain calls in it, because each layer is boxed, and
/// cloned for every request.
pub(super) fn framed(routes: Router<App>, watched: Routes, config: &Config, app: &App) -> Router<App> {
    let frame = Frame {
        app: Arc::clone(app),
        routes: watched,
        https: app.url.is_https(),
        body: Duration::from_secs(config.limits.body_seconds),
        answer: Duration::from_secs(config.server.timeout_seconds),
    };
    routes.layer(from_fn_with_state(Arc::new(frame), pass))
}

/// The way of every request, from the outside in and back.
async fn pass(State(frame): State<Arc<Frame>>, request: Request, next: Next) -> Response {
    let Frame { app, routes, https, body, answer } = &*frame;
    observe(routes, request, async |request| {
        let mut response = cors(request, async |request| {
            let accepts = request.headers().get(header::ACCEPT_ENCODING).cloned();
            // In its place from the start: what is handed over is kept twice.
            let admitted = pin!(async {
                if let Some(later) = intake::limit(app, &request) {
                    return later;
                }
                match intake::body(*body, request).await {
                    Ok(request) => next.run(request).await,
                    Err(refused) => refused,
                }
            });
            compressed(accepts, answered(admitted, *answer).await).await
        })
        .await;
        secure(response.headers_mut(), *https);
        response
    })
    .await
}

/// An answer in time, and a problem document whatever happens.
async fn answered(answer: Pin<&mut impl Future<Output = Response>>, time: Duration) -> Response {
    match tokio::time::timeout(time, AssertUnwindSafe(answer).catch_unwind()).await {
        Ok(Ok(response)) => worded(response),
        Ok(Err(_panic)) => ApiError::new(Slug::Internal, FAILED).into_response(),
        // Too late to know what became of it.
        Err(_) => {
            let detail = "It took too long. Repeat the request, with the same key.";
            ApiError::new(Slug::Unknown, detail).into_response()
        }
    }
}

/// An answer as small as its reader understands, where that is worth it. Most go round the library: the body it makes
/// has 6 KB of its own, compressed or not.
async fn compressed(accepts: Option<HeaderValue>, mut response: Response) -> Response {
    let worth = DefaultPredicate::new()
        .and(NotForContentType::const_new("application/wasm"))
        .and(SizeAbove::new(ONE_PACKET));
    if response.headers().contains_key(header::CONTENT_ENCODING) || !worth.should_compress(&response) {
        return response;
    }
    let Some(accepts) = accepts else {
        response.headers_mut().append(header::VARY, HeaderValue::from_name(header::ACCEPT_ENCODING));
        return response;
    };
    let mut request = Request::new(Body::empty());
    request.headers_mut().insert(header::ACCEPT_ENCODING, accepts);
    let mut response = Some(response);
    let answer = service_fn(move |_| ready(Ok::<_, Infallible>(response.take().unwrap_or_default())));
    let compressed = CompressionLayer::new().compress_when(worth).layer(answer).oneshot(request);
    Box::pin(compressed).await.into_response()
}

const FAILED: &str = "The request was not completed. The operator finds the reason in the log.";

/// No error is a bare status: what the framework refuses by itself becomes a problem document like our own.
fn worded(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let worded = kind.starts_with(b"application/problem+json") || kind.starts_with(b"text/html");
    if worded || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (slug, detail) = if status.is_client_error() {
        (Slug::BadParameter, "A part of the address is not well formed. Mend it.")
    } else {
        (Slug::Internal, FAILED)
    };
    ApiError::new(slug, detail).into_response()
}

/// Nothing is served at this address.
pub(super) async fn not_found(State(app): State<App>, headers: HeaderMap) -> Response {
    told(&app, &headers, ApiError::not_found("address"))
}

/// What is wrong, as a page for a browser that shows pages, as a problem document for everybody else.
pub(super) fn told(app: &App, headers: &HeaderMap, error: ApiError) -> Response {
    if said(headers, header::ACCEPT).contains("text/html") {
        let lang = hosted::guess(None, Some(said(headers, header::ACCEPT_LANGUAGE)));
        render::message_page(app, lang, &error)
    } else {
        error.into_response()
    }
}

/// The address exists, the method does not.
pub(super) async fn method_not_allowed() -> ApiError {
    ApiError::new(Slug::MethodNotAllowed, "The header Allow names the methods that are.")
}

/// Cross-origin rules. There are no cookies, so a response holds nothing that its reader did not bring: reads answer
/// any origin, with one header for all so that a cache is not split. Writes are checked by [`check_origin`]; their
/// answers, refusals too, can be read by the page that sent them, so that the widget can say what is wrong.
async fn cors(request: Request, answer: impl AsyncFnOnce(Request) -> Response) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let method = request.method().clone();
    let preflight = method == Method::OPTIONS && origin.is_some();
    let mut response = if preflight { StatusCode::NO_CONTENT.into_response() } else { answer(request).await };
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
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE"),
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

/// What a header says; nothing where it is absent, or no text.
pub(super) fn said(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Security headers of every response; pages add their own policy.
fn secure(headers: &mut HeaderMap, https: bool) {
    for (name, value) in SECURITY {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, A_YEAR);
        // Means nothing inside a frame, so the hosted page can still be embedded; browsers complain of it on plain http.
        headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    }
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
