//! Points in time: Unix seconds, UTC. Nothing here reads a clock.

use serde::{Deserialize, Serialize};

/// Unix seconds, UTC. In a leaf always a multiple of 60.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// The minute this moment is in.
    #[must_use]
    pub const fn minute(self) -> Self {
        Self(self.0 - self.0 % 60)
    }

    /// The moment a browser's clock shows: milliseconds since 1970.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "seconds since 1970 fit for ages, and what is before is 1970"
    )]
    pub const fn from_millis(millis: f64) -> Self {
        Self((millis / 1000.0) as u64)
    }

    /// As anybody can read it: `2023-09-15 10:50:03 UTC`. Howard Hinnant's `civil_from_days`, from 1970 on.
    #[must_use]
    pub fn utc(self) -> String {
        let (days, second) = (self.0 / 86_400, self.0 % 86_400);
        let shifted = days + 719_468;
        let (era, of_era) = (shifted / 146_097, shifted % 146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        let year = year_of_era + era * 400 + carry;
        let (hour, minute) = (second / 3_600, second / 60 % 60);
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{:02} UTC", second % 60)
    }

    /// Later by so many seconds; stays at the end of time.
    #[must_use]
    pub const fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

/// When an activity takes acts: `opens <= at < closes`; `closes` 0 means until it is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Window {
    /// First moment at which acts are taken.
    pub opens: Timestamp,
    /// First moment at which they are not; 0 for no fixed end.
    pub closes: Timestamp,
}

impl Window {
    /// The state at a moment, for an activity that was or was not sealed yet.
    #[must_use]
    pub fn state(self, now: Timestamp, sealed: bool) -> State {
        if sealed || (self.closes.0 != 0 && now >= self.closes) {
            State::Closed
        } else if now < self.opens {
            State::Scheduled
        } else {
            State::Open
        }
    }
}

/// Where an activity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Not yet open.
    Scheduled,
    /// Takes acts.
    Open,
    /// Takes no more acts.
    Closed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_anybody_reads_it() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (1_694_775_003, "2023-09-15 10:50:03 UTC"),
            (1_798_761_599, "2026-12-31 23:59:59 UTC"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC"),
        ] {
            assert_eq!(Timestamp(seconds).utc(), text);
        }
    }

    #[test]
    fn the_closing_moment_is_outside_the_window() {
        let window = Window { opens: Timestamp(60), closes: Timestamp(120) };
        assert_eq!(window.state(Timestamp(59), false), State::Scheduled);
        assert_eq!(window.state(Timestamp(60), false), State::Open);
        assert_eq!(window.state(Timestamp(119), false), State::Open);
        assert_eq!(window.state(Timestamp(120), false), State::Closed);
        assert_eq!(window.state(Timestamp(60), true), State::Closed);
    }

    #[test]
    fn without_an_end_only_the_seal_closes() {
        let window = Window { opens: Timestamp(0), closes: Timestamp(0) };
        assert_eq!(window.state(Timestamp(u64::MAX), false), State::Open);
    }
}
