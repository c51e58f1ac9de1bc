//! A small workspace that answers calls at once: the sample behind flows and snapshots.

use crate::console::NOW;
use rolecall::{
    api::{
        backend::Features,
        error::ApiError,
        wire::{
            Among, Change, ChangeRow, ChangeState, Count, FolderRow, Found, GrantRow, GroupRow, InvitationCount,
            InvitationFlag, InvitationRow, InvitationStatus, Me, MemberRow, Named, Page, Plan, PlanRow, RoleRow, Shape,
            StartChange, Workspace,
        },
    },
    app::effect::{Call, Link, Reply},
    domain::{
        capability::Capability,
        change::{Refusal, Request, Thing, Things},
        edge::{Edge, Terms},
        filter::InvitationFilter,
        id::{AccountId, ChangeId, FolderId, GrantId, GroupId, InvitationId, MemberId, RoleId, WorkspaceId},
        model::{Effect, MemberStatus, Subject},
        pack::{Pack, Policies},
        plan::RowOutcome,
        time::DAY,
    },
};

use std::collections::HashSet;

/// Answers any call of the panes; dialogs are answered by their own tests.
pub fn world(call: &Call) -> Result<Reply, ApiError> {
    Ok(match call {
        Call::Hello => Reply::Hello(Features::ALL, Box::new(me())),
        Call::Workspace(_) => Reply::Workspace(Box::new(workspace())),
        Call::Members(_, query) => {
            let all = members();
            let shown = all.into_iter().filter(|m| m.email.raw().contains(&query.filter)).collect();
            Reply::Members(page(shown))
        }
        Call::CountMembers(_, filter) => {
            let all = members();
            let matching = all.iter().filter(|m| m.email.raw().contains(filter)).count() as u64;
            Reply::Count(Count { total: all.len() as u64, matching })
        }
        Call::CountMembersAmong(_, among) => Reply::Found(found(among, |filter| {
            let passes = |m: &MemberRow| m.email.raw().contains(filter);
            members().into_iter().filter(passes).map(|m| m.id.0).collect()
        })),
        Call::CountInvitationsAmong(_, among) => {
            Reply::Found(found(among, |filter| invitations_of(filter).iter().map(|one| one.id.0).collect()))
        }
        Call::Member(_, id) => Reply::Member(Box::new(members().into_iter().find(|m| m.id == *id).unwrap())),
        Call::Groups(_) => Reply::Groups(groups()),
        Call::Roles(_) => Reply::Roles(roles()),
        Call::Folders(_) => Reply::Folders(folders()),
        Call::FolderGrants(_, folder) => Reply::Grants(if folder.0 == 4 { grants() } else { Vec::new() }),
        Call::MemberGrants(..) | Call::GroupGrants(..) => Reply::Grants(Vec::new()),
        Call::Changes(..) => Reply::Changes(page(changes())),
        Call::ChangeRows(_, _, query) => Reply::ChangeRows(page(change_rows(&query.filter))),
        Call::Invitations(_, query) => Reply::Invitations(page(invitations_of(&query.filter))),
        Call::CountInvitations(_, filter) => Reply::InvitationCount(count_of(&invitations(), filter)),
        Call::Invitation(_, id) => {
            Reply::Invitation(Box::new(invitations().into_iter().find(|row| row.id == *id).unwrap()))
        }
        Call::InvitationLink(..) => {
            Reply::InvitationLink(Link("https://rolecall.northwind.test/join/s3cret".to_owned()))
        }
        Call::Plan(_, request) => Reply::Plan(Box::new(plan_of(request))),
        Call::StartChange(_, start, _) => Reply::Change(Box::new(done(start))),
        other => panic!("the sample has no answer to {other:?}"),
    })
}

/// Every row of a request changes, and nobody's access with it.
pub fn plan_of(request: &Request) -> Plan {
    let named = |id: &i64| PlanRow { id: Some(*id), name: "adele@northwind.test".into(), ..PlanRow::default() };
    let mut rows: Vec<PlanRow> = request.on.ids.iter().map(named).collect();
    if rows.is_empty() {
        rows.push(PlanRow { name: "adele@northwind.test".into(), ..PlanRow::default() });
    }
    let shape = Shape {
        outcome: RowOutcome::Done,
        before: role("Marketer"),
        after: role("Viewer"),
        gains: Vec::new(),
        loses: Vec::new(),
        stays: Vec::new(),
        once_active: false,
    };
    let change = rows.len() as u64;
    Plan { revision: 9, digest: "as planned".into(), rows, shapes: vec![shape], change, ..Plan::default() }
}

