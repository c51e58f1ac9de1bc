use super::{
    stage::{Stage, invalid, refused, stale},
    world::{self, aziza},
};
use rolecall::{
    api::wire::Plan,
    app::{
        dialog::{member_edit::EditMember, member_groups::MemberGroups, reason, role::ChangeRole},
        selection::Targets,
    },
    domain::{
        change::{Kind, Refusal, SetGroups, SetRoles, Thing},
        id::{GroupId, RoleId},
        model::MemberStatus,
        pack::MaxRoles,
        plan::{Confirm, RowOutcome},
    },
};

#[test]
fn what_is_lost_and_what_stays_is_shown_before_a_role_is_changed() {
    let mut stage = Stage::new(ChangeRole::of(aziza()));
    assert!(stage.quiet(), "the role that is held is nothing to plan");
    stage.says("Now: Marketer").keys("<Right>").planned(world::loses());
    stage.says("Change role · aziza@northwind.test").says("Marketer → Viewer").says("Loses  Campaigns · edit");
    stage.says("Content · edit stays: group Content Team").silent_on("1 change");
    stage.keys("<Tab>Q4 clean-up<Enter>");
    let (start, _) = stage.begun();
    assert_eq!((start.request.on.ids, start.digest), (vec![7], Some(world::loses().digest)));
    let Kind::SetRoles(SetRoles { roles, terms }) = start.request.kind else { panic!() };
    assert_eq!((roles, terms.reason.unwrap().raw()), (vec![RoleId(3)], "Q4 clean-up"));
    stage.done();
}

#[test]
fn choices_stop_at_the_first_and_the_last() {
    let mut viewer = aziza();
    viewer.roles = vec![world::named(RoleId(3), "Viewer")];
    let mut stage = Stage::new(ChangeRole::of(viewer));
    for key in ["<Right>", " ", "<Right>"] {
        stage.keys(key).says("Role: Viewer");
        assert!(stage.quiet(), "nothing changed, so nothing is asked");
    }
    stage.keys("<Left>").says("Role: Marketer").keys("<Left>").says("Role: Administrator");
    stage.keys("<Left>").says("Role: Administrator").keys("<Right>").says("Role: Marketer");
}

#[test]
fn what_is_typed_is_what_the_plan_asks_for() {
    let mut stage = Stage::new(ChangeRole::of(aziza()));
    let confirm = Confirm::Name { name: "aziza@northwind.test".into() };
    stage.keys("<Left>").planned(Plan { confirm, ..world::nothing() });
    stage.says("Type aziza@northwind.test to confirm").keys("<Enter>");
    assert!(stage.quiet());
    stage.keys("aziza<Enter>").says("  ^ This does not match. Type aziza@northwind.test to confirm");
    assert!(stage.quiet());
    stage.keys("@Northwind.test<Enter>");
    stage.begun();
}

#[test]
fn where_many_roles_may_be_held_they_are_a_checklist() {
    let mut stage = Stage::with(ChangeRole::of(aziza()), |stage| stage.workspace.policies.max_roles = MaxRoles::Many);
    stage.says("[x] Marketer").says("[ ] Viewer").keys("viewer<Enter>");
    let Kind::SetRoles(SetRoles { roles, .. }) = stage.asked_kind() else { panic!() };
    assert_eq!(roles, [RoleId(2), RoleId(3)]);
}

#[test]
fn a_change_by_someone_else_is_planned_again_and_looked_at_again() {
    for answer in [stale(), refused(Refusal::CHANGED)] {
        let mut stage = Stage::new(ChangeRole::of(aziza()));
        stage.keys("<Right>").planned(world::loses()).keys("<Tab>why<Enter>").answer(answer);
        stage.planned(world::nothing()).says("Reason: why").says("Nothing was applied: the workspace has changed");
        stage.keys("<Enter>");
        assert_eq!(stage.begun().0.digest, Some(world::nothing().digest));
    }
}

