//! The rules of SPEC 4 and the checks of fields, worked out by hand.

use crate::{asking::*, sample::*};
use rolecall::domain::{
    change::{Change, Facts, InvitationFacts, InviteDraft, Refusal, Warning, check},
    edge::Terms,
    id::{GrantId, GroupId, InvitationId},
    invitation::InvitationStatus,
    model::{Effect, MemberStatus, OrgRole, Subject},
    plan::{Verdict, plan},
    time::Timestamp,
};

#[test]
fn each_kind_of_change_asks_for_its_own_capability() {
    let sample = Sample::new();
    let viewer = sample.role("viewer");
    let invitation = InvitationId(1);
    let table = [
        (set_roles(BO, viewer), "members.manage"),
        (Change::Remove { member: BO, reason: None }, "members.manage"),
        (Change::Rename { member: BO, name: "Bo".into() }, "members.manage"),
        (Change::Invite(invite("n@northwind.test", viewer)), "members.invite"),
        (Change::ResendInvitation { invitation }, "members.invite"),
        (Change::CreateGroup(draft("New", &[])), "groups.manage"),
        (Change::DeleteGroup { group: TEAM, reason: None }, "groups.manage"),
        (members(TEAM, &[BO], &[]), "groups.manage"),
        (grant(Effect::Allow, Subject::Member(BO), ROOT, "content.write"), "grants.manage"),
        (Change::Revoke { grant: GrantId(1), reason: None }, "grants.manage"),
    ];
    for (change, needed) in table {
        assert_eq!(refused(&sample, AZIZA, change), Refusal::Lacks { capability: needed.into() });
    }
    let mut sample = Sample::new();
    sample.of(ADA).status = MemberStatus::Deactivated;
    let lacks = Refusal::Lacks { capability: "members.manage".into() };
    assert_eq!(refused(&sample, ADA, set_roles(BO, viewer)), lacks);
    assert!(ask(&sample, ADAM, set_roles(BO, viewer)).is_ok());
}

#[test]
fn a_leader_manages_the_members_of_the_group_and_nothing_else_of_it() {
    let mut sample = Sample::new();
    sample.0.groups[0].leader = Some(AZIZA);
    assert!(ask(&sample, AZIZA, members(TEAM, &[BO], &[])).is_ok());
    let lacks = Refusal::Lacks { capability: "groups.manage".into() };
    assert_eq!(refused(&sample, AZIZA, members(DESK, &[BO], &[])), lacks);
    assert_eq!(refused(&sample, AZIZA, Change::EditGroup { group: TEAM, draft: draft("Mine", &[]) }), lacks);
    // What the group gives, its leader must hold to hand it out.
    sample.0.groups[0].capabilities = sample.set(&["devices.write"]);
    assert_eq!(refused(&sample, AZIZA, members(TEAM, &[BO], &[])), beyond(&["devices.write"]));
}

#[test]
fn the_owner_is_never_touched() {
    let sample = Sample::new();
    let viewer = sample.role("viewer");
    for change in [set_roles(OLIM, viewer), Change::Remove { member: OLIM, reason: None }] {
        assert_eq!(refused(&sample, ADA, change.clone()), Refusal::Owner);
        assert_eq!(refused(&sample, OLIM, change), Refusal::Owner);
    }
    let into_team = Change::SetGroups { member: OLIM, add: vec![TEAM], remove: Vec::new(), terms: Terms::default() };
    let on_folder = |effect| grant(effect, Subject::Member(OLIM), ROOT, "content.read");
    assert_eq!(
        refused(&sample, ADA, into_team.clone()).to_string(),
        "this is the owner, who is put into groups and taken out on the group itself"
    );
    let denied = refused(&sample, ADA, on_folder(Effect::Deny));
    assert_eq!(denied.to_string(), "this is the owner, whom nothing can deny");
    assert!(ask(&sample, ADA, on_folder(Effect::Allow)).is_ok());
    let rows = [into_team, on_folder(Effect::Deny), on_folder(Effect::Allow)];
    for row in rows.map(|change| (change, Facts::default())) {
        let done = plan(&sample.0, ADA, &[row], NOW);
        assert!(matches!(done.rows[0].verdict, Verdict::LeftOut(Refusal::OwnerStays { .. })), "{done:?}");
    }
    let again = ask(&sample, ADA, Change::Invite(invite("OLIM@northwind.test", viewer)));
    assert_eq!(field(again), "email");
    assert!(ask(&sample, ADA, members(TEAM, &[OLIM], &[])).is_ok());
}

