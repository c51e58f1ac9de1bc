//! Marks: one row, a range, everything that matches; whatever is filtered, sorted, read again or paged.

use super::{
    console::Console,
    world::{self, page, world},
};
use rolecall::{
    api::{
        error::ApiError,
        wire::{Among, Count, Found, MemberRow, Page, PageQuery, Plan, PlanRow},
    },
    app::effect::{Call, Reply},
    domain::{
        change::{Matching, Selection},
        id::{MemberId, WorkspaceId},
    },
};

/// The users pane of the sample.
fn users() -> Console {
    let mut console = Console::live(120, 34, world);
    console.keys("Tab");
    console
}

fn but(filter: &str, except: &[i64]) -> Matching {
    Matching { filter: filter.into(), except: except.to_vec() }
}

fn ids(console: &Console) -> Vec<i64> {
    let on = console.app.targets().unwrap().on;
    assert_eq!(on.matching, [], "by identity alone");
    on.ids
}

#[test]
fn space_marks_the_row_and_goes_to_the_next() {
    let mut console = users();
    console.keys("Space Space");
    assert_eq!(ids(&console), [2, 1]);
    assert!(console.line("adele@northwind.test").contains("✓ adele@"), "{}", console.screen());
    assert!(console.line("Users").contains("2 marked"), "{}", console.screen());
    console.keys("k Space");
    assert_eq!(ids(&console), [2], "the same key takes a mark away");
}

#[test]
fn with_no_marks_an_action_means_the_cursors_row() {
    let mut console = users();
    console.keys("j j");
    let targets = console.app.targets().unwrap();
    assert_eq!((targets.on, targets.count), (Selection::ids(vec![3]), Some(1)));
    console.keys("k k r");
    assert!(console.screen().contains("Change role"), "the dialog of one row: {}", console.screen());
}

#[test]
fn a_bulk_dialog_that_opens_before_its_lists_have_come_takes_them_when_they_do() {
    for (keys, shown) in [("+", "Content Team"), ("n", "Northwind")] {
        let mut console = Console::live(120, 34, world);
        console.app.groups.rows.clear();
        console.app.folders.rows.clear();
        (console.app.groups.seen, console.app.folders.seen) = (false, false);
        console.keys("C-r Tab Space").keys(keys);
        let dialog = |console: &Console| console.app.dialogs().remove(0).parts;
        let said = |console: &Console| format!("{:?}", dialog(console));
        assert!(said(&console).contains("Reading…"), "{}", console.screen());
        console.serve(world);
        assert!(said(&console).contains(shown) && !said(&console).contains("Reading…"), "{}", console.screen());
    }
}

#[test]
fn without_groups_nobody_is_put_into_one_and_what_to_do_instead_is_said() {
    let mut console = Console::live(120, 34, |call| match call {
        Call::Groups(_) => Ok(Reply::Groups(Vec::new())),
        call => world(call),
    });
    console.keys("Tab Space +");
    assert!(console.screen().contains("there is no group here: make one first"), "{}", console.screen());
    assert!(console.app.stack.is_empty());
}

#[test]
fn without_folders_nothing_is_allowed_or_denied_and_what_to_do_instead_is_said() {
    let mut console = Console::live(120, 34, |call| match call {
        Call::Folders(_) => Ok(Reply::Folders(Vec::new())),
        call => world(call),
    });
    console.keys("Tab Space a");
    assert!(console.screen().contains("Allow: there is no folder here to allow or deny"), "{}", console.screen());
    console.keys("n");
    assert!(console.app.stack.is_empty());
}

#[test]
fn marks_survive_filtering_sorting_and_reading_again() {
    let mut console = users();
    console.keys("Space j Space / b o").serve(world);
    assert!(console.line("Users").contains("2 marked, 1 hidden"), "{}", console.screen());
    console.keys("Esc s").serve(world);
    console.keys("C-r").serve(world);
    assert_eq!(ids(&console), [2, 3]);
    console.keys("Esc").serve(world);
    let title = console.line("Users");
    assert!(title.contains("2 marked") && !title.contains("hidden"), "{title}");
}

