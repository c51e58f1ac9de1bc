//! The plan of a change: made while the form is filled in, looked at, confirmed, begun.

use super::{
    stage::{End, Stage, invalid, offline, stale},
    world::{change, item, left_out, lowered, marked, moved, plan, role_thing, unchanged},
};
use rolecall::{
    api::wire::{Origin, Otherwise, Plan},
    app::{
        action::Action,
        dialog::{Dialog, grant_edit::GrantEdit, member_groups::MemberGroups, reason, role::ChangeRole, undo::Undo},
        effect::{Call, Effect},
        selection::Targets,
        view::Part,
    },
    domain::{
        change::{self as kinds, Kind, Refusal, Request, Selection, SetGroups, SetRoles, Thing, Warning},
        edge::Terms,
        id::{ChangeId, FolderId, GroupId, RoleId},
        invitation::InvitationStatus,
        model::{Effect as Grants, MemberStatus},
        plan::Confirm,
    },
};

fn role() -> impl Dialog {
    ChangeRole::of_all(marked(14))
}

fn status(status: MemberStatus) -> Vec<Thing> {
    vec![Thing::Status { status }]
}

fn roles(kind: Kind) -> SetRoles {
    if let Kind::SetRoles(kind) = kind { kind } else { panic!("{kind:?}") }
}

/// Three like alim, adele who keeps something, one unchanged, two left out.
pub fn q4() -> Plan {
    let like = ["alim@n.test", "bo@n.test", "carla@n.test"];
    let made = plan(vec![
        (lowered(&["campaigns.write"], &["content.write"]), vec!["adele@n.test"]),
        (lowered(&["content.write", "campaigns.write"], &[]), like.to_vec()),
        (unchanged(), vec!["dora@n.test"]),
        (left_out(Refusal::Owner), vec!["olim@n.test"]),
        (left_out(Refusal::Yourself), vec!["aziza@n.test"]),
    ]);
    Plan { confirm: Confirm::Count { count: 4 }, ..made }
}

#[test]
fn where_there_is_little_room_most_rows_tell_in_full_where_they_go() {
    let both = ["campaigns.write", "content.write"];
    let goes = |from: &str| moved(role_thing(from), role_thing("Viewer"), &both, &both);
    let mut stage = Stage::new(role());
    stage.planned(plan(vec![
        (goes("Technician"), vec!["a.rather.long.name@northwind.test", "b@n.test", "c@n.test", "d@n.test"]),
        (goes("Technician until 2026-12-31"), vec!["e@n.test"]),
    ]));
    let widths = widths(&stage);
    assert!(widths[1] >= width("Technician → Viewer"), "{widths:?}");
    assert_eq!(widths.iter().sum::<u16>() + 6, 72, "all the room is used: {widths:?}");
}

fn width(text: &str) -> u16 {
    unicode_width::UnicodeWidthStr::width(text) as u16
}

/// The columns of the rows of the plan.
fn widths(stage: &Stage) -> Vec<u16> {
    let view = stage.view();
    let list = view.parts.iter().find_map(|part| if let Part::List(list) = part { Some(list) } else { None }).unwrap();
    list.columns.iter().map(|column| column.width).collect()
}

#[test]
fn what_changes_is_not_cut_where_other_columns_have_blanks() {
    let folded = "somebody.with.a.very.long.address.indeed@marketing.northwind.test";
    let all = ["content.read", "content.write", "campaigns.read", "campaigns.write", "devices.read"];
    let cases = [
        ("Technician", "Viewer", "adele@northwind.test"),
        ("active", "deactivated", "adele@northwind.test"),
        ("技術担当者の人", "閲覧者", "王秀英@northwind.test"),
    ];
    for (from, to, name) in cases {
        for size in [(80, 24), (100, 30), (120, 34)] {
            let mut stage = Stage::new(role());
            stage.size = size;
            stage.planned(plan(vec![
                (moved(role_thing("Marketer"), role_thing(to), &[], &all), vec![name, "b@n.test", folded]),
                (moved(role_thing(from), role_thing(to), &["templates.read"], &all), vec!["c@n.test"]),
            ]));
            let widths = widths(&stage);
            assert!(widths[1] >= width(&format!("{from} → {to}")), "{from} at {size:?}: {widths:?}");
            assert!(widths[0] <= width(name), "a name that is folded away takes no room: {widths:?}");
            let room = usize::from(if size.0 < 88 { size.0 } else { size.0 - 6 }) - 8;
            let used = usize::from(widths.iter().sum::<u16>()) + 6;
            assert_eq!(used, room, "what is cut has all that is left at {size:?}: {widths:?}");
        }
    }
}

