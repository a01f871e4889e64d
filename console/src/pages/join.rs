//! Taking up an invitation: what is offered, and an account of one's own.
//!
//! What opens it stands in the address's fragment, which no server sees; it is taken out of the address at once.

use fanfare_shared::limits::PASSWORD_CHARS;
use fanfare_shared::wire::account::SessionReply;
use fanfare_shared::wire::problem::FieldError;
use fanfare_shared::wire::team::{InvitationOffer, InvitationToken, Join as Joining};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use crate::api::{Answer, api};
use crate::browser::{self, Values};
use crate::form::Form;
use crate::parts::button::{FormTrouble, Submit};
use crate::parts::field::{Field, Password};
use crate::parts::load::{Skeleton, Trouble};
use crate::parts::mark::Mark;
use crate::session::session;
use crate::time::distance;
use crate::words::{Words, words};

/// The page.
#[component]
pub(crate) fn Join() -> impl IntoView {
    let (words, api) = (words(), api());
    browser::set_title(&[words.t("join.title")]);
    let token = StoredValue::new(browser::take_fragment());
    let offer = LocalResource::new(move || async move {
        let token = token.get_value();
        if token.is_empty() {
            return Ok(None);
        }
        api.post::<InvitationOffer>("/api/v1/invitations/open", &InvitationToken { token }).await.map(Some)
    });
    let card = move || match offer.get() {
        None => view! { <Skeleton /> }.into_any(),
        Some(Ok(Some(offer))) => view! { <Offer offer token=token.get_value() /> }.into_any(),
        Some(Ok(None)) => gone(words).into_any(),
        Some(Err(fault)) if fault.slug() == Some("invitation-gone") => gone(words).into_any(),
        Some(Err(fault)) => view! { <Trouble fault again=move || offer.refetch() /> }.into_any(),
    };
    view! {
        <main class="door">
            <p class="name"><Mark /></p>
            {card}
        </main>
    }
}

fn gone(words: Words) -> impl IntoView {
    view! {
        <div class="card">
            <h1>{words.t("join.gone")}</h1>
            <p>{words.t("join.gone.text")}</p>
            <p><a class="btn" href="/console">{words.t("join.signin")}</a></p>
        </div>
    }
}

/// What is offered, in one sentence.
fn offered(words: Words, offer: &InvitationOffer) -> String {
    let role = words.kind("role.", offer.grant.role.word());
    let brand = offer.grant.brand.as_ref();
    let brand = brand.map(|id| offer.brand_name.clone().unwrap_or_else(|| id.to_string()));
    match brand {
        Some(brand) => words.fill("join.offer.brand", &[("role", &role), ("brand", &brand)]),
        None => words.fill("join.offer.whole", &[("role", &role), ("host", &offer.host)]),
    }
}

#[component]
fn Offer(offer: InvitationOffer, token: String) -> impl IntoView {
    let (words, api, session, form) = (words(), api(), session(), Form::new());
    let navigate = use_navigate();
    let password = RwSignal::new(String::new());
    let sentence = offered(words, &offer);
    let may = words.kind("role.may.", offer.grant.role.word());
    let until = words.fill("join.until", &[("when", &distance(words, offer.until, browser::now()))]);
    let join = move |event: SubmitEvent| {
        let values = Values::of(&event);
        let wanted = [
            ("name", "join.name.missing"),
            ("email", "signin.email.missing"),
            ("password", "password.missing"),
        ];
        let mut faults = form.missing(&values, &wanted);
        // Where one field keeps the form here, the server says nothing of the others: what it would say first is said too.
        let email = values.trimmed("email");
        if !email.is_empty() && !email.contains('@') {
            faults.push(form.lack("email", "signin.email.missing"));
        }
        faults.extend(short(form, &values.get("password")));
        if !form.is_right(faults) {
            return;
        }
        let joining = Joining {
            token: token.clone(),
            name: values.trimmed("name"),
            email,
            password: values.get("password"),
        };
        let navigate = navigate.clone();
        let request = async move {
            let answer: Answer<SessionReply> = api.post("/api/v1/members", &joining).await;
            answer
        };
        form.send(request, move |reply| {
            session.take(Ok(reply));
            navigate("/", leptos_router::NavigateOptions { replace: true, ..Default::default() });
        });
    };
    view! {
        <div class="card">
            <h1>{words.t("join.title")}</h1>
            <div class="part">
                <p>{sentence} " " <span class="soft">{may}</span></p>
            </div>
            <form class="form" novalidate on:submit=join>
                <Field form name="name" label=words.t("join.name") autocomplete="name" help=words.t("join.name.help") />
                <Field form name="email" kind="email" label=words.t("signin.email") autocomplete="username" />
                <NewPassword form name="password" label=words.t("join.password") typed=password />
                <FormTrouble form />
                <Submit form label=words.t("join.go") />
            </form>
        </div>
        <p class="soft">{until}</p>
    }
}