/// The change of one row that was started, done at once.
pub fn done(start: &StartChange) -> Change {
    let action = start.request.kind.name();
    Change { total: 1, done: 1, failed: 0, skipped: 0, ..change(20, action, Vec::new()) }
}

/// A role, as what a row has.
pub fn role(name: &str) -> Things {
    vec![Thing::Role { name: name.into(), until: None }]
}

/// Groups, as what a row has.
pub fn in_groups(name: &str) -> Things {
    vec![Thing::Group { name: name.into(), until: None }]
}

/// How many of the selected rows there are and match, where `matching` says which rows match a filter.
fn found(among: &Among, matching: impl Fn(&str) -> HashSet<i64>) -> Found {
    let mut selected: HashSet<i64> = among.on.ids.iter().copied().collect();
    for one in &among.on.matching {
        selected.extend(matching(&one.filter).into_iter().filter(|id| !one.except.contains(id)));
    }
    let shown = selected.intersection(&matching(&among.filter)).count() as u64;
    Found { selected: selected.len() as u64, matching: shown }
}

/// The invitations that a filter is about.
pub fn invitations_of(filter: &str) -> Vec<InvitationRow> {
    let filter: InvitationFilter = filter.parse().unwrap();
    invitations().into_iter().filter(|row| filter.passes(row)).collect()
}

/// The numbers over a board of these.
pub fn count_of(rows: &[InvitationRow], filter: &str) -> InvitationCount {
    let filter: InvitationFilter = filter.parse().unwrap();
    let of = |status| rows.iter().filter(|row| row.status == status).count() as u64;
    let ends = rows.iter().filter(|row| row.status == InvitationStatus::Sent).map(|row| row.expires_at);
    InvitationCount {
        matching: rows.iter().filter(|row| filter.passes(*row)).count() as u64,
        sent: of(InvitationStatus::Sent),
        expired: of(InvitationStatus::Expired),
        failed: of(InvitationStatus::Failed),
        settled: rows.iter().filter(|row| !row.status.open()).count() as u64,
        attention: rows.iter().filter(|row| !row.flags.is_empty()).count() as u64,
        turns_at: ends.min(),
    }
}

/// A page that is the whole list.
pub fn page<T>(items: Vec<T>) -> Page<T> {
    Page { items, before: None, after: None, revision: 9 }
}

/// The caller: Aziza, the owner.
pub fn me() -> Me {
    Me {
        account: AccountId(1),
        email: "aziza@northwind.test".into(),
        name: "Aziza Karimova".into(),
        has_password: true,
        workspaces: vec![Named { id: WorkspaceId(1), name: "Northwind Signage".into() }],
    }
}

const CAPABILITIES: [(&str, &str, &str); 13] = [
    ("content.read", "Content · view", "Content"),
    ("content.write", "Content · edit", "Content"),
    ("campaigns.read", "Campaigns · view", "Campaigns"),
    ("campaigns.write", "Campaigns · edit", "Campaigns"),
    ("campaigns.approve", "Campaigns · approve", "Campaigns"),
    ("devices.write", "Devices · edit", "Devices"),
    ("members.read", "Members · view", "Administration"),
    ("members.invite", "Members · invite", "Administration"),
    ("members.manage", "Members · manage", "Administration"),
    ("groups.manage", "Groups · manage", "Administration"),
    ("folders.manage", "Folders · manage", "Administration"),
    ("roles.manage", "Roles · manage", "Administration"),
    ("grants.manage", "Grants · manage", "Administration"),
];

