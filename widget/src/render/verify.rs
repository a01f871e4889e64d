//! The page that checks, as data.

use super::html;
use crate::view::verify;
use crate::words::Words;

/// The document of `/verify`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyModel {
    /// Language of the page.
    pub lang: String,
    /// Addresses of the style sheets.
    pub styles: Vec<String>,
    /// The words of the verifier, as JSON.
    pub words: String,
    /// Address of the script that starts the verifier, where the server has it.
    pub script: Option<String>,
}

/// The page that checks.
#[must_use]
pub fn verify_html(model: &VerifyModel) -> String {
    html(|| verify(&Words::of(&model.lang), model))
}
