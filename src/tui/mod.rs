//! The terminal, the loop, and the executor of effects: the only room that waits.

mod executor;
mod run;
mod screen;
mod terminal;

pub use run::{RunError, Settings, run, run_when};
