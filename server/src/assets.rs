//! Which browser files does this binary carry? `build.rs` chose them; here they are looked up.
//!
//! Deliberately absent: HTTP. The route over this table decides on headers and encodings.

/// A file for the browser, inside the binary.
#[derive(Debug)]
pub struct Asset {
    /// The file's name under `/assets/`: it carries a hash of the content, so it may be cached for ever.
    /// Only the loader, `f.js`, has none: its address stays in brands' pages.
    pub name: &'static str,
    /// The name without the hash: what the code asks for.
    pub logical: &'static str,
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// The bytes.
    pub body: &'static [u8],
    /// The same, compressed by brotli at its highest level, when a bundle was built.
    pub brotli: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The asset with this file name, hash included.
#[must_use]
pub fn by_path(file_name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == file_name)
}

/// The asset with this logical name: `f.js`, `core.js`, `widget.css`, `strings-en.json`, and, when the widget
/// was built, `widget.js` and `widget.wasm`.
#[must_use]
pub fn logical(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.logical == name)
}

#[cfg(test)]
mod tests {
    use super::{ASSETS, by_path, logical};

    #[test]
    fn an_asset_is_found_by_both_of_its_names() {
        for asset in ASSETS {
            assert_eq!(by_path(asset.name).unwrap().logical, asset.logical);
            assert_eq!(logical(asset.logical).unwrap().name, asset.name);
        }
    }

    #[test]
    fn the_style_sheet_is_there_without_a_bundle() {
        let sheet = logical("widget.css").unwrap();
        assert!(sheet.name.starts_with("widget-") && sheet.name.ends_with(".css"));
        assert_eq!(sheet.content_type, "text/css; charset=utf-8");
        assert!(!sheet.body.is_empty());
    }
}
