//! The client against backends: the real one, on SQLite and PostgreSQL, and ones gone wrong.

mod access;
mod attacks;
mod backends;
mod bulk;
mod changes;
mod conditions;
mod elsewhere;
mod garbage;
mod imports;
mod invitations;
mod jobs;
mod plans;
mod problems;
mod rights;
mod sign_in;
mod undo;

#[path = "../support/database.rs"]
mod database;
#[path = "../support/served.rs"]
mod served;
#[path = "../support/stub.rs"]
mod stub;
#[path = "../support/told.rs"]
mod told;
