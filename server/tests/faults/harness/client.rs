//! Visitors with clients that keep keys, never give up on most acts, and log every attempt.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use fanfare_shared::ids::{ActivityId, LockKey};
use fanfare_shared::log::commitment;
use fanfare_shared::log::hash::Hash;
use serde_json::{Value, json};

use super::server::{POLL, agent, pause};

const OPTIONS: [&str; 4] = ["pistacchio", "fico", "limone", "cioccolato"];

/// What came of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Acknowledged; the reply.
    Success(Value),
    /// Certainly not taken: the slug of the problem.
    Refused(String),
    /// Cut off, or answered with "not known".
    Unknown,
}

/// An act as a client keeps it, so that asking again is asking for the same.
#[derive(Debug, Clone)]
pub struct Asked {
    pub key: String,
    /// Names the act in the log: no two acts share one.
    pub lock: String,
    pub option: &'static str,
    pub body: String,
}

/// Something a client saw.
#[derive(Debug)]
pub enum Seen {
    /// One request, and how long it took.
    Attempt(Asked, Outcome, Duration),
    /// A checkpoint that the public is shown.
    Checkpoint(String),
}

/// The `n`-th first ballot of a client, with the key to its lock.
pub fn ballot(client: u32, n: u32, participant: &str, unlock: Option<LockKey>) -> (Asked, LockKey) {
    let activity: ActivityId = POLL.parse().unwrap();
    let own: LockKey = secret(client, &format!("key {n}")).parse().unwrap();
    let lock = commitment::lock(&activity, &own).to_hex();
    let option = OPTIONS[(n as usize + client as usize) % 4];
    let key = format!("client-{client:04}-act-{n:08}");
    let mut body =
        json!({"act": "ballot", "participant": participant, "answers": {"gusto": option}, "lock": lock});
    if let Some(unlock) = unlock {
        body["unlock"] = unlock.to_hex().into();
    }
    (Asked { key, lock, option, body: body.to_string() }, own)
}

/// Something only this client knows.
pub fn secret(client: u32, what: &str) -> String {
    Hash::of(format!("client {client} {what}").as_bytes()).to_hex()
}

/// Where acts go.
pub fn address(base: &str) -> String {
    format!("{base}/api/v1/activities/{POLL}/acts")
}

/// One request, once.
pub fn post(agent: &ureq::Agent, address: &str, asked: &Asked) -> Outcome {
    let request = agent.post(address).header("Idempotency-Key", &asked.key);
    let request = request.header("Content-Type", "application/json");
    let Ok(mut reply) = request.send(&asked.body) else { return Outcome::Unknown };
    let Ok(text) = reply.body_mut().read_to_string() else { return Outcome::Unknown };
    outcome(reply.status().as_u16(), &text)
}

/// What a reply means.
pub fn outcome(status: u16, body: &str) -> Outcome {
    let Ok(value) = serde_json::from_str::<Value>(body) else { return Outcome::Unknown };
    match status {
        200 | 201 => Outcome::Success(value),
        _ if value["slug"] == "outcome-unknown" => Outcome::Unknown,
        _ => Outcome::Refused(value["slug"].as_str().unwrap_or("?").to_owned()),
    }
}

/// One visitor's machine after the other.
pub struct Client {
    number: u32,
    base: String,
    agent: ureq::Agent,
    acts: u32,
}

impl Client {
    pub fn new(number: u32, base: String) -> Self {
        Self { number, base, agent: agent(), acts: 0 }
    }

    /// One visitor after the other, each with one to three ballots, until told to stop.
    pub fn run(mut self, stop: &AtomicBool, seen: &Sender<Seen>) {
        for visitor in 0.. {
            let participant = secret(self.number, &format!("visitor {visitor}"));
            let mut last: Option<LockKey> = None;
            for _ in 0..1 + visitor % 3 {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let Some(key) = self.vote(&participant, last, stop, seen) else { break };
                last = Some(key);
            }
        }
    }

    /// One ballot, asked for again with the same key until it is settled. Gives the key of its lock where it succeeded.
    fn vote(
        &mut self,
        participant: &str,
        unlock: Option<LockKey>,
        stop: &AtomicBool,
        seen: &Sender<Seen>,
    ) -> Option<LockKey> {
        self.acts += 1;
        let (asked, own) = ballot(self.number, self.acts, participant, unlock);
        // Every seventh visitor gives up at once, so that unknown outcomes stay unknown.
        let gives_up = self.acts.is_multiple_of(7);
        loop {
            match self.attempt(&asked, seen)? {
                Outcome::Success(_) => {
                    // Asked again, it is the same act and the same receipt.
                    if self.acts.is_multiple_of(5) {
                        self.attempt(&asked, seen)?;
                    }
                    if self.acts.is_multiple_of(11) {
                        self.look(seen);
                    }
                    return Some(own);
                }
                Outcome::Refused(slug) if !["busy", "not-ready"].contains(&slug.as_str()) => {
                    panic!("{} was refused: {slug}", asked.key);
                }
                Outcome::Refused(_) | Outcome::Unknown => {
                    if gives_up || stop.load(Ordering::SeqCst) {
                        return None;
                    }
                    // The server is down at the moment: no use in asking as fast as the machine can.
                    pause(10);
                }
            }
        }
    }

    /// One request, logged. None: nobody keeps the log any more.
    fn attempt(&self, asked: &Asked, seen: &Sender<Seen>) -> Option<Outcome> {
        let since = Instant::now();
        let outcome = post(&self.agent, &address(&self.base), asked);
        seen.send(Seen::Attempt(asked.clone(), outcome.clone(), since.elapsed())).ok()?;
        Some(outcome)
    }

    /// Looks at the log as the public does.
    fn look(&self, seen: &Sender<Seen>) {
        let reply = self.agent.get(format!("{}/log/a/{POLL}/checkpoint", self.base)).call();
        let Ok(mut reply) = reply else { return };
        if let Ok(note) = reply.body_mut().read_to_string()
            && reply.status() == 200
        {
            let _ = seen.send(Seen::Checkpoint(note));
        }
    }
}
