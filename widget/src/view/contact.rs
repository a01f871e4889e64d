//! Whole documents for a visitor who writes to the team: the form, the conversation, and the end of letters. None of them
//! needs a script.

use fanfare_shared::wire::queue::{CaseKind, CaseState, EMAIL_CHARS, MESSAGE_CHARS, NAME_CHARS};
use leptos::prelude::*;

use super::pages::{document, head};
use super::{Context, direction};
use crate::render::contact::{ContactModel, LettersModel, OpenTalk, TalkModel};
use crate::words::Words;

/// What a field says that is not accepted.
fn fault(context: &Context, faults: &[(String, String)], field: &str) -> Option<String> {
    let (_, rule) = faults.iter().find(|(pointer, _)| pointer.trim_start_matches('/') == field)?;
    let words = &context.words;
    let text = words.find(&["contact.rule.", rule].concat());
    Some(text.map_or_else(|| words.t("contact.rule.other"), str::to_owned))
}

fn error(id: &str, fault: Option<String>) -> AnyView {
    let id = [id, "-error"].concat();
    fault.map(|text| view! { <p class="ff-error" id=id>{text}</p> }).into_any()
}

/// By what a field is told besides its label.
fn described(id: &str, faulty: bool, help: bool) -> Option<String> {
    let parts = [(faulty, "-error"), (help, "-help")].into_iter().filter(|(there, _)| *there);
    let ids: Vec<String> = parts.map(|(_, part)| [id, part].concat()).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// A text of several lines.
fn long(context: &Context, label: &str, text: &str, faults: &[(String, String)]) -> AnyView {
    let fault = fault(context, faults, "text");
    let invalid = fault.is_some().then_some("true");
    view! {
        <div class="ff-field">
            <label for="text">{context.words.t(label)}</label>
            <textarea
                id="text"
                name="text"
                rows="6"
                required
                maxlength=MESSAGE_CHARS.to_string()
                aria-invalid=invalid
                aria-describedby=described("text", fault.is_some(), false)
            >
                {text.to_owned()}
            </textarea>
            {error("text", fault)}
        </div>
    }
    .into_any()
}

/// A line that may stay empty.
#[derive(Clone, Copy)]
struct Line<'a> {
    name: &'static str,
    kind: &'static str,
    complete: &'static str,
    most: usize,
    value: &'a str,
    help: bool,
}

fn line(context: &Context, it: Line<'_>, faults: &[(String, String)]) -> AnyView {
    let Line { name, kind, complete, most, value, help } = it;
    let words = &context.words;
    let fault = fault(context, faults, name);
    let invalid = fault.is_some().then_some("true");
    let key = ["contact.", name].concat();
    let help_id = [name, "-help"].concat();
    let note = help.then(|| view! { <p class="ff-note" id=help_id>{words.t("contact.email.help")}</p> });
    view! {
        <div class="ff-field">
            <label for=name>{words.t(&key)} " " <small>{words.t("contact.optional")}</small></label>
            <input
                id=name
                name=name
                type=kind
                autocomplete=complete
                maxlength=most.to_string()
                value=value.to_owned()
                aria-invalid=invalid
                aria-describedby=described(name, fault.is_some(), help)
            />
            {note}
            {error(name, fault)}
        </div>
    }
    .into_any()
}

/// The form.
#[component]
pub(crate) fn Contact(context: Context, model: ContactModel) -> impl IntoView {
    let ContactModel { page, kind, text, name, email, key, faults } = model;
    let (words, frame) = (&context.words, &context.frame);
    let brand = [("brand", frame.brand_name.as_str())];
    let kinds = CaseKind::ASKED.into_iter().map(|it| {
        view! {
            <label class="ff-opt">
                <input type="radio" name="kind" value=it.word() checked=it == kind />
                <span>{words.t(&["contact.kind.", it.word()].concat())}</span>
            </label>
        }
    });
    let kinds = kinds.collect_view();
    let wrong = (!faults.is_empty())
        .then(|| view! { <p class="ff-notice ff-bad" role="alert">{words.t("contact.wrong")}</p> });
    let action = [&frame.base, "/api/v1/campaigns/", frame.campaign.as_str(), "/messages"].concat();
    let lines = [
        Line { name: "name", kind: "text", complete: "name", most: NAME_CHARS, value: &name, help: false },
        Line {
            name: "email",
            kind: "email",
            complete: "email",
            most: EMAIL_CHARS,
            value: &email,
            help: true,
        },
    ];
    let lines = lines.map(|it| line(&context, it, &faults)).collect_view();
    let main = view! {
        <h1>{words.fill("contact.title", &brand)}</h1>
        <div class="ff">
            <div class="ff-card">
                {wrong} <form class="ff-form" method="post" action=action>
                    <input type="hidden" name="key" value=key />
                    <input type="hidden" name="lang" value=frame.lang.clone() />
                    <fieldset class="ff-q">
                        <legend class="ff-small">{words.t("contact.about")}</legend>
                        {kinds}
                    </fieldset>
                    {long(&context, "contact.text", &text, &faults)}
                    {lines}
                    <button class="ff-btn">{words.t("contact.send")}</button>
                </form> <p class="ff-note">{words.fill("contact.private", &brand)}</p>
                <p class="ff-note">{words.t("contact.answers")}</p>
            </div>
        </div>
        <p>
            <a href=[&frame.hosted, "?lang=", &frame.lang].concat()>{words.t("back")}</a>
        </p>
    };
    document(&context, &page, &[&frame.hosted, "/contact"].concat(), false, main.into_any())
}

