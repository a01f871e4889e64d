//! The pages, one a file. A new one is a file here, a line in `pieces` and one in the route table of `app`.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod builder;
pub(crate) mod campaign;
pub(crate) mod campaign_menu;
pub(crate) mod campaigns;
pub(crate) mod drafts;
pub(crate) mod install;
pub(crate) mod join;
pub(crate) mod mail;
pub(crate) mod measure;
pub(crate) mod new;
pub(crate) mod nothing;
pub(crate) mod operate;
pub(crate) mod overview;
pub(crate) mod queue;
pub(crate) mod reset;
pub(crate) mod sign_in;
pub(crate) mod team;