#[test]
fn nobody_changes_their_own_roles() {
    let sample = Sample::new();
    assert_eq!(refused(&sample, ADA, set_roles(ADA, sample.role("viewer"))), Refusal::Yourself);
    assert_eq!(refused(&sample, ADA, Change::Remove { member: ADA, reason: None }), Refusal::Yourself);
}

#[test]
fn ownership_goes_to_another_active_member_by_the_owner_confirmed() {
    let mut sample = Sample::new();
    let transfer = |to: &str| Change::Transfer { email: to.into(), reason: None };
    assert_eq!(refused(&sample, ADA, transfer("aziza@northwind.test")), Refusal::OwnerOnly);
    for wrong in ["", "nobody@northwind.test", "olim@northwind.test"] {
        assert_eq!(field(ask(&sample, OLIM, transfer(wrong))), "email", "{wrong}");
    }
    let unconfirmed = check(&sample.0, OLIM, &transfer("aziza@northwind.test"), &Facts::default(), NOW);
    assert_eq!(field(unconfirmed), "password");

    let after = ask(&sample, OLIM, transfer(" Aziza@Northwind.TEST ")).unwrap().after;
    let owners: Vec<_> = after.members.iter().filter(|member| member.owner).map(|member| member.id).collect();
    assert_eq!(owners, [AZIZA]);
    let former = after.members.iter().find(|member| member.id == OLIM).unwrap();
    let roles: Vec<_> = former.roles.iter().map(|(role, _)| *role).collect();
    assert_eq!(roles, [sample.role("administrator")]);

    sample.of(AZIZA).can_sign_in = false;
    sample.of(BO).status = MemberStatus::Pending;
    assert_eq!(field(ask(&sample, OLIM, transfer("aziza@northwind.test"))), "email");
    assert_eq!(field(ask(&sample, OLIM, transfer("bo@partner.test"))), "email");
}

#[test]
fn the_last_administrator_stays_and_few_are_warned_of() {
    let mut sample = Sample::new();
    let viewer = sample.role("viewer");
    // Olim, Ada and Adam: one of three may go without a word.
    assert_eq!(ask(&sample, ADA, set_roles(ADAM, viewer)).unwrap().warnings, []);
    sample.of(OLIM).can_sign_in = false;
    let warnings = ask(&sample, ADA, set_roles(ADAM, viewer)).unwrap().warnings;
    assert_eq!(warnings, [Warning::FewAdministrators { remaining: 1 }]);
    // Ada cannot sign in: Adam is the only one left.
    sample.of(ADA).can_sign_in = false;
    assert_eq!(refused(&sample, ADA, set_roles(ADAM, viewer)), Refusal::LastAdministrator);
    assert_eq!(refused(&sample, ADA, Change::Remove { member: ADAM, reason: None }), Refusal::LastAdministrator);
}

#[test]
fn an_administrator_who_cannot_sign_in_is_lowered_as_any_other_and_keeps_no_workspace() {
    let lowers = |sample: &Sample, change: Change| plan(&sample.0, OLIM, &[(change, Facts::default())], NOW);
    let mut sample = Sample::new();
    sample.of(ADAM).can_sign_in = false;
    let viewer = sample.role("viewer");
    for change in [
        set_roles(ADAM, viewer),
        Change::Deactivate { member: ADAM, reason: None },
        Change::Remove { member: ADAM, reason: None },
    ] {
        let done = lowers(&sample, change);
        assert!(done.lowers_administrator);
        assert_eq!((done.warnings, done.refused), (Vec::new(), None), "those who keep it are as many as before");
    }
    assert!(!lowers(&sample, set_roles(AZIZA, viewer)).lowers_administrator);
    // Nor do fewer keep it where one of two can sign in; there are too few of them to say nothing.
    sample.of(ADA).can_sign_in = false;
    let few = vec![Warning::FewAdministrators { remaining: 1 }];
    let done = lowers(&sample, set_roles(ADAM, viewer));
    assert_eq!((done.warnings, done.refused), (few.clone(), None));
    assert_eq!(ask(&sample, OLIM, set_roles(ADAM, viewer)).unwrap().warnings, few);
    assert_eq!(ask(&sample, OLIM, set_roles(AZIZA, viewer)).unwrap().warnings, []);
    // Who is closed out already holds nothing to be lowered from.
    sample.of(ADAM).status = MemberStatus::Deactivated;
    assert!(!lowers(&sample, set_roles(ADAM, viewer)).lowers_administrator);
}

