//! The audit log is enough: its deltas, carried out one by one by code of the tests' own over the workspace as it was,
//! make the workspace as it is.

use crate::{
    replay::{State, everything},
    served::{World, accept},
};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use rolecall::{
    api::{
        backend::{Backend, every},
        error::ApiError,
        wire::{AuditEvent, PageQuery, StartChange},
    },
    domain::{
        change::{
            Asks, Cancel, CreateFolder, CreateGroup, Deactivate, DeleteGroup, EditGrant, EditGroup, EditInvitation,
            Facts, Grant, GroupDraft, GroupMembers, Import, Invite, InviteDraft, Kind, Person, Reactivate, Remove,
            Rename, Request, Resend, Revoke, Selection, SetGroups, SetRoles, To, Transfer, Undo,
        },
        edge::Terms,
        id::{ChangeId, FolderId, GroupId, InvitationId, MemberId, RoleId},
        model::{Effect, MemberStatus, Snapshot},
        time::DAY,
        untrusted::Text,
    },
    server::store::Scope,
};
use std::collections::{BTreeMap, BTreeSet};

crate::on_both! {
    replaying_the_log_over_what_was_gives_what_is,
}

const PASSWORD: &str = "correct horse battery";

/// Changes that are asked for; those that the rules refuse among them.
const STEPS: usize = 100;

/// What there is to choose from.
struct Choices {
    random: StdRng,
    step: usize,
    members: Vec<MemberId>,
    deactivated: Vec<MemberId>,
    emails: Vec<Text>,
    groups: Vec<GroupId>,
    roles: Vec<RoleId>,
    folders: Vec<FolderId>,
    grants: Vec<i64>,
    invitations: Vec<InvitationId>,
    changes: Vec<ChangeId>,
}

impl Choices {
    fn some<T: Clone>(random: &mut StdRng, of: &[T], most: usize) -> Vec<T> {
        let many = random.random_range(1..=most);
        of.choose_multiple(random, many).cloned().collect()
    }

    fn terms(&mut self, now: i64) -> Terms {
        let days = self.random.random_range(0..6);
        let expires_at = (days > 0).then(|| rolecall::domain::time::Timestamp(now + days * DAY));
        let reason = self.random.random_bool(0.5).then(|| Text::new(format!("step {}", self.step)));
        Terms { reason, expires_at, review_at: None }
    }

    fn draft(&mut self, name: String) -> GroupDraft {
        let keys = ["content.read", "content.write", "campaigns.write", "devices.read"];
        let capabilities = Self::some(&mut self.random, &keys, 3).into_iter().map(str::to_owned).collect();
        let leader = self.random.random_bool(0.5).then(|| *self.members.choose(&mut self.random).unwrap());
        GroupDraft { name: name.into(), description: "made at random".into(), capabilities, leader }
    }

