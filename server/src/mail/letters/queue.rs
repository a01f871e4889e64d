//! Letters about the queue: an answer to a visitor, that they are forgotten, and to members what waits.

use super::{Lang, Letter};

/// Brings a visitor what the team answered.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// To which address.
    pub to: &'a str,
    /// The brand's name.
    pub brand: &'a str,
    /// The answer.
    pub text: &'a str,
    /// Where the conversation goes on.
    pub link: &'a str,
    /// Where these letters are stopped.
    pub stop: &'a str,
}

impl Answer<'_> {
    /// The letter.
    #[must_use]
    pub fn written(self, lang: Lang) -> Letter {
        let Self { to, brand, text, link, stop } = self;
        let (subject, text) = match lang {
            Lang::En => (
                format!("{brand} has answered you"),
                format!(
                    "{text}\n\n-- \n{brand}\n\n\
                     You wrote to us. Read the whole conversation, answer, or take it back:\n{link}\n\n\
                     No more letters about it:\n{stop}\n"
                ),
            ),
            Lang::It => (
                format!("{brand} ti ha risposto"),
                format!(
                    "{text}\n\n-- \n{brand}\n\n\
                     Ci hai scritto. Rileggi la conversazione, rispondi, o ritirala:\n{link}\n\n\
                     Niente più lettere al riguardo:\n{stop}\n"
                ),
            ),
        };
        Letter { stop: Some(stop.to_owned()), ..Letter::new(to, subject, text, 7) }
    }
}

/// Tells somebody, for the last time, that nothing is kept of them.
#[must_use]
pub fn forgotten(to: &str, brand: &str, lang: Lang) -> Letter {
    let (subject, text) = match lang {
        Lang::En => (
            format!("{brand} has erased your data"),
            format!(
                "As you asked, everything you wrote to {brand} is erased, with your name and this address.\n\n\
                 Answers to polls are tied to the device you gave them on, not to your address: there you erase the tie \
                 yourself, under \"Your answers\".\n\n\
                 This is the last letter; the address it went to is not kept either.\n"
            ),
        ),
        Lang::It => (
            format!("{brand} ha cancellato i tuoi dati"),
            format!(
                "Come hai chiesto, tutto ciò che hai scritto a {brand} è cancellato, con il tuo nome e questo indirizzo.\n\n\
                 Le risposte ai sondaggi sono legate al dispositivo da cui le hai date, non al tuo indirizzo: lì cancelli \
                 il legame da te, sotto \"Le tue risposte\".\n\n\
                 Questa è l'ultima lettera; nemmeno l'indirizzo a cui è andata viene conservato.\n"
            ),
        ),
    };
    Letter { fleeting: true, ..Letter::new(to, subject, text, 7) }
}

/// What waits, in numbers: no word of what visitors wrote.
#[derive(Debug, Clone, Copy)]
pub struct Waiting<'a> {
    /// To which address.
    pub to: &'a str,
    /// The host of the installation.
    pub host: &'a str,
    /// How many wait; of an alert, how many are new.
    pub open: u32,
    /// Of these, how many have waited too long.
    pub late: u32,
    /// The queue.
    pub link: &'a str,
    /// Where these letters are stopped.
    pub stop: &'a str,
}

impl Waiting<'_> {
    /// The letter of a morning.
    #[must_use]
    pub fn digest(self, lang: Lang) -> Letter {
        let Self { open, late, .. } = self;
        let (subject, first) = match (lang, open) {
            (Lang::En, 1) => ("One message waits".to_owned(), "One message waits for an answer".to_owned()),
            (Lang::En, _) => (format!("{open} messages wait"), format!("{open} messages wait for an answer")),
            (Lang::It, 1) => {
                ("Un messaggio attende".to_owned(), "Un messaggio attende una risposta".to_owned())
            }
            (Lang::It, _) => {
                (format!("{open} messaggi attendono"), format!("{open} messaggi attendono una risposta"))
            }
        };
        let rest = match (lang, late) {
            (_, 0) => ".".to_owned(),
            (Lang::En, _) => format!("; {late} longer than agreed."),
            (Lang::It, _) => format!("; {late} da più del tempo stabilito."),
        };
        self.written(lang, &subject, &[first, rest].concat())
    }

    /// The letter that something new waits.
    #[must_use]
    pub fn alert(self, lang: Lang) -> Letter {
        let (subject, first) = match (lang, self.open) {
            (Lang::En, 1) => ("A new message", "Somebody has written.".to_owned()),
            (Lang::En, n) => ("New messages", format!("{n} new messages wait.")),
            (Lang::It, 1) => ("Un nuovo messaggio", "Qualcuno ha scritto.".to_owned()),
            (Lang::It, n) => ("Nuovi messaggi", format!("{n} nuovi messaggi attendono.")),
        };
        self.written(lang, subject, &first)
    }

    fn written(self, lang: Lang, subject: &str, first: &str) -> Letter {
        let Self { to, host, link, stop, .. } = self;
        let text = match lang {
            Lang::En => format!("{first}\n\nThe queue:\n{link}\n\nNo more letters of this sort:\n{stop}\n"),
            Lang::It => {
                format!("{first}\n\nLa coda:\n{link}\n\nNiente più lettere di questo tipo:\n{stop}\n")
            }
        };
        let subject = format!("{subject} · {host}");
        Letter { stop: Some(stop.to_owned()), ..Letter::new(to, subject, text, 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_that_comes_by_itself_says_how_to_stop_it() {
        for lang in [Lang::En, Lang::It] {
            let answer = Answer {
                to: "a@b.example",
                brand: "Aurora",
                text: "Sì",
                link: "https://h/m/1",
                stop: "https://h/letters/c1",
            };
            let waiting = Waiting {
                to: "a@b.example",
                host: "h",
                open: 3,
                late: 1,
                link: "https://h/console/queue",
                stop: "https://h/letters/d1",
            };
            for letter in [answer.written(lang), waiting.digest(lang), waiting.alert(lang)] {
                let stop = letter.stop.unwrap();
                assert!(letter.text.contains(&format!("\n{stop}\n")), "{}", letter.text);
            }
            let last = forgotten("a@b.example", "Aurora", lang);
            assert!(last.fleeting && last.stop.is_none());
        }
    }
}
