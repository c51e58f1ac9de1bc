//! What a person fills in, what is warned of, and what a plan says, worked out by hand.

use crate::{asking::*, sample::*};
use rolecall::domain::{
    access::Evidence,
    address::AddressFault,
    change::{
        CreateFolder, CreateGroup, Field, GroupDraft, InviteDraft, Override, Refusal, Remove, Request, Resend,
        SetRoles, Warning, What,
    },
    edge::Terms,
    id::{FolderId, GrantId, GroupId, InvitationId, MemberId, RoleId},
    model::{Effect, Subject},
    plan::Confirm,
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
    let warnings = |email: &str| ask(&sample, ADA, invite(invitation(email, viewer))).unwrap().warnings;
    assert_eq!(warnings("n@mail.northwind.test"), []);
    assert_eq!(warnings("n@partner.test"), [Warning::ForeignDomain { domain: "partner.test".into() }]);
    let of = |of: Option<&str>| [Warning::LookAlike { of: of.map(Text::new) }];
    assert_eq!(warnings("аda@northwind.test"), of(Some("ada@northwind.test")));
    assert_eq!(warnings("vаdim@northwind.test"), of(None));
}

#[test]
fn an_allow_under_a_deny_is_made_and_warned_of() {
    let mut sample = Sample::new();
    sample.grant(Effect::Deny, Subject::Member(AZIZA), ROOT, "content.write");
    let by = Override::Deny { group: None, folder: "Northwind".into() };
    let allow = grant(Effect::Allow, Subject::Member(AZIZA), ARCHIVE, "content.write");
    let made = ask(&sample, ADA, allow).unwrap();
    assert_eq!(made.warnings, [Warning::Shadowed { by: vec![by] }]);
    assert_eq!((made.effects(), made.confirm), (vec![], Confirm::Enter));

    let mut sample = Sample::new();
    sample.group(GroupId(90), "Archivists", &[]);
    sample.fence(ARCHIVE, GroupId(90));
    sample.join(ADA, GroupId(90));
    let allow = grant(Effect::Allow, Subject::Member(AZIZA), ARCHIVE, "content.write");
    let by = Override::Fence { folder: "Promo Archive".into() };
    assert_eq!(ask(&sample, ADA, allow).unwrap().warnings, [Warning::Shadowed { by: vec![by] }]);
}

