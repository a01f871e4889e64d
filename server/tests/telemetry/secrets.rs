//! What must not be found, in every shape it could take, and how it is looked for.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use fanfare_shared::log::hash::Hash;

/// Where a value may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Nowhere but in the answer to whoever sent it.
    Nobody,
    /// In the public log or a public page, by design; never in log lines and metrics.
    Public,
}

/// A value that was sent or given out.
#[derive(Debug, Clone)]
pub(crate) struct Secret {
    pub(crate) what: String,
    pub(crate) value: String,
    pub(crate) reach: Reach,
}

impl Secret {
    /// The value in all shapes that a log, a label or a document could give it.
    fn shapes(&self) -> Vec<Vec<u8>> {
        let raw = self.value.as_bytes();
        let quoted: String = form_urlencoded::byte_serialize(raw).collect();
        let mut shapes = vec![raw.to_vec(), quoted.into_bytes()];
        let mut of_bytes = |bytes: &[u8]| {
            // As Rust writes bytes for debugging, with and without spaces.
            let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
            let texts = [
                HEXLOWER.encode(bytes),
                HEXLOWER.encode(bytes).to_uppercase(),
                BASE64.encode(bytes),
                BASE64URL_NOPAD.encode(bytes),
                numbers.join(", "),
                numbers.join(","),
                Hash::of(bytes).to_hex(),
                Hash::of(bytes).to_base64(),
            ];
            shapes.extend(texts.map(String::into_bytes));
            shapes.push(bytes.to_vec());
        };
        of_bytes(raw);
        if let Ok(bytes) = HEXLOWER.decode(raw) {
            of_bytes(&bytes);
        }
        shapes
    }
}

/// Bytes as text, one character for each: what is no UTF-8 is searched all the same.
fn text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// Which of these secrets stand in these bytes, in whatever shape.
pub(crate) fn found<'a>(secrets: impl IntoIterator<Item = &'a Secret>, bytes: &[u8]) -> Vec<String> {
    let place = text(bytes);
    let stands = |secret: &&Secret| secret.shapes().iter().any(|shape| place.contains(&text(shape)));
    secrets.into_iter().filter(stands).map(|secret| secret.what.clone()).collect()
}

#[test]
fn a_value_planted_in_any_shape_is_found() {
    let secret =
        Secret { what: "a key".to_owned(), value: Hash::of(b"planted").to_hex(), reach: Reach::Nobody };
    let shapes = secret.shapes();
    assert_eq!(shapes.len(), 20);
    for shape in shapes {
        let mut place = b"{\"message\":\"request\",\xff\"key\":\"".to_vec();
        assert!(found([&secret], &place).is_empty());
        place.extend(shape);
        assert_eq!(found([&secret], &place), ["a key"]);
    }
}
