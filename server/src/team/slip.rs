//! What does a browser keep for us, so that we need not? A slip: bytes with an end, under our own hash. Nothing in it is
//! hidden from the browser's owner.

use data_encoding::BASE64URL_NOPAD;
use fanfare_shared::time::Timestamp;
use subtle::ConstantTimeEq;

use super::Team;

/// A slip that came back and counts.
pub(super) struct Slip {
    pub(super) bytes: Vec<u8>,
    pub(super) until: Timestamp,
}

impl Team {
    /// A slip that counts for so many seconds, and for nothing but what it is bound to.
    pub(super) fn slip(&self, bound: &str, bytes: &[u8], seconds: u64) -> String {
        let told = [self.now().plus(seconds).0.to_be_bytes().as_slice(), bytes].concat();
        BASE64URL_NOPAD.encode(&[self.slip_mac(bound, &told).as_slice(), &told].concat())
    }

    /// Reads a slip; none where it is not ours, bound to something else, or over.
    pub(super) fn read_slip(&self, bound: &str, slip: &str) -> Option<Slip> {
        let read = BASE64URL_NOPAD.decode(slip.as_bytes()).ok()?;
        let (mac, told) = read.split_first_chunk::<32>()?;
        let (until, bytes) = told.split_first_chunk()?;
        let until = Timestamp(u64::from_be_bytes(*until));
        let counts = bool::from(self.slip_mac(bound, told).ct_eq(mac)) && self.now() < until;
        counts.then(|| Slip { bytes: bytes.to_vec(), until })
    }

    fn slip_mac(&self, bound: &str, told: &[u8]) -> [u8; 32] {
        self.engine.mac("team-slip", &[bound.as_bytes(), b"\n\n", told].concat())
    }
}
