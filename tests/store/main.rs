//! The store, on SQLite and on PostgreSQL: one set of tests, run on both.
//!
//! PostgreSQL is a real server, named by `ROLECALL_TEST_POSTGRES` (a URL of somebody who may create
//! databases; `tests/run` starts one). Without it that half says that it was left out, and fails when
//! `ROLECALL_TEST_REQUIRE_SERVERS=1`.

mod board;
mod changes;
mod invitations;
mod keeping;
mod lists;
mod opening;
mod support;
mod tampering;
