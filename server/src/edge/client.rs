//! Whose request is it? The address that limits are counted by: of the peer, or of whoever the configured number of
//! proxies say that they speak for.
//!
//! Deliberately absent: trust in the left end of X-Forwarded-For, which anybody can write, and any list of proxies'
//! addresses. An address is held while its request lasts and never logged; what is kept for longer is an [`Alias`].

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// An address as limits keep it: 64 bits of its hash under a key of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Alias(pub(crate) u64);

/// The key that makes aliases; a new process has another.
#[derive(Clone)]
pub struct Aliases([u8; 32]);

impl Aliases {
    /// With a random key.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The alias of an address.
    #[must_use]
    pub fn of(&self, address: IpAddr) -> Alias {
        // Any key length is accepted by HMAC: the error cannot happen.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return Alias(0) };
        match address {
            IpAddr::V4(address) => mac.update(&address.octets()),
            IpAddr::V6(address) => mac.update(&address.octets()),
        }
        let hash = mac.finalize().into_bytes();
        Alias(hash.iter().take(8).fold(0, |bits, byte| bits << 8 | u64::from(*byte)))
    }
}

/// The sender's address. Each proxy appends whom it was asked by, so behind `proxies` of them it is that many places from
/// the right, over all lines of the header. Whoever sent no such place went round the proxies and is the peer.
pub fn address<'a>(
    forwarded: impl DoubleEndedIterator<Item = &'a [u8]>,
    peer: IpAddr,
    proxies: usize,
) -> IpAddr {
    let mut hops = forwarded.rev().flat_map(|line| line.rsplit(|byte| *byte == b','));
    let named = proxies.checked_sub(1).and_then(|place| hops.nth(place)).and_then(parse);
    neighbourhood(named.unwrap_or(peer))
}

/// An address as proxies write it: alone, with a port, in brackets.
fn parse(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse().ok().map(|address: SocketAddr| address.ip()))
}

/// What counts as one sender: an IPv4 address, or the /64 that an IPv6 customer has all of.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn of(lines: &[&str], proxies: usize) -> String {
        address(lines.iter().map(|line| line.as_bytes()), PEER, proxies).to_string()
    }

    #[test]
    fn each_configured_proxy_is_one_place_from_the_right_over_all_lines() {
        let lines = ["6.6.6.6, 203.0.113.9", "198.51.100.2"];
        assert_eq!(of(&lines, 0), "192.0.2.1");
        assert_eq!(of(&lines, 1), "198.51.100.2");
        assert_eq!(of(&lines, 2), "203.0.113.9");
    }

    #[test]
    fn a_missing_or_unreadable_place_is_the_peer() {
        for lines in [&[][..], &["198.51.100.2"], &["", "198.51.100.2"], &["unknown, 198.51.100.2"]] {
            assert_eq!(of(lines, 2), "192.0.2.1", "{lines:?}");
        }
    }

    #[test]
    fn ports_brackets_and_mapped_addresses_are_understood() {
        for (written, meant) in [
            ("203.0.113.9:1234", "203.0.113.9"),
            (" ::ffff:203.0.113.9 ", "203.0.113.9"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::"),
            ("[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::"),
        ] {
            assert_eq!(of(&[written], 1), meant, "{written}");
        }
    }

    #[test]
    fn another_process_knows_an_address_by_another_alias() {
        assert_eq!(Aliases::new([1; 32]).of(PEER), Aliases::new([1; 32]).of(PEER));
        assert_ne!(Aliases::new([1; 32]).of(PEER), Aliases::new([2; 32]).of(PEER));
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(
            lines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..5),
            proxies in any::<usize>(),
        ) {
            let _ = address(lines.iter().map(Vec::as_slice), PEER, proxies);
        }

        #[test]
        fn what_a_visitor_writes_never_moves_what_the_proxies_wrote(
            forged in "[0-9a-f:., ]{0,60}", visitor in any::<u32>(), proxy in any::<u32>(),
        ) {
            let (visitor, proxy) = (std::net::Ipv4Addr::from(visitor), std::net::Ipv4Addr::from(proxy));
            let line = format!("{forged}, {visitor}, {proxy}");
            prop_assert_eq!(of(&[&line], 2), visitor.to_string());
            prop_assert_eq!(of(&[&forged, &visitor.to_string(), &proxy.to_string()], 2), visitor.to_string());
        }

        #[test]
        fn neighbours_in_one_64_are_one_sender(network in any::<u64>(), hosts in any::<(u64, u64)>()) {
            // Mapped IPv4 addresses lie in ::/64 and are single senders.
            prop_assume!(network != 0);
            let of = |host: u64| IpAddr::V6(Ipv6Addr::from_bits(u128::from(network) << 64 | u128::from(host)));
            prop_assert_eq!(neighbourhood(of(hosts.0)), neighbourhood(of(hosts.1)));
        }
    }
}
