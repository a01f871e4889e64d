//! Bootstraps as they were rendered and compressed last, for as long as they would come out the same: a page that many
//! open at once costs a look-up each. Bounded by the campaigns and their languages.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use fanfare_shared::ids::CampaignId;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::time::{State, Timestamp};

use crate::app::App;
use crate::engine::CampaignState;
use crate::render;

/// Seconds after which it is rendered again for the time it shows; caches keep it as long.
pub const FRESH: u64 = 5;
/// Nearly as small as the highest quality, in a tenth of its time: with a running poll it is made again at each group.
const QUALITY: i32 = 6;

/// What was rendered last, by campaign and language.
#[derive(Debug, Default)]
pub struct Bootstraps(Mutex<BTreeMap<(CampaignId, String), Arc<Rendered>>>);

/// A bootstrap, ready to be sent.
#[derive(Debug)]
pub struct Rendered {
    /// Of everything but the clock: time alone is no news.
    pub etag: String,
    /// The JSON.
    pub json: Bytes,
    /// The same, compressed by brotli.
    pub brotli: Bytes,
    of: Of,
    at: Timestamp,
}

/// What a bootstrap depends on beside the time: the campaign's version, and where each activity stands.
type Of = (u64, Vec<Option<(u64, State, bool)>>);

impl Bootstraps {
    /// The bootstrap of a campaign in one language, as of now.
    pub fn read(&self, app: &App, campaign: &CampaignState, lang: &str) -> Arc<Rendered> {
        let of = of(app, campaign);
        let now = app.now();
        let key = (campaign.campaign.campaign.clone(), lang.to_owned());
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key)
            && known.of == of
            && now.0.abs_diff(known.at.0) < FRESH
        {
            return Arc::clone(known);
        }
        // Rendered without the lock: two at once do it twice, and nobody waits.
        let rendered = Arc::new(render(app, campaign, lang, of, now));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&rendered));
        rendered
    }
}

fn of(app: &App, campaign: &CampaignState) -> Of {
    let standing = |id| {
        let (seq, state) = app.engine.standing(id)?;
        Some((seq, state, app.engine.activity(id)?.sealed.is_some()))
    };
    (campaign.version, campaign.activities.iter().map(standing).collect())
}

fn render(app: &App, campaign: &CampaignState, lang: &str, of: Of, at: Timestamp) -> Rendered {
    let mut bootstrap = render::bootstrap(app, campaign, lang);
    let now = std::mem::take(&mut bootstrap.now);
    let mut etag = Hash::of(&serde_json::to_vec(&bootstrap).unwrap_or_default()).to_string();
    etag.truncate(16);
    bootstrap.now = now;
    let json = serde_json::to_vec(&bootstrap).unwrap_or_default();
    let parameters =
        brotli::enc::BrotliEncoderParams { quality: QUALITY, size_hint: json.len(), ..Default::default() };
    let mut packed = Vec::new();
    // Writing to memory fails for nobody; what came out empty is never sent.
    let _ = brotli::BrotliCompress(&mut json.as_slice(), &mut packed, &parameters);
    Rendered { etag: format!("\"{etag}\""), json: json.into(), brotli: packed.into(), of, at }
}
