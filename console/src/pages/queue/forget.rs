//! The person behind a case is forgotten: asked once, in place.

use fanfare_shared::wire::queue::{Forget, Forgotten};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::case::Opened;
use crate::api::api;
use crate::browser::Values;
use crate::form::Form;
use crate::parts::announce::announcer;
use crate::parts::button::{FormTrouble, Submit};
use crate::words::words;

/// The question.
#[component]
pub(super) fn ForgetPerson(opened: Opened) -> impl IntoView {
    let (words, form, say) = (words(), Form::new(), announcer());
    let Some(case) = opened.now() else { return ().into_any() };
    let ask = move |event: SubmitEvent| {
        let values = Values::of(&event);
        let Some(case) = opened.now() else { return };
        let forget = Forget { version: case.version, tell: !values.get("tell").is_empty() };
        let address = [&opened.address.get_value(), "/forget"].concat();
        let api = api();
        form.send(async move { api.post::<Forgotten>(&address, &forget).await }, move |gone| {
            say.say(words.plural("queue.said.forgotten", gone.cases.into()));
            opened.desk.open(None);
            opened.desk.again();
        });
    };
    let tell = (!case.email.is_empty()).then(|| {
        view! {
            <label class="check">
                <input type="checkbox" name="tell" value="yes" checked />
                {words.t("queue.forget.tell")}
            </label>
        }
    });
    let wanted = case.case.kind == fanfare_shared::wire::queue::CaseKind::Erasure;
    view! {
        <details class="part" open=wanted>
            <summary>{words.t("queue.forget")}</summary>
            <form class="form" novalidate on:submit=ask>
                <p class="soft">{words.t("queue.forget.text")}</p>
                {tell}
                <FormTrouble form />
                <div class="acts">
                    <Submit form label=words.t("queue.forget.go") class="btn bad" />
                </div>
            </form>
        </details>
    }
    .into_any()
}
