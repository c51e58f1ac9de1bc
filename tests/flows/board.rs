//! The board of invitations, by its keys.

use crate::{
    console::{Console, NOW},
    world::{count_of, invitations, page, world},
};
use rolecall::{
    api::{
        error::ApiError,
        wire::{InvitationFlag, InvitationRow},
    },
    app::{
        effect::{Call, Effect, Reply},
        msg::Msg,
    },
    domain::{
        change::{EditInvitation, Kind, Request},
        id::RoleId,
        time::{DAY, Timestamp},
    },
};

fn board() -> Console {
    let mut console = Console::live(120, 34, world);
    console.keys("2");
    console
}

/// The board's title.
fn title(console: &Console) -> String {
    console.screen().lines().nth(2).unwrap_or_default().to_owned()
}

fn asked_filter(console: &Console) -> String {
    let filter = console.calls.iter().find_map(|(_, call)| match call {
        Call::Invitations(_, query) => Some(query.filter.clone()),
        _ => None,
    });
    filter.expect("no page was asked for")
}

#[test]
fn it_opens_on_what_is_open_and_says_what_is_left_out() {
    let mut console = board();
    assert!(title(&console).contains("Invitations · 2 live · 1 expired · 1 failed · 1 settled not shown"));
    assert!(!console.screen().contains("li@northwind.test"), "it is accepted");
    console.keys("/").typed("status:any").serve(world);
    assert!(console.screen().contains("li@northwind.test"), "{}", console.screen());
    assert!(title(&console).contains("5"), "{}", title(&console));
}

#[test]
fn the_header_says_how_many_are_open_and_how_many_want_attention() {
    let console = board();
    let screen = console.screen();
    let mut lines = screen.lines();
    assert!(lines.next().is_some_and(|line| line.ends_with("3 invitations need attention")), "{screen}");
    assert!(lines.next().is_some_and(|line| line.contains("Invitations 4 !3")), "{screen}");
}

#[test]
fn a_key_goes_from_flag_to_flag_in_the_filters_own_words() {
    let mut console = board();
    console.keys("/").typed("test").keys("Enter").serve(world);
    console.keys("F");
    assert_eq!(asked_filter(&console), "test flag:any");
    console.serve(world);
    assert!(console.screen().contains("⌕ test flag:any"), "{}", console.screen());
    assert!(title(&console).contains("3 of 4"), "{}", title(&console));
    for flag in ["look-alike", "privileged", "inviter-gone", "failed", "expired", "expiring", "foreign"] {
        console.keys("F");
        assert_eq!(asked_filter(&console), format!("test flag:{flag}"));
        console.serve(world);
    }
    console.keys("F");
    assert_eq!(asked_filter(&console), "test");
}

#[test]
fn what_is_no_filter_is_said_and_the_last_one_stays() {
    let mut console = board();
    console.keys("/").typed("flag:gone");
    assert!(console.screen().contains("there is no flag gone"), "{}", console.screen());
    assert!(console.screen().contains("kim@northwind.test"));
}

#[test]
fn every_column_orders_it() {
    let mut console = board();
    let mut orders = Vec::new();
    for _ in 0..8 {
        console.keys("s");
        orders.extend(console.calls.iter().filter_map(|(_, call)| match call {
            Call::Invitations(_, query) => Some(query.sort.clone()),
            _ => None,
        }));
        console.serve(world);
    }
    assert_eq!(orders, ["sends", "delivery", "flags", "email", "role", "inviter", "created", "expires"]);
    let mut narrow = Console::live(80, 24, world);
    narrow.keys("2 s s").serve(world);
    assert!(narrow.screen().contains("Delivery ▲"), "the column comes into sight: {}", narrow.screen());
}

/// Flags are legible in whatever room: no word is cut, and what has no room is counted.
#[test]
fn flags_are_words_that_are_never_cut() {
    let all = |call: &Call| match call {
        Call::Invitations(..) => {
            let mut rows = invitations();
            rows[1].flags = InvitationFlag::ALL.to_vec();
            Ok(Reply::Invitations(page(rows)))
        }
        other => world(other),
    };
    let mut board = Console::live(80, 24, all);
    board.keys("2");
    assert!(board.line("kim@northwind.test").contains("! inviter-gone expired "), "{}", board.screen());
    assert!(board.line("noor@partner.test").contains("! look-alike priv +4 "), "{}", board.screen());
    assert!(!board.screen().contains("╰─ !"), "it has room: {}", board.screen());
    board.keys("j");
    let full = "! look-alike privileged inviter-gone failed expiring foreign";
    assert!(board.screen().contains(full), "{}", board.screen());
    board.keys("j");
    assert!(!board.screen().contains("╰─ !"), "it has none: {}", board.screen());
    let mut roomy = Console::live(160, 34, all);
    roomy.keys("2");
    assert!(roomy.line("kim@northwind.test").contains("! inviter-gone expired"), "{}", roomy.screen());
    assert!(!roomy.screen().contains("╰─ !"), "it has room: {}", roomy.screen());
}