/// The workspace, its owner calling.
pub fn workspace() -> Workspace {
    let pack = Pack::builtin("signage").unwrap().unwrap();
    Workspace {
        id: WorkspaceId(1),
        name: "Northwind Signage".into(),
        pack: "signage".into(),
        version: 3,
        revision: 9,
        capabilities: CAPABILITIES
            .iter()
            .map(|(key, label, category)| Capability {
                key: (*key).into(),
                label: (*label).into(),
                category: (*category).into(),
                per_folder: !key.ends_with("manage"),
                managing: *category == "Administration",
            })
            .collect(),
        policies: Policies { company_domains: vec!["northwind.test".to_owned()], ..pack.policies },
        my_member: Some(MemberId(1)),
        my_owner: true,
        my_capabilities: CAPABILITIES.iter().map(|(key, ..)| (*key).into()).collect(),
        members: 7,
    }
}

/// The roles of the sample.
pub fn roles() -> Vec<RoleRow> {
    let all: Vec<&str> = CAPABILITIES.iter().map(|(key, ..)| *key).collect();
    let role = |id, name: &str, capabilities: &[&str], members| RoleRow {
        id: RoleId(id),
        key: name.to_lowercase(),
        name: name.into(),
        capabilities: capabilities.iter().map(|key| (*key).to_owned()).collect(),
        builtin: true,
        members,
        assignable: true,
    };
    vec![
        role(1, "Administrator", &all, 2),
        role(2, "Marketer", &["content.read", "content.write", "campaigns.read", "campaigns.write"], 2),
        role(3, "Designer", &["content.read", "content.write", "campaigns.read"], 1),
        role(4, "Approver", &["campaigns.approve", "content.read", "campaigns.read"], 0),
        role(5, "Analyst", &["content.read", "campaigns.read"], 0),
        role(6, "Technician", &["devices.write", "content.read"], 1),
        role(7, "Viewer", &["content.read", "campaigns.read"], 1),
    ]
}

/// A member of the sample; other fields to be changed by the caller.
pub fn member(id: i64, email: &str, name: &str, role: Option<(i64, &str)>) -> MemberRow {
    MemberRow {
        id: MemberId(id),
        account: AccountId(id),
        version: 1,
        email: email.into(),
        name: name.into(),
        status: MemberStatus::Active,
        owner: false,
        roles: role.map(|(id, name)| Named { id: RoleId(id), name: name.into() }).into_iter().collect(),
        groups: Vec::new(),
        workspaces: 1,
        last_sign_in: Some(NOW.plus(-3 * DAY)),
        invitation: None,
    }
}

fn group_name(id: i64, name: &str) -> Named<GroupId> {
    Named { id: GroupId(id), name: name.into() }
}

/// The members of the sample, by e-mail.
pub fn members() -> Vec<MemberRow> {
    let mut adele = member(2, "adele@northwind.test", "Adele Vance", Some((2, "Marketer")));
    adele.groups = vec![group_name(1, "Content Team")];
    adele.last_sign_in = Some(NOW.plus(-94 * DAY));
    let mut aziza = member(1, "aziza@northwind.test", "Aziza Karimova", None);
    aziza.owner = true;
    aziza.workspaces = 3;
    let mut bo = member(3, "bo@partner.test", "", Some((2, "Marketer")));
    bo.status = MemberStatus::Pending;
    bo.last_sign_in = None;
    bo.invitation = Some(InvitationId(1));
    let mut carla = member(4, "carla@northwind.test", "Carla Ruiz", Some((3, "Designer")));
    carla.status = MemberStatus::Deactivated;
    carla.last_sign_in = Some(NOW.plus(-400 * DAY));
    carla.groups = vec![group_name(1, "Content Team"), group_name(2, "Campaign Desk")];
    let dmitri = member(5, "dmitri@northwind.test", "Дмитрий Ковалёв", Some((1, "Administrator")));
    let mut mei = member(6, "mei@northwind.test", "王美玲", Some((6, "Technician")));
    mei.groups = vec![group_name(2, "Campaign Desk")];
    let long = member(
        7,
        "maximiliana.featherstonehaugh-cholmondeley@northwind.test",
        "Maximiliana Featherstonehaugh-Cholmondeley of the Northern Reaches",
        Some((7, "Viewer")),
    );
    vec![adele, aziza, bo, carla, dmitri, long, mei]
}

