//! Decisions: worked out by hand, and against the naive model.

use crate::{
    naive,
    sample::*,
    worlds::{self, any_world},
};
use proptest::prelude::*;
use rolecall::domain::{
    access::{Access, Decision, Evidence, Remedy, Verdict},
    capability::CapSet,
    id::{FolderId, GrantId, GroupId, MemberId},
    model::{Effect, Folder, MemberStatus, OrgRole, Snapshot, Subject},
    time::Timestamp,
};
use std::{collections::BTreeSet, sync::Arc};

fn decide(sample: &Sample, member: MemberId, folder: Option<FolderId>, cap: &str) -> Decision {
    sample.access().decide(member, folder, sample.cap(cap), NOW)
}

fn remedies(sample: &Sample, member: MemberId, folder: Option<FolderId>, cap: &str) -> Vec<Vec<Remedy>> {
    sample.access().remedies(member, folder, sample.cap(cap), NOW)
}

/// The worked example of SPEC 3.
#[test]
fn a_deny_refuses_aziza_in_promo_archive_and_nowhere_else() {
    let mut sample = Sample::new();
    let marketer = Evidence::Role(sample.role("marketer"));
    let deny = sample.grant(Effect::Deny, Subject::Member(AZIZA), ARCHIVE, "content.write");
    for place in [None, Some(ROOT), Some(ASSETS), Some(AUTUMN)] {
        let decision = decide(&sample, AZIZA, place, "content.write");
        assert!(decision.allowed, "{place:?}");
        assert_eq!((decision.verdict, decision.evidence), (Verdict::Held, vec![marketer]));
    }
    let refused = decide(&sample, AZIZA, Some(ARCHIVE), "content.write");
    assert!(!refused.allowed);
    assert_eq!((refused.verdict, &refused.evidence), (Verdict::Denied, &vec![Evidence::Grant(deny)]));
    assert_eq!(refused.shadowed, [marketer]);
    assert!(decide(&sample, AZIZA, Some(ARCHIVE), "content.read").allowed);
    assert!(decide(&sample, BO, Some(ARCHIVE), "content.write").allowed);

    // An allow added later does not help, and the answer names both edges.
    let allow = sample.grant(Effect::Allow, Subject::Member(AZIZA), ARCHIVE, "content.write");
    let refused = decide(&sample, AZIZA, Some(ARCHIVE), "content.write");
    assert!(!refused.allowed);
    assert_eq!(refused.evidence, [Evidence::Grant(deny)]);
    assert_eq!(refused.shadowed, [Evidence::Grant(allow), marketer]);
    assert_eq!(sample.access().shadowed_by(allow, ARCHIVE, NOW), [deny]);
}

#[test]
fn whoever_is_not_active_holds_nothing() {
    let mut sample = Sample::new();
    sample.of(AZIZA).status = MemberStatus::Deactivated;
    sample.of(BO).account_active = false;
    sample.of(OLIM).status = MemberStatus::Pending;
    for member in [AZIZA, BO, OLIM] {
        let decision = decide(&sample, member, None, "content.read");
        assert_eq!((decision.allowed, decision.verdict), (false, Verdict::Inactive));
        assert!(sample.access().held(member, None, NOW).is_empty());
    }
    assert!(!sample.access().held_once_active(AZIZA, None, NOW).is_empty());
}

#[test]
fn nothing_denies_the_owner() {
    let mut sample = Sample::new();
    sample.join(OLIM, TEAM);
    sample.grant(Effect::Deny, Subject::Member(OLIM), ROOT, "content.read");
    sample.grant(Effect::Deny, Subject::Group(TEAM), ROOT, "content.read");
    sample.fence(ROOT, DESK);
    let decision = decide(&sample, OLIM, Some(ARCHIVE), "content.read");
    assert_eq!((decision.allowed, decision.verdict), (true, Verdict::Owner));
    assert_eq!(sample.access().held(OLIM, Some(ARCHIVE), NOW), sample.0.catalogue.everything());
}

