//! Like rows folded: what they come to is worked out and told once.

use super::super::names::Names;
use crate::{
    api::wire::{AllGroups, PlanKind},
    domain::{
        access::{Evidence, IdMap},
        capability::{Cap, Catalogue},
        change::{Change, Facts, Refusal},
        id::{FolderId, GroupId, MemberId, RoleId},
        invitation::InvitationStatus,
        model::{Effect, Member, MemberStatus, Snapshot},
        pack::{Attach, Policies},
        plan::{Delta, Expects, Held, HeldOf, MemberEffect, Turn, Verdict},
        time::Timestamp,
        untrusted::Text,
    },
};
use std::collections::{HashMap, hash_map::Entry};

/// One thing that a row has before or after.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Thing {
    State(MemberStatus),
    Invitation(InvitationStatus),
    /// A link other than the one that was sent.
    NewLink,
    /// How long an invitation can be answered.
    Days(i64),
    /// With its end, where it has one.
    Role(RoleId, Option<Timestamp>),
    /// The same.
    Group(GroupId, Option<Timestamp>),
    Direct(String),
    Grant(FolderId, String, Effect),
}

/// What a row has, before and after.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
struct Sides {
    before: Vec<Thing>,
    after: Vec<Thing>,
    /// Groups, grants and direct permissions: what of them comes and goes, whatever else there is.
    adds: Vec<Thing>,
    removes: Vec<Thing>,
}

/// What rows are alike by.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Shape {
    Change {
        sides: Sides,
        gains: Vec<(Cap, Option<FolderId>)>,
        loses: Vec<(Cap, Option<FolderId>)>,
        stays: Vec<(Cap, Vec<Evidence>)>,
        /// Whose, where what stays is by something of the member's own.
        of: Option<MemberId>,
    },
    Same,
    LeftOut(String, Option<&'static str>),
}

/// The kinds of rows met so far.
pub struct Fold<'a> {
    before: IdMap<MemberId, &'a Member>,
    after: IdMap<MemberId, &'a Member>,
    catalogue: &'a Catalogue,
    policies: &'a Policies,
    names: Names<'a>,
    now: Timestamp,
    met: HashMap<Shape, u32>,
    /// What differs only in what is not told is one kind.
    told: HashMap<PlanKind, u32>,
    kinds: Vec<PlanKind>,
    met_groups: HashMap<[Vec<Thing>; 2], u32>,
    groups: Vec<AllGroups>,
}

impl<'a> Fold<'a> {
    pub fn new(before: &'a Snapshot, after: &'a Snapshot, now: Timestamp) -> Self {
        let by_id = |snapshot: &'a Snapshot| snapshot.members.iter().map(|member| (member.id, member)).collect();
        Self {
            before: by_id(before),
            after: by_id(after),
            catalogue: &after.catalogue,
            policies: &after.policies,
            names: Names::of(vec![after, before], now),
            now,
            met: HashMap::new(),
            told: HashMap::new(),
            kinds: Vec::new(),
            met_groups: HashMap::new(),
            groups: Vec::new(),
        }
    }

    /// The kinds, and the groups of rows that have more than their kind tells, in the order met.
    pub fn finish(self) -> (Vec<PlanKind>, Vec<AllGroups>) {
        (self.kinds, self.groups)
    }

    /// The e-mail of whom a row is of.
    pub fn name(&self, change: Option<&Change>, facts: Option<&Facts>) -> Option<Text> {
        let invitation = facts.and_then(|facts| facts.invitation.as_ref());
        if let Some(invitation) = invitation {
            return Some(invitation.email.clone());
        }
        let member = crate::domain::change::member_of(change?, facts?)?;
        self.before.get(&member).map(|member| member.email.clone())
    }

    /// What must still be so when the turn of a row comes.
    pub fn expects(&self, change: &Change) -> Option<Expects> {
        Expects::of(change, |member| self.before.get(&member).copied(), self.now)
    }

    /// How what a change is on stands, in names; nothing where it is not there.
    pub fn stands(&self, change: &Change, facts: Option<&Facts>) -> Vec<Text> {
        let invitation = facts.and_then(|facts| facts.invitation.as_ref());
        let member = facts.and_then(|facts| crate::domain::change::member_of(change, facts));
        let things = match (invitation, member.and_then(|id| self.before.get(&id))) {
            (Some(invitation), _) => vec![Thing::Invitation(invitation.status)],
            (None, Some(member)) => {
                let state = (member.status != MemberStatus::Active).then_some(Thing::State(member.status));
                let roles = member.roles.iter().filter(|(_, edge)| edge.live(self.now));
                state.into_iter().chain(roles.map(|(id, edge)| Thing::Role(*id, edge.terms.expires_at))).collect()
            }
            (None, None) => Vec::new(),
        };
        words(&self.names, self.catalogue, &things)
    }

