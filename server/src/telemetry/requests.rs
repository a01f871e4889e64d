//! Rate, errors and duration of each route: one log line and one set of counts for a request.
//!
//! A route is its template (`/c/{campaign}`), never the address; a method that this server does not answer is `other`.
//! So nothing that a sender chooses becomes a label or a line.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::response::Response;
use fanfare_shared::wire::problem::Slug;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use super::request_id::{HEADER, RequestId};
use super::{Histogram, Labels};
use crate::engine::Engine;
use crate::error::Failure;

/// Methods that are told apart. HEAD is a GET without its body.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "OPTIONS", "other"];
/// Classes of status codes, from 100 on.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// The figures of all requests.
#[derive(Debug)]
pub(crate) struct Requests {
    answered: Family<Labels<3>, Counter>,
    durations: Family<Labels<2>, Histogram, fn() -> Histogram>,
    /// In the order of [`Slug::ALL`].
    problems: Vec<Counter>,
}

impl Requests {
    pub(super) fn registered(registry: &mut Registry) -> Self {
        let answered = Family::default();
        let durations = Family::new_with_constructor(Histogram::durations as fn() -> Histogram);
        let problems = Family::<Labels<1>, Counter>::default();
        registry.register("fanfare_http_requests", "Requests answered", answered.clone());
        registry.register(
            "fanfare_http_request_duration_seconds",
            "From the request's head to the head of its answer",
            durations.clone(),
        );
        registry.register("fanfare_http_problems", "Answers that are problem documents", problems.clone());
        let counter =
            |slug: &Slug| problems.get_or_create(&[("problem", Cow::Borrowed(slug.name()))]).clone();
        Self { answered, durations, problems: Slug::ALL.iter().map(counter).collect() }
    }

    fn problem(&self, slug: Slug) {
        let found = Slug::ALL.iter().zip(&self.problems).find(|(known, _)| **known == slug);
        if let Some((_, counter)) = found {
            counter.inc();
        }
    }
}

/// The figures of one route under one method.
struct Series {
    classes: [Counter; CLASSES.len()],
    duration: Histogram,
}

/// The figures of one route, each made when its method is first used.
type Methods = [OnceLock<Series>; METHODS.len()];

/// The figures of every route, found without a lock.
pub struct Routes {
    engine: Engine,
    known: HashMap<String, Methods>,
    other: Methods,
}

impl Routes {
    /// For these templates; everything else is `other`.
    pub fn new(engine: &Engine, templates: impl Iterator<Item = String>) -> Self {
        let known = templates.map(|template| (template, Methods::default())).collect();
        Self { engine: engine.clone(), known, other: Methods::default() }
    }

    fn series(&self, route: Option<&str>, method: &'static str) -> Option<&Series> {
        let found = route.and_then(|route| self.known.get_key_value(route));
        let (route, methods) = found.map_or(("other", &self.other), |(route, it)| (route.as_str(), it));
        let slot = METHODS.iter().position(|known| *known == method)?;
        Some(methods.get(slot)?.get_or_init(|| self.fresh(route, method)))
    }

    fn fresh(&self, route: &str, method: &'static str) -> Series {
        let requests = &self.engine.telemetry().requests;
        let route: Cow<'static, str> = Cow::Owned(route.to_owned());
        let method = Cow::Borrowed(method);
        let labels = [("route", route.clone()), ("method", method.clone())];
        let counter = |class: &'static str| {
            let status = Cow::Borrowed(class);
            let labels = [("route", route.clone()), ("method", method.clone()), ("status", status)];
            requests.answered.get_or_create(&labels).clone()
        };
        Series { classes: CLASSES.map(counter), duration: requests.durations.get_or_create(&labels).clone() }
    }
}

/// The name of a method, one of [`METHODS`].
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET | Method::HEAD => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Gives a request its id, and tells how it was answered.
pub async fn observe(
    routes: &Routes,
    request: Request,
    answer: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let started = Instant::now();
    let id = RequestId::new(routes.engine.entropy());
    let method = name(request.method());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map(MatchedPath::as_str);
    let mut response = id.scope(answer(request)).await;
    tell(id, method, route, &response, started);
    if let Some(series) = routes.series(route, method) {
        let class = usize::from(response.status().as_u16() / 100).checked_sub(1);
        if let Some(counter) = class.and_then(|class| series.classes.get(class)) {
            counter.inc();
        }
        series.duration.since(started);
    }
    if let Some(failure) = response.extensions().get::<Failure>() {
        routes.engine.telemetry().requests.problem(failure.slug);
    }
    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        response.headers_mut().insert(HeaderName::from_static(HEADER), id);
    }
    response
}

/// One line for each request, and one more for a failure of ours, here and nowhere else. No span, which would be written
/// out for every request, and read for those alone that fail.
fn tell(id: RequestId, method: &str, route: Option<&str>, response: &Response, started: Instant) {
    let duration_us = started.elapsed().as_micros();
    let status = response.status().as_u16();
    tracing::debug!(request.id = %id, method, route, status, duration_us, "request");
    if !response.status().is_server_error() {
        return;
    }
    match response.extensions().get::<Failure>() {
        // Shedding load is what it is for: counted, but a line for each would be load of its own.
        Some(Failure { slug: Slug::Busy, .. }) => {}
        Some(Failure { slug, detail, cause: Some(cause) }) => {
            tracing::error!(
                request.id = %id, method, route, status, slug = slug.name(), detail, cause, "a request failed"
            );
        }
        Some(Failure { slug, detail, cause: None }) => {
            tracing::warn!(
                request.id = %id, method, route, status, slug = slug.name(), detail, "a request failed"
            );
        }
        None => tracing::warn!(
            request.id = %id, method, route, status, duration_us, "a request was not answered in time"
        ),
    }
}
