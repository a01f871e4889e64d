//! The power is cut under load, on an ext4 of its own: what waits in the kernel's memory is gone (long: 100 cycles).
//! And to show that this attack has teeth: with `fsync` switched off it must find what was lost.
//!
//! What one disk does to the order of pages in the state is chance. So they are mixed by hand, too: some as they were
//! earlier, some as they came to be.

use std::fs;

use crate::harness::disk::Disk;
use crate::harness::tools::{Tools, tools};
use crate::harness::{Load, Server, cycles, report};

const CLIENTS: u32 = 16;
const MIB: u64 = 512;

/// The kernel's name for the run of the machine, which another one follows when the power comes back.
struct Run(tempfile::NamedTempFile);

impl Run {
    fn first(server: &mut Server) -> Self {
        let run = Self(tempfile::NamedTempFile::new().unwrap());
        run.begin(0);
        let shim = tools().unwrap().shim.display().to_string();
        server.environment.push(("LD_PRELOAD", shim));
        server.environment.push(("SHIM_BOOT", run.0.path().display().to_string()));
        run
    }

    fn begin(&self, number: u64) {
        fs::write(self.0.path(), format!("{number:08x}-0000-4000-8000-000000000000\n")).unwrap();
    }
}

fn ingredients() -> Result<(&'static Tools, Disk), String> {
    Ok((tools()?, Disk::ext4(MIB)?))
}

#[test]
fn what_was_acknowledged_survives_every_power_cut() {
    const NAME: &str = "T2: power cut";
    let disk = match ingredients() {
        Ok((_, disk)) => disk,
        Err(why) => return report::skipped(NAME, &why),
    };
    let cycles = cycles(3, 100);
    let mut server = Server::new(&disk.root());
    let run = Run::first(&mut server);
    let mut load = Load::start(&server, CLIENTS);
    for cycle in 0..cycles {
        server.start_ready();
        assert!(!server.said().contains("made again"), "{}", server.said());
        let worked = load.until(30 + (cycle * 53) % 170, || server.has_ended());
        assert!(worked, "the server ended, or does nothing: {}", server.said());
        disk.cut_power();
        server.kill();
        disk.plug_in_again();
        run.begin(cycle + 1);
        server.start_ready();
        assert!(server.said().contains("the machine went down"), "{}", server.said());
        server.kill();
        // Row for row what the journal says.
        server.check_store();
    }
    server.start_ready();
    load.successes(10);
    let history = load.finish();
    server.restart();
    let figures = history.check(&server, 100);
    server.stop();
    server.check_store();
    report::row(NAME, cycles, &format!("{figures}; the state was made again each time"));
}

#[test]
fn the_power_cut_notices_a_missing_fsync() {
    const NAME: &str = "T2: power cut without fsync";
    let (tools, disk) = match ingredients() {
        Ok(ingredients) => ingredients,
        Err(why) => return report::skipped(NAME, &why),
    };
    let mut server = Server::new(&disk.root());
    // Everything up to here is safe: what is lost below is lost by the journal alone.
    disk.sync();
    server.environment.push(("LD_PRELOAD", tools.shim.display().to_string()));
    server.environment.push(("SHIM_NO_SYNC", "1".to_owned()));
    let mut load = Load::start(&server, CLIENTS);
    server.start_ready();
    load.successes(200);
    disk.cut_power();
    server.kill();
    disk.plug_in_again();
    let history = load.finish();
    server.environment.retain(|(name, _)| *name != "LD_PRELOAD");
    server.start_ready();
    let faults = history.faults(&server).unwrap_err();
    let lost = faults.iter().filter(|fault| fault.contains("acknowledged and is lost")).count();
    assert!(lost >= 100, "{lost} of 200 were found to be lost: {faults:?}");
    report::row(NAME, 1, &format!("{lost} acknowledged acts are gone, and the history checker names each"));
}
