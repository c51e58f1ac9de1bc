//! `rolecall invitations` and `rolecall invite`: as their users type them.

use super::{code, csv, err, home_with, json, out, pty::Session, rolecall};
use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
};

/// Ann, and three invitations of hers.
fn invited() -> tempfile::TempDir {
    let home = home_with(super::TWO);
    let done = rolecall(
        home.path(),
        &["invite", "--role", "Viewer", "--yes", "-o", "csv", "da@acme.test", "=cmd@acme.test", "zu@partner.test"],
        "",
    );
    assert_eq!(code(&done), 0, "{}", err(&done));
    home
}

fn list(home: &Path, flags: &[&str]) -> std::process::Output {
    rolecall(home, &[&["invitations", "list"], flags].concat(), "")
}

#[test]
fn people_are_invited_by_address_and_each_has_a_link() {
    let home = home_with(super::TWO);
    let done = rolecall(home.path(), &["invite", "-", "--role", "viewer", "--yes", "-o", "json"], "da@acme.test\n\n");
    assert_eq!(code(&done), 0, "{}", err(&done));
    let data = json(&done);
    assert_eq!(data["rows"].as_array().unwrap().len(), 1);
    assert_eq!(data["rows"][0]["state"], "done");
    assert!(data["rows"][0]["link"].as_str().unwrap().starts_with("http://127.0.0.1"), "{data}");
    assert!(err(&done).contains("works on this machine only"), "how far the links reach is said: {}", err(&done));
}

#[test]
fn a_line_may_say_more_of_a_person_than_the_address() {
    let home = home_with(super::TWO);
    let lines = "Da Vinci, da@acme.test, designer\nZu Li <zu@acme.test>, Bern <bern@acme.test>\n";
    let done = rolecall(home.path(), &["invite", "-", "--role", "Viewer", "--yes"], lines);
    assert_eq!(code(&done), 0, "{}", err(&done));
    let listed = list(home.path(), &["-o", "csv"]);
    assert!(out(&listed).contains("da@acme.test,Da Vinci,Designer"), "{}", out(&listed));
    assert!(out(&listed).contains("bern@acme.test,Bern,Viewer"), "{}", out(&listed));
    let wrong = rolecall(home.path(), &["invite", "-", "--role", "Viewer", "--yes"], "cy@acme.test, Boss, Sales\n");
    assert_eq!(code(&wrong), 1);
    assert!(err(&wrong).contains("-:1: cy@acme.test: “Sales” is neither a role nor a group here"), "{}", err(&wrong));
}

#[test]
fn lists_as_mail_programs_have_them_are_read_like_files_of_columns() {
    let mails = "Da Vinci <da@acme.test>, \"Li, Zu\" <zu@acme.test>; bern@acme.test;\n";
    let table = "name,e-mail\nDa Vinci,da@acme.test\n\"Li, Zu\",zu@acme.test\n,bern@acme.test\n";
    let expected = [["da@acme.test", "Da Vinci"], ["zu@acme.test", "Li, Zu"], ["bern@acme.test", ""]];
    for from in [&["-"][..], &["--file", "-"], &["--file", "people"]] {
        for people in [mails, table] {
            let home = home_with(super::TWO);
            fs::write(home.path().join("people"), people).unwrap();
            let done = rolecall(home.path(), &[&["invite", "--role", "Viewer", "--yes"], from].concat(), people);
            assert_eq!(code(&done), 0, "{from:?} {people}: {}", err(&done));
            let rows = csv(out(&list(home.path(), &["-o", "csv", "--sort", "created"])));
            let mut invited: Vec<&[String]> = rows[1..].iter().map(|row| &row[..2]).collect();
            invited.sort_by_key(|row| expected.iter().position(|one| one[..] == **row));
            assert_eq!(invited, expected, "{from:?} {people}");
        }
    }
}

