//! Grants, effective access, why and why not, who else.

use crate::served::{World, Write, granting};
use rolecall::{
    api::{
        backend::Backend,
        wire::{AccessRow, GrantRow, Remedy, Source, Verdict},
        write::Precondition,
    },
    domain::{
        change::{EditGrant, Override, Request, Revoke, Warning},
        edge::Terms,
        id::{FolderId, GrantId},
        model::{Effect, Subject},
        untrusted::Text,
    },
};

crate::on_both! {
    a_deny_wins_over_a_later_allow_and_both_are_named,
    taking_the_deny_away_is_what_a_remedy_says,
    every_list_of_grants_tells_what_is_shadowed,
    who_can_counts_exactly_and_agrees_with_explain,
    a_grant_is_decided_on_its_folder,
    the_owner_is_never_denied,
    an_expired_edge_does_not_exist,
    access_names_every_source,
}

const WHO: &str = "adele@northwind.test";

fn grant(folder: FolderId, subject: Subject, effect: Effect) -> Request {
    let terms = Terms { reason: Some(Text::new("why not")), ..Terms::default() };
    granting(folder, subject, "content.write".into(), effect, terms)
}

fn grants(sources: &[Source]) -> Vec<&GrantRow> {
    sources
        .iter()
        .filter_map(|source| match source {
            Source::Grant(row) => Some(row.as_ref()),
            _ => None,
        })
        .collect()
}

/// SPEC 3's worked example, over the wire.
async fn a_deny_wins_over_a_later_allow_and_both_are_named() {
    let world = World::sample(30).await;
    let owner = world.owner().await;
    let (adele, logos) = (world.id(WHO).await, world.folder("Logos").await);
    let deny = world.apply(&owner, grant(logos, Subject::Member(adele), Effect::Deny)).await.unwrap();
    let deny = GrantId(deny.created.unwrap());
    let allow = grant(logos, Subject::Member(adele), Effect::Allow);
    let plan = owner.plan(world.ws, &allow).await.unwrap();
    assert_eq!(
        plan.rows[0].warnings,
        [Warning::Shadowed { by: vec![Override::Deny { group: None, folder: "Logos".into() }] }]
    );
    assert_eq!((plan.change, plan.gain, plan.lose), (1, 0, 0));
    let allow = GrantId(world.apply(&owner, allow).await.unwrap().created.unwrap());

    let here = owner.explain(world.ws, adele, "content.write", Some(logos)).await.unwrap();
    let AccessRow { allowed, verdict, because, shadowed, .. } = &here.row;
    assert_eq!((*allowed, *verdict), (false, Verdict::Denied));
    assert_eq!(grants(because).iter().map(|row| row.id).collect::<Vec<_>>(), [deny]);
    assert!(grants(shadowed).iter().any(|row| row.id == allow), "{shadowed:?}");
    let row = grants(because)[0];
    assert_eq!((row.folder.name.raw(), row.subject_name.raw(), row.effect), ("Logos", WHO, Effect::Deny));
    assert_eq!(row.edge.terms.reason.as_ref().unwrap().raw(), "why not");
    assert_eq!(row.granted_by.as_ref().unwrap().raw(), world.first);
    assert!(!here.remedies.iter().flatten().any(|remedy| matches!(remedy, Remedy::Allow(_))), "{:?}", here.remedies);

    for elsewhere in [None, Some(world.folder("Photographs").await)] {
        assert!(owner.explain(world.ws, adele, "content.write", elsewhere).await.unwrap().row.allowed);
    }
}

async fn taking_the_deny_away_is_what_a_remedy_says() {
    let world = World::sample(30).await;
    let owner = world.owner().await;
    let (adele, logos) = (world.id(WHO).await, world.folder("Logos").await);
    world.apply(&owner, grant(logos, Subject::Member(adele), Effect::Deny)).await.unwrap();
    let why_not = owner.explain(world.ws, adele, "content.write", Some(logos)).await.unwrap();
    let [Remedy::RemoveDeny(deny)] = why_not.remedies[0].as_slice() else { panic!("{:?}", why_not.remedies) };
    world.apply(&owner, Request::one(deny.id.0, Revoke { reason: None })).await.unwrap();
    let why = owner.explain(world.ws, adele, "content.write", Some(logos)).await.unwrap();
    assert!(why.row.allowed && why.remedies.is_empty(), "{why:?}");
}

async fn every_list_of_grants_tells_what_is_shadowed() {
    let world = World::sample(30).await;
    let owner = world.owner().await;
    let (adele, book, logos) = (world.id(WHO).await, world.folder("Brand book").await, world.folder("Logos").await);
    let desk = world.group("Campaign Desk").await.id;
    let id = |made: rolecall::api::wire::Applied| GrantId(made.created.unwrap());
    let deny = id(world.apply(&owner, grant(book, Subject::Member(adele), Effect::Deny)).await.unwrap());
    let allow = id(world.apply(&owner, grant(logos, Subject::Member(adele), Effect::Allow)).await.unwrap());
    let team = id(world.apply(&owner, grant(logos, Subject::Group(desk), Effect::Allow)).await.unwrap());

    let in_folder = owner.folder_grants(world.ws, logos).await.unwrap();
    let find = |id: GrantId| in_folder.iter().find(|row| row.id == id).unwrap();
    assert_eq!(find(allow).shadowed_by, [deny]);
    assert!(find(deny).inherited && !find(allow).inherited);
    assert_eq!(find(deny).path.iter().map(Text::raw).collect::<Vec<_>>(), ["Northwind", "Brand book"]);
    assert!(find(team).shadowed_by.is_empty(), "others of the group are not denied");

    let of_member = owner.member_grants(world.ws, adele).await.unwrap();
    let ids: Vec<_> = of_member.iter().map(|row| row.id).collect();
    assert!([deny, allow, team].iter().all(|id| ids.contains(id)), "own and by group: {ids:?}");
    assert_eq!(of_member.iter().find(|row| row.id == allow).unwrap().shadowed_by, [deny]);
    let of_group = owner.group_grants(world.ws, desk).await.unwrap();
    assert!(of_group.iter().any(|row| row.id == team));
    assert!(of_group.iter().all(|row| row.subject == Subject::Group(desk)));
}

