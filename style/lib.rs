//! Design tokens and style sheets as strings: the only place where a colour, a space or a duration is chosen.

/// The tokens: custom properties on `:root` and `:host`.
pub const TOKENS: &str = include_str!("tokens.css");
/// The widget, in a shadow root and on the hosted page. Needs [`TOKENS`].
pub const WIDGET: &str = include_str!("widget.css");
/// What only the hosted page has around the widget. Needs [`TOKENS`].
pub const HOSTED: &str = include_str!("hosted.css");

/// The console: its frame, and what all pages share. Needs [`TOKENS`].
const CONSOLE: &str = include_str!("console.css");
/// The console's builder of campaigns. Needs [`CONSOLE`].
const BUILDER: &str = include_str!("builder.css");
/// The console's charts and the figures of the server. Needs [`CONSOLE`].
const FIGURES: &str = include_str!("figures.css");
/// The console's queue. Needs [`CONSOLE`].
const QUEUE: &str = include_str!("queue.css");

/// The sheets that browsers fetch, and what each is made of, in order.
pub const SHEETS: [(&str, &[&str]); 3] = [
    ("widget.css", &[TOKENS, WIDGET]),
    ("hosted.css", &[HOSTED]),
    ("console.css", &[TOKENS, CONSOLE, BUILDER, FIGURES, QUEUE]),
];

/// The brand's accent: hue in degrees and chroma in thousandths of OKLCH. Everything else follows from the tokens.
#[must_use]
pub fn theme_css(hue: u16, chroma: u16) -> String {
    format!(":root,:host{{--brand-h:{hue};--brand-c:{}.{:03}}}", chroma / 1000, chroma % 1000)
}

#[cfg(test)]
mod tests {
    #[test]
    fn chroma_in_thousandths_becomes_a_css_number() {
        assert_eq!(super::theme_css(350, 70), ":root,:host{--brand-h:350;--brand-c:0.070}");
    }
}
