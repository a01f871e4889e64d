//! What only a board has: ideas and their authors, support, merges, phases.

use std::collections::BTreeMap;

use super::refusal::{Checked, LeafRefusal, refuse};
use super::step::Step;
use crate::ids::HolderTag;
use crate::log::leaf::{Body, Code, Custody, Edit, Held, Merge, SupportState};

/// A board's ideas and support so far.
#[derive(Debug, Clone, Default)]
pub struct BoardState {
    /// Whether the tag votes; else it is an author's. A person has two.
    votes: BTreeMap<HolderTag, bool>,
    ideas: BTreeMap<Code, Idea>,
    support: BTreeMap<HolderTag, Vec<SupportAt>>,
    phase: u64,
}

/// An idea's supporters: each voter once, merged ideas included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdeaCount {
    /// The idea.
    pub subject: String,
    /// Voters who held their keys themselves.
    pub client: u64,
    /// Voters whose keys the server held.
    pub server: u64,
}

#[derive(Debug, Clone)]
struct Idea {
    author: HolderTag,
    merged_into: Option<Code>,
}

#[derive(Debug, Clone)]
struct SupportAt {
    index: u64,
    subject: Code,
    on: bool,
    custody: Custody,
}

impl BoardState {
    /// Whether this act is a vote, by a tag that may vote.
    pub(super) fn check_role(&self, holder: HolderTag, act: &Body) -> Result<bool, LeafRefusal> {
        let vote = matches!(act, Body::Support(_));
        if self.votes.get(&holder).is_some_and(|votes| *votes != vote) {
            refuse(Step::Holders, "a tag is an author's or a voter's")?;
        }
        Ok(vote)
    }

    pub(super) fn take(&mut self, index: u64, held: &Held, act: &Body) -> Checked {
        match (act, held.holder) {
            (Body::Idea(idea), _) if self.ideas.contains_key(&idea.subject) => {
                return refuse(Step::Board, "a new idea has a new subject");
            }
            (Body::Idea(idea), author) => {
                self.ideas.insert(idea.subject.clone(), Idea { author, merged_into: None });
            }
            (Body::Edit(edit), author) => self.check_edit(edit, author)?,
            (Body::Comment(comment), _) => self.check_known(&comment.subject)?,
            (Body::Support(support), voter) => {
                self.check_known(&support.subject)?;
                let (subject, custody) = (support.subject.clone(), held.custody);
                let at = SupportAt { index, subject, on: support.state == SupportState::On, custody };
                self.support.entry(voter).or_default().push(at);
            }
            _ => return refuse(Step::Place, "not a leaf of this kind of activity"),
        }
        self.votes.insert(held.holder, matches!(act, Body::Support(_)));
        Ok(())
    }

    /// What staff says.
    pub(super) fn speak(&mut self, body: &Body) -> Checked {
        // A tuple, so that the last arm may stand for all the other kinds' leaves.
        match (body, self.phase) {
            (Body::Hide(moderation) | Body::Show(moderation), _) => self.check_known(&moderation.subject),
            (Body::Decision(decision), _) => self.check_known(&decision.subject),
            (Body::Merge(merge), _) => self.merge(merge),
            (Body::Unmerge(merge), _) => self.unmerge(merge),
            (Body::Phase(phase), last) if phase.phase == last + 1 => {
                self.phase = phase.phase;
                Ok(())
            }
            (Body::Phase(_), _) => refuse(Step::Board, "phases are numbered 1, 2, …"),
            _ => refuse(Step::Place, "not a leaf of this kind of activity"),
        }
    }

    fn check_known(&self, subject: &Code) -> Checked {
        if self.ideas.contains_key(subject) { Ok(()) } else { refuse(Step::Board, "an unknown subject") }
    }

    fn check_edit(&self, edit: &Edit, author: HolderTag) -> Checked {
        match self.ideas.get(&edit.subject) {
            None => refuse(Step::Board, "an unknown subject"),
            Some(idea) if idea.author != author => refuse(Step::Board, "only the author edits"),
            Some(_) => Ok(()),
        }
    }

    fn merge(&mut self, Merge { from, into, .. }: &Merge) -> Checked {
        self.check_known(from)?;
        self.check_known(into)?;
        let merged = |code| self.ideas.get(code).is_some_and(|idea| idea.merged_into.is_some());
        if from == into || merged(from) || merged(into) {
            return refuse(Step::Board, "two different ideas, neither merged");
        }
        if let Some(idea) = self.ideas.get_mut(from) {
            idea.merged_into = Some(into.clone());
        }
        Ok(())
    }

    fn unmerge(&mut self, Merge { from, into, .. }: &Merge) -> Checked {
        match self.ideas.get_mut(from) {
            Some(idea) if idea.merged_into.as_ref() == Some(into) => {
                idea.merged_into = None;
                Ok(())
            }
            Some(_) | None => refuse(Step::Board, "no such merge is in force"),
        }
    }

    /// The idea that stands for this one: itself, or where its merges lead. Only ideas that are not merged are
    /// joined, so the chain has an end.
    fn stands_for<'a>(&'a self, mut subject: &'a Code) -> &'a Code {
        while let Some(into) = self.ideas.get(subject).and_then(|idea| idea.merged_into.as_ref()) {
            subject = into;
        }
        subject
    }

    /// Support of the ideas that stand on their own: each voter once, under the custody of the last leaf that says so.
    pub fn count(&self, is_void: &dyn Fn(u64) -> bool) -> Vec<IdeaCount> {
        let mut counts: BTreeMap<&Code, (u64, u64)> = BTreeMap::new();
        for (code, _) in self.ideas.iter().filter(|(_, idea)| idea.merged_into.is_none()) {
            counts.insert(code, (0, 0));
        }
        for leaves in self.support.values() {
            // The voter's last word on each idea, then the last `on` for each idea that stands.
            let mut words: BTreeMap<&Code, &SupportAt> = BTreeMap::new();
            for at in leaves.iter().filter(|at| !is_void(at.index)) {
                words.insert(&at.subject, at);
            }
            let mut supported: BTreeMap<&Code, &SupportAt> = BTreeMap::new();
            for at in words.into_values().filter(|at| at.on) {
                let last = supported.entry(self.stands_for(&at.subject)).or_insert(at);
                *last = if at.index > last.index { at } else { *last };
            }
            for (code, at) in supported {
                let (client, server) = counts.entry(code).or_default();
                match at.custody {
                    Custody::Client => *client += 1,
                    Custody::Server => *server += 1,
                }
            }
        }
        let count =
            |(code, (client, server)): (&Code, _)| IdeaCount { subject: code.to_string(), client, server };
        counts.into_iter().map(count).collect()
    }
}
