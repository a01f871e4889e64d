//! The pages of a visitor who writes to the team.

use fanfare_shared::wire::queue::{CaseKind, CaseState};
use leptos::prelude::*;

use super::{PageModel, html};
use crate::view::{Contact, Context, LettersEnd, Talk};
use crate::words::Words;

/// The form.
#[derive(Clone, PartialEq, Eq)]
pub struct ContactModel {
    /// The page it stands on.
    pub page: PageModel,
    /// What it is about.
    pub kind: CaseKind,
    /// What was typed.
    pub text: String,
    /// Who writes.
    pub name: String,
    /// Where an answer is sent.
    pub email: String,
    /// The key of this message.
    pub key: String,
    /// Fields that were not accepted: JSON pointer, stable name of the rule.
    pub faults: Vec<(String, String)>,
}

/// The conversation.
#[derive(Clone, PartialEq, Eq)]
pub struct TalkModel {
    /// The page it stands on.
    pub page: PageModel,
    /// Its own address.
    pub link: String,
    /// What stands in it; none where it was just erased.
    pub open: Option<OpenTalk>,
}

/// A conversation that there is.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenTalk {
    /// Whether it waits for an answer.
    pub state: CaseState,
    /// Until when, in words.
    pub due: Option<String>,
    /// Where answers are sent; empty: nowhere.
    pub email: String,
    /// Whether the letters were stopped.
    pub quiet: bool,
    /// Whether nothing was answered yet and all of it is new.
    pub fresh: bool,
    /// What was said, in order.
    pub said: Vec<SaidModel>,
    /// What was typed and not accepted.
    pub text: String,
    /// Why not.
    pub faults: Vec<(String, String)>,
}

/// Something said.
#[derive(Clone, PartialEq, Eq)]
pub struct SaidModel {
    /// When, in words.
    pub when: Option<String>,
    /// Whether the team said it.
    pub team: bool,
    /// What.
    pub text: String,
}

/// The end of letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LettersModel {
    /// Language of the page.
    pub lang: String,
    /// `case`, `digest` or `alerts`.
    pub sort: &'static str,
    /// The brand that answers, for `case`.
    pub brand: String,
    /// Whether it was done.
    pub stopped: bool,
    /// Addresses of the style sheets.
    pub styles: Vec<String>,
}

/// The page of the form.
#[must_use]
pub fn contact_html(model: &ContactModel) -> String {
    let context = Context::on_server(&model.page.campaign.frame);
    html(|| view! { <Contact context model=model.clone() /> }.into_any())
}

/// The page of a conversation.
#[must_use]
pub fn talk_html(model: &TalkModel) -> String {
    let context = Context::on_server(&model.page.campaign.frame);
    html(|| view! { <Talk context model=model.clone() /> }.into_any())
}

/// The page where letters end.
#[must_use]
pub fn letters_html(model: &LettersModel) -> String {
    html(|| view! { <LettersEnd words=Words::of(&model.lang) model=model.clone() /> }.into_any())
}
