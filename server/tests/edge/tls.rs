//! TLS without a proxy, and certificates that change under a running server.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rcgen::{CertifiedKey, KeyPair};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::program::{Program, until};

/// A certificate that nobody but its own test trusts.
struct Pair(CertifiedKey<KeyPair>);

impl Pair {
    fn new() -> Self {
        Self(rcgen::generate_simple_self_signed(["fan.example".to_owned()]).unwrap())
    }

    fn write(&self, folder: &Path) {
        std::fs::write(folder.join("key.pem"), self.0.signing_key.serialize_pem()).unwrap();
        std::fs::write(folder.join("cert.pem"), self.0.cert.pem()).unwrap();
    }

    /// What a visitor who trusts this certificate alone is answered.
    fn get(&self, address: SocketAddr, path: &str) -> std::io::Result<String> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.cert.der().clone()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("fan.example").unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut stream = StreamOwned::new(connection, TcpStream::connect(address)?);
        write!(stream, "GET {path} HTTP/1.1\r\nHost: fan.example\r\nConnection: close\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text)
    }

    fn is_served(&self, address: SocketAddr) -> bool {
        self.get(address, "/healthz").is_ok_and(|text| text.ends_with("alive\n"))
    }
}

fn start(folder: &Path) -> Program {
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    Program::start(&[
        ("TLS__CERT", &file("cert.pem")),
        ("TLS__KEY", &file("key.pem")),
        ("LIMITS__HEADER_SECONDS", "1"),
    ])
}

#[test]
fn a_new_certificate_is_served_without_a_restart_and_a_bad_one_never() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second, third) = (Pair::new(), Pair::new(), Pair::new());
    first.write(folder.path());
    let mut program = start(folder.path());
    let page = first.get(program.address, "/c/aurora").unwrap();
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("\r\nstrict-transport-security: max-age="));
    assert!(!second.is_served(program.address), "it is another one");

    second.write(folder.path());
    program.signal("HUP");
    until("the second served", || second.is_served(program.address));
    assert!(!first.is_served(program.address));

    // A key that belongs to another certificate, and no certificate at all.
    let key = third.0.signing_key.serialize_pem();
    for (name, text) in [("key.pem", key.as_str()), ("cert.pem", "no certificate")] {
        let before = program.log().matches("CANNOT BE USED").count();
        std::fs::write(folder.path().join(name), text).unwrap();
        program.signal("HUP");
        until("said loudly", || program.log().matches("CANNOT BE USED").count() > before);
        assert!(second.is_served(program.address));
    }

    // Nobody says that it has changed.
    third.write(folder.path());
    until("the third served", || third.is_served(program.address));
    assert!(program.is_running());
}

#[test]
fn a_certificate_that_cannot_be_used_refuses_the_start_and_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let pair = Pair::new();
    pair.write(folder.path());
    for (name, text) in [
        ("cert.pem", String::new()),
        ("key.pem", pair.0.cert.pem()),
        ("key.pem", Pair::new().0.signing_key.serialize_pem()),
    ] {
        pair.write(folder.path());
        std::fs::write(folder.path().join(name), text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_fanfare"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path().join("data"));
        for (key, name) in [("CERT", "cert.pem"), ("KEY", "key.pem")] {
            command.env(format!("FANFARE__TLS__{key}"), folder.path().join(name));
        }
        let ended = command.output().unwrap();
        assert!(!ended.status.success());
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(
            said.contains("[tls]") && (said.contains(name) || said.contains("belong together")),
            "{said}"
        );
    }
}

#[test]
fn whoever_does_not_speak_tls_or_never_finishes_the_greeting_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let pair = Pair::new();
    pair.write(folder.path());
    let program = start(folder.path());
    for greeting in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"\x16\x03\x01", b""] {
        let mut stream = TcpStream::connect(program.address).unwrap();
        stream.write_all(greeting).unwrap();
        let mut said = Vec::new();
        // An alert at most, and the end.
        let _ = stream.read_to_end(&mut said);
        assert!(said.len() < 16, "{said:?}");
    }
    assert!(pair.is_served(program.address));
}