/// The conversation.
#[component]
pub(crate) fn Talk(context: Context, model: TalkModel) -> impl IntoView {
    let (words, frame) = (&context.words, &context.frame);
    let brand = [("brand", frame.brand_name.as_str())];
    let title = view! { <h1>{words.fill("talk.title", &brand)}</h1> };
    let body = match &model.open {
        Some(open) => talk(&context, &model, open),
        None => view! { <p class="ff-card" role="status">{words.t("talk.deleted")}</p> }.into_any(),
    };
    let main = view! {
        {title}
        <div class="ff">{body}</div>
        <p>
            <a href=[&frame.hosted, "?lang=", &frame.lang].concat()>{words.t("back")}</a>
        </p>
    };
    document(&context, &model.page, &model.link, false, main.into_any())
}

fn talk(context: &Context, model: &TalkModel, open: &OpenTalk) -> AnyView {
    let words = &context.words;
    let state = match (open.state, &open.due) {
        (CaseState::Done, _) => words.t("talk.done"),
        (CaseState::Open, Some(due)) => words.fill("talk.open.until", &[("when", due)]),
        (CaseState::Open, None) => words.t("talk.open"),
    };
    let keep = if open.email.is_empty() || open.quiet {
        words.t("talk.keep")
    } else {
        words.fill("talk.keep.mail", &[("email", &open.email)])
    };
    let arrived =
        open.fresh.then(|| view! { <p class="ff-notice ff-good" role="status">{words.t("talk.kept")}</p> });
    let said = open.said.iter().map(|said| {
        let who = if said.team { context.frame.brand_name.clone() } else { words.t("talk.you") };
        view! {
            <li class=if said.team { "ff-said ff-theirs" } else { "ff-said" }>
                <p class="ff-eyebrow">
                    <strong>{who}</strong>
                    {said.when.clone().map(|when| view! { <span>{when}</span> })}
                </p>
                <p class="ff-words">{said.text.clone()}</p>
            </li>
        }
    });
    let said = said.collect_view();
    let act = |act: &'static str| view! { <input type="hidden" name="act" value=act /> };
    let letters = (!open.email.is_empty()).then(|| {
        let (name, label) = if open.quiet { ("resume", "talk.resume") } else { ("stop", "talk.stop") };
        view! {
            <form method="post" action=model.link.clone()>
                {act(name)} <button class="ff-btn ff-quiet">{words.t(label)}</button>
            </form>
        }
    });
    let brand = [("brand", context.frame.brand_name.as_str())];
    view! {
        <div class="ff-card">
            {arrived} <p class="ff-chip">{state}</p> <ol class="ff-talk">{said}</ol>
            <p class="ff-note">{keep}</p>
        </div>
        <div class="ff-card">
            <form class="ff-form" method="post" action=model.link.clone()>
                {act("write")} {long(context, "talk.more", &open.text, &open.faults)}
                <button class="ff-btn ff-quiet">{words.t("talk.send")}</button>
            </form>
            {letters}
            <details class="ff-ask">
                <summary>{words.t("talk.delete")}</summary>
                <form class="ff-panel" method="post" action=model.link.clone()>
                    {act("delete")} <p class="ff-note">{words.fill("talk.delete.note", &brand)}</p>
                    <button class="ff-btn ff-quiet ff-bad">{words.t("talk.delete.confirm")}</button>
                </form>
            </details>
        </div>
    }
    .into_any()
}

/// The end of letters.
#[component]
pub(crate) fn LettersEnd(words: Words, model: LettersModel) -> impl IntoView {
    let LettersModel { lang, sort, brand, stopped, styles } = model;
    let text = words.fill(&["letters.", sort].concat(), &[("brand", &brand)]);
    let body = if stopped {
        let back = (sort != "case").then(|| view! { <p class="ff-note">{words.t("letters.back")}</p> });
        view! {
            <p class="ff-notice ff-good" role="status">
                {words.t("letters.stopped")}
            </p>
            <p>{text}</p>
            {back}
        }
        .into_any()
    } else {
        view! {
            <p>{text}</p>
            <form class="ff-form" method="post">
                <button class="ff-btn">{words.t("letters.stop")}</button>
            </form>
        }
        .into_any()
    };
    view! {
        <!DOCTYPE html>
        <html lang=lang.clone() dir=direction(&lang)>
            {head(words.t("letters.title"), &styles, None, None, None)}
            <body class="ff-page">
                <main>
                    <h1>{words.t("letters.title")}</h1>
                    <div class="ff">
                        <div class="ff-card">{body}</div>
                    </div>
                </main>
            </body>
        </html>
    }
    .into_any()
}
