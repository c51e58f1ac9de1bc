//! rolecall: the keyboard-driven console for who may do what.
//!
//! # The rooms, and who may use whom
//!
//! | room | owns | uses |
//! |---|---|---|
//! | [`domain`] | the rules, pure: decisions, changes and their guards, the filter language, untrusted text | nobody |
//! | [`i18n`] | every string that a person reads | nobody |
//! | [`words`] | the sentences of codes: refusals, warnings, changes, rows, effects | `domain`, `i18n`, `api::wire` |
//! | [`api`] | what a console asks of a backend: wire types, the `Backend` trait, HTTP | `domain` |
//! | [`server`] | the backend: routes, services, the store on SQLite and PostgreSQL | `domain`, `api::{wire, write}` |
//! | [`app`] | the console's mind: state, `update`, dialogs; no terminal, no clock, no tokio | `domain`, `i18n`, `words`, `api::{wire, error, backend}` |
//! | `ui` | the console's face: state to cells, changes nothing | `domain`, `i18n`, `words`, `app`, `api::wire` |
//! | `tui` | the terminal, the loop, the executor of effects | all |
//! | [`cli`] | commands, and starting the console | all but `ui`; of `app` the words, dates, figures and what changed in a plan alone |
//! | [`config`] | settings from file, environment and flags | `domain`, `i18n`, the tables of `app` |
//!
//! A test (`tests/layers.rs`) reads the imports and keeps it so.

// A test that cannot go on may fail loudly; the program goes on, or ends with one clear sentence.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod api;
pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod i18n;
pub mod server;
pub mod tui;
pub mod ui;
pub mod words;
