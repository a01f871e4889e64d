//! The fields of the builder: each shows what stands in the document and what is wrong with it, and keeps what is typed.
//! The id of a field is the pointer of its place: that is how a fault finds it.

use fanfare_shared::campaign::Campaign;
use leptos::prelude::*;

use super::state::{Builder, Find, Follow, Spot, builder};
use crate::draft::{names, tongues};

/// What stands under a field: its fault, and in one sentence what it is for.
fn lines(builder: Builder, at: &str, help: &'static str) -> impl IntoView + use<> {
    let (error, described) = (fault_line(builder, at), described(at, "help"));
    let help = (!help.is_empty()).then(|| view! { <p class="help" id=described>{help}</p> });
    (error, help)
}

/// What is wrong at a place; a text that is not written yet is told more softly.
pub(crate) fn fault_line(builder: Builder, at: &str) -> impl IntoView + use<> {
    let (at, id) = (at.to_owned(), described(at, "fault"));
    let fault = Memo::new(move |_| builder.fault(&at));
    move || {
        fault.get().map(|(text, lack)| {
            view! { <p class=if lack { "lack" } else { "error" } id=id.clone()>{text}</p> }
        })
    }
}

/// The id of what stands under a field.
fn described(at: &str, part: &str) -> String {
    [at, "#", part].concat()
}

/// What a field says of itself to whoever hears it: whether it is wrong, and by which lines it is described.
#[derive(Clone)]
struct Said {
    fault: Memo<Option<bool>>,
    at: String,
    help: bool,
}

impl Said {
    fn new(builder: Builder, at: &str, help: bool) -> Self {
        let at = at.to_owned();
        let pointer = at.clone();
        Self { fault: Memo::new(move |_| builder.fault(&pointer).map(|(_, lack)| lack)), at, help }
    }

    fn invalid(&self) -> Option<&'static str> {
        (self.fault.get() == Some(false)).then_some("true")
    }

    fn lacks(&self) -> Option<&'static str> {
        (self.fault.get() == Some(true)).then_some("")
    }

    fn described(&self) -> Option<String> {
        let fault = self.fault.get().map(|_| described(&self.at, "fault"));
        let help = self.help.then(|| described(&self.at, "help"));
        match (fault, help) {
            (Some(fault), Some(help)) => Some([&fault, " ", &help].concat()),
            (one, other) => one.or(other),
        }
    }
}

/// A text in every language of the campaign, side by side.
#[component]
pub(crate) fn Texts(
    /// The pointer of the text.
    at: String,
    find: Find,
    #[prop(optional)] spot: Spot,
    #[prop(into)] label: String,
    #[prop(default = "")] help: &'static str,
    /// Whether it is seen beside others of its kind, and named by their heading.
    #[prop(default = false)]
    bare: bool,
    /// Whether it is a text of many lines.
    #[prop(default = false)]
    long: bool,
    #[prop(optional)] follow: Option<Follow>,
) -> impl IntoView {
    let builder = builder();
    let name = described(&at, "name");
    let group = name.clone();
    let title = (!bare).then(|| view! { <div class="label" id=name>{label.clone()}</div> });
    let hint = (!help.is_empty()).then(|| view! { <p class="help">{help}</p> });
    let inputs = move || {
        let languages = builder.languages.get();
        let several = languages.len() > 1;
        let one = |lang: String| one_text(builder, &at, find, spot, &label, &lang, several, long, follow);
        languages.into_iter().map(one).collect_view()
    };
    view! {
        <div class="texts" role="group" aria-labelledby=(!bare).then_some(group)>
            {title}
            <div class="tongues">{inputs}</div>
            {hint}
        </div>
    }
}

#[expect(clippy::too_many_arguments, reason = "one language of the field above, with all that is its own")]
fn one_text(
    builder: Builder,
    at: &str,
    find: Find,
    spot: Spot,
    label: &str,
    lang: &str,
    several: bool,
    long: bool,
    follow: Option<Follow>,
) -> AnyView {
    let id = [at, "/", lang].concat();
    let said = StoredValue::new(Said::new(builder, &id, false));
    let name = if several { [label, ", ", tongues::name(lang)].concat() } else { label.to_owned() };
    let tag = several.then(|| view! { <span class="tag" aria-hidden="true">{lang.to_owned()}</span> });
    let fault = fault_line(builder, &id);
    let lang = StoredValue::new(lang.to_owned());
    let value = move || lang.with_value(|lang| builder.text(find, spot, lang));
    let place = id.clone();
    let write = move |event| {
        let typed = event_target_value(&event);
        lang.with_value(|lang| builder.write(&place, find, spot, lang, &typed, follow));
    };
    let input = if long {
        view! {
            <textarea
                id=id.clone()
                rows="7"
                lang=lang.get_value()
                dir="auto"
                prop:value=value
                aria-invalid=move || said.with_value(Said::invalid)
                data-lack=move || said.with_value(Said::lacks)
                aria-describedby=move || said.with_value(Said::described)
                on:input=write
            ></textarea>
        }
        .into_any()
    } else {
        view! {
            <input
                id=id.clone()
                lang=lang.get_value()
                dir="auto"
                autocomplete="off"
                prop:value=value
                aria-invalid=move || said.with_value(Said::invalid)
                data-lack=move || said.with_value(Said::lacks)
                aria-describedby=move || said.with_value(Said::described)
                on:input=write
            />
        }
        .into_any()
    };
    view! {
        <div class="field tongue">
            <label class="unseen" for=id>{name}</label>
            <div class="tagged" class:several=several>{tag}{input}</div>
            {fault}
        </div>
    }
    .into_any()
}

