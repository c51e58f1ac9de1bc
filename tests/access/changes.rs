//! Properties of SPEC 4: of any change that is accepted, in any workspace, by anyone.

use crate::{
    naive,
    shares::{self, named},
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
    /// Whether the actor may do nearly anything, which few may by chance; and has a way to sign in.
    able: Option<bool>,
    /// Whether some of that is theirs for a while.
    fleeting: bool,
    member: usize,
    other: usize,
    group: usize,
    folder: usize,
    grant: usize,
    invitation: usize,
    roles: Vec<usize>,
    groups: Vec<usize>,
    caps: CapSet,
    to_group: bool,
    deny: bool,
    end: Option<i64>,
}

fn any_seed() -> impl Strategy<Value = Seed> {
    let able = prop_oneof![1 => Just(None), 3 => Just(Some(true)), 1 => Just(Some(false))];
    let kind = prop_oneof![19 => 0_u8..20, 1 => Just(3)];
    let who = (kind, (0..4_usize, able, any::<bool>()), 0..4_usize, 0..4_usize);
    let what = (0..3_usize, 0..6_usize, (0..10_usize, 0..6_usize), vec(0..3_usize, 0..3), vec(0..3_usize, 0..3));
    let how = ((0_u128..512).prop_map(CapSet), any::<bool>(), any::<bool>(), option::of(2_i64..5));
    (who, what, how).prop_map(|(who, what, how)| {
        let (kind, (actor, able, fleeting), member, other) = who;
        let (group, folder, (grant, invitation), roles, groups) = what;
        let (caps, to_group, deny, end) = how;
        Seed {
            kind,
            actor,
            able,
            fleeting,
            member,
            other,
            group,
            folder,
            grant,
            invitation,
            roles,
            groups,
            caps,
            to_group,
            deny,
            end,
        }
    })
}

/// Where there is more than one member, and something to change about them.
fn any_full_world() -> impl Strategy<Value = Snapshot> {
    any_world(false).prop_filter("nothing to change", |world| {
        world.members.len() > 1 && !world.groups.is_empty() && !world.folders.is_empty() && !world.grants.is_empty()
    })
}

/// A change: where, and what.
fn any_case() -> impl Strategy<Value = (Snapshot, Seed)> {
    (prop_oneof![4 => any_full_world(), 1 => any_world(false)], any_seed()).prop_map(|(mut world, seed)| {
        let (actor, other) = (seed.actor(&world), seed.other(&world));
        if let Some(can_sign_in) = seed.able {
            worlds::empower(&mut world, actor, can_sign_in);
            if seed.deny && matches!(seed.kind, 1 | 15) {
                // Whoever goes is the only one left to administer anything.
                world.members.iter_mut().for_each(|member| member.can_sign_in = member.owner);
                let last = seed.member(&world);
                worlds::empower(&mut world, last, true);
            }
        }
        for member in &mut world.members {
            let (own, waits) = (member.id == actor, member.id == other);
            if own && seed.fleeting {
                let contents = member.direct.iter_mut().filter(|(cap, _)| world.catalogue.get(*cap).per_folder);
                contents.for_each(|(_, edge)| edge.terms.expires_at = Some(Timestamp(3)));
            } else if waits && !own && !member.owner && matches!(seed.kind, 12..=14 | 19) {
                member.status = MemberStatus::Pending;
            }
        }
        (world, seed)
    })
}

impl Seed {
    /// The owner, where only the owner may and anybody should.
    fn actor(&self, world: &Snapshot) -> MemberId {
        let first = self.kind == 3 && self.able.is_some();
        worlds::member_id(if first { 0 } else { self.actor % world.members.len() })
    }

    fn member(&self, world: &Snapshot) -> MemberId {
        worlds::member_id(self.member % world.members.len())
    }

    fn other(&self, world: &Snapshot) -> MemberId {
        worlds::member_id(self.other % world.members.len())
    }

