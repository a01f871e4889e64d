//! Which of a document's wishes can still be granted? The rules of an activity stand in its leaf 0 and never move; its
//! documents may be amended until the first ballot; everything around it (origins, colours) is free.

use std::collections::BTreeMap;

use fanfare_shared::campaign::{Activity, Campaign};
use fanfare_shared::definition::Definition;
use fanfare_shared::ids::{ActivityId, CampaignId, Slug};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::leaf::{Amend, Body, Leaf, RegistryBody, RegistryLeaf, Rules};
use fanfare_shared::log::origin::{LogOrigin, RegistryOrigin};

use super::draft::Draft;
use super::{Desk, leaf0};
use crate::engine::{Applied, Apply, ApplyError, AuditNote, Resolved};
use crate::store::record::{AmendRecord, CampaignRecord, LogId, OpenRecord, Record};
use crate::store::state::key::Key;
use crate::store::state::overlay;
use crate::store::state::rows::{ActivityRow, CampaignRow};
use crate::store::{Definitions, ReadError, View};

/// A document whose files are durable already: the committer writes no texts.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) apply: Apply,
    /// Hash of the document itself.
    pub(crate) document: Hash,
    /// Hash of the terms.
    pub(crate) terms: Hash,
    /// Hashes of the definitions, one for each activity.
    pub(crate) definitions: Vec<Hash>,
    /// Hashes of the prizes' texts, a list for each activity.
    pub(crate) prizes: Vec<Vec<Hash>>,
}

type Faults = Vec<(String, String)>;

/// One activity of the document beside what is known of it.
struct Wish<'a> {
    pointer: String,
    activity: &'a Activity,
    resolved: &'a Resolved,
    definition: Hash,
    prizes: &'a [Hash],
    id: ActivityId,
    known: Option<ActivityRow>,
}

/// Decides a document and appends what follows from it to the draft.
pub(super) fn decide(
    desk: &Desk,
    draft: &mut Draft<'_>,
    view: &dyn View,
    prepared: &Prepared,
) -> Result<Result<Applied, ApplyError>, ReadError> {
    let (campaign, written) = (&prepared.apply.campaign, draft.len());
    let before: Option<CampaignRow> = draft.overlay.row(&Key::campaign(&campaign.campaign))?;
    let mut faults = Faults::new();
    if before.as_ref().is_some_and(|before| before.brand != campaign.brand) {
        faults.push(("/brand".to_owned(), "this campaign belongs to another brand".to_owned()));
    }
    let known = activities_of(view, &campaign.campaign)?;
    let wishes = wishes(draft, prepared, &known, &mut faults)?;
    for wish in &wishes {
        check(desk, draft, prepared, wish, &mut faults)?;
    }
    for (id, row) in &known {
        let stays = wishes.iter().any(|wish| wish.id == *id);
        let was_there = before.as_ref().is_some_and(|before| before.activities.contains(id));
        if !stays && was_there && row.sealed.is_none() {
            let detail =
                format!("`{}` is still running: end it (`ended = true`) before taking it out", row.name);
            faults.push(("/activities".to_owned(), detail));
        }
    }
    if !faults.is_empty() {
        return Ok(Err(ApplyError::Refused(faults)));
    }
    for wish in &wishes {
        grant(desk, draft, prepared, wish)?;
    }
    let activities: Vec<(Slug, ActivityId)> =
        wishes.iter().map(|wish| (wish.activity.name.clone(), wish.id.clone())).collect();
    let same = before.as_ref().is_some_and(|before| before.document == prepared.document);
    let version = before.as_ref().map_or(0, |before| before.version) + u64::from(!same);
    if !same {
        let record = CampaignRecord {
            id: campaign.campaign.clone(),
            brand: campaign.brand.clone(),
            version,
            document: prepared.document,
            activities: wishes.into_iter().map(|wish| wish.id).collect(),
        };
        draft.append(Record::Campaign(record), None)?;
    }
    let unchanged = draft.len() == written;
    if !unchanged {
        let note = AuditNote::new(prepared.apply.by, "campaign.applied", campaign.campaign.to_string())
            .within(campaign.brand.clone())
            .saying(format!("version {version}"));
        super::team::note(draft, &note)?;
    }
    Ok(Ok(Applied { version, activities, unchanged }))
}

