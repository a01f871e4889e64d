//! Does the widget work on a page, and if not, what has to be written where? Asked by whoever embeds it.

pub mod csp;
pub mod guard;
pub mod page;

use fanfare_shared::campaign::Campaign;
use fanfare_shared::wire::install::{Effect, InstallCheck, InstallFinding};

use csp::{Need, Policy};
use page::Page;

use crate::url::{PublicUrl, is_this_machine};

/// What a page is held against.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The server whose tag it is to have.
    pub server: &'a PublicUrl,
    /// The campaign that it is to show, where one is known.
    pub campaign: Option<&'a Campaign>,
}

/// A check of a page that could not be read.
#[must_use]
pub fn unreadable(address: &str, reason: &str) -> InstallCheck {
    let what = format!(
        "The page could not be read: {reason}. Look at the address, and whether it opens in a private window of a browser."
    );
    InstallCheck {
        page: address.to_owned(),
        works: false,
        findings: vec![finding("page-unreadable", Effect::Stops, what, None)],
    }
}

/// Holds a page against what the widget needs.
#[must_use]
pub fn check(page: &Page, wanted: Wanted<'_>) -> InstallCheck {
    let mut findings = tags(page, wanted);
    findings.extend(transport(page, wanted.server));
    findings.extend(origins(page, wanted.campaign));
    for policy in &page.policies {
        findings.extend(under(policy, page, wanted.server));
    }
    findings.dedup();
    findings.sort_by_key(|finding| finding.effect);
    let works = findings.iter().all(|finding| finding.effect != Effect::Stops);
    InstallCheck { page: page.address.clone(), works, findings }
}

fn finding(slug: &str, effect: Effect, what: impl Into<String>, line: Option<String>) -> InstallFinding {
    InstallFinding { slug: slug.to_owned(), effect, what: what.into(), line }
}

/// Whether the loader and a place for the widget are there.
fn tags(page: &Page, Wanted { server, campaign }: Wanted<'_>) -> Vec<InstallFinding> {
    let name = campaign.map_or("CAMPAIGN", |campaign| campaign.campaign.as_str());
    let script = format!("<script async src=\"{}\"></script>", server.join("/f.js"));
    let tag = format!("<fan-fare campaign=\"{name}\"></fan-fare>\n{script}");
    if page.scripts.is_empty() {
        let what = "The page's text has no tag of the widget. Where a tag manager brings it, that is as it should be. Else \
                    paste this where the widget is to stand:";
        return vec![finding("tag-missing", Effect::Limits, what, Some(tag))];
    }
    let mut findings = Vec::new();
    let ours = |source: &str| source == server.join("/f.js") || source.starts_with(&server.join("/f.js?"));
    if !page.scripts.iter().any(|script| ours(&script.source)) {
        let what = "The widget's script comes from another address than this server's. Write:";
        findings.push(finding("tag-elsewhere", Effect::Stops, what, Some(script)));
    }
    let named = page.elements.iter().chain(page.scripts.iter().map(|script| &script.campaign)).flatten();
    let named: Vec<_> = named.collect();
    if named.is_empty() {
        let what = "The script is there, but nothing says which campaign to show. Put this where the widget is to stand:";
        let line = format!("<fan-fare campaign=\"{name}\"></fan-fare>");
        findings.push(finding("campaign-missing", Effect::Stops, what, Some(line)));
    } else if let Some(campaign) = campaign
        && !named.iter().any(|named| named.as_str() == campaign.campaign.as_str())
    {
        let others: Vec<_> = named.iter().map(|name| format!("`{name}`")).collect();
        let what = format!(
            "The page shows {} and not this campaign. Where that is not meant, write:",
            others.join(", ")
        );
        let line = format!("<fan-fare campaign=\"{name}\"></fan-fare>");
        findings.push(finding("campaign-other", Effect::Limits, what, Some(line)));
    }
    findings
}

fn transport(page: &Page, server: &PublicUrl) -> Option<InstallFinding> {
    let secure = |address: &str| address.starts_with("https://");
    if secure(&page.address) && !secure(server.as_str()) {
        let what = "The page uses https and the server does not: browsers load nothing from it. Give the server https \
                    (docs/OPERATE.md).";
        return Some(finding("server-without-https", Effect::Stops, what, None));
    }
    // Browsers trust what never leaves the machine.
    let here = page.origin().strip_prefix("http://").is_some_and(is_this_machine);
    (!here && !secure(&page.address)).then(|| {
        let what = "The page does not use https. Visitors can answer, but browsers have no cryptography there: receipts cannot \
                    be checked in the page.";
        finding("page-without-https", Effect::Limits, what, None)
    })
}

