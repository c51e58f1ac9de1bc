//! Reading `config.toml`: every fault at once, each with its line.

use super::{Layer, nearest::nearest};
use crate::{
    app::{
        action::Context,
        keymap::{Binding, Keymap},
    },
    domain::untrusted::visible,
};
use clap::ValueEnum;
use std::{
    fmt, io,
    path::{Path, PathBuf},
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Keys of the file, besides the tables `[keys.CONTEXT]`.
pub const KEYS: [&str; 6] = ["theme", "start_pane", "readonly", "ascii", "data_dir", "keys"];

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not there or cannot be read.
    #[error("cannot read the settings in {}: {source}", visible(&.path.to_string_lossy()))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file says something that rolecall does not understand.
    #[error("{}", list(.path, .faults))]
    Faults {
        /// The file.
        path: PathBuf,
        /// What is wrong, from the top.
        faults: Vec<Fault>,
    },
    /// The system names no home folder for this user.
    #[error("there is no home folder to keep data in; name a folder with --data-dir")]
    NoHome,
}

/// One thing wrong in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Counted from 1.
    pub line: usize,
    /// One sentence.
    pub message: String,
}

fn list(path: &Path, faults: &[Fault]) -> impl fmt::Display {
    let path = visible(&path.to_string_lossy());
    let lines: Vec<String> = faults.iter().map(|fault| format!("{path}:{}: {}", fault.line, fault.message)).collect();
    lines.join("\n")
}

/// Reads the file; one that is not there says nothing, unless it `must_exist`.
pub fn read(path: &Path, must_exist: bool) -> Result<Layer, ConfigError> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text).map_err(|faults| ConfigError::Faults { path: path.to_owned(), faults }),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !must_exist => Ok(Layer::default()),
        Err(source) => Err(ConfigError::Unreadable { path: path.to_owned(), source }),
    }
}

fn parse(text: &str) -> Result<Layer, Vec<Fault>> {
    let mut reader = Reader { text, faults: Vec::new() };
    let mut layer = Layer::default();
    match DeTable::parse(text) {
        Err(error) => reader.fault(error.span().map_or(0, |span| span.start), error.message().to_owned()),
        Ok(table) => {
            for (key, value) in table.get_ref() {
                match key.get_ref().as_ref() {
                    "theme" => layer.theme = reader.word(value),
                    "start_pane" => layer.start_pane = reader.word(value),
                    "readonly" => layer.readonly = reader.switch(value),
                    "ascii" => layer.ascii = reader.switch(value),
                    "data_dir" => layer.data_dir = reader.text(value).map(PathBuf::from),
                    "keys" => layer.keymap = reader.keymap(value),
                    other => reader.unknown(key.span().start, other, KEYS),
                }
            }
        }
    }
    reader.faults.sort_by_key(|fault| fault.line);
    if reader.faults.is_empty() { Ok(layer) } else { Err(reader.faults) }
}

