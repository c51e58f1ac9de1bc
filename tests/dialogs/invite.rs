use super::{
    stage::{End, Stage, offline, refused},
    world,
};
use rolecall::{
    api::wire::{Change, ChangeState, Plan, Shape},
    app::{
        dialog::{invite::Invite, reason},
        effect::Effect,
        selection::Targets,
    },
    domain::{
        change::{self, InviteDraft, Kind, Refusal, Thing, Warning},
        id::{GroupId, RoleId},
        invitation::InvitationStatus,
        model::MemberStatus,
        plan::{Confirm, RowOutcome},
    },
};

#[track_caller]
fn draft(kind: Kind) -> InviteDraft {
    match kind {
        Kind::Invite(change::Invite { mut drafts }) if drafts.len() == 1 => drafts.remove(0),
        other => panic!("no invitation: {other:?}"),
    }
}

/// Bo is invited: a pending member with a link.
fn invited() -> Plan {
    let after = vec![
        Thing::Invitation { status: InvitationStatus::Sent },
        Thing::Status { status: MemberStatus::Pending },
        Thing::Role { name: "Viewer".into(), until: None },
    ];
    let shape = Shape { once_active: true, ..world::moved(Vec::new(), after, &["content.read"], &[]) };
    world::plan(vec![(shape, vec!["bo@northwind.test"])])
}

#[test]
fn all_that_is_filled_in_is_sent() {
    let mut stage = Stage::new(Invite::dialog());
    stage.keys("bo@northwind.test<Tab>Bo Li<Tab><Left><Tab>content<Enter><Tab>hello<Tab><C-u>14<Enter>");
    stage.planned(invited());
    stage.keys("<Enter>");
    let sent = draft(stage.begun_kind());
    assert_eq!(sent.email.raw(), "bo@northwind.test");
    assert_eq!(sent.name.unwrap().raw(), "Bo Li");
    assert_eq!((sent.roles, sent.groups), (vec![RoleId(2)], vec![GroupId(2)]));
    assert_eq!((sent.message.unwrap().raw().to_owned(), sent.ttl_days), ("hello".to_owned(), Some(14)));
}

#[test]
fn letters_typed_at_a_choice_find_it() {
    let mut stage = Stage::new(Invite::dialog());
    stage.keys("bo@northwind.test<Tab><Tab>Admin").says("Administrator").keys("<Right>View<Enter>");
    assert_eq!(draft(stage.asked_kind()).roles, vec![RoleId(3)]);
}

#[test]
fn where_nothing_is_found_that_is_said_once() {
    let mut stage = Stage::new(Invite::dialog());
    stage.keys("bo@northwind.test<Tab><Tab><Tab>zzz<Enter>").says("Nothing matches.");
    assert_eq!(stage.text().matches("Nothing matches.").count(), 1, "{}", stage.text());
}

#[test]
fn what_is_wrong_with_an_address_is_told_before_sending() {
    let mut stage = Stage::new(Invite::dialog());
    stage.keys("admin@elsewhere.test<Tab>");
    let warnings = vec![
        Warning::ForeignDomain { domain: "elsewhere.test".into() },
        Warning::LookAlike { of: Some("admin@northwind.test".into()) },
        Warning::ExistingAccount { consent: false },
    ];
    let mut plan = invited();
    plan.rows[0].warnings = warnings;
    stage.planned(plan).keys("<Tab>");
    stage.says("elsewhere.test is not a company domain").says("looks like admin@northwind.test");
    stage.says("already has an account").says("Gains  once active: Content · view");
    stage.keys("<Enter>");
    stage.begun();
}

#[test]
fn a_member_already_is_told_under_the_field() {
    let mut stage = Stage::new(Invite::dialog());
    stage.keys("bo@northwind.test<Tab>").answer(refused(Refusal::MemberAlready));
    stage.says("  ^ already a member").says("E-mail: bo@northwind.test");
    stage.keys("Bo").says("Name: Bo");
}

#[test]
fn an_address_with_a_live_invitation_is_told_under_the_field() {
    let mut stage = Stage::new(Invite::dialog());
    stage.keys("bo@northwind.test<Enter>").answer(refused(Refusal::InvitedAlready));
    stage.says("  ^ already invited; resend or cancel the invitation instead");
    assert!(stage.quiet());
}

#[test]
fn an_address_that_is_none_is_not_asked_about() {
    let mut stage = Stage::new(Invite::dialog());
    stage.keys("bo@@x<Tab>");
    assert!(stage.quiet());
    stage.keys("<Enter>").says("  ^ ");
    assert!(stage.quiet());
}

#[test]
fn the_link_is_shown_once_whole_and_copied() {
    let link = format!("http://127.0.0.1:4455/join/{}", "x".repeat(120));
    let mut stage = Stage::new(Invite::dialog());
    stage.keys("bo@northwind.test<Enter>").planned(invited()).keys("<Enter>").started(world::done());
    stage.row("bo@northwind.test", RowOutcome::Done, Some(&link));
    assert!(stage.end.is_none(), "it stays until the link was seen");
    stage.says(&link).says("You alone can copy it again").says("on this machine only");
    stage.keys("y");
    assert!(stage.effects.contains(&Effect::Copy(link)));
    stage.keys("<Esc>");
    assert!(matches!(stage.end, Some(End::Started(_))));
}

