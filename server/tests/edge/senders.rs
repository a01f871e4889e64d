//! Who sends, and how much one of them may.

use crate::http::{Connection, Reply, exchange, vote};
use crate::program::{Program, until};

/// Few writes an hour, so that no machine is too slow to meet the limit.
const STRICT: [(&str, &str); 3] =
    [("LIMITS__WRITES_PER_SECOND", "1"), ("LIMITS__WRITES_BURST", "3"), ("LOG__FILTER", "debug")];

fn key(number: u32) -> String {
    format!("sender-key-{number:08}")
}

/// Votes of one sender until the limit answers.
fn until_limited(program: &Program, headers: &str) -> Reply {
    for number in 0..50 {
        let reply = vote(program.address, &key(number), headers).unwrap();
        if reply.status == 429 {
            return reply;
        }
        assert!(matches!(reply.status, 200 | 201), "{reply:?}");
    }
    panic!("no limit");
}

#[test]
fn an_address_that_writes_too_often_is_told_when_to_come_back_and_then_taken() {
    let program = Program::start(&STRICT);
    let reply = until_limited(&program, "Origin: http://localhost:8081\r\n");
    assert_eq!(reply.problem(), "rate-limited");
    assert_eq!(reply.header("retry-after"), "1");
    // A page on another origin may read that header.
    assert!(reply.header("access-control-expose-headers").starts_with("retry-after"));
    assert_eq!(reply.header("access-control-allow-origin"), "http://localhost:8081");
    // A browser that sent a form is shown a page.
    let page = until_limited(&program, "Accept: text/html,*/*\r\nAccept-Language: it\r\n");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(String::from_utf8_lossy(&page.body).contains("dalla tua rete"));
    // Reading goes on, and so does writing after a while.
    assert_eq!(Connection::open(program.address).get("/c/aurora").status, 200);
    until("taken again", || vote(program.address, &key(99), "").unwrap().status == 201);
}

#[test]
fn behind_a_proxy_each_visitor_is_limited_alone_and_cannot_pretend_to_be_another() {
    let program = Program::start(&[&STRICT[..], &[("SERVER__PROXIES", "1")]].concat());
    until_limited(&program, "X-Forwarded-For: 203.0.113.9\r\n");
    let forged = vote(program.address, &key(70), "X-Forwarded-For: 198.51.100.1, 203.0.113.9\r\n");
    assert_eq!(forged.unwrap().status, 429);
    let forged = "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 203.0.113.9\r\n";
    assert_eq!(vote(program.address, &key(70), forged).unwrap().status, 429);
    let other = vote(program.address, &key(71), "X-Forwarded-For: 203.0.113.10\r\n");
    assert_eq!(other.unwrap().status, 201);
    // Not even the most talkative log has an address in it.
    let log = program.log();
    assert!(log.contains("request") && !log.contains("203.0.113"), "{log}");
}

#[test]
fn without_a_proxy_nobody_is_believed_who_says_that_they_are_one() {
    let program = Program::start(&STRICT);
    until_limited(&program, "X-Forwarded-For: 203.0.113.9\r\n");
    let reply = vote(program.address, &key(70), "X-Forwarded-For: 203.0.113.10\r\n");
    assert_eq!(reply.unwrap().status, 429);
}

#[test]
fn campaign_documents_have_a_bucket_of_their_own() {
    let program = Program::start(&[("LIMITS__DOCUMENTS_PER_MINUTE", "1")]);
    let put = format!(
        "PUT /api/v1/campaigns/aurora HTTP/1.1\r\nHost: fan.example\r\nConnection: close\r\n\
         Authorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}",
        program.token
    );
    assert_eq!(exchange(program.address, put.as_bytes())[0].status, 400);
    assert_eq!(exchange(program.address, put.as_bytes())[0].problem(), "rate-limited");
    assert_eq!(vote(program.address, &key(1), "").unwrap().status, 201);
}

#[test]
fn one_address_cannot_take_all_connections_unless_it_is_a_proxys() {
    let program = Program::start(&[("LIMITS__CONNECTIONS_EACH", "3")]);
    let mut held: Vec<_> = (0..3).map(|_| Connection::open(program.address)).collect();
    assert!(held.iter_mut().all(|connection| connection.get("/healthz").status == 200));
    assert!(Connection::open(program.address).is_closed());
    held.pop();
    until("a seat given back", || {
        let mut connection = Connection::open(program.address);
        connection.send("GET /healthz HTTP/1.1\r\n\r\n").is_ok() && connection.reply().is_some()
    });

    let program = Program::start(&[("LIMITS__CONNECTIONS_EACH", "3"), ("SERVER__PROXIES", "1")]);
    let mut held: Vec<_> = (0..10).map(|_| Connection::open(program.address)).collect();
    assert!(held.iter_mut().all(|connection| connection.get("/healthz").status == 200));
}

#[test]
fn past_the_number_of_connections_others_wait_and_are_served() {
    let program = Program::start(&[("LIMITS__CONNECTIONS", "2"), ("LIMITS__IDLE_SECONDS", "1")]);
    let mut held: Vec<_> = (0..2).map(|_| Connection::open(program.address)).collect();
    held.iter_mut().for_each(|connection| assert_eq!(connection.get("/healthz").status, 200));
    // Served as soon as one of the two was idle for too long.
    assert_eq!(Connection::open(program.address).get("/healthz").status, 200);
}

#[test]
fn without_a_file_handle_left_it_says_so_and_goes_on_when_there_is_one() {
    // The store takes some 20; connections get what is left.
    let program = Program::start_with_files(64);
    let held: Vec<_> = (0..80).map(|_| Connection::open(program.address)).collect();
    until("the log says so", || program.log().contains("no connection can be accepted"));
    drop(held);
    assert_eq!(Connection::open(program.address).get("/healthz").status, 200);
}
