//! An e-mail address, of an entrant. Answer bytes: the address, its domain in lower case.

use serde::{Deserialize, Serialize};

use super::{AnswerRefusal, QuestionType};
use crate::text::tidied;
use crate::wire::queue::EMAIL_CHARS;

/// Where an entrant is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Email {}

impl QuestionType for Email {
    fn encode(&self, values: &[String]) -> Result<String, AnswerRefusal> {
        let [value] = values else { return Err(AnswerRefusal::TooMany(1)) };
        let typed = tidied(value);
        if typed.is_empty() {
            return Ok(typed);
        }
        let (local, domain) = typed.rsplit_once('@').ok_or(AnswerRefusal::NotAnAddress)?;
        let domain = domain.to_ascii_lowercase();
        if is_local(local) && is_domain(&domain) && typed.len() <= EMAIL_CHARS {
            Ok([local, "@", &domain].concat())
        } else {
            Err(AnswerRefusal::NotAnAddress)
        }
    }

    fn longest_text(&self) -> Option<usize> {
        Some(EMAIL_CHARS)
    }
}

/// A letter or digit of any script (RFC 6531). What is not ASCII is taken for one: the tables that know better would weigh more
/// in a browser than all the rest of this rule.
const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// What may stand before the `@`: nothing that ends an address or needs quoting (RFC 5321, 4.1.2).
fn is_local(local: &str) -> bool {
    let plain = |byte: u8| is_letter(byte) || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    (1..=64).contains(&local.len())
        && local.bytes().all(plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

/// Labels of letters, digits and hyphens, two at least.
pub(crate) fn is_domain(domain: &str) -> bool {
    let well_formed = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| is_letter(byte) || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.contains('.') && domain.split('.').all(well_formed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_they_are_and_their_domains_in_lower_case() {
        let encode = |text: &str| Email {}.encode(&[text.to_owned()]);
        assert_eq!(encode(" Anna.Riva+draw@Example.ORG "), Ok("Anna.Riva+draw@example.org".to_owned()));
        assert_eq!(encode("anna@bücher.example"), Ok("anna@bücher.example".to_owned()));
        assert_eq!(encode(""), Ok(String::new()));
        for wrong in [
            "anna",
            "anna@",
            "@example.org",
            "anna@example",
            "anna@example..org",
            "anna@-example.org",
            "an na@example.org",
            "anna@exam ple.org",
            ".anna@example.org",
            "anna@example.org,bea@example.org",
            "\"anna\"@example.org",
            "anna@[127.0.0.1]",
        ] {
            assert_eq!(encode(wrong), Err(AnswerRefusal::NotAnAddress), "{wrong}");
        }
        let long = format!("{}@example.org", "a".repeat(65));
        assert_eq!(encode(&long), Err(AnswerRefusal::NotAnAddress));
    }
}
