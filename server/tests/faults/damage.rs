//! Bits flip, pieces are zeroed, files are cut short: each file of the two folders in turn (long: 200 injuries each).
//!
//! No wrong answer may come of it. The start refuses, naming the file and what to do; or the damage is healed; or it
//! meets nothing that matters. And `fanfare check` finds whatever makes a difference.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use fanfare_shared::log::hash::Hash;

use crate::harness::server::POLL;
use crate::harness::{History, Load, Server, cycles, report};

const CLIENTS: u32 = 8;
/// Bytes that a bad sector takes along.
const SECTOR: usize = 512;

/// One injury to a file.
#[derive(Clone, Copy)]
enum Injury {
    Flip(usize),
    Zero(usize),
    Truncate(usize),
}

impl Injury {
    /// The bytes afterwards; none where nothing would be different.
    fn done_to(self, before: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = before.to_vec();
        match self {
            Self::Flip(bit) => bytes[bit / 8] ^= 1 << (bit % 8),
            Self::Zero(at) => {
                let end = (at + SECTOR).min(bytes.len());
                bytes[at..end].fill(0);
            }
            Self::Truncate(length) => bytes.truncate(length),
        }
        (bytes != before).then_some(bytes)
    }

    /// The `n`-th injury to a file whose last byte that is not zero stands before `used`.
    fn number(n: u64, name: &str, used: usize) -> Self {
        let random = Hash::of(format!("{name} {n}").as_bytes());
        let random = u64::from_le_bytes(*random.bytes().first_chunk().unwrap());
        let at = usize::try_from(random % used as u64).unwrap();
        match n % 3 {
            0 => Self::Flip(at * 8 + usize::try_from(random >> 61).unwrap()),
            1 => Self::Zero(at),
            _ => Self::Truncate(at),
        }
    }
}

impl fmt::Display for Injury {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flip(bit) => write!(f, "bit {} of byte {} flipped", bit % 8, bit / 8),
            Self::Zero(at) => write!(f, "a sector zeroed from byte {at} on"),
            Self::Truncate(length) => write!(f, "cut off after {length} bytes"),
        }
    }
}

/// What came of the injuries to one file.
#[derive(Debug, Default)]
struct Came {
    injured: u64,
    /// The start was refused, with a reason.
    refused: u64,
    /// It started, said what it found, and gave right answers.
    healed: u64,
    /// Of all, what `fanfare check` found.
    found: u64,
}

/// Every file below a folder, by its path in it.
fn files(root: &Path, folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(root, &path, found);
        } else {
            found.push(path.strip_prefix(root).unwrap().to_owned());
        }
    }
    found.sort();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Every document that the server gives is the one that its name says; what it cannot give it refuses.
fn documents(server: &Server, names: &[String]) -> Result<(), String> {
    for name in names {
        let path = format!("/log/a/{POLL}/doc/{name}");
        if let Ok(bytes) = server.try_get(&path)
            && Hash::of(&bytes).to_hex() != *name
        {
            return Err(format!("{path} is another document"));
        }
    }
    Ok(())
}

/// Injures a copy of an installation and looks what comes of it. An error is a wrong or a useless answer.
fn injure(
    whole: (&Server, &Path, &History),
    (file, injured): (&Path, &[u8]),
    names: &[String],
    came: &mut Came,
) -> Result<(), String> {
    let (like, root, history) = whole;
    let work = tempfile::tempdir().unwrap();
    copy(root, work.path());
    fs::write(work.path().join(file), injured).unwrap();
    let mut server = like.at(work.path());
    came.injured += 1;

    let check = server.check();
    let found = !check.status.success();
    came.found += u64::from(found);
    let (report, complaint) =
        (String::from_utf8_lossy(&check.stdout), String::from_utf8_lossy(&check.stderr));
    if complaint.contains("panicked at") {
        return Err(format!("the check panicked: {complaint}"));
    }
    if found && !(report.contains("DAMAGED") || complaint.contains(&*file.to_string_lossy())) {
        return Err(format!("the check names no damage: {report}{complaint}"));
    }

    server.start();
    if server.ready().is_some() {
        let answers = history.faults(&server).map_err(|faults| faults.join("\n"));
        let answers = answers.and_then(|_| documents(&server, names));
        answers.map_err(|wrong| format!("it serves what is wrong: {wrong}\n{}", server.said()))?;
        came.healed += u64::from(server.said().contains("WARN"));
        server.kill();
    } else {
        came.refused += 1;
        let said = server.said();
        let name = file.file_name().unwrap().to_string_lossy();
        let folder = file.parent().unwrap().file_name().unwrap().to_string_lossy();
        let names_it = said.contains(&*name) || said.contains(&*folder);
        let advice = ["restore", "Restore", "bring", "Bring", "name the right folder", "start the program"];
        if !names_it || !advice.iter().any(|words| said.contains(words)) {
            return Err(format!("the refusal does not say which file and what to do: {said}"));
        }
        if !found {
            return Err(format!("the check says that all is well, and the start refuses: {said}"));
        }
    }
    if server.said().contains("panicked at") {
        return Err(format!("a panic reached the operator: {}", server.said()));
    }
    Ok(())
}

#[test]
fn no_damage_to_any_file_makes_a_wrong_answer() {
    let injuries = cycles(3, 200);
    let root = tempfile::tempdir().unwrap();
    let mut server = Server::new(root.path());
    server.environment.push(("FANFARE__STORE__SEGMENT_MIB", "1".to_owned()));
    server.start_ready();
    let mut load = Load::start(&server, CLIENTS);
    load.successes(150);
    let history = load.finish();
    server.restart();
    history.check(&server, 100);
    server.stop();
    server.check_store();

    let mut found = Vec::new();
    files(root.path(), root.path(), &mut found);
    let names: Vec<String> = files_in(&server.data().join("documents"));
    let (mut wrong, mut all) = (Vec::new(), Came::default());
    for file in &found {
        let name = file.display().to_string();
        let before = fs::read(root.path().join(file)).unwrap();
        let Some(last) = before.iter().rposition(|byte| *byte != 0) else { continue };
        let mut came = Came::default();
        for n in 0..injuries {
            let injury = Injury::number(n, &name, last + 1);
            let Some(injured) = injury.done_to(&before) else { continue };
            let outcome = injure((&server, root.path(), &history), (file, &injured), &names, &mut came);
            wrong.extend(outcome.err().map(|what| format!("{name}, {injury}: {what}")));
        }
        let vital = name.starts_with("data/journal") || name.starts_with("data/documents");
        if vital && came.found < came.injured {
            wrong.push(format!("{name}: the check found {} of {}", came.found, came.injured));
        }
        all.injured += came.injured;
        all.refused += came.refused;
        all.healed += came.healed;
        all.found += came.found;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(all.refused > 0 && all.healed > 0, "{all:?}");
    let Came { injured, refused, healed, found: seen } = all;
    let harmless = injured - refused - healed;
    report::row(
        "T5: damage",
        injuries,
        &format!(
            "{injured} injuries to {} files: {refused} refused by name, {healed} healed, {harmless} without effect, \
             0 wrong answers; {seen} found by `fanfare check`",
            found.len()
        ),
    );
}

fn files_in(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
