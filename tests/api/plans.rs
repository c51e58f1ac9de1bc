//! Plans of bulk changes (SPEC 6): every row with what it comes to, and nothing done yet.

use crate::served::{OWNER, World, group, invite};
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        wire::{AllGroups, Among, Found, PageQuery, Plan, PlanKind, PlanRow},
    },
    app::dialog::words,
    domain::{
        bulk::{Bulk, BulkAction, Matching, Selection},
        change::Change,
        edge::Terms,
        id::MemberId,
        model::{Effect, MemberStatus},
        time::DAY,
        untrusted::Text,
    },
};
use std::collections::BTreeSet;

crate::on_both! {
    rows_alike_are_folded_and_the_owner_and_oneself_are_left_out,
    everything_that_matches_but_some_however_many_pages,
    whoever_may_not_do_it_at_all_is_refused_as_a_whole,
    the_digest_is_of_what_is_planned_and_not_of_the_revision,
    drafts_at_fault_name_their_field_before_anything_is_sent,
    capabilities_that_a_group_still_gives_are_told,
    groups_that_come_and_go_are_told_and_rows_fold_by_them,
    invitations_say_their_state_and_what_becomes_of_it,
    grants_and_groups_that_are_there_already_are_the_same,
    a_plan_of_many_rows_fits_into_a_request,
    rows_that_are_told_the_same_are_one_kind,
    a_selection_is_a_union_counted_and_planned_as_sets_say,
    invitations_are_selected_as_members_are,
    a_selection_has_a_bound_and_is_never_guessed,
    a_member_is_closed_out_at_once_and_comes_back_as_they_were,
}

fn matching(filter: &str) -> Selection {
    Selection::matching(filter)
}

fn but(filter: &str, except: &[i64]) -> Matching {
    Matching { filter: filter.into(), except: except.to_vec() }
}

async fn to_role(world: &World, on: Selection, role: &str) -> Bulk {
    let roles = vec![world.role(role).await.id];
    Bulk { on, action: BulkAction::SetRoles { roles, terms: Terms::default() } }
}

fn kind<'p>(plan: &'p Plan, name: &str) -> &'p PlanKind {
    let row = plan.rows.iter().find(|row| row.name.raw() == name).unwrap_or_else(|| panic!("no row {name}"));
    &plan.kinds[row.kind as usize]
}

fn reason(plan: &Plan, name: &str) -> String {
    match kind(plan, name) {
        PlanKind::LeftOut { reason, .. } => reason.to_string(),
        other => panic!("{name} is not left out: {other:?}"),
    }
}

async fn rows_alike_are_folded_and_the_owner_and_oneself_are_left_out() {
    let world = World::new().await;
    let adele = world.acting("adele@northwind.test").await;
    world.set_role(&world.owner().await, "tom@northwind.test", "Marketer").await.unwrap();
    let revision = world.owner().await.workspace(world.ws).await.unwrap().revision;
    let plan = adele.plan(world.ws, &to_role(&world, matching(""), "Viewer").await).await.unwrap();
    assert_eq!((plan.rows.len(), plan.change, plan.same, plan.left_out), (7, 3, 2, 2));
    assert!(reason(&plan, OWNER).contains("owner"), "{}", reason(&plan, OWNER));
    assert!(reason(&plan, "adele@northwind.test").contains("yourself"));
    assert_eq!(kind(&plan, "vera@northwind.test"), &PlanKind::Same);
    assert_eq!(kind(&plan, "marta@northwind.test"), kind(&plan, "tom@northwind.test"));
    let PlanKind::Change { before, after, gains, loses, .. } = kind(&plan, "marta@northwind.test") else {
        panic!("no change")
    };
    assert_eq!((before[0].raw(), after[0].raw()), ("Marketer", "Viewer"));
    assert!(gains.is_empty() && loses.iter().any(|item| item.capability == "content.write"));
    assert_eq!((plan.gain, plan.lose), (0, 3));
    assert!(plan.confirm, "an administrator is lowered");
    assert_eq!(plan.revision, revision, "a plan writes nothing");
}

