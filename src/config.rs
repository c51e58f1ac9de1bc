//! Settings: default, below the file, below the environment, below the flags.
//!
//! The file is `config.toml` in the configuration folder; what it may say is documented in
//! `config.example.toml`. A key that rolecall does not know is an error that names the file, the
//! line and the nearest key it does know, never a setting silently ignored.

mod file;
mod nearest;

pub use file::{ConfigError, Fault, KEYS};
pub use nearest::nearest;

use crate::app::keymap::Keymap;
use clap::{Args, ValueEnum, builder::BoolishValueParser};
use std::path::{Path, PathBuf};

/// How the console is coloured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Theme {
    /// For a dark terminal.
    #[default]
    Dark,
    /// For a light terminal.
    Light,
    /// Without colour.
    Mono,
}

/// The pane that has the cursor when the console opens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum StartPane {
    /// The groups.
    #[default]
    Groups,
    /// The users.
    Users,
}

/// The heading of the flags that every command takes.
pub const EVERYWHERE: &str = "Everywhere";

/// What one place says; what it does not say is left to the places below it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = EVERYWHERE)]
pub struct Layer {
    /// Colours: dark, light, or mono for none
    #[arg(long, global = true, value_enum, env = "ROLECALL_THEME", hide_env_values = true)]
    pub theme: Option<Theme>,
    /// The pane that the console opens on
    #[arg(long, global = true, value_enum, value_name = "PANE", env = "ROLECALL_START_PANE", hide_env_values = true)]
    pub start_pane: Option<StartPane>,
    /// Look, but change nothing
    #[arg(long, global = true, env = "ROLECALL_READONLY", hide_env_values = true, value_name = "BOOL",
          num_args = 0..=1, require_equals = true, default_missing_value = "true",
          value_parser = BoolishValueParser::new())]
    pub readonly: Option<bool>,
    /// Draw borders and marks with ASCII characters only
    #[arg(long, global = true, env = "ROLECALL_ASCII", hide_env_values = true, value_name = "BOOL",
          num_args = 0..=1, require_equals = true, default_missing_value = "true",
          value_parser = BoolishValueParser::new())]
    pub ascii: Option<bool>,
    /// The folder where rolecall keeps your workspace
    #[arg(long, global = true, value_name = "FOLDER", env = "ROLECALL_DATA_DIR", hide_env_values = true)]
    pub data_dir: Option<PathBuf>,
    /// Ask nothing: do what was agreed to with --yes, fail where an answer is missing
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Keys; in the file only.
    #[arg(skip)]
    pub keymap: Option<Keymap>,
}

impl Layer {
    /// This layer, with what it leaves open taken from the one below.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            theme: self.theme.or(below.theme),
            start_pane: self.start_pane.or(below.start_pane),
            readonly: self.readonly.or(below.readonly),
            ascii: self.ascii.or(below.ascii),
            data_dir: self.data_dir.or(below.data_dir),
            no_input: self.no_input || below.no_input,
            keymap: self.keymap.or(below.keymap),
        }
    }
}

/// Every setting, settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Colours.
    pub theme: Theme,
    /// Where the console opens.
    pub start_pane: StartPane,
    /// Whether changes are off.
    pub readonly: bool,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
    /// Where data is kept.
    pub data_dir: PathBuf,
    /// Whether nobody is asked anything.
    pub no_input: bool,
    /// What keys mean.
    pub keymap: Keymap,
}

impl Config {
    /// Settles every setting: `flags` (and environment) over the file over the defaults.
    ///
    /// `path` is a file that must be there; without it the file in the configuration folder is read
    /// if there is one. `no_color` is whether `NO_COLOR` is set: then the default has no colour.
    pub fn load(path: Option<&Path>, flags: Layer, no_color: bool) -> Result<Self, ConfigError> {
        let folders = directories::ProjectDirs::from("", "", "rolecall");
        let file = match (path, &folders) {
            (Some(path), _) => file::read(path, true)?,
            (None, Some(folders)) => file::read(&folders.config_dir().join("config.toml"), false)?,
            (None, None) => Layer::default(),
        };
        let said = flags.over(file);
        Ok(Self {
            theme: said.theme.unwrap_or(if no_color { Theme::Mono } else { Theme::default() }),
            start_pane: said.start_pane.unwrap_or_default(),
            readonly: said.readonly.unwrap_or(false),
            ascii: said.ascii.unwrap_or(false),
            data_dir: match (said.data_dir, folders) {
                (Some(folder), _) => folder,
                (None, Some(folders)) => folders.data_dir().to_owned(),
                (None, None) => return Err(ConfigError::NoHome),
            },
            no_input: said.no_input,
            keymap: said.keymap.unwrap_or_else(Keymap::standard),
        })
    }

    /// The folder of the data, in full, where it is not the one that is used when nothing is said: then a
    /// command has to name it.
    pub fn named_data_dir(&self) -> Option<String> {
        let usual = directories::ProjectDirs::from("", "", "rolecall");
        let named = usual.is_none_or(|folders| folders.data_dir() != self.data_dir);
        let whole = || std::path::absolute(&self.data_dir).unwrap_or_else(|_| self.data_dir.clone());
        named.then(|| whole().to_string_lossy().into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn a_flag_beats_the_file_and_the_file_beats_the_default() {
        let (_folder, path) = file("theme = \"light\"\nreadonly = true\ndata_dir = \"here\"\n");
        let flags = Layer { readonly: Some(false), ..Layer::default() };
        let config = Config::load(Some(&path), flags, false).unwrap();
        assert_eq!(config.theme, Theme::Light, "the file");
        assert!(!config.readonly, "the flag");
        assert_eq!(config.start_pane, StartPane::Groups, "the default");
        assert_eq!(config.data_dir, Path::new("here"));
        assert!(config.named_data_dir().is_some_and(|folder| folder.starts_with('/') && folder.ends_with("/here")));
    }

    #[test]
    fn no_color_changes_the_default_only() {
        let (_folder, path) = file("");
        let flags = || Layer { data_dir: Some("d".into()), ..Layer::default() };
        assert_eq!(Config::load(Some(&path), flags(), true).unwrap().theme, Theme::Mono);
        let (_folder, path) = file("theme = \"dark\"");
        assert_eq!(Config::load(Some(&path), flags(), true).unwrap().theme, Theme::Dark);
    }

    #[test]
    fn a_file_that_was_named_must_be_there() {
        let error = Config::load(Some(Path::new("no/such/file.toml")), Layer::default(), false).unwrap_err();
        assert!(error.to_string().contains("no/such/file.toml"), "{error}");
    }
}
