//! How does a text become a name (`a-z`, `0-9`, `-`), and how does it follow the text it was made from?

use fanfare_shared::ids::Slug;

use crate::borrowed::lower;

/// Longest name.
const LONGEST: usize = 32;

/// A text as a name; empty where nothing of it can stand in one.
pub(crate) fn slug(text: &str) -> String {
    let mut name = String::new();
    for letter in lower(text).chars() {
        let plain = plain(letter);
        if plain.is_empty() {
            // Whatever stands between words becomes one hyphen.
            if !name.is_empty() && !name.ends_with('-') && !matches!(letter, '\'' | '’') {
                name.push('-');
            }
        } else {
            name.push_str(plain);
        }
    }
    name.truncate(LONGEST);
    name.trim_matches('-').to_owned()
}

/// The letters a name is made of; accents are taken off.
fn plain(letter: char) -> &'static str {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
    let place = LETTERS.find(letter);
    if let Some(found) = place.and_then(|at| LETTERS.get(at..=at)) {
        return found;
    }
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ě' | 'ę' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ı' => "i",
        'ł' | 'ľ' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ő' | 'ø' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ț' | 'ţ' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ű' | 'ů' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ž' | 'ż' => "z",
        'æ' => "ae",
        'œ' => "oe",
        _ => "",
    }
}

/// A name that nothing else has: with a number behind it where it is taken.
pub(crate) fn free(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(wanted) {
        return wanted.to_owned();
    }
    let numbered = |n: usize| {
        let end = format!("-{n}");
        let mut stem = wanted.to_owned();
        stem.truncate(LONGEST - end.len());
        [stem.trim_end_matches('-'), &end].concat()
    };
    (2..).map(numbered).find(|name| !taken(name)).unwrap_or_default()
}

/// The same as a name of a document. `fallback` is one.
pub(crate) fn free_slug(wanted: &str, fallback: &str, taken: impl Fn(&str) -> bool) -> Option<Slug> {
    let wanted = slug(wanted);
    free(if wanted.is_empty() { fallback } else { &wanted }, taken).parse().ok()
}

/// The name after its text was changed, while nobody chose another one: it was made from the text before, or is the
/// one that new things begin with.
pub(crate) fn follow(
    name: &str,
    first: &str,
    before: &str,
    after: &str,
    taken: impl Fn(&str) -> bool,
) -> Option<String> {
    let made_of = |stem: &str| {
        let rest = (!stem.is_empty()).then(|| name.strip_prefix(stem)).flatten();
        rest.is_some_and(|rest| {
            rest.strip_prefix('-')
                .map_or(rest.is_empty(), |n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        })
    };
    let wanted = slug(after);
    ((made_of(&slug(before)) || made_of(first)) && !wanted.is_empty()).then(|| free(&wanted, taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_a_name_without_accents_and_without_edges() {
        assert_eq!(slug("Il gusto dell'estate!"), "il-gusto-dellestate");
        assert_eq!(slug("  Caffè & Crème  brûlée "), "caffe-creme-brulee");
        assert_eq!(slug("日本"), "");
        assert!(slug(&"abcdefg ".repeat(9)).len() <= 32);
    }

    #[test]
    fn a_taken_name_gets_a_number_and_stays_short_enough() {
        assert_eq!(free("poll", |name| name == "poll" || name == "poll-2"), "poll-3");
        let long = "a".repeat(32);
        assert_eq!(free(&long, |name| name == long).len(), 32);
    }

    #[test]
    fn a_name_follows_its_text_until_somebody_chooses_one() {
        let none = |_: &str| false;
        assert_eq!(follow("option-2", "option", "", "Fig", none).as_deref(), Some("fig"));
        assert_eq!(follow("fig", "option", "Fig", "Figs", none).as_deref(), Some("figs"));
        assert_eq!(follow("chosen", "option", "Fig", "Figs", none), None);
        assert_eq!(follow("fig", "option", "Fig", "", none), None);
    }
}
