//! The only place that writes to the terminal.

use std::io::Write;

/// A line on standard output. A closed pipe is not an error: whoever reads has seen enough.
pub(super) fn line(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// A line on standard error.
pub(super) fn error(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
