//! Which programs act in my name? Each token with what it may do and until when, a way to take it back, and the form
//! for a new one.

use fanfare_shared::ids::BrandId;
use fanfare_shared::team::{Powers, Right};
use fanfare_shared::wire::account::{MadeToken, Me, NewToken, TokenList, TokenView};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::api::{Fault, api};
use crate::browser::{self, Values};
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::{FormTrouble, Submit};
use crate::parts::copy::Snippet;
use crate::parts::dialog::Dialog;
use crate::parts::field::{Choice, Field};
use crate::parts::load::loaded;
use crate::session::{brand_name, session};
use crate::time::distance;
use crate::words::{Words, words};

/// Most days that a token counts; the server refuses more.
const DAYS: u16 = 3650;

/// The section.
#[component]
pub(super) fn Tokens() -> impl IntoView {
    let (words, api, session) = (words(), api(), session());
    let tokens = api.read::<TokenList>(|| String::from("/api/v1/me/tokens"));
    let (making, again) = (RwSignal::new(false), move || tokens.again());
    let rows = loaded(tokens, move |list: TokenList| {
        let Some(me) = session.me_now() else { return ().into_any() };
        if list.tokens.is_empty() {
            return view! { <p class="soft">{words.t("tokens.none")}</p> }.into_any();
        }
        let row = |it: TokenView| view! { <Row it me=me.clone() again /> };
        view! { <ul class="list">{list.tokens.into_iter().map(row).collect_view()}</ul> }.into_any()
    });
    let form = move || {
        let me = session.me_now()?;
        Some(view! { <TokenForm me made=again close=move || making.set(false) /> })
    };
    view! {
        <section class="set">
            <div><h2>{words.t("tokens.title")}</h2><p class="soft">{words.t("tokens.text")}</p></div>
            <div class="part">
                {rows}
                <button type="button" class="btn add" on:click=move |_| making.set(true)>{words.t("tokens.new")}</button>
            </div>
            <Dialog open=making title=words.t("tokens.new")>{form}</Dialog>
        </section>
    }
}

/// Where it counts, in words.
fn place(words: Words, me: &Me, brand: Option<&BrandId>) -> String {
    brand.map_or_else(|| words.t("tokens.everywhere").to_owned(), |brand| brand_name(me, brand))
}

#[component]
fn Row(it: TokenView, me: Me, again: impl Fn() + Copy + Send + 'static) -> impl IntoView {
    let (words, api, announcer, form) = (words(), api(), announcer(), Form::new());
    let now = browser::now();
    let until = match it.until {
        Some(until) if until <= now => words.t("tokens.over").to_owned(),
        Some(until) => words.fill("tokens.until", &[("when", &distance(words, until, now))]),
        None => words.t("tokens.endless").to_owned(),
    };
    let made = words.fill("tokens.made", &[("when", &distance(words, it.made, now))]);
    let facts = [place(words, &me, it.brand.as_ref()), made, until].join(" · ");
    let rights: Vec<String> = it.rights.iter().map(|right| words.kind("right.", right.word())).collect();
    let address = ["/api/v1/me/tokens/", &it.id.to_hex()].concat();
    let revoke = move |_| {
        let address = address.clone();
        form.send(async move { api.delete(&address).await }, move |()| {
            announcer.say(words.t("tokens.revoked"));
            again();
        });
    };
    let busy = move || form.busy.get().then_some("true");
    view! {
        <li>
            <div class="line stack">
                <div class="what">
                    <p><strong>{it.label.clone()}</strong></p>
                    <p>{rights.join(", ")}</p>
                    <p>{facts}</p>
                </div>
                <button
                    type="button"
                    class="btn small grave"
                    aria-label=words.fill("tokens.revoke.of", &[("name", &it.label)])
                    aria-busy=busy
                    on:click=revoke
                >
                    {words.t("tokens.revoke")}
                </button>
            </div>
            <FormTrouble form />
        </li>
    }
}

/// What I may give to a token that counts in this place: never more than I have there.
fn givable(me: &Me, brand: Option<&BrandId>) -> Vec<Right> {
    let mine = Powers::of(&me.grants);
    let has = |right: &Right| match brand {
        Some(brand) => mine.allow(*right, Some(brand)),
        None => mine.allow_somewhere(*right),
    };
    Right::ALL.into_iter().filter(has).collect()
}

/// The days as they are typed; empty is no end.
fn days(text: &str) -> Result<Option<u16>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().ok().filter(|days| (1..=DAYS).contains(days)).map(Some).ok_or(())
}