#[test]
fn a_deny_far_above_beats_an_allow_right_here() {
    let mut sample = Sample::new();
    sample.join(AZIZA, TEAM);
    let deny = sample.grant(Effect::Deny, Subject::Group(TEAM), ROOT, "devices.write");
    let allow = sample.grant(Effect::Allow, Subject::Member(AZIZA), ARCHIVE, "devices.write");
    let decision = decide(&sample, AZIZA, Some(ARCHIVE), "devices.write");
    assert_eq!((decision.allowed, decision.verdict), (false, Verdict::Denied));
    assert_eq!(decision.evidence, [Evidence::Grant(deny)]);
    assert_eq!(decision.shadowed, [Evidence::Grant(allow)]);
}

#[test]
fn every_fence_on_the_path_must_let_them_through() {
    let mut sample = Sample::new();
    sample.fence(ROOT, TEAM);
    sample.fence(ARCHIVE, TEAM);
    sample.fence(ARCHIVE, DESK);
    let marketer = Evidence::Role(sample.role("marketer"));
    let decision = decide(&sample, AZIZA, Some(ARCHIVE), "content.write");
    assert_eq!((decision.allowed, decision.verdict), (false, Verdict::Fenced));
    assert_eq!(decision.evidence, [Evidence::Fence(ARCHIVE), Evidence::Fence(ROOT)]);
    assert_eq!(decision.shadowed, [marketer]);
    sample.join(AZIZA, DESK);
    assert_eq!(decide(&sample, AZIZA, Some(ARCHIVE), "content.write").evidence, [Evidence::Fence(ROOT)]);
    sample.join(AZIZA, TEAM);
    assert!(decide(&sample, AZIZA, Some(ARCHIVE), "content.write").allowed);
    // Across the workspace no fence counts.
    assert!(decide(&sample, BO, None, "content.write").allowed);
}

#[test]
fn an_allow_counts_where_it_is_and_below_and_every_source_is_named() {
    let mut sample = Sample::new();
    sample.join(AZIZA, TEAM);
    let far = sample.grant(Effect::Allow, Subject::Group(TEAM), ASSETS, "content.read");
    let near = sample.grant(Effect::Allow, Subject::Member(AZIZA), ARCHIVE, "content.read");
    let cap = sample.cap("content.read");
    sample.of(AZIZA).direct.push((cap, edge()));
    let everywhere = [Evidence::Role(sample.role("marketer")), Evidence::Group(TEAM), Evidence::Direct];
    let decision = decide(&sample, AZIZA, Some(ARCHIVE), "content.read");
    assert_eq!(decision.verdict, Verdict::Granted);
    assert_eq!(decision.evidence[..2], [Evidence::Grant(near), Evidence::Grant(far)]);
    assert_eq!(decision.evidence[2..], everywhere);
    assert_eq!(decide(&sample, AZIZA, Some(ROOT), "content.read").evidence, everywhere);
}

#[test]
fn expired_edges_do_not_exist() {
    let mut sample = Sample::new();
    let (marketer, gone, coming) = (sample.role("marketer"), until(NOW.0), until(NOW.0 + 1));
    sample.of(AZIZA).roles = vec![(marketer, gone.clone())];
    assert_eq!(decide(&sample, AZIZA, None, "content.read").verdict, Verdict::Nothing);
    sample.of(AZIZA).roles = vec![(marketer, coming.clone())];
    assert!(decide(&sample, AZIZA, None, "content.read").allowed);
    sample.grant_by(gone, Effect::Deny, Subject::Member(AZIZA), ROOT, "content.read");
    assert!(decide(&sample, AZIZA, Some(ROOT), "content.read").allowed);
    sample.grant_by(coming, Effect::Deny, Subject::Member(AZIZA), ROOT, "content.read");
    assert!(!decide(&sample, AZIZA, Some(ROOT), "content.read").allowed);
}

#[test]
fn organisation_roles_manage_everywhere_and_give_content_only_where_inherited() {
    let mut sample = Sample::new();
    let capabilities = sample.set(&["content.write", "members.manage"]);
    sample.of(AZIZA).roles.clear();
    sample.of(AZIZA).org_roles.push(OrgRole { name: "Super Admin".into(), capabilities, edge: edge() });
    assert_eq!(decide(&sample, AZIZA, None, "content.write").verdict, Verdict::Nothing);
    let decision = decide(&sample, AZIZA, None, "members.manage");
    assert_eq!((decision.verdict, decision.evidence), (Verdict::Organisation, vec![Evidence::OrgRole(0)]));
    let mut policies = (*sample.0.policies).clone();
    policies.inherit_org_roles = true;
    sample.0.policies = Arc::new(policies);
    assert_eq!(decide(&sample, AZIZA, Some(ARCHIVE), "content.write").verdict, Verdict::Organisation);
}