/// The groups of the sample.
pub fn groups() -> Vec<GroupRow> {
    let group = |id, name: &str, capabilities: &[&str], leader: Option<(i64, &str)>, members| GroupRow {
        id: GroupId(id),
        version: 1,
        name: name.into(),
        description: "".into(),
        capabilities: capabilities.iter().map(|key| (*key).to_owned()).collect(),
        leader: leader.map(|(id, name)| Named { id: MemberId(id), name: name.into() }),
        members,
    };
    vec![
        group(2, "Campaign Desk", &["campaigns.approve"], None, 2),
        group(1, "Content Team", &["content.write"], Some((2, "adele@northwind.test")), 2),
        group(3, "Everyone who was ever asked to look at a screen", &[], None, 0),
        group(4, "現場チーム", &["devices.write", "content.read"], Some((6, "mei@northwind.test")), 0),
    ]
}

/// The tree of the sample.
pub fn folders() -> Vec<FolderRow> {
    let folder = |id, parent: Option<i64>, name: &str, allows, denies| FolderRow {
        id: FolderId(id),
        version: 1,
        parent: parent.map(FolderId),
        name: name.into(),
        kind: "content folder".into(),
        owner: None,
        fence: Vec::new(),
        allows,
        denies,
    };
    let mut assets = folder(2, Some(1), "Campaign assets", 1, 0);
    assets.fence = vec![group_name(1, "Content Team"), group_name(2, "Campaign Desk")];
    vec![
        folder(1, None, "Northwind", 0, 0),
        assets,
        folder(3, Some(2), "Autumn", 0, 0),
        folder(4, Some(2), "Promo Archive", 1, 1),
        folder(5, Some(1), "東京オフィスの受付に置いてある大きな画面のための素材", 0, 0),
    ]
}

/// A grant of the sample.
pub fn grant(id: i64, folder: (i64, &str), subject: Subject, name: &str, capability: &str, effect: Effect) -> GrantRow {
    GrantRow {
        id: GrantId(id),
        version: 1,
        folder: Named { id: FolderId(folder.0), name: folder.1.into() },
        path: vec!["Northwind".into(), folder.1.into()],
        inherited: false,
        subject,
        subject_name: name.into(),
        capability: capability.into(),
        effect,
        edge: Edge::new(Terms::default(), Some(AccountId(5)), NOW.plus(-30 * DAY)),
        granted_by: Some("dmitri@northwind.test".into()),
        shadowed_by: Vec::new(),
    }
}

/// The grants of Promo Archive.
pub fn grants() -> Vec<GrantRow> {
    let here = (4, "Promo Archive");
    let adele = Subject::Member(MemberId(2));
    let mut deny = grant(1, here, adele, "adele@northwind.test", "content.write", Effect::Deny);
    deny.edge.terms =
        Terms { reason: Some("frozen until the audit".into()), expires_at: None, review_at: Some(NOW.plus(60 * DAY)) };
    let mut allow = grant(2, here, adele, "adele@northwind.test", "content.write", Effect::Allow);
    allow.shadowed_by = vec![GrantId(1)];
    let team = Subject::Group(GroupId(1));
    let mut above = grant(3, (2, "Campaign assets"), team, "Content Team", "content.read", Effect::Allow);
    above.inherited = true;
    above.edge.terms.expires_at = Some(NOW.plus(10 * DAY));
    vec![deny, allow, above]
}

