//! rolecall: parse arguments, hand over.

// A test that cannot go on may fail loudly; the program goes on, or ends with one clear sentence.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::ExitCode;

fn main() -> ExitCode {
    rolecall::cli::main()
}
