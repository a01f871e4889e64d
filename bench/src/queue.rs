//! Does the work queue stay quick when a million wait in it? Visitors fill it; it is read to its end, worked on
//! here and there, and asked what the console asks.

use anyhow::Context;
use fanfare_shared::ids::PublicId;
use fanfare_shared::wire::queue::{CaseView, MessageTaken, QueuePage};
use fanfare_shared::wire::team::TeamList;

use crate::demo::Demo;
use crate::lists::{self, Asked, Asker, Filled, PAGE, RARE, TIMES};
use crate::report::say;
use crate::wire::{Connection, post_request};

/// Most cases of one page, and most that are laid aside together.
const MOST: usize = 200;
/// Messages that one address sends.
const SAME: u64 = 1_000;
/// Where visitors write.
const MESSAGES: &str = "/api/v1/campaigns/aurora/messages";

/// What a visitor writes: the number tells visitors apart, and their requests.
fn message(n: u64, address: &str) -> Vec<u8> {
    let kind = if n.is_multiple_of(RARE) { "access" } else { "message" };
    let body = serde_json::json!({
        "kind": kind,
        "text": format!("Buongiorno, è senza lattosio il gelato al fico? Grazie, visitatore {n}"),
        "name": format!("Visitatore {n}"),
        "email": address,
        "lang": "it",
    });
    post_request(MESSAGES, n, &body.to_string())
}

/// Fills it, each case from another address.
pub(crate) async fn fill(server: &Demo, most: u64) -> anyhow::Result<Filled> {
    lists::fill(server, most, |n| message(n, &format!("visitatore-{n}@example.org"))).await
}

/// What was found on the way through all pages.
struct Walk {
    /// The cases in order.
    cases: Vec<PublicId>,
    /// Where each page but the first begins, as `next` gave it.
    places: Vec<String>,
}

/// Reads the whole queue.
async fn walk(asker: &mut Asker) -> anyhow::Result<Walk> {
    let (mut cases, mut places) = (Vec::new(), Vec::new());
    let mut path = format!("/api/v1/queue?limit={MOST}");
    loop {
        let page: QueuePage = asker.told(&path).await?;
        cases.extend(page.cases.iter().map(|case| case.id));
        let Some(next) = page.next else { return Ok(Walk { cases, places }) };
        path = format!("/api/v1/queue?limit={MOST}&after={next}");
        places.push(next);
    }
}

/// Asks the queue as the console does. The owner is a member by now, with whom a view of one's own begins.
pub(crate) async fn measure(server: &Demo, filled: &Filled) -> anyhow::Result<Vec<Asked>> {
    let mut asker = Asker::open(server).await?;
    let Walk { cases, places } = walk(&mut asker).await?;
    let mut known = cases.clone();
    known.sort_unstable_by_key(|case| *case.bytes());
    known.dedup();
    let (all, known) = (cases.len(), known.len());
    anyhow::ensure!(all == known, "{} cases came twice", all - known);
    anyhow::ensure!(all as u64 == filled.count, "{all} of {} cases are in the queue", filled.count);
    say(&format!("{all} cases in {} pages", places.len() + 1));
    let team: TeamList = asker.told("/api/v1/members").await?;
    let me = team.members.first().context("nobody belongs to the team")?.id.to_hex();
    let written = work(server, &cases, &me).await?;
    pages(&mut asker, &places).await?;
    views(&mut asker, &me).await?;
    asker.read("how many wait, for the menu", PAGE, "/api/v1/queue?limit=1").await?;
    open(&mut asker, server, &cases).await?;
    asker.asked.extend(written);
    Ok(asker.asked)
}

fn case(id: &PublicId) -> String {
    ["/api/v1/queue/", &id.to_hex()].concat()
}

