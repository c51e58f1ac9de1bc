//! Properties of SPEC 4: of any change that is accepted, in any workspace, by anyone.

use crate::{
    naive,
    worlds::{self, any_world},
};
use proptest::{collection::vec, option, prelude::*};
use rolecall::domain::{
    access::Verdict,
    capability::CapSet,
    change::{Change, Checked, Facts, GroupDraft, InvitationFacts, InviteDraft, check},
    edge::{EdgeSource, Terms},
    id::{FolderId, InvitationId, MemberId},
    invitation::InvitationStatus,
    model::{Effect, MemberStatus, Snapshot, Subject},
    pack::MaxRoles,
    plan,
    time::Timestamp,
};
use std::collections::BTreeSet;

pub const NOW: Timestamp = Timestamp(1);

/// Numbers to make a change from, whatever the workspace.
#[derive(Debug, Clone)]
struct Seed {
    kind: u8,
    actor: usize,
    member: usize,
    other: usize,
    group: usize,
    folder: usize,
    grant: usize,
    roles: Vec<usize>,
    groups: Vec<usize>,
    caps: CapSet,
    to_group: bool,
    deny: bool,
    end: Option<i64>,
}

fn any_seed() -> impl Strategy<Value = Seed> {
    let who = (0_u8..15, 0..4_usize, 0..4_usize, 0..4_usize);
    let what = (0..3_usize, 0..6_usize, 0..10_usize, vec(0..3_usize, 0..3), vec(0..3_usize, 0..3));
    let how = ((0_u128..512).prop_map(CapSet), any::<bool>(), any::<bool>(), option::of(2_i64..5));
    (who, what, how).prop_map(|(who, what, how)| {
        let ((kind, actor, member, other), (group, folder, grant, roles, groups)) = (who, what);
        let (caps, to_group, deny, end) = how;
        Seed { kind, actor, member, other, group, folder, grant, roles, groups, caps, to_group, deny, end }
    })
}

impl Seed {
    fn actor(&self, world: &Snapshot) -> MemberId {
        worlds::member_id(self.actor % world.members.len())
    }

    fn change(&self, world: &Snapshot) -> Change {
        let member = worlds::member_id(self.member % world.members.len());
        let other = worlds::member_id(self.other % world.members.len());
        let group = worlds::group_id(self.group % world.groups.len().max(1));
        let folder = worlds::folder_id(self.folder % world.folders.len().max(1));
        let grant = worlds::grant_id(self.grant % world.grants.len().max(1));
        let mut roles: Vec<_> = self.roles.iter().map(|at| worlds::role_id(at % world.roles.len())).collect();
        roles.dedup();
        if world.policies.max_roles == MaxRoles::One {
            roles = vec![worlds::role_id(self.member % world.roles.len())];
        }
        let mut groups: Vec<_> =
            self.groups.iter().map(|at| worlds::group_id(at % world.groups.len().max(1))).collect();
        groups.dedup();
        let terms = Terms { expires_at: self.end.map(Timestamp), ..Terms::default() };
        let invitation = InvitationId(1);
        let draft = GroupDraft {
            name: "A new name".into(),
            capabilities: world.catalogue.keys(self.caps),
            leader: self.deny.then_some(other),
            ..GroupDraft::default()
        };
        match self.kind {
            0 => Change::SetRoles { member, roles, terms },
            1 => Change::Remove { member, reason: None },
            2 => Change::Rename { member, name: "Another".into() },
            3 => Change::Transfer { email: format!("M{}@Northwind.test", self.member).into(), reason: None },
            4 => Change::CreateGroup(draft),
            5 => Change::EditGroup { group, draft },
            6 => Change::DeleteGroup { group, reason: None },
            7 => Change::SetGroupMembers { group, add: vec![member], remove: Vec::new(), terms },
            8 => Change::SetGroupMembers { group, add: Vec::new(), remove: vec![member, other], terms },
            9 => {
                let subject = if self.to_group { Subject::Group(group) } else { Subject::Member(member) };
                let effect = if self.deny { Effect::Deny } else { Effect::Allow };
                let capability = world.catalogue.iter().nth(self.grant % 4).unwrap().1.key.clone();
                Change::Grant { folder, subject, capability, effect, terms }
            }
            10 => Change::EditGrant { grant, terms },
            11 => Change::Revoke { grant, reason: None },
            12 => Change::Invite(InviteDraft {
                email: "new@northwind.test".into(),
                roles,
                groups,
                ..InviteDraft::default()
            }),
            13 => Change::CancelInvitation { invitation, reason: None },
            _ => Change::EditInvitation { invitation, roles, groups, ttl_days: None },
        }
    }

