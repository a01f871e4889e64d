//! Pages that are not there, and pages that are not for this member.

use leptos::prelude::*;

use crate::parts::header::Header;
use crate::words::words;

/// Nothing has this address.
#[component]
pub(crate) fn Nothing() -> impl IntoView {
    let words = words();
    view! {
        <Header title=words.t("nothing.title").to_owned() />
        <p class="soft">{words.t("nothing.text")}</p>
        <p><a class="btn" href="/console">{words.t("nothing.back")}</a></p>
    }
}

/// It is there, and not for this member.
#[component]
pub(crate) fn Forbidden() -> impl IntoView {
    let words = words();
    view! {
        <Header title=words.t("forbidden.title").to_owned() />
        <p class="soft">{words.t("forbidden.text")}</p>
        <p><a class="btn" href="/console">{words.t("nothing.back")}</a></p>
    }
}
