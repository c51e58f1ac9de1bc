//! The command line: what is typed after `rolecall`, and what a script gets back.
//!
//! Data goes to stdout, words go to stderr, and the exit code says how it ended ([`exit`]). A command
//! does what the console does, through the same [`crate::api`].

pub mod exit;
pub mod people;
