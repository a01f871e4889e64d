//! What does the console ask of the server? One client: JSON there and back, each failure as one [`Fault`].
//!
//! Deliberately absent: trying again. A person reads what happened and decides; nothing is sent twice.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use fanfare_shared::wire::problem::{FieldError, Problem};
use gloo::net::http::{Method, RequestBuilder, Response};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::{AbortSignal, RequestCredentials};

use crate::words::Words;

/// Longer than the server takes for anything it does; then the network is to blame.
const PATIENCE: Duration = Duration::from_secs(40);

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fault {
    /// The server was not reached, or not in time.
    Network,
    /// The session has ended: the page asks to sign in again.
    Expired,
    /// The server says why; after how many seconds to try again, where it says that too.
    Problem(Box<Problem>, Option<u64>),
    /// An answer that cannot be read.
    Unreadable,
    /// The server is there and has another version of the console: what this one lacks comes no more.
    Renewed,
}

impl Fault {
    /// Fields at fault, found here before anything is sent.
    pub(crate) fn fields(errors: Vec<FieldError>) -> Self {
        let slug = String::from("refused");
        let (kind, title, detail) = Default::default();
        let problem = Problem { kind, slug, title, status: 422, detail, instance: None, errors, html: None };
        Self::Problem(Box::new(problem), None)
    }

    /// The problem's stable name.
    pub(crate) fn slug(&self) -> Option<&str> {
        match self {
            Self::Problem(problem, _) => Some(&problem.slug),
            Self::Network | Self::Expired | Self::Unreadable | Self::Renewed => None,
        }
    }

    /// What happened and what to do.
    pub(crate) fn text(&self, words: Words) -> String {
        match self {
            Self::Network => words.t("fault.network").to_owned(),
            Self::Expired => words.t("fault.expired").to_owned(),
            Self::Unreadable => words.t("fault.server").to_owned(),
            Self::Renewed => words.t("renewed.text").to_owned(),
            Self::Problem(problem, Some(seconds)) if problem.slug == "rate-limited" => {
                words.plural("fault.wait", seconds.div_ceil(60).max(1))
            }
            Self::Problem(problem, _) => words.problem(problem),
        }
    }
}

/// What came of a request.
pub(crate) type Answer<T> = Result<T, Fault>;

/// Something that is read from the server. It keeps the text and decodes it where it is looked at: so the machinery
/// of reading is in the bundle once and not once for each type.
pub(crate) struct Read<T> {
    text: LocalResource<Answer<Arc<str>>>,
    of: PhantomData<fn() -> T>,
}

// By hand: derived ones would ask the same of `T`.
impl<T> Clone for Read<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Read<T> {}

impl<T: DeserializeOwned> Read<T> {
    /// What is there; nothing before the first answer. While it is read again the last answer stays.
    pub(crate) fn get(self) -> Option<Answer<T>> {
        self.text.get().map(|answer| answer.and_then(|text| decode(&text)))
    }
}

impl<T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static> Read<T> {
    /// The same, where a later fault leaves what was there: a network that is gone for a moment empties no page.
    pub(crate) fn kept(self) -> Memo<Option<Answer<T>>> {
        Memo::new(move |before: Option<&Option<Answer<T>>>| match (self.get(), before) {
            (Some(Err(_)), Some(Some(Ok(known)))) => Some(Ok(known.clone())),
            (answer, _) => answer,
        })
    }
}

impl<T> Read<T> {
    /// Reads it again.
    pub(crate) fn again(self) {
        self.text.refetch();
    }

    /// Whether there is an answer already.
    pub(crate) fn known(self) -> bool {
        self.text.with_untracked(Option::is_some)
    }
}

/// The client. There is one; it tells when a session has ended, and reads again when there is a new one.
#[derive(Clone, Copy)]
pub(crate) struct Api {
    /// Set when the server knows no session any more.
    pub(crate) expired: RwSignal<bool>,
    /// Fires when somebody has signed in again.
    pub(crate) renewed: Trigger,
    /// Fires when a draft was saved after its page was left: a list of drafts may be older.
    pub(crate) draft_saved: Trigger,
}

/// The page's client.
pub(crate) fn api() -> Api {
    use_context().unwrap_or_else(Api::new)
}

impl Api {
    pub(crate) fn new() -> Self {
        Self { expired: RwSignal::new(false), renewed: Trigger::new(), draft_saved: Trigger::new() }
    }

    /// Somebody has signed in again.
    pub(crate) fn renew(self) {
        self.expired.set(false);
        self.renewed.notify();
    }

    /// What is at an address, read again when the address changes or somebody has signed in again.
    pub(crate) fn read<T>(self, address: impl Fn() -> String + 'static) -> Read<T> {
        let address: Box<dyn Fn() -> String> = Box::new(address);
        let text = LocalResource::new(move || {
            self.renewed.track();
            let address = address();
            async move { self.ask(Method::GET, &address, None).await.map(Arc::from) }
        });
        Read { text, of: PhantomData }
    }

