//! What is true now? Rows derived from the journal, record by record; never the only place where anything stands.

pub mod apply;
mod contest;
mod half;
pub mod key;
mod leaves;
pub mod overlay;
pub mod rows;
pub mod tally;
mod team;
pub mod tree;
