//! Choosing the days: the last 7, 28 or 90, or any that somebody names. The choice stands in the address, so that it
//! can be kept and sent.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::range::{Range, day, fits, written};
use super::{Data, Looked};
use crate::api::Fault;
use crate::browser::{self, Values};
use crate::form::Form;
use crate::parts::button::{FormTrouble, Submit};
use crate::parts::field::Field;
use crate::words::words;

/// The choices, and the form for others.
#[component]
pub(super) fn Picker(looked: Looked, data: Data) -> impl IntoView {
    let words = words();
    let Looked { range, today } = looked;
    let own = RwSignal::new(matches!(range.get_untracked(), Range::Between(..)));
    let path = use_location().pathname;
    let offer = move |days: u32| {
        let this = Range::Last(days);
        let current = move || (range.get() == this && !own.get()).then_some("true");
        let address = move || [&path.get(), this.query().as_str()].concat();
        view! {
            <a href=address data-noscroll="" aria-current=current on:click=move |_| own.set(false)>
                {words.plural("measure.days", u64::from(days))}
            </a>
        }
    };
    let live = move || {
        let runs = range.get().runs(today.get());
        runs.then(|| view! { <span class="now">{words.t("overview.live")}</span> })
    };
    let zone = move || data.with(|measure| measure.time_zone.clone());
    let span = move || {
        let (from, to) = range.get().days(today.get());
        let lang = words.lang.tag();
        let days = [browser::day(from, lang, true), browser::day(to, lang, true)];
        words.fill("measure.span", &[("from", &days[0]), ("to", &days[1]), ("zone", &zone())])
    };
    view! {
        <div class="part">
            <nav class="choose" aria-label=words.t("measure.range")>
                {Range::OFFERED.map(offer).collect_view()}
                <button
                    type="button"
                    aria-expanded=move || own.get().to_string()
                    on:click=move |_| own.update(|own| *own = !*own)
                >
                    {words.t("measure.own")}
                </button>
            </nav>
            <p class="soft span-of">{span} " " {live}</p>
            {move || own.get().then(|| view! { <Own looked /> })}
        </div>
    }
}

#[component]
fn Own(looked: Looked) -> impl IntoView {
    let (words, form) = (words(), Form::new());
    let navigate = use_navigate();
    let path = use_location().pathname;
    let Looked { range, today } = looked;
    let (from, to) = untrack(|| range.get().days(today.get()));
    let show = move |event: SubmitEvent| {
        let values = Values::of(&event);
        let (from, to) = (day(&values.get("from")), day(&values.get("to")));
        let (Some(from), Some(to)) = (from, to) else {
            let lack = |name: &str| form.lack(name, "measure.day.missing");
            let lacks = [("from", from), ("to", to)].into_iter().filter(|(_, day)| day.is_none());
            form.refuse(Fault::fields(lacks.map(|(name, _)| lack(name)).collect()));
            return;
        };
        if !fits(from, to) {
            form.refuse(Fault::fields(vec![form.lack("from", "measure.day.order")]));
            return;
        }
        form.fault.set(None);
        let address = [&path.get_untracked(), Range::Between(from, to).query().as_str()].concat();
        let address = address.strip_prefix("/console").unwrap_or(&address).to_owned();
        navigate(&address, NavigateOptions { scroll: false, ..NavigateOptions::default() });
    };
    view! {
        <form class="form" novalidate on:submit=show>
            <div class="row">
                <Field form name="from" kind="date" label=words.t("measure.from") value=written(from) />
                <Field form name="to" kind="date" label=words.t("measure.to") value=written(to) />
                <Submit form label=words.t("measure.go") class="btn" />
            </div>
            <FormTrouble form />
        </form>
    }
}
