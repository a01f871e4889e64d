//! Fanfare's server: everything but the command line, so that tests run the same parts.
//!
//! In reading order: the contents page is [`routes`]; an act goes `routes/acts` → `engine` → `sequencer` → `store`.

pub mod app;
pub mod assets;
pub mod beacon;
pub mod bootstraps;
pub mod bundle;
pub mod campaigns;
pub mod certificate;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod drafts;
pub mod edge;
pub mod engine;
pub mod entropy;
pub mod error;
pub mod export;
pub mod install;
pub mod keys;
pub mod live;
pub mod localize;
pub mod mail;
pub mod measure;
pub mod oidc;
pub mod preview;
pub mod qr;
pub mod queue;
pub mod render;
pub mod routes;
pub mod secret;
mod sequencer;
pub mod serve;
pub mod store;
pub mod tallies;
pub mod team;
pub mod telemetry;
pub mod url;