#[test]
fn whoever_is_removed_and_only_invited_loses_the_invitation_and_that_is_said() {
    let mut sample = Sample::new();
    let remove = |member| Change::Remove { member, reason: None };
    sample.of(AZIZA).status = MemberStatus::Pending;
    sample.of(BO).status = MemberStatus::Pending;
    assert_eq!(ask(&sample, ADA, remove(BO)).unwrap().warnings, [Warning::InvitationsEnd { invitations: 1 }]);
    assert_eq!(ask(&sample, OLIM, remove(ADAM)).unwrap().warnings, []);
    let rows: Vec<_> = [BO, AZIZA, ADAM, OLIM].map(|member| (remove(member), Facts::default())).into();
    assert_eq!(plan(&sample.0, ADA, &rows, NOW).warnings, [Warning::InvitationsEnd { invitations: 2 }]);
    assert_eq!(plan(&sample.0, ADA, &rows[2..], NOW).warnings, []);
}

#[test]
fn an_administrator_by_group_counts_and_goes_with_the_group() {
    let mut sample = Sample::new();
    sample.of(OLIM).can_sign_in = false;
    sample.of(ADA).can_sign_in = false;
    sample.of(ADAM).roles = vec![(sample.role("viewer"), edge())];
    let all = sample.0.catalogue.everything();
    sample.0.groups[0].capabilities = all;
    sample.join(ADAM, TEAM);
    let last = Refusal::LastAdministrator;
    assert_eq!(refused(&sample, ADA, members(TEAM, &[], &[ADAM])), last);
    assert_eq!(refused(&sample, ADA, Change::DeleteGroup { group: TEAM, reason: None }), last);
    assert_eq!(refused(&sample, ADA, Change::EditGroup { group: TEAM, draft: draft("Team", &["content.read"]) }), last);
}

#[test]
fn nobody_hands_out_what_they_do_not_hold_by_whatever_way() {
    let mut sample = with_helper(&[
        "members.manage",
        "members.invite",
        "groups.manage",
        "grants.manage",
        "content.read",
        "campaigns.read",
        "devices.read",
        "templates.read",
    ]);
    let (viewer, technician) = (sample.role("viewer"), sample.role("technician"));
    sample.of(BO).roles = vec![(viewer, edge())];
    let lacking = ["devices.write", "settings.read"];
    assert_eq!(refused(&sample, HELPER, set_roles(BO, technician)), beyond(&lacking));
    assert!(ask(&sample, HELPER, set_roles(BO, viewer)).is_ok(), "no change");
    assert_eq!(refused(&sample, HELPER, Change::Invite(invite("n@northwind.test", technician))), beyond(&lacking));
    assert!(ask(&sample, HELPER, Change::Invite(invite("n@northwind.test", viewer))).is_ok());
    let with_desk = InviteDraft { groups: vec![DESK], ..invite("n@northwind.test", viewer) };
    assert_eq!(refused(&sample, HELPER, Change::Invite(with_desk)), beyond(&["campaigns.approve"]));

    // By group: its capabilities, and the grants that members of it get.
    assert_eq!(refused(&sample, HELPER, members(DESK, &[BO], &[])), beyond(&["campaigns.approve"]));
    assert!(ask(&sample, HELPER, members(TEAM, &[BO], &[])).is_ok());
    sample.grant(Effect::Allow, Subject::Group(TEAM), ARCHIVE, "content.write");
    assert_eq!(refused(&sample, HELPER, members(TEAM, &[BO], &[])), beyond(&["content.write"]));
    assert_eq!(refused(&sample, HELPER, Change::CreateGroup(draft("New", &["audit.read"]))), beyond(&["audit.read"]));
    let edit = |caps| Change::EditGroup { group: DESK, draft: draft("Desk", caps) };
    assert_eq!(refused(&sample, HELPER, edit(&["campaigns.approve", "audit.read"])), beyond(&["audit.read"]));
    assert!(ask(&sample, HELPER, edit(&["campaigns.approve"])).is_ok(), "it had that before");

    // By grant, where the caller is denied it, and by taking a deny away.
    let give = |cap: &str| grant(Effect::Allow, Subject::Member(BO), ARCHIVE, cap);
    assert_eq!(refused(&sample, HELPER, give("devices.write")), beyond(&["devices.write"]));
    assert!(ask(&sample, HELPER, give("devices.read")).is_ok());
    let other = sample.grant(Effect::Deny, Subject::Member(BO), AUTUMN, "content.write");
    assert_eq!(refused(&sample, HELPER, Change::Revoke { grant: other, reason: None }), beyond(&["content.write"]));
    let shorter =
        Change::EditGrant { grant: other, terms: Terms { expires_at: Some(NOW.plus(9)), ..Terms::default() } };
    assert_eq!(refused(&sample, HELPER, shorter), beyond(&["content.write"]));
    let deny = sample.grant(Effect::Deny, Subject::Member(HELPER), ASSETS, "devices.read");
    let to_all = grant(Effect::Allow, Subject::Group(DESK), ARCHIVE, "devices.read");
    assert_eq!(refused(&sample, HELPER, to_all), beyond(&["devices.read"]));
    // One's own deny is lifted by somebody else.
    assert_eq!(refused(&sample, HELPER, Change::Revoke { grant: deny, reason: None }), beyond(&["devices.read"]));
}