    /// The place of a row's kind among the kinds.
    pub fn kind(&mut self, change: Option<&Change>, facts: Option<&Facts>, verdict: &Verdict) -> u32 {
        let shape = self.shape(change, facts, verdict);
        let next = self.kinds.len() as u32;
        let member = match verdict {
            Verdict::Change { effect: Some(effect), .. } => effect.member,
            _ => MemberId(0),
        };
        match self.met.entry(shape) {
            Entry::Occupied(met) => *met.get(),
            Entry::Vacant(new) => {
                let kind = tell(&self.names, self.catalogue, member, new.key());
                let place = *self.told.entry(kind.clone()).or_insert(next);
                if place == next {
                    self.kinds.push(kind);
                }
                *new.insert(place)
            }
        }
    }

    /// The place of a row's groups, where its kind tells only which of them come and go.
    pub fn groups(&mut self, facts: Option<&Facts>, verdict: &Verdict) -> Option<u32> {
        let Verdict::Change { delta: Some(delta), .. } = verdict else { return None };
        let of_groups = delta.took.iter().chain(&delta.gave).any(|held| matches!(held.of, HeldOf::Group(_)));
        if !of_groups || delta.membership.is_some() || of_invitation(facts) {
            return None;
        }
        let all = |members: &IdMap<MemberId, &Member>| members.get(&delta.member).map(|member| self.groups_of(member));
        let sides = [&self.before, &self.after].map(|members| all(members).unwrap_or_default());
        let next = self.groups.len() as u32;
        Some(match self.met_groups.entry(sides) {
            Entry::Occupied(met) => *met.get(),
            Entry::Vacant(new) => {
                let [before, after] = new.key().each_ref().map(|things| words(&self.names, self.catalogue, things));
                self.groups.push(AllGroups { before, after });
                *new.insert(next)
            }
        })
    }

    fn groups_of(&self, member: &Member) -> Vec<Thing> {
        let live = member.groups.iter().filter(|(_, edge)| edge.live(self.now));
        live.map(|(id, edge)| Thing::Group(*id, edge.terms.expires_at)).collect()
    }

    fn shape(&self, change: Option<&Change>, facts: Option<&Facts>, verdict: &Verdict) -> Shape {
        let (effect, delta) = match verdict {
            Verdict::Same => return Shape::Same,
            Verdict::LeftOut(refusal) => return Shape::LeftOut(refusal.to_string(), field(refusal)),
            Verdict::Change { effect, delta } => (effect, delta),
        };
        let sides = match (delta, change) {
            (Some(delta), _) if !of_invitation(facts) => self.sides(delta),
            (_, Some(change)) => {
                let (before, after) = self.sides_of_invitation(change, facts);
                Sides { before, after, ..Sides::default() }
            }
            (_, None) => Sides::default(),
        };
        let MemberEffect { member, gains, loses, stays } = effect.clone().unwrap_or_else(|| MemberEffect {
            member: MemberId(0),
            gains: Vec::new(),
            loses: Vec::new(),
            stays: Vec::new(),
        });
        let own = |via: &Evidence| matches!(via, Evidence::Direct | Evidence::OrgRole(_));
        let of = stays.iter().any(|(_, via)| via.iter().any(own)).then_some(member);
        Shape::Change { sides, gains, loses, stays, of }
    }

    /// An invitation, before and after.
    fn sides_of_invitation(&self, change: &Change, facts: Option<&Facts>) -> (Vec<Thing>, Vec<Thing>) {
        let invitation = facts.and_then(|facts| facts.invitation.as_ref());
        match (change, invitation) {
            (Change::Invite(draft), _) => {
                let joins =
                    facts.is_some_and(|facts| facts.account_exists) && self.policies.attach == Attach::Immediate;
                let state =
                    if joins { Thing::State(MemberStatus::Active) } else { Thing::Invitation(InvitationStatus::Sent) };
                (Vec::new(), waiting(state, &draft.roles, &draft.groups))
            }
            (Change::ReopenInvitation { status, expires_at, delta, .. }, Some(one)) => {
                let mut after = vec![Thing::Invitation(status.at(*expires_at, self.now))];
                after.extend(delta.gave.iter().filter(|held| held.edge.live(self.now)).filter_map(
                    |held| match held.of {
                        HeldOf::Role(id) => Some(Thing::Role(id, held.edge.terms.expires_at)),
                        HeldOf::Group(id) => Some(Thing::Group(id, held.edge.terms.expires_at)),
                        HeldOf::Direct(_) | HeldOf::Grant { .. } => None,
                    },
                ));
                after.push(Thing::NewLink);
                (vec![Thing::Invitation(one.status)], after)
            }
            (Change::CancelInvitation { .. }, Some(one)) => {
                let before = waiting(Thing::Invitation(one.status), &one.roles, &one.groups);
                (before, vec![Thing::Invitation(InvitationStatus::Cancelled)])
            }
            (Change::ResendInvitation { .. }, Some(one)) => {
                let days = Thing::Days(self.policies.invitation_ttl_days);
                (vec![Thing::Invitation(one.status)], vec![Thing::Invitation(InvitationStatus::Sent), days])
            }
            _ => (Vec::new(), Vec::new()),
        }
    }

