//! Which key means what, where: context and key to action, and back for hints.

use super::{
    action::{Action, Context},
    key::Key,
};
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

const DEFAULTS: &str = include_str!("../../assets/keymap.toml");

/// A keymap that cannot be used, and the line that makes it so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("keymap, line {line}: {message}")]
pub struct KeymapError {
    /// Line in the file, from one.
    pub line: usize,
    /// One sentence.
    pub message: String,
}

/// One line of a keymap file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Where: `users`.
    pub context: String,
    /// Which key: `C-r`.
    pub key: String,
    /// What it means: `member.role`; empty takes the key away.
    pub action: String,
    /// The file's line, for messages.
    pub line: usize,
}

/// The bindings in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap {
    bound: BTreeMap<(Context, Key), Action>,
    /// Keys in the order of the file, so that the first one named is the one hinted at.
    order: Vec<(Context, Key)>,
}

impl Keymap {
    /// The bindings rolecall comes with.
    pub fn standard() -> Self {
        // The file is a part of the program; a test reads it whole.
        Self::default().with(DEFAULTS).unwrap_or_default()
    }

    /// These bindings with those of a file over them, in the form of `assets/keymap.toml`.
    pub fn with(self, text: &str) -> Result<Self, KeymapError> {
        self.with_bindings(read(text)?)
    }

    /// These bindings with others over them. Among those, and between contexts that are active
    /// together, a key means one thing; an empty action takes a key away.
    pub fn with_bindings(mut self, bindings: impl IntoIterator<Item = Binding>) -> Result<Self, KeymapError> {
        let mut lines = BTreeMap::new();
        for Binding { context, key, action, line } in bindings {
            let fail = |message| KeymapError { line, message };
            let Some((context, _)) = Context::ALL.iter().find(|(_, name)| *name == context) else {
                let known: Vec<_> = Context::ALL.iter().map(|(_, name)| *name).collect();
                return Err(fail(format!("{context:?} is no context; there are {}", known.join(", "))));
            };
            let key: Key = key.parse().map_err(fail)?;
            if let Some(earlier) = lines.insert((*context, key), line) {
                return Err(fail(format!("{key} is bound on line {earlier} already")));
            }
            self.bind(*context, key, &action).map_err(fail)?;
        }
        for ((context, key), line) in &lines {
            if let Some(message) = self.clash(*context, *key) {
                return Err(KeymapError { line: *line, message });
            }
        }
        Ok(self)
    }

    fn bind(&mut self, context: Context, key: Key, id: &str) -> Result<(), String> {
        self.order.retain(|place| *place != (context, key));
        self.bound.remove(&(context, key));
        if id.is_empty() {
            return Ok(());
        }
        let action = Action::ALL
            .iter()
            .find(|action| action.id() == id)
            .ok_or_else(|| format!("{id:?} is no action; here there are {}", ids(context)))?;
        // Ownership is transferred from one's own row; everything else is bound where it is meant.
        if action.context() != context && action.context() != Context::Global {
            let named = Context::ALL.iter().find(|(c, _)| *c == action.context()).map_or("", |(_, name)| name);
            return Err(format!("{id} belongs under [{named}]"));
        }
        self.bound.insert((context, key), *action);
        self.order.push((context, key));
        Ok(())
    }

    /// Whether a key means something else in a context that is active at the same time. Dialogs are
    /// left out: what a dialog binds is meant to come before what lists bind.
    fn clash(&self, context: Context, key: Key) -> Option<String> {
        use Context::{
            Changes, Dialog, Filter, Folders, Global, Grants, Groups, Invitations, List, Palette, Roles, Users,
        };
        let panes = [Users, Groups, Invitations, Folders, Grants, Roles, Changes];
        let action = self.bound.get(&(context, key))?;
        let together: Vec<Context> = match context {
            Global => panes.into_iter().chain([List]).collect(),
            List => panes.into_iter().chain([Global]).collect(),
            Dialog
            | Filter
            | Palette
            | Context::Form
            | Context::Access
            | Context::MemberGrants
            | Context::Plan
            | Context::Drafts => Vec::new(),
            _ => vec![List, Global],
        };
        together.into_iter().find_map(|other| {
            let there = self.bound.get(&(other, key)).filter(|there| *there != action)?;
            Some(format!(
                "{key} means {} already; take it away there with {key:?} = \"\"",
                there.id(),
                key = key.to_string()
            ))
        })
    }

    /// What a key means, the first context that binds it deciding.
    pub fn resolve(&self, contexts: &[Context], key: Key) -> Option<Action> {
        contexts.iter().find_map(|context| self.bound.get(&(*context, key)).copied())
    }

    /// Every key of an action, the first named first.
    pub fn keys(&self, action: Action) -> impl Iterator<Item = Key> {
        self.order.iter().filter(move |place| self.bound.get(place) == Some(&action)).map(|(_, key)| *key)
    }

