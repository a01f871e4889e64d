//! What the tests of the verifier share: the vectors, and RFC 6902 patches.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests may stop at the first surprise"
)]

use fanfare_shared::log::note::VerifierKey;
use serde_json::Value;

pub(crate) const LOG_V1: &str = include_str!("../vectors/log_v1.json");

pub(crate) fn vectors() -> Value {
    serde_json::from_str(LOG_V1).unwrap()
}

pub(crate) fn decided() -> Value {
    serde_json::from_str(include_str!("../vectors/decided_v1.json")).unwrap()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub(crate) fn pinned_key(vectors: &Value) -> [u8; 32] {
    let key = data_encoding::HEXLOWER.decode(text(&vectors["pinned"]["key"]).as_bytes()).unwrap();
    key.try_into().unwrap()
}

pub(crate) fn pinned_witnesses(vectors: &Value) -> Vec<VerifierKey> {
    vectors["pinned"]["witnesses"].as_array().unwrap().iter().map(|key| text(key).parse().unwrap()).collect()
}

/// `add`, `remove` and `replace` of RFC 6902: all that the catalogue uses.
pub(crate) fn patch(document: &mut Value, patch: &Value) {
    for operation in patch.as_array().unwrap() {
        let (parent, last) = text(&operation["path"]).rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap();
        let value = operation.get("value").cloned();
        match (text(&operation["op"]), parent) {
            ("add", Value::Array(list)) => list.insert(last.parse().unwrap(), value.unwrap()),
            ("add", Value::Object(map)) => drop(map.insert(last.to_owned(), value.unwrap())),
            ("remove", Value::Array(list)) => drop(list.remove(last.parse().unwrap())),
            ("remove", Value::Object(map)) => drop(map.remove(last).unwrap()),
            ("replace", Value::Array(list)) => list[last.parse::<usize>().unwrap()] = value.unwrap(),
            ("replace", Value::Object(map)) => *map.get_mut(last).unwrap() = value.unwrap(),
            (other, _) => panic!("{other}"),
        }
    }
}
