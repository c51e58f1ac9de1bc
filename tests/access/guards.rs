//! The rules of SPEC 4, worked out by hand.

use crate::{asking::*, sample::*};
use rolecall::domain::{
    change::{
        Cancel, CreateGroup, EditInvitation, Facts, Field, GroupMembers, InviteDraft, Reactivate, Refusal, Resend,
        Restore, Revoke, SetGroups, SetRoles, Warning, What,
    },
    edge::{Edge, EdgeSource, Terms},
    id::{GrantId, GroupId, InvitationId, MemberId},
    invitation::InvitationStatus,
    model::{Effect, MemberStatus, OrgRole, Subject},
    plan::{Plan, RowOutcome, plan},
    time::Timestamp,
};

fn skipped(plan: &Plan, at: usize) -> &Refusal {
    assert!(plan.rows[at].delta.is_empty() && plan.rows[at].effects.is_empty(), "{:?}", plan.rows[at]);
    match &plan.rows[at].outcome {
        RowOutcome::Skipped { why } => why,
        other => panic!("row {at} is {other:?}"),
    }
}

#[test]
fn each_kind_of_change_asks_for_its_own_capability() {
    let sample = Sample::new();
    let viewer = sample.role("viewer");
    let id = InvitationId(1);
    let table = [
        (set_roles(BO, viewer), "members.manage"),
        (deactivate(BO), "members.manage"),
        (of(BO, Reactivate::default()), "members.manage"),
        (remove(BO), "members.manage"),
        (rename(BO, "Bo"), "members.manage"),
        (invite(invitation("n@northwind.test", viewer)), "members.invite"),
        (on_invitation(id, Resend {}), "members.invite"),
        (on_invitation(id, Cancel::default()), "members.invite"),
        (on_invitation(id, EditInvitation { roles: vec![viewer], ..EditInvitation::default() }), "members.invite"),
        (new_group("New", &[]), "groups.manage"),
        (edit_group(TEAM, draft("Team", &[])), "groups.manage"),
        (delete_group(TEAM), "groups.manage"),
        (members(TEAM, &[BO], &[]), "groups.manage"),
        (set_groups(BO, &[TEAM], &[]), "groups.manage"),
        (grant(Effect::Allow, Subject::Member(BO), ROOT, "content.write"), "grants.manage"),
        (edit_grant(GrantId(1), Terms::default()), "grants.manage"),
        (revoke(GrantId(1)), "grants.manage"),
    ];
    for (request, needed) in table {
        assert_eq!(refused(&sample, AZIZA, request), Refusal::Lacks { capability: needed.into() });
    }
    let mut sample = Sample::new();
    sample.of(ADA).status = MemberStatus::Deactivated;
    let lacks = Refusal::Lacks { capability: "members.manage".into() };
    assert_eq!(refused(&sample, ADA, set_roles(BO, viewer)), lacks);
    assert!(ask(&sample, ADAM, set_roles(BO, viewer)).is_ok());
}

fn new_group(name: &str, caps: &[&str]) -> rolecall::domain::change::Request {
    rolecall::domain::change::Request::given(CreateGroup { draft: draft(name, caps) })
}

#[test]
fn a_leader_manages_the_members_of_the_group_and_nothing_else_of_it() {
    let mut sample = Sample::new();
    sample.0.groups[0].leader = Some(AZIZA);
    assert!(ask(&sample, AZIZA, members(TEAM, &[BO], &[])).is_ok());
    assert!(ask(&sample, AZIZA, set_groups(BO, &[TEAM], &[])).is_ok());
    let lacks = Refusal::Lacks { capability: "groups.manage".into() };
    assert_eq!(refused(&sample, AZIZA, members(DESK, &[BO], &[])), lacks);
    assert_eq!(refused(&sample, AZIZA, set_groups(BO, &[TEAM, DESK], &[])), lacks);
    assert_eq!(refused(&sample, AZIZA, edit_group(TEAM, draft("Mine", &[]))), lacks);
    // What the group gives, its leader must hold to hand it out.
    sample.0.groups[0].capabilities = sample.set(&["devices.write"]);
    assert_eq!(refused(&sample, AZIZA, members(TEAM, &[BO], &[])), beyond(&["devices.write"]));
}

#[test]
fn the_owner_is_never_touched() {
    let sample = Sample::new();
    let viewer = sample.role("viewer");
    for request in [set_roles(OLIM, viewer), deactivate(OLIM), remove(OLIM), of(OLIM, Reactivate::default())] {
        assert_eq!(refused(&sample, ADA, request.clone()), Refusal::Owner);
        assert_eq!(refused(&sample, OLIM, request), Refusal::Owner);
    }
    let on_folder = |effect| grant(effect, Subject::Member(OLIM), ROOT, "content.read");
    assert_eq!(refused(&sample, ADA, on_folder(Effect::Deny)), Refusal::OwnerUndeniable);
    assert!(ask(&sample, ADA, on_folder(Effect::Allow)).is_ok());
    assert_eq!(
        field(ask(&sample, ADA, invite(invitation("OLIM@northwind.test", viewer)))),
        Field::Email,
        "nor is the owner invited"
    );
    // One by one the owner is put into groups and taken out, on the group or on the row.
    assert!(ask(&sample, ADA, members(TEAM, &[OLIM], &[])).is_ok());
    assert!(ask(&sample, ADA, set_groups(OLIM, &[TEAM], &[])).is_ok());
}

