//! The real program with the demonstration, in folders of its own, under the settings of a test. When it ends it is
//! audited: exit code 0 after SIGTERM, no panic in its log, and a store that checks.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The demonstration's poll.
pub(crate) const POLL: &str = "svxf4gt2yvqr2g2edjnppks6ky";

/// Until something that should happen is given up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Program {
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    folder: TempDir,
    settings: Vec<(String, String)>,
    running: Option<(Child, BufReader<ChildStdout>)>,
}

impl Program {
    /// Starts it. Settings by section and key, such as `LIMITS__HEADER_SECONDS`.
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        let mut program = Self::new(settings);
        program.start_again();
        program
    }

    /// Starts it with so many open files at most.
    pub(crate) fn start_with_files(most: u64) -> Self {
        let mut program = Self::new(&[]);
        let plain = program.command("serve");
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -n {most}; exec \"$0\" \"$@\"")]);
        command.arg(plain.get_program()).args(plain.get_args()).stdin(Stdio::null());
        command.envs(plain.get_envs().filter_map(|(key, value)| Some((key, value?))));
        program.spawn(command);
        program
    }

    fn new(settings: &[(&str, &str)]) -> Self {
        // Small files, so that a start costs little.
        let small = [("STORE__SEGMENT_MIB", "2"), ("STORE__BALLAST_MIB", "0"), ("STORE__FREE_MIB", "0")];
        let settings = small.iter().chain(settings);
        let settings = settings.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let folder = tempfile::tempdir().unwrap();
        let address = "127.0.0.1:0".parse().unwrap();
        Self { address, token: String::new(), folder, settings: settings.collect(), running: None }
    }

    /// Starts it at the address it had.
    pub(crate) fn start_again(&mut self) {
        let command = self.command("serve");
        self.spawn(command);
    }

    fn spawn(&mut self, mut command: Command) {
        assert!(self.running.is_none());
        let log = File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        command.arg("--demo").args(["--listen", &self.address.to_string()]);
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        loop {
            let mut line = String::new();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "it ended: {}", self.log());
            if let Some(token) = line.strip_prefix("owner token") {
                self.token = token.split_whitespace().next().unwrap().to_owned();
            }
            if let Some(url) = line.strip_prefix("API") {
                let authority = url.split("//").nth(1).unwrap().split('/').next().unwrap();
                self.address = authority.parse().unwrap();
                break;
            }
        }
        self.running = Some((child, output));
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fanfare"));
        command.arg(name).arg("--data").arg(self.folder.path().join("data"));
        command.arg("--keys").arg(self.folder.path().join("keys")).stdin(Stdio::null());
        for (key, value) in &self.settings {
            command.env(format!("FANFARE__{key}"), value);
        }
        command
    }

    /// What it logged, of all its runs.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    pub(crate) fn signal(&self, name: &str) {
        let (child, _) = self.running.as_ref().unwrap();
        let sent = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// The memory it holds, in KiB, where the system tells (Linux).
    pub(crate) fn memory(&self) -> Option<u64> {
        let (child, _) = self.running.as_ref().unwrap();
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.running.as_mut().unwrap().0.try_wait().unwrap().is_none()
    }

    /// Waits for its end after a signal.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let (mut child, _) = self.running.take().unwrap();
        let since = Instant::now();
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return status;
            }
            if since.elapsed() > PATIENCE {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("it did not end: {}", self.log());
            }
            pause();
        }
    }

    /// Ends it as an operator would, and looks at what it leaves behind.
    fn audit(&mut self) {
        if self.running.is_some() {
            self.signal("TERM");
            let status = self.ended();
            assert!(status.success(), "{status:?}: {}", self.log());
        }
        let log = self.log();
        assert!(!log.contains("panicked"), "{log}");
        let checked = self.command("check").output().unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if std::thread::panicking() {
            if let Some((mut child, _)) = self.running.take() {
                let _ = child.kill();
                let _ = child.wait();
            }
            eprintln!("{}", self.log());
        } else {
            self.audit();
        }
    }
}

/// Between two looks at something that will happen.
pub(crate) fn pause() {
    std::thread::park_timeout(Duration::from_millis(5));
}

/// Looks until it is so.
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let since = Instant::now();
    while !so() {
        assert!(since.elapsed() < PATIENCE, "never: {what}");
        pause();
    }
}
