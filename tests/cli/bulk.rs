//! `rolecall role set` and `rolecall changes`: plan, confirm, result, undo.

use super::{code, csv, err, home_with, home_with_marketers, json, out, rolecall};
use std::path::Path;

fn set(home: &Path, args: &[&str]) -> std::process::Output {
    rolecall(home, &[&["role", "set", "Viewer"], args].concat(), "")
}

/// How many members match, as a plan for them counts.
fn count(home: &Path, filter: &str) -> u64 {
    let plan = json(&rolecall(home, &["role", "set", "Designer", "--filter", filter, "--dry-run", "-o", "json"], ""));
    plan["change"].as_u64().unwrap()
}

#[test]
fn a_plan_is_printed_and_nothing_is_done() {
    let home = home_with_marketers(25);
    let table = set(home.path(), &["--filter", "role:marketer", "--dry-run"]);
    assert_eq!(code(&table), 0, "{}", err(&table));
    assert!(out(&table).contains("Marketer → Viewer") && out(&table).contains("24 more like p"), "{}", out(&table));
    assert!(err(&table).starts_with("25 to change"), "{}", err(&table));
    let whole = json(&set(home.path(), &["--all", "--dry-run", "-o", "json"]));
    assert_eq!((whole["change"].as_u64(), whole["skipped"].as_u64()), (Some(25), Some(1)), "the owner is left out");
    let rows = csv(out(&set(home.path(), &["--all", "--dry-run", "-o", "csv"])));
    assert_eq!(rows.len(), 27, "a row a row");
    let owner = rows.iter().find(|row| row[0] == "ann@acme.test").unwrap();
    assert_eq!(owner[1], "skipped");
    assert!(owner[7].contains("transfer ownership"), "{owner:?}");
    assert_eq!(count(home.path(), "role:marketer"), 25);
    assert_eq!(out(&rolecall(home.path(), &["changes", "list", "-o", "name"], "")), "1\n", "the import alone");
}

#[test]
fn without_consent_and_without_a_terminal_nothing_is_tried() {
    let home = home_with_marketers(1);
    for flags in [&["--all"][..], &["--all", "--no-input"]] {
        let refused = set(home.path(), flags);
        assert_eq!((code(&refused), out(&refused)), (2, ""));
        assert!(err(&refused).contains("--yes"), "{}", err(&refused));
    }
    let both = set(home.path(), &["--all", "--yes", "--dry-run"]);
    assert_eq!(code(&both), 2);
    for flags in [
        &["--yes"][..],
        &["--filter", "", "--yes"],
        &["", "--yes"],
        &["--filter", "shoe:42", "--yes"],
        &["--all", "p1@acme.test", "--yes"],
    ] {
        assert_eq!(code(&set(home.path(), flags)), 2, "{flags:?}");
    }
    // What would leave out every row is told before there is a plan, or it would look like success.
    let long = "x".repeat(501);
    for (flags, told) in [
        (["--reason", &long], "at most 500 characters"),
        (["--expires", "tomorrow"], "--expires: “tomorrow” is not a date"),
        (["--expires", "2020-01-01"], "--expires: This date has passed"),
    ] {
        let wrong = set(home.path(), &[&flags[..], &["--all", "--yes"]].concat());
        assert_eq!((code(&wrong), out(&wrong)), (2, ""), "{told}");
        assert!(err(&wrong).contains(told), "{}", err(&wrong));
    }
    let two = rolecall(home.path(), &["role", "set", "Viewer;Designer", "--all", "--yes"], "");
    assert_eq!((code(&two), err(&two)), (2, "rolecall: a member has one role here; name one\n"));
    assert_eq!(count(home.path(), "role:marketer"), 1);
}

#[test]
fn a_filter_that_names_what_is_not_there_is_told_and_one_that_matches_nobody_is_no_failure() {
    let home = home_with_marketers(1);
    for (filter, told) in [
        ("role:markter", "rolecall: --filter: no role “markter”; did you mean Marketer?\n"),
        // Turned round it would be everybody.
        ("!role:nosuch", "rolecall: --filter: no role “nosuch”; choose from Administrator, "),
        ("domain:acme.test group:nosuch", "rolecall: --filter: no group “nosuch”; there are none yet\n"),
        ("folder:nosuch", "rolecall: --filter: no folder “nosuch”; there are none yet\n"),
    ] {
        for flag in ["--dry-run", "--yes"] {
            let wrong = set(home.path(), &["--filter", filter, flag]);
            assert_eq!((code(&wrong), out(&wrong)), (2, ""), "{filter}");
            assert!(err(&wrong).starts_with(told), "{filter}: {}", err(&wrong));
        }
    }
    for command in [&["list"][..], &["resend", "--yes"], &["cancel", "--dry-run"]] {
        let wrong = rolecall(home.path(), &[&["invitations"], command, &["--filter", "role:nosuch"]].concat(), "");
        assert_eq!((code(&wrong), out(&wrong)), (2, ""), "{command:?}: {}", err(&wrong));
        assert!(err(&wrong).contains("no role “nosuch”"), "{command:?}: {}", err(&wrong));
    }
    // Those are there; nobody is called so, and nobody but the owner holds that.
    for filter in ["role:mark nobody", "role:designer", "role:technician status:inactive"] {
        for flag in ["--dry-run", "--yes"] {
            let none = set(home.path(), &["--filter", filter, flag]);
            assert_eq!(code(&none), 0, "{filter}: {}", err(&none));
            assert!(err(&none).starts_with("no matching rows\n"), "{filter}: {}", err(&none));
        }
    }
    assert_eq!(count(home.path(), "role:owner"), 0, "the owner holds no role of that name");
}