    /// The key to hint at for an action, if it has one.
    pub fn hint(&self, action: Action) -> Option<String> {
        self.keys(action).next().map(|key| match key.to_string().as_str() {
            "Space" => "␣".to_owned(),
            "Minus" => "-".to_owned(),
            name => name.to_owned(),
        })
    }

    /// Every binding of a context with its action, in the file's order.
    pub fn of(&self, context: Context) -> impl Iterator<Item = (Key, Action)> {
        self.order
            .iter()
            .filter(move |place| place.0 == context)
            .filter_map(|place| self.bound.get(place).map(|action| (place.1, *action)))
    }
}

/// What can be bound in a context, for who named something else.
fn ids(context: Context) -> String {
    let here = Action::ALL.iter().filter(|action| action.context() == context);
    here.map(|action| action.id()).collect::<Vec<_>>().join(", ")
}

/// Takes a keymap file apart, in its own order.
fn read(text: &str) -> Result<Vec<Binding>, KeymapError> {
    let at = |offset: usize| text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
    let fail = |offset: usize, message: String| KeymapError { line: at(offset), message };
    let root = DeTable::parse(text)
        .map_err(|e| fail(e.span().map_or(0, |span| span.start), e.message().replace('\n', " ")))?;
    let mut bindings = Vec::new();
    for (name, section) in root.get_ref().iter() {
        let DeValue::Table(keys) = section.get_ref() else {
            let message = format!("{:?} must be a table of keys and actions", name.get_ref());
            return Err(fail(name.span().start, message));
        };
        for (key, action) in keys.iter() {
            let DeValue::String(id) = action.get_ref() else {
                return Err(fail(key.span().start, format!("{:?} must name an action in quotes", key.get_ref())));
            };
            bindings.push(Binding {
                context: name.get_ref().to_string(),
                key: key.get_ref().to_string(),
                action: id.to_string(),
                line: at(key.span().start),
            });
        }
    }
    // The parser sorts a table's keys; the first key of an action is the one hinted at.
    bindings.sort_by_key(|binding| binding.line);
    Ok(bindings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faulty(text: &str) -> KeymapError {
        Keymap::standard().with(text).unwrap_err()
    }

    #[test]
    fn the_standard_keymap_is_whole_and_binds_what_panes_offer() {
        let map = Keymap::default().with(DEFAULTS).unwrap();
        assert_eq!(map, Keymap::standard());
        for action in Action::ALL {
            let quiet = [Action::CycleTheme, Action::ToggleReadonly, Action::SetPassword].contains(action);
            assert!(quiet || map.keys(*action).next().is_some(), "{} has no key", action.id());
        }
    }

    #[test]
    fn the_nearest_context_decides() {
        let map = Keymap::standard();
        let tab = "Tab".parse().unwrap();
        assert_eq!(map.resolve(&[Context::Users, Context::List, Context::Global], tab), Some(Action::NextPane));
        assert_eq!(map.resolve(&[Context::Form, Context::Dialog, Context::Global], tab), Some(Action::NextField));
        assert_eq!(map.resolve(&[Context::Users], "Z".parse().unwrap()), None);
    }

    #[test]
    fn a_users_file_wins_key_by_key() {
        let map = Keymap::standard().with("[users]\n\"r\" = \"\"\n\"o\" = \"member.role\"\n").unwrap();
        assert_eq!(map.hint(Action::ChangeRole).as_deref(), Some("o"));
        assert_eq!(map.resolve(&[Context::Users], "r".parse().unwrap()), None);
    }

    #[test]
    fn a_fault_names_its_line() {
        let unknown = faulty("[users]\n\n\"o\" = \"member.rle\"");
        assert_eq!(unknown.line, 3);
        assert!(unknown.message.contains("member.role, "), "what there is, is named: {}", unknown.message);
        assert_eq!(faulty("[nowhere]\n\"o\" = \"help\"").line, 2);
        assert_eq!(faulty("[users]\n\"Spce\" = \"member.role\"").line, 2);
        assert_eq!(faulty("[users]\n\"o\" = 3").line, 2);
        assert_eq!(faulty("[users]\n\"o\" = ").line, 2);
    }

    #[test]
    fn one_key_does_not_mean_two_things() {
        let twice = faulty("[users]\n\" \" = \"member.role\"\n\"Space\" = \"member.edit\"");
        assert_eq!((twice.line, twice.message.as_str()), (3, "Space is bound on line 2 already"));
        let shadowing = faulty("[users]\n\"j\" = \"member.role\"");
        assert_eq!(shadowing.line, 2);
        assert!(shadowing.message.starts_with("j means list.down already"), "{}", shadowing.message);
        assert!(faulty("[users]\n\"o\" = \"group.delete\"").message.contains("[groups]"));
    }
}
