//! Which days are looked at? The last few, or from one day to another; on the calendar of the campaign.

/// Most days that the server tells at once.
pub(super) const MOST: u32 = 400;

/// Days that are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Range {
    /// So many, the last of them today.
    Last(u32),
    /// From one day to another, each counted from 1970.
    Between(u32, u32),
}

impl Range {
    /// The choices that are offered, the usual one in the middle.
    pub(super) const OFFERED: [u32; 3] = [7, 28, 90];

    /// What an address asks for; what it asks wrongly is the usual.
    pub(super) fn of(days: Option<&str>, from: Option<&str>, to: Option<&str>) -> Self {
        let between = from.and_then(day).zip(to.and_then(day)).filter(|(from, to)| fits(*from, *to));
        let last = days.and_then(|days| days.parse().ok()).filter(|days| Self::OFFERED.contains(days));
        match (between, last) {
            (Some((from, to)), _) => Self::Between(from, to),
            (None, Some(days)) => Self::Last(days),
            (None, None) => Self::Last(28),
        }
    }

    /// The address's part that asks for it.
    pub(super) fn query(self) -> String {
        match self {
            Self::Last(days) => ["?days=", &days.to_string()].concat(),
            Self::Between(from, to) => ["?from=", &written(from), "&to=", &written(to)].concat(),
        }
    }

    /// The first and the last day.
    pub(super) fn days(self, today: u32) -> (u32, u32) {
        match self {
            Self::Last(days) => (today.saturating_sub(days.saturating_sub(1)), today),
            Self::Between(from, to) => (from, to),
        }
    }

    /// As many days, just before these.
    pub(super) fn before(self, today: u32) -> Self {
        let (from, to) = self.days(today);
        let last = from.saturating_sub(1);
        Self::Between(last.saturating_sub(to - from), last)
    }

    /// Whether something can still happen in it.
    pub(super) fn runs(self, today: u32) -> bool {
        self.days(today).1 >= today
    }

    /// What the server is asked. Its own calendar says what today is.
    pub(super) fn asked(self, today: u32) -> String {
        match self {
            Self::Last(_) => ["?from=", &written(self.days(today).0)].concat(),
            Self::Between(..) => self.query(),
        }
    }
}

/// Whether the server tells these days at once.
pub(super) fn fits(from: u32, to: u32) -> bool {
    from <= to && to - from < MOST
}

/// Days from 1970 to `2026-11-27`. Howard Hinnant's `days_from_civil`, from 1970 on.
pub(super) fn day(text: &str) -> Option<u32> {
    let mut parts = text.split('-');
    let mut part = |digits: usize| {
        let part = parts.next().filter(|part| part.len() == digits)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u32>().ok())?
    };
    let (year, month, date) = (part(4)?, part(2)?, part(2)?);
    if year < 1970 || !(1..=12).contains(&month) || !(1..=31).contains(&date) || parts.next().is_some() {
        return None;
    }
    let (year, shifted) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * shifted + 2) / 5 + date - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    let day = days.checked_sub(719_468)?;
    // The 31st of a month of thirty days is no day.
    (written(day) == text).then_some(day)
}

/// A day as `2026-11-27`. The other way round.
pub(super) fn written(day: u32) -> String {
    let days = u64::from(day) + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let date = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{date:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_and_written_on_the_calendar() {
        assert_eq!(day("1970-01-01"), Some(0));
        assert_eq!(day("2000-02-29"), Some(11_016));
        assert_eq!(day("2026-11-27"), Some(20_784));
        for n in (0..60_000).step_by(7) {
            assert_eq!(day(&written(n)), Some(n));
        }
        for text in
            ["2026-02-29", "2026-13-01", "2026-1-1", "1969-12-31", "2026-11-31", "today", "2026-11-27-1"]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn an_address_asks_for_days_and_a_strange_one_for_the_usual() {
        assert_eq!(Range::of(Some("7"), None, None), Range::Last(7));
        assert_eq!(Range::of(Some("8"), None, None), Range::Last(28));
        assert_eq!(Range::of(None, Some("2026-11-01"), Some("2026-11-02")), Range::Between(20_758, 20_759));
        assert_eq!(Range::of(None, Some("2026-11-02"), Some("2026-11-01")), Range::Last(28));
        assert_eq!(Range::of(None, Some("2020-11-02"), Some("2026-11-01")), Range::Last(28));
    }

    #[test]
    fn what_was_before_is_as_long_and_ends_the_day_before() {
        assert_eq!(Range::Last(7).days(100), (94, 100));
        assert_eq!(Range::Last(7).before(100), Range::Between(87, 93));
        assert_eq!(Range::Between(10, 10).before(100), Range::Between(9, 9));
        assert!(Range::Last(7).runs(100) && !Range::Between(1, 99).runs(100));
    }

    #[test]
    fn the_last_days_are_asked_for_without_a_last_day() {
        assert_eq!(Range::Last(28).asked(20_784), "?from=2026-10-31");
        assert_eq!(Range::Between(0, 1).asked(9), "?from=1970-01-01&to=1970-01-02");
    }
}
