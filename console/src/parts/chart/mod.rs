//! How are counts drawn? Lines over days and bars, as SVG by hand, in whole numbers, styled by classes alone: so they
//! follow the tokens in every scheme, and a policy without inline styles lets them through.
//!
//! Deliberately absent: a chart crate. Measured in a page of its own with this workspace's profile, compressed:
//! `leptos-chartistry` 0.2.3 adds 140 KB and writes `style` attributes, `charts-rs` 2.3 adds 193 KB (it carries
//! fonts), `plotters` 0.3.7 with its SVG alone adds 22 KB and knows no colours but fixed ones.

pub(crate) mod bars;
mod geometry;
pub(crate) mod line;
