//! Bulk changes in a terminal: the plan is shown, asked about, and done when somebody agrees.

use super::{
    beside, code, err, home_with_marketers, json,
    pty::{Session, Start, count},
    rolecall,
};
use sqlx::{Connection, raw_sql};
use std::path::Path;

const SET: [&str; 5] = ["role", "set", "Viewer", "--filter", "role:marketer"];

/// What is to be typed for a plan of so many rows.
const COUNT: &str = "Type 25 to apply";
const ASK: &str = "Apply? [y/N]";

fn viewers(home: &Path) -> u64 {
    let plan = ["role", "set", "Designer", "--filter", "role:viewer", "--dry-run", "-o", "json"];
    json(&rolecall(home, &plan, ""))["change"].as_u64().unwrap()
}

#[test]
fn many_rows_are_done_when_their_number_is_typed() {
    let home = home_with_marketers(25);
    for (typed, exit, done) in [("24\r", 1, 0), ("y\r", 1, 0), ("\r", 1, 0), ("25\r", 0, 25)] {
        let mut session = Session::rolecall(home.path(), &SET);
        session.shows("24 more like p");
        session.shows(COUNT);
        session.press(typed);
        assert_eq!((session.ends(), viewers(home.path())), (exit, done), "{typed:?}: {}", session.text());
    }
}

#[test]
fn a_few_rows_are_done_when_somebody_says_yes() {
    let home = home_with_marketers(2);
    for (typed, exit, done) in [("n\r", 1, 0), ("2\r", 1, 0), ("\u{4}", 1, 0), ("yes\r", 0, 2)] {
        let mut session = Session::rolecall(home.path(), &SET);
        session.shows(ASK);
        session.press(typed);
        assert_eq!((session.ends(), viewers(home.path())), (exit, done), "{typed:?}: {}", session.text());
    }
}

#[test]
fn whoever_pastes_a_command_with_its_list_is_asked_at_the_terminal() {
    let home = home_with_marketers(3);
    let program = env!("CARGO_BIN_EXE_rolecall");
    for (typed, exit, done) in [("n\r", 1, 0), ("y\r", 0, 2)] {
        let pasted = format!("{program} role set viewer - <<'END'\np1@acme.test\np2@acme.test\nEND");
        let start = Start { program: "sh", args: &["-c", &pasted], home: home.path(), size: (120, 34) };
        let mut session = Session::start(&start);
        session.shows(ASK);
        session.press(typed);
        assert_eq!((session.ends(), viewers(home.path())), (exit, done), "{typed:?}: {}", session.text());
    }
}

#[test]
fn where_standard_error_is_no_terminal_nobody_is_asked() {
    let home = home_with_marketers(1);
    let alone = format!(
        "{} role set viewer p1@acme.test 2>said; code=$?; cat said; exit $code",
        env!("CARGO_BIN_EXE_rolecall")
    );
    let start = Start { program: "sh", args: &["-c", &alone], home: home.path(), size: (120, 34) };
    let mut session = Session::start(&start);
    assert_eq!((session.ends(), viewers(home.path())), (2, 0), "{}", session.text());
    session.shows("not a terminal");
}

#[test]
fn whoever_says_so_is_asked_nothing() {
    let home = home_with_marketers(2);
    for args in [[&SET[..], &["--no-input"]].concat(), [&["--no-input"], &SET[..]].concat()] {
        let mut session = Session::rolecall(home.path(), &args);
        assert_eq!((session.ends(), viewers(home.path())), (2, 0), "{}", session.text());
    }
}

#[test]
fn a_terminal_that_can_do_nothing_is_sent_nothing_but_words() {
    let home = home_with_marketers(25);
    let args = [&["TERM=dumb", env!("CARGO_BIN_EXE_rolecall")], &SET[..], &["--yes"]].concat();
    let mut session = Session::start(&Start { program: "env", args: &args, home: home.path(), size: (120, 34) });
    assert_eq!(session.ends(), 0, "{}", session.text());
    session.shows("rolecall changes undo 2");
    assert_eq!(count(&session.written, b"\x1b"), 0, "{}", session.text());
}