async fn everything_that_matches_but_some_however_many_pages() {
    let world = World::sample(700).await;
    let owner = world.owner().await;
    let all = owner.count_members(world.ws, "role:marketer status:active").await.unwrap().matching;
    assert!(all > 100, "{all}");
    let whole = to_role(&world, matching("role:marketer status:active"), "Viewer").await;
    let plan = owner.plan(world.ws, &whole).await.unwrap();
    assert_eq!(plan.rows.len() as u64, all);
    let except: Vec<i64> = plan.rows.iter().take(3).filter_map(|row| row.id).collect();
    let on = Selection { matching: vec![but("role:marketer status:active", &except)], ids: vec![] };
    let fewer = owner.plan(world.ws, &Bulk { on, ..whole }).await.unwrap();
    assert_eq!(fewer.rows.len() as u64, all - 3);
    assert!(fewer.rows.iter().all(|row| row.id.is_some_and(|id| !except.contains(&id))));
}

/// Every selection that can be made of these filters, with rows left out of each and rows named besides:
/// what is counted and what is planned is what sets of the listed rows say, each row once.
async fn a_selection_is_a_union_counted_and_planned_as_sets_say() {
    let world = World::sample(300).await;
    let owner = world.owner().await;
    let filters = ["role:marketer", "status:active", "!role:technician a", "nobody-at-all", ""];
    let mut lists = Vec::new();
    for filter in filters {
        let query = PageQuery { filter: filter.into(), limit: Some(500), ..PageQuery::default() };
        let page = owner.members(world.ws, &query).await.unwrap();
        lists.push((filter, page.items.into_iter().map(|row| row.id.0).collect::<Vec<_>>()));
    }
    let everybody = lists[4].1.clone();
    for chosen in 1_u32..1 << lists.len() {
        let chosen: Vec<_> = lists.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1).collect();
        // Left out of each another share of everybody; named besides, some twice, and some that are left out.
        let except = |at: usize| everybody.iter().copied().skip(at).step_by(5 + at).collect::<Vec<_>>();
        let named: Vec<i64> = everybody.iter().copied().step_by(11).chain(everybody.iter().copied().take(3)).collect();
        let mut expected: BTreeSet<i64> = named.iter().copied().collect();
        for (at, (_, rows)) in &chosen {
            expected.extend(rows.iter().filter(|id| !except(*at).contains(id)));
        }
        let matching = chosen.iter().map(|(at, (filter, _))| but(filter, &except(*at))).collect();
        let on = Selection { matching, ids: named };
        for (filter, rows) in &lists {
            let among = Among { on: on.clone(), filter: (*filter).into() };
            let found = owner.count_members_among(world.ws, &among).await.unwrap();
            let both = rows.iter().filter(|id| expected.contains(id)).count() as u64;
            assert_eq!(found, Found { selected: expected.len() as u64, matching: both }, "{filter} of {on:?}");
        }
        let plan = owner.plan(world.ws, &to_role(&world, on.clone(), "Viewer").await).await.unwrap();
        let planned: Vec<i64> = plan.rows.iter().filter_map(|row| row.id).collect();
        let expected: Vec<i64> = everybody.iter().copied().filter(|id| expected.contains(id)).collect();
        assert_eq!(planned, expected, "in the order of the list: {on:?}");
    }
}

async fn invitations_are_selected_as_members_are() {
    let world = World::sample(300).await;
    let owner = world.owner().await;
    let list = async |filter: &str| {
        let query = PageQuery { filter: filter.into(), limit: Some(500), ..PageQuery::default() };
        let page = owner.invitations(world.ws, &query).await.unwrap();
        page.items.into_iter().map(|row| row.id.0).collect::<BTreeSet<_>>()
    };
    let (expired, any) = (list("status:expired").await, list("flag:any").await);
    world.invite(&owner, "nora@northwind.test", "Viewer").await.unwrap();
    let nora = world.invitation("nora@northwind.test").await.id;
    world.apply(&owner, Change::CancelInvitation { invitation: nora, reason: None }).await.unwrap();
    let settled = vec![nora.0];
    let out: Vec<i64> = any.iter().copied().take(1).collect();
    assert!(!expired.is_empty() && any.len() > expired.len() + 1, "the sample has both kinds");
    let on = Selection { matching: vec![but("status:expired", &[]), but("flag:any", &out)], ids: settled.clone() };
    let mut expected: BTreeSet<i64> = &expired | &any.difference(&out.into_iter().collect()).copied().collect();
    let open = expected.len() as u64;
    expected.extend(settled);
    let among = Among { on: on.clone(), filter: String::new() };
    let found = owner.count_invitations_among(world.ws, &among).await.unwrap();
    assert_eq!(found, Found { selected: expected.len() as u64, matching: open });
    let plan = owner.plan(world.ws, &Bulk { on, action: BulkAction::Cancel { reason: None } }).await.unwrap();
    let planned: Vec<i64> = plan.rows.iter().filter_map(|row| row.id).collect();
    assert_eq!((planned.len(), BTreeSet::from_iter(planned)), (expected.len(), expected));
}

