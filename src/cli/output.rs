//! Rows on standard output: tables for people, JSON and CSV for programs, names for the next command.

use super::{args::Format, exit::Failure};
use crate::{
    api::wire::Named,
    domain::{
        sheet::guarded,
        time::Timestamp,
        untrusted::{hidden, visible},
    },
    server::Report,
};
use serde::Serialize;
use serde_json::ser::Formatter;
use std::{
    fmt::Write as _,
    io::{self, IsTerminal, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use unicode_width::UnicodeWidthStr;

/// What stands in a table where there is nothing.
pub const NONE: &str = "—";

/// The longest line of what is said about a failure.
const LONGEST_LINE: usize = 1_000;

/// Between the columns of a table.
const GAP: usize = 2;

/// A row of a list, in every way that it is printed.
pub trait Row {
    /// Heads of the table's columns.
    fn head(wide: bool) -> Vec<&'static str>;
    /// The row in a table: what a person may see.
    fn line(&self, wide: bool, now: Timestamp) -> Vec<String>;
    /// What is said below the row in a table.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
    /// Names of the fields of a CSV file.
    const FIELDS: &'static [&'static str];
    /// The row in a CSV file: values as they are.
    fn record(&self) -> Vec<String>;
    /// What names it: an e-mail, a number.
    fn name(&self) -> String;
}

/// Prints rows; as JSON, `whole`.
pub fn print<R: Row>(rows: &[R], whole: &impl Serialize, format: Format, now: Timestamp) -> Result<(), Failure> {
    let seen = io::stdout().is_terminal();
    let text = match format {
        Format::Table | Format::Wide => {
            let wide = format == Format::Wide;
            table(&R::head(wide), rows.iter().map(|row| (row.line(wide, now), Vec::new())))
        }
        Format::Json => json(whole).map_err(|error| Failure::failed(error.to_string()))?,
        Format::Csv => csv(rows, seen).map_err(|error| Failure::failed(error.to_string()))?,
        Format::Name => rows.iter().map(|row| format!("{}\n", told(row.name(), seen))).collect(),
    };
    write(&text)
}

/// How wide a line may be there: as wide as the terminal; where there is none, as wide as it will.
pub fn room(stream: &impl IsTerminal) -> usize {
    let terminal = stream.is_terminal().then(crossterm::terminal::size);
    terminal.and_then(Result::ok).map_or(usize::MAX, |(columns, _)| usize::from(columns))
}

/// Writes data to standard output. Whoever reads it may have had enough, which is no failure.
pub fn write(text: &str) -> Result<(), Failure> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::failed(error.to_string())),
        _ => Ok(()),
    }
}

/// Whether the terminal's last line is one that is written over. It is the terminal's, not anybody's: words
/// may come from a thread that knows nothing of the line. Changed only where standard error is locked.
static LINE: AtomicBool = AtomicBool::new(false);

/// Says words to whoever sits there, in place of a line that is written over. Nobody is left to tell when
/// this fails.
pub fn say(words: &str) {
    let mut err = io::stderr().lock();
    let _ = take_line(&mut err).and_then(|()| writeln!(err, "{words}"));
}

/// Writes to whoever is to answer; what they cannot see they cannot agree to.
pub fn write_err(text: &str) -> Result<(), Failure> {
    let mut err = io::stderr().lock();
    let written = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    written.map_err(|error| Failure::failed(visible(&error.to_string())))
}

/// Says why a command did not get done. What came from outside may be as long as it likes, and its line is not.
pub fn complain(failure: &Failure) {
    let lines: Vec<String> = failure.message.lines().map(|line| shortened(line, LONGEST_LINE)).collect();
    say(&format!("rolecall: {}", lines.join("\n")));
}

/// A text of at most so many characters: of a longer one its beginning and its end, which says what is wrong.
pub fn shortened(text: &str, most: usize) -> String {
    let all = text.chars().count();
    if all <= most {
        return text.to_owned();
    }
    let end = most / 3;
    let begin = most - end - 1;
    text.chars().take(begin).chain(['…']).chain(text.chars().skip(all - end)).collect()
}

/// Writes the terminal's last line over; nothing takes it away. What cannot be shown is nothing to end for.
pub fn write_over(text: &str) {
    let mut err = io::stderr().lock();
    let shown = take_line(&mut err).and_then(|()| {
        if text.is_empty() {
            return err.flush();
        }
        LINE.store(true, Ordering::Relaxed);
        // Without wrapping: a narrow terminal cuts the line off.
        write!(err, "\r\x1b[K\x1b[?7l{text}\x1b[?7h").and_then(|()| err.flush())
    });
    drop(shown);
}

fn take_line(err: &mut impl Write) -> io::Result<()> {
    if LINE.swap(false, Ordering::Relaxed) { write!(err, "\r\x1b[K") } else { Ok(()) }
}

/// Says what fails in the backend itself: a command has no other log.
pub fn reports() -> Report {
    Arc::new(|fault| say(&format!("! {}", visible(fault))))
}

/// A moment as programs read it: `2026-12-31T23:59:59Z`.
pub fn time(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.0).map(|at| at.to_string()).unwrap_or_default()
}

/// Names for people.
pub fn shown<I>(names: &[Named<I>]) -> String {
    names.iter().map(|one| one.name.to_string()).collect::<Vec<_>>().join(", ")
}

/// Names as files of people have them.
pub fn raw<I>(names: &[Named<I>]) -> String {
    names.iter().map(|one| one.name.raw()).collect::<Vec<_>>().join(";")
}