/// Works on cases from everywhere in it: some are handed over, some answered, many laid aside.
async fn work(server: &Demo, cases: &[PublicId], me: &str) -> anyhow::Result<Vec<Asked>> {
    let mut asker = Asker::open(server).await?;
    let (mut handed, mut answered, mut aside) = (Vec::new(), Vec::new(), Vec::new());
    for part in cases.chunks_exact(cases.len() / TIMES).take(TIMES) {
        let [first, second, rest @ ..] = part else { continue };
        let rest: Vec<_> = rest.iter().take(MOST).collect();
        anyhow::ensure!(rest.len() == MOST, "too few cases to work on: fill in more");
        let to = serde_json::json!({"to": me});
        for (id, requests, mut change) in [
            (first, &mut handed, serde_json::json!({"assign": to})),
            (second, &mut answered, serde_json::json!({"reply": "Sì, del tutto.", "state": "done"})),
        ] {
            let CaseView { version, .. } = asker.told(&case(id)).await?;
            if let Some(fields) = change.as_object_mut() {
                fields.insert("version".to_owned(), version.into());
            }
            requests.push(asker.request("PATCH", &case(id), &change.to_string()));
        }
        let body = serde_json::json!({"cases": rest}).to_string();
        aside.push(asker.request("POST", "/api/v1/queue/done", &body));
    }
    asker.each("handing a case to a member", "", &handed).await?;
    asker.each("answering a case by letter and laying it aside", "", &answered).await?;
    asker.each("laying 200 cases aside together", "", &aside).await?;
    Ok(asker.asked)
}

/// Pages of all that waits.
async fn pages(asker: &mut Asker, places: &[String]) -> anyhow::Result<()> {
    let page = |place: &String| format!("/api/v1/queue?limit=50&after={place}");
    asker.read("the first page", PAGE, "/api/v1/queue?limit=50").await?;
    let middle = places.get(places.len() / 2).context("the queue has one page")?;
    asker.read("a page from the middle", PAGE, &page(middle)).await?;
    let last = places.last().context("the queue has one page")?;
    asker.read("a page from the end", PAGE, &page(last)).await?;
    let anywhere = places.iter().step_by((places.len() / TIMES).max(1)).take(TIMES);
    let anywhere: Vec<_> = anywhere.map(|place| asker.request("GET", &page(place), "")).collect();
    asker.each("a page from anywhere, each time another", PAGE, &anywhere).await
}

/// First pages of each view, and under each filter.
async fn views(asker: &mut Asker, me: &str) -> anyhow::Result<()> {
    let mine = ["assignee=", me].concat();
    for (what, filter) in [
        ("mine, 200 of all", mine.as_str()),
        ("nobody's, nearly all", "assignee=nobody"),
        ("late, none", "late=true"),
        ("done", "state=done"),
        ("of a campaign, all", "campaign=aurora"),
        ("of another campaign, none", "campaign=rara"),
        ("of a kind, one in 1,000", "kind=access"),
        ("of a kind, none", "kind=erasure"),
    ] {
        asker.read(what, PAGE, &["/api/v1/queue?limit=50&", filter].concat()).await?;
    }
    Ok(())
}

/// Opens cases from everywhere in it, and one of somebody who wrote a thousand times.
async fn open(asker: &mut Asker, server: &Demo, cases: &[PublicId]) -> anyhow::Result<()> {
    let some = cases.iter().rev().step_by(cases.len() / TIMES).take(TIMES);
    let requests: Vec<_> = some.map(|id| asker.request("GET", &case(id), "")).collect();
    asker.each("opening a case, each time another", PAGE, &requests).await?;
    lists::fill(server, SAME, |n| message(n, "chi-scrive-spesso@example.org")).await?;
    let mut visitor = Connection::open(server.address).await?;
    let MessageTaken { link } = visitor.told(&message(u64::MAX, "chi-scrive-spesso@example.org")).await?;
    // The link ends in the case's id and a proof.
    let id = link.rsplit('/').next().and_then(|token| token.get(..32)).context("not a link")?;
    asker.read("opening one of 1,001 cases of an address", PAGE, &case(&id.parse()?)).await
}
