//! Whatever was done in whatever order: the state made again from the journal is the live one, row by row.

use fanfare_shared::ids::ActivityId;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::harness::{Backend, Installation, Visitor, audit};

/// One step of a visitor.
#[derive(Debug, Clone)]
enum Step {
    Ballot { visitor: usize, answer: usize, own_key: bool },
    Withdraw { visitor: usize },
    Erase { visitor: usize },
    Minute,
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let visitor = 0..6usize;
    let step = prop_oneof![
        6 => (visitor.clone(), 0..4usize, any::<bool>())
            .prop_map(|(visitor, answer, own_key)| Step::Ballot { visitor, answer, own_key }),
        2 => visitor.clone().prop_map(|visitor| Step::Withdraw { visitor }),
        1 => visitor.prop_map(|visitor| Step::Erase { visitor }),
        1 => Just(Step::Minute),
        1 => Just(Step::Restart),
    ];
    proptest::collection::vec(step, 1..40)
}

async fn run(steps: Vec<Step>) {
    let mut it = Installation::new(Backend::Memory);
    let poll: ActivityId = it.poll().await;
    let mut visitors: Vec<Visitor> = (0..6).map(Visitor::number).collect();
    for step in steps {
        match step {
            Step::Ballot { visitor, answer, own_key } => {
                let answers = [["fig", ""], ["lemon", "sea"], ["fig", "sea,town"], ["lemon", "hill"]][answer];
                let visitor = &mut visitors[visitor];
                let before = visitor.key;
                let act = if own_key {
                    visitor.ballot(&poll, answers)
                } else {
                    visitor.act(&poll, answers, None, before)
                };
                match it.engine().submit(act).await {
                    Ok(_) if !own_key => visitor.key = None,
                    Ok(_) => {}
                    Err(_) => visitor.key = before,
                }
            }
            Step::Withdraw { visitor } => {
                let before = visitors[visitor].key;
                let act = visitors[visitor].withdraw(&poll);
                if it.engine().submit(act).await.is_err() {
                    visitors[visitor].key = before;
                }
            }
            Step::Erase { visitor } => {
                it.engine().erase(&visitors[visitor].participant).await.unwrap();
                visitors[visitor].key = None;
            }
            Step::Minute => it.clock.advance(60),
            Step::Restart => {
                it.clock.advance(60);
                let before = audit(it.engine());
                it.restart().await;
                assert_eq!(audit(it.engine()), before);
            }
        }
    }
    it.clock.advance(60);
    it.end().await;
}

#[test]
fn a_replayed_journal_makes_the_live_state_again() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
    runner
        .run(&steps(), |steps| {
            runtime.block_on(run(steps));
            Ok(())
        })
        .unwrap();
}