#[test]
fn read_only_looks_and_changes_nothing() {
    let home = home_with_marketers(1);
    let refused = set(home.path(), &["--all", "--yes", "--readonly"]);
    assert_eq!((code(&refused), out(&refused)), (6, ""));
    assert!(err(&refused).contains("read-only"), "{}", err(&refused));
    assert_eq!(code(&set(home.path(), &["--all", "--dry-run", "--readonly"])), 0);
    for args in [
        &["changes", "undo", "1", "--yes"][..],
        &["changes", "resume"],
        &["changes", "stop", "1"],
        &["invitations", "cancel", "--all", "--yes"],
    ] {
        assert_eq!(code(&rolecall(home.path(), &[args, &["--readonly"]].concat(), "")), 6, "{args:?}");
    }
    assert_eq!(count(home.path(), "role:marketer"), 1);
}

#[test]
fn roles_are_changed_and_taken_back() {
    let home = home_with_marketers(25);
    let done = set(home.path(), &["--filter", "role:marketer", "--reason", "OPS-1182", "--yes", "-o", "json"]);
    assert_eq!(code(&done), 0, "{}", err(&done));
    let data = json(&done);
    assert_eq!((data["change"]["done"].as_u64(), data["change"]["failed"].as_u64()), (Some(25), Some(0)));
    assert!(data["rows"].as_array().unwrap().iter().all(|row| row["state"] == "done"));
    assert!(err(&done).contains("rolecall changes undo 2"), "{}", err(&done));
    assert_eq!((count(home.path(), "role:marketer"), count(home.path(), "role:viewer")), (0, 25));
    let changes = csv(out(&rolecall(home.path(), &["changes", "list", "-o", "csv"], "")));
    assert_eq!(changes[1][..8], ["2", "set_roles", "Role → Viewer, role:marketer", "done", "25", "25", "0", "0"]);
    assert_eq!(changes[1][12], "OPS-1182");
    let idle = rolecall(home.path(), &["changes", "stop", "2"], "");
    assert_eq!((code(&idle), out(&idle)), (0, ""), "it stands still, as was asked for: {}", err(&idle));
    assert!(err(&idle).starts_with("change 2 was not running: nothing to stop\n"), "{}", err(&idle));
    let unasked = rolecall(home.path(), &["changes", "undo", "2"], "");
    assert_eq!((code(&unasked), out(&unasked)), (2, ""), "nobody can be asked: {}", err(&unasked));
    let undone = rolecall(home.path(), &["changes", "undo", "2", "--yes"], "");
    assert_eq!((code(&undone), out(&undone)), (0, ""), "{}", err(&undone));
    assert_eq!(count(home.path(), "role:marketer"), 25);
    let shown = rolecall(home.path(), &["changes", "show", "3", "-o", "csv"], "");
    assert_eq!(csv(out(&shown)).len(), 26);
    for form in ["table", "wide"] {
        let list = rolecall(home.path(), &["changes", "list", "-o", form], "");
        let line = |what: &str| out(&list).lines().find(|line| line.contains(what)).unwrap_or_default().to_owned();
        assert!(line("  Role → Viewer").contains("undone by 3"), "{}", out(&list));
        assert!(line("Undo 2: Role → Viewer").contains("  done"), "{}", out(&list));
    }
}

#[test]
fn what_somebody_changed_since_is_skipped_by_the_undo_and_named() {
    let home = home_with_marketers(3);
    assert_eq!(code(&set(home.path(), &["--filter", "role:marketer", "--yes"])), 0);
    let other = rolecall(home.path(), &["role", "set", "Designer", "p2@acme.test", "--yes"], "");
    assert_eq!(code(&other), 0, "{}", err(&other));
    let plan = rolecall(home.path(), &["changes", "undo", "2", "--dry-run"], "");
    assert!(out(&plan).contains("– p2@acme.test: left out"), "{}", out(&plan));
    let undone = rolecall(home.path(), &["changes", "undo", "2", "--yes"], "");
    assert_eq!(code(&undone), 3, "one was skipped: {}", err(&undone));
    assert!(err(&undone).contains("p2@acme.test"), "{}", err(&undone));
    assert_eq!((count(home.path(), "role:marketer"), count(home.path(), "p2 role:designer")), (2, 0));
}

