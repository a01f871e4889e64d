//! What every attack needs: the program under test, visitors that log all they did, the checker of their history, disks
//! to be destroyed, and the report.

pub mod client;
pub mod disk;
pub mod history;
pub mod load;
pub mod report;
pub mod server;
pub mod tools;

pub use history::History;
pub use load::Load;
pub use report::{cycles, is_long};
pub use server::Server;