#[test]
fn a_range_follows_the_cursor_and_shrinks_behind_it() {
    let mut console = users();
    console.keys("V j j j");
    assert!(console.line("Users").contains("4 marked"), "{}", console.screen());
    assert!(console.line("bo@partner.test").contains("✓ bo@"), "{}", console.screen());
    console.keys("k k");
    assert!(console.line("Users").contains("2 marked"), "{}", console.screen());
    console.keys("V j j");
    assert_eq!(ids(&console), [2, 1], "ended: moving on marks no more");
    console.keys("V k k Esc");
    assert_eq!(ids(&console), [2, 1], "given up");
    assert_eq!(console.app.screen, rolecall::app::state::Screen::Directory);
}

#[test]
fn the_key_that_marks_ends_a_range_with_its_last_row_in_it() {
    let mut console = users();
    console.keys("V j j Space");
    assert!(console.line("Users").contains("3 marked"), "{}", console.screen());
    console.keys("k");
    assert!(console.line("Users").contains("3 marked"), "ended: {}", console.screen());
}

#[test]
fn a_range_can_be_drawn_upwards_past_where_it_began() {
    let mut console = users();
    console.keys("j j V j k k k V");
    assert_eq!(ids(&console), [3, 1, 2]);
}

#[test]
fn everything_that_matches_is_marked_as_a_filter_with_exceptions() {
    let mut console = users();
    console.keys("/").typed("northwind").serve(world);
    console.keys("Esc * Space").serve(world);
    let targets = console.app.targets().unwrap();
    assert_eq!(targets.on, Selection { matching: vec![but("northwind", &[2])], ids: vec![] });
    assert_eq!(targets.count, Some(5));
    assert!(console.line("Users").contains("5 marked"), "{}", console.screen());
    console.keys("k Space");
    let targets = console.app.targets().unwrap();
    assert_eq!((targets.on, targets.count), (Selection::matching("northwind"), Some(6)), "and put back");
}

#[test]
fn everything_that_matches_is_marked_besides_what_is_marked() {
    let mut console = users();
    console.keys("Space Space Space /").typed("mei").serve(world);
    console.keys("Esc *");
    assert!(console.line("Users").contains("4 marked, 3 hidden"), "known at once: {}", console.screen());
    console.keys("/").keys("C-u").typed("a").serve(world);
    console.keys("Esc *").serve(world);
    let a_or_mei_or_three: Vec<i64> = world::members()
        .iter()
        .filter(|m| m.email.raw().contains('a') || m.email.raw().contains("mei") || [1, 2, 3].contains(&m.id.0))
        .map(|m| m.id.0)
        .collect();
    let targets = console.app.targets().unwrap();
    assert_eq!(targets.count, Some(a_or_mei_or_three.len() as u64), "{}", console.screen());
    assert_eq!(targets.on, Selection { matching: vec![but("mei", &[]), but("a", &[])], ids: vec![2, 1, 3] });
    console.keys("/ C-u Esc").serve(world);
    for member in world::members() {
        let marked = console.screen().contains(&format!("✓ {}", &member.email.raw()[..9]));
        assert_eq!(marked, a_or_mei_or_three.contains(&member.id.0), "{}", console.screen());
    }
    assert!(!console.line("Users").contains("hidden"), "{}", console.screen());
    console.keys("r").serve(|call| match call {
        Call::Plan(_, request) => {
            assert_eq!(request.on, targets.on, "the plan is of all of them");
            Err(ApiError::Offline("enough".into()))
        }
        call => world(call),
    });
}

#[test]
fn what_is_marked_before_it_is_counted_is_counted_by_the_backend() {
    let rows = |call: &Call| matches!(call, Call::Members(_, query) if query.filter == "mei");
    let mut console = users();
    console.keys("/").typed("mei");
    let mei = page(world::members().into_iter().filter(|m| m.email.raw().contains("mei")).collect());
    console.answer_to(rows, Ok(Reply::Members(mei))).keys("Esc *");
    assert!(console.line("Users").contains("counting the marked ones"), "not 7, as before: {}", console.screen());
    console.serve(world);
    assert!(console.line("Users").contains("1 marked"), "{}", console.screen());
    assert_eq!(console.app.targets().unwrap().count, Some(1));
}

