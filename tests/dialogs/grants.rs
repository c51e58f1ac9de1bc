use super::{
    stage::{self, End, NOW, Stage},
    world::{self, aziza, grant, member},
};
use rolecall::{
    api::{backend::Precondition, wire::Preview},
    app::{
        dialog::{
            grant_edit::{GrantEdit, Revoke, Terms},
            grants::SubjectGrants,
        },
        effect::{Call, Reply},
    },
    domain::{
        change::{Change, Warning},
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
    stage.keys("<Enter>edit<Enter>").preview(world::loses());
    stage.keys("<Tab>frozen<Tab>+30d<Enter>");
    // Another end is another change to preview.
    stage.preview(world::loses()).says("Press Enter again").keys("<Enter>");
    let write = stage.written();
    assert_eq!(write.precondition, Precondition::Version(24));
    let Change::Grant { folder, subject, capability, effect, terms } = write.change else { panic!() };
    assert_eq!((folder, subject, capability.as_str(), effect), (FolderId(4), AZIZA, "content.write", Effect::Deny));
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
    stage.keys("promo<Enter>edit<Enter><Tab><Tab>+30d<Enter>").preview(world::loses());
    stage.says("Press Enter again");
    stage.now = NOW.plus(9);
    stage.keys("<Enter>");
    let first = stage.written();
    stage.answer(stage::offline());
    stage.now = NOW.plus(30);
    stage.keys("<Enter><Enter>");
    assert_eq!(stage.written(), first, "sent again as it was, with the same key");
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
    let warnings = vec![Warning::Shadowed { by: vec![GrantId(1)] }];
    stage.preview(Preview { warnings, ..world::nothing() });
    stage.says("it gives nothing here: overridden by 1 deny").says("Nobody's access changes.");
}

#[test]
fn terms_left_alone_keep_their_moment() {
    let mut row = grant(1, AZIZA, "aziza@northwind.test", Effect::Deny);
    let past = Some(NOW.plus(-5));
    row.edge.terms = edge::Terms { reason: None, expires_at: Some(NOW.plus(90_000)), review_at: past };
    let mut stage = Stage::new(Terms::new(row));
    stage.says("deny for aziza@northwind.test on Promo Archive").keys("<Enter>").says("Nothing is different yet");
    stage.keys("<C-u>+1w<Enter>");
    let write = stage.written();
    assert_eq!(write.precondition, Precondition::Version(31));
    let Change::EditGrant { terms, .. } = write.change else { panic!() };
    assert_eq!((terms.expires_at, terms.review_at), (Some(NOW.plus(8 * 86_400 - 1)), past));
}

#[test]
fn taking_a_grant_away_says_what_is_lost() {
    let mut stage = Stage::new(Revoke::new(grant(1, TEAM, "Content Team", Effect::Allow)));
    stage.says("«frozen»").preview(world::loses()).keys("<Enter>").says("Press Enter again").keys("<Enter>");
    assert!(matches!(stage.written().change, Change::Revoke { grant: GrantId(1), .. }));
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