#[test]
fn the_owner_and_oneself_are_left_out_of_many_rows_visibly() {
    let mut sample = Sample::new();
    let viewer = sample.role("viewer");
    let terms = Terms::default();
    sample.join(OLIM, DESK);
    let on_folder = |effect| grant(effect, Subject::Member(BO), ROOT, "content.read").kind;
    for (kind, owner) in [
        (SetRoles { roles: vec![viewer], terms: terms.clone() }.into(), Refusal::Owner),
        (SetGroups { add: vec![TEAM], remove: vec![DESK], terms: terms.clone() }.into(), Refusal::Owner),
        (deactivate(BO).kind, Refusal::Owner),
        (remove(BO).kind, Refusal::Owner),
        (rename(BO, "Same").kind, Refusal::Owner),
        (on_folder(Effect::Deny), Refusal::OwnerUndeniable),
        (on_folder(Effect::Allow), Refusal::OwnerHoldsAll),
    ] {
        let done = in_bulk(&sample, ADA, &each(&[OLIM, ADA, BO], kind));
        assert_eq!(skipped(&done, 0), &owner);
        assert_eq!(skipped(&done, 1), &Refusal::Yourself);
        assert_eq!(done.rows[2].outcome, RowOutcome::Done);
    }
    sample.of(BO).status = MemberStatus::Deactivated;
    let done = in_bulk(&sample, ADA, &each(&[OLIM, ADA, BO], Reactivate::default()));
    assert_eq!((skipped(&done, 0), skipped(&done, 1)), (&Refusal::Owner, &Refusal::Yourself));
    assert_eq!(done.rows[2].outcome, RowOutcome::Done);
    // The owner's own row is the owner's.
    let done = in_bulk(&sample, OLIM, &each(&[OLIM, ADA], SetRoles { roles: vec![viewer], terms: terms.clone() }));
    assert_eq!(skipped(&done, 0), &Refusal::Owner);
    assert_eq!(done.rows[1].outcome, RowOutcome::Done);

    // So are their grants.
    let grants =
        [OLIM, ADA, BO].map(|member| sample.grant(Effect::Allow, Subject::Member(member), ARCHIVE, "content.write"));
    let reason = Terms { reason: Some("why".into()), ..Terms::default() };
    for kind in [Revoke::default().into(), edit_grant(GrantId(0), reason).kind] {
        let all: Vec<_> = grants.iter().map(|grant| row(Some(grant.0), kind.clone())).collect();
        let done = in_bulk(&sample, ADA, &all);
        assert_eq!((skipped(&done, 0), skipped(&done, 1)), (&Refusal::Owner, &Refusal::Yourself));
        assert_eq!(done.rows[2].outcome, RowOutcome::Done);
    }
}

#[test]
fn nobody_changes_their_own_roles() {
    let sample = Sample::new();
    let viewer = sample.role("viewer");
    for request in [set_roles(ADA, viewer), remove(ADA), deactivate(ADA), of(ADA, Reactivate::default())] {
        assert_eq!(refused(&sample, ADA, request), Refusal::Yourself);
    }
}

#[test]
fn ownership_goes_to_another_active_member_by_the_owner_confirmed() {
    let mut sample = Sample::new();
    assert_eq!(refused(&sample, ADA, transfer("aziza@northwind.test")), Refusal::OwnerOnly);
    for wrong in ["", "nobody@northwind.test", "olim@northwind.test"] {
        assert_eq!(field(ask(&sample, OLIM, transfer(wrong))), Field::Email, "{wrong}");
    }
    let unconfirmed = ask_with(&sample, OLIM, &transfer("aziza@northwind.test"), &Facts::default());
    assert_eq!(field(unconfirmed), Field::Password);

    let made = ask(&sample, OLIM, transfer(" Aziza@Northwind.TEST ")).unwrap();
    assert_eq!(made.warnings, [Warning::Final]);
    let owners: Vec<_> = made.after.members.iter().filter(|member| member.owner).map(|member| member.id).collect();
    assert_eq!(owners, [AZIZA]);
    let former = made.after.members.iter().find(|member| member.id == OLIM).unwrap();
    let roles: Vec<_> = former.roles.iter().map(|(role, _)| *role).collect();
    assert_eq!(roles, [sample.role("administrator")]);
    let kind = transfer("aziza@northwind.test").kind;
    assert_eq!(kind.rules().inverse(made.delta(), NOW), Err(Refusal::Irreversible));

    sample.of(AZIZA).can_sign_in = false;
    sample.of(BO).status = MemberStatus::Pending;
    assert_eq!(refused(&sample, OLIM, transfer("aziza@northwind.test")), Refusal::CannotSignIn);
    assert_eq!(refused(&sample, OLIM, transfer("bo@partner.test")), Refusal::NotActive);
    let mut policies = (*sample.0.policies).clone();
    policies.owner = false;
    sample.0.policies = policies.into();
    assert_eq!(refused(&sample, OLIM, transfer("ada@northwind.test")), Refusal::NoOwner);
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
    assert_eq!(refused(&sample, ADA, remove(ADAM)), Refusal::LastAdministrator);
    assert_eq!(refused(&sample, ADA, deactivate(ADAM)), Refusal::LastAdministrator);
}

