//! What is typed before a plan is applied (SPEC 6).

use crate::{asking::*, sample::*};
use rolecall::domain::{
    change::{Cancel, EditInvitation, Facts, Invite, Kind, Reactivate, Request, Resend, Row, SetGroups, SetRoles},
    edge::Terms,
    id::{GroupId, InvitationId, MemberId},
    invitation::InvitationStatus,
    model::{Effect, MemberStatus, Subject},
    plan::{Confirm, plan},
};

/// The sample with `many` viewers more, and who they are.
fn with_viewers(many: i64) -> (Sample, Vec<MemberId>) {
    let mut sample = Sample::new();
    let all: Vec<_> = (100..100 + many).map(MemberId).collect();
    for id in &all {
        sample.member(*id, &format!("m{id}@northwind.test"), Some("viewer"));
    }
    (sample, all)
}

fn name(email: &str) -> Confirm {
    Confirm::Name { name: email.into() }
}

fn alone(sample: &Sample, request: Request) -> Confirm {
    ask(sample, OLIM, request).unwrap().confirm
}

fn many(sample: &Sample, members: &[MemberId], kind: impl Into<Kind>) -> Confirm {
    in_bulk(sample, OLIM, &each(members, kind)).confirm
}

#[test]
fn one_enter_where_at_most_five_gain_or_lose() {
    let (sample, all) = with_viewers(40);
    let to = |key: &str| SetRoles { roles: vec![sample.role(key)], terms: Terms::default() };
    assert_eq!(many(&sample, &all[..5], to("analyst")), Confirm::Enter);
    assert_eq!(many(&sample, &all[..6], to("analyst")), Confirm::Count { count: 6 });
    assert_eq!(many(&sample, &all, to("viewer")), Confirm::Enter, "nothing changes");
    assert_eq!(many(&sample, &all, rename(BO, "Same").kind), Confirm::Enter, "nobody gains or loses");
    assert_eq!(alone(&sample, set_roles(all[0], sample.role("marketer"))), Confirm::Enter);
    assert_eq!(alone(&sample, new_invite(&sample, "n@northwind.test", "viewer")), Confirm::Enter);
}

fn new_invite(sample: &Sample, email: &str, role: &str) -> Request {
    invite(invitation(email, sample.role(role)))
}

#[test]
fn the_count_is_of_rows_where_thirteen_of_eighteen_gain() {
    let (mut sample, all) = with_viewers(18);
    for id in &all[..5] {
        sample.of(*id).roles = vec![(sample.role("approver"), edge())];
    }
    let join = SetGroups { add: vec![DESK], remove: Vec::new(), terms: Terms::default() };
    let done = in_bulk(&sample, OLIM, &each(&all, join));
    assert!(done.rows.iter().all(|row| row.changes()));
    assert_eq!(done.rows.iter().filter(|row| !row.effects.is_empty()).count(), 13);
    assert_eq!(done.confirm, Confirm::Count { count: 18 });
}

#[test]
fn the_count_is_of_people_where_one_row_is_of_many() {
    let (mut sample, all) = with_viewers(55);
    for id in &all {
        sample.join(*id, TEAM);
    }
    let deny = grant(Effect::Deny, Subject::Group(TEAM), ROOT, "content.read");
    assert_eq!(alone(&sample, deny), Confirm::Count { count: 55 });
    // A deny that takes nothing is one Enter.
    let nothing = grant(Effect::Deny, Subject::Group(TEAM), ROOT, "devices.write");
    assert_eq!(alone(&sample, nothing), Confirm::Enter);
    sample.0.groups[0].capabilities = sample.set(&["campaigns.approve"]);
    assert_eq!(alone(&sample, delete_group(TEAM)), Confirm::Count { count: 55 });
}

#[test]
fn the_count_is_typed_where_an_administrator_is_lowered() {
    let (mut sample, _) = with_viewers(0);
    let viewer = sample.role("viewer");
    assert_eq!(alone(&sample, set_roles(ADAM, viewer)), Confirm::Count { count: 1 });
    let lower = SetRoles { roles: vec![viewer], terms: Terms::default() };
    assert_eq!(many(&sample, &[ADA, ADAM], lower), Confirm::Count { count: 2 });
    // By a group, too.
    sample.group(GroupId(3), "Admins", &["members.manage", "roles.manage"]);
    sample.join(BO, GroupId(3));
    assert_eq!(alone(&sample, members(GroupId(3), &[], &[BO])), Confirm::Count { count: 1 });
    assert_eq!(alone(&sample, delete_group(GroupId(3))), Confirm::Count { count: 1 });
}

#[test]
fn the_address_is_typed_where_somebody_gets_a_managing_capability() {
    let (mut sample, all) = with_viewers(3);
    let administrator = sample.role("administrator");
    assert_eq!(alone(&sample, set_roles(BO, administrator)), name("bo@partner.test"));
    let raise = SetRoles { roles: vec![administrator], terms: Terms::default() };
    assert_eq!(many(&sample, &all, raise.clone()), Confirm::Verb { count: 3 });
    assert_eq!(many(&sample, &[ADA, all[0]], raise), name("m100@northwind.test"), "of whom one is one already");
    assert_eq!(alone(&sample, new_invite(&sample, "n@northwind.test", "administrator")), name("n@northwind.test"));
    let drafts =
        vec![invitation("n@northwind.test", administrator), invitation("o@northwind.test", sample.role("viewer"))];
    assert_eq!(alone(&sample, Request::given(Invite { drafts })), Confirm::Verb { count: 2 });
    sample.group(GroupId(3), "Inviters", &["members.invite"]);
    assert_eq!(alone(&sample, members(GroupId(3), &[BO], &[])), name("bo@partner.test"));
    // By one row of a group: its name.
    sample.join(BO, TEAM);
    let more = edit_group(TEAM, draft("Content Team", &["members.invite"]));
    assert_eq!(alone(&sample, more), name("Content Team"));
    // Whoever is deactivated gets it for later.
    sample.of(AZIZA).status = MemberStatus::Deactivated;
    assert_eq!(alone(&sample, set_roles(AZIZA, administrator)), name("aziza@northwind.test"));
    assert_eq!(alone(&sample, of(AZIZA, Reactivate::default())), Confirm::Enter);
    sample.of(ADAM).status = MemberStatus::Deactivated;
    assert_eq!(alone(&sample, of(ADAM, Reactivate::default())), name("adam@northwind.test"));
}

