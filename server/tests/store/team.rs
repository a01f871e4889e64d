//! The team's tables: all of a change or nothing of it, whatever comes between; sealed until the person's key is gone.

use fanfare::engine::{Actor, AuditNote, TeamEntry, TeamError, TeamProposal, TeamTable, TeamValue, Whose};
use fanfare::store::check;
use fanfare_shared::log::hash::Hash;

use crate::harness::{Backend, Installation};
use crate::on_every_backend;

const ANNA: &[u8] = &[7; 16];

/// A line of the audit log.
pub(crate) fn note(action: &'static str) -> Option<AuditNote> {
    let (subject, detail) = ("anna".to_owned(), String::new());
    Some(AuditNote { actor: Actor::Server, action, brand: "aurora".parse().ok(), subject, detail })
}

/// A member with a profile under a key of their own.
pub(crate) fn anna(name: &str) -> TeamProposal {
    let changes = vec![
        (TeamTable::Member, ANNA.to_vec(), Some(TeamValue::Plain(b"owner".to_vec()))),
        (
            TeamTable::Profile,
            ANNA.to_vec(),
            Some(TeamValue::Personal(Whose::New(0), name.as_bytes().to_vec())),
        ),
        (TeamTable::Session, b"s".to_vec(), Some(TeamValue::Personal(Whose::New(0), b"phone".to_vec()))),
    ];
    TeamProposal { changes, note: note("member.joined"), ..TeamProposal::default() }
}

fn profile(it: &Installation) -> Option<TeamEntry> {
    it.engine().team_entry(TeamTable::Profile, ANNA).unwrap()
}

on_every_backend! {
    async fn what_was_written_is_there_again_after_a_restart(it) {
        let version = it.engine().change_team(anna("Anna Riva")).await.unwrap();
        it.restart().await;
        let found = profile(&it).unwrap();
        assert_eq!((found.bytes.as_slice(), found.version), (b"Anna Riva".as_slice(), version));
        let sessions = it.engine().team_entries(TeamTable::Session).collect::<Result<Vec<_>, _>>().unwrap();
        assert_eq!(sessions.len(), 1);
        assert_eq!(sessions[0].1.slot, found.slot, "what is new in one change has one key");
    }

    async fn a_change_made_from_something_older_is_refused_as_a_whole(it) {
        let version = it.engine().change_team(anna("Anna Riva")).await.unwrap();
        let slot = profile(&it).unwrap().slot.unwrap();
        let renamed = |expected: Option<u64>, name: &str| TeamProposal {
            expected: vec![(TeamTable::Profile, ANNA.to_vec(), expected)],
            changes: vec![
                (TeamTable::Profile, ANNA.to_vec(), Some(TeamValue::Personal(Whose::Slot(slot), name.as_bytes().to_vec()))),
                (TeamTable::Member, ANNA.to_vec(), None),
            ],
            note: note("profile.changed"),
            ..TeamProposal::default()
        };
        assert_eq!(it.engine().change_team(renamed(None, "B")).await, Err(TeamError::Changed));
        assert_eq!(it.engine().change_team(renamed(Some(version + 1), "B")).await, Err(TeamError::Changed));
        assert_eq!(profile(&it).unwrap().bytes, b"Anna Riva");
        assert_eq!(it.engine().audit(u64::MAX).count(), 1);
        it.engine().change_team(renamed(Some(version), "Anna Rossi")).await.unwrap();
        assert_eq!(it.engine().change_team(renamed(Some(version), "C")).await, Err(TeamError::Changed));
        assert_eq!(profile(&it).unwrap().bytes, b"Anna Rossi");
        assert_eq!(it.engine().team_entry(TeamTable::Member, ANNA).unwrap(), None);
    }

    async fn of_two_that_take_the_same_free_place_one_comes_too_late(it) {
        let claim = || TeamProposal { expected: vec![(TeamTable::Member, ANNA.to_vec(), None)], ..anna("Anna") };
        let engine = it.engine();
        let (one, other) = tokio::join!(engine.change_team(claim()), engine.change_team(claim()));
        assert_eq!([&one, &other].iter().filter(|result| result.is_ok()).count(), 1, "{one:?} {other:?}");
        assert!([one, other].contains(&Err(TeamError::Changed)));
    }

    async fn whoever_is_forgotten_is_gone_even_with_an_older_copy_of_the_keys(it) {
        it.engine().change_team(anna("Anna Riva")).await.unwrap();
        let slot = profile(&it).unwrap().slot.unwrap();
        let keys = it.keys().join("people.keys");
        let older = std::fs::read(&keys).unwrap();
        let part = TeamProposal { forgotten: vec![slot], note: note("member.left"), ..TeamProposal::default() };
        it.engine().change_team(part).await.unwrap();
        assert_eq!(profile(&it), None, "though the entry itself was not taken away");
        it.stop().await;
        std::fs::write(&keys, &older).unwrap();
        it.start().unwrap();
        assert_eq!(profile(&it), None);
        assert_eq!(it.engine().team_entries(TeamTable::Session).collect::<Result<Vec<_>, _>>().unwrap(), []);
    }

    async fn each_line_of_the_audit_log_carries_the_hash_of_the_one_before(it) {
        it.engine().change_team(anna("Anna Riva")).await.unwrap();
        it.poll().await;
        it.engine().change_team(TeamProposal { note: note("session.began"), ..TeamProposal::default() }).await.unwrap();
        it.restart().await;
        let mut lines: Vec<_> = it.engine().audit(u64::MAX).map(Result::unwrap).collect();
        lines.reverse();
        let actions: Vec<&str> = lines.iter().map(|(line, _)| line.action.as_str()).collect();
        assert_eq!(actions, ["member.joined", "campaign.applied", "session.began"]);
        let mut before = Hash::of(b"");
        for (n, (line, hash)) in lines.iter().enumerate() {
            assert_eq!((line.n, line.prev), (n as u64, before));
            before = *hash;
        }
        assert_eq!(it.engine().audit(1).count(), 1);
    }
}

#[tokio::test]
async fn a_checked_store_with_a_team_has_no_findings() {
    let mut it = Installation::new(Backend::Embedded);
    it.engine().change_team(anna("Anna Riva")).await.unwrap();
    it.poll().await;
    it.stop().await;
    let report = check::check(&it.data(), Some(&it.keys())).unwrap();
    assert!(report.ok, "{report:?}");
    it.start().unwrap();
}

#[tokio::test]
async fn counts_of_reach_are_kept_over_a_restart_and_cost_no_check_its_peace() {
    use fanfare::engine::{By, Counts, What};
    let mut it = Installation::new(Backend::Embedded);
    it.poll().await;
    let campaign = it.engine().campaigns().remove(0);
    let shown = |n: u64| Counts::from([((By::All, String::new(), What::Shown), n)]);
    it.engine().count(&campaign, 20_000, &shown(3));
    it.engine().count(&campaign, 20_001, &shown(1));
    assert_eq!(
        it.engine().counted(&campaign, 20_000, 20_000).unwrap()[&20_000],
        shown(3),
        "before it is written"
    );
    it.restart().await;
    it.engine().count(&campaign, 20_000, &shown(4));
    let all = it.engine().counted(&campaign, 0, u32::MAX).unwrap();
    assert_eq!((&all[&20_000], &all[&20_001]), (&shown(7), &shown(1)));
    it.stop().await;
    let report = check::check(&it.data(), Some(&it.keys())).unwrap();
    assert!(report.ok, "{report:?}");
    it.start().unwrap();
    assert_eq!(it.engine().counted(&campaign, 20_000, 20_001).unwrap(), all);
}
