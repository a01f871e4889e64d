//! What is a place of a document called, and what stands there? Documents are told of by JSON pointers and codes; whoever
//! writes one reads neither.

use super::faults::Section;
use super::tongues;
use crate::words::Words;

/// Where a pointer leads: "Activity 1, Question 2, Option 3, English".
pub(crate) fn place(words: Words, pointer: &str) -> String {
    let section = Section::of(pointer);
    let mut parts = Vec::new();
    let mut steps = pointer.split('/').skip(1).peekable();
    while let Some(step) = steps.next() {
        let Some(key) = key(step) else {
            let tongue = Some(tongues::name(step)).filter(|name| *name != step);
            parts.extend(tongue.map(str::to_owned));
            continue;
        };
        let number = steps.peek().and_then(|next| next.parse::<usize>().ok());
        parts.push(words.fill(key, &[("n", &(number.unwrap_or_default() + 1).to_string())]));
    }
    if parts.is_empty() || !matches!(section, Section::Basics | Section::Activities | Section::Places) {
        let name = Section::ALL.into_iter().find(|(it, ..)| *it == section).map_or("", |it| it.2);
        parts.insert(0, words.t(name).to_owned());
    }
    parts.join(", ")
}

/// The key of a step's name, as the builder's fields are called.
fn key(step: &str) -> Option<&'static str> {
    Some(match step {
        "activities" => "activity.n",
        "questions" => "question.n",
        "options" => "option.n",
        "origins" => "places.n",
        "title" => "basics.title",
        "campaign" => "basics.name",
        "brand_name" => "basics.brand",
        "languages" => "basics.languages",
        "time_zone" => "schedule.zone",
        "hue" => "look.hue",
        "chroma" => "look.chroma",
        "name" => "activity.name",
        "id" => "place.id",
        "opens" => "opens",
        "closes" => "closes",
        "ended" => "ended",
        "results" => "seen",
        "openings" => "opened",
        "help" => "question.help",
        "required" => "question.required",
        "type" => "question.type",
        "prizes" => "prize.n",
        "count" => "prize.count",
        "value" => "prize.value",
        "reserves" => "reserves",
        "tickets" => "tickets",
        "draw" => "draw",
        "beacon" => "beacon",
        "respond" => "respond",
        "staff" => "staff",
        "charity" => "charity",
        "min_age" => "birth.age",
        "version" => "consent.version",
        "low" => "rating.low",
        "high" => "rating.high",
        "min" => "multiple.min",
        "max" => "multiple.max",
        _ => return None,
    })
}

/// What stands at a place: what is a code there in words, anything else as it is.
pub(crate) fn value(words: Words, pointer: &str, value: &str) -> String {
    let kind = match pointer.rsplit('/').next().unwrap_or_default() {
        "results" => "seen.",
        "openings" => "opened.",
        "type" => "type.",
        "beacon" => "beacon.",
        "ended" | "required" => "value.",
        _ => return value.to_owned(),
    };
    words.find(&[kind, value].concat()).unwrap_or(value).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::differences::differences;
    use crate::draft::template::tests::sample;
    use crate::words::Lang;
    use serde_json::Value;

    fn told(pointer: &str) -> String {
        place(Words::of(Lang::En), pointer)
    }

    #[test]
    fn a_place_is_told_in_words() {
        assert_eq!(
            told("/activities/0/questions/1/options/2/text/en"),
            "Activity 1, Question 2, Option 3, English"
        );
        assert_eq!(told("/terms/it"), "Terms, Italiano");
        assert_eq!(told("/title/it"), "Title, Italiano");
        assert_eq!(told("/origins/1"), "Page 2");
        assert_eq!(told("/theme/hue"), "Look, Hue");
        assert_eq!(told(""), "Basics");
    }

    #[test]
    fn no_two_places_of_a_document_are_told_alike() {
        let mut document = serde_json::to_value(sample()).unwrap();
        // Neither is ever written: the one is the format's own, the other stays with the draft.
        for fixed in ["format", "brand"] {
            document.as_object_mut().unwrap().remove(fixed);
        }
        let mut places: Vec<_> =
            differences(&document, &Value::Null).iter().map(|it| told(&it.pointer)).collect();
        let all = places.len();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), all, "{places:#?}");
    }

    #[test]
    fn a_code_is_told_in_words_and_a_text_as_it_is() {
        let told = |pointer: &str, text: &str| value(Words::of(Lang::En), pointer, text);
        assert_eq!(told("/activities/0/results", "always"), "Everybody, at once");
        assert_eq!(told("/activities/0/questions/0/required", "true"), "Yes");
        assert_eq!(told("/activities/0/questions/0/type", "text"), "Free text");
        assert_eq!(told("/title/en", "always"), "always");
    }
}