#[test]
fn the_address_is_typed_where_somebody_is_deactivated_or_removed_or_becomes_owner() {
    let (sample, all) = with_viewers(41);
    assert_eq!(alone(&sample, deactivate(BO)), name("bo@partner.test"));
    assert_eq!(alone(&sample, remove(BO)), name("bo@partner.test"));
    assert_eq!(many(&sample, &all, deactivate(BO).kind), Confirm::Verb { count: 41 });
    assert_eq!(many(&sample, &all[..2], remove(BO).kind), Confirm::Verb { count: 2 });
    assert_eq!(
        many(&sample, &[OLIM, all[0]], deactivate(BO).kind),
        name("m100@northwind.test"),
        "the owner is left out"
    );
    assert_eq!(alone(&sample, transfer("aziza@northwind.test")), name("aziza@northwind.test"));
}

/// Somebody invited as a viewer, and the invitation.
fn invited(role: &str) -> (Sample, Facts, InvitationId) {
    let (mut sample, _) = with_viewers(0);
    sample.of(BO).status = MemberStatus::Pending;
    sample.of(BO).roles = vec![(sample.role(role), edge())];
    let mut facts = facts(&sample.0);
    facts.invitations.insert(InvitationId(1), waiting(BO, "bo@partner.test", InvitationStatus::Sent, NOW));
    (sample, facts, InvitationId(1))
}

#[test]
fn a_pending_member_who_is_to_be_an_administrator_is_named() {
    let (sample, facts, id) = invited("viewer");
    let to =
        |key: &str| on_invitation(id, EditInvitation { roles: vec![sample.role(key)], ..EditInvitation::default() });
    let confirm = |request: Request| ask_with(&sample, OLIM, &request, &facts).unwrap().confirm;
    assert_eq!(confirm(to("administrator")), name("bo@partner.test"));
    assert_eq!(confirm(set_roles(BO, sample.role("administrator"))), name("bo@partner.test"));
    assert_eq!(confirm(to("analyst")), Confirm::Enter);
    assert_eq!(confirm(on_invitation(id, Resend {})), Confirm::Enter);
    assert_eq!(confirm(on_invitation(id, Cancel::default())), Confirm::Enter);
    // What waits behind a link already is not given anew.
    let (sample, facts, id) = invited("administrator");
    let resend = on_invitation(id, Resend {});
    assert_eq!(ask_with(&sample, OLIM, &resend, &facts).unwrap().confirm, Confirm::Enter);
}

#[test]
fn links_that_die_are_counted() {
    let (mut sample, all) = with_viewers(6);
    let mut facts = facts(&sample.0);
    let mut rows: Vec<Row> = Vec::new();
    for (at, id) in (1..).zip(&all) {
        sample.of(*id).status = MemberStatus::Pending;
        let record = waiting(*id, &format!("m{id}@northwind.test"), InvitationStatus::Sent, NOW);
        facts.invitations.insert(InvitationId(at), record);
        rows.push(row(Some(at), Resend {}));
    }
    let confirm = |rows: &[Row]| plan(&sample.0, OLIM, rows, &facts, true, NOW).confirm;
    assert_eq!(confirm(&rows[..5]), Confirm::Enter);
    assert_eq!(confirm(&rows), Confirm::Count { count: 6 });
}

#[test]
fn an_undo_is_confirmed_by_what_it_does() {
    let (mut sample, all) = with_viewers(3);
    let undo = |sample: &Sample, request: Request| {
        let made = ask(sample, OLIM, request.clone()).unwrap();
        let back = restore(&request.kind, made.delta(), true, NOW);
        plan(&made.after, OLIM, &[back], &facts(&sample.0), false, NOW).confirm
    };
    assert_eq!(undo(&sample, deactivate(BO)), Confirm::Enter);
    assert_eq!(undo(&sample, remove(BO)), Confirm::Enter);
    assert_eq!(undo(&sample, deactivate(ADAM)), name("adam@northwind.test"), "an administrator again");
    assert_eq!(undo(&sample, set_roles(ADAM, sample.role("viewer"))), name("adam@northwind.test"));
    assert_eq!(undo(&sample, set_roles(BO, sample.role("administrator"))), Confirm::Count { count: 1 });
    sample.of(BO).status = MemberStatus::Deactivated;
    assert_eq!(undo(&sample, of(BO, Reactivate::default())), name("bo@partner.test"), "deactivated again");
    for id in &all {
        sample.of(*id).status = MemberStatus::Deactivated;
    }
    let rows = each(&all, Reactivate::default());
    let done = in_bulk(&sample, OLIM, &rows);
    let back: Vec<_> = done.rows.iter().map(|one| restore(&rows[0].kind, one.delta.clone(), true, NOW)).collect();
    let undone = plan(&done.after, OLIM, &back, &facts(&sample.0), true, NOW);
    assert_eq!(undone.confirm, Confirm::Verb { count: 3 });
}
