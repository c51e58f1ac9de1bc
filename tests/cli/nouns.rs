//! `rolecall users`, `groups`, `grants` and `invitations edit`: one change each, planned and recorded as any other.

use super::{beside, code, csv, err, home_with, home_with_marketers, json, out, pty::Session, rolecall};
use sqlx::{Connection, raw_sql};
use std::path::Path;

/// Runs a command that must end well.
fn done(home: &Path, args: &[&str]) -> std::process::Output {
    let done = rolecall(home, args, "");
    assert_eq!(code(&done), 0, "{args:?}: {}", err(&done));
    done
}

/// A column of the members, by address.
fn members(home: &Path, column: usize) -> Vec<(String, String)> {
    let rows = csv(out(&done(home, &["users", "list", "-o", "csv"])));
    rows[1..].iter().map(|row| (row[0].clone(), row[column].clone())).collect()
}

fn of(all: &[(String, String)], email: &str) -> String {
    all.iter().find(|(one, _)| one == email).map_or_else(String::new, |(_, value)| value.clone())
}

#[test]
fn members_are_deactivated_reactivated_removed_and_renamed() {
    let home = home_with(super::TWO);
    let home = home.path();
    let plan = done(home, &["users", "deactivate", "bo@acme.test", "--dry-run"]);
    assert!(out(&plan).contains("bo@acme.test  active → deactivated"), "{}", out(&plan));
    let deactivated = done(home, &["users", "deactivate", "bo@acme.test", "--reason", "OPS-1", "--yes"]);
    assert!(err(&deactivated).contains("Deactivate bo@acme.test: done; undo with"), "{}", err(&deactivated));
    assert_eq!(of(&members(home, 4), "bo@acme.test"), "deactivated");
    done(home, &["users", "reactivate", "--filter", "status:deactivated", "--yes"]);
    assert_eq!(of(&members(home, 4), "bo@acme.test"), "active");
    done(home, &["users", "rename", "bo@acme.test", "Bo Lindqvist", "--yes"]);
    assert_eq!(of(&members(home, 1), "bo@acme.test"), "Bo Lindqvist");
    let listed = done(home, &["users", "list"]);
    assert!(out(&listed).contains("ann@acme.test                owner"), "{}", out(&listed));
    done(home, &["users", "remove", "bo@acme.test", "cy@acme.test", "--yes"]);
    assert_eq!(members(home, 1).len(), 1);
    let shown = json(&done(home, &["changes", "show", "4", "-o", "json"]));
    assert_eq!(shown["rows"][0]["after"][0]["name"], "Bo Lindqvist", "{shown}");
    let owner = rolecall(home, &["users", "deactivate", "ann@acme.test", "--yes"], "");
    assert_eq!(code(&owner), 6, "{}", err(&owner));
    let long = rolecall(home, &["users", "rename", "ann@acme.test", " ", "--yes"], "");
    assert_eq!(code(&long), 2, "{}", err(&long));
    assert!(err(&long).contains("name: required"), "{}", err(&long));
}

#[test]
fn whoever_is_deactivated_is_typed() {
    let home = home_with_marketers(2);
    let home = home.path();
    for (typed, exit) in [("y\r", 1), ("p2@acme.test\r", 1), ("P1@acme.test\r", 0)] {
        let mut session = Session::rolecall(home, &["users", "deactivate", "p1@acme.test"]);
        session.shows("Type p1@acme.test to apply");
        session.press(typed);
        assert_eq!(session.ends(), exit, "{typed:?}: {}", session.text());
    }
    for (typed, exit) in [("y\r", 1), ("2\r", 1), ("remove 2\r", 0)] {
        let mut session = Session::rolecall(home, &["users", "remove", "p1@acme.test", "p2@acme.test"]);
        session.shows("Type remove 2 to apply");
        session.press(typed);
        assert_eq!(session.ends(), exit, "{typed:?}: {}", session.text());
    }
}

