//! An action done: a dialog opened for it, or the state changed.

use super::{
    action::Action,
    effect::Effect,
    open::label,
    selection::Marks,
    state::{App, Pane, Screen},
    view::Tone,
};
use crate::i18n::tf;

impl App {
    /// Does what is meant, or says why not.
    pub(super) fn perform(&mut self, action: Action) -> Vec<Effect> {
        let ranging = self.marks().is_some_and(Marks::ranging);
        let effects = self.carry_out(action);
        self.tell_of_range(ranging, action);
        effects
    }

    fn carry_out(&mut self, action: Action) -> Vec<Effect> {
        let moves = matches!(
            action,
            Action::Up | Action::Down | Action::PageUp | Action::PageDown | Action::First | Action::Last
        );
        if !(moves || matches!(action, Action::Range | Action::Mark | Action::ClearFilter))
            && let Some(marks) = self.marks_mut()
        {
            marks.finish();
        }
        if let Some(why) = self.able(action).why() {
            let text = tf("able.not", &[("label", &label(action)), ("why", &why)]);
            self.say(text, Tone::Warn);
            return Vec::new();
        }
        match action {
            Action::Help => self.open_help(),
            Action::Palette => self.open_palette(),
            Action::Open => match self.opening() {
                Some(action) => self.perform(action),
                None => Vec::new(),
            },
            _ => match self.dialog_of(action) {
                Some(dialog) => {
                    if matches!(action, Action::ChangeDetails | Action::RetryChange)
                        && let Some(change) = self.change_under().or(self.changes.at_work()).map(|change| change.id)
                    {
                        self.changes.read(change);
                    }
                    self.push(dialog)
                }
                None => self.act(action),
            },
        }
    }

    /// What `Enter` means on the row under the cursor.
    fn opening(&self) -> Option<Action> {
        match self.pane() {
            Pane::Users => Some(Action::EffectiveAccess),
            Pane::Groups => Some(Action::GroupMembers),
            Pane::Invitations => Some(Action::EditInvitation),
            Pane::Folders => Some(Action::NextPane),
            Pane::Grants => Some(Action::GrantTerms),
            Pane::Roles => Some(Action::RoleWhoCan),
            Pane::Changes => Some(Action::ChangeDetails),
        }
    }

    /// The screen an action goes to.
    pub(super) fn screen_of(action: Action) -> Option<Screen> {
        match action {
            Action::ScreenDirectory => Some(Screen::Directory),
            Action::ScreenInvitations => Some(Screen::Invitations),
            Action::ScreenFolders => Some(Screen::Folders),
            Action::ScreenRoles => Some(Screen::Roles),
            Action::ScreenChanges => Some(Screen::Changes),
            _ => None,
        }
    }
}
