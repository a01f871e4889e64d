//! What Rust would bring tables and long code for and every browser has: the case of letters, decimals, sines.
//!
//! Tests run without a browser, on the standard library's own.

#[cfg(target_arch = "wasm32")]
mod here {
    use js_sys::{JsString, Math, Number};

    pub(crate) fn lower(text: &str) -> String {
        JsString::from(text).to_lower_case().into()
    }

    pub(crate) fn upper(text: &str) -> String {
        JsString::from(text).to_upper_case().into()
    }

    pub(crate) fn fixed(value: f64, digits: u8) -> String {
        // Refused beyond a hundred digits alone.
        Number::from(value).to_fixed(digits).map_or_else(|_| String::new(), Into::into)
    }

    pub(crate) fn sin_cos(radians: f64) -> (f64, f64) {
        (Math::sin(radians), Math::cos(radians))
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod here {
    pub(crate) fn lower(text: &str) -> String {
        text.to_lowercase()
    }

    pub(crate) fn upper(text: &str) -> String {
        text.to_uppercase()
    }

    pub(crate) fn fixed(value: f64, digits: u8) -> String {
        format!("{value:.*}", usize::from(digits))
    }

    pub(crate) fn sin_cos(radians: f64) -> (f64, f64) {
        radians.sin_cos()
    }
}

pub(crate) use here::{fixed, lower, sin_cos, upper};