#[test]
fn who_was_named_and_left_out_makes_it_partly_done_or_refused() {
    let home = home_with_marketers(2);
    let partly = set(home.path(), &["p1@acme.test", "ann@acme.test", "--yes"]);
    assert_eq!(code(&partly), 3, "{}", err(&partly));
    assert!(err(&partly).contains("ann@acme.test: skipped: this member is the owner"), "{}", err(&partly));
    let shown = rolecall(home.path(), &["changes", "show", "2"], "");
    assert!(
        out(&shown).contains("  this member is the owner; transfer ownership first\n"),
        "the reason stands in the table: {}",
        out(&shown)
    );
    let refused = set(home.path(), &["ann@acme.test", "--yes"]);
    assert_eq!(code(&refused), 6, "{}", err(&refused));
    let so_already = set(home.path(), &["p1@acme.test", "--yes"]);
    assert_eq!((code(&so_already), out(&so_already)), (0, ""), "{}", err(&so_already));
    let nobody = set(home.path(), &["--filter", "nobody-is-called-this", "--yes", "-o", "csv"]);
    assert_eq!((code(&nobody), out(&nobody)), (0, "row,name,state,before,after,reason,link\n"), "{}", err(&nobody));
    assert_eq!(err(&nobody), "no matching rows\nnothing to change\n");
}

#[test]
fn what_is_not_known_is_one_sentence_with_the_nearest() {
    let home = home_with(super::TWO);
    let wrong = |args: &[&str]| {
        let wrong = rolecall(home.path(), &[args, &["--yes"]].concat(), "");
        assert_eq!(out(&wrong), "");
        (code(&wrong), err(&wrong).to_owned())
    };
    let role = wrong(&["role", "set", "Desiner", "bo@acme.test"]);
    assert_eq!(role, (2, "rolecall: no role “Desiner”; did you mean Designer?\n".into()));
    for role in ["Boss", "", ";"] {
        let (code, told) = wrong(&["role", "set", role, "bo@acme.test"]);
        assert!(code == 2 && told.contains("choose from Administrator, Marketer"), "{told}");
    }
    let (failed, two) = wrong(&["role", "set", "viewer", "boo@acme.test", "who@where.test", "bo@acme.test"]);
    assert!(two.contains("boo@acme.test; did you mean bo@acme.test?") && two.contains("who@where.test\n"), "{two}");
    assert_eq!(failed, 1, "people come and go, which is no wrong usage");
    let undo = wrong(&["changes", "undo", "77"]);
    assert_eq!(undo, (1, "rolecall: no change 77; see rolecall changes list\n".into()));
}

#[test]
fn a_change_that_is_not_there_is_one_sentence_and_where_to_look() {
    let home = home_with(super::TWO);
    for verb in ["show", "resume", "stop", "undo"] {
        let none = rolecall(home.path(), &["changes", verb, "77"], "");
        assert_eq!((code(&none), out(&none)), (1, ""), "{verb}");
        assert_eq!(err(&none), "rolecall: no change 77; see rolecall changes list\n");
        for wrong in ["abc", "-3", "1.5", "99999999999999999999"] {
            let none = rolecall(home.path(), &["changes", verb, wrong], "");
            assert_eq!((code(&none), out(&none)), (2, ""), "{verb} {wrong}");
        }
        let none = rolecall(home.path(), &["changes", verb, "abc"], "");
        assert!(err(&none).contains("name a change by its number; see rolecall changes list"), "{}", err(&none));
    }
}

#[test]
fn addresses_on_standard_input_are_read_as_programs_write_them() {
    let home = home_with_marketers(3);
    let given =
        |input: &[u8]| super::fed(home.path(), &["role", "set", "Viewer", "-", "--dry-run", "-o", "name"], input);
    let done = given("\u{feff}p1@acme.test\r\n\r\n P2@acme.test \r\np1@acme.test".as_bytes());
    assert_eq!((code(&done), out(&done)), (0, "p1@acme.test\np2@acme.test\n"), "{}", err(&done));
    let torn = given(b"p1@acme.test\np2\xff@acme.test\n");
    assert_eq!((code(&torn), out(&torn)), (1, ""));
    assert!(err(&torn).contains("line 2 of standard input"), "{}", err(&torn));
    let endless = given(&vec![b'a'; 17 * 1024 * 1024]);
    assert_eq!((code(&endless), out(&endless)), (1, ""));
    assert!(err(&endless).contains("too large"), "{}", err(&endless));
}

#[test]
fn a_workspace_that_is_not_there_is_said() {
    let home = tempfile::tempdir().unwrap();
    let none = rolecall(home.path(), &["invitations", "list"], "");
    assert_eq!((code(&none), out(&none)), (1, ""));
    assert!(err(&none).contains("no workspace in"), "{}", err(&none));
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "and none was made");
}
