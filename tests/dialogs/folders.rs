use super::{
    stage::{Stage, refused},
    world,
};
use rolecall::{
    app::dialog::folder_new::NewFolder,
    domain::{
        change::{CreateFolder, Kind, Refusal},
        id::FolderId,
    },
};

#[test]
fn a_folder_is_made_in_the_one_under_the_cursor() {
    let mut stage = Stage::new(NewFolder::inside(Some(FolderId(3))));
    stage.says("Kind: content folder").says("In: Autumn");
    stage.keys("Launch<Tab>").planned(world::nothing()).keys("<Right>").planned(world::nothing());
    stage.says("Kind: campaign").keys("<Tab><Tab>for the launch<Enter>");
    let Kind::CreateFolder(made) = stage.begun_kind() else { panic!() };
    let wanted = CreateFolder {
        name: "Launch".into(),
        kind: Some("campaign".into()),
        parent: Some(FolderId(3)),
        reason: Some("for the launch".into()),
    };
    assert_eq!(made, wanted);
    stage.done();
}

#[test]
fn a_folder_is_made_at_the_top_level_and_another_place_is_found_by_typing() {
    let mut stage = Stage::new(NewFolder::inside(None));
    stage.says("In: Top level").keys("Launch<Tab>");
    let Kind::CreateFolder(made) = stage.asked_kind() else { panic!() };
    assert_eq!(made.parent, None);
    stage.planned(world::nothing()).keys("<Tab>promo<Enter>").says("In: Promo Archive");
    let Kind::CreateFolder(made) = stage.asked_kind() else { panic!() };
    assert_eq!(made.parent, Some(FolderId(4)));
}

#[test]
fn a_folder_without_a_name_is_not_made_and_a_name_that_is_taken_is_told_under_it() {
    let mut stage = Stage::new(NewFolder::inside(None));
    stage.keys("<Enter>").says("  ^ Enter a name for the folder.");
    assert!(stage.quiet());
    stage.keys("northwind<Enter>").answer(refused(Refusal::NameTaken { name: "northwind".into() }));
    stage.says("  ^ northwind already exists; choose another name");
}

#[test]
fn where_a_pack_knows_no_kinds_none_is_asked_for() {
    let mut stage = Stage::with(NewFolder::inside(None), |stage| stage.workspace.policies.folder_kinds.clear());
    stage.silent_on("Kind").keys("Launch<Enter>");
    let Kind::CreateFolder(made) = stage.asked_kind() else { panic!() };
    assert_eq!(made.kind, None);
}

#[test]
fn the_command_that_does_the_same_can_be_read_here() {
    let mut stage = Stage::new(NewFolder::inside(Some(FolderId(3))));
    stage.keys("Launch<Tab>").planned(world::nothing()).keys("<Tab><Tab>why<Tab>p");
    stage.pushed().says("rolecall folders create Launch --kind 'content folder'");
}