#[test]
fn a_group_left_or_deleted_gives_back_what_its_denies_took() {
    let mut sample = with_helper(&["groups.manage", "content.read"]);
    sample.of(BO).roles = vec![(sample.role("helper"), edge())];
    sample.join(BO, TEAM);
    sample.grant(Effect::Deny, Subject::Group(TEAM), ARCHIVE, "devices.write");
    let delete = Change::DeleteGroup { group: TEAM, reason: None };
    assert_eq!(refused(&sample, HELPER, delete.clone()), beyond(&["devices.write"]));
    assert_eq!(refused(&sample, HELPER, members(TEAM, &[], &[BO])), beyond(&["devices.write"]));
    assert!(ask(&sample, ADA, delete).is_ok());
}

#[test]
fn a_fence_is_opened_by_those_whom_it_lets_through() {
    let mut sample = Sample::new();
    sample.fence(ASSETS, DESK);
    let delete = || Change::DeleteGroup { group: DESK, reason: None };
    assert!(matches!(refused(&sample, ADA, delete()), Refusal::Beyond { .. }));
    // Nor does somebody outside let others in.
    assert!(matches!(refused(&sample, ADA, members(DESK, &[BO], &[])), Refusal::Beyond { .. }));
    sample.join(ADA, DESK);
    assert!(ask(&sample, ADA, delete()).is_ok());
    assert!(ask(&sample, ADA, members(DESK, &[BO], &[])).is_ok());
    assert!(ask(&sample, OLIM, delete()).is_ok());
}

#[test]
fn nobody_changes_a_member_who_holds_more() {
    let mut sample = with_helper(&["members.manage", "groups.manage", "grants.manage", "content.read"]);
    let helper = sample.role("helper");
    let more = &["content.write", "campaigns.read", "campaigns.write", "devices.read", "templates.read"];
    for change in [
        set_roles(AZIZA, helper),
        Change::Remove { member: AZIZA, reason: None },
        Change::Rename { member: AZIZA, name: "A".into() },
        members(TEAM, &[AZIZA], &[]),
        grant(Effect::Deny, Subject::Member(AZIZA), ROOT, "content.read"),
    ] {
        assert_eq!(refused(&sample, HELPER, change), above(more));
    }
    // A deny for a group takes from whoever is in it.
    sample.join(AZIZA, TEAM);
    assert_eq!(refused(&sample, HELPER, grant(Effect::Deny, Subject::Group(TEAM), ROOT, "content.read")), above(more));
    // More in one folder is more.
    sample.of(BO).roles = vec![(helper, edge())];
    assert!(ask(&sample, HELPER, Change::Remove { member: BO, reason: None }).is_ok());
    sample.grant(Effect::Allow, Subject::Member(BO), ARCHIVE, "content.write");
    assert_eq!(refused(&sample, HELPER, Change::Remove { member: BO, reason: None }), above(&["content.write"]));
    // And so is what waits for somebody not active.
    sample.of(AZIZA).status = MemberStatus::Deactivated;
    assert_eq!(refused(&sample, HELPER, Change::Remove { member: AZIZA, reason: None }), above(more));
}