#[test]
fn broken_trees_are_refused_and_upset_nothing() {
    let mut sample = Sample::new();
    let folder = |id, parent: i64| Folder {
        id: FolderId(id),
        parent: Some(FolderId(parent)),
        name: "odd".into(),
        kind: "".into(),
        owner: None,
    };
    sample.0.folders.extend([folder(20, 21), folder(21, 20), folder(22, 22), folder(23, 99), folder(24, 23)]);
    sample.grant(Effect::Allow, Subject::Member(AZIZA), FolderId(24), "content.write");
    for id in 20..=24 {
        let place = Some(FolderId(id));
        assert_eq!(decide(&sample, AZIZA, place, "content.write").verdict, Verdict::Nothing);
        assert!(sample.access().held(AZIZA, place, NOW).is_empty());
        assert!(remedies(&sample, AZIZA, place, "content.write").is_empty());
        assert!(decide(&sample, OLIM, place, "content.write").allowed);
    }
    assert!(!decide(&sample, OLIM, Some(FolderId(999)), "content.write").allowed);
    assert!(!decide(&sample, MemberId(999), None, "content.write").allowed);
}

#[test]
fn who_can_names_everyone_in_order() {
    let mut sample = Sample::new();
    sample.grant(Effect::Deny, Subject::Member(BO), ASSETS, "content.write");
    let who = |place| -> Vec<_> {
        let all = sample.access().who_can(place, sample.cap("content.write"), NOW);
        all.into_iter().map(|(member, _)| member).collect()
    };
    assert_eq!(who(None), [OLIM, ADA, ADAM, AZIZA, BO]);
    assert_eq!(who(Some(ARCHIVE)), [OLIM, ADA, ADAM, AZIZA]);
}

#[test]
fn a_group_allow_is_shadowed_by_what_denies_the_group() {
    let mut sample = Sample::new();
    sample.join(AZIZA, TEAM);
    let allow = sample.grant(Effect::Allow, Subject::Group(TEAM), ASSETS, "content.write");
    sample.grant(Effect::Deny, Subject::Member(AZIZA), ROOT, "content.write");
    let deny = sample.grant(Effect::Deny, Subject::Group(TEAM), ARCHIVE, "content.write");
    let shadowed = |folder| sample.access().shadowed_by(allow, folder, NOW);
    assert_eq!(shadowed(ARCHIVE), [deny]);
    assert_eq!(shadowed(ASSETS), []);
    assert_eq!(shadowed(ROOT), [], "the allow does not reach there");
    assert_eq!(sample.access().shadowed_by(deny, ARCHIVE, NOW), [], "no allow");
    assert_eq!(sample.access().shadowed_by(GrantId(99), ARCHIVE, NOW), []);
}

#[test]
fn why_not_never_proposes_an_allow_under_a_deny() {
    let mut sample = Sample::new();
    let deny = sample.grant(Effect::Deny, Subject::Member(AZIZA), ARCHIVE, "content.write");
    let only = [vec![Remedy::RemoveDeny(deny)]];
    assert_eq!(remedies(&sample, AZIZA, Some(ARCHIVE), "content.write"), only);

    let other = sample.grant(Effect::Deny, Subject::Member(AZIZA), ROOT, "devices.write");
    let sets = remedies(&sample, AZIZA, Some(ARCHIVE), "devices.write");
    assert_eq!(sets[0], [Remedy::RemoveDeny(other), Remedy::Allow(ARCHIVE)]);
    assert!(sets.iter().all(|set| set.len() == 2 && set[0] == Remedy::RemoveDeny(other)));
}

