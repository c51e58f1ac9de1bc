//! Who may use whom: reads the imports of every file and keeps the rule that `src/lib.rs` writes down.

#[path = "support/imports.rs"]
mod imports;
#[path = "support/source.rs"]
mod source;

use imports::{module, uses};
use source::{Source, Token};

/// A room, and the paths outside itself that it may use; `*` is everything.
const RULES: [(&str, &[&str]); 10] = [
    ("domain", &[]),
    ("i18n", &[]),
    ("words", &["domain", "i18n", "api::wire"]),
    ("api", &["domain"]),
    ("server", &["domain", "api::wire", "api::write"]),
    ("config", &["domain", "i18n", "app::action", "app::key", "app::keymap"]),
    ("app", &["domain", "i18n", "words", "api::wire", "api::error", "api::backend"]),
    ("ui", &["domain", "i18n", "words", "app", "api::wire"]),
    (
        "cli",
        &[
            "domain",
            "i18n",
            "words",
            "api",
            "server",
            "config",
            "tui",
            "app::format",
            "app::changes",
            "app::dialog::changed",
            "app::dialog::dates",
            "app::dialog::words",
        ],
    ),
    ("tui", &["*"]),
];

/// The room that a file is in; none for `lib.rs` and `main.rs`.
fn room(file: &Source) -> Option<String> {
    module(file).into_iter().next()
}

fn may(room: &str, target: &[String]) -> bool {
    let target = target.join("::");
    let within = |allowed: &str| target == allowed || target.starts_with(&format!("{allowed}::"));
    let (_, allowed) = RULES.iter().find(|(name, _)| *name == room).expect("every room has a rule");
    within(room) || allowed.iter().any(|path| *path == "*" || within(path))
}

#[test]
fn no_room_uses_what_it_may_not() {
    let mut faults = Vec::new();
    for file in source::all() {
        let Some(room) = room(&file) else { continue };
        for target in uses(&file) {
            if !may(&room, &target) {
                faults.push(format!("{} uses crate::{}", file.path, target.join("::")));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_room_has_a_rule() {
    for file in source::all() {
        let Some(room) = room(&file) else { continue };
        assert!(RULES.iter().any(|(name, _)| *name == room), "{}: room {room} is in no rule", file.path);
    }
}

/// Whether these words and marks follow each other in the file.
fn says(file: &Source, tokens: &str) -> bool {
    let wanted = source::tokens(tokens);
    file.tokens.windows(wanted.len()).any(|here| here == wanted)
}

#[test]
fn the_pure_rooms_have_no_clock_no_task_and_no_terminal() {
    for file in source::all() {
        let forbidden: &[&str] = match room(&file).as_deref() {
            Some("domain") => &["tokio::", "std::time", "SystemTime", "Instant", "std::fs", "std::net", "async fn"],
            Some("app") => &["tokio::", "crossterm::", "SystemTime", "Instant", "std::fs", "async fn"],
            Some("ui") => &["tokio::", "reqwest::", "SystemTime", "Instant", "std::fs", "async fn"],
            _ => &[],
        };
        for one in forbidden {
            assert!(!says(&file, one), "{} says {one}", file.path);
        }
    }
}

#[test]
fn sql_is_in_the_store_and_nowhere_else() {
    let statements = ["SELECT ", "INSERT INTO", "DELETE FROM", "CREATE TABLE", "BEGIN IMMEDIATE", "PRAGMA "];
    let store = |file: &Source| file.path.starts_with("src/server/store/");
    for file in source::all().into_iter().filter(|file| !store(file)) {
        assert!(!says(&file, "sqlx::"), "{} uses sqlx", file.path);
        for token in &file.tokens {
            if let Token::Text(text) = token {
                assert!(!statements.iter().any(|sql| text.contains(sql)), "{} has SQL: {text}", file.path);
            }
        }
    }
}

#[test]
fn nothing_panics_on_purpose_outside_tests() {
    for file in source::all() {
        for one in [".unwrap()", ".expect(", "panic!", "todo!", "unimplemented!", "unreachable!", "unsafe"] {
            assert!(!says(&file, one), "{} says {one}", file.path);
        }
    }
}

#[test]
fn the_reader_of_imports_sees_what_it_must() {
    let read = |module: &str, text: &str| {
        let file = Source { path: format!("src/{module}.rs"), tokens: source::tokens(text) };
        uses(&file).into_iter().map(|path| path.join("::")).collect::<Vec<_>>()
    };
    assert_eq!(
        read("ui/pane", "use crate::{api::{wire::Me, error}, domain::id};"),
        ["api::wire::Me", "api::error", "domain::id"]
    );
    assert_eq!(read("ui/pane", "use super::{super::tui::run, layout};"), ["tui::run", "ui::layout"]);
    assert_eq!(read("ui/pane", "use super::super::tui::run;"), ["tui::run"]);
    assert_eq!(read("app", "fn f() { super::server::go::<u8>() }"), ["server::go"]);
    assert_eq!(read("app", "/* crate::ui */ let x = \"crate::ui\"; // crate::ui"), Vec::<String>::new());
    assert_eq!(read("app", "let c = '\"'; crate::ui::draw(c, '\\'')"), ["ui::draw"]);
}