#[test]
fn a_column_with_nothing_in_it_is_as_wide_as_its_heading() {
    let mut stage = Stage::new(reason::deactivate(marked(14), None));
    let all = ["content.read", "content.write", "campaigns.read", "campaigns.write", "devices.read"];
    stage.planned(plan(vec![(
        moved(status(MemberStatus::Active), status(MemberStatus::Deactivated), &[], &all),
        vec!["adele@northwind.test", "b@n.test"],
    )]));
    let widths = widths(&stage);
    assert_eq!(widths[..3], [20, width("active → deactivated"), width("Gains")], "{widths:?}");
    assert_eq!(widths.iter().sum::<u16>() + 6, 72, "{widths:?}");
}

#[test]
fn it_plans_at_once_and_tells_what_every_row_comes_to() {
    let mut stage = Stage::new(role());
    let kind = SetRoles { roles: vec![RoleId(3)], terms: Terms::default() }.into();
    assert_eq!(stage.asked(), Request { on: marked(14).on, kind });
    stage.says("Change role · 14 members").says("Planning");
    stage.planned(q4()).silent_on("Planning");
    stage
        .says("adele@n.test | Marketer → Viewer | — | Campaigns · edit")
        .says("Content · edit stays: group Content Team")
        .says("alim@n.test | Marketer → Viewer | — | Content · edit, Campaigns · edit")
        .says("2 more like alim@n.test")
        .silent_on("carla@n.test")
        .says("dora@n.test | no change")
        .says("olim@n.test | left out: this member is the owner; transfer ownership first")
        .says("4 change · 1 unchanged · 2 left out · 0 gain · 4 lose")
        .says("Type 4 to confirm");
}

#[test]
fn rows_of_which_the_same_is_said_are_folded_wherever_they_stand() {
    let names = ["a@n.test", "b@n.test", "c@n.test", "d@n.test", "e@n.test"];
    let mut made = plan(vec![(lowered(&["content.write"], &[]), names.to_vec())]);
    for row in made.rows.iter_mut().skip(1).step_by(2) {
        let by = vec![kinds::Override::Deny { group: None, folder: "Autumn".into() }];
        row.warnings = vec![Warning::Shadowed { by }];
    }
    let mut stage = Stage::new(role());
    stage.planned(made);
    stage.says("2 more like a@n.test").says("b@n.test | Marketer → Viewer").says("1 more like b@n.test");
    stage.silent_on("c@n.test").silent_on("d@n.test");
}

#[test]
fn a_row_is_told_in_full_where_it_is_cut_and_except_where_it_is_otherwise() {
    let group = |name: &str| Thing::Group { name: name.into(), until: None };
    let mut shape = moved(vec![group("Campaign Desk")], vec![group("Content Team"), group("Shift")], &[], &[]);
    let but = Some(Otherwise { folders: 40, first: "Northwind".into() });
    shape.gains = vec![rolecall::api::wire::EffectItem { but, ..item("content.write") }];
    let mut stage = Stage::new(MemberGroups::join(marked(14)));
    stage.size = (60, 24);
    stage.keys("<Space>").planned(plan(vec![(shape, vec!["a@n.test", "b@n.test"])]));
    assert_eq!(titles(&stage)[1], "From → to");
    stage.keys("<Tab><PgDn><Home>").says(
        "a@n.test · Campaign Desk → Content Team, Shift · gains Content · edit, except in Northwind and 39 more folders",
    );
}

