//! What is pasted, and who that is.

use super::*;
use proptest::prelude::*;

fn known(word: &str) -> Option<Word> {
    match word.to_lowercase().as_str() {
        "viewer" | "designer" => Some(Word::Role),
        "content team" | "desk" => Some(Word::Group),
        _ => None,
    }
}

/// Who is on each line, as `address|name|roles|groups|stray`.
fn all(text: &str) -> Vec<String> {
    let join = |all: &[Text]| all.iter().map(Text::raw).collect::<Vec<_>>().join("+");
    let told = |one: &Person| {
        let name = one.name.as_ref().map_or("", Text::raw);
        let rest = [join(&one.roles), join(&one.groups), join(&one.stray)];
        format!("{}|{name}|{}", one.email.raw(), rest.join("|"))
    };
    read(text, known).iter().map(told).collect()
}

#[test]
fn the_address_is_known_by_its_shape_and_the_rest_by_what_it_names() {
    let whole = ["ada@x.test|Ada Lovelace|Viewer|Desk|"];
    for line in [
        "ada@x.test,Ada Lovelace,Viewer,Desk",
        "Ada Lovelace, ada@x.test, Viewer, Desk",
        "Viewer;Ada Lovelace;Desk;ada@x.test",
        "Ada Lovelace\tada@x.test\tDesk\tViewer",
        "Ada Lovelace <ada@x.test>, Viewer, Desk",
        "Ada Lovelace <ada@x.test>; Viewer; Desk;",
        "\"Ada Lovelace\" <mailto:ada@x.test>\tViewer\tDesk",
        "Ada Lovelace ada@x.test, Viewer, Desk",
        "\"Ada Lovelace\",\"ada@x.test\",\"Viewer\",\"Desk\"",
    ] {
        assert_eq!(all(line), whole, "{line}");
    }
    assert_eq!(all("ada@x.test Viewer"), ["ada@x.test||Viewer||"]);
    assert_eq!(all("ada@x.test,,designer,\"Content Team;Desk\""), ["ada@x.test||designer|Content Team+Desk|"]);
    assert_eq!(all("ada@x.test;Content Team, Desk"), ["ada@x.test|||Content Team+Desk|"]);
}

#[test]
fn lists_as_mail_programs_copy_them_are_people() {
    let two = ["ada@x.test|Ada Lovelace|||", "bo@x.test|Bo Li|||"];
    for list in [
        "Ada Lovelace <ada@x.test>, Bo Li <bo@x.test>",
        "\"Ada Lovelace\" <ada@x.test>; \"Bo Li\" <bo@x.test>;",
        "Ada Lovelace <ada@x.test>,\r\n Bo Li <bo@x.test>\r\n",
        "'Ada Lovelace' <ada@x.test>\r'Bo Li' <bo@x.test>",
        "Ada Lovelace, ada@x.test; Bo Li, bo@x.test",
    ] {
        assert_eq!(all(list), two, "{list}");
    }
    assert_eq!(
        all("Lovelace, Ada <ada@x.test>; Li, Bo <bo@x.test>;"),
        ["ada@x.test|Lovelace, Ada|||", "bo@x.test|Li, Bo|||"]
    );
    assert_eq!(all("Lovelace, Ada <ada@x.test>"), ["ada@x.test|Lovelace, Ada|||"]);
    assert_eq!(
        all("田中 太郎 <tanaka@x.test>、李 <li@x.test>；王 <w@x.test>"),
        ["tanaka@x.test|田中 太郎|||", "li@x.test|李|||", "w@x.test|王|||"]
    );
    for again in ["'ada@x.test' <ada@x.test>", "\"ada@x.test\" <Ada@x.test>", "<ada@x.test>", "ada@x.test,"] {
        assert_eq!(all(again).len(), 1, "{again}");
        assert!(all(again)[0].to_lowercase().starts_with("ada@x.test|||"), "{again}");
    }
}

