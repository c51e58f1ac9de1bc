use super::{
    stage::{End, Stage, conflict, stale},
    world::{self, member},
};
use rolecall::{
    api::{
        backend::Precondition,
        wire::{EffectRow, PageQuery},
    },
    app::{
        dialog::{
            group_delete::DeleteGroup, group_edit::GroupEdit, group_members::GroupMembers, member_groups::MemberGroups,
        },
        effect::{Call, Reply},
    },
    domain::{
        change::Change,
        id::{GroupId, MemberId},
    },
};

fn asked(stage: &Stage) -> PageQuery {
    match stage.open_calls().pop() {
        Some((_, Call::Members(_, query))) => query,
        other => panic!("members were not asked for: {other:?}"),
    }
}

#[test]
fn a_group_is_made_with_a_leader_found_by_typing_and_capabilities_checked() {
    let mut stage = Stage::new(GroupEdit::create());
    stage.keys("Translators<Tab>Words<Tab>azi");
    assert_eq!((asked(&stage).filter.as_str(), stage.open_calls().len()), ("\"azi\"", 1));
    let found = vec![member(7, "aziza@northwind.test", &[]), member(8, "azim@northwind.test", &[])];
    stage.answer(Ok(Reply::Members(world::page(found, None)))).says("[ ] azim@northwind.test");
    stage.keys("<Down><Enter>").says("Leader: azim@northwind.test").says("Content");
    stage.keys("edit<Enter>").says("[x] Content · edit").keys("<Enter>");
    let Change::CreateGroup(draft) = stage.written().change else { panic!() };
    assert_eq!((draft.name.raw(), draft.leader), ("Translators", Some(MemberId(8))));
    assert_eq!(draft.capabilities, ["content.write"]);
    stage.applied();
    assert_eq!(stage.said(), "Made the group Translators.");
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
    stage.keys("<Enter>");
    let Change::CreateGroup(draft) = stage.written().change else { panic!() };
    assert!(draft.capabilities.is_empty());
}

#[test]
fn editing_previews_what_members_lose() {
    let mut stage = Stage::new(GroupEdit::edit(world::groups().remove(1)));
    stage.preview(world::nothing()).keys("<Tab><Tab><Tab>edit<Enter>").preview(world::loses());
    stage.keys("<Tab>").says("Loses  Campaigns · edit").keys("<Enter>").says("Press Enter again").keys("<Enter>");
    let write = stage.written();
    assert_eq!(write.precondition, Precondition::Version(12));
    stage.answer(stale());
    assert!(matches!(stage.open_calls()[..], [(_, Call::Groups(_))]));
    stage.says("It was read again");
}

#[test]
fn a_name_that_is_taken_is_told_under_the_name_and_nothing_is_read_again() {
    let mut stage = Stage::new(GroupEdit::edit(world::groups().remove(1)));
    stage.preview(world::nothing()).keys("<C-u>Campaign Desk<Enter>");
    stage.answer(conflict("name", "Another group is called Campaign Desk."));
    stage.says("  ^ Another group is called Campaign Desk.").silent_on("read again");
    assert!(stage.quiet());
}

#[test]
fn members_are_listed_by_page_found_by_typing_and_changed_at_once() {
    let mut stage = Stage::new(GroupMembers::new(world::groups().remove(1)));
    assert_eq!(asked(&stage).filter, "group:\"Content Team\"");
    let here = vec![
        member(7, "aziza@northwind.test", &[(2, "Content Team")]),
        member(9, "other@northwind.test", &[(5, "Content Team East")]),
    ];
    stage.answer(Ok(Reply::Members(world::page(here, Some("next")))));
    stage.says("[x] aziza@northwind.test").silent_on("other@northwind.test");
    stage.keys("<Down>");
    assert_eq!(asked(&stage).after.as_deref(), Some("next"), "the next page is asked for near the end");
    stage.answer(Ok(Reply::Members(world::page(vec![member(8, "bo@northwind.test", &[(2, "Content Team")])], None))));
    stage.keys("<Down><Space>");
    assert!(matches!(stage.previewed(), Change::SetGroupMembers { .. }));
    stage.preview(world::nothing()).keys("new");
    stage.answer(Ok(Reply::Members(world::page(vec![member(11, "new@northwind.test", &[])], None))));
    stage.keys("<Enter>").preview(world::loses()).keys("<Tab>").says("38 members, 1 in, 1 out");
    stage.keys("<Enter>").says("Press Enter again").keys("<Enter>");
    let Change::SetGroupMembers { group, add, remove, .. } = stage.written().change else { panic!() };
    assert_eq!((group, add, remove), (GroupId(2), vec![MemberId(11)], vec![MemberId(8)]));
    stage.applied();
    assert_eq!(stage.said(), "Content Team: 1 in, 1 out.");
}

