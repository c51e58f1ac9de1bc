//! The client against backends: the real one on SQLite (and PostgreSQL, where there is a server), and
//! ones gone wrong.

mod backends;

#[path = "../support/stub.rs"]
mod stub;
