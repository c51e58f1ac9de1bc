//! The client against backends: the real one, on SQLite and PostgreSQL, and ones gone wrong.

mod access;
mod attacks;
mod backends;
mod bulk;
mod conditions;
mod effects;
mod elsewhere;
mod folders;
mod garbage;
mod imports;
mod interrupted;
mod invitations;
mod one_path;
mod plans;
mod problems;
mod recorded;
mod replayed;
mod rights;
mod sign_in;
mod undo;

#[path = "../access/replay.rs"]
#[expect(dead_code, reason = "shared: each program uses some of it")]
mod replay;

#[path = "../support/database.rs"]
mod database;
#[path = "../support/rest.rs"]
mod rest;
#[path = "../support/served.rs"]
mod served;
#[path = "../support/stub.rs"]
mod stub;
#[path = "../support/told.rs"]
mod told;
