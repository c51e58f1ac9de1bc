//! Reading a file of people: comma, semicolon or tab separated, with a header; or addresses alone, one a line.
//!
//! Every fault is told by line and column, all at once; a file with a fault gives no rows at all.

use super::{exit::Failure, file};
use crate::{
    api::wire::{ImportFault, ImportRow},
    domain::{
        sheet::{self, Column, unguarded},
        untrusted::{Text, visible},
    },
    i18n::{t, tf},
};
use std::path::Path;

/// Reads the bytes of a file of people.
pub fn read(bytes: &[u8]) -> Result<Vec<ImportRow>, Vec<ImportFault>> {
    table(text(bytes)?)
}

/// The bytes of a file as text.
pub fn text(bytes: &[u8]) -> Result<&str, Vec<ImportFault>> {
    file::text(bytes).map_err(|line| vec![fault(line, "", t("cli.import.not-utf8"))])
}

/// Reads a table; its first line says what the columns are.
pub fn table(text: &str) -> Result<Vec<ImportRow>, Vec<ImportFault>> {
    let mut reader = sheet::reader(text);
    let mut lines = Lines { text, at: 0, line: 1 };
    let mut records = reader.records().map(|record| match record {
        Ok(record) => Ok((lines.of(record.position()), record)),
        Err(error) => Err(fault(lines.of(error.position()), "", &visible(&error.to_string()))),
    });
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let columns = match records.next().transpose().map_err(|fault| vec![fault])? {
        None => return Err(vec![nobody()]),
        Some((line, first)) if first.len() == 1 && names_somebody(&first) => {
            let alone = vec![Column::Email];
            rows.push(row(line, &first, &alone).map_err(|fault| vec![fault])?);
            alone
        }
        Some((line, header)) => columns(line, &header)?,
    };
    for record in records {
        match record {
            Err(fault) => faults.push(fault),
            // A line with nothing but separators, as spreadsheets leave at the end.
            Ok((_, record)) if record.iter().all(str::is_empty) => {}
            Ok((line, record)) => match row(line, &record, &columns) {
                Ok(row) => rows.push(row),
                Err(fault) => faults.push(fault),
            },
        }
    }
    if rows.is_empty() && faults.is_empty() {
        faults.push(nobody());
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

/// Line numbers of records, which come in the order of the file. The reader's own are those of where it
/// began to look: before the end of a CRLF, before empty lines.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, position: Option<&csv::Position>) -> u64 {
        let rest = self.text.as_bytes();
        let mut begin = position.map_or(self.at, |position| position.byte() as usize);
        while matches!(rest.get(begin), Some(b'\r' | b'\n')) {
            begin += 1;
        }
        let passed = rest.get(self.at..begin).unwrap_or_default();
        // A line ends with LF, CRLF or, in very old files, CR alone.
        let ends = passed.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => rest.get(self.at + at + 1) != Some(&b'\n'),
            _ => false,
        });
        self.line += ends.count() as u64;
        self.at = begin.max(self.at);
        self.line
    }
}

/// Whether a line has an address in it, and so is no header.
fn names_somebody(record: &csv::StringRecord) -> bool {
    record.iter().any(|cell| cell.contains('@'))
}

/// What each column of the file holds.
fn columns(line: u64, header: &csv::StringRecord) -> Result<Vec<Column>, Vec<ImportFault>> {
    if names_somebody(header) {
        return Err(vec![fault(line, "", t("cli.import.no-header"))]);
    }
    let mut faults = Vec::new();
    let mut columns = Vec::new();
    for (index, title) in header.iter().enumerate() {
        match Column::of(title) {
            Some(column) if !matches!(column, Column::Told(_)) && columns.contains(&column) => {
                faults.push(fault(line, title, &tf("cli.import.twice", &[("column", &column.name())])));
            }
            Some(column) => columns.push(column),
            None => {
                let shown = visible(title);
                faults.push(fault(line, title, &tf("cli.import.unknown", &[("n", &(index + 1)), ("column", &shown)])));
            }
        }
    }
    if faults.is_empty() && !columns.contains(&Column::Email) {
        faults.push(fault(line, "email", t("cli.import.no-email")));
    }
    if faults.is_empty() { Ok(columns) } else { Err(faults) }
}