    /// What a delta is about, before and after. Where the membership itself comes or goes that is all there is.
    fn sides(&self, delta: &Delta) -> Sides {
        let whole = delta.membership.is_some();
        let roles = whole || delta.took.iter().chain(&delta.gave).any(|held| matches!(held.of, HeldOf::Role(_)));
        let edges = |held: &[Held]| held.iter().filter_map(|held| self.edge(held)).collect::<Vec<_>>();
        let side = |member: Option<&&Member>, held: &[Held], status: Option<MemberStatus>| {
            let mut things: Vec<Thing> = status.map(Thing::State).into_iter().collect();
            if let Some(member) = member.filter(|_| roles) {
                let held = member.roles.iter().filter(|(_, edge)| edge.live(self.now));
                things.extend(held.map(|(id, edge)| Thing::Role(*id, edge.terms.expires_at)));
            }
            if whole {
                things.extend(edges(held));
            }
            things
        };
        let came = match &delta.membership {
            Some(Turn::Came(membership)) => Some(membership.status),
            _ => None,
        };
        let (from, to) = (delta.status.map(|(from, _)| from), delta.status.map(|(_, to)| to).or(came));
        Sides {
            before: side(self.before.get(&delta.member), &delta.took, from),
            after: side(self.after.get(&delta.member), &delta.gave, to),
            adds: if whole { Vec::new() } else { edges(&delta.gave) },
            removes: if whole { Vec::new() } else { edges(&delta.took) },
        }
    }

    /// What is held by an edge, other than a role.
    fn edge(&self, held: &Held) -> Option<Thing> {
        match &held.of {
            HeldOf::Role(_) => None,
            HeldOf::Group(_) if !held.edge.live(self.now) => None,
            HeldOf::Group(id) => Some(Thing::Group(*id, held.edge.terms.expires_at)),
            HeldOf::Direct(key) => Some(Thing::Direct(key.clone())),
            HeldOf::Grant { folder, capability, effect, .. } => {
                Some(Thing::Grant(*folder, capability.clone(), *effect))
            }
        }
    }
}

/// Whether a row is an invitation.
fn of_invitation(facts: Option<&Facts>) -> bool {
    facts.is_some_and(|facts| facts.invitation.is_some())
}

/// A state, and what waits behind it.
fn waiting(state: Thing, roles: &[RoleId], groups: &[GroupId]) -> Vec<Thing> {
    let roles = roles.iter().map(|id| Thing::Role(*id, None));
    std::iter::once(state).chain(roles).chain(groups.iter().map(|id| Thing::Group(*id, None))).collect()
}

/// The field of a draft that is at fault.
fn field(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::Invalid { field, .. } => Some(field),
        Refusal::Conflict { field, .. } => *field,
        _ => None,
    }
}

/// A kind in names.
fn tell(names: &Names<'_>, catalogue: &Catalogue, member: MemberId, shape: &Shape) -> PlanKind {
    match shape {
        Shape::Same => PlanKind::Same,
        Shape::LeftOut(reason, field) => {
            PlanKind::LeftOut { reason: Text::new(reason.as_str()), field: field.map(str::to_owned) }
        }
        Shape::Change { sides, gains, loses, stays, .. } => {
            let words = |things: &[Thing]| words(names, catalogue, things);
            let stays = stays.iter().map(|(cap, via)| names.kept(member, *cap, via)).collect();
            PlanKind::Change {
                before: words(&sides.before),
                after: words(&sides.after),
                adds: words(&sides.adds),
                removes: words(&sides.removes),
                gains: names.items(gains),
                loses: names.items(loses),
                stays,
            }
        }
    }
}

fn words(names: &Names<'_>, catalogue: &Catalogue, things: &[Thing]) -> Vec<Text> {
    things.iter().map(|thing| word(names, catalogue, thing)).collect()
}

fn word(names: &Names<'_>, catalogue: &Catalogue, thing: &Thing) -> Text {
    let label = |key: &str| catalogue.find(key).map_or_else(|| key.to_owned(), |cap| catalogue.get(cap).label.clone());
    match thing {
        Thing::State(status) => Text::new(status.name()),
        Thing::Invitation(status) => Text::new(status.name()),
        Thing::NewLink => Text::new("new link"),
        Thing::Days(1) => Text::new("1 day"),
        Thing::Days(days) => Text::new(format!("{days} days")),
        Thing::Role(id, end) => until(names.role(*id).name, *end),
        Thing::Group(id, end) => until(names.group(*id).name, *end),
        Thing::Direct(key) => Text::new(label(key)),
        Thing::Grant(folder, key, effect) => {
            Text::new(format!("{} {} @ {}", effect.name(), label(key), names.folder(*folder).name.raw()))
        }
    }
}

/// `Viewer until 2026-12-31`: what has an end says so.
fn until(name: Text, end: Option<Timestamp>) -> Text {
    match end.and_then(|end| jiff::Timestamp::from_second(end.0).ok()) {
        Some(end) => Text::new(format!("{} until {}", name.raw(), end.strftime("%Y-%m-%d"))),
        None => name,
    }
}
