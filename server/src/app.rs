//! What every handler shares: the engine, the public address, and questions that several routes ask.

use std::collections::BTreeMap;
use std::sync::Arc;

use fanfare_shared::campaign::Results;
use fanfare_shared::ids::{ActivityId, BrandId, CampaignId, Participant};
use fanfare_shared::time::{State, Timestamp};
use fanfare_shared::wire::tally::Tally;
use tokio::sync::watch;

use crate::bootstraps::Bootstraps;
use crate::campaigns;
use crate::certificate::Certificates;
use crate::clock::Clock;
use crate::config::Config;
use crate::edge::{Edge, Gauges};
use crate::engine::{
    Act, ActivityState, CampaignState, Committed, Engine, ReadError, SubmitError, TeamTable,
};
use crate::error::ApiError;
use crate::install::guard::Reach;
use crate::mail::Mail;
use crate::queue::Queue;
use crate::routes;
use crate::tallies::{Tallies, Written};
use crate::team::Team;
use crate::url::PublicUrl;

/// What every handler shares, behind one pointer: each request clones it several times.
pub type App = Arc<Shared>;

/// The server's shared parts.
pub struct Shared {
    /// The store and its one writer.
    pub engine: Engine,
    /// The only source of time.
    pub clock: Arc<dyn Clock>,
    /// Where visitors reach this server.
    pub url: Arc<PublicUrl>,
    /// Bootstraps rendered before.
    pub bootstraps: Bootstraps,
    /// Certificates made before.
    pub certificates: Certificates,
    /// Tallies written before.
    pub tallies: Tallies,
    /// The OpenAPI document, as JSON.
    pub openapi: Arc<str>,
    /// True once the server drains: long streams end.
    pub draining: watch::Receiver<bool>,
    /// Who is asked to come back later, and how often that was said.
    pub edge: Arc<Edge>,
    /// Where this server may be sent.
    pub reach: Reach,
    /// Who belongs to the brands' team.
    pub team: Arc<Team>,
    /// What waits for a person.
    pub queue: Arc<Queue>,
    /// Letters to people.
    pub mail: Arc<Mail>,
    /// When this server was started.
    pub started: Timestamp,
    /// Every setting in force, as the operators' page shows it.
    pub settings: serde_json::Value,
}

impl Shared {
    /// The parts of a server on this engine, reached at this address.
    #[must_use]
    pub fn new(
        engine: Engine,
        clock: Arc<dyn Clock>,
        url: PublicUrl,
        config: &Config,
        draining: watch::Receiver<bool>,
    ) -> Self {
        let mail = Arc::new(Mail::new(engine.clone(), Arc::clone(&clock), &config.mail));
        let team =
            Arc::new(Team::new(engine.clone(), Arc::clone(&clock), Arc::clone(&mail), &url, &config.oidc));
        let url = Arc::new(url);
        let queue = Queue::new(
            engine.clone(),
            Arc::clone(&clock),
            Arc::clone(&mail),
            Arc::clone(&team),
            Arc::clone(&url),
        );
        Self {
            bootstraps: Bootstraps::default(),
            certificates: Certificates::default(),
            tallies: Tallies::default(),
            openapi: routes::openapi_json(url.is_https()).into(),
            draining,
            edge: Arc::new(Edge::new(config, engine.entropy())),
            reach: config.outgoing.reach(),
            started: clock.now(),
            mail,
            settings: serde_json::to_value(config).unwrap_or_default(),
            team,
            queue: Arc::new(queue),
            engine,
            clock,
            url,
        }
    }

