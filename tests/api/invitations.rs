//! The life of an invitation (SPEC 5), from both sides of its link.

use crate::{
    recorded::{done, matching, refused as why, rows},
    served::{OWNER, World, accept, invite},
};
use reqwest::{StatusCode, header};
use rolecall::{
    api::{
        backend::Backend,
        error::ApiError,
        wire::{InvitationFlag, InvitationStatus, PageQuery, Problem},
        write::Join,
    },
    domain::{
        change::{Cancel, Deactivate, EditInvitation, Field, Invite, InviteDraft, Remove, Request, Resend},
        model::MemberStatus,
        time::DAY,
        untrusted::Text,
    },
};

crate::on_both! {
    a_new_address_is_pending_until_the_link_is_followed,
    the_page_behind_the_link_is_plain_and_closed,
    resending_kills_every_earlier_link,
    cancelling_is_final_and_takes_the_pending_member,
    a_link_dies_by_the_clock,
    of_many_who_follow_one_link_at_once_one_gets_in,
    a_link_of_an_inviter_who_lost_the_right_lets_nobody_in,
    whoever_resends_answers_for_the_new_link,
    members_and_the_invited_are_not_invited_again,
    two_invitations_of_one_address_at_once_are_one,
    a_pending_invitation_can_be_edited,
    an_existing_account_joins_at_once_where_the_pack_says_so,
    links_are_hard_to_guess_and_wrong_ones_tell_nothing,
    a_link_is_shown_again_to_whoever_made_it_and_to_nobody_else,
    the_board_is_filtered_counted_and_read_one_by_one,
}

const PASSWORD: &str = "correct horse battery";

pub async fn look(link: &str) -> StatusCode {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(link).send().await.unwrap().status()
}

async fn a_new_address_is_pending_until_the_link_is_followed() {
    let world = World::new().await;
    let owner = world.owner().await;
    let draft = InviteDraft {
        name: Some(Text::new("Nora Ness")),
        message: Some(Text::new("Welcome")),
        ..invite("nora@northwind.test", world.role("Viewer").await.id)
    };
    let made = world.apply(&owner, Request::given(Invite::one(draft))).await.unwrap();
    let link = made.link.unwrap();
    assert!(link.starts_with(&format!("{}/join/", world.running.url)), "{link}");
    assert_eq!(world.member("nora@northwind.test").await.status, MemberStatus::Pending);
    let invitation = world.invitation("nora@northwind.test").await;
    assert_eq!(Some(invitation.id.0), made.created);
    assert_eq!((invitation.status, invitation.sends), (InvitationStatus::Sent, 1));
    assert_eq!(invitation.expires_at, world.now().plus(7 * DAY));

    for _ in 0..3 {
        assert_eq!(look(&link).await, StatusCode::OK, "looking uses nothing up");
    }
    let joined: Join = accept(&link, "", PASSWORD).await.json().await.unwrap();
    assert_eq!((joined.workspace.raw(), joined.inviter.raw()), ("Northwind Signage", OWNER));
    let nora = world.member("nora@northwind.test").await;
    assert_eq!((nora.status, nora.name.raw()), (MemberStatus::Active, "Nora Ness"));
    assert_eq!(world.invitation("nora@northwind.test").await.status, InvitationStatus::Accepted);
    assert_eq!(accept(&link, "", PASSWORD).await.status(), StatusCode::NOT_FOUND);
}

async fn the_page_behind_the_link_is_plain_and_closed() {
    let world = World::new().await;
    let draft = InviteDraft {
        name: Some(Text::new("<script>alert(1)</script>")),
        ..invite("nora@northwind.test", world.role("Viewer").await.id)
    };
    let link = world.apply(&world.owner().await, Request::given(Invite::one(draft))).await.unwrap().link.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let page = client.get(&link).send().await.unwrap();
    let headers = page.headers().clone();
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(headers[header::REFERRER_POLICY], "no-referrer");
    assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none'"));
    let text = page.text().await.unwrap();
    assert!(!text.contains("<script") && text.contains("&lt;script&gt;"), "{text}");

    let form = |password: &'static str| {
        let body = format!("name=Nora+N%C3%A4ss&password={}", password.replace(' ', "+"));
        let request = client.post(&link).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(body).send()
    };
    let short = form("short").await.unwrap();
    assert_eq!(short.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let text = short.text().await.unwrap();
    assert!(text.contains("at least 12 characters") && text.contains("<form"), "{text}");
    assert_eq!(form(PASSWORD).await.unwrap().status(), StatusCode::OK);
    let gone = form(PASSWORD).await.unwrap();
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    assert!(gone.text().await.unwrap().contains("ask for a new invitation"));
}