#[test]
fn why_not_lists_what_would_give_it_least_first() {
    let mut sample = Sample::new();
    sample.group(GroupId(3), "Field", &["devices.write"]);
    sample.group(GroupId(4), "Field and more", &["devices.write", "settings.read"]);
    assert!(remedies(&sample, AZIZA, None, "content.write").is_empty(), "allowed already");
    let expected = [
        vec![Remedy::Allow(ARCHIVE)],
        vec![Remedy::GiveRole(vec![sample.role("technician"), sample.role("administrator")])],
        vec![Remedy::JoinGroup(vec![GroupId(3), GroupId(4)])],
        vec![Remedy::GiveDirect],
    ];
    assert_eq!(remedies(&sample, AZIZA, Some(ARCHIVE), "devices.write"), expected);
    assert_eq!(remedies(&sample, AZIZA, None, "devices.write"), expected[1..]);
    sample.of(AZIZA).status = MemberStatus::Deactivated;
    assert_eq!(remedies(&sample, AZIZA, None, "content.write"), [vec![Remedy::Activate]]);
    assert!(remedies(&sample, AZIZA, None, "devices.write").iter().all(|set| set[0] == Remedy::Activate));
}

#[test]
fn why_not_passes_all_fences_with_as_few_groups_as_will_do() {
    let mut sample = Sample::new();
    sample.fence(ROOT, TEAM);
    sample.fence(ARCHIVE, TEAM);
    sample.fence(ARCHIVE, DESK);
    let write = remedies(&sample, AZIZA, Some(ARCHIVE), "content.write");
    assert_eq!(write, [vec![Remedy::JoinFenceGroup(ARCHIVE, vec![TEAM])]]);
    // A group that brings a deny of its own costs one change more than it seems.
    let deny = sample.grant(Effect::Deny, Subject::Group(TEAM), ROOT, "content.write");
    let write = remedies(&sample, AZIZA, Some(ARCHIVE), "content.write");
    assert_eq!(write, [vec![Remedy::JoinFenceGroup(ARCHIVE, vec![TEAM]), Remedy::RemoveDeny(deny)]]);
}

