//! When the clock alone changes what is shown: between those moments nothing is drawn.

use super::{
    format::relative,
    state::{App, Connection, Pane, Screen},
};
use crate::domain::time::Timestamp;

impl App {
    /// Whether what is shown is another by now than at the time it was last told: each second where something
    /// under a minute is in sight, when a row or the numbers over the rows turn, and else each minute.
    pub fn clock_shows(&self, now: Timestamp) -> bool {
        matches!(self.connection, Connection::Offline { .. })
            || now.0.div_euclid(60) != self.now.0.div_euclid(60)
            || self.invitations.count.and_then(|count| count.turns_at).is_some_and(|at| at <= now)
            || self.rows_turn(now)
    }

    /// Whether a row in sight turns.
    fn rows_turn(&self, now: Timestamp) -> bool {
        let turns = |at: Timestamp| {
            let near = at.since(now).abs().min(at.since(self.now).abs()) < 60;
            near && relative(at, now) != relative(at, self.now)
        };
        match self.screen {
            Screen::Invitations => self.invitations.list.visible(self.height(Pane::Invitations)).any(|(_, row)| {
                turns(row.expires_at) || turns(row.created_at) || row.flags_at(now) != row.flags_at(self.now)
            }),
            Screen::Directory if self.wide() || self.directory == Pane::Users => {
                let mut rows = self.users.list.visible(self.height(Pane::Users));
                rows.any(|(_, row)| row.last_sign_in.is_some_and(turns))
            }
            Screen::Changes => {
                self.changes.list.visible(self.height(Pane::Changes)).any(|(_, row)| turns(row.created_at))
            }
            Screen::Directory | Screen::Folders | Screen::Roles => false,
        }
    }
}