/// Every activity that a campaign ever had.
fn activities_of(
    view: &dyn View,
    campaign: &CampaignId,
) -> Result<BTreeMap<ActivityId, ActivityRow>, ReadError> {
    let mut found = BTreeMap::new();
    for row in view.scan(&Key::activities(), &Key::activities()) {
        let (key, bytes) = row?;
        let row: ActivityRow = overlay::decode(&key, &bytes)?;
        let id = key.first_text().and_then(|id| id.parse().ok());
        if let Some(id) = id.filter(|_| row.campaign == *campaign) {
            found.insert(id, row);
        }
    }
    Ok(found)
}

fn wishes<'a>(
    draft: &Draft<'_>,
    prepared: &'a Prepared,
    known: &BTreeMap<ActivityId, ActivityRow>,
    faults: &mut Faults,
) -> Result<Vec<Wish<'a>>, ReadError> {
    let Apply { campaign, activities: resolved, .. } = &prepared.apply;
    let mut wishes: Vec<Wish<'a>> = Vec::new();
    let files = prepared.definitions.iter().zip(&prepared.prizes);
    let all = campaign.activities.iter().zip(resolved).zip(files).enumerate();
    for (at, ((activity, resolved), (definition, prizes))) in all {
        let pointer = format!("/activities/{at}");
        let named = known.iter().find(|(_, row)| row.name == activity.name);
        let id = named.map_or(&resolved.candidate, |(id, _)| id).clone();
        if activity.id.as_ref().is_some_and(|wanted| *wanted != id) {
            faults.push((format!("{pointer}/id"), format!("`{}` has the id `{id}`", activity.name)));
        }
        let taken = named.is_none()
            && (draft.overlay.has(&Key::activity(&id))? || wishes.iter().any(|other| other.id == id));
        if taken {
            faults.push((format!("{pointer}/id"), "this id belongs to another activity".to_owned()));
        }
        let known = named.map(|(_, row)| row.clone());
        wishes.push(Wish { pointer, activity, resolved, definition: *definition, prizes, id, known });
    }
    Ok(wishes)
}

/// Names what a wish would move that cannot move.
fn check(
    desk: &Desk,
    draft: &Draft<'_>,
    prepared: &Prepared,
    wish: &Wish<'_>,
    faults: &mut Faults,
) -> Result<(), ReadError> {
    let Some(row) = &wish.known else {
        let over = wish.resolved.over(draft.now);
        faults.extend(over.map(|detail| (format!("{}/closes", wish.pointer), detail.to_owned())));
        return Ok(());
    };
    let mut fixed = |field: &str, what: &str| {
        let detail = format!("{what} stands in the rules of this activity and cannot change any more");
        faults.push((format!("{}/{field}", wish.pointer), detail));
    };
    let (opens, closes) = wish.resolved.explicit;
    if opens && wish.resolved.window.opens != row.window.opens {
        fixed("opens", "the opening");
    }
    if closes && wish.resolved.window.closes != row.window.closes {
        fixed("closes", "the close");
    }
    if wish.activity.results != row.results {
        fixed("results", "who sees results");
    }
    if wish.activity.openings != row.openings {
        fixed("openings", "whether ballots are opened");
    }
    let ended_early =
        row.sealed.is_some() && row.window.state(draft.now, false) != fanfare_shared::time::State::Closed;
    if ended_early && !wish.activity.ended {
        fixed("ended", "that it was ended");
    }
    let acts = draft.log(&LogId::Activity(wish.id.clone()))?.acts;
    let why = match row.contest {
        Some(_) => OF_A_CONTEST,
        None if acts == 0 && row.sealed.is_none() => return Ok(()),
        None => AFTER_FIRST_BALLOT,
    };
    let campaign = &prepared.apply.campaign;
    if wish.definition != row.definition {
        let before = desk.documents.definition(&row.definition)?;
        let after = Definition::of(campaign, wish.activity);
        faults.extend(differences(&wish.pointer, &before, &after, why));
    }
    if prepared.terms != row.terms {
        faults.push(("/terms".to_owned(), why.to_owned()));
    }
    Ok(())
}

