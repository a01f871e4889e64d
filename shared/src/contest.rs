//! A contest, as a campaign document describes it: what can be won, how tickets are given, when and from what is drawn.
//!
//! What an entrant fills in is the activity's `questions`, like those of a poll. Local times are resolved by the server.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::Slug;
use crate::limits;
use crate::log::leaf::BeaconKind;
use crate::questions::{Fault, is_domain, text_faults};
use crate::text::Text;

/// The codes that every contest has: an entry by the widget, and one by post.
pub const ENTRY: &str = "entry";
/// An entry that came by post.
pub const AMOE: &str = "amoe";

/// A contest's part of an activity. Nothing of it can change once the activity is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Contest {
    /// When the winners are drawn: local time of the campaign or RFC 3339; absent: as soon after the close as may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<String>,
    /// What is drawn from: the public beacon drand, or this server's own, for demonstrations.
    #[serde(default = "drand")]
    pub beacon: BeaconKind,
    /// What can be won, the first drawn first.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
    pub prizes: Vec<Prize>,
    /// How many more are drawn, to move up where a winner is passed over.
    #[serde(default, deserialize_with = "crate::wire::whole")]
    #[cfg_attr(feature = "openapi", schema(maximum = 1000))]
    pub reserves: u64,
    /// How long a winner has to answer: an ISO 8601 duration of days and hours (`P7D`).
    #[serde(default = "a_week")]
    pub respond: String,
    /// Tickets of an entry, by widget or by post alike.
    #[serde(default = "one", deserialize_with = "crate::wire::whole")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_048_576))]
    pub tickets: u64,
    /// What gives more tickets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub bonuses: Vec<Bonus>,
    /// Most tickets of one person; absent: all that entry and bonuses give.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::wire::whole_if_any"
    )]
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub most_tickets: Option<u64>,
    /// Whoever has an e-mail address at one of these domains is staff and may not enter (`aurora.example`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub staff: Vec<String>,
    /// Who gets a prize that nobody takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charity: Option<Text>,
}

/// A prize.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Prize {
    /// How often it is given.
    #[serde(default = "one", deserialize_with = "crate::wire::whole")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_000))]
    pub count: u64,
    /// Its name.
    pub title: Text,
    /// A line about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
    /// What it is worth, as the official rules say it (`€ 899`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A reason that gives more tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Bonus {
    /// Its code, as leaves name it.
    pub code: Slug,
    /// Tickets for each time.
    #[serde(deserialize_with = "crate::wire::whole")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_048_576))]
    pub tickets: u64,
    /// How often one person gets them.
    #[serde(default = "one", deserialize_with = "crate::wire::whole")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    pub most: u64,
}

const fn drand() -> BeaconKind {
    BeaconKind::Drand
}

fn a_week() -> String {
    "P7D".to_owned()
}

const fn one() -> u64 {
    1
}

impl Contest {
    /// Most tickets of one person.
    #[must_use]
    pub fn per_holder_max(&self) -> u64 {
        let bonuses = self.bonuses.iter().map(|bonus| bonus.tickets.saturating_mul(bonus.most));
        self.most_tickets.unwrap_or_else(|| bonuses.fold(self.tickets, u64::saturating_add))
    }

