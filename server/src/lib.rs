//! Fanfare server.
