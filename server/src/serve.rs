//! A running server: listens, prints where it is, drains on SIGTERM or Ctrl-C, stops when the store has failed.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use data_encoding::HEXLOWER;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::app::{App, Shared};
use crate::beacon;
use crate::clock::SystemClock;
use crate::config::{self, Config};
use crate::demo;
use crate::edge::tls::Certificate;
use crate::edge::{self, Doors, stopped};
use crate::engine::Engine;
use crate::routes;
use crate::url::PublicUrl;

/// Connections that may wait to be accepted, as far as the system allows. Of a crowd that comes at once the library's
/// 1,024 leave out thousands, whose connections break a second later.
const BACKLOG: i32 = 8192;

/// A bound address.
pub struct Listening(TcpListener);

impl Listening {
    /// Binds `host:port`.
    ///
    /// # Errors
    /// As the operating system says.
    pub async fn bind(address: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        rustix::net::listen(&listener, BACKLOG)?;
        Ok(Self(listener))
    }

    /// The address visitors on this machine use.
    ///
    /// # Errors
    /// When the operating system does not tell the address.
    pub fn default_url(&self, tls: bool) -> anyhow::Result<PublicUrl> {
        let address = self.0.local_addr()?;
        let host =
            if address.ip().is_unspecified() { "127.0.0.1".to_owned() } else { address.ip().to_string() };
        let host = if address.is_ipv6() && host.contains(':') { format!("[{host}]") } else { host };
        let scheme = if tls { "https" } else { "http" };
        Ok(PublicUrl::parse(&format!("{scheme}://{host}:{}", address.port()))?)
    }
}

/// Serves until told to stop; then drains, makes the store durable and returns.
///
/// # Errors
/// When the demonstration cannot be applied or the server breaks.
pub async fn run(
    engine: Engine,
    listening: Listening,
    url: PublicUrl,
    config: &Config,
    with_demo: bool,
    say: impl Fn(&str),
) -> anyhow::Result<ExitCode> {
    let certificate = certificate(&config.tls)?;
    // From here on the signal is ours: it may not end the process half way.
    let told = told_to_stop()?;
    let (drain, draining) = watch::channel(false);
    let app = Shared::new(engine.clone(), Arc::new(SystemClock), url.clone(), config, draining.clone());
    let app = Arc::new(app);
    app.edge.show(engine.telemetry());
    if let Some(token) = engine.owner_token() {
        say(&owner_token(token.as_ref()));
    }
    if let Some(link) = first_owner(&app).await {
        say(&format!("console      {link}   (makes the first owner; works once, for seven days)"));
    }
    say(&format!(
        "public key   {}   (of every log; publish it where people trust you)",
        HEXLOWER.encode(&engine.public_key())
    ));
    let brand = if with_demo { Some(demo::Brand::bind(&listening.0, &url).await?) } else { None };
    if let Some(brand) = &brand {
        demo::apply(&app, &brand.origins()).await?;
    }
    announce(&app, brand.as_ref(), &say);

    let router = routes::router(Arc::clone(&app), config);
    let doors = Doors::new(config, Arc::clone(&app.edge), certificate.clone());
    let server = edge::serve(listening.0, router, doors, draining.clone());
    let brand_server = async {
        match brand {
            Some(brand) => brand.serve(stopped(draining.clone())).await.context("the brand's page broke"),
            None => Ok(()),
        }
    };
    let mail = app.mail.run(draining.clone());
    let notices = app.queue.run(draining.clone());
    let tidying = app.team.run(draining.clone());
    let draws = beacon::run(engine.clone(), config.beacon.relays.clone(), draining.clone());
    let served = async { tokio::join!(server, brand_server, mail, notices, tidying, draws).1 };
    tokio::pin!(served);
    let code = tokio::select! {
        result = &mut served => { result?; ExitCode::SUCCESS }
        () = told => ExitCode::SUCCESS,
        error = keep(certificate) => Err(error)?,
        reason = engine.failed() => {
            tracing::error!(reason, "the store has failed: nothing more is acknowledged; start again to recover from the journal");
            ExitCode::FAILURE
        }
    };
    let _ = drain.send(true);
    let patience = Duration::from_secs(config.server.drain_seconds);
    if tokio::time::timeout(patience, served).await.is_err() {
        tracing::warn!("some requests did not finish in time; their senders will try again");
    }
    engine.shutdown().await;
    tracing::info!("stopped");
    Ok(code)
}

/// What a first start says of the owner token.
#[must_use]
pub fn owner_token(token: &str) -> String {
    format!("owner token  {token}   (shown this once; keep it, it brings campaigns in)")
}

/// The link of the first owner, while nobody belongs to the team. Polls are answered without one: a disk that is full does
/// not keep the server from starting.
async fn first_owner(app: &App) -> Option<String> {
    let made = match app.team.is_empty() {
        Ok(true) => app.team.invite_owner().await,
        Ok(false) => return None,
        Err(error) => Err(error),
    };
    match made {
        Ok(link) => Some(app.join_link(&link.token)),
        Err(error) => {
            tracing::warn!(%error, "no link for the console's first owner could be made; the next start tries again");
            None
        }
    }
}

fn announce(app: &App, brand: Option<&demo::Brand>, say: &impl Fn(&str)) {
    for campaign in app.engine.campaigns() {
        say(&format!("hosted page  {}", app.url.join(&format!("/c/{campaign}"))));
        for id in app.engine.campaign(&campaign).map(|it| it.activities.clone()).unwrap_or_default() {
            if app.engine.activity(&id).is_some_and(|activity| activity.contest.is_some()) {
                say(&format!("its draw     {}", app.url.join(&format!("/d/{id}"))));
            }
        }
    }
    if let Some(brand) = brand {
        say(&format!("brand page   {}", brand.url()));
    }
    if !matches!(app.team.is_empty(), Ok(true)) {
        say(&format!("console      {}", app.url.join("/console")));
    }
    say(&format!("API          {}", app.url.join("/openapi.json")));
    if app.url.host() != app.engine.base() {
        say(&format!(
            "note         the logs are named after {}, fixed at the first start; this run is reached at {}",
            app.engine.base(),
            app.url
        ));
    }
}

/// The certificate, where one is configured.
fn certificate(tls: &config::Tls) -> anyhow::Result<Option<Arc<Certificate>>> {
    if tls.cert.as_os_str().is_empty() {
        return Ok(None);
    }
    let certificate = Certificate::open(&tls.cert, &tls.key);
    certificate.map(|it| Some(Arc::new(it))).context("[tls] names a certificate that cannot be used")
}

/// Keeps the certificate, where there is one, up to date; comes back only with an error.
async fn keep(certificate: Option<Arc<Certificate>>) -> std::io::Error {
    match certificate {
        Some(certificate) => match signal(SignalKind::hangup()) {
            Ok(hangup) => certificate.keep(hangup).await,
            Err(error) => error,
        },
        None => std::future::pending().await,
    }
}

/// Resolves at SIGTERM or Ctrl-C.
fn told_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_default_address_is_one_a_browser_on_this_machine_can_open() {
        let listening = Listening::bind("0.0.0.0:0").await.unwrap();
        assert!(listening.default_url(false).unwrap().as_str().starts_with("http://127.0.0.1:"));
    }
}
