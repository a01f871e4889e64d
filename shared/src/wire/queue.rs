//! What waits for a person of the team: the queue, its cases, and what a visitor writes to begin one.

use serde::{Deserialize, Serialize};

use crate::ids::{BrandId, CampaignId, MemberId, PublicId};
use crate::time::Timestamp;

/// Most characters of one message, reply or note.
pub const MESSAGE_CHARS: usize = 4_000;
/// Most characters of a visitor's name.
pub const NAME_CHARS: usize = 100;
/// Most characters of an e-mail address (RFC 5321).
pub const EMAIL_CHARS: usize = 254;
/// Most prepared replies of a brand.
pub const PREPARED: usize = 100;
/// Most views that a member keeps.
pub const VIEWS: usize = 20;
/// Past this many, waiting cases are not counted one by one.
pub const COUNTED: u32 = 1_000;

/// Why a case waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CaseKind {
    /// Somebody asks or tells something.
    Message,
    /// Somebody wants to know what is kept about them.
    Access,
    /// Somebody wants to be forgotten.
    Erasure,
    /// Somebody answered a question in their own words.
    Answer,
}

impl CaseKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Message, Self::Access, Self::Erasure, Self::Answer];
    /// Those that a visitor begins by writing to the team.
    pub const ASKED: [Self; 3] = [Self::Message, Self::Access, Self::Erasure];

    /// The word in addresses, forms and catalogues.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Access => "access",
            Self::Erasure => "erasure",
            Self::Answer => "answer",
        }
    }

    /// Whether the law says how long somebody may wait.
    #[must_use]
    pub const fn is_privacy(self) -> bool {
        matches!(self, Self::Access | Self::Erasure)
    }
}

/// Of those that a visitor begins.
impl std::str::FromStr for CaseKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ASKED.into_iter().find(|kind| kind.word() == text).ok_or(())
    }
}

/// Whether a case still waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CaseState {
    /// It waits for the team.
    Open,
    /// Nothing is to be done, until the visitor writes again.
    Done,
}

/// What a visitor writes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewMessage {
    /// What it is about: `message`, `access` or `erasure`.
    pub kind: CaseKind,
    /// The message, 1 to 4,000 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 4000))]
    pub text: String,
    /// Who writes, if they like to say.
    #[serde(default)]
    pub name: String,
    /// Where an answer can be sent. Without it the answer is read at the link in the reply.
    #[serde(default)]
    pub email: String,
    /// The language they read.
    #[serde(default)]
    pub lang: String,
}

/// What a visitor gets back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageTaken {
    /// The page where the answer is read and the conversation goes on. Whoever has it, reads it.
    pub link: String,
}

/// A page of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueuePage {
    /// Cases: those that wait, the longest waiting first; those that are done, the newest first.
    pub cases: Vec<CaseRow>,
    /// Where the next page begins; absent: this was the last one. A page may hold none and still have a next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many wait in the brands that the reader answers for, up to 1,000.
    pub open: u32,
    /// Of these, how many have waited longer than they should.
    pub late: u32,
}

/// A case in a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseRow {
    /// Its id.
    pub id: PublicId,
    /// The brand it was sent to.
    pub brand: BrandId,
    /// The campaign whose page it came from.
    pub campaign: CampaignId,
    /// Why it waits.
    pub kind: CaseKind,
    /// Whether it waits.
    pub state: CaseState,
    /// Since when it waits; when it was done.
    pub since: Timestamp,
    /// Until when somebody should have looked after it.
    pub due: Timestamp,
    /// Who looks after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Colleague>,
    /// Who wrote; empty where they did not say.
    pub name: String,
    /// How the visitor's last message begins.
    pub excerpt: String,
}

/// A member, as colleagues see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Colleague {
    /// Their id.
    pub id: MemberId,
    /// Their name; none where they have left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A case with everything that was said in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseView {
    /// As it stands in lists.
    pub case: CaseRow,
    /// The version to hold a change against.
    pub version: u64,
    /// Where an answer is sent; empty: the visitor reads it at their link.
    pub email: String,
    /// Whether the visitor wants no letters.
    pub quiet: bool,
    /// The language they read.
    pub lang: String,
    /// When they first wrote.
    pub arrived: Timestamp,
    /// Everything said, in order.
    pub entries: Vec<CaseEntry>,
    /// Further cases of the same address in this brand.
    pub others: Vec<CaseRow>,
    /// Who could look after it.
    pub colleagues: Vec<Colleague>,
}

/// Something said in a case.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseEntry {
    /// When.
    pub at: Timestamp,
    /// By whom, to whom.
    pub voice: Voice,
    /// Who of the team said it; none where they have left, and for visitors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What was said.
    pub text: String,
}

/// Who speaks to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Voice {
    /// The visitor to the team.
    Visitor,
    /// The team to the visitor.
    Reply,
    /// The team to itself: no visitor sees it.
    Note,
}

/// A change of a case: all of it, or nothing.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseChange {
    /// The version it was made from.
    #[serde(deserialize_with = "super::whole")]
    pub version: u64,
    /// Tells the visitor this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
    /// Remembers this for the team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Has somebody else look after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assign: Option<Assign>,
    /// Whether it waits from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<CaseState>,
}

/// Who is to look after a case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Assign {
    /// A member who answers in this brand; absent: nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<MemberId>,
}

/// Cases to be laid aside together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Aside {
    /// Their ids, 200 at most. One that is gone, or done already, is passed over.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub cases: Vec<PublicId>,
}

/// Asks to forget the person behind a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Forget {
    /// The version it was decided from.
    #[serde(deserialize_with = "super::whole")]
    pub version: u64,
    /// Whether a last letter tells them so, where there is an address.
    #[serde(default)]
    pub tell: bool,
}

/// What was forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Forgotten {
    /// How many cases are gone, this one among them.
    pub cases: u32,
}

/// How a brand works on its queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Desk {
    /// The version to hold a change against; 0 while nobody has changed it.
    #[serde(deserialize_with = "super::whole")]
    pub version: u64,
    /// Hours after which a message has waited too long, 1 to 720.
    #[serde(deserialize_with = "super::whole")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 720))]
    pub message_hours: u16,
    /// Days after which a request about personal data has, 1 to 30: the law allows a month.
    #[serde(deserialize_with = "super::whole")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 30))]
    pub privacy_days: u16,
    /// Whether answers in free text wait in the queue, each until somebody has read it.
    #[serde(default = "yes")]
    pub answers: bool,
    /// Replies to choose from.
    pub prepared: Vec<Prepared>,
}

const fn yes() -> bool {
    true
}

impl Default for Desk {
    fn default() -> Self {
        Self { version: 0, message_hours: 48, privacy_days: 14, answers: true, prepared: Vec::new() }
    }
}

/// A reply written beforehand. `{name}` and `{brand}` are filled when it is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Prepared {
    /// By what it is found.
    pub title: String,
    /// What it says.
    pub text: String,
}

/// Which letters a member gets about the queue, and the views they keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preferences {
    /// Each morning, what waits.
    pub digest: bool,
    /// Within the hour, that something new waits.
    pub alerts: bool,
    /// The language of these letters: `en` or `it`; absent: that of the brand's first campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Views of the queue.
    #[serde(default)]
    pub views: Vec<SavedView>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { digest: true, alerts: true, lang: None, views: Vec::new() }
    }
}

/// A view of the queue that somebody keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedView {
    /// What it is called.
    pub name: String,
    /// Its filters, as they stand in the console's address.
    pub query: String,
}

silent!(NewMessage, MessageTaken, CaseRow, CaseView, CaseEntry, CaseChange);