#[test]
fn everything_is_marked_before_the_first_rows_have_come_too() {
    let mut console = Console::live(120, 34, |call| match call {
        Call::Members(..) | Call::CountMembers(..) => Err(ApiError::Offline("not yet".into())),
        call => world(call),
    });
    console.keys("Tab * r");
    assert!(console.screen().contains("Change role"), "{}", console.screen());
    assert_eq!(console.app.targets().unwrap().on, Selection { matching: vec![but("", &[])], ids: Vec::new() });
}

#[test]
fn what_was_left_out_is_marked_again_as_everything_that_matches_another_filter_is() {
    let mut console = users();
    console.keys("* Space Space /").typed("adele").serve(world);
    console.keys("Esc *").serve(world);
    let targets = console.app.targets().unwrap();
    assert_eq!(targets.on.matching, [but("", &[1, 2]), but("adele", &[])]);
    assert_eq!(targets.count, Some(6), "one of the two is left out still");
    assert!(console.line("adele@northwind.test").contains('✓'), "{}", console.screen());
    console.keys("Space");
    assert_eq!(console.app.targets().unwrap().count, Some(5), "and out of both filters again");
    assert!(!console.line("adele@northwind.test").contains('✓'), "{}", console.screen());
    console.keys("/ C-u Esc").serve(world).keys("*");
    let targets = console.app.targets().unwrap();
    assert_eq!((targets.on, targets.count), (Selection::matching(""), Some(7)), "all there is, said in one word");
}

#[test]
fn a_range_under_another_filter_adds_what_is_not_marked_yet() {
    let mut console = users();
    console.keys("/").typed("northwind").serve(world);
    console.keys("Esc * / C-u Esc").serve(world);
    assert!(console.line("Users").contains("6 marked"), "{}", console.screen());
    console.keys("Home V End");
    assert!(console.line("Users").contains("7 marked"), "while it is drawn: {}", console.screen());
    console.keys("V");
    let targets = console.app.targets().unwrap();
    let bo = world::members().iter().find(|m| m.email.raw() == "bo@partner.test").unwrap().id.0;
    assert_eq!(targets.on, Selection { matching: vec![but("northwind", &[])], ids: vec![bo] });
    assert_eq!(targets.count, Some(7));
}

#[test]
fn under_another_filter_what_is_marked_by_the_first_is_still_shown_and_counted() {
    let mut console = users();
    console.keys("/").typed("northwind").serve(world);
    console.keys("Esc * /").keys("C-u").typed("mei");
    let asked = Among { on: Selection::matching("northwind"), filter: "mei".into() };
    assert!(console.calls.iter().any(|(_, call)| *call == Call::CountMembersAmong(WorkspaceId(1), asked.clone())));
    console.serve(world);
    let title = console.line("Users");
    assert!(title.contains("6 marked, 5 hidden"), "{title}");
    assert!(console.line("mei@northwind.test").contains("✓ mei@"), "{}", console.screen());
    console.keys("C-u").typed("bo@").serve(world);
    assert!(!console.line("bo@partner.test").contains('✓'), "{}", console.screen());
    console.keys("Esc Space");
    assert!(console.line("bo@partner.test").contains('✓'), "{}", console.screen());
    assert!(console.line("Users").contains("7 marked, 6 hidden"), "{}", console.screen());
}

/// The pages of a large workspace, of which the marked rows are not on the first.
fn counted(call: &Call) -> Result<Reply, ApiError> {
    match call {
        Call::CountMembersAmong(_, among) => {
            let selected = among.on.ids.len() as u64;
            Ok(Reply::Found(Found { selected, matching: selected - 1 }))
        }
        call => many(call),
    }
}

#[test]
fn marks_on_pages_not_read_under_a_filter_are_counted_by_the_backend() {
    let mut console = Console::live(120, 34, many);
    console.keys("Tab");
    for _ in 0..20 {
        console.keys("PgDn").serve(many);
    }
    console.keys("Space Space Space /").typed("p");
    assert!(console.line("Users").contains("3 marked, some may be hidden"), "being counted: {}", console.screen());
    console.serve(counted);
    assert!(console.line("Users").contains("3 marked, 1 hidden"), "{}", console.screen());
    console.keys("Esc Space");
    assert!(console.line("Users").contains("4 marked, 1 hidden"), "{}", console.screen());
    console.keys("k Space").serve(counted);
    assert!(console.line("Users").contains("3 marked, 1 hidden"), "{}", console.screen());
    console.keys("C-r").serve(|call| match call {
        Call::CountMembersAmong(..) => Ok(Reply::Found(Found { selected: 3, matching: 1 })),
        call => many(call),
    });
    assert!(console.line("Users").contains("3 marked, 2 hidden"), "counted again: {}", console.screen());
}

