//! The pages, one a file. A new one is a file here and a line in the route table of `app`.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod campaign;
pub(crate) mod campaigns;
pub(crate) mod install;
pub(crate) mod join;
pub(crate) mod nothing;
pub(crate) mod sign_in;
pub(crate) mod team;