#[test]
fn an_administrator_who_cannot_sign_in_is_lowered_as_any_other_and_keeps_no_workspace() {
    use rolecall::domain::plan::Confirm;
    let lowers = |sample: &Sample, request| ask(sample, OLIM, request).unwrap();
    let mut sample = Sample::new();
    sample.of(ADAM).can_sign_in = false;
    let viewer = sample.role("viewer");
    for request in [set_roles(ADAM, viewer), deactivate(ADAM), remove(ADAM)] {
        let made = lowers(&sample, request);
        assert_eq!(made.warnings, [], "those who keep it are as many as before");
        assert_ne!(made.confirm, Confirm::Enter);
    }
    assert_eq!(lowers(&sample, set_roles(ADAM, viewer)).confirm, Confirm::Count { count: 1 });
    assert_eq!(lowers(&sample, set_roles(AZIZA, viewer)).confirm, Confirm::Enter);
    // Nor do fewer keep it where one of two can sign in; there are too few of them to say nothing.
    sample.of(ADA).can_sign_in = false;
    let few = vec![Warning::FewAdministrators { remaining: 1 }];
    assert_eq!(lowers(&sample, set_roles(ADAM, viewer)).warnings, few);
    assert_eq!(lowers(&sample, set_roles(AZIZA, viewer)).warnings, []);
    // Who is deactivated already holds nothing to be lowered from.
    sample.of(ADAM).status = MemberStatus::Deactivated;
    assert_eq!(lowers(&sample, set_roles(ADAM, viewer)).confirm, Confirm::Enter);
}

#[test]
fn whoever_is_removed_and_only_invited_loses_the_invitation_and_that_is_said() {
    let mut sample = Sample::new();
    let mut facts = facts(&sample.0);
    for (id, member) in [(1, AZIZA), (2, BO)] {
        sample.of(member).status = MemberStatus::Pending;
        let email = sample.of(member).email.clone();
        let record = waiting(member, email.raw(), InvitationStatus::Sent, NOW);
        facts.invitations.insert(InvitationId(id), record);
    }
    let ends = |invitations| [Warning::InvitationsEnd { invitations }];
    let made = ask_with(&sample, ADA, &remove(BO), &facts).unwrap();
    assert_eq!(made.warnings, ends(1));
    let delta = made.delta();
    let (id, before, after) = delta.invitation().unwrap();
    assert_eq!((id, before.unwrap().status), (InvitationId(2), InvitationStatus::Sent));
    assert_eq!((after.unwrap().status, after.unwrap().settled_at), (InvitationStatus::Cancelled, Some(NOW)));
    assert_eq!(ask_with(&sample, OLIM, &remove(ADAM), &facts).unwrap().warnings, []);
    let rows = each(&[BO, AZIZA, ADAM, OLIM], remove(BO).kind);
    assert_eq!(plan(&sample.0, ADA, &rows, &facts, true, NOW).warnings, ends(2));
    assert_eq!(plan(&sample.0, ADA, &rows[2..], &facts, true, NOW).warnings, []);
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
    assert_eq!(refused(&sample, ADA, delete_group(TEAM)), last);
    assert_eq!(refused(&sample, ADA, edit_group(TEAM, draft("Team", &["content.read"]))), last);
}

/// What a helper of the tests below holds besides managing.
const LITTLE: [&str; 8] = [
    "members.manage",
    "members.invite",
    "groups.manage",
    "grants.manage",
    "content.read",
    "campaigns.read",
    "devices.read",
    "templates.read",
];

#[test]
fn nobody_hands_out_what_they_do_not_hold_by_whatever_way() {
    let mut sample = with_helper(&LITTLE);
    let (viewer, technician) = (sample.role("viewer"), sample.role("technician"));
    sample.of(BO).roles = vec![(viewer, edge())];
    let lacking = ["devices.write", "settings.read"];
    assert_eq!(refused(&sample, HELPER, set_roles(BO, technician)), beyond(&lacking));
    assert!(ask(&sample, HELPER, set_roles(BO, viewer)).unwrap().is_unchanged());
    assert_eq!(refused(&sample, HELPER, invite(invitation("n@northwind.test", technician))), beyond(&lacking));
    assert!(ask(&sample, HELPER, invite(invitation("n@northwind.test", viewer))).is_ok());
    let with_desk = InviteDraft { groups: vec![DESK], ..invitation("n@northwind.test", viewer) };
    assert_eq!(refused(&sample, HELPER, invite(with_desk)), beyond(&["campaigns.approve"]));

    // By group: its capabilities, and the grants that members of it get.
    assert_eq!(refused(&sample, HELPER, members(DESK, &[BO], &[])), beyond(&["campaigns.approve"]));
    assert_eq!(refused(&sample, HELPER, set_groups(BO, &[DESK], &[])), beyond(&["campaigns.approve"]));
    assert!(ask(&sample, HELPER, members(TEAM, &[BO], &[])).is_ok());
    sample.grant(Effect::Allow, Subject::Group(TEAM), ARCHIVE, "content.write");
    assert_eq!(refused(&sample, HELPER, members(TEAM, &[BO], &[])), beyond(&["content.write"]));
    assert_eq!(refused(&sample, HELPER, new_group("New", &["audit.read"])), beyond(&["audit.read"]));
    let edit = |caps| edit_group(DESK, draft("Desk", caps));
    assert_eq!(refused(&sample, HELPER, edit(&["campaigns.approve", "audit.read"])), beyond(&["audit.read"]));
    assert!(ask(&sample, HELPER, edit(&["campaigns.approve"])).is_ok(), "it had that before");

    // By grant, where the caller is denied it, and by taking a deny away.
    let give = |cap: &str| grant(Effect::Allow, Subject::Member(BO), ARCHIVE, cap);
    assert_eq!(refused(&sample, HELPER, give("devices.write")), beyond(&["devices.write"]));
    assert!(ask(&sample, HELPER, give("devices.read")).is_ok());
    let other = sample.grant(Effect::Deny, Subject::Member(BO), AUTUMN, "content.write");
    assert_eq!(refused(&sample, HELPER, revoke(other)), beyond(&["content.write"]));
    let shorter = edit_grant(other, Terms { expires_at: Some(NOW.plus(9)), ..Terms::default() });
    assert_eq!(refused(&sample, HELPER, shorter), beyond(&["content.write"]));
    let deny = sample.grant(Effect::Deny, Subject::Member(HELPER), ASSETS, "devices.read");
    let to_all = grant(Effect::Allow, Subject::Group(DESK), ARCHIVE, "devices.read");
    assert_eq!(refused(&sample, HELPER, to_all), beyond(&["devices.read"]));
    // One's own deny is lifted by somebody else.
    assert_eq!(refused(&sample, HELPER, revoke(deny)), beyond(&["devices.read"]));
}

