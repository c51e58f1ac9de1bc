//! The client against backends: the real one, and ones gone wrong.

mod backends;
mod conditions;
mod invitations;
mod problems;
mod sign_in;

#[path = "../support/stub.rs"]
mod stub;
#[path = "../support/served.rs"]
mod world;