fn row(line: u64, record: &csv::StringRecord, columns: &[Column]) -> Result<ImportRow, ImportFault> {
    if record.len() > columns.len() {
        let said = tf("cli.import.too-many", &[("n", &record.len()), ("columns", &columns.len())]);
        return Err(fault(line, "", &said));
    }
    let mut row = ImportRow { line, ..ImportRow::default() };
    for (column, value) in columns.iter().zip(record.iter().map(unguarded)) {
        match column {
            Column::Email => row.email = Text::new(value),
            Column::Name => row.name = Text::new(value),
            Column::Role => row.roles = several(&value),
            Column::Groups => row.groups = several(&value),
            Column::Told(_) => {}
        }
    }
    // A quote left open takes in the lines below it, and with them people who would be missed.
    if let Some(at) = record.iter().position(|cell| cell.contains(['\n', '\r'])) {
        return Err(fault(line, columns.get(at).map_or("", |column| column.name()), t("cli.import.line-break")));
    }
    if row.email.is_empty() {
        return Err(fault(line, Column::Email.name(), t("cli.import.missing-email")));
    }
    Ok(row)
}

/// The names in a cell, between semicolons.
fn several(cell: &str) -> Vec<Text> {
    cell.split(';').map(str::trim).filter(|name| !name.is_empty()).map(Text::from).collect()
}

/// That nobody is in a file.
pub fn nobody() -> ImportFault {
    fault(1, "", t("cli.import.empty"))
}

fn fault(line: u64, column: &str, message: &str) -> ImportFault {
    ImportFault { line, column: column.to_owned(), message: message.to_owned() }
}

/// A fault as one line: `people.csv:3: role: there is no role “Boss”`.
fn told(file: &str, fault: &ImportFault) -> String {
    let (file, column, message) = (visible(file), visible(&fault.column), visible(&fault.message));
    if column.is_empty() {
        format!("{file}:{}: {message}", fault.line)
    } else {
        format!("{file}:{}: {column}: {message}", fault.line)
    }
}

