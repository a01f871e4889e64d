//! Whole documents, for the server alone: the hosted page, "your answers", and a problem told plainly.

use fanfare_shared::campaign::{ActivityKind, Openings};
use fanfare_shared::wire::bootstrap::ActivityView;
use fanfare_shared::wire::participant::{ActState, OwnAct};
use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;

use super::mine::{erase, export, given, withdraw};
use super::receipt::receipt_text;
use super::{Context, Scene, direction};
use crate::model::{ActivityModel, Own, Place};
use crate::render::{MessageModel, PageModel, YouModel};
use crate::words::Words;

/// What every document begins with. The address may carry a secret, so no referrer leaves the server: a header says
/// that, for every page. A stricter word here would have browsers send `Origin: null` with the page's own forms.
pub(super) fn head(
    title: String,
    styles: &[String],
    theme: Option<String>,
    script: Option<String>,
    about: Option<(&str, &str)>,
) -> AnyView {
    let styles =
        styles.iter().map(|href| view! { <link rel="stylesheet" href=href.clone() /> }).collect_view();
    view! {
        <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta name="color-scheme" content="light dark" />
            {about.map(|(address, about)| shown(&title, address, about))}
            <title>{title}</title>
            {styles}
            {theme.map(|theme| view! { <style>{theme}</style> })}
            {script.map(|src| view! { <script async src=src></script> })}
        </head>
    }
    .into_any()
}

/// What a messenger shows of an address that somebody sends.
fn shown(title: &str, address: &str, about: &str) -> AnyView {
    let property = |name: &'static str, content: &str| {
        view! { <meta {..custom_attribute("property", name)} content=content.to_owned() /> }
    };
    view! {
        <meta name="description" content=about.to_owned() />
        {property("og:type", "website")}
        {property("og:title", title)}
        {property("og:description", about)}
        {property("og:url", address)}
    }
    .into_any()
}

/// A language's name in itself.
fn language_name(lang: &str) -> String {
    match lang {
        "de" => "Deutsch".to_owned(),
        "en" => "English".to_owned(),
        "es" => "Español".to_owned(),
        "fr" => "Français".to_owned(),
        "it" => "Italiano".to_owned(),
        other => other.to_uppercase(),
    }
}

/// A document around `main`. `here` is its own address, for the links to its other languages.
pub(super) fn document(
    context: &Context,
    page: &PageModel,
    here: &str,
    script: bool,
    main: AnyView,
) -> AnyView {
    let frame = &context.frame;
    let title = [&page.campaign.title, " · ", &frame.brand_name].concat();
    let theme = fanfare_style::theme_css(page.theme.hue, page.theme.chroma);
    let script = page.script.clone().filter(|_| script);
    let links = page.languages.iter().map(|lang| {
        let me = page.me.iter().flat_map(|me| ["&me=", me]).collect::<String>();
        let current = (*lang == frame.lang).then_some("page");
        view! {
            <a
                href=[here, "?lang=", lang, &me].concat()
                lang=lang.clone()
                hreflang=lang.clone()
                aria-current=current
            >
                {language_name(lang)}
            </a>
        }
    });
    let links = (page.languages.len() > 1).then(|| links.collect_view());
    view! {
        <!DOCTYPE html>
        <html lang=frame.lang.clone() dir=direction(&frame.lang)>
            {head(title, &page.styles, Some(theme), script, page.about.as_deref().map(|about| (here, about)))}
            <body class="ff-page">
                <header class="ff-head">
                    <p class="ff-brand">{frame.brand_name.clone()}</p>
                    <nav aria-label=context.words.t("languages")>{links}</nav>
                </header>
                <main>{main}</main>
            </body>
        </html>
    }
    .into_any()
}

/// The hosted page: with JavaScript the element becomes the widget, without it the fragment inside is a plain form.
#[component]
pub(crate) fn Hosted(context: Context, page: PageModel, fragment: AnyView) -> impl IntoView {
    let frame = &context.frame;
    let terms = page.terms.split("\n\n").map(|text| view! { <p>{text.to_owned()}</p> }).collect_view();
    let mine = page.me.as_ref().map(|_| {
        view! {
            {mine_link(&context)}
            <p class="ff-more">
                {context.words.t("secret")} " " <a href=frame.hosted.clone()>{frame.hosted.clone()}</a>
            </p>
        }
    });
    let recounts = page.campaign.activities.iter().map(|activity| recount(&context, &activity.view));
    let recounts = recounts.collect_view();
    let main = view! {
        <h1>{page.campaign.title.clone()}</h1>
        <fan-fare campaign=frame.campaign.to_string() lang=frame.lang.clone() static=page.me.is_some()>
            {fragment}
        </fan-fare>
        {quote(&context.words, page.request.clone())}
        {mine}
        <details class="ff-more">
            <summary>{context.words.t("terms")}</summary>
            {terms}
        </details>
        <p class="ff-more">
            <a href=[&frame.hosted, "/contact?lang=", &frame.lang].concat()>{context.words.t("contact")}</a>
        </p>
        <section class="ff-more" id="recount">
            <h2>{context.words.t("recount")}</h2>
            <p>{context.words.t("recount.note")}</p>
            {recounts}
        </section>
    };
    document(&context, &page, &frame.hosted, true, main.into_any())
}

/// What to quote when one writes about a problem.
fn quote(words: &Words, request: Option<String>) -> AnyView {
    let text = request.map(|id| words.fill("problem.request", &[("id", &id)]));
    text.map(|text| view! { <p><small>{text}</small></p> }).into_any()
}

