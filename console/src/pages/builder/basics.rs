//! What the campaign is called, by whom it is, and in which languages.

use fanfare_shared::campaign::Campaign;
use fanfare_shared::limits;
use fanfare_shared::text::Text;
use leptos::prelude::*;

use super::fields::{Line, Name, Texts, fault_line};
use super::state::{Builder, Find, Spot, builder};
use crate::draft::change::{follow_title, remove_language};
use crate::draft::tongues::{TONGUES, name};
use crate::parts::dialog::Dialog;

/// The section.
#[component]
pub(super) fn Basics() -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let places = ["/title", "/languages"].map(str::to_owned);
    let fixed = Memo::new(move |_| builder.answered() && !builder.wrong_in(&places));
    let next = Memo::new(move |_| builder.force.with(Option::is_some));
    let brand = Signal::derive(move || builder.read(|it| it.brand_name.clone()));
    view! {
        {move || fixed.get().then(|| view! { <p class="note">{words.t("fixed.basics")}</p> })}
        <fieldset class="fields" disabled=move || fixed.get()>
            <Texts
                at="/title".to_owned()
                find=Find::Text(title)
                label=words.t("basics.title")
                help=words.t("basics.title.text")
                follow=follow
            />
        </fieldset>
        <fieldset class="fields" disabled=move || next.get()>
            <Name
                at="/campaign".to_owned()
                label=words.t("basics.name")
                help=words.t("basics.name.text")
                read=|document, _| document.campaign.to_string()
                write=|document, _, name| if let Ok(name) = name.parse() { document.campaign = name }
            />
        </fieldset>
        <Line
            at="/brand_name".to_owned()
            label=words.t("basics.brand")
            help=words.t("basics.brand.text")
            value=brand
            write=move |name: String| builder.typed("/brand_name", |it| it.brand_name = name)
        />
        <fieldset class="fields" disabled=move || fixed.get()><Languages /></fieldset>
    }
}

fn title(campaign: &mut Campaign, _: Spot) -> Option<&mut Text> {
    Some(&mut campaign.title)
}

fn follow(builder: Builder, campaign: &mut Campaign, _: Spot, before: &str, after: &str) {
    // A published name is where pages look for the campaign.
    if builder.force.with_untracked(Option::is_none) {
        follow_title(campaign, before, after, |name| builder.taken(name));
    }
}

#[component]
fn Languages() -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let leaving = RwSignal::new(None::<String>);
    let open = RwSignal::new(false);
    let one = move |(at, lang): (usize, String)| {
        let first = at == 0;
        let (this, other) = (lang.clone(), lang.clone());
        let lead = move |_| {
            builder.change("/languages", |it| {
                it.languages.retain(|it| *it != this);
                it.languages.insert(0, this.clone());
            });
        };
        let away = move |_| {
            leaving.set(Some(other.clone()));
            open.set(true);
        };
        let lead = (!first).then(|| {
            view! { <button type="button" class="link" on:click=lead>{words.t("languages.lead")}</button> }
        });
        let mark = first.then(|| view! { <span class="chip">{words.t("languages.first")}</span> });
        let only = move || builder.languages.with(Vec::len) == 1;
        let fault = fault_line(builder, &format!("/languages/{at}"));
        let label = words.fill("rows.remove", &[("what", name(&lang))]);
        view! {
            <li>
                <strong>{name(&lang).to_owned()}</strong>
                {mark}
                {lead}
                <Show when=move || !only()>
                    <button type="button" class="link" aria-label=label.clone() on:click=away.clone()>{words.t("remove")}</button>
                </Show>
                {fault}
            </li>
        }
    };
    let all = move || builder.languages.get().into_iter().enumerate().map(one).collect_view();
    let others = move || {
        builder.languages.with(|known| {
            let free = TONGUES.iter().filter(|(tag, _)| !known.iter().any(|it| it == tag));
            free.map(|(tag, name)| view! { <option value=*tag>{*name}</option> }).collect_view()
        })
    };
    let add = move |event| {
        let tag = event_target_value(&event);
        if !tag.is_empty() {
            builder.change("/languages", |it| {
                if it.languages.len() < limits::LANGUAGES {
                    it.languages.push(tag);
                }
            });
        }
    };
    let remove = move |_| {
        if let Some(lang) = leaving.get_untracked() {
            builder.change("/languages", |it| remove_language(it, &lang));
        }
        open.set(false);
    };
    let question =
        move || leaving.get().map(|lang| words.fill("languages.remove.text", &[("lang", name(&lang))]));
    view! {
        <div class="texts" role="group" aria-label=words.t("basics.languages")>
            <div class="label">{words.t("basics.languages")}</div>
            <ul class="speech" id="/languages">{all}</ul>
            {fault_line(builder, "/languages")}
            <div class="field">
                <label class="unseen" for="language-add">{words.t("languages.add")}</label>
                <select id="language-add" class="short" prop:value="" on:change=add>
                    <option value="" prop:selected=move || { builder.languages.track(); true }>{words.t("languages.add")}</option>
                    {others}
                </select>
            </div>
            <p class="help">{words.t("basics.languages.text")}</p>
        </div>
        <Dialog open title=words.t("languages.remove")>
            <p>{question}</p>
            <div class="acts">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{words.t("cancel")}</button>
                <button type="button" class="btn grave" on:click=remove>{words.t("remove")}</button>
            </div>
        </Dialog>
    }
}
