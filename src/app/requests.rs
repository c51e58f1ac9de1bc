//! What is asked of the backend for the panes, and what is being waited for; what comes of it is
//! `answers`' matter.
//!
//! Each thing is waited for once: asking again takes the older question back. A reply that nobody
//! waits for is dropped.

use super::{
    effect::{Call, Effect, ReqId},
    state::{App, Connection, Pane, Screen},
};
use crate::{
    api::{error::ApiError, wire::PageQuery},
    domain::id::{ChangeId, WorkspaceId},
};

/// What an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// Who is asking, and what the backend can do.
    Hello,
    /// The workspace.
    Workspace,
    /// The revision of the workspace, to see whether it moved on.
    Pulse,
    /// A page for the users pane.
    Members,
    /// How many members match.
    MemberCount,
    /// All groups.
    Groups,
    /// All roles.
    Roles,
    /// The tree.
    Folders,
    /// The grants of the chosen folder.
    FolderGrants,
    /// A page for the board.
    Invitations,
    /// How many invitations there are.
    InvitationCount,
    /// An invitation's link, to be copied.
    InvitationLink,
    /// How many of the marked members the filter shows.
    MarkedMembers,
    /// The same of invitations.
    MarkedInvitations,
    /// A page of changes.
    Changes,
    /// Rows that a change failed on.
    Failures(ChangeId),
    /// A change being stopped.
    Change,
    /// A dialog's question, by the dialog's place in the order of opening.
    Dialog {
        /// Which dialog.
        serial: u64,
        /// Whether it changes something, so that it is never taken back.
        write: bool,
    },
}

impl Want {
    /// Whether asking this again makes the older question pointless.
    fn supersedes(self, older: Self) -> bool {
        self == older && !matches!(self, Self::Dialog { .. } | Self::Change)
    }
}

/// Open questions, and the last failure of each.
#[derive(Debug, Default)]
pub struct Reads {
    open: Vec<(ReqId, Want)>,
    failed: Vec<(Want, ApiError)>,
}

impl Reads {
    /// Whether nothing is being waited for.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether this is being waited for.
    pub fn waits(&self, want: Want) -> bool {
        self.open.iter().any(|(_, other)| *other == want)
    }

    /// Whether this answer only says whether something moved on.
    pub fn is_pulse(&self, id: ReqId) -> bool {
        self.open.contains(&(id, Want::Pulse))
    }

    /// Why the last try failed, unless a later one succeeded.
    pub fn failure(&self, want: Want) -> Option<&ApiError> {
        self.failed.iter().find(|(other, _)| *other == want).map(|(_, e)| e)
    }

    /// Waits for an answer; effects that take back what it supersedes.
    pub fn wait(&mut self, id: ReqId, want: Want) -> Vec<Effect> {
        let cancelled = self.drop_where(|older| want.supersedes(older));
        self.open.push((id, want));
        cancelled
    }

    /// Nobody waits for a dialog's questions any more; its writes go on.
    pub fn leave(&mut self, dialog: u64) -> Vec<Effect> {
        self.drop_where(|want| want == Want::Dialog { serial: dialog, write: false })
    }

    fn drop_where(&mut self, gone: impl Fn(Want) -> bool) -> Vec<Effect> {
        let (dropped, kept) = std::mem::take(&mut self.open).into_iter().partition(|(_, want)| gone(*want));
        self.open = kept;
        let dropped: Vec<(ReqId, Want)> = dropped;
        dropped.into_iter().map(|(id, _)| Effect::Cancel(id)).collect()
    }

    /// Ends the waiting for one answer; what it was for, if anybody waited.
    pub fn settle(&mut self, id: ReqId, error: Option<&ApiError>) -> Option<Want> {
        let place = self.open.iter().position(|(other, _)| *other == id)?;
        let (_, want) = self.open.remove(place);
        self.failed.retain(|(other, _)| *other != want);
        if let Some(e) = error
            && !matches!(want, Want::Dialog { .. })
        {
            self.failed.push((want, e.clone()));
        }
        Some(want)
    }
}

impl App {
    pub(super) fn ask(&mut self, want: Want, call: Call) -> Vec<Effect> {
        let id = self.request();
        let mut effects = self.reads.wait(id, want);
        effects.push(Effect::Call(id, call));
        effects
    }

    /// The first question: who is asking.
    pub fn start(&mut self) -> Vec<Effect> {
        self.ask(Want::Hello, Call::Hello)
    }

    /// Reads everything again; rows stay on screen until newer ones come.
    pub fn refresh(&mut self) -> Vec<Effect> {
        if !self.ready {
            return self.start();
        }
        let id = self.workspace.id;
        let mut effects = self.ask(Want::Workspace, Call::Workspace(id));
        effects.extend(self.read_lists(id));
        // Who asks may have changed as well: a password set is asked for from then on.
        effects.extend(self.start());
        effects
    }

    /// Asks whether the workspace moved on, where nobody asks for anything else: one row, for the revision
    /// that it was read at. One's own changes are followed, and what a range is drawn over does not change.
    pub(super) fn pulse(&mut self) -> Vec<Effect> {
        let ranging = self.users.marks.ranging() || self.invitations.marks.ranging();
        let idle = self.reads.is_empty() && self.changes.at_work().is_none() && !ranging;
        if !self.ready || self.connection != Connection::Live || !idle {
            return Vec::new();
        }
        let id = self.workspace.id;
        let query = PageQuery { limit: Some(1), ..PageQuery::default() };
        let call = if self.features.changes { Call::Changes(id, query) } else { Call::Workspace(id) };
        self.ask(Want::Pulse, call)
    }

