//! Many invitations at once: gathered, planned, fixed in place, sent.

use super::{
    stage::{End, Stage, offline, stale},
    world::{self, change, left_out},
};
use rolecall::{
    api::{
        error::ApiError,
        wire::{Change, ImportFault, ImportRow, Plan, PlanRow},
    },
    app::{
        action::Action,
        dialog::invite_many::InviteMany,
        effect::{Call, Reply},
        view::Part,
    },
    domain::{
        change::{Invite, InviteDraft, Kind, Refusal, Selection, Warning},
        id::{GroupId, RoleId},
        plan::Confirm,
        untrusted::Text,
    },
};

fn drafts_of(kind: Kind) -> Vec<InviteDraft> {
    if let Kind::Invite(Invite { drafts }) = kind { drafts } else { panic!("{kind:?}") }
}

#[track_caller]
fn drafts(stage: &Stage) -> Vec<InviteDraft> {
    drafts_of(stage.asked_kind())
}

fn emails(stage: &Stage) -> Vec<String> {
    drafts(stage).into_iter().map(|draft| draft.email.raw().to_owned()).collect()
}

/// A plan of what was asked last: everybody is invited, but for those named, who are members already.
fn looked_at(stage: &Stage, members: &[&str], warned: &[(&str, Warning)]) -> Plan {
    let shapes =
        vec![world::moved(Vec::new(), world::role_thing("Viewer"), &[], &[]), left_out(Refusal::MemberAlready)];
    let row = |email: &String| PlanRow {
        id: None,
        name: Text::from(email.as_str()),
        shape: u32::from(members.contains(&email.as_str())),
        warnings: warned.iter().filter(|(name, _)| name == email).map(|(_, warning)| warning.clone()).collect(),
    };
    let rows: Vec<PlanRow> = emails(stage).iter().map(row).collect();
    let skipped = rows.iter().filter(|row| row.shape > 0).count() as u64;
    let change = rows.len() as u64 - skipped;
    let confirm = if change > 20 { Confirm::Count { count: change } } else { Confirm::Enter };
    Plan { revision: 1, digest: format!("{rows:?}"), change, confirm, rows, shapes, skipped, ..Plan::default() }
}

trait Looked {
    fn look(&mut self, members: &[&str], warned: &[(&str, Warning)]) -> &mut Self;
    fn looked(&mut self) -> &mut Self;
}

impl Looked for Stage {
    fn look(&mut self, members: &[&str], warned: &[(&str, Warning)]) -> &mut Self {
        let plan = looked_at(self, members, warned);
        self.planned(plan)
    }

    fn looked(&mut self) -> &mut Self {
        self.look(&[], &[])
    }
}

fn stage() -> Stage {
    Stage::new(InviteMany::new())
}

#[test]
fn a_pasted_table_is_read_as_a_file_is() {
    let mut stage = stage();
    stage.paste("email,name,role,groups\rann1@x.test,Ann One,Designer,\"Content Team\"\r");
    stage.says("Reading the rows");
    let (_, call) = stage.open_calls().pop().unwrap();
    assert_eq!(call, Call::Table("email,name,role,groups\nann1@x.test,Ann One,Designer,\"Content Team\"\n".into()));
    let row = ImportRow {
        line: 2,
        email: "ann1@x.test".into(),
        name: "Ann One".into(),
        roles: vec!["marketer".into()],
        groups: vec!["Content Team".into()],
    };
    stage.answer(Ok(Reply::People(vec![row])));
    assert_eq!(emails(&stage), ["ann1@x.test"]);
    stage.looked().says("1 | ann1@x.test | marketer | will be invited");
}

#[test]
fn lines_without_a_header_are_read_wherever_the_address_stands() {
    let mut stage = stage();
    stage.paste("Bo Li, bo@x.test, Marketer\rcarla@x.test;Carla Ruiz;Campaign Desk\r");
    let asked = drafts(&stage);
    assert_eq!(emails(&stage), ["bo@x.test", "carla@x.test"]);
    assert_eq!((asked[0].name.clone(), &asked[0].roles[..]), (Some("Bo Li".into()), &[RoleId(2)][..]));
    assert_eq!((asked[1].name.clone(), &asked[1].groups[..]), (Some("Carla Ruiz".into()), &[GroupId(1)][..]));
    assert_eq!(asked[1].roles, [RoleId(3)], "the role for all");
}

