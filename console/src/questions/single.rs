//! Single choice: its options are all there is to it.

use fanfare_shared::questions::{Kind, Single};

use super::{Editor, options};

pub(super) const EDITOR: Editor = Editor {
    name: "single",
    label: "type.single",
    what: "type.single.text",
    entrant: false,
    fresh: |kept| Kind::Single(Single { options: options::at_least_two(kept), eligible: None }),
    options: |kind| if let Kind::Single(single) = kind { Some(&mut single.options) } else { None },
    texts: |kind| {
        if let Kind::Single(single) = kind { options::texts(&mut single.options) } else { Vec::new() }
    },
    fields: options::list,
};
