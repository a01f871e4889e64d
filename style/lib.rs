//! Design tokens and style sheets as strings: the only place where a colour, a space or a duration is chosen.

/// The tokens: custom properties on `:root` and `:host`.
pub const TOKENS: &str = include_str!("tokens.css");
