//! `cargo xtask bench`: the program as it is shipped, measured by `fanfare-bench`.

use anyhow::Result;

use crate::build::{self, Profile};
use crate::process::run;
use crate::setup;
use crate::workspace::Workspace;

/// What there is to measure.
const ALL: [&str; 4] = ["server", "widget", "console", "draws"];

/// Builds both in release and hands the rest of the command line on; without one, measures everything.
pub(crate) fn bench(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let binary = build::everything(workspace, Profile::Release)?;
    let measure = |arguments: &[&str]| {
        let mut cargo = workspace.cargo();
        // The widget is measured in a browser, through the packages of the browser tests.
        if arguments.contains(&"widget") || arguments.contains(&"console") {
            setup::node(workspace)?;
            setup::packages(&workspace.root.join("e2e"))?;
            if let Some(chromium) = setup::chromium(workspace)? {
                cargo.env("CHROMIUM", chromium);
            }
        }
        cargo.args(["run", "--release", "--package", "fanfare-bench", "--"]).args(arguments);
        run(cargo.env("FANFARE_BIN", &binary))
    };
    if arguments.is_empty() {
        return ALL.iter().try_for_each(|name| measure(&[name]));
    }
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    measure(&arguments)
}