/// Every alternative of a remedy, done to a workspace.
fn done(world: &Snapshot, member: MemberId, cap: rolecall::domain::capability::Cap, remedy: &Remedy) -> Vec<Snapshot> {
    let with = |change: &dyn Fn(&mut Snapshot, usize)| {
        let mut world = world.clone();
        let at = world.members.iter().position(|one| one.id == member).unwrap();
        change(&mut world, at);
        world
    };
    match remedy {
        Remedy::Activate => vec![with(&|world, at| {
            world.members[at].status = MemberStatus::Active;
            world.members[at].account_active = true;
        })],
        Remedy::RemoveDeny(id) => vec![with(&|world, _| world.grants.retain(|grant| grant.id != *id))],
        Remedy::JoinFenceGroup(_, groups) | Remedy::JoinGroup(groups) => {
            let join = |group: &GroupId| with(&|world, at| world.members[at].groups.push((*group, edge())));
            groups.iter().map(join).collect()
        }
        Remedy::Allow(folder) => vec![with(&|world, _| {
            world.grants.push(worlds::grant(GrantId(-1), *folder, Subject::Member(member), cap, Effect::Allow));
        })],
        Remedy::GiveRole(roles) => {
            roles.iter().map(|role| with(&|world, at| world.members[at].roles.push((*role, edge())))).collect()
        }
        Remedy::GiveDirect => vec![with(&|world, at| world.members[at].direct.push((cap, edge())))],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn decisions_are_those_of_the_naive_model(world in any_world(true), now in 0_i64..4) {
        let now = Timestamp(now);
        let access = Access::new(&world);
        let mut asked: Vec<_> = world.members.iter().map(|member| member.id).collect();
        asked.push(MemberId(404));
        let mut places = naive::places(&world);
        places.push(Some(FolderId(404)));
        for &place in &places {
            for cap in naive::caps(&world) {
                let mut holders = Vec::new();
                for &member in &asked {
                    let decision = access.decide(member, place, cap, now);
                    let naive = naive::decide(&world, member, place, cap, now);
                    prop_assert_eq!(decision.allowed, naive.allowed);
                    prop_assert_eq!(decision.verdict, naive.verdict);
                    let unique = |list: &[Evidence]| list.iter().copied().collect::<BTreeSet<_>>();
                    prop_assert_eq!(unique(&decision.evidence).len(), decision.evidence.len());
                    prop_assert_eq!(unique(&decision.evidence), naive.evidence);
                    prop_assert_eq!(unique(&decision.shadowed), naive.shadowed);
                    prop_assert_eq!(access.held(member, place, now).has(cap), decision.allowed);
                    if decision.allowed {
                        holders.push((member, decision));
                    }
                }
                prop_assert_eq!(access.who_can(place, cap, now), holders);
            }
        }
    }

    #[test]
    fn remedies_suffice_and_none_of_a_set_can_be_left_out(world in any_world(false)) {
        let now = Timestamp(1);
        let access = Access::new(&world);
        for member in world.members.iter().map(|member| member.id) {
            for place in naive::places(&world) {
                for cap in naive::caps(&world) {
                    let sets = access.remedies(member, place, cap, now);
                    if naive::may(&world, member, place, cap, now) {
                        prop_assert!(sets.is_empty());
                        continue;
                    }
                    prop_assert!(!sets.is_empty(), "something always helps");
                    for set in &sets {
                        let under_deny = |grant: &GrantId| {
                            let answer = naive::decide(&world, member, place, cap, now);
                            answer.evidence.contains(&Evidence::Grant(*grant))
                        };
                        let denies = world.grants.iter().map(|grant| grant.id).filter(under_deny);
                        for deny in denies {
                            prop_assert!(set.contains(&Remedy::RemoveDeny(deny)), "every deny goes");
                        }
                        let apply = |without: Option<usize>| {
                            set.iter().enumerate().filter(|(at, _)| Some(*at) != without).fold(
                                vec![world.clone()],
                                |worlds, (_, remedy)| worlds.iter().flat_map(|one| done(one, member, cap, remedy)).collect(),
                            )
                        };
                        for after in apply(None) {
                            prop_assert!(naive::may(&after, member, place, cap, now), "{set:?} is not enough");
                        }
                        for left_out in 0..set.len() {
                            for after in apply(Some(left_out)) {
                                prop_assert!(!naive::may(&after, member, place, cap, now), "{set:?} is too much");
                            }
                        }
                    }
                }
            }
        }
    }

    /// Invariant 7.
    #[test]
    fn a_group_takes_access_away_only_by_a_deny_that_names_it(world in any_world(false), pick in any::<prop::sample::Index>()) {
        if world.groups.is_empty() {
            return Ok(());
        }
        let now = Timestamp(1);
        let group = world.groups[pick.index(world.groups.len())].id;
        for at in 0..world.members.len() {
            let mut after = world.clone();
            after.members[at].groups.push((group, edge()));
            let member = world.members[at].id;
            for place in naive::places(&world) {
                for cap in naive::caps(&world) {
                    let access = Access::new(&after);
                    let lost = naive::may(&world, member, place, cap, now) && !access.decide(member, place, cap, now).allowed;
                    let named = |evidence: &Evidence| {
                        after.grants.iter().any(|grant| {
                            Evidence::Grant(grant.id) == *evidence && grant.subject == Subject::Group(group)
                        })
                    };
                    prop_assert!(!lost || access.decide(member, place, cap, now).evidence.iter().any(named));
                }
            }
        }
    }

    /// Invariant 8.
    #[test]
    fn deactivated_and_active_again_holds_the_same(world in any_world(false)) {
        let now = Timestamp(1);
        for at in 0..world.members.len() {
            let member = world.members[at].id;
            let mut asleep = world.clone();
            asleep.members[at].status = MemberStatus::Deactivated;
            let mut back = asleep.clone();
            back.members[at].status = world.members[at].status;
            for place in naive::places(&world) {
                prop_assert_eq!(Access::new(&asleep).held(member, place, now), CapSet::EMPTY);
                prop_assert_eq!(Access::new(&back).held(member, place, now), Access::new(&world).held(member, place, now));
            }
        }
    }

    #[test]
    fn access_changes_only_at_the_places_named(world in any_world(false)) {
        let now = Timestamp(1);
        let access = Access::new(&world);
        for member in world.members.iter().map(|member| member.id) {
            let places = access.places(member, world.catalogue.everything());
            for folder in world.folders.iter().map(|folder| folder.id) {
                let nearest = naive::path(&world, folder).unwrap().into_iter().find(|at| places.contains(at));
                prop_assert_eq!(access.held(member, Some(folder), now), access.held(member, nearest, now));
                let each = access.held_in_each(member, &[folder], false, now);
                prop_assert_eq!(each, [access.held(member, Some(folder), now)]);
            }
        }
    }
}