    fn facts(&self, world: &Snapshot) -> Facts {
        let waiting = world.members.iter().find(|member| member.status == MemberStatus::Pending && !member.owner);
        let invitation = waiting.map(|member| InvitationFacts {
            email: member.email.clone(),
            member: Some(member.id),
            status: InvitationStatus::Sent,
            roles: member.roles.iter().map(|(role, _)| *role).collect(),
            groups: member.groups.iter().map(|(group, _)| *group).collect(),
        });
        Facts { invitation, account_exists: self.to_group, reauthenticated: true, ..Facts::default() }
    }
}

fn accepted(world: &Snapshot, seed: &Seed) -> Option<(MemberId, Change, Snapshot)> {
    let (actor, change) = (seed.actor(world), seed.change(world));
    let Checked { after, .. } = check(world, actor, &change, &seed.facts(world), NOW).ok()?;
    Some((actor, change, after))
}

/// What a member holds in a place, by the naive model.
fn held(world: &Snapshot, member: MemberId, place: Option<FolderId>, now: Timestamp) -> CapSet {
    naive::caps(world).into_iter().filter(|cap| naive::may(world, member, place, *cap, now)).collect()
}

fn moments() -> impl Iterator<Item = Timestamp> {
    (NOW.0..6).map(Timestamp)
}

fn provided(world: &Snapshot) -> Vec<String> {
    let theirs = |edge: &rolecall::domain::edge::Edge| edge.source != EdgeSource::Manual && edge.live(NOW);
    let mut edges = Vec::new();
    for member in &world.members {
        let id = member.id;
        edges.extend(member.roles.iter().filter(|(_, edge)| theirs(edge)).map(|edge| format!("{id} role {edge:?}")));
        edges.extend(member.groups.iter().filter(|(_, edge)| theirs(edge)).map(|edge| format!("{id} group {edge:?}")));
        edges.extend(member.direct.iter().filter(|(_, edge)| theirs(edge)).map(|edge| format!("{id} direct {edge:?}")));
    }
    edges.extend(world.grants.iter().filter(|grant| theirs(&grant.edge)).map(|grant| format!("{grant:?}")));
    edges.extend(world.fences.iter().filter(|fence| theirs(&fence.edge)).map(|fence| format!("{fence:?}")));
    edges
}

/// 3 and 4. Nobody but the caller gained what the caller lacks; whoever lost did not hold more than the caller.
pub fn hands_out_no_more(world: &Snapshot, after: &Snapshot, actor: MemberId) -> Result<(), TestCaseError> {
    let (awake, awake_after) = (naive::awake(world, actor), naive::awake(after, actor));
    let places = naive::places(world);
    for member in awake_after.members.iter().map(|member| member.id).filter(|id| *id != actor) {
        let mut lost = false;
        for &place in &places {
            let mine = held(world, actor, place, NOW);
            let (old, new) = (held(&awake, member, place, NOW), held(&awake_after, member, place, NOW));
            prop_assert!(new.minus(old).within(mine), "{member} gained {:?} in {place:?}", new.minus(old));
            lost |= !old.minus(new).is_empty();
        }
        for &place in places.iter().filter(|_| lost) {
            prop_assert!(held(&awake, member, place, NOW).within(held(world, actor, place, NOW)));
        }
    }
    Ok(())
}

