//! What is said to a sender whose bytes are no request: the one answer that no route gives.

use axum::http::StatusCode;
use fanfare_shared::wire::problem::Slug;

use crate::error::ApiError;

/// A whole HTTP message with a problem document; the connection ends after it.
pub(super) fn message(status: StatusCode) -> Vec<u8> {
    let error = match status {
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => ApiError::new(
            Slug::HeadersTooLarge,
            "Line and headers of a request have at most 16 KiB and 100 headers. Send fewer.",
        ),
        StatusCode::URI_TOO_LONG => {
            ApiError::new(Slug::AddressTooLong, "Send a shorter address; all of ours are.")
        }
        _ => {
            ApiError::new(Slug::MalformedRequest, "This is not HTTP/1.1. Mend the request and send it again.")
        }
    };
    let status = error.status();
    let body = serde_json::to_string(&*error.0).unwrap_or_default();
    let reason = status.canonical_reason().unwrap_or_default();
    let head = format!(
        "HTTP/1.1 {} {reason}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n",
        status.as_u16(),
        body.len()
    );
    (head + &body).into_bytes()
}
