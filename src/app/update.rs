//! What happens when something happens.

use super::{
    action::{Action, Context},
    changes::title,
    effect::Effect,
    filter::FilterBox,
    key::{Code, Key},
    layout,
    listing::Move,
    marking,
    msg::Msg,
    pane::{invitations, users},
    selection::Marks,
    state::{App, Pane, Screen},
    view::Tone,
};
use crate::{
    domain::{
        filter::{InvitationTest, Test},
        untrusted::Text,
    },
    i18n::{t, tf},
};

/// Takes what happened, gives back what to do about it. Never waits for anything.
pub fn update(app: &mut App, msg: Msg) -> Vec<Effect> {
    let mut effects = match msg {
        Msg::Key(key) => app.key(key),
        Msg::Paste(text) => app.paste(&text),
        Msg::Resize(columns, rows) => {
            app.size = (columns, rows);
            Vec::new()
        }
        Msg::Tick(now) => {
            app.now = now;
            app.clock_moved()
        }
        Msg::Pulse => app.pulse(),
        Msg::Timer(id) => app.timer_ran_out(id),
        Msg::Reply(id, reply) => app.replied(id, &reply),
        Msg::Change(change) => app.change_told(*change),
        Msg::Unwatched(change, e) => app.change_unwatched(change, &e),
        Msg::Shutdown => vec![Effect::Quit],
    };
    app.settle();
    effects.extend(app.read_ahead());
    effects
}

impl App {
    fn key(&mut self, key: Key) -> Vec<Effect> {
        self.asked_to_leave = self.notice.take().is_some_and(|notice| notice.leaves);
        self.making.leave();
        self.halt_ranges();
        if !layout::fits(self.size) {
            // Nothing is shown, dialogs neither, so nothing is done but leaving.
            let leave = self.keymap.resolve(&[Context::Global], key) == Some(Action::Quit);
            return if leave { self.leave_console(&key.to_string()) } else { Vec::new() };
        }
        if !self.stack.is_empty() {
            return self.dialog_key(key);
        }
        if self.filter().is_some_and(|filter| filter.is_open()) {
            return self.filter_key(key);
        }
        match self.keymap.resolve(&self.contexts(), key) {
            Some(action) => self.perform(action),
            None => Vec::new(),
        }
    }

    fn paste(&mut self, text: &str) -> Vec<Effect> {
        if !layout::fits(self.size) {
            return Vec::new();
        }
        if !self.stack.is_empty() {
            return self.dialog_paste(text);
        }
        match self.filter_mut() {
            Some(filter) if filter.is_open() => {
                filter.paste(text);
                self.filtered()
            }
            _ => Vec::new(),
        }
    }

