//! The terminal, the loop, and the executor of effects: the only room that waits.

mod executor;
mod export;
mod people;
mod run;
mod screen;
mod settings;
mod terminal;

pub use executor::ask;
pub use run::{RunError, run, run_when};
pub use settings::Settings;
pub use terminal::Terminal;
