//! The program in a real terminal: start, size, end, and a walk through the sample workspace.

#[path = "pty/bulk.rs"]
mod bulk;
#[path = "support/pty.rs"]
mod pty;

use pty::{Session, Start, count};
use rolecall::i18n::t;
use rustix::process::Signal;
use std::time::Duration;

const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const TAB: &str = "\t";
const CTRL_Z: &str = "\x1a";
const RIGHT: &str = "\x1b[C";

/// Long enough to tell calm from work, short enough to wait for.
const CALM: Duration = Duration::from_millis(300);

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// The sample workspace, with everything on screen.
fn demo(home: &tempfile::TempDir, args: &[&str]) -> Session {
    let mut session = Session::rolecall(home.path(), &[&["demo"], args].concat());
    session.shows("Northwind Signage");
    session.shows(t("app.live"));
    session.shows("Content Team");
    session
}

/// Waits until the whole workspace is there: its roles come last.
fn ready(session: &mut Session) {
    session.press("4");
    session.hides(t("users.email"));
    session.shows("Approver");
    session.press("1");
    session.shows(t("users.email"));
}

#[test]
fn the_first_frame_comes_before_the_sample_is_made() {
    let home = home();
    let mut session = Session::rolecall(home.path(), &["demo", "--members", "20000"]);
    session.shows(t("app.connecting"));
    assert!(!session.text().contains("Northwind"), "nothing has come yet");
    session.press("q");
    assert_eq!(session.ends(), 0);
    session.restored();
}

#[test]
fn quitting_gives_the_terminal_back_as_it_was() {
    let home = home();
    let mut session = demo(&home, &[]);
    assert!(session.screen().alternate_screen());
    session.press("q");
    assert_eq!(session.ends(), 0);
    session.restored();
}