/// The way to one's own answers; a form, because secrets stay out of addresses where they can.
fn mine_link(context: &Context) -> AnyView {
    let frame = &context.frame;
    let Place::Hosted { participant } = &frame.place else { return ().into_any() };
    view! {
        <form class="ff-more" method="post" action=[&frame.hosted, "/you"].concat()>
            <input type="hidden" name="participant" value=participant.clone() />
            <input type="hidden" name="lang" value=frame.lang.clone() />
            <button class="ff-link">{context.words.t("mine")}</button>
        </form>
    }
    .into_any()
}

/// Where the log of an activity is, and how to count it again.
fn recount(context: &Context, activity: &ActivityView) -> AnyView {
    let words = &context.words;
    let log = [&context.frame.base, "/log/a/", activity.id.as_str()].concat();
    let bundle = [&log, "/bundle"].concat();
    let command = ["fanfare verify ", &bundle].concat();
    let title = match activity.kind {
        ActivityKind::Poll => activity.questions.first().map(|question| question.text.clone()),
        ActivityKind::Contest => Some(words.t("contest.list")),
    };
    let opened = match activity.openings {
        // Nothing of an entry is ever opened.
        _ if activity.kind == ActivityKind::Contest => ().into_any(),
        Openings::Close => {
            view! { <li><a href=[&log, "/openings"].concat()>{words.t("recount.openings")}</a></li> }
                .into_any()
        }
        Openings::Never => view! { <li>{words.t("recount.never")}</li> }.into_any(),
    };
    view! {
        <h3>{title}</h3>
        <ul>
            <li>
                <a href=bundle>{words.t("recount.bundle")}</a>
            </li>
            <li>
                <a href=[&log, "/checkpoint"].concat()>{words.t("recount.checkpoint")}</a>
            </li>
            {opened}
        </ul>
        <p>{words.t("recount.command")}</p>
        <pre class="ff-mono">{command}</pre>
    }
    .into_any()
}

/// The page of one's own answers.
#[component]
pub(crate) fn You(context: Context, you: YouModel) -> impl IntoView {
    let words = &context.words;
    let YouModel { page, acts, erased } = you;
    let title = words.fill("title.mine", &[("brand", &context.frame.brand_name)]);
    let back = [&context.frame.hosted, "?lang=", &context.frame.lang].concat();
    let back = page.me.iter().fold(back, |back, me| [&back, "&me=", me].concat());
    let body = if erased || acts.is_empty() {
        view! { <p>{words.t(if erased { "erased" } else { "mine.empty" })}</p> }.into_any()
    } else {
        let items = acts.iter().map(|act| item(&context, &page, act)).collect_view();
        let rights = page.campaign.activities.first().map(|activity| {
            let scene = Scene::still(&context, activity);
            view! {
                <div class="ff-card">
                    {AnyView::from(export(&scene))} {AnyView::from(erase(&scene))}
                    <p class="ff-note">{words.t("mine.note.page")}</p>
                </div>
            }
        });
        view! {
            {items}
            {rights}
        }
        .into_any()
    };
    let main = view! {
        <h1>{title}</h1>
        <div class="ff">{body}</div>
        <p>
            <a href=back>{words.t("back")}</a>
        </p>
    };
    document(&context, &page, &context.frame.hosted, false, main.into_any())
}

/// One act: what was said, whether it counts, its receipt.
fn item(context: &Context, page: &PageModel, act: &OwnAct) -> AnyView {
    let words = &context.words;
    let state = words.t(match act.state {
        ActState::Counted => "counted",
        ActState::Superseded => "superseded",
        ActState::Void => "void",
    });
    let here = page.campaign.activities.iter().find(|activity| activity.view.id == act.activity);
    let said = match here {
        Some(activity) => said(context, activity, act),
        None => view! { <h2 class="ff-title">{act.campaign.to_string()}</h2> }.into_any(),
    };
    let text = AnyView::from(receipt_text(&words.t("receipt.text"), &act.receipt));
    view! {
        <section class="ff-card">
            <p class="ff-eyebrow">{state} " · " {words.t("leaf")} " " {context.format.number(act.index)}</p>
            {said}
            <details>
                <summary>{words.t("receipt")}</summary>
                <div class="ff-panel">
                    {text}
                </div>
            </details>
        </section>
    }
    .into_any()
}

/// The answers of an act to questions that this page knows, and the way to take them back while that is possible.
fn said(context: &Context, activity: &ActivityModel, act: &OwnAct) -> AnyView {
    let own = Own { answers: act.answers.clone(), index: act.index, ..Own::default() };
    let scene = Scene::still(context, &ActivityModel { own: Some(own), ..activity.clone() });
    let open = activity.view.state == fanfare_shared::time::State::Open && act.state == ActState::Counted;
    let withdraw = open.then(|| AnyView::from(withdraw(&scene)));
    view! {
        {AnyView::from(given(&scene))}
        {withdraw}
    }
    .into_any()
}

/// A problem, told plainly, with a way on.
#[component]
pub(crate) fn Message(words: Words, message: MessageModel) -> impl IntoView {
    let MessageModel { lang, slug, request, styles, home } = message;
    let request = quote(&words, request);
    let home = home.map(|home| view! { <p><a href=home>{words.t("home")}</a></p> });
    view! {
        <!DOCTYPE html>
        <html lang=lang.clone() dir=direction(&lang)>
            {head(words.t("problem.title"), &styles, None, None, None)}
            <body class="ff-page">
                <main>
                    <h1>{words.t("problem.title")}</h1>
                    <p>{words.problem(&slug)}</p>
                    {home}
                    {request}
                </main>
            </body>
        </html>
    }
    .into_any()
}