/// The invitations of the sample.
pub fn invitations() -> Vec<InvitationRow> {
    let invitation = |id, email: &str, role: (i64, &str), inviter: &str, expires: i64| InvitationRow {
        id: InvitationId(id),
        version: 1,
        member: Some(MemberId(100 + id)),
        email: email.into(),
        name: "".into(),
        roles: vec![Named { id: RoleId(role.0), name: role.1.into() }],
        groups: Vec::new(),
        message: None,
        inviter: inviter.into(),
        status: InvitationStatus::Sent,
        created_at: NOW.plus(-6 * DAY),
        expires_at: NOW.plus(expires),
        sends: 1,
        delivery: "link shown".into(),
        flags: Vec::new(),
    };
    let mut kim = invitation(2, "kim@northwind.test", (7, "Viewer"), "dmitri@northwind.test", -2 * DAY);
    kim.status = InvitationStatus::Expired;
    kim.flags = vec![InvitationFlag::Expired, InvitationFlag::InviterGone];
    kim.sends = 2;
    let mut noor = invitation(3, "noor@partner.test", (1, "Administrator"), "aziza@northwind.test", 19 * 3600);
    noor.flags = vec![InvitationFlag::Expiring, InvitationFlag::Privileged, InvitationFlag::ForeignDomain];
    let mut failed = invitation(4, "bo@parnter.test", (2, "Marketer"), "aziza@northwind.test", 5 * DAY);
    failed.status = InvitationStatus::Failed;
    failed.delivery = "550 no such domain".into();
    failed.flags = vec![InvitationFlag::Failed, InvitationFlag::ForeignDomain];
    let mut done = invitation(5, "li@northwind.test", (3, "Designer"), "aziza@northwind.test", -DAY);
    done.status = InvitationStatus::Accepted;
    vec![kim, noor, invitation(1, "bo@partner.test", (2, "Marketer"), "aziza@northwind.test", 5 * DAY), failed, done]
}

/// A change of Aziza's that is done.
pub fn change(id: i64, action: &str, what: Things) -> Change {
    Change {
        id: ChangeId(id),
        action: action.into(),
        what,
        goes: Vec::new(),
        name: None,
        filter: None,
        reason: None,
        actor: "aziza@northwind.test".into(),
        mine: true,
        undoes: None,
        origin: None,
        undone_by: None,
        reversible: true,
        state: ChangeState::Done,
        elsewhere: false,
        stop_asked: false,
        created_at: NOW.plus(-7 * 3_600),
        ended_at: Some(NOW.plus(-7 * 3_600 + 4)),
        total: 5,
        done: 3,
        failed: 1,
        skipped: 1,
        left_out: 0,
        by_filter: false,
        per_second: None,
        trouble: None,
    }
}

/// A change at work: 312 of 500.
pub fn at_work(change: Change) -> Change {
    Change {
        state: ChangeState::Running,
        ended_at: None,
        total: 500,
        done: 310,
        failed: 2,
        skipped: 0,
        per_second: Some(140),
        ..change
    }
}

/// Changes, newest first.
pub fn changes() -> Vec<Change> {
    let groups = in_groups("Field Technicians of the northern and the western region, 現場チーム");
    let into = change(9, "set_groups", groups);
    let q4 = change(7, "set_roles", role("Viewer"));
    vec![
        Change { actor: "olim@northwind.test".into(), mine: false, created_at: NOW.plus(-5), ..at_work(into) },
        Change {
            reason: Some("Q4 clean-up, ticket OPS-1182".into()),
            filter: Some("role:marketer last:>90d".into()),
            ..q4
        },
        Change { created_at: NOW.plus(-3 * DAY), undone_by: Some(ChangeId(6)), ..change(5, "deactivate", Vec::new()) },
        Change {
            total: 1,
            done: 1,
            failed: 0,
            skipped: 0,
            name: Some("adele@northwind.test".into()),
            ..change(4, "set_roles", role("Marketer"))
        },
    ]
}

/// Rows of change 7.
pub fn change_rows(state: &str) -> Vec<ChangeRow> {
    let row = |row, target, name: &str, outcome: RowOutcome| {
        let done = outcome == RowOutcome::Done;
        let sides = |name| if done { role(name) } else { Vec::new() };
        let (before, after) = (sides("Marketer"), sides("Viewer"));
        ChangeRow { row, target: Some(target), name: name.into(), outcome: Some(outcome), before, after, link: None }
    };
    let failed = Refusal::ChangedSince { now: Vec::new(), by: Some("\u{202e}look".into()), at: None };
    let rows = vec![
        row(1, 2, "adele@northwind.test", RowOutcome::Done),
        row(2, 3, "bo@partner.test", RowOutcome::Failed { why: failed }),
        row(3, 1, "aziza@northwind.test", RowOutcome::Skipped { why: Refusal::Yourself }),
        row(4, 4, "王秀英@northwind.test", RowOutcome::Done),
        row(5, 5, "carla@northwind.test", RowOutcome::Done),
    ];
    rows.into_iter().filter(|row| state.is_empty() || state == row.state()).collect()
}
