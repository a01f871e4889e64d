//! Which browser files go into the binary?
//!
//! A release build embeds the bundle `cargo xtask build` left in `<target>/bundle`; `FANFARE_BUNDLE` names
//! another folder in any profile (empty: none). Without a bundle the hand-written sources stand in, so that
//! the server compiles, and its tests run, with nothing but cargo: tiers 1 and 2 work, tier 3 is not there.
//!
//! Deliberately absent: any knowledge of what the files mean. A name is `<stem>-<16 hex>.<extension>`, its
//! logical name `<stem>.<extension>`, and `<name>.br` beside it is the same file compressed.
#![allow(clippy::print_stdout, reason = "cargo reads a build script's directives from stdout")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A file to embed, keyed by its logical name.
struct File {
    name: String,
    body: PathBuf,
    brotli: Option<PathBuf>,
}

type Files = BTreeMap<String, File>;

fn main() -> Result<()> {
    let workspace = PathBuf::from("..").canonicalize()?;
    let out = PathBuf::from(variable("OUT_DIR")?);
    println!("cargo:rerun-if-env-changed=FANFARE_BUNDLE");

    let mut files = match bundle_folder(&out) {
        Some(folder) => bundled(&folder, &out)?,
        None => Files::new(),
    };
    // The bundled core is one file; the modules it was made from would be dead weight beside it.
    if !files.contains_key("core.js") {
        raw_scripts(&workspace.join("widget/embed"), &out, &mut files)?;
    }
    raw_catalogue(&workspace.join("widget/src/catalogue"), &out, &mut files)?;
    raw_style(&out, &mut files)?;
    raw_sign_in(&workspace.join("console/embed/sign-in.js"), &out, &mut files)?;
    fs::write(out.join("assets.rs"), table(&files)?)?;
    Ok(())
}

fn variable(name: &str) -> Result<String> {
    std::env::var(name).map_err(|error| format!("{name}: {error}").into())
}

/// The folder to embed, if any. The target folder is an ancestor of `OUT_DIR`, at a depth that depends on
/// whether cargo was given a `--target`.
fn bundle_folder(out: &Path) -> Option<PathBuf> {
    if let Ok(named) = std::env::var("FANFARE_BUNDLE") {
        return (!named.is_empty()).then(|| PathBuf::from(named));
    }
    if std::env::var("PROFILE").is_ok_and(|profile| profile != "release") {
        return None;
    }
    out.ancestors()
        .map(|ancestor| ancestor.join("bundle"))
        .find(|folder| folder.join("manifest.json").is_file())
}

/// The bundle's files, copied: what is compiled in is of one build, whatever happens to the folder meanwhile.
fn bundled(folder: &Path, out: &Path) -> Result<Files> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let copy = |name: &str| -> Result<PathBuf> {
        let (from, to) = (folder.join(name), out.join(name));
        fs::copy(&from, &to).map_err(|error| format!("{}: {error}", from.display()))?;
        Ok(to)
    };
    let mut files = Files::new();
    for (name, path) in listing(folder)? {
        if name == "manifest.json" || name.ends_with(".br") {
            continue;
        }
        let compressed = format!("{name}.br");
        let brotli = path.with_file_name(&compressed).is_file().then(|| copy(&compressed)).transpose()?;
        files.insert(logical(&name), File { body: copy(&name)?, name, brotli });
    }
    Ok(files)
}

/// `core-0123456789abcdef.js` → `core.js`; a name without a hash is its own logical name.
fn logical(name: &str) -> String {
    let unhashed = || {
        let (rest, extension) = name.rsplit_once('.')?;
        let (stem, hash) = rest.rsplit_once('-')?;
        (hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .then(|| format!("{stem}.{extension}"))
    };
    unhashed().unwrap_or_else(|| name.to_owned())
}

/// The scripts as they are written. They import each other by relative names, so one hash over all of them
/// goes into every name and every import.
fn raw_scripts(folder: &Path, out: &Path, files: &mut Files) -> Result<()> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut scripts = Vec::new();
    for (name, path) in listing(folder)? {
        if name.ends_with(".js") && !name.ends_with(".test.js") {
            scripts.push((name, fs::read_to_string(path)?));
        }
    }
    let hash = hash(&scripts);
    let names: Vec<String> = scripts.iter().map(|(name, _)| name.clone()).collect();
    for (logical, mut text) in scripts {
        for module in &names {
            for quote in ['"', '\''] {
                text = text.replace(
                    &format!("{quote}./{module}{quote}"),
                    &format!("{quote}./{}{quote}", hashed(module, &hash)),
                );
            }
        }
        // The loader's address is in brands' pages for ever.
        let name = if logical == "f.js" { logical.clone() } else { hashed(&logical, &hash) };
        add(files, out, &logical, name, &text)?;
    }
    Ok(())
}

fn raw_catalogue(folder: &Path, out: &Path, files: &mut Files) -> Result<()> {
    println!("cargo:rerun-if-changed={}", folder.display());
    for (name, path) in listing(folder)? {
        let text = fs::read_to_string(path)?;
        let logical = format!("strings-{name}");
        let name = hashed(&logical, &hash(&text));
        add(files, out, &logical, name, &text)?;
    }
    Ok(())
}

/// The style sheets, as they were written.
fn raw_style(out: &Path, files: &mut Files) -> Result<()> {
    for (logical, parts) in fanfare_style::SHEETS {
        let text = parts.concat();
        add(files, out, logical, hashed(logical, &hash(&text)), &text)?;
    }
    Ok(())
}

/// The script of the server's own page for signing in, as it was written: it needs no bundle.
fn raw_sign_in(path: &Path, out: &Path, files: &mut Files) -> Result<()> {
    println!("cargo:rerun-if-changed={}", path.display());
    let text = fs::read_to_string(path)?;
    let logical = "sign-in.js";
    add(files, out, logical, hashed(logical, &hash(&text)), &text)
}

/// Adds a raw file, unless the bundle has the better one.
fn add(files: &mut Files, out: &Path, logical: &str, name: String, text: &str) -> Result<()> {
    if files.contains_key(logical) {
        return Ok(());
    }
    let body = out.join(&name);
    fs::write(&body, text)?;
    let brotli = None;
    files.insert(logical.to_owned(), File { name, body, brotli });
    Ok(())
}

/// The plain files of a folder by name, in order; nothing when there is no such folder.
fn listing(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                found.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Enough to tell two versions of a source apart; bundles carry a real digest.
fn hash(of: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn hashed(name: &str, hash: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{name}-{hash}"),
    }
}

fn content_type(name: &str) -> Result<&'static str> {
    let extension = Path::new(name).extension().and_then(|it| it.to_str());
    Ok(match extension {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => return Err(format!("{name}: no content type is known for this extension").into()),
    })
}

fn table(files: &Files) -> Result<String> {
    let mut text = String::from("static ASSETS: &[Asset] = &[\n");
    for (logical, file) in files {
        let File { name, body, brotli } = file;
        let content_type = content_type(name)?;
        let brotli = match brotli {
            Some(path) => format!("Some(include_bytes!({path:?}))"),
            None => String::from("None"),
        };
        writeln!(
            text,
            "    Asset {{ name: {name:?}, logical: {logical:?}, content_type: {content_type:?}, \
             body: include_bytes!({body:?}), brotli: {brotli} }},"
        )?;
    }
    text.push_str("];\n");
    Ok(text)
}
