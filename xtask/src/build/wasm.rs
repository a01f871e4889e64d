//! What runs compiled in the browser, the widget and the console: Rust for wasm32, the glue wasm-bindgen writes for
//! it, and the optimiser.

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

/// One program for the browser.
pub(super) struct Program {
    package: &'static str,
    /// The binary's name, and the stem of what is made of it.
    name: &'static str,
    /// What cargo is told beyond that.
    features: &'static [&'static str],
}

/// Each in an invocation of its own: features that are united across crates would break `csr`.
pub(super) const WIDGET: Program = Program {
    package: "fanfare-widget",
    name: "widget",
    features: &["--no-default-features", "--features", "csr"],
};
pub(super) const CONSOLE: Program = Program { package: "fanfare-console", name: "console", features: &[] };

/// What is made of a program.
pub(super) struct Made {
    /// `<name>.wasm`.
    pub(super) wasm: File,
    /// `<name>.js`, which loads it when it is told where it is.
    pub(super) glue: File,
}

impl Program {
    /// Compiles it, unless what is there was made of the same.
    pub(super) fn made(&self, workspace: &Workspace, profile: Profile, tools: &Tools) -> Result<Made> {
        let compiled = self.compile(workspace, profile)?;
        let folder = workspace.target.join(match profile {
            Profile::Release => format!("{}-release", self.name),
            Profile::Dev => format!("{}-dev", self.name),
        });
        fs::create_dir_all(&folder)?;
        // Binding and optimising take longer than everything else of a rebuild that changed nothing.
        let stamp = folder.join("made-from");
        let made_from = made_from(&compiled, tools, &folder);
        if fs::read_to_string(&stamp).ok().as_deref() != Some(&made_from) {
            self.bind(compiled, profile, &folder)?;
            self.shrink(tools, &folder)?;
            fs::write(&stamp, made_from)?;
        }
        let (wasm, glue) = (self.file("wasm"), self.file("js"));
        Ok(Made {
            wasm: File::new(wasm.as_str(), fs::read(folder.join(&wasm))?),
            glue: File::new(glue.as_str(), fs::read(folder.join(&glue))?),
        })
    }

    fn file(&self, extension: &str) -> String {
        format!("{}.{extension}", self.name)
    }

    fn compile(&self, workspace: &Workspace, profile: Profile) -> Result<Vec<u8>> {
        setup::target(workspace, "wasm32-unknown-unknown")?;
        let (name, folder) = match profile {
            Profile::Release => ("wasm", "wasm"),
            Profile::Dev => ("dev", "debug"),
        };
        run(workspace
            .cargo()
            .args(["build", "--package", self.package, "--bin", self.name])
            .args(self.features)
            .args(["--target", "wasm32-unknown-unknown", "--profile", name]))?;
        let target = workspace.target.join("wasm32-unknown-unknown");
        let path = target.join(folder).join(self.file("wasm"));
        fs::read(&path).with_context(|| path.display().to_string())
    }

    /// Writes the folder `bound`: `<name>_bg.wasm`, its glue `<name>.js` and the snippets of JavaScript that crates
    /// bring. The glue gets no address of the WebAssembly: whoever starts it knows it.
    fn bind(&self, compiled: Vec<u8>, profile: Profile, folder: &Path) -> Result<()> {
        let release = profile == Profile::Release;
        let bound = folder.join("bound");
        if bound.is_dir() {
            fs::remove_dir_all(&bound)?;
        }
        Bindgen::new()
            .input_bytes(self.name, compiled)
            .web(true)?
            .typescript(false)
            .omit_default_module_path(true)
            .remove_name_section(release)
            .remove_producers_section(release)
            .generate(&bound)
    }

    /// Makes `<name>.wasm` and `<name>.js` of what was bound.
    fn shrink(&self, tools: &Tools, folder: &Path) -> Result<()> {
        let (wasm, glue) = (self.file("wasm"), self.file("js"));
        let bound = format!("bound/{}_bg.wasm", self.name);
        if let Some(mut wasm_opt) = tools.wasm_opt(folder) {
            wasm_opt.args(WASM_OPT).arg(bound);
            run_tool(wasm_opt.args(["-o", &wasm]))?;
        } else {
            fs::copy(folder.join(bound), folder.join(wasm))?;
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

fn made_from(compiled: &[u8], tools: &Tools, folder: &Path) -> String {
    let optimised = tools.wasm_opt(folder).is_some();
    format!("{} {optimised} {WASM_OPT:?}", digest(compiled))
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