/// What is said of a member is what the naive model finds between the two states.
pub fn is_the_difference(
    world: &Snapshot,
    after: &Snapshot,
    member: MemberId,
    effect: Option<&plan::MemberEffect>,
) -> Result<(), TestCaseError> {
    let places = naive::places(world);
    let sides = [
        (effect.map_or(&[][..], |effect| &effect.gains), world, after),
        (effect.map_or(&[][..], |effect| &effect.loses), after, world),
    ];
    for (reported, without, with) in sides {
        for &place in &places {
            let differs = held(with, member, place, NOW).minus(held(without, member, place, NOW));
            for cap in naive::caps(world) {
                let here = reported.contains(&(cap, place));
                let path = place.map_or(Vec::new(), |folder| naive::path(world, folder).unwrap());
                let above = path.iter().skip(1).any(|at| reported.contains(&(cap, Some(*at))))
                    || (place.is_some() && reported.contains(&(cap, None)));
                prop_assert!(!here || (differs.has(cap) && !above), "{member} {cap:?} in {place:?} is too much");
                prop_assert!(!differs.has(cap) || here || above, "{member} {cap:?} in {place:?} is missing");
            }
        }
    }
    for (cap, via) in effect.map_or(&[][..], |effect| &effect.stays) {
        let (old, new) = (naive::decide(world, member, None, *cap, NOW), naive::decide(after, member, None, *cap, NOW));
        let via: BTreeSet<_> = via.iter().copied().collect();
        prop_assert!(new.allowed && via == new.evidence && via.is_subset(&old.evidence) && via != old.evidence);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn an_accepted_change_keeps_every_invariant(world in any_world(false), seed in any_seed()) {
        let Some((actor, change, after)) = accepted(&world, &seed) else { return Ok(()) };
        let owners = |world: &Snapshot| world.members.iter().filter(|member| member.owner).count();

        // 1. One owner before, one after; the owner is as they were, but for a transfer.
        prop_assert_eq!(owners(&world), owners(&after));
        let transfer = matches!(change, Change::Transfer { .. });
        for owner in world.members.iter().filter(|member| member.owner && !transfer) {
            let same = after.members.iter().find(|member| member.id == owner.id);
            let roles = |member: &rolecall::domain::model::Member| (member.status, member.owner, member.roles.clone());
            prop_assert_eq!(same.map(roles), Some(roles(owner)));
            let denies = |world: &Snapshot| {
                world.grants.iter().filter(|grant| grant.effect == Effect::Deny && grant.subject == Subject::Member(owner.id)).count()
            };
            prop_assert!(denies(&after) <= denies(&world));
        }

        // 2. Somebody can still administer it.
        let (old, new) = (naive::administrators(&world, NOW), naive::administrators(&after, NOW));
        prop_assert!(new > 0 || old == 0, "the last administrator went");

        if !transfer {
            hands_out_no_more(&world, &after, actor)?;
        }
        // Nor did the caller gain, now or at any time later.
        let places = naive::places(&world);
        for at in moments() {
            for &place in &places {
                let (old, new) = (held(&world, actor, place, at), held(&after, actor, place, at));
                prop_assert!(new.within(old), "{actor} extended their own access");
            }
        }

        // 6.
        if let Change::Grant { effect, .. } = &change {
            for member in world.members.iter().map(|member| member.id) {
                for &place in &places {
                    for cap in naive::caps(&world) {
                        let old = naive::decide(&world, member, place, cap, NOW);
                        let new = naive::decide(&after, member, place, cap, NOW);
                        match effect {
                            Effect::Allow if old.verdict == Verdict::Denied => prop_assert!(!new.allowed),
                            Effect::Allow => prop_assert!(new.allowed || !old.allowed),
                            Effect::Deny => prop_assert!(old.allowed || !new.allowed),
                        }
                    }
                }
            }
        }

        // 10.
        let left = provided(&after);
        prop_assert!(provided(&world).iter().all(|edge| left.contains(edge)));
    }

    #[test]
    fn effects_are_the_difference_of_naive_decisions(world in any_world(false), seed in any_seed()) {
        let Some((_, _, after)) = accepted(&world, &seed) else { return Ok(()) };
        let effects = plan::effects(&world, &after, NOW);
        let everyone: BTreeSet<_> = world.members.iter().chain(&after.members).map(|member| member.id).collect();
        prop_assert_eq!(effects.iter().map(|effect| effect.member).collect::<BTreeSet<_>>().len(), effects.len());
        for member in everyone {
            is_the_difference(&world, &after, member, effects.iter().find(|effect| effect.member == member))?;
        }
    }
}
