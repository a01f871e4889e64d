//! Numbers and moments by the browser's `Intl`.

use fanfare_shared::time::Timestamp;
use js_sys::Intl::NumberFormat;
use js_sys::{Array, Date, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::view::format::Format;

const DAY: u64 = 86_400;

/// The language to ask `Intl` for.
pub(super) struct Intl(pub(super) String);

fn options(pairs: &[(&str, &str)]) -> JsValue {
    let options = Object::new();
    for (name, value) in pairs {
        // A plain object takes any property.
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    options.into()
}

/// A whole number as JavaScript has them; exact below 2^53, and no count is above.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn float(n: u64) -> f64 {
    n as f64
}

impl Intl {
    /// English without a country writes "12 December", as the server does.
    fn dates(&self) -> &str {
        if self.0 == "en" { "en-GB" } else { &self.0 }
    }

    fn figure(&self, n: f64, wanted: &[(&str, &str)]) -> String {
        // Italian leaves four digits ungrouped unless told: beside longer counts they would not line up.
        let format = NumberFormat::new(&Array::of1(&self.0.as_str().into()), options(wanted).unchecked_ref());
        let text = format.format().call1(&JsValue::UNDEFINED, &n.into()).ok();
        text.and_then(|text| text.as_string()).unwrap_or_default()
    }
}

impl Format for Intl {
    fn number(&self, n: u64) -> String {
        self.figure(float(n), &[("useGrouping", "always")])
    }

    fn tenths(&self, tenths: u64) -> String {
        self.figure(float(tenths) / 10.0, &[("minimumFractionDigits", "1")])
    }

    fn moment(&self, at: Timestamp, now: Timestamp) -> Option<String> {
        let date = Date::new(&(float(at.0) * 1000.0).into());
        let time = date.to_locale_string(
            self.dates(),
            &options(&[("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23")]),
        );
        // As the server says it: a day's name is enough for six days; then it would name two.
        let near = at.0.abs_diff(now.0) < 6 * DAY;
        let day: &[(&str, &str)] =
            if near { &[("weekday", "long")] } else { &[("day", "numeric"), ("month", "long")] };
        let day = date.to_locale_date_string(self.dates(), &options(day));
        let between = if near { " " } else { ", " };
        // An Italian date has its article: sentences are made for it.
        let article = match (self.0.as_str(), near, date.get_date()) {
            ("it", false, 8 | 11) => "l'",
            ("it", false, _) => "il ",
            _ => "",
        };
        Some([article, &String::from(day), between, &String::from(time)].concat())
    }
}
