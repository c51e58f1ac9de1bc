//! The board of invitations: flags, orders, filters and counts, all of them one meaning.

use crate::{
    on_both,
    support::{NOW, change, change_with, group_of, member, sample, signage},
};
use rolecall::{
    api::wire::{InvitationCount, InvitationFlag as Flag, InvitationRow, InvitationStatus, PageQuery},
    domain::{
        change::{
            Cancel, CreateGroup, EditInvitation, GroupDraft, GroupMembers, Invite, InviteDraft, Request, SetRoles,
        },
        edge::Terms,
        filter::{InvitationFilter, InvitationFilterRow},
        id::{InvitationId, WorkspaceId},
        time::{DAY, Timestamp},
    },
    server::store::Store,
};
use std::cmp::Ordering;

/// Every invitation that matches, walked in pages at a moment.
async fn walk(store: &Store, ws: WorkspaceId, filter: &str, sort: &str, now: Timestamp) -> Vec<InvitationRow> {
    let parsed: InvitationFilter = filter.parse().unwrap();
    let mut query = PageQuery { sort: sort.into(), limit: Some(7), ..PageQuery::default() };
    let mut all = Vec::new();
    loop {
        let page = store.invitations(ws, &parsed, &query, now).await.unwrap();
        all.extend(page.items);
        match page.after {
            Some(after) => query.after = Some(after),
            None => return all,
        }
    }
}

async fn invite(store: &Store, ws: WorkspaceId, email: &str, role: &str, token: &str) -> InvitationId {
    let roles = store.roles(ws, NOW).await.unwrap();
    let role = roles.iter().find(|r| r.key == role).unwrap().id;
    let draft = InviteDraft { email: email.into(), roles: vec![role], ..InviteDraft::default() };
    let made = change_with(store, ws, &Request::given(Invite::one(draft)), Some(token), NOW).await.unwrap();
    made.delta.invitation().unwrap().0
}

async fn flags(store: &Store, ws: WorkspaceId, id: InvitationId, now: Timestamp) -> Vec<Flag> {
    store.invitation(ws, id, now).await.unwrap().flags
}

/// A sample with settled invitations too.
async fn board(store: &Store) -> WorkspaceId {
    let (ws, ..) = sample(store, 400).await;
    let open = walk(store, ws, "", "email", NOW).await;
    for row in open.iter().step_by(5) {
        change(store, ws, &Request::one(row.id.0, Cancel { reason: None })).await.unwrap();
    }
    invite(store, ws, "\u{430}ziza@northwind.test", "viewer", "alike").await;
    ws
}

/// Looks whether the numbers of the board are those of its rows, at a moment.
async fn adds_up(store: &Store, ws: WorkspaceId, now: Timestamp) -> InvitationCount {
    let all = walk(store, ws, "status:any", "email", now).await;
    let those = |holds: &dyn Fn(&InvitationRow) -> bool| all.iter().filter(|row| holds(row)).count() as u64;
    let of = |status| those(&|row| row.status == status);
    let count = store.count_invitations(ws, &InvitationFilter::default(), now).await.unwrap();
    assert_eq!(
        (count.sent, count.expired, count.failed),
        (of(InvitationStatus::Sent), of(InvitationStatus::Expired), of(InvitationStatus::Failed))
    );
    assert_eq!((count.open() + count.settled) as usize, all.len());
    assert_eq!(count.attention, those(&|row| !row.flags().is_empty()));
    assert_eq!(count.matching, count.open());
    count
}

