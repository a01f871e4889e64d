//! The demonstration: an invented ice-cream brand's page on a second port, so that it is truly another origin, and its
//! campaigns, brought in through the same door as everybody's.

mod contests;

use std::net::{IpAddr, SocketAddr};

use anyhow::Context;
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fanfare_shared::campaign::Campaign;
use tokio::net::TcpListener;

use crate::app::App;
use crate::campaigns::{self, Format};
use crate::url::PublicUrl;

pub use contests::record;

/// The documents of the demonstration.
const CAMPAIGNS: [&[u8]; 2] =
    [include_bytes!("../../../demo/aurora.toml"), include_bytes!("../../../demo/laboratorio.toml")];

/// The files of the brand's page: path, content type, text. `{{SERVER}}` is this server's address.
const FILES: [(&str, &str, &str); 7] = [
    ("/", "text/html; charset=utf-8", include_str!("../../../demo/brand/index.html")),
    ("/en", "text/html; charset=utf-8", include_str!("../../../demo/brand/en.html")),
    ("/brand.css", "text/css; charset=utf-8", include_str!("../../../demo/brand/brand.css")),
    ("/art.svg", "image/svg+xml", include_str!("../../../demo/brand/art.svg")),
    ("/mark.svg", "image/svg+xml", include_str!("../../../demo/brand/mark.svg")),
    ("/hero-day.svg", "image/svg+xml", include_str!("../../../demo/brand/hero-day.svg")),
    ("/hero-night.svg", "image/svg+xml", include_str!("../../../demo/brand/hero-night.svg")),
];

/// The brand's own web server.
pub struct Brand {
    listener: TcpListener,
    server: PublicUrl,
    port: u16,
}

impl Brand {
    /// Listens on the port after the server's, or on any free one.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn bind(server: &TcpListener, url: &PublicUrl) -> anyhow::Result<Self> {
        let address = server.local_addr()?;
        let beside = SocketAddr::new(address.ip(), address.port().wrapping_add(1));
        let any = SocketAddr::new(address.ip(), 0);
        let listener = match TcpListener::bind(beside).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind(any).await.context("no port for the brand's page")?,
        };
        let port = listener.local_addr()?.port();
        Ok(Self { listener, server: url.clone(), port })
    }

    /// The page's address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}:{}/", self.host(), self.port)
    }

    fn host(&self) -> String {
        match self.listener.local_addr().map(|address| address.ip()) {
            Ok(IpAddr::V6(ip)) if !ip.is_unspecified() => format!("[{ip}]"),
            Ok(ip) if !ip.is_unspecified() => ip.to_string(),
            _ => "127.0.0.1".to_owned(),
        }
    }

    /// The origins under which a browser on this machine may open the page.
    #[must_use]
    pub fn origins(&self) -> Vec<String> {
        [self.host(), "localhost".to_owned()].map(|host| format!("http://{host}:{}", self.port)).to_vec()
    }

    /// Serves the page until `stop`.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        let policy = format!(
            "default-src 'none'; style-src 'self'; img-src 'self'; script-src {server} 'wasm-unsafe-eval'; \
             connect-src {server}; frame-src {server}; base-uri 'none'; form-action {server}",
            server = self.server
        );
        let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
        let router = FILES.iter().fold(Router::new(), |router, (path, kind, text)| {
            let body = text.replace("{{SERVER}}", self.server.as_str());
            let policy = policy.clone();
            router.route(path, get(move || async move { file(kind, policy, body) }))
        });
        axum::serve(self.listener, router).with_graceful_shutdown(stop).await
    }
}

fn file(kind: &'static str, policy: HeaderValue, body: String) -> Response {
    let fixed = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (fixed, body).into_response()
}

/// Applies the demonstration's campaigns; pages of `origins` may send answers too.
///
/// # Errors
/// When a document is refused or cannot be stored.
pub async fn apply(app: &App, origins: &[String]) -> anyhow::Result<()> {
    for bytes in CAMPAIGNS {
        let mut campaign: Campaign = campaigns::read(bytes, Format::Toml)?;
        allow(&mut campaign, origins);
        let apply = campaigns::resolve(campaign, app.now(), app.engine.entropy())?;
        app.engine.apply(apply).await.context("the demonstration cannot be applied to this store")?;
    }
    contests::soon(&app.engine, origins).await
}

/// Lets pages of these origins send answers.
fn allow(campaign: &mut Campaign, origins: &[String]) {
    for origin in origins {
        if !campaign.allows(origin) {
            campaign.origins.push(origin.clone());
        }
    }
}
