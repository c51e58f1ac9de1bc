//! People from a file: all or none, faults by line and column.

use crate::served::{World, import, row};
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        wire::{AuditEvent, Import, ImportFault, ImportRow, PageQuery},
    },
    domain::{model::MemberStatus, untrusted::Text},
};

crate::on_both! {
    a_sound_file_brings_everybody_in,
    a_file_with_faults_brings_nobody_in_and_names_each,
    a_dry_run_says_what_would_be_done,
    the_same_key_brings_people_in_once,
    hundreds_come_in_at_once,
}

async fn a_sound_file_brings_everybody_in() {
    let world = World::new().await;
    let owner = world.owner().await;
    world.make_group("Content Team", &["content.write"]).await;
    let rows = vec![
        row(2, " Nora@Northwind.test ", "Nora Ness", "viewer", &["content team"]),
        row(3, "bo@northwind.test", "柏", "Marketer", &["Content Team", "Night Shift"]),
    ];
    let done = owner.import(world.ws, &Import { create_groups: true, ..import(rows) }, "k").await.unwrap();
    assert_eq!((done.members, done.groups), (2, 1));
    let bo = world.member("bo@northwind.test").await;
    assert_eq!((bo.status, bo.name.raw(), bo.roles[0].name.raw()), (MemberStatus::Active, "柏", "Marketer"));
    assert_eq!(bo.groups.iter().map(|group| group.name.raw()).collect::<Vec<_>>(), ["Content Team", "Night Shift"]);
    assert!(world.group("Night Shift").await.capabilities.is_empty());
    let log = owner.audit(world.ws, &PageQuery::default()).await.unwrap();
    let brought_in = |email: &str| {
        let of = |event: &&AuditEvent| event.action == "import" && event.target.raw() == email;
        log.items.iter().filter(of).count()
    };
    assert_eq!(["Nora@Northwind.test", "bo@northwind.test"].map(brought_in), [1, 1], "one event a row");
    assert_eq!(log.items.iter().filter(|event| event.target.raw() == "bo@northwind.test").count(), 1);
    assert!(world.store.verify_audit(world.ws).await.is_ok());
}

async fn a_file_with_faults_brings_nobody_in_and_names_each() {
    let world = World::new().await;
    let owner = world.owner().await;
    let rows = vec![
        row(2, "good@northwind.test", "", "Viewer", &[]),
        row(3, "not an address", "", "Viewer", &[]),
        row(4, "GOOD@northwind.test", "", "Viewer", &[]),
        row(5, "vera@northwind.test", "", "Viewer", &[]),
        row(6, "a@northwind.test", "", "", &[]),
        row(7, "b@northwind.test", "", "Wizard", &[]),
        row(8, "c@northwind.test", "", "Viewer", &["No Such Group"]),
        ImportRow { roles: vec!["Viewer".into(), "Analyst".into()], ..row(9, "d@northwind.test", "", "", &[]) },
        ImportRow { name: Text::new("n".repeat(201)), ..row(10, "e@northwind.test", "", "Viewer", &[]) },
    ];
    let before = owner.count_members(world.ws, "").await.unwrap();
    let Err(ApiError::Invalid { faults, message, .. }) = owner.import(world.ws, &import(rows), "k").await else {
        panic!("no faults");
    };
    let places: Vec<_> = faults.iter().map(|fault: &ImportFault| (fault.line, fault.column.as_str())).collect();
    let wanted =
        [(3, "email"), (4, "email"), (5, "email"), (6, "role"), (7, "role"), (8, "groups"), (9, "role"), (10, "name")];
    assert_eq!(places, wanted);
    assert!(faults[1].message.contains("line 2"), "{}", faults[1].message);
    assert!(faults[3].message.contains("Viewer"), "{}", faults[3].message);
    assert_eq!(message.raw(), "the file has 8 faults; nothing was brought in");
    assert_eq!(owner.count_members(world.ws, "").await.unwrap(), before);

    let nobody = owner.import(world.ws, &import(vec![]), "k").await.unwrap_err();
    assert!(matches!(&nobody, ApiError::Invalid { field: Some(field), .. } if field == "rows"), "{nobody:?}");
}

async fn a_dry_run_says_what_would_be_done() {
    let world = World::new().await;
    let owner = world.owner().await;
    let rows = vec![row(2, "nora@northwind.test", "", "Viewer", &["New One"])];
    let file = Import { create_groups: true, dry_run: true, ..import(rows) };
    let before = owner.workspace(world.ws).await.unwrap().revision;
    let said = owner.import(world.ws, &file, "k").await.unwrap();
    assert_eq!((said.members, said.groups), (1, 1));
    assert_eq!(owner.workspace(world.ws).await.unwrap().revision, before);
    let done = owner.import(world.ws, &Import { dry_run: false, ..file }, "k").await.unwrap();
    assert_eq!((done.members, done.groups), (said.members, said.groups));
}

async fn the_same_key_brings_people_in_once() {
    let world = World::new().await;
    let owner = world.owner().await;
    let file = import(vec![row(2, "nora@northwind.test", "", "Viewer", &[])]);
    let first = owner.import(world.ws, &file, "k").await.unwrap();
    assert_eq!(owner.import(world.ws, &file, "k").await.unwrap(), first);
    let other = import(vec![row(2, "bo@northwind.test", "", "Viewer", &[])]);
    let error = owner.import(world.ws, &other, "k").await.unwrap_err();
    assert!(matches!(&error, ApiError::Invalid { field: Some(field), .. } if field == "Idempotency-Key"), "{error:?}");
}

async fn hundreds_come_in_at_once() {
    let world = World::new().await;
    let owner = world.owner().await;
    let before = owner.count_members(world.ws, "").await.unwrap().total;
    let rows = (2..1202).map(|line| row(line, &format!("p{line}@northwind.test"), "", "Viewer", &[])).collect();
    assert_eq!(owner.import(world.ws, &import(rows), "k").await.unwrap().members, 1200);
    assert_eq!(owner.count_members(world.ws, "").await.unwrap().total, before + 1200);
}