async fn resending_kills_every_earlier_link() {
    let world = World::new().await;
    let owner = world.owner().await;
    let first = world.invite(&owner, "nora@northwind.test", "Viewer").await.unwrap().link.unwrap();
    let invitation = world.invitation("nora@northwind.test").await;
    world.pass(DAY);
    let second = world.apply(&owner, Request::one(invitation.id.0, Resend {})).await.unwrap();
    let second = second.link.unwrap();
    assert_ne!(first, second);
    let row = world.invitation("nora@northwind.test").await;
    assert_eq!((row.sends, row.expires_at), (2, world.now().plus(7 * DAY)));
    assert_eq!(look(&first).await, StatusCode::NOT_FOUND);
    assert_eq!(accept(&first, "", PASSWORD).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(accept(&second, "", PASSWORD).await.status(), StatusCode::OK);
}

async fn cancelling_is_final_and_takes_the_pending_member() {
    let world = World::new().await;
    let owner = world.owner().await;
    let link = world.invite(&owner, "nora@northwind.test", "Viewer").await.unwrap().link.unwrap();
    let invitation = world.invitation("nora@northwind.test").await.id;
    world.apply(&owner, Request::one(invitation.0, Cancel { reason: Some(Text::new("moved on")) })).await.unwrap();
    assert_eq!(look(&link).await, StatusCode::NOT_FOUND);
    assert_eq!(world.invitation("nora@northwind.test").await.status, InvitationStatus::Cancelled);
    let members = owner.members(world.ws, &Default::default()).await.unwrap();
    assert!(members.items.iter().all(|row| row.email.raw() != "nora@northwind.test"));
    for change in [Request::one(invitation.0, Resend {}), Request::one(invitation.0, Cancel { reason: None })] {
        assert_eq!(why(world.apply(&owner, change).await), "invitation_settled");
    }
    world.invite(&owner, "nora@northwind.test", "Viewer").await.unwrap();
}

async fn a_link_dies_by_the_clock() {
    let world = World::new().await;
    let owner = world.owner().await;
    let link = world.invite(&owner, "nora@northwind.test", "Viewer").await.unwrap().link.unwrap();
    world.pass(6 * DAY + 1);
    assert_eq!(world.invitation("nora@northwind.test").await.flags, [InvitationFlag::Expiring]);
    assert_eq!(look(&link).await, StatusCode::OK);
    world.pass(DAY - 1);
    assert_eq!(look(&link).await, StatusCode::NOT_FOUND);
    assert_eq!(accept(&link, "", PASSWORD).await.status(), StatusCode::NOT_FOUND);
    let row = world.invitation("nora@northwind.test").await;
    assert_eq!((row.status, row.flags.as_slice()), (InvitationStatus::Expired, &[InvitationFlag::Expired][..]));
    let again = world.apply(&owner, Request::one(row.id.0, Resend {})).await.unwrap();
    assert_eq!(accept(&again.link.unwrap(), "", PASSWORD).await.status(), StatusCode::OK);
}

async fn of_many_who_follow_one_link_at_once_one_gets_in() {
    let world = World::new().await;
    let link = world.invite(&world.owner().await, "nora@northwind.test", "Viewer").await.unwrap().link.unwrap();
    let tries = (0..8).map(|_| accept(&link, "", PASSWORD));
    let answers = futures::future::join_all(tries).await;
    let got_in = answers.iter().filter(|answer| answer.status() == StatusCode::OK).count();
    assert_eq!(got_in, 1, "{:?}", answers.iter().map(|answer| answer.status()).collect::<Vec<_>>());
    for answer in answers.iter().filter(|answer| answer.status() != StatusCode::OK) {
        assert!(matches!(answer.status(), StatusCode::NOT_FOUND | StatusCode::CONFLICT), "{}", answer.status());
    }
    let log = world.owner().await.audit(world.ws, &Default::default()).await.unwrap();
    assert_eq!(log.items.iter().filter(|event| event.action == "accept_invitation").count(), 1);
}

/// SPEC 5: accepting checks again that the inviter may still invite.
async fn a_link_of_an_inviter_who_lost_the_right_lets_nobody_in() {
    let world = World::new().await;
    let adele = world.acting("adele@northwind.test").await;
    let link = world.invite(&adele, "nora@northwind.test", "Viewer").await.unwrap().link.unwrap();
    world.set_role(&world.owner().await, "adele@northwind.test", "Viewer").await.unwrap();
    assert_eq!(world.invitation("nora@northwind.test").await.flags, [InvitationFlag::InviterGone]);
    let refused = accept(&link, "", PASSWORD).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert!(refused.json::<Problem>().await.unwrap().detail.raw().contains("may no longer"));
    assert_eq!(world.member("nora@northwind.test").await.status, MemberStatus::Pending);
}

/// By itself or in a change: the inviter who is gone is not asked any more, and the log tells who answers since.
async fn whoever_resends_answers_for_the_new_link() {
    let world = World::new().await;
    let (adele, arthur) = (world.acting("adele@northwind.test").await, world.acting("arthur@northwind.test").await);
    let people = ["nora@northwind.test", "nina@northwind.test"];
    for email in people {
        world.invite(&adele, email, "Viewer").await.unwrap();
    }
    let member = world.id("adele@northwind.test").await;
    world.apply(&world.owner().await, Request::one(member.0, Deactivate { reason: None })).await.unwrap();
    for email in people {
        assert_eq!(world.invitation(email).await.flags, [InvitationFlag::InviterGone], "{email}");
    }
    let invitation = world.invitation(people[0]).await.id;
    let alone = world.apply(&arthur, Request::one(invitation.0, Resend {})).await.unwrap().link.unwrap();
    let change = done(&world, &arthur, &matching("nina", Resend {})).await;
    let in_change = rows(&world, &arthur, change.id, "done").await.remove(0).link.unwrap();
    let log = arthur.audit(world.ws, &PageQuery::default()).await.unwrap().items;
    for (email, link) in people.into_iter().zip([alone, in_change]) {
        let row = world.invitation(email).await;
        assert_eq!((row.inviter.raw(), row.flags.as_slice()), ("arthur@northwind.test", &[][..]), "{email}");
        let event = log.iter().find(|event| event.action == "resend" && event.target.raw() == email).unwrap();
        let (_, before, after) = event.delta.invitation().unwrap();
        let inviter = async |email| world.store.account_by_email(email).await.unwrap().map(|one| one.id);
        assert_eq!(before.unwrap().inviter, inviter("adele@northwind.test").await, "{email}");
        assert_eq!(after.unwrap().inviter, inviter("arthur@northwind.test").await, "{email}");
        let joined = accept(&link, "", PASSWORD).await;
        assert_eq!(joined.status(), StatusCode::OK, "{email}");
        assert_eq!(joined.json::<Join>().await.unwrap().inviter.raw(), "arthur@northwind.test");
    }
}

/// SPEC 4.5: at most one live invitation for an e-mail; members cannot be invited.
async fn members_and_the_invited_are_not_invited_again() {
    let world = World::new().await;
    let owner = world.owner().await;
    world.invite(&owner, "nora@northwind.test", "Viewer").await.unwrap();
    for (email, code) in [
        ("NORA@northwind.test", "invited_already"),
        ("vera@northwind.test", "member_already"),
        (OWNER, "member_already"),
        ("not an address", "address"),
    ] {
        let answer = world.invite(&owner, email, "Viewer").await;
        let Err(ApiError::Refused(refusal)) = &answer else { panic!("{email}: {answer:?}") };
        assert_eq!((refusal.code(), refusal.field()), (code, Some(Field::Email)), "{email}");
    }
}

async fn two_invitations_of_one_address_at_once_are_one() {
    let world = World::new().await;
    let (adele, arthur) = (world.acting("adele@northwind.test").await, world.acting("arthur@northwind.test").await);
    let (one, other) = tokio::join!(
        world.invite(&adele, "nora@northwind.test", "Viewer"),
        world.invite(&arthur, "nora@northwind.test", "Viewer")
    );
    assert_eq!([&one, &other].iter().filter(|answer| answer.is_ok()).count(), 1, "{one:?} {other:?}");
}

async fn a_pending_invitation_can_be_edited() {
    let world = World::new().await;
    let owner = world.owner().await;
    world.invite(&owner, "nora@northwind.test", "Viewer").await.unwrap();
    let invitation = world.invitation("nora@northwind.test").await.id;
    let (role, group) = (world.role("Analyst").await.id, world.make_group("Content Team", &["content.write"]).await);
    let edit = Request::one(invitation.0, EditInvitation { roles: vec![role], groups: vec![group], ttl_days: Some(2) });
    world.apply(&owner, edit).await.unwrap();
    let row = world.invitation("nora@northwind.test").await;
    assert_eq!((row.roles[0].name.raw(), row.groups[0].name.raw()), ("Analyst", "Content Team"));
    assert_eq!(row.expires_at, world.now().plus(2 * DAY));
}

/// The pack lets an existing account in at once: no link, nothing pending. Who could not sign in
/// there needs the link all the same.
async fn an_existing_account_joins_at_once_where_the_pack_says_so() {
    let world = World::new().await;
    let owner = world.owner().await;
    for (email, at_once) in [("arthur@northwind.test", true), ("vera@northwind.test", false)] {
        let member = world.id(email).await;
        world.apply(&owner, Request::one(member.0, Remove { reason: None })).await.unwrap();
        let made = world.invite(&owner, email, "Analyst").await.unwrap();
        assert_eq!(made.link.is_none(), at_once, "{email}");
        let status = if at_once { MemberStatus::Active } else { MemberStatus::Pending };
        assert_eq!(world.member(email).await.status, status, "{email}");
    }
}

async fn links_are_hard_to_guess_and_wrong_ones_tell_nothing() {
    let world = World::new().await;
    let owner = world.owner().await;
    let one = world.invite(&owner, "a@northwind.test", "Viewer").await.unwrap().link.unwrap();
    let other = world.invite(&owner, "b@northwind.test", "Viewer").await.unwrap().link.unwrap();
    let token = |link: &str| link.rsplit('/').next().unwrap().to_owned();
    assert_ne!(token(&one), token(&other));
    assert_eq!(token(&one).len(), 43, "256 bits in base64url");
    for wrong in ["x", "%00", "%ff", &token(&one)[1..]] {
        let status = look(&format!("{}/join/{wrong}", world.running.url)).await;
        assert!(matches!(status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST), "{wrong}: {status}");
    }
    assert_eq!(why(world.apply(&owner, Request::one(9999, Resend {})).await), "not_found");
}

/// Whoever has the link can be the invited: it is for its maker alone, and for as long as it lives.
async fn a_link_is_shown_again_to_whoever_made_it_and_to_nobody_else() {
    let world = World::new().await;
    let owner = world.owner().await;
    let adele = world.acting("adele@northwind.test").await;
    let link = world.invite(&owner, "nora@northwind.test", "Viewer").await.unwrap().link.unwrap();
    let id = world.invitation("nora@northwind.test").await.id;
    assert_eq!(owner.invitation_link(world.ws, id).await.unwrap().link, link);
    assert_eq!(look(&link).await, StatusCode::OK, "looking uses nothing up");
    let refused = |error: ApiError, says: &str| match error {
        ApiError::Conflict { field: None, message } => assert!(message.raw().contains(says), "{message}"),
        other => panic!("{other:?}"),
    };
    refused(adele.invitation_link(world.ws, id).await.unwrap_err(), "only whoever made the link");
    let again = world.apply(&adele, Request::one(id.0, Resend {})).await.unwrap().link.unwrap();
    assert_eq!(adele.invitation_link(world.ws, id).await.unwrap().link, again);
    refused(owner.invitation_link(world.ws, id).await.unwrap_err(), "only whoever made the link");
    world.pass(8 * DAY);
    refused(adele.invitation_link(world.ws, id).await.unwrap_err(), "cannot be shown again");
    world.apply(&adele, Request::one(id.0, Cancel { reason: None })).await.unwrap();
    refused(adele.invitation_link(world.ws, id).await.unwrap_err(), "settled");
}

/// One grammar for pages and counts; without a state asked for, it is about open ones.
async fn the_board_is_filtered_counted_and_read_one_by_one() {
    let world = World::new().await;
    let owner = world.owner().await;
    let before = owner.count_invitations(world.ws, "").await.unwrap();
    world.invite(&owner, "nora@northwind.test", "Administrator").await.unwrap();
    let row = world.invitation("nora@northwind.test").await;
    assert_eq!(owner.invitation(world.ws, row.id).await.unwrap(), row);
    let all = owner.count_invitations(world.ws, "nora flag:privileged").await.unwrap();
    assert_eq!((all.matching, all.sent, all.attention), (1, before.sent + 1, before.attention + 1));
    let find = async |filter: &str| {
        let query = PageQuery { filter: filter.into(), sort: "flags".into(), ..PageQuery::default() };
        owner.invitations(world.ws, &query).await.map(|page| page.items.len())
    };
    assert_eq!(find(&format!("nora flag:any inviter:{OWNER} domain:northwind.test")).await.unwrap(), 1);
    assert_eq!(find("nora !flag:privileged").await.unwrap(), 0);
    world.apply(&owner, Request::one(row.id.0, Cancel { reason: None })).await.unwrap();
    assert_eq!(find("nora").await.unwrap(), 0);
    assert_eq!(find("nora status:any").await.unwrap(), 1);
    assert_eq!(owner.count_invitations(world.ws, "").await.unwrap().settled, before.settled + 1);
    for wrong in ["flag:gone", "shoe:9", "status:pending"] {
        let paged = find(wrong).await.unwrap_err();
        let counted = owner.count_invitations(world.ws, wrong).await.unwrap_err();
        assert!(matches!(&paged, ApiError::Invalid { field: Some(field), .. } if field == "filter"), "{paged:?}");
        assert_eq!(paged.to_string(), counted.to_string(), "{wrong}");
    }
}
