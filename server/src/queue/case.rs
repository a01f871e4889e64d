//! What is kept of a case? Kept as JSON: a field is only ever added, with a default.

use fanfare_shared::ids::{BrandId, CampaignId, MemberId, PublicId};
use fanfare_shared::time::Timestamp;
use fanfare_shared::wire::queue::{CaseEntry, CaseKind, CaseRow, CaseState, Colleague, Voice};
use serde::{Deserialize, Serialize};

use super::feed::Ballot;
use super::spot::{Facts, Spot};

/// Most that is said in one case; whoever writes further begins another.
pub(super) const ENTRIES: usize = 200;
/// Characters of the beginning that lists show.
const EXCERPT: usize = 160;

/// A case. Personal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) kind: CaseKind,
    pub(super) brand: BrandId,
    pub(super) campaign: CampaignId,
    pub(super) lang: String,
    pub(super) name: String,
    /// Empty: the answer is read at the visitor's link.
    pub(super) email: String,
    pub(super) state: CaseState,
    pub(super) arrived: Timestamp,
    pub(super) since: Timestamp,
    pub(super) due: Timestamp,
    pub(super) assignee: Option<MemberId>,
    /// Whether somebody answered at all.
    pub(super) answered: bool,
    /// Whether the visitor wants no letters.
    pub(super) quiet: bool,
    /// Hash of the request it began with: its key stands for this one alone.
    pub(super) request: String,
    pub(super) entries: Vec<Said>,
    /// The ballot whose text it is about, where it is an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ballot: Option<Ballot>,
}

/// Something said in a case.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Said {
    pub(super) at: Timestamp,
    pub(super) voice: Voice,
    /// Who of the team, as the audit log writes it; empty for the visitor.
    pub(super) by: String,
    pub(super) text: String,
}

impl Kept {
    /// Where it lies in the queue.
    pub(super) fn spot(&self, id: PublicId) -> Spot {
        Spot { state: self.state, brand: self.brand.clone(), since: self.since, id }
    }

    /// What the queue is filtered by.
    pub(super) fn facts(&self) -> Facts {
        Facts { campaign: self.campaign.clone(), kind: self.kind, assignee: self.assignee, due: self.due }
    }

    /// As it stands in lists; `answer` is what its ballot says, `name` finds the name of a member.
    pub(super) fn row(
        &self,
        id: PublicId,
        answer: Option<&str>,
        name: &dyn Fn(&str) -> Option<String>,
    ) -> CaseRow {
        let last = self.entries.iter().rev().find(|said| said.voice == Voice::Visitor);
        let text = last.map(|said| said.text.as_str()).or(answer).unwrap_or_default();
        let colleague = |id: MemberId| Colleague { id, name: name(&id.to_hex()) };
        CaseRow {
            id,
            brand: self.brand.clone(),
            campaign: self.campaign.clone(),
            kind: self.kind,
            state: self.state,
            since: self.since,
            due: self.due,
            assignee: self.assignee.map(colleague),
            name: self.name.clone(),
            excerpt: excerpt(text),
        }
    }

    /// Everything said, as the team sees it.
    pub(super) fn said(&self, answer: Option<&str>, name: &dyn Fn(&str) -> Option<String>) -> Vec<CaseEntry> {
        let answer = answer.map(|text| CaseEntry {
            at: self.arrived,
            voice: Voice::Visitor,
            by: None,
            text: text.to_owned(),
        });
        let entry = |Said { at, voice, by, text }: &Said| CaseEntry {
            at: *at,
            voice: *voice,
            by: name(by),
            text: text.clone(),
        };
        answer.into_iter().chain(self.entries.iter().map(entry)).collect()
    }
}

/// How a text begins, in one line.
fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_shows_the_beginning_in_one_line() {
        assert_eq!(excerpt("Ciao,\n\nil gelato"), "Ciao, il gelato");
        let long = excerpt(&"è".repeat(400));
        assert_eq!(long.chars().count(), EXCERPT + 1);
        assert!(long.ends_with('…'));
    }
}
