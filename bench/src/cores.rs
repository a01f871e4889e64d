//! Who runs where? Clients that take the server's cores keep it from answering, and themselves from asking as often as
//! they are meant to. So for what happens under pressure each side has cores of its own.

use std::fs;

use anyhow::Context;
use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Clients and server apart, until it is dropped.
pub(crate) struct Apart {
    before: CpuSet,
    /// Cores of the server, and of the clients.
    pub(crate) cores: [u32; 2],
}

impl Apart {
    /// Gives the process the first half of the cores, and this one the other. None where there is but one.
    pub(crate) fn from(process: u32) -> anyhow::Result<Option<Self>> {
        let before = sched_getaffinity(None)?;
        let cores: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|core| before.is_set(*core)).collect();
        let (server, clients) = cores.split_at(cores.len() / 2);
        if server.is_empty() {
            return Ok(None);
        }
        let set = |cores: &[usize]| {
            let mut set = CpuSet::new();
            cores.iter().for_each(|core| set.set(*core));
            set
        };
        let (server, clients) = (set(server), set(clients));
        confine(process, &server)?;
        confine(std::process::id(), &clients)?;
        Ok(Some(Self { before, cores: [server.count(), clients.count()] }))
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        // What is measured afterwards would have fewer cores than it says.
        if let Err(error) = confine(std::process::id(), &self.before) {
            crate::report::say(&format!("the clients could not have all cores again: {error}"));
        }
    }
}

/// Every thread of a process; those to come run where the one runs that starts them.
fn confine(process: u32, cores: &CpuSet) -> anyhow::Result<()> {
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        let name = thread?.file_name();
        let id = name.to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw);
        match sched_setaffinity(Some(id.context("no thread")?), cores) {
            // It has ended meanwhile.
            Ok(()) | Err(rustix::io::Errno::SRCH) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
