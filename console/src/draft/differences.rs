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
    // What one of them lacks altogether is told by the parts of the other: an option by its texts.
    let (Some(one), Some(other)) = (mine.or(theirs), theirs.or(mine)) else { return };
    if mine == theirs {
        return;
    }
    let steps = steps(one, other);
    for step in &steps {
        let step = ["/", step].concat();
        let (mine, theirs) = (part(mine, &step), part(theirs, &step));
        compare(&[pointer, &step].concat(), mine, theirs, found);
    }
    if steps.is_empty() {
        found.push(Difference {
            pointer: pointer.to_owned(),
            mine: mine.map(shown).unwrap_or_default(),
            theirs: theirs.map(shown).unwrap_or_default(),
        });
    }
}

fn part<'a>(side: Option<&'a Value>, step: &str) -> Option<&'a Value> {
    side?.pointer(step)
}

/// The keys or positions of either; none where one of them has no parts.
fn steps(one: &Value, other: &Value) -> Vec<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            keys.into_iter().cloned().collect()
        }
        (Value::Array(one), Value::Array(other)) => {
            (0..one.len().max(other.len())).map(|at| at.to_string()).collect()
        }
        _ => Vec::new(),
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
    fn what_only_one_has_is_told_by_its_parts() {
        let fig = json!({"options": [{"id": "fig", "text": {"en": "Fig"}}]});
        let found = differences(&json!({"options": []}), &fig);
        let found: Vec<_> = found.iter().map(|it| (&*it.pointer, &*it.mine, &*it.theirs)).collect();
        assert_eq!(found, [("/options/0/id", "", "fig"), ("/options/0/text/en", "", "Fig")]);
    }

    #[test]
    fn equal_documents_differ_nowhere() {
        assert_eq!(differences(&json!([1, {"a": null}]), &json!([1, {"a": null}])), []);
    }
}
