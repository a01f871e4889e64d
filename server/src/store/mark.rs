//! May a state be believed at the start? sled's pages reach the disk in any order: what a power cut leaves may open, say
//! how far it has come, and lack rows all the same. So a file among its files tells in which run of the machine it was
//! written last. As long as that run goes on, nothing that was written is lost, however the program ended; after it only
//! a state that was closed is believed. One without a mark never is: a state that failed loses its own.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::files::write_whole;

const CLOSED: &str = "closed\n";

/// The mark of a state.
#[derive(Debug)]
pub(super) struct Mark(PathBuf);

impl Mark {
    /// In the folder of a state.
    pub(super) fn of(state: &Path) -> Self {
        Self(state.join("mark"))
    }

    /// Why the state is not to be believed, if so.
    pub(super) fn doubt(&self) -> Option<&'static str> {
        match fs::read_to_string(&self.0) {
            Ok(mark) if mark == CLOSED || run_of_the_machine().is_some_and(|run| run == mark) => None,
            Ok(_) => Some("the machine went down before the state was closed, so rows may be missing"),
            Err(_) => Some("it failed before, or comes from another program"),
        }
    }

    /// Says durably, before anything is written, that the state is written in this run of the machine.
    pub(super) fn open(&self) -> io::Result<()> {
        let run = run_of_the_machine().unwrap_or_else(|| "not told\n".to_owned());
        if fs::read_to_string(&self.0).is_ok_and(|mark| mark == run) {
            return Ok(());
        }
        write_whole(&self.0, run.as_bytes())
    }

    /// Says that the state is durable as a whole, and that nobody writes it any more.
    pub(super) fn close(&self) -> io::Result<()> {
        write_whole(&self.0, CLOSED.as_bytes())
    }

    /// Says that the state is not to be believed. Needs no room on the disk.
    pub(super) fn remove(&self) -> io::Result<()> {
        match fs::remove_file(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// What Linux draws at random when the machine starts; the same in a container. Unknown elsewhere: then only a closed
/// state is believed.
fn run_of_the_machine() -> Option<String> {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_state_of_this_run_or_one_that_was_closed_is_believed() {
        let folder = tempfile::tempdir().unwrap();
        let mark = Mark::of(folder.path());
        assert!(mark.doubt().unwrap().contains("another program"));
        mark.open().unwrap();
        // Where the system does not tell its runs apart, never.
        assert_eq!(mark.doubt().is_none(), run_of_the_machine().is_some());
        fs::write(folder.path().join("mark"), "0d4c9c54-95d5-4d25-b4c6-8c3e4e5e9a5f\n").unwrap();
        assert!(mark.doubt().unwrap().contains("went down"));
        mark.close().unwrap();
        assert_eq!(mark.doubt(), None);
        mark.remove().unwrap();
        assert!(mark.doubt().is_some());
    }
}
