//! The draw of a contest: beacon, transcript, winners, skips. Not checked by this version, and every report says so.

use super::report::Report;
use super::step::Step;

/// What a contest's result hangs on besides its log.
pub(super) const STEPS: [Step; 4] = [Step::Beacon, Step::Draw, Step::Result, Step::Skips];

/// Says that the draw was not checked.
pub(super) fn check(report: &mut Report) {
    for step in STEPS {
        report.missing(step, "this version does not check draws");
    }
}