#[test]
fn what_is_not_understood_on_a_line_is_told_and_put_right_in_place() {
    let mut stage = stage();
    stage.paste("Bo Li, bo@x.test, Boss\nal@x.test").looked();
    stage.says("1 | bo@x.test | Viewer | “Boss”: neither a role nor a group here");
    stage.keys("<PgDn><Home><Enter>").says("Name: Bo Li").says("^ “Boss”: neither a role");
    stage.keys("<Left><Enter>");
    assert_eq!((emails(&stage).len(), &drafts(&stage)[0].roles[..]), (2, &[RoleId(2)][..]));
}

#[test]
fn what_is_wrong_with_a_pasted_table_is_told_by_its_lines() {
    let mut stage = stage();
    stage.paste("email,team,shoe size\nann1@x.test,Content Team,39");
    let faults = vec![ImportFault { line: 1, column: "shoe size".into(), message: "none of e-mail".into() }];
    let message = "Nothing was taken in. Faults: 1".into();
    stage.answer(Err(ApiError::Invalid { field: Some("file".into()), message, faults }));
    stage.says("Nothing was taken in. Faults: 1").says("line 1, shoe size: none of e-mail");
}

#[test]
fn pasted_addresses_are_looked_at_at_once() {
    let mut stage = stage();
    stage.says("Nobody yet: paste addresses, or name a file.");
    stage.paste("bo@x.test, Carla Ruiz <carla@x.test>;al@x.test\n");
    let asked = drafts(&stage);
    assert_eq!(emails(&stage), ["bo@x.test", "carla@x.test", "al@x.test"]);
    assert_eq!(asked[1].name, Some("Carla Ruiz".into()));
    assert!(asked.iter().all(|draft| draft.roles == [RoleId(3)]), "the role for all");
    assert_eq!(stage.asked().on, Selection::default());
    stage.says("Added: 3").says("checking…").says("Checking the addresses");
    stage.look(&["al@x.test"], &[("bo@x.test", Warning::ForeignDomain { domain: "x.test".into() })]);
    stage
        .says("1 | bo@x.test | Viewer | x.test is not a company domain")
        .says("2 | carla@x.test | Viewer | will be invited")
        .says("3 | al@x.test | Viewer | already a member")
        .says("2 to invite · 1 left out · 1 with notes   Added: 3");
}

#[test]
fn what_is_to_be_known_of_a_row_is_told_in_full_wherever_the_focus_is() {
    let mut stage = stage();
    let alike = Warning::LookAlike { of: Some("admin@n.test".into()) };
    let foreign = Warning::ForeignDomain { domain: "x.test".into() };
    stage
        .paste("bo@x.test al@x.test")
        .look(&[], &[("bo@x.test", foreign.clone()), ("bo@x.test", alike), ("al@x.test", foreign)]);
    let full = "this address looks like admin@n.test; check that it is the right person";
    stage.says(&format!("bo@x.test: x.test is not a company domain; {full}"));
    stage.says("1 | bo@x.test | Viewer | foreign domain; like admin@n.test");
    stage.keys("<PgDn><Down>").says("al@x.test: x.test is not a company domain").keys("<Tab>");
    stage.says("al@x.test: x.test is not a company domain");
    stage.size = (120, 34);
    stage.says("| x.test is not a company domain");
}

#[test]
fn typed_addresses_are_added_by_enter() {
    let mut stage = stage();
    stage.keys("bo@x.test al@x.test");
    assert!(stage.quiet(), "typing asks for nothing");
    stage.keys("<Enter>");
    assert_eq!(emails(&stage), ["bo@x.test", "al@x.test"]);
    stage.looked().says("Add: \n").keys("<Enter>");
    let (start, _) = stage.begun();
    assert_eq!(drafts_of(start.request.kind).len(), 2);
    stage.answer(Ok(Reply::Change(Box::new(change()))));
    assert!(matches!(stage.end, Some(End::Started(_))));
}

