//! What a person fills in, what is warned of, and what a plan says, worked out by hand.

use crate::{asking::*, sample::*};
use rolecall::domain::{
    access::Evidence,
    change::{Change, GroupDraft, InviteDraft, Refusal, Warning},
    edge::Terms,
    id::{FolderId, GrantId, GroupId, InvitationId, MemberId, RoleId},
    model::{Effect, Subject},
    plan,
    untrusted::Text,
};
use std::sync::Arc;

#[test]
fn addresses_are_warned_of() {
    let mut sample = Sample::new();
    let mut policies = (*sample.0.policies).clone();
    policies.company_domains = vec!["northwind.test".into()];
    sample.0.policies = Arc::new(policies);
    let viewer = sample.role("viewer");
    let warnings = |email: &str| ask(&sample, ADA, Change::Invite(invite(email, viewer))).unwrap().warnings;
    assert_eq!(warnings("n@mail.northwind.test"), []);
    assert_eq!(warnings("n@partner.test"), [Warning::ForeignDomain { domain: "partner.test".into() }]);
    let of = |of: Option<&str>| [Warning::LookAlike { of: of.map(Text::new) }];
    assert_eq!(warnings("аda@northwind.test"), of(Some("ada@northwind.test")));
    assert_eq!(warnings("vаdim@northwind.test"), of(None));
}

#[test]
fn an_allow_under_a_deny_is_made_and_warned_of() {
    let mut sample = Sample::new();
    let deny = sample.grant(Effect::Deny, Subject::Member(AZIZA), ROOT, "content.write");
    let allow = grant(Effect::Allow, Subject::Member(AZIZA), ARCHIVE, "content.write");
    let checked = ask(&sample, ADA, allow).unwrap();
    assert_eq!(checked.warnings, [Warning::Shadowed { by: vec![deny] }]);
    assert_eq!(plan::effects(&sample.0, &checked.after, NOW), []);
}

#[test]
fn what_is_held_already_gets_the_end_that_is_asked_for() {
    let mut sample = Sample::new();
    let viewer = sample.role("viewer");
    for (asked, ends) in [(None, None), (Some(9), Some(9)), (None, Some(9)), (Some(5), Some(5))] {
        let [asked, ends] = [asked, ends].map(|days: Option<i64>| days.map(|days| NOW.plus(days)));
        let terms = Terms { expires_at: asked, ..Terms::default() };
        let set = Change::SetRoles { member: BO, roles: vec![viewer], terms };
        sample.0 = ask(&sample, ADA, set).unwrap().after;
        let bo = sample.0.members.iter().find(|one| one.id == BO).unwrap();
        let [(role, edge)] = bo.roles.as_slice() else { panic!("{:?}", bo.roles) };
        assert_eq!((*role, edge.terms.expires_at), (viewer, ends), "{asked:?}");
    }
}

#[test]
fn fields_are_named_when_they_are_wrong() {
    let sample = Sample::new();
    let viewer = sample.role("viewer");
    let ask = |change| ask(&sample, ADA, change);
    let long = "x".repeat(501);
    let roles = |roles| Change::SetRoles { member: BO, roles, terms: Terms::default() };
    assert_eq!(field(ask(roles(vec![]))), "roles");
    assert_eq!(field(ask(roles(vec![viewer, sample.role("analyst")]))), "roles");
    assert_eq!(field(ask(roles(vec![RoleId(99)]))), "roles");
    let terms = |terms| Change::SetRoles { member: BO, roles: vec![viewer], terms };
    assert_eq!(field(ask(terms(Terms { expires_at: Some(NOW), ..Terms::default() }))), "expires_at");
    assert_eq!(field(ask(terms(Terms { review_at: Some(NOW), ..Terms::default() }))), "review_at");
    assert_eq!(field(ask(terms(Terms { reason: Some(long.as_str().into()), ..Terms::default() }))), "reason");
    assert_eq!(field(ask(Change::Remove { member: BO, reason: Some(long.as_str().into()) })), "reason");
    for name in ["", "  ", "a\u{202e}b", "a\x1b[2J", &long] {
        assert_eq!(field(ask(Change::Rename { member: BO, name: name.into() })), "name", "{name:?}");
        assert_eq!(field(ask(Change::CreateGroup(draft(name, &[])))), "name", "{name:?}");
    }
    assert!(ask(Change::Rename { member: BO, name: "王小明 👩\u{200d}🚀".into() }).is_ok());
    assert_eq!(field(ask(Change::CreateGroup(draft("content TEAM", &[])))), "name");
    assert!(ask(Change::EditGroup { group: TEAM, draft: draft("content TEAM", &[]) }).is_ok());
    assert_eq!(field(ask(Change::CreateGroup(draft("New", &["content.paint"])))), "capabilities");
    let leader = GroupDraft { leader: Some(MemberId(99)), ..draft("New", &[]) };
    assert_eq!(field(ask(Change::CreateGroup(leader))), "leader");
    assert_eq!(field(ask(members(TEAM, &[BO], &[BO]))), "add");
    let subject = Subject::Member(BO);
    assert_eq!(field(ask(grant(Effect::Allow, subject, ROOT, "content.paint"))), "capability");
    assert_eq!(field(ask(grant(Effect::Allow, subject, ROOT, "members.manage"))), "capability");
    assert_eq!(field(ask(Change::Invite(invite("no address", viewer)))), "email");
    let ttl = |days| Change::Invite(InviteDraft { ttl_days: Some(days), ..invite("n@northwind.test", viewer) });
    assert_eq!(field(ask(ttl(0))), "ttl_days");
    assert_eq!(field(ask(ttl(366))), "ttl_days");
    assert!(ask(ttl(365)).is_ok());
    let groups = InviteDraft { groups: vec![GroupId(99)], ..invite("n@northwind.test", viewer) };
    assert_eq!(field(ask(Change::Invite(groups))), "groups");
}

