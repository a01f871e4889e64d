//! Where do two documents differ? The JSON pointers of the smallest parts, with what stands there in each.

use std::collections::BTreeSet;

use serde_json::Value;

/// One place where two documents differ; what is absent is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) pointer: String,
    pub(crate) mine: String,
    pub(crate) theirs: String,
}

/// Every place, in the documents' order.
pub(crate) fn differences(mine: &Value, theirs: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", Some(mine), Some(theirs), &mut found);
    found
}

fn compare(pointer: &str, mine: Option<&Value>, theirs: Option<&Value>, found: &mut Vec<Difference>) {
    if mine == theirs {
        return;
    }
    match (mine, theirs) {
        (Some(Value::Object(mine)), Some(Value::Object(theirs))) => {
            let keys: BTreeSet<&String> = mine.keys().chain(theirs.keys()).collect();
            for key in keys {
                compare(&[pointer, "/", key].concat(), mine.get(key), theirs.get(key), found);
            }
        }
        (Some(Value::Array(mine)), Some(Value::Array(theirs))) => {
            for at in 0..mine.len().max(theirs.len()) {
                compare(&format!("{pointer}/{at}"), mine.get(at), theirs.get(at), found);
            }
        }
        _ => found.push(Difference {
            pointer: pointer.to_owned(),
            mine: mine.map(shown).unwrap_or_default(),
            theirs: theirs.map(shown).unwrap_or_default(),
        }),
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_smallest_parts_that_differ_are_named_with_both_sides() {
        let mine = json!({"title": {"en": "A", "it": "B"}, "origins": ["x"], "hue": 1});
        let theirs = json!({"title": {"en": "A", "it": "C"}, "origins": ["x", "y"], "hue": 1});
        let found = differences(&mine, &theirs);
        let found: Vec<_> = found.iter().map(|it| (&*it.pointer, &*it.mine, &*it.theirs)).collect();
        assert_eq!(found, [("/origins/1", "", "y"), ("/title/it", "B", "C")]);
    }

    #[test]
    fn equal_documents_differ_nowhere() {
        assert_eq!(differences(&json!([1, {"a": null}]), &json!([1, {"a": null}])), []);
    }
}
