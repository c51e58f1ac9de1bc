//! Taking back what a job did, where it is more than edges: invitations, other jobs' doings, words about it.

use crate::{
    invitations::look,
    jobs::{done, everything, matching, rows, to_role, undo},
    served::World,
};
use reqwest::StatusCode;
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        wire::{InvitationRow, InvitationStatus, Origin, PageQuery, PlanKind, StartJob},
    },
    app::jobs::title,
    domain::bulk::{Bulk, BulkAction, Selection},
};
use std::collections::BTreeSet;

crate::on_both! {
    invitations_that_were_cancelled_come_back_as_they_were_but_for_the_link,
    a_job_is_taken_back_once_and_the_undo_says_of_what_it_is,
    links_that_were_sent_are_not_taken_back_and_the_job_says_so,
}

async fn invitations_that_were_cancelled_come_back_as_they_were_but_for_the_link() {
    let world = World::sample(120).await;
    let owner = world.owner().await;
    let made = world.invite(&owner, "nina@northwind.test", "Viewer").await.unwrap();
    let board = async || {
        let items = owner.invitations(world.ws, &PageQuery::default()).await.unwrap().items;
        items.into_iter().map(|row| InvitationRow { version: 0, ..row }).collect::<Vec<_>>()
    };
    let states = |rows: &[InvitationRow]| rows.iter().map(|row| row.status).collect::<BTreeSet<_>>();
    let before = (board().await, everything(&world).await);
    assert_eq!(states(&before.0), InvitationStatus::OPEN.into(), "{:?}", before.0);
    assert!(before.0.iter().any(|row| row.delivery.raw() == "delivered"), "{:?}", before.0);
    // Nobody was sent the new link. Why a mail failed is told for as long as the invitation is `failed`.
    let delivery = |row: &InvitationRow| match row.status {
        InvitationStatus::Failed => row.delivery.clone(),
        _ => "link shown".into(),
    };
    let returned = before.0.iter().map(|row| InvitationRow { delivery: delivery(row), ..row.clone() });
    let returned = (returned.collect::<Vec<_>>(), before.1.clone());
    for (filter, action) in
        [("", BulkAction::Cancel { reason: None }), ("status:pending", BulkAction::Remove { reason: None })]
    {
        let name = action.name();
        let job = done(&world, &owner, &matching(filter, action)).await;
        assert_eq!((job.applied, job.failed, job.skipped), (before.0.len() as u64, 0, 0), "{name}");
        assert!(board().await.is_empty(), "{name}");
        let bulk = Bulk { on: Selection::default(), action: BulkAction::Undo { job: job.id, reason: None } };
        let plan = owner.plan(world.ws, &bulk).await.unwrap();
        let told = |kind: &PlanKind| match kind {
            PlanKind::Change { before, after, .. } => (before.clone(), after.first().cloned(), after.last().cloned()),
            other => panic!("{name}: {other:?}"),
        };
        for kind in plan.kinds.iter().map(told) {
            assert_eq!((kind.0, kind.2), (vec!["cancelled".into()], Some("new link".into())), "{name}");
        }
        let kinds: BTreeSet<String> = plan.kinds.iter().filter_map(|kind| Some(told(kind).1?.to_string())).collect();
        assert_eq!(kinds, ["expired", "failed", "sent"].map(str::to_owned).into(), "{name}");
        let back = undo(&world, &owner, job.id).await;
        assert_eq!((back.applied, back.failed, back.skipped), (job.applied, 0, 0), "{name}: {back:?}");
        assert_eq!((board().await, everything(&world).await), returned, "{name}");

        let again = rows(&world, &owner, back.id, "").await;
        let link = again.iter().find(|row| row.name.raw() == "nina@northwind.test").unwrap().link.clone().unwrap();
        assert_ne!(Some(&link), made.link.as_ref());
        assert_eq!(look(made.link.as_ref().unwrap()).await, StatusCode::NOT_FOUND, "{name}: that one was cancelled");
        assert_eq!(look(&link).await, StatusCode::OK, "{name}");
        // An undo is a job like any other.
        let forth = undo(&world, &owner, back.id).await;
        assert_eq!((forth.applied, forth.failed, forth.skipped), (job.applied, 0, 0), "{name}: {forth:?}");
        assert!(board().await.is_empty(), "{name}");
        assert_eq!(undo(&world, &owner, forth.id).await.applied, job.applied, "{name}");
        assert_eq!((board().await, everything(&world).await), returned, "{name}");
    }
    let job = done(&world, &owner, &matching("nina", BulkAction::Cancel { reason: None })).await;
    world.invite(&owner, "nina@northwind.test", "Analyst").await.unwrap();
    let back = undo(&world, &owner, job.id).await;
    assert_eq!((back.applied, back.skipped), (0, 1), "she was invited again since");
    world.store.verify_audit(world.ws).await.unwrap();
}

async fn a_job_is_taken_back_once_and_the_undo_says_of_what_it_is() {
    let world = World::new().await;
    let owner = world.owner().await;
    let technician = world.role("Technician").await.id;
    let job = done(&world, &owner, &matching("role:viewer", to_role(technician))).await;
    assert!(job.undoable() && job.origin.is_none(), "{job:?}");
    let back = undo(&world, &owner, job.id).await;
    let origin = |again| Some(Origin { job: job.id, action: "set_roles".into(), again });
    assert_eq!((back.undoes, &back.origin), (Some(job.id), &origin(false)));
    assert_eq!(title(&back), format!("Undo of job {}: Role → Technician", job.id));
    assert!(!owner.job(world.ws, job.id).await.unwrap().undoable());
    let bulk = Bulk { on: Selection::default(), action: BulkAction::Undo { job: job.id, reason: None } };
    let said = format!("job {} was taken back by job {}", job.id, back.id);
    let planned = owner.plan(world.ws, &bulk).await.map(drop);
    let begun = owner.start_job(world.ws, &StartJob { bulk, digest: None }, &world.key()).await.map(drop);
    for refused in [planned, begun] {
        assert!(matches!(&refused, Err(ApiError::Conflict { message, .. }) if message.raw() == said), "{refused:?}");
    }
    let forth = undo(&world, &owner, back.id).await;
    assert_eq!((forth.undoes, &forth.origin), (Some(back.id), &origin(true)));
    assert_eq!(title(&forth), format!("Redo of job {}: Role → Technician", job.id));
    let back = undo(&world, &owner, forth.id).await;
    assert_eq!(title(&back), format!("Undo of job {}: Role → Technician", job.id));
    let listed = owner.jobs(world.ws, &PageQuery::default()).await.unwrap().items;
    assert_eq!(listed[0].origin, back.origin);
}

async fn links_that_were_sent_are_not_taken_back_and_the_job_says_so() {
    let world = World::new().await;
    let owner = world.owner().await;
    world.invite(&owner, "nina@northwind.test", "Viewer").await.unwrap();
    let job = done(&world, &owner, &matching("", BulkAction::Resend)).await;
    assert_eq!((job.applied, job.undoable()), (1, false));
    let back = undo(&world, &owner, job.id).await;
    assert_eq!((back.total, back.left_out), (0, 1), "{back:?}");
}
