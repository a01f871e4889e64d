//! How does what is written get to the server? By itself, shortly after the last change, one request at a time; what
//! came between is never overwritten unseen. The first change of a campaign in force begins its draft.

use std::time::Duration;

use fanfare_shared::campaign::Campaign;
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::draft::{Draft, DraftChange, NewDraft};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::Value;

use super::device;
use super::state::{Builder, of_server};
use crate::api::{Answer, Api, Fault, api};
use crate::browser;
use crate::parts::announce::{Announcer, announcer};

/// Milliseconds after the last change.
const PAUSE: u32 = 800;
/// Seconds between two times that saving is said aloud: whoever listens is writing.
const SAID: u64 = 60;

/// Where saving stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum State {
    /// There is no draft, and nothing to save in one.
    Untouched,
    /// Everything is with the server, since then.
    Saved(Timestamp),
    /// Something was changed, or is on its way.
    Saving,
    /// It did not get there.
    Failed(Fault),
    /// Somebody else saved another version meanwhile.
    Overtaken,
}

/// What saving knows.
#[derive(Clone, Copy)]
pub(crate) struct Saving {
    pub(crate) api: Api,
    pub(crate) announcer: Announcer,
    pub(crate) state: RwSignal<State>,
    /// The version that the next change is made from.
    pub(crate) version: StoredValue<u64>,
    /// What the server has.
    saved: StoredValue<Campaign>,
    busy: StoredValue<bool>,
    timer: StoredValue<Option<Timeout>, LocalStorage>,
    said: StoredValue<Timestamp>,
    /// Grows with each version that is saved: the preview shows it then.
    pub(crate) round: RwSignal<u32>,
    /// What somebody else saved meanwhile.
    pub(crate) theirs: RwSignal<Option<Draft>>,
}

impl Saving {
    pub(crate) fn new(draft: Option<&Draft>, saved: Campaign) -> Self {
        let state = draft.map_or(State::Untouched, |draft| State::Saved(draft.summary.changed));
        Self {
            api: api(),
            announcer: announcer(),
            state: RwSignal::new(state),
            version: StoredValue::new(draft.map_or(0, |draft| draft.version)),
            saved: StoredValue::new(saved),
            busy: StoredValue::new(false),
            timer: StoredValue::new_local(None),
            said: StoredValue::new(Timestamp(0)),
            round: RwSignal::new(0),
            theirs: RwSignal::new(None),
        }
    }
}

/// The document as JSON.
pub(crate) fn json(campaign: &Campaign) -> Value {
    serde_json::to_value(campaign).unwrap_or_default()
}

fn address(id: &str) -> String {
    ["/api/v1/drafts/", id].concat()
}

/// Saves a change in its draft, or begins one with it.
async fn sent(api: Api, id: Option<&str>, change: &DraftChange) -> Answer<Draft> {
    match id {
        Some(id) => api.put(&address(id), change).await,
        None => api.post("/api/v1/drafts", &NewDraft { document: change.document.clone() }).await,
    }
}

impl Builder {
    /// What the tab keeps unsaved work under: the draft, or the campaign as long as there is none.
    pub(crate) fn kept_as(self) -> String {
        let id = self.id.get_untracked();
        id.unwrap_or_else(|| self.of.with_value(|of| ["of:", of].concat()))
    }

    /// What is here, as a change of the version it was made from.
    fn unsaved(self) -> DraftChange {
        let document = self.document.with_untracked(json);
        DraftChange { version: self.saving.version.get_value(), document }
    }

    /// The document was changed: kept in the tab at once, saved after a pause.
    pub(crate) fn touched(self) {
        let saving = self.saving;
        device::keep(&self.kept_as(), &self.unsaved());
        if saving.state.with_untracked(|state| *state != State::Overtaken) {
            saving.state.set(State::Saving);
            saving.timer.set_value(Some(Timeout::new(PAUSE, move || self.save())));
        }
    }

