//! What is written about rolecall is true: the README, the example of settings, the texts on screen.
//!
//! `ROLECALL_BLESS=1 cargo test --test docs` writes the generated parts anew.

#[path = "support/source.rs"]
mod source;

use clap::CommandFactory;
use rolecall::{
    app::{
        action::{Action, Context},
        keymap::Keymap,
    },
    cli::args::Args,
    config::{self, Config, Layer, StartPane, Theme},
};
use source::{Token, root};
use std::{collections::BTreeSet, fmt::Write, fs};

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Compares what stands between two marks of a file with what should, or writes it there.
fn generated(path: &str, begin: &str, end: &str, wanted: &str) {
    let text = read(path);
    let from = text.find(begin).unwrap_or_else(|| panic!("{path} has no {begin}")) + begin.len();
    let to = if end.is_empty() { text.len() } else { from + text[from..].find(end).expect("the end mark") };
    if std::env::var_os("ROLECALL_BLESS").is_some() {
        fs::write(root().join(path), format!("{}{wanted}{}", &text[..from], &text[to..])).unwrap();
    } else if text[from..to] != *wanted {
        panic!("{path} is out of step: run ROLECALL_BLESS=1 cargo test --test docs");
    }
}

/// The contexts in the order of the table, each with its heading.
fn headings() -> Vec<(Context, &'static str)> {
    let all = Context::ALL.into_iter();
    all.map(|(context, name)| {
        let heading = match context {
            Context::Global => "Everywhere",
            Context::List => "In every list",
            Context::Users => "Users",
            Context::Groups => "Groups",
            Context::Invitations => "Invitations",
            Context::Folders => "Folders",
            Context::Grants => "Grants of a folder",
            Context::Roles => "Roles",
            Context::Changes => "Changes, and one change",
            Context::Dialog => "In every dialog",
            Context::Form => "Where something is filled in",
            Context::Access => "Effective access",
            Context::MemberGrants => "Folder grants of a member or group",
            Context::Plan => "Plan of a bulk change",
            Context::Drafts => "The people of many invitations",
            Context::Filter | Context::Palette => name,
        };
        (context, heading)
    })
    .collect()
}

#[test]
fn the_readmes_keys_are_the_programs() {
    let keymap = Keymap::standard();
    let mut table = String::from("\n\n");
    for (context, heading) in headings() {
        let mut rows: Vec<(Action, Vec<String>)> = Vec::new();
        for (key, action) in keymap.of(context) {
            let key = format!("`{}`", key.to_string().replace('|', "\\|"));
            match rows.iter_mut().find(|(known, _)| *known == action) {
                Some((_, keys)) => keys.push(key),
                None => rows.push((action, vec![key])),
            }
        }
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(table, "**{heading}**\n\n| key | what it does |\n|---|---|");
        for (action, keys) in rows {
            let _ = writeln!(table, "| {} | {} |", keys.join(" "), action.doc());
        }
        table.push('\n');
    }
    generated("README.md", "<!-- keys -->", "<!-- /keys -->", &table);
}

#[test]
fn the_example_of_settings_lists_the_programs_keys() {
    let keymap = Keymap::standard();
    let mut table = String::from("\n");
    for (context, name) in Context::ALL {
        let rows: Vec<_> = keymap.of(context).collect();
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(table, "\n# [keys.{name}]");
        for (key, action) in rows {
            let _ = writeln!(table, "# {} = {:?}", toml::Value::String(key.to_string()), action.id());
        }
    }
    generated("config.example.toml", "cargo test --test docs ---", "", &table);
}

