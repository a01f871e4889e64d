//! What does a start cost? It reads the last segment of the journal, whatever lies before it: the state knows how far it
//! has come, and logs are taken up at their growing edge.

use std::fs;
use std::os::unix::fs::FileExt;
use std::time::Instant;

use fanfare::store::check;

use crate::harness::{Backend, Installation, Visitor};

/// Ballots before the start: about 400 fill a segment of these tests.
fn ballots() -> u32 {
    if std::env::var_os("FANFARE_LONG").is_some() { 1_000_000 } else { 1_500 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_reads_no_closed_segment() {
    let mut it = Installation::new(Backend::Embedded);
    let poll = it.poll().await;
    for first in (0..ballots()).step_by(500) {
        let asked: Vec<_> = (first..(first + 500).min(ballots()))
            .map(|n| {
                let (engine, poll) = (it.engine().clone(), poll.clone());
                tokio::spawn(
                    async move { engine.submit(Visitor::number(n).ballot(&poll, ["fig", ""])).await },
                )
            })
            .collect();
        for asked in asked {
            asked.await.unwrap().unwrap();
        }
    }
    it.stop().await;
    // Damage that a start would refuse to serve over, if it came past it.
    let first = it.data().join("journal/0000000001.seg");
    let file = fs::File::options().write(true).open(&first).unwrap();
    let before = fs::read(&first).unwrap();
    file.write_all_at(&[before[1000] ^ 1], 1000).unwrap();
    let begun = Instant::now();
    it.start().unwrap();
    println!("{} ballots: started in {} ms", ballots(), begun.elapsed().as_millis());
    assert_eq!(it.engine().tally(&poll).unwrap().ballots, u64::from(ballots()));
    it.stop().await;
    assert!(!check::check(&it.data(), Some(&it.keys())).unwrap().ok);
    fs::write(&first, before).unwrap();
    it.start().unwrap();
    it.stop().await;
}
