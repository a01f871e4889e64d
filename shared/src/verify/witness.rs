//! The time of a seal: did enough of the policy's witnesses see it in the registry before the numbers were out?
//!
//! Policies are C2SP tlog-policy. Only witnesses that the verifier itself pins count.

use std::collections::BTreeMap;

use super::Trust;
use super::documents::Documents;
use super::drawn::latest;
use super::log_state::LogState;
use super::report::Report;
use super::step::{Status, Step};
use crate::log::checkpoint::Checkpoint;
use crate::log::note::{Algorithm, Note, NoteError, Signed, VerifierKey};

/// Witnesses and groups by name, and the one that decides.
struct Policy {
    members: BTreeMap<String, Member>,
    quorum: Option<String>,
}

enum Member {
    Witness(VerifierKey),
    Group { need: usize, members: Vec<String> },
}

/// Pinned witnesses' signatures hold wherever they stand; a contest with a policy has its quorum in time. Whether
/// witnesses so prove the time of the seal.
pub(super) fn check(
    notes: &[(String, Checkpoint)],
    key: &[u8; 32],
    seal: Option<u64>,
    state: &LogState,
    documents: &Documents<'_>,
    trust: &Trust,
    report: &mut Report,
) -> bool {
    let mut cosigned = Vec::new();
    for (note, checkpoint) in notes {
        match note.parse::<Note>().and_then(|note| note.verify(&trust.witnesses)) {
            Ok(signed) => cosigned.push((checkpoint, signed)),
            Err(NoteError::NotSigned) => {}
            Err(error) => report.fail(Step::Witness, format!("checkpoint {}: {error}", checkpoint.size)),
        }
    }
    let (Some(contest), Some(rules)) = (state.contest(), state.rules()) else { return false };
    let Some(hash) = rules.witness_policy else {
        report.note(Step::Witness, Status::Ok, "no policy: no witness proves the time of the seal");
        return false;
    };
    let Some(text) = documents.get(&hash) else {
        report.missing(Step::Witness, "the policy is not there");
        return false;
    };
    let Some(policy) = Policy::parse(text) else {
        report.fail(Step::Witness, "the policy cannot be read");
        return false;
    };
    if policy.quorum.is_none() {
        report.note(Step::Witness, Status::Ok, "the policy asks for nobody, which proves nothing");
        return false;
    }
    let latest = latest(contest.rules().beacon.round).0;
    // The operator's own word is what witnesses are there to replace.
    let in_time = |signed: &Signed| signed.key.key() != key && signed.time.is_some_and(|time| time <= latest);
    let seen = cosigned.iter().any(|(checkpoint, signed)| {
        let keys: Vec<&VerifierKey> = signed.iter().filter(|s| in_time(s)).map(|s| &s.key).collect();
        seal.is_some_and(|seal| checkpoint.size > seal) && policy.satisfied(&keys)
    });
    if seen {
        report.ok(Step::Witness);
    } else {
        report.missing(Step::Witness, "the policy's quorum of pinned witnesses did not see the seal in time");
    }
    seen
}

impl Policy {
    fn parse(text: &str) -> Option<Self> {
        let mut policy = Self { members: BTreeMap::new(), quorum: None };
        let mut quorum_seen = false;
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            match words.as_slice() {
                ["log", _] | ["log", _, _] => {}
                ["witness", name, key] | ["witness", name, key, _] => {
                    let key: VerifierKey = key.parse().ok()?;
                    if key.algorithm() != Algorithm::Cosignature {
                        return None;
                    }
                    policy.add(name, Member::Witness(key))?;
                }
                ["group", name, need, members @ ..] => {
                    let need = match *need {
                        "all" => members.len(),
                        "any" => 1,
                        count => count.parse().ok()?,
                    };
                    // Members stand above, so groups cannot contain each other.
                    let known = members.iter().all(|member| policy.members.contains_key(*member));
                    if !known || need == 0 || need > members.len() {
                        return None;
                    }
                    let members = members.iter().map(ToString::to_string).collect();
                    policy.add(name, Member::Group { need, members })?;
                }
                ["quorum", name] if !quorum_seen => {
                    quorum_seen = true;
                    if *name != "none" {
                        policy.members.get(*name)?;
                        policy.quorum = Some((*name).to_owned());
                    }
                }
                _ => return None,
            }
        }
        if quorum_seen { Some(policy) } else { None }
    }

    fn add(&mut self, name: &str, member: Member) -> Option<()> {
        if name == "none" || self.members.contains_key(name) {
            return None;
        }
        self.members.insert(name.to_owned(), member);
        Some(())
    }

    fn satisfied(&self, keys: &[&VerifierKey]) -> bool {
        self.quorum.as_ref().is_some_and(|name| self.member(name, keys))
    }

    fn member(&self, name: &str, keys: &[&VerifierKey]) -> bool {
        match self.members.get(name) {
            None => false,
            Some(Member::Witness(key)) => keys.contains(&key),
            Some(Member::Group { need, members }) => {
                members.iter().filter(|member| self.member(member, keys)).count() >= *need
            }
        }
    }
}
