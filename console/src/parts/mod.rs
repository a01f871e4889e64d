//! Small parts that pages are made of. Each is one thing a person knows by its name.

pub(crate) mod announce;
pub(crate) mod button;
pub(crate) mod chart;
pub(crate) mod chip;
pub(crate) mod copy;
pub(crate) mod dialog;
pub(crate) mod empty;
pub(crate) mod export;
pub(crate) mod field;
pub(crate) mod figures;
pub(crate) mod frame;
pub(crate) mod header;
pub(crate) mod icon;
pub(crate) mod load;
pub(crate) mod mark;
pub(crate) mod menu;
pub(crate) mod table;
