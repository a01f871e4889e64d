//! Does a list of a million stay quick? How one is filled and asked, and what is asked of the audit log and of
//! many campaigns. The queue has a file of its own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use fanfare_shared::campaign::Campaign;
use fanfare_shared::wire::team::AuditPage;
use serde::de::DeserializeOwned;

use crate::demo::Demo;
use crate::load::{self, Ask, Pace, Sample, Spread};
use crate::report::say;
use crate::wire::{self, Connection, token_request};

/// Times that each question is asked.
pub(crate) const TIMES: usize = 200;
/// The longest that a page of a list should take.
pub(crate) const PAGE: &str = "< 100 ms";
/// One entry in so many is of another kind: a filter for these finds little on its way.
pub(crate) const RARE: u64 = 1_000;
/// A campaign and brand beside the demonstration's.
pub(crate) const OTHER: &str = "rara";
/// Connections that fill a list.
const WRITERS: usize = 256;
/// A list has as many entries as fit in so long.
const FILLING: Duration = Duration::from_secs(300);

/// One question, and its answers.
pub(crate) struct Asked {
    /// What it is called.
    what: String,
    /// The longest it should take; empty: nothing was promised.
    wanted: &'static str,
    waits: Spread,
}

impl Asked {
    /// Its row in a report: median and 99th percentile in milliseconds.
    pub(crate) fn row(&self) -> String {
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let Self { what, wanted, waits } = self;
        format!("| {what} | {:.2} | {:.2} | {wanted} |\n", ms(waits.p50), ms(waits.p99))
    }
}

/// What a list was filled with.
pub(crate) struct Filled {
    /// Entries.
    pub(crate) count: u64,
    /// Entries wanted.
    most: u64,
    /// Taken a second.
    pub(crate) rate: f64,
}

impl Filled {
    /// In words, for a report.
    pub(crate) fn words(&self, entries: &str) -> String {
        let Self { count, most, rate } = self;
        let cut = if count < most {
            format!(", as many as fit into {} s", FILLING.as_secs())
        } else {
            String::new()
        };
        format!("{count} {entries}, written over {WRITERS} connections, {rate:.0}/s{cut}")
    }
}

/// Sends what `make` makes of a number that each request has for itself, at most so many.
pub(crate) async fn fill(
    server: &Demo,
    most: u64,
    make: impl Fn(u64) -> Vec<u8> + Send + Sync + 'static,
) -> anyhow::Result<Filled> {
    let connections = load::open(server.address, WRITERS).await?;
    let pace = Pace { rate: None, time: FILLING, most };
    let began = Instant::now();
    let samples = load::run(Ask::Made(Arc::new(make)), connections, pace).await?;
    let time = began.elapsed();
    let count = samples.iter().filter(|it| Sample::succeeded(it)).count();
    anyhow::ensure!(count == samples.len(), "{} were not taken", samples.len() - count);
    Ok(Filled { count: count as u64, most, rate: count as f64 / time.as_secs_f64() })
}

/// Asks over one connection, as whoever has the owner's token, and remembers how long it took.
pub(crate) struct Asker {
    connection: Connection,
    owner: String,
    /// What was asked so far.
    pub(crate) asked: Vec<Asked>,
}

impl Asker {
    /// Connects.
    pub(crate) async fn open(server: &Demo) -> anyhow::Result<Self> {
        let connection = Connection::open(server.address).await?;
        Ok(Self { connection, owner: server.owner.clone(), asked: Vec::new() })
    }

    /// A request of theirs.
    pub(crate) fn request(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        token_request(method, path, &self.owner, body)
    }

    /// What an address says, not measured.
    pub(crate) async fn told<T: DeserializeOwned>(&mut self, path: &str) -> anyhow::Result<T> {
        let request = self.request("GET", path, "");
        self.connection.told(&request).await
    }

    /// Asks the same again and again.
    pub(crate) async fn read(&mut self, what: &str, wanted: &'static str, path: &str) -> anyhow::Result<()> {
        let request = self.request("GET", path, "");
        self.each(what, wanted, &vec![request; TIMES]).await
    }

    /// Asks each of these once.
    pub(crate) async fn each(
        &mut self,
        what: &str,
        wanted: &'static str,
        requests: &[Vec<u8>],
    ) -> anyhow::Result<()> {
        let waits = self.timed(requests).await?;
        say(&format!("{what}: p50 {:.1?}, p99 {:.1?}", waits.p50, waits.p99));
        self.asked.push(Asked { what: what.to_owned(), wanted, waits });
        Ok(())
    }

    /// How long the answers to these take, one after the other.
    async fn timed(&mut self, requests: &[Vec<u8>]) -> anyhow::Result<Spread> {
        let mut waits = Vec::new();
        for request in requests {
            let began = Instant::now();
            let status = self.connection.ask(request).await?;
            waits.push(began.elapsed());
            let line = || String::from_utf8_lossy(request).lines().next().unwrap_or_default().to_owned();
            anyhow::ensure!(wire::is_success(status), "{}: {status}", line());
        }
        Ok(Spread::of(waits.into_iter()))
    }