    /// Faults of it, with JSON pointers inside the contest.
    #[must_use]
    pub fn faults(&self, languages: &[String]) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut bound = |pointer: String, n: u64, (low, high): (u64, u64)| {
            if !(low..=high).contains(&n) {
                faults.push((pointer, format!("from {low} to {high}")));
            }
        };
        bound("/prizes".to_owned(), self.prizes.len() as u64, (1, limits::PRIZES));
        bound("/reserves".to_owned(), self.reserves, (0, limits::RESERVES));
        bound("/tickets".to_owned(), self.tickets, (1, limits::TICKETS));
        bound("/bonuses".to_owned(), self.bonuses.len() as u64, (0, limits::BONUSES));
        for (i, prize) in self.prizes.iter().enumerate() {
            bound(format!("/prizes/{i}/count"), prize.count, (1, limits::PRIZE_COUNT));
        }
        for (i, bonus) in self.bonuses.iter().enumerate() {
            bound(format!("/bonuses/{i}/tickets"), bonus.tickets, (1, limits::TICKETS));
            bound(format!("/bonuses/{i}/most"), bonus.most, (1, limits::BONUS_MOST));
        }
        if let Some(most) = self.most_tickets {
            // Below an entry's own tickets nobody could enter.
            bound("/most_tickets".to_owned(), most, (self.tickets, u64::from(u32::MAX)));
        }
        for (i, prize) in self.prizes.iter().enumerate() {
            let at = format!("/prizes/{i}");
            faults.extend(text_faults(&format!("{at}/title"), &prize.title, languages));
            faults.extend(
                prize.text.iter().flat_map(|text| text_faults(&format!("{at}/text"), text, languages)),
            );
            if prize.value.as_ref().is_some_and(|value| value.chars().count() > limits::TEXT_CHARS) {
                faults.push((format!("{at}/value"), format!("at most {} characters", limits::TEXT_CHARS)));
            }
        }
        let mut codes = BTreeSet::from([ENTRY, AMOE]);
        for (i, bonus) in self.bonuses.iter().enumerate() {
            if !codes.insert(bonus.code.as_str()) {
                faults.push((format!("/bonuses/{i}/code"), format!("`{}` stands twice", bonus.code)));
            }
        }
        for (i, domain) in self.staff.iter().enumerate() {
            if !is_domain(domain) || domain.bytes().any(|byte| byte.is_ascii_uppercase()) {
                faults.push((format!("/staff/{i}"), "a domain such as `aurora.example`".to_owned()));
            }
        }
        faults.extend(self.charity.iter().flat_map(|text| text_faults("/charity", text, languages)));
        faults
    }

    /// Whether an e-mail address is one of the staff's.
    #[must_use]
    pub fn is_staff(&self, address: &str) -> bool {
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.staff.iter().any(|staff| domain == staff || domain.ends_with(&format!(".{staff}")))
    }
}

#[cfg(test)]
pub(crate) mod test {
    use super::*;

    /// A small well-formed contest.
    pub(crate) fn sample() -> Contest {
        serde_json::from_str(
            r#"{"beacon":"demo","reserves":2,"prizes":[{"title":{"en":"A bicycle"},"value":"€ 899"},
            {"count":2,"title":{"en":"A mug"}}],"bonuses":[{"code":"share","tickets":2,"most":3}],
            "staff":["aurora.example"]}"#,
        )
        .unwrap()
    }

    #[test]
    fn a_well_formed_contest_has_no_faults_and_fills_in_what_is_usual() {
        let contest = sample();
        assert_eq!(contest.faults(&["en".to_owned()]), []);
        assert_eq!((contest.respond.as_str(), contest.tickets, contest.per_holder_max()), ("P7D", 1, 7));
    }

    #[test]
    fn every_fault_is_named_at_once_with_its_place() {
        let mut contest = sample();
        contest.prizes[0].count = 0;
        contest.reserves = 5_000;
        contest.tickets = 3;
        contest.most_tickets = Some(2);
        contest.bonuses.push(contest.bonuses[0].clone());
        contest.bonuses[0].code = "amoe".parse().unwrap();
        contest.staff.push("@aurora.example".to_owned());
        let faults = contest.faults(&["en".to_owned(), "it".to_owned()]);
        let pointers: Vec<&str> = faults.iter().map(|(pointer, _)| pointer.as_str()).collect();
        let expected = [
            "/reserves",
            "/prizes/0/count",
            "/most_tickets",
            "/prizes/0/title/it",
            "/prizes/1/title/it",
            "/bonuses/0/code",
            "/staff/1",
        ];
        assert_eq!(pointers, expected);
    }

    #[test]
    fn staff_are_those_at_the_domain_or_below_it() {
        let contest = sample();
        assert!(contest.is_staff("anna@aurora.example") && contest.is_staff("anna@it.aurora.example"));
        assert!(!contest.is_staff("anna@notaurora.example") && !contest.is_staff("anna"));
    }
}
