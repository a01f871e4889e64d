//! How one is told of the queue, and how each brand works on it: letters, times, prepared replies.

use fanfare_shared::ids::BrandId;
use fanfare_shared::team::Right;
use fanfare_shared::wire::account::BrandSummary;
use fanfare_shared::wire::queue::{Desk, Preferences, Prepared};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::api::api;
use crate::browser::Values;
use crate::form::Form;
use crate::pages::nothing::Forbidden;
use crate::parts::announce::announcer;
use crate::parts::button::{FormTrouble, Submit};
use crate::parts::field::Field;
use crate::parts::header::Header;
use crate::parts::load::loaded;
use crate::session::session;
use crate::words::words;

/// The page.
#[component]
pub(crate) fn Settings() -> impl IntoView {
    let (words, session) = (words(), session());
    let brands: Vec<BrandSummary> = session.me_now().map(|me| me.brands).unwrap_or_default();
    let mine = brands.into_iter().filter(|brand| untrack(|| session.may(Right::Answer, Some(&brand.id))));
    let desks: Vec<_> = mine.map(|brand| view! { <BrandDesk brand /> }).collect();
    if !untrack(|| session.may_somewhere(Right::Answer)) {
        return view! { <Forbidden /> }.into_any();
    }
    let above = view! { <a href="/console/queue">{words.t("queue.title")}</a> }.into_any();
    view! {
        <Header title=words.t("queue.settings").to_owned() above />
        <Letters />
        {desks}
    }
    .into_any()
}

/// A box to tick.
fn check(form: Form, name: &'static str, label: &str, help: &str, checked: bool) -> impl IntoView {
    let (id, help_id) = (form.id("field", name), form.id("help", name));
    view! {
        <div class="check">
            <input type="checkbox" id=id.clone() name=name value="yes" checked=checked aria-describedby=help_id.clone() />
            <label for=id>{label.to_owned()}</label>
            <p class="help" id=help_id>
                {help.to_owned()}
            </p>
        </div>
    }
}

#[component]
fn Letters() -> impl IntoView {
    let (words, api, form, say) = (words(), api(), Form::new(), announcer());
    let kept = api.read::<Preferences>(|| String::from("/api/v1/me/preferences"));
    let body = loaded(kept, move |before: Preferences| {
        let (digest, alerts) = (before.digest, before.alerts);
        let save = move |event: SubmitEvent| {
            let values = Values::of(&event);
            let wanted = Preferences {
                digest: !values.get("digest").is_empty(),
                alerts: !values.get("alerts").is_empty(),
                lang: Some(words.lang.tag().to_owned()),
                views: before.views.clone(),
            };
            let request = async move { api.put::<Preferences>("/api/v1/me/preferences", &wanted).await };
            form.send(request, move |_| say.say(words.t("saved")));
        };
        view! {
            <form class="form" novalidate on:submit=save>
                {check(form, "digest", words.t("desk.digest"), words.t("desk.digest.help"), digest)}
                {check(form, "alerts", words.t("desk.alerts"), words.t("desk.alerts.help"), alerts)}
                <FormTrouble form /> <Submit form label=words.t("save") class="btn" />
            </form>
        }
    });
    view! {
        <section class="set">
            <div>
                <h2>{words.t("desk.letters")}</h2>
                <p class="soft">{words.t("desk.letters.text")}</p>
            </div>
            {body}
        </section>
    }
}

#[component]
fn BrandDesk(brand: BrandSummary) -> impl IntoView {
    let words = words();
    let BrandSummary { id, name } = brand;
    let address = ["/api/v1/brands/", id.as_str(), "/desk"].concat();
    let read = api().read::<Desk>(move || address.clone());
    let body = loaded(read, move |desk: Desk| view! { <DeskForm brand=id.clone() desk /> });
    view! {
        <section class="set">
            <div>
                <h2>{name}</h2>
                <p class="soft">{words.t("desk.brand.text")}</p>
            </div>
            {body}
        </section>
    }
}