#[test]
fn whoever_reactivates_holds_all_that_comes_back() {
    let mut sample = with_helper(&LITTLE);
    let back = of(BO, Reactivate::default());
    sample.of(BO).status = MemberStatus::Deactivated;
    assert_eq!(refused(&sample, HELPER, back.clone()), beyond(&["content.write", "campaigns.write"]));
    assert!(ask(&sample, ADA, back.clone()).is_ok());
    // Across the workspace, and in a folder.
    sample.of(BO).roles = vec![(sample.role("viewer"), edge())];
    assert!(ask(&sample, HELPER, back.clone()).is_ok());
    sample.grant(Effect::Allow, Subject::Member(BO), ARCHIVE, "content.write");
    assert_eq!(refused(&sample, HELPER, back.clone()), beyond(&["content.write"]));
    sample.of(BO).roles = vec![(sample.role("administrator"), edge())];
    assert!(matches!(refused(&sample, HELPER, back), Refusal::Above { .. }));
}

#[test]
fn a_group_left_or_deleted_gives_back_what_its_denies_took() {
    let mut sample = with_helper(&["groups.manage", "content.read"]);
    sample.of(BO).roles = vec![(sample.role("helper"), edge())];
    sample.join(BO, TEAM);
    sample.grant(Effect::Deny, Subject::Group(TEAM), ARCHIVE, "devices.write");
    assert_eq!(refused(&sample, HELPER, delete_group(TEAM)), beyond(&["devices.write"]));
    assert_eq!(refused(&sample, HELPER, members(TEAM, &[], &[BO])), beyond(&["devices.write"]));
    assert_eq!(refused(&sample, HELPER, set_groups(BO, &[], &[TEAM])), beyond(&["devices.write"]));
    assert!(ask(&sample, ADA, delete_group(TEAM)).is_ok());
}

#[test]
fn a_fence_lets_in_by_those_whom_it_lets_through_and_never_falls_with_its_group() {
    let mut sample = Sample::new();
    sample.fence(ASSETS, DESK);
    // Somebody outside does not let others in.
    assert!(matches!(refused(&sample, ADA, members(DESK, &[BO], &[])), Refusal::Beyond { .. }));
    sample.join(ADA, DESK);
    assert!(ask(&sample, ADA, members(DESK, &[BO], &[])).is_ok());
    // Taking the only group away would open the folder to everyone.
    let opens = Refusal::FenceOpens { folder: "Campaign assets".into() };
    for actor in [ADA, OLIM] {
        assert_eq!(refused(&sample, actor, delete_group(DESK)), opens);
    }
    sample.fence(ASSETS, TEAM);
    let after = ask(&sample, ADA, delete_group(DESK)).unwrap().after;
    assert_eq!(after.fences.iter().map(|fence| fence.group).collect::<Vec<_>>(), [TEAM]);
}

#[test]
fn nobody_changes_a_member_who_manages_what_they_do_not() {
    let mut sample = with_helper(&["members.manage", "groups.manage", "grants.manage", "content.read"]);
    let helper = sample.role("helper");
    let inviter = sample.custom("inviter", &["members.invite", "content.read"]);
    sample.of(AZIZA).roles = vec![(inviter, edge())];
    let changes = |sample: &Sample| {
        [
            set_roles(AZIZA, helper),
            deactivate(AZIZA),
            remove(AZIZA),
            rename(AZIZA, "A"),
            members(TEAM, &[AZIZA], &[]),
            set_groups(AZIZA, &[TEAM], &[]),
            grant(Effect::Deny, Subject::Member(AZIZA), ROOT, "content.read"),
            grant(Effect::Allow, Subject::Member(AZIZA), ROOT, "content.read"),
        ]
        .map(|request| ask(sample, HELPER, request))
    };
    let more = above(&["members.invite"]);
    for result in changes(&sample) {
        assert_eq!(result.unwrap_err(), more);
    }
    // A deny for a group takes from whoever is in it.
    sample.join(AZIZA, TEAM);
    let deny = || grant(Effect::Deny, Subject::Group(TEAM), ROOT, "content.read");
    assert_eq!(refused(&sample, HELPER, deny()), more);
    sample.of(AZIZA).groups.clear();
    // And so does what waits for somebody not active.
    sample.of(AZIZA).status = MemberStatus::Deactivated;
    assert_eq!(refused(&sample, HELPER, remove(AZIZA)), more);
    sample.of(AZIZA).status = MemberStatus::Active;

    // More content is no more power: a marketer is changed by whoever manages members.
    sample.of(AZIZA).roles = vec![(sample.role("marketer"), edge())];
    for result in changes(&sample) {
        assert!(result.is_ok(), "{result:?}");
    }
    sample.join(AZIZA, TEAM);
    assert!(ask(&sample, HELPER, deny()).is_ok());
}

