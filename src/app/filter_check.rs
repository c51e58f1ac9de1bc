//! Filters that name what is not there: a misspelt role passes nobody, and turned round everybody. Neither is what
//! anybody means, so it is said, and nothing is marked by it.

use super::state::{App, Pane};
use crate::{
    api::wire::RoleRow,
    domain::{
        filter::{Filter, InvitationTest, Test, Thing, Vocabulary, contains},
        untrusted::visible,
    },
    i18n::tf,
};

impl App {
    /// What is wrong with the filter of the pane: it is none, or it names what is not there.
    pub(super) fn filter_fault(&self) -> Option<String> {
        let error = self.filter()?.error().map(str::to_owned);
        error.or_else(|| self.misnamed(self.pane()))
    }

    /// What the filter in force over a pane names and is not there, as far as that is known.
    pub fn misnamed(&self, pane: Pane) -> Option<String> {
        match pane {
            Pane::Users => self.missing::<Test>(self.users.list.filter.applied()),
            Pane::Invitations => self.missing::<InvitationTest>(self.invitations.list.filter.applied()),
            _ => None,
        }
    }

    fn missing<T: Vocabulary>(&self, filter: &str) -> Option<String> {
        let filter: Filter<T> = filter.parse().ok()?;
        filter.terms.iter().find_map(|term| self.misses(term.test.names()?))
    }

    /// That nothing is called so.
    fn misses(&self, thing: Thing<'_>) -> Option<String> {
        let (text, wanted, named) = match thing {
            Thing::Role(role) => {
                let of = |row: &RoleRow| contains(row.name.raw(), role) || contains(&row.key, role);
                let named = role.to_lowercase() == "owner" || self.roles.rows.iter().any(of);
                ("users.no-role", role, self.roles.rows.is_empty() || named)
            }
            Thing::Group(group) => {
                let named = self.groups.rows.iter().any(|row| contains(row.name.raw(), group));
                ("users.no-group", group, !self.groups.seen || named)
            }
            Thing::Folder(folder) => {
                let named = self.folders.rows.iter().any(|row| contains(row.name.raw(), folder));
                ("users.no-folder", folder, !self.folders.seen || named)
            }
        };
        (!named).then(|| tf(text, &[("name", &visible(wanted))]))
    }
}