    fn change(&self, world: &Snapshot) -> Change {
        let (member, other) = (self.member(world), self.other(world));
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
        groups.sort_unstable();
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
            14 => Change::ResendInvitation { invitation },
            15 => Change::Deactivate { member, reason: None },
            16 => Change::Reactivate { member, reason: None },
            17 => Change::SetGroups { member, add: groups, remove: Vec::new(), terms },
            18 => Change::SetGroups { member, add: Vec::new(), remove: groups, terms: Terms::default() },
            _ => Change::EditInvitation { invitation, roles, groups, ttl_days: None },
        }
    }

    fn facts(&self, world: &Snapshot) -> Facts {
        const STATUS: [InvitationStatus; 6] = [
            InvitationStatus::Sent,
            InvitationStatus::Sent,
            InvitationStatus::Expired,
            InvitationStatus::Failed,
            InvitationStatus::Accepted,
            InvitationStatus::Cancelled,
        ];
        let waiting = world.members.iter().find(|member| member.status == MemberStatus::Pending && !member.owner);
        let invitation = waiting.map(|member| InvitationFacts {
            email: member.email.clone(),
            member: Some(member.id),
            status: STATUS[self.invitation],
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
    fn an_accepted_change_keeps_every_invariant((world, seed) in any_case()) {
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
    fn effects_are_the_difference_of_naive_decisions((world, seed) in any_case()) {
        let Some((_, _, after)) = accepted(&world, &seed) else { return Ok(()) };
        let effects = plan::effects(&world, &after, NOW);
        let everyone: BTreeSet<_> = world.members.iter().chain(&after.members).map(|member| member.id).collect();
        prop_assert_eq!(effects.iter().map(|effect| effect.member).collect::<BTreeSet<_>>().len(), effects.len());
        for member in everyone {
            is_the_difference(&world, &after, member, effects.iter().find(|effect| effect.member == member))?;
        }
    }
}

/// What comes of a change: whether it is made, whether that tells on what somebody holds, why it is refused.
fn came_of_it((world, seed): &(Snapshot, Seed)) -> Vec<String> {
    let change = seed.change(world);
    let name = change.name();
    match check(world, seed.actor(world), &change, &seed.facts(world), NOW) {
        Err(refusal) => vec![format!("{name} refused"), named(&refusal)],
        Ok(Checked { after, .. }) => {
            let effects = plan::effects(world, &after, NOW);
            let mut came = vec![format!("{name} made")];
            came.extend((!effects.is_empty()).then(|| format!("{name} tells")));
            came
        }
    }
}

/// The kinds of changes that a person makes.
const KINDS: [&str; 18] = [
    "set_roles",
    "remove",
    "rename",
    "transfer",
    "create_group",
    "edit_group",
    "delete_group",
    "set_group_members",
    "set_groups",
    "deactivate",
    "reactivate",
    "grant",
    "edit_grant",
    "revoke",
    "invite",
    "resend_invitation",
    "cancel_invitation",
    "edit_invitation",
];

/// Of a thousand changes, so many at least tell on what somebody holds, or are refused for a reason.
const LEAST: [(&str, usize); 22] = [
    ("set_roles tells", 4),
    ("remove tells", 4),
    ("transfer tells", 7),
    ("edit_group tells", 4),
    ("delete_group tells", 5),
    ("set_group_members tells", 5),
    ("set_groups tells", 4),
    ("deactivate tells", 9),
    ("grant tells", 2),
    ("revoke tells", 1),
    ("invite tells", 9),
    ("Lacks", 30),
    ("Above", 15),
    ("Beyond", 20),
    ("OwnExpiry", 2),
    ("LastAdministrator", 3),
    ("Owner", 20),
    ("OwnerStays", 9),
    ("OwnerOnly", 30),
    ("Yourself", 40),
    ("Provider", 14),
    ("Conflict", 20),
];

/// The properties above say nothing of what is refused: of the changes that are tried, some of every kind are
/// made, and some refused.
#[test]
fn what_is_tried_is_worth_trying() {
    let of_every_kind = KINDS.iter().flat_map(|kind| [(format!("{kind} made"), 4), (format!("{kind} refused"), 3)]);
    let least = of_every_kind.chain(LEAST.map(|(what, least)| (what.to_owned(), least)));
    shares::assert_at_least(&any_case(), least, came_of_it);
}
