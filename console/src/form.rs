//! What does a form need while it is filled in and sent? Whether it is being sent, and what the server said of which
//! field. What was typed stays in the fields themselves: nothing that happens here can lose it.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};

use fanfare_shared::wire::problem::FieldError;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;

use crate::api::{Answer, Fault};
use crate::borrowed::upper;
use crate::browser::{self, Values};
use crate::words::{Words, words};

/// One form. Free to copy into every closure.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    /// Tells its fields from those of another form of the page.
    number: u32,
    /// It is being sent.
    pub(crate) busy: RwSignal<bool>,
    /// Why the last attempt came to nothing.
    pub(crate) fault: RwSignal<Option<Fault>>,
    /// The pointers that have a field of their own.
    fields: StoredValue<Vec<String>>,
    words: Words,
}

impl Form {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            busy: RwSignal::new(false),
            fault: RwSignal::new(None),
            fields: StoredValue::new(Vec::new()),
            words: words(),
        }
    }

    /// The id of a field, or of what stands under it.
    pub(crate) fn id(self, part: &str, name: &str) -> String {
        ["f", &self.number.to_string(), "-", part, "-", name].concat()
    }

    /// A field shows the errors of this pointer itself.
    pub(crate) fn shows(self, pointer: String) {
        self.fields.update_value(|fields| fields.push(pointer));
    }

    /// What is wrong with a field.
    pub(crate) fn error(self, pointer: &str) -> Option<String> {
        self.fault.with(|fault| {
            let Some(Fault::Problem(problem, _)) = fault else { return None };
            let found = problem.errors.iter().find(|error| under(&error.pointer, pointer));
            found.map(|error| told(self.words, error))
        })
    }

    /// What is wrong with the form as a whole; errors that no field shows are told here.
    pub(crate) fn trouble(self) -> Option<String> {
        let fault = self.fault.get()?;
        let Fault::Problem(problem, _) = &fault else { return Some(fault.text(self.words)) };
        if problem.errors.is_empty() {
            return Some(fault.text(self.words));
        }
        let shown = self.fields.get_value();
        let hidden = |error: &&FieldError| !shown.iter().any(|field| under(&error.pointer, field));
        let texts: Vec<String> =
            problem.errors.iter().filter(hidden).map(|error| told(self.words, error)).collect();
        (!texts.is_empty()).then(|| texts.join(" "))
    }

    /// Whether all of these fields are filled in; those that are not are told by their message's key.
    pub(crate) fn demand(self, values: &Values, wanted: &[(&str, &str)]) -> bool {
        self.is_right(self.missing(values, wanted))
    }

    /// Those of these fields that are not filled in, by their message's key.
    pub(crate) fn missing(self, values: &Values, wanted: &[(&str, &str)]) -> Vec<FieldError> {
        let missing = wanted.iter().filter(|(name, _)| values.trimmed(name).is_empty());
        missing.map(|(name, key)| self.lack(name, key)).collect()
    }

    /// Whether nothing was found at fault; what was is shown, all of it at once.
    pub(crate) fn is_right(self, faults: Vec<FieldError>) -> bool {
        let right = faults.is_empty();
        if !right {
            self.refuse(Fault::fields(faults));
        }
        right
    }

    /// One field at fault, by its message's key.
    pub(crate) fn lack(self, name: &str, key: &str) -> FieldError {
        let pointer = ["/", name].concat();
        FieldError { pointer, detail: self.words.t(key).to_owned(), slug: String::from("missing") }
    }

    /// Shows a fault, and leads to the first field it names.
    pub(crate) fn refuse(self, fault: Fault) {
        self.fault.set(Some(fault));
        let first = ["[aria-invalid=true][id^=f", &self.number.to_string(), "-]"].concat();
        browser::focus(first);
    }

    /// Sends once; a second press while that lasts does nothing.
    pub(crate) fn send<T: 'static>(
        self,
        request: impl Future<Output = Answer<T>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async move {
            let answer = request.await;
            // The page may be another one by now.
            self.busy.try_set(false);
            match answer {
                Ok(answer) => {
                    self.fault.try_set(None);
                    then(answer);
                }
                Err(fault) => self.refuse(fault),
            }
        });
        // As one type, so that what spawns is in the bundle once and not once for each form.
        spawn_local_scoped_with_cancellation(task);
    }
}

/// What is wrong with a field: our words for the rule, else the server's. The rule of a form that was not sent has its
/// words already.
fn told(words: Words, error: &FieldError) -> String {
    let known = words.find(&["rule.", &error.slug].concat());
    known.map_or_else(|| sentence(&error.detail), |text| with_numbers(text, &error.detail))
}

/// A rule's words, with the limit that the server names in its own: the last number of its sentence.
fn with_numbers(text: &str, detail: &str) -> String {
    let mut numbers = detail
        .split(|it: char| !it.is_ascii_digit() && it != ',')
        .filter(|it| !it.trim_matches(',').is_empty());
    let limit = numbers.next_back().unwrap_or_default().trim_matches(',');
    if text.contains("{n}") && limit.is_empty() {
        return sentence(detail);
    }
    text.replace("{n}", limit)
}

/// A detail of the server's, which it writes as a part of a sentence, as one of its own.
fn sentence(detail: &str) -> String {
    let detail = detail.trim();
    let (first, rest) = detail.split_at(detail.chars().next().map_or(0, char::len_utf8));
    let end = if detail.is_empty() || detail.ends_with(|last: char| last.is_ascii_punctuation()) {
        ""
    } else {
        "."
    };
    [&upper(first), rest, end].concat()
}

/// Whether a pointer is this field's, or of something inside it.
fn under(pointer: &str, field: &str) -> bool {
    pointer.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::{sentence, told, under};
    use crate::words::{Lang, Words};
    use fanfare_shared::wire::problem::FieldError;

    #[test]
    fn a_rule_is_told_in_our_words_with_the_server_s_limit() {
        let tell = |slug: &str, detail: &str| {
            let error = FieldError { pointer: "/x".into(), detail: detail.into(), slug: slug.into() };
            told(Words::of(Lang::En), &error)
        };
        assert!(tell("too-short", "12 characters or more").contains("12 characters"));
        assert!(tell("length", "1 to 200 characters").contains("200"));
        assert!(tell("too-easy", "whatever").contains("guess"));
        assert_eq!(tell("range", "a number"), "A number.", "without a limit the server's words stand");
        assert_eq!(tell("brand-new", "end it first"), "End it first.");
    }

    #[test]
    fn a_detail_reads_as_a_sentence() {
        assert_eq!(sentence("12 to 200 characters"), "12 to 200 characters.");
        assert_eq!(sentence("end it first"), "End it first.");
        assert_eq!(sentence("An address, such as `a@b.example`."), "An address, such as `a@b.example`.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn a_field_shows_errors_of_itself_and_of_what_is_in_it() {
        assert!(under("/email", "/email"));
        assert!(under("/grant/brand", "/grant"));
        assert!(!under("/emails", "/email"));
        assert!(!under("/name", "/email"));
    }
}