#[test]
fn lines_are_numbered_as_they_stand_there() {
    let home = home_with(super::TWO);
    let said = "“Sales” is neither a role nor a group here";
    let invite =
        |args: &[&str], input| rolecall(home.path(), &[&["invite", "--role", "Viewer", "--yes"], args].concat(), input);
    for args in [&["-"][..], &["--file", "-"], &["ed@acme.test", "-"]] {
        let wrong = invite(args, "\n\r\nda@acme.test\n\ncy@acme.test, Boss, Sales\n");
        assert_eq!((code(&wrong), out(&wrong)), (1, ""), "{args:?}");
        assert!(err(&wrong).contains(&format!("-:5: cy@acme.test: {said}\n")), "{args:?}: {}", err(&wrong));
    }
    let wrong = invite(&["ed@acme.test", "cy@acme.test, Boss, Sales"], "");
    assert!(err(&wrong).contains(&format!("argument:2: cy@acme.test: {said}\n")), "{}", err(&wrong));
    let nobody = invite(&["--file", "-"], "\n\n");
    assert_eq!((code(&nobody), out(&nobody)), (1, ""));
    assert!(err(&nobody).contains("there is nobody in this file"), "{}", err(&nobody));
    let nobody = invite(&["-"], "\n\n");
    assert_eq!((code(&nobody), out(&nobody)), (0, ""), "an empty list is no failure");
    assert_eq!(err(&nobody), "nothing to change\n");
    assert_eq!(code(&invite(&[""], "")), 2, "an unset variable is one");
}

#[test]
fn a_file_that_cannot_be_read_is_told_before_anybody_is_asked() {
    let home = home_with(super::TWO);
    let wrong = rolecall(home.path(), &["invite", "--role", "Viewer", "--file", "missing.csv"], "");
    assert_eq!((code(&wrong), out(&wrong)), (1, ""));
    assert!(err(&wrong).contains("missing.csv") && !err(&wrong).contains("--yes"), "{}", err(&wrong));
}

#[test]
fn an_address_given_twice_is_told_wherever_it_comes_from() {
    for (args, input) in [
        (&["ed@acme.test", "ED@acme.test"][..], ""),
        (&["-"], "ed@acme.test\nED@acme.test\n"),
        (&["--file", "-"], "email\ned@acme.test\nED@acme.test\n"),
    ] {
        let home = home_with(super::TWO);
        let done = rolecall(home.path(), &[&["invite", "--role", "Viewer", "--yes"], args].concat(), input);
        assert_eq!(code(&done), 3, "{args:?}: {}", err(&done));
        assert!(err(&done).contains("– ED@acme.test: skipped: "), "{args:?}: {}", err(&done));
        assert_eq!(out(&list(home.path(), &["-o", "name"])), "ed@acme.test\n");
    }
}

