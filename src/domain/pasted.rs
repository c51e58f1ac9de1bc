//! People as they are pasted: the recipients of a mail, a column, lines of a table that lost its header.
//!
//! An address is known by its shape, wherever on its line it stands; what else stands there by what it
//! names: a role or a group of the workspace, or else the person. What is none of it is kept, to be told.

use super::{address::folded, recipients, sheet::unguarded, untrusted::Text};

/// What a word on a line may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A role.
    Role,
    /// A group.
    Group,
}

/// Somebody named in pasted text. Whether the address is one is for others to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// The line they stand on.
    pub line: u64,
    /// The address, or what stands in its place.
    pub email: Text,
    /// Their name.
    pub name: Option<Text>,
    /// Names of roles.
    pub roles: Vec<Text>,
    /// Names of groups.
    pub groups: Vec<Text>,
    /// What is neither, though they have a name already.
    pub stray: Vec<Text>,
}

/// Everybody in a text, line by line; `known` says what a word names. On a line with one address the rest
/// is about that person; a line with several is a list of people.
pub fn read(text: &str, known: impl Fn(&str) -> Option<Word>) -> Vec<Person> {
    let mut people = Vec::new();
    // Commas and semicolons as they stand between names in Chinese and Japanese.
    let text = text.replace(['、', '，'], ",").replace('；', ";");
    for (at, text) in (1..).zip(text.replace("\r\n", "\n").split(['\n', '\r'])) {
        let parts = cut(text, ';');
        match addresses(text) {
            0 | 1 => people.extend(person(at, text, &known)),
            // Between semicolons stands one of them, with what belongs to them.
            _ if parts.iter().all(|part| addresses(part) < 2) => {
                people.extend(parts.into_iter().filter_map(|part| person(at, part, &known)));
            }
            _ => people.extend(recipients::read(text).into_iter().map(|one| Person {
                line: at,
                email: one.email,
                name: one.name,
                ..Person::default()
            })),
        }
    }
    people
}

/// A text without what stands around words.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || ",;<>\"'".contains(c))
}

/// How many different addresses a line seems to have.
fn addresses(line: &str) -> usize {
    let mut found: Vec<String> = Vec::new();
    for word in line.split(|c: char| c.is_whitespace() || ",;<>".contains(c)).filter(|word| word.contains('@')) {
        let word = folded(bare(word));
        if !found.contains(&word) {
            found.push(word);
        }
        if found.len() > 1 {
            break;
        }
    }
    found.len()
}

/// The one person of a line, if anything stands on it.
fn person(line: u64, text: &str, known: &impl Fn(&str) -> Option<Word>) -> Option<Person> {
    if !text.contains('@') {
        // One fault a line, however many words are on it.
        let email = (!bare(text).is_empty()).then(|| text.trim().into())?;
        return Some(Person { line, email, ..Person::default() });
    }
    let mut one = Person { line, ..Person::default() };
    let mut names = Vec::new();
    for cell in cells(text) {
        if !cell.contains('@') {
            one.take(cell, known, &mut names);
            continue;
        }
        let (before, address, after) = around(cell);
        one.take(before, known, &mut names);
        one.email = bare(address).trim_start_matches("mailto:").into();
        if address.starts_with('<') && !names.is_empty() {
            // A comma before an address in brackets is one within the name.
            one.name = Some(std::mem::take(&mut names).join(", ").into());
        }
        one.take(after, known, &mut names);
    }
    let mut names = names.into_iter().map(Text::from);
    one.name = one.name.take().or_else(|| names.next());
    one.stray = names.collect();
    Some(one)
}

impl Person {
    /// Takes in a cell: roles, groups, or else a name.
    fn take(&mut self, cell: &str, known: &impl Fn(&str) -> Option<Word>, names: &mut Vec<String>) {
        let value = unquoted(cell);
        // In the place of a name mail programs say the address again.
        if value.is_empty() || value.contains('@') {
            return;
        }
        let parts = || value.split([';', ',']).map(str::trim).filter(|part| !part.is_empty());
        let words: Option<Vec<(Word, &str)>> = match known(&value) {
            Some(word) => Some(vec![(word, &value)]),
            None => parts().map(|part| Some((known(part)?, part))).collect(),
        };
        match words {
            None => names.push(value),
            Some(words) => words.into_iter().for_each(|(word, name)| match word {
                Word::Role => self.roles.push(name.into()),
                Word::Group => self.groups.push(name.into()),
            }),
        }
    }
}

/// The cells of a line, apart by tabs, else by semicolons, else by commas. A name and an address may share a
/// cell of the former: `Li, Bo <bo@a.test>; Viewer`.
fn cells(line: &str) -> Vec<&str> {
    let apart = ['\t', ';'].into_iter().map(|separator| cut(line, separator)).find(|cells| cells.len() > 1);
    let Some(apart) = apart else { return cut(line, ',') };
    apart.into_iter().flat_map(|cell| if cell.contains('@') { cut(cell, ',') } else { vec![cell] }).collect()
}

/// Cuts at a separator, but for one in quotes or in brackets.
fn cut(text: &str, separator: char) -> Vec<&str> {
    let (mut quoted, mut angled) = (false, false);
    let at = |c: char| {
        match c {
            '"' => quoted ^= true,
            '<' => angled = !quoted,
            '>' => angled = false,
            _ => {}
        }
        c == separator && !quoted && !angled
    };
    text.split(at).map(str::trim).collect()
}

/// What stands before the address of a cell, the address with its brackets, and what stands after it.
fn around(cell: &str) -> (&str, &str, &str) {
    let bracket = cell.rfind('<').filter(|at| cell[*at..].contains('@'));
    let (begin, end) = match bracket {
        Some(begin) => (begin, cell[begin..].find('>').map(|at| begin + at + 1)),
        None => {
            let at = cell.find('@').unwrap_or_default();
            let begin = cell[..at].rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
            (begin, cell[at..].find(char::is_whitespace).map(|blank| at + blank))
        }
    };
    let end = end.unwrap_or(cell.len());
    (&cell[..begin], &cell[begin..end], &cell[end..])
}

/// A cell's value: without the quotes around it, and without what kept it from being a formula.
fn unquoted(cell: &str) -> String {
    let cell = unguarded(cell.trim());
    let inner = |quote| cell.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
    let value = inner('"').map(|value| value.replace("\"\"", "\"")).or_else(|| inner('\'').map(str::to_owned));
    value.unwrap_or_else(|| cell.to_owned()).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn what_kept_a_cell_from_being_a_formula_is_taken_off() {
        assert_eq!(all("ada@x.test,'=Ada"), ["ada@x.test|=Ada|||"]);
    }

    #[test]
    fn ten_thousand_lines_and_one_long_one_are_read_in_one_pass() {
        let lines: String = (0..10_000).map(|i| format!("Member {i}, m{i}@x.test, Viewer\n")).collect();
        assert_eq!(read(&lines, known).len(), 10_000);
        assert_eq!(read(&lines.replace('\n', "; "), known).len(), 10_000);
    }
}