#[test]
fn a_row_that_failed_is_told_in_the_dialog_and_planned_again() {
    let mut stage = Stage::new(ChangeRole::of(aziza()));
    stage.keys("<Right>").planned(world::loses()).keys("<Enter>");
    stage.started(rolecall::api::wire::Change { done: 0, failed: 1, ..world::done() });
    stage.row("aziza@northwind.test", RowOutcome::Failed { why: Refusal::LastAdministrator }, None);
    stage.says("! Refused: no active administrator who can sign in would remain");
    stage.planned(world::nothing()).says("Refused: no active administrator");
    assert!(stage.end.is_none());
}

#[test]
fn expiry_is_a_day_or_a_number_of_days() {
    let mut stage = Stage::new(ChangeRole::of(aziza()));
    stage.keys("<Tab><Tab>soon<Enter>").says("  ^ “soon” is not a date");
    stage.keys("<C-u>+30d<Enter>");
    let Kind::SetRoles(SetRoles { terms, roles }) = stage.asked_kind() else { panic!() };
    assert_eq!(terms.expires_at, Some(super::stage::NOW.plus(31 * 86_400 - 1)));
    assert_eq!(roles, [RoleId(2)], "the same role with an end is a change");
}

fn leaves() -> Plan {
    let status = |status| vec![Thing::Status { status }];
    let shape = world::moved(status(MemberStatus::Active), Vec::new(), &[], &["campaigns.write"]);
    let confirm = Confirm::Name { name: "aziza@northwind.test".into() };
    Plan { confirm, ..world::plan(vec![(shape, vec!["aziza@northwind.test"])]) }
}

#[test]
fn removing_takes_the_typed_address() {
    let mut stage = Stage::new(reason::remove(Targets::one(7), Some("aziza@northwind.test".into())));
    stage.says("The account, its history and other memberships stay").planned(leaves());
    stage.says("Remove · aziza@northwind.test").says("− active").says("Loses  Campaigns · edit");
    stage.keys("left<Enter>aziza<Enter>").says("This does not match");
    assert!(stage.quiet());
    stage.keys("@northwind.test<Enter>");
    let (start, _) = stage.begun();
    assert_eq!((start.request.on.ids.clone(), start.request.reason().unwrap().raw()), (vec![7], "left"));
    assert!(matches!(start.request.kind, Kind::Remove(_)));
    stage.done();
}

#[test]
fn deactivating_many_takes_the_verb_and_the_number() {
    let mut stage = Stage::new(reason::deactivate(world::marked(41), None));
    let plan = Plan { confirm: Confirm::Verb { count: 41 }, ..world::loses() };
    stage.says("Deactivate · 41 members").planned(plan).says("Type \"deactivate 41\" to confirm");
    stage.keys("<Enter>41<Enter>").says("This does not match").keys("<C-u>deactivate 41<Enter>");
    assert!(matches!(stage.begun_kind(), Kind::Deactivate(_)));
}

#[test]
fn a_name_is_edited_and_its_error_lands_under_it() {
    let mut stage = Stage::new(EditMember::of(aziza()));
    stage.keys("<Enter>").says("  ^ Nothing has changed yet.");
    stage.keys("<C-u>Aziza K.<Enter>").answer(invalid("name", "too short"));
    stage.says("Name: Aziza K.").says("  ^ too short").keys("x<Enter>").planned(world::nothing()).keys("<Enter>");
    assert!(matches!(stage.begun_kind(), Kind::Rename(_)));
    stage.done();
}

#[test]
fn all_groups_touched_are_one_change() {
    let mut stage = Stage::new(MemberGroups::of(aziza()));
    stage.says("[x] Content Team").keys("desk<Enter><C-u>content<Enter>");
    let Kind::SetGroups(SetGroups { add, remove, .. }) = stage.asked_kind() else { panic!() };
    assert_eq!((add, remove), (vec![GroupId(1)], vec![GroupId(2)]));
    let shape = world::moved(world::group_thing("Content Team"), world::group_thing("Campaign Desk"), &[], &[]);
    stage.planned(world::plan(vec![(shape, vec!["aziza@northwind.test"])])).keys("<Tab>");
    stage.says("Content Team → Campaign Desk").says("No change in access.").keys("moved<Enter>").done();
}
