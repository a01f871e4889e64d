//! Which mail server, and in whose name.

use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// The mail server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Its address with user and password; empty: none.
    pub smtp: Secret,
    /// The sender of all letters.
    pub from: String,
}

impl Settings {
    /// What letters are handed in to; none where none is configured.
    ///
    /// # Errors
    /// The address cannot be used.
    pub fn transport(&self) -> Result<Option<AsyncSmtpTransport<Tokio1Executor>>, String> {
        if self.smtp.text().is_empty() {
            return Ok(None);
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(self.smtp.text());
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
        if self.smtp.text().is_empty() != self.from.is_empty() {
            faults.push("mail.smtp and mail.from: both or none".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_does_not_quote_the_password() {
        let wrong =
            Settings { smtp: Secret::from("http://anna:geheim@mail.example"), from: "nobody".to_owned() };
        let mut faults = Vec::new();
        wrong.check(&mut faults);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(!faults.concat().contains("geheim"));
    }
}