#[test]
fn the_link_is_waited_for_where_the_change_goes_on_for_a_while() {
    let mut stage = Stage::new(Invite::dialog());
    stage.keys("bo@northwind.test<Enter>").planned(invited()).keys("<Enter>");
    stage.started(Change { state: ChangeState::Running, done: 0, ..world::done() });
    assert_eq!(stage.running.len(), 1, "it is followed");
    stage.says("Waiting for the answer").told(&world::done());
    stage.row("bo@northwind.test", RowOutcome::Done, Some("https://x.test/join/abc")).says("https://x.test/join/abc");
}

#[test]
fn the_same_change_is_sent_again_with_the_same_key_after_a_lost_connection() {
    let mut stage = Stage::new(Invite::dialog());
    stage.keys("bo@northwind.test<Enter>").planned(invited()).keys("<Enter>");
    let first = stage.begun();
    stage.answer(offline()).says("Enter tries again").says("E-mail: bo@northwind.test");
    stage.keys("<Enter>");
    assert_eq!(stage.begun(), first);
    stage.answer(offline()).keys("x<Enter>").planned(invited()).keys("<Enter>");
    assert_ne!(stage.begun().1, first.1, "another address is another intention");
}

#[test]
fn while_it_waits_nothing_is_edited() {
    let mut stage = Stage::new(Invite::dialog());
    stage.keys("bo@northwind.test<Enter>").planned(invited()).keys("<Enter>");
    stage.says("Waiting for the answer").keys("zzz<Enter>").says("E-mail: bo@northwind.test");
    assert_eq!(stage.open_calls().len(), 1);
    stage.keys("<Esc>").says("Press Esc again to leave").keys("<Esc>");
    assert!(matches!(stage.end, Some(End::Closed)));
}

#[test]
fn what_was_typed_is_not_lost_on_one_key() {
    let mut stage = Stage::new(Invite::dialog());
    stage.keys("bo<Esc>").says("Press Esc again to discard");
    stage.keys("b").silent_on("Press Esc again").says("E-mail: bob");
    stage.keys("<Esc><Esc>");
    assert!(matches!(stage.end, Some(End::Closed)));
    let mut untouched = Stage::new(Invite::dialog());
    untouched.keys("<Esc>");
    assert!(matches!(untouched.end, Some(End::Closed)));
}

#[test]
fn a_role_that_may_not_be_handed_out_says_why() {
    let mut stage = Stage::with(Invite::dialog(), |stage| {
        stage.workspace.my_capabilities.retain(|key| key != "roles.manage");
        stage.roles[0].assignable = false;
    });
    stage.keys("bo@northwind.test<Tab><Tab>Admin<Enter>");
    stage.says("Role: Administrator").says("  ^ you do not hold Roles · manage");
    assert!(stage.quiet());
}

#[test]
fn a_refusal_is_said_and_everything_stays() {
    let mut stage = Stage::new(Invite::dialog());
    stage.keys("bo@northwind.test<Enter>").answer(refused(Refusal::Lacks { capability: "members.manage".into() }));
    stage.says("! Refused: you need Members · manage to do this").says("E-mail: bo@northwind.test");
    assert!(stage.quiet());
}

#[test]
fn resending_shows_the_new_link() {
    let mut stage = Stage::new(reason::resend(Targets::one(4), Some("bo@partner.test".into())));
    let shape = world::moved(
        vec![Thing::Invitation { status: InvitationStatus::Expired }],
        vec![Thing::Invitation { status: InvitationStatus::Sent }, Thing::NewLink],
        &[],
        &[],
    );
    let plan = Plan { warnings: vec![Warning::Final], ..world::plan(vec![(shape, vec!["bo@partner.test"])]) };
    stage.says("Earlier links stop working").planned(plan);
    stage.says("expired → sent, new link").says("! this cannot be undone").keys("<Enter>");
    assert_eq!(stage.begun().0.request.on.ids, [4]);
    let link = "https://rolecall.northwind.test/join/abc";
    stage.started(world::done()).row("bo@partner.test", RowOutcome::Done, Some(link));
    stage.says(link).silent_on("on this machine only").keys("<Enter>");
    assert!(stage.end.is_none(), "an Enter too many does not take the link away");
    stage.keys("<Esc>");
    assert!(matches!(stage.end, Some(End::Started(_))));
}

#[test]
fn cancelling_is_confirmed_as_its_plan_says() {
    let mut stage = Stage::new(reason::cancel(Targets::one(4), Some("bo@partner.test".into())));
    let plan = Plan { confirm: Confirm::Count { count: 1 }, ..world::nothing() };
    stage.says("You can invite them again").planned(plan).keys("wrong person<Enter>").says("Type 1 to confirm");
    assert!(stage.quiet());
    stage.keys("1<Enter>");
    assert_eq!(stage.begun().0.request.reason().unwrap().raw(), "wrong person");
    stage.done();
}
