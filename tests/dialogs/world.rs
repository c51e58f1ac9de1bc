//! A small workspace for dialogs to be about.

use rolecall::{
    api::wire::{
        EffectItem, EffectRow, FolderRow, GrantRow, GroupRow, Kept, Me, MemberRow, Named, Page, Preview, RoleRow,
        Source, Workspace,
    },
    app::{
        action::{Action, Context},
        key::Key,
    },
    domain::{
        capability::Capability,
        edge::{Edge, Terms},
        id::{AccountId, FolderId, GrantId, GroupId, MemberId, RoleId, WorkspaceId},
        model::{Effect, MemberStatus, Subject},
        pack::{Pack, Policies},
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
    EffectItem { capability: key.to_owned(), folder: None }
}

/// Nobody's access changes.
pub fn nothing() -> Preview {
    Preview { rows: Vec::new(), gain: 0, lose: 0, warnings: Vec::new(), revision: 1 }
}

/// Aziza loses editing campaigns; editing content stays by her group.
pub fn loses() -> Preview {
    let row = EffectRow {
        member: named(MemberId(7), "aziza@northwind.test"),
        gains: Vec::new(),
        loses: vec![item("campaigns.write")],
        stays: vec![Kept {
            capability: "content.write".to_owned(),
            via: vec![Source::Group(named(GroupId(2), "Content Team"))],
        }],
    };
    Preview { rows: vec![row], lose: 1, ..nothing() }
}