on_both! {
    async fn flags_follow_the_clock_with_nobody_at_work(store) {
        let (ws, ..) = sample(&store, 20).await;
        let id = invite(&store, ws, "nora@northwind.test", "viewer", "t").await;
        assert_eq!(flags(&store, ws, id, NOW.plus(6 * DAY - 1)).await, []);
        assert_eq!(flags(&store, ws, id, NOW.plus(6 * DAY)).await, [Flag::Expiring]);
        assert_eq!(flags(&store, ws, id, NOW.plus(7 * DAY)).await, [Flag::Expired]);
        let found = walk(&store, ws, "nora flag:expired status:expired", "", NOW.plus(7 * DAY)).await;
        assert_eq!(found.len(), 1);
        let none = InvitationFilter::default();
        let before = store.count_invitations(ws, &none, NOW.plus(6 * DAY - 1)).await.unwrap();
        let at = before.turns_at.unwrap();
        assert_eq!(at, NOW.plus(6 * DAY));
        let after = store.count_invitations(ws, &none, at).await.unwrap();
        assert_eq!((after.attention, after.turns_at), (before.attention + 1, Some(NOW.plus(7 * DAY))));
    }

    /// A role that manages is privileged, by whatever name; so is a group.
    async fn what_manages_is_privileged(store) {
        let (ws, ..) = sample(&store, 20).await;
        let administrator = invite(&store, ws, "nora@northwind.test", "administrator", "a").await;
        assert_eq!(flags(&store, ws, administrator, NOW).await, [Flag::Privileged]);
        let viewer = invite(&store, ws, "vera@northwind.test", "viewer", "b").await;
        let managers = GroupDraft {
            name: "Managers".into(),
            capabilities: vec!["members.manage".into()],
            ..Default::default()
        };
        let group = change(&store, ws, &Request::given(CreateGroup { draft: managers })).await.unwrap().delta;
        let roles = store.invitation(ws, viewer, NOW).await.unwrap().roles.iter().map(|role| role.id).collect();
        let groups = vec![group_of(&group)];
        change(&store, ws, &Request::one(viewer.0, EditInvitation { roles, groups, ttl_days: None }))
            .await
            .unwrap();
        assert_eq!(flags(&store, ws, viewer, NOW).await, [Flag::Privileged]);
    }

    /// Who may no longer invite is gone, and so is, for one invitation, who no longer holds what it gives.
    async fn an_inviter_lowered_or_gone_is_told(store) {
        let (ws, ..) = sample(&store, 400).await;
        let olim = member(&store, ws, "olim@northwind.test").await;
        let gone = |rows: Vec<InvitationRow>| {
            rows.into_iter().filter(|row| row.flags.contains(&Flag::InviterGone)).map(|row| row.id).collect::<Vec<_>>()
        };
        let his = walk(&store, ws, "inviter:olim", "", NOW).await;
        assert!(his.len() > 3);
        assert_eq!(gone(his.clone()), [], "he is an administrator");
        assert!(!gone(walk(&store, ws, "inviter:dmitri", "", NOW).await).is_empty(), "he is deactivated");
        let roles = store.roles(ws, NOW).await.unwrap();
        let role = |key: &str| roles.iter().find(|role| role.key == key).unwrap().id;
        let set = |key: &str| Request::one(olim.0, SetRoles { roles: vec![role(key)], terms: Terms::default() });
        change(&store, ws, &set("viewer")).await.unwrap();
        assert_eq!(gone(walk(&store, ws, "inviter:olim", "", NOW).await).len(), his.len(), "he may not invite");
        // One who may invite, and holds nothing else: what his groups give is beyond him too.
        let inviters = GroupDraft {
            name: "Doormen".into(),
            capabilities: vec!["members.invite".into()],
            ..Default::default()
        };
        let group = change(&store, ws, &Request::given(CreateGroup { draft: inviters })).await.unwrap().delta;
        let join = Request::given(GroupMembers { group: group_of(&group), add: vec![olim], remove: vec![], terms: Terms::default() });
        change(&store, ws, &join).await.unwrap();
        for row in walk(&store, ws, "inviter:olim", "", NOW).await {
            let plain = row.groups.is_empty() && row.roles.iter().all(|role| role.name.raw() == "Viewer");
            let gone = row.flags.contains(&Flag::InviterGone);
            assert!(!plain || !gone, "a viewer he may invite: {row:?}");
            assert!(gone || row.roles.iter().all(|role| role.name.raw() != "Technician"), "devices he lacks: {row:?}");
        }
    }

    async fn addresses_are_judged_by_domain_and_by_look(store) {
        let (ws, ..) = sample(&store, 20).await;
        let alike = invite(&store, ws, "\u{430}ziza@northwind.test", "viewer", "a").await;
        assert_eq!(flags(&store, ws, alike, NOW).await, [Flag::LookAlike]);
        let mixed = invite(&store, ws, "v\u{430}dim@northwind.test", "viewer", "b").await;
        assert_eq!(flags(&store, ws, mixed, NOW).await, [Flag::LookAlike]);
        let latin = invite(&store, ws, "carol@northwind.test", "viewer", "c").await;
        assert_eq!(flags(&store, ws, latin, NOW).await, [], "there are no company domains, so none is foreign");
        let found = walk(&store, ws, "flag:look-alike", "email", NOW).await;
        let found: Vec<_> = found.iter().map(|row| row.email.raw()).collect();
        let sample = "ol\u{456}m@northwind.test";
        assert_eq!(found, [sample, "v\u{430}dim@northwind.test", "\u{430}ziza@northwind.test"]);
    }

    /// Whatever the order, walking gives the naively sorted list.
    async fn it_is_sorted_by_any_column(store) {
        let ws = board(&store).await;
        let roles = store.roles(ws, NOW).await.unwrap();
        let rank = |row: &InvitationRow| {
            let places = row.roles.iter().filter_map(|held| roles.iter().position(|role| role.id == held.id));
            places.min().unwrap_or(usize::MAX)
        };
        let state = |row: &InvitationRow| InvitationStatus::ALL.iter().position(|one| *one == row.status);
        let weight = |row: &InvitationRow| row.flags.iter().map(|flag| flag.weight()).sum::<i64>();
        let lower = |text: &rolecall::domain::untrusted::Text| text.raw().to_lowercase();
        type Compare<'a> = Box<dyn Fn(&InvitationRow, &InvitationRow) -> Ordering + 'a>;
        let orders: [(&str, Compare<'_>); 9] = [
            ("expires", Box::new(|a, b| a.expires_at.cmp(&b.expires_at))),
            ("email", Box::new(|a, b| lower(&a.email).cmp(&lower(&b.email)))),
            ("role", Box::new(|a, b| rank(a).cmp(&rank(b)))),
            ("inviter", Box::new(|a, b| lower(&a.inviter).cmp(&lower(&b.inviter)))),
            ("created", Box::new(|a, b| a.created_at.cmp(&b.created_at))),
            ("sends", Box::new(|a, b| a.sends.cmp(&b.sends))),
            ("delivery", Box::new(|a, b| lower(&a.delivery).cmp(&lower(&b.delivery)))),
            ("flags", Box::new(|a, b| weight(a).cmp(&weight(b)))),
            ("status", Box::new(|a, b| state(a).cmp(&state(b)))),
        ];
        let mut naive = walk(&store, ws, "status:any", "email", NOW).await;
        assert!(naive.len() > 12 && naive.iter().any(|row| !row.status.open()));
        let ids = |rows: &[InvitationRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
        for (name, compare) in &orders {
            naive.sort_by(|a, b| compare(a, b).then(a.id.cmp(&b.id)));
            assert_eq!(ids(&walk(&store, ws, "status:any", name, NOW).await), ids(&naive), "{name}");
            naive.reverse();
            let descending = format!("-{name}");
            assert_eq!(ids(&walk(&store, ws, "status:any", &descending, NOW).await), ids(&naive), "{descending}");
        }
    }

    /// SQL and the domain agree on every kind of term; counts and "all that match" with the rows.
    async fn filters_and_counts_mean_what_the_domain_says(store) {
        let ws = board(&store).await;
        let all = walk(&store, ws, "status:any", "email", NOW).await;
        let terms = [
            "an", "bo", "NORTHWIND", "김", "'", "%", "role:viewer", "role:admin", "role:nobody", "group:on",
            "group:\"content team\"", "status:sent", "status:expired,failed", "status:open", "status:any",
            "status:cancelled", "inviter:aziza", "inviter:DMITRI", "inviter:nobody", "domain:northwind.test",
            "domain:test", "domain:north", "flag:any", "flag:expiring", "flag:expired", "flag:failed",
            "flag:privileged", "flag:inviter-gone", "flag:foreign", "flag:look-alike", "flag:expired,failed",
        ];
        let mut filters: Vec<String> = vec![String::new()];
        for term in terms {
            filters.push(term.to_owned());
            filters.push(format!("!{term}"));
            filters.push(format!("status:any {term}"));
            filters.push(format!("{term} !flag:any"));
        }
        let mut seen = 0;
        for filter in &filters {
            let parsed: InvitationFilter = filter.parse().unwrap();
            let expected: Vec<_> = all.iter().filter(|row| parsed.passes(*row)).map(InvitationRow::clone).collect();
            assert_eq!(walk(&store, ws, filter, "email", NOW).await, expected, "{filter}");
            let count = store.count_invitations(ws, &parsed, NOW).await.unwrap();
            assert_eq!(count.matching, expected.len() as u64, "{filter}");
            let mut ids: Vec<_> = expected.iter().map(|row| (row.expires_at, row.id)).collect();
            ids.sort();
            let ids: Vec<_> = ids.into_iter().map(|(_, id)| id).collect();
            let but: Vec<i64> = ids.first().map(|id| id.0).into_iter().collect();
            let found = store.reading(ws).await.unwrap().reading().matching_invitations(&parsed, &but, NOW).await;
            assert_eq!(found.unwrap(), ids[but.len()..], "{filter}");
            seen += usize::from(!expected.is_empty() && expected.len() < all.len());
        }
        assert!(seen > filters.len() / 2, "{seen} of {} filters divide the sample", filters.len());
        adds_up(&store, ws, NOW).await;
    }

    /// Numbers that were counted before are told again only while they are true.
    async fn counts_follow_writes_grants_and_the_clock(store) {
        let ws = board(&store).await;
        let (other, _) = store.create_workspace(&signage(), "Other", "o@other.test", "O", NOW).await.unwrap();
        let first = adds_up(&store, ws, NOW).await;
        assert_eq!(adds_up(&store, other, NOW).await, InvitationCount::default(), "each workspace has its own");
        let open = walk(&store, ws, "!flag:any", "email", NOW).await;
        change(&store, ws, &Request::one(open[0].id.0, Cancel { reason: None })).await.unwrap();
        let fewer = adds_up(&store, ws, NOW).await;
        assert_eq!((fewer.open(), fewer.settled), (first.open() - 1, first.settled + 1));
        // The clock: to either side of its next turn, far beyond, and back to where it was.
        let turn = fewer.turns_at.unwrap();
        for at in [turn.plus(-1), turn, NOW.plus(30 * DAY), NOW] {
            adds_up(&store, ws, at).await;
        }
        // An administrator for an hour: with the hour over his invitations want attention, and nobody wrote that.
        let olim = member(&store, ws, "olim@northwind.test").await;
        let before = adds_up(&store, ws, NOW).await;
        let roles = store.roles(ws, NOW).await.unwrap();
        let administrator = roles.iter().find(|role| role.key == "administrator").unwrap().id;
        let terms = Terms { expires_at: Some(NOW.plus(3600)), ..Terms::default() };
        change(&store, ws, &Request::one(olim.0, SetRoles { roles: vec![administrator], terms })).await.unwrap();
        assert_eq!(adds_up(&store, ws, NOW).await.attention, before.attention);
        assert!(adds_up(&store, ws, NOW.plus(3600)).await.attention > before.attention);
    }
}
