//! Changes in the console: begun, followed, stopped, told of, taken back, exported.

use super::{
    console::Console,
    world::{at_work, change, in_groups, role, world},
};
use rolecall::{
    api::{
        error::ApiError,
        wire::{Change, ChangeState, Origin},
    },
    app::{
        effect::{Call, Effect, Reply},
        msg::Msg,
        state::{Connection, Screen},
    },
    domain::{
        change::{Kind, Undo},
        id::ChangeId,
    },
};

/// A change of Aziza's at work: 312 of 500.
fn running() -> Change {
    at_work(change(12, "set_roles", role("Viewer")))
}

fn stopped() -> Change {
    Change { state: ChangeState::Stopped, per_second: None, ..running() }
}

fn ended() -> Change {
    Change { state: ChangeState::Done, done: 498, per_second: None, ..running() }
}

/// A console that follows this change.
fn following(change: Change, size: (u16, u16)) -> Console {
    let mut console = Console::live(size.0, size.1, world);
    console.keys("Tab").msg(Msg::Change(Box::new(change)));
    console
}

fn watched(console: &Console) -> Vec<ChangeId> {
    console.effects.iter().filter_map(|e| if let Effect::Watch(_, change) = e { Some(*change) } else { None }).collect()
}

#[test]
fn a_change_at_work_is_told_in_the_footer_with_its_keys() {
    let console = following(running(), (120, 34));
    assert_eq!(watched(&console), [ChangeId(12)]);
    let footer = console.line("▰");
    for shown in ["Role → Viewer", "▰▰▰▰▰▰▱▱▱▱ 312/500 · 140/s · 2 s left · 2 failed", "J details", "X stop"]
    {
        assert!(footer.contains(shown), "{footer}");
    }
}

#[test]
fn on_a_small_terminal_the_name_gives_way_and_never_the_numbers() {
    let change = Change {
        action: "set_groups".into(),
        what: in_groups("Field Technicians of the northern region, 現場チーム"),
        ..running()
    };
    let footer = following(change, (80, 24)).line("▰");
    assert!(footer.contains("312/500 · 140/s · 2 s left · 2 failed"), "{footer}");
    assert!(footer.contains("J details") && footer.contains("X stop"), "{footer}");
}

#[test]
fn keys_mean_what_they_always_do_while_it_runs() {
    let mut console = following(running(), (120, 34));
    console.keys("j j / a d").serve(world);
    console.keys("Esc Esc").serve(world);
    console.keys("2");
    assert_eq!(console.app.screen, Screen::Invitations);
    assert!(console.screen().contains("312/500"), "{}", console.screen());
}

#[test]
fn nothing_is_watched_twice() {
    let mut console = following(running(), (120, 34));
    console.msg(Msg::Change(Box::new(Change { done: 320, ..running() })));
    console.keys("C-r").serve(|call| match call {
        Call::Changes(..) => Ok(Reply::Changes(super::world::page(vec![running()]))),
        call => world(call),
    });
    assert_eq!(watched(&console), [ChangeId(12)]);
}

#[test]
fn its_end_is_told_once_and_what_failed_is_marked_with_the_reason() {
    let mut console = following(running(), (120, 34));
    console.msg(Msg::Change(Box::new(ended())));
    assert!(console.screen().contains("Role → Viewer: 498 done · 2 failed"), "{}", console.screen());
    assert!(
        console
            .calls
            .iter()
            .any(|(_, call)| matches!(call, Call::ChangeRows(_, ChangeId(12), query) if query.filter == "failed"))
    );
    assert!(console.calls.iter().any(|(_, call)| matches!(call, Call::Members(..))), "the lists are read again");
    console.serve(world);
    assert!(console.line("bo@partner.test").contains("✓ bo@"), "{}", console.screen());
    assert!(console.line("Users").contains("1 marked"), "{}", console.screen());
    console.keys("j j");
    let why = console.line("Not done:");
    assert!(why.contains("changed in the meantime by ‹U+202E›look"), "{why}");
    console.calls.clear();
    console.msg(Msg::Change(Box::new(ended())));
    assert!(console.calls.is_empty(), "told already");
}

#[test]
fn of_what_failed_and_is_in_sight_nothing_is_said_to_be_hidden_perhaps() {
    let mut console = following(running(), (120, 34));
    console.keys("/").typed("bo").keys("Enter").serve(world);
    console.msg(Msg::Change(Box::new(ended()))).serve(world);
    let title = console.line("Users");
    assert!(title.contains("1 marked") && !title.contains("hidden"), "{title}");
}

