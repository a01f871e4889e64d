//! What runs compiled in the browser, the widget, the console and the verifier: Rust for wasm32, the glue wasm-bindgen writes for
//! it, and the optimiser.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

use super::Profile;
use super::bundle::{File, digest};
use super::split;
use super::tools::{Tools, run as run_tool};
use crate::process::run;
use crate::setup;
use crate::workspace::Workspace;

/// Control flow made anew (`flatten`, `rereloop`) packs half a percent better. The features the optimiser may use come by
/// name: `--all-features` writes imports that browsers refuse.
const WASM_OPT: [&str; 12] = [
    "--flatten",
    "--rereloop",
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

/// One program for the browser.
pub(super) struct Program {
    package: &'static str,
    /// The binary's name, and the stem of what is made of it.
    name: &'static str,
    /// What cargo is told beyond that.
    features: &'static [&'static str],
    /// Whether it is made of pieces, of which most are fetched when they are needed. It takes the minifier:
    /// the scripts of a split program import each other, which names with hashes cannot do.
    pieces: bool,
}

/// Each in an invocation of its own: features that are united across crates would break `csr`.
pub(super) const WIDGET: Program = Program {
    package: "fanfare-widget",
    name: "widget",
    features: &["--no-default-features", "--features", "csr"],
    pieces: false,
};
pub(super) const CONSOLE: Program =
    Program { package: "fanfare-console", name: "console", features: &[], pieces: true };
pub(super) const VERIFIER: Program =
    Program { package: "fanfare-verifier", name: "verifier", features: &[], pieces: false };

/// What is made of a program.
pub(super) struct Made {
    /// `<name>.wasm`.
    pub(super) wasm: File,
    /// `<name>.js`, which loads it when it is told where it is.
    pub(super) glue: File,
    /// Its other pieces, under the names the glue asks for.
    pub(super) pieces: Vec<File>,
}

impl Program {
    /// Compiles it, unless what is there was made of the same.
    pub(super) fn made(&self, workspace: &Workspace, profile: Profile, tools: &Tools) -> Result<Made> {
        let split = self.pieces && tools.esbuild(&workspace.root).is_some();
        let compiled = self.compile(workspace, profile, split)?;
        let folder = workspace.target.join(match profile {
            Profile::Release => format!("{}-release", self.name),
            Profile::Dev => format!("{}-dev", self.name),
        });
        fs::create_dir_all(&folder)?;
        // Binding and optimising take longer than everything else of a rebuild that changed nothing.
        let stamp = folder.join("made-from");
        let made_from = made_from(&compiled, split, tools, &folder);
        if fs::read_to_string(&stamp).ok().as_deref() != Some(&made_from) {
            self.bind(compiled, profile, split, &folder)?;
            self.shrink(tools, &folder)?;
            fs::write(&stamp, made_from)?;
        }
        let (wasm, glue) = (self.file("wasm"), self.file("js"));
        Ok(Made {
            wasm: File::new(wasm.as_str(), fs::read(folder.join(&wasm))?),
            glue: File::new(glue.as_str(), fs::read(folder.join(&glue))?),
            pieces: wasm_files(&folder.join("pieces"))?
                .into_iter()
                .map(|(name, path)| Ok(File::new(name, fs::read(path)?)))
                .collect::<Result<_>>()?,
        })
    }

    fn file(&self, extension: &str) -> String {
        format!("{}.{extension}", self.name)
    }

    fn compile(&self, workspace: &Workspace, profile: Profile, split: bool) -> Result<Vec<u8>> {
        setup::target(workspace, "wasm32-unknown-unknown")?;
        let (name, folder) = match profile {
            Profile::Release => ("wasm", "wasm"),
            Profile::Dev => ("dev", "debug"),
        };
        let mut cargo = workspace.cargo();
        cargo.args(["rustc", "--package", self.package, "--bin", self.name]).args(self.features);
        cargo.args(["--target", "wasm32-unknown-unknown", "--profile", name]);
        if profile == Profile::Release {
            cargo.args(short_paths(workspace)?);
        }
        if split {
            cargo.args(split::COMPILED);
        }
        run(&mut cargo)?;
        let target = workspace.target.join("wasm32-unknown-unknown");
        let path = target.join(folder).join(self.file("wasm"));
        fs::read(&path).with_context(|| path.display().to_string())
    }

