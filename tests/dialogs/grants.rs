use super::{
    stage::{self, End, NOW, Stage},
    world::{self, aziza, grant, member},
};
use rolecall::{
    app::{
        dialog::{
            grant_edit::{GrantEdit, Revoke, Terms},
            grants::SubjectGrants,
        },
        effect::{Call, Reply},
    },
    domain::{
        change::{EditGrant, Grant, Kind, Override, To, Warning},
        edge,
        id::{FolderId, GrantId, GroupId, MemberId},
        model::{Effect, Subject},
    },
};

const AZIZA: Subject = Subject::Member(MemberId(7));
const TEAM: Subject = Subject::Group(GroupId(2));

#[test]
fn a_deny_in_a_folder_for_a_member_found_by_typing() {
    let mut stage = Stage::new(GrantEdit::in_folder(FolderId(4), Effect::Deny));
    stage.says("In Northwind / Campaign assets / Promo Archive").keys("<Tab>aziza");
    stage.answer(Ok(Reply::Members(world::page(vec![member(7, "aziza@northwind.test", &[])], None))));
    stage.keys("<Enter>edit<Enter>").planned(world::loses());
    stage.keys("<Tab>frozen<Tab>+30d<Enter>");
    // A reason and an end are part of what the plan shows.
    stage.planned(world::loses()).says("Loses  Campaigns · edit").keys("<Enter>");
    let (start, _) = stage.begun();
    let Kind::Grant(Grant { folder, capability, effect, to, terms }) = start.request.kind else { panic!() };
    assert_eq!((folder, to, start.request.on.ids), (FolderId(4), To::Members, vec![7]));
    assert_eq!((capability.as_str(), effect), ("content.write", Effect::Deny));
    assert_eq!((terms.reason.unwrap().raw(), terms.expires_at), ("frozen", Some(NOW.plus(31 * 86_400 - 1))));
}

#[test]
fn without_folders_it_says_what_to_do_instead() {
    let mut stage = Stage::with(SubjectGrants::member(aziza()), |stage| stage.folders.clear());
    stage.answer(Ok(Reply::Grants(Vec::new()))).keys("n");
    assert!(stage.end.is_none());
    stage.says("there is no folder here to allow or deny anything in: give a role, or put into a group, instead");
}

#[test]
fn time_that_passes_while_one_reads_does_not_make_another_change_of_it() {
    let mut stage = Stage::new(GrantEdit::for_subject(AZIZA, "aziza@northwind.test".into(), Effect::Deny));
    stage.keys("promo<Enter>edit<Enter><Tab><Tab>+30d<Enter>").planned(world::loses());
    stage.now = NOW.plus(9);
    stage.keys("<Enter>");
    let first = stage.begun();
    stage.answer(stage::offline());
    stage.now = NOW.plus(30);
    stage.keys("<Enter>");
    assert_eq!(stage.begun(), first, "sent again as it was, with the same key");
}

#[test]
fn only_what_counts_in_folders_is_offered_and_nothing_chosen_is_told() {
    let mut stage = Stage::new(GrantEdit::for_subject(TEAM, "Content Team".into(), Effect::Allow));
    stage.says("Allow · Content Team").keys("<Enter><Enter>").says("Folder: Northwind");
    stage.silent_on("Members · manage");
    let mut empty = Stage::new(GrantEdit::in_folder(FolderId(4), Effect::Allow));
    empty.keys("<Right><Enter>").says("  ^ Choose whom it is for.");
    assert!(empty.quiet());
}

#[test]
fn an_allow_under_a_deny_is_warned_about() {
    let mut stage = Stage::new(GrantEdit::for_subject(AZIZA, "aziza@northwind.test".into(), Effect::Allow));
    stage.keys("promo<Enter>edit<Enter>");
    let mut plan = world::nothing();
    let by = Override::Deny { group: Some("Content Team".into()), folder: "Promo Archive".into() };
    plan.rows[0].warnings = vec![Warning::Shadowed { by: vec![by] }];
    stage.planned(plan).keys("<Tab>");
    stage.says("! this allow has no effect: the deny for Content Team on Promo").says("No change in access.");
}

#[test]
fn terms_left_alone_keep_their_moment() {
    let mut row = grant(1, AZIZA, "aziza@northwind.test", Effect::Deny);
    let past = Some(NOW.plus(-5));
    row.edge.terms = edge::Terms { reason: None, expires_at: Some(NOW.plus(90_000)), review_at: past };
    let mut stage = Stage::new(Terms::of(row));
    stage.says("deny for aziza@northwind.test on Promo Archive").keys("<Enter>").says("Nothing has changed yet");
    stage.keys("<C-u>+1w<Enter>");
    let Kind::EditGrant(EditGrant { terms }) = stage.asked_kind() else { panic!() };
    assert_eq!((terms.expires_at, terms.review_at), (Some(NOW.plus(8 * 86_400 - 1)), past));
}

#[test]
fn taking_a_grant_away_says_what_is_lost() {
    let mut stage = Stage::new(Revoke::of(grant(1, TEAM, "Content Team", Effect::Allow)));
    stage.says("«frozen»").planned(world::loses()).says("Loses  Campaigns · edit").keys("<Enter>");
    let (start, _) = stage.begun();
    assert_eq!(start.request.on.ids, [1]);
    assert!(matches!(start.request.kind, Kind::Revoke(_)));
}

#[test]
fn a_members_grants_are_listed_with_those_of_groups_which_are_changed_elsewhere() {
    let mut stage = Stage::new(SubjectGrants::member(aziza()));
    assert!(matches!(stage.open_calls()[..], [(_, Call::MemberGrants(_, MemberId(7)))]));
    stage.says("Reading");
    let mut own = grant(1, AZIZA, "aziza@northwind.test", Effect::Allow);
    own.shadowed_by = vec![GrantId(2)];
    let rows = vec![own, grant(2, TEAM, "Content Team", Effect::Deny)];
    stage.answer(Ok(Reply::Grants(rows)));
    stage.says("✓ allow | Content · edit | Northwind / Campaign assets / Promo Archive | own | shadowed");
    stage.says("Gives nothing: overridden by deny for Content Team on Promo Archive");
    stage.keys("jx").says("! This is a grant of the group Content Team");
    stage.keys("kx");
    assert!(matches!(stage.end, Some(End::Pushed)));
}

#[test]
fn a_groups_grants_are_its_own() {
    let mut stage = Stage::new(SubjectGrants::group(world::groups().remove(1)));
    assert!(matches!(stage.open_calls()[..], [(_, Call::GroupGrants(_, GroupId(2)))]));
    stage.answer(Ok(Reply::Grants(Vec::new()))).says("No grant in any folder");
    stage.keys("x").says("! There is no grant to change").keys("n");
    assert!(matches!(stage.end, Some(End::Pushed)));
}

#[test]
fn in_read_only_mode_grants_are_only_read() {
    let mut stage = Stage::with(SubjectGrants::member(aziza()), |stage| stage.readonly = true);
    stage.answer(Ok(Reply::Grants(Vec::new()))).keys("a").says("! Read-only mode");
    assert!(stage.end.is_none());
}
