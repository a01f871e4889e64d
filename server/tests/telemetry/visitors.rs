//! Visitors who bring something recognisable wherever something can be brought, to every route there is.

use fanfare_shared::ids::{ActivityId, LockKey};
use fanfare_shared::log::commitment;
use fanfare_shared::log::hash::Hash;
use serde_json::{Value, json};

use crate::secrets::{Reach, Secret};
use crate::server::{Answer, Server};

pub(crate) const POLL: &str = "svxf4gt2yvqr2g2edjnppks6ky";
const EMAIL: &str = "rosa.bianchi@posta.example";
const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
/// What a browser and a proxy say of a person, and what somebody else may forge.
const HEADERS: [(&str, &str); 10] = [
    ("x-forwarded-for", "203.0.113.77"),
    ("x-real-ip", "203.0.113.78"),
    ("forwarded", "for=203.0.113.79"),
    ("user-agent", "Browser-di-Rosa/77.1"),
    ("cookie", "sid=biscotto-di-rosa"),
    ("referer", "https://rosa.example/diario"),
    ("x-request-id", "numero-di-rosa"),
    ("last-event-id", "evento-di-rosa"),
    ("if-none-match", "\"etichetta-di-rosa\""),
    ("accept-language", "it-rosa"),
];
const WRONG_TOKEN: &str = "Bearer chiave-di-rosa-sbagliata";

pub(crate) struct Visitors<'a> {
    server: &'a Server,
    pub(crate) secrets: Vec<Secret>,
}

impl<'a> Visitors<'a> {
    pub(crate) fn new(server: &'a Server) -> Self {
        let mut visitors = Self { server, secrets: Vec::new() };
        visitors.keep("the owner's token", &server.owner, Reach::Nobody);
        visitors.keep("an address of e-mail", EMAIL, Reach::Nobody);
        visitors.keep("a wrong token", WRONG_TOKEN.trim_start_matches("Bearer "), Reach::Nobody);
        for (name, value) in HEADERS {
            visitors.keep(name, value.trim_start_matches("for=").trim_matches('"'), Reach::Nobody);
        }
        visitors
    }

    fn keep(&mut self, what: &str, value: &str, reach: Reach) {
        self.secrets.push(Secret { what: what.to_owned(), value: value.to_owned(), reach });
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let all: Vec<_> = HEADERS.iter().chain(headers).copied().collect();
        self.server.send(method, path, &all, body)
    }

    fn secret(&mut self, what: &str, number: u32, reach: Reach) -> String {
        let value = Hash::of(format!("{what} {number}").as_bytes()).to_hex();
        self.keep(&format!("{what} {number}"), &value, reach);
        value
    }

    fn act(&mut self, key: &str, body: &Value) -> Answer {
        self.keep(&format!("the key {key}"), key, Reach::Nobody);
        let path = format!("/api/v1/activities/{POLL}/acts");
        self.send("POST", &path, &[JSON, ("idempotency-key", key)], &body.to_string())
    }

    /// Twelve ballots, one changed, one withdrawn, one repeated, one person forgotten; and what is refused.
    pub(crate) fn vote(&mut self) {
        let activity: ActivityId = POLL.parse().unwrap();
        for number in 0..12 {
            let participant = self.secret("participant", number, Reach::Nobody);
            // The keys of the first two are shown to change and to withdraw: the log carries them from then on.
            let reach = if number < 2 { Reach::Public } else { Reach::Nobody };
            let key = self.secret("lock key", number, reach);
            let lock = commitment::lock(&activity, &key.parse::<LockKey>().unwrap()).to_hex();
            let body = json!({"act": "ballot", "participant": participant, "answers": {"gusto": "pistacchio"},
                "lock": lock});
            let name = format!("chiave-di-rosa-{number:04}");
            let reply = self.act(&name, &body);
            assert_eq!(reply.status, 201, "{}", reply.text());
            let reply = reply.json();
            self.keep("a tag of a holder", reply["holder"].as_str().unwrap(), Reach::Public);
            self.keep("a token for results", reply["results_token"].as_str().unwrap(), Reach::Nobody);
            match number {
                0 => {
                    let lock = commitment::lock(
                        &activity,
                        &self.secret("lock key", 100, Reach::Nobody).parse().unwrap(),
                    );
                    let change = json!({"act": "ballot", "participant": participant, "answers": {"gusto": "limone"},
                        "lock": lock.to_hex(), "unlock": key});
                    assert_eq!(self.act("cambio-di-rosa-0000", &change).status, 201);
                }
                1 => {
                    let withdrawal = json!({"act": "withdraw", "participant": participant, "unlock": key});
                    assert_eq!(self.act("ritiro-di-rosa-0001", &withdrawal).status, 201);
                }
                2 => assert_eq!(self.act(&name, &body).status, 200),
                _ => {}
            }
        }
        self.keep("an answer", "pistacchio", Reach::Public);
        self.refused();
    }

