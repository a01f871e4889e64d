//! Which request was it? A fresh random id for each, in its answer, its log lines and the page a visitor may quote from.
//!
//! An id that comes with a request is never taken: whoever sends it could forge lines of the log or mark a visitor.

use std::fmt;

use tokio::task_local;

use crate::entropy::Entropy;

/// The header that carries it.
pub const HEADER: &str = "x-request-id";

task_local! {
    /// The request that this task answers. An error becomes a response far from any request: it asks here.
    static CURRENT: RequestId;
}

/// 122 random bits, as a UUID (RFC 9562, version 4), so that `urn:uuid:` names it without a registry of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(u128);

impl RequestId {
    /// A fresh one.
    #[must_use]
    pub fn new(entropy: &Entropy) -> Self {
        Self::of(entropy.bytes())
    }

    /// Version 4 stands in bits 76 to 79, variant 0b10 in 62 and 63, counted from the last.
    const fn of(random: [u8; 16]) -> Self {
        let bits = u128::from_be_bytes(random) & !(0xf << 76) & !(0b11 << 62);
        Self(bits | 0x4 << 76 | 0b10 << 62)
    }

    /// The id of the request that is being answered; none outside of one.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|id| *id).ok()
    }

    /// Answers a request under this id.
    pub fn scope<F: Future>(self, answer: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, answer)
    }

    /// As the `instance` of a problem document.
    #[must_use]
    pub fn urn(self) -> String {
        format!("urn:uuid:{self}")
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            bits >> 96,
            bits >> 80 & 0xffff,
            bits >> 64 & 0xffff,
            bits >> 48 & 0xffff,
            bits & 0xffff_ffff_ffff
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_bytes_are_written_as_a_uuid_of_version_4() {
        assert_eq!(RequestId::of([0; 16]).to_string(), "00000000-0000-4000-8000-000000000000");
        assert_eq!(RequestId::of([0xff; 16]).to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        let bytes = std::array::from_fn(|i| u8::try_from(i).unwrap());
        assert_eq!(RequestId::of(bytes).to_string(), "00010203-0405-4607-8809-0a0b0c0d0e0f");
    }

    #[tokio::test]
    async fn an_id_is_known_only_while_its_request_is_answered() {
        let id = RequestId::new(&Entropy::seeded([7; 32]));
        assert_eq!(RequestId::current(), None);
        assert_eq!(id.scope(async { RequestId::current() }).await, Some(id));
        assert_eq!(RequestId::current(), None);
    }
}