#[test]
fn what_is_left_out_of_everything_that_matches_is_not_counted_as_hidden() {
    let mut console = users();
    console.keys("/").typed("northwind").serve(world);
    console.keys("Esc * Space /").keys("C-u").typed("mei").serve(world);
    assert!(console.line("Users").contains("5 marked, 4 hidden"), "{}", console.screen());
    console.keys("Esc Space");
    assert!(console.line("Users").contains("4 marked, 4 hidden"), "{}", console.screen());
}

#[test]
fn a_row_that_a_filter_marks_is_a_question_where_the_row_does_not_tell() {
    let mut console = users();
    let any = |call: &Call| match call {
        Call::Members(..) => Ok(Reply::Members(page(world::members()))),
        Call::CountMembers(..) => Ok(Reply::Count(Count { total: 7, matching: 7 })),
        call => world(call),
    };
    console.keys("/").typed("folder:promo").serve(any);
    console.keys("Esc * Esc").serve(any);
    assert!(console.line("adele@northwind.test").contains("? adele@"), "{}", console.screen());
    console.keys("Space");
    assert!(console.line("adele@northwind.test").contains("✓ adele@"), "one key makes it sure: {}", console.screen());
    assert!(console.line("Users").contains("counting the marked ones"), "{}", console.screen());
    console.serve(|call| match call {
        Call::CountMembersAmong(_, among) => {
            assert_eq!(among.on, Selection { matching: vec![but("folder:promo", &[])], ids: vec![2] });
            Ok(Reply::Found(Found { selected: 5, matching: 5 }))
        }
        call => any(call),
    });
    assert!(console.line("Users").contains("5 marked"), "{}", console.screen());
    console.keys("k Space");
    assert!(console.line("Users").contains("4 marked"), "and the next takes it away: {}", console.screen());
    let left = console.app.targets().unwrap().on;
    assert_eq!(left, Selection { matching: vec![but("folder:promo", &[2])], ids: vec![] });
}

#[test]
fn a_backslash_takes_all_marks_away() {
    let mut console = users();
    console.keys("Space * \\");
    assert!(!console.line("Users").contains("marked"), "{}", console.screen());
    console.keys("\\");
    assert!(console.screen().contains("nothing is marked"), "{}", console.screen());
}

#[test]
fn bulk_actions_open_on_the_marks() {
    for (keys, title) in
        [("r", "2 members"), ("x", "2 members"), ("d", "2 members"), ("g", "2 members"), ("a", "2 members")]
    {
        let mut console = users();
        console.keys("Space Space").keys(keys);
        assert_eq!(console.app.stack.len(), 1, "{keys}");
        assert!(console.screen().contains(title), "{keys}: {}", console.screen());
    }
    let mut board = Console::live(120, 34, world);
    board.keys("2 Space Space R");
    assert!(board.screen().contains("2 invitations"), "{}", board.screen());
}

#[test]
fn a_single_rows_action_says_what_to_do_with_marks() {
    let mut console = users();
    console.keys("Space R");
    assert!(console.screen().contains("resend on the Invitations screen"), "{}", console.screen());
    console.keys("f");
    assert!(console.screen().contains("use allow or deny"), "{}", console.screen());
    console.keys("E");
    assert!(console.screen().contains("only one at a time: clear the marks first"), "{}", console.screen());
    let mut board = Console::live(120, 34, world);
    board.keys("2 Space e");
    assert!(board.screen().contains("only one at a time: clear the marks first"), "{}", board.screen());
}

#[test]
fn marks_are_nothing_to_a_backend_without_changes() {
    let bare = |call: &Call| match world(call) {
        Ok(Reply::Hello(mut features, me)) => {
            features.changes = false;
            Ok(Reply::Hello(features, me))
        }
        other => other,
    };
    let mut console = Console::live(120, 34, bare);
    console.keys("Tab Space");
    assert!(console.screen().contains("this backend cannot do that"), "{}", console.screen());
    assert!(!console.screen().contains("Changes"), "{}", console.screen());
}