/// What the columns of the plan are called.
fn titles(stage: &Stage) -> Vec<String> {
    let lists =
        stage.view().parts.into_iter().filter_map(|part| if let Part::List(list) = part { Some(list) } else { None });
    lists.flat_map(|list| list.columns).map(|column| column.title).collect()
}

#[test]
fn where_nobody_gains_or_loses_there_are_no_columns_for_it() {
    let invitation = |status| vec![Thing::Invitation { status }];
    let becomes = |before, after| moved(invitation(before), invitation(after), &[], &[]);
    let mut stage = Stage::new(reason::resend(marked(14), None));
    let shape = becomes(InvitationStatus::Expired, InvitationStatus::Sent);
    stage.planned(plan(vec![(shape, vec!["kim@n.test", "bo@n.test"])]));
    assert_eq!(titles(&stage), ["Name", "From → to"]);
    stage.says("kim@n.test | expired → sent\n").says("2 change · 0 left out · 0 gain · 0 lose");
    let mut stage = Stage::new(reason::cancel(marked(14), None));
    let shape = becomes(InvitationStatus::Sent, InvitationStatus::Cancelled);
    stage.planned(plan(vec![(shape, vec!["kim@n.test", "bo@n.test"])])).says("kim@n.test | sent → cancelled\n");
}

#[test]
fn another_choice_takes_the_earlier_question_back_and_a_reason_asks_for_no_plan() {
    let mut stage = Stage::new(role());
    stage.keys("<Left>");
    assert_eq!(stage.open_calls().len(), 1, "the question before was taken back");
    assert_eq!(roles(stage.asked_kind()).roles, [RoleId(2)]);
    stage.keys("<Right>").planned(q4());
    stage.keys("<Tab>Q4 clean-up<Tab>");
    assert!(stage.quiet(), "{:?}", stage.open_calls());
    stage.says("Reason: Q4 clean-up").says("alim@n.test");
}

#[test]
fn the_old_plan_stays_in_sight_while_the_new_one_is_made() {
    let mut stage = Stage::new(role());
    stage.planned(q4()).keys("<Left>").says("alim@n.test").says("Planning");
    stage.keys("<Enter>");
    assert_eq!(stage.open_calls().len(), 1, "nothing is begun from a plan of something else");
}

#[test]
fn what_is_typed_before_the_plan_is_there_moves_no_choice() {
    let mut stage = Stage::new(role());
    stage.keys("<Left>");
    let asked = roles(stage.asked_kind());
    stage.keys("<Enter>role 3<Left><Enter>");
    assert_eq!(roles(stage.asked_kind()), asked, "on a slow line it is meant to confirm what is on its way");
    stage.planned(q4()).says("Type 4 to confirm: ").keys("4<Enter>");
    assert_eq!(roles(stage.begun_kind()), asked);

    let mut stage = Stage::new(role());
    stage.keys("<Enter><Left>").answer(offline()).says("cannot reach the backend");
    stage.keys("<Left>");
    assert_eq!(roles(stage.asked_kind()).roles, [RoleId(2)], "where no plan comes the form is filled in again");
}

#[test]
fn like_rows_are_shown_and_folded_again() {
    let mut stage = Stage::new(role());
    stage.planned(q4()).keys("<Tab><Tab><Tab><Down><Down><Down><Enter>");
    stage.says("bo@n.test").says("carla@n.test").says("− Content · edit");
    stage.keys("<Left>").silent_on("carla@n.test");
}

#[test]
fn the_count_is_typed_before_the_change_begins() {
    let mut stage = Stage::new(role());
    stage.planned(q4()).keys("<Tab>ticket OPS-1182<Enter>").says("Type 4 to confirm: ");
    assert!(stage.quiet());
    stage.keys("5x<Enter>").says("This does not match. Type 4 to confirm").keys("<BSpace>4<Enter>");
    let (start, _) = stage.begun();
    assert_eq!(start.digest, Some(q4().digest));
    assert_eq!(start.request.reason(), Some(&"ticket OPS-1182".into()));
    stage.says("Waiting for the answer").started(change());
    assert!(matches!(&stage.end, Some(End::Started(begun)) if begun.id == ChangeId(3)));
}