#[test]
fn nobody_extends_their_own_expiry() {
    let mut sample = Sample::new();
    let (end, later) = (NOW.0 + 10, Some(Timestamp(NOW.0 + 99)));
    sample.of(ADA).roles = vec![(sample.role("administrator"), until(end))];
    let everything: Vec<_> = sample.0.catalogue.iter().map(|(_, cap)| cap.key.clone()).collect();
    let everything: Vec<_> = everything.iter().map(String::as_str).collect();
    sample.group(GroupId(3), "Admins", &everything);
    assert_eq!(refused(&sample, ADA, members(GroupId(3), &[ADA], &[])), Refusal::OwnExpiry);
    assert!(ask(&sample, ADA, members(GroupId(3), &[AZIZA], &[])).is_ok());
    let own = grant(Effect::Allow, Subject::Member(ADA), ROOT, "content.write");
    assert_eq!(refused(&sample, ADA, own), Refusal::OwnExpiry);
    let allow = sample.grant_by(until(end), Effect::Allow, Subject::Member(ADA), ROOT, "content.write");
    let edit = |expires_at| Change::EditGrant { grant: allow, terms: Terms { expires_at, ..Terms::default() } };
    assert_eq!(refused(&sample, ADA, edit(later)), Refusal::OwnExpiry);
    assert_eq!(refused(&sample, ADA, edit(None)), Refusal::OwnExpiry);
    assert!(ask(&sample, ADA, edit(Some(Timestamp(NOW.0 + 5)))).is_ok());
    assert!(ask(&sample, ADAM, edit(later)).is_ok());
}

#[test]
fn what_is_there_already_is_planned_once_beside_rows_that_are_left_out() {
    let mut sample = Sample::new();
    let manages = (sample.cap("grants.manage"), edge());
    sample.of(AZIZA).direct.push(manages);
    sample.grant(Effect::Deny, Subject::Member(BO), ROOT, "content.write");
    let deny = |member| (grant(Effect::Deny, Subject::Member(member), ROOT, "content.write"), Facts::default());
    let done = plan(&sample.0, AZIZA, &[deny(BO), deny(ADA)], NOW);
    assert_eq!(done.rows[0].verdict, Verdict::Same);
    assert!(matches!(done.rows[1].verdict, Verdict::LeftOut(Refusal::Above { .. })), "{:?}", done.rows[1]);
    assert_eq!(done.after.grants, sample.0.grants);
}

#[test]
fn nobody_gives_an_end_to_what_denies_them_something() {
    let mut sample = Sample::new();
    for member in [ADA, BO] {
        sample.of(member).roles = vec![(sample.role("administrator"), edge())];
        sample.join(member, TEAM);
    }
    sample.grant(Effect::Deny, Subject::Group(TEAM), ROOT, "content.write");
    let soon = Terms { expires_at: Some(Timestamp(NOW.0 + 10)), ..Terms::default() };
    let join = |member| Change::SetGroups { member, add: vec![TEAM], remove: Vec::new(), terms: soon.clone() };
    let add =
        |member| Change::SetGroupMembers { group: TEAM, add: vec![member], remove: Vec::new(), terms: soon.clone() };
    assert_eq!(refused(&sample, ADA, add(ADA)), Refusal::OwnExpiry);
    // Nor to what denies another what they lack themselves.
    for change in [join(BO), add(BO)] {
        assert_eq!(refused(&sample, ADA, change.clone()), beyond(&["content.write"]));
        assert!(ask(&sample, OLIM, change).is_ok());
    }
}

#[test]
fn what_an_identity_provider_owns_is_changed_there() {
    let mut sample = Sample::new();
    let (marketer, viewer) = (sample.role("marketer"), sample.role("viewer"));
    sample.of(AZIZA).roles = vec![(marketer, scim())];
    sample.of(BO).groups = vec![(TEAM, scim())];
    let own = sample.grant_by(scim(), Effect::Deny, Subject::Member(BO), ROOT, "content.write");
    for change in [
        set_roles(AZIZA, viewer),
        members(TEAM, &[], &[BO]),
        Change::DeleteGroup { group: TEAM, reason: None },
        Change::Revoke { grant: own, reason: None },
        Change::EditGrant { grant: own, terms: Terms { reason: Some("why".into()), ..Terms::default() } },
    ] {
        assert_eq!(refused(&sample, OLIM, change), Refusal::Provider);
    }
    assert!(ask(&sample, OLIM, set_roles(AZIZA, marketer)).is_ok(), "kept as it is");
    assert!(ask(&sample, OLIM, members(DESK, &[BO], &[])).is_ok());
}

