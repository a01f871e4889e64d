//! The `fanfare` program.

use std::process::ExitCode;

/// A third of the time of a ballot went to the system's allocator: sled copies a node for each row it writes.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    fanfare::cli::main()
}