#[test]
fn what_is_held_already_gets_the_end_that_is_asked_for() {
    let mut sample = Sample::new();
    let viewer = sample.role("viewer");
    for (asked, ends) in [(None, None), (Some(9), Some(9)), (None, Some(9)), (Some(5), Some(5))] {
        let [asked, ends] = [asked, ends].map(|days: Option<i64>| days.map(|days| NOW.plus(days)));
        let terms = Terms { expires_at: asked, ..Terms::default() };
        let set = of(BO, SetRoles { roles: vec![viewer], terms });
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
    let ask = |request| ask(&sample, ADA, request);
    let long = "x".repeat(501);
    let roles = |roles| of(BO, SetRoles { roles, terms: Terms::default() });
    assert_eq!(field(ask(roles(vec![]))), Field::Roles);
    assert_eq!(field(ask(roles(vec![viewer, sample.role("analyst")]))), Field::Roles);
    assert_eq!(field(ask(roles(vec![RoleId(99)]))), Field::Roles);
    let terms = |terms| of(BO, SetRoles { roles: vec![viewer], terms });
    assert_eq!(field(ask(terms(Terms { expires_at: Some(NOW), ..Terms::default() }))), Field::ExpiresAt);
    assert_eq!(field(ask(terms(Terms { review_at: Some(NOW), ..Terms::default() }))), Field::ReviewAt);
    assert_eq!(field(ask(terms(Terms { reason: Some(long.as_str().into()), ..Terms::default() }))), Field::Reason);
    assert_eq!(field(ask(of(BO, Remove { reason: Some(long.as_str().into()) }))), Field::Reason);
    for name in ["", "  ", "a\u{202e}b", "a\x1b[2J", &long] {
        assert_eq!(field(ask(rename(BO, name))), Field::Name, "{name:?}");
        assert_eq!(field(ask(new_group(draft(name, &[])))), Field::Name, "{name:?}");
    }
    assert!(ask(rename(BO, "王小明 👩\u{200d}🚀")).is_ok());
    let taken = Refusal::NameTaken { name: "content TEAM".into() };
    assert_eq!(ask(new_group(draft("content TEAM", &[]))).unwrap_err(), taken);
    assert_eq!(taken.field(), Some(Field::Name));
    assert!(ask(edit_group(TEAM, draft("content TEAM", &[]))).is_ok());
    assert_eq!(field(ask(new_group(draft("New", &["content.paint"])))), Field::Capabilities);
    let folder = |name: &str, parent| CreateFolder { name: name.into(), parent, ..CreateFolder::default() };
    let make = |folder| ask(Request::given(folder));
    for name in ["", "  ", "a\u{202e}b", &long] {
        assert_eq!(field(make(folder(name, None))), Field::Name, "{name:?}");
    }
    let kind = |kind: &str| CreateFolder { kind: Some(kind.into()), ..folder("New", Some(ROOT)) };
    assert_eq!(field(make(kind("playlist"))), Field::Kind);
    assert!(make(kind("campaign")).is_ok());
    assert_eq!(field(make(folder("New", Some(FolderId(99))))), Field::Parent);
    assert_eq!(field(make(CreateFolder { reason: Some(long.as_str().into()), ..folder("New", None) })), Field::Reason);
    let lacks = Refusal::Lacks { capability: "folders.manage".into() };
    assert_eq!(refused(&sample, AZIZA, Request::given(folder("New", None))), lacks);
    let leader = GroupDraft { leader: Some(MemberId(99)), ..draft("New", &[]) };
    assert_eq!(field(ask(new_group(leader))), Field::Leader);
    assert_eq!(field(ask(set_groups(BO, &[TEAM], &[TEAM]))), Field::Add);
    assert_eq!(field(ask(set_groups(BO, &[TEAM, TEAM], &[]))), Field::Add);
    assert_eq!(field(ask(set_groups(BO, &[], &[GroupId(99)]))), Field::Remove);
    assert_eq!(ask(members(TEAM, &[BO], &[BO])).unwrap_err(), Refusal::SameMember { row: 1 });
    let subject = Subject::Member(BO);
    assert_eq!(field(ask(grant(Effect::Allow, subject, ROOT, "content.paint"))), Field::Capability);
    assert_eq!(field(ask(grant(Effect::Allow, subject, ROOT, "members.manage"))), Field::Capability);
    assert_eq!(
        ask(invite(invitation("no address", viewer))).unwrap_err(),
        Refusal::Address { fault: AddressFault::Blank }
    );
    let ttl = |days| invite(InviteDraft { ttl_days: Some(days), ..invitation("n@northwind.test", viewer) });
    assert_eq!(field(ask(ttl(0))), Field::TtlDays);
    assert_eq!(field(ask(ttl(366))), Field::TtlDays);
    assert!(ask(ttl(365)).is_ok());
    let groups = InviteDraft { groups: vec![GroupId(99)], ..invitation("n@northwind.test", viewer) };
    assert_eq!(field(ask(invite(groups))), Field::Groups);
}

#[test]
fn required_fields_are_required() {
    let mut sample = Sample::new();
    let mut policies = (*sample.0.policies).clone();
    policies.required_fields = vec!["name".into()];
    sample.0.policies = Arc::new(policies);
    let nameless = invitation("n@northwind.test", sample.role("viewer"));
    assert_eq!(field(ask(&sample, ADA, invite(nameless.clone()))), Field::Name);
    let named = InviteDraft { name: Some("Noor".into()), ..nameless };
    assert!(ask(&sample, ADA, invite(named)).is_ok());
}

#[test]
fn what_is_not_there_is_missing() {
    let sample = Sample::new();
    let viewer = sample.role("viewer");
    let (member, group, folder) = (MemberId(99), GroupId(99), FolderId(99));
    let table = [
        (set_roles(member, viewer), What::Member),
        (members(TEAM, &[member], &[]), What::Member),
        (delete_group(group), What::Group),
        (grant(Effect::Allow, Subject::Member(BO), folder, "content.read"), What::Folder),
        (grant(Effect::Allow, Subject::Group(group), ROOT, "content.read"), What::Group),
        (revoke(GrantId(99)), What::Grant),
        (on_invitation(InvitationId(99), Resend {}), What::Invitation),
    ];
    for (request, what) in table {
        assert_eq!(refused(&sample, ADA, request), Refusal::NotFound { what });
    }
}

#[test]
fn the_same_grant_is_there_already_and_with_another_end_a_conflict() {
    let mut sample = Sample::new();
    sample.grant(Effect::Allow, Subject::Member(BO), ROOT, "content.write");
    let again = |end| grant_until(end, Effect::Allow, Subject::Member(BO), ROOT, "content.write");
    assert!(ask(&sample, ADA, again(None)).unwrap().is_unchanged());
    assert_eq!(refused(&sample, ADA, again(Some(NOW.plus(9)))), Refusal::GrantThere);
    assert_eq!(field(ask(&sample, ADA, again(Some(NOW.plus(9))))), Field::Capability);
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
    let effects = ask(&sample, ADA, set_roles(AZIZA, sample.role("viewer"))).unwrap().effects();
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
    let made = ask(&sample, ADA, give).unwrap();
    let (delta, effects) = (made.delta(), made.effects());
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].gains, [(cap, Some(ASSETS))]);
    let [rolecall::domain::change::Edit::Grant { id, .. }] = delta.0.as_slice() else { panic!("{delta:?}") };
    let back = ask(&Sample(made.after), ADA, revoke(*id)).unwrap().effects();
    assert_eq!(back[0].loses, [(cap, Some(ASSETS))]);
}

fn new_group(draft: GroupDraft) -> Request {
    Request::given(CreateGroup { draft })
}