    /// The workspace is at this revision: where that is not what was read everything is read again.
    pub(super) fn moved(&mut self, revision: i64) -> Vec<Effect> {
        if revision == self.workspace.revision { Vec::new() } else { self.refresh() }
    }

    pub(super) fn read_lists(&mut self, id: WorkspaceId) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.features.groups {
            effects.extend(self.ask(Want::Groups, Call::Groups(id)));
        }
        effects.extend(self.ask(Want::Roles, Call::Roles(id)));
        if self.features.folders {
            effects.extend(self.ask(Want::Folders, Call::Folders(id)));
        }
        // Rows may come and go: what a range was drawn over stays marked.
        for marks in [&mut self.users.marks, &mut self.invitations.marks] {
            marks.finish();
            marks.recount();
        }
        effects.extend(self.count_marked());
        let query = self.users.list.again();
        effects.extend(self.read_members(query));
        effects.extend(self.count_members());
        if self.features.invitations {
            let query = self.invitations.list.again();
            effects.extend(self.read_invitations(query));
            effects.extend(self.count_invitations());
        }
        effects.extend(self.read_changes());
        self.folders.grants_of = None;
        effects
    }

    /// Asks for the changes on screen.
    pub(super) fn read_changes(&mut self) -> Vec<Effect> {
        if !self.features.changes {
            return Vec::new();
        }
        let query = self.changes.list.again();
        self.read_change_page(query)
    }

    /// The screen of changes is opened: the cursor goes to the one of this session that was begun or ended last.
    pub(super) fn open_changes(&mut self) -> Vec<Effect> {
        if !self.changes.opened() {
            return self.read_changes();
        }
        let query = self.changes.list.fresh();
        self.read_change_page(query)
    }

    /// Asks for a page of changes.
    pub(super) fn read_change_page(&mut self, query: PageQuery) -> Vec<Effect> {
        self.ask(Want::Changes, Call::Changes(self.workspace.id, query))
    }

    /// Asks for a page of members.
    pub(super) fn read_members(&mut self, query: PageQuery) -> Vec<Effect> {
        self.ask(Want::Members, Call::Members(self.workspace.id, query))
    }

    /// Asks how many members match.
    pub(super) fn count_members(&mut self) -> Vec<Effect> {
        let filter = self.users.list.filter.applied().to_owned();
        self.ask(Want::MemberCount, Call::CountMembers(self.workspace.id, filter))
    }

    /// Asks how many of the marked rows the filters show, where that is not known.
    pub(super) fn count_marked(&mut self) -> Vec<Effect> {
        let id = self.workspace.id;
        let mut effects = Vec::new();
        if let Some(among) = self.users.marks.uncounted() {
            effects.extend(self.ask(Want::MarkedMembers, Call::CountMembersAmong(id, among)));
        }
        if let Some(among) = self.invitations.marks.uncounted() {
            effects.extend(self.ask(Want::MarkedInvitations, Call::CountInvitationsAmong(id, among)));
        }
        effects
    }

    /// Asks for a page of invitations.
    pub(super) fn read_invitations(&mut self, query: PageQuery) -> Vec<Effect> {
        self.ask(Want::Invitations, Call::Invitations(self.workspace.id, query))
    }

    /// Asks how many invitations there are, and how many match.
    pub(super) fn count_invitations(&mut self) -> Vec<Effect> {
        let filter = self.invitations.list.filter.applied().to_owned();
        self.ask(Want::InvitationCount, Call::CountInvitations(self.workspace.id, filter))
    }

    /// Asks for the link of the invitation under the cursor.
    pub(super) fn read_link(&mut self) -> Vec<Effect> {
        let Some(id) = self.invitations.list.current().map(|row| row.id) else { return Vec::new() };
        self.ask(Want::InvitationLink, Call::InvitationLink(self.workspace.id, id))
    }

    /// The clock has moved on. The board's numbers follow it: out of the rows where the window holds
    /// them all, else they are asked for once it has passed the moment they change at.
    pub(super) fn clock_moved(&mut self) -> Vec<Effect> {
        if !self.invitations.turn(self.now) {
            return Vec::new();
        }
        let mut effects = self.count_invitations();
        if self.invitations.list.seen() {
            let query = self.invitations.list.again();
            effects.extend(self.read_invitations(query));
        }
        effects
    }

    /// What will be wanted next on what is shown: pages near an edge, grants of the chosen folder.
    pub(super) fn read_ahead(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !self.ready {
            return effects;
        }
        let height = self.height(Pane::Users);
        if let Some(query) = self.users.list.ahead(height) {
            effects.extend(self.read_members(query));
        }
        let height = self.height(Pane::Changes);
        if let Some(query) = self.changes.list.ahead(height) {
            effects.extend(self.read_change_page(query));
        }
        let height = self.height(Pane::Invitations);
        if let Some(query) = self.invitations.list.ahead(height) {
            effects.extend(self.read_invitations(query));
        }
        if self.screen == Screen::Folders
            && let Some(folder) = self.folders.tree.current_id()
            && self.folders.grants_of != Some(folder)
        {
            self.folders.grants_of = Some(folder);
            effects.extend(self.ask(Want::FolderGrants, Call::FolderGrants(self.workspace.id, folder)));
        }
        effects
    }
}
