//! The console driven by keys: what it asks for, what it shows, what it refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "support/console.rs"]
mod console;
#[path = "support/world.rs"]
mod world;

use console::Console;
use rolecall::{
    api::error::ApiError,
    app::{
        effect::{Call, Effect},
        msg::Msg,
        state::{Connection, Screen},
    },
};
use world::world;

#[test]
fn the_first_frame_needs_no_data() {
    let console = Console::new(120, 34);
    assert!(console.screen().contains("rolecall"));
    assert!(console.screen().contains("connecting"));
    assert_eq!(console.calls.len(), 1);
    assert_eq!(console.last_call(), &Call::Hello);
}

#[test]
fn everything_is_read_after_the_workspace() {
    let console = Console::live(120, 34, world);
    let screen = console.screen();
    for shown in
        ["Northwind Signage", "aziza@northwind.test · Owner", "● live", "2 pending", "Content Team", "Adele Vance"]
    {
        assert!(screen.contains(shown), "{shown} is not in\n{screen}");
    }
    assert_eq!(console.app.connection, Connection::Live);
}

#[test]
fn numbers_go_to_screens_and_q_comes_back() {
    let mut console = Console::live(120, 34, world);
    console.keys("2");
    assert_eq!(console.app.screen, Screen::Invitations);
    console.keys("4 3");
    assert_eq!(console.app.screen, Screen::Folders);
    console.keys("q");
    assert_eq!(console.app.screen, Screen::Directory);
    assert!(!console.quit());
    console.keys("q");
    assert!(console.quit());
}

#[test]
fn a_lost_connection_keeps_the_rows_and_tries_again() {
    let mut console = Console::live(120, 34, world);
    console.keys("C-r");
    while !console.calls.is_empty() {
        console.answer(Err(ApiError::Offline("connection refused".into())));
    }
    let screen = console.screen();
    assert!(screen.contains("offline, next try in 2 s"), "{screen}");
    assert!(screen.contains("connection refused") && screen.contains("Adele Vance"), "{screen}");
    let timers: Vec<_> =
        console.effects.iter().filter_map(|e| if let Effect::After(id, _) = e { Some(*id) } else { None }).collect();
    assert_eq!(timers.len(), 1, "one timer for all that failed");
    console.msg(Msg::Timer(timers[0]));
    assert_eq!(console.last_call(), &Call::Hello);
    console.serve(world);
    assert_eq!(console.app.connection, Connection::Live);
}
