//! How changes are worked on: killed at every step, told to stop, given up.

mod bench;
mod ends;
mod kills;