#[test]
fn one_enter_applies_what_the_plan_says_it_may() {
    let mut stage = Stage::new(role());
    stage.planned(Plan { confirm: Confirm::Enter, ..q4() }).silent_on("to confirm").keys("<Enter>");
    stage.begun();
}

#[test]
fn a_refused_plan_cannot_be_done() {
    let mut stage = Stage::new(reason::remove(marked(14), None));
    let refused = Plan { refused: Some(Refusal::LastAdministrator), ..q4() };
    stage.planned(refused).says("Refused: no active administrator who can sign in would remain").silent_on("Type 4");
    stage.keys("<Enter><Enter>");
    assert!(stage.quiet());
}

#[test]
fn a_plan_without_a_change_has_nothing_to_do() {
    let mut stage = Stage::new(reason::resend(marked(14), None));
    stage
        .says("Resend · 14 invitations")
        .planned(plan(vec![(left_out(Refusal::InvitationSettled), vec!["bo@n.test"])]));
    stage.says("Refused: this invitation is closed").keys("<Enter>").says("Nothing to do: no row would change.");
    assert!(stage.quiet());
}

#[test]
fn when_the_workspace_moved_on_what_changed_is_looked_at_first_and_the_count_typed_again() {
    let mut stage = Stage::with(role(), |stage| stage.size = (80, 34));
    stage.planned(q4()).keys("<Enter>4<Enter>");
    let (_, first) = stage.begun();
    stage.answer(stale());
    assert!(matches!(stage.asked_kind(), Kind::SetRoles(_)), "planned again");
    let mut now = plan(vec![
        (lowered(&["campaigns.write"], &["content.write"]), vec!["adele@n.test"]),
        (lowered(&["content.write", "campaigns.write"], &[]), vec!["alim@n.test", "bo@n.test"]),
        (unchanged(), vec!["dora@n.test", "carla@n.test", "emil@n.test"]),
        (left_out(Refusal::Yourself), vec!["aziza@n.test"]),
    ]);
    now.confirm = Confirm::Count { count: 3 };
    stage
        .planned(now)
        .says("Nothing was applied: the workspace has changed")
        .says("Changed since the previous plan: 3");
    let text = stage.text();
    let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} in\n{text}"));
    assert!(place("carla@n.test | no change") < place("Same as in the previous plan"));
    assert!(
        place("in the previous plan: Marketer → Viewer · loses Content · edit, Campaigns · edit")
            < place("Same as in the previous plan")
    );
    assert!(place("emil@n.test") < place("not in the previous plan"));
    assert!(place("olim@n.test | no longer among the rows") < place("Same as in the previous plan"));
    assert!(place("Same as in the previous plan") < place("adele@n.test"));
    stage.keys("<Enter>").says("Type 3 to confirm: ").keys("3<Enter>");
    let (_, second) = stage.begun();
    assert_ne!(first, second, "another plan is another intention");
}

#[test]
fn the_plan_looked_at_is_compared_with_even_when_the_next_one_came_late() {
    let mut stage = Stage::with(role(), |stage| stage.size = (80, 34));
    stage.planned(q4()).keys("<Enter>4<Enter>").answer(stale()).answer(offline()).says("cannot reach");
    stage.keys("<Enter>").planned(q4()).says("The plan is still the same; press Enter again to apply it.");
}

#[test]
fn an_answer_that_did_not_come_is_asked_for_again_under_the_same_key() {
    let mut stage = Stage::new(role());
    stage.planned(q4()).keys("<Enter>4<Enter>");
    let (first, key) = stage.begun();
    stage.answer(offline()).says("Nothing you typed is lost").says("Type 4 to confirm: 4").keys("<Enter>");
    assert_eq!(stage.begun(), (first, key.clone()));
    stage.answer(offline()).keys("<Tab>");
    stage.keys("<Tab>x<Enter>");
    assert_ne!(stage.begun().1, key, "another reason is another intention");
}