fn origins(page: &Page, campaign: Option<&Campaign>) -> Option<InstallFinding> {
    let campaign = campaign.filter(|campaign| !campaign.allows(page.origin()))?;
    let known = campaign.origins.iter().map(|origin| format!("\"{origin}\", "));
    let line = format!("origins = [{}\"{}\"]", known.collect::<String>(), page.origin());
    let what = "The campaign does not list this page's origin, so answers from it are refused. In the campaign document \
                write:";
    Some(finding("origin-not-listed", Effect::Stops, what, Some(line)))
}

/// What one policy forbids. Another one may forbid it as well: all of them have to allow it.
fn under(policy: &Policy, page: &Page, server: &PublicUrl) -> Vec<InstallFinding> {
    let script = script(policy, page, server);
    // What is to be written for the script covers compiling.
    let covered = script.as_ref().is_some_and(|script| script.slug == "csp-script");
    let compile = if covered { None } else { compile(policy) };
    [script, connect(policy, page, server), compile, typed(policy, page, server)]
        .into_iter()
        .flatten()
        .collect()
}

const COMPILE: &str = "'wasm-unsafe-eval'";

fn script(policy: &Policy, page: &Page, server: &PublicUrl) -> Option<InstallFinding> {
    let (name, sources) = policy.sources(Need::Script)?;
    let address = server.join("/f.js");
    let tag = page.scripts.iter().find(|script| script.source.starts_with(&address));
    let by_nonce = tag.is_some_and(|script| sources.allows_nonce(&script.nonce));
    // The loader, and one of the parts it fetches: a source may name a folder.
    let by_address = !sources.is_strict()
        && ["/f.js", "/assets/core.js"].iter().all(|path| sources.allow(&server.join(path), page.origin()));
    if by_nonce || by_address {
        return None;
    }
    if sources.has_nonces() {
        let what = "The page's Content-Security-Policy trusts scripts by a nonce. Have the page write its own, new for each \
                    visit, into the tag:";
        let line = format!("<script nonce=\"…\" async src=\"{address}\"></script>");
        return Some(finding("csp-nonce", Effect::Stops, what, Some(line)));
    }
    let own = if name == "script-src-elem" { name } else { Need::Script.directive() };
    let line = format!("{own} {};", sources.with(&[server.as_str(), COMPILE]));
    let what = "The page's Content-Security-Policy does not let the widget's script load. In place of the directive there \
                write:";
    Some(finding("csp-script", Effect::Stops, what, Some(line)))
}

fn connect(policy: &Policy, page: &Page, server: &PublicUrl) -> Option<InstallFinding> {
    let (_, sources) = policy.sources(Need::Connect)?;
    if sources.allow(&server.join("/api/v1/campaigns"), page.origin()) {
        return None;
    }
    let line = format!("{} {};", Need::Connect.directive(), sources.with(&[server.as_str()]));
    let what = "The page's Content-Security-Policy does not let the widget ask the server. In place of the directive there \
                write:";
    Some(finding("csp-connect", Effect::Stops, what, Some(line)))
}

fn compile(policy: &Policy) -> Option<InstallFinding> {
    let (_, sources) = policy.sources(Need::Compile).filter(|(_, sources)| !sources.allows_wasm())?;
    let line = format!("{} {};", Need::Compile.directive(), sources.with(&[COMPILE]));
    let what = "The page's Content-Security-Policy forbids WebAssembly. Visitors can answer; what only the compiled widget has \
                (numbers that move, a countdown to the second) is missing. To have it, write in place of the directive there:";
    Some(finding("csp-wasm", Effect::Limits, what, Some(line)))
}

/// Where markup from strings is forbidden, the widget needs a name for its own, or is shown in a frame.
fn typed(policy: &Policy, page: &Page, server: &PublicUrl) -> Option<InstallFinding> {
    if policy.allows_type("fanfare") {
        return None;
    }
    let names = policy.trusted_types().unwrap_or_default().iter().map(String::as_str);
    let names = names.filter(|name| *name != "'none'").chain(["fanfare"]).collect::<Vec<_>>();
    let line = format!("trusted-types {};", names.join(" "));
    let frame = policy.sources(Need::Frame);
    if frame.is_none_or(|(_, sources)| sources.allow(&server.join("/c/campaign"), page.origin())) {
        let what = "The page's Content-Security-Policy requires Trusted Types and does not list the widget's. It is shown in a \
                    frame. To have it in the page, write:";
        return Some(finding("csp-trusted-types", Effect::Limits, what, Some(line)));
    }
    let what = "The page's Content-Security-Policy requires Trusted Types, does not list the widget's, and forbids the frame \
                that would take its place. Write:";
    Some(finding("csp-trusted-types", Effect::Stops, what, Some(line)))
}