    pub(crate) async fn get<T: DeserializeOwned>(self, address: &str) -> Answer<T> {
        decode(&self.ask(Method::GET, address, None).await?)
    }

    /// Reads a page, and goes on from page to page as long as `on` says where: where little fits a filter, the server looks at
    /// a part of the list for one page, and may find nothing there.
    pub(crate) async fn further<T: DeserializeOwned, N>(
        self,
        from: N,
        address: impl Fn(N) -> String,
        on: impl Fn(&T) -> Option<N>,
    ) -> Answer<T> {
        let mut page = self.get(&address(from)).await?;
        while let Some(next) = on(&page) {
            page = self.get(&address(next)).await?;
        }
        Ok(page)
    }

    pub(crate) async fn post<T: DeserializeOwned>(self, address: &str, body: &impl Serialize) -> Answer<T> {
        decode(&self.ask(Method::POST, address, encode(body)).await?)
    }

    pub(crate) async fn put<T: DeserializeOwned>(self, address: &str, body: &impl Serialize) -> Answer<T> {
        decode(&self.ask(Method::PUT, address, encode(body)).await?)
    }

    pub(crate) async fn patch<T: DeserializeOwned>(self, address: &str, body: &impl Serialize) -> Answer<T> {
        decode(&self.ask(Method::PATCH, address, encode(body)).await?)
    }

    /// A request whose answer is that it is done.
    pub(crate) async fn done(self, method: Method, address: &str, body: &impl Serialize) -> Answer<()> {
        self.ask(method, address, encode(body)).await.map(drop)
    }

    pub(crate) async fn delete(self, address: &str) -> Answer<()> {
        self.ask(Method::DELETE, address, None).await.map(drop)
    }

    /// Everything that is not about types, once in the bundle.
    async fn ask(self, method: Method, address: &str, body: Option<String>) -> Answer<String> {
        #[expect(clippy::cast_possible_truncation, reason = "forty seconds")]
        let patience = AbortSignal::timeout_with_u32(PATIENCE.as_millis() as u32);
        let request = RequestBuilder::new(address)
            .method(method)
            .credentials(RequestCredentials::SameOrigin)
            .header("accept", "application/json")
            .abort_signal(Some(&patience));
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body),
            None => request.build(),
        };
        let response = request.map_err(|_| Fault::Unreadable)?.send().await.map_err(|_| Fault::Network)?;
        let text = response.text().await.map_err(|_| Fault::Network)?;
        if response.ok() {
            return Ok(text);
        }
        let fault = refusal(&text, retry_after(&response));
        if fault == Fault::Expired {
            self.expired.set(true);
        }
        Err(fault)
    }
}

/// A value as it stands in an address.
pub(crate) fn in_query(value: &str) -> String {
    let encoded = |byte: u8| {
        let plain = byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    value.bytes().map(encoded).collect()
}

fn retry_after(response: &Response) -> Option<u64> {
    response.headers().get("retry-after")?.parse().ok()
}

/// An answer that says no.
fn refusal(text: &str, retry_after: Option<u64>) -> Fault {
    match serde_json::from_str::<Problem>(text) {
        Ok(problem) if problem.slug == "unauthorized" => Fault::Expired,
        Ok(problem) => Fault::Problem(Box::new(problem), retry_after),
        Err(_) => Fault::Unreadable,
    }
}

fn encode(body: &impl Serialize) -> Option<String> {
    serde_json::to_string(body).ok()
}

fn decode<T: DeserializeOwned>(text: &str) -> Answer<T> {
    serde_json::from_str(text).map_err(|_| Fault::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    fn problem(slug: &str) -> String {
        format!(r#"{{"type":"x#{slug}","slug":"{slug}","title":"T","status":400,"detail":"D"}}"#)
    }

    #[test]
    fn the_end_of_a_session_is_told_apart_from_wrong_credentials() {
        assert_eq!(refusal(&problem("unauthorized"), None), Fault::Expired);
        assert_eq!(refusal(&problem("wrong-credentials"), None).slug(), Some("wrong-credentials"));
        assert_eq!(refusal("<h1>Bad gateway</h1>", None), Fault::Unreadable);
    }

    #[test]
    fn a_limit_says_in_how_many_minutes_to_try_again() {
        let words = Words::of(Lang::En);
        assert!(refusal(&problem("rate-limited"), Some(61)).text(words).contains("2 minutes"));
        assert!(refusal(&problem("rate-limited"), Some(0)).text(words).contains("1 minute"));
    }

    #[test]
    fn a_problem_without_words_of_ours_is_told_in_the_server_s() {
        assert_eq!(refusal(&problem("brand-new"), None).text(Words::of(Lang::It)), "D");
    }
}