    fn refused(&mut self) {
        let [person, key] = [("participant", 0), ("wrong key", 0)]
            .map(|(what, number)| self.secret(what, number, Reach::Nobody));
        for (at, body) in [
            json!({"act": "ballot", "participant": person, "answers": {"gusto": EMAIL}}),
            json!({"act": "ballot", "participant": person, "answers": {EMAIL: "fico"}}),
            json!({"act": "ballot", "participant": EMAIL, "answers": {}, "lock": EMAIL, "unlock": EMAIL}),
            json!({"act": "ballot", "participant": person, "answers": {"gusto": "fico"}, "unlock": key}),
            json!({"act": EMAIL}),
            json!({EMAIL: EMAIL}),
            json!(EMAIL),
        ]
        .iter()
        .enumerate()
        {
            let reply = self.act(&format!("rifiuto-di-rosa-{at:04}"), body);
            assert!((400..500).contains(&reply.status), "{body}: {}", reply.text());
        }
        assert_eq!(
            self.act("chiave-di-rosa-0003", &json!({"act": "ballot", "answers": {"gusto": "fico"}})).status,
            422
        );
        assert_eq!(self.act(EMAIL, &json!({"act": "ballot", "answers": {"gusto": "fico"}})).status, 400);
    }

    /// What people ask about themselves, as JSON, as forms and as pages. Gives what only they may read.
    pub(crate) fn ask_about_themselves(&mut self) -> Vec<u8> {
        let person = |number: u32| Hash::of(format!("participant {number}").as_bytes()).to_hex();
        let mut private = Vec::new();
        for what in ["acts", "export"] {
            let path = format!("/api/v1/participants/{what}");
            let (json, form) =
                (json!({"participant": person(3)}).to_string(), format!("participant={}", person(3)));
            for (kind, body) in [(JSON, json), (FORM, form)] {
                private.extend(self.send("POST", &path, &[kind], &body).bytes);
            }
        }
        private
            .extend(self.send("POST", "/c/aurora/you", &[FORM], &format!("participant={}", person(3))).bytes);
        let page = format!("/c/aurora?me={}&done=chiave-di-rosa-0003", person(3));
        private.extend(self.send("GET", &page, &[], "").bytes);
        let token = self.secrets.iter().find(|secret| secret.what == "a token for results").unwrap();
        for path in ["/api/v1/activities/{id}/tally?token={token}", "/api/v1/live?activities={id}~{token}"] {
            let path = path.replace("{id}", POLL).replace("{token}", &token.value);
            assert_eq!(self.server.open("GET", &path, &HEADERS, "").status(), 200);
        }
        let form = format!("participant={}&key=modulo-di-rosa-0001&act=ballot&q.gusto=fico", person(200));
        self.secret("participant", 200, Reach::Nobody);
        self.keep("the key of a form", "modulo-di-rosa-0001", Reach::Nobody);
        let acts = format!("/api/v1/activities/{POLL}/acts");
        assert_eq!(self.send("POST", &acts, &[FORM], &form).status, 303);
        let erase = self.send(
            "POST",
            "/api/v1/participants/erase",
            &[JSON],
            &json!({"participant": person(4)}).to_string(),
        );
        assert!((200..300).contains(&erase.status), "{}", erase.text());
        private
    }

