//! What does a brand's page say? Fetched as a browser would, and read for what concerns the widget: policies, tags.

use std::io::Read as _;
use std::time::Duration;

use html5gum::{StartTag, Token, Tokenizer};
use ureq::ResponseExt as _;
use ureq::unversioned::transport::DefaultConnector;

use super::csp::Policy;
use super::guard::{Guard, Reach};

/// Bytes that are read of a page: its head is in them.
const MOST_BYTES: u64 = 2 << 20;
/// For everything, redirects included.
const TIME: Duration = Duration::from_secs(8);

/// A page, as far as it concerns the widget.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Where it is, after redirects.
    pub address: String,
    /// Every policy it is under, of headers and of `<meta>`.
    pub policies: Vec<Policy>,
    /// The loader's tags.
    pub scripts: Vec<Script>,
    /// Campaigns named by `<fan-fare>` elements.
    pub elements: Vec<Option<String>>,
}

/// A tag that brings a loader.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// From where.
    pub source: String,
    /// Its nonce.
    pub nonce: String,
    /// The campaign it names.
    pub campaign: Option<String>,
}

impl Page {
    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        let after = self.address.find("://").map_or(0, |at| at + 3);
        let end = self.address.get(after..).and_then(|rest| rest.find(['/', '?', '#']));
        self.address.get(..end.map_or(self.address.len(), |end| after + end)).unwrap_or_default()
    }
}

/// Fetches and reads a page.
///
/// # Errors
/// In words: it cannot be fetched, or is no page.
pub fn fetch(address: &str, reach: Reach) -> Result<Page, String> {
    if !address.starts_with("https://") && !address.starts_with("http://") {
        return Err("an address begins with https:// or http://".to_owned());
    }
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(TIME))
        .max_redirects(5)
        // One that is set for this process would go where the guard does not look.
        .proxy(None)
        .accept("text/html")
        .user_agent("fanfare-install-check")
        .http_status_as_error(false)
        .build();
    let agent = ureq::Agent::with_parts(config, DefaultConnector::new(), Guard(reach));
    let response = agent.get(address).call().map_err(|error| said(&error))?;
    let address = response.get_uri().to_string();
    if !response.status().is_success() {
        return Err(format!("{address} answered with status {}", response.status().as_u16()));
    }
    let headers = response.headers();
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("text/html") && !kind.starts_with("application/xhtml+xml") {
        return Err(format!("{address} is no page (its type is `{kind}`)"));
    }
    let policies = headers.get_all("content-security-policy").iter();
    let policies = policies.filter_map(|policy| policy.to_str().ok()).flat_map(Policy::all).collect();
    let mut html = Vec::new();
    let body = response.into_body().into_reader().take(MOST_BYTES).read_to_end(&mut html);
    body.map_err(|error| error.to_string())?;
    let page = Page { address, policies, ..Page::default() };
    Ok(read(page, &String::from_utf8_lossy(&html)))
}

/// Why a page did not come, in words.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others say it well enough themselves")]
fn said(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Other(reason) => reason.to_string(),
        ureq::Error::HostNotFound => "there is no server of that name".to_owned(),
        ureq::Error::Timeout(_) => format!("it did not come within {} seconds", TIME.as_secs()),
        ureq::Error::TooManyRedirects => "it leads on and on to other addresses".to_owned(),
        // A name that leads nowhere, where the system says so.
        ureq::Error::Io(reason) if reason.kind() != std::io::ErrorKind::ConnectionRefused => {
            "its name leads nowhere, or the way there was cut".to_owned()
        }
        ureq::Error::ConnectionFailed | ureq::Error::Io(_) => {
            "the server of that name does not answer".to_owned()
        }
        other => other.to_string(),
    }
}

/// Adds what a page's text says.
#[must_use]
pub fn read(mut page: Page, html: &str) -> Page {
    for Ok(token) in Tokenizer::new(html) {
        let Token::StartTag(tag) = token else { continue };
        match tag.name.as_slice() {
            b"meta"
                if attribute(&tag, "http-equiv")
                    .is_some_and(|it| it.eq_ignore_ascii_case("content-security-policy")) =>
            {
                page.policies.extend(Policy::all(&attribute(&tag, "content").unwrap_or_default()));
            }
            b"script" => {
                let Some(source) = attribute(&tag, "src").filter(|source| is_loader(source)) else {
                    continue;
                };
                let nonce = attribute(&tag, "nonce").unwrap_or_default();
                page.scripts.push(Script { source, nonce, campaign: attribute(&tag, "data-campaign") });
            }
            b"fan-fare" => page.elements.push(attribute(&tag, "campaign")),
            _ => {}
        }
    }
    page
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(value).trim().to_owned())
}

fn is_loader(source: &str) -> bool {
    let path = source.split(['?', '#']).next().unwrap_or_default();
    path.ends_with("/f.js") || path == "f.js"
}
