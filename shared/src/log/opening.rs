//! The documents of a recount: which questions a ballot has, the opened answers, and the tally.

use data_encoding::BASE64;

use super::commitment::Salt;
use super::hash::{Hash, from_base64};
use super::lines::{GrammarError, Lines, Value, Writer, words};
use super::origin::LogOrigin;
use crate::ids::Slug;

/// Fewest holders with a ballot that is not void for which a poll is opened: below, answers would name people.
pub const OPENED_HOLDERS_MIN: u64 = 10;

words!(
    /// What a question's answers are.
    AnswerKind, "`choice` or `text`", {
        /// From a list: opened.
        Choice = "choice",
        /// Free text: never opened.
        Text = "text",
    }
);

/// A question, as the head of a definition document names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionHead {
    /// Its id.
    pub id: Slug,
    /// What its answers are.
    pub kind: AnswerKind,
}

/// Opened answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpeningFile {
    /// At most one for a leaf and question.
    pub rows: Vec<Row>,
}

/// One opened answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Index of the ballot leaf.
    pub leaf: u64,
    /// The question.
    pub question: Slug,
    /// Of the answer's commitment.
    pub salt: Salt,
    /// The answer; empty where there is none.
    pub answer: Vec<u8>,
    /// Commitments of the other questions, in the definition's order.
    pub others: Vec<Hash>,
}

/// A poll's counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TallyText {
    /// The poll's log.
    pub log: LogOrigin,
    /// Holders by their highest ballot.
    pub ballots: Counts,
    /// Questions in the definition's order, answers in byte order.
    pub answers: Vec<AnswerCount>,
}

/// One answer's counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerCount {
    /// The question.
    pub question: Slug,
    /// How many gave it.
    pub counts: Counts,
    /// The answer; empty for none.
    pub answer: Vec<u8>,
}

/// Holders whose highest ballot counts, by custody, and those where it is void.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Custody of the client.
    pub client: u64,
    /// Custody of the server.
    pub server: u64,
    /// Void.
    pub void: u64,
}

/// The questions that the head of a poll's definition document names.
///
/// # Errors
/// The head is not `fanfare-definition/v1`, one `question` line for each question and an empty line, or an id stands
/// twice.
pub fn definition_questions(document: &[u8]) -> Result<Vec<QuestionHead>, GrammarError> {
    let error = GrammarError { line: 1, reason: "a definition begins with its questions and an empty line" };
    let end = document.windows(2).position(|pair| pair == b"\n\n").ok_or(error)?;
    let mut lines = Lines::new(document.get(..=end).ok_or(error)?, document.len())?;
    if lines.next_line()? != "fanfare-definition/v1" {
        return Err(error);
    }
    let mut questions: Vec<QuestionHead> = Vec::new();
    while !lines.is_empty() {
        let [id, kind] = lines.words("question")?;
        let question = QuestionHead { id: lines.value(id)?, kind: lines.value(kind)? };
        if questions.iter().any(|known| known.id == question.id) {
            return Err(lines.error("a question twice"));
        }
        questions.push(question);
    }
    Ok(questions)
}

impl OpeningFile {
    /// The file's bytes.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut to = Writer::new("fanfare-opening/v1");
        for Row { leaf, question, salt, answer, others } in &self.rows {
            let mut words = vec![leaf.write(), question.write(), salt.write(), write_bytes(answer)];
            words.extend(others.iter().map(Value::write));
            to = to.words("row", &words);
        }
        to.finish()
    }

    /// What the bytes say.
    ///
    /// # Errors
    /// Another grammar, or two rows for a leaf and question.
    pub fn decode(bytes: &[u8]) -> Result<Self, GrammarError> {
        let mut lines = Lines::new(bytes, usize::MAX)?;
        if lines.next_line()? != "fanfare-opening/v1" {
            return Err(lines.error("not an opening file"));
        }
        let mut rows = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        while !lines.is_empty() {
            let mut words = lines.text("row")?.split(' ');
            let mut word = || words.next().ok_or(lines.error("a value is missing"));
            let (leaf, question, salt, answer) = (word()?, word()?, word()?, word()?);
            let row = Row {
                leaf: lines.value(leaf)?,
                question: lines.value(question)?,
                salt: lines.value(salt)?,
                answer: read_bytes(answer).ok_or(lines.error("base64, or - for zero bytes"))?,
                others: words.map(|word| lines.value(word)).collect::<Result<_, _>>()?,
            };
            if !seen.insert((row.leaf, row.question.clone())) {
                return Err(lines.error("a second row for a leaf and question"));
            }
            rows.push(row);
        }
        Ok(Self { rows })
    }
}

