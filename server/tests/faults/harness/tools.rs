//! Two small C programs, compiled when a test needs them: what they do (a system call of their own, standing between a
//! program and its library) cannot be said in Rust without `unsafe`, which this project forbids.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The compiled tools.
pub struct Tools {
    _folder: tempfile::TempDir,
    /// A library to be loaded before others: it fails system calls on demand.
    pub shim: PathBuf,
    /// Cuts the power of the file system that its argument lies on.
    pub power_cut: PathBuf,
}

/// The tools, or why there are none.
pub fn tools() -> Result<&'static Tools, String> {
    static TOOLS: OnceLock<Result<Tools, String>> = OnceLock::new();
    TOOLS.get_or_init(compile).as_ref().map_err(Clone::clone)
}

fn compile() -> Result<Tools, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/c");
    let (shim, power_cut) = (folder.path().join("shim.so"), folder.path().join("power_cut"));
    cc(&source.join("shim.c"), &shim, &["-shared", "-fPIC", "-ldl"])?;
    cc(&source.join("power_cut.c"), &power_cut, &[])?;
    Ok(Tools { _folder: folder, shim, power_cut })
}

fn cc(source: &Path, to: &Path, more: &[&str]) -> Result<(), String> {
    let mut cc = Command::new("cc");
    cc.args(["-O1", "-Wall", "-Werror", "-o"]).arg(to).arg(source).args(more);
    let done = cc.output().map_err(|error| format!("there is no C compiler `cc`: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    // A compiler that is there and refuses is a fault of ours.
    panic!("{}", String::from_utf8_lossy(&done.stderr));
}