    /// A campaign like the demonstration's, as it is brought in.
    fn campaign(&self, like: &Campaign, name: &str, brand: &str) -> anyhow::Result<Vec<u8>> {
        let document = copy(like, name, brand)?;
        Ok(self.request("PUT", &format!("/api/v1/campaigns/{name}"), &serde_json::to_string(&document)?))
    }
}

/// The document of another campaign: its activities get ids of their own.
fn copy(like: &Campaign, name: &str, brand: &str) -> anyhow::Result<Campaign> {
    let mut document = Campaign { campaign: name.parse()?, brand: brand.parse()?, ..like.clone() };
    document.activities.iter_mut().for_each(|activity| activity.id = None);
    Ok(document)
}

/// Brings in the campaign that rare entries are about.
pub(crate) async fn bring_other(server: &Demo) -> anyhow::Result<()> {
    let mut asker = Asker::open(server).await?;
    let like = asker.told("/api/v1/campaigns/aurora/document").await?;
    let request = asker.campaign(&like, OTHER, OTHER)?;
    asker.timed(&[request]).await?;
    Ok(())
}

/// Fills the audit log: what a campaign costs is written down again and again.
pub(crate) async fn fill_audit(server: &Demo, most: u64) -> anyhow::Result<Filled> {
    let cost = "{\"amount\":120000,\"currency\":\"EUR\"}";
    let of = |campaign: &str| {
        let path = format!("/api/v1/campaigns/{campaign}/cost");
        token_request("PUT", &path, &server.owner, cost)
    };
    let (usual, rare) = (of("aurora"), of(OTHER));
    fill(server, most, move |n| if n.is_multiple_of(RARE) { rare.clone() } else { usual.clone() }).await
}

/// Asks the audit log as the console does.
pub(crate) async fn audit(server: &Demo) -> anyhow::Result<Vec<Asked>> {
    let mut asker = Asker::open(server).await?;
    let newest: AuditPage = asker.told("/api/v1/audit?limit=1").await?;
    let lines = newest.entries.first().map_or(0, |line| line.n + 1);
    let page = |more: &str| ["/api/v1/audit?limit=50", more].concat();
    asker.read("the newest page", PAGE, &page("")).await?;
    asker.read("a page from the middle", PAGE, &page(&format!("&before={}", lines / 2))).await?;
    asker.read("the last page", PAGE, &page("&before=50")).await?;
    let anywhere = (1..=TIMES as u64).map(|n| page(&format!("&before={}", lines * n / TIMES as u64)));
    let anywhere: Vec<_> = anywhere.map(|path| asker.request("GET", &path, "")).collect();
    asker.each("a page from anywhere, each time another", PAGE, &anywhere).await?;
    for (what, filter) in [
        ("by an action that all lines have", "action=campaign.cost"),
        ("by a brand that one line in 1,000 has", "brand=rara"),
        ("by an action that no line has", "action=nothing"),
        ("by a brand that no line has", "brand=nulla"),
        ("by a member who did nothing", "member=ffffffffffffffffffffffffffffffff"),
    ] {
        asker.read(what, PAGE, &page(&["&", filter].concat())).await?;
    }
    Ok(asker.asked)
}

/// Brands with campaigns and drafts, and how many each has of both: as many drafts as a brand may have.
const BRANDS: u64 = 5;
const EACH: u64 = 200;

/// Brings in many campaigns and begins as many drafts, then lists them.
pub(crate) async fn campaigns(server: &Demo) -> anyhow::Result<Vec<Asked>> {
    let mut asker = Asker::open(server).await?;
    let like = asker.told("/api/v1/campaigns/aurora/document").await?;
    let (mut campaigns, mut drafts) = (Vec::new(), Vec::new());
    for n in 0..BRANDS * EACH {
        let (name, brand) = (format!("campagna-{n}"), format!("marca-{}", n % BRANDS));
        campaigns.push(asker.campaign(&like, &name, &brand)?);
        let draft = serde_json::json!({"document": copy(&like, &format!("bozza-{n}"), &brand)?});
        drafts.push(asker.request("POST", "/api/v1/drafts", &draft.to_string()));
    }
    let last = campaigns.len() - TIMES;
    let ((first_campaigns, last_campaigns), (first_drafts, last_drafts)) =
        (campaigns.split_at(last), drafts.split_at(last));
    asker.timed(first_campaigns).await?;
    asker.each("bringing in one of the last 200 campaigns", "", last_campaigns).await?;
    asker.timed(first_drafts).await?;
    asker.each("beginning one of the last 200 drafts", "", last_drafts).await?;
    asker.read("the campaigns with their counts", PAGE, "/api/v1/campaigns").await?;
    asker.read("the drafts", PAGE, "/api/v1/drafts").await?;
    asker.read("the first page of the queue, of as many brands", PAGE, "/api/v1/queue?limit=50").await?;
    Ok(asker.asked)
}