async fn a_selection_has_a_bound_and_is_never_guessed() {
    let world = World::new().await;
    let owner = world.owner().await;
    let many = |n| Selection { matching: vec![but("", &[]); n], ids: vec![] };
    let refused = |answer: Result<Plan, ApiError>| match answer {
        Err(ApiError::Invalid { field, message, .. }) => (field.unwrap(), message.to_string()),
        other => panic!("{other:?}"),
    };
    owner.plan(world.ws, &to_role(&world, many(100), "Viewer").await).await.unwrap();
    let (field, why) = refused(owner.plan(world.ws, &to_role(&world, many(101), "Viewer").await).await);
    assert!(field == "on" && why.contains("101 filters are too many"), "{field}: {why}");
    let (field, why) = refused(owner.plan(world.ws, &to_role(&world, Selection::default(), "Viewer").await).await);
    assert!(field == "on" && why.contains("say which rows"), "{field}: {why}");
}

async fn whoever_may_not_do_it_at_all_is_refused_as_a_whole() {
    let world = World::new().await;
    let readers = world.make_group("Readers", &["members.read"]).await;
    let vera = world.id("vera@northwind.test").await;
    let add = Change::SetGroups { member: vera, add: vec![readers], remove: vec![], terms: Terms::default() };
    world.apply(&world.owner().await, add).await.unwrap();
    for (who, on) in [("tom@northwind.test", ""), ("vera@northwind.test", ""), ("vera@northwind.test", "nobody")] {
        let bulk = to_role(&world, matching(on), "Viewer").await;
        let answer = world.acting(who).await.plan(world.ws, &bulk).await;
        assert!(matches!(answer, Err(ApiError::Refused(_))), "{who}: {answer:?}");
    }
}

async fn the_digest_is_of_what_is_planned_and_not_of_the_revision() {
    let world = World::new().await;
    let owner = world.owner().await;
    let ids = vec![world.id("marta@northwind.test").await.0, world.id("tom@northwind.test").await.0];
    let bulk = to_role(&world, Selection::ids(ids), "Viewer").await;
    let first = owner.plan(world.ws, &bulk).await.unwrap();
    world.make_group("Elsewhere", &["content.read"]).await;
    let later = owner.plan(world.ws, &bulk).await.unwrap();
    assert!(later.revision > first.revision);
    assert_eq!(later.digest, first.digest);
    world.set_role(&owner, "tom@northwind.test", "Designer").await.unwrap();
    assert_ne!(owner.plan(world.ws, &bulk).await.unwrap().digest, first.digest);
}

async fn drafts_at_fault_name_their_field_before_anything_is_sent() {
    let world = World::new().await;
    let owner = world.owner().await;
    let viewer = world.role("Viewer").await.id;
    world.invite(&owner, "waits@northwind.test", "Viewer").await.unwrap();
    let addresses =
        ["new@northwind.test", "no address", "NEW@northwind.test", "tom@northwind.test", "waits@northwind.test"];
    let drafts = addresses.map(|email| invite(email, viewer)).to_vec();
    let bulk = Bulk { on: Selection::default(), action: BulkAction::Invite { drafts } };
    let plan = owner.plan(world.ws, &bulk).await.unwrap();
    assert_eq!((plan.change, plan.left_out), (1, 4));
    assert!(plan.rows.iter().all(|row| row.id.is_none()));
    let field = |row: &PlanRow| match &plan.kinds[row.kind as usize] {
        PlanKind::LeftOut { field, .. } => field.clone(),
        _ => None,
    };
    let fields: Vec<_> = plan.rows.iter().map(field).collect();
    assert_eq!(fields[1..], vec![Some("email".to_owned()); 4]);
    assert!(reason(&plan, "NEW@northwind.test").contains("row 1"));
    assert!(reason(&plan, "tom@northwind.test").contains("member already"));
    assert!(reason(&plan, "waits@northwind.test").contains("invited already"));
}