#[test]
fn what_an_undo_failed_on_is_marked_as_of_the_change_it_takes_back() {
    let undo = |of: &str| Change {
        action: "undo".into(),
        undoes: Some(ChangeId(7)),
        origin: Some(Origin { change: ChangeId(7), action: of.into(), again: false }),
        ..ended()
    };
    let mut console = following(Change { state: ChangeState::Running, ..undo("set_roles") }, (120, 34));
    console.msg(Msg::Change(Box::new(undo("set_roles")))).serve(world);
    assert!(console.line("Users").contains("1 marked"), "{}", console.screen());
    let mut console = following(Change { state: ChangeState::Running, ..undo("invite") }, (120, 34));
    console.msg(Msg::Change(Box::new(undo("invite"))));
    let told = console.line("2 failed");
    assert!(told.contains("7 Changes has the reasons") && !told.contains("marked"), "its rows are nowhere: {told}");
}

#[test]
fn one_key_stops_it_and_it_can_be_resumed() {
    let mut console = following(running(), (120, 34));
    console.keys("X");
    assert!(matches!(console.last_call(), Call::StopChange(_, ChangeId(12))), "{:?}", console.last_call());
    console.answer(Ok(Reply::Change(Box::new(stopped()))));
    console.msg(Msg::Change(Box::new(stopped())));
    assert!(
        console.screen().contains("stopped: 310 done · 2 failed · 188 pending. Resume it on 7 Changes"),
        "{}",
        console.screen()
    );
    console.keys("X");
    assert!(console.screen().contains("no change is running"), "{}", console.screen());
}

/// A console whose workspace has these changes.
fn with(changes: Vec<Change>) -> Console {
    Console::live(120, 34, move |call| match call {
        Call::Changes(..) => Ok(Reply::Changes(super::world::page(changes.clone()))),
        call => world(call),
    })
}

#[track_caller]
fn assert_plans_the_undo_of(console: &Console, id: i64) {
    let Call::Plan(_, request) = console.last_call() else { panic!("{:?}", console.calls) };
    assert!(request.on.is_empty());
    assert!(matches!(request.kind, Kind::Undo(Undo { change, .. }) if change == ChangeId(id)), "{request:?}");
}

#[test]
fn u_undoes_ones_own_last_change_single_ones_too() {
    let mut console = Console::live(120, 34, world);
    console.keys("u");
    assert_plans_the_undo_of(&console, 7);
    let single = Change { total: 1, done: 1, failed: 0, skipped: 0, ..change(8, "rename", Vec::new()) };
    let mut console = with(vec![single, change(7, "set_roles", role("Viewer"))]);
    console.keys("u");
    assert_plans_the_undo_of(&console, 8);
}

#[test]
fn the_footer_says_what_was_done_once_the_link_was_seen() {
    let invited = |call: &Call| match call {
        Call::StartChange(_, start, _) => {
            let name = Some("mira@northwind.test".into());
            Ok(Reply::Change(Box::new(Change { name, ..super::world::done(start) })))
        }
        Call::Plan(_, request) => {
            let mut plan = super::world::plan_of(request);
            plan.shapes[0].after.push(rolecall::domain::change::Thing::NewLink);
            Ok(Reply::Plan(Box::new(plan)))
        }
        Call::ChangeRows(..) => {
            let mut row = super::world::change_rows("").remove(0);
            row.link = Some("https://rolecall.test/join/s3cret".into());
            Ok(Reply::ChangeRows(super::world::page(vec![row])))
        }
        call => world(call),
    };
    let mut console = Console::live(120, 34, world);
    console.keys("Tab i").typed("mira@northwind.test").keys("Enter").serve(invited);
    console.keys("Enter").serve(invited);
    assert!(console.screen().contains("https://rolecall.test/join/s3cret"), "{}", console.screen());
    console.keys("Esc").serve(world);
    assert!(console.app.stack.is_empty());
    assert!(console.screen().contains("Invite mira@northwind.test: done. u undoes it"), "{}", console.screen());
}

#[test]
fn where_the_last_change_cannot_be_undone_u_says_so_and_means_no_older_one() {
    let older = change(7, "set_roles", role("Viewer"));
    let last = |id| change(id, "resend", Vec::new());
    for (last, why) in [
        (Change { reversible: false, ..last(8) }, "change 8 cannot be undone"),
        (Change { undone_by: Some(ChangeId(9)), ..last(8) }, "change 8 is already undone, by change 9"),
        (Change { done: 0, ..last(8) }, "change 8 did nothing"),
    ] {
        let mut console = with(vec![last, older.clone()]);
        console.keys("u");
        assert!(console.app.stack.is_empty() && console.calls.is_empty());
        assert!(console.screen().contains(why), "{}", console.screen());
    }
}