#[test]
fn what_is_not_understood_is_kept_with_its_line() {
    assert_eq!(all("Ada, Sales, ada@x.test, Boss"), ["ada@x.test|Ada|||Sales+Boss"]);
    assert_eq!(all("Ada <ada@x.test>, Boss"), ["ada@x.test|Ada|||Boss"]);
    assert_eq!(all("Name,Address,Role\nBo <bo@"), ["Name,Address,Role||||", "bo@|Bo|||"]);
    assert_eq!(all(" \n;,\t\n"), Vec::<String>::new());
    let lines: Vec<u64> = read("a@x.test\r\n\r\nb@x.test, c@x.test", known).iter().map(|one| one.line).collect();
    assert_eq!(lines, [1, 3, 3]);
}

#[test]
fn any_mix_of_separators_is_read() {
    let five = ["a@x.test||||", "b@x.test||||", "c@x.test||||", "d@x.test||||", "e@x.test||||"];
    assert_eq!(all("a@x.test, b@x.test;c@x.test d@x.test\r\n\n e@x.test,\n"), five);
    assert_eq!(all("a@x.test\tb@x.test、<c@x.test>；mailto:d@x.test，(e@x.test)."), five);
}

/// RFC 5322 §3.4, and how far people are from it.
#[test]
fn names_and_lists_are_read_as_mails_have_them() {
    for (list, people) in [
        // Quoted strings, with what is escaped in them, and folded.
        (r#""O\"Neil, P" <p@x.test>"#, &[r#"p@x.test|O"Neil, P|||"#][..]),
        (r#""O""Neil, P" <p@x.test>, "A\\B" <b@x.test>"#, &[r#"p@x.test|O"Neil, P|||"#, r"b@x.test|A\B|||"]),
        ("\"Ann\r\n Lee\" <ann@x.test>\nbo@x.test", &["ann@x.test|Ann Lee|||", "bo@x.test||||"]),
        ("Ann \"Annie\" Lee <ann@x.test>", &["ann@x.test|Ann Annie Lee|||"]),
        ("\"Ruiz, Carla; CFO\" <c@x.test>, <d@x.test>", &["c@x.test|Ruiz, Carla; CFO|||", "d@x.test||||"]),
        ("ann@x.test (Ann Lee)", &["ann@x.test|Ann Lee|||"]),
        // Groups: what they are called is nobody's name.
        ("Team: g1@x.test, Bo Li <g2@x.test>;", &["g1@x.test||||", "g2@x.test|Bo Li|||"]),
        ("A Team: a@x.test;, c@x.test; \"B\":b@x.test;", &["a@x.test||||", "c@x.test||||", "b@x.test||||"]),
        ("A Group:Bo Li <b@x.test>,c@x.test;", &["b@x.test|Bo Li|||", "c@x.test||||"]),
        ("\"Dr: Li\" <li@x.test>", &["li@x.test|Dr: Li|||"]),
        ("Undisclosed recipients:;", &[]),
        ("Team:\na@x.test", &["a@x.test||||"]),
        ("To: Ann <a@x.test>, b@x.test\nCc:c@x.test", &["a@x.test|Ann|||", "b@x.test||||", "c@x.test||||"]),
        // What was left open takes nobody in.
        ("\"Ann Lee <ann@x.test>, bo@x.test", &["ann@x.test|Ann Lee|||", "bo@x.test||||"]),
        ("\"Ann <ann@x.test>, \"Bo\" <bo@x.test>", &["ann@x.test|Ann|||", "bo@x.test|Bo|||"]),
        ("\"Ann <ann@x.test>\n\"Bo\" <bo@x.test>", &["ann@x.test|Ann|||", "bo@x.test|Bo|||"]),
        ("Ann <ann@x.test, Bo <bo@x.test>", &["ann@x.test|Ann|||", "bo@x.test|Bo|||"]),
        ("5\" disks <ann@x.test>", &["ann@x.test|5 disks|||"]),
        // An address in quotes is one.
        ("\"ann@x.test\",\"Ann\"", &["ann@x.test|Ann|||"]),
        ("\"Li, Bo <bo@x.test>\",Viewer", &["bo@x.test|Li, Bo|Viewer||"]),
        ("\"Ann (ann@x.test)\" <ann@x.test>", &["ann@x.test|Ann|||"]),
        ("\"old@x.test\" <new@x.test>", &["old@x.test||||", "new@x.test||||"]),
        ("\"a b\"@x.test, Bo <\"a; b\"@x.test>", &["\"a b\"@x.test||||", "\"a; b\"@x.test|Bo|||"]),
    ] {
        assert_eq!(all(list), people, "{list}");
    }
}

#[test]
fn what_stands_between_addresses_is_about_one_of_them() {
    for (list, people) in [
        ("Ann,ann@x.test,ann2@x.test", &["ann@x.test|Ann|||", "ann2@x.test||||"][..]),
        ("Ann, ann@x.test, Bo, bo@x.test", &["ann@x.test|Ann|||", "bo@x.test|Bo|||"]),
        ("ann@x.test, Ann, bo@x.test, Bo", &["ann@x.test|Ann|||", "bo@x.test|Bo|||"]),
        ("Ann ann@x.test Bo Li bo@x.test", &["ann@x.test|Ann|||", "bo@x.test|Bo Li|||"]),
        ("ann@x.test Viewer bo@x.test Designer", &["ann@x.test||Viewer||", "bo@x.test||Designer||"]),
        ("ann@x.test Bo <bo@x.test>", &["ann@x.test||||", "bo@x.test|Bo|||"]),
        ("Ann <ann@x.test>; Viewer; Bo <bo@x.test>; Desk", &["ann@x.test|Ann|Viewer||", "bo@x.test|Bo||Desk|"]),
        ("Ann\tann@x.test\tBo\tbo@x.test", &["ann@x.test|Ann|||", "bo@x.test|Bo|||"]),
        ("ann@x.test; Li, Bo <bo@x.test>", &["ann@x.test||||", "bo@x.test|Li, Bo|||"]),
        ("Li, Bo\tbo@x.test\tContent Team; Desk", &["bo@x.test|Li, Bo||Content Team+Desk|"]),
        ("Dr: Li, bo@x.test", &["bo@x.test|Dr: Li|||"]),
        ("Ann @ Home <ann@x.test>", &["ann@x.test|Ann @ Home|||"]),
        ("\"<x\tann@x.test\"", &["x||||", "ann@x.test||||"]),
    ] {
        assert_eq!(all(list), people, "{list}");
    }
}

#[test]
fn what_kept_a_cell_from_being_a_formula_is_taken_off() {
    assert_eq!(all("ada@x.test,'=Ada"), ["ada@x.test|=Ada|||"]);
}

#[test]
fn ten_thousand_lines_and_one_long_one_are_read_in_one_pass() {
    let lines: String = (0..10_000).map(|i| format!("Member {i}, m{i}@x.test, Viewer\n")).collect();
    assert_eq!(read(&lines, known).len(), 10_000);
    assert_eq!(read(&lines.replace('\n', "; "), known).len(), 10_000);
}

#[test]
fn what_is_opened_again_and_again_is_read_in_one_pass_too() {
    for open in ["\"", "<", "\\\"", "\"a@b ", "(", ":"] {
        read(&open.repeat(20_000), known);
    }
}

/// Whatever else people paste.
fn anything() -> impl Strategy<Value = String> {
    "[\"<>\\\\:;,'()\t\r\n、a-c ]{0,8}"
}

proptest! {
    #[test]
    fn every_address_between_separators_is_found_once(
        between in proptest::collection::vec((anything(), "[,;\t\n、]", "[,;\t\n；]"), 1..12),
        last in anything(),
    ) {
        let mut text = String::new();
        for (at, (junk, before, after)) in between.iter().enumerate() {
            text += &format!("{junk}{before} p{at}@x{at}.test {after}");
        }
        text += &last;
        let people = read(&text, known);
        for at in 0..between.len() {
            let address = format!("p{at}@x{at}.test");
            let found = people.iter().filter(|one| one.email.raw() == address).count();
            prop_assert_eq!(found, 1, "{} in {:?}: {:?}", address, text, people);
        }
    }

    #[test]
    fn any_text_is_read(text in any::<String>(), mixed in "[@\"<>\\\\:;,'()\t\r\na. ]{0,60}") {
        read(&text, known);
        read(&mixed, known);
    }
}
