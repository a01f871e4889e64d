//! Visitors with clients that keep keys, never give up on most acts, and log every attempt.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use fanfare_shared::ids::{ActivityId, LockKey};
use fanfare_shared::log::commitment;
use fanfare_shared::log::hash::Hash;
use serde_json::{Value, json};

use crate::server::{POLL, agent};

const OPTIONS: [&str; 4] = ["pistacchio", "fico", "limone", "cioccolato"];

/// What came of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Acknowledged; the reply.
    Success(Value),
    /// Certainly not taken.
    Refused(String),
    /// Cut off, or answered with "not known".
    Unknown,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub key: String,
    /// Names the act in the log: no two acts share one.
    pub lock: String,
    pub option: &'static str,
    pub outcome: Outcome,
}

impl Attempt {
    pub fn succeeded(&self) -> bool {
        matches!(self.outcome, Outcome::Success(_))
    }
}

pub struct Client {
    number: u32,
    address: String,
    agent: ureq::Agent,
    acts: u32,
}

impl Client {
    pub fn new(number: u32, base: String) -> Self {
        let address = format!("{base}/api/v1/activities/{POLL}/acts");
        Self { number, address, agent: agent(), acts: 0 }
    }

    /// One visitor after the other, each with one to three ballots, until told to stop.
    pub fn run(mut self, stop: &AtomicBool, report: &Sender<Attempt>) {
        for visitor in 0.. {
            let participant = self.secret(&format!("visitor {visitor}"));
            let mut last: Option<LockKey> = None;
            for _ in 0..1 + visitor % 3 {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let Some(key) = self.ballot(&participant, last, stop, report) else { break };
                last = Some(key);
            }
        }
    }

    /// One ballot, asked for again with the same key until it is settled. Gives the key of its lock where it succeeded.
    fn ballot(
        &mut self,
        participant: &str,
        unlock: Option<LockKey>,
        stop: &AtomicBool,
        report: &Sender<Attempt>,
    ) -> Option<LockKey> {
        self.acts += 1;
        let activity: ActivityId = POLL.parse().unwrap();
        let own: LockKey = self.secret(&format!("key {}", self.acts)).parse().unwrap();
        let lock = commitment::lock(&activity, &own).to_hex();
        let option = OPTIONS[(self.acts as usize + self.number as usize) % 4];
        let key = format!("client-{:04}-act-{:08}", self.number, self.acts);
        let mut body =
            json!({"act": "ballot", "participant": participant, "answers": {"gusto": option}, "lock": lock});
        if let Some(unlock) = unlock {
            body["unlock"] = unlock.to_hex().into();
        }
        // Every seventh visitor gives up at once, so that unknown outcomes stay unknown.
        let gives_up = self.acts.is_multiple_of(7);
        loop {
            let outcome = self.post(&key, &body);
            let attempt = Attempt { key: key.clone(), lock: lock.clone(), option, outcome: outcome.clone() };
            report.send(attempt).ok()?;
            match outcome {
                Outcome::Success(_) => {
                    // Asked again, it is the same act and the same receipt.
                    if self.acts.is_multiple_of(5) {
                        let outcome = self.post(&key, &body);
                        report
                            .send(Attempt { key: key.clone(), lock: lock.clone(), option, outcome })
                            .ok()?;
                    }
                    return Some(own);
                }
                Outcome::Refused(slug) if !["busy", "not-ready"].contains(&slug.as_str()) => {
                    panic!("{key} was refused: {slug}");
                }
                Outcome::Refused(_) | Outcome::Unknown => {
                    if gives_up || stop.load(Ordering::SeqCst) {
                        return None;
                    }
                    // The server is down at the moment: no use in asking as fast as the machine can.
                    std::thread::park_timeout(Duration::from_millis(5));
                }
            }
        }
    }

    fn post(&self, key: &str, body: &Value) -> Outcome {
        let request = self.agent.post(&self.address).header("Idempotency-Key", key);
        let request = request.header("Content-Type", "application/json");
        let Ok(mut reply) = request.send(body.to_string()) else { return Outcome::Unknown };
        let Ok(text) = reply.body_mut().read_to_string() else { return Outcome::Unknown };
        let Ok(value) = serde_json::from_str::<Value>(&text) else { return Outcome::Unknown };
        match reply.status().as_u16() {
            200 | 201 => Outcome::Success(value),
            _ if value["slug"] == "outcome-unknown" => Outcome::Unknown,
            _ => Outcome::Refused(value["slug"].as_str().unwrap_or("?").to_owned()),
        }
    }

    fn secret(&self, what: &str) -> String {
        Hash::of(format!("client {} {what}", self.number).as_bytes()).to_hex()
    }
}
