//! Tables of people, as spreadsheets write and read them: what their columns hold, and cells of which none
//! starts a formula (SPEC 9) and that read again give the same values.

use std::borrow::Cow;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The address.
    Email,
    /// The person's name.
    Name,
    /// Roles.
    Role,
    /// Groups.
    Groups,
    /// What a list of invitations tells besides: read over, so that what was written can be read.
    Told(&'static str),
}

/// Columns that are read over.
const TOLD: [&str; 7] = ["status", "inviter", "created", "expires", "sends", "delivery", "flags"];

impl Column {
    /// The column that a header means, by any of the words people write there.
    pub fn of(header: &str) -> Option<Self> {
        let plain: String = header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        match plain.as_str() {
            "email" | "emailaddress" | "mail" => Some(Self::Email),
            "name" | "fullname" | "displayname" => Some(Self::Name),
            "role" | "roles" => Some(Self::Role),
            "group" | "groups" | "team" | "teams" => Some(Self::Groups),
            other => TOLD.into_iter().find(|told| *told == other).map(Self::Told),
        }
    }

    /// Its name in a header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Name => "name",
            Self::Role => "role",
            Self::Groups => "groups",
            Self::Told(name) => name,
        }
    }
}

/// The separator that the first line uses most.
fn separator(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.is_empty()).unwrap_or_default();
    let count = |separator: &u8| header.bytes().filter(|byte| byte == separator).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(count).unwrap_or(b',')
}

/// Reads a table, record by record; its header is one of them.
pub fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes())
}

/// Whether a text begins with a header: words for columns, that of the address among them.
pub fn headed(text: &str) -> bool {
    let mut records = reader(text).into_records().filter_map(Result::ok);
    records.find(|record| !record.iter().all(str::is_empty)).is_some_and(|header| {
        !header.iter().any(|title| title.contains('@'))
            && header.iter().any(|title| Column::of(title) == Some(Column::Email))
    })
}

/// Where a spreadsheet that knows nothing of our commas begins another cell, in the middle of ours.
const CUTS: [char; 4] = [';', '\t', '\r', '\n'];

/// Whether a spreadsheet could take a cell for a formula; apostrophes at its beginning are ours.
fn formula(cell: &str) -> bool {
    let begin = cell.trim_start_matches(['\'', ' ']);
    begin.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// Does something to each part of a value that could become a cell of its own.
fn each_part<'a>(value: &'a str, change: impl Fn(&'a str) -> Cow<'a, str>) -> Cow<'a, str> {
    if !value.contains(CUTS) {
        return change(value);
    }
    value.split_inclusive(CUTS).map(change).collect::<String>().into()
}

/// A value as it is written: with an apostrophe before what would start a formula.
pub fn guarded(value: &str) -> Cow<'_, str> {
    each_part(value, |part| if formula(part) { format!("'{part}").into() } else { part.into() })
}

/// The value of a cell as it was before it was [`guarded`].
pub fn unguarded(cell: &str) -> Cow<'_, str> {
    each_part(cell, |part| part.strip_prefix('\'').filter(|value| formula(value)).unwrap_or(part).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_spreadsheet_would_calculate_is_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t1", "\r1", "＝1"] {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        for (value, cell) in [("Team;=1+1", "Team;'=1+1"), ("a\n-b; @c", "a\n'-b;' @c"), ("\t=1", "'\t'=1")] {
            assert_eq!(guarded(value), cell, "wherever else a cell could begin");
        }
        for plain in ["", "adele@northwind.test", "O'Hara", "'quoted'", "1-1", "Content Team;Desk"] {
            assert_eq!(guarded(plain), plain);
            assert_eq!(unguarded(plain), plain);
        }
    }

    #[test]
    fn a_table_with_a_header_is_told_from_lines_of_people() {
        for table in [
            "email,name,role,groups\nann@x.test,Ann One,Designer,\"Content Team\"",
            "\n\nE-mail;Role\nann@x.test;Designer",
            "Name\tMail\nAnn One\tann@x.test",
            "e-mail,department\nann@x.test,Sales",
        ] {
            assert!(headed(table), "{table}");
        }
        for people in ["", "ann@x.test,Ann One", "Ann One <ann@x.test>, Bo", "Ann Mail, ann@x.test"] {
            assert!(!headed(people), "{people}");
        }
    }

    proptest! {
        #[test]
        fn written_and_read_again_is_the_same(value in "['=+@\\-;\t\n a-c]{0,8}") {
            let cell = guarded(&value);
            prop_assert_eq!(unguarded(&cell), value.as_str());
            for part in cell.split([';', '\t', '\n']) {
                prop_assert!(!part.trim_start_matches(' ').starts_with(['=', '+', '-', '@']), "{cell:?}");
            }
        }
    }
}
