//! Dialogs: one stack, whose order is the order of input and of drawing.
//!
//! A dialog owns its inner state, asks for what it needs by effects, and stays open, pending, until
//! its reply: an `Invalid` error lands under its field and nothing typed is lost.

pub mod access;
mod body;
pub mod change;
pub mod change_export;
pub mod changed;
mod cursor;
pub mod dates;
mod edit;
mod entries;
pub mod explain;
mod fetch;
mod focus;
pub mod folder_new;
mod form;
mod form_error;
pub mod grant_edit;
pub mod grants;
pub mod group_delete;
pub mod group_edit;
pub mod group_members;
pub mod help;
pub mod invitation_edit;
pub mod invite;
pub mod invite_many;
mod link;
pub mod member_edit;
pub mod member_groups;
mod members;
pub mod palette;
pub mod password;
mod pick;
pub mod plan;
mod plan_view;
mod planning;
pub mod reason;
pub mod role;
pub mod transfer;
pub mod undo;
pub mod who_can;
pub mod words;
mod wrap;

use super::{
    action::{Action, Context},
    effect::{Call, Effect, Reply, ReqId},
    msg::Input,
    view::DialogView,
};
use crate::{
    api::{
        backend::Features,
        error::ApiError,
        wire::{Change, FolderRow, GroupRow, Me, RoleRow, Workspace},
    },
    domain::time::Timestamp,
};

/// What dialogs may read of the console, and how they ask for things.
pub struct Cx<'a> {
    /// The time.
    pub now: Timestamp,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Who is asking.
    pub me: &'a Me,
    /// The workspace that is open.
    pub workspace: &'a Workspace,
    /// What the backend can do.
    pub features: &'a Features,
    /// All roles, as last read.
    pub roles: &'a [RoleRow],
    /// All groups, as last read.
    pub groups: &'a [GroupRow],
    /// The tree, as last read.
    pub folders: &'a [FolderRow],
    /// Whether changes are off.
    pub readonly: bool,
    /// The folder of the data, where commands have to name it.
    pub data_dir: Option<&'a str>,
    /// Where new request ids and idempotency keys come from.
    pub ids: &'a mut Ids,
}

impl Cx<'_> {
    /// A call with a new id, and the effect that makes it.
    pub fn call(&mut self, call: Call) -> (ReqId, Effect) {
        let id = self.ids.request();
        (id, Effect::Call(id, call))
    }
}

impl Cx<'_> {
    /// What drawing reads of it.
    pub fn view(&self) -> ViewCx<'_> {
        ViewCx {
            now: self.now,
            size: self.size,
            workspace: self.workspace,
            roles: self.roles,
            groups: self.groups,
            folders: self.folders,
        }
    }
}

/// A source of request ids and idempotency keys: a count, and a prefix drawn at the start.
#[derive(Debug, Clone)]
pub struct Ids {
    prefix: String,
    count: u64,
}

impl Ids {
    /// `prefix` makes the keys of one run different from those of every other.
    pub fn new(prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into(), count: 0 }
    }

    /// The next request's id.
    pub fn request(&mut self) -> ReqId {
        self.count += 1;
        ReqId(self.count)
    }

    /// The next idempotency key.
    pub fn key(&mut self) -> String {
        self.count += 1;
        format!("{}-{}", self.prefix, self.count)
    }
}

/// A dialog.
pub trait Dialog: Send {
    /// The keymap context beside [`Context::Dialog`].
    fn context(&self) -> Context;

    /// Whether plain characters are text now, and not keys of actions.
    fn typing(&self) -> bool {
        false
    }

    /// Called once when it opens: what it needs to know first.
    fn open(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let _ = cx;
        Vec::new()
    }

    /// A key.
    fn input(&mut self, input: Input, cx: &mut Cx<'_>) -> Outcome;

    /// Pasted text; line breaks are in it as they came.
    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) -> Outcome {
        let _ = (text, cx);
        Outcome::Stay(Vec::new())
    }

    /// An answer, to a call of this dialog or of another: one that is not its own is ignored.
    fn reply(&mut self, id: ReqId, reply: &Result<Reply, ApiError>, cx: &mut Cx<'_>) -> Outcome {
        let _ = (id, reply, cx);
        Outcome::Stay(Vec::new())
    }

    /// The dialog above it closed after a change: what to read again.
    fn resumed(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let _ = cx;
        Vec::new()
    }

    /// Roles, groups or folders were read: for a dialog that opened before they were.
    fn lists_came(&mut self, cx: &mut Cx<'_>) -> Vec<Effect> {
        let _ = cx;
        Vec::new()
    }

    /// How a change stands now that is followed.
    fn change_told(&mut self, change: &Change, cx: &mut Cx<'_>) -> Vec<Effect> {
        let _ = (change, cx);
        Vec::new()
    }

    /// How it looks now.
    fn view(&self, cx: &ViewCx<'_>) -> DialogView;
}

/// What a dialog may read to draw itself.
pub struct ViewCx<'a> {
    /// The time.
    pub now: Timestamp,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The workspace that is open.
    pub workspace: &'a Workspace,
    /// All roles.
    pub roles: &'a [RoleRow],
    /// All groups.
    pub groups: &'a [GroupRow],
    /// The tree.
    pub folders: &'a [FolderRow],
}

/// What comes of an input or a reply.
pub enum Outcome {
    /// The dialog stays.
    Stay(Vec<Effect>),
    /// Another opens above it.
    Push(Box<dyn Dialog>),
    /// It goes, with nothing changed.
    Close,
    /// It goes after a change: panes read again, and this is said in the footer.
    Done(String, Vec<Effect>),
    /// It goes, and this change was begun: whoever shows changes takes it over.
    Started(Box<Change>),
    /// It stays, with what was left out, and this change was begun of the rest.
    Begun(Box<Change>, Vec<Effect>),
    /// It goes, and this action is meant (the palette).
    Run(Action),
}