#[test]
fn ones_own_last_change_is_undone_whatever_it_was_and_never_an_older_one() {
    let home = home_with(super::TWO);
    let home = home.path();
    done(home, &["role", "set", "Designer", "bo@acme.test", "--yes"]);
    done(home, &["users", "rename", "bo@acme.test", "Bo Lindqvist", "--yes"]);
    let plan = done(home, &["changes", "undo", "--dry-run"]);
    assert!(err(&plan).contains("your last change, 3: Rename bo@acme.test to Bo Lindqvist"), "{}", err(&plan));
    assert!(out(&plan).contains("Bo Lindqvist → Bo Li"), "{}", out(&plan));
    done(home, &["changes", "undo", "--yes"]);
    assert_eq!(of(&members(home, 1), "bo@acme.test"), "Bo Li");
    assert_eq!(of(&members(home, 2), "bo@acme.test"), "Designer", "the older change stays");
    let listed = done(home, &["changes", "list"]);
    for line in ["Undo 3: Rename bo@acme.test to Bo Lindqvist", "Role → Designer: bo@acme.test", "Import"] {
        assert!(out(&listed).contains(line), "{}", out(&listed));
    }
    // What cannot be undone stops it; nothing older is taken.
    done(home, &["invite", "da@acme.test", "--role", "Viewer", "--yes"]);
    done(home, &["invitations", "resend", "da@acme.test", "--yes"]);
    let never = rolecall(home, &["changes", "undo", "--yes"], "");
    assert_eq!((code(&never), out(&never)), (6, ""), "{}", err(&never));
    assert!(err(&never).contains("this kind of change cannot be undone"), "{}", err(&never));
    assert_eq!(out(&done(home, &["invitations", "list", "-o", "name"])), "da@acme.test\n");
}

#[test]
fn groups_are_made_edited_filled_and_deleted() {
    let home = home_with(super::TWO);
    let home = home.path();
    let made = ["groups", "create", "Partners", "--capability", "content.write", "--leader", "bo@acme.test", "--yes"];
    done(home, &made);
    let taken = rolecall(home, &["groups", "create", "partners", "--yes"], "");
    assert_eq!(code(&taken), 6, "{}", err(&taken));
    assert!(err(&taken).contains("already exists"), "{}", err(&taken));
    let added = rolecall(home, &["groups", "add", "partners", "-", "--yes"], "bo@acme.test\ncy@acme.test\n");
    assert_eq!(code(&added), 0, "{}", err(&added));
    assert_eq!(of(&members(home, 3), "cy@acme.test"), "Partners");
    let edit = ["groups", "edit", "Partners", "--name", "Print Partners", "--remove-capability", "content.write"];
    let plan = done(home, &[&edit[..], &["--dry-run"]].concat());
    assert!(out(&plan).contains("affected member") && out(&plan).contains("cy@acme.test"), "{}", out(&plan));
    let rows = csv(out(&done(home, &[&edit[..], &["--dry-run", "-o", "csv"]].concat())));
    assert!(rows.iter().any(|row| row[0] == "cy@acme.test" && row[1] == "affected" && row[5] == "content.write"));
    done(home, &[&edit[..], &["--no-leader", "--yes"]].concat());
    let groups = csv(out(&done(home, &["groups", "list", "-o", "csv"])));
    assert_eq!(groups[1], ["Print Partners", "", "2", "", ""]);
    done(home, &["groups", "remove", "Print Partners", "--filter", "cy", "--yes"]);
    assert_eq!(of(&members(home, 3), "cy@acme.test"), "");
    done(home, &["groups", "delete", "Print Partners", "--reason", "over", "--yes"]);
    assert_eq!(out(&done(home, &["groups", "list", "-o", "name"])), "");
    let wrong = rolecall(home, &["groups", "delete", "Print Partners", "--yes"], "");
    assert_eq!((code(&wrong), err(&wrong)), (2, "rolecall: no group “Print Partners”; there are none yet\n"));
    let nothing = rolecall(home, &["groups", "edit", "Partners", "--yes"], "");
    assert_eq!(code(&nothing), 2, "{}", err(&nothing));
}

