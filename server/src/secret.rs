//! A setting that nobody is shown: no log line, no page, no file that the program writes.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// The setting.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

const HIDDEN: &str = "(hidden)";

impl Secret {
    /// The text, for whom it is meant.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    const fn shown(&self) -> &str {
        if self.0.is_empty() { "" } else { HIDDEN }
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_shown_nowhere() {
        let secret = Secret::from("geheim");
        for shown in [format!("{secret:?}"), serde_json::to_string(&secret).unwrap()] {
            assert!(shown.contains(HIDDEN) && !shown.contains("geheim"), "{shown}");
        }
        assert_eq!(format!("{:?}", Secret::default()), "");
    }
}
