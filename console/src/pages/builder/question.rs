//! One question: what is asked, a line of help, whether an answer is needed, its type, and what that type has.

use fanfare_shared::campaign::Campaign;
use fanfare_shared::questions::Question;
use fanfare_shared::text::Text;
use leptos::prelude::*;

use super::fields::{Check, Pick, Texts};
use super::rows::Rows;
use super::state::{Builder, Find, Spot};
use crate::draft::change::follow_question;
use crate::questions::{self, REGISTRY, become_type, editor};

fn text(campaign: &mut Campaign, spot: Spot) -> Option<&mut Text> {
    questions::question(campaign, spot).map(|it| &mut it.text)
}

fn help(campaign: &mut Campaign, spot: Spot) -> Option<&mut Option<Text>> {
    questions::question(campaign, spot).map(|it| &mut it.help)
}

fn follow(_: Builder, campaign: &mut Campaign, spot: Spot, before: &str, after: &str) {
    if let Some(activity) = campaign.activities.get_mut(spot.activity) {
        follow_question(activity, spot.question, before, after);
    }
}

fn part<T>(builder: Builder, spot: Spot, part: impl FnOnce(&Question) -> T) -> Option<T> {
    builder.read(|it| it.activities.get(spot.activity)?.questions.get(spot.question).map(part))
}

/// A line that says what is asked, and when it is open, everything about it.
pub(super) fn card(builder: Builder, rows: Rows, spot: Spot) -> AnyView {
    let words = builder.words;
    let at = spot.question;
    let open = Memo::new(move |_| builder.question.get() == Some(at));
    let kind = Memo::new(move |_| part(builder, spot, |it| it.kind.name()).unwrap_or_default());
    let name = Signal::derive(move || {
        let first = builder.languages.with(|all| all.first().cloned().unwrap_or_default());
        let asked = part(builder, spot, |it| it.text.get(&first).trim().to_owned()).unwrap_or_default();
        if asked.is_empty() { words.fill("question.n", &[("n", &(at + 1).to_string())]) } else { asked }
    });
    let label = move || editor(kind.get()).map(|editor| words.t(editor.label));
    let toggle = move || builder.question.set((!open.get_untracked()).then_some(at));
    view! {
        {rows.lid(at, (open, toggle), name, label, (), rows.buttons(at, name, None, Signal::stored(false)))}
        {move || open.get().then(|| form(builder, spot, kind, rows.fixed))}
    }
    .into_any()
}

fn form(builder: Builder, spot: Spot, kind: Memo<&'static str>, fixed: Signal<bool>) -> AnyView {
    let words = builder.words;
    let pointer = spot.question_pointer();
    let place = StoredValue::new(pointer.clone());
    let contest =
        super::activities::part(builder, spot.activity, |it| it.contest.is_some()).unwrap_or_default();
    let types = REGISTRY.iter().filter(|it| contest || !it.entrant);
    let types: Vec<_> = types.map(|it| (it.name(), words.t(it.label).to_owned(), words.t(it.what))).collect();
    let change = move |name: String| {
        builder.change(&[&place.get_value(), "/type"].concat(), |it| {
            if let Some(question) = questions::question(it, spot) {
                become_type(question, &name);
            }
        });
    };
    let required = Signal::derive(move || part(builder, spot, |it| it.required).unwrap_or(true));
    let require = move |required| {
        builder.change(&[&place.get_value(), "/required"].concat(), |it| {
            if let Some(question) = questions::question(it, spot) {
                question.required = required;
            }
        });
    };
    let own = move || editor(kind.get()).map(|editor| (editor.fields)(builder, spot));
    view! {
        <fieldset class="inside" disabled=move || fixed.get()>
            <Texts
                at=[&pointer, "/text"].concat()
                find=Find::Text(text)
                spot
                label=words.t("question.text")
                follow
            />
            <Texts
                at=[&pointer, "/help"].concat()
                find=Find::Maybe(help)
                spot
                label=words.t("question.help")
                help=words.t("question.help.text")
            />
            <Pick
                at=[&pointer, "/type"].concat()
                label=words.t("question.type")
                options=types
                value=Signal::derive(move || kind.get().to_owned())
                write=change
            />
            {own}
            <Check
                at=[&pointer, "/required"].concat()
                label=words.t("question.required")
                help=words.t("question.required.text")
                value=required
                write=require
            />
        </fieldset>
    }
    .into_any()
}
