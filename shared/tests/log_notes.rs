//! Signed notes and checkpoints against published ones.
#![cfg(feature = "signatures")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop at the first surprise"
)]

use data_encoding::HEXLOWER;
use fanfare_shared::log::checkpoint::{Checkpoint, CheckpointError};
use fanfare_shared::log::hash::Hash;
use fanfare_shared::log::note::{Algorithm, Note, NoteError, NoteSigner, VerifierKey};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors/c2sp_note_checkpoint_sigsum.json")).unwrap()
}

fn bytes<const N: usize>(hex: &Value) -> [u8; N] {
    HEXLOWER.decode(hex.as_str().unwrap().as_bytes()).unwrap().try_into().unwrap()
}

#[test]
fn published_notes_are_accepted_and_refused_as_they_should_be() {
    for case in vectors()["notes"].as_array().unwrap() {
        let text = case["note"].as_str().unwrap();
        let note: Note = text.parse().unwrap();
        assert_eq!(note.to_string(), text);
        let keys: Vec<VerifierKey> =
            case["vkeys"].as_array().unwrap().iter().map(|k| k.as_str().unwrap().parse().unwrap()).collect();
        for (key, written) in keys.iter().zip(case["vkeys"].as_array().unwrap()) {
            assert_eq!(key.to_string(), written.as_str().unwrap());
        }
        let results = case["results"].as_array().unwrap();
        let verified = note.verify(&keys);
        if results.iter().any(|result| result["valid"] == false) {
            assert_eq!(verified, Err(NoteError::BadSignature), "{}", case["name"]);
        } else {
            let valid = results.iter().filter(|result| result["valid"] == true);
            let names: Vec<&str> = valid.map(|result| result["key"].as_str().unwrap()).collect();
            let signed =
                verified.map(|list| list.iter().map(|s| s.key.name().to_owned()).collect::<Vec<_>>());
            let expected = if names.is_empty() {
                Err(NoteError::NotSigned)
            } else {
                Ok(names.iter().map(ToString::to_string).collect())
            };
            assert_eq!(signed, expected, "{}", case["name"]);
        }
    }
}

#[test]
fn signing_gives_the_published_signatures() {
    let vectors = vectors();
    let sigsum =
        vectors["notes"].as_array().unwrap().iter().find(|case| case["seed_hex"].is_string()).unwrap();
    let signer = NoteSigner::from_seed(&bytes(&sigsum["seed_hex"]));
    let text = sigsum["note"].as_str().unwrap();
    let origin = text.lines().next().unwrap();
    let checkpoint = Checkpoint::open(text, origin, &signer.public()).unwrap();
    assert_eq!(checkpoint.size, 10);
    assert_eq!(checkpoint.sign(&signer).unwrap(), text);
    assert_eq!(signer.verifier(origin).unwrap().to_string(), sigsum["vkeys"][0].as_str().unwrap());
}

#[test]
fn checkpoints_have_three_lines_and_a_root_of_32_bytes() {
    let vectors = vectors();
    // Those that the other library accepts have shorter roots or extension lines: ours have neither.
    for group in ["valid", "invalid"] {
        for text in vectors["checkpoint_parse"][group].as_array().unwrap() {
            assert_eq!(
                text.as_str().unwrap().parse::<Checkpoint>(),
                Err(CheckpointError::Malformed),
                "{text}"
            );
        }
    }
    let text = format!("Log\n123\n{}\n", Hash::of(b"").to_base64());
    assert_eq!(text.parse::<Checkpoint>().unwrap().to_string(), text);
    for bad in
        [text.replace("123", "0123"), format!("{text}more\n"), text.replace("Log", ""), format!("{text}\n")]
    {
        assert!(bad.parse::<Checkpoint>().is_err(), "{bad:?}");
    }
}

#[test]
fn cosignatures_of_real_witnesses_hold_and_a_second_later_they_do_not() {
    let vectors = vectors();
    let proof = &vectors["sigsum_real_proof"];
    let body = proof["checkpoint_body"].as_str().unwrap();
    let raw = proof["proof"].as_str().unwrap();
    for cosigner in proof["cosignatures"].as_array().unwrap() {
        let key = VerifierKey::new(
            cosigner["witness"].as_str().unwrap(),
            Algorithm::Cosignature,
            bytes(&cosigner["key"]),
        )
        .unwrap();
        // In the proof: `cosignature=<H(key)> <time> <signature>`.
        let hash = Hash::of(key.key()).to_hex();
        let line = raw.lines().find_map(|line| line.strip_prefix(&format!("cosignature={hash} "))).unwrap();
        let (time, signature) = line.split_once(' ').unwrap();
        for (time, holds) in [(time.parse::<u64>().unwrap(), true), (time.parse::<u64>().unwrap() + 1, false)]
        {
            let mut stamped = time.to_be_bytes().to_vec();
            stamped.extend(HEXLOWER.decode(signature.as_bytes()).unwrap());
            let line = fanfare_shared::log::note::NoteSignature {
                name: key.name().to_owned(),
                id: key.id(),
                bytes: stamped,
            };
            let note = Note { text: body.to_owned(), signatures: vec![line] };
            let verified = note.verify(std::slice::from_ref(&key));
            assert_eq!(verified.is_ok_and(|signed| signed[0].time == Some(time)), holds);
        }
    }
}

#[test]
fn malformed_notes_are_refused() {
    let good = "text\n\n— name AAAAAAA=\n";
    assert!(good.parse::<Note>().is_ok());
    for bad in [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name AAAAAAA=",
        "text\n\n- name AAAAAAA=\n",
        "text\n\n— name AAAAAA==\n",
        "text\n\n— na+me AAAAAAA=\n",
        "text\n\n— name AAAAAAA\n",
        "te\rxt\n\n— name AAAAAAA=\n",
        "text\n\n— name  AAAAAAA=\n",
        "text\n\n— name AAAAAAA= \n",
    ] {
        assert!(bad.parse::<Note>().is_err(), "{bad:?}");
    }
    for bad in [
        "name+00000000+AAAA",
        "name",
        "name+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ] {
        assert!(bad.parse::<VerifierKey>().is_err(), "{bad}");
    }
}
