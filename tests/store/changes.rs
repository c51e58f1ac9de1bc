//! Every kind of change, made and read back; what only the database can refuse.

use crate::{
    on_both,
    support::{NOW, change, group_of, member, sample},
};
use rolecall::{
    domain::{
        access::Access,
        change::{
            CreateGroup, DeleteGroup, Delta, Edit, EditGrant, EditGroup, Grant, GroupDraft, GroupMembers, Refusal,
            Remove, Rename, Request, Revoke, SetGroups, SetRoles, Transfer,
        },
        edge::{Edge, Terms},
        id::{FolderId, GrantId, GroupId, MemberId, RoleId, WorkspaceId},
        model::{Effect, Member, Snapshot, Subject},
        time::DAY,
    },
    server::store::{Scope, Store, StoreError},
};

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

async fn role(store: &Store, ws: WorkspaceId, key: &str) -> RoleId {
    store.roles(ws, NOW).await.unwrap().into_iter().find(|r| r.key == key).unwrap().id
}

async fn group(store: &Store, ws: WorkspaceId, name: &str) -> GroupId {
    store.groups(ws, NOW).await.unwrap().into_iter().find(|g| g.name.raw() == name).unwrap().id
}

async fn folder(store: &Store, ws: WorkspaceId, name: &str) -> FolderId {
    store.folders(ws, NOW).await.unwrap().into_iter().find(|f| f.name.raw() == name).unwrap().id
}

fn granting(folder: FolderId, subject: Subject, capability: String, effect: Effect, terms: Terms) -> Request {
    let (id, grant) = Grant::to(folder, subject, capability, effect, terms);
    Request::one(id, grant)
}

/// The edge that a delta leaves.
fn edge(delta: &Delta) -> &Edge {
    delta.0.iter().find_map(|edit| edit.edge()?.1).unwrap()
}

/// The grant that a delta is of.
fn grant(delta: &Delta) -> GrantId {
    let id = |edit: &Edit| if let Edit::Grant { id, .. } = edit { Some(*id) } else { None };
    delta.0.iter().find_map(id).unwrap()
}

