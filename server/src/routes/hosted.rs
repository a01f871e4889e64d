//! `/c/{campaign}`: the hosted page. Works without JavaScript; also what pages embed that forbid everything else.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Deserialize;

use super::http::said;
use super::participants;
use crate::app::App;
use crate::render::{self, Visit};

/// Whose page, after which act. Ill-formed values are as good as none.
#[derive(Debug, Deserialize)]
pub(super) struct PageQuery {
    lang: Option<String>,
    me: Option<String>,
    done: Option<String>,
    erased: Option<String>,
}

/// The page.
pub(super) async fn page(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
) -> Response {
    let accepted = Some(said(&headers, header::ACCEPT_LANGUAGE));
    let campaign = match app.campaign(&id) {
        Ok(campaign) => campaign,
        Err(error) => return render::message_page(&app, guess(query.lang.as_deref(), accepted), &error),
    };
    let lang = render::language(&campaign, query.lang.as_deref(), accepted);
    if query.erased.is_some() {
        return render::erased_page(&app, &campaign, &lang);
    }
    let visit = Visit {
        participant: query.me.and_then(|me| me.parse().ok()),
        done: query.done.and_then(|done| done.parse().ok()),
    };
    render::hosted_page(&app, &campaign, &lang, &visit)
}

/// "Your answers".
pub(super) async fn you(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let accepted = Some(said(&headers, header::ACCEPT_LANGUAGE));
    let found = app.campaign(&id).and_then(|campaign| {
        let asked = participants::read(&headers, &body)?;
        let acts = app.engine.acts_of(&asked.participant)?;
        Ok((campaign, asked, acts))
    });
    match found {
        Ok((campaign, asked, acts)) => {
            let lang = render::language(&campaign, asked.lang.as_deref(), accepted);
            render::you_page(&app, &campaign, &lang, asked.participant, acts)
        }
        Err(error) => render::message_page(&app, guess(None, accepted), &error),
    }
}

/// The language of a page that belongs to no campaign.
pub(super) fn guess<'a>(wanted: Option<&'a str>, accepted: Option<&'a str>) -> &'a str {
    let tag = wanted.or(accepted).unwrap_or("en");
    if tag.to_ascii_lowercase().starts_with("it") { "it" } else { "en" }
}
