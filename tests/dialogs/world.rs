//! A small workspace for dialogs to be about.

use rolecall::{
    api::wire::{
        Change, ChangeState, EffectItem, FolderRow, GrantRow, GroupRow, Kept, Me, MemberRow, Named, Page, Plan,
        PlanRow, RoleRow, Shape, Source, Workspace,
    },
    app::{
        action::{Action, Context},
        key::Key,
        selection::Targets,
    },
    domain::{
        capability::Capability,
        change::{Refusal, Selection, Thing, Things},
        edge::{Edge, Terms},
        id::{AccountId, ChangeId, FolderId, GrantId, GroupId, MemberId, RoleId, WorkspaceId},
        model::{Effect, MemberStatus, Subject},
        pack::{Pack, Policies},
        plan::RowOutcome,
        time::Timestamp,
        untrusted::Text,
    },
};

use super::stage::NOW;

/// What a key means in a dialog.
pub fn action(context: Context, key: Key) -> Option<Action> {
    rolecall::app::keymap::Keymap::standard().resolve(&[context, Context::Dialog, Context::List, Context::Global], key)
}

pub fn named<I>(id: I, name: &str) -> Named<I> {
    Named { id, name: name.into() }
}

pub fn me() -> Me {
    Me {
        account: AccountId(1),
        email: "olim@northwind.test".into(),
        name: "Olim".into(),
        has_password: true,
        workspaces: vec![named(WorkspaceId(1), "Northwind Signage")],
    }
}

const CAPABILITIES: [(&str, &str, &str, bool); 7] = [
    ("content.read", "Content · view", "Content", true),
    ("content.write", "Content · edit", "Content", true),
    ("campaigns.read", "Campaigns · view", "Campaigns", true),
    ("campaigns.write", "Campaigns · edit", "Campaigns", true),
    ("members.read", "Members · view", "Administration", false),
    ("members.manage", "Members · manage", "Administration", false),
    ("roles.manage", "Roles · manage", "Administration", false),
];

pub fn workspace() -> Workspace {
    let pack = Pack::builtin("signage").unwrap().unwrap();
    let capability = |(key, label, category, per_folder): (&str, &str, &str, bool)| Capability {
        key: key.to_owned(),
        label: label.to_owned(),
        category: category.to_owned(),
        per_folder,
        managing: !per_folder,
    };
    Workspace {
        id: WorkspaceId(1),
        name: "Northwind Signage".into(),
        pack: "signage".to_owned(),
        version: 3,
        revision: 40,
        capabilities: CAPABILITIES.into_iter().map(capability).collect(),
        policies: Policies { company_domains: vec!["northwind.test".to_owned()], ..pack.policies },
        my_member: Some(MemberId(1)),
        my_owner: true,
        my_capabilities: CAPABILITIES.iter().map(|(key, ..)| (*key).to_owned()).collect(),
        members: 312,
    }
}

pub fn role(id: i64, key: &str, name: &str, capabilities: &[&str]) -> RoleRow {
    RoleRow {
        id: RoleId(id),
        key: key.to_owned(),
        name: name.into(),
        capabilities: capabilities.iter().map(|key| (*key).to_owned()).collect(),
        builtin: true,
        members: 4,
        assignable: true,
    }
}

pub fn roles() -> Vec<RoleRow> {
    let everything: Vec<&str> = CAPABILITIES.iter().map(|(key, ..)| *key).collect();
    vec![
        role(1, "administrator", "Administrator", &everything),
        role(2, "marketer", "Marketer", &["content.read", "content.write", "campaigns.read", "campaigns.write"]),
        role(3, "viewer", "Viewer", &["content.read", "campaigns.read"]),
    ]
}

pub fn group(id: i64, name: &str, capabilities: &[&str], members: u64) -> GroupRow {
    GroupRow {
        id: GroupId(id),
        version: 10 + id,
        name: name.into(),
        description: "Makes what is shown".into(),
        capabilities: capabilities.iter().map(|key| (*key).to_owned()).collect(),
        leader: None,
        members,
    }
}

pub fn groups() -> Vec<GroupRow> {
    vec![
        group(1, "Campaign Desk", &["campaigns.write"], 21),
        group(2, "Content Team", &["content.write"], 38),
        group(3, "Field Technicians", &[], 0),
    ]
}

pub fn folders() -> Vec<FolderRow> {
    let folder = |id, parent: Option<i64>, name: &str| FolderRow {
        id: FolderId(id),
        version: 20 + id,
        parent: parent.map(FolderId),
        name: name.into(),
        kind: "folder".to_owned(),
        owner: None,
        fence: Vec::new(),
        allows: 0,
        denies: 0,
    };
    vec![
        folder(1, None, "Northwind"),
        folder(2, Some(1), "Campaign assets"),
        folder(3, Some(2), "Autumn"),
        folder(4, Some(2), "Promo Archive"),
    ]
}

/// Aziza, a Marketer of the Content Team.
pub fn aziza() -> MemberRow {
    MemberRow {
        id: MemberId(7),
        account: AccountId(7),
        version: 5,
        email: "aziza@northwind.test".into(),
        name: "Aziza Karimova".into(),
        status: MemberStatus::Active,
        owner: false,
        roles: vec![named(RoleId(2), "Marketer")],
        groups: vec![named(GroupId(2), "Content Team")],
        workspaces: 1,
        last_sign_in: None,
        invitation: None,
    }
}