#[test]
fn marks_and_progress_are_legible_in_ascii_and_without_colour() {
    let mut console = users();
    console.ascii = true;
    console.keys("Space Space");
    assert!(console.line("adele@northwind.test").contains("+ adele@"), "{}", console.screen());
}

/// Members of a large workspace, cut into pages by number.
fn many(call: &Call) -> Result<Reply, ApiError> {
    const ALL: i64 = 1_000;
    let cut = |query: &PageQuery| {
        let limit = i64::from(query.limit.unwrap_or(100));
        let number = |key: &String| key.parse::<i64>().unwrap();
        let (first, end) = match (&query.after, &query.before) {
            (Some(after), _) => (number(after) + 1, (number(after) + 1 + limit).min(ALL)),
            (_, Some(before)) => ((number(before) - limit).max(0), number(before)),
            _ => (0, limit.min(ALL)),
        };
        let row = |n: i64| MemberRow {
            id: MemberId(n),
            email: format!("p{n:04}@northwind.test").into(),
            ..world::members().remove(0)
        };
        Page {
            items: (first..end).map(row).collect(),
            before: (first > 0).then(|| first.to_string()),
            after: (end < ALL).then(|| (end - 1).to_string()),
            revision: 9,
        }
    };
    match call {
        Call::Members(_, query) => Ok(Reply::Members(cut(query))),
        Call::CountMembers(..) => Ok(Reply::Count(Count { total: ALL as u64, matching: ALL as u64 })),
        call => world(call),
    }
}

#[test]
fn a_range_over_many_pages_keeps_the_rows_that_the_window_let_go() {
    let mut console = Console::live(120, 34, many);
    console.keys("Tab j j V");
    for _ in 0..900 {
        console.keys("j").serve(many);
    }
    console.keys("V");
    assert!(console.line("Users").contains("901 marked"), "{}", console.screen());
    let marked = ids(&console);
    assert_eq!((marked.len(), marked[0], marked[900]), (901, 2, 902));
    assert!(console.app.users.list.held() <= 700, "the window let them go");
}

#[test]
fn a_range_to_the_end_goes_on_as_rows_are_read() {
    let mut console = Console::live(120, 34, many);
    console.keys("Tab j j V G");
    assert!(console.screen().contains("The range goes on to the end as rows are read"), "{}", console.screen());
    console.serve(many);
    assert!(console.line("Users").contains("998 marked"), "{}", console.screen());
    assert!(console.screen().contains("has reached the end"), "{}", console.screen());
    let marked = ids(&console);
    assert_eq!((marked.len(), marked[0], marked[997]), (998, 2, 999));
    console.keys("V k V Home").serve(many);
    assert_eq!(ids(&console).len(), 1_000, "and to the beginning");
}

#[test]
fn any_key_ends_a_range_that_goes_on_by_itself_and_so_does_a_page_that_does_not_come() {
    let mut console = Console::live(120, 34, many);
    console.keys("Tab V G l").serve(many);
    let marked = ids(&console).len();
    assert!((100..1_000).contains(&marked), "{marked}");
    console.keys("V G").answer(Err(ApiError::Offline("connection refused".into())));
    assert!(console.screen().contains("the range ends here"), "{}", console.screen());
}

#[test]
fn on_the_board_open_invitations_are_meant_in_the_filters_own_words() {
    let mut board = Console::live(120, 34, world);
    board.keys("2 *");
    let targets = board.app.targets().unwrap();
    assert_eq!(targets.on, Selection::matching("status:open"));
    board.keys("Space k /").typed("status:any");
    assert!(
        board
            .calls
            .iter()
            .any(|(_, call)| matches!(call, Call::CountInvitationsAmong(_, among) if among.filter == "status:any")),
        "{:?}",
        board.calls
    );
    board.serve(world);
    let open = world::invitations_of("").len();
    assert!(board.line("Invitations ·").contains(&format!("{} marked", open - 1)), "{}", board.screen());
    assert!(!board.line("Invitations ·").contains("hidden"), "{}", board.screen());
}

