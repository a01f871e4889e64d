//! The real program, started and killed.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The demonstration's poll.
pub const POLL: &str = "svxf4gt2yvqr2g2edjnppks6ky";

pub struct Server {
    pub folder: tempfile::TempDir,
    address: String,
    child: Option<Child>,
    agent: ureq::Agent,
}

/// An agent that takes every status for an answer.
pub fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    config.timeout_global(Some(Duration::from_secs(20))).build().into()
}

impl Server {
    pub fn new() -> Self {
        // The address is part of the logs' names, so every start takes the same port.
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self::at(free.to_string())
    }

    /// With empty folders, at an address that is known already.
    pub fn at(address: String) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), address, child: None, agent: agent() }
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The program, told where its folders are.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fanfare"));
        command.arg(name).arg("--data").arg(self.folder.path().join("data"));
        command.arg("--keys").arg(self.folder.path().join("keys"));
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        // All its clients share one address.
        command.env("FANFARE__LIMITS__WRITES_PER_SECOND", "0");
        command
    }

    /// Brings in the demonstration's campaign.
    pub fn apply_demo(&self) {
        let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/aurora.toml");
        let done = self.command("apply").arg(document).args(["--url", &self.base()]).output().unwrap();
        assert!(done.status.success(), "{done:?}");
        assert!(
            String::from_utf8_lossy(&done.stdout).contains("owner token"),
            "the first start says it, whichever it is"
        );
    }

    pub fn start(&mut self) {
        assert!(self.child.is_none());
        let mut command = self.command("serve");
        command.args(["--listen", &self.address, "--url", &self.base()]).stderr(Stdio::inherit());
        self.child = Some(command.spawn().unwrap());
    }

    /// Asks `/readyz` until it says yes; a server that ends instead is a failure.
    pub fn wait_until_ready(&mut self) {
        let ready = format!("{}/readyz", self.base());
        loop {
            if self.agent.get(&ready).call().is_ok_and(|reply| reply.status() == 200) {
                return;
            }
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "the server ended instead of getting ready: {ended:?}");
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Until its first line on standard output, or its end.
    pub fn wait_until_it_speaks(&mut self) {
        let mut line = String::new();
        let output = self.child.as_mut().unwrap().stdout.take().unwrap();
        let _ = BufReader::new(output).read_line(&mut line);
    }

    pub fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// SIGTERM: drains and ends with 0.
    pub fn stop(&mut self) {
        let mut child = self.child.take().unwrap();
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let status = child.wait().unwrap();
        assert!(status.success(), "{status:?}");
    }

    pub fn get(&self, path: &str) -> String {
        let mut reply = self.agent.get(format!("{}{path}", self.base())).call().unwrap();
        assert_eq!(reply.status(), 200, "{path}");
        reply.body_mut().read_to_string().unwrap()
    }

    pub fn get_bytes(&self, path: &str) -> Vec<u8> {
        let mut reply = self.agent.get(format!("{}{path}", self.base())).call().unwrap();
        assert_eq!(reply.status(), 200, "{path}");
        reply.body_mut().read_to_vec().unwrap()
    }

    /// `fanfare check` says that all is well.
    pub fn check_store(&self) {
        let done = self.command("check").output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
