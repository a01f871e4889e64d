//! How are shares, sums of money and sizes written? In whole numbers all the way: what is shown is what was counted.

use crate::time::number;
use crate::words::Words;

/// Currencies whose smallest unit is the unit itself, and those with a thousand of it (ISO 4217); all others have a hundred.
const WHOLE: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XPF"];
const THOUSAND: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// Digits after the point of a currency.
pub(crate) fn digits(currency: &str) -> usize {
    if WHOLE.contains(&currency) {
        0
    } else if THOUSAND.contains(&currency) {
        3
    } else {
        2
    }
}

/// Units of the last of these digits in one.
fn unit(digits: usize) -> u64 {
    (0..digits).fold(1, |unit, _| unit * 10)
}

/// A number that counts the last of some digits after the point.
fn decimal(words: Words, n: u64, digits: usize) -> String {
    let unit = unit(digits);
    let whole = number(words, n / unit);
    if digits == 0 {
        return whole;
    }
    let rest = n % unit;
    format!("{whole}{}{rest:0digits$}", words.t("number.point"))
}

/// A currency as it is written beside a sum.
pub(crate) fn sign(currency: &str) -> &str {
    match currency {
        "EUR" => "€",
        "GBP" => "£",
        "USD" => "$",
        other => other,
    }
}

/// `€ 2.40`; the smallest units of a currency.
pub(crate) fn money(words: Words, amount: u64, currency: &str) -> String {
    let amount = decimal(words, amount, digits(currency));
    words.fill("number.money", &[("sign", sign(currency)), ("amount", &amount)])
}

/// A sum as somebody types it, in the smallest units. Points and commas may stand for the fraction or for thousands:
/// what has fewer digits behind it than a thousand's group is a fraction.
pub(crate) fn typed(text: &str, currency: &str) -> Option<u64> {
    let digits = digits(currency);
    let text: String = text.chars().filter(|it| !it.is_whitespace() && *it != '\'').collect();
    let last = text.rfind(['.', ',']);
    let fraction = last.and_then(|at| text.get(at + 1..)).filter(|rest| {
        let mark = last.and_then(|at| text.get(at..=at)).unwrap_or_default();
        let once = text.matches(mark).count() == 1;
        once && (rest.len() <= digits) && (rest.len() != 3 || digits == 3)
    });
    let whole = match (fraction, last) {
        (Some(_), Some(at)) => text.get(..at)?,
        _ => text.as_str(),
    };
    // A group that is not of three is a slip of the hand: better asked again than counted tenfold.
    let mut groups = whole.split(['.', ',']);
    let first = groups.next()?;
    if groups.clone().any(|group| group.len() != 3) || (groups.next().is_some() && first.len() > 3) {
        return None;
    }
    let plain: String = whole.chars().filter(|it| !matches!(it, '.' | ',')).collect();
    if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let rest = fraction.unwrap_or_default();
    if !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let rest = if rest.is_empty() { 0 } else { rest.parse::<u64>().ok()? * unit(digits - rest.len()) };
    plain.parse::<u64>().ok()?.checked_mul(unit(digits))?.checked_add(rest)
}

/// A sum as it is typed, without its currency.
pub(crate) fn plain(words: Words, amount: u64, currency: &str) -> String {
    let (digits, unit) = (digits(currency), unit(digits(currency)));
    match (amount / unit, amount % unit) {
        (whole, 0) => whole.to_string(),
        (whole, rest) => format!("{whole}{}{rest:0digits$}", words.t("number.point")),
    }
}

/// A share in thousandths, rounded; 0 of nothing.
pub(crate) fn permille(part: u64, whole: u64) -> u64 {
    part.saturating_mul(1000).saturating_add(whole / 2).checked_div(whole).unwrap_or_default()
}

/// `17.0 %`; whole percents from a hundred on, where tenths tell nothing.
pub(crate) fn percent(words: Words, part: u64, whole: u64) -> String {
    let share = permille(part, whole);
    let text = if share >= 1000 { number(words, (share + 5) / 10) } else { decimal(words, share, 1) };
    words.fill("number.percent", &[("n", &text)])
}

/// `1.4 GB`, of a thousand bytes to the kilobyte, as disks are sold.
pub(crate) fn size(words: Words, bytes: u64) -> String {
    let (mut tenths, mut name) = (bytes.saturating_mul(10), "B");
    for next in ["kB", "MB", "GB", "TB"] {
        if tenths < 10_000 {
            break;
        }
        (tenths, name) = (tenths / 1000, next);
    }
    let text =
        if name == "B" || tenths >= 1000 { number(words, tenths / 10) } else { decimal(words, tenths, 1) };
    [&text, "\u{a0}", name].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    fn en() -> Words {
        Words::of(Lang::En)
    }

    #[test]
    fn money_has_the_digits_of_its_currency() {
        assert_eq!(money(en(), 240, "EUR"), "€\u{a0}2.40");
        assert_eq!(money(Words::of(Lang::It), 123_456_705, "EUR"), "1.234.567,05\u{a0}€");
        assert_eq!(money(en(), 1500, "JPY"), "JPY\u{a0}1,500");
        assert_eq!(money(en(), 1500, "KWD"), "KWD\u{a0}1.500");
    }

    #[test]
    fn a_sum_is_read_however_its_language_writes_it() {
        for text in ["1200", "1,200", "1.200", "1 200", "1'200", "1200.00", "1200,0", "1,200.00", "1.200,00"]
        {
            assert_eq!(typed(text, "EUR"), Some(120_000), "{text}");
        }
        assert_eq!(typed("0,5", "EUR"), Some(50));
        assert_eq!(typed("12.05", "EUR"), Some(1205));
        assert_eq!(typed("1,200,300", "EUR"), Some(120_030_000));
        assert_eq!(typed("1200", "JPY"), Some(1200));
        assert_eq!(typed("1.250", "KWD"), Some(1250));
        for text in ["", "-5", "ten", "1,20,300", "12.345.6", "99999999999999999999", "1.2.3", "1200.5000"] {
            assert_eq!(typed(text, "EUR"), None, "{text}");
        }
    }

    #[test]
    fn a_sum_that_is_shown_can_be_typed() {
        for (amount, currency) in [(120_000, "EUR"), (1205, "EUR"), (7, "EUR"), (1200, "JPY"), (1250, "KWD")]
        {
            for lang in [Lang::En, Lang::It] {
                assert_eq!(typed(&plain(Words::of(lang), amount, currency), currency), Some(amount));
            }
        }
    }

    #[test]
    fn shares_are_told_to_the_tenth() {
        assert_eq!(percent(en(), 8204, 48_210), "17.0\u{a0}%");
        assert_eq!(percent(en(), 1, 1), "100\u{a0}%");
        assert_eq!(percent(en(), 5, 0), "0.0\u{a0}%");
        assert_eq!(percent(Words::of(Lang::It), 1, 3), "33,3\u{a0}%");
    }

    #[test]
    fn sizes_are_told_in_the_unit_that_a_person_would_choose() {
        assert_eq!(size(en(), 0), "0\u{a0}B");
        assert_eq!(size(en(), 999), "999\u{a0}B");
        assert_eq!(size(en(), 1_450), "1.4\u{a0}kB");
        assert_eq!(size(en(), 128_000_000), "128\u{a0}MB");
        assert_eq!(size(en(), 1_400_000_000_000), "1.4\u{a0}TB");
    }
}
