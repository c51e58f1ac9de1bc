use super::{
    stage::{Stage, refused, stale},
    world::{self, member},
};
use rolecall::{
    api::wire::{PageQuery, Plan, PlanRow, Shape},
    app::{
        dialog::{
            group_delete::DeleteGroup, group_edit::GroupEdit, group_members::GroupMembers, member_groups::MemberGroups,
        },
        effect::{Call, Reply},
    },
    domain::{
        change::{self, Kind, Refusal, Thing},
        id::{GroupId, MemberId},
        plan::Confirm,
    },
};

fn found(stage: &Stage) -> PageQuery {
    match stage.open_calls().pop() {
        Some((_, Call::Members(_, query))) => query,
        other => panic!("members were not asked for: {other:?}"),
    }
}

#[test]
fn a_group_is_made_with_a_leader_found_by_typing_and_capabilities_checked() {
    let mut stage = Stage::new(GroupEdit::create());
    stage.keys("Translators<Tab>").planned(world::nothing()).keys("Words<Tab>").planned(world::nothing()).keys("azi");
    assert_eq!((found(&stage).filter.as_str(), stage.open_calls().len()), ("\"azi\"", 1));
    let rows = vec![member(7, "aziza@northwind.test", &[]), member(8, "azim@northwind.test", &[])];
    stage.answer(Ok(Reply::Members(world::page(rows, None)))).says("[ ] azim@northwind.test");
    stage.keys("<Down><Enter>").planned(world::nothing()).says("Leader: azim@northwind.test").says("Content");
    stage.keys("edit<Enter>").planned(world::nothing()).says("[x] Content · edit").keys("<Enter>");
    let Kind::CreateGroup(change::CreateGroup { draft }) = stage.begun_kind() else { panic!() };
    assert_eq!((draft.name.raw(), draft.leader), ("Translators", Some(MemberId(8))));
    assert_eq!(draft.capabilities, ["content.write"]);
    stage.done();
}

#[test]
fn a_group_without_a_name_is_not_made() {
    let mut stage = Stage::new(GroupEdit::create());
    stage.keys("<Enter>").says("  ^ Enter a name for the group.");
    assert!(stage.quiet());
}

#[test]
fn what_the_caller_lacks_cannot_be_checked_and_says_why() {
    let mut stage = Stage::with(GroupEdit::create(), |stage| {
        stage.workspace.my_capabilities.retain(|key| key != "roles.manage");
    });
    stage.keys("G<Tab><Tab><Tab>roles<Enter>").says("[ ] Roles · manage  you do not hold Roles · manage");
    let Kind::CreateGroup(change::CreateGroup { draft }) = stage.asked_kind() else { panic!() };
    assert!(draft.capabilities.is_empty());
}

/// Content Team loses a capability, and two of its members with it.
fn edited() -> Plan {
    let adds = vec![Thing::Adds { capability: "content.write".into() }];
    let group = world::moved(adds, Vec::new(), &[], &[]);
    let person = world::moved(Vec::new(), Vec::new(), &[], &["content.write"]);
    let mut plan = world::plan(vec![(group, vec!["Content Team"]), (person, vec!["adele@n.test", "bo@n.test"])]);
    plan.people = plan.rows.split_off(1);
    (plan.change, plan.lose) = (1, 2);
    plan
}

#[test]
fn editing_shows_the_people_whose_access_changes() {
    let mut stage = Stage::new(GroupEdit::edit(world::groups().remove(1)));
    assert!(stage.quiet(), "as it is, there is nothing to plan");
    stage.keys("<Tab><Tab><Tab>edit<Enter>").planned(edited()).keys("<Tab>");
    stage.says("Content Team | − Content · edit").says("People whose access changes: 2");
    stage.says("adele@n.test").says("1 more like adele@n.test").says("1 change · 0 left out · 0 gain · 2 lose");
    stage.keys("<Enter>");
    assert!(matches!(stage.begun_kind(), Kind::EditGroup(_)));
    stage.answer(stale());
    stage.planned(edited()).says("The plan is still the same; press Enter again to apply it.");
}

