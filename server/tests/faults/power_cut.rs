//! The power is cut under load, on an ext4 of its own: what waits in the kernel's memory is gone (long: 100 cycles).
//! And to show that this attack has teeth: with `fsync` switched off it must find what was lost.

use crate::harness::disk::Disk;
use crate::harness::tools::{Tools, tools};
use crate::harness::{Load, Server, cycles, report};

const CLIENTS: u32 = 16;
const MIB: u64 = 512;

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
    let mut load = Load::start(&server, CLIENTS);
    for cycle in 0..cycles {
        server.start_ready();
        let worked = load.until(30 + (cycle * 53) % 170, || server.has_ended());
        assert!(worked, "the server ended, or does nothing: {}", server.said());
        disk.cut_power();
        server.kill();
        disk.plug_in_again();
    }
    server.start_ready();
    load.successes(10);
    let history = load.finish();
    server.restart();
    let figures = history.check(&server, 100);
    server.stop();
    server.check_store();
    let rebuilt = std::fs::read_dir(server.data()).unwrap().flatten();
    let rebuilt = rebuilt.filter(|entry| entry.file_name().to_string_lossy().starts_with("state.damaged"));
    report::row(NAME, cycles, &format!("{figures}; the state was made again {} times", rebuilt.count()));
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
