//! The console driven by keys: what it asks for, what it shows, what it refuses.

#[path = "flows/board.rs"]
mod board;
#[path = "flows/changes.rs"]
mod changes;
#[path = "support/console.rs"]
#[expect(dead_code, reason = "shared: each program uses some of it")]
mod console;
#[path = "flows/marks.rs"]
mod marks;
#[path = "support/world.rs"]
mod world;

use console::Console;
use rolecall::{
    api::error::ApiError,
    app::{
        effect::{Call, Effect, Reply},
        msg::Msg,
        state::{Connection, Screen},
    },
    domain::{change::Kind, id::FolderId},
};
use world::{grants, members, page, world};

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
    for shown in [
        "Northwind Signage",
        "aziza@northwind.test · Owner",
        "● live",
        "3 invitations need attention",
        "Content Team",
        "Adele Vance",
    ] {
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
    assert!(console.line("? help").trim_end().ends_with("q back"), "{}", console.screen());
    console.keys("q");
    assert_eq!(console.app.screen, Screen::Directory);
    assert!(!console.quit());
    assert!(console.line("? help").trim_end().ends_with("q quit"), "{}", console.screen());
    console.keys("q");
    assert!(console.quit());
}

#[test]
fn where_only_the_notice_is_seen_nothing_acts_but_leaving() {
    let mut console = Console::live(80, 24, world);
    console.keys("Tab Space Space r");
    let (before, asked) = (console.screen(), console.calls.clone());
    console.msg(Msg::Resize(40, 12)).keys("Down Down Enter Enter Esc j x").typed("Q4 clean-up");
    console.msg(Msg::Paste("pasted".into()));
    assert_eq!(console.calls, asked, "nothing is asked for");
    let small = console.screen();
    assert!(small.contains("Too small a terminal") && small.contains("q, C-c quits"), "{small}");
    console.msg(Msg::Resize(80, 24));
    assert_eq!(console.screen(), before, "and nothing was typed");
    console.msg(Msg::Resize(40, 12)).keys("C-c");
    assert!(console.quit(), "over a dialog as well");
}