    /// A change of a kind, on some rows.
    fn request(&mut self, name: &str, now: i64) -> Request {
        let members = Self::some(&mut self.random, &self.members, 6);
        let groups = Self::some(&mut self.random, &self.groups, 2);
        let role = *self.roles.choose(&mut self.random).unwrap();
        let on = |ids: Vec<i64>, kind: Kind| Request { on: Selection::ids(ids), kind };
        let to = |members: &[MemberId], kind: Kind| on(members.iter().map(|id| id.0).collect(), kind);
        let invitations = Self::some(&mut self.random, &self.invitations, 3).iter().map(|id| id.0).collect();
        let grants = Self::some(&mut self.random, &self.grants, 3);
        let group = groups[0];
        let (terms, step) = (self.terms(now), self.step);
        match name {
            "set_roles" => to(&members, SetRoles { roles: vec![role], terms }.into()),
            "set_groups" => {
                let remove = Self::some(&mut self.random, &self.groups, 2);
                let remove = remove.into_iter().filter(|group| !groups.contains(group)).collect();
                to(&members, SetGroups { add: groups, remove, terms }.into())
            }
            "group_members" => {
                let (add, remove) = members.split_at(members.len() / 2);
                Request::given(GroupMembers { group, add: add.to_vec(), remove: remove.to_vec(), terms })
            }
            "deactivate" => to(&members[..1], Deactivate { reason: None }.into()),
            "reactivate" => to(&self.deactivated, Reactivate { reason: None }.into()),
            "remove" => to(&members[..1], Remove { reason: None }.into()),
            "rename" => to(&members[..1], Rename { name: format!("Named at {step}").into() }.into()),
            "create_group" => Request::given(CreateGroup { draft: self.draft(format!("Group {step}")) }),
            "edit_group" => on(vec![group.0], EditGroup { draft: self.draft(format!("Edited {step}")) }.into()),
            "delete_group" => on(vec![group.0], DeleteGroup { reason: None }.into()),
            "create_folder" => {
                let parent = self.folders.choose(&mut self.random).copied();
                let name = format!("Folder {step}").into();
                Request::given(CreateFolder { name, kind: None, parent, reason: terms.reason })
            }
            "grant" => {
                let folder = *self.folders.choose(&mut self.random).unwrap();
                let effect = if self.random.random_bool(0.5) { Effect::Allow } else { Effect::Deny };
                let (capability, of_group) = ("content.write".to_owned(), self.random.random_bool(0.3));
                let to_whom = if of_group { To::Groups } else { To::Members };
                let kind = Grant { folder, capability, effect, to: to_whom, terms };
                if of_group { on(vec![group.0], kind.into()) } else { to(&members, kind.into()) }
            }
            "edit_grant" => on(grants, EditGrant { terms }.into()),
            "revoke" => on(grants, Revoke { reason: None }.into()),
            "invite" => {
                let draft = |n: usize| InviteDraft {
                    email: format!("guest-{step}-{n}@northwind.test").into(),
                    name: (n == 1).then(|| Text::new(format!("Guest {step}"))),
                    roles: vec![role],
                    groups: groups.clone(),
                    ..InviteDraft::default()
                };
                Request::given(Invite { drafts: (0..2).map(draft).collect() })
            }
            "import" => {
                let person = |n: usize| Person {
                    email: format!("person-{step}-{n}@northwind.test").into(),
                    name: if n == 1 { format!("Person {step}").into() } else { Text::default() },
                    roles: vec![role],
                    groups: groups.clone(),
                };
                Request::given(Import { people: (0..2).map(person).collect() })
            }
            "resend" => on(invitations, Resend {}.into()),
            "cancel" => on(invitations, Cancel { reason: None }.into()),
            "edit_invitation" => {
                on(invitations, EditInvitation { roles: vec![role], groups, ttl_days: Some(2) }.into())
            }
            "undo" => {
                let change = *self.changes.choose(&mut self.random).unwrap();
                Request::given(Undo { change, reason: None })
            }
            other => panic!("{other}"),
        }
    }
}

async fn snapshot(world: &World) -> Snapshot {
    let mut all = world.store.snapshot(world.ws, &Scope::All, world.now()).await.unwrap();
    // Whether somebody has a password is no part of the log.
    all.members.iter_mut().for_each(|member| member.can_sign_in = false);
    all
}

/// Every invitation, and the names of all members.
async fn facts(world: &World) -> Facts {
    let settled_too = PageQuery { filter: "status:any".into(), ..PageQuery::default() };
    let owner = world.acting(&world.first).await;
    let rows = every(settled_too, |query| {
        let owner = &owner;
        async move { owner.invitations(world.ws, &query).await }
    });
    let invitations = match rows.await {
        Ok(rows) => rows.into_iter().map(|row| row.id).collect(),
        Err(error) => panic!("{error:?}"),
    };
    let names = snapshot(world).await.members.into_iter().map(|member| member.id).collect();
    let asks = Asks { invitations, names, ..Asks::default() };
    world.store.reading(world.ws).await.unwrap().reading().facts(&asks, world.now()).await.unwrap().0
}

async fn log(world: &World) -> Vec<AuditEvent> {
    let events = every(PageQuery::default(), |query| async move { world.store.audit(world.ws, &query).await });
    let mut events = events.await.unwrap();
    events.reverse();
    events
}

/// What can be chosen now.
async fn look(world: &World, choices: &mut Choices) {
    let all = snapshot(world).await;
    choices.members = all.members.iter().filter(|member| !member.owner).map(|member| member.id).collect();
    let deactivated = all.members.iter().filter(|member| member.status == MemberStatus::Deactivated);
    choices.deactivated = deactivated.map(|member| member.id).collect();
    choices.emails = all.members.iter().map(|member| member.email.clone()).collect();
    choices.groups = all.groups.iter().map(|group| group.id).collect();
    choices.grants = all.grants.iter().map(|grant| grant.id.0).collect();
    choices.invitations = facts(world).await.invitations.into_keys().collect();
    choices.invitations.sort_unstable();
}

