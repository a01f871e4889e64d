//! The header in which proxies say whom they speak for: nothing a visitor writes moves what the proxies wrote.
#![no_main]

use std::net::{IpAddr, Ipv4Addr};

use fanfare::edge::client::address;
use libfuzzer_sys::fuzz_target;

const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

fuzz_target!(|bytes: &[u8]| {
    let Some((proxies, header)) = bytes.split_first() else { return };
    let proxies = usize::from(proxies % 5);
    // Header lines, and hops in them, are parted by what neither can contain.
    let lines: Vec<&[u8]> = header.split(|byte| *byte == b'\n').collect();
    let found = address(lines.iter().copied(), PEER, proxies);

    let hops = lines.iter().flat_map(|line| line.split(|byte| *byte == b',')).count();
    if proxies == 0 || hops < proxies {
        assert_eq!(found, PEER);
        return;
    }
    // Further to the left is whatever the visitor sent: on lines before, or at the start of the first.
    let forged: [&[u8]; 2] = [b"203.0.113.7, [2001:db8::1]:80", header];
    assert_eq!(address(forged.into_iter().chain(lines.iter().copied()), PEER, proxies), found);
    let one = [header, b",", &lines.join(&b',')].concat();
    assert_eq!(address([one.as_slice()].into_iter(), PEER, proxies), found);

    // It is one sender's address, and read again it stays so.
    let text = found.to_string();
    assert_eq!(address([text.as_bytes()].into_iter(), PEER, 1), found);
});
