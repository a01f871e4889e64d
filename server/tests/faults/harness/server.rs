//! The real program: started, watched, killed.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

/// The demonstration's poll.
pub const POLL: &str = "svxf4gt2yvqr2g2edjnppks6ky";

/// Small files, so that every attack meets the ends of them; all clients come from one address.
const SETTINGS: [(&str, &str); 4] = [
    ("FANFARE__LIMITS__WRITES_PER_SECOND", "0"),
    ("FANFARE__STORE__SEGMENT_MIB", "4"),
    ("FANFARE__STORE__BALLAST_MIB", "1"),
    ("FANFARE__STORE__FREE_MIB", "0"),
];

/// Longer than any start takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// An installation and, most of the time, its server.
pub struct Server {
    root: PathBuf,
    address: String,
    /// Variables for everything that is started.
    pub environment: Vec<(&'static str, String)>,
    child: Option<Child>,
    started: Instant,
    /// What all its starts say on standard error; never on the disk that is under attack.
    log: tempfile::NamedTempFile,
    /// Where in it the last start begins.
    log_from: usize,
    agent: ureq::Agent,
}

/// An agent that takes every status for an answer.
pub fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    config.timeout_global(Some(Duration::from_secs(20))).build().into()
}

/// A free port below those that the system gives to outgoing connections: while the server is down, no client's own
/// end may take its place.
fn port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = u16::try_from(std::process::id() % 12_000).unwrap();
    loop {
        let port = 20_000 + (begin + NEXT.fetch_add(1, Ordering::SeqCst)) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

impl Server {
    /// A new installation with the demonstration's campaign, in two folders below `root`.
    pub fn new(root: &Path) -> Self {
        let server = Self::bare(root);
        let done = server.apply();
        assert!(done.status.success(), "{done:?}");
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(said.contains("owner token"), "the first start says it, whichever it is");
        server
    }

    /// An address and nothing else. The address is part of the logs' names: every start takes the same.
    pub fn bare(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            address: format!("127.0.0.1:{}", port()),
            environment: SETTINGS.map(|(name, value)| (name, value.to_owned())).to_vec(),
            child: None,
            started: Instant::now(),
            log: tempfile::NamedTempFile::new().unwrap(),
            log_from: 0,
            agent: agent(),
        }
    }

    /// The same address with other folders.
    pub fn at(&self, root: &Path) -> Self {
        let mut server = Self::bare(root);
        (server.address, server.environment) = (self.address.clone(), self.environment.clone());
        server
    }

    pub fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    pub fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The program, told where its folders are.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fanfare"));
        command.arg(name).arg("--data").arg(self.data()).arg("--keys").arg(self.keys());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command
    }

    /// Brings in the demonstration's campaign.
    pub fn apply(&self) -> Output {
        let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/aurora.toml");
        self.command("apply").arg(document).args(["--url", &self.base()]).output().unwrap()
    }

    /// `fanfare check`.
    pub fn check(&self) -> Output {
        self.command("check").output().unwrap()
    }

    /// `fanfare check` says that all is well.
    pub fn check_store(&self) {
        let done = self.check();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    }

    pub fn start(&mut self) {
        assert!(self.child.is_none());
        self.log_from = usize::try_from(fs::metadata(self.log.path()).unwrap().len()).unwrap();
        let log = File::options().append(true).open(self.log.path()).unwrap();
        let mut command = self.command("serve");
        command.args(["--listen", &self.address, "--url", &self.base()]).stderr(log);
        self.started = Instant::now();
        self.child = Some(command.spawn().unwrap());
    }

    /// Until `/readyz` says yes; gives how long that took since the start. None: it ended instead.
    pub fn ready(&mut self) -> Option<Duration> {
        let (ready, since) = (format!("{}/readyz", self.base()), Instant::now());
        loop {
            if self.agent.get(&ready).call().is_ok_and(|reply| reply.status() == 200) {
                return Some(self.started.elapsed());
            }
            if self.has_ended() {
                return None;
            }
            assert!(since.elapsed() < PATIENCE, "neither ready nor ended: {}", self.said());
            pause(5);
        }
    }

    /// Starts it; it has to get ready.
    pub fn start_ready(&mut self) -> Duration {
        self.start();
        self.ready().unwrap_or_else(|| panic!("the server ended instead of getting ready: {}", self.said()))
    }

    /// Whether the process has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.as_mut().is_none_or(|child| child.try_wait().unwrap().is_some())
    }

    /// How it ended, waiting for `limit`; none: it goes on.
    pub fn ended_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.as_mut()?.try_wait().unwrap() {
                self.child = None;
                return Some(status);
            }
            if since.elapsed() > limit {
                return None;
            }
            pause(5);
        }
    }

    /// Until its first line on standard output, or its end.
    pub fn wait_until_it_speaks(&mut self) {
        let mut line = String::new();
        let output = self.child.as_mut().unwrap().stdout.take().unwrap();
        let _ = BufReader::new(output).read_line(&mut line);
    }

    pub fn kill(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let _ = child.kill();
        child.wait().unwrap();
    }

    /// SIGTERM: drains and ends with 0.
    pub fn stop(&mut self) {
        let mut child = self.child.take().unwrap();
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let status = child.wait().unwrap();
        assert!(status.success(), "{status:?}: {}", self.said());
    }

    /// Stops and starts again: a fresh start shows the public everything that is durable.
    pub fn restart(&mut self) {
        self.stop();
        self.start_ready();
    }

    /// What the last start says on standard error.
    pub fn said(&self) -> String {
        let bytes = fs::read(self.log.path()).unwrap();
        String::from_utf8_lossy(&bytes[self.log_from..]).into_owned()
    }

    /// What all starts said.
    pub fn said_ever(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.log.path()).unwrap()).into_owned()
    }

    pub fn get(&self, path: &str) -> String {
        String::from_utf8(self.get_bytes(path)).unwrap()
    }

    pub fn get_bytes(&self, path: &str) -> Vec<u8> {
        self.try_get(path).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The body of a GET that is answered with 200, or what came instead.
    pub fn try_get(&self, path: &str) -> Result<Vec<u8>, String> {
        let reply = self.agent.get(format!("{}{path}", self.base())).call();
        let mut reply = reply.map_err(|error| error.to_string())?;
        let body = reply.body_mut().with_config().limit(256 * 1024 * 1024).read_to_vec();
        let body = body.map_err(|error| error.to_string())?;
        if reply.status() == 200 { Ok(body) } else { Err(reply.status().to_string()) }
    }
}

/// Between two looks at something that another process does.
pub fn pause(milliseconds: u64) {
    std::thread::park_timeout(Duration::from_millis(milliseconds));
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        if !std::thread::panicking() {
            let said = self.said_ever();
            assert!(!said.contains("panicked at"), "no fault may reach its operator as a panic: {said}");
        }
    }
}
