//! `/d/{contest}`: the page of a draw, from the sealed list and the certificate.

use axum::response::{IntoResponse, Response};
use fanfare_shared::draw::rounds::time_of;
use fanfare_shared::draw::seal_code::SealCode;
use fanfare_shared::draw::slots::{Slot, Stake};
use fanfare_shared::log::checkpoint::Checkpoint;
use fanfare_shared::log::leaf::{BeaconKind, Body, Leaf, Seal};
use fanfare_shared::log::note::Note;
use fanfare_shared::verify::drawn::latest;
use fanfare_widget::model::ContestView;
use fanfare_widget::render::draw::{CallView, DrawModel, DrawnView, Ended, SlotView, draw_html};
use fanfare_widget::view::format::{Format as _, Plain};
use fanfare_widget::words::Words;

use super::{Visit, html, page_model};
use crate::app::App;
use crate::assets;
use crate::certificate::Made;
use crate::engine::{ActivityState, CampaignState, LogId, ReadError};
use crate::error::ApiError;
use crate::localize;

/// What a sealed list comes to.
struct Sealed {
    code: SealCode,
    entries: u64,
    tickets: u64,
}

/// The page. Nothing for an activity that is no contest.
///
/// # Errors
/// The store cannot be read.
pub fn page(
    app: &App,
    campaign: &CampaignState,
    activity: &ActivityState,
    lang: &str,
    made: Option<&Made>,
) -> Result<Option<Response>, ApiError> {
    let zone = &campaign.campaign.time_zone;
    let (now, id) = (app.now(), activity.id.as_str());
    let Some(contest) = localize::contest(activity, lang, now, zone) else { return Ok(None) };
    let Some(rules) = activity.contest.as_ref().map(|contest| &contest.rules) else { return Ok(None) };
    let mut page = page_model(app, campaign, lang, &Visit::default());
    let script = assets::logical("draw.js").map(|asset| app.url.join(&format!("/assets/{}", asset.name)));
    page.script = script;
    page.about = Some(about(&contest, lang));
    page.campaign.activities.clear();
    let sealed = sealed(app, activity)?;
    let number = |n: u64| Plain::of(lang).number(n);
    let words = |n: Option<u64>| n.map(number).unwrap_or_default();
    let draws = app.url.join(&format!("/api/v1/activities/{id}/draws/1"));
    let model = DrawModel {
        id: id.to_owned(),
        address: app.url.join(&format!("/d/{id}")),
        due: time_of(rules.beacon.round),
        seal_code: sealed.as_ref().map(|sealed| sealed.code.grouped()),
        seal_before: localize::moment(latest(rules.beacon.round), now, zone, lang).unwrap_or_default(),
        entries: words(sealed.as_ref().map(|sealed| sealed.entries)),
        tickets: words(sealed.as_ref().map(|sealed| sealed.tickets)),
        drawn: made.map(|made| drawn(made, &contest, rules.beacon.kind, rules.beacon.round, &number)),
        certificate: format!("{draws}/certificate"),
        bundle: format!("{draws}/bundle"),
        verify: app.url.join(&format!("/verify?lang={lang}&contest={id}")),
        contest,
        page,
    };
    let document = draw_html(&model);
    Ok(Some(html(&model.page, document).into_response()))
}

/// What can be won and when, for whoever is sent the address.
fn about(contest: &ContestView, lang: &str) -> String {
    let prizes: Vec<_> = contest.prizes.iter().map(|prize| prize.title.as_str()).collect();
    let key = if contest.drawn { "contest.draw.done" } else { "draw.when" };
    let when = Words::of(lang).fill(key, &[("when", &contest.draw)]);
    [&prizes.join(", "), ". ", &when].concat()
}

fn sealed(app: &App, activity: &ActivityState) -> Result<Option<Sealed>, ReadError> {
    let log = app.engine.log(&LogId::Activity(activity.id.clone()));
    let (Some(size), Some(log)) = (activity.sealed, log) else { return Ok(None) };
    let broken = || ReadError(format!("the seal of {} cannot be read", activity.id));
    let note: Note = log.checkpoint_at(size)?.parse().map_err(|_| broken())?;
    let checkpoint: Checkpoint = note.text.parse().map_err(|_| broken())?;
    let seal = log.proven(size.saturating_sub(1), size)?;
    let seal = Leaf::decode(&seal.leaf.0).map_err(|_| broken())?;
    let Body::Seal(Seal::Entries { entries, tickets, .. }) = seal.body else { return Err(broken()) };
    Ok(Some(Sealed { code: SealCode::of(&checkpoint.root), entries, tickets }))
}

fn drawn(
    made: &Made,
    contest: &ContestView,
    kind: BeaconKind,
    round: u64,
    number: &dyn Fn(u64) -> String,
) -> DrawnView {
    // People count tickets from 1; leaves and certificates from 0.
    let ticket = |n: u64| number(n.saturating_add(1));
    let prize = |stake: Stake| match stake {
        Stake::Prize(n) => {
            let at = usize::try_from(n).ok().and_then(|n| n.checked_sub(1));
            at.and_then(|at| contest.prizes.get(at)).map(|prize| prize.title.clone())
        }
        Stake::Reserve => None,
    };
    let moved: Vec<(u64, u64)> = made.standing.held().filter(|(slot, of)| slot != of).collect();
    let slot = |slot: &Slot| SlotView {
        prize: prize(slot.stake),
        ticket: ticket(slot.ticket),
        holder: slot.holder.to_hex().chars().take(8).collect(),
        ended: match slot.stake {
            Stake::Prize(_) if made.standing.holder(slot.number) != Some(slot.number) => Ended::Skipped,
            Stake::Reserve if moved.iter().any(|(_, of)| *of == slot.number) => Ended::Moved,
            Stake::Prize(_) | Stake::Reserve => Ended::Holds,
        },
    };
    DrawnView {
        grade: match kind {
            BeaconKind::Demo => "demo",
            BeaconKind::Drand => "seal",
        },
        round: number(round),
        slots: made.slots.0.iter().map(slot).collect(),
        calls: made
            .calls
            .iter()
            .map(|call| CallView { ticket: ticket(call.ticket), outcome: call.outcome.name() })
            .collect(),
    }
}
