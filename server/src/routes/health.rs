//! `/healthz` and `/readyz`, for those who watch over the server.

use axum::extract::State;
use fanfare_shared::wire::problem::{Problem, Slug};

use crate::app::App;
use crate::engine::Health;
use crate::error::ApiError;

/// Whether the process lives
#[utoipa::path(get, path = "/healthz", tag = "operate",
    responses((status = 200, description = "It does", body = String, content_type = "text/plain")))]
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// Whether the server takes acts
#[utoipa::path(get, path = "/readyz", tag = "operate", responses(
    (status = 200, description = "It does; after the first line, one line for each thing that the operator should \
        know of the last start", body = String, content_type = "text/plain"),
    (status = 503, description = "It does not, and why", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn ready(State(app): State<App>) -> Result<String, ApiError> {
    if *app.draining.borrow() {
        return Err(ApiError::new(Slug::NotReady, "The server is stopping."));
    }
    match app.engine.health() {
        Health::Ready { notes } => {
            let notes = notes.iter().map(|note| format!("note: {note}\n"));
            Ok(std::iter::once("ready\n".to_owned()).chain(notes).collect())
        }
        Health::NotReady(reason) => Err(ApiError::new(Slug::NotReady, reason)),
    }
}