#[test]
fn the_example_of_settings_shows_every_setting_with_its_default() {
    let text = read("config.example.toml");
    // A commented setting is `# name = …` or `# [table]`; other comments have no equals sign there.
    let setting = |line: &&str| {
        let mut words = line.splitn(3, ' ');
        line.starts_with('[') || words.nth(1) == Some("=")
    };
    let lines: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# ")).filter(setting).collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), lines.join("\n")).unwrap();
    let config = Config::load(Some(file.path()), Layer::default(), false).unwrap();
    assert_eq!((config.theme, config.start_pane), (Theme::default(), StartPane::default()));
    assert!(!config.readonly && !config.ascii);
    assert_eq!(config.keymap, Keymap::standard());
    for key in config::KEYS {
        let shown =
            lines.iter().any(|line| line.starts_with(&format!("{key} = ")) || line.starts_with(&format!("[{key}.")));
        assert!(shown, "{key} is not in the example");
    }
}

#[test]
fn the_readme_names_every_command_and_flag() {
    let readme = read("README.md");
    let command = Args::command();
    for one in command.get_subcommands() {
        assert!(readme.contains(&format!("`rolecall {}", one.get_name())), "{} is missing", one.get_name());
        for flag in one.get_arguments().filter_map(clap::Arg::get_long) {
            assert!(readme.contains(&format!("--{flag}")), "--{flag} is missing");
        }
    }
    for flag in command.get_arguments().filter_map(clap::Arg::get_long) {
        assert!(readme.contains(&format!("--{flag}")), "--{flag} is missing");
    }
}

#[test]
fn what_the_readme_points_to_is_there() {
    let readme = read("README.md");
    for piece in readme.split("](").skip(1) {
        let target = piece.split(')').next().unwrap();
        if !target.starts_with("http") && !target.starts_with('#') {
            assert!(root().join(target).exists(), "README points to {target}");
        }
    }
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    let folders = ["src", "tests", "assets", "benches"].map(|folder| root().join(folder));
    let kinds = ["rs", "toml", "md", "svg", "snap", "sql"];
    let mut files: Vec<_> = folders
        .iter()
        .filter(|folder| folder.exists())
        .flat_map(|folder| kinds.iter().flat_map(|kind| source::files(folder, kind)))
        .collect();
    files.extend(["README.md", "CHANGELOG.md", "Cargo.toml", "config.example.toml"].map(|file| root().join(file)));
    for file in files.iter().filter(|file| !file.ends_with("tests/docs.rs")) {
        let text = fs::read_to_string(file).unwrap();
        for path in ["/root/", "/home/"] {
            assert!(!text.contains(path), "{} says {path}", file.display());
        }
    }
}

/// Every key of a table of texts, joined by dots.
fn keys(prefix: &str, table: &toml::Table, into: &mut BTreeSet<String>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => keys(&key, inner, into),
            _ => drop(into.insert(key)),
        }
    }
}

/// Whether a text of the source can be this key: `{}` in it stands for anything.
fn names(text: &str, key: &str) -> bool {
    let mut pieces = text.split('{').map(|piece| piece.split_once('}').map_or(piece, |(_, rest)| rest));
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = key.strip_prefix(first) else { return false };
    if !text.contains('{') {
        return rest.is_empty();
    }
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    first.contains('.')
}

#[test]
fn every_text_on_screen_is_there_and_every_text_there_is_used() {
    let mut known = BTreeSet::new();
    keys("", &read("assets/i18n/en.toml").parse().unwrap(), &mut known);
    let mut texts = BTreeSet::new();
    let mut faults = Vec::new();
    for file in source::all() {
        for (i, token) in file.tokens.iter().enumerate() {
            let Token::Text(text) = token else { continue };
            let called = i >= 2
                && file.tokens[i - 1] == Token::Mark('(')
                && matches!(&file.tokens[i - 2], Token::Word(word) if word == "t" || word == "tf");
            if called && !known.contains(text) {
                faults.push(format!("{} uses {text}, which is not in en.toml", file.path));
            }
            texts.insert(text.clone());
        }
    }
    let ids: Vec<&str> = Action::ALL.iter().map(|action| action.id()).collect();
    for key in known {
        let of_action = ids.iter().any(|id| key.contains(&format!(".{id}")));
        if !of_action && !texts.iter().any(|text| names(text, &key)) {
            faults.push(format!("en.toml has {key}, which nothing uses"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
