//! What does a draw cost, and checking one? In memory, without a server: a contest of many entries is written as its log,
//! drawn, and verified whole, beside the bare hashing of the same leaves.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use fanfare_shared::draw::beacon::DemoSecret;
use fanfare_shared::draw::generator::Generator;
use fanfare_shared::draw::rounds::round_of;
use fanfare_shared::draw::select::select;
use fanfare_shared::draw::tickets::{Stub, Tickets};
use fanfare_shared::ids::{HolderTag, Lock};
use fanfare_shared::log::bundle::{BUNDLE_FORMAT, Bundle, BundleBeacon, BundleLog, LeafBytes};
use fanfare_shared::log::checkpoint::Checkpoint;
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::leaf::{
    Beacon, BeaconKind, Body, ContestRules, Custody, Entry, EntryReason, Held, KindRules, Leaf, Prize,
    RegistryBody, RegistryLeaf, Rules, Seal,
};
use fanfare_shared::log::lines::Bytes32;
use fanfare_shared::log::merkle::leaf_hash;
use fanfare_shared::log::note::NoteSigner;
use fanfare_shared::log::origin::{LogOrigin, RegistryOrigin};
use fanfare_shared::log::tree::Tree;
use fanfare_shared::time::{Timestamp, Window};
use fanfare_shared::verify::{Trust, bundle};

use crate::report;

/// Winners and reserves.
const SLOTS: u64 = 100;
const ROUNDS: usize = 5;
const CLOSES: Timestamp = Timestamp(1_800_003_600);
const DRAW: Timestamp = Timestamp(1_800_003_660);

/// Measures, and writes the report.
pub(crate) fn run(sizes: &[u64]) -> anyhow::Result<()> {
    let mut table = String::new();
    for entries in sizes {
        let stubs = (0..*entries).map(|n| Stub { leaf: n + 1, count: 1, holder: holder(n), void: false });
        let tickets = Tickets::new(stubs.collect());
        let seed = Bytes32(*Hash::of(b"seed").bytes());
        let draw = median(|| black_box(select(&tickets, &mut Generator::new(&seed), SLOTS)).calls.len());
        drop(tickets);
        let bundle = contest(*entries)?;
        let text = serde_json::to_string(&bundle)?;
        let hashing = median(|| {
            black_box(tree(&bundle.log.leaves).root());
            0
        });
        drop(bundle);
        let found = bundle::verify(&text, &Trust::default()).to_string();
        anyhow::ensure!(found.contains("ok            draw"), "the contest is not drawn:\n{found}");
        let whole = median(|| black_box(bundle::verify(&text, &Trust::default())).steps().count());
        let ratio = whole.as_secs_f64() / hashing.as_secs_f64();
        let (draw, whole, hashing) = (draw.as_secs_f64() * 1e3, whole.as_secs_f64(), hashing.as_secs_f64());
        let size = text.len() / 1_000_000;
        writeln!(
            table,
            "| {entries} | {draw:.3} ms | {size} MB | {whole:.2} s | {hashing:.2} s | {ratio:.1} |"
        )?;
        report::say(&format!("{entries} entries: drawn in {draw:.1} ms, verified in {whole:.2} s"));
    }
    let text = format!(
        "# Draws\n\n{}\n\nMedians of {ROUNDS} rounds; one thread. `drawn`: {SLOTS} slots from tickets in memory. `verified`: the whole \
         bundle, from its JSON: every leaf, lock, ticket and counter, both roots, signatures, the beacon's pairing, the draw. \
         `hashed`: the same leaves into the same tree, and nothing else.\n\n\
         | entries | drawn | bundle | verified | hashed | verified / hashed |\n|---|---|---|---|---|---|\n{table}",
        report::machine()
    );
    report::write("draws.md", &text)
}

fn holder(n: u64) -> HolderTag {
    let hash = Hash::of(&n.to_le_bytes());
    HolderTag::new(hash.bytes().first_chunk().copied().unwrap_or_default())
}