#[test]
fn u_right_after_the_end_means_the_change_that_ended_though_the_list_has_it_not_yet() {
    let mut console = following(running(), (120, 34));
    console.msg(Msg::Change(Box::new(ended())));
    console.keys("u");
    assert_plans_the_undo_of(&console, 12);
}

#[test]
fn u_right_after_an_undo_takes_that_undo_back() {
    let mut console = Console::live(120, 34, world);
    let origin = Some(Origin { change: ChangeId(7), action: "set_roles".into(), again: false });
    let undo = Change { action: "undo".into(), undoes: Some(ChangeId(7)), origin, failed: 0, ..ended() };
    console.msg(Msg::Change(Box::new(undo)));
    assert!(console.screen().contains("Undo 7: Role → Viewer: "), "{}", console.screen());
    assert!(console.screen().contains("u undoes it"), "{}", console.screen());
    console.serve(world).keys("u");
    assert_plans_the_undo_of(&console, 12);
    assert!(console.screen().contains(" Redo 7: Role → Viewer "), "{}", console.screen());
}

#[test]
fn where_u_means_the_change_under_the_cursor_no_other_is_said_to_be_undone_by_it() {
    let mut console = Console::live(120, 34, world);
    console.keys("7 j");
    console.msg(Msg::Change(Box::new(Change { failed: 0, ..ended() })));
    let screen = console.screen();
    assert!(screen.contains("Role → Viewer") && !screen.contains("u undoes"), "{screen}");
}

#[test]
fn the_undo_names_what_it_takes_back_and_a_change_its_number() {
    let mut console = Console::live(120, 34, world);
    console.keys("u");
    let title = console.line("Undo 7");
    assert!(title.contains("Undo 7: Role → Viewer, role:marketer last:>90d"), "{}", console.screen());
    console.keys("Esc 7 j");
    let row = console.line("Role → Viewer");
    assert!(row.contains(" 7  7 h ago") && row.contains("role:marketer last:>90d"), "{}", console.screen());
    assert!(row.contains("3 done · 1 failed · 1 skipped"), "{}", console.screen());
    console.serve(world).keys("Enter");
    assert!(console.screen().contains("Change 7 · Role → Viewer"), "{}", console.screen());
}

#[test]
fn the_screen_of_changes_opens_on_what_was_just_done_though_the_list_has_it_not_yet() {
    let mut console = following(running(), (120, 34));
    console.serve(world).keys("7 j q").serve(world);
    console.msg(Msg::Change(Box::new(stopped()))).keys("7 c");
    assert!(console.screen().contains("Change 12 · Role → Viewer"), "{}", console.screen());
    console.keys("n Esc").serve(|call| match call {
        Call::Changes(..) => {
            let all = super::world::changes().into_iter();
            Ok(Reply::Changes(super::world::page(std::iter::once(stopped()).chain(all).collect())))
        }
        call => world(call),
    });
    assert_eq!(console.app.change_under().map(|change| change.id), Some(ChangeId(12)));
    console.keys("j q 7").serve(world);
    assert_eq!(
        console.app.change_under().map(|change| change.id),
        Some(ChangeId(9)),
        "once: then it stays where it was left"
    );
}

#[test]
fn whether_a_change_was_undone_is_read_at_any_width_and_a_chain_of_undos_stays_readable() {
    let of_7 = |again| Some(Origin { change: ChangeId(7), action: "set_roles".into(), again });
    let undo = |id, undoes, again| Change {
        undoes: Some(ChangeId(undoes)),
        origin: of_7(again),
        ..change(id, "undo", role("Viewer"))
    };
    let by = |change: Change, by| Change { undone_by: Some(ChangeId(by)), ..change };
    let redone = Change { created_at: super::console::NOW.plus(-31 * 60), ..undo(9, 8, true) };
    let changes = vec![
        redone,
        by(undo(8, 7, false), 9),
        change(7, "set_roles", role("Viewer")),
        by(change(6, "remove", Vec::new()), 1234),
    ];
    for size in [(80, 24), (100, 30), (120, 34)] {
        let mut console = Console::live(size.0, size.1, world);
        console.keys("7").serve(|call| match call {
            Call::Changes(..) => Ok(Reply::Changes(super::world::page(changes.clone()))),
            call => world(call),
        });
        let line = |what: &str| console.line(what);
        assert!(line("Redo 7 ").contains("3 done · 1 failed"), "{}", console.screen());
        assert!(line("Undo 7 ").contains("undone by 9"), "{}", console.screen());
        assert!(line(" Remove ").contains("undone by 1234"), "{}", console.screen());
        let told = line("Redo 7");
        assert!(size.0 < 120 || told.contains("31 min ago  aziza "), "{}", console.screen());
    }
}

