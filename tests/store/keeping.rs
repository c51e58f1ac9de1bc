//! What is kept beside the model: the audit chain, idempotency, sessions, imports.

use crate::{
    on_both,
    support::{NOW, change, member, planned, sample, signage, write},
};
use rolecall::{
    api::wire::PageQuery,
    domain::{
        change::{Edit, Import, Person, Rename, Request},
        id::EventId,
        time::DAY,
    },
    server::store::{Remembered, StoreError, TokenHash},
};

on_both! {
    /// Newest first, in pages; each event follows from the one before it.
    async fn the_audit_log_is_a_chain(store) {
        let (ws, ..) = sample(&store, 40).await;
        let ada = member(&store, ws, "ada@northwind.test").await;
        for n in 0..7 {
            change(&store, ws, &Request::one(ada.0, Rename { name: format!("Ada {n}").into() })).await.unwrap();
        }
        assert_eq!(store.verify_audit(ws).await.unwrap(), 8);
        let first = store.audit(ws, &PageQuery { limit: Some(3), ..PageQuery::default() }).await.unwrap();
        assert_eq!(first.items.iter().map(|e| e.id).collect::<Vec<_>>(), [EventId(8), EventId(7), EventId(6)]);
        let [Edit::Name { before, after, .. }] = &first.items[0].delta.0[..] else { panic!("{first:?}") };
        assert_eq!((before.raw(), after.raw()), ("Ada 5", "Ada 6"));
        assert_eq!(first.items[0].actor.raw(), "aziza@northwind.test");
        let next = PageQuery { after: first.after, limit: Some(3), ..PageQuery::default() };
        let second = store.audit(ws, &next).await.unwrap();
        assert_eq!(second.items[0].id, EventId(5));
        let found = store.audit(ws, &PageQuery { filter: "ADA@ aziza".into(), ..PageQuery::default() }).await.unwrap();
        assert_eq!(found.items.len(), 7);
    }

    /// A write that is not committed leaves nothing: no change, no event, no revision.
    async fn a_dropped_write_leaves_nothing(store) {
        let (ws, ..) = sample(&store, 40).await;
        let before = store.revision(ws).await.unwrap();
        {
            let mut tx = store.begin(ws).await.unwrap();
            let role = store.roles(ws, NOW).await.unwrap()[0].id;
            let person = Person { email: "x@example.test".into(), roles: vec![role], ..Person::default() };
            let import = Request::given(Import { people: vec![person] });
            let (mut deltas, _) = planned(&mut tx, &import, NOW).await.unwrap();
            write(&mut tx, &mut deltas, None, NOW).await.unwrap();
        }
        assert_eq!(store.revision(ws).await.unwrap(), before);
        assert!(store.account_by_email("x@example.test").await.unwrap().is_none());
        assert_eq!(store.verify_audit(ws).await.unwrap(), 1);
    }

    /// Writers of a workspace go one after the other.
    async fn writers_take_turns(store) {
        let (ws, ..) = sample(&store, 40).await;
        let ada = member(&store, ws, "ada@northwind.test").await;
        let before = store.revision(ws).await.unwrap();
        let renames: Vec<Request> =
            (0..12).map(|n| Request::one(ada.0, Rename { name: format!("Ada {n}").into() })).collect();
        let done = futures::future::join_all(renames.iter().map(|one| change(&store, ws, one))).await;
        assert!(done.iter().all(Result::is_ok));
        assert_eq!(store.revision(ws).await.unwrap(), before + 12);
        assert_eq!(store.verify_audit(ws).await.unwrap(), 13);
        let versions: std::collections::HashSet<_> = done.into_iter().map(|o| o.unwrap().version).collect();
        assert_eq!(versions.len(), 12);
    }

    async fn an_answer_is_remembered_under_its_key(store) {
        let (ws, account, _) = sample(&store, 5).await;
        let answer = Remembered { body_hash: "abc".into(), status: 200, response: "{}".into() };
        let mut tx = store.begin(ws).await.unwrap();
        assert_eq!(tx.recall(account, "key").await.unwrap(), None);
        tx.remember(account, "key", &answer, NOW).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin(ws).await.unwrap();
        assert_eq!(tx.recall(account, "key").await.unwrap(), Some(answer.clone()));
        assert_eq!(tx.recall(account, "KEY").await.unwrap(), None);
        tx.remember(account, "later", &answer, NOW.plus(3 * DAY)).await.unwrap();
        assert_eq!(tx.recall(account, "key").await.unwrap(), None, "forgotten after two days");
    }

    async fn sessions_begin_and_end(store) {
        let (ws, account, me) = sample(&store, 5).await;
        let token = TokenHash::of("session");
        store.sign_in(&token, account, NOW, NOW.plus(DAY)).await.unwrap();
        let session = store.session(&token, NOW).await.unwrap().unwrap();
        assert_eq!((session.account.id, session.authenticated_at), (account, NOW));
        assert_eq!(store.member(ws, me, NOW).await.unwrap().last_sign_in, Some(NOW));
        assert!(store.session(&token, NOW.plus(DAY)).await.unwrap().is_none(), "it ended by itself");
        store.reauthenticated(&token, NOW.plus(60)).await.unwrap();
        assert_eq!(store.session(&token, NOW).await.unwrap().unwrap().authenticated_at, NOW.plus(60));
        let other = TokenHash::of("other");
        store.sign_in(&other, account, NOW, NOW.plus(DAY)).await.unwrap();
        store.set_password(account, "$argon2", Some(&token)).await.unwrap();
        assert!(store.session(&token, NOW).await.unwrap().is_some());
        assert!(store.session(&other, NOW).await.unwrap().is_none(), "a new password ends the others");
        store.sign_out(&token).await.unwrap();
        assert!(store.session(&token, NOW).await.unwrap().is_none());
        assert!(store.me(account).await.unwrap().has_password);
    }

    /// One owner a workspace: the first person, active, able to sign in.
    async fn a_new_workspace_has_its_owner(store) {
        let (ws, account) =
            store.create_workspace(&signage(), "Mine", "Me@Example.test", "Me", NOW).await.unwrap();
        let me = store.me(account).await.unwrap();
        assert_eq!(me.workspaces.iter().map(|w| w.id).collect::<Vec<_>>(), [ws]);
        let workspace = store.workspace(ws, account).await.unwrap();
        assert!(workspace.my_owner);
        assert_eq!(workspace.members, 1);
        assert_eq!(workspace.capabilities, signage().capabilities);
        assert_eq!(workspace.policies, signage().policies);
        assert_eq!(store.roles(ws, NOW).await.unwrap().len(), signage().roles.len());
        assert_eq!(store.account_by_email("ME@example.TEST").await.unwrap().unwrap().id, account);
    }

    /// The sample is the same every time, but for the database it is in.
    async fn the_sample_is_written_once(store) {
        sample(&store, 5).await;
        let again = store.seed(&signage(), &rolecall::server::sample::Sample::northwind(5, NOW)).await;
        assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
    }
}
