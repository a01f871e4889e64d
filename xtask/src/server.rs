//! How do the commands start the server with its demo, and learn its addresses?

use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::process::program;
use crate::workspace::Workspace;

/// Where the hosted page lives unless told otherwise; the brand's page is on the next port.
const FIRST_PORT: u16 = 8080;

/// Longer than any machine needs to start, shorter than anybody waits.
const START: Duration = Duration::from_secs(60);

/// The port asked for, or the first pair of free ones from 8080 on.
pub(crate) fn port(asked: Option<u16>) -> Result<u16> {
    let free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    match asked {
        Some(port) if free(port) => Ok(port),
        Some(port) => bail!("port {port} is taken"),
        None => (FIRST_PORT..FIRST_PORT + 200)
            .step_by(2)
            .find(|&port| free(port) && free(port + 1))
            .context("no free port from 8080 to 8279"),
    }
}

/// `fanfare serve --demo` on a port of this machine.
pub(crate) fn demo(binary: &Path, workspace: &Workspace, data: &Path, port: u16) -> Command {
    let mut command = program(binary, &workspace.root);
    command.args(["serve", "--demo"]).arg(format!("--listen=127.0.0.1:{port}")).arg("--data").arg(data);
    command
}

/// Where the demo on this port keeps its data between runs. Each port has its own: the address of the first
/// start is part of the logs.
pub(crate) fn demo_data(workspace: &Workspace, port: u16) -> PathBuf {
    workspace.target.join("demo-data").join(port.to_string())
}

/// A demo that lives as long as this value, with data of its own.
pub(crate) struct Demo {
    child: Child,
    folder: PathBuf,
    /// The server's address, without a path: `127.0.0.1:8080`.
    authority: String,
}

impl Demo {
    /// Starts it on a free port and waits until it says where it is.
    pub(crate) fn start(workspace: &Workspace, binary: &Path) -> Result<Self> {
        // Its keys come to lie beside the data: both in one folder that can be removed.
        let folder = workspace.target.join("tmp");
        let folder = folder.join(format!("demo-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let mut child = demo(binary, workspace, &folder.join("data"), 0)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut demo = Self { child, folder, authority: String::new() };
        // The thread goes on reading, so that the server never waits for somebody to take what it says.
        let (said, address) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(url) = address_in(&line) {
                    let _ = said.send(url.to_owned());
                }
            }
        });
        let url = address.recv_timeout(START).context("the server did not say where it is")?;
        let rest = url.strip_prefix("http://").unwrap_or(&url);
        let end = rest.find('/').unwrap_or(rest.len());
        demo.authority = rest.chars().take(end).collect();
        Ok(demo)
    }

    /// The body of a GET, as it is without any compression.
    pub(crate) fn get(&self, path: &str) -> Result<Vec<u8>> {
        let host = &self.authority;
        let mut stream = TcpStream::connect(host).with_context(|| host.clone())?;
        // HTTP/1.0: no chunks, and the end of the body is the end of the connection.
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n")?;
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply)?;
        let split = reply.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        let split = split.context("the reply has no head")?;
        let body = reply.split_off(split + 4);
        let head = String::from_utf8_lossy(&reply);
        let status = head.lines().next().unwrap_or_default();
        if status.split(' ').nth(1) != Some("200") {
            bail!("GET {path}: {status}");
        }
        Ok(body)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Nothing in it is to be kept, so it need not be asked to finish.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The address in the line `API  http://…`, the last of what the server says at its start.
fn address_in(line: &str) -> Option<&str> {
    let url = line.trim().strip_prefix("API")?.trim();
    url.starts_with("http").then_some(url)
}

#[cfg(test)]
mod tests {
    use super::{address_in, port};
    use std::net::{Ipv4Addr, TcpListener};

    #[test]
    fn the_address_is_read_from_the_server_s_own_words() {
        let url = "http://127.0.0.1:8080/openapi.json";
        assert_eq!(address_in(&format!("API          {url}")), Some(url));
        assert_eq!(address_in("brand page   http://127.0.0.1:8081/"), None);
        assert_eq!(address_in("API: /openapi.json"), None);
    }

    #[test]
    fn a_taken_port_is_refused_when_asked_for_by_number() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        assert!(port(Some(taken.local_addr().unwrap().port())).is_err());
    }
}
