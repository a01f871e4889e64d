//! Disks to be destroyed: an ext4 in a file whose power can be cut, and a small tmpfs that can be filled.
//!
//! Both need root and Linux. What is missing is said by name, and the test that wanted the disk is skipped visibly.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::tools::tools;

/// A file system of its own, unmounted when it is dropped.
pub struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    /// An ext4 of so many MiB, on a loop device, in a file.
    pub fn ext4(mib: u64) -> Result<Self, String> {
        let disk = Self::new()?;
        File::create(disk.image())
            .and_then(|file| file.set_len(mib << 20))
            .map_err(|error| error.to_string())?;
        command("mkfs.ext4", &["-q", "-F"], &[&disk.image()])?;
        disk.mount()?;
        Ok(disk)
    }

    /// A tmpfs of so many MiB.
    pub fn tmpfs(mib: u64) -> Result<Self, String> {
        let disk = Self::new()?;
        command("mount", &["-t", "tmpfs", "-o", &format!("size={mib}m"), "none"], &[&disk.root()])?;
        Ok(disk)
    }

    fn new() -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let disk = Self { folder };
        fs::create_dir(disk.root()).map_err(|error| error.to_string())?;
        Ok(disk)
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join("image")
    }

    /// Where it is mounted.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// Plugs an ext4 in, as after a power cut: what its journal holds is replayed.
    pub fn mount(&self) -> Result<(), String> {
        command("mount", &["-t", "ext4", "-o", "loop"], &[&self.image(), &self.root()])
    }

    /// Everything that was written until now is on the disk.
    pub fn sync(&self) {
        command("sync", &["-f"], &[&self.root()]).unwrap();
    }

    /// Cuts the power: from now on nothing reaches the disk any more, not even what waits in the kernel's memory.
    pub fn cut_power(&self) {
        command(&tools().unwrap().power_cut.display().to_string(), &[], &[&self.root()]).unwrap();
    }

    /// Takes it out and plugs it in again. Nobody may have a file open there any more.
    pub fn plug_in_again(&self) {
        command("umount", &[], &[&self.root()]).unwrap();
        self.mount().unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Not mounted where it could not be made; busy where a test stopped at a surprise.
        let _ = command("umount", &["--lazy"], &[&self.root()]);
    }
}

fn command(program: &str, arguments: &[&str], paths: &[&Path]) -> Result<(), String> {
    let output = Command::new(program).args(arguments).args(paths).output();
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim_end()))
}