#[test]
fn a_plan_that_could_not_be_made_is_made_on_enter() {
    let mut stage = Stage::new(reason::deactivate(marked(14), None));
    stage.answer(offline()).says("cannot reach the backend").keys("left<Enter>");
    assert!(matches!(stage.asked_kind(), Kind::Deactivate(_)));
    stage.says("Reason: left").planned(q4()).silent_on("cannot reach");
}

#[test]
fn what_is_wrong_with_a_field_is_said_under_it() {
    let mut stage = Stage::new(role());
    stage.answer(invalid("roles", "you do not hold all of that")).says("^ you do not hold all of that");
    let mut stage = Stage::new(role());
    stage.planned(q4()).keys("<Tab><Tab>yesterday<Enter>").says("is not a date");
}

#[test]
fn groups_are_chosen_before_there_is_a_plan() {
    let mut stage = Stage::new(MemberGroups::join(marked(14)));
    assert!(stage.quiet());
    stage.says("Fill in the form to see the plan.").keys("<Enter>").says("Choose a group.");
    stage.keys("Content<Enter>");
    let groups = |add, remove| Kind::from(SetGroups { add, remove, terms: Terms::default() });
    assert_eq!(stage.asked_kind(), groups(vec![GroupId(2)], Vec::new()));
    let mut stage = Stage::new(MemberGroups::leave(marked(14)));
    stage.keys("Desk<Enter>");
    assert_eq!(stage.asked_kind(), groups(Vec::new(), vec![GroupId(1)]));
}

#[test]
fn a_grant_for_each_has_a_folder_a_capability_and_a_time_box() {
    let mut stage = Stage::new(GrantEdit::for_members(marked(14), Grants::Deny));
    stage.keys("Promo<Enter>Content · edit<Enter>");
    let Kind::Grant(kinds::Grant { folder, capability, effect, .. }) = stage.asked_kind() else { panic!() };
    assert_eq!((folder, capability.as_str(), effect), (FolderId(4), "content.write", Grants::Deny));
    stage.planned(Plan { confirm: Confirm::Verb { count: 4 }, ..q4() }).says("Type \"deny 4\" to confirm");
}

/// What `Enter` is said to do.
fn does(stage: &Stage) -> Option<String> {
    let hints = stage.view().hints;
    hints.into_iter().find(|(action, _)| *action == Action::Confirm).and_then(|(_, verb)| verb)
}

#[test]
fn an_undo_is_a_plan_of_its_change() {
    let mut stage = Stage::new(Undo::of(rolecall::api::wire::Change { id: ChangeId(9), ..change() }));
    stage.says("Undo 9: Role → Viewer");
    assert_eq!(stage.asked(), Request::given(kinds::Undo { change: ChangeId(9), reason: None }));
    stage.planned(q4());
    assert_eq!(does(&stage).as_deref(), Some("undo"));
    let origin = Some(Origin { change: ChangeId(9), again: false, action: "set_roles".into() });
    let mut stage = Stage::new(Undo::of(rolecall::api::wire::Change { id: ChangeId(10), origin, ..change() }));
    stage.says("Redo 9: Role → Viewer").planned(q4());
    assert_eq!(does(&stage).as_deref(), Some("redo"));
}

