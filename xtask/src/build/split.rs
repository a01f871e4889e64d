//! How does a program come apart? What its source marks with `#[wasm_split]`, and what nothing else needs, is
//! taken out of the linked file; the rest starts without it and fetches it when it is needed.
//!
//! It happens between the linker and wasm-bindgen. Each piece knows where the main one has its functions and
//! its data, so pieces of two builds do not go together: their names, which carry hashes, see to that.

use anyhow::{Context, Result, anyhow};
use std::fs;
use std::path::Path;
use wasm_split_cli_support::{Options, transform};

/// What cargo is told. Without the linker's relocations nobody knows what in a linked file belongs to what.
pub(super) const COMPILED: [&str; 5] = ["--features", "split", "--", "-C", "link-arg=--emit-relocs"];

/// Writes the pieces, and the script that fetches them, into a folder; the main one, not yet bound, is
/// returned. `glue` is the name of the script that wasm-bindgen will write beside them.
pub(super) fn split(linked: &[u8], glue: &str, folder: &Path) -> Result<Vec<u8>> {
    let main = folder.join("unbound");
    let glue = format!("./{glue}");
    let mut options = Options::new(linked);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = &glue;
    transform(options).map_err(|error| anyhow!("splitting: {error:#}"))?;
    fs::read(main).context("the main piece")
}
