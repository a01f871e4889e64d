//! Widget in the browser.
fn main() {}