/// Takes values apart and notes what is wrong with them.
struct Reader<'a> {
    text: &'a str,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn line(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }

    fn fault(&mut self, at: usize, message: String) {
        let line = self.line(at);
        self.faults.push(Fault { line, message });
    }

    fn unknown<'k>(&mut self, at: usize, key: &str, known: impl IntoIterator<Item = &'k str>) {
        let meant = nearest(key, known).map(|known| format!("; did you mean {known}?")).unwrap_or_default();
        self.fault(at, format!("{} is not a setting{meant}", visible(key)));
    }

    fn word<W: ValueEnum>(&mut self, value: &Spanned<DeValue<'_>>) -> Option<W> {
        let found = value.get_ref().as_str().and_then(|word| W::from_str(word, false).ok());
        if found.is_none() {
            let words: Vec<String> = W::value_variants()
                .iter()
                .filter_map(|variant| variant.to_possible_value())
                .map(|word| format!("{:?}", word.get_name()))
                .collect();
            self.fault(value.span().start, format!("this must be one of {}", words.join(", ")));
        }
        found
    }

    fn switch(&mut self, value: &Spanned<DeValue<'_>>) -> Option<bool> {
        let found = value.get_ref().as_bool();
        if found.is_none() {
            self.fault(value.span().start, "this must be true or false".to_owned());
        }
        found
    }

    fn text(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let found = value.get_ref().as_str().map(str::to_owned);
        if found.is_none() {
            self.fault(value.span().start, "this must be a text in quotes".to_owned());
        }
        found
    }

    fn keymap(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Keymap> {
        let mut bindings = self.bindings(value);
        // The parser sorts keys; hints name the first one of the file.
        bindings.sort_by_key(|binding| binding.line);
        match Keymap::standard().with_bindings(bindings) {
            Ok(keymap) => Some(keymap),
            Err(error) => {
                self.faults.push(Fault { line: error.line, message: visible(&error.message) });
                None
            }
        }
    }

    fn bindings(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Binding> {
        let mut bindings = Vec::new();
        let Some(contexts) = value.get_ref().as_table() else {
            self.fault(value.span().start, "keys are bound in tables: [keys.users]".to_owned());
            return bindings;
        };
        for (context, keys) in contexts {
            let known = Context::ALL.map(|(_, name)| name);
            if !known.contains(&context.get_ref().as_ref()) {
                self.unknown(context.span().start, context.get_ref(), known);
                continue;
            }
            let Some(table) = keys.get_ref().as_table() else {
                self.fault(keys.span().start, format!("this must be a table: [keys.{}]", context.get_ref()));
                continue;
            };
            for (key, action) in table {
                if let Some(action) = self.text(action) {
                    bindings.push(Binding {
                        context: context.get_ref().to_string(),
                        key: key.get_ref().to_string(),
                        action,
                        line: self.line(key.span().start),
                    });
                }
            }
        }
        bindings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::action::Action,
        config::{StartPane, Theme},
    };

    fn faults(text: &str) -> Vec<(usize, String)> {
        parse(text).unwrap_err().into_iter().map(|fault| (fault.line, fault.message)).collect()
    }

    #[test]
    fn every_key_is_read() {
        let text = "theme = \"mono\"\nstart_pane = \"users\"\nreadonly = true\nascii = true\ndata_dir = \"/srv/rc\"\n\
                    [keys.users]\n\"o\" = \"member.role\"\n\"r\" = \"\"\n";
        let layer = parse(text).unwrap();
        assert_eq!((layer.theme, layer.start_pane), (Some(Theme::Mono), Some(StartPane::Users)));
        assert_eq!((layer.readonly, layer.ascii), (Some(true), Some(true)));
        assert_eq!(layer.data_dir, Some(PathBuf::from("/srv/rc")));
        assert_eq!(layer.keymap.unwrap().hint(Action::ChangeRole).as_deref(), Some("o"));
    }

    #[test]
    fn a_key_that_cannot_be_bound_names_its_line() {
        assert_eq!(faults("theme = \"dark\"\n[keys.users]\n\"o\" = \"member.rle\"\n")[0].0, 3);
        assert_eq!(faults("[keys.users]\n\"Spce\" = \"member.role\"\n")[0].0, 2);
    }

    #[test]
    fn an_unknown_key_names_its_line_and_the_nearest() {
        assert_eq!(
            faults("# settings\ntheme = \"dark\"\nstart_pain = \"users\"\n"),
            [(3, "start_pain is not a setting; did you mean start_pane?".to_owned())]
        );
        assert_eq!(faults("[keys.user]\nx = \"y\""), [(1, "user is not a setting; did you mean users?".to_owned())]);
        assert_eq!(faults("weather = 1"), [(1, "weather is not a setting".to_owned())]);
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let told = faults("theme = \"drak\"\nreadonly = \"yes\"\ndata_dir = 7\n");
        let lines: Vec<usize> = told.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 2, 3]);
        assert_eq!(told[0].1, "this must be one of \"dark\", \"light\", \"mono\"");
        assert_eq!(told[1].1, "this must be true or false");
    }

    #[test]
    fn what_is_not_toml_is_told_by_line() {
        let told = faults("theme = \"dark\"\nreadonly = = true\n");
        assert_eq!(told[0].0, 2);
        assert!(!told[0].1.contains('\n'), "one sentence: {}", told[0].1);
    }

    #[test]
    fn a_fault_shows_file_and_line() {
        let error = ConfigError::Faults {
            path: "/etc/rc\u{1b}.toml".into(),
            faults: vec![Fault { line: 3, message: "no".into() }],
        };
        assert_eq!(error.to_string(), "/etc/rc‹U+001B›.toml:3: no");
    }
}
