//! `/c/{campaign}/code.svg`: the hosted page as a QR code, for packs and posters.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use fanfare_shared::wire::problem::Slug;

use crate::app::App;
use crate::error::ApiError;
use crate::qr;

/// The code.
pub(super) async fn svg(State(app): State<App>, Path(id): Path<String>) -> Result<Response, ApiError> {
    let campaign = app.campaign(&id)?;
    let link = app.url.join(&format!("/c/{}", campaign.campaign.campaign));
    let picture = qr::svg(&link, &link);
    let picture =
        picture.ok_or_else(|| ApiError::new(Slug::Internal, "The address is too long for a code."))?;
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
    Ok((headers, picture).into_response())
}
