//! What is being written, and what is known of it? The document with its history, its faults, and what is promised
//! already. Every field reads from here and writes to here; saving is in `saving`.

use std::collections::BTreeMap;

use fanfare_shared::campaign::Campaign;
use fanfare_shared::questions::Fault;
use fanfare_shared::text::Text;
use fanfare_shared::wire::draft::Draft;
use fanfare_shared::wire::overview::CampaignSummary;
use leptos::prelude::*;

use super::device;
use super::saving::{Saving, State};
use crate::draft::faults::{self, Section};
use crate::draft::history::History;
use crate::draft::promises::{self, Promised};
use crate::pages::campaigns::campaign_list;
use crate::words::{Words, words};

/// A place in a document, by positions; a finder takes of it what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Spot {
    pub(crate) activity: usize,
    pub(crate) question: usize,
    pub(crate) option: usize,
}

impl Spot {
    /// The pointer of its question.
    pub(crate) fn question_pointer(self) -> String {
        format!("/activities/{}/questions/{}", self.activity, self.question)
    }
}

/// How a text is found in a document: one that has to be written, or one that may be left out.
#[derive(Clone, Copy)]
pub(crate) enum Find {
    Text(fn(&mut Campaign, Spot) -> Option<&mut Text>),
    Maybe(fn(&mut Campaign, Spot) -> Option<&mut Option<Text>>),
}

impl Find {
    fn read(self, campaign: &mut Campaign, spot: Spot, lang: &str) -> String {
        let text = match self {
            Self::Text(find) => find(campaign, spot),
            Self::Maybe(find) => find(campaign, spot).and_then(Option::as_mut),
        };
        text.and_then(|text| text.0.get(lang).cloned()).unwrap_or_default()
    }

    fn write(self, campaign: &mut Campaign, spot: Spot, lang: &str, words: &str) {
        let put = |text: &mut Text| {
            if words.is_empty() {
                text.0.remove(lang);
            } else {
                text.0.insert(lang.to_owned(), words.to_owned());
            }
        };
        match self {
            Self::Text(find) => find(campaign, spot).map(put).unwrap_or_default(),
            Self::Maybe(find) => {
                if let Some(text) = find(campaign, spot) {
                    put(text.get_or_insert_default());
                    // Left out again where nothing of it is left in any language.
                    *text = text.take().filter(|text| text.0.values().any(|words| !words.trim().is_empty()));
                }
            }
        }
    }
}

/// What else changes when a text in the first language does: before, and after.
pub(crate) type Follow = fn(Builder, &mut Campaign, Spot, &str, &str);

/// The builder of one draft. Free to copy into every closure.
#[derive(Clone, Copy)]
pub(crate) struct Builder {
    pub(crate) words: Words,
    /// The draft's id; none as long as nothing of a campaign in force is changed.
    pub(crate) id: RwSignal<Option<String>>,
    /// The campaign that was opened, whatever becomes of its name.
    pub(crate) of: StoredValue<String>,
    /// The document as it is now.
    pub(crate) document: RwSignal<Campaign>,
    /// What was typed where it cannot stand in a document.
    rough: RwSignal<BTreeMap<String, String>>,
    history: StoredValue<History<Campaign>>,
    /// Whether there are steps back and forth.
    pub(crate) steps: RwSignal<(bool, bool)>,
    /// What only the server finds, and what it refused.
    pub(crate) there: RwSignal<Vec<Fault>>,
    pub(crate) faults: Memo<BTreeMap<String, String>>,
    pub(crate) languages: Memo<Vec<String>>,
    /// All campaigns that this member may see.
    campaigns: Memo<Vec<CampaignSummary>>,
    /// The campaign in force that this is the next version of.
    pub(crate) force: Memo<Option<CampaignSummary>>,
    pub(crate) saving: Saving,
    /// The section that is shown, and in it the activity and the question that are open.
    pub(crate) section: RwSignal<Section>,
    pub(crate) activity: RwSignal<Option<usize>>,
    pub(crate) question: RwSignal<Option<usize>>,
    /// What is being dragged: of which list, and which item of it.
    pub(crate) dragged: RwSignal<Option<(String, usize)>>,
}