#[test]
fn whoever_keeps_their_access_by_another_source_is_told_apart() {
    let mut plan = edited();
    let kept = Shape { before: Vec::new(), after: Vec::new(), ..world::lowered(&[], &["content.write"]) };
    let at = plan.shapes.len() as u32;
    plan.shapes.push(kept);
    let row = |name: &str| PlanRow { name: name.into(), shape: at, ..PlanRow::default() };
    plan.people.extend(["carla@n.test", "dora@n.test", "emil@n.test"].map(row));
    let mut stage = Stage::new(GroupEdit::edit(world::groups().remove(1)));
    stage.size = (120, 34);
    stage.keys("<Tab><Tab><Tab>edit<Enter>").planned(plan).keys("<Tab>");
    stage.says("People whose access changes: 2").says("People whose access stays by another source: 3");
    stage.says("carla@n.test").says("Content · edit stays: group Content Team").says("2 more like carla@n.test");
    stage.keys("<Tab><End>").silent_on(" ·  · ");
}

#[test]
fn a_name_that_is_taken_is_told_under_the_name() {
    let mut stage = Stage::new(GroupEdit::edit(world::groups().remove(1)));
    stage.keys("<C-u>Campaign Desk<Enter>").answer(refused(Refusal::NameTaken { name: "Campaign Desk".into() }));
    stage.says("  ^ Campaign Desk already exists");
    assert!(stage.quiet());
}

#[test]
fn members_are_listed_by_page_found_by_typing_and_changed_at_once() {
    let mut stage = Stage::new(GroupMembers::of(world::groups().remove(1)));
    assert_eq!(found(&stage).filter, "group:\"Content Team\"");
    let here = vec![
        member(7, "aziza@northwind.test", &[(2, "Content Team")]),
        member(9, "other@northwind.test", &[(5, "Content Team East")]),
    ];
    stage.answer(Ok(Reply::Members(world::page(here, Some("next")))));
    stage.says("[x] aziza@northwind.test").silent_on("other@northwind.test");
    stage.keys("<Down>");
    assert_eq!(found(&stage).after.as_deref(), Some("next"), "the next page is asked for near the end");
    stage.answer(Ok(Reply::Members(world::page(vec![member(8, "bo@northwind.test", &[(2, "Content Team")])], None))));
    stage.keys("<Down><Space>");
    assert!(matches!(stage.asked_kind(), Kind::GroupMembers(_)));
    stage.planned(world::nothing()).keys("new");
    stage.answer(Ok(Reply::Members(world::page(vec![member(11, "new@northwind.test", &[])], None))));
    stage.keys("<Enter>").planned(world::loses()).keys("<Tab>").says("38 members, 1 in, 1 out").keys("<Enter>");
    let Kind::GroupMembers(change::GroupMembers { group, add, remove, .. }) = stage.begun_kind() else { panic!() };
    assert_eq!((group, add, remove), (GroupId(2), vec![MemberId(11)], vec![MemberId(8)]));
}

#[test]
fn a_blank_is_typed_while_looking_and_checks_once_the_cursor_was_moved() {
    let groups = |stage: &mut Stage| {
        stage.groups.push(world::group(4, "Content Archive", &[], 1));
        stage.groups.push(world::group(5, "Contentment", &[], 1));
    };
    let mut stage = Stage::with(MemberGroups::of(world::aziza()), groups);
    stage.keys("content a").says("Groups: content a").says("[ ] Content Archive").silent_on("Contentment");
    stage.keys("<Down><Space>").says("[x] Content Archive");
}

#[test]
fn enter_does_not_send_the_form_before_the_search_has_come() {
    let mut stage = Stage::new(GroupEdit::create());
    stage.keys("Translators<Tab>").planned(world::nothing());
    stage.keys("<Tab>azi<Enter>").says("\nReading…").silent_on("^ Reading");
    assert!(matches!(&stage.open_calls()[..], [(_, Call::Members(..))]));
    stage.answer(Ok(Reply::Members(world::page(vec![member(7, "aziza@northwind.test", &[])], None))));
    stage.keys("<Enter>").says("Leader: aziza@northwind.test");
}

#[test]
fn a_group_with_many_members_is_deleted_by_their_number() {
    let mut stage = Stage::new(DeleteGroup::of(world::groups().remove(1)));
    stage.says("Its 38 members keep their roles").planned(Plan { confirm: Confirm::Count { count: 38 }, ..edited() });
    stage.says("adele@n.test").keys("<Enter>").says("Type 38 to confirm").keys("38<Enter>");
    let (start, _) = stage.begun();
    assert_eq!(start.request.on.ids, [2]);
    assert!(matches!(start.request.kind, Kind::DeleteGroup(_)));
    stage.done();
}

#[test]
fn an_empty_group_is_deleted_by_one_enter() {
    let mut stage = Stage::new(DeleteGroup::of(world::groups().remove(2)));
    stage.planned(world::nothing()).keys("<Enter>");
    stage.begun();
}
