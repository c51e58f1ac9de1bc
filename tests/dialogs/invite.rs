use super::{
    stage::{End, Stage, conflict, invalid, offline},
    world,
};
use rolecall::{
    api::error::ApiError,
    app::{
        dialog::{
            invitation::{Cancel, Resend},
            invite::Invite,
        },
        effect::Effect,
    },
    domain::{
        change::{Change, InviteDraft, Warning},
        id::{GroupId, InvitationId, RoleId},
    },
};

fn draft(change: Change) -> InviteDraft {
    match change {
        Change::Invite(draft) => draft,
        other => panic!("no invitation: {other:?}"),
    }
}

#[test]
fn all_that_is_filled_in_is_sent() {
    let mut stage = Stage::new(Invite::new());
    stage.keys("bo@northwind.test<Tab>Bo Li<Tab><Left><Tab>content<Enter><Tab>hello<Tab><C-u>14<Enter>");
    stage.preview(world::nothing());
    let sent = draft(stage.written().change);
    assert_eq!(sent.email.raw(), "bo@northwind.test");
    assert_eq!(sent.name.unwrap().raw(), "Bo Li");
    assert_eq!((sent.roles, sent.groups), (vec![RoleId(2)], vec![GroupId(2)]));
    assert_eq!((sent.message.unwrap().raw().to_owned(), sent.ttl_days), ("hello".to_owned(), Some(14)));
}

#[test]
fn letters_typed_at_a_choice_find_it() {
    let mut stage = Stage::new(Invite::new());
    stage.keys("bo@northwind.test<Tab><Tab>Admin").says("Administrator").keys("<Right>View<Enter>");
    stage.preview(world::nothing());
    assert_eq!(draft(stage.written().change).roles, vec![RoleId(3)]);
}

#[test]
fn where_nothing_is_found_that_is_said_once() {
    let mut stage = Stage::new(Invite::new());
    stage.keys("bo@northwind.test<Tab><Tab><Tab>zzz<Enter>").says("Nothing matches.");
    assert_eq!(stage.text().matches("Nothing matches.").count(), 1, "{}", stage.text());
}

#[test]
fn what_is_wrong_with_an_address_is_told_before_sending() {
    let mut stage = Stage::new(Invite::new());
    stage.keys("admin@elsewhere.test<Tab>");
    let warnings = vec![
        Warning::ForeignDomain { domain: "elsewhere.test".into() },
        Warning::LookAlike { of: Some("admin@northwind.test".into()) },
        Warning::ExistingAccount { consent: false },
    ];
    stage.preview(rolecall::api::wire::Preview { warnings, ..world::nothing() });
    stage.says("elsewhere.test is not a company domain").says("looks like admin@northwind.test");
    stage.says("has an account already");
    stage.keys("<Enter>").says("Press Enter again");
    assert!(stage.quiet(), "nothing is sent on the first Enter");
    stage.keys("<Enter>");
    stage.written();
}

#[test]
fn a_member_already_is_told_under_the_field() {
    let mut stage = Stage::new(Invite::new());
    stage.keys("bo@northwind.test<Tab>").answer(invalid("email", "Bo is a member already."));
    stage.says("  ^ Bo is a member already.").says("E-mail: bo@northwind.test");
    stage.keys("Bo").says("Name: Bo");
}

#[test]
fn an_address_with_a_live_invitation_is_told_under_the_field() {
    let mut stage = Stage::new(Invite::new());
    stage.keys("bo@northwind.test<Enter>").answer(conflict("email", "bo@northwind.test is invited already."));
    stage.says("  ^ bo@northwind.test is invited already.");
    assert!(stage.quiet());
}

#[test]
fn an_address_that_is_none_is_not_asked_about() {
    let mut stage = Stage::new(Invite::new());
    stage.keys("bo@@x<Tab>");
    assert!(stage.quiet());
    stage.keys("<Enter>").says("  ^ ");
    assert!(stage.quiet());
}