#[test]
fn what_is_held_in_a_folder_keeps_nobody_from_being_lowered() {
    let mut sample = with_helper(&["members.manage", "content.read"]);
    sample.fence(ASSETS, DESK);
    sample.join(AZIZA, DESK);
    sample.grant(Effect::Allow, Subject::Member(AZIZA), ARCHIVE, "devices.write");
    sample.grant(Effect::Allow, Subject::Member(AZIZA), ROOT, "campaigns.approve");
    let reader = sample.custom("reader", &["content.read"]);
    for request in [deactivate(AZIZA), remove(AZIZA), set_roles(AZIZA, reader)] {
        let made = ask(&sample, HELPER, request).unwrap();
        assert!(made.effects().iter().any(|effect| !effect.loses.is_empty()));
    }
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
    assert_eq!(refused(&sample, ADA, set_groups(ADA, &[GroupId(3)], &[])), Refusal::OwnExpiry);
    assert!(ask(&sample, ADA, members(GroupId(3), &[AZIZA], &[])).is_ok());
    let own = grant(Effect::Allow, Subject::Member(ADA), ROOT, "content.write");
    assert_eq!(refused(&sample, ADA, own), Refusal::OwnExpiry);
    let allow = sample.grant_by(until(end), Effect::Allow, Subject::Member(ADA), ROOT, "content.write");
    let edit = |expires_at| edit_grant(allow, Terms { expires_at, ..Terms::default() });
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
    let deny = grant(Effect::Deny, Subject::Member(BO), ROOT, "content.write").kind;
    let done = in_bulk(&sample, AZIZA, &each(&[BO, ADA], deny));
    assert_eq!(done.rows[0].outcome, RowOutcome::Unchanged);
    assert!(matches!(skipped(&done, 1), Refusal::Above { .. }), "{:?}", done.rows[1]);
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
    let join = |member| of(member, SetGroups { add: vec![TEAM], remove: Vec::new(), terms: soon.clone() });
    let add = |member| {
        let kind = GroupMembers { group: TEAM, add: vec![member], remove: Vec::new(), terms: soon.clone() };
        rolecall::domain::change::Request::given(kind)
    };
    assert_eq!(refused(&sample, ADA, add(ADA)), beyond(&["content.write"]));
    // Nor to what denies another what they lack themselves.
    for request in [join(BO), add(BO)] {
        assert_eq!(refused(&sample, ADA, request.clone()), beyond(&["content.write"]));
        assert!(ask(&sample, OLIM, request).is_ok());
    }
}

#[test]
fn what_an_identity_provider_owns_is_changed_there() {
    let mut sample = Sample::new();
    let (marketer, viewer) = (sample.role("marketer"), sample.role("viewer"));
    sample.of(AZIZA).roles = vec![(marketer, scim())];
    sample.of(BO).groups = vec![(TEAM, scim())];
    let own = sample.grant_by(scim(), Effect::Deny, Subject::Member(BO), ROOT, "content.write");
    for request in [
        set_roles(AZIZA, viewer),
        remove(AZIZA),
        members(TEAM, &[], &[BO]),
        delete_group(TEAM),
        revoke(own),
        edit_grant(own, Terms { reason: Some("why".into()), ..Terms::default() }),
    ] {
        assert_eq!(refused(&sample, OLIM, request), Refusal::Provider);
    }
    assert!(ask(&sample, OLIM, set_roles(AZIZA, marketer)).is_ok(), "kept as it is");
    assert!(ask(&sample, OLIM, members(DESK, &[BO], &[])).is_ok());
}

#[test]
fn a_grant_that_has_expired_is_not_there() {
    let mut sample = Sample::new();
    let subject = Subject::Member(BO);
    let live = sample.grant(Effect::Allow, subject, ROOT, "content.write");
    for edge in [until(NOW.0), Edge { source: EdgeSource::Scim, ..until(NOW.0) }] {
        let old = sample.grant_by(edge, Effect::Deny, subject, ROOT, "content.write");
        let gone = Refusal::NotFound { what: What::Grant };
        assert_eq!(refused(&sample, OLIM, edit_grant(old, Terms::default())), gone);
        assert_eq!(refused(&sample, OLIM, revoke(old)), gone);
        let done = in_bulk(&sample, OLIM, &[old, live].map(|id| row(Some(id.0), Revoke::default())));
        assert_eq!(skipped(&done, 0), &gone);
        assert_eq!(done.rows[1].outcome, RowOutcome::Done);
    }
}