pub fn member(id: i64, email: &str, groups: &[(i64, &str)]) -> MemberRow {
    let groups = groups.iter().map(|(id, name)| named(GroupId(*id), name)).collect();
    MemberRow { id: MemberId(id), account: AccountId(id), email: email.into(), groups, ..aziza() }
}

pub fn page<T>(items: Vec<T>, after: Option<&str>) -> Page<T> {
    Page { items, before: None, after: after.map(str::to_owned), revision: 1 }
}

pub fn edge(reason: Option<&str>) -> Edge {
    let terms = Terms { reason: reason.map(Text::from), expires_at: None, review_at: None };
    Edge::new(terms, Some(AccountId(1)), NOW.plus(-3 * 86_400))
}

/// A grant of content.write on Promo Archive.
pub fn grant(id: i64, subject: Subject, name: &str, effect: Effect) -> GrantRow {
    GrantRow {
        id: GrantId(id),
        version: 30 + id,
        folder: named(FolderId(4), "Promo Archive"),
        path: vec!["Northwind".into(), "Campaign assets".into(), "Promo Archive".into()],
        inherited: false,
        subject,
        subject_name: name.into(),
        capability: "content.write".to_owned(),
        effect,
        edge: edge(Some("frozen")),
        granted_by: Some("olim@northwind.test".into()),
        shadowed_by: Vec::new(),
    }
}

pub fn item(key: &str) -> EffectItem {
    EffectItem { capability: key.to_owned(), folder: None, but: None }
}

/// So many marked members.
pub fn marked(n: i64) -> Targets {
    Targets { on: Selection::ids((1..=n).collect()), count: Some(n as u64), marked: None }
}

pub fn role_thing(name: &str) -> Things {
    vec![Thing::Role { name: name.into(), until: None }]
}

pub fn group_thing(name: &str) -> Things {
    vec![Thing::Group { name: name.into(), until: None }]
}

/// Rows that end like this, with nothing before and after.
pub fn ends(outcome: RowOutcome) -> Shape {
    Shape {
        outcome,
        before: Vec::new(),
        after: Vec::new(),
        gains: Vec::new(),
        loses: Vec::new(),
        stays: Vec::new(),
        once_active: false,
    }
}

pub fn left_out(why: Refusal) -> Shape {
    ends(RowOutcome::Skipped { why })
}

pub fn unchanged() -> Shape {
    ends(RowOutcome::Unchanged)
}

/// From what to what, with what is gained and lost.
pub fn moved(before: Things, after: Things, gains: &[&str], loses: &[&str]) -> Shape {
    let items = |keys: &[&str]| keys.iter().map(|key| item(key)).collect();
    Shape { before, after, gains: items(gains), loses: items(loses), ..ends(RowOutcome::Done) }
}

/// From Marketer to Viewer; some of it stays by a group.
pub fn lowered(loses: &[&str], stays: &[&str]) -> Shape {
    let kept = |key: &&str| Kept {
        capability: (*key).to_owned(),
        via: vec![Source::Group(named(GroupId(2), "Content Team"))],
    };
    let stays = stays.iter().map(kept).collect();
    Shape { stays, ..moved(role_thing("Marketer"), role_thing("Viewer"), &[], loses) }
}

/// A plan of these shapes, each with its rows' names.
pub fn plan(shapes: Vec<(Shape, Vec<&str>)>) -> Plan {
    let mut made = Plan { revision: 40, ..Plan::default() };
    for (at, (shape, names)) in shapes.into_iter().enumerate() {
        let n = names.len() as u64;
        match shape.outcome {
            RowOutcome::Done => {
                made.change += n;
                made.gain += if shape.gains.is_empty() { 0 } else { n };
                made.lose += if shape.loses.is_empty() { 0 } else { n };
            }
            RowOutcome::Unchanged => made.unchanged += n,
            RowOutcome::Skipped { .. } | RowOutcome::Failed { .. } => made.skipped += n,
        }
        made.rows.extend(names.iter().map(|name| PlanRow {
            id: Some(name.bytes().fold(7, |sum, b| sum * 31 % 100_003 + i64::from(b))),
            name: Text::from(*name),
            shape: at as u32,
            ..PlanRow::default()
        }));
        made.shapes.push(shape);
    }
    made.digest = format!("{:?}", made.rows.iter().map(|row| (row.id, row.shape)).collect::<Vec<_>>());
    made
}

/// Aziza changes, and nobody's access does.
pub fn nothing() -> Plan {
    plan(vec![(moved(Vec::new(), Vec::new(), &[], &[]), vec!["aziza@northwind.test"])])
}

/// Aziza loses editing campaigns; editing content stays by her group.
pub fn loses() -> Plan {
    plan(vec![(lowered(&["campaigns.write"], &["content.write"]), vec!["aziza@northwind.test"])])
}

/// A change of four rows at work.
pub fn change() -> Change {
    Change {
        id: ChangeId(3),
        action: "set_roles".into(),
        what: role_thing("Viewer"),
        goes: Vec::new(),
        name: None,
        filter: None,
        reason: None,
        actor: "olim@n.test".into(),
        mine: true,
        undoes: None,
        origin: None,
        undone_by: None,
        reversible: true,
        state: ChangeState::Running,
        elsewhere: false,
        stop_asked: false,
        created_at: Timestamp(1),
        ended_at: None,
        total: 4,
        done: 0,
        failed: 0,
        skipped: 0,
        left_out: 0,
        by_filter: false,
        per_second: None,
        trouble: None,
    }
}

/// A change of one row that is done.
pub fn done() -> Change {
    Change { state: ChangeState::Done, total: 1, done: 1, ..change() }
}
