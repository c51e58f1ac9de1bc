//! What was created last: the cursor goes to it when the list that shows it comes.

use super::state::App;
use crate::{
    api::wire::Change,
    domain::{address, untrusted::Text},
};

/// Something created that is looked for in the lists, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Created {
    Group(Text),
    Folder(Text),
    Invitation(Text),
}

/// What is looked for.
#[derive(Debug, Default)]
pub struct Making {
    sought: Option<Created>,
}

impl Making {
    /// A change has ended: what it created, if that is one thing, is looked for.
    pub(super) fn done(&mut self, change: &Change) {
        let Some(name) = change.name.clone().filter(|_| change.mine && change.done == 1) else { return };
        self.sought = match change.action.as_str() {
            "create_group" => Some(Created::Group(name)),
            "create_folder" => Some(Created::Folder(name)),
            "invite" => Some(Created::Invitation(name)),
            _ => return,
        };
    }

    /// A person goes elsewhere: nothing is looked for any more.
    pub(super) fn leave(&mut self) {
        self.sought = None;
    }
}

impl App {
    /// Puts the cursor on what was created, in every list that holds it.
    pub(super) fn seek_made(&mut self) {
        match &self.making.sought {
            Some(Created::Group(name)) => {
                let group = self.groups.rows.iter().find(|row| row.name == *name).map(|row| row.id);
                if let Some(group) = group {
                    self.groups.list.select(group);
                }
            }
            Some(Created::Folder(name)) => {
                // Names repeat over the tree: of several the newest is meant.
                let named = self.folders.rows.iter().filter(|row| row.name == *name).map(|row| row.id);
                if let Some(folder) = named.max() {
                    self.folders.show(folder);
                }
            }
            Some(Created::Invitation(email)) => {
                let wanted = address::folded(email.raw());
                let same = |email: &Text| address::folded(email.raw()) == wanted;
                let invitation = self.invitations.list.rows().find(|row| same(&row.email)).map(|row| row.id);
                let member = self.users.list.rows().find(|row| same(&row.email)).map(|row| row.id);
                if let Some(invitation) = invitation {
                    self.invitations.list.select(invitation);
                }
                if let Some(member) = member {
                    self.users.list.select(member);
                }
            }
            None => {}
        }
    }
}
