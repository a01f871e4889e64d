//! The files of a program that has a page of its own, the console's and the verifier's: the compiled program in its
//! pieces, and the script that starts it.

use anyhow::{Context, Result};
use std::fs;

use super::bundle::File;
use super::scripts::minified;
use super::tools::Tools;
use super::wasm::Made;
use crate::workspace::Workspace;

/// What `start.js` says before it is told.
const NO_PIECES: &str = "const pieces = [];";

/// `<name>.wasm`, `<name>.js` and the pieces that come later, `<name>-<piece>.wasm`. Without the minifier
/// there are none, and the glue is beside them as `<name>-glue.js`.
pub(super) fn files(workspace: &Workspace, tools: &Tools, name: &str, made: Made) -> Result<Vec<File>> {
    let Made { wasm, glue, pieces } = made;
    let wasm_address = address(&wasm);
    let start = fs::read_to_string(workspace.root.join(name).join("embed/start.js"))?;
    let Some(mut esbuild) = tools.esbuild(&workspace.root) else {
        let glue_name = format!("{name}-glue.js");
        let glue = glue.named(&glue_name);
        let start = File::new(format!("{name}.js"), start.into_bytes())
            .with(&format!("./{glue_name}"), &address(&glue))?
            .with(&format!("./{name}.wasm"), &wasm_address)?;
        return Ok(vec![wasm, glue, start]);
    };
    let folder = workspace.target.join("scripts").join(name);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(format!("{name}-glue.js")), glue.body())?;
    // Its own name is what the minified file is called.
    let source = folder.join(format!("{name}.js"));
    let start = if pieces.is_empty() { start } else { told_of(&pieces, &start)? };
    fs::write(&source, start)?;
    esbuild.args(["--bundle", "--format=esm", "--target=es2022", "--charset=utf8"]);
    let start = minified(esbuild, &source, &workspace.target.join("scripts"))?;
    let mut files = Vec::new();
    let mut start = start.with(&format!("./{name}.wasm"), &wasm_address)?;
    for piece in pieces {
        let asked_for = piece.name().to_owned();
        let piece = piece.named(&served(name, &asked_for));
        start = start.with(&format!("./{asked_for}"), &address(&piece))?;
        files.push(piece);
    }
    files.extend([wasm, start]);
    Ok(files)
}

/// Where a script finds a file that is beside it.
fn address(file: &File) -> String {
    format!("./{}", file.hashed())
}

/// The script with the pieces that it fetches ahead in the place of its empty list, by the names the glue has
/// for them.
fn told_of(pieces: &[File], start: &str) -> Result<String> {
    let names: Vec<_> = pieces.iter().map(|piece| format!("./{}", piece.name())).collect();
    let list = serde_json::to_string(&names)?;
    start.contains(NO_PIECES).then_some(()).context("start.js has no place for the pieces")?;
    Ok(start.replace(NO_PIECES, &format!("const pieces = {list};")))
}

/// `split_<piece>.wasm` is what a page marks, `chunk_<n>.wasm` what several such share.
fn served(program: &str, name: &str) -> String {
    format!("{program}-{}", name.trim_start_matches("split_").replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_console_s_and_the_script_knows_them() {
        assert_eq!(served("console", "split_queue.wasm"), "console-queue.wasm");
        assert_eq!(served("console", "chunk_2.wasm"), "console-chunk-2.wasm");
        let start = include_str!("../../../console/embed/start.js");
        let told = told_of(&[File::new("chunk_2.wasm", Vec::new())], start).unwrap();
        assert!(told.contains(r#"const pieces = ["./chunk_2.wasm"];"#), "{told}");
    }
}
