//! The seal code: sixteen characters that stand for a sealed list. Whoever had them before the round was out knows that
//! the list was not changed after it.

use std::fmt;
use std::str::FromStr;

use crate::log::hash::Hash;

/// Crockford's alphabet, without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code: 80 bits, five each.
const LENGTH: usize = 16;

/// The first 80 bits of a sealed root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealCode(u128);

/// Not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a seal code has 16 letters and digits")]
pub struct SealCodeError;

impl SealCode {
    /// Of a sealed root.
    #[must_use]
    pub fn of(root: &Hash) -> Self {
        Self(root.bytes().iter().take(10).fold(0, |bits, byte| bits << 8 | u128::from(*byte)))
    }

    /// In groups of four, as people read it aloud.
    #[must_use]
    pub fn grouped(&self) -> String {
        let text = self.to_string();
        let groups = [0, 4, 8, 12].map(|at| text.get(at..at + 4).unwrap_or_default());
        groups.join("-")
    }
}

impl fmt::Display for SealCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |at: usize| ALPHABET.get((self.0 >> (5 * (LENGTH - 1 - at)) & 31) as usize).copied();
        f.write_str(&(0..LENGTH).filter_map(digit).map(char::from).collect::<String>())
    }
}

/// As people type it: in any case, with spaces and hyphens, O for 0, I or L for 1.
impl FromStr for SealCode {
    type Err = SealCodeError;

    fn from_str(text: &str) -> Result<Self, SealCodeError> {
        let mut bits = 0_u128;
        let typed =
            text.bytes().filter(|byte| !matches!(byte, b' ' | b'-')).map(|byte| byte.to_ascii_uppercase());
        let mut length = 0;
        for byte in typed {
            let byte = match byte {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            let digit = ALPHABET.iter().position(|known| *known == byte).ok_or(SealCodeError)?;
            bits = bits << 5 | digit as u128;
            length += 1;
            if length > LENGTH {
                return Err(SealCodeError);
            }
        }
        if length == LENGTH { Ok(Self(bits)) } else { Err(SealCodeError) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let root = "ebd0021af409dbdb83d11f7cd4ab7c3bd17c55e6022a7039e9b347ffab03bf4a".parse().unwrap();
        let code = SealCode::of(&root);
        assert_eq!(code.to_string(), "XF8046QM17DXQ0YH");
        assert_eq!("xf80-46qm-l7dx-qoyh".parse(), Ok(code));
        for wrong in ["", "XF8046QM17DXQ0Y", "XF8046QM17DXQ0YHH", "UF8046QM17DXQ0YH", "XF8046QM17DXQ0Y\u{e9}"]
        {
            assert_eq!(wrong.parse::<SealCode>(), Err(SealCodeError), "{wrong}");
        }
    }
}
