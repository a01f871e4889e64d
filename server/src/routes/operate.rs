//! `/api/v1/operate`: how the server does, for those who look after it.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use fanfare_shared::team::Right;
use fanfare_shared::wire::operate::{LogSummary, Operate};

use super::access::Access;
use super::problems::ReadProblems;
use crate::app::App;
use crate::engine::{Health, LogId};
use crate::error::ApiError;

/// Most logs that are listed.
const LOGS: usize = 200;

/// Look at the server
///
/// Version, health, figures, logs, and every setting in force, secrets hidden. For owners of the whole installation.
#[utoipa::path(
    get, path = "/api/v1/operate", tag = "operate", security(("session" = []), ("token" = [])),
    responses(
        (status = 200, description = "The server as it is now", body = Operate),
        ReadProblems,
    )
)]
pub(super) async fn read(State(app): State<App>, access: Access) -> Result<Response, ApiError> {
    access.require(Right::Operate, None)?;
    let (failed, notes) = match app.engine.health() {
        Health::Ready { notes } => (None, notes),
        Health::NotReady(reason) => (Some(reason), Vec::new()),
    };
    let operate = Operate {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started: app.started,
        now: app.now(),
        url: app.url.as_str().to_owned(),
        host: app.engine.base().to_owned(),
        key: HEXLOWER.encode(&app.engine.public_key()),
        failed,
        notes,
        figures: app.engine.telemetry().figures(),
        logs: logs(&app),
        settings: app.settings.clone(),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(operate)).into_response())
}

fn logs(app: &App) -> Vec<LogSummary> {
    let campaigns = app.engine.campaigns().into_iter().filter_map(|id| app.engine.campaign(&id));
    let activities = campaigns.flat_map(|state| state.activities.clone());
    let mut logs: Vec<LogSummary> = activities
        .filter_map(|id| {
            let activity = app.engine.activity(&id)?;
            let size = app.engine.log(&LogId::Activity(id))?.size();
            Some(LogSummary { origin: activity.log_origin.clone(), size, sealed: activity.sealed.is_some() })
        })
        .collect();
    logs.sort_by_key(|log| (log.sealed, std::cmp::Reverse(log.size)));
    logs.truncate(LOGS);
    logs
}
