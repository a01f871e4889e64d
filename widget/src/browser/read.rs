//! JavaScript values as the wire's types.
//!
//! By hand, because serde_json with these types is a fifth of the bundle: the browser has parsed the text already.
//! An id or a list that cannot be read gives nothing, and the caller stays where it is; a text or number that is
//! missing is empty: the server is our own, and each early exit would cost as much again.

use fanfare_shared::campaign::{ActivityKind, Openings, Results};
use fanfare_shared::ids::{CampaignId, Slug};
use fanfare_shared::time::{State, Timestamp};
use fanfare_shared::wire::act::ActKind;
use fanfare_shared::wire::bootstrap::{ActivityView, OptionView, QuestionView};
use fanfare_shared::wire::problem::{FieldError, Problem, Slug as ProblemSlug};
use fanfare_shared::wire::tally::{OptionTally, QuestionTally, Tally};
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::model::{Given, map};
use crate::state::{Checked, Record};
use crate::words::Words;

/// What is read of the bootstrap.
pub(super) struct Bootstrap {
    pub(super) campaign: CampaignId,
    pub(super) brand_name: String,
    pub(super) lang: String,
    pub(super) now: Timestamp,
    pub(super) title: String,
    pub(super) hosted: String,
    pub(super) activities: Vec<ActivityView>,
}

/// What came of an act.
pub(super) enum Settled {
    /// Accepted; results, where the rules show them.
    Done(Option<Tally>),
    /// Not accepted.
    Refused(Problem),
    /// It waits; whether only as long as the page is open.
    Waiting(bool),
}

/// A value of any kind, nothing being known of it.
pub(super) struct Value(JsValue);

impl From<JsValue> for Value {
    fn from(value: JsValue) -> Self {
        Self(value)
    }
}

impl Value {
    /// Parses a JSON text; what is none is `undefined`.
    pub(super) fn parse(json: &str) -> Self {
        Self(JSON::parse(json).unwrap_or_default())
    }

    fn get(&self, key: &str) -> Self {
        Self(Reflect::get(&self.0, &key.into()).unwrap_or_default())
    }

    fn some(self) -> Option<Self> {
        (!self.0.is_null() && !self.0.is_undefined()).then_some(self)
    }

    fn maybe(&self) -> Option<String> {
        self.0.as_string()
    }

    fn text(&self) -> String {
        self.maybe().unwrap_or_default()
    }

    fn texts(&self) -> Vec<String> {
        self.list().iter().map(Self::text).collect()
    }

