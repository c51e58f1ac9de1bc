//! Lists: pages cut by key, in every order and both directions; filters as the domain means them.

use crate::{
    on_both,
    support::{NOW, member, sample},
};
use rolecall::{
    api::wire::{Found, MemberRow, Page, PageQuery},
    domain::{
        change::{Remove, Request},
        filter::{Filter, FilterRow},
        id::{FolderId, GroupId, WorkspaceId},
        model::{MemberStatus, Subject},
        time::{DAY, Timestamp},
    },
    server::store::{Scope, Selected, Store, StoreError},
};
use std::collections::{HashMap, HashSet};

async fn page(store: &Store, ws: WorkspaceId, query: &PageQuery) -> Page<MemberRow> {
    let filter: Filter = query.filter.parse().unwrap();
    store.members(ws, &filter, query, NOW).await.unwrap()
}

/// Everyone, walked forward in pages.
async fn forward(store: &Store, ws: WorkspaceId, filter: &str, sort: &str, limit: u32) -> Vec<MemberRow> {
    let mut all = Vec::new();
    let mut query = PageQuery { filter: filter.into(), sort: sort.into(), limit: Some(limit), ..PageQuery::default() };
    loop {
        let page = page(store, ws, &query).await;
        assert_eq!(page.before.is_some(), !all.is_empty(), "a page before, exactly when there is one");
        all.extend(page.items);
        match page.after {
            Some(after) => query.after = Some(after),
            None => return all,
        }
    }
}

/// Everyone, walked backward from the last page.
async fn backward(store: &Store, ws: WorkspaceId, sort: &str, limit: u32) -> Vec<MemberRow> {
    let mut pages = Vec::new();
    let mut query = PageQuery { sort: sort.into(), last: true, limit: Some(limit), ..PageQuery::default() };
    loop {
        let page = page(store, ws, &query).await;
        assert_eq!(page.after.is_some(), !pages.is_empty(), "a page after, exactly when there is one");
        pages.push(page.items);
        match page.before {
            Some(before) => query = PageQuery { before: Some(before), last: false, ..query },
            None => return pages.into_iter().rev().flatten().collect(),
        }
    }
}

fn emails(rows: &[MemberRow]) -> Vec<&str> {
    rows.iter().map(|row| row.email.raw()).collect()
}