impl TallyText {
    /// The text.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut to = Writer::new("fanfare-tally/v1").line("log", &self.log);
        to = to.words("ballots", &self.ballots.words());
        for AnswerCount { question, counts, answer } in &self.answers {
            let [client, server, void] = counts.words();
            to = to.words("answer", &[question.write(), client, server, void, write_bytes(answer)]);
        }
        to.finish()
    }

    /// What the text says. Whether it is right only a recount tells.
    ///
    /// # Errors
    /// Another grammar.
    pub fn decode(bytes: &[u8]) -> Result<Self, GrammarError> {
        let mut lines = Lines::new(bytes, usize::MAX)?;
        if lines.next_line()? != "fanfare-tally/v1" {
            return Err(lines.error("not a tally"));
        }
        let log = lines.take("log")?;
        let words = lines.words("ballots")?;
        let ballots = Counts::read(&lines, words)?;
        let mut answers = Vec::new();
        while !lines.is_empty() {
            let [question, client, server, void, answer] = lines.words("answer")?;
            answers.push(AnswerCount {
                question: lines.value(question)?,
                counts: Counts::read(&lines, [client, server, void])?,
                answer: read_bytes(answer).ok_or(lines.error("base64, or - for zero bytes"))?,
            });
        }
        Ok(Self { log, ballots, answers })
    }
}

impl Counts {
    fn words(&self) -> [String; 3] {
        [self.client.write(), self.server.write(), self.void.write()]
    }

    fn read(lines: &Lines<'_>, [client, server, void]: [&str; 3]) -> Result<Self, GrammarError> {
        Ok(Self { client: lines.value(client)?, server: lines.value(server)?, void: lines.value(void)? })
    }
}

/// Base64, `-` for zero bytes.
pub(crate) fn write_bytes(bytes: &[u8]) -> String {
    if bytes.is_empty() { "-".to_owned() } else { BASE64.encode(bytes) }
}

/// Base64, `-` for zero bytes.
pub(crate) fn read_bytes(text: &str) -> Option<Vec<u8>> {
    if text == "-" { Some(Vec::new()) } else { from_base64(text).filter(|bytes| !bytes.is_empty()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_definition_names_its_questions() {
        let questions = definition_questions(
            "fanfare-definition/v1\nquestion taste choice\nquestion why text\n\n{\"è\"}\n".as_bytes(),
        );
        let questions = questions.unwrap();
        assert_eq!(
            questions.iter().map(|q| (q.id.as_str(), q.kind)).collect::<Vec<_>>(),
            [("taste", AnswerKind::Choice), ("why", AnswerKind::Text)]
        );
        for bad in [
            "fanfare-definition/v1\nquestion taste choice\n",
            "fanfare-definition/v2\n\n",
            "fanfare-definition/v1\nquestion taste choice\nquestion taste text\n\n",
            "fanfare-definition/v1\nquestion taste number\n\n",
            "\n\nfanfare-definition/v1\n\n",
        ] {
            assert!(definition_questions(bad.as_bytes()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn zero_bytes_have_one_spelling() {
        assert_eq!(read_bytes("-").unwrap(), b"");
        assert_eq!(read_bytes(""), None);
        assert_eq!(write_bytes(b""), "-");
    }
}