/// A value as it is for programs, and harmless where a person reads it.
fn told(value: String, seen: bool) -> String {
    if seen { visible(&value) } else { value }
}

/// Columns under their heads, and notes under their rows; nothing at all without rows.
pub fn table(head: &[&str], rows: impl Iterator<Item = (Vec<String>, Vec<String>)>) -> String {
    let mut rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return String::new();
    }
    rows.insert(0, (head.iter().map(|title| (*title).to_owned()).collect(), Vec::new()));
    let width = |at| rows.iter().filter_map(|(line, _)| line.get(at)).map(|cell: &String| cell.width()).max();
    let widths: Vec<usize> = (0..head.len()).map(|at| width(at).unwrap_or(0)).collect();
    let mut text = String::new();
    for (line, notes) in &rows {
        let mut room = 0;
        for (cell, width) in line.iter().zip(&widths) {
            // Writing to a String cannot fail.
            let _ = write!(text, "{:room$}{cell}", "");
            room = GAP + width - cell.width();
        }
        // The last column is not filled up, nor are empty ones before it.
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
        text.extend(notes.iter().map(|note| format!("  {note}\n")));
    }
    text
}

/// JSON with moments as scripts read them, the same as in CSV; what deceives or steers a terminal is escaped,
/// so that it is the same data and harmless.
pub fn json(data: &impl Serialize) -> serde_json::Result<String> {
    let mut bytes = Vec::new();
    data.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Moments::default()))?;
    let plain = String::from_utf8_lossy(&bytes);
    let mut text = String::with_capacity(plain.len() + 1);
    for c in plain.chars() {
        if hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(c);
        }
    }
    text.push('\n');
    Ok(text)
}

/// Writes the backend's moments, `…_at`, `until` and `review` in seconds since 1970, as [`time`] has them.
#[derive(Default)]
struct Moments {
    in_key: bool,
    key: Vec<u8>,
}

impl Formatter for Moments {
    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.in_key = true;
        self.key.clear();
        if first { Ok(()) } else { writer.write_all(b",") }
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.in_key = false;
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if self.in_key {
            self.key.extend_from_slice(fragment.as_bytes());
        }
        writer.write_all(fragment.as_bytes())
    }

    fn write_i64<W: ?Sized + Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        if self.key.ends_with(b"_at") || matches!(self.key.as_slice(), b"at" | b"until" | b"review") {
            write!(writer, "\"{}\"", time(Timestamp(value)))
        } else {
            write!(writer, "{value}")
        }
    }

    /// What was a number of any kind before.
    fn write_u64<W: ?Sized + Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        match i64::try_from(value) {
            Ok(value) => self.write_i64(writer, value),
            Err(_) => write!(writer, "{value}"),
        }
    }
}

fn csv<R: Row>(rows: &[R], seen: bool) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(R::FIELDS)?;
    for row in rows {
        writer.write_record(row.record().into_iter().map(|value| told(guarded(&value).into_owned(), seen)))?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Person(&'static str);

    impl Row for Person {
        fn head(_: bool) -> Vec<&'static str> {
            vec!["name"]
        }

        fn line(&self, _: bool, _: Timestamp) -> Vec<String> {
            vec![self.0.to_owned()]
        }

        const FIELDS: &'static [&'static str] = &["name"];

        fn record(&self) -> Vec<String> {
            vec![self.0.to_owned()]
        }

        fn name(&self) -> String {
            self.0.to_owned()
        }
    }

    #[test]
    fn columns_stand_under_their_heads_however_wide_a_letter_is() {
        let row = |line: [&str; 2], notes: &[&str]| {
            (line.map(str::to_owned).to_vec(), notes.iter().map(|note| (*note).to_owned()).collect())
        };
        let rows = [row(["王小明", "a"], &["a long note below it"]), row(["Bo", "b"], &[])];
        let printed = table(&["name", "x"], rows.into_iter());
        assert_eq!(printed, "name    x\n王小明  a\n  a long note below it\nBo      b\n");
        assert_eq!(table(&["a", "b"], [row(["x", ""], &[])].into_iter()), "a  b\nx\n", "nothing hangs behind a line");
        assert_eq!(table(&["name"], std::iter::empty()), "");
    }

    #[test]
    fn a_file_for_spreadsheets_starts_no_formula_and_quotes_what_it_must() {
        let rows = ["=1+1", "a,b", "\u{202e}x"].map(Person);
        assert_eq!(csv(&rows, false).unwrap(), "name\n'=1+1\n\"a,b\"\n\u{202e}x\n");
        assert_eq!(csv(&rows[2..], true).unwrap(), "name\n‹U+202E›x\n", "on a terminal");
    }

    #[test]
    fn moments_in_json_are_as_they_are_in_csv() {
        let data = serde_json::json!({ "ended_at": null, "until": Timestamp(0), "rows": [{ "n": -5, "row": 7 }] });
        let told = "{\"ended_at\":null,\"rows\":[{\"n\":-5,\"row\":7}],\"until\":\"1970-01-01T00:00:00Z\"}\n";
        assert_eq!(json(&data).unwrap(), told);
    }

    #[test]
    fn json_is_the_same_data_and_harmless() {
        let data = "a\u{202e}\u{1b}\u{e0041}\n";
        let text = json(&data).unwrap();
        assert!(!text.trim_end().chars().any(hidden), "{text}");
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), data);
    }
}
