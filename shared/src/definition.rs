//! The definition of an activity: the bytes that leaf 0 names by hash, so that nobody can swap a label later.

use serde::{Deserialize, Serialize};

use crate::campaign::{Activity, ActivityKind, Campaign};
use crate::contest::Contest;
use crate::ids::{BrandId, CampaignId, Slug};
use crate::log::lines::Value as _;
use crate::questions::Question;
use crate::text::Text;

/// First line of a definition.
pub const FORMAT: &str = "fanfare-definition/v1";

/// What the public was asked, in every language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// The brand that asks.
    pub brand: BrandId,
    /// The campaign it belongs to.
    pub campaign: CampaignId,
    /// The activity's name in the campaign.
    pub name: Slug,
    /// What it is.
    pub kind: ActivityKind,
    /// The campaign's title.
    pub title: Text,
    /// Languages, the default one first.
    pub languages: Vec<String>,
    /// The questions, in order.
    pub questions: Vec<Question>,
    /// The contest, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contest: Option<Contest>,
}

/// A definition's bytes cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a definition of this version")]
pub struct DefinitionError;

impl Definition {
    /// The definition of an activity of a campaign.
    #[must_use]
    pub fn of(campaign: &Campaign, activity: &Activity) -> Self {
        Self {
            brand: campaign.brand.clone(),
            campaign: campaign.campaign.clone(),
            name: activity.name.clone(),
            kind: activity.kind,
            title: campaign.title.clone(),
            languages: campaign.languages.clone(),
            questions: activity.questions.clone(),
            contest: activity.contest.clone(),
        }
    }

    /// The published bytes: the header that a verifier reads (`docs/PROTOCOL.md`), then one line of JSON.
    ///
    /// # Errors
    /// None in practice: every field has a JSON form.
    pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut text = format!("{FORMAT}\n");
        for question in &self.questions {
            text.push_str(&format!("question {} {}\n", question.id, question.answers().write()));
        }
        text.push('\n');
        text.push_str(&serde_json::to_string(self)?);
        text.push('\n');
        Ok(text.into_bytes())
    }

    /// Reads the published bytes back.
    ///
    /// # Errors
    /// When they are not of this version.
    pub fn decode(bytes: &[u8]) -> Result<Self, DefinitionError> {
        let text = std::str::from_utf8(bytes).map_err(|_| DefinitionError)?;
        let (header, json) = text.split_once("\n\n").ok_or(DefinitionError)?;
        if header.lines().next() != Some(FORMAT) {
            return Err(DefinitionError);
        }
        serde_json::from_str(json).map_err(|_| DefinitionError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::test::sample;

    #[test]
    fn a_definition_starts_with_the_header_of_the_protocol_and_reads_back() {
        let campaign = sample();
        let definition = Definition::of(&campaign, &campaign.activities[0]);
        let bytes = definition.encode().unwrap();
        let header = b"fanfare-definition/v1\nquestion flavour choice\nquestion places choice\n\n{";
        assert!(bytes.starts_with(header));
        assert_eq!(Definition::decode(&bytes).unwrap(), definition);
    }

    #[test]
    fn the_header_says_which_questions_are_answered_in_free_text() {
        let mut campaign = sample();
        let text = r#"{"id":"why","type":"text","text":{"en":"Why?"}}"#;
        campaign.activities[0].questions.insert(1, serde_json::from_str(text).unwrap());
        let bytes = Definition::of(&campaign, &campaign.activities[0]).encode().unwrap();
        let questions = crate::log::opening::definition_questions(&bytes).unwrap();
        let kinds: Vec<_> = questions.iter().map(|question| question.kind.write()).collect();
        assert_eq!(kinds, ["choice", "text", "choice"]);
    }
}
