//! `rolecall import`: people from a file.

use super::{TWO, code, data, err, home_with, import, out, rolecall};
use std::{fs, path::Path};

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
fn the_example_of_the_readme_is_imported_as_it_stands() {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("```csv\n").expect("an example");
    let (people, _) = rest.split_once("```").expect("its end");
    assert!(readme.contains("rolecall import --create-groups people.csv"));
    let home = tempfile::tempdir().unwrap();
    let lacking = import(home.path(), &[], people);
    assert_eq!(code(&lacking), 1);
    assert!(err(&lacking).ends_with("--create-groups makes the groups that are not there\n"), "{}", err(&lacking));
    let done = import(home.path(), &["--create-groups"], people);
    assert_eq!((code(&done), err(&done)), (0, "imported: 2 people, new groups: 2\n"));
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
fn a_first_start_that_is_refused_leaves_nothing_and_the_next_one_is_the_first() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("mine");
    let flags = ["--data-dir", folder.to_str().unwrap()];
    let refused = import(home.path(), &flags, "email,role\nda@acme.test,Boss\n");
    assert_eq!(code(&refused), 1);
    assert!(err(&refused).contains("-:2: role: "), "{}", err(&refused));
    assert!(!folder.exists(), "{:?}", fs::read_dir(&folder).unwrap().collect::<Vec<_>>());
    fs::create_dir(&folder).unwrap();
    assert_eq!(code(&import(home.path(), &flags, "email,role\nann@acme.test,Viewer\n")), 1, "the owner is there");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "a folder that was there stays");
    let unsaid = rolecall(home.path(), &[&["import", "-"], &flags[..]].concat(), TWO);
    assert_eq!(code(&unsaid), 2, "it asks for the first answers again: {}", err(&unsaid));
    let done = import(home.path(), &flags, TWO);
    assert_eq!(code(&done), 0, "{}", err(&done));
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
fn answers_for_the_first_start_may_stand_before_the_command() {
    let home = tempfile::tempdir().unwrap();
    let flags = ["--name", "Acme", "--email", "ann@acme.test", "--no-input", "import", "-"];
    let done = rolecall(home.path(), &flags, TWO);
    assert_eq!(code(&done), 0, "{}", err(&done));
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