#[test]
fn a_blank_is_typed_while_looking_and_checks_once_the_cursor_was_moved() {
    let groups = |stage: &mut Stage| {
        stage.groups.push(world::group(4, "Content Archive", &[], 1));
        stage.groups.push(world::group(5, "Contentment", &[], 1));
    };
    let mut stage = Stage::with(MemberGroups::new(world::aziza()), groups);
    stage.keys("content a").says("Groups: content a").says("[ ] Content Archive").silent_on("Contentment");
    stage.keys("<Down><Space>").says("[x] Content Archive");
}

#[test]
fn enter_does_not_send_the_form_before_the_search_has_come() {
    let mut stage = Stage::new(GroupEdit::create());
    stage.keys("Translators<Tab><Tab>azi<Enter>").says("\nReading…").silent_on("^ Reading");
    assert!(matches!(&stage.open_calls()[..], [(_, Call::Members(..))]));
    stage.answer(Ok(Reply::Members(world::page(vec![member(7, "aziza@northwind.test", &[])], None))));
    stage.keys("<Enter>").says("Leader: aziza@northwind.test");
}

#[test]
fn what_is_asked_about_is_in_sight() {
    let mut stage = Stage::new(MemberGroups::new(world::aziza()));
    stage.keys("<Space>").preview(world::loses()).silent_on("Loses");
    stage.keys("<Enter>").says("Press Enter again").says("Loses  Campaigns · edit");
}

#[test]
fn a_group_with_members_is_deleted_by_its_name() {
    let mut stage = Stage::new(DeleteGroup::new(world::groups().remove(1)));
    stage.says("It has 38 members").preview(world::loses()).says("Loses  Campaigns · edit");
    stage.keys("<Enter>").says("Type Content Team to confirm");
    stage.keys("Content Team<Enter>");
    assert!(matches!(stage.written().change, Change::DeleteGroup { group: GroupId(2), .. }));
    stage.applied();
    assert_eq!(stage.said(), "Deleted the group Content Team.");
}

#[test]
fn of_many_who_are_touched_those_who_lose_come_first() {
    let mut stage = Stage::new(DeleteGroup::new(world::groups().remove(1)));
    let mut effect = world::loses();
    let loser = effect.rows[0].clone();
    let named = |id, name: &str| world::named(MemberId(id), name);
    let kept = EffectRow { member: named(8, "kept@northwind.test"), loses: Vec::new(), ..loser.clone() };
    let last = EffectRow { member: named(9, "zoe@northwind.test"), ..loser };
    effect.rows = vec![kept, effect.rows.remove(0), last];
    effect.lose = 2;
    stage.preview(effect).says("2 lose something").says("zoe@northwind.test  − Campaigns · edit");
    stage.silent_on("kept@northwind.test").silent_on("more");
}

#[test]
fn an_empty_group_is_deleted_by_a_second_enter() {
    let mut stage = Stage::new(DeleteGroup::new(world::groups().remove(2)));
    stage.preview(world::nothing()).keys("<Enter>").says("Delete Field Technicians?").keys("<Enter>");
    stage.written();
    stage.keys("<Esc>").keys("<Esc>");
    assert!(matches!(stage.end, Some(End::Closed)));
}