#[test]
fn what_others_make_match_after_it_was_marked_is_told_with_the_plan() {
    // Of the five whose address has northwind, and of one that somebody else makes, or takes away.
    for (others, told) in [(0, None), (1, Some("! 7 match now, 6 when you marked them"))] {
        let mut console = users();
        console.keys("/").typed("northwind").serve(world);
        console.keys("Esc *");
        let now = 6 + others;
        let served = move |call: &Call| match call {
            Call::CountMembersAmong(..) => Ok(Reply::Found(Found { selected: now, matching: now })),
            Call::CountMembers(..) => Ok(Reply::Count(Count { total: 7 + others, matching: now })),
            Call::Plan(..) => {
                let names: Vec<String> = (0..now).map(|n| format!("p{n}@northwind.test")).collect();
                let rows = names.iter().map(|name| PlanRow { name: name.as_str().into(), ..PlanRow::default() });
                let mut plan = world::plan_of(&rolecall::domain::change::Request::given(
                    rolecall::domain::change::Invite::default(),
                ));
                plan.rows = rows.collect();
                Ok(Reply::Plan(Box::new(Plan { change: now, ..plan })))
            }
            call => world(call),
        };
        console.keys("C-r").serve(served);
        assert!(console.line("Users").contains(&format!("{now} marked")), "{}", console.screen());
        console.keys("r").serve(served);
        let screen = console.screen();
        assert!(screen.contains(&format!("Change role · {now} members")), "{screen}");
        match told {
            Some(told) => assert!(screen.contains(told), "{screen}"),
            None => assert!(!screen.contains("when you marked"), "{screen}"),
        }
        console.keys("Esc *").serve(served);
        console.keys("r").serve(served);
        assert!(!console.screen().contains("when you marked"), "marked anew: {}", console.screen());
    }
}

#[test]
fn a_range_is_seen_while_it_is_drawn_and_what_ends_it_is_said() {
    let mut console = users();
    console.keys("V");
    assert!(console.line("Users").contains("range: 1 marked"), "{}", console.screen());
    assert!(console.screen().contains("V or another key ends it, Esc gives it up"), "{}", console.screen());
    console.keys("j j");
    assert!(console.line("Users").contains("range: 3 marked"), "{}", console.screen());
    console.keys("s");
    assert!(!console.screen().contains("range: "), "{}", console.screen());
    assert!(console.screen().contains("The range ended: 3 marked"), "sorting ends it: {}", console.screen());
    console.keys("j");
    assert!(!console.screen().contains("The range ended"), "{}", console.screen());
    console.keys("\\ V j V");
    assert!(console.screen().contains("The range ended: 2 marked"), "{}", console.screen());
    console.keys("V j Esc");
    assert!(!console.screen().contains("The range ended"), "given up: {}", console.screen());
}

#[test]
fn a_filter_that_is_none_or_names_what_is_not_there_marks_nobody() {
    for (filter, why) in [
        ("!role:nope", "No role is called nope"),
        ("!group:nope", "No group is called nope"),
        ("role:nope", "No role is called nope"),
        ("!status:foo", "there is no status foo"),
    ] {
        let mut console = users();
        console.keys("/").typed(filter).keys("Enter *");
        assert!(!console.app.any_marked(), "{filter}: {}", console.screen());
        assert!(console.screen().contains(why), "{filter}: {}", console.screen());
        console.keys("/ C-u").typed("role:viewer").keys("Enter *");
        assert!(console.app.any_marked(), "{filter}: put right it marks");
    }
}

#[test]
fn on_the_board_too_and_what_is_said_of_a_filter_takes_its_lines_from_the_rows() {
    let mut console = Console::live(60, 16, world);
    console.keys("2 /").typed("!role:nope").keys("Enter *");
    assert!(!console.app.any_marked(), "{}", console.screen());
    assert!(console.screen().contains("No role is called nope"), "{}", console.screen());
    console.keys("/ C-u").typed("!status:foo").keys("Enter G");
    let screen = console.screen();
    let frame = screen.lines().find(|line| line.starts_with('╰')).expect("the lower edge");
    assert!(!frame.contains('@'), "{screen}");
    assert!(screen.lines().last().is_some_and(|footer| !footer.contains('@')), "{screen}");
}