#[test]
fn one_live_invitation_an_address_and_none_for_members() {
    let mut sample = Sample::new();
    let viewer = sample.role("viewer");
    let request = invite(invitation("N@northwind.test", viewer));
    let key = || ["n@northwind.test".to_owned()].into_iter().collect();
    let with = |facts: Facts| ask_with(&sample, ADA, &request, &facts);
    assert_eq!(with(Facts { members: key(), ..Facts::default() }).unwrap_err(), Refusal::MemberAlready);
    assert_eq!(with(Facts { invited: key(), ..Facts::default() }).unwrap_err(), Refusal::InvitedAlready);
    let invited = with(Facts::default()).unwrap().after;
    assert_eq!(invited.members.last().unwrap().status, MemberStatus::Pending);
    let known = with(Facts { sign_in: key(), ..Facts::default() }).unwrap();
    assert_eq!(known.after.members.last().unwrap().status, MemberStatus::Active);
    assert_eq!(known.warnings, [Warning::ExistingAccount { consent: false }]);
    sample.of(BO).status = MemberStatus::Pending;
    let again = invite(invitation("Bo@Partner.test", viewer));
    assert_eq!(refused(&sample, ADA, again), Refusal::InvitedAlready);
}

#[test]
fn an_invitation_is_resent_edited_and_cancelled_while_it_waits() {
    let mut sample = with_helper(&["members.invite", "content.read"]);
    let (viewer, administrator) = (sample.role("viewer"), sample.role("administrator"));
    sample.of(BO).status = MemberStatus::Pending;
    sample.of(BO).roles = vec![(administrator, edge())];
    let id = InvitationId(1);
    let facts = |status| {
        let mut facts = facts(&sample.0);
        facts.invitations.insert(id, waiting(BO, "bo@partner.test", status, NOW));
        facts
    };
    let sent = facts(InvitationStatus::Sent);
    let edit = EditInvitation { roles: vec![viewer], groups: vec![TEAM], ttl_days: Some(3) };
    let (resend, cancel) = (on_invitation(id, Resend {}), on_invitation(id, Cancel::default()));
    let edit = on_invitation(id, edit);
    for request in [&resend, &cancel, &edit] {
        for status in [InvitationStatus::Sent, InvitationStatus::Expired, InvitationStatus::Failed] {
            assert!(ask_with(&sample, ADA, request, &facts(status)).is_ok());
        }
        for status in [InvitationStatus::Accepted, InvitationStatus::Declined, InvitationStatus::Cancelled] {
            let settled = ask_with(&sample, ADA, request, &facts(status)).unwrap_err();
            assert_eq!(settled, Refusal::InvitationSettled);
        }
        let missing = Refusal::NotFound { what: What::Invitation };
        assert_eq!(ask_with(&sample, ADA, request, &Facts::default()).unwrap_err(), missing);
        let above = ask_with(&sample, HELPER, request, &sent).unwrap_err();
        assert!(matches!(above, Refusal::Above { .. }), "{above:?}");
    }
    let after = ask_with(&sample, ADA, &edit, &sent).unwrap().after;
    let member = after.members.iter().find(|member| member.id == BO).unwrap();
    assert_eq!((member.roles[0].0, member.groups[0].0), (viewer, TEAM));
    let after = ask_with(&sample, ADA, &cancel, &sent).unwrap().after;
    assert!(after.members.iter().all(|member| member.id != BO));
    let made = ask_with(&sample, ADA, &resend, &facts(InvitationStatus::Expired)).unwrap();
    let delta = made.delta();
    let (_, before, after) = delta.invitation().unwrap();
    let (before, after) = (before.unwrap(), after.unwrap());
    assert_eq!((after.link, after.sends, after.status), (before.link + 1, before.sends + 1, InvitationStatus::Sent));
    assert!(after.expires_at > before.expires_at && delta.makes_link());
    assert_eq!(made.warnings, [Warning::Final]);
    assert_eq!(resend.kind.rules().inverse(delta, NOW), Err(Refusal::Irreversible));
    // Its role is deleted, and nothing waits behind the link.
    sample.of(BO).roles.clear();
    assert_eq!(ask_with(&sample, ADA, &resend, &sent).unwrap_err(), Refusal::InvitationRoleGone);
}

#[test]
fn whoever_makes_a_link_answers_for_all_that_waits_behind_it() {
    let mut sample = with_helper(&["members.invite", "content.read", "content.write"]);
    sample.of(BO).status = MemberStatus::Pending;
    let id = InvitationId(1);
    let mut facts = facts(&sample.0);
    facts.invitations.insert(id, waiting(BO, "bo@partner.test", InvitationStatus::Sent, NOW));
    let more = beyond(&["campaigns.read", "campaigns.write", "devices.read", "templates.read"]);
    let resend = on_invitation(id, Resend {});
    assert_eq!(ask_with(&sample, HELPER, &resend, &facts).unwrap_err(), more);
    let edit = EditInvitation { roles: vec![sample.role("marketer")], groups: Vec::new(), ttl_days: Some(30) };
    let edit = on_invitation(id, edit);
    assert_eq!(ask_with(&sample, HELPER, &edit, &facts).unwrap_err(), more, "the link lives longer");
    assert!(ask_with(&sample, HELPER, &on_invitation(id, Cancel::default()), &facts).is_ok());
}

#[test]
fn an_organisation_role_lets_its_holder_manage() {
    let mut sample = Sample::new();
    let capabilities = sample.0.catalogue.everything();
    sample.of(AZIZA).roles.clear();
    sample.of(AZIZA).org_roles.push(OrgRole { name: "Super Admin".into(), capabilities, edge: edge() });
    let custom = sample.custom("inviter", &["members.invite"]);
    assert!(ask(&sample, AZIZA, invite(invitation("n@northwind.test", custom))).is_ok());
    // Content is not inherited here, so it is not theirs to hand out.
    let marketer = invite(invitation("n@northwind.test", sample.role("marketer")));
    assert!(matches!(refused(&sample, AZIZA, marketer), Refusal::Beyond { .. }));
}