#[test]
fn a_change_with_failed_rows_is_not_just_done() {
    let mut console = Console::live(120, 34, world);
    console.keys("7");
    assert!(console.line("Role → Viewer").contains("1 failed"), "{}", console.screen());
    let tabs = |console: &Console| console.line("7 Changes").split("7 Changes").last().unwrap().to_owned();
    assert!(!tabs(&console).contains('!'), "not of this session: {}", tabs(&console));
    console.keys("q").msg(Msg::Change(Box::new(ended())));
    assert!(tabs(&console).contains(" 1 !1"), "{}", tabs(&console));
    console.serve(|call| match call {
        Call::Changes(..) => Ok(Reply::Changes(super::world::page(vec![ended()]))),
        call => world(call),
    });
    console.keys("7 Enter Esc");
    assert!(!tabs(&console).contains('!'), "looked at: {}", tabs(&console));
}

#[test]
fn nothing_is_undone_where_there_is_nothing() {
    let none = |call: &Call| match call {
        Call::Changes(..) => Ok(Reply::Changes(super::world::page(Vec::new()))),
        call => world(call),
    };
    let mut console = Console::live(120, 34, none);
    console.keys("u");
    assert!(console.screen().contains("there is no change of yours to undo"), "{}", console.screen());
}

#[test]
fn the_header_counts_what_is_unfinished() {
    let mut console = Console::live(120, 34, world);
    let tabs = console.screen().lines().nth(1).unwrap().to_owned();
    assert!(tabs.contains("7 Changes 1"), "{tabs}");
    console.keys("7");
    assert_eq!(console.app.screen, Screen::Changes);
    assert!(console.line("Add to Field").contains("running 62%"), "{}", console.screen());
}

#[test]
fn what_was_interrupted_is_told_at_the_start_with_the_way_on() {
    let console = Console::live(120, 34, |call| match call {
        Call::Changes(..) => Ok(Reply::Changes(super::world::page(vec![stopped()]))),
        call => world(call),
    });
    let told = console.line("interrupted");
    assert!(told.contains("Role → Viewer was interrupted at 312/500") && told.contains("7, then c"), "{told}");
    let on_request = Console::live(120, 34, |call| match call {
        Call::Changes(..) => Ok(Reply::Changes(super::world::page(vec![Change { stop_asked: true, ..stopped() }]))),
        call => world(call),
    });
    assert!(!on_request.screen().contains("was interrupted"), "somebody stopped it: {}", on_request.screen());
}

#[test]
fn what_is_at_work_already_is_followed_from_the_start() {
    let console = Console::live(120, 34, |call| match call {
        Call::Changes(..) => Ok(Reply::Changes(super::world::page(vec![running()]))),
        call => world(call),
    });
    assert_eq!(watched(&console), [ChangeId(12)]);
    assert!(console.screen().contains("312/500"), "{}", console.screen());
}

#[test]
fn a_change_whose_process_may_have_been_killed_is_gone_on_with_at_once() {
    let only = |change: Change| {
        move |call: &Call| match call {
            Call::Changes(..) => Ok(Reply::Changes(super::world::page(vec![change.clone()]))),
            call => world(call),
        }
    };
    let elsewhere = Change { elsewhere: true, per_second: None, ..running() };
    for size in [(120, 34), (80, 24)] {
        let mut console = Console::live(size.0, size.1, only(elsewhere.clone()));
        console.keys("7");
        assert!(console.line("Role → Viewer").contains("running elsewhere, or killed"), "{}", console.screen());
        console.keys("c").serve(world);
        let asked = console.screen();
        for said in ["Rows pending: 188", "each row is applied once", "Enter yes"] {
            assert!(asked.contains(said), "{said} is not in\n{asked}");
        }
        console.keys("Enter");
        assert!(matches!(console.last_call(), Call::ResumeChange(_, ChangeId(12), resume) if !resume.failed));
        console.answer(Ok(Reply::Change(Box::new(running()))));
        console.keys("c");
        assert!(console.screen().contains("it is still running"), "now it is so here: {}", console.screen());
        console.keys("r");
        assert!(console.screen().contains("it is still running"), "{}", console.screen());
    }
    let mut theirs = Console::live(120, 34, only(Change { mine: false, ..elsewhere }));
    theirs.keys("7 c");
    assert!(theirs.screen().contains("only the member who started it can resume it"), "{}", theirs.screen());
}

