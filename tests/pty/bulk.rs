//! Changes of many rows in a real terminal, taken up after their program was killed.

use super::{ENTER, home, pty::Session};
use rolecall::{
    api::{
        journal::{Intent, Journal},
        wire::StartJob,
    },
    domain::{
        bulk::{Bulk, BulkAction, Selection},
        id::{RoleId, WorkspaceId},
        time::Timestamp,
    },
    i18n::t,
};

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
fn what_a_killed_run_asked_for_is_taken_up_in_the_console() {
    let home = marketers(3);
    let folders = [".local/share/rolecall", "Library/Application Support/rolecall"];
    let data = folders.iter().map(|folder| home.path().join(folder)).find(|folder| folder.exists()).unwrap();
    let action = BulkAction::SetRoles { roles: vec![RoleId(7)], terms: Default::default() };
    let on = Selection::matching("role:marketer");
    let intent = Intent {
        backend: "embedded".into(),
        workspace: WorkspaceId(1),
        start: StartJob { bulk: Bulk { on, action }, digest: None },
        key: "killed-1".into(),
        at: Timestamp(1),
    };
    drop(Journal::open(&data.join("journal")).unwrap().note(&intent).unwrap());
    let mut session = Session::rolecall(home.path(), &[]);
    session.shows("never answered: 1. 7, then R, takes them up");
    session.press("7");
    session.shows("1 unfinished");
    session.press("R");
    session.shows("Change role · 3 members");
    session.shows("all that match role:marketer");
    session.press(ENTER);
    session.shows("3 lose something they can do now");
    session.press(ENTER);
    session.shows("3 done");
    session.hides("unfinished");
    session.press("qq");
    assert_eq!(session.ends(), 0);
    let mut session = Session::rolecall(home.path(), &["jobs", "resume"]);
    session.shows("nothing was interrupted");
    assert_eq!(session.ends(), 0);
}

#[test]
fn what_a_command_works_on_is_followed_in_the_console() {
    let home = marketers(10_000);
    let mut command = Session::rolecall(home.path(), &["role", "set", "Viewer", "--filter", "role:marketer", "--yes"]);
    command.shows("/s");
    let mut console = Session::rolecall(home.path(), &[]);
    console.shows(t("app.live"));
    console.press("7");
    console.shows(t("jobs.running"));
    assert_eq!(command.ends(), 0);
    console.shows("done. u takes it back");
    console.hides(t("jobs.running"));
    console.press("qq");
    assert_eq!(console.ends(), 0);
}

#[test]
fn leaving_a_job_at_work_is_asked_twice_and_how_it_stands_is_told() {
    let home = marketers(10_000);
    let mut session = Session::rolecall(home.path(), &["--start-pane", "users"]);
    session.shows("10 001");
    session.press("/role:marketer\r");
    session.shows("10 000 of 10 001");
    session.press("*r");
    session.shows("to confirm");
    session.press(ENTER);
    session.press("10000");
    session.press(ENTER);
    session.shows("/s");
    session.press("q");
    session.shows("Job 1 is at work");
    session.press("q");
    assert_eq!(session.ends(), 0);
    session.restored();
    let told = session.text();
    assert!(told.contains("Role → Viewer: ") && told.contains("go on with: rolecall jobs resume 1"), "{told}");
}
