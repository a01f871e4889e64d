//! `fanfare serve`

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use rustix::process::{Resource, getrlimit, setrlimit};
use tracing::Level;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use super::{Folders, output};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::demo;
use crate::engine::{Engine, Open};
use crate::serve::{self, Listening};
use crate::telemetry::listener;
use crate::url::PublicUrl;

/// Serve visitors, until SIGTERM or Ctrl-C.
#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    #[command(flatten)]
    folders: Folders,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Public address; fixed at the first start, for it names the logs [default: http:// and the address listened on]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Settings file (`fanfare config example` prints one)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Bring in the demonstration campaigns, and serve an invented brand's page on a second port
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let mut config = Config::load(self.config.as_deref(), std::env::vars())?;
        if let Some(listen) = self.listen {
            config.server.listen = listen;
        }
        if let Some(url) = self.url {
            config.server.url = url;
        }
        log(&config)?;
        open_files(config.limits.connections);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let listening = Listening::bind(&config.server.listen)
                .await
                .with_context(|| format!("cannot listen on {}", config.server.listen))?;
            let url = match config.server.url.as_str() {
                "" => listening.default_url(!config.tls.cert.as_os_str().is_empty())?,
                url => PublicUrl::parse(url).context("--url")?,
            };
            let open = Open {
                keys: self.folders.keys(),
                data: self.folders.data.clone(),
                // Only an address that was chosen is held against the one fixed at the first start.
                base: (!config.server.url.is_empty()).then(|| url.host().to_owned()),
                first_base: Some(url.host().to_owned()),
                limits: config.store.limits(),
            };
            if self.demo {
                let token = demo::record(open.clone()).await?;
                token.iter().for_each(|token| output::line(&serve::owner_token(token)));
            }
            let engine = Engine::open(open, Arc::new(SystemClock))?;
            metrics(&config.metrics.listen, &engine).await?;
            serve::run(engine, listening, url, &config, self.demo, output::line).await
        })
    }
}

/// Answers scrapes, where that is asked for.
async fn metrics(listen: &str, engine: &Engine) -> anyhow::Result<()> {
    if listen.is_empty() {
        return Ok(());
    }
    let started = listener::start(listen, Arc::clone(engine.telemetry())).await;
    let address = started.with_context(|| format!("cannot listen on {listen} (metrics.listen)"))?;
    output::line(&format!("metrics      http://{address}/metrics   (not for the public)"));
    Ok(())
}

/// Asks for as many open files as there may be connections, and some for the store.
fn open_files(connections: usize) {
    let wanted = connections as u64 + 256;
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= wanted) {
        return;
    }
    limit.current = Some(limit.maximum.map_or(wanted, |maximum| wanted.min(maximum)));
    let set = setrlimit(Resource::Nofile, limit);
    if set.is_err() || limit.current < Some(wanted) {
        tracing::warn!(
            "fewer open files than limits.connections needs ({wanted}): raise LimitNOFILE or lower the setting"
        );
    }
}

/// Structured logs on standard error: standard output is for people.
fn log(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log.filter).context("log.filter")?;
    // Libraries write what passes through them below this level: rows, headers, bodies. No filter may show that.
    let ours = filter_fn(|line| line.target().starts_with("fanfare") || *line.level() <= Level::INFO);
    let colours = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer().with_ansi(colours).with_writer(std::io::stderr);
    let lines = match config.log.format.as_str() {
        "json" => lines.json().boxed(),
        _ => lines.with_target(false).boxed(),
    };
    tracing_subscriber::registry().with(lines).with(filter).with(ours).init();
    Ok(())
}
