//! The limit: bare axum handlers. One parses the same JSON and answers at once, storing nothing; one answers a read with
//! the same bytes and headers.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;

/// The same shape as an act, parsed in full.
#[derive(Deserialize)]
struct Act {
    act: String,
    participant: Option<String>,
    answers: BTreeMap<String, String>,
}

/// Serves on a free port; `read` is what reads are answered with.
pub(crate) async fn serve(read: (HeaderMap, Bytes)) -> anyhow::Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new().route("/acts", post(take)).route("/read", get(async move || read.clone()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn take(Json(act): Json<Act>) -> Json<serde_json::Value> {
    let said = act.answers.len() + act.act.len() + act.participant.map_or(0, |secret| secret.len());
    Json(serde_json::json!({ "said": said }))
}
