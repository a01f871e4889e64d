//! `/metrics`, on a listener of its own. Never on the public one: the figures show each log growing by the second, which
//! its public view hides on purpose (`docs/PROTOCOL.md`, 2).

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use super::Telemetry;

/// What the text is.
const OPEN_METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// Answers scrapes until the process ends, also while it drains. Gives the address, for port 0 takes a free one.
///
/// # Errors
/// As the operating system says.
pub async fn start(address: &str, telemetry: Arc<Telemetry>) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "whoever reaches this address can read the metrics; keep it off public networks");
    }
    let router = Router::new().route("/metrics", get(metrics)).with_state(telemetry);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::warn!(%error, "metrics are no longer served; visitors are not concerned");
        }
    });
    Ok(address)
}

async fn metrics(State(telemetry): State<Arc<Telemetry>>) -> Response {
    // It looks at files: not on the threads that answer visitors.
    let figures = tokio::task::spawn_blocking(move || telemetry.render()).await.unwrap_or_default();
    ([(header::CONTENT_TYPE, OPEN_METRICS)], figures).into_response()
}
