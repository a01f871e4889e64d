//! The bundle's folder: each file under a name that carries its content's hash, its brotli form beside it, and
//! `manifest.json` saying what is what.

use anyhow::Result;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use super::Profile;

/// A file of the bundle under its logical name.
pub(super) struct File {
    name: String,
    body: Vec<u8>,
}

impl File {
    pub(super) fn new<'a>(name: impl Into<Cow<'a, str>>, body: Vec<u8>) -> Self {
        Self { name: name.into().into_owned(), body }
    }

    /// The same file under another logical name.
    pub(super) fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// The same file with one text in the place of another.
    pub(super) fn with(self, old: &str, new: &str) -> Result<Self> {
        let body = String::from_utf8(self.body)?.replace(old, new).into_bytes();
        Ok(Self { body, ..self })
    }

    /// The name it is served under. The loader keeps its own: its address is in brands' pages for ever.
    pub(super) fn hashed(&self) -> String {
        match self.name.rsplit_once('.') {
            Some((stem, extension)) if self.name != "f.js" => {
                format!("{stem}-{}.{extension}", digest(&self.body))
            }
            _ => self.name.clone(),
        }
    }
}

/// The sizes of one file, in bytes.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) raw: usize,
    /// Absent in quick builds.
    pub(crate) brotli: Option<usize>,
}

/// The sizes of the bundle's files by logical name. It prints as a table.
pub(crate) struct Manifest(pub(crate) BTreeMap<String, Sizes>);

/// The first 64 bits of the SHA-256, in hex: enough to tell any two versions of a file apart.
pub(super) fn digest(bytes: &[u8]) -> String {
    let mut hex = HEXLOWER.encode(&Sha256::digest(bytes));
    hex.truncate(16);
    hex
}

/// Brotli at its highest level, as a CDN would do it once for all.
pub(crate) fn compress(name: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    let mut parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    if !name.ends_with(".wasm") {
        parameters.mode = brotli::enc::backward_references::BrotliEncoderMode::BROTLI_MODE_TEXT;
    }
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

/// Writes the bundle. Files that are there already are left alone, so that a build that changes nothing does
/// not make cargo compile the server again; files of earlier builds are removed.
pub(super) fn write(folder: &Path, files: &[File], profile: Profile) -> Result<Manifest> {
    fs::create_dir_all(folder)?;
    let mut keep = vec![String::from("manifest.json")];
    let mut sizes = BTreeMap::new();
    let mut entries = serde_json::Map::new();
    for file in files {
        let name = file.hashed();
        write_changed(&folder.join(&name), &file.body)?;
        let brotli = match profile {
            Profile::Release => Some(write_brotli(folder, &name, &file.body)?),
            Profile::Dev => None,
        };
        let size = Sizes { raw: file.body.len(), brotli };
        entries.insert(
            file.name.clone(),
            serde_json::json!({ "file": name, "bytes": size.raw, "brotli": brotli }),
        );
        sizes.insert(file.name.clone(), size);
        if brotli.is_some() {
            keep.push(format!("{name}.br"));
        }
        keep.push(name);
    }
    let manifest = serde_json::to_vec_pretty(&serde_json::Value::Object(entries))?;
    write_changed(&folder.join("manifest.json"), &manifest)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !keep.contains(&name) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(Manifest(sizes))
}

fn write_brotli(folder: &Path, name: &str, body: &[u8]) -> Result<usize> {
    let path = folder.join(format!("{name}.br"));
    // The name pins the content, except the loader's, which is small enough to compress every time.
    if let (false, Ok(there)) = (name == "f.js", fs::metadata(&path)) {
        return Ok(usize::try_from(there.len())?);
    }
    let compressed = compress(name, body)?;
    write_changed(&path, &compressed)?;
    Ok(compressed.len())
}

fn write_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    Ok(fs::write(path, bytes)?)
}

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, sizes) in &self.0 {
            write!(f, "{name:>16} {:>8} B", sizes.raw)?;
            match sizes.brotli {
                Some(brotli) => writeln!(f, " {brotli:>8} B brotli")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{File, compress, digest};

    #[test]
    fn a_name_carries_the_hash_of_the_content_but_the_loader_s() {
        let file = File::new("core.js", b"abc".to_vec());
        assert_eq!(file.hashed(), "core-ba7816bf8f01cfea.js");
        assert_eq!(digest(b"abc").len(), 16);
        assert_eq!(File::new("f.js", b"abc".to_vec()).hashed(), "f.js");
    }

    #[test]
    fn compressed_bytes_come_back() {
        let text = "la la la ".repeat(100);
        let compressed = compress("words.json", text.as_bytes()).unwrap();
        assert!(compressed.len() < 40);
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &compressed[..], &mut back).unwrap();
        assert_eq!(back, text.as_bytes());
    }
}