async fn invitations_say_their_state_and_what_becomes_of_it() {
    let world = World::new().await;
    let owner = world.owner().await;
    world.invite(&owner, "late@northwind.test", "Viewer").await.unwrap();
    world.pass(8 * DAY);
    world.invite(&owner, "new@northwind.test", "Viewer").await.unwrap();
    let told = async |action: BulkAction, name: &str| {
        let plan = owner.plan(world.ws, &Bulk { on: matching("status:open"), action }).await.unwrap();
        let PlanKind::Change { before, after, .. } = kind(&plan, name) else { panic!("{name} does not change") };
        let words = |all: &[Text]| all.iter().map(Text::raw).collect::<Vec<_>>().join(", ");
        format!("{} → {}", words(before), words(after))
    };
    assert_eq!(told(BulkAction::Resend, "late@northwind.test").await, "expired → sent, 7 days");
    assert_eq!(told(BulkAction::Resend, "new@northwind.test").await, "sent → sent, 7 days");
    let cancel = || BulkAction::Cancel { reason: None };
    assert_eq!(told(cancel(), "late@northwind.test").await, "expired, Viewer → cancelled");
    let viewer = world.role("Viewer").await.id;
    let drafts = vec![invite("a@northwind.test", viewer)];
    let bulk = Bulk { on: Selection::default(), action: BulkAction::Invite { drafts } };
    let plan = owner.plan(world.ws, &bulk).await.unwrap();
    let PlanKind::Change { before, after, .. } = kind(&plan, "a@northwind.test") else { panic!("no change") };
    assert_eq!((&before[..], &after[..]), (&[][..], &["sent".into(), "Viewer".into()][..]));
}

async fn capabilities_that_a_group_still_gives_are_told() {
    let world = World::new().await;
    let owner = world.owner().await;
    let team = world.make_group("Content Team", &["content.write"]).await;
    let marta = world.id("marta@northwind.test").await;
    let add = Change::SetGroups { member: marta, add: vec![team], remove: vec![], terms: Terms::default() };
    world.apply(&owner, add).await.unwrap();
    let bulk = to_role(&world, Selection::ids(vec![marta.0]), "Viewer").await;
    let plan = owner.plan(world.ws, &bulk).await.unwrap();
    let PlanKind::Change { loses, stays, .. } = kind(&plan, "marta@northwind.test") else { panic!("no change") };
    assert!(loses.iter().all(|item| item.capability != "content.write"));
    assert!(stays.iter().any(|kept| kept.capability == "content.write"));
}

async fn groups_that_come_and_go_are_told_and_rows_fold_by_them() {
    let world = World::new().await;
    let owner = world.owner().await;
    let (team, shift) = (world.make_group("Content Team", &[]).await, world.make_group("The third shift", &[]).await);
    let on = || matching("role:viewer");
    let ids = owner.plan(world.ws, &to_role(&world, on(), "Marketer").await).await.unwrap();
    let [first, .., last] = &ids.rows[..] else { panic!("{ids:?}") };
    let join = |group, id: Option<i64>| Change::SetGroups {
        member: MemberId(id.unwrap()),
        add: vec![group],
        remove: vec![],
        terms: Terms::default(),
    };
    world.apply(&owner, join(team, first.id)).await.unwrap();
    let add = BulkAction::AddToGroups { groups: vec![shift], terms: Terms::default() };
    let plan = owner.plan(world.ws, &Bulk { on: on(), action: add }).await.unwrap();
    assert_eq!((plan.kinds.len(), plan.change as usize), (1, ids.rows.len()), "{:?}", plan.kinds);
    assert_eq!(words::becomes(&plan.kinds[0]), "+ The third shift");
    let all = |name: &Text| {
        let row = plan.rows.iter().find(|row| row.name == *name).and_then(|row| row.groups).unwrap();
        let AllGroups { before, after } = &plan.groups[row as usize];
        [before, after].map(|names| names.iter().map(Text::to_string).collect::<Vec<_>>().join(", "))
    };
    assert_eq!(all(&first.name), ["Content Team", "Content Team, The third shift"]);
    assert_eq!(all(&last.name), ["", "The third shift"]);
    world.apply(&owner, join(shift, last.id)).await.unwrap();
    let out = BulkAction::RemoveFromGroups { groups: vec![team, shift], reason: None };
    let plan = owner.plan(world.ws, &Bulk { on: on(), action: out }).await.unwrap();
    assert_eq!(words::becomes(kind(&plan, first.name.raw())), "− Content Team");
    assert_eq!(words::becomes(kind(&plan, last.name.raw())), "− The third shift");
}

