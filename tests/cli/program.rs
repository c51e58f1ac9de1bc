//! The program as a whole: help, usage, settings.

use super::{code, err, home_with_marketers, out, rolecall};
use std::fs;

#[test]
fn help_teaches_by_examples() {
    let home = tempfile::tempdir().unwrap();
    let commands = [
        &["--help"][..],
        &["import", "--help"],
        &["demo", "--help"],
        &["invite", "--help"],
        &["invitations", "--help"],
        &["invitations", "list", "--help"],
        &["invitations", "resend", "--help"],
        &["invitations", "cancel", "--help"],
        &["role", "--help"],
        &["role", "set", "--help"],
        &["users", "--help"],
        &["users", "list", "--help"],
        &["users", "deactivate", "--help"],
        &["users", "reactivate", "--help"],
        &["users", "remove", "--help"],
        &["users", "rename", "--help"],
        &["groups", "--help"],
        &["groups", "list", "--help"],
        &["groups", "add", "--help"],
        &["groups", "remove", "--help"],
        &["groups", "create", "--help"],
        &["groups", "edit", "--help"],
        &["groups", "delete", "--help"],
        &["grants", "--help"],
        &["grants", "allow", "--help"],
        &["grants", "deny", "--help"],
        &["grants", "remove", "--help"],
        &["invitations", "edit", "--help"],
        &["changes", "--help"],
        &["changes", "list", "--help"],
        &["changes", "show", "--help"],
        &["changes", "stop", "--help"],
        &["changes", "resume", "--help"],
        &["changes", "undo", "--help"],
    ];
    for args in commands {
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
    for args in [&["--no-such-flag"][..], &["no-such-command"], &["import"]] {
        let wrong = rolecall(home.path(), args, "");
        assert_eq!((code(&wrong), out(&wrong)), (2, ""), "{args:?}");
    }
}

#[test]
fn answers_for_the_first_start_before_another_command_are_not_passed_over() {
    let home = tempfile::tempdir().unwrap();
    let wrong = rolecall(home.path(), &["--email", "bo@acme.test", "changes", "list"], "");
    assert_eq!((code(&wrong), out(&wrong)), (2, ""));
    assert!(err(&wrong).contains("are for the first start alone"), "{}", err(&wrong));
}

#[test]
fn what_every_command_takes_stands_below_what_is_its_own() {
    let home = tempfile::tempdir().unwrap();
    for args in [&["changes", "list", "--help"][..], &["role", "set", "-h"], &["--help"]] {
        let help = rolecall(home.path(), args, "");
        let (own, everywhere) = out(&help).split_once("\nEverywhere:\n").expect("a heading");
        for flag in ["--config", "--theme", "--readonly", "--ascii", "--data-dir", "--no-input"] {
            assert!(!own.contains(flag) && everywhere.contains(flag), "{args:?} {flag}: {}", out(&help));
        }
    }
}

#[test]
fn what_was_typed_wrongly_steers_no_terminal() {
    let home = tempfile::tempdir().unwrap();
    for typed in ["do\u{1b}[31m\u{202e}this", "--do\u{1b}[31m\u{202e}this"] {
        let wrong = rolecall(home.path(), &["changes", typed], "");
        assert_eq!((code(&wrong), out(&wrong)), (2, ""));
        assert!(err(&wrong).contains("do") && err(&wrong).contains("‹U+202E›this"), "{}", err(&wrong));
        assert!(!err(&wrong).chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{:?}", err(&wrong));
    }
}

#[test]
fn a_number_that_cannot_be_is_told_with_those_that_can() {
    let home = tempfile::tempdir().unwrap();
    for members in ["none", "0", "5000001"] {
        let wrong = rolecall(home.path(), &["demo", "--members", members], "");
        assert_eq!((code(&wrong), out(&wrong)), (2, ""), "{members}");
        assert!(err(&wrong).contains("a sample has 1 to 5000000 people"), "{}", err(&wrong));
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
fn what_was_typed_is_told_as_far_as_it_helps() {
    let home = home_with_marketers(1);
    let long = "x".repeat(100_000);
    for args in [
        &["role", "set", "Viewer", "--all", "--dry-run", "--reason", &long][..],
        &["role", "set", "Viewer", "--all", "--dry-run", "--reason", &"\nx".repeat(50_000)],
        &["role", "set", &long, "--all", "--dry-run"],
        &["role", "set", "Viewer", "--filter", &format!("role:{}", &long[..7_000]), "--dry-run"],
        &["role", "set", "Viewer", &format!("{long}@acme.test"), "--dry-run"],
        &["changes", "show", &long],
        &[&long],
    ] {
        let wrong = rolecall(home.path(), args, "");
        assert!([1, 2].contains(&code(&wrong)), "{}", code(&wrong));
        let told = err(&wrong);
        assert!(told.len() < 3_000 && told.contains("…x"), "{}: {told:.300}", told.len());
    }
    let filter = rolecall(home.path(), &["role", "set", "Viewer", "--filter", &long, "--dry-run"], "");
    assert_eq!((code(&filter), err(&filter)), (2, "rolecall: a filter has at most 8000 bytes\n"));
    let reason = rolecall(home.path(), &["role", "set", "Viewer", "--all", "--yes", "--reason", &long], "");
    assert!(err(&reason).contains("at most 500 characters"), "what is wrong with it is there: {}", err(&reason));
}