#[test]
fn the_command_that_does_the_same_is_shown_and_copied() {
    let mut stage = Stage::new(role());
    stage.planned(q4()).keys("<Tab>it's time<Tab><Tab>p");
    let pushed = stage.pushed();
    assert!(pushed.text().contains("rolecall role set viewer --reason 'it'\\''s time' - <<'END'"), "{}", pushed.text());
    pushed.keys("y");
    let Some(Effect::Copy(copied)) = pushed.effects.last() else { panic!("nothing was copied") };
    assert!(copied.starts_with("rolecall role set viewer"), "{copied}");
    assert!(copied.ends_with("\nbo@n.test\ncarla@n.test\nEND"), "whoever is left out is not named: {copied}");

    let matching = Targets { on: Selection::matching("flag:expiring"), count: Some(9), marked: None };
    let mut stage = Stage::new(reason::resend(matching, None));
    stage.planned(q4()).keys("p");
    assert!(stage.pushed().text().contains("rolecall invitations resend --filter flag:expiring"));

    let both = Selection { ids: vec![7], ..Selection::matching("flag:expiring") };
    let mut stage = Stage::new(reason::resend(Targets { on: both, count: Some(10), marked: None }, None));
    stage.planned(q4()).keys("p");
    let named = stage.pushed().text();
    assert!(named.contains("rolecall invitations resend - <<'END'"), "no one filter says it: {named}");

    let matching = Targets { on: Selection::matching(""), count: Some(9), marked: None };
    let elsewhere = |stage: &mut Stage| stage.data_dir = Some("/srv/role call".into());
    let mut stage = Stage::with(reason::resend(matching, None), elsewhere);
    stage.planned(q4()).keys("p");
    assert!(stage.pushed().text().contains("rolecall --data-dir '/srv/role call' invitations resend --all"));

    for (dialog, said) in [
        (reason::deactivate(marked(4), None), "rolecall users deactivate --reason leaves - <<'END'"),
        (reason::remove(marked(4), None), "rolecall users remove --reason leaves - <<'END'"),
    ] {
        let mut stage = Stage::new(dialog);
        stage.planned(q4()).keys("leaves<Tab>p");
        assert!(stage.pushed().text().contains(said), "{}", stage.pushed().text());
    }
}

#[test]
fn what_was_typed_is_not_lost_on_one_key() {
    let mut stage = Stage::new(reason::remove(marked(14), None));
    stage.planned(q4()).keys("gone<Esc>").says("Press Esc again to discard");
    assert!(stage.end.is_none());
    stage.keys("<Esc>");
    assert!(matches!(stage.end, Some(End::Closed)));
}

#[test]
fn ten_thousand_rows_are_scrolled_through_without_reading_them_all() {
    let names: Vec<String> = (0..10_000).map(|i| format!("m{i}@n.test")).collect();
    let shapes = names.iter().map(|name| (lowered(&["content.write"], &[]), vec![name.as_str()])).collect();
    let mut stage = Stage::new(reason::resend(marked(14), None));
    stage.planned(plan(shapes)).keys("<End>").says("m9999@n.test").silent_on("m9000@n.test");
    stage.keys("<Home><PgDn>").says("m12@n.test");
    assert!(stage.text().lines().count() < 40, "only what is in sight is given to be drawn");
}

#[test]
fn enter_checks_what_is_looked_for_once_wherever_the_cursor_is() {
    let mut stage = Stage::new(MemberGroups::join(marked(14)));
    stage.keys("c<Down>");
    assert_eq!(does(&stage).as_deref(), Some("check"));
    stage.keys("<Enter>");
    assert!(stage.open_calls().iter().any(|(_, call)| matches!(call, Call::Plan(..))), "it is checked and planned");
    assert_ne!(does(&stage).as_deref(), Some("check"), "and Enter goes on");
}

#[test]
fn passing_a_choice_leaves_it_empty_and_enter_asks_for_it() {
    for effect in [Grants::Deny, Grants::Allow] {
        let mut stage = Stage::new(GrantEdit::for_members(marked(14), effect));
        stage.keys("<Tab><Tab><Tab><Enter>").says("Choose a folder.");
        assert!(stage.quiet(), "nothing is chosen, so nothing is planned");
        // What is typed for is taken when the focus goes on; Enter in the list chooses.
        stage.keys("Promo<Tab>").says("Promo Archive").keys("<Tab><Enter>").says("Choose a capability.");
        assert!(stage.quiet());
        stage.keys("Content · edit<Enter>");
        let Kind::Grant(kinds::Grant { folder, .. }) = stage.asked_kind() else { panic!() };
        assert_eq!(folder, FolderId(4));
    }
}