/// Nobody is asked: the rows are here, and what they say follows from the time.
#[test]
fn rows_and_numbers_follow_the_clock() {
    let mut console = board();
    console.msg(Msg::Tick(NOW.plus(20 * 3600)));
    assert!(console.calls.is_empty(), "{:?}", console.calls);
    assert!(console.line("noor@partner.test").contains("expired 1 h"), "{}", console.line("noor@partner.test"));
    assert!(console.line("noor@partner.test").contains("! priv expired foreign"), "{}", console.screen());
    assert!(title(&console).contains("1 live · 2 expired · 1 failed"), "{}", title(&console));
    console.msg(Msg::Tick(NOW.plus(4 * DAY + 1)));
    assert!(console.line("bo@partner.test").contains("! expiring"), "{}", console.screen());
    assert!(console.screen().lines().next().is_some_and(|line| line.ends_with("4 invitations need attention")));
}

/// A window on more than it holds cannot count: it asks once, when the time has come.
#[test]
fn numbers_over_a_part_are_asked_for_when_their_time_has_come() {
    let mut console = board();
    console.keys("/").typed("flag:expiring").keys("Enter").serve(world);
    console.msg(Msg::Tick(NOW.plus(18 * 3600)));
    assert!(console.calls.is_empty());
    console.msg(Msg::Tick(NOW.plus(20 * 3600)));
    let asked: Vec<&Call> = console.calls.iter().map(|(_, call)| call).collect();
    assert!(matches!(asked[..], [Call::CountInvitations(..), Call::Invitations(..)]), "{asked:?}");
    console.msg(Msg::Tick(NOW.plus(20 * 3600 + 1)));
    assert_eq!(console.calls.len(), 2, "once");
}

#[test]
fn y_copies_the_link_and_says_what_it_opens() {
    let mut console = board();
    console.keys("j y");
    assert!(matches!(console.last_call(), Call::InvitationLink(_, id) if id.0 == 3), "{:?}", console.last_call());
    console.serve(world);
    let link = "https://rolecall.northwind.test/join/s3cret";
    assert!(console.effects.contains(&Effect::Copy(link.to_owned())), "{:?}", console.effects);
    assert!(console.screen().contains("whoever has it can accept") && !console.screen().contains("s3cret"));
}

#[test]
fn a_link_that_cannot_be_shown_again_says_what_to_do() {
    let mut console = board();
    console.keys("y");
    assert!(console.screen().contains("resend it to make one"), "kim's is expired: {}", console.screen());
    console.keys("j y");
    let message = "only whoever made the link may see it again: resend the invitation to make your own";
    console.answer(Err(ApiError::Conflict { field: None, message: message.into() }));
    assert!(console.screen().contains("resend the invitation to make your own"), "{}", console.screen());
    assert!(!console.effects.iter().any(|effect| matches!(effect, Effect::Copy(_))));
}

#[test]
fn a_waiting_invitation_is_edited_in_its_own_state() {
    let mut console = board();
    console.keys("j j e").serve(world);
    let screen = console.screen();
    for shown in ["Edit invitation · bo@partner.test", "Pending: Marketer", "Expires in 5 d", "‹ Marketer ›"] {
        assert!(screen.contains(shown), "{shown} is not in\n{screen}");
    }
    console.keys("Enter");
    assert!(console.screen().contains("Nothing has changed yet"), "{}", console.screen());
    console.typed("V").keys("Tab Tab").typed("14").serve(world);
    console.keys("Enter").serve(world);
    console.keys("Enter");
    let Call::StartChange(_, start, _) = console.last_call() else { panic!("{:?}", console.calls) };
    let Kind::EditInvitation(EditInvitation { roles, ttl_days, .. }) = &start.request.kind else { panic!("{start:?}") };
    assert_eq!((roles.as_slice(), *ttl_days), (&[RoleId(7)][..], Some(14)));
    console.serve(world);
    assert!(console.screen().contains("Edit invitation: done. u undoes it"), "{}", console.screen());
}

/// Somebody was faster: it is planned again, and what was chosen stays.
#[test]
fn a_stale_edit_keeps_what_was_chosen() {
    let mut console = board();
    console.keys("j j e").serve(world);
    console.keys("Tab Tab").typed("14").keys("Enter").serve(world);
    console.keys("Enter");
    let Call::StartChange(_, start, _) = console.last_call().clone() else { panic!("{:?}", console.calls) };
    let kind = EditInvitation { roles: vec![RoleId(2)], groups: vec![], ttl_days: Some(14) };
    assert_eq!(start.request, Request::one(1, kind));
    console.answer(Err(ApiError::Stale("this was changed meanwhile".into())));
    assert!(matches!(console.last_call(), Call::Plan(..)), "{:?}", console.calls);
    console.serve(world);
    let screen = console.screen();
    assert!(screen.contains("the workspace has changed since the plan was made") && screen.contains("14"), "{screen}");
    console.keys("Enter");
    assert!(matches!(console.last_call(), Call::StartChange(..)), "{:?}", console.calls);
}

