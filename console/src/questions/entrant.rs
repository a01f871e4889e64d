//! What only an entrant of a contest is asked: an address, a date of birth, a consent.

use fanfare_shared::campaign::Campaign;
use fanfare_shared::questions::{Birth, Consent, Email, Kind};
use leptos::prelude::*;

use super::{Editor, question};
use crate::pages::builder::fields::{Name, Number};
use crate::pages::builder::state::{Builder, Spot};

pub(super) const EMAIL: Editor = Editor {
    name: "email",
    label: "type.email",
    what: "type.email.text",
    entrant: true,
    fresh: |_| Kind::Email(Email {}),
    options: |_| None,
    texts: |_| Vec::new(),
    fields: |_, _| ().into_any(),
};

pub(super) const BIRTH: Editor = Editor {
    name: "birth",
    label: "type.birth",
    what: "type.birth.text",
    entrant: true,
    fresh: |_| Kind::Birth(Birth { min_age: 18 }),
    options: |_| None,
    texts: |_| Vec::new(),
    fields: age,
};

pub(super) const CONSENT: Editor = Editor {
    name: "consent",
    label: "type.consent",
    what: "type.consent.text",
    entrant: true,
    fresh: |_| "1".parse().map_or(Kind::Email(Email {}), |version| Kind::Consent(Consent { version })),
    options: |_| None,
    texts: |_| Vec::new(),
    fields: version,
};

fn age(builder: Builder, spot: Spot) -> AnyView {
    let words = builder.words;
    let place = StoredValue::new([&spot.question_pointer(), "/min_age"].concat());
    let years = Signal::derive(move || {
        builder.read(|document| {
            let question = document.activities.get(spot.activity)?.questions.get(spot.question)?;
            if let Kind::Birth(birth) = &question.kind { Some(u32::from(birth.min_age)) } else { None }
        })
    });
    let write = move |n: Option<u32>| {
        let years = n.and_then(|n| u8::try_from(n).ok()).unwrap_or_default();
        builder.typed(&place.get_value(), |document| {
            if let Some(Kind::Birth(birth)) = question(document, spot).map(|it| &mut it.kind) {
                birth.min_age = years;
            }
        });
    };
    view! { <Number at=place.get_value() label=words.t("birth.age") help=words.t("birth.age.text") min=0 max=99 value=years write /> }
        .into_any()
}

fn known(campaign: &Campaign, spot: Spot) -> String {
    let question = campaign.activities.get(spot.activity).and_then(|it| it.questions.get(spot.question));
    match question.map(|it| &it.kind) {
        Some(Kind::Consent(consent)) => consent.version.to_string(),
        _ => String::new(),
    }
}

fn version(builder: Builder, spot: Spot) -> AnyView {
    let words = builder.words;
    view! {
        <Name
            at=[&spot.question_pointer(), "/version"].concat()
            spot
            label=words.t("consent.version")
            help=words.t("consent.version.text")
            read=known
            write=|it, spot, name| {
                if let (Ok(name), Some(Kind::Consent(consent))) = (name.parse(), question(it, spot).map(|it| &mut it.kind)) {
                    consent.version = name;
                }
            }
        />
    }
    .into_any()
}
