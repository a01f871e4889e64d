//! What do the letters say? One function for each, in the languages there are.

mod queue;

use fanfare_shared::team::Role;

pub use queue::{Answer, Waiting, forgotten};

/// A letter in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// To which address.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// What stands in it.
    pub text: String,
    /// Days after which it is of no use any more.
    pub days: u16,
    /// Where letters of its sort are stopped, if it comes by itself.
    pub stop: Option<String>,
    /// Whether it is forgotten as soon as it was sent.
    pub fleeting: bool,
}

impl Letter {
    /// A letter that somebody asked for.
    pub(crate) fn new(to: &str, subject: String, text: String, days: u16) -> Self {
        Self { to: to.to_owned(), subject, text, days, stop: None, fleeting: false }
    }
}

/// The languages that letters are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Italian.
    It,
}

impl Lang {
    /// What a browser prefers, among them.
    #[must_use]
    pub fn of(accept_language: &str) -> Self {
        let offered = ["en".to_owned(), "it".to_owned()];
        let wanted = accept_language.split(',').map(|range| range.split(';').next().unwrap_or(""));
        if fanfare_shared::text::choose(&offered, wanted) == "it" { Self::It } else { Self::En }
    }
}

/// The role as somebody is told who does not know the console yet.
const fn role(role: Role, lang: Lang) -> &'static str {
    match (lang, role) {
        (Lang::En, Role::Owner) => "owner",
        (Lang::En, Role::Editor) => "editor",
        (Lang::En, Role::Moderator) => "moderator",
        (Lang::En, Role::Juror) => "juror",
        (Lang::En, Role::Officer) => "officer",
        (Lang::En, Role::Viewer) => "viewer",
        (Lang::It, Role::Owner) => "proprietario",
        (Lang::It, Role::Editor) => "redattore",
        (Lang::It, Role::Moderator) => "moderatore",
        (Lang::It, Role::Juror) => "giurato",
        (Lang::It, Role::Officer) => "garante",
        (Lang::It, Role::Viewer) => "osservatore",
    }
}

/// Brings the link of an invitation. `place` is the brand's name, or the host of the installation.
#[must_use]
pub fn invitation(to: &str, place: &str, as_what: Role, link: &str, lang: Lang) -> Letter {
    let what = role(as_what, lang);
    let (subject, text) = match lang {
        Lang::En => (
            format!("You are invited to the team of {place}"),
            format!(
                "You are invited to the team of {place} as {what}.\n\n\
                 Open this link to begin. It works once, for seven days:\n{link}\n\n\
                 If you did not expect this, leave it: without the link nothing happens.\n"
            ),
        ),
        Lang::It => (
            format!("Un invito nella squadra di {place}"),
            format!(
                "Hai un invito nella squadra di {place}, con il ruolo di {what}.\n\n\
                 Apri questo link per cominciare. Vale una volta, per sette giorni:\n{link}\n\n\
                 Se non te lo aspettavi, lascia stare: senza il link non succede nulla.\n"
            ),
        ),
    };
    Letter::new(to, subject, text, 7)
}

/// Brings a member the link for a new password.
#[must_use]
pub fn new_password(to: &str, host: &str, link: &str, lang: Lang) -> Letter {
    let (subject, text) = match lang {
        Lang::En => (
            format!("A new password for {host}"),
            format!(
                "Somebody asked for a new password for your account at {host}.\n\n\
                 If it was you, choose one here. The link works once, for a day:\n{link}\n\n\
                 With it your sessions end, and your passkeys are removed.\n\n\
                 If it was not you, leave it: your password stays as it is.\n"
            ),
        ),
        Lang::It => (
            format!("Una nuova password per {host}"),
            format!(
                "Qualcuno ha chiesto una nuova password per il tuo accesso a {host}.\n\n\
                 Se sei stato tu, sceglila qui. Il link vale una volta, per un giorno:\n{link}\n\n\
                 Con lei finiscono le tue sessioni, e le tue passkey vengono tolte.\n\n\
                 Altrimenti lascia stare: la tua password resta com'è.\n"
            ),
        ),
    };
    Letter::new(to, subject, text, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_in_the_language_that_is_preferred_and_brings_its_link() {
        assert_eq!(Lang::of("it-IT,it;q=0.9,en;q=0.8"), Lang::It);
        assert_eq!(Lang::of("de"), Lang::En);
        for lang in [Lang::En, Lang::It] {
            let letter = invitation("a@b.example", "Aurora", Role::Editor, "https://h/console/join#x", lang);
            assert!(
                letter.text.contains("\nhttps://h/console/join#x\n") && letter.subject.contains("Aurora")
            );
            assert!(
                new_password("a@b.example", "h", "https://h/console/reset#x", lang).text.contains("#x\n")
            );
        }
    }
}