/// A sealed contest of so many entries, as its bundle.
fn contest(entries: u64) -> anyhow::Result<Bundle> {
    let signer = NoteSigner::from_seed(&[7; 32]);
    let secret = DemoSecret::new(&[7; 64]);
    let log: LogOrigin = "fan.example.org/log/a/svxf4gt2yvqr2g2edjnppks6ky".parse()?;
    let registry: RegistryOrigin = "fan.example.org/log/registry/aurora".parse()?;
    let round = round_of(DRAW).unwrap_or_default();
    let opens = Timestamp(1_800_000_000);
    let document = "A prize.".to_owned();
    let hash = Hash::of(document.as_bytes());
    let reason = |code: &str| -> anyhow::Result<EntryReason> {
        Ok(EntryReason { code: code.parse()?, tickets: 1, most: 1 })
    };
    let rules = Rules {
        log: log.clone(),
        registry: registry.clone(),
        window: Window { opens, closes: CLOSES },
        definition: hash,
        terms: hash,
        kind: KindRules::Contest(ContestRules {
            draw: DRAW,
            beacon: Beacon { kind: BeaconKind::Demo, key: secret.beacon().to_string(), round },
            prizes: vec![Prize { number: 1, count: SLOTS / 2, text: hash }],
            reserves: SLOTS / 2,
            reasons: vec![reason("entry")?, reason("amoe")?],
            per_holder_max: 1,
            respond: 604_800,
        }),
        void_reasons: Vec::new(),
        skip_reasons: Vec::new(),
        witness_policy: None,
    };
    let leaf = |at, body| Leaf { activity: log.activity.clone(), at, body }.encode();
    let leaf0 = leaf(opens, Body::Rules(Box::new(rules)));
    let opened = Hash::of(&leaf0);
    let mut leaves = vec![LeafBytes(leaf0)];
    for n in 0..entries {
        let lock = Lock::new(*Hash::of(&[&b"lock"[..], &n.to_le_bytes()].concat()).bytes());
        let held = Held { holder: holder(n), unlock: None, lock, custody: Custody::Client };
        let entry = Entry { held, commit: hash, first: n, count: 1, reason: "entry".parse()? };
        leaves.push(LeafBytes(leaf(opens, Body::Entry(entry))));
    }
    let seal = Seal::Entries { entries, holders: entries, tickets: entries, void: 0 };
    leaves.push(LeafBytes(leaf(CLOSES, Body::Seal(seal))));
    let under = tree(&leaves);
    let (size, root) = (under.size(), under.root());
    let checkpoint = Checkpoint { origin: log.to_string(), size, root }.sign(&signer)?;
    let registered = [
        (opens, RegistryBody::Open { log: log.clone(), rules: opened }),
        (CLOSES, RegistryBody::Seal { log, rules: opened, size, root }),
    ];
    let registered = registered.map(|(at, body)| LeafBytes(RegistryLeaf { at, body }.encode()));
    let over = tree(&registered);
    let origin = registry.to_string();
    let of_registry = Checkpoint { origin, size: over.size(), root: over.root() }.sign(&signer)?;
    Ok(Bundle {
        format: BUNDLE_FORMAT.to_owned(),
        key: Hash::new(signer.public()).to_hex(),
        log: BundleLog { checkpoints: vec![checkpoint], leaves },
        registry: BundleLog { checkpoints: vec![of_registry], leaves: registered.into() },
        beacon: Some(BundleBeacon { round, signature: secret.sign(round).to_string() }),
        documents: BTreeMap::from([(hash.to_string(), document)]),
        receipts: Vec::new(),
    })
}

fn tree(leaves: &[LeafBytes]) -> Tree {
    let mut tree = Tree::new();
    for leaf in leaves {
        tree.append(leaf_hash(&leaf.0));
    }
    tree
}

/// The median time of a thing done several times.
fn median(mut doing: impl FnMut() -> usize) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            black_box(doing());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.get(ROUNDS / 2).copied().unwrap_or_default()
}
