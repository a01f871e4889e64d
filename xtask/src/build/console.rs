//! The console's files: the compiled program, and the script that starts it.

use anyhow::Result;
use std::fs;

use super::bundle::File;
use super::scripts::minified;
use super::tools::Tools;
use super::wasm::Made;
use crate::workspace::Workspace;

/// `console.wasm` and `console.js`; without the minifier the glue beside it, as `console-glue.js`.
pub(super) fn files(workspace: &Workspace, tools: &Tools, made: Made) -> Result<Vec<File>> {
    let Made { wasm, glue } = made;
    let wasm_address = format!("./{}", wasm.hashed());
    let start = fs::read_to_string(workspace.root.join("console/embed/start.js"))?;
    let Some(esbuild) = tools.esbuild(&workspace.root) else {
        let glue = glue.named("console-glue.js");
        let start = File::new("console.js", start.into_bytes())
            .with("./console-glue.js", &format!("./{}", glue.hashed()))?
            .with("./console.wasm", &wasm_address)?;
        return Ok(vec![wasm, glue, start]);
    };
    let folder = workspace.target.join("scripts/console");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("console-glue.js"), glue.body())?;
    // Its own name is what the minified file is called.
    let source = folder.join("console.js");
    fs::write(&source, start)?;
    let mut esbuild = esbuild;
    esbuild.args(["--bundle", "--format=esm", "--target=es2022", "--charset=utf8"]);
    let start = minified(esbuild, &source, &workspace.target.join("scripts"))?;
    Ok(vec![wasm, start.with("./console.wasm", &wasm_address)?])
}