#[test]
fn folders_are_made_and_listed_by_path() {
    let home = home_with(super::TWO);
    let home = home.path();
    let none = done(home, &["folders", "list"]);
    assert_eq!((out(&none), err(&none)), ("", "no folders yet\n"));
    let make = ["folders", "create", "Northwind", "--reason", "OPS-3"];
    let plan = done(home, &[&make[..], &["--dry-run"]].concat());
    assert!(out(&plan).contains("Northwind"), "{}", out(&plan));
    assert_eq!(out(&done(home, &["folders", "list", "-o", "name"])), "", "a dry run makes nothing");
    done(home, &[&make[..], &["--yes"]].concat());
    done(home, &["folders", "create", "Campaigns", "--parent", "northwind", "--yes"]);
    let autumn = ["folders", "create", "Autumn", "--parent", "Northwind/Campaigns", "--kind", "Campaign", "--yes"];
    done(home, &autumn);
    let taken = rolecall(home, &["folders", "create", "autumn", "--parent", "Campaigns", "--yes"], "");
    assert_eq!(code(&taken), 6, "{}", err(&taken));
    assert!(err(&taken).contains("autumn: left out: autumn already exists"), "{}", err(&taken));
    let rows = csv(out(&done(home, &["folders", "list", "-o", "csv"])));
    assert_eq!(rows[0], ["path", "kind", "owner", "allows", "denies", "fence"]);
    assert_eq!(rows[3], ["Northwind/Campaigns/Autumn", "campaign", "", "0", "0", ""]);
    assert!(out(&done(home, &["folders", "list", "-o", "json"])).contains("\"kind\":\"campaign\""));
    let listed = done(home, &["changes", "list"]);
    assert!(out(&listed).contains("New folder Autumn in Campaigns"), "{}", out(&listed));
    for (option, value, told) in [
        ("--kind", "campain", "no kind of folder “campain”; did you mean campaign?"),
        ("--parent", "Northwest", "no folder “Northwest”; did you mean Northwind?"),
    ] {
        let wrong = rolecall(home, &["folders", "create", "New", option, value, "--yes"], "");
        assert_eq!(code(&wrong), 2, "{}", err(&wrong));
        assert!(err(&wrong).contains(told), "{}", err(&wrong));
    }
    done(home, &["changes", "undo", "--yes"]);
    assert_eq!(out(&done(home, &["folders", "list", "-o", "name"])), "Northwind\nNorthwind/Campaigns\n");
}

#[tokio::test]
async fn capabilities_are_allowed_and_denied_in_folders() {
    let home = home_with(super::TWO);
    let mut beside = beside(home.path()).await;
    let folders =
        "INSERT INTO folders (workspace_id, name, name_key, kind) VALUES (1, 'Northwind', 'northwind', 'folder')";
    raw_sql(folders).execute(&mut beside).await.unwrap();
    beside.close().await.unwrap();
    let home = home.path();
    done(home, &["groups", "create", "Partners", "--yes"]);
    let grant = |verb: &'static str, args: &[&'static str]| {
        [&["grants", verb, "content.write", "--folder", "northwind"][..], args].concat()
    };
    let plan = done(home, &grant("allow", &["cy@acme.test", "--expires", "+30d", "--dry-run"]));
    assert!(out(&plan).contains("allow Content · edit in Northwind until"), "{}", out(&plan));
    done(home, &grant("allow", &["cy@acme.test", "--reason", "OPS-2", "--yes"]));
    done(home, &grant("deny", &["--group", "Partners", "--yes"]));
    let listed = done(home, &["changes", "list"]);
    assert!(out(&listed).contains("Deny Content · edit in Northwind: Partners"), "{}", out(&listed));
    let none = rolecall(home, &grant("remove", &["cy@acme.test", "--effect", "deny", "--yes"]), "");
    assert_eq!((code(&none), err(&none)), (1, "rolecall: no matching grants in this folder\n"));
    done(home, &grant("remove", &["cy@acme.test", "--yes"]));
    done(home, &grant("remove", &["--group", "Partners", "--yes"]));
    for (args, told) in [
        (["grants", "allow", "content.wrte", "--folder", "Northwind"], "no capability “content.wrte”; did you mean"),
        (
            ["grants", "allow", "content.write", "--folder", "Northwest"],
            "no folder “Northwest”; did you mean Northwind?",
        ),
    ] {
        let wrong = rolecall(home, &[&args[..], &["cy@acme.test", "--yes"]].concat(), "");
        assert_eq!(code(&wrong), 2, "{}", err(&wrong));
        assert!(err(&wrong).contains(told), "{}", err(&wrong));
    }
}

#[test]
fn an_open_invitation_is_edited_and_keeps_what_is_not_named() {
    let home = home_with(super::TWO);
    let home = home.path();
    done(home, &["groups", "create", "Desk", "--yes"]);
    done(home, &["invite", "da@acme.test", "--role", "Viewer", "--group", "Desk", "--yes"]);
    done(home, &["invitations", "edit", "da@acme.test", "--role", "Designer", "--yes"]);
    let row = || csv(out(&done(home, &["invitations", "list", "-o", "csv"])))[1].clone();
    assert_eq!(row()[2..4], ["Designer", "Desk"]);
    let plan = done(home, &["invitations", "edit", "da@acme.test", "--no-groups", "--days", "30", "--dry-run"]);
    assert!(out(&plan).contains("link valid for 30 days"), "{}", out(&plan));
    done(home, &["invitations", "edit", "da@acme.test", "--no-groups", "--yes"]);
    assert_eq!(row()[2..4], ["Designer", ""]);
    assert_eq!(code(&rolecall(home, &["invitations", "edit", "da@acme.test", "--yes"], "")), 2, "nothing to change");
}
