//! `/d/{contest}`: what the public sees of a draw, before it, in its minute, and after. Works without JavaScript.
//! `/verify`: the page that checks it, in the visitor's browser.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use fanfare_shared::wire::problem::Slug;
use serde::Deserialize;

use super::hosted::guess;
use super::http::said;
use crate::app::App;
use crate::error::ApiError;
use crate::render;

/// In which language.
#[derive(Debug, Deserialize)]
pub(super) struct PageQuery {
    lang: Option<String>,
}

/// The page.
pub(super) async fn page(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
) -> Response {
    let accepted = Some(said(&headers, header::ACCEPT_LANGUAGE));
    match found(&app, &id, query.lang.as_deref(), accepted).await {
        Ok(page) => page,
        Err(error) => render::message_page(&app, guess(query.lang.as_deref(), accepted), &error),
    }
}

/// The page that checks.
pub(super) async fn verify(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
) -> Response {
    let accepted = Some(said(&headers, header::ACCEPT_LANGUAGE));
    render::verify_page(&app, guess(query.lang.as_deref(), accepted))
}

async fn found(
    app: &App,
    id: &str,
    wanted: Option<&str>,
    accepted: Option<&str>,
) -> Result<Response, ApiError> {
    let missing = || ApiError::not_found("contest");
    let activity = app.activity(id).map_err(|_| missing())?;
    let campaign = app.campaign(activity.campaign.as_str())?;
    let lang = render::language(&campaign, wanted, accepted);
    let app = app.clone();
    // The first who asks after the draw has the whole list read: not on the threads that answer everybody else.
    let page = tokio::task::spawn_blocking(move || {
        let made = app.certificates.of(&app.engine, &activity)?;
        render::draw::page(&app, &campaign, &activity, &lang, made.as_deref())
    });
    let page = page.await.map_err(|_| ApiError::new(Slug::Internal, "The page could not be made."))??;
    page.ok_or_else(missing)
}
