//! The compiled widget: Rust for wasm32, the glue wasm-bindgen writes for it, and the optimiser.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

use super::Profile;
use super::bundle::{File, digest};
use super::tools::{Tools, run as run_tool};
use crate::process::run;
use crate::setup;
use crate::workspace::Workspace;

/// The features the optimiser may use, by name: `--all-features` writes imports that browsers refuse.
const WASM_OPT: [&str; 10] = [
    "-Oz",
    "--converge",
    "--strip-producers",
    "--strip-target-features",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// `widget.wasm` and its glue `widget.js`.
pub(super) fn files(workspace: &Workspace, profile: Profile, tools: &Tools) -> Result<Vec<File>> {
    let compiled = compile(workspace, profile)?;
    let folder = workspace.target.join(match profile {
        Profile::Release => "widget-release",
        Profile::Dev => "widget-dev",
    });
    fs::create_dir_all(&folder)?;
    // Binding and optimising take longer than everything else of a rebuild that changed nothing.
    let stamp = folder.join("made-from");
    let made_from = made_from(&compiled, tools, &folder);
    if fs::read_to_string(&stamp).ok().as_deref() != Some(&made_from) {
        bind(compiled, profile, &folder)?;
        shrink(tools, &folder)?;
        fs::write(&stamp, made_from)?;
    }
    Ok(vec![
        File::new("widget.wasm", fs::read(folder.join("widget.wasm"))?),
        File::new("widget.js", fs::read(folder.join("widget.js"))?),
    ])
}

fn compile(workspace: &Workspace, profile: Profile) -> Result<Vec<u8>> {
    setup::target(workspace, "wasm32-unknown-unknown")?;
    let (name, folder) = match profile {
        Profile::Release => ("wasm", "wasm"),
        Profile::Dev => ("dev", "debug"),
    };
    run(workspace
        .cargo()
        .args(["build", "--package", "fanfare-widget", "--bin", "widget"])
        .args(["--no-default-features", "--features", "csr"])
        .args(["--target", "wasm32-unknown-unknown", "--profile", name]))?;
    let target = workspace.target.join("wasm32-unknown-unknown");
    let path = target.join(folder).join("widget.wasm");
    fs::read(&path).with_context(|| path.display().to_string())
}

fn made_from(compiled: &[u8], tools: &Tools, folder: &Path) -> String {
    let optimised = tools.wasm_opt(folder).is_some();
    format!("{} {optimised} {WASM_OPT:?}", digest(compiled))
}

/// Writes the folder `bound`: `widget_bg.wasm`, its glue `widget.js` and the snippets of JavaScript that crates
/// bring. The glue gets no address of the WebAssembly: whoever mounts knows it.
fn bind(compiled: Vec<u8>, profile: Profile, folder: &Path) -> Result<()> {
    let release = profile == Profile::Release;
    let bound = folder.join("bound");
    if bound.is_dir() {
        fs::remove_dir_all(&bound)?;
    }
    Bindgen::new()
        .input_bytes("widget", compiled)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate(&bound)
}

/// Makes `widget.wasm` and `widget.js` of what was bound.
fn shrink(tools: &Tools, folder: &Path) -> Result<()> {
    if let Some(mut wasm_opt) = tools.wasm_opt(folder) {
        wasm_opt.args(WASM_OPT).arg("bound/widget_bg.wasm");
        run_tool(wasm_opt.args(["-o", "widget.wasm"]))?;
    } else {
        fs::copy(folder.join("bound/widget_bg.wasm"), folder.join("widget.wasm"))?;
    }
    if let Some(mut esbuild) = tools.esbuild(folder) {
        esbuild.args(["bound/widget.js", "--bundle", "--minify", "--format=esm"]);
        run_tool(esbuild.args(["--log-level=warning", "--outfile=widget.js"]))?;
    } else if folder.join("bound/snippets").is_dir() {
        bail!("a dependency brings JavaScript of its own, which only the minifier can put into one file");
    } else {
        fs::copy(folder.join("bound/widget.js"), folder.join("widget.js"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_halves_of_wasm_bindgen_have_one_version() {
        let lock = include_str!("../../../Cargo.lock");
        let version = |name: &str| {
            let (_, rest) = lock.split_once(&format!("name = \"{name}\"\n")).unwrap();
            rest.lines().next().unwrap()
        };
        assert_eq!(version("wasm-bindgen"), version("wasm-bindgen-cli-support"));
    }
}