/// Every fault, a line each with its file, below what became of it.
pub fn faulty(nothing_done: &str, faults: &[(&Path, ImportFault)]) -> Failure {
    let mut lines: Vec<String> = vec![nothing_done.replace("{n}", &faults.len().to_string())];
    lines.extend(faults.iter().map(|(file, fault)| told(&file.to_string_lossy(), fault)));
    Failure::failed(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: u64, email: &str, name: &str, roles: &[&str], groups: &[&str]) -> ImportRow {
        let texts = |all: &[&str]| all.iter().map(|text| Text::from(*text)).collect();
        ImportRow { line, email: email.into(), name: name.into(), roles: texts(roles), groups: texts(groups) }
    }

    fn lines(text: &str) -> Vec<(u64, String)> {
        read(text.as_bytes()).unwrap_err().into_iter().map(|fault| (fault.line, fault.column)).collect()
    }

    #[test]
    fn a_plain_file_is_read() {
        let rows = read(b"email,name,role,groups\nbo@a.test,Bo Li,Marketer,Content Team;Session\n").unwrap();
        assert_eq!(rows, [one(2, "bo@a.test", "Bo Li", &["Marketer"], &["Content Team", "Session"])]);
    }

    #[test]
    fn what_spreadsheets_make_is_read_alike() {
        let expected = [one(2, "bo@a.test", "Li, Bo; \"B\"", &["Viewer"], &[])];
        let comma = "\u{feff}E-Mail,NAME,Role\r\nbo@a.test,\"Li, Bo; \"\"B\"\"\",Viewer\r\n,,\r\n";
        let semicolon = "e-mail;Name;role\nbo@a.test;\"Li, Bo; \"\"B\"\"\";Viewer\n";
        let tab = "Email\tName\tRole\n bo@a.test \t\"Li, Bo; \"\"B\"\"\"\tViewer\n";
        for text in [comma, semicolon, tab] {
            assert_eq!(read(text.as_bytes()).unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_cell_that_was_kept_from_being_a_formula_is_the_value_again() {
        let rows = read(b"email,name\nbo@a.test,'=HYPERLINK(1)\n").unwrap();
        assert_eq!(rows, [one(2, "bo@a.test", "=HYPERLINK(1)", &[], &[])]);
    }

    #[test]
    fn columns_may_come_in_any_order_and_short_rows_leave_the_rest_empty() {
        let rows = read(b"name,groups,email\nBo,Session,bo@a.test\nAl,,al@a.test\n").unwrap();
        assert_eq!(rows[0], one(2, "bo@a.test", "Bo", &[], &["Session"]));
        let rows = read(b"email,name,role\nbo@a.test\n").unwrap();
        assert_eq!(rows, [one(2, "bo@a.test", "", &[], &[])]);
    }

    #[test]
    fn a_line_break_in_quotes_does_not_shift_the_line_numbers() {
        let told = lines("email,name\na@a.test,\"two\nlines\"\nb@a.test,B,extra\n");
        assert_eq!(told, [(2, "name".into()), (4, String::new())]);
        assert_eq!(lines("email,status\na@a.test,\"sent\nto\"\n"), [(2, "status".into())], "though it is read over");
        assert_eq!(lines("email,name\ra@a.test,A\r,B\r"), [(3, "email".into())]);
        let rows = read(b"\r\nemail,name\r\n\r\n\r\nb@a.test,B\r\n").unwrap();
        assert_eq!(rows[0].line, 5);
    }

    #[test]
    fn a_quote_left_open_swallows_nobody() {
        assert_eq!(lines("email,role,name\na@a.test,Viewer,\"A\nb@a.test,Viewer,B\n"), [(2, "name".into())]);
    }

    #[test]
    fn every_fault_is_told_by_line_and_column_at_once() {
        let text = "email,name\n,Nobody\na@a.test,A\nb@a.test,B,extra\n ,Again\n";
        assert_eq!(lines(text), [(2, "email".into()), (4, String::new()), (5, "email".into())]);
    }

    #[test]
    fn a_header_that_is_not_understood_is_told() {
        assert_eq!(lines("email,shoe size\n"), [(1, "shoe size".into())]);
        assert_eq!(lines("email,e-mail\n"), [(1, "e-mail".into())]);
        assert_eq!(lines("name,role\n"), [(1, "email".into())]);
        assert_eq!(lines(""), [(1, String::new())]);
        assert_eq!(lines("email,name\n"), [(1, String::new())], "a header and nobody below it");
    }

    #[test]
    fn addresses_alone_need_no_header_and_anything_more_does() {
        let rows = read(b"\nbo@a.test\n cy@a.test\n").unwrap();
        assert_eq!(rows, [one(2, "bo@a.test", "", &[], &[]), one(3, "cy@a.test", "", &[], &[])]);
        assert_eq!(lines("bo@a.test\ncy@a.test,Cy\n"), [(2, String::new())]);
        let told = read(b"bo@a.test,Bo\ncy@a.test,Cy\n").unwrap_err();
        assert_eq!(told.len(), 1);
        assert!(told[0].message.contains("begin the file with a line that names them"), "{}", told[0].message);
    }

    #[test]
    fn bytes_that_are_no_text_are_told_by_line() {
        let faults = read(b"email,name\na@a.test,\xff\n").unwrap_err();
        assert_eq!(faults[0].line, 2);
    }

    #[test]
    fn a_fault_is_shown_harmless() {
        let fault = ImportFault { line: 3, column: "role".into(), message: "no \u{1b}[2J role".into() };
        assert_eq!(told("people.csv", &fault), "people.csv:3: role: no ‹U+001B›[2J role");
    }
}
