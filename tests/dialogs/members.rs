use super::{
    stage::{Stage, invalid, stale},
    world::{self, aziza},
};
use rolecall::{
    api::backend::Precondition,
    app::{
        dialog::{member_edit::EditMember, member_groups::MemberGroups, remove::Remove, role::ChangeRole},
        effect::{Call, Reply},
    },
    domain::{
        change::Change,
        id::{GroupId, MemberId, RoleId},
        pack::MaxRoles,
    },
};

#[test]
fn what_is_lost_and_what_stays_is_named_before_a_role_is_changed() {
    let mut stage = Stage::new(ChangeRole::new(aziza()));
    stage.says("Now: Marketer").keys("<Right>").preview(world::loses());
    stage.says("Loses  Campaigns · edit").says("Stays  Content · edit: group Content Team");
    stage.keys("<Tab>Q4 clean-up<Enter>");
    assert!(stage.quiet(), "a reason typed later needs no other preview, and Enter asks first");
    stage.says("aziza@northwind.test loses 1").keys("<Enter>");
    let write = stage.written();
    let Change::SetRoles { roles, terms, .. } = write.change else { panic!() };
    assert_eq!((roles, write.precondition), (vec![RoleId(3)], Precondition::Version(5)));
    assert_eq!(terms.reason.unwrap().raw(), "Q4 clean-up");
    stage.applied();
    assert_eq!(stage.said(), "aziza@northwind.test is now Viewer.");
}

#[test]
fn a_role_that_only_adds_is_not_asked_about() {
    let mut stage = Stage::new(ChangeRole::new(aziza()));
    stage.keys("<Left>").preview(world::nothing()).keys("<Enter>");
    stage.written();
}

#[test]
fn choices_stop_at_the_first_and_the_last() {
    let mut viewer = aziza();
    viewer.roles = vec![world::named(RoleId(3), "Viewer")];
    let mut stage = Stage::new(ChangeRole::new(viewer));
    for key in ["<Right>", " ", "<Right>"] {
        stage.keys(key).says("Role: Viewer");
        assert!(stage.quiet(), "nothing changed, so nothing is asked");
    }
    stage.keys("<Left>").says("Role: Marketer").keys("<Left>").says("Role: Administrator");
    stage.keys("<Left>").says("Role: Administrator").keys("<Right>").says("Role: Marketer");
}

#[test]
fn lowering_an_administrator_asks_to_type_the_address() {
    let mut member = aziza();
    member.roles = vec![world::named(RoleId(1), "Administrator")];
    let mut stage = Stage::new(ChangeRole::new(member));
    stage.silent_on("Type the e-mail").keys("<Right>").says("Type the e-mail");
    stage.preview(world::loses()).keys("<Enter>").says("type aziza@northwind.test to confirm");
    assert!(stage.quiet());
    stage.keys("Aziza@northwind.test<Enter>").says("Press Enter again").keys("<Enter>");
    stage.written();
}

#[test]
fn where_many_roles_may_be_held_they_are_a_checklist() {
    let mut stage = Stage::with(ChangeRole::new(aziza()), |stage| stage.workspace.policies.max_roles = MaxRoles::Many);
    stage.says("[x] Marketer").says("[ ] Viewer").keys("viewer<Enter>");
    let Change::SetRoles { roles, .. } = stage.previewed() else { panic!() };
    assert_eq!(roles, [RoleId(2), RoleId(3)]);
}

#[test]
fn a_change_by_someone_else_is_read_again_and_looked_at_again() {
    let mut stage = Stage::new(ChangeRole::new(aziza()));
    stage.keys("<Right>").preview(world::nothing()).keys("<Tab>why<Enter>").answer(stale());
    stage.says("! It was changed by someone else. It was read again");
    assert!(matches!(stage.open_calls()[..], [(_, Call::Member(_, MemberId(7)))]));
    let newer = rolecall::api::wire::MemberRow { version: 6, ..aziza() };
    stage.answer(Ok(Reply::Member(Box::new(newer)))).says("Reason: why").preview(world::nothing());
    stage.keys("<Enter>");
    assert_eq!(stage.written().precondition, Precondition::Version(6));
}

#[test]
fn expiry_is_a_day_or_a_number_of_days() {
    let mut stage = Stage::new(ChangeRole::new(aziza()));
    stage.keys("<Tab><Tab>soon<Enter>").says("  ^ “soon” is no day");
    stage.keys("<C-u>+30d<Enter>");
    let Change::SetRoles { terms, roles, .. } = stage.previewed() else { panic!() };
    assert_eq!(terms.expires_at, Some(super::stage::NOW.plus(31 * 86_400 - 1)));
    assert_eq!(roles, [RoleId(2)], "the same role with an end is a change");
}

#[test]
fn removing_takes_the_typed_address() {
    let mut stage = Stage::new(Remove::new(aziza()));
    stage.says("The account and its history stay").preview(world::loses()).says("Loses  Campaigns · edit");
    stage.keys("left<Tab>aziza<Enter>").says("  ^ Type aziza@northwind.test to confirm.");
    assert!(stage.quiet());
    stage.keys("@northwind.test<Enter>");
    let Change::Remove { member, reason } = stage.written().change else { panic!() };
    assert_eq!((member, reason.unwrap().raw().to_owned()), (MemberId(7), "left".to_owned()));
    stage.applied();
    assert_eq!(stage.said(), "Removed aziza@northwind.test.");
}

#[test]
fn a_name_is_edited_and_its_error_lands_under_it() {
    let mut stage = Stage::new(EditMember::new(aziza()));
    stage.keys("<Enter>").says("  ^ Nothing is different yet.");
    stage.keys("<C-u>Aziza K.<Enter>").answer(invalid("name", "too short"));
    stage.says("Name: Aziza K.").says("  ^ too short").keys("x<Enter>").applied();
    assert_eq!(stage.said(), "Renamed aziza@northwind.test.");
}

#[test]
fn each_group_touched_is_a_change_and_what_failed_is_told() {
    let mut stage = Stage::new(MemberGroups::new(aziza()));
    stage.says("[x] Content Team").keys("desk<Enter><C-u>content<Enter>");
    assert_eq!(stage.open_calls().len(), 2, "each is previewed");
    stage.answer(Ok(Reply::Preview(Box::new(world::loses()))));
    stage.answer(Ok(Reply::Preview(Box::new(world::nothing()))));
    stage.keys("<Tab>moved<Enter>").says("Into Campaign Desk").says("Out of Content Team").says("Press Enter again");
    stage.keys("<Enter>");
    let Change::SetGroupMembers { group, add, .. } = stage.written().change else { panic!() };
    assert_eq!((group, add), (GroupId(1), vec![MemberId(7)]));
    stage.applied();
    let write = stage.written();
    assert_eq!(write.precondition, Precondition::Version(12));
    let Change::SetGroupMembers { group, remove, .. } = write.change else { panic!() };
    assert_eq!((group, remove), (GroupId(2), vec![MemberId(7)]));
    stage.answer(Err(rolecall::api::error::ApiError::Refused("you need groups.manage to do this".into())));
    stage.says("! Out of Content Team: you need groups.manage");
    stage.keys("<Esc><Esc>");
    assert_eq!(stage.said(), "A part of it was done.");
}