#[test]
fn where_only_the_notice_is_seen_it_asks_whether_to_leave_a_change_at_work() {
    let mut console = Console::with(40, 12, |options| options.stops_changes = true);
    console.serve(world);
    console.msg(Msg::Change(Box::new(world::at_work(world::change(12, "set_roles", world::role("Viewer"))))));
    console.keys("q");
    assert!(!console.quit() && console.screen().contains("Change 12 is running"), "{}", console.screen());
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

#[test]
fn the_filter_asks_at_every_key_and_takes_back_the_older_question() {
    let mut console = Console::live(120, 34, world);
    console.keys("Tab / a d");
    let asked: Vec<&Call> = console.calls.iter().map(|(_, call)| call).collect();
    assert_eq!(asked.len(), 2, "one page and one count, whatever was typed before: {asked:?}");
    assert!(matches!(asked[0], Call::Members(_, query) if query.filter == "ad"), "{asked:?}");
    assert!(matches!(asked[1], Call::CountMembers(_, filter) if filter == "ad"), "{asked:?}");
    assert!(console.line("⌕").contains("searching"), "{}", console.screen());
    assert!(console.screen().contains("carla@"), "old rows stay until the new ones come");
    console.serve(world);
    assert!(!console.screen().contains("carla@"), "{}", console.screen());
    assert!(console.line("Users").contains("1 of 7"), "{}", console.screen());
    console.keys("Esc");
    assert!(console.screen().contains("⌕ ad"), "the first step back leaves the box, not the filter");
    console.keys("Esc").serve(world);
    assert!(console.screen().contains("carla@"));
}

#[test]
fn what_is_no_filter_is_said_and_the_last_good_rows_stay() {
    let mut console = Console::live(120, 34, world);
    console.keys("Tab /").typed("status:nonsense");
    console.serve(world);
    console.calls.clear();
    let shown = console.screen();
    assert!(shown.contains("status:nonsense"), "{shown}");
    assert!(console.app.users.list.filter.error().is_some(), "{shown}");
    assert!(console.calls.is_empty());
}

#[test]
fn sorting_goes_round_the_columns_and_reverses() {
    let mut console = Console::live(120, 34, world);
    console.keys("Tab s");
    assert!(matches!(console.last_call(), Call::Members(_, query) if query.sort == "name"));
    console.keys("S");
    assert!(matches!(console.last_call(), Call::Members(_, query) if query.sort == "-name"));
    console.serve(world);
    assert!(console.screen().contains("Name ▼"), "{}", console.screen());
}

#[test]
fn the_panes_light_each_other() {
    let mut console = Console::live(120, 34, world);
    // Groups has the keys: the members of the group under the cursor are lit.
    console.keys("j");
    assert!(console.line("adele@northwind.test  ").contains("┃"), "{}", console.screen());
    assert!(!console.line("aziza@northwind.test  ").contains("┃"), "{}", console.screen());
    // Users has the keys: the groups of the member under the cursor are lit.
    console.keys("Tab");
    assert!(console.line("Content Team  ").contains("┃"), "{}", console.screen());
}

#[test]
fn the_owner_and_oneself_are_left_alone_and_the_reason_is_said() {
    let mut console = Console::live(120, 34, world);
    console.keys("Tab j r");
    assert!(console.app.stack.is_empty());
    assert!(console.screen().contains("Role: this is the owner: transfer ownership instead"), "{}", console.screen());
    console.keys("x");
    assert!(console.screen().contains("transfer ownership first"), "{}", console.screen());
}

#[test]
fn only_a_pending_member_is_sent_a_new_link() {
    let mut console = Console::live(120, 34, world);
    console.keys("Tab R");
    assert!(console.screen().contains("Resend: only for a pending member"), "{}", console.screen());
    console.keys("j j R");
    assert_eq!(console.app.stack.len(), 1);
}

#[test]
fn ownership_is_handed_over_from_ones_own_row_by_the_owner() {
    let mut console = Console::live(120, 34, world);
    console.keys("Tab t");
    assert!(console.screen().contains("on your own row only"), "{}", console.screen());
    console.keys("j t");
    assert_eq!(console.app.stack.len(), 1);
    let mut other = Console::live(120, 34, |call| match call {
        Call::Workspace(_) => {
            let mut open = world::workspace();
            open.my_owner = false;
            Ok(Reply::Workspace(Box::new(open)))
        }
        call => world(call),
    });
    other.keys("Tab j t");
    assert!(other.screen().contains("only the owner hands the workspace over"), "{}", other.screen());
}

#[test]
fn a_missing_capability_is_named() {
    let mut console = Console::live(120, 34, |call| match call {
        Call::Workspace(_) => {
            let mut open = world::workspace();
            open.my_owner = false;
            open.my_capabilities = vec!["members.read".into()];
            Ok(Reply::Workspace(Box::new(open)))
        }
        call => world(call),
    });
    console.keys("Tab r");
    assert!(console.screen().contains("Role: you need Members · manage"), "{}", console.screen());
    console.keys("Tab n");
    assert!(console.screen().contains("New: you need Groups · manage"), "{}", console.screen());
}

#[test]
fn read_only_mode_offers_no_change() {
    let mut console = Console::with(120, 34, |options| options.readonly = true);
    console.serve(world);
    console.keys("Tab");
    let screen = console.screen();
    assert!(screen.contains("read-only") && !screen.contains("x Remove"), "{screen}");
    assert!(screen.contains("e Effective access"), "{screen}");
    console.keys("x");
    assert!(console.screen().contains("Remove: not in read-only mode"), "{}", console.screen());
}

#[test]
fn a_resize_keeps_everything() {
    let mut console = Console::live(120, 34, world);
    console.keys("Tab j j j");
    let row = console.app.users.list.current().cloned();
    console.msg(Msg::Resize(80, 24)).msg(Msg::Resize(40, 10)).msg(Msg::Resize(120, 34));
    assert_eq!(console.app.users.list.current().cloned(), row);
}

#[test]
fn an_answer_nobody_waits_for_is_dropped() {
    let mut console = Console::live(120, 34, world);
    let before = console.screen();
    let late = Reply::Groups(Vec::new());
    console.msg(Msg::Reply(rolecall::app::effect::ReqId(9_999), Box::new(Ok(late))));
    assert_eq!(console.screen(), before);
}

#[test]
fn the_tree_opens_closes_and_shows_the_grants_of_the_folder() {
    let mut console = Console::live(120, 34, world);
    console.keys("3 j j j").serve(world);
    let screen = console.screen();
    assert!(screen.contains("✗ deny") && screen.contains("shadowed") && screen.contains("↑ Campaign a"), "{screen}");
    console.keys("h h").serve(world);
    assert!(!console.screen().contains("Autumn"), "{}", console.screen());
    console.keys("l l").serve(world);
    assert!(console.screen().contains("Autumn"), "{}", console.screen());
}

#[test]
fn a_copy_goes_to_the_clipboard_and_says_so() {
    let mut console = Console::live(120, 34, world);
    console.keys("Tab y");
    assert!(console.effects.contains(&Effect::Copy("adele@northwind.test".into())));
    assert!(console.screen().contains("Copied adele@northwind.test"));
}

#[test]
fn columns_without_room_are_reached_sideways_and_the_email_stays() {
    let mut console = Console::live(80, 24, world);
    console.keys("Tab");
    assert!(!titles(&console).contains("Groups"), "no room for them at 80 columns");
    console.keys("l");
    let shown = titles(&console);
    assert!(shown.contains("E-mail") && shown.contains("Groups") && !shown.contains("Name"), "{shown}");
    console.keys("Right Right Right");
    assert_eq!(titles(&console), shown, "the last column is in sight: there is nowhere to go");
    console.keys("h");
    assert!(titles(&console).contains("Name"));
    // The column that rows are ordered by comes into sight.
    console.keys("s s s s s");
    assert!(titles(&console).contains("Groups ▲"), "{}", titles(&console));
}

fn titles(console: &Console) -> String {
    console.screen().lines().find(|line| line.contains("E-mail")).unwrap_or_default().to_owned()
}

#[test]
fn a_form_opened_before_the_roles_came_says_so_and_takes_them_when_they_do() {
    let mut console = Console::live(120, 34, world);
    console.app.roles.rows.clear();
    console.keys("C-r Tab i");
    assert!(console.screen().contains("‹ Reading… ›"), "{}", console.screen());
    console.keys("b o");
    console.serve(world);
    let screen = console.screen();
    assert!(!screen.contains("Reading…") && screen.contains("‹ Viewer ›") && screen.contains(" bo"), "{screen}");
}

#[test]
fn what_is_wrong_with_a_filter_is_said_whole_over_the_rows_or_instead_of_them() {
    let mut console = Console::live(80, 24, world);
    console.keys("Tab /").typed("stauts:active");
    let error = console.app.users.list.filter.error().unwrap_or_default().to_owned();
    let whole = |console: &Console| console.screen().replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(whole(&console).contains(&error) && console.screen().contains("adele@"), "{}", console.screen());
    // The same where no row was left by the filter before it.
    console.keys("C-u").typed("nobody").serve(none_matches);
    assert!(console.screen().contains("Nothing matches the filter"), "{}", console.screen());
    console.keys("C-u").typed("stauts:active").serve(none_matches);
    assert!(whole(&console).contains(&error), "{}", console.screen());
    assert!(!console.screen().contains("Nothing matches"), "{}", console.screen());
}

#[test]
fn the_filter_of_folders_goes_to_the_first_that_matches_and_not_to_what_it_is_in() {
    let mut console = Console::live(120, 34, world);
    console.keys("3 /").typed("promo").serve(world);
    assert!(console.screen().contains("╭ Folders 1 of 5 ─"), "{}", console.screen());
    let current = |console: &Console| console.app.folders.current().map(|folder| folder.name.to_string());
    assert_eq!(current(&console).as_deref(), Some("Promo Archive"));
    console.keys("C-u").typed("a").serve(world);
    assert_eq!(current(&console).as_deref(), Some("Promo Archive"), "it matches still");
}

#[test]
fn in_another_folder_the_cursor_is_on_the_first_grant() {
    let inherited = |call: &Call| match call {
        Call::FolderGrants(..) => Ok(Reply::Grants(grants())),
        other => world(other),
    };
    let mut console = Console::live(120, 34, inherited);
    console.keys("3").serve(inherited).keys("Tab j");
    let current = |console: &Console| console.app.folders.grant_list.cursor();
    assert_eq!(current(&console), 1);
    console.keys("C-r").serve(inherited);
    assert_eq!(current(&console), 1, "read again, it stays");
    console.keys("Tab j").serve(inherited);
    assert_eq!(current(&console), 0);
}

#[test]
fn of_an_owner_who_kept_a_role_the_list_says_owner() {
    let owner_with_a_role = |call: &Call| match call {
        Call::Members(..) => {
            let mut all = members();
            all.iter_mut().for_each(|member| member.owner = member.email.raw() == "adele@northwind.test");
            Ok(Reply::Members(page(all)))
        }
        other => world(other),
    };
    let console = Console::live(120, 34, owner_with_a_role);
    let row = console.line("adele@");
    assert!(row.contains("Owner") && !row.contains("Marketer"), "{row}");
}

#[test]
fn a_password_that_was_just_set_is_asked_for_where_something_is_grave() {
    let answer = |password: bool, call: &Call| match (call, world(call)) {
        (Call::Hello, Ok(Reply::Hello(features, mut me))) => {
            me.has_password = password;
            Ok(Reply::Hello(features, me))
        }
        (_, answer) => answer,
    };
    let mut console = Console::live(120, 34, |call| answer(false, call));
    console.keys(":").typed("password").keys("Enter").typed("sesame").keys("Tab").typed("sesame").keys("Enter");
    console.serve(|call| if matches!(call, Call::SetPassword(_)) { Ok(Reply::Done) } else { answer(true, call) });
    assert!(console.screen().contains("Your password is set."), "{}", console.screen());
    console.keys("Tab j t");
    assert!(console.screen().contains("Your password"), "{}", console.screen());
}

#[test]
fn a_filter_by_what_is_not_there_says_that_it_is_not() {
    for (filter, said) in [
        ("role:nope", "No role is called nope"),
        ("group:nope", "No group is called nope"),
        ("folder:nope", "No folder is called nope"),
        ("role:viewer nobody", "Nothing matches the filter"),
        ("!role:nope nobody", "No role is called nope"),
    ] {
        let mut console = Console::live(80, 24, world);
        console.keys("Tab /").typed(filter).serve(none_matches);
        assert!(console.screen().contains(said), "{filter}\n{}", console.screen());
    }
}

fn none_matches(call: &Call) -> Result<Reply, ApiError> {
    Ok(match call {
        Call::Members(..) => Reply::Members(world::page(Vec::new())),
        other => return world(other),
    })
}

#[test]
fn only_what_does_something_here_is_offered() {
    let mut console = Console::live(120, 34, world);
    for (keys, pane, filter, sort) in
        [("1", true, true, true), ("2", false, true, true), ("3", true, true, false), ("4", false, false, false)]
    {
        console.keys(keys).serve(world);
        let footer = console.screen().lines().last().unwrap_or_default().to_owned();
        let offered = ["Tab pane", "/ filter", "s sort"].map(|hint| footer.contains(hint));
        assert_eq!(offered, [pane, filter, sort], "{footer}");
    }
    console.keys("/");
    assert!(console.screen().contains("there is nothing to filter here"), "{}", console.screen());
}

#[test]
fn a_choice_says_which_keys_go_through_it() {
    let mut console = Console::live(80, 24, world);
    console.keys("Tab i");
    assert!(!console.screen().contains("Right next"), "{}", console.screen());
    console.keys("Tab Tab");
    assert!(console.screen().contains("Left previous   Right next"), "{}", console.screen());
    console.keys("Left");
    assert!(!console.screen().contains("‹ Viewer ›"), "{}", console.screen());
}

#[test]
fn help_counts_keys_and_finds_them_by_the_name_of_what_they_do() {
    let mut console = Console::live(80, 24, world);
    console.keys("Tab ?");
    assert!(console.screen().contains(" 1/"), "{}", console.screen());
    console.keys("/").typed("rem");
    assert!(console.screen().contains("Take the member out of this workspace"), "{}", console.screen());
}

#[test]
fn a_grant_is_whole_on_a_small_terminal() {
    let mut console = Console::live(80, 24, world);
    console.keys("3 j j j Tab").serve(world);
    for whole in ["✗ deny  Content · edit adele@northwind.test", "↑ Campaign assets  until 2026-12-", "here  shadowed"]
    {
        let line = console.line(whole);
        assert!(!line.contains('…'), "{line}");
    }
}

#[test]
fn the_boards_flags_are_read_whole_by_going_sideways() {
    let mut console = Console::live(80, 24, world);
    console.keys("2");
    assert!(
        console.line("kim@northwind.test").contains("inviter-gone expired") && !console.screen().contains("Delivery")
    );
    console.keys("l l");
    assert!(console.screen().contains("Delivery") && console.screen().contains("E-mail"), "{}", console.screen());
    console.keys("l l l l l l l");
    assert!(console.line("kim@northwind.test").contains("! inviter-gone expired"), "{}", console.screen());
    console.keys("h h h h h h h l");
    assert!(console.screen().contains("Inviter"), "{}", console.screen());
    let mut wide = Console::live(140, 34, world);
    wide.keys("2 l");
    assert!(wide.screen().contains("Inviter"), "there is nowhere to go: {}", wide.screen());
}

#[test]
fn the_cursor_goes_to_the_group_that_was_made() {
    let made = |call: &Call| match call {
        Call::StartChange(_, start, _) => {
            let name = Some("現場チーム".into());
            Ok(Reply::Change(Box::new(rolecall::api::wire::Change { name, ..world::done(start) })))
        }
        call => world(call),
    };
    let mut console = Console::live(120, 34, world);
    console.keys("n").typed("New").keys("Enter").serve(made);
    console.keys("Enter").serve(made);
    assert!(console.app.stack.is_empty(), "{}", console.screen());
    assert_eq!(console.app.groups.current().map(|group| group.id.0), Some(4));
    // Whoever moves on is not brought back.
    console.keys("k C-r").serve(world);
    assert_ne!(console.app.groups.current().map(|group| group.id.0), Some(4));
}

#[test]
fn a_folder_is_made_under_the_cursor_and_the_cursor_goes_to_it() {
    let sent = std::cell::RefCell::new(None);
    let made = |call: &Call| match call {
        Call::StartChange(_, start, _) => {
            *sent.borrow_mut() = Some(start.request.kind.clone());
            Ok(Reply::Change(Box::new(rolecall::api::wire::Change {
                name: Some("Launch".into()),
                ..world::done(start)
            })))
        }
        // Another of the name was there before, and the new one is in a folder that is closed.
        Call::Folders(_) => Ok(Reply::Folders(with_launches(sent.borrow().is_some()))),
        call => world(call),
    };
    let mut console = Console::live(120, 34, made);
    console.keys("3 j h N").typed("Launch").keys("Enter").serve(made);
    console.keys("Enter").serve(made);
    assert!(console.app.stack.is_empty(), "{}", console.screen());
    let Some(Kind::CreateFolder(folder)) = sent.take() else { panic!() };
    assert_eq!((folder.name.raw(), folder.parent), ("Launch", Some(FolderId(2))));
    assert_eq!(console.app.folders.current().map(|row| row.id), Some(FolderId(10)));
    assert!(console.screen().contains("Promo Archive"), "its parent is open: {}", console.screen());
}

fn with_launches(both: bool) -> Vec<rolecall::api::wire::FolderRow> {
    let mut rows = world::folders();
    let launch = |id, parent: i64| rolecall::api::wire::FolderRow {
        id: FolderId(id),
        name: "Launch".into(),
        parent: Some(FolderId(parent)),
        ..rows[2].clone()
    };
    let (old, new) = (launch(9, 1), launch(10, 2));
    rows.push(old);
    rows.extend(both.then_some(new));
    rows
}

#[test]
fn where_there_are_no_folders_the_first_one_is_offered_to_whoever_may_make_it() {
    let empty = |call: &Call| match call {
        Call::Folders(_) => Ok(Reply::Folders(Vec::new())),
        call => world(call),
    };
    let mut console = Console::live(80, 24, empty);
    let screen = console.keys("3").screen();
    assert!(screen.contains("No folders yet") && screen.contains("Press N to make one"), "{screen}");
    assert!(!screen.contains("loading"), "nothing is on its way: {screen}");
    console.keys("N");
    assert!(console.screen().contains("Top level"), "{}", console.screen());
    let lacks = |call: &Call| match call {
        Call::Workspace(_) => {
            let mut workspace = world::workspace();
            workspace.my_owner = false;
            workspace.my_capabilities.retain(|key| key != "folders.manage");
            Ok(Reply::Workspace(Box::new(workspace)))
        }
        call => empty(call),
    };
    let mut console = Console::live(80, 24, lacks);
    let screen = console.keys("3").screen();
    assert!(screen.contains("No folders yet") && !screen.contains("Press N"), "{screen}");
    console.keys("N");
    assert!(console.app.stack.is_empty() && console.screen().contains("Folders · manage"), "{}", console.screen());
}

#[test]
fn the_cursor_goes_to_whoever_was_invited_wherever_they_are_listed() {
    let made = |call: &Call| match call {
        Call::StartChange(_, start, _) => {
            let name = Some("bo@partner.test".into());
            Ok(Reply::Change(Box::new(rolecall::api::wire::Change { name, ..world::done(start) })))
        }
        call => world(call),
    };
    let mut console = Console::live(120, 34, world);
    console.keys("Tab i").typed("bo@partner.test").keys("Enter").serve(made);
    console.keys("Enter").serve(made);
    for _ in 0..3 {
        console.serve(made);
    }
    assert_eq!(console.app.users.list.current().map(|row| row.email.raw()), Some("bo@partner.test"));
    assert_eq!(console.app.invitations.list.current().map(|row| row.id.0), Some(1));
}

#[test]
fn many_are_invited_from_the_users_and_from_the_board() {
    for keys in ["Tab I", "2 I"] {
        let mut console = Console::live(120, 34, world);
        console.keys(keys);
        assert!(console.screen().contains("Nobody yet: paste addresses, or name a file."), "{}", console.screen());
        console.msg(Msg::Paste("bo@x.test, al@x.test".to_owned()));
        assert!(matches!(console.last_call(), Call::Plan(..)), "{:?}", console.calls);
        console.keys("Esc Esc");
        assert!(console.calls.iter().all(|(_, call)| !matches!(call, Call::Plan(..))), "nobody waits for it any more");
    }
}

#[test]
fn what_is_changed_elsewhere_is_read_again_and_nothing_else_is_asked() {
    let mut console = Console::live(120, 34, world);
    console.msg(Msg::Pulse);
    assert!(matches!(console.last_call(), Call::Changes(_, query) if query.limit == Some(1)), "{:?}", console.calls);
    console.msg(Msg::Pulse);
    assert_eq!(console.calls.len(), 1, "one question at a time");
    let frame = console.screen();
    console.serve(world);
    assert_eq!((console.calls.len(), console.screen()), (0, frame), "nothing moved on");
    console.msg(Msg::Pulse);
    let moved = |revision| Ok(Reply::Changes(rolecall::api::wire::Page { revision, ..world::page(world::changes()) }));
    console.answer(moved(10));
    assert!(console.calls.iter().any(|(_, call)| matches!(call, Call::Members(..))), "{:?}", console.calls);
    console.serve(world);
    console.keys("Tab V").msg(Msg::Pulse);
    assert!(console.calls.is_empty(), "nothing moves under a range");
}