/// The state after a change, and the row that takes it back.
fn done(
    sample: &Sample,
    actor: MemberId,
    request: &rolecall::domain::change::Request,
    own: bool,
) -> (Sample, rolecall::domain::change::Row) {
    let made = ask(sample, actor, request.clone()).unwrap();
    let back = restore(&request.kind, made.delta(), own, NOW);
    (Sample(made.after), back)
}

#[test]
fn ones_own_change_is_taken_back_whatever_one_holds_since() {
    // The helper holds what Bo has, changes Bo, and loses it.
    let keys = [&LITTLE[..], &["content.write", "campaigns.write", "campaigns.approve"]].concat();
    let mut sample = with_helper(&keys);
    sample.join(BO, DESK);
    let given = sample.grant(Effect::Allow, Subject::Member(BO), ARCHIVE, "content.write");
    let viewer = sample.role("viewer");
    let lower = |sample: &mut Sample| {
        sample.custom("lowered", &LITTLE);
        sample.of(HELPER).roles = vec![(sample.role("lowered"), edge())];
    };
    let changes = [
        set_roles(BO, viewer),
        deactivate(BO),
        remove(BO),
        set_groups(BO, &[], &[DESK]),
        revoke(given),
        grant(Effect::Deny, Subject::Member(BO), ROOT, "content.write"),
        edit_group(DESK, draft("Campaign Desk", &[])),
        delete_group(DESK),
    ];
    for request in changes {
        for own in [true, false] {
            let (mut after, back) = done(&sample, HELPER, &request, own);
            lower(&mut after);
            let result = made(plan(&after.0, HELPER, &[back], &facts(&sample.0), false, NOW));
            match result {
                Ok(made) if own => {
                    let was = sample.0.members.iter().find(|one| one.id == BO);
                    let mut roles = made.after.members.iter().find(|one| one.id == BO).unwrap().roles.clone();
                    roles.sort_by_key(|(id, _)| *id);
                    assert_eq!(Some(&roles), was.map(|was| &was.roles), "{request:?}");
                }
                Err(Refusal::Beyond { .. }) if !own => {}
                other => panic!("own: {own}, {request:?}: {other:?}"),
            }
        }
    }
}

#[test]
fn an_administrator_whom_one_lowered_oneself_is_given_back_and_none_is_taken() {
    let keys = [&LITTLE[..], &["roles.manage", "content.write", "campaigns.write"]].concat();
    let mut sample = with_helper(&keys);
    let deputy = sample.custom("deputy", &["members.manage", "roles.manage"]);
    sample.of(BO).roles = vec![(deputy, edge())];
    let viewer = sample.role("viewer");
    let lower = |sample: &mut Sample| {
        sample.custom("lowered", &LITTLE);
        sample.of(HELPER).roles = vec![(sample.role("lowered"), edge())];
    };
    let above = above(&["roles.manage"]);
    for request in [set_roles(BO, viewer), deactivate(BO), remove(BO)] {
        let (mut after, back) = done(&sample, HELPER, &request, true);
        lower(&mut after);
        assert!(made(plan(&after.0, HELPER, &[back], &facts(&sample.0), false, NOW)).is_ok(), "{request:?}");
        let (mut after, back) = done(&sample, HELPER, &request, false);
        lower(&mut after);
        let why = made(plan(&after.0, HELPER, &[back], &facts(&sample.0), false, NOW)).unwrap_err();
        assert!(why == above || why == beyond(&["roles.manage"]), "{why:?}");
    }
    // What one gave to somebody who manages more is not one's to take any more.
    sample.of(BO).roles = vec![(viewer, edge())];
    for request in [set_roles(BO, deputy), rename(BO, "Bo")] {
        let (mut after, back) = done(&sample, HELPER, &request, true);
        after.of(BO).roles = vec![(deputy, after.of(BO).roles[0].1.clone())];
        lower(&mut after);
        let mut facts = facts(&sample.0);
        facts.names.insert(sample.of(BO).account, "Bo".into());
        assert_eq!(made(plan(&after.0, HELPER, &[back], &facts, false, NOW)).unwrap_err(), above);
    }
}

#[test]
fn a_deactivation_is_taken_back_only_with_what_it_took() {
    let sample = Sample::new();
    let (mut after, back) = done(&sample, ADA, &deactivate(BO), true);
    let later = NOW.plus(5);
    let reactivated =
        |after: &Sample| made(plan(&after.0, ADA, std::slice::from_ref(&back), &facts(&after.0), false, later));
    assert!(reactivated(&after).is_ok());
    after.of(BO).roles[0].1.granted_at = NOW.plus(1);
    assert_eq!(reactivated(&after).unwrap_err(), Refusal::CHANGED, "another role was given since");
}

#[test]
fn a_change_of_another_is_taken_back_by_whoever_may_make_it() {
    let mut sample = with_helper(&["members.invite", "content.read"]);
    let reader = sample.custom("reader", &["content.read"]);
    let mut facts = facts(&sample.0);
    facts.sign_in.insert("n@northwind.test".into());
    let request = invite(invitation("n@northwind.test", reader));
    let made_at_once = ask_with(&sample, HELPER, &request, &facts).unwrap();
    let after = made_at_once.after.clone();
    assert_eq!(after.members.last().unwrap().status, MemberStatus::Active);
    let (id, _, record) = made_at_once.rows[0].delta.invitation().unwrap();
    facts.invitations.insert(id, record.unwrap().clone());
    let back = |own| {
        let row = restore(&request.kind, made_at_once.delta(), own, NOW);
        made(plan(&after, HELPER, &[row], &facts, false, NOW))
    };
    assert_eq!(back(true).unwrap().after.members.len(), sample.0.members.len());
    assert_eq!(back(false).unwrap_err(), Refusal::Lacks { capability: "members.manage".into() });
}