/// The builder of the draft that is being drawn.
pub(crate) fn builder() -> Builder {
    expect_context()
}

impl Builder {
    /// On a draft, or on a campaign in force.
    pub(crate) fn new(draft: Option<&Draft>, campaign: Campaign) -> Self {
        let (words, list) = (words(), campaign_list());
        let campaigns = Memo::new(move |_| match list.get() {
            Some(Ok(list)) => list.campaigns,
            _ => Vec::new(),
        });
        let there = RwSignal::new(draft.map(of_server).unwrap_or_default());
        let saving = Saving::new(draft, campaign.clone());
        let of = StoredValue::new(campaign.campaign.to_string());
        let document = RwSignal::new(campaign);
        let rough = RwSignal::new(BTreeMap::<String, String>::new());
        let languages = Memo::new(move |_| document.with(|it| it.languages.clone()));
        let force = Memo::new(move |_| {
            document.with(|document| {
                let continued = |it: &&CampaignSummary| promises::continues(document, it);
                campaigns.with(|all| all.iter().find(continued).cloned())
            })
        });
        let faults = Memo::new(move |_| {
            let mut here = document.with(Campaign::faults);
            here.extend(rough.with(|rough| {
                rough.keys().map(|pointer| (pointer.clone(), String::from("a name"))).collect::<Vec<_>>()
            }));
            let name = document.with(|it| it.campaign.clone());
            let taken = campaigns.with(|all| all.iter().any(|it| it.campaign == name));
            if taken && force.with(Option::is_none) {
                here.push((String::from("/campaign"), words.t("lack.taken").to_owned()));
            }
            there.with(|there| faults::merged(here, there))
        });
        let id = RwSignal::new(draft.map(|draft| draft.summary.id.to_hex()));
        Self {
            words,
            id,
            of,
            document,
            rough,
            history: StoredValue::new(History::new()),
            steps: RwSignal::new((false, false)),
            there,
            faults,
            languages,
            campaigns,
            force,
            saving,
            section: RwSignal::new(Section::Basics),
            activity: RwSignal::new(Some(0)),
            question: RwSignal::new(Some(0)),
            dragged: RwSignal::new(None),
        }
    }

    /// What a part of the document is.
    pub(crate) fn read<T>(self, part: impl FnOnce(&Campaign) -> T) -> T {
        self.document.with(part)
    }

    /// Changes the document: a step that can be taken back, and saved soon.
    pub(crate) fn change(self, place: &str, change: impl FnOnce(&mut Campaign)) {
        let mut after = self.document.get_untracked();
        change(&mut after);
        self.becomes(place, false, after);
    }

    /// The same with a whole document.
    pub(crate) fn replace(self, after: Campaign) {
        self.becomes("", false, after);
    }

    /// The same letter by letter: what is typed into one place without a pause is one step.
    pub(crate) fn typed(self, place: &str, change: impl FnOnce(&mut Campaign)) {
        let mut after = self.document.get_untracked();
        change(&mut after);
        self.becomes(place, true, after);
    }

    fn becomes(self, place: &str, typed: bool, after: Campaign) {
        let before = self.document.get_untracked();
        if before == after {
            return;
        }
        let goes_on = typed.then_some(place);
        self.history.update_value(|history| history.note(before, goes_on, device::clock()));
        // What the server refused of this place may be right now; it says so when it is saved.
        self.there.update(|there| there.retain(|(pointer, _)| !pointer.starts_with(place)));
        self.stands(after);
    }

    fn stands(self, document: Campaign) {
        self.steps.set(self.history.with_value(History::can));
        self.document.set(document);
        self.touched();
    }

    /// One step back, or forth.
    pub(crate) fn step(self, back: bool) {
        let now = self.document.get_untracked();
        let found = self.history.try_update_value(|it| if back { it.back(now) } else { it.forth(now) });
        if let Some(document) = found.flatten() {
            self.rough.set(BTreeMap::new());
            self.stands(document);
        }
    }

