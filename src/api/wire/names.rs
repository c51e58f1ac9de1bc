//! Roles and groups by what people call them: by their names, in any case, and a role by its key as well.

use super::{GroupRow, RoleRow};
use crate::domain::pasted::Word;
use std::collections::HashMap;

/// Roles, or groups, by what they are called.
#[derive(Debug, Clone, Default)]
pub struct Names(HashMap<String, i64>);

impl Names {
    /// Roles, by name or key; where one has the name that is another's key, the name counts.
    pub fn roles(all: &[RoleRow]) -> Self {
        let names = all.iter().map(|role| (role.name.raw(), role.id.0));
        Self::new(names.chain(all.iter().map(|role| (role.key.as_str(), role.id.0))))
    }

    /// Groups, by name.
    pub fn groups(all: &[GroupRow]) -> Self {
        Self::new(all.iter().map(|group| (group.name.raw(), group.id.0)))
    }

    fn new<'a>(all: impl Iterator<Item = (&'a str, i64)>) -> Self {
        let mut names = HashMap::new();
        for (name, id) in all {
            names.entry(name.to_lowercase()).or_insert(id);
        }
        Self(names)
    }

    /// What is called this.
    pub fn find(&self, typed: &str) -> Option<i64> {
        self.0.get(&typed.trim().to_lowercase()).copied()
    }
}

/// Everything that a word beside an address may name.
#[derive(Debug, Clone, Default)]
pub struct Called {
    /// The roles.
    pub roles: Names,
    /// The groups.
    pub groups: Names,
}

impl Called {
    /// These roles and groups.
    pub fn new(roles: &[RoleRow], groups: &[GroupRow]) -> Self {
        Self { roles: Names::roles(roles), groups: Names::groups(groups) }
    }

    /// What a word of a pasted list names, if it names anything.
    pub fn word(&self, word: &str) -> Option<Word> {
        let role = self.roles.find(word).map(|_| Word::Role);
        role.or_else(|| self.groups.find(word).map(|_| Word::Group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        id::{GroupId, RoleId},
        untrusted::Text,
    };

    #[test]
    fn a_role_is_called_by_its_name_or_its_key_and_a_group_by_its_name() {
        let role = |id, key: &str, name: &str| RoleRow {
            id: RoleId(id),
            key: key.into(),
            name: name.into(),
            capabilities: Vec::new(),
            builtin: true,
            members: 0,
            assignable: true,
        };
        let roles = [role(1, "viewer", "Reader"), role(2, "content_editor", "Viewer")];
        let desk = GroupRow {
            id: GroupId(7),
            version: 1,
            name: "Desk".into(),
            description: Text::default(),
            capabilities: Vec::new(),
            leader: None,
            members: 0,
        };
        let called = Called::new(&roles, &[desk]);
        assert_eq!(
            ["READER", " content_editor ", "viewer"].map(|typed| called.roles.find(typed)),
            [Some(1), Some(2), Some(2)]
        );
        assert_eq!(
            ["Content_Editor", "desk", "Boss"].map(|word| called.word(word)),
            [Some(Word::Role), Some(Word::Group), None]
        );
    }
}
