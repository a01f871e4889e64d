//! Where the campaign may stand: the pages whose visitors may answer.

use fanfare_shared::limits;
use leptos::prelude::*;

use super::fields::Line;
use super::state::builder;
use crate::browser;

/// What an address becomes: its scheme and host alone. What is no address stays as it was typed.
fn origin(typed: &str) -> String {
    let typed = typed.trim();
    let lower = typed.to_ascii_lowercase();
    let Some(scheme) = ["https://", "http://"].into_iter().find(|scheme| lower.starts_with(scheme)) else {
        let bare = typed.contains('.') && !typed.contains(char::is_whitespace) && !typed.contains("//");
        return if bare { origin(&["https://", typed].concat()) } else { typed.to_owned() };
    };
    let rest = lower.get(scheme.len()..).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    [scheme, host].concat()
}

/// The section.
#[component]
pub(super) fn Places() -> impl IntoView {
    let builder = builder();
    let words = builder.words;
    let anywhere = Memo::new(move |_| builder.read(|it| it.origins.iter().any(|origin| origin == "*")));
    let count = Memo::new(move |_| builder.read(|it| it.origins.len()));
    let add = move |_| {
        builder.change("/origins", |it| {
            if it.origins.len() < limits::ORIGINS {
                it.origins.push(String::new());
            }
        });
        browser::focus(format!("[id=\"/origins/{}\"]", count.get_untracked().saturating_sub(1)));
    };
    let toggle = move |any: bool| {
        builder.change("/origins", |it| it.origins = if any { vec![String::from("*")] } else { Vec::new() });
    };
    let row = move |at: usize| {
        let place = format!("/origins/{at}");
        let pointer = StoredValue::new(place.clone());
        let value =
            Signal::derive(move || builder.read(|it| it.origins.get(at).cloned().unwrap_or_default()));
        let set = move |change: &dyn Fn(&mut String)| {
            builder.typed(&pointer.try_get_value().unwrap_or_default(), |it| {
                it.origins.get_mut(at).map(change).unwrap_or_default()
            });
        };
        let away = move |_| {
            builder.change("/origins", |it| {
                if at < it.origins.len() {
                    it.origins.remove(at);
                }
            });
        };
        view! {
            <li class="row">
                <Line
                    at=place
                    kind="url"
                    label=words.fill("places.n", &[("n", &(at + 1).to_string())])
                    value
                    write=move |typed: String| set(&|it| it.clone_from(&typed))
                    leave=move |()| set(&|it| *it = origin(it))
                />
                <button type="button" class="btn" on:click=away>{words.t("remove")}</button>
            </li>
        }
    };
    view! {
        <Show
            when=move || !anywhere.get()
            fallback=move || view! { <p class="note warn">{words.t("places.anywhere.note")}</p> }
        >
            <ul class="stack">
                <For each=move || 0..count.get() key=|at| *at children=row />
            </ul>
            {move || (count.get() == 0).then(|| view! { <p class="note">{words.t("places.none")}</p> })}
            <button type="button" class="btn small add" on:click=add>{words.t("places.add")}</button>
        </Show>
        <super::fields::Check
            at="anywhere".to_owned()
            label=words.t("places.anywhere")
            help=words.t("places.anywhere.text")
            value=anywhere
            write=toggle
        />
    }
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn an_address_becomes_its_origin_and_anything_else_stays() {
        assert_eq!(origin(" https://WWW.Example.org/summer?x=1 "), "https://www.example.org");
        assert_eq!(origin("www.example.org/summer"), "https://www.example.org");
        assert_eq!(origin("http://localhost:8081/"), "http://localhost:8081");
        assert_eq!(origin("our page"), "our page");
        assert_eq!(origin(""), "");
    }
}
