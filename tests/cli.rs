//! The program as scripts use it: what is on stdout, what is on stderr, and the exit code.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

/// Runs rolecall with a home of its own and this on standard input.
fn rolecall(home: &Path, args: &[&str], input: &str) -> Output {
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
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
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

#[test]
fn help_teaches_by_examples() {
    let home = tempfile::tempdir().unwrap();
    for args in [&["--help"][..], &["import", "--help"], &["demo", "--help"]] {
        let help = rolecall(home.path(), args, "");
        assert_eq!((code(&help), err(&help)), (0, ""));
        assert!(out(&help).contains("Examples:\n  rolecall"), "{args:?}: {}", out(&help));
    }
    let version = rolecall(home.path(), &["--version"], "");
    assert_eq!(out(&version), concat!("rolecall ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn wrong_usage_is_code_2_and_nothing_on_stdout() {
    let home = tempfile::tempdir().unwrap();
    for args in [&["--no-such-flag"][..], &["no-such-command"], &["import"], &["demo", "--members", "none"]] {
        let wrong = rolecall(home.path(), args, "");
        assert_eq!((code(&wrong), out(&wrong)), (2, ""), "{args:?}");
    }
}

#[test]
fn the_console_without_a_terminal_says_so() {
    let home = tempfile::tempdir().unwrap();
    for args in [&[][..], &["demo"]] {
        let none = rolecall(home.path(), args, "");
        assert_eq!((code(&none), out(&none)), (2, ""));
        assert!(err(&none).contains("needs a terminal"), "{}", err(&none));
    }
}

#[test]
fn a_setting_that_is_not_known_is_told_by_file_line_and_nearest() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("mine.toml");
    fs::write(&file, "# mine\ntheme = \"dark\"\nread_only = true\n").unwrap();
    let wrong = rolecall(home.path(), &["--config", "mine.toml", "demo"], "");
    assert_eq!((code(&wrong), out(&wrong)), (2, ""));
    assert_eq!(err(&wrong), "rolecall: mine.toml:3: read_only is not a setting; did you mean readonly?\n");
}

#[test]
fn people_are_imported() {
    let home = tempfile::tempdir().unwrap();
    let done = import(home.path(), &["-o", "json"], TWO);
    assert_eq!((code(&done), err(&done)), (0, ""));
    let data: serde_json::Value = serde_json::from_str(out(&done)).unwrap();
    assert_eq!((data["members"].as_u64(), data["groups"].as_u64()), (Some(2), Some(0)));
    let again = import(home.path(), &[], TWO);
    assert_eq!((code(&again), out(&again)), (1, ""), "whoever is a member is not imported again");
    assert!(err(&again).contains("-:2: email: ") && err(&again).contains("-:3: email: "), "{}", err(&again));
}

#[test]
fn words_go_to_stderr_and_only_data_to_stdout() {
    let home = tempfile::tempdir().unwrap();
    let done = import(home.path(), &[], TWO);
    assert_eq!((code(&done), out(&done)), (0, ""));
    assert!(err(&done).contains("2 people"), "{}", err(&done));
}

#[test]
fn a_faulty_row_is_told_by_line_and_column_and_nothing_is_half_done() {
    let home = home_with(TWO);
    let faulty = "email,role,groups\nda@acme.test,Marketer,\ned@acme.test,Boss,\nfy-acme.test,Viewer,Nowhere\n";
    let wrong = import(home.path(), &[], faulty);
    assert_eq!((code(&wrong), out(&wrong)), (1, ""));
    for place in ["-:3: role: ", "-:4: email: ", "-:4: groups: "] {
        assert!(err(&wrong).contains(place), "{place} is missing in {}", err(&wrong));
    }
    let rest = import(home.path(), &[], "email,role\nda@acme.test,Marketer\n");
    assert_eq!(code(&rest), 0, "the good row of the faulty file was not imported either: {}", err(&rest));
}

#[test]
fn a_file_without_an_address_is_told_before_anything_is_made() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("people.csv"), "name;role\nBo;Viewer\n").unwrap();
    let wrong = rolecall(home.path(), &["import", "people.csv"], "");
    assert_eq!(code(&wrong), 1);
    assert!(err(&wrong).contains("people.csv:1: email: "), "{}", err(&wrong));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "no data folder");
}

#[test]
fn groups_are_made_only_when_asked_for() {
    let home = home_with(TWO);
    let people = "email,role,groups\nda@acme.test,Viewer,Content Team;Desk\n";
    assert_eq!(code(&import(home.path(), &[], people)), 1);
    let made = import(home.path(), &["--create-groups", "-o", "json"], people);
    let data: serde_json::Value = serde_json::from_str(out(&made)).unwrap();
    assert_eq!(data["groups"].as_u64(), Some(2), "{}", err(&made));
}

