//! Invitations, from sending to the link's end.

use crate::{
    on_both,
    support::{NOW, change, change_with, member, planned, sample, write},
};
use rolecall::{
    api::wire::{InvitationRow, InvitationStatus, Page, PageQuery},
    domain::{
        change::{Cancel, EditInvitation, Invite, InviteDraft, Refusal, Request, Resend},
        filter::InvitationFilter,
        id::{InvitationId, RoleId, WorkspaceId},
        model::MemberStatus,
        time::DAY,
    },
    server::store::{Store, StoreError, TokenHash},
};

async fn draft(store: &Store, ws: WorkspaceId, email: &str) -> Request {
    let roles = store.roles(ws, NOW).await.unwrap();
    let viewer: RoleId = roles.iter().find(|r| r.key == "viewer").unwrap().id;
    let groups = store.groups(ws, NOW).await.unwrap();
    Request::given(Invite::one(InviteDraft {
        email: email.into(),
        name: Some("New Person".into()),
        roles: vec![viewer],
        groups: vec![groups[0].id],
        ..InviteDraft::default()
    }))
}

async fn invite(store: &Store, ws: WorkspaceId, email: &str, token: &str) -> InvitationId {
    let invite = draft(store, ws, email).await;
    let made = change_with(store, ws, &invite, Some(token), NOW).await.unwrap();
    made.delta.invitation().unwrap().0
}

async fn one(store: &Store, ws: WorkspaceId, id: InvitationId) -> InvitationRow {
    store.invitation(ws, id, NOW).await.unwrap()
}