    /// What people write to the team, and the page on which they read the answer. Gives what only they may read.
    pub(crate) fn write_to_the_team(&mut self) -> Vec<u8> {
        let sent = [
            ("a message", "text", "diario segreto di Rosa"),
            ("a name", "name", "Rosa Bianchi"),
            ("an address of a letter", "email", "lettere@rosa.example"),
        ];
        let mut body = json!({"kind": "message", "lang": "it"});
        for (what, field, value) in sent {
            self.keep(what, value, Reach::Nobody);
            body[field] = value.into();
        }
        self.keep("the key of a message", "messaggio-di-rosa-01", Reach::Nobody);
        let headers = [JSON, ("idempotency-key", "messaggio-di-rosa-01")];
        let reply = self.send("POST", "/api/v1/campaigns/aurora/messages", &headers, &body.to_string());
        assert_eq!(reply.status, 201, "{}", reply.text());
        let link = reply.json()["link"].as_str().unwrap().to_owned();
        let token = link.rsplit('/').next().unwrap();
        self.keep("the way to a conversation", token, Reach::Nobody);
        let page = format!("/m/{token}");
        let more = self.send("POST", &page, &[FORM], "act=write&text=altro+segreto+di+Rosa");
        self.keep("a further message", "altro segreto di Rosa", Reach::Nobody);
        assert_eq!(more.status, 303, "{}", more.text());
        self.send("GET", &page, &[], "").bytes
    }

    /// Every route, with something of a person in every place: path, query, headers, each field of a body.
    pub(crate) fn knock_everywhere(&self, document: &Value) {
        let authorization =
            [("authorization", WRONG_TOKEN), ("idempotency-key", EMAIL), ("origin", "https://rosa.example")];
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let mut known = path.clone();
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    let name = format!("{{{}}}", parameter["name"].as_str().unwrap());
                    known = known.replace(&name, parameter["example"].as_str().unwrap_or(EMAIL));
                }
                let mut strange = String::new();
                for part in path.split_inclusive('/') {
                    strange += if part.starts_with('{') { "rosa.bianchi@posta.example/" } else { part };
                }
                for path in [known, strange.trim_end_matches('/').to_owned()] {
                    self.knock(&method.to_uppercase(), &path, &authorization);
                }
            }
        }
        for path in crate::privacy::PAGES {
            let path = path.replace("{campaign}", "aurora").replace("{name}", EMAIL).replace("{page}", EMAIL);
            let path = path.replace("{token}", EMAIL);
            self.knock("GET", &path, &authorization);
            self.knock("POST", &path, &authorization);
        }
        self.knock("GET", &format!("/{EMAIL}"), &authorization);
        self.knock("ROSA-BIANCHI", "/c/aurora", &authorization);
    }

    fn knock(&self, method: &str, path: &str, headers: &[(&str, &str)]) {
        let query = ["lang", "me", "done", "erased", "token", "activities", "origin"]
            .map(|name| format!("{name}={EMAIL}"));
        let path = format!("{path}?{}", query.join("&"));
        if matches!(method, "GET" | "ROSA-BIANCHI") {
            self.send(method, &path, headers, "");
            return;
        }
        let fields =
            ["act", "participant", "lock", "unlock", "key", "lang", "reply", "q.gusto", "campaign", EMAIL];
        let form: Vec<String> = fields.iter().map(|name| format!("{name}={EMAIL}")).collect();
        let json: serde_json::Map<_, _> =
            fields.iter().map(|name| ((*name).to_owned(), EMAIL.into())).collect();
        for (kind, body) in [
            (FORM, form.join("&")),
            (JSON, Value::from(json).to_string()),
            (("content-type", EMAIL), EMAIL.to_owned()),
        ] {
            let headers: Vec<_> = headers.iter().chain([&kind]).copied().collect();
            self.send(method, &path, &headers, &body);
        }
    }
}