#[test]
fn nothing_of_the_sample_is_kept() {
    let home = home();
    let mut session = demo(&home, &[]);
    session.press("q");
    assert_eq!(session.ends(), 0);
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn signals_end_it_and_give_the_terminal_back() {
    for signal in [Signal::TERM, Signal::HUP] {
        let home = home();
        let mut session = demo(&home, &[]);
        session.signal(signal);
        assert_eq!(session.ends(), 0);
        session.restored();
    }
}

#[test]
fn job_control_gives_the_terminal_back_and_takes_it_again() {
    let home = home();
    let mut session = demo(&home, &[]);
    for _ in 0..2 {
        session.signal(Signal::TSTP);
        session.stopped();
        session.until("the shell's screen", |screen| !screen.alternate_screen() && !screen.hide_cursor());
        session.signal(Signal::CONT);
        session.shows("Content Team");
        assert!(session.screen().alternate_screen() && session.screen().hide_cursor());
    }
    session.press("q");
    assert_eq!(session.ends(), 0);
    session.restored();
}

#[test]
fn it_follows_the_size_of_the_terminal() {
    let home = home();
    let mut session = demo(&home, &[]);
    session.resize(80, 24);
    session.until("one pane", |screen| !screen.contents().contains(t("users.email")));
    session.shows("Content Team");
    session.resize(40, 12);
    session.shows(t("app.too-small"));
    // Nothing acts that nobody can see. Keys and sizes reach a program by different ways and in no order:
    // that it stops says that it has read the keys, before there is room for what they would open.
    session.press(&["jx", CTRL_Z].concat());
    session.stopped();
    session.signal(Signal::CONT);
    session.resize(1, 1);
    session.resize(120, 34);
    session.shows(t("users.email"));
    session.shows("Content Team");
    session.press("q");
    assert_eq!(session.ends(), 0);
    session.restored();
}

#[test]
fn of_a_key_and_a_size_that_come_together_neither_is_lost() {
    let home = home();
    let mut session = demo(&home, &[]);
    for _ in 0..10 {
        for (columns, rows, sign) in [(40, 12, t("app.too-small")), (120, 34, t("users.email"))] {
            // The key waits already when the size comes.
            session.signal(Signal::STOP);
            session.stopped();
            session.press(ESC);
            session.resize(columns, rows);
            session.signal(Signal::CONT);
            session.shows(sign);
        }
        // The key comes while the size is being read.
        session.resize(119, 34);
        session.press("?");
        session.shows("Help");
        session.resize(120, 34);
        session.press(ESC);
        session.hides("Help");
    }
}

#[test]
fn nothing_is_written_while_nothing_changes() {
    let home = home();
    let mut session = demo(&home, &[]);
    session.settles(CALM);
    // The clock may turn a minute in one such window, and then relative times change; not in three.
    let quiet = (0..3).any(|_| session.written_within(Duration::from_secs(2)) == 0);
    assert!(quiet, "something is written though nothing changes");
}

#[test]
fn every_frame_is_inside_a_synchronised_update() {
    let home = home();
    let mut session = demo(&home, &[]);
    session.press("jjkk/");
    session.press("content");
    session.settles(CALM);
    let written = String::from_utf8_lossy(&session.written).into_owned();
    assert!(count(&session.written, b"\x1b[?2026h") > 2);
    let (_, frames) = written.split_once("\x1b[?2026h").unwrap();
    for between in frames.split("\x1b[?2026h") {
        let (_, outside) = between.split_once("\x1b[?2026l").expect("every frame is closed");
        assert_eq!(outside, "", "nothing is written between frames");
    }
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_told() {
    let home = home();
    let program = std::env::current_exe().unwrap();
    let args = ["--exact", "panics_in_the_terminal", "--ignored", "--nocapture", "--test-threads=1"];
    let mut session =
        Session::start(&Start { program: program.to_str().unwrap(), args: &args, home: home.path(), size: (120, 34) });
    assert_ne!(session.ends(), 0);
    session.restored();
    let written = String::from_utf8_lossy(&session.written).into_owned();
    let told = written.find("out of cheese").expect("the panic is told");
    let left = written.rfind("\x1b[?1049l").expect("the alternate screen is left");
    let entered = written.find("\x1b[?1049h").expect("the alternate screen was entered");
    assert!(entered < left && left < told, "first put right, then told");
}

/// Run by the test above, in a terminal of its own.
#[test]
#[ignore = "takes the terminal and panics in it"]
fn panics_in_the_terminal() {
    let _terminal = rolecall::tui::Terminal::take().unwrap();
    panic!("out of cheese");
}

#[test]
fn the_first_start_asks_and_the_next_one_finds_all_unchanged() {
    let home = home();
    assert_eq!(Session::rolecall(home.path(), &["--no-input"]).ends(), 2, "unless it may not");
    let mut session = Session::rolecall(home.path(), &[]);
    session.shows(t("cli.setup.name"));
    session.press("\r");
    session.shows(t("cli.setup.name-blank"));
    session.press("Acme\r");
    session.shows(t("cli.setup.email"));
    session.press("ann\r");
    session.shows("name@example.com");
    session.press("ann@acme.test\r");
    session.shows(t("cli.setup.owner-name"));
    session.press("Ann Lee\r");
    session.shows("Acme");
    session.shows("ann@acme.test");
    ready(&mut session);
    session.press("n");
    session.shows("New group");
    session.press("Night shift");
    session.shows("Night shift");
    session.press(ENTER);
    session.shows(t("dialog.plan.no_effect"));
    session.press(ENTER);
    session.shows("New group Night shift: done");
    session.press("q");
    assert_eq!(session.ends(), 0);
    session.restored();

    let mut session = Session::rolecall(home.path(), &["--start-pane", "users"]);
    session.shows("Acme");
    session.shows("Ann Lee");
    session.shows("Night shift");
    session.press("q");
    assert_eq!(session.ends(), 0);
}

#[test]
fn two_at_once_on_one_workspace_are_safe() {
    let home = home();
    let setup = ["--name", "Acme", "--email", "ann@acme.test", "--start-pane", "users"];
    let mut first = Session::rolecall(home.path(), &setup);
    first.shows("ann@acme.test");
    first.shows(t("app.live"));
    let mut second = Session::rolecall(home.path(), &["--start-pane", "users"]);
    second.shows("ann@acme.test");
    ready(&mut second);
    second.press("i");
    second.shows("Invite");
    second.press("bo@acme.test");
    second.press(&[TAB, TAB, "m"].concat());
    second.shows("Marketer");
    second.shows("Gains");
    second.press(ENTER);
    second.shows("http://127.0.0.1");
    second.press(ESC);
    second.hides("http://127.0.0.1");
    first.press("\x12");
    first.shows("bo@acme.test");
    for session in [&mut first, &mut second] {
        session.press("q");
        assert_eq!(session.ends(), 0);
        session.restored();
    }
}

#[test]
fn a_database_that_is_none_is_one_sentence_after_the_terminal_is_put_right() {
    let home = home();
    let data = home.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("rolecall.db"), "bread, butter, and nothing that looks like a database at all").unwrap();
    let mut session = Session::rolecall(home.path(), &["--data-dir", "data"]);
    assert_eq!(session.ends(), 1);
    session.restored();
    session.shows("is not a rolecall database");
}

#[test]
fn read_only_mode_leaves_changes_out() {
    let home = home();
    let mut session = demo(&home, &["--readonly", "--start-pane", "users"]);
    session.shows(t("app.readonly"));
    session.press("x");
    session.shows(t("able.readonly"));
    session.press("q");
    assert_eq!(session.ends(), 0);
}

#[test]
fn without_colour_nothing_is_coloured() {
    let home = home();
    let mut session = demo(&home, &["--theme", "mono"]);
    session.settles(CALM);
    let coloured = |screen: &vt100::Screen| {
        let (rows, columns) = screen.size();
        let cells = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
        let plain =
            |cell: &vt100::Cell| cell.fgcolor() == vt100::Color::Default && cell.bgcolor() == vt100::Color::Default;
        cells.into_iter().filter_map(|(row, column)| screen.cell(row, column)).any(|cell| !plain(cell))
    };
    assert!(!coloured(session.screen()));
}

#[test]
fn with_ascii_frames_and_marks_are_ascii() {
    let home = home();
    let mut session = demo(&home, &["--ascii"]);
    session.settles(CALM);
    let frames = ['─', '│', '╭', '╮', '╰', '╯', '▌', '●', '★'];
    assert!(!session.text().contains(frames), "{}", session.text());
}

#[test]
fn a_key_is_answered_at_once_and_not_at_the_next_tick_of_the_clock() {
    let home = home();
    let mut session = demo(&home, &["--start-pane", "users"]);
    session.settles(CALM);
    let begun = std::time::Instant::now();
    for _ in 0..5 {
        session.press("?");
        session.shows("Help");
        session.press(ESC);
        session.hides("Help");
    }
    // Ten keys; each of them waiting for a tick would take ten seconds.
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn a_walk_through_the_sample() {
    let home = home();
    let mut session = demo(&home, &["--start-pane", "users"]);
    ready(&mut session);

    // Invite somebody; the link is shown, and the board has them.
    session.press("i");
    session.shows("Invite");
    session.press("mira@northwind.test");
    session.press(&[TAB, TAB, "m"].concat());
    session.shows("Marketer");
    session.shows("Gains");
    session.press(ENTER);
    session.shows("http://127.0.0.1");
    session.press(ESC);
    session.hides("http://127.0.0.1");
    session.shows("501");

    // Change a role, with what is lost shown first.
    session.press("/");
    session.press("aziza.nazarova");
    session.shows("1 of 501");
    session.press(ENTER);
    session.press("r");
    session.shows("Change role");
    session.press(&[RIGHT, RIGHT, RIGHT].concat());
    session.shows("‹ Analyst ›");
    session.shows("Loses");
    session.press(ENTER);
    session.hides("Change role");
    session.shows("Analyst");

    // The deny on Promo Archive refuses her there, and says who made it and why.
    session.press("e");
    session.shows("Effective access");
    session.press(TAB);
    session.shows("Promo Archive");
    session.press(&"\x1b[B".repeat(9));
    session.press(ENTER);
    session.shows("/ Promo Archive");
    session.shows("frozen");
    session.press(ESC);
    session.hides("Effective access");
    session.press("q");
    assert_eq!(session.ends(), 0);
    session.restored();
}