async fn replaying_the_log_over_what_was_gives_what_is() {
    let world = World::sample(50).await;
    let before = snapshot(&world).await;
    let (mut state, begun) = (State { facts: facts(&world).await, world: before.clone() }, log(&world).await.len());
    let mut choices = Choices {
        random: StdRng::seed_from_u64(11),
        step: 0,
        members: Vec::new(),
        deactivated: Vec::new(),
        emails: Vec::new(),
        groups: Vec::new(),
        roles: before.roles.iter().map(|role| role.id).collect(),
        folders: before.folders.iter().map(|folder| folder.id).collect(),
        grants: Vec::new(),
        invitations: Vec::new(),
        changes: Vec::new(),
    };
    let names: Vec<&str> = Kind::NAMES.iter().copied().filter(|name| *name != "restore").collect();
    let mut links: BTreeMap<ChangeId, Vec<String>> = BTreeMap::new();
    let mut done: BTreeMap<String, u64> = BTreeMap::new();
    for step in 0..STEPS {
        choices.step = step;
        look(&world, &mut choices).await;
        let name = match names[step % names.len()] {
            "undo" if choices.changes.is_empty() => "set_roles",
            // That comes last.
            "transfer" => "group_members",
            name => name,
        };
        let owner = world.owner().await;
        let request = choices.request(name, world.now().0);
        let start = StartChange { request, digest: None, password: None };
        match owner.start_change(world.ws, &start, &world.key()).await {
            Ok(change) => {
                let change = owner.watch_change(world.ws, change.id, |_| ()).await.unwrap();
                assert_eq!(change.failed, 0, "{name}: {change:?}");
                *done.entry(change.action.clone()).or_default() += change.done;
                choices.changes.push(change.id);
                let rows = owner.change_rows(world.ws, change.id, &PageQuery::default()).await.unwrap().items;
                links.insert(change.id, rows.into_iter().filter_map(|row| row.link).collect());
            }
            Err(ApiError::Refused(_)) => {}
            Err(error) => panic!("{name}: {error:?}"),
        }
        if choices.random.random_bool(0.3)
            && let Some(link) = links.values_mut().rev().find_map(Vec::pop)
        {
            let status = accept(&link, "Came in", PASSWORD).await.status().as_u16();
            assert!(matches!(status, 200 | 404 | 409 | 422), "{status}");
        }
        if choices.random.random_bool(0.3) {
            world.pass(choices.random.random_range(1..2 * DAY));
            world.store.expire_due(world.now()).await.unwrap();
        }
    }
    look(&world, &mut choices).await;
    let owner = world.owner().await;
    owner.set_password(None, PASSWORD).await.unwrap();
    let mut handed_on = false;
    for email in &choices.emails {
        let request = Request::given(Transfer { email: email.clone(), reason: None });
        let start = StartChange { request, digest: None, password: Some(PASSWORD.into()) };
        let change = owner.start_change(world.ws, &start, &world.key()).await;
        handed_on |= change.is_ok_and(|change| change.done == 1);
        if handed_on {
            break;
        }
    }
    assert!(handed_on, "somebody can be owner");

    let events = log(&world).await;
    world.store.verify_audit(world.ws).await.unwrap();
    let actions: BTreeSet<&str> = events[begun..].iter().map(|event| event.action.as_str()).collect();
    let wanted: BTreeSet<&str> = names.iter().copied().chain(["accept_invitation", "invitation_expired"]).collect();
    assert_eq!(actions, wanted, "{done:?}");

    for event in &events[begun..] {
        state.replay(&event.delta, event.at);
    }
    state.world.members.iter_mut().for_each(|member| member.can_sign_in = false);
    let now = world.now();
    assert_eq!(everything(&state.world, now), everything(&snapshot(&world).await, now));
    let last = facts(&world).await;
    for (account, name) in &last.names {
        assert_eq!(state.facts.names.get(account).cloned().unwrap_or_default(), *name, "{account:?}");
    }
    let sorted = |facts: &Facts| facts.invitations.clone().into_iter().collect::<BTreeMap<_, _>>();
    let (replayed, last) = (sorted(&state.facts), sorted(&last));
    for (id, record) in &last {
        assert_eq!(replayed.get(id), Some(record), "{id}");
    }
    assert_eq!(replayed.len(), last.len());
}