#[test]
fn required_fields_are_required() {
    let mut sample = Sample::new();
    let mut policies = (*sample.0.policies).clone();
    policies.required_fields = vec!["name".into()];
    sample.0.policies = Arc::new(policies);
    let nameless = invite("n@northwind.test", sample.role("viewer"));
    assert_eq!(field(ask(&sample, ADA, Change::Invite(nameless.clone()))), "name");
    let named = InviteDraft { name: Some("Noor".into()), ..nameless };
    assert!(ask(&sample, ADA, Change::Invite(named)).is_ok());
}

#[test]
fn what_is_not_there_is_missing() {
    let sample = Sample::new();
    let viewer = sample.role("viewer");
    let (member, group, folder) = (MemberId(99), GroupId(99), FolderId(99));
    let table = [
        (set_roles(member, viewer), "member"),
        (members(TEAM, &[member], &[]), "member"),
        (Change::DeleteGroup { group, reason: None }, "group"),
        (grant(Effect::Allow, Subject::Member(BO), folder, "content.read"), "folder"),
        (grant(Effect::Allow, Subject::Group(group), ROOT, "content.read"), "group"),
        (Change::Revoke { grant: GrantId(99), reason: None }, "grant"),
        (Change::ResendInvitation { invitation: InvitationId(99) }, "invitation"),
    ];
    for (change, what) in table {
        assert_eq!(refused(&sample, ADA, change), Refusal::Missing { what });
    }
}

#[test]
fn the_same_grant_twice_is_a_conflict() {
    let mut sample = Sample::new();
    sample.grant(Effect::Allow, Subject::Member(BO), ROOT, "content.write");
    assert_eq!(
        field(ask(&sample, ADA, grant(Effect::Allow, Subject::Member(BO), ROOT, "content.write"))),
        "capability"
    );
    assert!(ask(&sample, ADA, grant(Effect::Deny, Subject::Member(BO), ROOT, "content.write")).is_ok());
}

/// As LOOK shows it: Marketer to Viewer, with a group that still gives one of the two.
#[test]
fn a_plan_says_what_is_lost_in_effect_and_what_stays() {
    let mut sample = Sample::new();
    sample.0.groups[0].capabilities = sample.set(&["content.write"]);
    sample.join(AZIZA, TEAM);
    sample.grant(Effect::Allow, Subject::Member(AZIZA), ASSETS, "campaigns.write");
    let (write, campaigns) = (sample.cap("content.write"), sample.cap("campaigns.write"));
    let after = ask(&sample, ADA, set_roles(AZIZA, sample.role("viewer"))).unwrap().after;
    let effects = plan::effects(&sample.0, &after, NOW);
    assert_eq!(effects.len(), 1);
    assert_eq!((effects[0].member, &effects[0].gains), (AZIZA, &vec![]));
    assert_eq!(effects[0].loses, [(campaigns, None)]);
    assert_eq!(effects[0].stays, [(write, vec![Evidence::Group(TEAM)])]);
}

#[test]
fn a_plan_names_the_outermost_folders() {
    let mut sample = Sample::new();
    sample.join(AZIZA, TEAM);
    let cap = sample.cap("devices.write");
    sample.grant(Effect::Allow, Subject::Group(TEAM), ARCHIVE, "devices.write");
    let give = grant(Effect::Allow, Subject::Group(TEAM), ASSETS, "devices.write");
    let after = ask(&sample, ADA, give).unwrap().after;
    let effects = plan::effects(&sample.0, &after, NOW);
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].gains, [(cap, Some(ASSETS))]);
    let back = plan::effects(&after, &sample.0, NOW);
    assert_eq!(back[0].loses, [(cap, Some(ASSETS))]);
}
