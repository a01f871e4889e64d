//! The real program, with every log line there is and its metrics on a port of their own.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use ureq::http::{Method, Request, Response};

/// The demonstration's campaign.
pub(crate) const DEMO: &str = include_str!("../../../demo/aurora.toml");

pub(crate) struct Server {
    pub(crate) base: String,
    pub(crate) metrics: String,
    pub(crate) owner: String,
    folder: tempfile::TempDir,
    agent: ureq::Agent,
    child: Child,
    /// Kept open: whoever closes it breaks the program's standard output.
    _output: Lines<BufReader<ChildStdout>>,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) id: String,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }
}

impl Server {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("settings.toml");
        let text = "[log]\nformat = \"json\"\nfilter = \"trace\"\n[metrics]\nlisten = \"127.0.0.1:0\"\n\
                    [store]\nsegment_mib = 1\nfree_mib = 1\nballast_mib = 0\n";
        std::fs::write(&settings, text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_fanfare"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--config"]).arg(settings);
        command.arg("--data").arg(folder.path().join("data"));
        command.arg("--keys").arg(folder.path().join("keys"));
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command.stderr(File::create(folder.path().join("log")).unwrap());
        let mut child = command.spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let [mut metrics, mut owner, mut base] = [const { String::new() }; 3];
        while base.is_empty() {
            let line = output.next().expect("it ended instead of starting").unwrap();
            let word = line.split_whitespace().find(|word| word.len() > 10).unwrap_or_default();
            match line.split("  ").next().unwrap() {
                "metrics" => metrics = word.to_owned(),
                "owner token" => owner = word.to_owned(),
                "API" => base = word.strip_suffix("/openapi.json").unwrap().to_owned(),
                _ => {}
            }
        }
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        // A server that answers before it has read a body may end the connection: each request has its own.
        let config = config.max_idle_connections(0).max_idle_connections_per_host(0);
        let config = config.max_redirects_will_error(false).allow_non_standard_methods(true);
        let agent = config.timeout_global(Some(Duration::from_secs(20))).build().into();
        Self { base, metrics, owner, folder, agent, child, _output: output }
    }

    /// Sends anything, as far as the head of its answer.
    pub(crate) fn open(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Response<ureq::Body> {
        let method: Method = method.parse().unwrap();
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_empty() {
            return self.agent.run(request.body(()).unwrap()).unwrap();
        }
        self.agent.run(request.body(body.to_owned()).unwrap()).unwrap()
    }

    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut reply = self.open(method, path, headers, body);
        let id = reply.headers()["x-request-id"].to_str().unwrap().to_owned();
        Answer { status: reply.status().as_u16(), id, bytes: reply.body_mut().read_to_vec().unwrap() }
    }

    /// Brings a campaign in.
    pub(crate) fn apply(&self, document: &str) {
        let owner = format!("Bearer {}", self.owner);
        let headers = [("authorization", owner.as_str()), ("content-type", "application/toml")];
        let reply = self.send("PUT", "/api/v1/campaigns/aurora", &headers, document);
        assert_eq!(reply.status, 200, "{}", reply.text());
    }

    /// What anybody may read; it must be there.
    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        let answer = self.send("GET", path, &[], "");
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.bytes
    }

    pub(crate) fn scrape(&self) -> String {
        let mut reply = self.agent.get(&self.metrics).call().unwrap();
        assert_eq!(reply.status(), 200);
        assert!(
            reply.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text")
        );
        reply.body_mut().read_to_string().unwrap()
    }

    /// Stops it; gives its whole log.
    pub(crate) fn stop(&mut self) -> String {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