const AFTER_FIRST_BALLOT: &str = "people have answered under the published text: it cannot change any more";
const OF_A_CONTEST: &str =
    "the rules of a contest are public from its first day and cannot change: begin another contest";

fn differences(pointer: &str, before: &Definition, after: &Definition, why: &str) -> Faults {
    let mut faults = Faults::new();
    let mut differs = |differs: bool, place: String| {
        if differs {
            faults.push((place, why.to_owned()));
        }
    };
    differs(before.kind != after.kind, format!("{pointer}/kind"));
    differs(before.contest != after.contest, format!("{pointer}/contest"));
    differs(before.questions != after.questions, format!("{pointer}/questions"));
    differs(before.title != after.title, "/title".to_owned());
    differs(before.languages != after.languages, "/languages".to_owned());
    faults
}

/// Appends what makes a wish true.
fn grant(desk: &Desk, draft: &mut Draft<'_>, prepared: &Prepared, wish: &Wish<'_>) -> Result<(), ReadError> {
    let log = LogId::Activity(wish.id.clone());
    match &wish.known {
        None => open(desk, draft, prepared, wish)?,
        Some(row) if row.definition != wish.definition || row.terms != prepared.terms => {
            let at = draft.leaf_time(&[&log])?;
            let Ok(reason) = "edited".parse::<Slug>() else { return Ok(()) };
            let body = Body::Amend(Amend { definition: wish.definition, terms: prepared.terms, reason });
            let leaf = Leaf { activity: wish.id.clone(), at, body }.encode();
            let (activity, definition, terms) = (wish.id.clone(), wish.definition, prepared.terms);
            let record = AmendRecord { activity, definition, terms, at: at.0, leaf };
            draft.append(Record::Amend(record), None)?;
        }
        Some(_) => {}
    }
    let sealed = wish.known.as_ref().is_some_and(|row| row.sealed.is_some());
    if wish.activity.ended && !sealed {
        super::close::seal(desk, draft, &wish.id)?;
    }
    Ok(())
}

/// Leaf 0 and the registry's `open`, in one record.
fn open(desk: &Desk, draft: &mut Draft<'_>, prepared: &Prepared, wish: &Wish<'_>) -> Result<(), ReadError> {
    let Campaign { brand, campaign, .. } = &prepared.apply.campaign;
    let registry = LogId::Registry(brand.clone());
    let at = draft.leaf_time(&[&registry])?;
    let origin = LogOrigin { host: desk.host.clone(), activity: wish.id.clone() };
    let own = leaf0::rules(desk, wish.activity, wish.resolved, wish.prizes);
    let rules = Rules {
        log: origin.clone(),
        registry: RegistryOrigin { host: desk.host.clone(), brand: brand.clone() },
        window: wish.resolved.window,
        definition: wish.definition,
        terms: prepared.terms,
        kind: own.kind,
        void_reasons: own.void_reasons,
        skip_reasons: own.skip_reasons,
        witness_policy: None,
    };
    let leaf = Leaf { activity: wish.id.clone(), at, body: Body::Rules(Box::new(rules)) }.encode();
    let body = RegistryBody::Open { log: origin, rules: Hash::of(&leaf) };
    let record = OpenRecord {
        id: wish.id.clone(),
        brand: brand.clone(),
        campaign: campaign.clone(),
        name: wish.activity.name.clone(),
        definition: wish.definition,
        terms: prepared.terms,
        opens: wish.resolved.window.opens.0,
        closes: wish.resolved.window.closes.0,
        results: wish.activity.results,
        openings: wish.activity.openings,
        at: at.0,
        leaf,
        registry: RegistryLeaf { at, body }.encode(),
    };
    draft.append(Record::Open(Box::new(record)), None)?;
    Ok(())
}
