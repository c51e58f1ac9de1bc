//! Every pane and screen as drawn: full, empty, loading, failed, in one colour and in ASCII.

#[path = "screens/bulk.rs"]
mod bulk;
#[path = "support/console.rs"]
#[expect(dead_code, reason = "shared: each program uses some of it")]
mod console;
#[path = "screens/dialogs.rs"]
mod dialogs;
#[path = "screens/hostile.rs"]
mod hostile;
#[path = "support/world.rs"]
mod world;

use console::Console;
use ratatui::style::{Color, Modifier};
use rolecall::{
    api::{
        error::ApiError,
        wire::{Change, Count, InvitationCount, InvitationFlag},
    },
    app::{
        effect::{Call, Reply},
        msg::Msg,
        state::ThemeName,
    },
    domain::id::ChangeId,
};
use world::{page, world};

const SIZES: [(u16, u16); 2] = [(120, 34), (80, 24)];

/// The screen after these keys, at both sizes.
fn drawn(name: &str, keys: &str, world: impl Fn(&Call) -> Result<Reply, ApiError> + Copy) {
    for (columns, rows) in SIZES {
        let mut console = Console::live(columns, rows, world);
        console.keys(keys).serve(world);
        insta::assert_snapshot!(format!("{name}-{columns}"), console.screen());
    }
}

fn nothing(call: &Call) -> Result<Reply, ApiError> {
    Ok(match call {
        Call::Members(..) => Reply::Members(page(Vec::new())),
        Call::CountMembers(..) => Reply::Count(Count { total: 0, matching: 0 }),
        Call::Groups(_) => Reply::Groups(Vec::new()),
        Call::Roles(_) => Reply::Roles(Vec::new()),
        Call::Folders(_) => Reply::Folders(Vec::new()),
        Call::Invitations(..) => Reply::Invitations(page(Vec::new())),
        Call::Changes(..) => Reply::Changes(page(Vec::new())),
        Call::CountInvitations(..) => Reply::InvitationCount(InvitationCount::default()),
        other => return world(other),
    })
}

fn broken(call: &Call) -> Result<Reply, ApiError> {
    match call {
        Call::Hello | Call::Workspace(_) => world(call),
        _ => Err(ApiError::Server("the database is locked".into())),
    }
}

#[test]
fn the_directory_opens_on_groups() {
    drawn("groups", "", world);
}

#[test]
fn users_with_long_and_foreign_names() {
    drawn("users", "Tab j j", world);
}

#[test]
fn a_filter_being_typed() {
    drawn("users-filter", "Tab / n o r t h w", world);
}

#[test]
fn invitations() {
    drawn("invitations", "2", world);
}

#[test]
fn the_board_filtered() {
    drawn("invitations-flag", "2 F F F", world);
    drawn("invitations-settled", "2 / s t a t u s : a n y Enter", world);
    drawn("invitations-no-match", "2 / z z z", world);
    drawn("invitations-no-filter", "2 / f l a g : g o n e", world);
}

/// Long and wide text: every column keeps its place.
#[test]
fn the_board_with_long_and_wide_text() {
    let long = |call: &Call| {
        let Call::Invitations(..) = call else { return world(call) };
        let mut rows = world::invitations_of("");
        for row in &mut rows {
            row.email = format!("受付担当者の非常に長い名前のアドレス{}@{}", row.id, "x".repeat(60)).into();
            row.inviter = "担当者の名前がとても長い人@northwind.test".into();
            row.delivery = "550 5.1.1 受信者のメールボックスは存在しません, and so on for long".into();
            row.roles[0].name = "現場の機器を見て回る技術者".into();
            row.flags = InvitationFlag::ALL.to_vec();
        }
        Ok(Reply::Invitations(page(rows)))
    };
    drawn("invitations-long", "2", long);
}

#[test]
fn folders() {
    drawn("folders", "3 j j j", world);
}

#[test]
fn grants_of_a_folder() {
    drawn("grants", "3 j j j Tab", world);
}

#[test]
fn roles() {
    drawn("roles", "4 j", world);
}

#[test]
fn marked_users_and_a_range_being_drawn() {
    drawn("marks", "Tab Space j V j j", world);
}

#[test]
fn changes() {
    drawn("changes", "7 j", world);
}

#[test]
fn a_change_row_by_row() {
    drawn("change", "7 j Enter", world);
}

#[test]
fn a_change_tried_again() {
    drawn("change-retry", "7 j r", world);
}

#[test]
fn a_changes_rows_into_a_file() {
    drawn("change-export", "7 j e", world);
}