#[test]
fn a_dry_run_changes_nothing() {
    let home = home_with(TWO);
    let people = "email,role\nda@acme.test,Viewer\n";
    for _ in 0..2 {
        let dry = import(home.path(), &["--dry-run", "-o", "json"], people);
        let data: serde_json::Value = serde_json::from_str(out(&dry)).unwrap();
        assert_eq!((data["members"].as_u64(), data["dry_run"].as_bool()), (Some(1), Some(true)));
    }
    assert_eq!(code(&import(home.path(), &[], people)), 0);
}

#[test]
fn a_dry_run_makes_no_workspace_either() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("mine");
    let dry = import(
        home.path(),
        &["--dry-run", "--data-dir", folder.to_str().unwrap()],
        "email,role\nda@acme.test,Viewer\n",
    );
    assert_eq!(code(&dry), 0, "{}", err(&dry));
    assert!(!folder.exists());
}

#[test]
fn a_quote_left_open_and_a_control_character_bring_nobody_in() {
    let home = home_with(TWO);
    for (people, place) in [
        ("email,role,name\nda@acme.test,Viewer,\"Da\ned@acme.test,Viewer,Ed\n", "-:2: name: "),
        ("email,role,name\nda@acme.test,Viewer,D\u{1b}[2Ja\n", "-:2: name: "),
    ] {
        let wrong = import(home.path(), &[], people);
        assert_eq!(code(&wrong), 1);
        assert!(err(&wrong).contains(place) && !err(&wrong).contains('\u{1b}'), "{}", err(&wrong));
    }
}

#[test]
fn a_damaged_database_is_one_sentence() {
    let home = home_with(TWO);
    let database = data(home.path()).join("rolecall.db");
    let whole = fs::read(&database).unwrap();
    fs::write(&database, &whole[..whole.len() / 2]).unwrap();
    let wrong = import(home.path(), &[], "email,role\nda@acme.test,Viewer\n");
    assert_eq!((code(&wrong), err(&wrong).lines().count()), (1, 1), "{}", err(&wrong));
    assert!(err(&wrong).contains("damaged"), "{}", err(&wrong));
}

#[test]
fn read_only_refuses_with_code_6() {
    let home = home_with(TWO);
    let refused = import(home.path(), &["--readonly"], "email,role\nda@acme.test,Viewer\n");
    assert_eq!(code(&refused), 6);
    assert!(err(&refused).contains("read-only"), "{}", err(&refused));
}

#[test]
fn without_a_workspace_and_without_anybody_to_ask_it_says_what_to_give() {
    let home = tempfile::tempdir().unwrap();
    let lost = rolecall(home.path(), &["import", "--no-input", "-"], TWO);
    assert_eq!(code(&lost), 2);
    assert!(err(&lost).contains("--name") && err(&lost).contains("--email"), "{}", err(&lost));
}

#[test]
fn the_data_folder_and_the_database_are_closed_to_others() {
    use std::os::unix::fs::PermissionsExt;
    let home = home_with(TWO);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = data(home.path());
    assert_eq!((mode(&folder), mode(&folder.join("rolecall.db"))), (0o700, 0o600));
}

#[test]
fn a_database_that_is_something_else_is_one_sentence_and_stays_as_it_was() {
    let home = home_with(TWO);
    let database = data(home.path()).join("rolecall.db");
    let list = "bread, butter, and whatever else is not a database at all, but is long enough to look like one";
    fs::write(&database, list).unwrap();
    let wrong = import(home.path(), &[], "email,role\nda@acme.test,Viewer\n");
    assert_eq!((code(&wrong), err(&wrong).lines().count()), (1, 1), "{}", err(&wrong));
    assert_eq!(fs::read_to_string(&database).unwrap(), list);
}

#[test]
fn a_data_folder_that_cannot_be_used_is_one_sentence() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("taken"), "a file").unwrap();
    for folder in ["taken", "taken/below"] {
        let wrong = import(home.path(), &["--data-dir", folder], TWO);
        assert_eq!((code(&wrong), err(&wrong).lines().count()), (1, 1), "{}", err(&wrong));
    }
    let none = rolecall(home.path(), &["import", "--no-input", "missing.csv"], "");
    assert_eq!(code(&none), 1);
    assert!(err(&none).contains("missing.csv"), "{}", err(&none));
}
