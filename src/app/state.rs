//! Everything the console knows and shows, as plain data.

use super::{
    dialog::Ids,
    effect::{ReqId, TimerId},
    focus_created::Making,
    keymap::Keymap,
    pane::{changes::Changes, folders::Folders, groups::Groups, invitations::Invitations, roles::Roles, users::Users},
    requests::Reads,
    stack::Stack,
    view::Tone,
};
use crate::{
    api::{
        backend::Features,
        wire::{Me, Workspace},
    },
    domain::{
        id::{AccountId, WorkspaceId},
        pack::{Attach, MaxRoles, Policies},
        time::Timestamp,
        untrusted::{Text, visible},
    },
};
use std::borrow::Cow;

/// What is chosen before the console starts.
#[derive(Debug, Clone)]
pub struct Options {
    /// The time.
    pub now: Timestamp,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The bindings in force.
    pub keymap: Keymap,
    /// The workspace to open, by name or number; the caller's first when none.
    pub workspace: Option<String>,
    /// Whether changes are off.
    pub readonly: bool,
    /// Which pane of the directory has the focus first.
    pub start: Pane,
    /// Which theme is used first.
    pub theme: ThemeName,
    /// The folder of the data, where it is not the one that commands use when nothing is said.
    pub data_dir: Option<String>,
    /// Whether one's own changes at work stop when the console is left, to be gone on with later.
    pub stops_changes: bool,
    /// What makes this run's idempotency keys different from every other's.
    pub key_prefix: String,
}

/// A theme rolecall comes with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ThemeName {
    /// For dark grounds.
    #[default]
    Dark,
    /// For light grounds.
    Light,
    /// Without any colour.
    Mono,
}

impl ThemeName {
    /// The one after it, round about.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Dark => Self::Light,
            Self::Light => Self::Mono,
            Self::Mono => Self::Dark,
        }
    }
}

/// What fills the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Users and groups.
    Directory,
    /// The board.
    Invitations,
    /// Tree and grants.
    Folders,
    /// The matrix.
    Roles,
    /// Changes.
    Changes,
}

impl Screen {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 5] = [Self::Directory, Self::Invitations, Self::Folders, Self::Roles, Self::Changes];
}

/// What has the keys when no dialog has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// Members.
    Users,
    /// Groups.
    Groups,
    /// Invitations.
    Invitations,
    /// The folder tree.
    Folders,
    /// Grants of the chosen folder.
    Grants,
    /// The matrix of roles.
    Roles,
    /// Changes.
    Changes,
}

/// How it stands with the backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// Nothing has come yet.
    Connecting,
    /// The last answer came.
    Live,
    /// The last call did not get through; what is shown may be old.
    Offline {
        /// Why.
        reason: String,
        /// How many tries failed one after the other.
        attempts: u32,
        /// The timer of the next one.
        timer: TimerId,
        /// When it runs out.
        until: Timestamp,
    },
    /// The backend does not know who is asking.
    SignedOut,
}

/// Something said in the footer until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// What it is.
    pub tone: Tone,
    /// Whether it asks if the console is to be left all the same.
    pub leaves: bool,
}

/// The console.
pub struct App {
    /// The time.
    pub now: Timestamp,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The bindings in force.
    pub keymap: Keymap,
    /// The theme in use.
    pub theme: ThemeName,
    /// Whether changes are off.
    pub readonly: bool,
    /// The folder of the data, where it is not the one that commands use when nothing is said.
    pub data_dir: Option<String>,
    /// Whether one's own changes at work stop when the console is left, to be gone on with later.
    pub stops_changes: bool,
    /// The workspace asked for at the start.
    pub wanted: Option<String>,
    /// What is done before the backend can be asked, where it takes long.
    pub starting: Option<String>,
    /// How it stands with the backend.
    pub connection: Connection,
    /// What the backend can do.
    pub features: Features,
    /// Who is asking; blank until known.
    pub me: Me,
    /// The workspace that is open; blank until known.
    pub workspace: Workspace,
    /// Whether both are known.
    pub ready: bool,
    /// The screen.
    pub screen: Screen,
    /// The pane of the directory that has the focus.
    pub directory: Pane,
    /// Whether the grants have the focus on the screen of folders.
    pub in_grants: bool,
    /// The users pane.
    pub users: Users,
    /// The groups pane.
    pub groups: Groups,
    /// The board.
    pub invitations: Invitations,
    /// Tree and grants.
    pub folders: Folders,
    /// The matrix.
    pub roles: Roles,
    /// Changes.
    pub changes: Changes,
    /// What is said in the footer.
    pub notice: Option<Notice>,
    /// Whether the last thing said, until this key, was that leaving stops a change.
    pub asked_to_leave: bool,
    /// The dialogs that are open.
    pub stack: Stack,
    /// What is being waited for, and what failed.
    pub reads: Reads,
    /// What is being made, so that the cursor goes there.
    pub making: Making,
    /// Where request ids and idempotency keys come from.
    pub ids: Ids,
    /// The last timer given out.
    pub timers: u64,
}

