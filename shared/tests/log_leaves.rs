//! Leaves, commitments, openings, tallies and receipts, byte by byte.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop at the first surprise"
)]

use data_encoding::HEXLOWER;
use fanfare_shared::log::commitment::{self, Salt};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::leaf::{Leaf, RegistryLeaf};
use fanfare_shared::log::merkle::leaf_hash;
use fanfare_shared::log::opening::{OpeningFile, TallyText, definition_questions};
use fanfare_shared::receipt::{Receipt, TlogProof};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors/log_v1.json")).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn salt(value: &Value) -> Salt {
    Salt::new(HEXLOWER.decode(text(value).as_bytes()).unwrap().try_into().unwrap())
}

/// Decodes as the kind of leaf the first line says and gives the bytes again.
fn round_trip(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.starts_with(b"fanfare-registry/v1 ") {
        RegistryLeaf::decode(bytes).ok().map(|leaf| leaf.encode())
    } else {
        Leaf::decode(bytes).ok().map(|leaf| leaf.encode())
    }
}

#[test]
fn all_leaves_of_the_vectors_are_read_and_written_byte_for_byte() {
    let vectors = vectors();
    let leaves = vectors["leaves"].as_array().unwrap();
    assert_eq!(leaves.len(), 39);
    for leaf in leaves {
        let bytes = text(&leaf["text"]).as_bytes();
        assert_eq!(round_trip(bytes).as_deref(), Some(bytes), "{}", leaf["name"]);
        assert_eq!(Hash::of(bytes).to_hex(), text(&leaf["sha256"]));
        assert_eq!(leaf_hash(bytes).to_hex(), text(&leaf["leaf_hash"]));
    }
}

#[test]
fn leaves_outside_the_grammar_are_refused() {
    let vectors = vectors();
    let mut count = 0;
    for case in vectors["refused"].as_array().unwrap().iter().filter(|case| case["step"] == "grammar") {
        let bytes = match case["hex"].as_str() {
            Some(hex) => HEXLOWER.decode(hex.as_bytes()).unwrap(),
            None => text(&case["text"]).as_bytes().to_vec(),
        };
        let refused = if case["log"] == "registry" {
            RegistryLeaf::decode(&bytes).is_err()
        } else {
            Leaf::decode(&bytes).is_err()
        };
        assert!(refused, "{}: {}", case["name"], case["reason"]);
        count += 1;
    }
    assert_eq!(count, 49);
}

#[test]
fn no_single_changed_byte_leaves_a_leaf_with_the_same_meaning() {
    // A changed byte either breaks the grammar or is written back: there is no second spelling of a leaf.
    for leaf in vectors()["leaves"].as_array().unwrap() {
        let original = text(&leaf["text"]).as_bytes();
        for at in 0..original.len() {
            for change in [b' ', b'\n', b'0', b'A', b'z', 0x80] {
                let mut bytes = original.to_vec();
                bytes[at] = change;
                if let Some(again) = round_trip(&bytes) {
                    assert_eq!(again, bytes);
                }
            }
        }
    }
}

#[test]
fn commitments_are_those_of_the_vectors() {
    let vectors = vectors();
    let lock = &vectors["commitments"]["lock"];
    let activity = text(&lock["activity"]).parse().unwrap();
    let key = text(&lock["key"]).parse().unwrap();
    assert_eq!(commitment::lock(&activity, &key).to_hex(), text(&lock["lock"]));

    let identity = &vectors["commitments"]["identity"];
    let commit =
        commitment::identity(&activity, &salt(&identity["salt"]), text(&identity["bytes"]).as_bytes());
    assert_eq!(commit.to_hex(), text(&identity["commit"]));

    let ballot = &vectors["commitments"]["ballot"];
    let activity = text(&ballot["activity"]).parse().unwrap();
    let mut answers = Vec::new();
    for answer in ballot["answers"].as_array().unwrap() {
        let bytes = text(&answer["answer"]).as_bytes();
        let c = commitment::answer(&activity, text(&answer["question"]), &salt(&answer["salt"]), bytes);
        assert_eq!(c.to_hex(), text(&answer["c"]));
        answers.push(c);
    }
    let definition = text(&ballot["definition"]).parse().unwrap();
    assert_eq!(commitment::ballot(&activity, &definition, &answers).to_hex(), text(&ballot["commit"]));
}

