//! The client module: what a console asks of a backend. Uses `domain`.

pub mod backend;
pub mod error;
pub mod http;

pub mod wire;
pub mod write;