    /// A text in one language. One finder serves reading and writing; reading changes nothing.
    pub(crate) fn text(self, find: Find, spot: Spot, lang: &str) -> String {
        self.document.track();
        let mut words = String::new();
        self.document.update_untracked(|document| words = find.read(document, spot, lang));
        words
    }

    /// Writes a text in one language.
    pub(crate) fn write(
        self,
        place: &str,
        find: Find,
        spot: Spot,
        lang: &str,
        words: &str,
        follow: Option<Follow>,
    ) {
        self.typed(place, |document| {
            let before = find.read(document, spot, lang);
            find.write(document, spot, lang, words);
            let first = document.languages.first().is_some_and(|first| first == lang);
            if let Some(follow) = follow.filter(|_| first) {
                follow(self, document, spot, &before, words);
            }
        });
    }

    /// What was typed into a field, where that is not what stands in the document.
    pub(crate) fn rough(self, pointer: &str) -> Option<String> {
        self.rough.with(|rough| rough.get(pointer).cloned())
    }

    /// Keeps what was typed, or forgets it.
    pub(crate) fn set_rough(self, pointer: &str, typed: Option<String>) {
        let known = self.rough.with_untracked(|rough| rough.get(pointer).cloned());
        if known != typed {
            self.rough.update(|rough| {
                match typed {
                    Some(typed) => rough.insert(pointer.to_owned(), typed),
                    None => rough.remove(pointer),
                };
            });
        }
    }

    /// What is wrong at a place: in words, and whether it is only not written yet.
    pub(crate) fn fault(self, pointer: &str) -> Option<(String, bool)> {
        self.faults.with(|faults| {
            let detail = faults.get(pointer)?;
            Some((faults::said(self.words, pointer, detail), faults::is_lack(detail)))
        })
    }

    /// Whether another campaign has this name.
    pub(crate) fn taken(self, name: &str) -> bool {
        let own = self.force.with_untracked(|force| force.as_ref().map(|it| it.campaign.clone()));
        self.campaigns.with_untracked(|all| {
            all.iter().any(|it| it.campaign.as_str() == name && Some(&it.campaign) != own.as_ref())
        })
    }

    /// How much of an activity is promised.
    pub(crate) fn promised(self, at: usize) -> Promised {
        self.force.with(|force| {
            self.read(|it| it.activities.get(at).map(|activity| promises::promised(activity, force.as_ref())))
                .unwrap_or(Promised::Nothing)
        })
    }

    /// Whether somebody has answered: then title, languages and terms stay.
    pub(crate) fn answered(self) -> bool {
        self.force.with(|force| self.read(|document| promises::answered(document, force.as_ref())))
    }

    /// Whether something is wrong inside one of these places: then it can be mended, promised or not.
    pub(crate) fn wrong_in(self, places: &[String]) -> bool {
        self.faults.with(|faults| faults.keys().any(|it| places.iter().any(|place| it.starts_with(place))))
    }

    /// Shows the place of a fault, and goes there.
    pub(crate) fn show(self, pointer: &str) {
        self.section.set(Section::of(pointer));
        let part = |n: usize| pointer.split('/').nth(n).and_then(|part| part.parse().ok());
        if let Some(activity) = part(2).filter(|_| pointer.starts_with("/activities/")) {
            self.activity.set(Some(activity));
            if let Some(question) = part(4) {
                self.question.set(Some(question));
            }
        }
        crate::browser::focus(["[id=\"", pointer, "\"]"].concat());
    }

    /// Whether everything is saved.
    pub(crate) fn is_saved(self) -> bool {
        self.saving.state.with(|state| matches!(state, State::Untouched | State::Saved(_)))
    }
}

/// The faults that only the server finds.
pub(crate) fn of_server(draft: &Draft) -> Vec<Fault> {
    let faults = draft.faults.iter().filter(|fault| faults::is_of_server(&fault.pointer));
    faults.map(|fault| (fault.pointer.clone(), fault.detail.clone())).collect()
}