async fn grants_and_groups_that_are_there_already_are_the_same() {
    let world = World::sample(60).await;
    let owner = world.owner().await;
    let folder = owner.folders(world.ws).await.unwrap()[0].id;
    let team = world.make_group("The third shift", &["content.read"]).await;
    let on = || matching("status:active role:viewer");
    let grant = BulkAction::Grant {
        folder,
        capability: "content.write".into(),
        effect: Effect::Allow,
        terms: Terms::default(),
    };
    let join = BulkAction::AddToGroups { groups: vec![team], terms: Terms::default() };
    for action in [grant, join] {
        let bulk = Bulk { on: on(), action };
        let plan = owner.plan(world.ws, &bulk).await.unwrap();
        let id = plan.rows.iter().find(|row| matches!(plan.kinds[row.kind as usize], PlanKind::Change { .. }));
        let id = id.and_then(|row| row.id).expect("a row that changes");
        let member = MemberId(id);
        let change = match bulk.action.clone() {
            BulkAction::Grant { folder, capability, effect, terms } => {
                let subject = rolecall::domain::model::Subject::Member(member);
                Change::Grant { folder, subject, capability, effect, terms }
            }
            _ => Change::SetGroups { member, add: vec![team], remove: vec![], terms: Terms::default() },
        };
        world.apply(&owner, change).await.unwrap();
        let again = owner.plan(world.ws, &bulk).await.unwrap();
        assert_eq!((again.change, again.same), (plan.change - 1, plan.same + 1));
    }
}

async fn a_plan_of_many_rows_fits_into_a_request() {
    let world = World::new().await;
    let bulk = to_role(&world, Selection::ids((1_000_000..1_150_000).collect()), "Viewer").await;
    let plan = world.owner().await.plan(world.ws, &bulk).await.unwrap();
    assert_eq!((plan.left_out, plan.kinds.len()), (150_000, 1));
    let bulk = to_role(&world, Selection::ids((1_000_000..1_200_001).collect()), "Viewer").await;
    assert!(matches!(world.owner().await.plan(world.ws, &bulk).await, Err(ApiError::Invalid { .. })));
}

async fn rows_that_are_told_the_same_are_one_kind() {
    let world = World::sample(500).await;
    let owner = world.owner().await;
    let folder = world.folder("Promo Archive").await;
    let grant = BulkAction::Grant {
        folder,
        capability: "content.write".into(),
        effect: Effect::Allow,
        terms: Terms::default(),
    };
    let plan = owner.plan(world.ws, &Bulk { on: matching(""), action: grant }).await.unwrap();
    let told = |row: &PlanRow| (row.kind, row.warnings.iter().map(words::warning).collect::<Vec<_>>());
    let groups: BTreeSet<_> = plan.rows.iter().map(told).collect();
    assert_eq!((plan.kinds.len(), groups.len()), (4, 5), "{groups:?}");
}

async fn a_member_is_closed_out_at_once_and_comes_back_as_they_were() {
    let world = World::new().await;
    let owner = world.owner().await;
    let team = world.apply(&owner, Change::CreateGroup(group("Team", &["content.write"]))).await.unwrap();
    let team = rolecall::domain::id::GroupId(team.created.unwrap());
    let tom = world.id("tom@northwind.test").await;
    let add = Change::SetGroups { member: tom, add: vec![team], remove: vec![], terms: Terms::default() };
    world.apply(&owner, add).await.unwrap();
    let (before, as_tom) = (world.member("tom@northwind.test").await, world.acting("tom@northwind.test").await);
    assert_eq!(before.groups.len(), 1);
    as_tom.access(world.ws, tom, None).await.unwrap();

    world.apply(&owner, Change::Deactivate { member: tom, reason: Some("left".into()) }).await.unwrap();
    assert_eq!(world.member("tom@northwind.test").await.status, MemberStatus::Deactivated);
    assert!(matches!(as_tom.access(world.ws, tom, None).await, Err(ApiError::Missing(_))));
    assert_eq!(world.held(tom, None).await, Vec::<String>::new());

    world.apply(&owner, Change::Reactivate { member: tom, reason: None }).await.unwrap();
    let after = world.member("tom@northwind.test").await;
    assert_eq!((after.status, &after.roles, &after.groups), (MemberStatus::Active, &before.roles, &before.groups));
    as_tom.access(world.ws, tom, None).await.unwrap();
}