on_both! {
    // A change of many rows writes batch after batch; others get their turn between two of them.
    async fn whoever_waits_to_write_gets_their_turn(store) {
        let (ws, ..) = sample(&store, 10).await;
        let (over, batches) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let busy = {
            let (store, over, batches) = (store.clone(), over.clone(), batches.clone());
            tokio::spawn(async move {
                while !over.load(Ordering::Relaxed) {
                    let tx = store.begin(ws).await.unwrap();
                    tx.commit().await.unwrap();
                    batches.fetch_add(1, Ordering::Relaxed);
                }
            })
        };
        for _ in 0..5 {
            let before = batches.load(Ordering::Relaxed);
            store.begin(ws).await.unwrap().commit().await.unwrap();
            let meanwhile = batches.load(Ordering::Relaxed) - before;
            assert!(meanwhile < 30, "{meanwhile} batches came first");
        }
        over.store(true, Ordering::Relaxed);
        busy.await.unwrap();
    }

    async fn roles_are_set_and_told(store) {
        let (ws, ..) = sample(&store, 40).await;
        let adele = member(&store, ws, "adele@northwind.test").await;
        let viewer = role(&store, ws, "viewer").await;
        let before = store.member(ws, adele, NOW).await.unwrap();
        let terms = Terms { reason: Some("clean-up".into()), ..Terms::default() };
        let set = Request::one(adele.0, SetRoles { roles: vec![viewer], terms });
        let outcome = change(&store, ws, &set).await.unwrap();
        let after = store.member(ws, adele, NOW).await.unwrap();
        assert_eq!(after.roles.iter().map(|r| r.name.raw()).collect::<Vec<_>>(), ["Viewer"]);
        assert_eq!(after.version, before.version + 1);
        assert_eq!(outcome.version, Some(after.version));
        let [Edit::Role { name, before: Some(_), after: None, .. }, Edit::Role { after: Some(edge), .. }] =
            &outcome.delta.0[..]
        else {
            panic!("{outcome:?}")
        };
        assert_eq!((name.raw(), edge.terms.reason.as_ref().unwrap().raw()), ("Marketer", "clean-up"));
        assert_eq!(outcome.target.raw(), "adele@northwind.test");
    }

    /// An edge asked for once more stays as it is, unless another end is asked for.
    async fn another_end_is_written(store) {
        let (ws, ..) = sample(&store, 40).await;
        let adele = member(&store, ws, "adele@northwind.test").await;
        let (viewer, desk) = (role(&store, ws, "viewer").await, group(&store, ws, "Campaign Desk").await);
        for (asked, ends) in [(None, None), (Some(9), Some(9)), (None, Some(9)), (Some(5), Some(5))] {
            let [asked, ends] = [asked, ends].map(|days: Option<i64>| days.map(|days| NOW.plus(days * DAY)));
            let terms = || Terms { expires_at: asked, ..Terms::default() };
            let roles = Request::one(adele.0, SetRoles { roles: vec![viewer], terms: terms() });
            let groups = Request::one(adele.0, SetGroups { add: vec![desk], remove: vec![], terms: terms() });
            for request in [roles, groups] {
                let made = change(&store, ws, &request).await.unwrap();
                assert!(made.delta.is_empty() || edge(&made.delta).terms.expires_at == ends, "{asked:?}: {made:?}");
            }
            let row = store.snapshot(ws, &Scope::All, NOW).await.unwrap();
            let row = row.members.into_iter().find(|one| one.id == adele).unwrap();
            let of_role = row.roles.iter().find(|(id, _)| *id == viewer).unwrap();
            let of_group = row.groups.iter().find(|(id, _)| *id == desk).unwrap();
            assert_eq!((of_role.1.terms.expires_at, of_group.1.terms.expires_at), (ends, ends), "{asked:?}");
        }
    }

    /// Remove takes the membership and its edges, keeps the account (invariant 9).
    async fn removing_keeps_the_account(store) {
        let (ws, ..) = sample(&store, 40).await;
        let oli = member(&store, ws, "oli@northwind.test").await;
        change(&store, ws, &Request::one(oli.0, Remove { reason: None })).await.unwrap();
        assert!(store.account_by_email("OLI@northwind.test").await.unwrap().is_some());
        assert!(matches!(store.member(ws, oli, NOW).await, Err(StoreError::Missing("member"))));
        let groups = store.groups(ws, NOW).await.unwrap();
        assert!(groups.iter().find(|g| g.name.raw() == "Content Team").unwrap().leader.is_none());
        let autumn = folder(&store, ws, "Autumn").await;
        let grants = store.folder_grants(ws, autumn, NOW).await.unwrap();
        assert!(grants.iter().all(|g| g.subject != Subject::Member(oli)));
    }

    async fn a_name_is_changed_and_found(store) {
        let (ws, ..) = sample(&store, 40).await;
        let ada = member(&store, ws, "ada@northwind.test").await;
        change(&store, ws, &Request::one(ada.0, Rename { name: "ÄDA Öst".into() })).await.unwrap();
        let found = store.members(ws, &"äda".parse().unwrap(), &Default::default(), NOW).await.unwrap();
        assert_eq!(found.items.iter().map(|m| m.id).collect::<Vec<_>>(), [ada]);
    }

    /// One owner, before and after (invariant 1); the former gets the successor's role.
    async fn ownership_moves_whole(store) {
        let (ws, _, former) = sample(&store, 40).await;
        let olim = member(&store, ws, "olim@northwind.test").await;
        let before = store.workspace(ws, rolecall::domain::id::AccountId(0)).await.unwrap();
        let transfer = Request::given(Transfer { email: " OLIM@northwind.test".into(), reason: None });
        change(&store, ws, &transfer).await.unwrap();
        let all = store.members(ws, &"role:owner".parse().unwrap(), &Default::default(), NOW).await.unwrap();
        assert_eq!(all.items.iter().map(|m| m.id).collect::<Vec<_>>(), [olim]);
        let former = store.member(ws, former, NOW).await.unwrap();
        assert!(!former.owner);
        assert_eq!(former.roles.iter().map(|r| r.name.raw()).collect::<Vec<_>>(), ["Administrator"]);
        let after = store.workspace(ws, rolecall::domain::id::AccountId(0)).await.unwrap();
        assert_eq!(after.version, before.version + 1);
    }

    async fn a_group_is_made_edited_filled_and_deleted(store) {
        let (ws, ..) = sample(&store, 40).await;
        let ada = member(&store, ws, "ada@northwind.test").await;
        let draft = GroupDraft {
            name: " Launch ".into(),
            description: "The launch".into(),
            capabilities: vec!["journal.read".into(), "content.write".into()],
            leader: Some(ada),
        };
        let made = change(&store, ws, &Request::given(CreateGroup { draft: draft.clone() })).await.unwrap();
        let id = group_of(&made.delta);
        let row = |groups: Vec<rolecall::api::wire::GroupRow>| groups.into_iter().find(|g| g.id == id);
        let launch = row(store.groups(ws, NOW).await.unwrap()).unwrap();
        assert_eq!(launch.name.raw(), "Launch");
        assert_eq!(launch.capabilities, ["content.write", "journal.read"], "in the catalogue's order");
        assert_eq!(launch.leader.unwrap().name.raw(), "Ada Kovač");

        let adele = member(&store, ws, "adele@northwind.test").await;
        let had = store.member(ws, adele, NOW).await.unwrap();
        let fill = Request::given(GroupMembers { group: id, add: vec![ada, adele], remove: vec![], terms: Terms::default() });
        change(&store, ws, &fill).await.unwrap();
        let has = store.member(ws, adele, NOW).await.unwrap();
        assert_eq!(has.groups.len(), had.groups.len() + 1);
        assert!(has.version > had.version);
        assert_eq!(row(store.groups(ws, NOW).await.unwrap()).unwrap().members, 2);

        let edited = GroupDraft { name: "Launch 2".into(), leader: None, capabilities: vec![], ..draft };
        let edited = change(&store, ws, &Request::one(id.0, EditGroup { draft: edited })).await.unwrap();
        assert_eq!(edited.version, Some(row(store.groups(ws, NOW).await.unwrap()).unwrap().version));
        change(&store, ws, &Request::one(id.0, DeleteGroup { reason: None })).await.unwrap();
        assert!(row(store.groups(ws, NOW).await.unwrap()).is_none());
        assert_eq!(store.member(ws, adele, NOW).await.unwrap().groups, had.groups);
        let by_groups = rolecall::api::wire::PageQuery { sort: "-groups".into(), ..Default::default() };
        let page = store.members(ws, &Default::default(), &by_groups, NOW).await.unwrap();
        assert!(page.items.is_sorted_by_key(|m| std::cmp::Reverse(m.groups.len())));
    }

    /// Taking a group away never opens a folder: the last group of a fence cannot be deleted.
    async fn the_last_group_of_a_fence_stays(store) {
        let (ws, ..) = sample(&store, 40).await;
        let fenced = |folders: Vec<rolecall::api::wire::FolderRow>| {
            folders.into_iter().find(|f| f.name.raw() == "Campaign assets").unwrap().fence.len()
        };
        let desk = group(&store, ws, "Campaign Desk").await;
        change(&store, ws, &Request::one(desk.0, DeleteGroup { reason: None })).await.unwrap();
        assert_eq!(fenced(store.folders(ws, NOW).await.unwrap()), 1);
        let content = group(&store, ws, "Content Team").await;
        let refused = change(&store, ws, &Request::one(content.0, DeleteGroup { reason: None })).await;
        assert_eq!(refused.unwrap_err(), Refusal::FenceOpens { folder: "Campaign assets".into() });
        assert_eq!(fenced(store.folders(ws, NOW).await.unwrap()), 1);
    }

    async fn a_grant_is_made_edited_and_revoked(store) {
        let (ws, ..) = sample(&store, 40).await;
        let ada = member(&store, ws, "ada@northwind.test").await;
        let logos = folder(&store, ws, "Logos").await;
        let version = |folders: Vec<rolecall::api::wire::FolderRow>| {
            folders.into_iter().find(|f| f.id == logos).unwrap().version
        };
        let deny = granting(logos, Subject::Member(ada), "content.write".into(), Effect::Deny, Terms { reason: Some("frozen".into()), expires_at: Some(NOW.plus(DAY)), review_at: None });
        let made = change(&store, ws, &deny).await.unwrap();
        assert_eq!(made.target.raw(), "ada@northwind.test @ Logos");
        let id = grant(&made.delta);
        assert_eq!(version(store.folders(ws, NOW).await.unwrap()), 2);
        let mine = store.member_grants(ws, ada, NOW).await.unwrap();
        let row = mine.iter().find(|g| g.id == id).unwrap();
        assert_eq!(row.edge.terms.reason.as_ref().unwrap().raw(), "frozen");
        assert_eq!(row.granted_by.as_ref().unwrap().raw(), "aziza@northwind.test");

        let terms = Terms { review_at: Some(NOW.plus(9 * DAY)), ..Terms::default() };
        let edited = change(&store, ws, &Request::one(id.0, EditGrant { terms: terms.clone() })).await.unwrap();
        assert_eq!(edited.version, Some(2));
        assert_eq!(store.grants(ws, &[id], NOW).await.unwrap()[0].edge.terms, terms);
        change(&store, ws, &Request::one(id.0, Revoke { reason: None })).await.unwrap();
        assert!(store.grants(ws, &[id], NOW).await.unwrap().is_empty());
        assert_eq!(version(store.folders(ws, NOW).await.unwrap()), 4);
    }

    /// A grant whose time is over does not stand in the way of the same again.
    async fn an_expired_grant_makes_room(store) {
        let (ws, ..) = sample(&store, 40).await;
        let night = group(&store, ws, "Night Shift").await;
        let stores = folder(&store, ws, "Stores").await;
        let again = granting(stores, Subject::Group(night), "devices.write".into(), Effect::Allow, Terms::default());
        change(&store, ws, &again).await.unwrap();
        let grants = store.group_grants(ws, night, NOW).await.unwrap();
        assert_eq!(grants.len(), 1);
        assert!(grants[0].edge.terms.expires_at.is_none());
    }

    /// To see that an administrator remains takes a few of them, however many there are, and none of those who are
    /// about to be changed.
    async fn a_few_administrators_are_few_and_can_administer(store) {
        let (ws, ..) = sample(&store, 1_500).await;
        let desk = group(&store, ws, "Campaign Desk").await;
        let capabilities = vec!["roles.manage".to_owned(), "members.manage".to_owned()];
        let draft = GroupDraft { name: "Campaign Desk".into(), capabilities, ..GroupDraft::default() };
        change(&store, ws, &Request::one(desk.0, EditGroup { draft })).await.unwrap();

        let all = store.snapshot(ws, &Scope::All, NOW).await.unwrap();
        let members = |of: &Snapshot| of.members.iter().map(|member| member.id).collect::<Vec<_>>();
        let in_desk = |member: &&Member| member.groups.iter().any(|(id, _)| *id == desk);
        let many: Vec<MemberId> = all.members.iter().filter(in_desk).map(|member| member.id).collect();
        assert!(many.len() > 100, "only {} administrators", many.len());
        let (named, others) = many.split_at(many.len() / 2);
        let few = store.snapshot(ws, &Scope::Few(named.to_vec()), NOW).await.unwrap();
        let (administrators, access) = (all.catalogue.set(["roles.manage", "members.manage"]).unwrap(), Access::new(&all));
        let (was_named, came): (Vec<_>, Vec<_>) = members(&few).into_iter().partition(|id| named.contains(id));
        assert_eq!(was_named.len(), named.len());
        assert!(came.len() > 1 && came.len() < others.len(), "{} of {}", came.len(), others.len());
        for id in came {
            assert!(administrators.within(access.held(id, None, NOW)), "{id} can administer");
        }

        // Where all of them are named nobody else is left but the owner.
        let owner: Vec<_> = all.members.iter().filter(|member| member.owner).map(|member| member.id).collect();
        let few = store.snapshot(ws, &Scope::Few(members(&all)), NOW).await.unwrap();
        assert_eq!(members(&few).len(), all.members.len());
        let none = store.snapshot(ws, &Scope::Few(Vec::new()), NOW).await.unwrap();
        assert!(members(&none).contains(&owner[0]));
    }
}