#[test]
fn a_change_at_work() {
    for (columns, rows) in SIZES {
        let mut console = Console::live(columns, rows, world);
        let at_work = Change { mine: true, id: ChangeId(12), ..world::changes().remove(0) };
        console.keys("Tab").msg(Msg::Change(Box::new(at_work)));
        insta::assert_snapshot!(format!("progress-{columns}"), console.screen());
        console.ascii = true;
        insta::assert_snapshot!(format!("ascii-progress-{columns}"), console.screen());
    }
}

#[test]
fn nothing_there() {
    for (name, keys) in [
        ("empty-groups", ""),
        ("empty-users", "Tab"),
        ("empty-invitations", "2"),
        ("empty-folders", "3"),
        ("empty-roles", "4"),
        ("empty-changes", "7"),
    ] {
        drawn(name, keys, nothing);
    }
}

#[test]
fn nothing_came() {
    for (name, keys) in [
        ("error-users", "Tab"),
        ("error-invitations", "2"),
        ("error-folders", "3"),
        ("error-roles", "4"),
        ("error-changes", "7"),
    ] {
        drawn(name, keys, broken);
    }
}

#[test]
fn nothing_has_come_yet() {
    for (columns, rows) in SIZES {
        let mut console = Console::new(columns, rows);
        insta::assert_snapshot!(format!("connecting-{columns}"), console.screen());
        console.answer(world(&Call::Hello));
        let open = console.last_call().clone();
        console.answer(world(&open));
        for (name, keys) in [("users", "Tab"), ("invitations", "2"), ("folders", "3"), ("roles", "4"), ("changes", "7")]
        {
            console.keys(keys);
            insta::assert_snapshot!(format!("loading-{name}-{columns}"), console.screen());
        }
    }
}

#[test]
fn offline_with_old_rows() {
    for (columns, rows) in SIZES {
        let mut console = Console::live(columns, rows, world);
        console.keys("Tab C-r");
        console.serve(|_| Err(ApiError::Offline("connection refused".into())));
        insta::assert_snapshot!(format!("offline-{columns}"), console.screen());
    }
}

#[test]
fn too_small_says_so() {
    let mut console = Console::live(120, 34, world);
    for (columns, rows) in [(40, 12), (59, 24), (10, 2), (1, 1)] {
        console.msg(Msg::Resize(columns, rows));
        if columns > 20 {
            let needs = console.line("rolecall needs 60x16");
            assert!(!needs.is_empty());
        }
    }
    console.msg(Msg::Resize(60, 16));
    assert!(console.screen().contains("Groups"), "{}", console.screen());
}

#[test]
fn every_size_is_drawn_without_a_fault() {
    for keys in ["", "Tab Space V j", "2", "3", "4", "7"] {
        let mut console = Console::live(120, 34, world);
        console.keys(keys).serve(world);
        for (columns, rows) in
            (1..140).step_by(7).flat_map(|columns| (1..40).step_by(3).map(move |rows| (columns, rows)))
        {
            console.msg(Msg::Resize(columns, rows));
            console.buffer();
        }
    }
}

#[test]
fn ascii_draws_frames_and_marks_without_unicode() {
    let mut console = Console::live(80, 24, world);
    console.ascii = true;
    console.keys("3 j j j").serve(world);
    insta::assert_snapshot!("ascii-folders-80", console.screen());
}

/// The characters on screen that are neither ASCII nor a part of a name.
fn marks(console: &Console) -> String {
    console.screen().chars().filter(|c| !c.is_ascii() && !c.is_alphanumeric()).collect()
}

#[test]
fn with_ascii_no_mark_is_left_on_any_screen() {
    for keys in ["1", "Tab", "2", "3 j j j", "4", "?", ":", "Tab ?"] {
        for (columns, rows) in SIZES {
            let mut console = Console::live(columns, rows, world);
            console.ascii = true;
            console.keys(keys).serve(world);
            assert_eq!(marks(&console), "", "after {keys} at {columns}:\n{}", console.screen());
        }
    }
}

#[test]
fn mono_uses_no_colour_and_still_shows_the_cursor() {
    let mut console = Console::with(120, 34, |options| options.theme = ThemeName::Mono);
    console.serve(world);
    for keys in ["Tab Space j", "2", "3", "4", "7"] {
        console.keys(keys).serve(world);
        let buffer = console.buffer();
        assert!(buffer.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset), "{keys}");
        assert!(buffer.content.iter().any(|cell| cell.modifier.contains(Modifier::REVERSED)), "{keys}");
    }
}

#[test]
fn colours_are_the_terminals_own_sixteen() {
    for theme in [ThemeName::Dark, ThemeName::Light] {
        let mut console = Console::with(120, 34, |options| options.theme = theme);
        console.serve(world);
        let rich = |colour: Color| matches!(colour, Color::Rgb(..) | Color::Indexed(_));
        assert!(!console.buffer().content.iter().any(|cell| rich(cell.fg) || rich(cell.bg)));
    }
}
