//! The console's mind: plain data, synchronous; no tokio, no terminal, no clock.

pub mod action;
pub mod dialog;
pub mod effect;
pub mod format;
pub mod key;
pub mod msg;
pub mod view;