on_both! {
    /// A new address becomes a pending member, and an active one through the link, once.
    async fn an_invitation_is_accepted_once(store) {
        let (ws, ..) = sample(&store, 40).await;
        let id = invite(&store, ws, " New@Example.test ", "secret").await;
        let row = one(&store, ws, id).await;
        assert_eq!(row.email.raw(), "New@Example.test");
        assert_eq!((row.status, row.sends), (InvitationStatus::Sent, 1));
        assert_eq!((row.roles.len(), row.groups.len()), (1, 1));
        assert_eq!(row.expires_at, NOW.plus(7 * DAY));
        let who = member(&store, ws, "new@example.test").await;
        let pending = store.member(ws, who, NOW).await.unwrap();
        assert_eq!((pending.status, pending.invitation), (MemberStatus::Pending, Some(id)));

        let token = TokenHash::of("secret");
        let shown = store.invitation_by_token(&token, NOW).await.unwrap().unwrap();
        assert_eq!((shown.id, shown.has_password), (id, false));
        let tries = (0..8).map(|_| store.accept_invitation(&token, Some("$argon2"), Some("Newt"), NOW));
        let won = futures::future::join_all(tries).await.into_iter().filter(Result::is_ok).count();
        assert_eq!(won, 1, "accepting is one conditional update");
        let member = store.member(ws, who, NOW).await.unwrap();
        assert_eq!((member.status, member.invitation), (MemberStatus::Active, None));
        assert_eq!(member.name.raw(), "New Person", "who has a name keeps it");
        let account = store.account_by_email("new@example.test").await.unwrap().unwrap();
        assert_eq!(account.password_hash.as_deref(), Some("$argon2"));
        assert_eq!(one(&store, ws, id).await.status, InvitationStatus::Accepted);
        assert!(store.invitation_by_token(&token, NOW).await.unwrap().is_none());
    }

    /// Sending again kills every earlier link.
    async fn sending_again_kills_the_old_link(store) {
        let (ws, ..) = sample(&store, 40).await;
        let id = invite(&store, ws, "new@example.test", "old").await;
        let later = NOW.plus(30 * DAY);
        assert!(store.invitation_by_token(&TokenHash::of("old"), later).await.unwrap().is_none(), "it expired");
        change_with(&store, ws, &Request::one(id.0, Resend {}), Some("new"), later).await.unwrap();
        assert!(store.invitation_by_token(&TokenHash::of("old"), later).await.unwrap().is_none());
        assert!(store.invitation_by_token(&TokenHash::of("new"), later).await.unwrap().is_some());
        let row = store.invitation(ws, id, later).await.unwrap();
        assert_eq!((row.status, row.sends, row.expires_at), (InvitationStatus::Sent, 2, later.plus(7 * DAY)));
    }

    /// Cancelling takes the pending member; the account stays without a way in.
    async fn cancelling_leaves_nothing_behind(store) {
        let (ws, ..) = sample(&store, 40).await;
        let id = invite(&store, ws, "new@example.test", "secret").await;
        change(&store, ws, &Request::one(id.0, Cancel { reason: None })).await.unwrap();
        let account = store.account_by_email("new@example.test").await.unwrap().unwrap();
        assert!(account.password_hash.is_none());
        assert!(store.invitation_by_token(&TokenHash::of("secret"), NOW).await.unwrap().is_none());
        let row = one(&store, ws, id).await;
        assert_eq!((row.status, row.member), (InvitationStatus::Cancelled, None));
        invite(&store, ws, "new@example.test", "another").await;
    }

    async fn editing_changes_what_waits(store) {
        let (ws, ..) = sample(&store, 40).await;
        let id = invite(&store, ws, "new@example.test", "secret").await;
        let roles = store.roles(ws, NOW).await.unwrap();
        let analyst = roles.iter().find(|r| r.key == "analyst").unwrap().id;
        let edit =
            Request::one(id.0, EditInvitation { roles: vec![analyst], groups: vec![], ttl_days: Some(3) });
        change(&store, ws, &edit).await.unwrap();
        let row = one(&store, ws, id).await;
        assert_eq!(row.roles.iter().map(|r| r.name.raw()).collect::<Vec<_>>(), ["Analyst"]);
        assert!(row.groups.is_empty());
        assert_eq!(row.expires_at, NOW.plus(3 * DAY));
        let who = member(&store, ws, "new@example.test").await;
        let pending = store.member(ws, who, NOW).await.unwrap();
        assert_eq!(pending.roles[0].id, analyst);
        assert!(pending.groups.is_empty());
        assert!(store.invitation_by_token(&TokenHash::of("secret"), NOW).await.unwrap().is_some());
    }

    /// An account that can sign in joins at once where the pack says so.
    async fn an_account_that_is_there_joins_at_once(store) {
        let (ws, ..) = sample(&store, 40).await;
        let (other, _) = store
            .create_workspace(&crate::support::signage(), "Other", "else@example.test", "Else", NOW)
            .await
            .unwrap();
        assert!(store.workspaces().await.unwrap().iter().any(|w| w.id == other));
        let invite = draft(&store, ws, "ELSE@example.test").await;
        change(&store, ws, &invite).await.unwrap();
        let who = member(&store, ws, "else@example.test").await;
        let row = store.member(ws, who, NOW).await.unwrap();
        assert_eq!((row.status, row.workspaces), (MemberStatus::Active, 2));
    }

    /// Expiry follows the clock without anybody's help, and is logged once.
    async fn expiry_follows_the_clock(store) {
        let (ws, ..) = sample(&store, 300).await;
        let open = InvitationFilter::default();
        let board = store.invitations(ws, &open, &PageQuery::default(), NOW).await.unwrap();
        let expired = board.items.iter().filter(|i| i.status == InvitationStatus::Expired).count() as u64;
        assert!(expired > 0);
        assert!(board.items.is_sorted_by_key(|i| i.expires_at));
        assert_eq!(store.expire_due(NOW).await.unwrap(), expired);
        assert_eq!(store.expire_due(NOW).await.unwrap(), 0);
        let after = store.invitations(ws, &open, &PageQuery::default(), NOW).await.unwrap();
        let statuses = |board: &Page<InvitationRow>| -> Vec<_> {
            board.items.iter().map(|i| (i.id, i.status)).collect()
        };
        assert_eq!(statuses(&after), statuses(&board), "reads were right before anybody looked");
        let log = store.audit(ws, &PageQuery { filter: "invitation_expired".into(), ..PageQuery::default() }).await;
        assert_eq!(log.unwrap().items.len() as u64, expired);
    }

    /// A role that ends takes its place in the order with it.
    async fn an_ended_role_leaves_the_order(store) {
        let (ws, ..) = sample(&store, 300).await;
        let later = NOW.plus(90 * DAY);
        store.expire_due(later).await.unwrap();
        let query = PageQuery { sort: "-role".into(), ..PageQuery::default() };
        let page = store.members(ws, &Default::default(), &query, later).await.unwrap();
        assert!(page.items[0].roles.is_empty() && !page.items[0].owner);
        assert!(page.items.is_sorted_by_key(|m| !m.roles.is_empty()));
    }

    /// Invariant 5 is kept by the database itself, whoever asks first.
    async fn one_open_invitation_an_address(store) {
        let (ws, ..) = sample(&store, 40).await;
        let invite = draft(&store, ws, "new@example.test").await;
        let mut tx = store.begin(ws).await.unwrap();
        let (once, _) = planned(&mut tx, &invite, NOW).await.unwrap();
        write(&mut tx, &mut once.clone(), Some("a"), NOW).await.unwrap();
        assert_eq!(planned(&mut tx, &invite, NOW).await, Err(Refusal::InvitedAlready));
        let twice = write(&mut tx, &mut once.clone(), Some("b"), NOW).await;
        assert!(matches!(twice, Err(StoreError::Conflict { field: Some("email"), .. })), "{twice:?}");
    }

    async fn the_board_finds_by_words_and_turns_pages(store) {
        let (ws, ..) = sample(&store, 300).await;
        let query = |sort: &str| PageQuery { sort: sort.into(), limit: Some(3), ..PageQuery::default() };
        let found = store.invitations(ws, &"BO test".parse().unwrap(), &query("email"), NOW).await.unwrap();
        assert!(found.items.iter().any(|i| i.email.raw() == "bo@partner.test"));
        let open = InvitationFilter::default();
        let first = store.invitations(ws, &open, &query("-created"), NOW).await.unwrap();
        let next = PageQuery { after: first.after.clone(), ..query("-created") };
        let second = store.invitations(ws, &open, &next, NOW).await.unwrap();
        let back = PageQuery { before: second.before.clone(), ..query("-created") };
        assert_eq!(store.invitations(ws, &open, &back, NOW).await.unwrap().items, first.items);
    }
}