#[test]
fn settled_ones_are_read_and_no_more() {
    let mut console = board();
    console.keys("/").typed("status:accepted").keys("Enter").serve(world);
    console.keys("e");
    assert!(console.screen().contains("accepted, declined and cancelled are final"), "{}", console.screen());
}

/// However many there are, the window is drawn and counted by what came, never by all of them.
#[test]
fn a_board_of_many_takes_its_numbers_from_the_backend() {
    let many = |call: &Call| {
        let row = |i: i64| {
            let mut row = invitations()[2].clone();
            row.id.0 = i;
            row.expires_at = Timestamp(NOW.0 + 3 * DAY + i);
            row
        };
        let rows: Vec<InvitationRow> = (0..100).map(row).collect();
        match call {
            Call::Invitations(..) => {
                Ok(Reply::Invitations(rolecall::api::wire::Page { after: Some("more".into()), ..page(rows) }))
            }
            Call::CountInvitations(_, filter) => {
                let mut count = count_of(&rows, filter);
                (count.sent, count.attention) = (5_000, 4_321);
                Ok(Reply::InvitationCount(count))
            }
            other => world(other),
        }
    };
    let mut console = Console::live(120, 34, many);
    console.keys("2");
    assert!(title(&console).contains("5 000 live"), "{}", title(&console));
    assert!(console.screen().contains("4 321 invitations need attention"));
}

#[test]
fn why_a_mail_failed_is_told_in_full_on_the_cursors_row_and_where_it_is_edited() {
    let why = "550 mailbox unavailable: the recipient's domain accepts no mail from the outside, ask its postmaster";
    let failed = |call: &Call| match call {
        Call::Invitations(..) => {
            let failed = invitations().into_iter().find(|row| row.failure().is_some());
            Ok(Reply::Invitations(page(vec![InvitationRow { delivery: why.into(), ..failed.unwrap() }])))
        }
        call => world(call),
    };
    for size in [(120, 34), (80, 24)] {
        let mut console = Console::live(size.0, size.1, failed);
        console.keys("2");
        let plain = |screen: String| screen.replace(['─', '│', '╰', '╯', '\n'], " ");
        let read = plain(console.screen()).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(read.contains(why), "{}", console.screen());
        console.keys("e").serve(failed);
        let read = plain(console.screen()).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(read.contains(&format!("Its mail failed: {why}")), "{}", console.screen());
    }
}

#[test]
fn enter_opens_what_can_be_looked_at_and_resend_has_its_own_key() {
    let mut console = board();
    console.keys("j j Enter").serve(world);
    assert!(console.screen().contains("Edit invitation · bo@partner.test"), "{}", console.screen());
    console.keys("Enter Enter");
    assert!(console.calls.is_empty(), "and pressed again it changes nothing: {:?}", console.calls);
    console.keys("Esc R");
    assert!(console.screen().contains("Resend · bo@partner.test"), "{}", console.screen());
}

#[test]
fn the_clock_is_followed_by_the_second_only_while_a_row_in_sight_is_about_to_turn() {
    let mut console = board();
    let now = console.app.now;
    // The sample's clock stands at the beginning of a minute.
    for later in 1..60 {
        assert!(!console.app.clock_shows(now.plus(later)), "nothing turns after {later} s");
    }
    assert!(console.app.clock_shows(now.plus(60)), "ages go on by the minute");
    let mut rows = invitations();
    rows[0].expires_at = now.plus(61);
    let served = |call: &Call| match call {
        Call::Invitations(..) => Ok(Reply::Invitations(page(rows.clone()))),
        call => world(call),
    };
    console.keys("C-r").serve(served);
    assert!(!console.app.clock_shows(now.plus(1)));
    assert!(console.app.clock_shows(now.plus(2)), "now it is in 59 s");
    for (later, shown) in [(41, "in 20 s"), (61, "expired 0 s"), (62, "expired 1 s")] {
        assert!(console.app.clock_shows(now.plus(later)));
        console.msg(Msg::Tick(now.plus(later))).serve(served);
        assert!(console.screen().contains(shown), "{shown} is not in\n{}", console.screen());
        assert!(!console.app.clock_shows(now.plus(later)), "told already");
    }
    console.keys("1 Tab");
    assert!(!console.app.clock_shows(now.plus(63)), "out of sight");
}
