//! The console's mind: plain data, synchronous; no tokio, no terminal, no clock.
//!
//! [`update`](update::update) takes what happened and gives back what to do about it; [`state::App`]
//! is everything it knows. Panes keep their own state under `pane`, dialogs theirs under `dialog`.

pub mod action;
pub mod availability;
pub mod changes;
mod clock;
mod connection;
pub mod dialog;
pub mod effect;
pub mod filter;
mod filter_check;
pub mod focus_created;
pub mod format;
pub mod key;
pub mod keymap;
pub mod layout;
mod leaving;
pub mod listing;
pub mod marking;
pub mod msg;
pub mod open;
pub mod pane;
mod perform;
mod replies;
pub mod requests;
pub mod selection;
pub mod shortlist;
pub mod stack;
pub mod state;
pub mod update;
pub mod view;