#[component]
fn DeskForm(brand: BrandId, desk: Desk) -> impl IntoView {
    let (words, api, form, say) = (words(), api(), Form::new(), announcer());
    form.shows("/prepared".to_owned());
    let version = RwSignal::new(desk.version);
    // Each line by a number of its own, so that a removed one takes no other's words along.
    let numbered = desk.prepared.iter().cloned().enumerate().collect::<Vec<_>>();
    let next = StoredValue::new(numbered.len());
    let lines = RwSignal::new(numbered);
    let remove = move |number: usize| lines.update(|lines| lines.retain(|(it, _)| *it != number));
    let add = move |_| {
        let number = next.get_value();
        next.set_value(number + 1);
        let empty = Prepared { title: String::new(), text: String::new() };
        lines.update(|lines| lines.push((number, empty)));
        crate::browser::focus(["[name=title-", &number.to_string(), "]"].concat());
    };
    let save = move |event: SubmitEvent| {
        let values = Values::of(&event);
        let number = |name: &str| values.trimmed(name).parse().unwrap_or(0);
        let prepared = lines.get_untracked().into_iter().map(|(line, _)| {
            let part = |part: &str| values.trimmed(&[part, "-", &line.to_string()].concat());
            Prepared { title: part("title"), text: part("text") }
        });
        let wanted = Desk {
            version: version.get_untracked(),
            message_hours: number("message_hours"),
            privacy_days: number("privacy_days"),
            answers: !values.get("answers").is_empty(),
            prepared: prepared.collect(),
        };
        let address = ["/api/v1/brands/", brand.as_str(), "/desk"].concat();
        form.send(async move { api.put::<Desk>(&address, &wanted).await }, move |desk| {
            version.try_set(desk.version);
            say.say(words.t("saved"));
        });
    };
    let rows = move |(number, line): (usize, Prepared)| {
        let n = number.to_string();
        let (title, text) = (["title-", &n].concat(), ["text-", &n].concat());
        view! {
            <li class="card">
                <div class="field">
                    <label for=form.id("field", &title)>{words.t("desk.prepared.title")}</label>
                    <input id=form.id("field", &title) name=title value=line.title maxlength="100" />
                </div>
                <div class="field">
                    <label for=form.id("field", &text)>{words.t("desk.prepared.text")}</label>
                    <textarea id=form.id("field", &text) name=text rows="4" maxlength="4000" prop:value=line.text></textarea>
                </div>
                <div class="acts">
                    <button type="button" class="btn" on:click=move |_| remove(number)>
                        {words.t("desk.prepared.remove")}
                    </button>
                </div>
            </li>
        }
    };
    let error = move || form.error("/prepared").map(|text| view! { <p class="error">{text}</p> });
    view! {
        <form class="form" novalidate on:submit=save>
            <div class="row">
                <Field
                    form
                    name="message_hours"
                    label=words.t("desk.hours")
                    inputmode="numeric"
                    value=desk.message_hours.to_string()
                />
                <Field
                    form
                    name="privacy_days"
                    label=words.t("desk.days")
                    inputmode="numeric"
                    value=desk.privacy_days.to_string()
                />
            </div>
            <p class="help">{words.t("desk.times.help")}</p>
            {check(form, "answers", words.t("desk.answers"), words.t("desk.answers.help"), desk.answers)}
            <h3>{words.t("desk.prepared")}</h3>
            <p class="help">{words.t("desk.prepared.help")}</p>
            <ol class="prepared">
                <For each=move || lines.get() key=|(number, _)| *number children=rows />
            </ol>
            {error}
            <div class="acts">
                <button type="button" class="btn" on:click=add>{words.t("desk.prepared.add")}</button>
            </div>
            <FormTrouble form />
            <Submit form label=words.t("save") class="btn" />
        </form>
    }
}
