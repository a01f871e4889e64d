//! `GET /api/v1/live`: one stream of server-sent events for a page, whatever the number of its widgets.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use fanfare_shared::limits;
use fanfare_shared::wire::problem::{Problem, Slug};
use serde::Deserialize;

use crate::app::App;
use crate::error::ApiError;
use crate::live::{self, Followed};

/// What to follow.
#[derive(Debug, Deserialize)]
pub(super) struct LiveQuery {
    /// Activity ids joined by commas, each with `~<results token>` where the rules ask for one.
    activities: Option<String>,
}

/// One event of the stream, as its lines say it.
#[derive(Debug, utoipa::ToSchema)]
#[expect(dead_code, reason = "the document alone names it")]
pub(super) struct LiveEvent {
    /// `tally`.
    event: String,
    /// The tally's `seq`.
    id: String,
    /// A tally, as of `GET …/tally`.
    data: String,
}

/// Follow results
///
/// Events `tally` (data: a tally as of `GET …/tally`; id: its `seq`), a few a second at most. A reconnecting browser
/// sends Last-Event-ID and gets what it missed. Activities whose results this reader may not see stay silent.
#[utoipa::path(
    get, path = "/api/v1/live", tag = "results",
    params(
        ("activities" = String, Query, pattern = "^[a-z2-7]{26}(~[^,~]+)?(,[a-z2-7]{26}(~[^,~]+)?){0,19}$",
            description = "Ids joined by commas, `~<results token>` after an id where needed", example = "svxf4gt2yvqr2g2edjnppks6ky"),
        ("Last-Event-ID" = Option<String>, Header, description = "Resume after this event; what is no number is passed over"),
    ),
    responses(
        (status = 200, description = "The stream", body = LiveEvent, content_type = "text/event-stream"),
        (status = 400, description = "No activities, or too many", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such activity", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn stream(
    State(app): State<App>,
    Query(query): Query<LiveQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let followed = followed(&app, query.activities.as_deref().unwrap_or(""))?;
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok()).unwrap_or(0);
    let events = live::follow(app, followed, last);
    let sse = Sse::new(tokio_stream::StreamExt::map(events, |tally| {
        Ok::<_, Infallible>(Event::default().event("tally").id(tally.seq.to_string()).data(&tally.json))
    }))
    .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)));
    // A proxy that gathers the stream would hold the bars still.
    Ok(([(header::CACHE_CONTROL, "no-store")], [("x-accel-buffering", "no")], sse).into_response())
}

fn followed(app: &App, activities: &str) -> Result<Vec<Followed>, ApiError> {
    let names: Vec<&str> = activities.split(',').filter(|name| !name.is_empty()).collect();
    if names.is_empty() || names.len() > limits::LIVE_ACTIVITIES {
        let detail = format!("name 1 to {} activities, joined by commas", limits::LIVE_ACTIVITIES);
        return Err(ApiError::field(Slug::BadParameter, "query:activities", detail));
    }
    names
        .into_iter()
        .map(|name| {
            let (id, token) = name.split_once('~').map_or((name, None), |(id, token)| (id, Some(token)));
            let activity = app.activity(id)?;
            Ok(Followed { reader: app.reader(&activity.id, token), activity: activity.id.clone() })
        })
        .collect()
}