on_both! {
    /// Whatever the order and the size of a page, walking either way gives the naively sorted list.
    async fn pages_are_the_sorted_list_cut(store) {
        let (ws, ..) = sample(&store, 260).await;
        let mut naive = forward(&store, ws, "", "email", 500).await;
        assert_eq!(naive.len(), 260);
        let roles = store.roles(ws, NOW).await.unwrap();
        let rank = |row: &MemberRow| match row.roles.first() {
            _ if row.owner => 0,
            Some(role) => 1 + roles.iter().position(|r| r.id == role.id).unwrap(),
            None => 1_000_000,
        };
        type Compare<'a> = Box<dyn Fn(&MemberRow, &MemberRow) -> std::cmp::Ordering + 'a>;
        let lower = |text: &rolecall::domain::untrusted::Text| text.raw().to_lowercase();
        let orders: [(&str, Compare<'_>); 6] = [
            ("email", Box::new(|a, b| lower(&a.email).cmp(&lower(&b.email)))),
            ("name", Box::new(|a, b| lower(&a.name).cmp(&lower(&b.name)))),
            ("role", Box::new(|a, b| rank(a).cmp(&rank(b)))),
            ("status", Box::new(|a, b| a.status.cmp(&b.status))),
            ("last", Box::new(|a, b| a.last_sign_in.cmp(&b.last_sign_in))),
            ("groups", Box::new(|a, b| a.groups.len().cmp(&b.groups.len()))),
        ];
        for (name, compare) in &orders {
            naive.sort_by(|a, b| compare(a, b).then(a.id.cmp(&b.id)));
            for limit in [7, 100] {
                assert_eq!(emails(&forward(&store, ws, "", name, limit).await), emails(&naive), "{name} forward");
                assert_eq!(emails(&backward(&store, ws, name, limit).await), emails(&naive), "{name} backward");
            }
            naive.reverse();
            let descending = format!("-{name}");
            assert_eq!(emails(&forward(&store, ws, "", &descending, 50).await), emails(&naive), "{descending}");
            assert_eq!(emails(&backward(&store, ws, &descending, 50).await), emails(&naive), "{descending} backward");
        }
    }

    /// A page keeps its place when the row it was cut at is gone.
    async fn a_page_keeps_its_place_when_its_cursor_goes(store) {
        let (ws, ..) = sample(&store, 60).await;
        let first = page(&store, ws, &PageQuery { limit: Some(20), ..PageQuery::default() }).await;
        let all = forward(&store, ws, "", "email", 100).await;
        let gone = first.items.iter().rfind(|m| !m.owner && m.roles[0].name.raw() != "Administrator").unwrap();
        let last = first.items.last().unwrap().id;
        let remove = Request::one(gone.id.0, Remove { reason: None });
        crate::support::change(&store, ws, &remove).await.unwrap();
        let next = PageQuery { after: first.after.clone(), limit: Some(20), ..PageQuery::default() };
        let second = page(&store, ws, &next).await;
        assert_eq!(emails(&second.items), emails(&all[20..40]), "cut after {last}");
        assert!(second.revision > first.revision);
    }

    /// What cannot be meant is told by field.
    async fn a_bad_request_names_its_field(store) {
        let (ws, ..) = sample(&store, 20).await;
        let by_name = page(&store, ws, &PageQuery { sort: "name".into(), limit: Some(5), ..PageQuery::default() }).await;
        let other_order = PageQuery { after: by_name.after, ..PageQuery::default() };
        let both = PageQuery { last: true, before: by_name.before.or(Some("x".into())), ..PageQuery::default() };
        for (query, field) in [
            (PageQuery { sort: "shoe_size".into(), ..PageQuery::default() }, "sort"),
            (PageQuery { sort: "-".into(), ..PageQuery::default() }, "sort"),
            (PageQuery { after: Some("nonsense".into()), ..PageQuery::default() }, "after"),
            (PageQuery { before: Some("bm9uc2Vuc2U".into()), ..PageQuery::default() }, "before"),
            (other_order, "after"),
            (both, "after"),
            (PageQuery { limit: Some(0), ..PageQuery::default() }, "limit"),
            (PageQuery { limit: Some(501), ..PageQuery::default() }, "limit"),
        ] {
            match store.members(ws, &Filter::default(), &query, NOW).await {
                Err(StoreError::Invalid { field: told, .. }) => assert_eq!(told, field, "{query:?}"),
                other => panic!("{query:?}: {other:?}"),
            }
        }
    }

    /// SQL and the domain agree on every kind of term, alone, negated and together.
    async fn filters_mean_what_the_domain_says(store) {
        let (ws, ..) = sample(&store, 400).await;
        let rows = Rows::load(&store, ws).await;
        let terms = [
            "an", "Вера", "王", "NORTHWIND", "role:marketer", "role:admin", "role:owner", "role:e",
            "status:active", "status:pending,deactivated", "status:inactive", "group:\"content team\"", "group:on",
            "group:nobody", "workspace:north", "workspace:south", "folder:\"Promo Archive\"", "folder:stores",
            "folder:arrivals", "folder:nowhere", "domain:partner.test", "domain:test", "domain:northwind", "last:>90d",
            "last:<7d", "last:>100000d", "last:<100000d", "last:never", "'", "%", "_", "100%",
        ];
        let mut filters: Vec<String> = terms.iter().flat_map(|t| [(*t).to_owned(), format!("!{t}")]).collect();
        for (i, a) in terms.iter().enumerate() {
            for b in &terms[i + 1..] {
                if (i + b.len()) % 3 == 0 {
                    filters.push(format!("{a} {b}"));
                    filters.push(format!("!{a} {b} !{}", terms[(i * 7) % terms.len()]));
                }
            }
        }
        let mut some = 0;
        for text in &filters {
            let filter: Filter = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
            let expected: Vec<&str> = rows.matching(&filter);
            let found = forward(&store, ws, text, "email", 500).await;
            assert_eq!(emails(&found), expected, "{text}");
            let count = store.count_members(ws, &filter, NOW).await.unwrap();
            assert_eq!((count.total, count.matching), (400, expected.len() as u64), "{text}");
            let every_third: Vec<i64> = found.iter().step_by(3).map(|row| row.id.0).chain([-1]).collect();
            let thirds = every_third.len() as u64 - 1;
            let of = Selected { matching: vec![], ids: &every_third };
            let found = Found { selected: thirds, matching: thirds };
            assert_eq!(store.count_members_among(ws, &of, &filter, NOW).await.unwrap(), found, "{text}");
            let but = Selected { matching: vec![(Filter::default(), &every_third)], ids: &[] };
            let found = Found { selected: 400 - thirds, matching: count.matching - thirds };
            assert_eq!(store.count_members_among(ws, &but, &filter, NOW).await.unwrap(), found, "{text}");
            some += usize::from(!expected.is_empty() && expected.len() < 400);
        }
        assert!(some > filters.len() / 3, "only {some} of {} filters tell members apart", filters.len());
    }

    /// What many hold is looked for another way than what few hold, and means the same.
    async fn filters_by_what_many_hold_mean_the_same(store) {
        let (ws, ..) = sample(&store, 2_400).await;
        let rows = Rows::load(&store, ws).await;
        for text in ["role:e", "!role:e", "group:e", "!group:e", "role:e group:e domain:partner.test"] {
            let filter: Filter = text.parse().unwrap();
            let expected: Vec<&str> = rows.matching(&filter);
            assert_eq!(emails(&forward(&store, ws, text, "email", 500).await), expected, "{text}");
            let count = store.count_members(ws, &filter, NOW).await.unwrap();
            assert_eq!((count.total, count.matching), (2_400, expected.len() as u64), "{text}");
            assert!(text.contains("domain:") || text.starts_with('!') || expected.len() > 1_000, "{text}: not many");
        }
    }

    /// One query for each kind of thing, whatever the page: the row alone is the same as in the list.
    async fn a_member_alone_is_as_in_the_list(store) {
        let (ws, ..) = sample(&store, 40).await;
        for row in forward(&store, ws, "", "email", 500).await {
            assert_eq!(store.member(ws, row.id, NOW).await.unwrap(), row);
        }
        let pending = member(&store, ws, "bo@partner.test").await;
        assert!(store.member(ws, pending, NOW).await.unwrap().invitation.is_some());
    }

    /// The tree comes with parents before children and siblings by name; grants nearest first.
    async fn folders_come_as_a_tree(store) {
        let (ws, ..) = sample(&store, 40).await;
        let tree = store.folders(ws, NOW).await.unwrap();
        assert_eq!(tree.len(), 40);
        let mut seen: HashSet<FolderId> = HashSet::new();
        let mut last: HashMap<Option<FolderId>, String> = HashMap::new();
        for folder in &tree {
            assert!(folder.parent.is_none_or(|parent| seen.contains(&parent)));
            seen.insert(folder.id);
            let name = folder.name.raw().to_lowercase();
            if let Some(before) = last.insert(folder.parent, name.clone()) {
                assert!(before < name);
            }
        }
        let archive = tree.iter().find(|f| f.name.raw() == "Promo Archive").unwrap();
        assert_eq!((archive.allows, archive.denies), (1, 1));
        let grants = store.folder_grants(ws, archive.id, NOW).await.unwrap();
        assert!(grants[0].folder.id == archive.id && !grants[0].inherited);
        let path: Vec<&str> = grants[0].path.iter().map(|t| t.raw()).collect();
        assert_eq!(path, ["Northwind", "Campaign assets", "Promo Archive"]);
        assert!(grants.iter().any(|g| g.inherited && g.subject_name.raw() == "Content Team"));
        // The stock take is over: an expired grant does not exist.
        let stores = tree.iter().find(|f| f.name.raw() == "Stores").unwrap();
        assert!(store.folder_grants(ws, stores.id, NOW).await.unwrap().iter().all(|g| g.edge.live(NOW)));
        let earlier = Timestamp(NOW.0 - 4 * DAY);
        assert_eq!(store.folder_grants(ws, stores.id, earlier).await.unwrap().len(), 3);
    }
}

/// Members as the domain's filter sees them, built from the snapshot rather than from SQL's lists.
struct Rows(Vec<Row>);

struct Row {
    email: String,
    name: String,
    owner: bool,
    status: MemberStatus,
    roles: Vec<String>,
    groups: Vec<String>,
    folders: Vec<String>,
    last: Option<Timestamp>,
}

impl FilterRow for &Row {
    fn email(&self) -> &str {
        &self.email
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn owner(&self) -> bool {
        self.owner
    }
    fn status(&self) -> MemberStatus {
        self.status
    }
    fn roles(&self) -> Vec<&str> {
        self.roles.iter().map(String::as_str).collect()
    }
    fn groups(&self) -> Vec<&str> {
        self.groups.iter().map(String::as_str).collect()
    }
    fn workspaces(&self) -> Vec<&str> {
        vec!["Northwind Signage"]
    }
    fn folders(&self) -> Vec<&str> {
        self.folders.iter().map(String::as_str).collect()
    }
    fn last_sign_in(&self) -> Option<Timestamp> {
        self.last
    }
}

impl Rows {
    async fn load(store: &Store, ws: WorkspaceId) -> Self {
        let snapshot = store.snapshot(ws, &Scope::All, NOW).await.unwrap();
        let listed: HashMap<_, _> =
            forward(store, ws, "", "", 500).await.into_iter().map(|row| (row.id, row)).collect();
        let below = |folder: FolderId| -> Vec<String> {
            let under = |mut at: FolderId| loop {
                if at == folder {
                    return true;
                }
                match snapshot.folders.iter().find(|f| f.id == at).unwrap().parent {
                    Some(parent) => at = parent,
                    None => return false,
                }
            };
            snapshot.folders.iter().filter(|f| under(f.id)).map(|f| f.name.raw().to_owned()).collect()
        };
        let rows = snapshot.members.iter().map(|m| {
            let groups: Vec<GroupId> = m.groups.iter().map(|(g, _)| *g).collect();
            let mine = |subject: Subject| match subject {
                Subject::Member(id) => id == m.id,
                Subject::Group(id) => groups.contains(&id),
            };
            let role = |id| snapshot.roles.iter().find(|r| r.id == id).unwrap();
            let name = |id| snapshot.groups.iter().find(|g| g.id == id).unwrap().name.raw().to_owned();
            let held = m.roles.iter().flat_map(|(id, _)| [role(*id).key.clone(), role(*id).name.raw().to_owned()]);
            Row {
                email: m.email.raw().to_owned(),
                name: listed[&m.id].name.raw().to_owned(),
                owner: m.owner,
                status: if m.account_active { m.status } else { MemberStatus::Deactivated },
                roles: held.collect(),
                groups: groups.iter().map(|id| name(*id)).collect(),
                folders: snapshot.grants.iter().filter(|g| mine(g.subject)).flat_map(|g| below(g.folder)).collect(),
                last: listed[&m.id].last_sign_in,
            }
        });
        Self(rows.collect())
    }

    fn matching(&self, filter: &Filter) -> Vec<&str> {
        let mut found: Vec<&str> =
            self.0.iter().filter(|row| filter.matches(row, NOW)).map(|row| row.email.as_str()).collect();
        found.sort_unstable();
        found
    }
}