#[test]
fn what_is_wrong_is_known_before_anybody_is_asked() {
    let mut stage = stage();
    stage.paste("bo@x.test\nno address\nBO@x.test\nb@@x");
    assert_eq!(emails(&stage), ["bo@x.test"], "only the good ones are asked about");
    stage.looked();
    stage.says("an e-mail address cannot contain spaces").says("row 1 has this address already");
    stage.says("1 to invite · 3 left out").keys("<Enter>");
    stage.begun();
}

#[test]
fn what_was_left_out_stays_to_be_put_right_after_the_others_are_sent() {
    let mut stage = stage();
    stage.paste("bo@x.test\nno address\nBO@x.test\nal@x.test").look(&["al@x.test"], &[]);
    stage.keys("<Enter>");
    stage.begun();
    stage.answer(Ok(Reply::Change(Box::new(Change { total: 1, ..change() }))));
    assert!(stage.end.is_none(), "the dialog stays");
    assert_eq!(stage.running.len(), 1, "the change is followed");
    stage
        .silent_on("1 | bo@x.test")
        .says("2 | no address | Viewer | an e-mail address cannot contain spaces or invisible characters")
        .says("3 | BO@x.test | Viewer | row 1 has this address already")
        .says("4 | al@x.test | Viewer | already a member")
        .says("0 to invite · 3 left out · 0 with notes   On their way: 1, as change 3.");
    assert!(stage.quiet(), "nothing is asked about them before they are put right");
    // One is put right, in place, one is taken out, and the one that was sent to is not sent to again.
    stage.keys("<Enter>").says("Row 2").keys("<C-u>no@x.test<Enter>");
    assert_eq!(emails(&stage), ["no@x.test", "al@x.test"]);
    stage.look(&["al@x.test"], &[]).says("2 | no@x.test | Viewer | will be invited");
    stage.says("3 | BO@x.test | Viewer | sent already, as row 1");
    stage.keys("<Down>x").says("Took out BO@x.test.").keys("x").says("Took out al@x.test.").looked();
    stage.keys("<Tab><Enter>");
    assert_eq!(drafts_of(stage.begun_kind()).len(), 1);
    stage.answer(Ok(Reply::Change(Box::new(change()))));
    assert!(matches!(stage.end, Some(End::Started(_))), "nothing is left");
}

#[test]
fn rows_that_were_left_out_go_only_when_that_is_asked_for_twice() {
    let mut stage = stage();
    stage.paste("bo@x.test b@@x").looked().keys("<Enter><Enter>");
    stage.answer(Ok(Reply::Change(Box::new(change()))));
    stage.keys("<Esc>").says("Press Esc again to discard").keys("<Down>").says("b@@x").keys("<Esc><Esc>");
    assert!(matches!(stage.end, Some(End::Closed)));
}

#[test]
fn a_row_keeps_its_valid_groups_when_another_is_put_right() {
    let mut stage = stage();
    stage.keys("<Tab>people.csv<Enter>");
    let [mut row, ..] = <[ImportRow; 4]>::try_from(people()).unwrap();
    row.groups = vec!["Content Team".into(), "Nowhere".into(), "Campaign Desk".into()];
    stage.answer(Ok(Reply::People(vec![row])));
    stage.says("there is no group “Nowhere”").keys("<PgDn><Home><Enter>").says("Row 2");
    stage.keys("<Enter>");
    assert_eq!(drafts(&stage)[0].groups, [GroupId(1), GroupId(2)], "but for the one that is not there");
}