#[test]
fn what_is_too_long_to_be_said_is_cut_visibly() {
    let long = Change { what: role(&"Field Technicians of the northern region ".repeat(3)), ..ended() };
    let mut console = following(Change { state: ChangeState::Running, ..long.clone() }, (80, 24));
    console.msg(Msg::Change(Box::new(long)));
    let said = console.screen().lines().last().unwrap_or_default().trim_end().to_owned();
    assert!(said.ends_with('…'), "{said}");
}

#[test]
fn a_lost_connection_is_told_and_the_change_found_again() {
    let mut console = following(running(), (120, 34));
    console.msg(Msg::Unwatched(ChangeId(12), ApiError::Offline("connection refused".into())));
    assert!(matches!(console.app.connection, Connection::Offline { .. }));
    let timer = console.effects.iter().find_map(|e| if let Effect::After(id, _) = e { Some(*id) } else { None });
    console.msg(Msg::Timer(timer.unwrap()));
    console.serve(|call| match call {
        Call::Changes(..) => Ok(Reply::Changes(super::world::page(vec![running()]))),
        call => world(call),
    });
    assert_eq!(watched(&console), [ChangeId(12), ChangeId(12)]);
}

#[test]
fn a_change_is_opened_row_by_row_and_narrowed_to_what_failed() {
    let mut console = Console::live(120, 34, world);
    console.keys("7 j Enter").serve(world);
    let screen = console.screen();
    for shown in [
        "Role → Viewer",
        "✓ done",
        "✗ failed",
        "Q4 clean-up, ticket OPS-1182",
        "changed in the meantime",
        "Marketer → Viewer",
    ] {
        assert!(screen.contains(shown), "{shown} is not in\n{screen}");
    }
    let height = |screen: &str| screen.lines().position(|line| line.contains("Esc close") || line.contains("Esc back"));
    let before = height(&screen);
    console.keys("f").serve(world);
    let screen = console.screen();
    assert_eq!(height(&screen), before, "it keeps its size\n{screen}");
    assert!(screen.contains("bo@partner.test") && !screen.contains("✓ done"), "{screen}");
    console.keys("u");
    assert_eq!(console.app.stack.len(), 2, "its plan");
}

#[test]
fn only_what_failed_is_tried_again_after_a_yes() {
    let mut console = Console::live(120, 34, world);
    console.keys("7 j r").serve(world);
    assert!(console.screen().contains("Rows failed: 1. Press Enter to retry these rows only."), "{}", console.screen());
    assert!(console.calls.is_empty());
    console.keys("Enter");
    assert!(matches!(console.last_call(), Call::ResumeChange(_, ChangeId(7), resume) if resume.failed));
    let again = Change { state: ChangeState::Running, failed: 0, ..change(7, "set_roles", role("Viewer")) };
    console.answer(Ok(Reply::Change(Box::new(again))));
    assert_eq!(watched(&console), [ChangeId(7)]);
}

#[test]
fn others_changes_are_looked_at_and_not_gone_on_with() {
    let mut console = Console::live(120, 34, world);
    console.keys("7 r");
    assert!(console.screen().contains("only the member who started it can resume it"), "{}", console.screen());
}

#[test]
fn rows_go_to_a_file_and_what_is_there_is_replaced_only_after_a_yes() {
    let mut console = Console::live(120, 34, world);
    console.keys("7").serve(world);
    console.keys("j e Enter");
    assert!(matches!(console.last_call(), Call::Export(export) if export.path == "change-7.csv" && !export.overwrite));
    let there = ApiError::Conflict { field: Some("path".into()), message: "It is there already.".into() };
    console.answer(Err(there));
    assert!(console.screen().contains("Enter replace the file"), "{}", console.screen());
    console.keys("Enter");
    assert!(matches!(console.last_call(), Call::Export(export) if export.overwrite));
    console.answer(Ok(Reply::Exported(5, "/srv/audit/change-7.csv".into())));
    assert!(console.screen().contains("Wrote 5 rows to /srv/audit/change-7.csv"), "{}", console.screen());
}