impl App {
    /// A console that knows nothing yet: it can be drawn at once.
    pub fn new(options: Options) -> Self {
        Self {
            now: options.now,
            size: options.size,
            keymap: options.keymap,
            theme: options.theme,
            readonly: options.readonly,
            data_dir: options.data_dir,
            stops_changes: options.stops_changes,
            wanted: options.workspace,
            starting: None,
            connection: Connection::Connecting,
            features: Features::ALL,
            me: nobody(),
            workspace: nowhere(),
            ready: false,
            screen: Screen::Directory,
            directory: if options.start == Pane::Users { Pane::Users } else { Pane::Groups },
            in_grants: false,
            users: Users::new(),
            groups: Groups::default(),
            invitations: Invitations::new(),
            folders: Folders::default(),
            roles: Roles::default(),
            changes: Changes::new(),
            notice: None,
            asked_to_leave: false,
            stack: Stack::default(),
            reads: Reads::default(),
            making: Making::default(),
            ids: Ids::new(options.key_prefix),
            timers: 0,
        }
    }

    /// What has the keys when no dialog has.
    pub fn pane(&self) -> Pane {
        match self.screen {
            Screen::Directory => self.directory,
            Screen::Invitations => Pane::Invitations,
            Screen::Folders if self.in_grants => Pane::Grants,
            Screen::Folders => Pane::Folders,
            Screen::Roles => Pane::Roles,
            Screen::Changes => Pane::Changes,
        }
    }

    /// Whether Users and Groups stand side by side.
    pub fn wide(&self) -> bool {
        self.size.0 >= super::layout::WIDE
    }

    /// Whether the caller holds a capability across the workspace.
    pub fn holds(&self, capability: &str) -> bool {
        self.workspace.my_owner || self.workspace.my_capabilities.iter().any(|key| key == capability)
    }

    /// The label of a capability by its key, made visible.
    pub fn capability<'a>(&'a self, key: &str) -> Cow<'a, str> {
        let known = self.workspace.capabilities.iter().find(|capability| capability.key == key);
        known.map_or_else(|| visible(key).into(), |capability| capability.label.as_str().into())
    }

    /// Says something in the footer.
    pub fn say(&mut self, text: impl Into<String>, tone: Tone) {
        self.notice = Some(Notice { text: text.into(), tone, leaves: false });
    }

    /// A timer's identity.
    pub fn timer(&mut self) -> TimerId {
        self.timers += 1;
        TimerId(self.timers)
    }

    /// Whether anything is being waited for.
    pub fn busy(&self) -> bool {
        !self.reads.is_empty()
    }

    /// A request's identity.
    pub(super) fn request(&mut self) -> ReqId {
        self.ids.request()
    }
}

fn nobody() -> Me {
    Me {
        account: AccountId(0),
        email: Text::default(),
        name: Text::default(),
        has_password: false,
        workspaces: Vec::new(),
    }
}

fn nowhere() -> Workspace {
    Workspace {
        id: WorkspaceId(0),
        name: Text::default(),
        pack: String::new(),
        version: 0,
        revision: 0,
        capabilities: Vec::new(),
        policies: Policies {
            owner: true,
            max_roles: MaxRoles::One,
            attach: Attach::Immediate,
            invitation_ttl_days: 7,
            required_fields: Vec::new(),
            inherit_org_roles: false,
            min_admins: 0,
            owner_successor_role: None,
            company_domains: Vec::new(),
            folder_kinds: Vec::new(),
            features: Vec::new(),
        },
        my_member: None,
        my_owner: false,
        my_capabilities: Vec::new(),
        members: 0,
    }
}