#[test]
fn what_has_no_room_beside_a_row_stands_below_it() {
    let home = home_with_marketers(2);
    let args = [&SET[..], &["--dry-run"]].concat();
    let at = |columns| {
        let program = env!("CARGO_BIN_EXE_rolecall");
        let mut session = Session::start(&Start { program, args: &args, home: home.path(), size: (columns, 34) });
        assert_eq!(session.ends(), 0);
        session.text()
    };
    assert!(at(120).contains("change             gains  loses in effect\n"), "{}", at(120));
    let narrow = at(50);
    assert!(narrow.contains("p1@acme.test  Marketer → Viewer\n  loses in effect: Content · edit"), "{narrow}");
    assert!(!narrow.contains("gains"), "{narrow}");
}

#[tokio::test]
async fn what_fails_in_the_backend_is_told_on_a_line_of_its_own() {
    // A change of many rows is applied after the answer.
    let home = home_with_marketers(140);
    let mut beside = beside(home.path()).await;
    let broken = "CREATE TRIGGER broken BEFORE INSERT ON member_role BEGIN SELECT RAISE(ABORT, 'a broken disk'); END";
    raw_sql(broken).execute(&mut beside).await.unwrap();
    beside.close().await.unwrap();
    let mut session = Session::rolecall(home.path(), &[&SET[..], &["--yes"]].concat());
    session.until("two reports", |screen| screen.contents().matches("! change 2: ").count() >= 2);
    let text = session.text();
    let told: Vec<&str> = text.lines().filter(|line| line.contains("! change 2: ")).collect();
    assert!(told.iter().all(|line| line.starts_with("! change 2: ")), "{text}");
    session.press("\u{3}");
    session.ends();
}

#[test]
fn ctrl_c_at_the_question_leaves_everything_as_it_was() {
    let home = home_with_marketers(2);
    let mut session = Session::rolecall(home.path(), &SET);
    session.shows(ASK);
    session.press("\u{3}");
    assert_ne!(session.ends(), 0);
    assert_eq!(viewers(home.path()), 0);
    let resumed = rolecall(home.path(), &["changes", "resume"], "");
    assert!(err(&resumed).contains("nothing to resume"), "{}", err(&resumed));
}

#[test]
fn a_plan_that_is_overtaken_is_shown_again_before_anything_is_done() {
    let home = home_with_marketers(3);
    let mut session = Session::rolecall(home.path(), &SET);
    session.shows("3 to change");
    session.shows(ASK);
    let other = rolecall(home.path(), &["role", "set", "Designer", "p2@acme.test", "--yes"], "");
    assert_eq!(code(&other), 0, "{}", err(&other));
    session.press("y\r");
    session.shows("the plan is no longer what you saw");
    session.shows("2 to change");
    let text = session.text();
    let again = text.split("Changed since you looked: 1\n").nth(1).unwrap();
    assert!(again.starts_with("– p2@acme.test: no longer in the plan\n2 to change"), "{text}");
    assert_eq!(viewers(home.path()), 0, "nothing is done before somebody has looked at it");
    session.press("y\r");
    assert_eq!(session.ends(), 0, "{}", session.text());
    assert_eq!(viewers(home.path()), 2, "and not the one that is a designer by now");
}

#[test]
fn of_a_plan_that_is_overtaken_the_rows_that_came_out_differently_are_shown() {
    let home = home_with_marketers(3);
    let mut session = Session::rolecall(home.path(), &["role", "set", "Viewer", "--all"]);
    session.shows(ASK);
    let other = rolecall(home.path(), &["role", "set", "Designer", "p2@acme.test", "--yes"], "");
    assert_eq!(code(&other), 0, "{}", err(&other));
    session.press("y\r");
    session.until("the second question", |screen| screen.contents().matches(ASK).count() == 2);
    let text = session.text();
    let again = text.split("Changed since you looked: 1\n").nth(1).unwrap();
    let told: Vec<&str> = again.lines().map(str::trim_end).collect();
    assert!(told[1].starts_with("p2@acme.test  Designer → Viewer"), "{text}");
    assert!(told[2].starts_with("  before: Marketer → Viewer · "), "{text}");
    assert!(told.iter().all(|line| !line.contains("p1@acme.test")), "those were looked at: {text}");
    assert!(told.iter().any(|line| line.starts_with("3 to change · 1 left out")), "{text}");
    session.press("n\r");
    assert_eq!((session.ends(), viewers(home.path())), (1, 0), "{}", session.text());
}