#[test]
fn a_link_from_the_shell_works_whenever_rolecall_is_open() {
    let home = home_with(super::TWO);
    let link = |email: &str| {
        let args = ["invite", email, "--role", "Viewer", "--yes", "-o", "json"];
        let done = rolecall(home.path(), &args, "");
        json(&done)["rows"][0]["link"].as_str().unwrap().to_owned()
    };
    let first = link("da@acme.test");
    let mut console = Session::rolecall(home.path(), &[]);
    console.shows("● live");
    let second = link("ed@acme.test");
    for link in [first, second] {
        let place = link.strip_prefix("http://").unwrap();
        let (address, path) = place.split_once('/').unwrap();
        let mut backend = TcpStream::connect(address).expect("the console listens there");
        write!(backend, "GET /{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
        let mut page = String::new();
        backend.read_to_string(&mut page).unwrap();
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    }
    console.press("q");
    assert_eq!(console.ends(), 0, "{}", console.text());
}

#[test]
fn links_that_nobody_saw_are_shown_by_a_later_run() {
    let home = home_with(super::TWO);
    let args = ["invite", "da@acme.test", "ed@acme.test", "--role", "Viewer", "--yes", "-o", "json"];
    let done = rolecall(home.path(), &args, "");
    let links = |answer: &std::process::Output| {
        let rows = json(answer)["rows"].as_array().unwrap().clone();
        rows.into_iter().map(|row| row["link"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let made = links(&done);
    assert_eq!(made.len(), 2);
    assert_eq!(links(&rolecall(home.path(), &["changes", "show", "2", "-o", "json"], "")), made);

    // Another workspace in the same folder makes others, be it the same change of the same people.
    for name in ["rolecall.db", "rolecall.db-queue"] {
        fs::remove_file(super::data(home.path()).join(name)).unwrap();
    }
    super::import(home.path(), &[], super::TWO);
    let others = links(&rolecall(home.path(), &args, ""));
    assert!(others.iter().all(|link| !made.contains(link)), "{others:?}");
}

#[test]
fn links_that_could_not_be_printed_are_told_where_to_see() {
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    let home = home_with(super::TWO);
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args(["invite", "da@acme.test", "--role", "Viewer", "--yes", "-o", "csv"])
        .env_clear()
        .env("HOME", home.path())
        .stdin(std::process::Stdio::null())
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(code(&done), 3, "it is done, and not told: {}", err(&done));
    assert!(err(&done).ends_with("links again with: rolecall changes show 2 -o csv\n"), "{}", err(&done));
    assert!(!err(&done).contains("Give each link"), "nobody has seen one: {}", err(&done));
    let shown = rolecall(home.path(), &["changes", "show", "2", "-o", "csv"], "");
    assert!(csv(out(&shown))[1][6].starts_with("http://"), "{}", out(&shown));
}

#[test]
fn who_cannot_be_invited_is_left_out_and_the_exit_code_says_partly() {
    let home = home_with(super::TWO);
    fs::write(home.path().join("new.csv"), "email,name,role\nda@acme.test,Da,Viewer\nbo@acme.test,Bo,\n").unwrap();
    let args = ["invite", "--file", "new.csv", "--role", "Designer"];
    let plan = rolecall(home.path(), &[&args[..], &["--dry-run", "-o", "csv"]].concat(), "");
    assert_eq!(code(&plan), 0, "{}", err(&plan));
    let rows = csv(out(&plan));
    assert_eq!(
        (rows[1][0].as_str(), rows[1][1].as_str(), rows[1][3].as_str()),
        ("da@acme.test", "done", "sent, pending, link valid for 7 days, Viewer")
    );
    assert_eq!((rows[2][0].as_str(), rows[2][1].as_str()), ("bo@acme.test", "skipped"));
    assert!(out(&list(home.path(), &["-o", "name"])).is_empty(), "a plan changes nothing");
    let done = rolecall(home.path(), &[&args[..], &["--yes"]].concat(), "");
    assert_eq!(code(&done), 3, "{}", err(&done));
    assert!(err(&done).contains("bo@acme.test: skipped: already a member"), "{}", err(&done));
    assert_eq!(out(&list(home.path(), &["-o", "name"])), "da@acme.test\n");
}

#[test]
fn a_fault_of_the_file_is_told_by_line_and_nobody_is_invited() {
    let home = home_with(super::TWO);
    let file = "email,role,groups\nda@acme.test,Vewer,\nfy@acme.test,Viewer,Nowhere\n";
    let wrong = rolecall(home.path(), &["invite", "--file", "-", "--yes"], file);
    assert_eq!((code(&wrong), out(&wrong)), (1, ""));
    assert!(err(&wrong).contains("-:2: role: no role “Vewer”; did you mean Viewer?"), "{}", err(&wrong));
    assert!(err(&wrong).contains("-:3: groups: no group “Nowhere”"), "{}", err(&wrong));
    assert!(out(&list(home.path(), &["-o", "name"])).is_empty());
    let none = rolecall(home.path(), &["invite", "da@acme.test", "--yes"], "");
    assert_eq!(code(&none), 2, "no role at all: {}", err(&none));
}

#[test]
fn what_an_invitation_cannot_be_is_wrong_usage_and_nobody_is_invited() {
    let home = home_with(super::TWO);
    let wrong = |args: &[&str]| {
        let wrong = rolecall(home.path(), &[&["invite", "da@acme.test", "--yes"], args].concat(), "");
        assert_eq!((code(&wrong), out(&wrong)), (2, ""), "{args:?}: {}", err(&wrong));
        err(&wrong).to_owned()
    };
    for days in ["0", "-3", "366", "soon", "1.5", ""] {
        let told = wrong(&["--role", "Viewer", "--days", days]);
        assert!(told.contains("an invitation link is valid for 1 to 365 days; pass a whole number"), "{days}: {told}");
    }
    assert!(wrong(&["--role", "Viewer", "--message", &"x".repeat(2_001)]).contains("at most 2000 characters"));
    assert_eq!(wrong(&["--role", "Vewer"]), "rolecall: no role “Vewer”; did you mean Viewer?\n");
    let told = wrong(&["--role", "Viewer", "--group", "Nowhere"]);
    assert_eq!(told, "rolecall: no group “Nowhere”; there are none yet\n");
    assert!(out(&list(home.path(), &["-o", "name"])).is_empty());
    let sent = rolecall(home.path(), &["invite", "da@acme.test", "--role", "Viewer", "--days", "365", "--yes"], "");
    assert_eq!(code(&sent), 0, "{}", err(&sent));
}

#[test]
fn the_board_is_listed_in_every_form() {
    let home = invited();
    assert_eq!(
        out(&list(home.path(), &["-o", "name", "--sort", "email"])),
        "=cmd@acme.test\nda@acme.test\nzu@partner.test\n"
    );
    let table = list(home.path(), &["--flag", "foreign"]);
    assert_eq!((out(&table).lines().count(), code(&table)), (2, 0), "{}", out(&table));
    let told = ["in 7 d", "in 6 d"].iter().any(|left| out(&table).contains(left));
    assert!(out(&table).contains("zu@partner.test") && told, "seven days, or a moment less: {}", out(&table));
    let data = json(&list(home.path(), &["-o", "json", "--filter", "partner"]));
    assert_eq!((data.as_array().unwrap().len(), &data[0]["email"]), (1, &"zu@partner.test".into()));
    let none = list(home.path(), &["--flag", "expired", "-o", "json"]);
    assert_eq!((code(&none), json(&none)), (0, serde_json::json!([])));
    assert_eq!(err(&none), "no matching invitations\n");
    assert_eq!(err(&list(home_with(super::TWO).path(), &[])), "no open invitations\n");
    let wrong = list(home.path(), &["--flag", "gone"]);
    assert_eq!((code(&wrong), out(&wrong)), (2, ""));
    let (_, flags) = err(&wrong).trim_end().split_once("the flags are ").expect("the flags");
    let listed = format!("Those with this flag: {};", flags.replace("and ", ""));
    let help = rolecall(home.path(), &["invitations", "list", "--help"], "");
    assert!(out(&help).split_whitespace().collect::<Vec<_>>().join(" ").contains(&listed), "{listed} {}", out(&help));
    let wrong = list(home.path(), &["--sort", "-shoe"]);
    assert_eq!((code(&wrong), out(&wrong)), (2, ""));
    let columns = err(&wrong).trim_end().strip_prefix("rolecall: sort by one of: ").expect("the columns").to_owned();
    assert!(out(&help).contains(&format!("Columns of --sort: {columns}.")), "{columns}: {}", out(&help));
}

#[test]
fn what_is_settled_runs_out_no_more_and_moments_are_alike_in_every_form() {
    let home = invited();
    let cancelled = rolecall(home.path(), &["invitations", "cancel", "da@acme.test", "--yes"], "");
    assert_eq!(code(&cancelled), 0, "{}", err(&cancelled));
    let settled = ["--filter", "status:cancelled"];
    let table = list(home.path(), &settled);
    assert!(out(&table).contains("cancelled  —  "), "{}", out(&table));
    let rows = csv(out(&list(home.path(), &[&settled[..], &["-o", "csv"]].concat())));
    let data = json(&list(home.path(), &[&settled[..], &["-o", "json"]].concat()));
    assert!(rows[1][6].ends_with('Z') && rows[0][6] == "created", "{rows:?}");
    assert_eq!([&data[0]["created_at"], &data[0]["expires_at"]], [rows[1][6].as_str(), rows[1][7].as_str()]);
}

#[test]
fn what_is_exported_starts_no_formula_and_is_read_again_as_it_was() {
    let home = invited();
    let named = "email,name,role\nzed@acme.test,\"Team;=1+1, Zed\",Viewer\n";
    let done = rolecall(home.path(), &["invite", "-", "--yes"], named);
    assert_eq!(code(&done), 0, "{}", err(&done));
    let exported = list(home.path(), &["-o", "csv"]);
    let rows = csv(out(&exported));
    assert!(out(&exported).contains(",\"Team;'=1+1, Zed\","), "{}", out(&exported));
    assert!(rows.iter().any(|row| row[0] == "'=cmd@acme.test"), "{rows:?}");
    let people: Vec<Vec<String>> = rows.iter().map(|row| row[..4].to_vec()).collect();
    let gone = rolecall(home.path(), &["invitations", "cancel", "--all", "--yes"], "");
    assert_eq!(code(&gone), 0, "{}", err(&gone));
    assert!(out(&list(home.path(), &["-o", "name"])).is_empty());
    let again = rolecall(home.path(), &["invite", "--file", "-", "--yes"], out(&exported));
    assert_eq!(code(&again), 0, "{}", err(&again));
    let back = csv(out(&list(home.path(), &["-o", "csv"])));
    let back: Vec<Vec<String>> = back.iter().map(|row| row[..4].to_vec()).collect();
    assert_eq!(back, people);
}

#[test]
fn text_from_outside_is_harmless_on_a_terminal_in_every_form() {
    let home = home_with(super::TWO);
    let plan = ["invite", "d\u{202e}a\u{200b}\u{e0041}@acme.test", "--role", "Viewer", "--dry-run", "-o"];
    let shown = "d‹U+202E›a‹U+200B›‹U+E0041›@acme.test";
    for (format, shown) in
        [("table", shown), ("wide", shown), ("csv", shown), ("json", "d\\u202ea\\u200b\\udb40\\udc41")]
    {
        let mut session = Session::rolecall(home.path(), &[&plan[..], &[format]].concat());
        assert_eq!(session.ends(), 0);
        session.shows(shown);
        let written = String::from_utf8(session.written.clone()).unwrap();
        assert!(!written.contains(['\u{202e}', '\u{200b}', '\u{e0041}']), "{format}: {written:?}");
    }
    let piped = rolecall(home.path(), &[&plan[..], &["csv"]].concat(), "");
    assert!(out(&piped).contains("\nd\u{202e}a\u{200b}\u{e0041}@acme.test,"), "as it is: {}", out(&piped));
}

#[test]
fn names_of_one_command_are_the_rows_of_the_next() {
    let home = invited();
    let names = list(home.path(), &["--filter", "domain:acme.test", "-o", "name"]);
    let sent = rolecall(home.path(), &["invitations", "resend", "-", "--yes", "-o", "csv"], out(&names));
    assert_eq!(code(&sent), 0, "{}", err(&sent));
    let rows = csv(out(&sent));
    assert_eq!(rows[0], ["row", "name", "state", "before", "after", "reason", "link"]);
    assert_eq!(rows.len(), 3);
    assert!(rows[1..].iter().all(|row| row[2] == "done" && row[6].starts_with("http://")), "{rows:?}");
    let named = rolecall(home.path(), &["invitations", "resend", "da@acme.test", "--yes", "-o", "name"], "");
    assert_eq!((code(&named), out(&named)), (0, "da@acme.test\n"));
    assert!(!err(&named).contains("link"), "none is shown: {}", err(&named));
    let undo = rolecall(home.path(), &["changes", "undo", "3", "--yes"], "");
    assert_eq!((code(&undo), out(&undo)), (6, ""), "nothing of it can be taken back: {}", err(&undo));
    assert!(err(&undo).contains("this kind of change cannot be undone"), "{}", err(&undo));
    let sends = json(&list(home.path(), &["-o", "json", "--filter", "da@acme.test"]));
    assert_eq!(sends[0]["sends"], 3);
    let nobody = rolecall(home.path(), &["invitations", "resend", "-", "--yes", "-o", "json"], "\n");
    assert_eq!((code(&nobody), json(&nobody)["rows"].as_array().unwrap().len()), (0, 0), "an empty list is no failure");
}

#[test]
fn an_address_that_is_not_invited_is_one_sentence_with_the_nearest() {
    let home = invited();
    let wrong = rolecall(home.path(), &["invitations", "cancel", "daa@acme.test", "--yes"], "");
    assert_eq!((code(&wrong), out(&wrong)), (1, ""));
    assert_eq!(err(&wrong), "rolecall: no invitation for daa@acme.test; did you mean da@acme.test?\n");
}

#[test]
fn invitations_that_are_made_again_show_their_new_links() {
    let home = invited();
    for _ in 0..2 {
        let undo = rolecall(home.path(), &["changes", "undo", "--yes"], "");
        assert_eq!(code(&undo), 0, "{}", err(&undo));
        assert_eq!(out(&undo).contains("/join/"), err(&undo).contains("Redo"), "{}{}", out(&undo), err(&undo));
    }
    let listed = list(home.path(), &["-o", "name"]);
    assert_eq!(out(&listed).lines().count(), 3, "{}", out(&listed));
}
