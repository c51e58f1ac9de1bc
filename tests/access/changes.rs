//! Properties of SPEC 4: of any change that is accepted, in any workspace, by anyone.

use crate::{
    asking, naive, shares,
    worlds::{self, any_world},
};
use proptest::{collection::vec, option, prelude::*};
use rolecall::domain::{
    access::Verdict,
    capability::{Cap, CapSet},
    change::{
        Cancel, CreateGroup, Deactivate, DeleteGroup, EditGrant, EditGroup, EditInvitation, Facts, Grant, GroupDraft,
        GroupMembers, Invite, InviteDraft, Kind, Reactivate, Remove, Rename, Request, Resend, Revoke, Row, SetGroups,
        SetRoles, Target, Transfer,
    },
    edge::{EdgeSource, Terms},
    id::{FolderId, GrantId, GroupId, InvitationId, MemberId},
    invitation::InvitationStatus,
    model::{Effect, MemberStatus, Snapshot, Subject},
    pack::MaxRoles,
    plan::{MemberEffect, Plan, PlannedRow, RowOutcome, plan},
    time::Timestamp,
};
use std::collections::BTreeSet;

pub const NOW: Timestamp = Timestamp(1);

/// Numbers to make a change from, whatever the workspace.
#[derive(Debug, Clone)]
pub struct Seed {
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
    pub to_group: bool,
    deny: bool,
    end: Option<i64>,
}