    /// Saves now, unless there is nothing to save.
    pub(crate) fn save(self) {
        let saving = self.saving;
        let overtaken = saving.state.try_get_untracked().is_none_or(|state| state == State::Overtaken);
        if overtaken || saving.busy.get_value() {
            return;
        }
        saving.timer.set_value(None);
        let document = self.document.get_untracked();
        if saving.saved.with_value(|saved| *saved == document) {
            self.is_there(browser::now());
            return;
        }
        saving.busy.set_value(true);
        saving.state.set(State::Saving);
        let (api, announcer) = (saving.api, saving.announcer);
        let (id, change) = (self.id.get_untracked(), self.unsaved());
        spawn_local(async move {
            let answer = match (sent(api, id.as_deref(), &change).await, &id) {
                (Err(fault), Some(id)) if fault.slug() == Some("changed-meanwhile") => {
                    match api.get::<Draft>(&address(id)).await {
                        // An answer that got lost on its way back: it was saved all the same.
                        Ok(draft) if draft.document == change.document => Ok(draft),
                        Ok(draft) => {
                            saving.busy.try_set_value(false);
                            saving.theirs.try_set(Some(draft));
                            saving.state.try_set(State::Overtaken);
                            return;
                        }
                        Err(fault) => Err(fault),
                    }
                }
                (answer, _) => answer,
            };
            // The page may be another one by now.
            if saving.busy.try_set_value(false).is_some() {
                return;
            }
            match answer {
                Ok(draft) => self.was_saved(&draft, document),
                Err(fault) => {
                    announcer.say(self.words.fill("save.failed", &[("why", &fault.text(self.words))]));
                    saving.state.set(State::Failed(fault));
                }
            }
        });
    }

    fn was_saved(self, draft: &Draft, sent: Campaign) {
        let saving = self.saving;
        if self.id.with_untracked(Option::is_none) {
            self.began(draft);
        }
        saving.version.set_value(draft.version);
        saving.saved.set_value(sent.clone());
        saving.round.update(|round| *round += 1);
        if self.document.with_untracked(|now| *now != sent) {
            // Written on meanwhile.
            saving.timer.set_value(Some(Timeout::new(PAUSE, move || self.save())));
            return;
        }
        self.there.set(of_server(draft));
        self.is_there(draft.summary.changed);
        let now = browser::now();
        if saving.said.get_value().plus(SAID) < now {
            saving.said.set_value(now);
            saving.announcer.say(self.words.t("save.said"));
        }
    }

    /// From here on it is this draft that is written, and its address that is kept, shared and loaded anew.
    fn began(self, draft: &Draft) {
        let id = draft.summary.id.to_hex();
        device::forget(&self.kept_as());
        browser::replace_address(&["/console/drafts/", &id].concat());
        self.id.set(Some(id));
        device::keep(&self.kept_as(), &DraftChange { version: draft.version, ..self.unsaved() });
    }

    fn is_there(self, at: Timestamp) {
        device::forget(&self.kept_as());
        let begun = self.id.with_untracked(Option::is_some);
        self.saving.state.set(if begun { State::Saved(at) } else { State::Untouched });
    }

    /// Takes what the server has in place of what is here.
    pub(crate) fn take(self, draft: &Draft) {
        let Ok(theirs) = Campaign::deserialize(&draft.document) else { return };
        let saving = self.saving;
        saving.version.set_value(draft.version);
        saving.saved.set_value(theirs.clone());
        saving.theirs.set(None);
        saving.round.update(|round| *round += 1);
        saving.state.set(State::Saving);
        self.replace(theirs);
        self.there.set(of_server(draft));
        self.save();
    }

    /// Takes up what an earlier page could not save. Where somebody saved another version since, both are shown.
    pub(crate) fn take_up(self, document: Campaign, made_from: u64) {
        self.saving.version.set_value(made_from);
        self.replace(document);
    }

    /// Saves what is here over what somebody else saved.
    pub(crate) fn insist(self, draft: &Draft) {
        self.saving.version.set_value(draft.version);
        self.saving.theirs.set(None);
        self.saving.state.set(State::Saving);
        if let Ok(theirs) = Campaign::deserialize(&draft.document) {
            self.saving.saved.set_value(theirs);
        }
        self.save();
    }

    /// The page is left: what is not saved is sent, and stays in the tab until it is.
    pub(crate) fn leave(self) {
        let saving = self.saving;
        saving.timer.set_value(None);
        let open = saving.state.with_untracked(|state| matches!(state, State::Saving | State::Failed(_)));
        if !open || saving.busy.get_value() {
            return;
        }
        let (api, id, kept_as, change) =
            (saving.api, self.id.get_untracked(), self.kept_as(), self.unsaved());
        spawn_local(async move {
            if sent(api, id.as_deref(), &change).await.is_ok() {
                device::forget(&kept_as);
                api.draft_saved.notify();
            }
        });
    }

    /// Saves again by itself when somebody has signed in again.
    pub(crate) fn save_when_renewed(self) {
        let renewed = self.saving.api.renewed;
        Effect::new(move |before: Option<()>| {
            renewed.track();
            if before.is_some() {
                set_timeout(move || self.save(), Duration::ZERO);
            }
        });
    }
}

impl Builder {
    /// The draft is gone: nothing of it is kept, and nothing is asked when the page is left.
    pub(crate) fn forget(self) {
        self.saving.timer.set_value(None);
        self.is_there(browser::now());
    }
}