    fn number(&self) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the wire has whole numbers below 2^53"
        )]
        self.0.as_f64().map_or(0, |number| number as u64)
    }

    fn list(&self) -> Vec<Self> {
        self.0.dyn_ref::<Array>().map(|list| list.iter().map(Self).collect()).unwrap_or_default()
    }

    /// Every part of a list, or nothing where one cannot be read.
    fn all<T>(&self, read: fn(&Self) -> Option<T>) -> Option<Vec<T>> {
        let mut all = Vec::new();
        for value in self.list() {
            all.push(read(&value)?);
        }
        Some(all)
    }

    fn entries(&self) -> Vec<(String, Self)> {
        let Some(object) = self.0.dyn_ref::<Object>() else { return Vec::new() };
        let pair = |pair: JsValue| {
            Some((Reflect::get_u32(&pair, 0).ok()?.as_string()?, Self(Reflect::get_u32(&pair, 1).ok()?)))
        };
        Object::entries(object).iter().filter_map(pair).collect()
    }

    /// A catalogue: texts by key.
    pub(super) fn catalogue(&self) -> Words {
        self.entries().into_iter().filter_map(|(key, text)| Some((key, text.maybe()?))).collect()
    }

    /// Values by question.
    pub(super) fn given(&self) -> Given {
        map(self.entries().into_iter().map(|(id, values)| (id, values.texts())))
    }

    /// Typed values by question by activity.
    pub(super) fn draft(&self) -> Vec<(String, Given)> {
        self.entries().into_iter().map(|(id, given)| (id, given.given())).collect()
    }

    pub(super) fn bootstrap(&self) -> Option<Bootstrap> {
        Some(Bootstrap {
            campaign: self.get("campaign").text().parse().ok()?,
            brand_name: self.get("brand_name").text(),
            lang: self.get("lang").text(),
            now: Timestamp(self.get("now").number()),
            title: self.get("title").text(),
            hosted: self.get("hosted").text(),
            activities: self.get("activities").all(Self::activity)?,
        })
    }

    fn activity(&self) -> Option<ActivityView> {
        Some(ActivityView {
            id: self.get("id").text().parse().ok()?,
            kind: ActivityKind::Poll,
            log: self.get("log").text(),
            rules: self.get("rules").text(),
            definition: self.get("definition").text(),
            sealed: self.get("sealed").0.is_truthy(),
            opens: Timestamp(self.get("opens").number()),
            closes: Timestamp(self.get("closes").number()),
            state: self.get("state").state(),
            results: match self.get("results").text().as_str() {
                "always" => Results::Always,
                "voted" => Results::Voted,
                "close" => Results::Close,
                _ => Results::Staff,
            },
            openings: if self.get("openings").text() == "never" { Openings::Never } else { Openings::Close },
            questions: self.get("questions").all(Self::question)?,
            tally: self.get("tally").tally(),
        })
    }

    fn state(&self) -> State {
        match self.text().as_str() {
            "scheduled" => State::Scheduled,
            "open" => State::Open,
            _ => State::Closed,
        }
    }

    fn slug(&self) -> Option<Slug> {
        self.text().parse().ok()
    }

    fn question(&self) -> Option<QuestionView> {
        let option = |option: &Self| {
            Some(OptionView { id: option.get("id").slug()?, text: option.get("text").text() })
        };
        Some(QuestionView {
            id: self.get("id").slug()?,
            kind: self.get("type").text(),
            text: self.get("text").text(),
            help: self.get("help").maybe(),
            required: self.get("required").0.is_truthy(),
            min: self.get("min").number(),
            max: self.get("max").number(),
            options: self.get("options").all(option)?,
            low: self.get("low").maybe(),
            high: self.get("high").maybe(),
        })
    }

    fn count(&self) -> Option<OptionTally> {
        Some(OptionTally { id: self.get("id").slug()?, count: self.get("count").number() })
    }

    pub(super) fn tally(&self) -> Option<Tally> {
        let question = |question: &Self| {
            Some(QuestionTally {
                id: question.get("id").slug()?,
                answered: question.get("answered").number(),
                options: question.get("options").all(Self::count)?,
            })
        };
        Some(Tally {
            activity: self.get("activity").text().parse().ok()?,
            seq: self.get("seq").number(),
            state: self.get("state").state(),
            ballots: self.get("ballots").number(),
            custody_server: self.get("custody_server").number(),
            questions: self.get("questions").all(question)?,
        })
    }

    pub(super) fn record(&self) -> Option<Record> {
        let checked = |made: &Self| Checked { step: made.get("step").text(), ok: made.get("ok").0.as_bool() };
        self.0.is_truthy().then(|| Record {
            act: if self.get("act").text() == "withdraw" { ActKind::Withdraw } else { ActKind::Ballot },
            answers: self.get("answers").given(),
            index: self.get("index").number(),
            revision: self.get("revision").number(),
            receipt: self.get("receipt").text(),
            checks: self.get("checks").list().iter().map(checked).collect(),
        })
    }

    /// The values of an act in the outbox, and whether it lasts only as long as the page.
    pub(super) fn kept(&self) -> Option<(Given, bool)> {
        let answers = self.0.is_truthy().then(|| self.get("answers").given())?;
        Some((answers, self.get("memory").0.is_truthy()))
    }

    pub(super) fn settled(&self) -> Settled {
        match (self.get("problem").some(), self.get("reply").some()) {
            (Some(problem), _) => Settled::Refused(problem.problem()),
            (None, Some(reply)) => Settled::Done(reply.get("tally").tally()),
            (None, None) => Settled::Waiting(self.get("memory").0.is_truthy()),
        }
    }

    /// Only what a visitor is told: the slug and the fields at fault.
    fn problem(&self) -> Problem {
        let error = |error: &Self| FieldError {
            pointer: error.get("pointer").text(),
            detail: String::new(),
            slug: error.get("slug").text(),
        };
        let errors = self.get("errors").list().iter().map(error).collect();
        let mut problem = ProblemSlug::Internal.problem("", "", errors);
        problem.slug = self.get("slug").text();
        problem
    }
}