/// What is wrong with a password that is too short; an empty one is none yet.
pub(crate) fn short(form: Form, password: &str) -> Option<FieldError> {
    let long = password.is_empty() || password.chars().count() >= PASSWORD_CHARS;
    (!long).then(|| form.lack("password", "password.short"))
}

/// A password that is being chosen, and how good it is so far.
#[component]
pub(crate) fn NewPassword(
    form: Form,
    name: &'static str,
    #[prop(into)] label: String,
    typed: RwSignal<String>,
) -> impl IntoView {
    let words = words();
    let strength = move || typed.with(|text| strength(text));
    let hint = move || {
        words.t(match strength() {
            0 => "password.hint",
            1 => "password.weak",
            2 => "password.fair",
            3 => "password.good",
            _ => "password.strong",
        })
    };
    view! {
        <div class="chosen">
            <Password form name label autocomplete="new-password" typed />
            <div class="meter" data-strength=move || strength().to_string() aria-hidden="true">
                <i></i><i></i><i></i><i></i>
            </div>
            <p class="help" aria-live="polite">{hint}</p>
        </div>
    }
}

/// How hard a password is to guess, from 0 (nothing typed, or too short) to 4: length first, then variety.
/// A hint, made here alone: nothing is sent anywhere, and the server decides, with a better measure.
fn strength(password: &str) -> u8 {
    let length = password.chars().count();
    if length == 0 {
        return 0;
    }
    let mut different: Vec<char> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    // "aaaaaaaaaaaa" is as good as its few letters; a run such as "abcdef" or "123456" as good as its beginning.
    let pairs = password.chars().zip(password.chars().skip(1));
    let steps = pairs.filter(|(one, next)| u32::from(*one).abs_diff(u32::from(*next)) > 1).count();
    if length < PASSWORD_CHARS || different.len() < 5 || steps * 2 < length {
        return 1;
    }
    match length {
        ..14 => 2,
        14..18 => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn length_makes_a_password_and_repetition_does_not() {
        assert_eq!(strength(""), 0);
        assert_eq!(strength("short"), 1);
        assert_eq!(strength("aaaaaaaaaaaaaaaaaaaa"), 1);
        assert_eq!(strength("abcdefghijklmnop"), 1);
        assert_eq!(strength("kite-molten3"), 2);
        assert_eq!(strength("kite molten jar"), 3);
        assert_eq!(strength("kite molten jar 7 lamps"), 4);
    }

    #[test]
    fn an_offer_says_who_one_will_be_and_where() {
        let offer = |json| offered(Words::of(Lang::En), &serde_json::from_str(json).unwrap());
        let whole = offer(r#"{"grant":{"role":"owner"},"host":"fan.example.org","until":0}"#);
        assert!(whole.contains("Owner") && whole.contains("fan.example.org"), "{whole}");
        let brand = offer(r#"{"grant":{"brand":"aurora","role":"editor"},"host":"h","until":0}"#);
        assert!(brand.contains("Editor") && brand.contains("aurora"), "{brand}");
    }
}
