//! The program as scripts use it: what is on stdout, what is on stderr, and the exit code.

mod bulk;
mod import;
mod interrupted;
mod invitations;
mod nouns;
mod program;
#[path = "../support/pty.rs"]
#[expect(dead_code, reason = "shared: each program uses some of it")]
mod pty;
mod terminal;
#[path = "../support/told.rs"]
mod told;

use sqlx::{Connection, SqliteConnection};
use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

/// Runs rolecall with a home of its own and this on standard input.
fn rolecall(home: &Path, args: &[&str], input: &str) -> Output {
    fed(home, args, input.as_bytes())
}

/// The same, with whatever bytes.
fn fed(home: &Path, args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args(args)
        .env_clear()
        .env("HOME", home)
        .current_dir(home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input has closed it, which is no fault of this test.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it ended by itself")
}

/// A home with these people in a new workspace of Ann's.
fn home_with(people: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let done = import(home.path(), &["-o", "json"], people);
    assert_eq!(code(&done), 0, "{}", err(&done));
    home
}

/// Imports what is given on standard input.
fn import(home: &Path, flags: &[&str], people: &str) -> Output {
    let first = ["import", "--name", "Acme", "--email", "ann@acme.test"];
    rolecall(home, &[&first, flags, &["-"]].concat(), people)
}

const TWO: &str = "email,name,role\nbo@acme.test,Bo Li,Marketer\ncy@acme.test,Cy Ng,Viewer\n";

fn data(home: &Path) -> std::path::PathBuf {
    let folders = [".local/share/rolecall", "Library/Application Support/rolecall"];
    folders.iter().map(|folder| home.join(folder)).find(|folder| folder.exists()).unwrap()
}

/// The database for oneself, beside those who work with it.
async fn beside(home: &Path) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite://{}", data(home).join("rolecall.db").display())).await.unwrap()
}

/// Rows of a CSV file, the head first.
fn csv(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_str(out(output)).unwrap_or_else(|error| panic!("{error}: {}", out(output)))
}

/// A home with this many Marketers, `p1@acme.test` and on.
fn home_with_marketers(count: usize) -> tempfile::TempDir {
    let rows: String = (1..=count).map(|n| format!("p{n}@acme.test,P {n},Marketer\n")).collect();
    home_with(&format!("email,name,role\n{rows}"))
}
