//! The times of a contest: when it is drawn, which round of the beacon that is, and how long winners have to answer.

use fanfare_shared::contest::Contest;
use fanfare_shared::draw::rounds::{after_close, round_of};
use fanfare_shared::limits;
use fanfare_shared::questions::Fault;
use fanfare_shared::time::Window;
use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo};

use super::moment;
use crate::engine::ResolvedContest;

/// Resolves them, for the window that the activity has.
pub(super) fn times(contest: &Contest, window: Window, zone: &TimeZone) -> Result<ResolvedContest, Fault> {
    let fault = |field: &str, detail: String| (format!("/contest/{field}"), detail);
    let gap = after_close(contest.beacon);
    let earliest = window.closes.plus(gap);
    let draw = match &contest.draw {
        None => earliest,
        Some(text) => moment(text, zone).ok_or_else(|| {
            fault("draw", "a local time (`2026-12-01T18:00`) or RFC 3339; whole minutes".to_owned())
        })?,
    };
    if draw < earliest {
        return Err(fault("draw", format!("{} minutes after the close, at least", gap / 60)));
    }
    let round = round_of(draw).ok_or_else(|| fault("draw", "before the beacon began".to_owned()))?;
    let respond = seconds(&contest.respond).filter(|respond| limits::RESPOND.contains(respond));
    let respond = respond
        .ok_or_else(|| fault("respond", "a duration from an hour to ninety days (`P7D`)".to_owned()))?;
    Ok(ResolvedContest { draw, round, respond })
}

/// A duration of days and smaller units; a day has 24 hours here, whatever the clocks do.
fn seconds(text: &str) -> Option<u64> {
    let span: Span = text.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    u64::try_from(duration.as_secs()).ok().filter(|_| duration.subsec_nanos() == 0)
}

#[cfg(test)]
mod tests {
    use fanfare_shared::time::Timestamp;

    use super::*;

    fn contest(json: &str) -> Contest {
        let mut contest: serde_json::Value = serde_json::from_str(json).unwrap();
        contest["prizes"] = serde_json::json!([{"title": {"en": "A bicycle"}}]);
        serde_json::from_value(contest).unwrap()
    }

    fn times_of(json: &str) -> Result<ResolvedContest, Fault> {
        let zone = TimeZone::get("Europe/Rome").unwrap();
        // 20 December 2026, 18:00 in Rome.
        let closes = Timestamp(1_797_786_000);
        times(&contest(json), Window { opens: Timestamp(0), closes }, &zone)
    }

    #[test]
    fn a_contest_without_a_draw_time_is_drawn_as_soon_as_may_be() {
        let real = times_of("{}").unwrap();
        assert_eq!((real.draw, real.respond), (Timestamp(1_797_787_800), 7 * 86_400));
        assert_eq!(real.round, round_of(real.draw).unwrap());
        assert_eq!(times_of(r#"{"beacon":"demo"}"#).unwrap().draw, Timestamp(1_797_786_060));
    }

    #[test]
    fn a_draw_too_soon_and_times_that_are_none_are_named() {
        assert_eq!(times_of(r#"{"draw":"2026-12-20T18:30"}"#).unwrap().draw, Timestamp(1_797_787_800));
        for (json, pointer) in [
            (r#"{"draw":"2026-12-20T18:29"}"#, "/contest/draw"),
            (r#"{"draw":"soon"}"#, "/contest/draw"),
            (r#"{"respond":"PT30M"}"#, "/contest/respond"),
            (r#"{"respond":"P91D"}"#, "/contest/respond"),
            (r#"{"respond":"P1M"}"#, "/contest/respond"),
            (r#"{"respond":"a week"}"#, "/contest/respond"),
        ] {
            assert_eq!(times_of(json).unwrap_err().0, pointer, "{json}");
        }
        assert_eq!(times_of(r#"{"respond":"P2DT12H"}"#).unwrap().respond, 60 * 3_600);
    }
}