/// A line that is the same in every language.
#[component]
pub(crate) fn Line(
    at: String,
    #[prop(into)] label: String,
    #[prop(default = "")] help: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] list: Option<&'static str>,
    #[prop(into)] value: Signal<String>,
    /// Told what was typed.
    #[prop(into)]
    write: Callback<String>,
    /// Told when it is left.
    #[prop(optional, into)]
    leave: Option<Callback<()>>,
) -> impl IntoView {
    let builder = builder();
    let said = StoredValue::new(Said::new(builder, &at, !help.is_empty()));
    let under = lines(builder, &at, help);
    view! {
        <div class="field">
            <label for=at.clone()>{label}</label>
            <input
                id=at
                type=kind
                list=list
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                prop:value=value
                aria-invalid=move || said.with_value(Said::invalid)
                aria-describedby=move || said.with_value(Said::described)
                on:input=move |event| write.run(event_target_value(&event))
                on:blur=move |_| if let Some(leave) = leave { leave.run(()) }
            />
            {under}
        </div>
    }
}

/// A name of `a-z`, `0-9` and `-`. Whatever is typed becomes one; what cannot stays in the field, with its fault.
#[component]
pub(crate) fn Name(
    at: String,
    #[prop(into)] label: String,
    #[prop(default = "")] help: &'static str,
    #[prop(optional)] spot: Spot,
    read: fn(&Campaign, Spot) -> String,
    /// Writes a name; whoever writes sees to it that it is the only one.
    write: fn(&mut Campaign, Spot, &str),
) -> impl IntoView {
    let builder = builder();
    let pointer = StoredValue::new(at.clone());
    let value = Signal::derive(move || {
        let typed = pointer.with_value(|at| builder.rough(at));
        typed.unwrap_or_else(|| builder.read(|document| read(document, spot)))
    });
    let shown = RwSignal::new(None::<String>);
    let typed = move |typed: String| {
        let name = names::slug(&typed);
        let at = pointer.get_value();
        builder.set_rough(&at, name.is_empty().then(|| typed.clone()));
        if !name.is_empty() {
            builder.typed(&at, |document| write(document, spot, &name));
        }
        shown.set(Some(typed));
    };
    let value = Signal::derive(move || shown.get().unwrap_or_else(|| value.get()));
    view! { <Line at label help value write=typed leave=move |()| shown.set(None) /> }
}

/// One of a few, with what the chosen one means.
#[component]
pub(crate) fn Pick(
    at: String,
    #[prop(into)] label: String,
    /// Word, name, and what it means.
    options: Vec<(&'static str, String, &'static str)>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] write: Callback<String>,
) -> impl IntoView {
    let builder = builder();
    let chosen = Memo::new(move |_| value.get());
    let fault = fault_line(builder, &at);
    let help = described(&at, "help");
    let meanings: Vec<(&str, &str)> = options.iter().map(|(word, _, what)| (*word, *what)).collect();
    let meaning = move || {
        let chosen = chosen.get();
        meanings.iter().find(|(word, _)| *word == chosen).map_or("", |(_, what)| *what)
    };
    let options = options.into_iter().map(|(word, name, _)| {
        view! { <option value=word prop:selected=move || chosen.with(|chosen| chosen == word)>{name}</option> }
    });
    view! {
        <div class="field">
            <label for=at.clone()>{label}</label>
            <select
                id=at
                aria-describedby=help.clone()
                on:change=move |event| write.run(event_target_value(&event))
            >
                {options.collect_view()}
            </select>
            {fault}
            <p class="help" id=help>{meaning}</p>
        </div>
    }
}

/// A whole number.
#[component]
pub(crate) fn Number(
    at: String,
    #[prop(into)] label: String,
    #[prop(default = "")] help: &'static str,
    min: u32,
    max: u32,
    #[prop(into)] value: Signal<Option<u32>>,
    #[prop(into)] write: Callback<Option<u32>>,
) -> impl IntoView {
    let builder = builder();
    let said = StoredValue::new(Said::new(builder, &at, !help.is_empty()));
    let under = lines(builder, &at, help);
    view! {
        <div class="field number">
            <label for=at.clone()>{label}</label>
            <input
                id=at
                type="number"
                inputmode="numeric"
                min=min
                max=max
                prop:value=move || value.get().map(|n| n.to_string()).unwrap_or_default()
                aria-invalid=move || said.with_value(Said::invalid)
                aria-describedby=move || said.with_value(Said::described)
                on:input=move |event| write.run(event_target_value(&event).parse().ok())
            />
            {under}
        </div>
    }
}

/// Yes or no, with what it means.
#[component]
pub(crate) fn Check(
    at: String,
    #[prop(into)] label: String,
    help: &'static str,
    #[prop(into)] value: Signal<bool>,
    #[prop(into)] write: Callback<bool>,
) -> impl IntoView {
    let id = described(&at, "help");
    view! {
        <div class="check">
            <input
                id=at.clone()
                type="checkbox"
                prop:checked=value
                aria-describedby=id.clone()
                on:change=move |event| write.run(event_target_checked(&event))
            />
            <label for=at>{label}</label>
            <p class="help" id=id>{help}</p>
        </div>
    }
}
