//! Does the accent stand out? The contrast of the tokens' colours for a hue and a chroma, as WCAG 2.2 defines it
//! (relative luminance of sRGB; OKLCH by Björn Ottosson's matrices). What lies outside sRGB is cut off at its edge, as
//! browsers do.

use fanfare_shared::campaign::Theme;

use crate::borrowed::sin_cos;

/// What WCAG asks of text.
pub(crate) const TEXT: f64 = 4.5;

/// A colour of OKLCH: lightness 0 to 1, chroma, hue in degrees.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Oklch(pub(crate) f64, pub(crate) f64, pub(crate) f64);

/// The contrasts that decide whether a theme can be read, light and dark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Contrast {
    /// Accent text on paper.
    pub(crate) text: f64,
    /// Words on a button in the accent.
    pub(crate) button: f64,
}

impl Contrast {
    /// Whether both are enough for text.
    pub(crate) fn enough(self) -> bool {
        self.text >= TEXT && self.button >= TEXT
    }
}

/// The contrasts of a theme by light and by dark, with the lightness of `style/tokens.css`.
pub(crate) fn contrasts(theme: Theme) -> [Contrast; 2] {
    let (hue, chroma) = (f64::from(theme.hue), f64::from(theme.chroma) / 1000.0);
    let light = [Oklch(0.99, 0.004, hue), Oklch(0.48, chroma, hue), Oklch(0.99, 0.01, hue)];
    let dark = [Oklch(0.19, 0.014, hue), Oklch(0.74, chroma * 0.85, hue), Oklch(0.18, 0.04, hue)];
    [light, dark].map(|[paper, accent, on_accent]| Contrast {
        text: ratio(accent, paper),
        button: ratio(on_accent, accent),
    })
}

/// The contrast of two colours, 1 to 21.
pub(crate) fn ratio(one: Oklch, other: Oklch) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Relative luminance.
fn luminance(colour: Oklch) -> f64 {
    let [red, green, blue] = linear(colour);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// Linear sRGB.
fn linear(Oklch(lightness, chroma, hue): Oklch) -> [f64; 3] {
    let (sine, cosine) = sin_cos(hue.to_radians());
    let (a, b) = (chroma * cosine, chroma * sine);
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
    .map(|channel| channel.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_and_white_are_as_far_apart_as_can_be() {
        assert!((ratio(Oklch(1.0, 0.0, 0.0), Oklch(0.0, 0.0, 0.0)) - 21.0).abs() < 0.01);
        assert!((ratio(Oklch(0.5, 0.1, 20.0), Oklch(0.5, 0.1, 20.0)) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn known_colours_have_their_known_luminance() {
        // #ff0000 is oklch(0.62796 0.25768 29.234), its luminance 0.2126; #0000ff oklch(0.45201 0.31321 264.052), 0.0722.
        assert!((luminance(Oklch(0.627_96, 0.257_68, 29.234)) - 0.2126).abs() < 0.001);
        assert!((luminance(Oklch(0.452_01, 0.313_21, 264.052)) - 0.0722).abs() < 0.001);
        // #767676 is the lightest grey that is enough on white: 4.54.
        let grey = Oklch(0.565_9, 0.0, 0.0);
        assert!((ratio(Oklch(1.0, 0.0, 0.0), grey) - 4.54).abs() < 0.03);
    }

    #[test]
    fn every_theme_that_a_document_may_have_can_be_read_in_light_and_dark() {
        for hue in 0..360 {
            for chroma in (0..=250).step_by(10) {
                for contrast in contrasts(Theme { hue, chroma }) {
                    assert!(contrast.enough(), "{hue} {chroma}: {contrast:?}");
                }
            }
        }
    }
}