#[test]
fn the_ending_of_a_files_name_and_its_form_say_the_same() {
    use rolecall::app::effect::Format;
    let mut console = Console::live(120, 34, world);
    console.keys("7").serve(world);
    console.keys("j e BSpace BSpace BSpace BSpace").typed(".json");
    console.keys("Enter");
    assert!(matches!(console.last_call(), Call::Export(export) if export.format == Format::Json));
    console.answer(Err(ApiError::Server("no".into())));
    console.keys("Tab Left Enter");
    assert!(
        matches!(console.last_call(), Call::Export(export) if export.format == Format::Csv && export.path == "change-7.csv")
    );
}

#[test]
fn typing_another_name_takes_the_yes_back() {
    let mut console = Console::live(120, 34, world);
    console.keys("7").serve(world);
    console.keys("j e Enter");
    let there = ApiError::Conflict { field: Some("path".into()), message: "It is there already.".into() };
    console.answer(Err(there));
    console.keys("x Enter");
    assert!(matches!(console.last_call(), Call::Export(export) if !export.overwrite && export.path == "change-7.csvx"));
}

#[test]
fn progress_is_legible_in_ascii() {
    let mut console = following(running(), (80, 24));
    console.ascii = true;
    assert!(console.screen().contains("======.... 312/500"), "{}", console.screen());
}

#[test]
fn at_60_columns_the_changes_columns_without_room_are_reached_sideways() {
    let mut console = Console::live(60, 24, world);
    console.keys("7");
    let titles = |console: &Console| console.line("What");
    assert!(!titles(&console).contains("Who") && titles(&console).contains("Result"), "{}", console.screen());
    console.keys("l l");
    assert!(titles(&console).contains("Who"), "{}", console.screen());
    assert!(console.line("Role → Viewer").contains("  aziza "), "{}", console.screen());
}

/// A console whose changes at work stop when it is left, and which follows this one.
fn stopping(change: Change, size: (u16, u16)) -> Console {
    let mut console = Console::with(size.0, size.1, |options| options.stops_changes = true);
    console.serve(world).keys("Tab").msg(Msg::Change(Box::new(change)));
    console
}

#[test]
fn leaving_while_a_change_is_at_work_that_stops_with_the_console_is_asked_twice() {
    let mut console = stopping(running(), (80, 24));
    console.keys("q");
    assert!(!console.quit());
    let screen = console.screen();
    let asked = screen.lines().rev().take(2).collect::<Vec<_>>();
    let asked = format!("{} {}", asked[1].trim(), asked[0].trim());
    assert_eq!(
        asked, "Change 12 is running (312/500): leaving stops it; c on 7 Changes resumes it. q again leaves",
        "{screen}"
    );
    console.keys("j");
    console.keys("q");
    assert!(!console.quit(), "another key was no");
    console.keys("q");
    assert!(console.quit());
    assert_eq!(console.app.left_at_work(), [(console.app.workspace.id, ChangeId(12))]);
}

#[test]
fn leaving_the_filter_box_is_asked_twice_as_well() {
    let mut console = stopping(running(), (120, 34));
    console.keys("/ C-c");
    assert!(!console.quit() && console.screen().contains("C-c again leaves"), "{}", console.screen());
    console.keys("C-c");
    assert!(console.quit());
}

#[test]
fn nobody_is_asked_where_no_change_stops_nor_when_a_signal_ends_it() {
    let elsewhere = Change { elsewhere: true, ..running() };
    for mut console in [following(running(), (80, 24)), stopping(elsewhere, (80, 24)), stopping(ended(), (80, 24))] {
        console.keys("q");
        assert!(console.quit());
        assert_eq!(console.app.left_at_work(), []);
    }
    let mut console = stopping(running(), (80, 24));
    assert!(console.msg(Msg::Shutdown).quit());
}

#[test]
fn the_end_of_a_change_says_which_keys_hold_while_a_dialog_has_them() {
    let mut console = following(running(), (120, 34));
    console.keys("r").serve(world);
    console.msg(Msg::Change(Box::new(ended())));
    let said = &console.app.notice.as_ref().unwrap().text;
    assert!(said.ends_with("u undoes what was done (after this dialog is closed)"), "{said}");
    // The dialog of a change has that key as well.
    let mut console = following(running(), (120, 34));
    console.keys("J").msg(Msg::Change(Box::new(ended())));
    assert!(!console.screen().contains("after this dialog"), "{}", console.screen());
}