async fn who_can_counts_exactly_and_agrees_with_explain() {
    let world = World::sample(60).await;
    let owner = world.owner().await;
    let logos = world.folder("Logos").await;
    let who = owner.who_can(world.ws, "content.write", Some(logos)).await.unwrap();
    assert_eq!(who.total, who.holders.len() as u64);
    assert!(who.holders.iter().all(|holder| !holder.because.is_empty()));
    let emails: Vec<_> = who.holders.iter().map(|holder| holder.member.name.raw().to_lowercase()).collect();
    assert!(emails.is_sorted(), "{emails:?}");
    let query = rolecall::api::wire::PageQuery { limit: Some(500), ..Default::default() };
    for row in owner.members(world.ws, &query).await.unwrap().items {
        let may = owner.explain(world.ws, row.id, "content.write", Some(logos)).await.unwrap().row.allowed;
        assert_eq!(may, who.holders.iter().any(|holder| holder.member.id == row.id), "{}", row.email);
    }
}

async fn a_grant_is_decided_on_its_folder() {
    let world = World::sample(30).await;
    let owner = world.owner().await;
    let (adele, logos) = (world.id(WHO).await, world.folder("Logos").await);
    let folders = owner.folders(world.ws).await.unwrap();
    let version = folders.iter().find(|folder| folder.id == logos).unwrap().version;
    let write =
        |change: Request, version: i64| Write { precondition: Precondition::Version(version), ..world.write(change) };
    let make = grant(logos, Subject::Member(adele), Effect::Deny);
    let made = owner.apply(world.ws, &write(make, version)).await.unwrap();
    let other = grant(logos, Subject::Member(adele), Effect::Allow);
    let stale = owner.apply(world.ws, &write(other, version)).await.unwrap_err();
    assert!(stale.stale(), "{stale:?}");

    let id = GrantId(made.created.unwrap());
    let rows = owner.folder_grants(world.ws, logos).await.unwrap();
    let row = rows.iter().find(|row| row.id == id).unwrap();
    let terms = Terms { reason: Some(Text::new("until spring")), ..Terms::default() };
    let edit = Request::one(id.0, EditGrant { terms });
    let edited = owner.apply(world.ws, &write(edit, row.version)).await.unwrap();
    let revoke = Request::one(id.0, Revoke { reason: None });
    assert!(owner.apply(world.ws, &write(revoke.clone(), row.version)).await.is_err());
    owner.apply(world.ws, &write(revoke, edited.version.unwrap())).await.unwrap();
    assert!(owner.folder_grants(world.ws, logos).await.unwrap().iter().all(|row| row.id != id));
}

async fn the_owner_is_never_denied() {
    let world = World::sample(30).await;
    let owner = world.owner().await;
    let me = world.id(&world.first).await;
    let logos = world.folder("Logos").await;
    let denied = world.apply(&owner, grant(logos, Subject::Member(me), Effect::Deny)).await;
    assert_eq!(crate::recorded::refused(denied), "owner_undeniable");
    let row = owner.explain(world.ws, me, "content.write", Some(logos)).await.unwrap().row;
    assert_eq!((row.allowed, row.because), (true, vec![Source::Owner]));
}

async fn an_expired_edge_does_not_exist() {
    let world = World::sample(30).await;
    let owner = world.owner().await;
    let (adele, logos) = (world.id(WHO).await, world.folder("Logos").await);
    let terms = Terms { expires_at: Some(world.now().plus(60)), ..Terms::default() };
    let deny = granting(logos, Subject::Member(adele), "content.write".into(), Effect::Deny, terms);
    world.apply(&owner, deny).await.unwrap();
    let allowed = async || owner.explain(world.ws, adele, "content.write", Some(logos)).await.unwrap().row.allowed;
    assert!(!allowed().await);
    world.pass(60);
    assert!(allowed().await);
}

async fn access_names_every_source() {
    let world = World::sample(30).await;
    let owner = world.owner().await;
    let adele = world.id(WHO).await;
    let access = owner.access(world.ws, adele, None).await.unwrap();
    assert_eq!(access.member.name.raw(), WHO);
    let capabilities = owner.workspace(world.ws).await.unwrap().capabilities;
    let keys: Vec<_> = capabilities.iter().map(|capability| capability.key.as_str()).collect();
    assert_eq!(access.rows.iter().map(|row| row.capability.as_str()).collect::<Vec<_>>(), keys);
    assert_eq!(access.allowed as usize, access.rows.iter().filter(|row| row.allowed).count());
    let write = access.rows.iter().find(|row| row.capability == "content.write").unwrap();
    let names: Vec<_> = write
        .because
        .iter()
        .map(|source| match source {
            Source::Role(role) => format!("role {}", role.name),
            Source::Group(group) => format!("group {}", group.name),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, ["role Marketer", "group Content Team"]);
}
