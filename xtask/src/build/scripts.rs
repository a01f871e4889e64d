//! The hand-written files for the browser: the loader, its core, the style sheet, the words.
//!
//! Without the minifier scripts and style are left out: the server's build script then embeds the sources
//! themselves, which work as they are.

use anyhow::{Context, Result};
use fanfare_style::SHEETS;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::bundle::File;
use super::tools::{Tools, run};
use crate::workspace::Workspace;

/// `f.js`, `core.js`, `later.js`, `ed25519.js`, `measure.js`, `check.js`, `draw.js`, the style sheets and `strings-<language>.json`.
pub(super) fn files(workspace: &Workspace, tools: &Tools) -> Result<Vec<File>> {
    let mut files = catalogue(&workspace.root.join("widget/src/catalogue"))?;
    let folder = workspace.target.join("scripts");
    fs::create_dir_all(&folder)?;
    let embed = workspace.root.join("widget/embed");
    if tools.esbuild(&embed).is_some() {
        files.extend(scripts(&embed, tools, &folder)?);
    }
    let sheets = folder.join("sheets");
    fs::create_dir_all(&sheets)?;
    for (name, parts) in SHEETS {
        let Some(esbuild) = tools.esbuild(&workspace.root) else {
            break;
        };
        let sheet = sheets.join(name);
        fs::write(&sheet, parts.concat())?;
        files.push(minified(esbuild, &sheet, &folder)?);
    }
    Ok(files)
}

/// Seven bundles. The loader is a classic script: it must leave nothing but what it puts on `window` itself.
/// The core asks for `./later.js` when it is needed, that one for `./ed25519.js`, and the loader for `./measure.js`
/// and `./check.js`, so the name each asks for must carry the other's hash.
fn scripts(embed: &Path, tools: &Tools, folder: &Path) -> Result<Vec<File>> {
    let script = |name: &str, format: &str| {
        let mut esbuild = tools.esbuild(embed).context("the minifier is there")?;
        esbuild.args(["--bundle", "--target=es2022", "--charset=utf8"]);
        esbuild.args(["--external:./later.js", "--external:./ed25519.js", &format!("--format={format}")]);
        minified(esbuild, &embed.join(name), folder)
    };
    let measure = script("measure.js", "esm")?;
    let check = script("check.js", "esm")?;
    // The loader's address is not the folder's: it writes that itself, before the name.
    let loader = script("f.js", "iife")?;
    let loader = loader.with("./measure.js", &measure.hashed())?.with("./check.js", &check.hashed())?;
    let ed25519 = script("ed25519.js", "esm")?;
    let later = script("later.js", "esm")?.with("./ed25519.js", &format!("./{}", ed25519.hashed()))?;
    let core = script("core.js", "esm")?.with("./later.js", &format!("./{}", later.hashed()))?;
    // What the page of a draw does by itself.
    let draw = script("draw.js", "iife")?;
    Ok(vec![loader, core, later, ed25519, measure, check, draw])
}

/// A script or sheet made small, under its source's name.
pub(super) fn minified(mut esbuild: Command, source: &Path, folder: &Path) -> Result<File> {
    let name = source.file_name().unwrap_or_default();
    let made = folder.join(name);
    esbuild.args(["--minify", "--log-level=warning"]).arg(source);
    run(esbuild.arg(format!("--outfile={}", made.display())))?;
    Ok(File::new(name.to_string_lossy(), fs::read(made)?))
}

/// Each language's words, without the spaces that are there for people.
fn catalogue(folder: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let words: serde_json::Value = serde_json::from_slice(&fs::read(entry.path())?)?;
            let name = format!("strings-{}", entry.file_name().to_string_lossy());
            files.push(File::new(name, serde_json::to_vec(&words)?));
        }
    }
    Ok(files)
}