    /// Writes the folder `bound`: `<name>_bg.wasm`, its glue `<name>.js`, the snippets of JavaScript that
    /// crates bring, and the pieces. The glue gets no address of the WebAssembly: whoever starts it knows it.
    fn bind(&self, compiled: Vec<u8>, profile: Profile, split: bool, folder: &Path) -> Result<()> {
        let release = profile == Profile::Release;
        let bound = folder.join("bound");
        emptied(&bound)?;
        let main = if split { split::split(&compiled, &self.file("js"), &bound)? } else { compiled };
        Bindgen::new()
            .input_bytes(self.name, main)
            .web(true)?
            .typescript(false)
            .omit_default_module_path(true)
            // By these names pieces find what they share: the table of functions, the memory, the stack.
            .keep_lld_exports(split)
            .remove_name_section(release)
            .remove_producers_section(release)
            .generate(&bound)
    }

    /// Makes `<name>.wasm`, `<name>.js` and the pieces of what was bound.
    fn shrink(&self, tools: &Tools, folder: &Path) -> Result<()> {
        let (main, glue) = (format!("{}_bg.wasm", self.name), self.file("js"));
        emptied(&folder.join("pieces"))?;
        for (name, _) in wasm_files(&folder.join("bound"))? {
            let to = if name == main { self.file("wasm") } else { format!("pieces/{name}") };
            shrunk(tools, folder, &format!("bound/{name}"), &to)?;
        }
        let bound = format!("bound/{glue}");
        if let Some(mut esbuild) = tools.esbuild(folder) {
            esbuild.args([&bound, "--bundle", "--minify", "--format=esm"]);
            run_tool(esbuild.args(["--log-level=warning", &format!("--outfile={glue}")]))?;
        } else if folder.join("bound/snippets").is_dir() {
            bail!("a dependency brings JavaScript of its own, which only the minifier can put into one file");
        } else {
            fs::copy(folder.join(bound), folder.join(glue))?;
        }
        Ok(())
    }
}

/// Makes a compiled file small, or leaves it as it is.
fn shrunk(tools: &Tools, folder: &Path, from: &str, to: &str) -> Result<()> {
    if let Some(mut wasm_opt) = tools.wasm_opt(folder) {
        run_tool(wasm_opt.args(WASM_OPT).args([from, "-o", to]))
    } else {
        fs::copy(folder.join(from), folder.join(to)).map(drop).context("copying what was bound")
    }
}

/// Makes sure that the folder is there and has nothing in it.
fn emptied(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).context("an empty folder")
}

/// The compiled files in a folder by name, in order.
fn wasm_files(folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if let (Some("wasm"), Some(name)) = (path.extension().and_then(OsStr::to_str), path.file_name()) {
            found.insert(name.to_string_lossy().into_owned(), path);
        }
    }
    Ok(found)
}

/// Where a panic could happen is told by a path. What is shipped says which crate, and not where this machine keeps it.
fn short_paths(workspace: &Workspace) -> Result<Vec<String>> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).context("cargo's home folder")?;
    let mut flags = Vec::new();
    for registry in fs::read_dir(home.join("registry/src")).into_iter().flatten() {
        flags.push(format!("'--remap-path-prefix={}/='", registry?.path().display()));
    }
    flags.push(format!("'--remap-path-prefix={}/='", workspace.root.display()));
    // A single-quoted string of TOML takes every character of a path but that quote.
    let flags = flags.join(", ");
    Ok(vec!["--config".to_owned(), format!("target.wasm32-unknown-unknown.rustflags=[{flags}]")])
}

fn made_from(compiled: &[u8], split: bool, tools: &Tools, folder: &Path) -> String {
    let optimised = tools.wasm_opt(folder).is_some();
    format!("{} {split} {optimised} {WASM_OPT:?}", digest(compiled))
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
