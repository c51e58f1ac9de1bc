//! What is chosen before the console starts.

use crate::{
    app::{
        keymap::Keymap,
        state::{Pane, ThemeName},
    },
    config::{Config, StartPane, Theme},
};

/// What is chosen before the console starts.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The workspace to open, by name or number; the caller's first when none.
    pub workspace: Option<String>,
    /// The theme to begin with; [`ThemeName::Mono`] for `NO_COLOR`.
    pub theme: ThemeName,
    /// The bindings: [`Keymap::standard`] with the user's over them.
    pub keymap: Keymap,
    /// Whether changes are off.
    pub readonly: bool,
    /// The folder of the data, where it is not the one that commands use when nothing is said.
    pub data_dir: Option<String>,
    /// Whether one's own changes at work stop when the console is left, to be gone on with later.
    pub stops_changes: bool,
    /// Which pane of the directory has the focus first: [`Pane::Groups`] or [`Pane::Users`].
    pub start_pane: Pane,
    /// Whether frames and marks are drawn in ASCII.
    pub ascii: bool,
    /// What is done before the backend can be asked, where it takes long.
    pub starting: Option<String>,
}

impl From<Config> for Settings {
    fn from(config: Config) -> Self {
        let data_dir = config.named_data_dir();
        Self {
            workspace: None,
            theme: match config.theme {
                Theme::Dark => ThemeName::Dark,
                Theme::Light => ThemeName::Light,
                Theme::Mono => ThemeName::Mono,
            },
            keymap: config.keymap,
            readonly: config.readonly,
            data_dir,
            stops_changes: false,
            start_pane: match config.start_pane {
                StartPane::Groups => Pane::Groups,
                StartPane::Users => Pane::Users,
            },
            ascii: config.ascii,
            starting: None,
        }
    }
}
