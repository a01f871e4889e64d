//! When does an activity open and close, as somebody chooses it? A document writes local times, moments with an offset,
//! durations, or nothing; here each is one of a few choices, and what none of them fits stays as it was written.

/// When it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Opens {
    /// When it is published.
    Published,
    /// At a local time of the campaign, `2026-12-01T09:00`.
    At(String),
    /// As written.
    Other(String),
}

/// When it closes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Closes {
    /// When somebody ends it.
    Ended,
    /// At a local time of the campaign.
    At(String),
    /// So long after the opening.
    After(u32, Unit),
    /// As written.
    Other(String),
}

/// What a duration is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Hours,
    Days,
    Weeks,
}

impl Unit {
    /// All of them, with the key of their name.
    pub(crate) const ALL: [(Self, &str, &str); 3] = [
        (Self::Hours, "hours", "unit.hours"),
        (Self::Days, "days", "unit.days"),
        (Self::Weeks, "weeks", "unit.weeks"),
    ];

    /// By the word in a form.
    pub(crate) fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|(_, known, _)| *known == word).map_or(Self::Days, |(unit, ..)| unit)
    }
}

impl Opens {
    pub(crate) fn read(written: Option<&str>) -> Self {
        match written {
            None => Self::Published,
            Some(text) if is_local(text) => Self::At(text.to_owned()),
            Some(text) => Self::Other(text.to_owned()),
        }
    }

    pub(crate) fn written(self) -> Option<String> {
        match self {
            Self::Published => None,
            Self::At(text) | Self::Other(text) => Some(text),
        }
    }
}

impl Closes {
    pub(crate) fn read(written: Option<&str>) -> Self {
        let Some(text) = written else { return Self::Ended };
        if is_local(text) {
            return Self::At(text.to_owned());
        }
        duration(text).map_or_else(|| Self::Other(text.to_owned()), |(n, unit)| Self::After(n, unit))
    }

    pub(crate) fn written(self) -> Option<String> {
        match self {
            Self::Ended => None,
            Self::At(text) | Self::Other(text) => Some(text),
            Self::After(n, Unit::Hours) => Some(format!("PT{n}H")),
            Self::After(n, Unit::Days) => Some(format!("P{n}D")),
            Self::After(n, Unit::Weeks) => Some(format!("P{n}W")),
        }
    }
}

/// A local time to the minute; an empty one is one that is still to be chosen.
fn is_local(text: &str) -> bool {
    let digit = |place: usize, byte: u8| match place {
        4 | 7 => byte == b'-',
        10 => byte == b'T',
        13 => byte == b':',
        _ => byte.is_ascii_digit(),
    };
    text.is_empty() || (text.len() == 16 && text.bytes().enumerate().all(|(place, byte)| digit(place, byte)))
}

fn duration(text: &str) -> Option<(u32, Unit)> {
    let rest = text.strip_prefix('P')?;
    let (number, unit) = if let Some(hours) = rest.strip_prefix('T') {
        (hours.strip_suffix('H')?, Unit::Hours)
    } else if let Some(days) = rest.strip_suffix('D') {
        (days, Unit::Days)
    } else {
        (rest.strip_suffix('W')?, Unit::Weeks)
    };
    let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| number.parse().ok()).flatten().map(|n| (n, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_time_comes_back_as_it_was() {
        for text in
            [None, Some("2026-12-01T09:00"), Some("2026-12-01T09:00:00+01:00"), Some("soon"), Some("")]
        {
            assert_eq!(Opens::read(text).written().as_deref(), text);
        }
        for text in [
            None,
            Some("2026-12-01T09:00"),
            Some("P10D"),
            Some("PT36H"),
            Some("P2W"),
            Some("P1M"),
            Some("P1DT2H"),
        ] {
            assert_eq!(Closes::read(text).written().as_deref(), text);
        }
    }

    #[test]
    fn a_duration_is_a_number_of_one_unit() {
        assert_eq!(Closes::read(Some("P10D")), Closes::After(10, Unit::Days));
        assert_eq!(Closes::read(Some("PT36H")), Closes::After(36, Unit::Hours));
        assert_eq!(Closes::read(Some("P1M")), Closes::Other("P1M".into()));
        assert_eq!(Closes::read(Some("P+1D")), Closes::Other("P+1D".into()));
    }
}
