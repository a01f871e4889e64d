//! A new campaign: what to begin with, for which brand, in which languages. Then the builder.

use fanfare_shared::ids::BrandId;
use fanfare_shared::team::Right;
use fanfare_shared::wire::account::Me;
use fanfare_shared::wire::draft::{Draft, NewDraft};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::builder::device;
use super::campaigns::{campaign_list, names};
use super::nothing::Forbidden;
use crate::api::{Fault, api};
use crate::browser::Values;
use crate::draft::names::slug;
use crate::draft::template::{Beginning, TEMPLATES, begin};
use crate::draft::tongues::TONGUES;
use crate::form::Form;
use crate::parts::button::{FormTrouble, Submit};
use crate::parts::field::{Choice, Field};
use crate::parts::header::Header;
use crate::session::session;
use crate::words::{Lang, Words, words};

/// The value of the choice "another brand": no brand is called so.
const OTHER: &str = "+";

/// The page.
#[component]
pub(crate) fn New() -> impl IntoView {
    let session = session();
    match session.me_now().filter(|_| untrack(|| session.may_somewhere(Right::Edit))) {
        Some(me) => view! { <Beginnings me /> }.into_any(),
        None => view! { <Forbidden /> }.into_any(),
    }
}

/// The brands that this member may make campaigns for; the last, whether new ones too.
fn brands(words: Words, me: &Me, may: impl Fn(Option<&BrandId>) -> bool) -> Vec<(String, String)> {
    let mine = me.brands.iter().filter(|brand| may(Some(&brand.id)));
    let mut all: Vec<(String, String)> =
        mine.map(|brand| (brand.id.to_string(), brand.name.clone())).collect();
    if may(None) {
        all.push((OTHER.to_owned(), words.t("new.brand.another").to_owned()));
    }
    all
}

#[component]
fn Beginnings(me: Me) -> impl IntoView {
    let (words, api, session, form) = (words(), api(), session(), Form::new());
    let list = campaign_list();
    let navigate = StoredValue::new_local(use_navigate());
    let offered = brands(words, &me, |brand| untrack(|| session.may(Right::Edit, brand)));
    let brand = RwSignal::new(offered.first().map(|(id, _)| id.clone()).unwrap_or_default());
    let chosen = RwSignal::new(vec![words.lang.tag().to_owned()]);
    let known = StoredValue::new(me.brands);
    let create = move |event: SubmitEvent| {
        let values = Values::of(&event);
        let other = brand.with_untracked(|brand| brand == OTHER);
        if other && !form.demand(&values, &[("brand_name", "new.brand.missing")]) {
            return;
        }
        let name = values.trimmed("brand_name");
        let id = if other { slug(&name) } else { brand.get_untracked() };
        let Ok(id) = id.parse::<BrandId>() else {
            form.refuse(Fault::fields(vec![form.lack("brand_name", "new.brand.missing")]));
            return;
        };
        let known = known.with_value(|all| all.iter().find(|it| it.id == id).map(|it| it.name.clone()));
        let from = Beginning {
            template: values.get("template"),
            brand: id,
            brand_name: known.unwrap_or(name),
            languages: chosen.get_untracked(),
            time_zone: device::time_zone(),
        };
        let taken = names(list);
        let document = begin(from, |name| taken.iter().any(|it| it == name));
        let body = NewDraft { document: serde_json::to_value(document).unwrap_or_default() };
        form.send(async move { api.post("/api/v1/drafts", &body).await }, move |draft: Draft| {
            let there = ["/drafts/", &draft.summary.id.to_hex()].concat();
            navigate.with_value(|go| go(&there, Default::default()));
        });
    };
    let templates = TEMPLATES.iter().map(|it| (it.word, it.name, it.what));
    let templates = templates.chain([("", "template.nothing", "template.nothing.text")]);
    let template = move |(word, name, what): (&'static str, &'static str, &'static str)| {
        view! {
            <label class="option">
                <input type="radio" name="template" value=word checked=word == "launch" />
                <strong>{words.t(name)}</strong>
                <span>{words.t(what)}</span>
            </label>
        }
    };
    let several = offered.len() > 1;
    let choice = several.then(|| {
        let typed = move |event| brand.set(event_target_value(&event));
        view! { <div on:change=typed><Choice form name="brand" label=words.t("new.brand") options=offered /></div> }
    });
    let fresh = move || {
        (brand.with(|brand| brand == OTHER)).then(|| {
            view! { <Field form name="brand_name" label=words.t("basics.brand") help=words.t("new.brand.text") /> }
        })
    };
    view! {
        <Header title=words.t("campaigns.new").to_owned() below=words.t("new.text") />
        <form class="beginnings" novalidate on:submit=create>
            <fieldset class="texts">
                <legend class="label">{words.t("new.template")}</legend>
                <div class="options grid">{templates.map(template).collect_view()}</div>
            </fieldset>
            <div class="form">
                {choice}
                {fresh}
                <Languages chosen />
                <FormTrouble form />
                <Submit form label=words.t("new.go") />
            </div>
        </form>
    }
}

/// Languages, ticked: those the console speaks first, since templates do too.
#[component]
fn Languages(chosen: RwSignal<Vec<String>>) -> impl IntoView {
    let words = words();
    let own = Lang::ALL.map(|(lang, _)| lang.tag());
    let extra = RwSignal::new(Vec::<&'static str>::new());
    let tick = move |tag: &'static str, on: bool| {
        chosen.update(|all| {
            if on && !all.iter().any(|it| it == tag) {
                all.push(tag.to_owned());
            } else if !on && all.len() > 1 {
                all.retain(|it| it != tag);
            }
        });
    };
    let one = move |tag: &'static str| {
        let name = TONGUES.iter().find(|(it, _)| *it == tag).map_or(tag, |(_, name)| *name);
        let checked = move || chosen.with(|all| all.iter().any(|it| it == tag));
        let first = move || chosen.with(|all| all.first().is_some_and(|it| it == tag) && all.len() > 1);
        view! {
            <label class="pill">
                <input
                    type="checkbox"
                    prop:checked=checked
                    on:change=move |event| {
                        tick(tag, event_target_checked(&event));
                        // The last one stays.
                        chosen.notify();
                    }
                />
                {name}
                {move || first().then(|| view! { <span class="chip">{words.t("languages.first")}</span> })}
            </label>
        }
    };
    let all = move || own.into_iter().chain(extra.get()).map(one).collect_view();
    let others = move || {
        let shown = extra.get();
        let free = TONGUES.iter().filter(|(tag, _)| !own.contains(tag) && !shown.contains(tag));
        free.map(|(tag, name)| view! { <option value=*tag>{*name}</option> }).collect_view()
    };
    let add = move |event| {
        let value = event_target_value(&event);
        if let Some((tag, _)) = TONGUES.iter().find(|(tag, _)| *tag == value) {
            extra.update(|all| all.push(tag));
            tick(tag, true);
        }
    };
    view! {
        <fieldset class="texts">
            <legend class="label">{words.t("basics.languages")}</legend>
            <div class="pills">{all}</div>
            <div class="field">
                <label class="unseen" for="new-language">{words.t("languages.add")}</label>
                <select id="new-language" class="short" on:change=add>
                    <option value="" prop:selected=move || { extra.track(); true }>{words.t("languages.add")}</option>
                    {others}
                </select>
            </div>
            <p class="help">{words.t("new.languages.text")}</p>
        </fieldset>
    }
}
