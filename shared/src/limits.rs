//! Upper bounds of what a document or a request may hold. One place, so that server, widget and docs agree.

/// Bytes of a campaign document.
pub const CAMPAIGN_BYTES: usize = 256 * 1024;
/// Bytes of an act's body: 20 questions with 50 chosen options of 32 characters need 36 KiB at most, and
/// [`WRITTEN_CHARS`] of four bytes, each byte spelt `%FF` by a form, 24 KB.
pub const ACT_BYTES: usize = 64 * 1024;
/// Activities in a campaign.
pub const ACTIVITIES: usize = 20;
/// Questions in a poll.
pub const QUESTIONS: usize = 20;
/// Options of a question.
pub const OPTIONS: usize = 50;
/// Characters of a title, question or option.
pub const TEXT_CHARS: usize = 300;
/// Characters of terms.
pub const TERMS_CHARS: usize = 20_000;
/// Languages of a campaign.
pub const LANGUAGES: usize = 30;
/// Allowed origins of a campaign.
pub const ORIGINS: usize = 100;
/// Activities that one live stream may follow.
pub const LIVE_ACTIVITIES: usize = 20;
/// Characters of free text in one answer, and in all answers of one poll together.
pub const WRITTEN_CHARS: usize = 2_000;
/// Prizes of a contest, how often one is given, and how many more holders are drawn.
pub const PRIZES: u64 = 50;
/// See [`PRIZES`].
pub const PRIZE_COUNT: u64 = 10_000;
/// See [`PRIZES`].
pub const RESERVES: u64 = 1_000;
/// Seconds that a winner has to answer: from an hour to ninety days.
pub const RESPOND: std::ops::RangeInclusive<u64> = 3_600..=90 * 86_400;
/// Tickets of one leaf (`docs/PROTOCOL.md`, 3: 2^20).
pub const TICKETS: u64 = 1 << 20;
/// Reasons that give more tickets, and how often one person gets them.
pub const BONUSES: u64 = 20;
/// See [`BONUSES`].
pub const BONUS_MOST: u64 = 1_000;
/// Highest value of a rating.
pub const RATING_MAX: u8 = 10;
/// Fewest characters of a team member's password. Length is what counts; no rule asks for digits or signs.
pub const PASSWORD_CHARS: usize = 12;
