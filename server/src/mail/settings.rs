//! Which mail server, and in whose name.

use std::fmt;

use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use serde::{Deserialize, Serialize, Serializer};

/// The mail server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Its address with user and password; empty: none.
    pub smtp: Secret,
    /// The sender of all letters.
    pub from: String,
}

/// A setting that nobody is shown.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

const HIDDEN: &str = "(hidden)";

impl Secret {
    const fn shown(&self) -> &str {
        if self.0.is_empty() { "" } else { HIDDEN }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shown())
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.shown())
    }
}

impl Settings {
    /// What letters are handed in to; none where none is configured.
    ///
    /// # Errors
    /// The address cannot be used.
    pub fn transport(&self) -> Result<Option<AsyncSmtpTransport<Tokio1Executor>>, String> {
        if self.smtp.0.is_empty() {
            return Ok(None);
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&self.smtp.0);
        let builder = builder.map_err(|_| {
            // Not the library's words: they may quote the password.
            "mail.smtp: such as `smtps://user:password@mail.brand.example:465`, or `smtp://…:587?tls=required`".to_owned()
        })?;
        Ok(Some(builder.timeout(Some(std::time::Duration::from_secs(20))).build()))
    }

    /// The sender; none where none is configured.
    ///
    /// # Errors
    /// It is no mailbox.
    pub fn from(&self) -> Result<Option<Mailbox>, String> {
        if self.from.is_empty() {
            return Ok(None);
        }
        let mailbox = self.from.parse::<Mailbox>().map(Some);
        mailbox.map_err(|_| "mail.from: such as `Aurora <hello@aurora.example>`".to_owned())
    }

    /// Names what cannot be used.
    pub(crate) fn check(&self, faults: &mut Vec<String>) {
        faults.extend(self.transport().err());
        faults.extend(self.from().err());
        if self.smtp.0.is_empty() != self.from.is_empty() {
            faults.push("mail.smtp and mail.from: both or none".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_shown_nowhere() {
        let settings =
            Settings { smtp: Secret("smtps://anna:geheim@mail.example:465".to_owned()), from: String::new() };
        for shown in [format!("{settings:?}"), serde_json::to_string(&settings).unwrap()] {
            assert!(shown.contains(HIDDEN) && !shown.contains("geheim"), "{shown}");
        }
        let wrong = Settings {
            smtp: Secret("http://anna:geheim@mail.example".to_owned()),
            from: "nobody".to_owned(),
        };
        let mut faults = Vec::new();
        wrong.check(&mut faults);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(!faults.concat().contains("geheim"));
    }
}
