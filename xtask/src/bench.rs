//! `cargo xtask bench`: the program as it is shipped, measured by `fanfare-bench`.

use anyhow::Result;

use crate::build::{self, Profile};
use crate::process::run;
use crate::setup;
use crate::workspace::Workspace;

/// Builds both in release and hands the rest of the command line on.
pub(crate) fn bench(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let binary = build::everything(workspace, Profile::Release)?;
    let mut cargo = workspace.cargo();
    // The benchmark of the widget drives a browser through the packages of the browser tests.
    if arguments.is_empty() || arguments.iter().any(|word| word == "widget") {
        setup::node(workspace)?;
        setup::packages(&workspace.root.join("e2e"))?;
        if let Some(chromium) = setup::chromium(workspace)? {
            cargo.env("CHROMIUM", chromium);
        }
    }
    cargo
        .args(["run", "--release", "--package", "fanfare-bench", "--"])
        .args(arguments)
        .env("FANFARE_BIN", binary);
    run(&mut cargo)
}
