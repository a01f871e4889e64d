//! Which settings are in force? All of them, each by the place that sets it; secrets are hidden by the server.

use leptos::prelude::*;
use serde_json::Value;

use super::Data;
use crate::parts::table::Table;
use crate::words::{Words, words};

/// A setting by its place (`server.url`), and its value as it is written.
fn flat(settings: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk("", settings, &mut found);
    found
}

fn walk(at: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                let at = if at.is_empty() { name.clone() } else { [at, ".", name].concat() };
                walk(&at, value, found);
            }
        }
        Value::String(text) => found.push((at.to_owned(), text.clone())),
        Value::Null | Value::Object(_) => found.push((at.to_owned(), String::new())),
        Value::Array(items) => {
            let text = |item: &Value| item.as_str().map_or_else(|| item.to_string(), str::to_owned);
            found.push((at.to_owned(), items.iter().map(text).collect::<Vec<_>>().join(", ")));
        }
        Value::Bool(_) | Value::Number(_) => found.push((at.to_owned(), value.to_string())),
    }
}

/// The variable of the environment that sets it.
fn variable(place: &str) -> String {
    ["FANFARE__", &place.to_ascii_uppercase().replace('.', "__")].concat()
}

fn row(words: Words, (place, value): (String, String)) -> impl IntoView {
    let value = if value.is_empty() {
        view! { <span class="soft">{words.t("settings.unset")}</span> }.into_any()
    } else {
        view! { <code>{value}</code> }.into_any()
    };
    let variable = variable(&place);
    view! { <tr><th scope="row"><code title=variable>{place}</code></th><td>{value}</td></tr> }
}

/// The section.
#[component]
pub(super) fn Settings(data: Data) -> impl IntoView {
    let words = words();
    let settings = Memo::new(move |_| data.with(|server| flat(&server.settings)));
    let rows = move || settings.get().into_iter().map(|setting| row(words, setting)).collect_view();
    let heads = vec![words.t("settings.place"), words.t("table.value")];
    view! {
        <section class="set">
            <div><h2>{words.t("settings.title")}</h2><p class="soft">{words.t("settings.text")}</p></div>
            <div class="part">
                <details>
                    <summary>{words.t("settings.show")}</summary>
                    <Table caption=words.t("settings.title") heads>{rows}</Table>
                </details>
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_told_by_the_place_that_sets_them() {
        let settings = r#"{"url":"https://x","mail":{"port":25,"to":["a","b"],"from":null},"limits":{}}"#;
        let flat = flat(&serde_json::from_str(settings).unwrap());
        let texts: Vec<String> = flat.iter().map(|(at, value)| format!("{at}={value}")).collect();
        assert_eq!(texts.len(), 5);
        for text in ["url=https://x", "mail.port=25", "mail.to=a, b", "mail.from=", "limits="] {
            assert!(texts.iter().any(|it| it == text), "{text}");
        }
        assert_eq!(variable("mail.port"), "FANFARE__MAIL__PORT");
    }
}
