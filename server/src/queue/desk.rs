//! How does a brand work on its queue? How long somebody may wait, and replies written beforehand.

use fanfare_shared::ids::BrandId;
use fanfare_shared::text::tidied;
use fanfare_shared::wire::queue::{CaseKind, Desk, MESSAGE_CHARS, NAME_CHARS, PREPARED, Prepared};

use crate::engine::{Actor, AuditNote, Engine, ReadError, TeamProposal, TeamTable, TeamValue};
use crate::team::TeamFault;

const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;

/// The brand's desk, or the one that everybody begins with.
///
/// # Errors
/// The store could not be read.
pub fn read(engine: &Engine, brand: &BrandId) -> Result<Desk, ReadError> {
    let Some(entry) = engine.team_entry(TeamTable::Desk, brand.as_str().as_bytes())? else {
        return Ok(Desk::default());
    };
    let desk: Desk = serde_json::from_slice(&entry.bytes)
        .map_err(|error| ReadError(format!("the desk of {brand} is damaged: {error}")))?;
    Ok(Desk { version: entry.version, ..desk })
}

/// Seconds that somebody may wait.
pub(super) fn patience(desk: &Desk, kind: CaseKind) -> u64 {
    match kind {
        CaseKind::Access | CaseKind::Erasure => u64::from(desk.privacy_days) * DAY,
        CaseKind::Message => u64::from(desk.message_hours) * HOUR,
        // Nobody waits to be answered: it waits to be read.
        CaseKind::Answer => 7 * DAY,
    }
}

/// Puts another desk in its place, made from the version it names.
///
/// # Errors
/// [`TeamFault`].
pub async fn change(engine: &Engine, actor: Actor, brand: &BrandId, wanted: Desk) -> Result<Desk, TeamFault> {
    let prepared = wanted.prepared.iter().map(|Prepared { title, text }| {
        let text = tidied(text);
        Prepared { title: tidied(title).replace('\n', " "), text }
    });
    let desk = Desk { prepared: prepared.collect(), ..wanted };
    check(&desk)?;
    let key = brand.as_str().as_bytes();
    // The words are the brand's own, as on its pages.
    let bytes = serde_json::to_vec(&desk).map_err(|error| TeamFault::Fault(error.to_string()))?;
    let proposal = match desk.version {
        0 => TeamProposal::default().expecting_none(TeamTable::Desk, key),
        version => TeamProposal::default().expecting(TeamTable::Desk, key, version),
    };
    let note = AuditNote::new(actor, "queue.desk", brand.as_str()).within(brand.clone());
    let proposal = proposal.writing(TeamTable::Desk, key, TeamValue::Plain(bytes)).noted(note);
    let version = engine.change_team(proposal).await?;
    Ok(Desk { version, ..desk })
}

fn check(desk: &Desk) -> Result<(), TeamFault> {
    let field = |pointer, rule, detail: String| Err(TeamFault::Field(pointer, rule, detail));
    if !(1..=720).contains(&desk.message_hours) {
        return field("/message_hours", "range", "1 to 720 hours".to_owned());
    }
    if !(1..=30).contains(&desk.privacy_days) {
        return field("/privacy_days", "range", "1 to 30 days: the law allows a month".to_owned());
    }
    if desk.prepared.len() > PREPARED {
        return field("/prepared", "too-many", format!("{PREPARED} at most"));
    }
    for Prepared { title, text } in &desk.prepared {
        if title.is_empty() || text.is_empty() {
            return field("/prepared", "required", "give each reply a title and a text".to_owned());
        }
        if title.chars().count() > NAME_CHARS || text.chars().count() > MESSAGE_CHARS {
            let most = format!("a title has {NAME_CHARS} characters at most, a text {MESSAGE_CHARS}");
            return field("/prepared", "too-long", most);
        }
    }
    Ok(())
}