#[test]
fn one_live_invitation_an_address_and_none_for_members() {
    let mut sample = Sample::new();
    let viewer = sample.role("viewer");
    let change = Change::Invite(invite("n@northwind.test", viewer));
    let with = |facts: Facts| check(&sample.0, ADA, &change, &facts, NOW);
    assert_eq!(field(with(Facts { member_exists: true, ..Facts::default() })), "email");
    assert_eq!(field(with(Facts { live_invitation: true, ..Facts::default() })), "email");
    let invited = with(Facts::default()).unwrap().after;
    assert_eq!(invited.members.last().unwrap().status, MemberStatus::Pending);
    let known = with(Facts { account_exists: true, ..Facts::default() }).unwrap();
    assert_eq!(known.after.members.last().unwrap().status, MemberStatus::Active);
    assert_eq!(known.warnings, [Warning::ExistingAccount { consent: false }]);
    sample.of(BO).status = MemberStatus::Pending;
    assert_eq!(field(ask(&sample, ADA, Change::Invite(invite("Bo@Partner.test", viewer)))), "email");
}

#[test]
fn an_invitation_is_resent_edited_and_cancelled_while_it_waits() {
    let mut sample = with_helper(&["members.invite", "content.read"]);
    let (viewer, marketer) = (sample.role("viewer"), sample.role("marketer"));
    sample.of(BO).status = MemberStatus::Pending;
    let invitation = InvitationId(1);
    let facts = |status| Facts {
        invitation: Some(InvitationFacts {
            email: "bo@northwind.test".into(),
            member: Some(BO),
            status,
            roles: vec![marketer],
            groups: vec![],
        }),
        ..Facts::default()
    };
    let resend = Change::ResendInvitation { invitation };
    let cancel = Change::CancelInvitation { invitation, reason: None };
    let edit = Change::EditInvitation { invitation, roles: vec![viewer], groups: vec![TEAM], ttl_days: Some(3) };
    for change in [&resend, &cancel, &edit] {
        assert!(check(&sample.0, ADA, change, &facts(InvitationStatus::Sent), NOW).is_ok());
        assert!(matches!(
            check(&sample.0, ADA, change, &facts(InvitationStatus::Accepted), NOW),
            Err(Refusal::Conflict { .. })
        ));
        let missing = Refusal::Missing { what: "invitation" };
        assert_eq!(check(&sample.0, ADA, change, &Facts::default(), NOW).unwrap_err(), missing);
        assert!(matches!(
            check(&sample.0, HELPER, change, &facts(InvitationStatus::Sent), NOW),
            Err(Refusal::Above { .. })
        ));
    }
    let after = check(&sample.0, ADA, &edit, &facts(InvitationStatus::Sent), NOW).unwrap().after;
    let waiting = after.members.iter().find(|member| member.id == BO).unwrap();
    assert_eq!((waiting.roles[0].0, waiting.groups[0].0), (viewer, TEAM));
    let after = check(&sample.0, ADA, &cancel, &facts(InvitationStatus::Sent), NOW).unwrap().after;
    assert!(after.members.iter().all(|member| member.id != BO));
    sample.0.roles.retain(|role| role.id != marketer);
    assert!(matches!(
        check(&sample.0, ADA, &resend, &facts(InvitationStatus::Sent), NOW),
        Err(Refusal::Conflict { .. })
    ));
}

#[test]
fn an_organisation_role_lets_its_holder_manage() {
    let mut sample = Sample::new();
    let capabilities = sample.0.catalogue.everything();
    sample.of(AZIZA).roles.clear();
    sample.of(AZIZA).org_roles.push(OrgRole { name: "Super Admin".into(), capabilities, edge: edge() });
    let custom = sample.custom("inviter", &["members.invite"]);
    assert!(ask(&sample, AZIZA, Change::Invite(invite("n@northwind.test", custom))).is_ok());
    // Content is not inherited here, so it is not theirs to hand out.
    let marketer = Change::Invite(invite("n@northwind.test", sample.role("marketer")));
    assert!(matches!(refused(&sample, AZIZA, marketer), Refusal::Beyond { .. }));
}
