//! The loader and the files it fetches. Names carry the hash of the content, so they may be kept for ever.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::http::said;
use crate::assets::{self, Asset};
use crate::error::ApiError;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// The loader's address never changes, so that a tag pasted once stays: caches ask again after a few minutes.
const FOR_MINUTES: HeaderValue =
    HeaderValue::from_static("public, max-age=300, stale-while-revalidate=86400");

/// `/f.js`
pub(super) async fn loader(headers: HeaderMap) -> Result<Response, ApiError> {
    let asset = assets::logical("f.js").ok_or_else(|| ApiError::not_found("file"))?;
    Ok(send(asset, &headers, FOR_MINUTES))
}

/// `/assets/{name}`
pub(super) async fn file(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, ApiError> {
    if let Some(asset) = assets::by_path(&name) {
        return Ok(send(asset, &headers, FOR_EVER));
    }
    // A loader that a cache kept over an upgrade asks for what it knew; these files stand by themselves and may be the new
    // ones.
    let of = |stem: &str| {
        name.strip_prefix(stem).is_some_and(|rest| rest.starts_with('-') && rest.ends_with(".js"))
    };
    let newer = ["measure", "check"].into_iter().find(|stem| of(stem));
    let newer = newer.and_then(|stem| assets::logical(&format!("{stem}.js")));
    let newer = newer.ok_or_else(|| ApiError::not_found("file"))?;
    Ok(send(newer, &headers, FOR_MINUTES))
}

fn send(asset: &'static Asset, headers: &HeaderMap, cache: HeaderValue) -> Response {
    let fixed = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
        (header::CACHE_CONTROL, cache),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    match asset.brotli.filter(|_| accepts_brotli(headers)) {
        Some(packed) => {
            (fixed, [(header::CONTENT_ENCODING, HeaderValue::from_static("br"))], packed).into_response()
        }
        None => (fixed, asset.body).into_response(),
    }
}

/// Whether the reader takes brotli.
pub(super) fn accepts_brotli(headers: &HeaderMap) -> bool {
    said(headers, header::ACCEPT_ENCODING)
        .split(',')
        .map(str::trim)
        .any(|coding| coding == "br" || coding.starts_with("br;q=") && coding != "br;q=0")
}
