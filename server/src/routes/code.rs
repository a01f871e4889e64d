//! `/c/{campaign}/code.svg`: the hosted page as a QR code, for packs and posters.

use std::fmt::Write as _;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use fanfare_shared::wire::problem::Slug;
use qrcode::{Color, EcLevel, QrCode};

use crate::app::App;
use crate::error::ApiError;

/// Empty modules around the code (ISO/IEC 18004, 9.1): without them a phone does not find it.
const QUIET: usize = 4;

/// The code.
pub(super) async fn svg(State(app): State<App>, Path(id): Path<String>) -> Result<Response, ApiError> {
    let campaign = app.campaign(&id)?;
    let link = app.url.join(&format!("/c/{}", campaign.campaign.campaign));
    // Level M reads with 15 % of it covered or scratched.
    let code = QrCode::with_error_correction_level(&link, EcLevel::M)
        .map_err(|_| ApiError::new(Slug::Internal, "The address is too long for a code."))?;
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
    Ok((headers, drawn(&code, &link)).into_response())
}

/// One path of unit squares, a stroke for each row of them.
fn drawn(code: &QrCode, link: &str) -> String {
    let width = code.width();
    let size = width + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
            }
            x += run.len();
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\" role=\"img\">\
         <title>{link}</title><path fill=\"#fff\" d=\"M0 0h{size}v{size}h-{size}z\"/><path d=\"{path}\"/></svg>"
    )
}
