//! What travels: the JSON of the public API. Grows additively; never mixed with leaf text or stored records.

pub mod act;
pub mod bootstrap;
pub mod draft;
pub mod install;
pub mod mail;
pub mod measure;
pub mod operate;
pub mod overview;
pub mod participant;
pub mod problem;
pub mod tally;
pub mod team;