#[test]
fn the_link_is_shown_once_whole_and_copied() {
    let link = format!("http://127.0.0.1:4455/join/{}", "x".repeat(120));
    let mut stage = Stage::new(Invite::new());
    stage.keys("bo@northwind.test<Enter>").preview(world::nothing()).applied_with(Some(&link));
    assert!(stage.end.is_none(), "it stays until the link was seen");
    stage.says(&link).says("You alone can copy it again").says("on this machine only");
    stage.keys("y");
    assert!(stage.effects.contains(&Effect::Copy(link)));
    stage.keys("<Esc>");
    assert_eq!(stage.said(), "Invited bo@northwind.test.");
}

#[test]
fn the_same_write_is_sent_again_with_the_same_key_after_a_lost_connection() {
    let mut stage = Stage::new(Invite::new());
    stage.keys("bo@northwind.test<Enter>").preview(world::nothing());
    let first = stage.written();
    stage.answer(offline()).says("Enter tries again").says("E-mail: bo@northwind.test");
    stage.keys("<Enter>");
    assert_eq!(stage.written(), first);
    stage.answer(offline()).keys("x<Enter>").preview(world::nothing());
    assert_ne!(stage.written().idempotency_key, first.idempotency_key, "another address is another intention");
}

#[test]
fn while_it_waits_nothing_is_edited() {
    let mut stage = Stage::new(Invite::new());
    stage.keys("bo@northwind.test<Enter>").preview(world::nothing());
    stage.says("Waiting for the answer").keys("zzz<Enter>").says("E-mail: bo@northwind.test");
    assert_eq!(stage.open_calls().len(), 1);
    stage.keys("<Esc>").says("The answer is not there yet").keys("<Esc>");
    assert!(matches!(stage.end, Some(End::Closed)));
}

#[test]
fn what_was_typed_is_not_lost_on_one_key() {
    let mut stage = Stage::new(Invite::new());
    stage.keys("bo<Esc>").says("Press Esc again to discard");
    stage.keys("b").silent_on("Press Esc again").says("E-mail: bob");
    stage.keys("<Esc><Esc>");
    assert!(matches!(stage.end, Some(End::Closed)));
    let mut untouched = Stage::new(Invite::new());
    untouched.keys("<Esc>");
    assert!(matches!(untouched.end, Some(End::Closed)));
}

#[test]
fn a_role_that_may_not_be_handed_out_says_why() {
    let mut stage = Stage::with(Invite::new(), |stage| {
        stage.workspace.my_capabilities.retain(|key| key != "roles.manage");
        stage.roles[0].assignable = false;
    });
    stage.keys("bo@northwind.test<Tab><Tab>Admin<Enter>");
    stage.says("Role: Administrator").says("  ^ you do not hold Roles · manage");
    assert!(stage.quiet());
}

#[test]
fn a_refusal_is_said_and_everything_stays() {
    let mut stage = Stage::new(Invite::new());
    stage.keys("bo@northwind.test<Enter>").answer(Err(ApiError::Refused("you need members.invite to do this".into())));
    stage.says("! you need members.invite to do this").says("E-mail: bo@northwind.test");
    assert!(stage.quiet());
}

#[test]
fn resending_shows_the_new_link() {
    let mut stage = Stage::new(Resend::new(InvitationId(4), Some(2), "bo@partner.test".into()));
    stage.says("Every earlier link is dead").keys("<Enter>");
    assert_eq!(stage.written().change, Change::ResendInvitation { invitation: InvitationId(4) });
    let link = "https://rolecall.northwind.test/join/abc";
    stage.applied_with(Some(link)).says(link).silent_on("on this machine only");
    stage.keys("<Enter>");
    assert!(stage.end.is_none(), "an Enter too many does not take the link away");
    stage.keys("<Esc>");
    assert_eq!(stage.said(), "New link for bo@partner.test.");
}

#[test]
fn cancelling_asks_once_more() {
    let mut stage = Stage::new(Cancel::new(InvitationId(4), None, "bo@partner.test".into()));
    stage.keys("wrong person<Enter>").says("Press Enter again");
    assert!(stage.quiet());
    stage.keys("<Esc>");
    assert!(stage.end.is_none(), "Esc answers the question first");
    stage.keys("<Enter><Enter>");
    let Change::CancelInvitation { reason, .. } = stage.written().change else { panic!() };
    assert_eq!(reason.unwrap().raw(), "wrong person");
    stage.applied();
    assert_eq!(stage.said(), "Cancelled the invitation of bo@partner.test.");
}
