//! An act as it arrives: a form, JSON, or anything else that calls itself so.
#![no_main]

use fanfare::routes::submission;
use fanfare_shared::campaign::Campaign;
use fanfare_shared::rules;
use http::HeaderMap;
use libfuzzer_sys::fuzz_target;

const CAMPAIGN: &[u8] = include_bytes!("../../demo/aurora.toml");

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, body)) = bytes.split_first() else { return };
    let mut headers = HeaderMap::new();
    let kind = if kind.is_multiple_of(2) { "application/json" } else { "application/x-www-form-urlencoded" };
    headers.insert("content-type", kind.parse().unwrap());
    headers.insert("idempotency-key", "0123456789abcdef".parse().unwrap());
    let _ = submission::wanted(&headers, body);
    let Ok(submission) = submission::read(&headers, body) else { return };
    // What was read goes through the rules of every poll there is.
    let campaign: Campaign = fanfare::campaigns::read(CAMPAIGN, fanfare::campaigns::Format::Toml).unwrap();
    for activity in &campaign.activities {
        if let Ok(answers) = rules::accept(&activity.questions, &submission.request.answers) {
            assert_eq!(answers.len(), activity.questions.len());
        }
    }
});
