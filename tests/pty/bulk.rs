//! Changes of many rows in a real terminal, resumed after their program was killed.

use super::{ENTER, home, pty::Session};
use rolecall::i18n::t;
use rustix::process::Signal;

/// A home whose workspace has this many Marketers.
fn marketers(count: usize) -> tempfile::TempDir {
    let home = home();
    let rows: String = (1..=count).map(|n| format!("p{n}@acme.test,P {n},Marketer\n")).collect();
    std::fs::write(home.path().join("people.csv"), format!("email,name,role\n{rows}")).unwrap();
    let args = ["import", "--name", "Acme", "--email", "ann@acme.test", "people.csv"];
    assert_eq!(Session::rolecall(home.path(), &args).ends(), 0);
    home
}

#[test]
fn what_a_killed_console_began_is_listed_and_goes_on() {
    let home = marketers(10_000);
    let mut killed = Session::rolecall(home.path(), &["--start-pane", "users"]);
    killed.shows("10 001");
    killed.press("/role:marketer\r");
    killed.shows("10 000 of 10 001");
    killed.press("*r");
    killed.shows("to confirm");
    killed.press(ENTER);
    killed.press("10000");
    killed.press(ENTER);
    killed.shows("/s");
    killed.signal(Signal::KILL);
    let mut session = Session::rolecall(home.path(), &[]);
    session.press("7");
    session.shows("Role → Viewer");
    session.shows("1 unfinished");
    session.press("c");
    session.press(ENTER);
    session.shows("10 000 done");
    session.hides("unfinished");
    session.press("qqq");
    assert_eq!(session.ends(), 0);
    let mut session = Session::rolecall(home.path(), &["changes", "resume"]);
    session.shows("nothing to resume");
    assert_eq!(session.ends(), 0);
}

#[test]
fn what_a_command_works_on_is_followed_in_the_console() {
    let home = marketers(30_000);
    let mut command = Session::rolecall(home.path(), &["role", "set", "Viewer", "--filter", "role:marketer", "--yes"]);
    command.shows("/s");
    let mut console = Session::rolecall(home.path(), &[]);
    console.shows(t("app.live"));
    console.press("7");
    console.shows(t("changes.running"));
    assert_eq!(command.ends(), 0);
    console.shows("done. u undoes it");
    console.hides(t("changes.running"));
    console.press("qq");
    assert_eq!(console.ends(), 0);
}

#[test]
fn leaving_a_change_at_work_is_asked_twice_and_how_it_stands_is_told() {
    let home = marketers(40_000);
    let mut session = Session::rolecall(home.path(), &["--start-pane", "users"]);
    session.shows("40 001");
    session.press("/role:marketer\r");
    session.shows("40 000 of 40 001");
    session.press("*r");
    session.shows("to confirm");
    session.press(ENTER);
    session.press("40000");
    session.press(ENTER);
    session.shows("/s");
    session.press("q");
    session.shows("is running");
    session.press("q");
    assert_eq!(session.ends(), 0);
    session.restored();
    let told = session.text();
    assert!(
        told.contains("Role → Viewer, role:marketer: ") && told.contains("resume with: rolecall changes resume 2"),
        "{told}"
    );
}