    /// What is neither a dialog nor help: moving, screens, filters, leaving.
    pub(super) fn act(&mut self, action: Action) -> Vec<Effect> {
        if let Some(screen) = Self::screen_of(action) {
            self.screen = screen;
            // Others may have worked on changes meanwhile; nothing tells of those.
            return if screen == Screen::Changes { self.open_changes() } else { Vec::new() };
        }
        let page = isize::try_from(self.height(self.pane()).max(2) - 1).unwrap_or(isize::MAX);
        match action {
            Action::Up => self.go(Move::By(-1)),
            Action::Down => self.go(Move::By(1)),
            Action::PageUp => self.go(Move::By(-page)),
            Action::PageDown => self.go(Move::By(page)),
            Action::First => self.go(Move::First),
            Action::Last => self.go(Move::Last),
            Action::Filter => {
                self.filter_mut().into_iter().for_each(FilterBox::open);
                Vec::new()
            }
            Action::ClearFilter => self.step_back(),
            Action::Sort => self.sort(false),
            Action::SortReverse => self.sort(true),
            Action::Copy => self.copy(),
            Action::Mark | Action::Range | Action::MarkAll | Action::ClearMarks => self.mark(action),
            Action::StopChange => self.stop_change(),
            Action::NextFlag => self.next_flag(),
            Action::NextPane | Action::PreviousPane => {
                self.other_pane();
                Vec::new()
            }
            Action::Expand => {
                self.folders.expand();
                Vec::new()
            }
            Action::Collapse => {
                self.folders.collapse();
                Vec::new()
            }
            Action::UsersLeft | Action::InvitationsLeft | Action::ChangesLeft => self.scroll(-1),
            Action::UsersRight | Action::InvitationsRight | Action::ChangesRight => self.scroll(1),
            Action::RoleLeft => {
                self.roles.sideways(-1);
                Vec::new()
            }
            Action::RoleRight => {
                self.roles.sideways(1);
                Vec::new()
            }
            Action::Refresh => self.refresh(),
            Action::CycleTheme => {
                self.theme = self.theme.next();
                Vec::new()
            }
            Action::ToggleReadonly => {
                self.readonly = true;
                self.say(t("app.readonly-on"), Tone::Warn);
                Vec::new()
            }
            Action::Quit if self.screen == Screen::Directory => {
                let key = self.keymap.hint(Action::Quit).unwrap_or_default();
                self.leave_console(&key)
            }
            Action::Quit => {
                self.screen = Screen::Directory;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn go(&mut self, movement: Move) -> Vec<Effect> {
        let effects = self.move_cursor(movement);
        self.tell_range();
        effects
    }

    fn move_cursor(&mut self, movement: Move) -> Vec<Effect> {
        match self.pane() {
            Pane::Users => {
                let passes = users::passing(&self.roles.rows, self.now);
                let query = marking::go(&mut self.users.list, &mut self.users.marks, movement, passes);
                query.map_or_else(Vec::new, |query| self.read_members(query))
            }
            Pane::Invitations => {
                let (list, marks) = (&mut self.invitations.list, &mut self.invitations.marks);
                let query = marking::go(list, marks, movement, invitations::passes);
                query.map_or_else(Vec::new, |query| self.read_invitations(query))
            }
            Pane::Groups => {
                self.groups.list.go(movement);
                Vec::new()
            }
            Pane::Folders => {
                self.folders.tree.go(movement);
                Vec::new()
            }
            Pane::Grants => {
                self.folders.grant_list.go(movement);
                Vec::new()
            }
            Pane::Roles => {
                self.roles.go(movement);
                Vec::new()
            }
            Pane::Changes => {
                self.changes.moved();
                let query = self.changes.list.go(movement);
                query.map(|query| self.read_change_page(query)).unwrap_or_default()
            }
        }
    }

    fn other_pane(&mut self) {
        match self.screen {
            Screen::Directory if self.directory == Pane::Users => self.directory = Pane::Groups,
            Screen::Directory => self.directory = Pane::Users,
            Screen::Folders => self.in_grants = !self.in_grants,
            Screen::Invitations | Screen::Roles | Screen::Changes => {}
        }
    }

    /// Scrolls a table by a column.
    fn scroll(&mut self, by: isize) -> Vec<Effect> {
        let sideways = match self.pane() {
            Pane::Users => &mut self.users.sideways,
            Pane::Invitations => &mut self.invitations.sideways,
            _ => &mut self.changes.sideways,
        };
        sideways.scroll(by, self.size);
        Vec::new()
    }

    fn sort(&mut self, reverse: bool) -> Vec<Effect> {
        match self.pane() {
            Pane::Users => {
                self.users.list.sort_by(reverse);
                self.users.sideways.reveal(self.users.list.sort.column, self.size);
                let query = self.users.list.fresh();
                self.read_members(query)
            }
            Pane::Invitations => {
                self.invitations.list.sort_by(reverse);
                self.invitations.sideways.reveal(self.invitations.list.sort.column, self.size);
                let query = self.invitations.list.fresh();
                self.read_invitations(query)
            }
            Pane::Groups => {
                if reverse {
                    self.groups.reverse = !self.groups.reverse;
                } else {
                    self.groups.by_members = !self.groups.by_members;
                    self.groups.reverse = false;
                }
                self.groups.arrange();
                Vec::new()
            }
            Pane::Folders | Pane::Grants | Pane::Roles | Pane::Changes => Vec::new(),
        }
    }

    /// The board cut down to the next flag, in the filter's own words.
    fn next_flag(&mut self) -> Vec<Effect> {
        self.invitations.next_flag();
        if self.invitations.list.filter.apply::<InvitationTest>() { self.refilter() } else { Vec::new() }
    }

    fn copy(&mut self) -> Vec<Effect> {
        if self.pane() == Pane::Invitations {
            return self.read_link();
        }
        let copied: Option<&Text> = match self.pane() {
            Pane::Users => self.users.list.current().map(|row| &row.email),
            Pane::Groups => self.groups.current().map(|row| &row.name),
            Pane::Invitations => None,
            Pane::Folders => self.folders.current().map(|row| &row.name),
            Pane::Grants => self.folders.current_grant().map(|row| &row.subject_name),
            Pane::Roles => self.roles.rows.get(self.roles.column).map(|row| &row.name),
            Pane::Changes => None,
        };
        let change = self.change_under().map(|change| title(change, &self.workspace, self.now));
        let Some(copied) = copied.map(ToString::to_string).or(change) else { return Vec::new() };
        self.say(tf("app.copied-text", &[("text", &copied)]), Tone::Good);
        vec![Effect::Copy(copied)]
    }

    /// `Esc`: first a range being drawn is given up, then the filter goes, then the grants are left, then
    /// the screen.
    fn step_back(&mut self) -> Vec<Effect> {
        if self.marks_mut().is_some_and(Marks::forget_range) {
            return Vec::new();
        }
        if self.filter_mut().is_some_and(FilterBox::clear) {
            return self.refilter();
        }
        if self.screen == Screen::Folders && self.in_grants {
            self.in_grants = false;
        } else {
            self.screen = Screen::Directory;
        }
        Vec::new()
    }

    /// The filter of the pane that has the keys, if it has one.
    pub fn filter(&self) -> Option<&FilterBox> {
        match self.pane() {
            Pane::Users => Some(&self.users.list.filter),
            Pane::Groups => Some(&self.groups.filter),
            Pane::Invitations => Some(&self.invitations.list.filter),
            Pane::Folders => Some(&self.folders.filter),
            Pane::Grants | Pane::Roles | Pane::Changes => None,
        }
    }

    fn filter_mut(&mut self) -> Option<&mut FilterBox> {
        match self.pane() {
            Pane::Users => Some(&mut self.users.list.filter),
            Pane::Groups => Some(&mut self.groups.filter),
            Pane::Invitations => Some(&mut self.invitations.list.filter),
            Pane::Folders => Some(&mut self.folders.filter),
            Pane::Grants | Pane::Roles | Pane::Changes => None,
        }
    }

    fn filter_key(&mut self, key: Key) -> Vec<Effect> {
        match key.code {
            Code::Up => return self.go(Move::By(-1)),
            Code::Down => return self.go(Move::By(1)),
            Code::Enter | Code::Esc | Code::Tab => {
                if let Some(filter) = self.filter_mut() {
                    filter.close();
                }
                return Vec::new();
            }
            Code::Char('c') if key.ctrl => return self.leave_console(&key.to_string()),
            _ => {}
        }
        if self.filter_mut().is_some_and(|filter| filter.key(key)) { self.filtered() } else { Vec::new() }
    }

    /// The text of the filter may have changed: put it in force if it is one.
    fn filtered(&mut self) -> Vec<Effect> {
        let changed = match self.pane() {
            Pane::Users => self.users.list.filter.apply::<Test>(),
            Pane::Invitations => self.invitations.list.filter.apply::<InvitationTest>(),
            _ => self.filter_mut().is_some_and(FilterBox::apply_words),
        };
        if changed { self.refilter() } else { Vec::new() }
    }

    fn refilter(&mut self) -> Vec<Effect> {
        match self.pane() {
            Pane::Users => {
                self.users.marks.filtered(self.users.list.filter.applied());
                let query = self.users.list.fresh();
                let mut effects = self.read_members(query);
                effects.extend(self.count_members());
                effects.extend(self.count_marked());
                effects
            }
            Pane::Invitations => {
                self.invitations.refilter_marks();
                let query = self.invitations.list.fresh();
                let mut effects = self.read_invitations(query);
                effects.extend(self.count_invitations());
                effects.extend(self.count_marked());
                effects
            }
            Pane::Groups => {
                self.groups.arrange();
                Vec::new()
            }
            Pane::Folders => {
                self.folders.refilter();
                Vec::new()
            }
            Pane::Grants | Pane::Roles | Pane::Changes => Vec::new(),
        }
    }

    /// Rows of a pane that are on screen.
    pub fn height(&self, pane: Pane) -> usize {
        let size = self.size;
        match pane {
            Pane::Users => layout::list(size, self.users.list.filter.shown()),
            Pane::Groups => (layout::plain(size, self.groups.filter.shown()) / 2).max(1),
            Pane::Invitations => layout::list(size, self.invitations.list.filter.shown()),
            Pane::Folders => layout::plain(size, self.folders.filter.shown()),
            Pane::Grants => layout::plain(size, false).saturating_sub(1) / usize::from(layout::grant_lines(size)),
            Pane::Roles | Pane::Changes => layout::list(size, false),
        }
        .max(1)
    }

    /// Scrolls every pane so that its cursor is on screen.
    fn settle(&mut self) {
        let panes =
            [Pane::Users, Pane::Groups, Pane::Invitations, Pane::Folders, Pane::Grants, Pane::Roles, Pane::Changes];
        let [users, groups, invitations, folders, grants, roles, changes] = panes.map(|pane| self.height(pane));
        self.users.list.settle(users);
        self.groups.list.settle(groups);
        self.invitations.list.settle(invitations);
        self.folders.tree.settle(folders);
        self.folders.grant_list.settle(grants);
        self.roles.list.settle(roles);
        self.changes.list.settle(changes);
    }
}
