//! `/console`: the shell of the console. Everything else of it is the bundle, and the API.

use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use fanfare_shared::campaign::Campaign;
use fanfare_shared::team::Right;
use fanfare_shared::wire::problem::Slug;
use fanfare_shared::{limits, text};
use serde::Deserialize;

use super::access::{Access, cookie};
use super::{drafts, sign_in};
use crate::app::App;
use crate::assets;
use crate::error::ApiError;
use crate::preview::{self, Phase};

/// Our own script and styles and nothing else, in no frame. Forms are sent by script alone. The widget is previewed in
/// frames of our own.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data: blob:; font-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// Pages for somebody who comes with a link and has no session yet.
const OPEN: [&str; 2] = ["/console/join", "/console/reset"];

/// The console, whatever the address below it: the bundle knows its pages. Without a session, the page to sign in.
pub(super) async fn shell(
    State(app): State<App>,
    OriginalUri(address): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let session = match cookie(&headers, &app.url) {
        Some(cookie) => app.team.signed_in(&cookie)?,
        None => None,
    };
    if session.is_none() && !OPEN.contains(&address.path()) {
        let to = address.path_and_query().map_or("/console", |it| it.as_str());
        return sign_in::page(&app, &headers, to);
    }
    bundle()
}

fn bundle() -> Result<Response, ApiError> {
    let (Some(script), Some(wasm), Some(style)) =
        (assets::logical("console.js"), assets::logical("console.wasm"), assets::logical("console.css"))
    else {
        let detail =
            "This program was built without the console. Build it with `cargo xtask build`, then the server.";
        return Err(ApiError::new(Slug::NotFound, detail));
    };
    let page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Fanfare</title>\
         <meta name=\"robots\" content=\"noindex\"><link rel=\"icon\" href=\"/favicon.ico\">\
         <link rel=\"stylesheet\" href=\"/assets/{}\"><link rel=\"modulepreload\" href=\"/assets/{}\">\
         <link rel=\"preload\" href=\"/assets/{}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\
         </head><body><div id=\"console\"></div>\
         <noscript>The console needs JavaScript. Visitors do not: every campaign has a page that works without.</noscript>\
         <script type=\"module\" src=\"/assets/{}\"></script></body></html>\n",
        style.name, script.name, wasm.name, script.name
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    Ok((headers, Html(page)).into_response())
}

/// Most options of a document that is shown: twenty activities of a question of fifty, or the like.
const MOST_OPTIONS: usize = 1000;

/// Which preview.
#[derive(Debug, Deserialize)]
pub(super) struct PreviewQuery {
    #[serde(default)]
    phase: Phase,
    lang: Option<String>,
}

/// A draft as visitors will see it, for a frame of the console. As it was saved last.
pub(super) async fn preview(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Query(query): Query<PreviewQuery>,
) -> Result<Response, ApiError> {
    let draft = drafts::found(&app, &access, &id)?;
    let campaign = Campaign::deserialize(draft.document()).map_err(|error| {
        ApiError::new(Slug::Refused, format!("It is not whole enough to be shown: {error}."))
    })?;
    shown(&app, &campaign, &query)
}

/// A campaign in force likewise: what is edited, as long as nothing is changed, is no draft yet.
pub(super) async fn preview_in_force(
    State(app): State<App>,
    access: Access,
    Path(id): Path<String>,
    Query(query): Query<PreviewQuery>,
) -> Result<Response, ApiError> {
    shown(&app, &access.campaign(&app, &id, Right::Edit)?.campaign, &query)
}

fn shown(app: &App, campaign: &Campaign, query: &PreviewQuery) -> Result<Response, ApiError> {
    let questions = campaign.activities.iter().flat_map(|activity| &activity.questions);
    let options = questions.map(|question| question.kind.behaviour().countable().len());
    if campaign.activities.len() > limits::ACTIVITIES || options.sum::<usize>() > MOST_OPTIONS {
        let detail = "It has more than a campaign may have: take something out to see the rest.";
        return Err(ApiError::new(Slug::Unfinished, detail));
    }
    let lang = text::choose(&campaign.languages, query.lang.as_deref().into_iter());
    Ok(preview::page(app, campaign, lang, query.phase))
}