#[test]
fn a_row_is_put_right_in_place() {
    let mut stage = stage();
    stage.paste("bo@x.test, al@x").looked();
    stage.keys("<PgDn><Home>n").says("al@x: the part after the @ is not a domain");
    stage.keys("<Enter>").says("Row 2").says("^ the part after the @ is not a domain");
    stage.keys(".test<Tab>Al Gore<Tab><Left><Enter>").says("Invite many");
    let asked = drafts(&stage);
    assert_eq!((asked[1].email.raw(), asked[1].name.clone()), ("al@x.test", Some("Al Gore".into())));
    assert_eq!(asked[1].roles, [RoleId(2)], "its own role");
    assert_eq!(asked[0].roles, [RoleId(3)], "the others keep the role for all");
    stage.looked().says("2 | al@x.test | Marketer | will be invited");
    stage.keys("<Home>x").says("Took out bo@x.test.");
    assert_eq!(emails(&stage), ["al@x.test"]);
}

#[test]
fn nothing_typed_is_lost_on_one_esc() {
    let mut stage = stage();
    stage.paste("bo@x.test").looked().keys("<Esc>").says("Press Esc again to discard");
    stage.keys("<Tab>").silent_on("to discard").keys("<PgDn>e").keys("zz<Esc>").says("Press Esc again to discard");
    stage.keys("<Esc>").says("bo@x.test").says("Invite many");
    stage.keys("<Esc><Esc>");
    assert!(matches!(stage.end, Some(End::Closed)));
}

fn people() -> Vec<ImportRow> {
    let row = |line, email: &str, name: &str, roles: &[&str], groups: &[&str]| ImportRow {
        line,
        email: email.into(),
        name: name.into(),
        roles: roles.iter().map(|role| Text::from(*role)).collect(),
        groups: groups.iter().map(|group| Text::from(*group)).collect(),
    };
    vec![
        row(2, "bo@x.test", "Bo Li", &["marketer"], &["content team"]),
        row(3, "al@x.test", "", &[], &[]),
        row(5, "eve@x.test", "", &["Boss"], &[]),
        row(6, "flo@x.test", "", &[], &["Nowhere"]),
    ]
}

#[test]
fn a_file_is_read_with_roles_and_groups_of_its_rows() {
    let mut stage = stage();
    stage.keys("<Tab>~/people.csv<Enter>").says("Reading the rows");
    assert!(matches!(stage.open_calls().pop(), Some((_, Call::People(path))) if path == "~/people.csv"));
    stage.answer(Ok(Reply::People(people())));
    let asked = drafts(&stage);
    assert_eq!(emails(&stage), ["bo@x.test", "al@x.test"]);
    assert_eq!((&asked[0].roles[..], &asked[0].groups[..]), (&[RoleId(2)][..], &[GroupId(2)][..]));
    assert_eq!((&asked[1].roles[..], asked[1].groups.len()), (&[RoleId(3)][..], 0), "what holds for all");
    stage.looked();
    stage
        .says("5 | eve@x.test | Boss | there is no role “Boss”")
        .says("there is no group “Nowhere”")
        .says("From file: \n");
    stage.keys("<PgDn><Home>n<Enter>").says("Row 5").says("^ there is no role “Boss”");
}

#[test]
fn a_file_that_is_no_table_is_read_as_what_is_pasted_is() {
    let mut stage = stage();
    stage.keys("<Tab>~/people.txt<Enter>");
    stage.answer(Ok(Reply::List("# who\n\nAnn One <ann1@x.test>, Designer\nbo@x.test\n".into())));
    stage.looked().says("3 | ann1@x.test").says("4 | bo@x.test").says("From file: \n");
}

#[test]
fn from_above_a_key_goes_to_what_is_left_out() {
    let mut stage = stage();
    stage.paste("bo@x.test al@x.test eve@x.test").look(&["al@x.test"], &[]);
    let hints = |stage: &Stage| stage.view().hints;
    assert!(hints(&stage).contains(&(Action::PageDown, Some("1 left out".to_owned()))), "{:?}", hints(&stage));
    stage.keys("<PgDn>");
    assert_eq!(
        stage.view().parts.iter().find_map(|part| if let Part::List(list) = part { list.cursor } else { None }),
        Some(1)
    );
    assert!(hints(&stage).contains(&(Action::DraftNext, None)), "{:?}", hints(&stage));
    stage.says("al@x.test: already a member");
}

