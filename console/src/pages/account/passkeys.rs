//! By which devices can I sign in? Each passkey with when it was used, a way to remove it, and the form for a new one.

use fanfare_shared::wire::account::PasswordProof;
use fanfare_shared::wire::passkey::{NewPasskey, PasskeyList, PasskeyOffer, PasskeyView};
use gloo::net::http::Method;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::api::{Fault, api};
use crate::browser::{self, Values};
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::{FormTrouble, Submit};
use crate::parts::dialog::Dialog;
use crate::parts::field::{Field, Password};
use crate::parts::load::loaded;
use crate::passkey;
use crate::time::distance;
use crate::words::words;

/// The section.
#[component]
pub(super) fn Passkeys() -> impl IntoView {
    let (words, api) = (words(), api());
    let passkeys = api.read::<PasskeyList>(|| String::from("/api/v1/me/passkeys"));
    let (making, again) = (RwSignal::new(false), move || passkeys.again());
    let rows = loaded(passkeys, move |list: PasskeyList| {
        let rows = match list.passkeys.is_empty() {
            true => view! { <p class="soft">{words.t("passkeys.none")}</p> }.into_any(),
            false => {
                let row = |it: PasskeyView| view! { <Row it again /> };
                view! { <ul class="list">{list.passkeys.into_iter().map(row).collect_view()}</ul> }.into_any()
            }
        };
        let lacking = match (list.possible, passkey::able()) {
            (false, _) => Some("passkeys.impossible"),
            (true, false) => Some("passkeys.unable"),
            (true, true) => None,
        };
        let below = match lacking {
            Some(key) => view! { <p class="note">{words.t(key)}</p> }.into_any(),
            None => view! {
                <button type="button" class="btn add" on:click=move |_| making.set(true)>{words.t("passkeys.new")}</button>
            }
            .into_any(),
        };
        view! {
            {rows}
            {below}
        }
    });
    view! {
        <section class="set">
            <div><h2>{words.t("passkeys.title")}</h2><p class="soft">{words.t("passkeys.text")}</p></div>
            <div class="part">{rows}</div>
            <Dialog open=making title=words.t("passkeys.new")>
                <Making
                    made=move || {
                        making.set(false);
                        again();
                    }
                    close=move || making.set(false)
                />
            </Dialog>
        </section>
    }
}

#[component]
fn Row(it: PasskeyView, again: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let words = words();
    let removing = RwSignal::new(false);
    let now = browser::now();
    let made = distance(words, it.made, now);
    let facts = match it.used {
        Some(used) => words.fill("passkeys.facts", &[("made", &made), ("used", &distance(words, used, now))]),
        None => words.fill("passkeys.facts.unused", &[("made", &made)]),
    };
    let of = words.fill("passkeys.remove.of", &[("name", &it.label)]);
    let label = it.label.clone();
    view! {
        <li>
            <div class="line stack">
                <div class="what">
                    <p><strong>{label}</strong></p>
                    <p>{facts}</p>
                </div>
                <button
                    type="button"
                    class="btn small grave"
                    aria-label=of.clone()
                    on:click=move |_| removing.set(true)
                >
                    {words.t("passkeys.remove")}
                </button>
            </div>
            <Dialog open=removing title=of>
                <Removing it=it.clone() gone=again close=move || removing.set(false) />
            </Dialog>
        </li>
    }
}

#[component]
fn Removing(
    it: PasskeyView,
    gone: impl Fn() + Copy + Send + 'static,
    close: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let (words, api, announcer, form) = (words(), api(), announcer(), Form::new());
    let address = ["/api/v1/me/passkeys/", &it.id.to_hex(), "/remove"].concat();
    let remove = move |event: SubmitEvent| {
        let values = Values::of(&event);
        if !form.demand(&values, &[("password", "account.proof.missing")]) {
            return;
        }
        let (address, proof) = (address.clone(), PasswordProof { password: values.get("password") });
        form.send(async move { api.done(Method::POST, &address, &proof).await }, move |()| {
            announcer.say(words.t("passkeys.removed"));
            close();
            gone();
        });
    };
    view! {
        <form class="form" novalidate on:submit=remove>
            <p>{words.fill("passkeys.remove.text", &[("name", &it.label)])}</p>
            <Password form name="password" label=words.t("account.proof") autocomplete="current-password" />
            <FormTrouble form />
            <div class="acts">
                <button type="button" class="btn" on:click=move |_| close()>{words.t("cancel")}</button>
                <Submit form label=words.t("passkeys.remove") class="btn grave" />
            </div>
        </form>
    }
}

/// Name and password first; then the browser asks for the rest.
#[component]
fn Making(
    made: impl Fn() + Copy + Send + 'static,
    close: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let (words, api, announcer, form) = (words(), api(), announcer(), Form::new());
    let make = move |event: SubmitEvent| {
        let values = Values::of(&event);
        let wanted = [("label", "passkeys.label.missing"), ("password", "account.proof.missing")];
        if !form.demand(&values, &wanted) {
            return;
        }
        let (label, proof) = (values.trimmed("label"), PasswordProof { password: values.get("password") });
        let request = async move {
            let offer: PasskeyOffer = api.post("/api/v1/me/passkeys/offer", &proof).await?;
            let credential = passkey::make(&offer.options).await;
            let none = || Fault::fields(vec![form.lack("credential", "passkeys.not-made")]);
            let new = NewPasskey { label, token: offer.token, credential: credential.ok_or_else(none)? };
            api.post::<PasskeyView>("/api/v1/me/passkeys", &new).await
        };
        form.send(request, move |_| {
            announcer.say(words.t("passkeys.added"));
            made();
        });
    };
    view! {
        <form class="form" novalidate on:submit=make>
            <Field form name="label" label=words.t("passkeys.label") help=words.t("passkeys.label.help") />
            <Password form name="password" label=words.t("account.proof") autocomplete="current-password" />
            <FormTrouble form />
            <div class="acts">
                <button type="button" class="btn" on:click=move |_| close()>{words.t("cancel")}</button>
                <Submit form label=words.t("passkeys.go") />
            </div>
        </form>
    }
}
