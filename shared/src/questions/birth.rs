//! A date of birth, of an entrant who must be old enough. Answer bytes: the date, `1990-04-30`.

use serde::{Deserialize, Serialize};

use super::{AnswerRefusal, Fault, QuestionType};

/// When an entrant was born.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Birth {
    /// Full years that an entrant has at least on the day of the entry; 0: any age.
    #[serde(default, deserialize_with = "crate::wire::whole")]
    #[cfg_attr(feature = "openapi", schema(maximum = 99))]
    pub min_age: u8,
}

impl QuestionType for Birth {
    fn faults(&self, _languages: &[String]) -> Vec<Fault> {
        if self.min_age > 99 { vec![("/min_age".to_owned(), "from 0 to 99".to_owned())] } else { Vec::new() }
    }

    fn encode(&self, values: &[String]) -> Result<String, AnswerRefusal> {
        let [value] = values else { return Err(AnswerRefusal::TooMany(1)) };
        let value = value.trim();
        if value.is_empty() || date(value).is_some() {
            Ok(value.to_owned())
        } else {
            Err(AnswerRefusal::NotADate)
        }
    }

    fn longest_text(&self) -> Option<usize> {
        Some("1990-04-30".len())
    }

    /// Who was born on 29 February is a year older on 1 March.
    fn admits(&self, answer: &str, today: &str) -> bool {
        let (Some((year, month, day)), Some(today)) = (date(answer), date(today)) else {
            return answer.is_empty();
        };
        (year + u32::from(self.min_age), month, day) <= today
    }
}

/// Year, month and day of a date from 1900 on.
fn date(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('-');
    let mut number = |length: usize| {
        let part =
            parts.next().filter(|part| part.len() == length && part.bytes().all(|b| b.is_ascii_digit()));
        part.and_then(|part| part.parse::<u32>().ok())
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (parts.next().is_none() && year >= 1900 && (1..=days).contains(&day)).then_some((year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_were_are_dates() {
        let encode = |text: &str| Birth::default().encode(&[text.to_owned()]);
        for good in ["1990-04-30", "2000-02-29", "1900-01-01"] {
            assert_eq!(encode(good), Ok(good.to_owned()));
        }
        for wrong in [
            "1990-04-31",
            "1900-02-29",
            "1899-12-31",
            "1990-4-30",
            "30.04.1990",
            "1990-04-30-1",
            "1990-13-01",
        ] {
            assert_eq!(encode(wrong), Err(AnswerRefusal::NotADate), "{wrong}");
        }
    }

    #[test]
    fn somebody_is_old_enough_from_the_birthday_on() {
        let adult = Birth { min_age: 18 };
        assert!(!adult.admits("2008-11-30", "2026-11-29"));
        assert!(adult.admits("2008-11-30", "2026-11-30"));
        assert!(!adult.admits("2008-02-29", "2026-02-28"));
        assert!(adult.admits("2008-02-29", "2026-03-01"));
        assert!(!Birth::default().admits("2027-01-01", "2026-11-30"), "nobody enters before being born");
    }
}