#[test]
fn the_faults_of_a_file_are_told_by_line_and_column() {
    let mut stage = stage();
    stage.keys("<Tab>people.csv<Enter>");
    let fault = |line, column: &str| ImportFault { line, column: column.into(), message: "it is wrong".into() };
    let faults = vec![fault(2, "email"), fault(4, ""), fault(5, ""), fault(6, ""), fault(7, ""), fault(8, "")];
    stage.answer(Err(ApiError::Invalid {
        field: Some("file".into()),
        message: "Nothing was taken in.".into(),
        faults,
    }));
    stage.says("From file: people.csv").says("^ Nothing was taken in.").says("line 2, email: it is wrong");
    stage.says("line 4: it is wrong").says("… and 2 more");
}

#[test]
fn groups_for_all_go_to_rows_without_their_own() {
    let mut stage = stage();
    stage.paste("bo@x.test").looked();
    stage.keys("<Tab><Tab><Tab>Desk<Enter>");
    assert_eq!(drafts(&stage)[0].groups, [GroupId(1)]);
}

#[test]
fn a_message_is_sent_with_each_and_asks_for_no_plan() {
    let mut stage = stage();
    stage.paste("bo@x.test").looked().keys("<Tab><Tab><Tab><Tab>Welcome!<Tab>");
    assert!(stage.quiet(), "{:?}", stage.open_calls());
    stage.keys("<Enter>");
    assert_eq!(drafts_of(stage.begun_kind())[0].message, Some("Welcome!".into()));
}

#[test]
fn more_than_twenty_are_sent_only_after_their_number_is_typed() {
    let mut stage = stage();
    stage.paste(&(0..30).map(|i| format!("m{i}@x.test ")).collect::<String>()).looked();
    stage.says("Type 30 to confirm").keys("<Enter>").says("Type 30 to confirm: ");
    stage.keys("30<Enter>");
    let (first, key) = stage.begun();
    stage.answer(offline()).says("Nothing you typed is lost").keys("<Enter>");
    assert_eq!(stage.begun(), (first, key));
}

#[test]
fn when_the_workspace_moved_on_the_rows_that_changed_are_shown() {
    let mut stage = stage();
    stage.paste("bo@x.test al@x.test").looked().keys("<Enter>").answer(stale());
    stage.look(&["al@x.test"], &[]);
    stage
        .says("Nothing was sent: the workspace has changed since the plan was made. Rows that changed: 1")
        .says("changed since: already a member");
    assert!(stage.quiet());
}

#[test]
fn five_thousand_addresses_are_taken_in_without_a_wait() {
    let mut stage = stage();
    let text: String = (0..5_000).map(|i| format!("Member {i} <m{i}@x.test>, ")).collect();
    stage.paste(&text);
    assert_eq!(emails(&stage).len(), 5_000);
    stage.looked().says("5 000 to invite").keys("<PgDn><End>").says("m4999@x.test");
    assert!(stage.text().lines().count() < 40, "only what is in sight is given to be drawn");
    stage.paste(&text.replace("@x.", "@y.")).paste("one@more.test").says("1 more had no room");
}

#[test]
fn what_is_to_be_known_has_the_room_that_no_name_and_no_group_needs() {
    let why = "already a member";
    for (size, columns) in [((80, 24), 4), ((100, 30), 6), ((120, 34), 6)] {
        let mut stage = stage();
        stage.size = size;
        stage.paste("ada@northwind.test bo@x.test").look(&["ada@northwind.test"], &[]);
        let view = stage.view();
        let mut lists =
            view.parts.iter().filter_map(|part| if let Part::List(list) = part { Some(list) } else { None });
        let list = lists.next_back().unwrap();
        let widths: Vec<u16> = list.columns.iter().map(|column| column.width).collect();
        assert_eq!(widths.len(), columns, "{widths:?}");
        let last = usize::from(widths[columns - 1]);
        assert!(size.0 < 100 || last >= why.len(), "{why} is cut at {size:?}: {widths:?}");
        assert_eq!(list.rows[0].cells[columns - 1].text(), why);
        assert_eq!(widths[1], 18, "an address is as wide as it is: {widths:?}");
    }
}
