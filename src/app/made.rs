//! What was made last: the cursor goes to it when the list that shows it comes.

use super::{
    effect::{Call, ReqId},
    state::App,
};
use crate::{
    api::wire::Applied,
    domain::{
        change::Change,
        id::{GroupId, InvitationId},
    },
};

/// Something made that is looked for in the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    Group(GroupId),
    Invitation(InvitationId),
}

/// What the identifier in an answer names.
type Naming = fn(i64) -> Made;

/// What is being made, and what was.
#[derive(Debug, Default)]
pub struct Making {
    asked: Vec<(ReqId, Naming)>,
    sought: Option<Made>,
}

impl Making {
    /// A call goes out that may make something.
    pub(super) fn asked(&mut self, id: ReqId, call: &Call) {
        let Call::Apply(_, write) = call else { return };
        match write.change {
            Change::CreateGroup(_) => self.asked.push((id, |id| Made::Group(GroupId(id)))),
            Change::Invite(_) => self.asked.push((id, |id| Made::Invitation(InvitationId(id)))),
            _ => {}
        }
    }

    /// A call was answered: with what was made, or not.
    pub(super) fn answered(&mut self, id: ReqId, applied: Option<&Applied>) {
        let Some(place) = self.asked.iter().position(|(asked, _)| *asked == id) else { return };
        let (_, made) = self.asked.remove(place);
        self.sought = applied.and_then(|applied| applied.created).map(made);
    }

    /// A person goes elsewhere: nothing is looked for any more.
    pub(super) fn leave(&mut self) {
        self.sought = None;
    }
}

impl App {
    /// Puts the cursor on what was made, in every list that holds it.
    pub(super) fn seek_made(&mut self) {
        match self.making.sought {
            Some(Made::Group(id)) => self.groups.list.select(id),
            Some(Made::Invitation(id)) => {
                self.invitations.list.select(id);
                let member = self.users.list.rows().find(|row| row.invitation == Some(id)).map(|row| row.id);
                if let Some(member) = member {
                    self.users.list.select(member);
                }
            }
            None => {}
        }
    }
}