#[component]
fn TokenForm(
    me: Me,
    made: impl Fn() + Copy + Send + 'static,
    close: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let (words, api, announcer, form) = (words(), api(), announcer(), Form::new());
    let secret = RwSignal::new(None::<String>);
    let brand = RwSignal::new(None::<BrandId>);
    let places = std::iter::once((String::new(), place(words, &me, None)));
    let brands = me.brands.iter().map(|brand| (brand.id.to_string(), brand.name.clone()));
    let places: Vec<(String, String)> = places.chain(brands).collect();
    let me = StoredValue::new(me);
    let offered = Memo::new(move |_| brand.with(|brand| me.with_value(|me| givable(me, brand.as_ref()))));
    form.shows(String::from("/rights"));
    let rights = move || {
        let right = |right: Right| {
            let word = right.word();
            // What a report needs: the least that is of use.
            let usual = matches!(right, Right::Read | Right::Figures);
            view! {
                <label class="option">
                    <input type="checkbox" name=["right-", word].concat() value=word checked=usual />
                    <strong>{words.kind("right.", word)}</strong>
                    <span>{words.kind("right.may.", word)}</span>
                </label>
            }
        };
        offered.get().into_iter().map(right).collect_view()
    };
    let wrong = move || form.error("/rights").map(|text| view! { <p class="error">{text}</p> });
    let make = move |event: SubmitEvent| {
        let values = Values::of(&event);
        let chosen = |right: &Right| !values.get(&["right-", right.word()].concat()).is_empty();
        let rights: Vec<Right> = untrack(|| offered.get()).into_iter().filter(chosen).collect();
        let days = days(&values.trimmed("days"));
        let mut lacks = Vec::new();
        if values.trimmed("label").is_empty() {
            lacks.push(form.lack("label", "tokens.label.missing"));
        }
        if rights.is_empty() {
            lacks.push(form.lack("rights", "tokens.rights.missing"));
        }
        if days.is_err() {
            lacks.push(form.lack("days", "tokens.days.missing"));
        }
        let Some(days) = days.ok().filter(|_| lacks.is_empty()) else {
            form.refuse(Fault::fields(lacks));
            return;
        };
        let token = NewToken { label: values.trimmed("label"), rights, brand: brand.get_untracked(), days };
        form.send(async move { api.post("/api/v1/me/tokens", &token).await }, move |answer: MadeToken| {
            announcer.say(words.t("tokens.done"));
            secret.set(Some(answer.secret));
            made();
            browser::focus("dialog[open] pre");
        });
    };
    let shown = move || {
        secret.get().map(|secret| {
            view! {
                <p class="note good">{words.t("tokens.done")}</p>
                <Snippet text=secret what=words.t("tokens.copy") />
                <p class="soft">{words.t("tokens.use")}</p>
                <div class="acts">
                    <button type="button" class="btn" on:click=move |_| close()>{words.t("tokens.kept")}</button>
                </div>
            }
        })
    };
    view! {
        {shown}
        <form class="form" novalidate hidden=move || secret.get().is_some() on:submit=make>
            <Field form name="label" label=words.t("tokens.label") help=words.t("tokens.label.help") />
            <div on:change=move |event| if is_place(&event) { brand.set(event_target_value(&event).parse().ok()) }>
                <Choice form name="brand" label=words.t("tokens.where") options=places />
            </div>
            <fieldset class="part">
                <legend>{words.t("tokens.rights")}</legend>
                <div class="options">{rights}</div>
                {wrong}
            </fieldset>
            <Field
                form
                name="days"
                inputmode="numeric"
                label=words.t("tokens.days")
                help=words.t("tokens.days.help")
                value="365"
            />
            <FormTrouble form />
            <div class="acts">
                <button type="button" class="btn" on:click=move |_| close()>{words.t("cancel")}</button>
                <Submit form label=words.t("tokens.go") />
            </div>
        </form>
    }
}

/// Whether a change is one of the place: nothing else stands beside it.
fn is_place(event: &leptos::ev::Event) -> bool {
    use wasm_bindgen::JsCast;
    event.target().is_some_and(|target| target.has_type::<web_sys::HtmlSelectElement>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn me(grants: &str) -> Me {
        let json = format!(
            r#"{{"id":"{}","name":"A","email":"a@b","grants":{grants},"brands":[],"authenticator":false,"recovery_codes":0,"until":0}}"#,
            "01".repeat(16)
        );
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn a_token_is_offered_what_its_maker_may_in_that_place() {
        let me = me(r#"[{"brand":"aurora","role":"editor"},{"brand":"boreale","role":"viewer"}]"#);
        let words = |brand: Option<&str>| {
            let brand = brand.map(|brand| brand.parse().unwrap());
            givable(&me, brand.as_ref()).into_iter().map(Right::word).collect::<Vec<_>>()
        };
        assert_eq!(words(Some("aurora")), ["read", "figures", "edit", "export"]);
        assert_eq!(words(Some("boreale")), ["read", "figures"]);
        assert_eq!(words(None), ["read", "figures", "edit", "export"]);
    }

    #[test]
    fn days_are_a_number_or_nothing() {
        assert_eq!(days(""), Ok(None));
        assert_eq!(days("365"), Ok(Some(365)));
        for text in ["0", "3651", "-1", "a year", "1.5"] {
            assert_eq!(days(text), Err(()), "{text}");
        }
    }
}