#[test]
fn the_documents_of_a_recount_are_read_and_written_byte_for_byte() {
    let vectors = vectors();
    let (mut openings, mut tallies, mut definitions) = (0, 0, 0);
    for document in vectors["poll"]["bundle"]["documents"].as_object().unwrap().values().map(text) {
        if document.starts_with("fanfare-opening/v1") {
            assert_eq!(OpeningFile::decode(document.as_bytes()).unwrap().encode(), document);
            assert!(
                OpeningFile::decode(format!("{document}{}", document.lines().nth(1).unwrap()).as_bytes())
                    .is_err()
            );
            openings += 1;
        }
        if document.starts_with("fanfare-tally/v1") {
            assert_eq!(TallyText::decode(document.as_bytes()).unwrap().encode(), document);
            tallies += 1;
        }
        if document.starts_with("fanfare-definition/v1") {
            assert_eq!(definition_questions(document.as_bytes()).unwrap().len(), 2);
            definitions += 1;
        }
    }
    assert_eq!((openings, tallies, definitions), (1, 1, 2));
}

#[test]
fn receipts_are_read_and_written_byte_for_byte() {
    let vectors = vectors();
    for base in ["contest", "poll", "board"] {
        let receipt = &vectors[base]["receipt"];
        for form in ["private", "public", "sealed"] {
            let text = text(&receipt[form]);
            assert_eq!(text.parse::<Receipt>().unwrap().to_string(), text, "{base} {form}");
        }
        let private: Receipt = text(&receipt["private"]).parse().unwrap();
        assert!(private.private.is_some());
        assert_eq!(private.public().to_string(), text(&receipt["public"]));
    }
}

#[test]
fn tlog_proofs_are_accepted_and_refused_as_the_format_says() {
    let vectors: Value =
        serde_json::from_str(include_str!("vectors/c2sp_note_checkpoint_sigsum.json")).unwrap();
    for case in vectors["tlog_proof_format"]["valid"].as_array().unwrap() {
        let proof: TlogProof = text(&case["text"]).parse().unwrap();
        assert_eq!(proof.index, case["index"].as_u64().unwrap());
        assert_eq!(proof.extra.as_deref(), case["extra"].as_str().map(str::as_bytes));
        assert_eq!(proof.to_string(), text(&case["text"]));
    }
    for case in vectors["tlog_proof_format"]["invalid"].as_array().unwrap() {
        assert!(text(case).parse::<TlogProof>().is_err(), "{case}");
    }
}

mod round_trips {
    use super::*;
    use fanfare_shared::log::opening::Row;
    use fanfare_shared::log::tile::{TileId, TilePath};
    use fanfare_shared::receipt::{Open, Private};
    use proptest::prelude::*;

    fn hashes() -> impl Strategy<Value = Vec<Hash>> {
        prop::collection::vec(any::<[u8; 32]>().prop_map(Hash::new), 0..4)
    }

    proptest! {
        #[test]
        fn tiles_have_one_path(level in 0..64u8, n: u64, width in 1..=256u16, entries: bool) {
            let id = TileId::new(if entries { 0 } else { level }, n, width).unwrap();
            let tile = if entries { TilePath::Entries(id) } else { TilePath::Hashes(id) };
            prop_assert_eq!(tile.to_string().parse::<TilePath>().unwrap(), tile);
        }

        #[test]
        fn opening_files_keep_every_answer(answers in prop::collection::vec(any::<Vec<u8>>(), 0..5), others in hashes()) {
            let rows = (0..).zip(answers).map(|(leaf, answer)| {
                let (question, salt) = ("taste".parse().unwrap(), Salt::new([7; 32]));
                Row { leaf, question, salt, answer, others: others.clone() }
            });
            let file = OpeningFile { rows: rows.collect() };
            prop_assert_eq!(OpeningFile::decode(file.encode().as_bytes()).unwrap(), file);
        }

        #[test]
        fn receipts_keep_every_part(leaf: Vec<u8>, bytes: Vec<u8>, index in 0..(1u64 << 53), path in hashes()) {
            let open = Open { name: "taste".to_owned(), salt: Salt::new([7; 32]), bytes };
            let private = Some(Private { opens: vec![open], key: None });
            let checkpoint = "text\n\n— name AAAAAAA=\n".to_owned();
            let receipt = Receipt { leaf, rules: Hash::of(b""), open_index: 3, private, index, path, checkpoint };
            prop_assert_eq!(receipt.to_string().parse::<Receipt>().unwrap(), receipt);
        }

        #[test]
        fn no_bytes_break_a_reader(bytes: Vec<u8>, text: String) {
            let _ = (Leaf::decode(&bytes), RegistryLeaf::decode(&bytes), OpeningFile::decode(&bytes));
            let _ = (TallyText::decode(&bytes), definition_questions(&bytes));
            let _ = (text.parse::<Receipt>(), text.parse::<TilePath>());
        }
    }
}