    /// Whether the team put a campaign away: it stays where it is, and is not shown off any more.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn is_archived(&self, campaign: &CampaignId) -> Result<bool, ReadError> {
        Ok(self.engine.team_entry(TeamTable::Archived, campaign.as_str().as_bytes())?.is_some())
    }

    /// Every brand that has a campaign, with the name its newest document gives.
    #[must_use]
    pub fn brands(&self) -> BTreeMap<BrandId, String> {
        let named = campaigns::brands(&self.engine).into_iter();
        named.map(|(brand, state)| (brand, state.campaign.brand_name.clone())).collect()
    }

    /// The link for a new password, likewise.
    #[must_use]
    pub fn reset_link(&self, token: &str) -> String {
        self.url.join(&format!("/console/reset#{token}"))
    }

    /// The link of an invitation. Its secret stands behind `#`: no browser sends that to a server.
    #[must_use]
    pub fn join_link(&self, token: &str) -> String {
        self.url.join(&format!("/console/join#{token}"))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An activity by the text of its id.
    ///
    /// # Errors
    /// Not found, whether it is ill-formed or unknown.
    pub fn activity(&self, id: &str) -> Result<Arc<ActivityState>, ApiError> {
        let id: ActivityId = id.parse().map_err(|_| ApiError::not_found("activity"))?;
        self.engine.activity(&id).ok_or_else(|| ApiError::not_found("activity"))
    }

    /// A campaign by the text of its id.
    ///
    /// # Errors
    /// Not found, whether it is ill-formed or unknown.
    pub fn campaign(&self, id: &str) -> Result<Arc<CampaignState>, ApiError> {
        let id: CampaignId = id.parse().map_err(|_| ApiError::not_found("campaign"))?;
        self.engine.campaign(&id).ok_or_else(|| ApiError::not_found("campaign"))
    }

    /// Asks for an act, unless there is no use in waiting for the writer.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub async fn submit(&self, act: Act) -> Result<Committed, SubmitError> {
        self.queued(self.engine.submit(act)).await
    }

    /// Forgets a participant, unless there is no use in waiting for the writer.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub async fn erase(&self, participant: &Participant) -> Result<(), SubmitError> {
        self.queued(self.engine.erase(participant)).await
    }

    async fn queued<T>(&self, asked: impl Future<Output = Result<T, SubmitError>>) -> Result<T, SubmitError> {
        let outcome = match self.edge.admission.enter() {
            Some(_place) => asked.await,
            None => Err(SubmitError::Busy),
        };
        if matches!(outcome, Err(SubmitError::Busy)) {
            Gauges::count(&self.edge.gauges.shed);
        }
        outcome
    }

    /// The results of an activity, if this reader may see them now.
    #[must_use]
    pub fn visible_tally(&self, activity: &ActivityState, reader: Reader) -> Option<Tally> {
        let tally = self.engine.tally(&activity.id)?;
        reader.sees(activity.results, tally.state).then_some(tally)
    }

    /// The same, as it is sent.
    #[must_use]
    pub fn written_tally(&self, activity: &ActivityState, reader: Reader) -> Option<Arc<Written>> {
        let written = self.tallies.read(&self.engine, &activity.id)?;
        reader.sees(activity.results, written.state).then_some(written)
    }

    /// What shows the results of an activity to those who answered: not a secret of a person, but not public.
    #[must_use]
    pub fn results_token(&self, activity: &ActivityId) -> String {
        let mut token = hex(&self.mac("results", &[activity.as_str()]));
        token.truncate(16);
        token
    }

    /// Who a reader with this token is.
    #[must_use]
    pub fn reader(&self, activity: &ActivityId, token: Option<&str>) -> Reader {
        if token.is_some_and(|token| token == self.results_token(activity)) {
            Reader::Voted
        } else {
            Reader::Anybody
        }
    }

    /// HMAC-SHA-256 over these lines under a key of this installation, for one purpose.
    #[must_use]
    pub fn mac(&self, purpose: &str, lines: &[&str]) -> [u8; 32] {
        let text: String = lines.iter().flat_map(|line| [*line, "\n"]).collect();
        self.engine.mac(purpose, text.as_bytes())
    }
}

/// Who asks for results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Whoever comes by.
    Anybody,
    /// Somebody who answered.
    Voted,
}

impl Reader {
    /// Whether results are shown to this reader, while an activity stands there.
    fn sees(self, results: Results, state: State) -> bool {
        match results {
            Results::Always => true,
            Results::Voted => self == Self::Voted || state == State::Closed,
            Results::Close => state == State::Closed,
            Results::Staff => false,
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}