pub fn any_seed() -> impl Strategy<Value = Seed> {
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
pub fn any_case() -> impl Strategy<Value = (Snapshot, Seed)> {
    (prop_oneof![4 => any_full_world(), 1 => any_world(false)], any_seed()).prop_map(|(mut world, seed)| {
        let (actor, other, left) = (seed.actor(&world), seed.other(&world), world.clone());
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
            if own && seed.to_group {
                // Somebody who may manage nearly everything, which keeps them from whoever may manage the rest.
                let cap = Cap(4 + (seed.group + 3 * usize::from(seed.deny)) as u8);
                member.direct.retain(|(one, _)| *one != cap);
            }
            if seed.kind == 16 && member.id == seed.member(&left) && !own && !member.owner {
                member.status = MemberStatus::Deactivated;
            }
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

fn pick<T, I>(all: &[T], at: usize, id: impl Fn(&T) -> I, none: I) -> I {
    all.get(at % all.len().max(1)).map_or(none, id)
}

impl Seed {
    /// The owner, where only the owner may and anybody should.
    pub fn actor(&self, world: &Snapshot) -> MemberId {
        let first = self.kind == 3 && self.able.is_some();
        let owner = world.members.iter().find(|member| first && member.owner).map(|member| member.id);
        owner.unwrap_or_else(|| pick(&world.members, if first { 0 } else { self.actor }, |one| one.id, MemberId(0)))
    }

    pub fn member(&self, world: &Snapshot) -> MemberId {
        pick(&world.members, self.member, |one| one.id, MemberId(0))
    }

    pub fn other(&self, world: &Snapshot) -> MemberId {
        pick(&world.members, self.other, |one| one.id, MemberId(0))
    }

    fn group(&self, world: &Snapshot, at: usize) -> GroupId {
        pick(&world.groups, at, |one| one.id, GroupId(0))
    }

    pub fn request(&self, world: &Snapshot, facts: &Facts) -> Request {
        let (member, other) = (self.member(world), self.other(world));
        let group = self.group(world, self.group);
        let folder = pick(&world.folders, self.folder, |one| one.id, FolderId(0));
        let grant = pick(&world.grants, self.grant, |one| one.id, GrantId(0));
        let mut roles: Vec<_> = self.roles.iter().map(|at| world.roles[at % world.roles.len()].id).collect();
        roles.dedup();
        if world.policies.max_roles == MaxRoles::One {
            roles = vec![world.roles[self.member % world.roles.len()].id];
        }
        let mut groups: Vec<_> = self.groups.iter().map(|at| self.group(world, *at)).collect();
        groups.sort_unstable();
        groups.dedup();
        let terms = Terms { expires_at: self.end.map(Timestamp), ..Terms::default() };
        let mut invitations: Vec<_> = facts.invitations.keys().copied().collect();
        invitations.sort_unstable();
        let invitation = pick(&invitations, self.invitation, |id| *id, InvitationId(1));
        let draft = GroupDraft {
            name: "A new name".into(),
            capabilities: world.catalogue.keys(self.caps),
            leader: self.deny.then_some(other),
            ..GroupDraft::default()
        };
        let in_group = |add, remove| Request::given(GroupMembers { group, add, remove, terms: terms.clone() });
        let groups_of = |add, remove, terms| asking::of(member, SetGroups { add, remove, terms });
        match self.kind {
            0 => asking::of(member, SetRoles { roles, terms }),
            1 => asking::of(member, Remove::default()),
            2 => asking::of(member, Rename { name: "Another".into() }),
            3 => {
                let heir = world.members.iter().find(|one| one.id == member);
                let email = heir.map_or(String::new(), |heir| heir.email.raw().to_uppercase());
                Request::given(Transfer { email: email.as_str().into(), reason: None })
            }
            4 => Request::given(CreateGroup { draft }),
            5 => Request::one(group.0, EditGroup { draft }),
            6 => Request::one(group.0, DeleteGroup::default()),
            7 => in_group(vec![member], Vec::new()),
            8 => in_group(Vec::new(), vec![member, other]),
            9 => {
                let subject = if self.to_group { Subject::Group(group) } else { Subject::Member(member) };
                let effect = if self.deny { Effect::Deny } else { Effect::Allow };
                let capability = world.catalogue.iter().nth(self.grant % 4).unwrap().1.key.clone();
                let (id, grant) = Grant::to(folder, subject, capability, effect, terms);
                Request::one(id, grant)
            }
            10 => Request::one(grant.0, EditGrant { terms }),
            11 => Request::one(grant.0, Revoke::default()),
            12 => {
                let email = format!("new{}@northwind.test", self.grant).as_str().into();
                Request::given(Invite::one(InviteDraft { email, roles, groups, ..InviteDraft::default() }))
            }
            13 => Request::one(invitation.0, Cancel::default()),
            14 => Request::one(invitation.0, Resend {}),
            15 => asking::of(member, Deactivate::default()),
            16 => asking::of(member, Reactivate::default()),
            17 => groups_of(groups, Vec::new(), terms.clone()),
            18 => groups_of(Vec::new(), groups, Terms::default()),
            _ => Request::one(invitation.0, EditInvitation { roles, groups, ttl_days: self.end }),
        }
    }

    pub fn facts(&self, world: &Snapshot) -> Facts {
        const STATUS: [InvitationStatus; 6] = [
            InvitationStatus::Sent,
            InvitationStatus::Sent,
            InvitationStatus::Expired,
            InvitationStatus::Failed,
            InvitationStatus::Accepted,
            InvitationStatus::Cancelled,
        ];
        let mut facts = asking::facts(world);
        if self.to_group {
            facts.sign_in = (0..10).map(|at| format!("new{at}@northwind.test")).collect();
        }
        let waits = |member: &&rolecall::domain::model::Member| member.status == MemberStatus::Pending && !member.owner;
        if let Some(member) = world.members.iter().find(waits) {
            let record = asking::waiting(member.id, member.email.raw(), STATUS[self.invitation], NOW);
            if record.status.open() {
                facts.invited.insert(member.email.raw().to_owned());
            }
            facts.invitations.insert(InvitationId(1), record);
        }
        facts
    }
}

/// A change that is planned.
pub struct Tried {
    pub actor: MemberId,
    pub request: Request,
    pub rows: Vec<Row>,
    pub facts: Facts,
    pub plan: Plan,
}

impl Tried {
    pub fn new(world: &Snapshot, seed: &Seed) -> Self {
        let (actor, facts) = (seed.actor(world), seed.facts(world));
        let request = seed.request(world, &facts);
        let rows = asking::rows(&request);
        let plan = plan(world, actor, &rows, &facts, false, NOW);
        Self { actor, request, rows, facts, plan }
    }

    /// Where it does something.
    pub fn accepted(world: &Snapshot, seed: &Seed) -> Option<Self> {
        let tried = Self::new(world, seed);
        (tried.plan.refused.is_none() && tried.plan.rows.iter().any(PlannedRow::changes)).then_some(tried)
    }
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

/// 3 and 4. Nobody but the caller gained what the caller lacks; whoever lost, or is named by a change, manages nothing
/// that the caller does not.
pub fn hands_out_no_more(
    world: &Snapshot,
    after: &Snapshot,
    actor: MemberId,
    named: &[MemberId],
) -> Result<(), TestCaseError> {
    let (awake, awake_after) = (naive::awake(world, actor), naive::awake(after, actor));
    let places = naive::places(world);
    let mine: Vec<_> = places.iter().map(|place| held(world, actor, *place, NOW)).collect();
    let managing: CapSet = naive::caps(world).into_iter().filter(|cap| world.catalogue.get(*cap).managing).collect();
    let members: BTreeSet<_> = awake.members.iter().chain(&awake_after.members).map(|member| member.id).collect();
    for member in members.into_iter().filter(|id| *id != actor) {
        let mut touched = named.contains(&member);
        for (&place, mine) in places.iter().zip(&mine) {
            let (old, new) = (held(&awake, member, place, NOW), held(&awake_after, member, place, NOW));
            prop_assert!(new.minus(old).within(*mine), "{member} gained {:?} in {place:?}", new.minus(old));
            touched |= !old.minus(new).is_empty();
        }
        let manages = held(&awake, member, None, NOW).and(managing);
        prop_assert!(!touched || manages.within(mine[0]), "{member} manages {:?}", manages.minus(mine[0]));
    }
    Ok(())
}

/// What is said of a member is what the naive model finds between the two states.
pub fn is_the_difference(
    world: &Snapshot,
    after: &Snapshot,
    member: MemberId,
    effect: Option<&MemberEffect>,
) -> Result<(), TestCaseError> {
    let active = |world: &Snapshot| world.members.iter().any(|one| one.id == member && one.active());
    let once_active = !active(world) && !active(after);
    prop_assert!(effect.is_none_or(|effect| effect.once_active == once_active));
    // Of somebody who is active on neither side, what they would hold.
    let awake = |world: &Snapshot| if once_active { naive::awake(world, MemberId(0)) } else { world.clone() };
    let (world, after) = (&awake(world), &awake(after));
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
        let Some(Tried { actor, request, rows, plan, .. }) = Tried::accepted(&world, &seed) else { return Ok(()) };
        let after = plan.after;
        let owners = |world: &Snapshot| world.members.iter().filter(|member| member.owner).count();

        // 1. One owner before, one after; the owner is as they were, but for a transfer.
        prop_assert_eq!(owners(&world), owners(&after));
        let transfer = matches!(request.kind, Kind::Transfer(_));
        for owner in world.members.iter().filter(|member| member.owner && !transfer) {
            let same = after.members.iter().find(|member| member.id == owner.id);
            let roles = |member: &rolecall::domain::model::Member| (member.status, member.owner, member.roles.clone());
            prop_assert_eq!(same.map(roles), Some(roles(owner)));
            let denies = |world: &Snapshot| {
                let of_owner = world.grants.iter().filter(|grant| grant.subject == Subject::Member(owner.id));
                of_owner.filter(|grant| grant.effect == Effect::Deny).count()
            };
            prop_assert!(denies(&after) <= denies(&world));
        }

        // 2. Somebody can still administer it.
        let (old, new) = (naive::administrators(&world, NOW), naive::administrators(&after, NOW));
        prop_assert!(new > 0 || old == 0, "the last administrator went");

        if !transfer {
            let done = rows.iter().zip(&plan.rows).filter(|(_, planned)| planned.changes());
            let members = done.filter(|(row, _)| row.kind.rules().target() == Target::Members);
            let named: Vec<_> = members.filter_map(|(row, _)| row.target.map(MemberId)).collect();
            hands_out_no_more(&world, &after, actor, &named)?;
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
        if let Kind::Grant(Grant { effect, .. }) = &request.kind {
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
        let Some(Tried { plan: Plan { rows, after, .. }, .. }) = Tried::accepted(&world, &seed) else { return Ok(()) };
        let effects: Vec<_> = rows.iter().flat_map(|row| &row.effects).collect();
        let everyone: BTreeSet<_> = world.members.iter().chain(&after.members).map(|member| member.id).collect();
        prop_assert_eq!(effects.iter().map(|effect| effect.member).collect::<BTreeSet<_>>().len(), effects.len());
        for member in everyone {
            is_the_difference(&world, &after, member, effects.iter().find(|effect| effect.member == member).copied())?;
        }
    }
}

/// What comes of a change: whether it is made, whether that tells on what somebody holds, why it is refused.
fn came_of_it((world, seed): &(Snapshot, Seed)) -> Vec<String> {
    let Tried { request, plan, .. } = Tried::new(world, seed);
    let name = request.kind.name();
    let mut came = BTreeSet::new();
    for row in &plan.rows {
        match &row.outcome {
            RowOutcome::Done if plan.refused.is_none() => {
                came.insert(format!("{name} made"));
                came.extend((!row.effects.is_empty()).then(|| format!("{name} tells")));
            }
            RowOutcome::Skipped { why } => came.extend([format!("{name} refused"), why.code().to_owned()]),
            _ => {}
        }
    }
    if let Some(why) = &plan.refused {
        came.extend([format!("{name} refused"), why.code().to_owned()]);
    }
    came.into_iter().collect()
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
    "group_members",
    "set_groups",
    "deactivate",
    "reactivate",
    "grant",
    "edit_grant",
    "revoke",
    "invite",
    "resend",
    "cancel",
    "edit_invitation",
];

/// Of a thousand changes, so many at least tell on what somebody holds, or are refused for a reason.
const LEAST: [(&str, usize); 22] = [
    ("set_roles tells", 4),
    ("remove tells", 4),
    ("transfer tells", 7),
    ("edit_group tells", 4),
    ("delete_group tells", 5),
    ("group_members tells", 5),
    ("set_groups tells", 4),
    ("deactivate tells", 9),
    ("grant tells", 2),
    ("revoke tells", 1),
    ("invite tells", 9),
    ("lacks", 30),
    ("above", 15),
    ("beyond", 20),
    ("own_expiry", 2),
    ("last_administrator", 3),
    ("owner", 20),
    ("owner_undeniable", 1),
    ("owner_only", 30),
    ("yourself", 40),
    ("provider", 14),
    ("fence_opens", 1),
];

/// The properties above say nothing of what is refused: of the changes that are tried, some of every kind are
/// made, and some refused.
#[test]
fn what_is_tried_is_worth_trying() {
    let of_every_kind = KINDS.iter().flat_map(|kind| [(format!("{kind} made"), 4), (format!("{kind} refused"), 3)]);
    let least = of_every_kind.chain(LEAST.map(|(what, least)| (what.to_owned(), least)));
    shares::assert_at_least(&any_case(), least, came_of_it);
}
