//! The shell of the page that checks: what it is for, and the way on where its program does not run.

use leptos::prelude::*;

use super::direction;
use super::pages::head;
use crate::render::verify::VerifyModel;
use crate::words::Words;

/// The document.
pub(crate) fn verify(words: &Words, model: &VerifyModel) -> AnyView {
    let way_on = |key: &str| {
        view! { <p class="ff-more">{words.t(key)} " " <a href="/docs/verify">{words.t("verify.how")}</a></p> }
    };
    let program = match &model.script {
        Some(src) => view! {
            <div id="verify"></div>
            <script type="application/json" id="words" inner_html=model.words.replace('<', "\\u003c")></script>
            <noscript>{way_on("verify.noscript")}</noscript>
            <script type="module" src=src.clone()></script>
        }
        .into_any(),
        None => way_on("verify.missing").into_any(),
    };
    view! {
        <!DOCTYPE html>
        <html lang=model.lang.clone() dir=direction(&model.lang)>
            {head(words.t("verify.title"), &model.styles, None, None, None)}
            <body class="ff-page">
                <main>
                    <h1>{words.t("verify.title")}</h1>
                    <p class="ff-lead">{words.t("verify.lead")}</p>
                    {program}
                </main>
            </body>
        </html>
    }
    .into_any()
}