#[test]
fn what_an_undo_leads_to_must_be_there() {
    let mut sample = Sample::new();
    sample.join(BO, TEAM);
    sample.join(AZIZA, TEAM);
    sample.0.groups[0].leader = Some(BO);
    let given = sample.grant(Effect::Allow, Subject::Group(TEAM), ROOT, "content.write");
    let run = |after: &Sample, row: rolecall::domain::change::Row| {
        made(plan(&after.0, ADA, &[row], &facts(&after.0), false, NOW))
    };
    // A group comes back without those who have left since, and without a leader who has.
    let (after, back) = done(&sample, ADA, &delete_group(TEAM), true);
    let gone = Sample(ask(&after, ADA, remove(BO)).unwrap().after);
    let again = run(&gone, back).unwrap().after;
    let group = again.groups.iter().find(|group| group.id == TEAM).unwrap();
    assert_eq!(group.leader, None);
    let belong: Vec<_> = again.members.iter().filter(|one| !one.groups.is_empty()).map(|one| one.id).collect();
    assert_eq!(belong, [AZIZA]);
    assert_eq!(again.grants.len(), 1);
    // A grant does not come back to a group that is gone, nor an edge to a member.
    let (after, back) = done(&sample, ADA, &revoke(given), true);
    let gone = Sample(ask(&after, ADA, delete_group(TEAM)).unwrap().after);
    assert_eq!(run(&gone, back).unwrap_err(), Refusal::CHANGED);
    let (after, back) = done(&sample, ADA, &set_groups(BO, &[], &[TEAM]), true);
    let gone = Sample(ask(&after, ADA, remove(BO)).unwrap().after);
    assert_eq!(run(&gone, back).unwrap_err(), Refusal::NotFound { what: What::Member });
    let (after, back) = done(&sample, ADA, &rename(BO, "Bo"), true);
    let gone = Sample(ask(&after, ADA, remove(BO)).unwrap().after);
    assert_eq!(run(&gone, back).unwrap_err(), Refusal::NotFound { what: What::Member });
}

#[test]
fn a_group_that_was_put_to_use_is_not_taken_back() {
    let sample = Sample::new();
    let request = new_group("New", &["content.read"]);
    let (after, back) = done(&sample, ADA, &request, true);
    let id = after.0.groups.last().unwrap().id;
    let run = |after: &Sample| made(plan(&after.0, ADA, std::slice::from_ref(&back), &facts(&after.0), false, NOW));
    assert_eq!(run(&after).unwrap().after.groups.len(), sample.0.groups.len());
    let mut used = Sample(after.0.clone());
    used.join(BO, id);
    assert_eq!(run(&used).unwrap_err(), Refusal::CHANGED);
    let mut used = Sample(after.0.clone());
    used.grant(Effect::Deny, Subject::Group(id), ROOT, "content.read");
    assert_eq!(run(&used).unwrap_err(), Refusal::CHANGED);
    let mut used = Sample(after.0.clone());
    used.fence(ASSETS, id);
    assert_eq!(run(&used).unwrap_err(), Refusal::CHANGED, "and the folder stays closed");
}

#[test]
fn removals_of_many_are_taken_back_together_with_what_they_led() {
    let mut sample = Sample::new();
    sample.0.groups[0].leader = Some(BO);
    sample.0.folders[0].owner = Some(AZIZA);
    let all = each(&[AZIZA, BO], remove(BO).kind);
    let gone = in_bulk(&sample, ADA, &all);
    assert!(gone.rows.iter().all(|row| row.outcome == RowOutcome::Done));
    assert_eq!((gone.after.groups[0].leader, gone.after.folders[0].owner), (None, None));
    let back: Vec<_> = gone.rows.iter().map(|one| restore(&all[0].kind, one.delta.clone(), true, NOW)).collect();
    let undone = plan(&gone.after, ADA, &back, &facts(&sample.0), true, NOW);
    assert!(undone.rows.iter().all(|row| row.outcome == RowOutcome::Done), "{:?}", undone.rows);
    assert_eq!((undone.after.groups[0].leader, undone.after.folders[0].owner), (Some(BO), Some(AZIZA)));
}

#[test]
fn an_undo_is_nobodys_own_row() {
    let mut sample = Sample::new();
    sample.join(ADA, TEAM);
    let (after, back) = done(&sample, ADA, &set_groups(ADA, &[], &[TEAM]), true);
    let facts = facts(&sample.0);
    assert!(made(plan(&after.0, ADA, std::slice::from_ref(&back), &facts, false, NOW)).is_ok());
    let others = vec![
        back,
        row(
            None,
            Restore {
                delta: Default::default(),
                refused: None,
                own: true,
                undisturbed: true,
                changed: false,
                since: NOW,
                reason: None,
            },
        ),
    ];
    assert_eq!(skipped(&plan(&after.0, ADA, &others, &facts, true, NOW), 0), &Refusal::Yourself);
}
