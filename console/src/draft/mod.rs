//! What can be done to a campaign's document while it is written? Everything about it that needs no page: each room is
//! a plain module with tests, and the builder's pages only draw it.

pub(crate) mod change;
pub(crate) mod colour;
pub(crate) mod differences;
pub(crate) mod faults;
pub(crate) mod history;
pub(crate) mod names;
pub(crate) mod place;
pub(crate) mod promises;
pub(crate) mod template;
pub(crate) mod tongues;
pub(crate) mod window;
